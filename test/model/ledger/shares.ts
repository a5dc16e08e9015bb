import type { Expected } from '../plans.ts'
import {
  type AskedShare,
  DAY,
  invalid,
  keyOf,
  type Ledger,
  type Order,
  payeeOf,
  type Receiver,
  type Return,
  refused,
  SECOND,
  type Share,
  same,
  sumOf,
  unfit,
  unknown,
  type Whose,
} from './ledger.ts'

export function shareOrder(
  book: Ledger,
  whose: Whose,
  no: string,
  asked: AskedShare & { readonly receivers: readonly Receiver[] },
): Expected {
  const key = keyOf(whose.mchid, no)
  const existing = book.shares.get(key)
  if (existing) return same(existing.asked, asked) ? queryShare(book, key) : unfit
  const order = book.orders.get(asked.named)
  if (!order?.paid || !order.shares || book.now < order.paid.at + 60 * SECOND) return invalid
  if (order.unfrozen || order.requests >= 50) return invalid
  const payer = payeeOf(order)
  const { receivers, unfreezes } = asked
  const names = receivers.map(({ type, account }) => `${type} ${account}`)
  for (const [i, { account }] of receivers.entries()) {
    if (names.filter((one) => one === names[i]).length > 1) return unfit
    if (account === payer && unfreezes) return invalid
    if (account !== payer && book.world.receivers[account] === undefined) return unfit
  }
  const rest = Math.max(0, order.frozen) - sumOf(receivers.map(({ amount }) => amount))
  if (rest < 0) return refused(403, 'NOT_ENOUGH')
  const others = receivers.filter(({ account }) => account !== payer).map(({ amount }) => amount)
  const most = Math.floor(((order.total - order.back.refund) * (book.world.ratios[payer] ?? 3_000)) / 10_000)
  if (order.others + sumOf(others) > most) return invalid
  order.requests += 1
  const own: Receiver = { type: 'MERCHANT_ID', account: payer, amount: rest }
  return shared(book, whose, no, asked, unfreezes && rest > 0 ? [...receivers, own] : receivers)
}

export function unfreezeOrder(book: Ledger, whose: Whose, no: string, named: string): Expected {
  const key = keyOf(whose.mchid, no)
  const asked = { named, unfreezes: true }
  const existing = book.shares.get(key)
  if (existing) return same(existing.asked, asked) ? queryShare(book, key) : unfit
  const order = book.orders.get(named)
  if (!order?.paid || !order.shares) return invalid
  if (order.frozen <= 0) return refused(403, 'NOT_ENOUGH')
  return shared(book, whose, no, asked, [{ type: 'MERCHANT_ID', account: payeeOf(order), amount: order.frozen }])
}

function shared(
  book: Ledger,
  { mchid, sub }: Whose,
  no: string,
  asked: AskedShare,
  receivers: readonly Receiver[],
): Expected {
  const key = keyOf(mchid, no)
  const order = book.orderAt(asked.named)
  const payer = payeeOf(order)
  const finish = book.now + SECOND
  const parts = receivers.map((one) => {
    const reason = one.account === payer ? null : (book.world.receivers[one.account] ?? null)
    return { ...one, finish, done: false, ...(reason !== null && { reason }) }
  })
  book.shares.set(key, { mchid, sub, order: asked.named, asked, created: book.now, parts, booked: false })
  for (const { account, amount } of parts) {
    order[account === payer ? 'own' : 'others'] += amount
    order.frozen -= amount
    book.move(`frozen ${payer}`, `shared ${payer}`, amount)
  }
  if (asked.unfreezes) {
    order.unfrozen = true
    release(book, order)
  }
  book.timers.push({ at: finish, what: 'fail', key }, { at: finish, what: 'finish', key })
  return queryShare(book, key)
}

function release(book: Ledger, order: Order): void {
  book.move(`frozen ${payeeOf(order)}`, `available ${payeeOf(order)}`, order.frozen)
  order.frozen = 0
  order.waits = false
}

/** Gives back what receivers did not get, once they have failed. */
function fail(book: Ledger, { order: orderKey, parts }: Share, has: (part: Share['parts'][number]) => boolean): void {
  const order = book.orderAt(orderKey)
  const payer = payeeOf(order)
  for (const { account, amount } of parts.filter((one) => one.reason !== undefined && has(one))) {
    order[account === payer ? 'own' : 'others'] -= amount
    book.move(`shared ${payer}`, `${order.waits ? 'frozen' : 'available'} ${payer}`, amount)
    if (order.waits) order.frozen += amount
  }
}

const ARRIVED = 'TRANSACTION.SUCCESS'

/** Tells merchants of what they got, other than what they kept of their own. */
function tell(book: Ledger, key: string, share: Share, parts: Share['parts']): void {
  for (const { type, account, reason, finish } of parts) {
    if (type !== 'MERCHANT_ID' || account === payeeOf(share) || reason !== undefined) continue
    book.tell(account, ARRIVED, key, finish)
  }
}

/** When all receivers have their results, but not before the share was made: the clock may have been set back since. */
export function finishedAt({ created, parts }: Share): number {
  return Math.max(created, ...parts.map((one) => one.finish))
}

/** Books what receivers got, once all have their results. */
function finish(book: Ledger, key: string, share: Share): void {
  const payer = payeeOf(share)
  share.booked = true
  const at = finishedAt(share)
  for (const { account, type, amount, reason } of share.parts) {
    if (reason !== undefined) continue
    const isOwn = account === payer
    const pocket = type === 'MERCHANT_ID' ? 'available' : 'person'
    book.move(`shared ${payer}`, `${pocket} ${account}`, amount)
    if (isOwn) continue
    book.enter({ mchid: payer, kind: '分账', amount: -amount, of: `share ${key}` }, at)
    if (type === 'MERCHANT_ID') book.enter({ mchid: account, kind: '分账', amount, of: `share ${key}` }, at)
  }
}

export function settleShare(
  book: Ledger,
  key: string,
  account: string | undefined,
  reason: string | undefined,
): Expected {
  const share = book.shares.get(key)
  if (!share) return refused(0, 'MOCK_SHARING_ORDER_UNKNOWN')
  const settles = (one: Receiver) => account === undefined || account === one.account
  const pending = share.parts.filter((one) => !one.done && settles(one))
  if (pending.length === 0) return refused(0, 'MOCK_SHARING_STATE')
  for (const one of pending) {
    Object.assign(one, { finish: book.now, done: true })
    if (reason !== undefined) one.reason = reason
  }
  tell(book, key, share, pending)
  fail(book, share, (one) => pending.includes(one))
  if (share.parts.every(({ done }) => done)) finish(book, key, share)
  return { status: 200 }
}

export function queryShare(book: Ledger, key: string): Expected {
  const share = book.shares.get(key)
  if (!share) return unknown
  const receivers = share.parts.map(({ type, account, amount, done, reason }) => {
    const result = !done ? 'PENDING' : reason === undefined ? 'SUCCESS' : 'CLOSED'
    return { type, account, amount, result, fail_reason: result === 'CLOSED' ? reason : undefined }
  })
  const isDone = share.parts.every(({ done }) => done)
  return { status: 200, body: { state: isDone ? 'FINISHED' : 'PROCESSING', receivers } }
}

export function unsplit(book: Ledger, key: string): Expected {
  const order = book.orders.get(key)
  if (!order?.paid || !order.shares) return unknown
  return { status: 200, body: { unsplit_amount: Math.max(0, order.frozen) } }
}

// Returns of shares

export function giveBack(
  book: Ledger,
  shareKey: string,
  sub: string | undefined,
  no: string,
  from: string,
  amount: number,
): Expected {
  const share = book.shares.get(shareKey)
  const [mchid = ''] = shareKey.split(' ')
  const key = keyOf(mchid, no)
  const existing = book.returns.get(key)
  if (existing) {
    if (!same([existing.share, existing.from, existing.amount], [shareKey, from, amount])) return invalid
    if (existing.result === 'PROCESSING') attempt(book, key, existing)
    return queryReturn(book, key)
  }
  if (!share || share.sub !== sub) return invalid
  if (from === payeeOf(share)) return unfit
  const got = share.parts.find(({ type, account }) => type === 'MERCHANT_ID' && account === from)
  if (!got?.done || got.reason || book.now >= share.created + 180 * DAY) return invalid
  const before = [...book.returns.values()].filter((one) => one.share === shareKey)
  const given = before.filter((one) => one.from === from && one.result !== 'FAILED')
  if (before.length >= 50 || amount > got.amount - sumOf(given.map((one) => one.amount))) return invalid
  if (book.world.keepsShares.includes(from)) return refused(403, 'NO_AUTH')
  const made: Return = { mchid, sub, share: shareKey, from, amount, created: book.now, result: 'PROCESSING' }
  book.returns.set(key, made)
  attempt(book, key, made)
  if (made.result === 'PROCESSING') book.timers.push({ at: book.now + 5 * DAY, what: 'timeOut', key })
  return queryReturn(book, key)
}

function attempt(book: Ledger, key: string, one: Return): void {
  const most = book.returnable.get(one.from) ?? Number.POSITIVE_INFINITY
  if (given(book, one.from) + one.amount <= most) returned(book, key, one)
}

/** Fen that a receiver has given back. */
export function given(book: Ledger, from: string): number {
  const own = [...book.returns.values()].filter((one) => one.from === from && one.result === 'SUCCESS')
  return sumOf(own.map(({ amount }) => amount))
}

export function fund(book: Ledger, account: string, returnable: number): Expected {
  book.returnable.set(account, returnable)
  return { status: 200, body: { mchid: account, returnable } }
}

function returned(book: Ledger, key: string, one: Return): void {
  const payer = payeeOf(one)
  one.result = 'SUCCESS'
  book.timers = book.timers.filter((timer) => timer.what !== 'timeOut' || timer.key !== key)
  book.tell(one.from, ARRIVED, key)
  book.move(`available ${one.from}`, `available ${payer}`, one.amount)
  book.enter({ mchid: one.from, kind: '分账回退', amount: -one.amount, of: `return ${key}` })
  book.enter({ mchid: payer, kind: '分账回退', amount: one.amount, of: `return ${key}` })
}

export function settleReturn(book: Ledger, key: string, reason: string | undefined): Expected {
  const one = book.returns.get(key)
  if (!one) return refused(0, 'MOCK_SHARING_RETURN_UNKNOWN')
  if (one.result !== 'PROCESSING') return refused(0, 'MOCK_SHARING_STATE')
  if (reason === undefined) returned(book, key, one)
  else Object.assign(one, { result: 'FAILED', reason })
  return { status: 200, body: { result: one.result } }
}

export function queryReturn(book: Ledger, key: string): Expected {
  const one = book.returns.get(key)
  if (!one) return unknown
  return { status: 200, body: { result: one.result, amount: one.amount, fail_reason: one.reason } }
}

/** Time unfreezes an order, ends a share, and ends a return that waited for money in vain. */
export const sharesByTime = {
  unfreeze(book: Ledger, key: string) {
    const order = book.orderAt(key)
    if (order.waits) release(book, order)
  },
  fail(book: Ledger, key: string) {
    const share = book.shares.get(key)
    if (!share) return
    const pending = share.parts.filter(({ done }) => !done)
    for (const one of pending) one.done = true
    tell(book, key, share, pending)
    fail(book, share, (one) => pending.includes(one))
  },
  finish(book: Ledger, key: string) {
    const share = book.shares.get(key)
    if (share && !share.booked) finish(book, key, share)
  },
  timeOut(book: Ledger, key: string) {
    const one = book.returns.get(key)
    if (one?.result === 'PROCESSING') Object.assign(one, { result: 'FAILED', reason: 'TIME_OUT_CLOSED' })
  },
}
