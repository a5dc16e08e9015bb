import type { Expected } from '../plans.ts'

export const SECOND = 1_000
export const DAY = 86_400 * SECOND
export const HOURS = DAY / 24

/** Who asks for something, and the sub-merchant that it is for. */
export interface Whose {
  readonly mchid: string
  readonly sub?: string | undefined
}

/** The values that an order is placed with; a combined one has several such. */
export interface Wanted extends Whose {
  readonly no: string
  readonly total: number
  readonly kind: 'JSAPI' | 'NATIVE' | 'MICROPAY'
  readonly shares: boolean
  /** Number of the combined order that it belongs to. */
  readonly combined?: string
  /** Payment code. */
  readonly code?: string
}

export interface Coupon {
  readonly type: 'CASH' | 'NOCASH'
  readonly amount: number
}

export interface Order extends Wanted {
  state: 'NOTPAY' | 'USERPAYING' | 'SUCCESS' | 'REFUND' | 'CLOSED' | 'REVOKED'
  prepaid: number
  /** Whether its time to be paid is over. */
  prepayOver: boolean
  paid?: { readonly at: number; readonly coupon?: Coupon; readonly settled: number; readonly fee: number }
  reversed?: number
  frozen: number
  /** Whether its money waits to be shared; by a call it is unfrozen for good. */
  waits: boolean
  unfrozen: boolean
  /** Shared with others, and kept by its merchant as a receiver. */
  others: number
  own: number
  requests: number
  /** Sums of the refunds that were not closed. */
  back: { count: number; refund: number; payer: number; coupon: number; fee: number }
}

/** `account` is there where a platform asked, and is `NONE` where it left out whose money to take. */
export interface AskedRefund {
  readonly refund: number
  readonly total: number
  readonly account?: 'NONE' | 'SUB_MERCHANT' | 'PARTNER_ADVANCE'
}

export interface Refund extends Whose {
  readonly no: string
  readonly order: string
  readonly asked: AskedRefund
  readonly created: number
  readonly frozen: boolean
  /** The merchant whose money it is; left out while it waits for money. */
  payer?: string
  /** How the advance of a platform is paid back. */
  advance?: { readonly created: number; result: 'PROCESSING' | 'SUCCESS' | 'FAILED' }
  readonly money: { readonly refund: number; readonly payer: number; readonly coupon: number; readonly fee: number }
  /** Status by the instant from which it holds. */
  readonly history: { at: number; status: 'PROCESSING' | 'SUCCESS' | 'ABNORMAL' | 'CLOSED' }[]
  sentAnotherWay: boolean
}

export interface Receiver {
  readonly type: 'MERCHANT_ID' | 'PERSONAL_OPENID'
  readonly account: string
  readonly amount: number
}

/** The values of a request to share. `named` is `none` where no answer had the transaction_id; an unfreezing has no receivers. */
export interface AskedShare {
  readonly named: string
  readonly receivers?: readonly Receiver[]
  readonly unfreezes: boolean
}

export interface Share extends Whose {
  readonly order: string
  readonly asked: AskedShare
  readonly created: number
  readonly parts: (Receiver & { finish: number; done: boolean; reason?: string })[]
  booked: boolean
}

export interface Return extends Whose {
  readonly share: string
  readonly from: string
  readonly amount: number
  readonly created: number
  result: 'PROCESSING' | 'SUCCESS' | 'FAILED'
  reason?: string
}

/** A merchant coupon (商家券) of a user. */
export interface Voucher {
  readonly code: string
  readonly stock: string
  readonly sent: number
  /** Number of the order that it is linked to. */
  link?: string
  isUsed: boolean
  /** Those of uses and returns that were made. */
  readonly numbers: string[]
}

/** A payment of one merchant to another for a coupon that was used with an order (营销补差). `order` is `none` where no answer had its transaction_id. */
export interface Subsidy {
  readonly by: string
  readonly no: string
  readonly asked: {
    readonly code: string
    readonly order: string
    readonly payer: string
    readonly payee: string
    readonly amount: number
  }
  readonly created: number
  /** Why it was not paid. */
  readonly reason?: string
  returned: number
}

/** A subsidy given back, whole or in part, as its order was refunded. */
export interface SubsidyReturn {
  readonly by: string
  readonly no: string
  readonly asked: Subsidy['asked'] & { readonly refund: string }
  readonly subsidy: string
  readonly created: number
}

/** A callback about a refund, a share, a return or a coupon, by its number. */
export interface Told {
  readonly to: string
  readonly event: string
  readonly of: string
  readonly at: number
}

/** A line of a fund bill. `of` names the thing whose number of WeChat Pay it shows. */
export interface Entry {
  readonly mchid: string
  readonly at: number
  readonly kind: '交易' | '扣除交易手续费' | '退款' | '退款关闭' | '垫付回补' | '分账' | '分账回退'
  readonly amount: number
  readonly of: string
}

/** An event that time brings. */
export interface Timer {
  readonly at: number
  readonly what: 'expire' | 'close' | 'unfreeze' | 'settle' | 'fail' | 'finish' | 'timeOut' | 'lapse' | 'giveUp'
  readonly key: string
}

/** The changes that time brings, by its event. */
export type ByTime = Readonly<Record<Timer['what'], (ledger: Ledger, key: string, at: number) => void>>

/** How merchants and receivers are set up. */
export interface World {
  /** Fen for all refunds of a merchant, at first. */
  readonly refundable: Readonly<Record<string, number>>
  /** Ten-thousandths of an order that others may get; 3000 if left out. */
  readonly ratios: Readonly<Record<string, number>>
  /** Fen that a merchant has for giving shares back in all, at first. */
  readonly returnable: Readonly<Record<string, number>>
  readonly keepsShares: readonly string[]
  /** Those that have keys, so that they get callbacks. */
  readonly merchants: readonly string[]
  /** Reasons for which receivers fail; `null` for those that do not. */
  readonly receivers: Readonly<Record<string, 'ACCOUNT_ABNORMAL' | null>>
  readonly codes: Readonly<Record<string, 'password' | 'not_enough'>>
  /** Batches of merchant coupons: fen, or the percentage of an order that is left to pay. */
  readonly stocks: Readonly<
    Record<
      string,
      {
        readonly creator: string
        readonly owner: string
        readonly hasSubsidies: boolean
        readonly fen: number
        readonly percent?: number
      }
    >
  >
}

export const refused = (status: number, code: string): Expected => ({ status, code })
export const invalid = refused(400, 'INVALID_REQUEST')
export const unfit = refused(400, 'PARAM_ERROR')
export const unknown = refused(404, 'RESOURCE_NOT_EXISTS')

export const keyOf = (mchid: string, no: string) => `${mchid} ${no}`
export const payeeOf = ({ mchid, sub = mchid }: Whose) => sub
export const sumOf = (amounts: readonly number[]) => amounts.reduce((all, one) => all + one, 0)
export const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other)

/**
 * A model of the money of orders, independent of the tested code: every fen lies in a pocket, and calls and the passing of time move it to another. The
 * mock keeps no pockets, and derives balances, bills and what can be shared from rows and the instant.
 */
export class Ledger {
  now: number
  readonly orders = new Map<string, Order>()
  readonly refunds = new Map<string, Refund>()
  readonly shares = new Map<string, Share>()
  readonly returns = new Map<string, Return>()
  readonly links = new Map<string, string>()
  readonly vouchers = new Map<string, Voucher>()
  readonly subsidies = new Map<string, Subsidy>()
  readonly subsidyReturns = new Map<string, SubsidyReturn>()
  /** WeChat Pay's numbers of things, as far as answers had them. */
  readonly ids = new Map<string, string>()
  readonly entries: Entry[] = []
  readonly told: Told[] = []
  readonly pockets = new Map<string, number>()
  /** Numbers that were closed before they were placed. */
  readonly usedUp = new Set<string>()
  timers: Timer[] = []
  readonly returnable: Map<string, number>
  readonly refundable: Map<string, number>
  /** Whether refunds without money wait for it, and returns of advances too. */
  waits = false
  readonly world: World

  constructor(now: number, world: World) {
    this.now = now
    this.returnable = new Map(Object.entries(world.returnable))
    this.refundable = new Map(Object.entries(world.refundable))
    this.world = world
  }

  copy(): Ledger {
    return Object.assign(new Ledger(this.now, this.world), structuredClone({ ...this }))
  }

  move(from: string, to: string, amount: number): void {
    this.pockets.set(from, (this.pockets.get(from) ?? 0) - amount)
    this.pockets.set(to, (this.pockets.get(to) ?? 0) + amount)
  }

  /** Sends a callback now, or at an instant, unless there is nobody to get it. */
  tell(to: string, event: string, of: string, at = this.now): void {
    if (this.world.merchants.includes(to)) this.told.push({ to, event, of, at })
  }

  /** Puts a line on the fund bill of a merchant. */
  enter(entry: Omit<Entry, 'at'>, at = this.now): void {
    if (entry.amount !== 0) this.entries.push({ ...entry, at })
  }

  /** Money of a merchant by what its bills have to say. */
  balanceOf(mchid: string, counts: (at: number) => boolean = () => true): number {
    return sumOf(this.entries.filter((one) => one.mchid === mchid && counts(one.at)).map(({ amount }) => amount))
  }

  /** @returns how the ledger has lost money itself */
  fault(merchants: readonly string[]): string | undefined {
    const all = sumOf([...this.pockets.values()])
    if (all !== 0) return `all pockets together have ${all} fen`
    for (const mchid of merchants) {
      const names = ['frozen', 'available', 'shared']
      const [frozen = 0, ...rest] = names.map((name) => this.pockets.get(`${name} ${mchid}`) ?? 0)
      const own = sumOf([...this.orders.values()].filter((one) => payeeOf(one) === mchid).map((one) => one.frozen))
      if (frozen !== own) return `${mchid} has ${frozen} frozen fen, and its orders ${own}`
      const has = frozen + sumOf(rest)
      if (has !== this.balanceOf(mchid)) return `${mchid} has ${has} fen, and ${this.balanceOf(mchid)} by its entries`
    }
    return undefined
  }

  orderAt(key: string): Order {
    const order = this.orders.get(key)
    if (!order) throw new Error(`no order ${key}`)
    return order
  }

  /** Lets time pass, with what it brings in its order. */
  advance(ms: number, byTime: ByTime): void {
    const until = this.now + ms
    for (;;) {
      const [next] = this.timers.filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at)
      if (!next) break
      this.timers = this.timers.filter((one) => one !== next)
      this.now = next.at
      byTime[next.what](this, next.key, next.at)
    }
    this.now = until
  }

  /** Sets time back. What it has brought stays, and what it has yet to bring comes at its instant. */
  setBack(ms: number): void {
    this.now -= ms
  }
}
