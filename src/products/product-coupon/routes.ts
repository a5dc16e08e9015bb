/** Where the control calls of product coupons are found, and what the `MockControl` methods of the same names do. */
export const routes = {
  /** Says all of them or none; 10,000 at most. */
  addBrandPartners: 'POST /brand-partners',
  /** Says what a brand lets a partner (服务商) do: `{ brand_id, authorized: false }`, `{ brand_id, brand_appids }`; what was said before is replaced. */
  addBrandPartner: 'POST /brand-partners',

  /** Adds all of them or none; 10,000 at most. */
  addProductCoupons: 'POST /product-coupons',
  /** Adds a product coupon (商品券), or replaces the one with its id. */
  addProductCoupon: 'POST /product-coupons',
  /** A product coupon. */
  productCoupon: 'GET /product-coupons/{product_coupon_id}{?mchid}',
  /** Does to a product coupon what its review does: `{ state: 'AUDITING' }` or `EFFECTIVE`. */
  patchProductCoupon: 'PATCH /product-coupons/{product_coupon_id}{?mchid}',

  /** Adds all of them or none; 10,000 at most. */
  addProductCouponStocks: 'POST /product-coupon-stocks',
  /** Adds a batch of a product coupon, or replaces the one with its id; a missing product coupon is made. */
  addProductCouponStock: 'POST /product-coupon-stocks',
  /** A batch of a product coupon, with how many coupons it has sent. */
  productCouponStock: 'GET /product-coupon-stocks/{stock_id}{?mchid}',
  /** Does to a batch what the console does: `{ state: 'PAUSED' }`, `SENDING`, `STOPPED` or `AUDITING`. */
  patchProductCouponStock: 'PATCH /product-coupon-stocks/{stock_id}{?mchid}',
  /**
   * Lets a user take a coupon of a batch, or one of each batch of its bundle, elsewhere than by a call: by the same rules, and with
   * PRODUCT_COUPON_SP.SEND for the partner. Throws `MOCK_NOT_SENT` with the rule that refused it.
   */
  takeProductCoupon: 'POST /product-coupon-stocks/{stock_id}/take{?mchid}',
  /** Shows what the token of a pre-send (预发放) stands for, and what was taken with it. Throws `MOCK_PRODUCT_COUPON_TOKEN` for one that no page opens with. */
  preSentProductCoupon: 'GET /product-coupon-tokens/{token}',
  /** Lets a user take what the token of a pre-send (预发放) stands for. Throws `MOCK_NOT_SENT` with the rule that refused it. */
  takePreSentProductCoupon: 'POST /product-coupon-tokens/{token}/take?',

  /** Adds all of them or none; 10,000 at most. */
  addUserProductCoupons: 'POST /user-product-coupons',
  /** Adds a product coupon that a user holds, or replaces the one with its code in the batch; a missing batch is made. */
  addUserProductCoupon: 'POST /user-product-coupons',
  /** A product coupon of a user as it is now. */
  userProductCoupon: 'GET /user-product-coupons/{stock_id}/{coupon_code}{?mchid}',
  /** Lets its user delete a product coupon in the wallet; nobody is told. Throws `MOCK_PRODUCT_COUPON_STATE` for one that was used. */
  deleteUserProductCoupon: 'POST /user-product-coupons/{stock_id}/{coupon_code}/delete{?mchid}?',
  /** The wallet (卡包) of a user on the phone: the newest product coupons of all brands, but for those that were deleted. */
  openWallet: 'POST /wallet',
} as const
