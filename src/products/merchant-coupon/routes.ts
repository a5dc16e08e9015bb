/** Where the control calls of merchant coupons are found, and what the `MockControl` methods of the same names do. */
export const routes = {
  /** Adds all of them or none; 10,000 at most. */
  addStocks: 'POST /stocks',
  /** Adds a batch, or replaces the one with its id. */
  addStock: 'POST /stocks',
  /** Batches, the newest first, page by page. */
  stocks: 'GET /stocks',
  /** A batch, with what was sent of it and, where codes are uploaded, how many there are. */
  stock: 'GET /stocks/{stock_id}{?mchid}',
  /** Does to a batch what a merchant does in the console: `{ state: 'PAUSED' }`, `RUNNING`, `STOPED` or `UNAUDIT`. */
  patchStock: 'PATCH /stocks/{stock_id}{?mchid}',
  /**
   * Hands a coupon to a user as another channel than the API would, H5 if none is named: by the same rules, and with COUPON.SEND for the creator of the
   * batch. Throws `MOCK_NOT_HANDED_OUT` with the rule that refused it.
   */
  handOutCoupon: 'POST /stocks/{stock_id}/hand-out{?mchid}',

  /** Adds all of them or none; 10,000 at most. */
  addCodes: 'POST /codes',
  /** Adds a code that was uploaded for a batch, or replaces it; a missing batch is made. */
  addCode: 'POST /codes',

  /** Adds all of them or none; 10,000 at most. */
  addCoupons: 'POST /coupons',
  /** Adds a coupon in any state, or replaces the one with its code in the batch; a missing batch is made. */
  addCoupon: 'POST /coupons',
  /** Coupons, those received last first, page by page. */
  coupons: 'GET /coupons',
  /** A coupon with its history. */
  coupon: 'GET /coupons/{stock_id}/{coupon_code}{?mchid}',
  /**
   * A coupon with what happened to it, its state before and after, and which exchange did it; calls and callbacks about it that changed nothing say
   * why. The newest first, 1,000 at most.
   */
  couponTimeline: 'GET /coupons/{stock_id}/{coupon_code}/timeline{?mchid,limit}',
  /**
   * Puts a coupon in a state, whatever happened to it before: `{ state: 'SENDED' }` makes it usable again, `{ state: 'EXPIRED' }` moves its time to
   * now, `{ associate_out_trade_no: null }` removes the link to an order.
   */
  patchCoupon: 'PATCH /coupons/{stock_id}/{coupon_code}{?mchid}',

  /** The coupons that are linked to an order, those received last first; 100 at most. */
  orderCoupons: 'GET /orders/{out_trade_no}/coupons{?mchid}',
  /** The coupons that a call names or hands out, or that a callback reports, as they are now; 100 at most. */
  exchangeCoupons: 'GET /journal/{id}/coupons',
} as const
