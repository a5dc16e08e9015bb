import type { MerchantClient, MerchantRequest } from '../../../src/testing/merchant-client.ts'

const BUSIFAVOR = '/v3/marketing/busifavor'
const APPID = 'wx233544546545989'
export const STOCK = '100088'

/** A call that changes something, and its outcome. */
export interface Change {
  readonly kind: 'link' | 'use' | 'send'
  /** The coupon that is linked or redeemed; for a sending, its number. */
  readonly name: string
  readonly request: MerchantRequest & { readonly body: Readonly<Record<string, string>> }
  /** The answer as a single text; absent while it is unknown. */
  answer?: string
}

/** The code of the nth coupon of the seed. */
export function codeOf(number: number): string {
  return `C${number}`
}

/** The user of the nth coupon of the seed. */
export function openidOf(number: number): string {
  return `oUser${number}`
}

/** A client's consecutive changes to the nth coupon, and to a coupon that is sent. */
export function changesOf(number: number): readonly Change[] {
  const coupon_code = codeOf(number)
  const openid = openidOf(number)
  const post = (path: string, body: Readonly<Record<string, string>>) => ({
    method: 'POST',
    target: `${BUSIFAVOR}/coupons/${path}`,
    body: { stock_id: STOCK, ...body },
  })
  return [
    {
      kind: 'link',
      name: coupon_code,
      request: post('associate', {
        coupon_code,
        out_trade_no: `MCH_${number}`,
        out_request_no: `LINK_${number}`,
      }),
    },
    {
      kind: 'use',
      name: coupon_code,
      request: post('use', {
        coupon_code,
        appid: APPID,
        openid,
        use_time: '2026-11-25T12:00:00+08:00',
        use_request_no: `USE_${number}`,
      }),
    },
    {
      kind: 'send',
      name: `SEND_${number}`,
      request: post('send', { appid: APPID, openid: `oGuest${number}`, out_request_no: `SEND_${number}` }),
    },
  ]
}

/** Makes a change, or repeats it with the same number. @returns the answer as a single text @throws Error for any answer but 200 */
export async function make(change: Change, client: MerchantClient): Promise<string> {
  const { status, body } = await client.request(change.request)
  const text = JSON.stringify(body)
  if (status !== 200) throw new Refused(`${change.kind} ${change.name} is answered with ${status}: ${text}`)
  return text
}

/** An unexpected answer, as opposed to a missing one. */
export class Refused extends Error {
  override readonly name = 'Refused'
}
