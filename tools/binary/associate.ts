import type { ReadyCall } from '../reliability/signed-calls.ts'

export const COUPON = ['100088', 'sxxe34343434'] as const
export const ORDER = 'MCH_102233445'
const PATH = '/v3/marketing/busifavor/coupons/associate'
const BODY = JSON.stringify({
  stock_id: COUPON[0],
  coupon_code: COUPON[1],
  out_trade_no: ORDER,
  out_request_no: '1002600620019090123143254435',
})

/** Arguments with which the executable signs the call. */
export const SIGN_ASSOCIATE = ['sign', 'POST', PATH, '--body', BODY] as const

/** The call that links {@link COUPON} to {@link ORDER}. @param authorization output of `sign` */
export function associateCall(authorization: string): ReadyCall {
  const headers = {
    accept: 'application/json',
    'user-agent': 'wechatpay-mock-check',
    'content-type': 'application/json',
    'content-length': String(BODY.length),
    authorization: authorization.trim(),
  }
  return { method: 'POST', target: PATH, headers, body: BODY, status: 200 }
}
