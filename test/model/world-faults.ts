import type { SnapshotJson } from '../../src/products/json.ts'
import { conditionOf } from './model/call.ts'
import { tradeState } from './model/payments.ts'
import { announcement, keyOf, type State } from './model/state.ts'

/** Differences between the contents of the mock and the state of the model, one per line. */
export function* worldFaults(world: SnapshotJson, state: State): Generator<string> {
  yield* couponFaults(world, state)
  yield* stockFaults(world, state)
  yield* orderFaults(world, state)
  yield* subsidyFaults(world, state)
  yield* announcementFaults(world, state)
}

function* differences(what: string, pairs: Readonly<Record<string, readonly [held: unknown, known: unknown]>>) {
  for (const [name, [held, known]] of Object.entries(pairs)) {
    if (held !== known) yield `${what} is held with ${name} ${held}, but it should be ${known}`
  }
}

const instant = (time: string | undefined) => (time === undefined ? undefined : Date.parse(time))

function* couponFaults({ coupons }: SnapshotJson, { stocks, now }: State): Generator<string> {
  const known = stocks.flatMap((stock) => stock.coupons)
  if (coupons.length !== known.length) yield `${coupons.length} coupons are held instead of ${known.length}`
  const held = new Map(coupons.map((coupon) => [keyOf(coupon.mchid, coupon.stock_id, coupon.coupon_code), coupon]))
  for (const coupon of known) {
    const found = held.get(keyOf(coupon.stock.creator, coupon.stock.id, coupon.code))
    const what = `coupon ${coupon.code} of ${coupon.stock.id}`
    if (!found) {
      yield `${what} is gone`
      continue
    }
    yield* differences(what, {
      state: [found.state, conditionOf(coupon, now)],
      openid: [found.openid, coupon.openid],
      sender: [found.send_merchant, coupon.sender],
      receive_time: [instant(found.receive_time), coupon.receivedAt],
      available_start_time: [instant(found.available_start_time), coupon.start],
      expire_time: [instant(found.expire_time), coupon.expire],
      associate_out_trade_no: [found.associate_out_trade_no, coupon.link?.order],
      use_request_no: [found.use_request_no, coupon.use?.no],
      use_time: [instant(found.use_time), coupon.use?.at],
      use_merchant: [found.use_merchant, coupon.use?.by],
      return_merchant: [found.return_merchant, coupon.returned?.by],
      return_request_no: [found.return_request_no, coupon.returned?.no],
      deactivate_merchant: [found.deactivate_merchant, coupon.deactivated?.by],
      deactivate_request_no: [found.deactivate_request_no, coupon.deactivated?.no],
    })
  }
}

function* stockFaults({ stocks, codes }: SnapshotJson, state: State): Generator<string> {
  if (stocks.length !== state.stocks.length) yield `${stocks.length} batches are held instead of ${state.stocks.length}`
  for (const known of state.stocks) {
    const found = stocks.find(({ mchid, stock_id }) => mchid === known.creator && stock_id === known.id)
    const what = `batch ${known.id}`
    if (!found) {
      yield `${what} is gone`
      continue
    }
    const own = codes.filter(({ mchid, stock_id }) => mchid === known.creator && stock_id === known.id)
    yield* differences(what, {
      belong_merchant: [found.belong_merchant, known.owner],
      state: [found.state, known.state],
      max_coupons: [found.stock_send_rule.max_coupons, known.max],
      max_coupons_by_day: [found.stock_send_rule.max_coupons_by_day, known.byDay],
      'number of sent coupons': [found.sent.total, known.coupons.length],
      goods_name: [found.goods_name, known.goods],
      comment: [found.comment, known.comment],
      subsidy: [found.subsidy ?? false, known.subsidy],
      'number of codes': [own.length, known.codes.size],
    })
    for (const { code, upload_time, dispatched_time } of own) {
      const entity = known.codes.get(code)
      yield* differences(`code ${code} of ${known.id}`, {
        upload_time: [instant(upload_time), entity?.uploadedAt],
        dispatched_time: [instant(dispatched_time), entity?.dispatchedAt],
      })
    }
  }
}

function* orderFaults({ orders, refunds }: SnapshotJson, state: State): Generator<string> {
  if (orders.length !== state.payments.size) yield `${orders.length} orders are held instead of ${state.payments.size}`
  for (const known of state.payments.values()) {
    const found = orders.find(({ mchid, out_trade_no }) => mchid === known.merchant && out_trade_no === known.no)
    yield* differences(`order ${known.no} of ${known.merchant}`, {
      total: [found?.total, known.total],
      transaction_id: [found?.transaction_id, known.transactionId],
      success_time: [instant(found?.success_time), known.paidAt],
      state: [found?.state, tradeState(known, state.now)],
    })
  }
  if (refunds.length !== state.refunds.size) yield `${refunds.length} refunds are held instead of ${state.refunds.size}`
  for (const known of state.refunds.values()) {
    const found = refunds.find(({ mchid, out_refund_no }) => mchid === known.merchant && out_refund_no === known.no)
    yield* differences(`refund ${known.no} of ${known.merchant}`, {
      refund_id: [found?.refund_id, known.id],
      refund: [found?.refund, known.amount],
      out_trade_no: [found?.out_trade_no, known.order.no],
    })
  }
}

function* subsidyFaults({ subsidies, subsidy_returns: returns }: SnapshotJson, state: State): Generator<string> {
  if (subsidies.length !== state.subsidies.length) {
    yield `${subsidies.length} subsidies are held instead of ${state.subsidies.length}`
  }
  for (const known of state.subsidies) {
    const found = subsidies.find(({ mchid, out_subsidy_no: no }) => mchid === known.by && no === known.no)
    yield* differences(`subsidy ${known.no} of ${known.by}`, {
      fail_reason: [found?.fail_reason, known.failReason],
      amount: [found?.amount, known.amount],
      returned: [found?.returned, known.returned],
      coupon_code: [found?.coupon_code, known.coupon.code],
    })
  }
  if (returns.length !== state.subsidyReturns.length) {
    yield `${returns.length} returned subsidies are held instead of ${state.subsidyReturns.length}`
  }
}

/** The outbox holds exactly the callbacks due to merchants, each as often as due, with the address valid at the time. */
function* announcementFaults({ notifications }: SnapshotJson, { announced }: State): Generator<string> {
  const told = notifications.map(({ event_type: event, mchid, url, resource }) => {
    const members = SUBJECT[event]
    if (!members) return `an unexpected ${event}`
    const shown = new Map<string, unknown>(Object.entries(JSON.parse(resource)))
    return announcement(event, mchid, url, ...members.map((member) => String(shown.get(member))))
  })
  const missing = without(announced, told)
  const surplus = without(told, announced)
  if (missing.length > 0) yield `nobody is told: ${missing.join(', ')}`
  if (surplus.length > 0) yield `told too much: ${surplus.join(', ')}`
}

/** Elements that occur in one list more often than in the other. */
function without(list: readonly string[], other: readonly string[]): string[] {
  const rest = [...other]
  return list.filter((one) => {
    const at = rest.indexOf(one)
    if (at === -1) return true
    rest.splice(at, 1)
    return false
  })
}

/** Members that identify the subject of an event. */
const SUBJECT: Readonly<Record<string, readonly string[]>> = {
  'COUPON.SEND': ['stock_id', 'coupon_code'],
  'TRANSACTION.SUCCESS': ['out_trade_no'],
  'REFUND.SUCCESS': ['out_refund_no'],
  'REFUND.ABNORMAL': ['out_refund_no'],
}
