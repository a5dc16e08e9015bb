import type { SnapshotJson } from '../../src/products/json.ts'
import type { CompletedCoupon } from '../../src/products/merchant-coupon/coupons.ts'
import type { CompletedStock } from '../../src/products/merchant-coupon/stocks.ts'
import type { Kind } from './calls.ts'
import { canonical } from './model/call.ts'
import type { Answer, Body } from './model/outcome.ts'
import { keyOf } from './model/state.ts'
import { midnight } from './model/time.ts'

/**
 * Invariants that hold whatever was called in whatever order, also at the same time. They are checked on the contents of the mock and on its answers,
 * without the model.
 */

export interface LoggedCall {
  readonly kind: Kind
  readonly by: string
  readonly input: Body
  readonly answer: Answer
  readonly at: number
}

export function* invariantFaults(world: SnapshotJson, log: readonly LoggedCall[]): Generator<string> {
  yield* budgetFaults(world, log)
  yield* codeFaults(world)
  for (const coupon of world.coupons) yield* historyFaults(coupon)
  yield* refundFaults(world)
  yield* subsidyFaults(world)
  yield* numberFaults(log)
  yield* redemptionFaults(log)
  yield* uniquenessFaults(world)
}

const stockKey = ({ mchid, stock_id }: { mchid: string; stock_id: string }) => keyOf(mchid, stock_id)

function countBy<Value>(values: readonly Value[], key: (value: Value) => string): Map<string, number> {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(key(value), (counts.get(key(value)) ?? 0) + 1)
  return counts
}

/** A batch never exceeds a limit: in total, on one day in China, or for one user; and its counts match its coupons. */
function* budgetFaults({ stocks, coupons, taken_at }: SnapshotJson, log: readonly LoggedCall[]): Generator<string> {
  for (const stock of stocks) {
    const own = coupons.filter((coupon) => stockKey(coupon) === stockKey(stock))
    const what = `batch ${stock.stock_id}`
    const { max_coupons = 0, max_coupons_per_user = 0 } = stock.stock_send_rule
    if (own.length > max_coupons) yield `${what} has sent ${own.length} coupons of ${max_coupons}`
    if (stock.sent.total !== own.length) yield `${what} counts ${stock.sent.total} coupons, but there are ${own.length}`
    for (const [openid, count] of countBy(own, (coupon) => coupon.openid)) {
      if (count > max_coupons_per_user) yield `${what} has given ${openid} ${count} coupons of ${max_coupons_per_user}`
    }
    const days = countBy(own, (coupon) => String(midnight(Date.parse(coupon.receive_time))))
    const dailyLimit = highestDailyLimit(stock, log)
    for (const [day, count] of days) {
      if (count > dailyLimit) yield `${what} has sent ${count} coupons of ${dailyLimit} on the day from ${day}`
    }
    const { today, day } = stock.sent
    if (day !== undefined && Date.parse(day) === midnight(Date.parse(taken_at))) {
      const sent = days.get(String(midnight(Date.parse(taken_at)))) ?? 0
      if (today !== sent) yield `${what} counts ${today} coupons today, but there are ${sent}`
    }
  }
}

/** A limit may have been lowered since, so only the highest that ever applied binds all days. */
function highestDailyLimit(stock: CompletedStock, log: readonly LoggedCall[]): number {
  const own = log.filter(({ input, answer }) => answer.status === 200 && input.stock_id === stock.stock_id)
  const changes = own.filter(({ kind }) => kind === 'modifyBudget')
  const given = changes.flatMap(({ input }) => [input.target_max_coupons_by_day, input.current_max_coupons_by_day])
  const limits = [stock.stock_send_rule.max_coupons_by_day, ...given].filter((limit) => typeof limit === 'number')
  // A batch that got its first daily limit by a change did not have one before.
  return limits.length === 0 || changes.some(({ answer }) => answer.body?.max_coupons_by_day === undefined)
    ? Number.POSITIVE_INFINITY
    : Math.max(...limits)
}

/** An uploaded code is handed out at most once, and a batch with uploaded codes hands out no other. */
function* codeFaults({ stocks, codes, coupons }: SnapshotJson): Generator<string> {
  const uploads = new Set(
    stocks.filter(({ coupon_code_mode }) => coupon_code_mode === 'MERCHANT_UPLOAD').map((stock) => stockKey(stock)),
  )
  const given = countBy(coupons, (coupon) => keyOf(stockKey(coupon), coupon.coupon_code))
  for (const [key, count] of given) if (count > 1) yield `the code ${key} was handed out ${count} times`
  for (const code of codes) {
    const handedOut = given.has(keyOf(stockKey(code), code.code))
    if (handedOut !== (code.dispatched_time !== undefined)) {
      yield `code ${code.code} of ${code.stock_id} is ${handedOut ? 'with a user but' : 'with no user and'} held as the other`
    }
  }
  const known = new Set(codes.map((code) => keyOf(stockKey(code), code.code)))
  for (const coupon of coupons) {
    if (uploads.has(stockKey(coupon)) && !known.has(keyOf(stockKey(coupon), coupon.coupon_code))) {
      yield `coupon ${coupon.coupon_code} of ${coupon.stock_id} has a code that was not uploaded`
    }
  }
}

/** A return separates two redemptions, and only an unlink ends a link. */
function* historyFaults({ stock_id, coupon_code, history, ...coupon }: CompletedCoupon): Generator<string> {
  const what = `coupon ${coupon_code} of ${stock_id}`
  let used = false
  let link: string | undefined
  let touched = false
  for (const { event, out_trade_no } of history) {
    if (event === 'set' || event === 'deleted') touched = true
    if (event === 'used') {
      if (used) yield `${what} was redeemed twice`
      used = true
    }
    if (event === 'returned') {
      if (!used) yield `${what} was returned without having been redeemed`
      used = false
    }
    if (event === 'associated') {
      if (link !== undefined && link !== out_trade_no) yield `${what} was linked to ${out_trade_no} over ${link}`
      link = out_trade_no
    }
    if (event === 'disassociated') link = undefined
  }
  if (link !== coupon.associate_out_trade_no) yield `${what} has lost its link to ${link}`
  if (!touched && used !== (coupon.state === 'USED')) yield `${what} is ${coupon.state}, which its history is not`
}

function* refundFaults({ orders, refunds }: SnapshotJson): Generator<string> {
  for (const order of orders) {
    const own = refunds.filter(({ mchid, out_trade_no, outcome }) => {
      return mchid === order.mchid && out_trade_no === order.out_trade_no && outcome === 'SUCCESS'
    })
    const refunded = own.reduce((sum, { refund }) => sum + refund, 0)
    if (refunded > order.total) yield `order ${order.out_trade_no} of ${order.total} was refunded ${refunded}`
    if (own.length > 0 && order.success_time === undefined)
      yield `order ${order.out_trade_no} was refunded but not paid`
  }
}

function* subsidyFaults({ subsidies, subsidy_returns: returns }: SnapshotJson): Generator<string> {
  for (const { subsidy_receipt_id: id, amount, returned } of subsidies) {
    const own = returns.filter((given) => given.subsidy_receipt_id === id)
    const sum = own.reduce((total, given) => total + given.amount, 0)
    if (sum > amount) yield `subsidy ${id} of ${amount} was returned ${sum}`
    if (sum !== returned) yield `subsidy ${id} counts ${returned} as returned, but its returns make ${sum}`
  }
}

/** The field whose value makes a call a repeat, and the other fields that scope this value. */
const NUMBER_FIELDS: Readonly<Partial<Record<Kind, readonly string[]>>> = {
  modifyStock: ['out_request_no'],
  modifyBudget: ['modify_budget_request_no'],
  uploadCouponCodes: ['upload_request_no'],
  deleteCouponCode: ['delete_request_no'],
  sendCoupon: ['out_request_no', 'stock_id', 'openid'],
  sendProductCoupon: ['out_request_no', 'stock_id', 'openid'],
  useCoupon: ['use_request_no', 'coupon_code', 'stock_id'],
  associateTradeInfo: ['out_request_no'],
  disassociateTradeInfo: ['out_request_no'],
  returnCoupon: ['return_request_no'],
  deactivateCoupon: ['deactivate_request_no'],
  createRefund: ['out_refund_no'],
  subsidyPay: ['out_subsidy_no'],
  subsidyReturn: ['out_subsidy_return_no'],
}

/** Members of an answer that may change while it stays the answer to the same request. */
const MOVING = ['status', 'success_time', 'user_received_account', 'fail_reason']

/** A number that took effect gets the same answer for the same values, and never takes effect for others. */
function* numberFaults(log: readonly LoggedCall[]): Generator<string> {
  const first = new Map<string, LoggedCall>()
  for (const call of log) {
    const fields = NUMBER_FIELDS[call.kind]
    if (!fields || call.answer.status >= 300) continue
    const key = keyOf(call.by, call.kind, ...fields.map((field) => String(call.input[field])))
    const before = first.get(key)
    if (!before) first.set(key, call)
    else if (canonical(steady(before)) !== canonical(steady(call))) {
      yield `${key} was answered ${JSON.stringify(before.answer.body)}, then ${JSON.stringify(call.answer.body)}`
    } else if (fields.length === 1 && canonical(before.input) !== canonical(call.input)) {
      yield `${key} took ${JSON.stringify(before.input)} and then ${JSON.stringify(call.input)}`
    }
  }
  const created = countBy(
    log.filter(({ kind, answer }) => kind === 'createStock' && answer.status === 200),
    ({ by, input }) => keyOf(by, String(input.out_request_no)),
  )
  for (const [key, count] of created) if (count > 1) yield `${key} has created ${count} batches`
}

function steady({ answer }: LoggedCall): Body {
  return Object.fromEntries(Object.entries(answer.body ?? {}).filter(([name]) => !MOVING.includes(name)))
}

/** For each coupon, answered redemptions minus returns make 0 or 1. A repeat by the same caller shows the first time and does not count. */
function* redemptionFaults(log: readonly LoggedCall[]): Generator<string> {
  const done = log.filter(({ answer }) => answer.status === 200)
  const timesOf = (kind: Kind, number: string, time: string) => {
    const times = new Map<string, Set<string>>()
    for (const { kind: own, by, input, answer } of done) {
      if (own !== kind || input.stock_id === undefined) continue
      const key = keyOf(String(input.stock_id), String(input.coupon_code))
      times.set(key, (times.get(key) ?? new Set()).add(`${by} ${input[number]} ${answer.body?.[time]}`))
    }
    return times
  }
  const returns = timesOf('returnCoupon', 'return_request_no', 'wechatpay_return_time')
  for (const [coupon, uses] of timesOf('useCoupon', 'use_request_no', 'wechatpay_use_time')) {
    const returned = returns.get(coupon)?.size ?? 0
    if (uses.size > returned + 1)
      yield `coupon ${coupon} was redeemed ${uses.size} times and returned ${returned} times`
  }
}

function* uniquenessFaults(world: SnapshotJson): Generator<string> {
  const all: readonly (readonly [string, Map<string, number>])[] = [
    ['batch', countBy(world.stocks, (stock) => stockKey(stock))],
    [
      'transaction',
      countBy(
        world.orders.filter((order) => order.transaction_id),
        (order) => String(order.transaction_id),
      ),
    ],
    ['refund', countBy(world.refunds, ({ refund_id }) => refund_id)],
    ['receipt', countBy(world.subsidies, ({ subsidy_receipt_id }) => subsidy_receipt_id)],
    ['return receipt', countBy(world.subsidy_returns, ({ subsidy_return_receipt_id: id }) => id)],
    ['notification', countBy(world.notifications, ({ id }) => id)],
    ['number', countBy(world.requests, ({ mchid, operation, request_no }) => keyOf(mchid, operation, request_no))],
  ]
  for (const [what, counts] of all) {
    for (const [id, count] of counts) if (count > 1) yield `there are ${count} of the ${what} ${id}`
  }
}
