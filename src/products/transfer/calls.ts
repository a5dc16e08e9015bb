import type { CallsFor } from '../../control/call.ts'
import {
  addTransferAccount,
  addTransferAccounts,
  changeTransferAccount,
  transferAccount,
} from './accounts/account-calls.ts'
import {
  addTransferAuthorization,
  addTransferAuthorizations,
  closeTransferAuthorization,
  confirmTransferAuthorization,
  transferAuthorization,
} from './authorizations/authorization-calls.ts'
import { addTransfer, addTransfers, callOffTransfer, listedTransfers, transfer } from './bills/transfer-calls.ts'
import { confirmTransfer, dismissTransfer, failTransfer } from './phone/phone-calls.ts'
import { openTransferPage } from './phone/transfer-page-call.ts'
import { settleTransferReceipt } from './receipts/receipt-calls.ts'
import type { routes } from './routes.ts'

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
