import { X509Certificate } from 'node:crypto'
import { Aes, Formatter, Rsa, Wechatpay } from 'wechatpay-axios-plugin'

/** Mutual identification of the shop and WeChat Pay. */
export interface Credentials {
  readonly mchid: string
  readonly merchant_serial_no: string
  /** PEM. */
  readonly merchant_private_key: string
  readonly api_v3_key: string
  /** Empty if the public key has replaced them. */
  readonly platform_certificates: readonly { readonly serial_no: string; readonly certificate: string }[]
  readonly platform_public_key?: { readonly id: string; readonly public_key: string } | null
}

/** A coupon that a customer shows at the till. */
export interface Coupon {
  readonly stock_id: string
  readonly coupon_code: string
}

/** The till's next step after a call. */
export type NextStep =
  /** Keeps the time for the receipt, as `2026-01-05 10:20:30`; of a redeemed coupon, also the customer. */
  | { readonly done: string; readonly customer?: string }
  | Refused
  /** Postpones the call, and repeats it later with the same number. */
  | { readonly later: true }
  /** Stops, and alerts the operators of the till: the cashier cannot help it. */
  | { readonly alarm: string }

/** Shows the cashier why not. */
export interface Refused {
  readonly reason: string
}

/** Display of a coupon on the till, and the batch needed to link it. */
export interface ShownCoupon {
  readonly stock_id: string
  readonly state: string
  readonly offYuan: string
  readonly expires: string
  readonly order: string | undefined
  readonly redeemedBy: string | undefined
}

/** A platform certificate, and how long to trust it. */
export interface Trusted {
  readonly serial: string
  readonly until: string
}

/** Messages to the cashier, by the code of the answer. Other codes have many meanings, so WeChat Pay's own message is shown. */
const REASONS: Readonly<Record<string, string>> = {
  NO_AUTH: 'The coupon is of another shop.',
  RESOURCE_ALREADY_EXISTS: 'The coupon was redeemed before.',
  RESOURCE_NOT_EXISTS: 'The customer does not have the coupon.',
  RULELIMIT: 'The coupon is not valid today.',
}

/** How often a call is attempted before it is postponed. */
const TRIES = 2

/** `2026-01-05T10:20:30+08:00`, without a fraction: fits the column of the shop's database once the offset is removed. */
const CHINA_TIME = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)\+08:00$/

/** A shop that takes merchant coupons (商家券), over `wechatpay-axios-plugin`. It reads only the members it needs of each answer. */
export class Shop {
  readonly #wxpay: Wechatpay
  readonly #apiV3Key: string
  readonly #appid = 'wx1234567889999'

  /** @param connection `url` is `https://api.mch.weixin.qq.com` except in tests */
  constructor({ url, credentials }: { readonly url: string; readonly credentials: Credentials }) {
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

  /**
   * Links a coupon to an order, so that paying the order can redeem it. An order has one coupon: the request has the number of the order, and WeChat
   * Pay refuses the same number with another coupon.
   */
  link(coupon: Coupon, order: string): Promise<NextStep> {
    const request = { ...coupon, out_trade_no: order, out_request_no: order }
    return this.#step('associate', request, 'wechatpay_associate_time')
  }

  /** Releases the coupon of an abandoned order. */
  unlink(coupon: Coupon, order: string): Promise<NextStep> {
    const request = { ...coupon, out_trade_no: order, out_request_no: `unlink-${order}` }
    return this.#step('disassociate', request, 'wechatpay_disassociate_time')
  }

  /** Redeems a coupon at the till, one for each receipt. */
  redeem(coupon: Coupon, receipt: string, at: string): Promise<NextStep> {
    const request = {
      ...coupon,
      appid: this.#appid,
      use_time: at,
      use_request_no: `use-${receipt}`,
    }
    return this.#step('use', request, 'wechatpay_use_time', ({ openid }) => ({ customer: String(openid) }))
  }

  /** Looks up a coupon of a customer. */
  async look(customer: string, code: string): Promise<ShownCoupon | Refused> {
    const [user, coupon] = [customer, code].map(encodeURIComponent)
    const path = `v3/marketing/busifavor/users/${user}/coupons/${coupon}/appids/${this.#appid}`
    const { status, data } = await answerTo(this.#wxpay.chain(path).get())
    if (status !== 200) return { reason: reasonOf(data as unknown as Refusal) }
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

  /** The platform certificates to trust from now on. */
  async renewCertificates(): Promise<Trusted[]> {
    const { data } = await answerTo(this.#wxpay.chain('v3/certificates').get())
    const list = data.data as { serial_no: string; expire_time: string; encrypt_certificate: Sealed }[]
    return list.map(({ serial_no, expire_time, encrypt_certificate }) => {
      // Callbacks are sealed with the same key, so a certificate must be sealed as one, whatever the answer says.
      const sealed = { ...encrypt_certificate, associated_data: 'certificate' }
      const { serialNumber } = new X509Certificate(unsealed(sealed, this.#apiV3Key))
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
      const refusal = data as unknown as Refusal
      if (status === 401 || refusal.code === 'PARAM_ERROR') return { alarm: alarmOf(refusal) }
      // The order may still be on its way. After too many calls, an immediate retry would make it worse.
      if ((status === 404 && call === 'associate') || status === 429) return { later: true }
      if (status < 500) return { reason: reasonOf(refusal) }
    }
    return { later: true }
  }
}

/** A callback as received; names of header fields in WeChat Pay's spelling. */
export interface Callback {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** A coupon that was sent to a customer, from its callback. */
export interface SentCoupon {
  readonly coupon: string
  readonly openid: string
  readonly at: string
}

/**
 * Handles a callback: verifies and decrypts it. `undefined` for an event that the shop ignores.
 *
 * @throws Error for a callback that is not from WeChat Pay
 */
export function receive(
  { headers, body }: Callback,
  { platform_certificates, api_v3_key }: Credentials,
): string | undefined {
  const {
    'Wechatpay-Timestamp': timestamp = '',
    'Wechatpay-Nonce': nonce = '',
    'Wechatpay-Signature': signature = '',
    'Wechatpay-Serial': serial,
  } = headers
  const text = Buffer.from(body).toString()
  const platform = platform_certificates.find(({ serial_no }) => serial_no === serial)
  if (!platform || !Rsa.verify(Formatter.response(timestamp, nonce, text), signature, platform.certificate)) {
    throw new Error('The callback is not from WeChat Pay')
  }
  const { event_type, resource } = JSON.parse(text) as { event_type: string; resource: Sealed }
  return event_type === 'COUPON.SEND' ? unsealed(resource, api_v3_key) : undefined
}

/** Reads the plaintext returned by {@link receive}. */
export function sentCoupon(plaintext: string): SentCoupon {
  const { stock_id, coupon_code, openid, send_time } = JSON.parse(plaintext) as Record<string, string>
  return { coupon: `${stock_id}/${coupon_code}`, openid: String(openid), at: databaseTime(send_time) }
}

/** Data that WeChat Pay encrypted with the APIv3 key. */
interface Sealed {
  readonly ciphertext: string
  readonly nonce: string
  readonly associated_data: string
}

/** @throws Error if it was changed, or sealed as something else */
function unsealed({ ciphertext, nonce, associated_data }: Sealed, apiV3Key: string): string {
  return Aes.AesGcm.decrypt(ciphertext, apiV3Key, nonce, associated_data)
}

interface Refusal {
  readonly code: string
  readonly message: string
  readonly detail?: {
    /** Place of the fault in the request. */
    readonly location?: unknown
    readonly value?: unknown
    /** Inputs of the message that WeChat Pay verified. */
    readonly sign_information?: { readonly truncated_sign_message: string }
  }
}

function reasonOf({ code, message }: Refusal): string {
  return REASONS[code] ?? message
}

/** Alarm text for the operators of the till. */
function alarmOf({ code, message, detail }: Refusal): string {
  if (!detail) return `${code}: ${message}`
  const { location, value, sign_information } = detail
  return sign_information
    ? `${code}: to be signed was ${JSON.stringify(sign_information.truncated_sign_message)}`
    : `${code} in ${location}: ${value}`
}

interface Answer {
  readonly status: number
  readonly data: Readonly<Record<string, unknown>>
}

/** The answer to a call, whether the SDK returns or throws it. Either way the SDK has verified its signature. */
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
