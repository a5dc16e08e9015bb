export {
  applyFundFlowBill,
  applySharingBill,
  applySubMerchantFundFlowBill,
  applyTradeBill,
  downloadBill,
} from './bill-calls.ts'
