export { updateStockBudget, updateStockBundleBudget } from './budget-calls.ts'
export { uploadProductCouponCodes } from './code-calls.ts'
export {
  confirmProductCoupon,
  deactivateUserProductCoupon,
  deactivateUserProductCouponBundle,
  listUserProductCoupons,
  queryUserProductCoupon,
} from './coupon-calls.ts'
export { createImageTask, queryImageTask, uploadProductCouponImage } from './image-calls.ts'
export {
  createProductCoupon,
  deactivateProductCoupon,
  modifyProductCoupon,
  queryProductCoupon,
  queryProductCouponAddress,
  setProductCouponAddress,
} from './product-calls.ts'
export {
  preSendProductCouponBundle,
  preSendProductCouponToUser,
  sendProductCouponBundle,
  sendProductCouponToUser,
} from './send-calls.ts'
export {
  addProductCouponStock,
  addStockBundle,
  deactivateProductCouponStock,
  listProductCouponStocks,
  modifyProductCouponStock,
  modifyStockBundle,
  queryProductCouponStock,
} from './stock-calls.ts'
export {
  associateStockBundleStores,
  associateStockStores,
  disassociateStockBundleStores,
  disassociateStockStores,
  listStockStores,
} from './store-calls.ts'
export { returnProductCoupon, useProductCoupon } from './use-calls.ts'
