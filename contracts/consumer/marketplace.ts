import { Rsa, Wechatpay } from 'wechatpay-axios-plugin'

/** Mutual identification of the marketplace and WeChat Pay. */
export interface Credentials {
  readonly mchid: string
  readonly merchant_serial_no: string
  /** PEM. */
  readonly merchant_private_key: string
  readonly platform_certificates: readonly { readonly serial_no: string; readonly certificate: string }[]
}

/** An order of a customer with one of the sellers. */
export interface Purchase {
  /** Letters and digits. */
  readonly number: string
  /** Merchant number of the seller. */
  readonly seller: string
  readonly openid: string
  /** Whole fen. */
  readonly fen: number
}

/** A purchase that was paid. */
export interface Paid {
  readonly number: string
  readonly seller: string
  /** Number of WeChat Pay, by which it is shared. */
  readonly transaction: string
  readonly openid: string
  readonly yuan: string
}

/** Part of a purchase for the supplier of the seller. */
export interface Share {
  readonly number: string
  readonly of: Pick<Paid, 'seller' | 'transaction'>
  readonly supplier: { readonly account: string; readonly name: string }
  /** Whole fen. */
  readonly fen: number
}

/** Money for the customer of a purchase. */
export interface Refund {
  readonly number: string
  readonly of: Purchase
  /** Whole fen. */
  readonly fen: number
}

/** Nobody knows whether it was done: it must be asked for again with its number, and is done once. */
export interface Again {
  readonly again: true
}

/** An answer that says why not, for somebody to look into. */
export interface Refused {
  readonly reason: string
}

const APPID = 'wx1234567889999'

/**
 * A marketplace (电商平台) that is the partner (服务商) of its sellers: it places orders for them, shares what they take with their suppliers, and refunds their
 * customers, over `wechatpay-axios-plugin`. It reads only the members it needs of each answer.
 */
export class Marketplace {
  readonly #wxpay: Wechatpay
  readonly #credentials: Credentials
  readonly #notifyUrl: string

  /** @param connection `url` is `https://api.mch.weixin.qq.com` except in tests */
  constructor({ url, credentials }: { readonly url: string; readonly credentials: Credentials }, notifyUrl: string) {
    this.#credentials = credentials
    this.#notifyUrl = notifyUrl
    this.#wxpay = new Wechatpay({
      mchid: credentials.mchid,
      serial: credentials.merchant_serial_no,
      privateKey: credentials.merchant_private_key,
      certs: Object.fromEntries(credentials.platform_certificates.map((one) => [one.serial_no, one.certificate])),
      baseURL: url,
    })
  }

  /** Places an order. A seller has to let the marketplace act for it before. */
  async place({ number, seller, openid, fen }: Purchase): Promise<{ readonly prepayId: string } | Refused> {
    const { status, data } = await answerTo(
      this.#wxpay.chain('v3/pay/partner/transactions/jsapi').post({
        sp_appid: APPID,
        sp_mchid: this.#credentials.mchid,
        sub_mchid: seller,
        description: '手工茶具',
        out_trade_no: number,
        notify_url: this.#notifyUrl,
        settle_info: { profit_sharing: true },
        amount: { total: fen },
        payer: { sp_openid: openid },
      }),
    )
    return status === 200 ? { prepayId: text(data.prepay_id) } : { reason: text(data.message) }
  }

  /** Looks an order up, where no callback came; `undefined` if it is not paid. */
  async look({ number, seller }: Pick<Purchase, 'number' | 'seller'>): Promise<Paid | undefined> {
    const order = this.#wxpay.chain(`v3/pay/partner/transactions/out-trade-no/${number}`)
    const { data } = await answerTo(order.get({ params: { sp_mchid: this.#credentials.mchid, sub_mchid: seller } }))
    return data.trade_state === 'SUCCESS' ? paidIn(data) : undefined
  }

  /** Lets the supplier have its part. The number makes it idempotent. */
  async share({ number, of, supplier, fen }: Share): Promise<{ readonly order: string } | Again | Refused> {
    const [key] = this.#credentials.platform_certificates
    if (!key) throw new Error('There is no key to encrypt the name with')
    const { status, data } = await answerTo(
      this.#wxpay.chain('v3/profitsharing/orders').post(
        {
          sub_mchid: of.seller,
          appid: APPID,
          transaction_id: of.transaction,
          out_order_no: number,
          receivers: [
            {
              type: 'MERCHANT_ID',
              account: supplier.account,
              name: Rsa.encrypt(supplier.name, key.certificate),
              amount: fen,
              description: '分给供应商',
            },
          ],
          unfreeze_unsplit: false,
        },
        { headers: { 'Wechatpay-Serial': key.serial_no } },
      ),
    )
    if (isUnclear(status)) return { again: true }
    return status === 200 ? { order: text(data.order_id) } : { reason: text(data.message) }
  }

  /** Yuan that each merchant got by a share, or by unfreezing the rest; `undefined` until all have theirs. */
  async shared({ number, of }: Pick<Share, 'number' | 'of'>): Promise<Readonly<Record<string, string>> | undefined> {
    const share = this.#wxpay.chain(`v3/profitsharing/orders/${number}`)
    const { data } = await answerTo(share.get({ params: { sub_mchid: of.seller, transaction_id: of.transaction } }))
    const receivers = data.receivers as Record<string, unknown>[]
    if (data.state !== 'FINISHED') return undefined
    const got = receivers.filter(({ result }) => result === 'SUCCESS')
    return Object.fromEntries(got.map(({ account, amount }) => [text(account), yuan(amount)]))
  }

  /** Gives the customer money back. The callback tells whether it arrives. */
  async refund({ number, of, fen }: Refund): Promise<{ readonly refund: string } | Again | Refused> {
    const { status, data } = await answerTo(
      this.#wxpay.chain('v3/refund/domestic/refunds').post({
        sub_mchid: of.seller,
        out_trade_no: of.number,
        out_refund_no: number,
        notify_url: this.#notifyUrl,
        amount: { refund: fen, total: of.fen, currency: 'CNY' },
      }),
    )
    if (isUnclear(status)) return { again: true }
    if (status !== 200) return { reason: text(data.message) }
    if (data.status !== 'PROCESSING') throw new Error(`Refund ${number} is ${data.status}`)
    return { refund: text(data.refund_id) }
  }

  /** Looks a refund up, where no callback came: whether the customer got the money, as far as it is known. */
  async refunded({ number, of }: Pick<Refund, 'number' | 'of'>): Promise<boolean | undefined> {
    const refund = this.#wxpay.chain(`v3/refund/domestic/refunds/${number}`)
    const { data } = await answerTo(refund.get({ params: { sub_mchid: of.seller } }))
    return data.status === 'PROCESSING' ? undefined : data.status === 'SUCCESS'
  }
}

/** Reads an order in the answer to a query, or in a callback once it is opened. */
function paidIn({ out_trade_no, sub_mchid, transaction_id, payer, amount }: Members): Paid {
  return {
    number: text(out_trade_no),
    seller: text(sub_mchid),
    transaction: text(transaction_id),
    openid: text((payer as Members).sp_openid),
    yuan: yuan((amount as Members).total),
  }
}

/** Reads a callback about a refund once it is opened: whether the customer got the money. */
export function refundedIn({ sp_mchid, sub_mchid, out_refund_no, refund_status, amount }: Members) {
  return {
    number: text(out_refund_no),
    by: text(sp_mchid),
    seller: text(sub_mchid),
    yuan: yuan((amount as Members).refund),
    arrived: refund_status === 'SUCCESS',
  }
}

/** Books what callbacks tell, each once, since they come again until somebody takes them. */
export class Books {
  readonly paid = new Map<string, Paid>()
  readonly refunded = new Map<string, ReturnType<typeof refundedIn>>()

  /** Takes a callback once it is opened. */
  take(told: Members): void {
    if ('refund_status' in told) {
      const refund = refundedIn(told)
      this.refunded.set(refund.number, refund)
    } else {
      const order = paidIn(told)
      this.paid.set(order.number, order)
    }
  }
}

type Members = Readonly<Record<string, unknown>>

/** Whether nobody knows if a call was done. */
const isUnclear = (status: number) => status === 429 || status >= 500

function text(value: unknown): string {
  if (typeof value !== 'string') throw new Error(`${value} is no text`)
  return value
}

function yuan(fen: unknown): string {
  if (!Number.isInteger(fen)) throw new Error(`${fen} is no amount in fen`)
  return (Number(fen) / 100).toFixed(2)
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
