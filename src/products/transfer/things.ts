import { accountThing } from './accounts/thing.ts'
import { authorizationThing } from './authorizations/thing.ts'
import { transferThing } from './bills/thing.ts'
import { receiptThing } from './receipts/thing.ts'

/** What the dashboard shows of transfers. */
export const things = [transferThing, authorizationThing, receiptThing, accountThing]
