import type { CallsFor } from '../../control/call.ts'
import {
  accountThing,
  addTransferAccount,
  addTransferAccounts,
  changeTransferAccount,
  transferAccount,
} from './account-control-calls.ts'
import {
  addTransferAuthorization,
  addTransferAuthorizations,
  authorizationThing,
  closeTransferAuthorization,
  confirmTransferAuthorization,
  transferAuthorization,
} from './authorization-control.ts'
import { openTransferPage } from './confirm-page-calls.ts'
import { receiptThing, settleTransferReceipt } from './receipt-control.ts'
import type { routes } from './routes.ts'
import {
  addTransfer,
  addTransfers,
  callOffTransfer,
  confirmTransfer,
  dismissTransfer,
  failTransfer,
  listedTransfers,
  transfer,
} from './transfer-control-calls.ts'
import { transferThing } from './transfer-things.ts'

/** The control calls of transfers: what the phone, the console and tests do with them. */
export const calls = {
  transferAccount,
  changeTransferAccount,
  addTransferAccounts,
  addTransferAccount,
  addTransfers,
  addTransfer,
  transfers: listedTransfers,
  transfer,
  confirmTransfer,
  dismissTransfer,
  openTransferPage,
  failTransfer,
  callOffTransfer,
  settleTransferReceipt,
  addTransferAuthorizations,
  addTransferAuthorization,
  transferAuthorization,
  confirmTransferAuthorization,
  closeTransferAuthorization,
} satisfies CallsFor<typeof routes>

type Calls = typeof calls

/** Their types under one name, so that declarations need not spell all of them out. */
export interface TransferCalls extends Calls {}

/** Shown in the dashboard, in the order of its navigation. */
export const things = [transferThing, authorizationThing, receiptThing, accountThing]
