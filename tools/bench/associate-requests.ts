import type { WorldJson } from 'wechatpay-mock'
import { formatAuthorization, signRequest, timestampOf } from 'wechatpay-mock/protocol'
import { wellKnownSigner } from '../well-known-signer.ts'

export const PATH = '/v3/marketing/busifavor/coupons/associate'

/** A request ready to be sent. */
export interface Signed {
  readonly headers: Record<string, string>
  readonly body: string
}

/** An associate request for the batch `BENCH`: each number uses another coupon, order and request number. */
export async function associateRequest(number: number): Promise<Signed> {
  const body = JSON.stringify({
    stock_id: 'BENCH',
    coupon_code: `C${number}`,
    out_trade_no: `MCH_${number}`,
    out_request_no: `R${number}`,
  })
  const timestamp = timestampOf(Date.now())
  const nonce = `nonce${number}`
  const request = { method: 'POST', target: PATH, timestamp, nonce, body: Buffer.from(body) }
  return {
    body,
    headers: {
      accept: 'application/json',
      'user-agent': 'bench',
      'content-type': 'application/json',
      authorization: formatAuthorization(await signRequest(request, wellKnownSigner)),
    },
  }
}

/** `count` requests starting at a number; none repeats another. */
export function associateRequests(count: number, from = 0): Promise<Signed[]> {
  return Promise.all(Array.from({ length: count }, (_, i) => associateRequest(from + i)))
}

/** A world in which those requests succeed. */
export function benchWorld(coupons: number): WorldJson {
  return { coupons: Array.from({ length: coupons }, (_, i) => ({ stock_id: 'BENCH', coupon_code: `C${i}` })) }
}
