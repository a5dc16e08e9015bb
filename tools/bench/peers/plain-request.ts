import type { Signed } from '../associate-requests.ts'

/** Request and answer of an associate, for peers that do not verify signatures. */
export const PLAIN_REQUEST: Signed = {
  headers: { 'content-type': 'application/json', accept: 'application/json' },
  body: JSON.stringify({ stock_id: 'BENCH', coupon_code: 'C1', out_trade_no: 'MCH_1', out_request_no: 'R1' }),
}

export const PLAIN_ANSWER = JSON.stringify({ wechatpay_associate_time: '2015-05-20T13:29:35+08:00' })
