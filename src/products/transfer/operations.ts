export {
  applyUserConfirmAuthorization,
  closeUserConfirmAuthorization,
  getUserConfirmAuthorization,
} from './authorization-calls.ts'
export { preTransferWithAuthorization } from './pre-transfer-with-authorization.ts'
export {
  acceptElecsignByNo,
  acceptElecsignByOutNo,
  downloadTransferReceipt,
  downloadTransferReceiptElsewhere,
  queryElecsignByNo,
  queryElecsignByOutNo,
} from './receipt-calls.ts'
export * from './transfer-calls.ts'
