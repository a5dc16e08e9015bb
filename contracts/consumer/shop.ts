import { X509Certificate } from 'node:crypto'
import { Wechatpay } from 'wechatpay-axios-plugin'
import { type Envelope, open } from '../../src/protocol/envelope.ts'
import { responseMessage } from '../../src/protocol/message.ts'
import { verify } from '../../src/protocol/signature.ts'
import type { Connection, ReceivedMessage } from '../kit/index.ts'

/** A coupon that a customer shows at the till. */
export interface Coupon {
  readonly stock_id: string
  readonly coupon_code: string
}

/** What the till does after a call. */
export type NextStep =
  /** Keeps the time for the receipt, as `2026-01-05 10:20:30`; of a redeemed coupon, the customer too. */
  | { readonly done: string; readonly customer?: string }
  /** Shows the cashier why not. */
  | { readonly reason: string }
  /** Puts the call aside, and makes it again later, with the same number. */
  | { readonly later: true }
  /** Stops, and calls those who look after the till: the cashier cannot help it. */
  | { readonly alarm: string }

/** What the till shows of a coupon, and the batch that it needs to link it. */
export interface ShownCoupon {
  readonly stock_id: string
  readonly state: string
  readonly offYuan: string
  readonly expires: string
  readonly order: string | undefined
  readonly redeemedBy: string | undefined
}

/** A platform certificate, and until when it is trusted. */
export interface Trusted {
  readonly serial: string
  readonly until: string
}

/** How often a call is made before it is put aside. */
const TRIES = 2

/** `2026-01-05T10:20:30+08:00`, with no fraction: what the column of the shop's database takes once the offset is off. */
const CHINA_TIME = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)\+08:00$/

/** A shop that takes merchant coupons (商家券), over `wechatpay-axios-plugin`. It reads of each answer what it needs, and nothing else. */
export class Shop {
  readonly #wxpay: Wechatpay
  readonly #apiV3Key: string
  readonly #appid = 'wx1234567889999'

  constructor({ url, credentials }: Connection) {
    const { platform_public_key: publicKey } = credentials
    this.#apiV3Key = credentials.api_v3_key
    this.#wxpay = new Wechatpay({
      mchid: credentials.mchid,
      serial: credentials.merchant_serial_no,
      privateKey: credentials.merchant_private_key,
      certs: {
        ...Object.fromEntries(credentials.platform_certificates.map((one) => [one.serial_no, one.certificate])),
        ...(publicKey && { [publicKey.id]: publicKey.public_key }),
      },
      baseURL: url,
    })
  }

  /** Links a coupon to an order, so that paying the order can redeem it. */
  link(coupon: Coupon, order: string): Promise<NextStep> {
    const request = { ...coupon, out_trade_no: order, out_request_no: `link-${order}` }
    return this.#step('associate', request, 'wechatpay_associate_time')
  }

  /** Frees a coupon from an order that came to nothing. */
  unlink(coupon: Coupon, order: string): Promise<NextStep> {
    const request = { ...coupon, out_trade_no: order, out_request_no: `unlink-${order}` }
    return this.#step('disassociate', request, 'wechatpay_disassociate_time')
  }

  /** Redeems a coupon at the till. */
  redeem(coupon: Coupon, receipt: string, at: string): Promise<NextStep> {
    const request = { ...coupon, appid: this.#appid, use_time: at, use_request_no: `use-${receipt}` }
    return this.#step('use', request, 'wechatpay_use_time', ({ openid }) => ({ customer: String(openid) }))
  }

  /** Looks a coupon up; `undefined` for one that the customer does not have. */
  async look(openid: string, code: string): Promise<ShownCoupon | undefined> {
    const path = `v3/marketing/busifavor/users/${openid}/coupons/${code}/appids/${this.#appid}`
    const { status, data } = await answerTo(this.#wxpay.chain(path).get())
    if (status === 404) return undefined
    const { stock_id, coupon_state, expire_time, coupon_use_rule, associate_out_trade_no, use_request_no } = data
    if (typeof stock_id !== 'string') throw new Error(`${stock_id} is no batch`)
    const { discount_amount } = (coupon_use_rule as { fixed_normal_coupon: { discount_amount: number } })
      .fixed_normal_coupon
    return {
      stock_id,
      state: String(coupon_state),
      offYuan: (discount_amount / 100).toFixed(2),
      expires: databaseTime(expire_time),
      order: textOf(associate_out_trade_no),
      redeemedBy: textOf(use_request_no),
    }
  }

  /** The platform certificates that are to be trusted from now on; none where the merchant has a public key in their place. */
  async renewCertificates(): Promise<Trusted[]> {
    const { status, data } = await answerTo(this.#wxpay.chain('v3/certificates').get())
    if (status === 404) return []
    const list = data.data as { serial_no: string; expire_time: string; encrypt_certificate: Envelope }[]
    return list.map(({ serial_no, expire_time, encrypt_certificate }) => {
      const opened = open(encrypt_certificate, this.#apiV3Key)
      if (!opened.ok) throw new Error(opened.reason)
      const { serialNumber } = new X509Certificate(opened.plaintext)
      if (serialNumber !== serial_no) throw new Error(`The certificate ${serialNumber} is called ${serial_no}`)
      return { serial: serialNumber, until: databaseTime(expire_time) }
    })
  }

  async #step(
    call: string,
    request: object,
    time: string,
    more: (data: Answer['data']) => { customer?: string } = () => ({}),
  ): Promise<NextStep> {
    for (let tries = 1; tries <= TRIES; tries += 1) {
      const { status, data } = await answerTo(this.#wxpay.chain(`v3/marketing/busifavor/coupons/${call}`).post(request))
      if (status === 200) return { done: databaseTime(data[time]), ...more(data) }
      const { code, message, detail } = data as unknown as Refusal
      if (status === 401) return { alarm: `${code}: ${message}` }
      if (code === 'PARAM_ERROR') return { alarm: `${code} in ${detail?.location}: ${detail?.value}` }
      // The order that is to be linked may be on its way still.
      if (status === 404 && call === 'associate') return { later: true }
      if (status !== 429 && status < 500) return { reason: message }
    }
    return { later: true }
  }
}

/** What a shop learns of a coupon that was sent to a customer. */
export interface SentCoupon {
  readonly coupon: string
  readonly openid: string
  readonly at: string
}

/** Takes a callback: verifies it, and opens what is in it. `undefined` for an event that the shop does not care for. */
export function receive({ headers, body, credentials }: ReceivedMessage): string | undefined {
  const {
    'Wechatpay-Timestamp': timestamp = '',
    'Wechatpay-Nonce': nonce = '',
    'Wechatpay-Signature': signature = '',
    'Wechatpay-Serial': serial,
  } = headers
  const platform = credentials.platform_certificates.find(({ serial_no }) => serial_no === serial)
  const key = platform && new X509Certificate(platform.certificate).publicKey
  if (!key || !verify(responseMessage({ timestamp, nonce, body }), signature, key)) {
    throw new Error('The callback is not from WeChat Pay')
  }
  const { event_type, resource } = JSON.parse(Buffer.from(body).toString()) as {
    event_type: string
    resource: Envelope
  }
  if (event_type !== 'COUPON.SEND') return undefined
  const opened = open(resource, credentials.api_v3_key)
  if (!opened.ok) throw new Error(opened.reason)
  return opened.plaintext
}

/** Reads what {@link receive} opened. */
export function sentCoupon(plaintext: string): SentCoupon {
  const { stock_id, coupon_code, openid, send_time } = JSON.parse(plaintext) as Record<string, string>
  return { coupon: `${stock_id}/${coupon_code}`, openid: String(openid), at: databaseTime(send_time) }
}

interface Refusal {
  readonly code: string
  readonly message: string
  readonly detail?: { readonly location: unknown; readonly value: unknown }
}

interface Answer {
  readonly status: number
  readonly data: Readonly<Record<string, unknown>>
}

/** The answer to a call, whether the SDK returns it or throws it. Either way it has verified what is signed. */
async function answerTo(call: Promise<{ readonly status: number; readonly data: unknown }>): Promise<Answer> {
  try {
    return (await call) as Answer
  } catch (error) {
    if (error instanceof Error && 'response' in error && error.response) return error.response as Answer
    throw error
  }
}

function databaseTime(time: unknown): string {
  const [, day, clock] = CHINA_TIME.exec(String(time)) ?? []
  if (day === undefined) throw new Error(`${time} is no time of WeChat Pay`)
  return `${day} ${clock}`
}

function textOf(value: unknown): string | undefined {
  return value === undefined ? undefined : String(value)
}
