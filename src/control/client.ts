import { UsageError, type UsageErrorCode } from '../protocol/errors.ts'
import type {
  ClockJson,
  CredentialsJson,
  ExchangeJson,
  FaultJson,
  HealthJson,
  PlannedFaultJson,
  PlatformJson,
  SettingsJson,
} from './answer-format.ts'
import type { ControlEvent } from './formats/event.ts'
import type { ExchangeSummaryJson } from './formats/exchange-summary.ts'
import type { SendNotificationJson, ShownNotification } from './formats/notification.ts'
import type { CouponTimeline, ListedMerchant, OperationInShort, PactJson, WorldCounts } from './formats/overview.ts'
import type { ShownOrder, ShownRefund } from './formats/shown.ts'
import type { HandOutJson } from './hand-out-format.ts'
import type { CouponPatch } from './patch-coupon.ts'
import { readEvents } from './read-events.ts'
import type {
  CodeJson,
  CompletedCode,
  CompletedCoupon,
  CompletedOrder,
  CompletedStock,
  CompletedUser,
  CouponJson,
  MerchantJson,
  OrderJson,
  SnapshotJson,
  StockJson,
  StockPatch,
  UserJson,
  WorldJson,
} from './world-format.ts'

/** How a control API is reached over HTTP. */
export interface ControlOptions {
  /** What the server was given as `--control-token`. */
  readonly token?: string
}

/** Which callbacks are meant; what is left out does not matter. */
export interface NotificationFilter {
  /** Whom they are for. */
  readonly mchid?: string
  /** e.g. `COUPON.SEND` */
  readonly event_type?: string
  readonly state?: 'pending' | 'delivered' | 'failed'
}

/** Which calls of the journal are meant; what is left out does not matter. */
export interface JournalFilter {
  /** Id of an operation, e.g. `associateTradeInfo`. */
  readonly operation?: string
  /** Who the call is from, or says it is from. */
  readonly mchid?: string
  /** HTTP status of the answer. */
  readonly status?: number
  /** A batch that the call names. */
  readonly stock_id?: string
  /** A coupon that the call names. */
  readonly coupon_code?: string
  /** Only tries to deliver callbacks, or no such; both if left out. */
  readonly callbacks?: 'only' | 'no'
}

/** Whose batch, coupon, order or refund is meant; the well-known merchant's if left out, or else the only one of this name. */
export interface Owner {
  readonly mchid?: string
}

/** How an order is paid. */
export interface PaymentOfOrder {
  readonly openid?: string
  readonly transaction_id?: string
  /** What it is paid with; another than the order's own, or an old one, is refused. */
  readonly prepay_id?: string
}

/** How a refund ends. */
export type RefundOutcomeJson = ShownRefund['outcome']

/** A refund that is made in the merchant console. */
export interface ConsoleRefund {
  /** Fen; what is left if left out. */
  readonly amount?: number
  /** `SUCCESS` if left out. */
  readonly outcome?: RefundOutcomeJson
  /** Where the merchant is told; the order's own if left out. */
  readonly notify_url?: string
}

/** A time for the mock's clock: RFC 3339 with offset, or a Date. */
export type ClockTime = string | Date

/** What the mock's clock is set to: a time, or the machine's, with which it runs on. */
export type ClockTarget = ClockTime | 'machine'

/** A page of things, the newest first. */
export interface Page<Thing> {
  readonly items: Thing[]
  /** `cursor` of the page behind; left out on the last one. */
  readonly next?: string
  /** How many fit, on all pages. */
  readonly total: number
}

/** Which page is meant; the first 50 things if all is left out. */
export interface PageRequest {
  /** Only what has this text somewhere, in upper or lower case. */
  readonly text?: string
  /** `next` of the page before. */
  readonly cursor?: string
  /** 500 at most. */
  readonly limit?: number
}

/** Which coupons are meant; what is left out does not matter. */
export interface CouponFilter extends Owner {
  readonly stock_id?: string
  readonly state?: CompletedCoupon['state']
}

/** Which orders are meant; what is left out does not matter. */
export interface OrderFilter extends Owner {
  readonly state?: CompletedOrder['state']
}

/** A language, or `env` for variables. */
export type SnippetFormat = 'php' | 'java' | 'go' | 'python' | 'node' | 'env'

type Query = Readonly<Record<string, string | number | undefined>>

/**
 * The control API of a mock, over whatever carries a request to it.
 *
 * Every method throws a UsageError with the `MOCK_…` code, the message and the JSON pointer that the API refused with, and an Error
 * that names the mock when the mock has a bug.
 */
export class MockControl {
  readonly #send: (request: Request) => Promise<Response>
  readonly #baseUrl: string

  /** @param baseUrl address of the mock, with or without `/_mock` behind it */
  constructor(send: (request: Request) => Promise<Response>, baseUrl: string) {
    this.#send = send
    this.#baseUrl = baseUrl.replace(/\/+$/, '').replace(/\/_mock$/, '')
  }

  health(): Promise<HealthJson> {
    return this.#call('GET', '/health')
  }

  /** Keys and address to configure a client with; of the well-known merchant if none is named. */
  credentials(mchid?: string): Promise<CredentialsJson> {
    return this.#call('GET', '/credentials', { query: { mchid } })
  }

  /** Makes a fresh merchant with an empty world of its own; what is left out is made up, keys included. */
  createMerchant(options: MerchantJson = {}): Promise<CredentialsJson> {
    return this.#call('POST', '/merchants', { body: options })
  }

  /** The platform certificates that merchants can download now, and the id of the public key. */
  platform(): Promise<PlatformJson> {
    return this.#call('GET', '/platform')
  }

  /**
   * Changes the platform certificate, by the mock's clock and until the next reset: a new one is listed at once; after 24 hours either one
   * signs; after 48 the new one alone. Ask for {@link credentials} again to know it. The new one is valid from an hour ago and for five
   * years by the mock's clock, and by the machine's too where signatures are judged by that.
   */
  rotatePlatformCertificate(): Promise<PlatformJson> {
    return this.#call('POST', '/platform/rotate')
  }

  /** Goes back to the seed: everything, with journal, clock, faults, settings, rates and platform certificate, or only one merchant's state. Merchants that were made stay. */
  reset(mchid?: string): Promise<void> {
    return this.#call('POST', '/reset', { query: { mchid } })
  }

  /** A snapshot, of everything or of one merchant, in the format of a seed file. It holds private keys of the merchants made. */
  world(mchid?: string): Promise<SnapshotJson> {
    return this.#call('GET', '/world', { query: { mchid } })
  }

  /** Replaces the whole state by a snapshot or seed file, which becomes the new seed. A world that does not fit changes nothing. */
  restore(world: WorldJson): Promise<void> {
    return this.#call('PUT', '/world', { body: world })
  }

  /** A snapshot as {@link world} gives it, as the text of a file: for a large one that is only to be kept. */
  async worldFile(mchid?: string): Promise<Blob> {
    const response = await this.#request('GET', '/world', { query: { mchid } })
    if (!response.headers.get('content-type')?.startsWith('application/json')) {
      throw notTheControlApi(response, new URL(this.#baseUrl))
    }
    return response.blob()
  }

  /** Does what {@link restore} does with a file, without reading it into memory first. */
  async restoreFile(file: Blob): Promise<void> {
    await this.#request('PUT', '/world', { file })
  }

  /** How many things of each kind the mock holds. */
  worldCounts(): Promise<WorldCounts> {
    return this.#call('GET', '/world/counts')
  }

  /** Adds a batch, or replaces the one with its id. */
  addStock(stock: StockJson = {}): Promise<CompletedStock> {
    return this.#call('POST', '/stocks', { body: stock })
  }

  /** Adds all of them or none; 10,000 at most. */
  addStocks(stocks: readonly StockJson[]): Promise<CompletedStock[]> {
    return this.#call('POST', '/stocks', { body: stocks })
  }

  /** Adds a coupon in any state, or replaces the one with its code in the batch; a missing batch is made. */
  addCoupon(coupon: CouponJson = {}): Promise<CompletedCoupon> {
    return this.#call('POST', '/coupons', { body: coupon })
  }

  /** Adds all of them or none; 10,000 at most. */
  addCoupons(coupons: readonly CouponJson[]): Promise<CompletedCoupon[]> {
    return this.#call('POST', '/coupons', { body: coupons })
  }

  /** Adds an order, or replaces the one with its number. */
  addOrder(order: OrderJson = {}): Promise<CompletedOrder> {
    return this.#call('POST', '/orders', { body: order })
  }

  /** Adds all of them or none; 10,000 at most. */
  addOrders(orders: readonly OrderJson[]): Promise<CompletedOrder[]> {
    return this.#call('POST', '/orders', { body: orders })
  }

  /** Adds a code that was uploaded for a batch, or replaces it; a missing batch is made. */
  addCode(code: CodeJson): Promise<CompletedCode> {
    return this.#call('POST', '/codes', { body: code })
  }

  /** Adds all of them or none; 10,000 at most. */
  addCodes(codes: readonly CodeJson[]): Promise<CompletedCode[]> {
    return this.#call('POST', '/codes', { body: codes })
  }

  /** A batch, with what was sent of it and, where codes are uploaded, how many there are. */
  stock(stockId: string, owner: Owner = {}): Promise<CompletedStock> {
    return this.#call('GET', `/stocks/${encodeURIComponent(stockId)}`, { query: { mchid: owner.mchid } })
  }

  /** Does to a batch what a merchant does in the console: `{ state: 'PAUSED' }`, `RUNNING`, `STOPED` or `UNAUDIT`. */
  patchStock(stockId: string, patch: StockPatch, owner: Owner = {}): Promise<CompletedStock> {
    const query = { mchid: owner.mchid }
    return this.#call('PATCH', `/stocks/${encodeURIComponent(stockId)}`, { query, body: patch })
  }

  /** Says what is known of a WeChat user, or replaces what was: appid, unionid, natural person, whether the account is suspicious. */
  addUser(user: UserJson): Promise<CompletedUser> {
    return this.#call('POST', '/users', { body: user })
  }

  /** Adds all of them or none; 10,000 at most. */
  addUsers(users: readonly UserJson[]): Promise<CompletedUser[]> {
    return this.#call('POST', '/users', { body: users })
  }

  /**
   * Hands a coupon to a user as another channel than the API would, H5 if none is named: by the same rules, and with COUPON.SEND for the
   * creator of the batch. Throws `MOCK_NOT_HANDED_OUT` with the rule that refused it.
   */
  handOutCoupon(stockId: string, how: HandOutJson = {}, owner: Owner = {}): Promise<CompletedCoupon> {
    const query = { mchid: owner.mchid }
    return this.#call('POST', `/stocks/${encodeURIComponent(stockId)}/hand-out`, { query, body: how })
  }

  /** A coupon with its history. */
  coupon(stockId: string, couponCode: string, owner: Owner = {}): Promise<CompletedCoupon> {
    return this.#call('GET', couponPath(stockId, couponCode), { query: { mchid: owner.mchid } })
  }

  /**
   * Puts a coupon in a state, whatever happened to it before: `{ state: 'SENDED' }` makes it usable again, `{ state: 'EXPIRED' }` moves
   * its time to now, `{ associate_out_trade_no: null }` removes the link to an order.
   */
  patchCoupon(stockId: string, couponCode: string, patch: CouponPatch, owner: Owner = {}): Promise<CompletedCoupon> {
    return this.#call('PATCH', couponPath(stockId, couponCode), { query: { mchid: owner.mchid }, body: patch })
  }

  /** An order with its refunds. */
  order(outTradeNo: string, owner: Owner = {}): Promise<ShownOrder> {
    return this.#call('GET', orderPath(outTradeNo), { query: { mchid: owner.mchid } })
  }

  /** Pays an order, as the user's phone does. What is left out is the order's own, or made up. */
  payOrder(outTradeNo: string, payment: PaymentOfOrder = {}, owner: Owner = {}): Promise<ShownOrder> {
    return this.#call('POST', `${orderPath(outTradeNo)}/pay`, { query: { mchid: owner.mchid }, body: payment })
  }

  /** Lets the time of an unpaid order run out now, which closes it. */
  expireOrder(outTradeNo: string, owner: Owner = {}): Promise<ShownOrder> {
    return this.#call('POST', `${orderPath(outTradeNo)}/expire`, { query: { mchid: owner.mchid } })
  }

  /** Refunds an order, as in the merchant console: all that is left of it, or an amount. */
  refundOrder(outTradeNo: string, refund: ConsoleRefund = {}, owner: Owner = {}): Promise<ShownRefund> {
    return this.#call('POST', `${orderPath(outTradeNo)}/refund`, { query: { mchid: owner.mchid }, body: refund })
  }

  /** Settles a refund that is PROCESSING now, in one way or another. */
  settleRefund(
    outRefundNo: string,
    settlement: { readonly outcome?: RefundOutcomeJson } = {},
    owner: Owner = {},
  ): Promise<ShownRefund> {
    return this.#call('POST', `/refunds/${encodeURIComponent(outRefundNo)}/settle`, {
      query: { mchid: owner.mchid },
      body: settlement,
    })
  }

  clock(): Promise<ClockJson> {
    return this.#call('GET', '/clock')
  }

  /**
   * Sets the clock, freezes it or lets it run; what is left out stays as it is. `{ now: 'machine' }` goes back to the machine's time and
   * runs with it. Callbacks that become due on the way to a later time are delivered in their order before this resolves.
   */
  setClock({ now, frozen }: { readonly now?: ClockTarget; readonly frozen?: boolean }): Promise<ClockJson> {
    return this.#call('PUT', '/clock', { body: { now, frozen } })
  }

  /** Stops the clock, where it is or at a time. */
  freeze(now?: ClockTarget): Promise<ClockJson> {
    return this.#call('PUT', '/clock', { body: { now, frozen: true } })
  }

  /** Lets the clock run on from where it stands. */
  run(): Promise<ClockJson> {
    return this.#call('PUT', '/clock', { body: { frozen: false } })
  }

  /** Moves the clock by an ISO 8601 duration like `P31D`, `PT5M` or `-PT1H`, or by seconds; callbacks as with {@link setClock}. */
  advance(duration: string | number): Promise<ClockJson> {
    return this.#call('POST', '/clock/advance', { body: { duration } })
  }

  settings(): Promise<SettingsJson> {
    return this.#call('GET', '/settings')
  }

  /** Changes how the mock behaves, until the next reset: `{ orders: 'known' }`. What is left out stays as it is. */
  changeSettings(change: Partial<SettingsJson>): Promise<SettingsJson> {
    return this.#call('PATCH', '/settings', { body: change })
  }

  /** The faults that are still to come, in the order they were planned in; with `unused` only those that happened to no call so far. */
  faults({ unused }: { readonly unused?: boolean } = {}): Promise<PlannedFaultJson[]> {
    return this.#call('GET', '/faults', { query: { unused: unused === undefined ? undefined : String(unused) } })
  }

  /**
   * Lets authenticated calls to come go wrong: be answered with one of their documented errors, signed, without a change
   * (`{ operation: 'associateTradeInfo', error: 'rate_limited', times: 2 }`), or be done and the answer lost
   * (`{ effect: 'answer_lost', coupon_code: 'sxxe34343434' }`).
   */
  planFault(fault: FaultJson): Promise<PlannedFaultJson> {
    return this.#call('POST', '/faults', { body: fault })
  }

  /** Forgets the faults that are still to come, and ends delays that are under way. */
  clearFaults(): Promise<void> {
    return this.#call('DELETE', '/faults')
  }

  /** Callbacks with what became of them, in the order in which they were made. */
  notifications(filter: NotificationFilter = {}): Promise<ShownNotification[]> {
    return this.#call('GET', '/notifications', { query: { ...filter } })
  }

  /**
   * Delivers the callbacks that are due now: resolves when each was tried, with callbacks as {@link notifications} shows them. Those that
   * are due later wait for the clock: {@link advance}.
   */
  deliverNotifications(filter: NotificationFilter = {}): Promise<ShownNotification[]> {
    return this.#call('POST', '/notifications/deliver', { query: { ...filter } })
  }

  /**
   * Makes a callback of an event and sends it now: `{ event_type: 'COUPON.SEND', url: 'http://127.0.0.1:3000/notify' }`; or repeats one now:
   * `{ id }`. Resolves after the try.
   */
  sendNotification(notification: SendNotificationJson): Promise<ShownNotification> {
    return this.#call('POST', '/notifications', { body: notification })
  }

  /** The latest simulated calls with their answers, oldest first; with `limit` only so many, the newest. */
  journal(filter: JournalFilter & { readonly limit?: number } = {}): Promise<ExchangeJson[]> {
    return this.#call('GET', '/journal', { query: { ...filter } })
  }

  /** One call by its Request-ID, with or without the code behind the dash. */
  exchange(id: string): Promise<ExchangeJson> {
    return this.#call('GET', `/journal/${encodeURIComponent(id)}`)
  }

  async journalCount(filter: JournalFilter = {}): Promise<number> {
    const { count } = await this.#call<{ count: number }>('GET', '/journal/count', { query: { ...filter } })
    return count
  }

  clearJournal(): Promise<void> {
    return this.#call('DELETE', '/journal')
  }

  /** Calls and tries to deliver callbacks in short, the newest first, page by page. */
  journalPage(filter: JournalFilter & PageRequest = {}): Promise<Page<ExchangeSummaryJson>> {
    return this.#call('GET', '/journal/page', { query: { ...filter } })
  }

  /** Sends a call once more, signed afresh for who sent it; gives the new exchange. */
  replayExchange(id: string): Promise<ExchangeJson> {
    return this.#call('POST', `/journal/${encodeURIComponent(id)}/replay`)
  }

  /** A call as a curl command for bash and zsh: signed afresh, which works for five minutes, or as it was sent. */
  async exchangeCurl(id: string, signature: 'afresh' | 'as_sent' = 'afresh'): Promise<string> {
    const path = `/journal/${encodeURIComponent(id)}/curl`
    const { command } = await this.#call<{ command: string }>('GET', path, { query: { signature } })
    return command
  }

  /** A first call to try, as a curl command that works for five minutes. */
  async sampleCurl(): Promise<string> {
    const { command } = await this.#call<{ command: string }>('GET', '/sample/curl')
    return command
  }

  /** A call as a Pact contract of specification 4. Throws `MOCK_NO_CONTRACT` where none can be made of it. */
  exchangePact(id: string, names: { readonly consumer?: string; readonly provider?: string } = {}): Promise<PactJson> {
    return this.#call('GET', `/journal/${encodeURIComponent(id)}/pact`, { query: names })
  }

  /** The merchants that may call, without their keys: the well-known one first, then the newest, page by page. */
  merchants(filter: PageRequest = {}): Promise<Page<ListedMerchant>> {
    return this.#call('GET', '/merchants', { query: { ...filter } })
  }

  /** A program that connects a language's SDK, ready to be run; with `env` a file of variables. */
  async credentialsSnippet(
    format: SnippetFormat,
    { mchid, lang }: { readonly mchid?: string; readonly lang?: 'zh' | 'en' } = {},
  ): Promise<string> {
    const { text } = await this.#call<{ text: string }>('GET', '/credentials/snippet', {
      query: { format, mchid, lang },
    })
    return text
  }

  /** The calls of WeChat Pay that the mock answers, with the errors that each can be planned to fail with. */
  operations(): Promise<OperationInShort[]> {
    return this.#call('GET', '/operations')
  }

  /** Batches, the newest first, page by page. */
  stocks(filter: Owner & PageRequest = {}): Promise<Page<CompletedStock>> {
    return this.#call('GET', '/stocks', { query: { ...filter } })
  }

  /** Coupons, those received last first, page by page. */
  coupons(filter: CouponFilter & PageRequest = {}): Promise<Page<CompletedCoupon>> {
    return this.#call('GET', '/coupons', { query: { ...filter } })
  }

  /** A coupon with what happened to it, which exchange did it, and the calls that named it in vain; the newest first. */
  couponTimeline(stockId: string, couponCode: string, owner: Owner = {}): Promise<CouponTimeline> {
    return this.#call('GET', `${couponPath(stockId, couponCode)}/timeline`, { query: { mchid: owner.mchid } })
  }

  /** Orders, the newest first, page by page. */
  orders(filter: OrderFilter & PageRequest = {}): Promise<Page<CompletedOrder>> {
    return this.#call('GET', '/orders', { query: { ...filter } })
  }

  /**
   * Exchanges and changes of the state as they happen, until the server ends or `signal` is aborted. It is connected when `onOpen` is called.
   *
   * ```ts
   * for await (const event of control.events()) if (event.type === 'exchange') console.log(event.exchange.operation)
   * ```
   *
   * @param options `lastEventId`: id of an exchange; those since come first, or `resync` where the mock has not all of them any more
   */
  async *events(
    options: { readonly lastEventId?: string; readonly signal?: AbortSignal; readonly onOpen?: () => void } = {},
  ): AsyncGenerator<ControlEvent, void, undefined> {
    const { lastEventId, signal, onOpen } = options
    const url = new URL(`${this.#baseUrl}/_mock/events`)
    if (lastEventId !== undefined) url.searchParams.set('last_event_id', lastEventId)
    const response = await this.#send(new Request(url, signal ? { signal } : {}))
    if (!response.ok || !response.body) {
      const text = await response.text()
      throw refusal(response, parse(text), text, url)
    }
    onOpen?.()
    yield* readEvents(response.body)
  }

  async #call<Answer>(
    method: string,
    path: string,
    { query, body }: { query?: Query; body?: unknown } = {},
  ): Promise<Answer> {
    const file = body === undefined ? undefined : JSON.stringify(body)
    const response = await this.#request(method, path, { ...(query && { query }), ...(file !== undefined && { file }) })
    const text = await response.text()
    const answer = text === '' ? undefined : parse(text)
    if (text !== '' && answer === undefined) throw notTheControlApi(response, new URL(this.#baseUrl))
    // The API answers as its own description says, which test/control checks call by call.
    return answer as Answer
  }

  /** Sends JSON, and gives the answer if it is no refusal. */
  async #request(
    method: string,
    path: string,
    { query = {}, file }: { query?: Query; file?: string | Blob },
  ): Promise<Response> {
    const url = new URL(`${this.#baseUrl}/_mock${path}`)
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value))
    }
    const response = await this.#send(
      new Request(url, {
        method,
        ...(file !== undefined && { body: file, headers: { 'Content-Type': 'application/json' } }),
      }),
    )
    if (response.ok) return response
    const text = await response.text()
    throw refusal(response, parse(text), text, url)
  }
}

/**
 * The control API of a server.
 *
 * @param url address of the server, e.g. `http://127.0.0.1:8089`
 * @throws UsageError `MOCK_URL` for what is not an http address; its methods `MOCK_UNREACHABLE` when no one answers there
 */
export function connectControl(url: string | URL, { token }: ControlOptions = {}): MockControl {
  const address = String(url)
  if (!/^https?:$/.test(URL.parse(address)?.protocol ?? '')) {
    throw new UsageError('MOCK_URL', `${address} is not the address of a mock: give one like http://127.0.0.1:8089.`)
  }
  return new MockControl(async (request) => {
    if (token !== undefined) request.headers.set('Authorization', `Bearer ${token}`)
    try {
      return await fetch(request)
    } catch (cause) {
      throw new UsageError('MOCK_UNREACHABLE', `No mock answers at ${address}: is it started there?`, { cause })
    }
  }, address)
}

function orderPath(outTradeNo: string): string {
  return `/orders/${encodeURIComponent(outTradeNo)}`
}

function couponPath(stockId: string, couponCode: string): string {
  return `/coupons/${encodeURIComponent(stockId)}/${encodeURIComponent(couponCode)}`
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Text that is not JSON: a bug in the mock, or a server that is no mock.
    return undefined
  }
}

function refusal(response: Response, answer: unknown, text: string, url: URL): Error {
  if (typeof answer === 'object' && answer !== null && 'code' in answer && 'message' in answer && 'path' in answer) {
    const { code, message, path } = answer
    if (isUsageErrorCode(code)) return new UsageError(code, String(message), { path: String(path) })
  }
  return text.includes('wechatpay-mock') ? new Error(text.trim()) : notTheControlApi(response, url)
}

function notTheControlApi(response: Response, url: URL): UsageError {
  const type = response.headers.get('content-type') ?? 'nothing'
  return new UsageError(
    'MOCK_NOT_A_MOCK',
    `${url.origin} answered ${response.status} with ${type}, which is not the control API of wechatpay-mock.`,
  )
}

function isUsageErrorCode(code: unknown): code is UsageErrorCode {
  return typeof code === 'string' && code.startsWith('MOCK_')
}
