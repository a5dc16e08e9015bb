import type { Expected } from '../plans.ts'
import {
  type Coupon,
  DAY,
  HOURS,
  invalid,
  keyOf,
  type Ledger,
  type Order,
  payeeOf,
  refused,
  type Wanted,
} from './ledger.ts'

/** Places an order, or those of a combined one. */
export function place(book: Ledger, wanted: readonly Wanted[]): Expected {
  for (const { kind, total, code, combined, ...one } of wanted) {
    const existing = book.orders.get(keyOf(one.mchid, one.no))
    if (!existing) {
      if (!book.usedUp.has(keyOf(one.mchid, one.no))) continue
      return combined === undefined ? invalid : refused(403, 'OUT_TRADE_NO_USED')
    }
    if (existing.state === 'SUCCESS' || existing.state === 'REFUND') return refused(403, 'OUT_TRADE_NO_USED')
    if (!isOpen(existing)) return refused(400, 'ORDER_CLOSED')
    if (existing.total === total && existing.code === code) continue
    return combined === undefined ? invalid : refused(403, 'OUT_TRADE_NO_USED')
  }
  for (const one of wanted) {
    const key = keyOf(one.mchid, one.no)
    const existing = book.orders.get(key)
    if (existing) {
      if (one.kind === 'NATIVE' || existing.prepayOver) prepay(book, existing)
      continue
    }
    const order: Order = {
      ...one,
      state: one.kind === 'MICROPAY' ? 'USERPAYING' : 'NOTPAY',
      ...{ prepaid: book.now, prepayOver: false },
      ...{ frozen: 0, waits: false, unfrozen: false, others: 0, own: 0, requests: 0 },
      back: { count: 0, refund: 0, payer: 0, coupon: 0, fee: 0 },
    }
    book.orders.set(key, order)
    if (one.kind !== 'MICROPAY') prepay(book, order)
    book.timers.push({ at: book.now + 7 * DAY, what: 'close', key })
  }
  return { status: 200 }
}

/** Gives an order two more hours to be paid. */
function prepay(book: Ledger, order: Order): void {
  Object.assign(order, { prepaid: book.now, prepayOver: false })
  book.timers.push({ at: book.now + 2 * HOURS, what: 'expire', key: keyOf(order.mchid, order.no) })
}

/** Takes a payment by code. */
export function scan(book: Ledger, wanted: Wanted): Expected {
  const outcome = book.world.codes[wanted.code ?? '']
  const before = book.orders.get(keyOf(wanted.mchid, wanted.no))
  const placed = place(book, [wanted])
  if (placed.status !== 200) return placed
  const order = book.orderAt(keyOf(wanted.mchid, wanted.no))
  if (outcome === 'not_enough') {
    // The order is not kept.
    if (!before) {
      book.orders.delete(keyOf(wanted.mchid, wanted.no))
      book.timers.pop()
    }
    return refused(403, 'NOT_ENOUGH')
  }
  if (outcome === undefined) receive(book, order, undefined)
  return { status: order.state === 'USERPAYING' ? 202 : 200, body: shown(order) }
}

export function payOrder(book: Ledger, key: string, coupon: Coupon | undefined, id: string): Expected {
  const order = book.orders.get(key)
  if (!order) return refused(0, 'MOCK_ORDER_UNKNOWN')
  if (!isOpen(order)) return refused(0, 'MOCK_ORDER_STATE')
  if (order.prepayOver) return refused(0, 'MOCK_PREPAY_ID')
  const together = combinedWith(book, order)
  for (const one of together) receive(book, one, one === order ? coupon : undefined)
  book.ids.set(`order ${key}`, id)
  return { status: 200, body: { transaction_id: id } }
}

function receive(book: Ledger, order: Order, coupon: Coupon | undefined): void {
  const settled = settledOf(order, coupon)
  const fee = Math.floor((settled * 6 + 500) / 1_000)
  order.state = 'SUCCESS'
  order.paid = { at: book.now, settled, fee, ...(coupon && { coupon }) }
  const payee = payeeOf(order)
  const key = keyOf(order.mchid, order.no)
  book.move('users', 'payments', order.total - (coupon?.amount ?? 0))
  if (coupon?.type === 'CASH') book.move('coupons', 'payments', coupon.amount)
  book.move('payments', 'fees', fee)
  order.waits = order.shares
  if (order.waits) order.frozen = settled - fee
  book.move('payments', `${order.waits ? 'frozen' : 'available'} ${payee}`, settled - fee)
  book.enter({ mchid: payee, kind: '交易', amount: settled, of: `order ${key}` })
  book.enter({ mchid: payee, kind: '扣除交易手续费', amount: -fee, of: `order ${key}` })
  if (order.waits) book.timers.push({ at: book.now + 30 * DAY, what: 'unfreeze', key })
}

function combinedWith(book: Ledger, order: Order): Order[] {
  const { combined } = order
  return combined === undefined ? [order] : [...book.orders.values()].filter((one) => one.combined === combined)
}

export function closeOrder(book: Ledger, key: string): Expected {
  const order = book.orders.get(key)
  if (!order) book.usedUp.add(key)
  if (!order || order.combined !== undefined) return { status: 204 }
  if (order.state === 'SUCCESS' || order.state === 'REFUND') return refused(400, 'ORDER_PAID')
  if (order.kind === 'MICROPAY') return invalid
  if (isOpen(order)) order.state = 'CLOSED'
  return { status: 204 }
}

export function closeCombined(book: Ledger, keys: readonly string[]): Expected {
  const found = keys.flatMap((key) => book.orders.get(key) ?? [])
  if (found.length === 0) return refused(404, 'ORDERNOTEXIST')
  if (found.some(({ paid }) => paid)) return refused(400, 'ORDER_PAID')
  for (const order of found) order.state = 'CLOSED'
  return { status: 204 }
}

export function reverse(book: Ledger, key: string): Expected {
  const order = book.orders.get(key)
  if (!order || order.combined !== undefined) return refused(404, 'ORDER_NOT_EXIST')
  const { paid } = order
  if (order.kind !== 'MICROPAY' || order.state === 'REFUND') return invalid
  if (isOpen(order) || order.state === 'SUCCESS') {
    if (paid && book.now > paid.at + 7 * DAY) return refused(400, 'REVERSE_EXPIRE')
    // Money that others have of it has to come back first.
    if (order.others > 0) return invalid
    order.state = 'REVOKED'
    if (paid) takeBack(book, order, paid)
  }
  return { status: 200, body: { out_trade_no: order.no } }
}

function takeBack(book: Ledger, order: Order, { settled, fee, coupon }: NonNullable<Order['paid']>): void {
  const payee = payeeOf(order)
  order.reversed = book.now
  book.move(`frozen ${payee}`, 'refunds', order.frozen)
  book.move(`available ${payee}`, 'refunds', settled - fee - order.frozen)
  Object.assign(order, { frozen: 0, waits: false })
  book.move('fees', 'refunds', fee)
  book.move('refunds', 'users', order.total - (coupon?.amount ?? 0))
  if (coupon?.type === 'CASH') book.move('refunds', 'coupons', coupon.amount)
  book.enter({ mchid: payee, kind: '退款', amount: fee - settled, of: `order ${keyOf(order.mchid, order.no)}` })
}

export function queryOrder(book: Ledger, key: string): Expected {
  const order = book.orders.get(key)
  if (!order || order.combined !== undefined) return refused(404, 'ORDER_NOT_EXIST')
  return { status: 200, body: shown(order) }
}

export function queryCombined(book: Ledger, keys: readonly string[]): Expected {
  const found = keys.flatMap((key) => book.orders.get(key) ?? [])
  if (found.length === 0) return refused(404, 'ORDERNOTEXIST')
  const sub_orders = found.map(({ no, state, paid, total }) => ({
    out_trade_no: no,
    trade_state: paid ? 'SUCCESS' : state,
    amount: paid ? { total_amount: total, payer_amount: total - (paid.coupon?.amount ?? 0) } : undefined,
  }))
  return { status: 200, body: { sub_orders } }
}

/** An order as its query shows it. */
function shown({ total, state, paid }: Order): object {
  const isPaid = state === 'SUCCESS' || state === 'REFUND'
  return {
    trade_state: state,
    amount: { total, ...(isPaid && { payer_total: total - (paid?.coupon?.amount ?? 0) }) },
  }
}

/** Links a merchant coupon to an order, which moves no money. */
export function associate(book: Ledger, coupon: string, no: string): Expected {
  const linked = book.links.get(coupon) ?? no
  if (linked !== no) return invalid
  book.links.set(coupon, no)
  return { status: 200 }
}

function isOpen({ state }: Order): boolean {
  return state === 'NOTPAY' || state === 'USERPAYING'
}

/** Time ends the life of a `prepay_id`, and closes an order that was not paid. */
export const ordersByTime = {
  expire(book: Ledger, key: string, at: number) {
    const order = book.orderAt(key)
    if (at >= order.prepaid + 2 * HOURS) order.prepayOver = true
  },
  close(book: Ledger, key: string) {
    const order = book.orderAt(key)
    if (isOpen(order)) order.state = 'CLOSED'
  },
}

const settledOf = ({ total }: Wanted, coupon?: Coupon) => total - (coupon?.type === 'NOCASH' ? coupon.amount : 0)
