import { Wechatpay } from 'wechatpay-axios-plugin'

/** Mutual identification of the partner and WeChat Pay. */
export interface Credentials {
  readonly mchid: string
  readonly merchant_serial_no: string
  /** PEM. */
  readonly merchant_private_key: string
  readonly platform_certificates: readonly { readonly serial_no: string; readonly certificate: string }[]
}

/** A coupon that the brand sends to a customer, with a code that its tills can read. */
export interface Coupon {
  readonly brand: string
  readonly product: string
  readonly batch: string
  /** openid */
  readonly customer: string
  readonly code: string
}

/** An order at a till of the brand. */
export interface Receipt {
  /** Letters and digits; the coupon is used with it, too. */
  readonly number: string
  /** Merchant number of the tea house. */
  readonly house: string
  /** As `2026-01-05T10:20:30+08:00`. */
  readonly at: string
}

/** An answer that says why not, for the cashier. */
export interface Refused {
  readonly reason: string
}

/** A coupon that a customer has. */
export interface Held {
  readonly usable: boolean
  /** As `2026-01-05T10:20:30+08:00`. */
  readonly until: string
}

const APPID = 'wx1234567889999'

/**
 * The partner (服务商) of a brand of tea houses: it sends product coupons (商品券) to customers, and uses them at the tills, over
 * `wechatpay-axios-plugin`. It reads only the members it needs of each answer.
 */
export class Brand {
  readonly #wxpay: Wechatpay

  /** @param connection `url` is `https://api.mch.weixin.qq.com` except in tests */
  constructor({ url, credentials }: { readonly url: string; readonly credentials: Credentials }) {
    this.#wxpay = new Wechatpay({
      mchid: credentials.mchid,
      serial: credentials.merchant_serial_no,
      privateKey: credentials.merchant_private_key,
      certs: Object.fromEntries(credentials.platform_certificates.map((one) => [one.serial_no, one.certificate])),
      baseURL: url,
    })
  }

  /** Sends a coupon. The number makes it idempotent. */
  async send(coupon: Coupon, number: string): Promise<Held | { readonly again: true } | Refused> {
    const { status, data } = await answerTo(
      this.#at(coupon.customer).post({ ...named(coupon), coupon_code: coupon.code, send_request_no: number }),
    )
    if (status === 429 || status >= 500) return { again: true }
    return status === 200 ? heldIn(data) : { reason: text(data.message) }
  }

  /** Lets the customer use a coupon that was sent, over whatever channel. */
  confirm(coupon: Coupon): Promise<Held | Refused> {
    return this.#change(coupon, 'confirm', { out_request_no: `confirm-${coupon.code}` }, 'EFFECTIVE')
  }

  /** Uses a coupon at the till, once for a receipt. */
  use(coupon: Coupon, { number, house, at }: Receipt): Promise<Held | Refused> {
    const order = { use_time: at, associated_order_info: { out_trade_no: number, mchid: house } }
    return this.#change(coupon, 'use', { out_request_no: number, ...order }, 'USED')
  }

  /** Gives a coupon back to the customer of a receipt that came to nothing. */
  giveBack(coupon: Coupon, { number }: Pick<Receipt, 'number'>): Promise<Held | Refused> {
    return this.#change(coupon, 'return', { out_request_no: `return-${number}` }, 'EFFECTIVE')
  }

  /** Looks up the receipt that a coupon was used for; `undefined` if it is not used. */
  async look(coupon: Coupon): Promise<Pick<Receipt, 'number' | 'house'> | undefined> {
    const { data } = await answerTo(this.#at(coupon.customer, coupon.code).get({ params: named(coupon) }))
    if (data.coupon_state !== 'USED') return undefined
    const { out_trade_no, mchid } = (data.single_usage_detail as Members).associated_order_info as Members
    return { number: text(out_trade_no), house: text(mchid) }
  }

  async #change(coupon: Coupon, call: string, more: object, becomes: string): Promise<Held | Refused> {
    const { status, data } = await answerTo(
      this.#at(coupon.customer, coupon.code, call).post({ ...named(coupon), ...more }),
    )
    if (status !== 200) return { reason: text(data.message) }
    if (data.coupon_state !== becomes) throw new Error(`${coupon.code} is ${data.coupon_state}`)
    return heldIn(data)
  }

  #at(customer: string, ...rest: readonly string[]) {
    const path = [customer, 'coupons', ...rest].map(encodeURIComponent).join('/')
    return this.#wxpay.chain(`v3/marketing/partner/product-coupon/users/${path}`)
  }
}

/** Reads a callback once it is opened: the coupon that a customer has got, over whatever channel, to be confirmed. */
export function sentIn({ brand_id, product_coupon_id, stock_id, openid, coupon_code }: Members): Coupon {
  return {
    brand: text(brand_id),
    product: text(product_coupon_id),
    batch: text(stock_id),
    customer: text(openid),
    code: text(coupon_code),
  }
}

function named({ brand, product, batch }: Coupon) {
  return { brand_id: brand, product_coupon_id: product, stock_id: batch, appid: APPID }
}

function heldIn({ coupon_state, valid_end_time }: Members): Held {
  return { usable: coupon_state === 'EFFECTIVE', until: text(valid_end_time) }
}

type Members = Readonly<Record<string, unknown>>

function text(value: unknown): string {
  if (typeof value !== 'string') throw new Error(`${value} is no text`)
  return value
}

/** The answer to a call, whether the SDK returns or throws it. Either way the SDK has verified its signature. */
async function answerTo(
  call: Promise<{ readonly status: number; readonly data: unknown }>,
): Promise<{ readonly status: number; readonly data: Members }> {
  try {
    return (await call) as Awaited<ReturnType<typeof answerTo>>
  } catch (error) {
    if (error instanceof Error && 'response' in error && error.response) {
      return error.response as Awaited<ReturnType<typeof answerTo>>
    }
    throw error
  }
}
