export {
  applyUserConfirmAuthorization,
  closeUserConfirmAuthorization,
  getUserConfirmAuthorization,
} from './authorization-calls.ts'
export {
  acceptElecsignByNo,
  acceptElecsignByOutNo,
  downloadTransferReceipt,
  downloadTransferReceiptElsewhere,
  queryElecsignByNo,
  queryElecsignByOutNo,
} from './receipts.ts'
export * from './transfer-calls.ts'
export { preTransferWithAuthorization } from './transfer-calls.ts'
