import type { Expected } from '../plans.ts'
import {
  type AskedRefund,
  DAY,
  invalid,
  keyOf,
  type Ledger,
  type Order,
  payeeOf,
  type Refund,
  refused,
  SECOND,
  same,
  sumOf,
  unknown,
  type Whose,
} from './ledger.ts'

export function refundOrder(
  book: Ledger,
  { mchid, sub }: Whose,
  orderKey: string,
  no: string,
  asked: AskedRefund,
): Expected {
  const key = keyOf(mchid, no)
  const existing = book.refunds.get(key)
  if (existing) return same([existing.order, existing.asked], [orderKey, asked]) ? queryRefund(book, key) : invalid
  const order = book.orders.get(orderKey)
  if (!order?.paid || order.state === 'REVOKED') return unknown
  const { paid, back } = order
  const isFit = asked.total === order.total && asked.refund <= order.total - back.refund && back.count < 50
  if (!isFit || book.now > paid.at + 365 * DAY) return invalid
  if (order.waits && order.others + order.own > 0 && asked.refund > Math.max(0, order.frozen)) {
    return refused(403, 'RULE_LIMIT')
  }
  const payee = payeeOf(order)
  const advances = asked.account === 'PARTNER_ADVANCE' ? [mchid] : []
  const payer = [payee, ...advances].find((one) => hasMoney(book, mchid, one, asked.refund))
  if (payer === undefined && !book.waits) return refused(403, 'NOT_ENOUGH')
  const money = split(order, asked.refund)
  count(order, money, 1)
  order.state = 'REFUND'
  const frozen = order.waits && (payer === payee || payer === undefined)
  const refund: Refund = {
    ...{ mchid, sub, no, order: orderKey, asked, created: book.now, frozen, money },
    history: [{ at: book.now, status: 'PROCESSING' }],
    sentAnotherWay: false,
  }
  book.refunds.set(key, refund)
  reserve(book, order, takenBy(refund, order))
  if (payer === undefined) book.timers.push({ at: book.now + 7 * DAY, what: 'lapse', key })
  else {
    book.timers.push({ at: book.now + 5 * SECOND, what: 'settle', key })
    take(book, key, refund, payer)
  }
  return queryRefund(book, key)
}

/** Whether a merchant has the money for one more refund, of those that a caller makes. */
export function hasMoney(book: Ledger, by: string, payer: string, amount: number): boolean {
  const own = [...book.refunds.values()].filter((one) => one.mchid === by && one.payer === payer)
  const spent = sumOf(own.filter((one) => statusOf(one) !== 'CLOSED').map(({ money }) => money.refund))
  return spent + amount <= (book.refundable.get(payer) ?? Number.POSITIVE_INFINITY)
}

/** Fen that leave an account for a refund: its settled part without the fee that comes back. */
export const takenBy = (refund: Refund, order: Order) => settledBack(refund, order) - refund.money.fee

/** Splits a refund between user and coupon by their parts of the order, half up; the last refund takes the rest, also of the fee. */
function split({ total, paid, back }: Order, refund: number): Refund['money'] {
  const coupon = paid?.coupon?.amount ?? 0
  const fair = Math.round((refund * (total - coupon)) / total)
  const least = refund - (coupon - back.coupon)
  const payer = Math.min(Math.max(fair, least), total - coupon - back.payer, refund)
  const fee = Math.max(0, Math.round(((paid?.fee ?? 0) * (back.refund + refund)) / total) - back.fee)
  return { refund, payer, coupon: refund - payer, fee }
}

function count({ back }: Order, { refund, payer, coupon, fee }: Refund['money'], sign: 1 | -1): void {
  back.count += sign
  back.refund += sign * refund
  back.payer += sign * payer
  back.coupon += sign * coupon
  back.fee += sign * fee
}

/** Keeps fen of an order from being shared, whoever pays its refund, or lets them wait for that again. */
function reserve(book: Ledger, order: Order, amount: number): void {
  if (!order.waits) return
  book.move(`frozen ${payeeOf(order)}`, `available ${payeeOf(order)}`, amount)
  order.frozen -= amount
}

function take(book: Ledger, key: string, refund: Refund, payer: string): void {
  const amount = takenBy(refund, book.orderAt(refund.order))
  refund.payer = payer
  book.move(`available ${payer}`, 'refunds', amount)
  book.move('fees', 'refunds', refund.money.fee)
  book.enter({ mchid: payer, kind: '退款', amount: -amount, of: `refund ${key}` })
}

function settle(book: Ledger, key: string, refund: Refund, outcome: 'SUCCESS' | 'ABNORMAL' | 'CLOSED'): void {
  book.timers = book.timers.filter((one) => (one.what !== 'settle' && one.what !== 'lapse') || one.key !== key)
  refund.history.push({ at: book.now, status: outcome })
  book.tell(refund.mchid, `REFUND.${outcome}`, key)
  const { money } = refund
  const order = book.orderAt(refund.order)
  const amount = takenBy(refund, order)
  if (outcome === 'CLOSED') {
    count(order, money, -1)
    if (refund.payer !== undefined) {
      book.move('refunds', `available ${refund.payer}`, amount)
      book.move('refunds', 'fees', money.fee)
      book.enter({ mchid: refund.payer, kind: '退款关闭', amount, of: `refund ${key}` })
    }
    reserve(book, order, -amount)
    return
  }
  // One that waited has its money now.
  if (refund.payer === undefined) take(book, key, refund, payeeOf(order))
  if (outcome === 'SUCCESS') {
    book.move('refunds', 'users', money.payer)
    book.move('refunds', 'coupons', settledBack(refund, order) - money.payer)
  }
}

export function settleRefund(book: Ledger, key: string, outcome: 'SUCCESS' | 'ABNORMAL' | 'CLOSED'): Expected {
  const refund = book.refunds.get(key)
  if (!refund) return refused(0, 'MOCK_REFUND_UNKNOWN')
  if (statusOf(refund) !== 'PROCESSING') return refused(0, 'MOCK_REFUND_STATE')
  settle(book, key, refund, outcome)
  return { status: 200, body: { status: outcome } }
}

export function sendAnotherWay(book: Ledger, key: string): Expected {
  const refund = book.refunds.get(key)
  if (!refund) return unknown
  const status = statusOf(refund)
  if (status === 'ABNORMAL') {
    refund.sentAnotherWay = true
    refund.history.push({ at: book.now, status: 'PROCESSING' })
    book.timers.push({ at: book.now + 5 * SECOND, what: 'settle', key })
  } else if (status !== 'PROCESSING' || !refund.sentAnotherWay) return invalid
  return queryRefund(book, key)
}

export function queryRefund(book: Ledger, key: string): Expected {
  const one = book.refunds.get(key)
  if (!one) return unknown
  const { money } = one
  const order = book.orderAt(one.order)
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

/** Time settles a refund, and closes one that waited for money in vain. */
export const refundsByTime = {
  settle(book: Ledger, key: string) {
    const refund = book.refunds.get(key)
    if (refund) settle(book, key, refund, 'SUCCESS')
  },
  lapse(book: Ledger, key: string) {
    const refund = book.refunds.get(key)
    if (refund) settle(book, key, refund, 'CLOSED')
  },
}

/** The status of a refund now, or at an instant. */
export function statusOf({ history }: Refund, at = Number.POSITIVE_INFINITY): Refund['history'][number]['status'] {
  return history.findLast((one) => one.at <= at)?.status ?? 'PROCESSING'
}

/** The part of a refund that is settled: all of it but what a NOCASH coupon bore. */
export const settledBack = ({ money }: Refund, { paid }: Order) =>
  money.refund - (paid?.coupon?.type === 'NOCASH' ? money.coupon : 0)
