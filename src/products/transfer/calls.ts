import { callsOf } from '../../control/call.ts'
import * as accounts from './account-control-calls.ts'
import * as authorizations from './authorization-control.ts'
import * as page from './confirm-page-calls.ts'
import * as receipts from './receipt-control.ts'
import { routes } from './routes.ts'
import * as transfers from './transfer-control-calls.ts'
import { transferThing } from './transfer-things.ts'

/** The control calls of transfers: what the phone, the console and tests do with them. */
export const calls = callsOf(routes, accounts, authorizations, page, receipts, transfers)

/** Their types under one name, so that declarations need not spell all of them out. */
export interface TransferCalls extends Readonly<typeof calls> {}

/** Shown in the dashboard, in the order of its navigation. */
export const things = [transferThing, authorizations.authorizationThing, receipts.receiptThing, accounts.accountThing]
