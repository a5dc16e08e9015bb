import { Aes, Formatter, Rsa, Wechatpay } from 'wechatpay-axios-plugin'

/** Mutual identification of the shop and WeChat Pay. */
export interface Credentials {
  readonly mchid: string
  readonly merchant_serial_no: string
  /** PEM. */
  readonly merchant_private_key: string
  readonly api_v3_key: string
  readonly platform_certificates: readonly { readonly serial_no: string; readonly certificate: string }[]
}

/** Commission that a customer has earned. */
export interface Commission {
  /** Number of the payout: letters and digits. */
  readonly number: string
  readonly openid: string
  /** Whole fen. */
  readonly fen: number
}

/** Outcome of asking for a payout. */
export type Asked =
  /** The customer's phone opens its page with these, and the customer confirms there. */
  | {
      readonly confirm: { readonly mchId: string; readonly appId: string; readonly package: string }
      readonly bill: string
    }
  /** Nobody knows whether it was paid: it must be requested again with its number, and is paid once. */
  | { readonly again: true }
  /** Nothing was paid: the account must be topped up, and the payout requested again with its number. */
  | { readonly topUp: true }
  /** Nothing was paid, and asking again would not help: somebody must look into it. */
  | { readonly reason: string }

/** Current state of a payout. */
export interface Payout {
  readonly number: string
  readonly bill: string
  readonly yuan: string
  readonly standing: 'waiting' | 'under way' | 'paid' | 'not paid'
  /** Why it was not paid, as a code of WeChat Pay. */
  readonly why: string | undefined
}

/** Standing to show for each state. The shop was told of no others. */
const STANDING: Readonly<Record<string, Payout['standing']>> = {
  ACCEPTED: 'under way',
  PROCESSING: 'under way',
  WAIT_USER_CONFIRM: 'waiting',
  TRANSFERING: 'under way',
  CANCELING: 'under way',
  SUCCESS: 'paid',
  FAIL: 'not paid',
  CANCELLED: 'not paid',
}

const APPID = 'wx1234567889999'

/** Pays commission to customers (商家转账, scene 1005), over `wechatpay-axios-plugin`. It reads only the members it needs of each answer. */
export class Payouts {
  readonly #bills: ReturnType<Wechatpay['chain']>
  readonly #mchid: string
  readonly #notifyUrl: string

  /** @param connection `url` is `https://api.mch.weixin.qq.com` except in tests */
  constructor({ url, credentials }: { readonly url: string; readonly credentials: Credentials }, notifyUrl: string) {
    this.#mchid = credentials.mchid
    this.#notifyUrl = notifyUrl
    const wxpay = new Wechatpay({
      mchid: credentials.mchid,
      serial: credentials.merchant_serial_no,
      privateKey: credentials.merchant_private_key,
      certs: Object.fromEntries(credentials.platform_certificates.map((one) => [one.serial_no, one.certificate])),
      baseURL: url,
    })
    this.#bills = wxpay.chain('v3/fund-app/mch-transfer/transfer-bills')
  }

  /** Requests a payout. Its number makes it idempotent. */
  async ask({ number, openid, fen }: Commission): Promise<Asked> {
    const { status, data } = await answerTo(
      this.#bills.post({
        appid: APPID,
        out_bill_no: number,
        transfer_scene_id: '1005',
        openid,
        transfer_amount: fen,
        transfer_remark: '订单返佣',
        notify_url: this.#notifyUrl,
        transfer_scene_report_infos: [
          { info_type: '岗位类型', info_content: '推广员' },
          { info_type: '报酬说明', info_content: '推广订单返佣' },
        ],
      }),
    )
    if (status === 429 || status >= 500) return { again: true }
    if (status !== 200) return data.code === 'NOT_ENOUGH' ? { topUp: true } : { reason: String(data.message) }
    const { package_info, transfer_bill_no } = data
    if (typeof package_info !== 'string') throw new Error(`Payout ${number} is ${data.state}, and has no page`)
    return { confirm: { mchId: this.#mchid, appId: APPID, package: package_info }, bill: String(transfer_bill_no) }
  }

  /** Looks up a payout; `undefined` if it was never accepted. */
  async look(number: string): Promise<Payout | undefined> {
    const { status, data } = await answerTo(this.#bills.chain(`out-bill-no/${number}`).get())
    if (status === 404) return undefined
    return payoutOf(data)
  }

  /** Revokes a payout. Looking it up shows whether this was in time. */
  async callBack(
    number: string,
  ): Promise<{ readonly taken: true } | { readonly again: true } | { readonly reason: string }> {
    const { status, data } = await answerTo(this.#bills.chain(`out-bill-no/${number}/cancel`).post({}))
    if (status === 429 || status >= 500) return { again: true }
    return status === 200 ? { taken: true } : { reason: String(data.message) }
  }
}

/** A callback as received; names of header fields in WeChat Pay's spelling. */
export interface Callback {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/**
 * Handles a callback: verifies and decrypts it.
 *
 * @throws Error for a callback that is not from WeChat Pay
 */
export function receive({ headers, body }: Callback, { platform_certificates, api_v3_key }: Credentials): string {
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
  const {
    ciphertext,
    nonce: sealedWith,
    associated_data,
  } = (JSON.parse(text) as { resource: Record<string, string> }).resource
  return Aes.AesGcm.decrypt(String(ciphertext), api_v3_key, String(sealedWith), associated_data)
}

/** A finished payout, and the account it is booked on: the shop has several. */
export function finished(plaintext: string): Payout & { readonly account: string } {
  const told = JSON.parse(plaintext) as Record<string, unknown>
  if (typeof told.mchid !== 'string') throw new Error('It does not say whose account it is')
  return { ...payoutOf(told), account: told.mchid }
}

/** Books finished payouts, each once, since callbacks come again until somebody takes them. */
export class Books {
  readonly booked: (Payout & { readonly account: string })[] = []

  /** Takes a callback. @throws Error as {@link receive} does */
  take(callback: Callback, credentials: Credentials): void {
    const payout = finished(receive(callback, credentials))
    if (!this.booked.some(({ number }) => number === payout.number)) this.booked.push(payout)
  }
}

function payoutOf({
  out_bill_no,
  transfer_bill_no,
  transfer_amount,
  state,
  fail_reason,
}: Record<string, unknown>): Payout {
  const standing = STANDING[String(state)]
  if (!standing) throw new Error(`${state} is no state of a transfer`)
  if (!Number.isInteger(transfer_amount)) throw new Error(`${transfer_amount} is no amount in fen`)
  return {
    number: String(out_bill_no),
    bill: String(transfer_bill_no),
    yuan: (Number(transfer_amount) / 100).toFixed(2),
    standing,
    why: fail_reason === undefined ? undefined : String(fail_reason),
  }
}

/** The answer to a call, whether the SDK returns or throws it. Either way the SDK has verified its signature. */
async function answerTo(
  call: Promise<{ readonly status: number; readonly data: unknown }>,
): Promise<{ readonly status: number; readonly data: Record<string, unknown> }> {
  try {
    return (await call) as Awaited<ReturnType<typeof answerTo>>
  } catch (error) {
    if (error instanceof Error && 'response' in error && error.response) {
      return error.response as Awaited<ReturnType<typeof answerTo>>
    }
    throw error
  }
}
