export { updateStockBudget, updateStockBundleBudget } from './budget-calls.ts'
export { uploadProductCouponCodes } from './code-calls.ts'
export {
  confirmProductCoupon,
  deactivateUserProductCoupon,
  deactivateUserProductCouponBundle,
  listUserProductCoupons,
  queryUserProductCoupon,
} from './coupon-calls.ts'
export { queryProductCouponAddress, setProductCouponAddress } from './notify-calls.ts'
export { queryProductCoupon } from './product-calls.ts'
export {
  preSendProductCouponToUser,
  preSendProductCouponBundle,
  sendProductCouponBundle,
  sendProductCouponToUser,
} from './send-calls.ts'
export {
  associateStockBundleStores,
  associateStockStores,
  disassociateStockBundleStores,
  disassociateStockStores,
  listStockStores,
} from './store-calls.ts'
export { returnProductCoupon, useProductCoupon } from './use-calls.ts'
