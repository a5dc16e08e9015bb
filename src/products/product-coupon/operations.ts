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
export { queryProductCouponAddress, setProductCouponAddress } from './notify-calls.ts'
export {
  createProductCoupon,
  deactivateProductCoupon,
  modifyProductCoupon,
  queryProductCoupon,
} from './product-calls.ts'
export {
  preSendProductCouponBundle,
  preSendProductCouponToUser,
  sendProductCouponBundle,
  sendProductCouponToUser,
} from './send-calls.ts'
export { addStockBundle, modifyStockBundle } from './stock-bundle-calls.ts'
export {
  addProductCouponStock,
  deactivateProductCouponStock,
  listProductCouponStocks,
  modifyProductCouponStock,
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
