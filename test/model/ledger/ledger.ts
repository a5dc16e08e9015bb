/**
 * A model of the money of orders, independent of the tested code: every fen lies in a pocket, and calls and the passing of time move it to another. The
 * mock keeps no pockets, and derives balances, bills and what can be shared from rows and the instant.
 */

/** An answer as it has to be: its status, the `code` of a refusal, and members of the body. */
export interface Expected {
  readonly status: number
  readonly code?: string
  readonly body?: object
}

const SECOND = 1_000
const DAY = 86_400 * SECOND
const HOURS = DAY / 24

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

interface Order extends Wanted {
  state: 'NOTPAY' | 'USERPAYING' | 'SUCCESS' | 'REFUND' | 'CLOSED' | 'REVOKED'
  prepaid: number
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

interface Refund extends Whose {
  readonly no: string
  readonly order: string
  readonly asked: { readonly refund: number; readonly total: number }
  readonly created: number
  readonly frozen: boolean
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
interface AskedShare {
  readonly named: string
  readonly receivers?: readonly Receiver[]
  readonly unfreezes: boolean
}

interface Share extends Whose {
  readonly order: string
  readonly asked: AskedShare
  readonly created: number
  readonly parts: (Receiver & { finish: number; reason?: string })[]
  booked: boolean
}

interface Return extends Whose {
  readonly share: string
  readonly from: string
  readonly amount: number
  readonly created: number
  result: 'PROCESSING' | 'SUCCESS' | 'FAILED'
  reason?: string
}

/** A line of a fund bill. `of` names the thing whose number of WeChat Pay it shows. */
export interface Entry {
  readonly mchid: string
  readonly at: number
  readonly kind: '交易' | '扣除交易手续费' | '退款' | '退款关闭' | '分账' | '分账回退'
  readonly amount: number
  readonly of: string
}

/** An event that time brings. */
interface Timer {
  readonly at: number
  readonly what: 'close' | 'unfreeze' | 'settle' | 'fail' | 'finish' | 'timeOut'
  readonly key: string
}

/** How merchants and receivers are set up. */
export interface World {
  /** Fen for all refunds of a merchant. */
  readonly refundable: Readonly<Record<string, number>>
  /** Ten-thousandths of an order that others may get; 3000 if left out. */
  readonly ratios: Readonly<Record<string, number>>
  /** Fen that a merchant has for giving shares back in all, at first. */
  readonly returnable: Readonly<Record<string, number>>
  readonly keepsShares: readonly string[]
  /** Reasons for which receivers fail; `null` for those that do not. */
  readonly receivers: Readonly<Record<string, 'ACCOUNT_ABNORMAL' | null>>
  readonly codes: Readonly<Record<string, 'password' | 'not_enough'>>
}

const refused = (status: number, code: string): Expected => ({ status, code })
const invalid = refused(400, 'INVALID_REQUEST')
const unfit = refused(400, 'PARAM_ERROR')
const unknown = refused(404, 'RESOURCE_NOT_EXISTS')

export const keyOf = (mchid: string, no: string) => `${mchid} ${no}`
export const payeeOf = ({ mchid, sub = mchid }: Whose) => sub
const sumOf = (amounts: readonly number[]) => amounts.reduce((all, one) => all + one, 0)
const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other)
const settledOf = ({ total }: Wanted, coupon?: Coupon) => total - (coupon?.type === 'NOCASH' ? coupon.amount : 0)

/** The part of a refund that is settled: all of it but what a NOCASH coupon bore. */
export const settledBack = ({ money }: Refund, { paid }: Order) =>
  money.refund - (paid?.coupon?.type === 'NOCASH' ? money.coupon : 0)

export class Ledger {
  now: number
  readonly orders = new Map<string, Order>()
  readonly refunds = new Map<string, Refund>()
  readonly shares = new Map<string, Share>()
  readonly returns = new Map<string, Return>()
  readonly links = new Map<string, string>()
  /** WeChat Pay's numbers of things, as far as answers had them. */
  readonly ids = new Map<string, string>()
  readonly entries: Entry[] = []
  readonly pockets = new Map<string, number>()
  /** Numbers that were closed before they were placed. */
  readonly usedUp = new Set<string>()
  timers: Timer[] = []
  readonly returnable: Map<string, number>
  readonly world: World

  constructor(now: number, world: World) {
    this.now = now
    this.returnable = new Map(Object.entries(world.returnable))
    this.world = world
  }

  copy(): Ledger {
    return Object.assign(new Ledger(this.now, this.world), structuredClone({ ...this }))
  }

  #move(from: string, to: string, amount: number): void {
    this.pockets.set(from, (this.pockets.get(from) ?? 0) - amount)
    this.pockets.set(to, (this.pockets.get(to) ?? 0) + amount)
  }

  #book(entry: Omit<Entry, 'at'>, at = this.now): void {
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

  // Orders

  #isOpen({ state }: Order): boolean {
    return state === 'NOTPAY' || state === 'USERPAYING'
  }

  /** Places an order, or those of a combined one. */
  place(wanted: readonly Wanted[]): Expected {
    for (const { kind, total, code, combined, ...one } of wanted) {
      const existing = this.orders.get(keyOf(one.mchid, one.no))
      if (!existing) {
        if (!this.usedUp.has(keyOf(one.mchid, one.no))) continue
        return combined === undefined ? invalid : refused(403, 'OUT_TRADE_NO_USED')
      }
      if (existing.state === 'SUCCESS' || existing.state === 'REFUND') return refused(403, 'OUT_TRADE_NO_USED')
      if (!this.#isOpen(existing)) return refused(400, 'ORDER_CLOSED')
      if (existing.total === total && existing.code === code) continue
      return combined === undefined ? invalid : refused(403, 'OUT_TRADE_NO_USED')
    }
    for (const one of wanted) {
      const key = keyOf(one.mchid, one.no)
      const existing = this.orders.get(key)
      if (existing) {
        if (one.kind === 'NATIVE' || this.now >= existing.prepaid + 2 * HOURS) existing.prepaid = this.now
        continue
      }
      this.orders.set(key, {
        ...one,
        state: one.kind === 'MICROPAY' ? 'USERPAYING' : 'NOTPAY',
        prepaid: this.now,
        ...{ frozen: 0, waits: false, unfrozen: false, others: 0, own: 0, requests: 0 },
        back: { count: 0, refund: 0, payer: 0, coupon: 0, fee: 0 },
      })
      this.timers.push({ at: this.now + 7 * DAY, what: 'close', key })
    }
    return { status: 200 }
  }

  /** Takes a payment by code. */
  scan(wanted: Wanted): Expected {
    const outcome = this.world.codes[wanted.code ?? '']
    const before = this.orders.get(keyOf(wanted.mchid, wanted.no))
    const placed = this.place([wanted])
    if (placed.status !== 200) return placed
    const order = this.#orderAt(keyOf(wanted.mchid, wanted.no))
    if (outcome === 'not_enough') {
      // The order is not kept.
      if (!before) {
        this.orders.delete(keyOf(wanted.mchid, wanted.no))
        this.timers.pop()
      }
      return refused(403, 'NOT_ENOUGH')
    }
    if (outcome === undefined) this.#receive(order, undefined)
    return { status: 200, body: this.shown(order) }
  }

  #orderAt(key: string): Order {
    const order = this.orders.get(key)
    if (!order) throw new Error(`no order ${key}`)
    return order
  }

  pay(key: string, coupon: Coupon | undefined, id: string): Expected {
    const order = this.orders.get(key)
    if (!order) return refused(0, 'MOCK_ORDER_UNKNOWN')
    if (!this.#isOpen(order)) return refused(0, 'MOCK_ORDER_STATE')
    if (order.kind !== 'MICROPAY' && this.now >= order.prepaid + 2 * HOURS) return refused(0, 'MOCK_PREPAY_ID')
    const together = this.#combinedWith(order)
    for (const one of together) this.#receive(one, one === order ? coupon : undefined)
    this.ids.set(`order ${key}`, id)
    return { status: 200, body: { transaction_id: id } }
  }

  #combinedWith(order: Order): Order[] {
    const { combined } = order
    return combined === undefined ? [order] : [...this.orders.values()].filter((one) => one.combined === combined)
  }

  #receive(order: Order, coupon: Coupon | undefined): void {
    const settled = settledOf(order, coupon)
    const fee = Math.floor((settled * 6 + 500) / 1_000)
    order.state = 'SUCCESS'
    order.paid = { at: this.now, settled, fee, ...(coupon && { coupon }) }
    const payee = payeeOf(order)
    const key = keyOf(order.mchid, order.no)
    this.#move('users', 'payments', order.total - (coupon?.amount ?? 0))
    if (coupon?.type === 'CASH') this.#move('coupons', 'payments', coupon.amount)
    this.#move('payments', 'fees', fee)
    order.waits = order.shares
    if (order.waits) order.frozen = settled - fee
    this.#move('payments', `${order.waits ? 'frozen' : 'available'} ${payee}`, settled - fee)
    this.#book({ mchid: payee, kind: '交易', amount: settled, of: `order ${key}` })
    this.#book({ mchid: payee, kind: '扣除交易手续费', amount: -fee, of: `order ${key}` })
    if (order.waits) this.timers.push({ at: this.now + 30 * DAY, what: 'unfreeze', key })
  }

  close(key: string): Expected {
    const order = this.orders.get(key)
    if (!order) this.usedUp.add(key)
    if (!order || order.combined !== undefined) return { status: 204 }
    if (order.state === 'SUCCESS' || order.state === 'REFUND') return refused(400, 'ORDER_PAID')
    if (order.kind === 'MICROPAY') return invalid
    if (this.#isOpen(order)) order.state = 'CLOSED'
    return { status: 204 }
  }

  closeCombined(keys: readonly string[]): Expected {
    const found = keys.flatMap((key) => this.orders.get(key) ?? [])
    if (found.length === 0) return refused(404, 'ORDERNOTEXIST')
    if (found.some(({ paid }) => paid)) return refused(400, 'ORDER_PAID')
    for (const order of found) order.state = 'CLOSED'
    return { status: 204 }
  }

  reverse(key: string): Expected {
    const order = this.orders.get(key)
    if (!order || order.combined !== undefined) return refused(404, 'ORDER_NOT_EXIST')
    const { paid } = order
    if (order.kind !== 'MICROPAY' || order.state === 'REFUND') return invalid
    if (this.#isOpen(order) || order.state === 'SUCCESS') {
      if (paid && this.now > paid.at + 7 * DAY) return refused(400, 'REVERSE_EXPIRE')
      // Money that others have of it has to come back first.
      if (order.others > 0) return invalid
      order.state = 'REVOKED'
      if (paid) this.#giveBack(order, paid)
    }
    return { status: 200, body: { out_trade_no: order.no } }
  }

  #giveBack(order: Order, { settled, fee, coupon }: NonNullable<Order['paid']>): void {
    const payee = payeeOf(order)
    order.reversed = this.now
    this.#move(`frozen ${payee}`, 'refunds', order.frozen)
    this.#move(`available ${payee}`, 'refunds', settled - fee - order.frozen)
    Object.assign(order, { frozen: 0, waits: false })
    this.#move('fees', 'refunds', fee)
    this.#move('refunds', 'users', order.total - (coupon?.amount ?? 0))
    if (coupon?.type === 'CASH') this.#move('refunds', 'coupons', coupon.amount)
    this.#book({ mchid: payee, kind: '退款', amount: fee - settled, of: `order ${keyOf(order.mchid, order.no)}` })
  }

  /** Takes fen of an order out of its merchant's pocket. */
  #take(order: Order, amount: number): void {
    this.#move(`${order.waits ? 'frozen' : 'available'} ${payeeOf(order)}`, 'refunds', amount)
    if (order.waits) order.frozen -= amount
  }

  /** An order as its query shows it. */
  shown({ total, state, paid }: Order): object {
    const isPaid = state === 'SUCCESS' || state === 'REFUND'
    return {
      trade_state: state,
      amount: { total, ...(isPaid && { payer_total: total - (paid?.coupon?.amount ?? 0) }) },
    }
  }

  query(key: string): Expected {
    const order = this.orders.get(key)
    if (!order || order.combined !== undefined) return refused(404, 'ORDER_NOT_EXIST')
    return { status: 200, body: this.shown(order) }
  }

  queryCombined(keys: readonly string[]): Expected {
    const found = keys.flatMap((key) => this.orders.get(key) ?? [])
    if (found.length === 0) return refused(404, 'ORDERNOTEXIST')
    const sub_orders = found.map(({ no, state, paid, total }) => ({
      out_trade_no: no,
      trade_state: paid ? 'SUCCESS' : state,
      amount: paid ? { total_amount: total, payer_amount: total - (paid.coupon?.amount ?? 0) } : undefined,
    }))
    return { status: 200, body: { sub_orders } }
  }

  /** Links a merchant coupon to an order, which moves no money. */
  associate(coupon: string, no: string): Expected {
    const linked = this.links.get(coupon) ?? no
    if (linked !== no) return invalid
    this.links.set(coupon, no)
    return { status: 200 }
  }

  // Refunds

  refund({ mchid, sub }: Whose, orderKey: string, no: string, asked: Refund['asked']): Expected {
    const key = keyOf(mchid, no)
    const existing = this.refunds.get(key)
    if (existing) return same([existing.order, existing.asked], [orderKey, asked]) ? this.queryRefund(key) : invalid
    const order = this.orders.get(orderKey)
    if (!order?.paid || order.state === 'REVOKED') return unknown
    const { paid, back } = order
    const isFit = asked.total === order.total && asked.refund <= order.total - back.refund && back.count < 50
    if (!isFit || this.now > paid.at + 365 * DAY) return invalid
    if (order.waits && order.others + order.own > 0 && asked.refund > Math.max(0, order.frozen)) return invalid
    const own = [...this.refunds.values()].filter((one) => one.mchid === mchid && one.sub === sub)
    const spent = sumOf(own.filter((one) => statusOf(one) !== 'CLOSED').map(({ money }) => money.refund))
    const most = this.world.refundable[payeeOf(order)] ?? Number.POSITIVE_INFINITY
    if (spent + asked.refund > most) return refused(403, 'NOT_ENOUGH')
    const money = this.#split(order, asked.refund)
    this.#count(order, money, 1)
    order.state = 'REFUND'
    const refund: Refund = {
      ...{ mchid, sub, no, order: orderKey, asked, created: this.now, frozen: order.waits, money },
      history: [{ at: this.now, status: 'PROCESSING' }],
      sentAnotherWay: false,
    }
    this.refunds.set(key, refund)
    this.timers.push({ at: this.now + 5 * SECOND, what: 'settle', key })
    const settled = settledBack(refund, order)
    this.#take(order, settled - money.fee)
    this.#move('fees', 'refunds', money.fee)
    this.#book({ mchid: payeeOf(order), kind: '退款', amount: money.fee - settled, of: `refund ${key}` })
    return this.queryRefund(key)
  }

  /** Splits a refund between user and coupon by their parts of the order, half up; the last refund takes the rest, also of the fee. */
  #split({ total, paid, back }: Order, refund: number): Refund['money'] {
    const coupon = paid?.coupon?.amount ?? 0
    const fair = Math.round((refund * (total - coupon)) / total)
    const least = refund - (coupon - back.coupon)
    const payer = Math.min(Math.max(fair, least), total - coupon - back.payer, refund)
    const fee = Math.max(0, Math.round(((paid?.fee ?? 0) * (back.refund + refund)) / total) - back.fee)
    return { refund, payer, coupon: refund - payer, fee }
  }

  #count({ back }: Order, { refund, payer, coupon, fee }: Refund['money'], sign: 1 | -1): void {
    back.count += sign
    back.refund += sign * refund
    back.payer += sign * payer
    back.coupon += sign * coupon
    back.fee += sign * fee
  }

  #settle(key: string, refund: Refund, outcome: 'SUCCESS' | 'ABNORMAL' | 'CLOSED'): void {
    this.timers = this.timers.filter((one) => one.what !== 'settle' || one.key !== key)
    refund.history.push({ at: this.now, status: outcome })
    const { money } = refund
    const order = this.#orderAt(refund.order)
    const settled = settledBack(refund, order)
    if (outcome === 'SUCCESS') {
      this.#move('refunds', 'users', money.payer)
      this.#move('refunds', 'coupons', settled - money.payer)
    } else if (outcome === 'CLOSED') {
      this.#count(order, money, -1)
      this.#take(order, money.fee - settled)
      this.#move('refunds', 'fees', money.fee)
      this.#book({ mchid: payeeOf(order), kind: '退款关闭', amount: settled - money.fee, of: `refund ${key}` })
    }
  }

  settleRefund(key: string, outcome: 'SUCCESS' | 'ABNORMAL' | 'CLOSED'): Expected {
    const refund = this.refunds.get(key)
    if (!refund) return refused(0, 'MOCK_REFUND_UNKNOWN')
    if (statusOf(refund) !== 'PROCESSING') return refused(0, 'MOCK_REFUND_STATE')
    this.#settle(key, refund, outcome)
    return { status: 200, body: { status: outcome } }
  }

  sendAnotherWay(key: string): Expected {
    const refund = this.refunds.get(key)
    if (!refund) return unknown
    const status = statusOf(refund)
    if (status === 'ABNORMAL') {
      refund.sentAnotherWay = true
      refund.history.push({ at: this.now, status: 'PROCESSING' })
      this.timers.push({ at: this.now + 5 * SECOND, what: 'settle', key })
    } else if (status !== 'PROCESSING' || !refund.sentAnotherWay) return invalid
    return this.queryRefund(key)
  }

  queryRefund(key: string): Expected {
    const one = this.refunds.get(key)
    if (!one) return unknown
    const { money } = one
    const order = this.#orderAt(one.order)
    const { total, paid } = order
    const amount = {
      total,
      refund: money.refund,
      payer_total: total - (paid?.coupon?.amount ?? 0),
      payer_refund: money.payer,
      discount_refund: money.coupon,
      settlement_total: paid?.settled,
      settlement_refund: settledBack(one, order),
      refund_fee: money.fee,
    }
    return {
      status: 200,
      body: { status: statusOf(one), amount, funds_account: one.frozen ? 'UNAVAILABLE' : 'AVAILABLE' },
    }
  }

  // Shares

  share(whose: Whose, no: string, asked: AskedShare & { readonly receivers: readonly Receiver[] }): Expected {
    const key = keyOf(whose.mchid, no)
    const existing = this.shares.get(key)
    if (existing) return same(existing.asked, asked) ? this.queryShare(key) : unfit
    const order = this.orders.get(asked.named)
    if (!order?.paid || !order.shares || this.now < order.paid.at + 60 * SECOND) return invalid
    if (order.unfrozen || order.requests >= 50) return invalid
    const payer = payeeOf(order)
    const { receivers, unfreezes } = asked
    const names = receivers.map(({ type, account }) => `${type} ${account}`)
    for (const [i, { account }] of receivers.entries()) {
      if (names.filter((one) => one === names[i]).length > 1) return unfit
      if (account === payer && unfreezes) return invalid
      if (account !== payer && this.world.receivers[account] === undefined) return unfit
    }
    const rest = Math.max(0, order.frozen) - sumOf(receivers.map(({ amount }) => amount))
    if (rest < 0) return refused(403, 'NOT_ENOUGH')
    const others = receivers.filter(({ account }) => account !== payer).map(({ amount }) => amount)
    const most = Math.floor(((order.total - order.back.refund) * (this.world.ratios[payer] ?? 3_000)) / 10_000)
    if (order.others + sumOf(others) > most) return invalid
    order.requests += 1
    const own: Receiver = { type: 'MERCHANT_ID', account: payer, amount: rest }
    return this.#shared(whose, no, asked, unfreezes && rest > 0 ? [...receivers, own] : receivers)
  }

  unfreeze(whose: Whose, no: string, named: string): Expected {
    const key = keyOf(whose.mchid, no)
    const asked = { named, unfreezes: true }
    const existing = this.shares.get(key)
    if (existing) return same(existing.asked, asked) ? this.queryShare(key) : unfit
    const order = this.orders.get(named)
    if (!order?.paid || !order.shares) return invalid
    if (order.frozen <= 0) return refused(403, 'NOT_ENOUGH')
    return this.#shared(whose, no, asked, [{ type: 'MERCHANT_ID', account: payeeOf(order), amount: order.frozen }])
  }

  #shared({ mchid, sub }: Whose, no: string, asked: AskedShare, receivers: readonly Receiver[]): Expected {
    const key = keyOf(mchid, no)
    const order = this.#orderAt(asked.named)
    const payer = payeeOf(order)
    const finish = this.now + SECOND
    const parts = receivers.map((one) => {
      const reason = one.account === payer ? null : (this.world.receivers[one.account] ?? null)
      return { ...one, finish, ...(reason !== null && { reason }) }
    })
    this.shares.set(key, { mchid, sub, order: asked.named, asked, created: this.now, parts, booked: false })
    for (const { account, amount } of parts) {
      order[account === payer ? 'own' : 'others'] += amount
      order.frozen -= amount
      this.#move(`frozen ${payer}`, `shared ${payer}`, amount)
    }
    if (asked.unfreezes) {
      order.unfrozen = true
      this.#unfreeze(order)
    }
    this.timers.push({ at: finish, what: 'fail', key }, { at: finish, what: 'finish', key })
    return this.queryShare(key)
  }

  #unfreeze(order: Order): void {
    this.#move(`frozen ${payeeOf(order)}`, `available ${payeeOf(order)}`, order.frozen)
    order.frozen = 0
    order.waits = false
  }

  /** Gives back what receivers did not get, once they have failed. */
  #fail({ order: orderKey, parts }: Share, has: (part: Share['parts'][number]) => boolean): void {
    const order = this.#orderAt(orderKey)
    const payer = payeeOf(order)
    for (const { account, amount } of parts.filter((one) => one.reason !== undefined && has(one))) {
      order[account === payer ? 'own' : 'others'] -= amount
      this.#move(`shared ${payer}`, `${order.waits ? 'frozen' : 'available'} ${payer}`, amount)
      if (order.waits) order.frozen += amount
    }
  }

  /** Books what receivers got, once all have their results. */
  #finish(key: string, share: Share): void {
    const payer = payeeOf(share)
    share.booked = true
    for (const { account, type, amount, reason } of share.parts) {
      if (reason !== undefined) continue
      const isOwn = account === payer
      const pocket = type === 'MERCHANT_ID' ? 'available' : 'person'
      this.#move(`shared ${payer}`, `${pocket} ${account}`, amount)
      if (isOwn) continue
      this.#book({ mchid: payer, kind: '分账', amount: -amount, of: `share ${key}` })
      if (type === 'MERCHANT_ID') this.#book({ mchid: account, kind: '分账', amount, of: `share ${key}` })
    }
  }

  settleShare(key: string, account: string | undefined, reason: string | undefined): Expected {
    const share = this.shares.get(key)
    if (!share) return refused(0, 'MOCK_SHARING_ORDER_UNKNOWN')
    const settles = (one: Receiver) => account === undefined || account === one.account
    const pending = share.parts.filter((one) => this.now < one.finish && settles(one))
    if (pending.length === 0) return refused(0, 'MOCK_SHARING_STATE')
    for (const one of pending) {
      one.finish = this.now
      if (reason !== undefined) one.reason = reason
    }
    this.#fail(share, (one) => pending.includes(one))
    if (share.parts.every(({ finish }) => finish <= this.now)) this.#finish(key, share)
    return { status: 200 }
  }

  queryShare(key: string): Expected {
    const share = this.shares.get(key)
    if (!share) return unknown
    const receivers = share.parts.map(({ type, account, amount, finish, reason }) => {
      const result = this.now < finish ? 'PENDING' : reason === undefined ? 'SUCCESS' : 'CLOSED'
      return { type, account, amount, result, fail_reason: result === 'CLOSED' ? reason : undefined }
    })
    const isDone = share.parts.every(({ finish }) => finish <= this.now)
    return { status: 200, body: { state: isDone ? 'FINISHED' : 'PROCESSING', receivers } }
  }

  unsplit(key: string): Expected {
    const order = this.orders.get(key)
    if (!order?.paid || !order.shares) return unknown
    return { status: 200, body: { unsplit_amount: Math.max(0, order.frozen) } }
  }

  // Returns of shares

  giveBack(shareKey: string, sub: string | undefined, no: string, from: string, amount: number): Expected {
    const share = this.shares.get(shareKey)
    const [mchid = ''] = shareKey.split(' ')
    const key = keyOf(mchid, no)
    const existing = this.returns.get(key)
    if (existing) {
      if (!same([existing.share, existing.from, existing.amount], [shareKey, from, amount])) return invalid
      if (existing.result === 'PROCESSING') this.#attempt(key, existing)
      return this.queryReturn(key)
    }
    if (!share || share.sub !== sub) return invalid
    if (from === payeeOf(share)) return unfit
    const got = share.parts.find(({ type, account }) => type === 'MERCHANT_ID' && account === from)
    if (!got || this.now < got.finish || got.reason || this.now >= share.created + 180 * DAY) return invalid
    const before = [...this.returns.values()].filter((one) => one.share === shareKey)
    const given = before.filter((one) => one.from === from && one.result !== 'FAILED')
    if (before.length >= 50 || amount > got.amount - sumOf(given.map((one) => one.amount))) return invalid
    if (this.world.keepsShares.includes(from)) return refused(403, 'NO_AUTH')
    const made: Return = { mchid, sub, share: shareKey, from, amount, created: this.now, result: 'PROCESSING' }
    this.returns.set(key, made)
    this.#attempt(key, made)
    if (made.result === 'PROCESSING') this.timers.push({ at: this.now + 5 * DAY, what: 'timeOut', key })
    return this.queryReturn(key)
  }

  #attempt(key: string, one: Return): void {
    const most = this.returnable.get(one.from) ?? Number.POSITIVE_INFINITY
    if (this.given(one.from) + one.amount <= most) this.#returned(key, one)
  }

  /** Fen that a receiver has given back. */
  given(from: string): number {
    const own = [...this.returns.values()].filter((one) => one.from === from && one.result === 'SUCCESS')
    return sumOf(own.map(({ amount }) => amount))
  }

  fund(account: string, returnable: number): Expected {
    this.returnable.set(account, returnable)
    return { status: 200, body: { mchid: account, returnable } }
  }

  #returned(key: string, one: Return): void {
    const payer = payeeOf(one)
    one.result = 'SUCCESS'
    this.timers = this.timers.filter((timer) => timer.what !== 'timeOut' || timer.key !== key)
    this.#move(`available ${one.from}`, `available ${payer}`, one.amount)
    this.#book({ mchid: one.from, kind: '分账回退', amount: -one.amount, of: `return ${key}` })
    this.#book({ mchid: payer, kind: '分账回退', amount: one.amount, of: `return ${key}` })
  }

  settleReturn(key: string, reason: string | undefined): Expected {
    const one = this.returns.get(key)
    if (!one) return refused(0, 'MOCK_SHARING_RETURN_UNKNOWN')
    if (one.result !== 'PROCESSING') return refused(0, 'MOCK_SHARING_STATE')
    if (reason === undefined) this.#returned(key, one)
    else Object.assign(one, { result: 'FAILED', reason })
    return { status: 200, body: { result: one.result } }
  }

  queryReturn(key: string): Expected {
    const one = this.returns.get(key)
    if (!one) return unknown
    return { status: 200, body: { result: one.result, amount: one.amount, fail_reason: one.reason } }
  }

  /** Lets time pass, with what it brings in its order. */
  advance(ms: number): void {
    const until = this.now + ms
    for (;;) {
      const [next] = this.timers.filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at)
      if (!next) break
      this.timers = this.timers.filter((one) => one !== next)
      this.now = next.at
      this.#happen(next)
    }
    this.now = until
  }

  #happen({ what, key, at }: Timer): void {
    const order = this.orders.get(key)
    const share = this.shares.get(key)
    const refund = this.refunds.get(key)
    const given = this.returns.get(key)
    if (what === 'close' && order && this.#isOpen(order)) order.state = 'CLOSED'
    if (what === 'unfreeze' && order?.waits) this.#unfreeze(order)
    if (what === 'settle' && refund) this.#settle(key, refund, 'SUCCESS')
    if (what === 'timeOut' && given?.result === 'PROCESSING') {
      Object.assign(given, { result: 'FAILED', reason: 'TIME_OUT_CLOSED' })
    }
    if (what === 'fail' && share) this.#fail(share, ({ finish }) => finish === at)
    if (what === 'finish' && share && !share.booked) this.#finish(key, share)
  }
}

/** The status of a refund now, or at an instant. */
export function statusOf({ history }: Refund, at = Number.POSITIVE_INFINITY): Refund['history'][number]['status'] {
  return history.findLast((one) => one.at <= at)?.status ?? 'PROCESSING'
}
