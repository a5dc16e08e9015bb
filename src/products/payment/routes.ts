/** Where the control calls of payment are found, and what the `MockControl` methods of the same names do. */
export const routes = {
  /** Adds all of them or none; 10,000 at most. */
  addOrders: 'POST /orders',
  /** Adds an order, or replaces the one with its number. */
  addOrder: 'POST /orders',
  /** Orders, the newest first, page by page. */
  orders: 'GET /orders',
  /** An order with its refunds. */
  order: 'GET /orders/{out_trade_no}{?mchid}',
  /**
   * An order with what happened to it, its state before and after, and which exchange did it; calls and callbacks about it that changed nothing say
   * why. The newest first, 1,000 at most.
   */
  orderTimeline: 'GET /orders/{out_trade_no}/timeline{?mchid,limit}',
  /**
   * Pays an order, as the user's phone does. What is left out is the order's own, or made up. A combined order (合单) is named by its own number, or by
   * that of any sub order.
   */
  payOrder: 'POST /orders/{out_trade_no}/pay{?mchid}',
  /**
   * Opens the cashier (收银台) on the phone with what a front end passes on, checks that as WeChat does, and answers what it shows. Changes nothing but
   * who pays: an order that was placed for nobody belongs to the first `openId`. `GET` of the same address is the page, for people.
   */
  openCashier: 'POST /cashier',
  /** Lets the payment deadline of an unpaid order pass now; it stays NOTPAY, and cannot be paid, until it is closed. */
  expireOrder: 'POST /orders/{out_trade_no}/expire{?mchid}?',
  /** Puts an unpaid order into a state that payments by code come to (USERPAYING, PAYERROR, REVOKED), or back to NOTPAY. */
  markOrder: 'POST /orders/{out_trade_no}/state{?mchid}',
  /** Adds all of them or none; 10,000 at most. */
  addPaymentCodes: 'POST /payment-codes',
  /** Says what comes of a payment code (付款码) that a till scans: paid, a password is asked for, or the user has no money. */
  addPaymentCode: 'POST /payment-codes',
  /** Refunds an order, as in the merchant console: all that is left of it, or an amount. */
  refundOrder: 'POST /orders/{out_trade_no}/refund{?mchid}',
  /** Settles a refund that is PROCESSING now, with the outcome given. */
  settleRefund: 'POST /refunds/{out_refund_no}/settle{?mchid}',
} as const
