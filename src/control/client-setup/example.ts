/** The coupon and the numbers of the official documents' example, which the scenario `default` has. */
export const EXAMPLE = {
  stock_id: '100088',
  coupon_code: 'sxxe34343434',
  out_trade_no: 'MCH_102233445',
  out_request_no: '1002600620019090123143254435',
} as const

/** Where a coupon is linked to an order, without the slash in front. */
export const EXAMPLE_PATH = 'v3/marketing/busifavor/coupons/associate'
