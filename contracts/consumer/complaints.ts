import { Rsa, Wechatpay } from 'wechatpay-axios-plugin'
import { type Callback, type Credentials, receive } from './payouts.ts'

/** A complaint, as those who answer it see it. */
export interface Complaint {
  readonly id: string
  readonly text: string
  readonly standing: 'waiting' | 'answered' | 'settled'
  readonly order: string | undefined
  readonly phone: string | undefined
  /** Fen that the user asks back. */
  readonly asksFor: number | undefined
}

/** Whether something was done: once more where the service fails, and not at all where the complaint does not allow it. */
export type Done = 'done' | 'again' | 'too late'

/** Standing to show for each state. The shop was told of no others. */
const STANDING: Readonly<Record<string, Complaint['standing']>> = {
  PENDING: 'waiting',
  PROCESSING: 'answered',
  PROCESSED: 'settled',
}

/** Answers complaints of users (消费者投诉) over `wechatpay-axios-plugin`. It reads only the members it needs of each answer. */
export class HelpDesk {
  readonly #complaints: ReturnType<Wechatpay['chain']>
  readonly #credentials: Credentials

  /** @param connection `url` is `https://api.mch.weixin.qq.com` except in tests */
  constructor({ url, credentials }: { readonly url: string; readonly credentials: Credentials }) {
    this.#credentials = credentials
    const wxpay = new Wechatpay({
      mchid: credentials.mchid,
      serial: credentials.merchant_serial_no,
      privateKey: credentials.merchant_private_key,
      certs: Object.fromEntries(credentials.platform_certificates.map((one) => [one.serial_no, one.certificate])),
      baseURL: url,
    })
    this.#complaints = wxpay.chain('v3/merchant-service/complaints-v2')
  }

  /** Complaints of a day, the newest first, and how many there are in all. */
  async ofDay(day: string): Promise<{ readonly complaints: readonly Complaint[]; readonly total: number }> {
    const { data } = await answerTo(this.#complaints.get({ params: { begin_date: day, end_date: day, limit: 50 } }))
    const { data: all, total_count } = data as { data: readonly Record<string, unknown>[]; total_count: number }
    return { complaints: all.map((one) => this.#read(one)), total: total_count }
  }

  /** Looks up a complaint; `undefined` if no user made it. */
  async look(id: string): Promise<Complaint | undefined> {
    const { status, data } = await answerTo(this.#complaints.chain(id).get())
    return status === 404 ? undefined : this.#read(data)
  }

  /** Everything that was said, the newest first. */
  async said(id: string): Promise<readonly string[]> {
    const { data } = await answerTo(this.#complaints.chain(`${id}/negotiation-historys`).get())
    return (data.data as readonly Record<string, unknown>[]).map((one) => `${one.operator}：${one.operate_details}`)
  }

  reply(id: string, text: string): Promise<Done> {
    return this.#do(`${id}/response`, { complainted_mchid: this.#credentials.mchid, response_content: text })
  }

  complete(id: string): Promise<Done> {
    return this.#do(`${id}/complete`, { complainted_mchid: this.#credentials.mchid })
  }

  /** Approves the refund that the user asks for, which a refund has to follow; or refuses it, with a reason. */
  decide(id: string, refusal?: string): Promise<Done> {
    const decision =
      refusal === undefined ? { action: 'APPROVE', launch_refund_day: 0 } : { action: 'REJECT', reject_reason: refusal }
    return this.#do(`${id}/update-refund-progress`, decision)
  }

  async #do(path: string, body: object): Promise<Done> {
    const { status } = await answerTo(this.#complaints.chain(path).post(body))
    if (status === 429 || status >= 500) return 'again'
    return status < 300 ? 'done' : 'too late'
  }

  #read({ complaint_id, complaint_detail, complaint_state, ...more }: Record<string, unknown>): Complaint {
    const standing = STANDING[String(complaint_state)]
    if (!standing) throw new Error(`${complaint_state} is not a state of a complaint`)
    const [order] = (more.complaint_order_info ?? []) as readonly Record<string, unknown>[]
    const { payer_phone: sealed, apply_refund_amount: fen } = more
    return {
      id: String(complaint_id),
      text: String(complaint_detail),
      standing,
      order: order && String(order.out_trade_no),
      phone: typeof sealed === 'string' ? Rsa.decrypt(sealed, this.#credentials.merchant_private_key) : undefined,
      asksFor: fen === undefined ? undefined : Number(fen),
    }
  }
}

/** Callbacks about complaints, each once: a callback comes again until somebody takes it. */
export class Inbox {
  readonly #told = new Map<string, ReturnType<typeof toldIn>>()

  /** Takes a callback. @throws Error for one that is not from WeChat Pay */
  take(callback: Callback, credentials: Credentials): void {
    const told = toldIn(receive(callback, credentials))
    const { id } = JSON.parse(Buffer.from(callback.body).toString()) as { readonly id: string }
    this.#told.set(id, told)
  }

  get told(): readonly ReturnType<typeof toldIn>[] {
    return [...this.#told.values()]
  }
}

/** The complaint that a callback is about, and what happened to it. */
export function toldIn(plaintext: string): { readonly id: string; readonly what: string } {
  const { complaint_id, action_type } = JSON.parse(plaintext) as Record<string, unknown>
  if (typeof action_type !== 'string') throw new Error('It does not say what happened')
  return { id: String(complaint_id), what: action_type }
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
