import { type Call, canonical, exactly, matching, text } from './call.ts'
import { type Body, type ExpectedMembers, type Outcome, refusal } from './outcome.ts'
import { announcement, keyOf, type OrderState, type RefundState, type State } from './state.ts'
import { DAY, HOUR, SECOND, wireTime } from './time.ts'

/** Orders and refunds: pay-family.md 2 and 5. */

const NO_ORDER = refusal(404, 'ORDER_NOT_EXIST', '订单不存在')
const NO_ORDER_TO_REFUND = refusal(404, 'RESOURCE_NOT_EXISTS', '订单不存在')
const NO_REFUND = refusal(404, 'RESOURCE_NOT_EXISTS', '退款单不存在')
const WRONG_MERCHANT = refusal(400, 'PARAM_ERROR', 'http header中的mchid与post payload中的mchid不匹配')
const ANOTHER_MERCHANTS = refusal(400, 'INVALID_REQUEST', '商户号和订单信息不匹配')
const NO_TRANSACTION_ID = refusal(400, 'PARAM_ERROR', '微信订单号非法')
const PAID = refusal(400, 'ORDER_PAID', '订单已支付')
const CLOSED = refusal(400, 'ORDER_CLOSED', '订单已关闭')
const USED = refusal(403, 'OUT_TRADE_NO_USED', '商户订单号重复')
const OTHER_VALUES = refusal(400, 'INVALID_REQUEST', '请求重入时，参数与首次请求时不一致')
const OTHER_REFUND = refusal(400, 'INVALID_REQUEST', '订单金额或退款金额与之前请求不一致，请核实后再试')
const REFUND_OF_ANOTHER = refusal(400, 'INVALID_REQUEST', '支付单号校验不一致，请核实后再试')
const DIFFERENT_ORDER = refusal(400, 'INVALID_REQUEST', '您的请求参数与订单信息不一致')
const NOT_PAID = refusal(404, 'RESOURCE_NOT_EXISTS', '原订单不存在')
const TOO_LATE = refusal(400, 'INVALID_REQUEST', '订单已经超过退款期限')
const ALL_REFUNDED = refusal(400, 'INVALID_REQUEST', '订单已全额退款')
const UNFIT = refusal(400, 'INVALID_REQUEST', '请求参数符合参数格式，但不符合业务规则')
const TOO_MUCH = refusal(400, 'INVALID_REQUEST', '申请退款金额超过订单可退金额')
/** Time after which an unpaid order closes. */
const OPEN_FOR = 7 * DAY
/** Bounds of the time to pay, whatever time_expire says. */
const PAYABLE_AT_LEAST = 60 * SECOND
const PAYABLE_AT_MOST = 15 * DAY
/** Lifetime of a prepay_id or code_url; an h5_url lives five minutes. */
const PREPAID_FOR = 2 * HOUR
const H5_PREPAID_FOR = 300 * SECOND
const REFUNDABLE_FOR = 365 * DAY
const REFUND_TAKES = 5 * SECOND

const ANSWERS: Readonly<Record<string, readonly [member: string, pattern: RegExp]>> = {
  payJsapi: ['prepay_id', /^wx/],
  payApp: ['prepay_id', /^wx/],
  payNative: ['code_url', /^weixin:\/\/wxpay\/bizpayurl\?pr=/],
  payH5: ['h5_url', /^https?:\/\//],
}

const amountOf = (input: Body): Body => Object(input.amount)

/** The state, considering that time alone can close an order. */
export function tradeState({ state, closesAt }: OrderState, now: number): OrderState['state'] {
  return state === 'NOTPAY' && now >= closesAt ? 'CLOSED' : state
}

/** Whether a user can pay it: it is open, its time to pay has not ended, and its prepay_id, code_url or h5_url still lives. */
export function isPayable(order: OrderState, now: number): boolean {
  return tradeState(order, now) === 'NOTPAY' && now < order.payableUntil && isPrepaid(order, now)
}

function isPrepaid({ openedBy, prepaid }: OrderState, now: number): boolean {
  return now < prepaid.at + (openedBy === 'payH5' ? H5_PREPAID_FOR : PREPAID_FOR)
}

/** Moves a time_expire that is too early or too late. */
function timesOf(wanted: unknown, now: number): Pick<OrderState, 'payableUntil' | 'closesAt'> {
  if (wanted === undefined) return { payableUntil: now + OPEN_FOR, closesAt: now + OPEN_FOR }
  const wish = Date.parse(text(wanted))
  const payableUntil = Math.max(now + PAYABLE_AT_LEAST, Math.min(wish, now + PAYABLE_AT_MOST))
  return { payableUntil, closesAt: Math.max(payableUntil, now + OPEN_FOR) }
}

export function pay(state: State, { kind, by, input }: Call): readonly Outcome[] {
  if (input.mchid !== by) return [WRONG_MERCHANT]
  const no = text(input.out_trade_no)
  const key = keyOf(by, no)
  const order = state.payments.get(key)
  const params = canonical(input)
  const [member = '', pattern = /^/] = ANSWERS[kind] ?? []
  if (!order && state.usedUp.has(key)) return [OTHER_VALUES]
  if (!order) {
    return [
      {
        status: 200,
        body: { [member]: matching(pattern) },
        effect: (answer) => {
          state.payments.set(key, {
            merchant: by,
            no,
            openedBy: kind,
            params,
            notifyUrl: text(input.notify_url),
            total: Number(amountOf(input).total),
            ...timesOf(input.time_expire, state.now),
            prepaid: { answer, at: state.now },
            state: 'NOTPAY',
            refunds: [],
          })
        },
      },
    ]
  }
  const condition = tradeState(order, state.now)
  if (condition === 'CLOSED') return [CLOSED]
  if (condition !== 'NOTPAY' || order.openedBy !== kind) return [USED]
  if (order.params !== params) return [OTHER_VALUES]
  const { answer } = order.prepaid
  const isKept = kind === 'payJsapi' || kind === 'payApp'
  if (isKept && isPrepaid(order, state.now)) return [{ status: 200, body: { [member]: exactly(answer[member]) } }]
  return [
    {
      status: 200,
      body: { [member]: (given) => matching(pattern)(given) && given !== answer[member] },
      effect: (fresh) => {
        order.prepaid = { answer: fresh, at: state.now }
      },
    },
  ]
}

export function queryOrderByNumber(state: State, { by, input }: Call): readonly Outcome[] {
  return queried(state, by, input, state.payments.get(keyOf(by, text(input.out_trade_no))))
}

export function queryOrderById(state: State, { by, input }: Call): readonly Outcome[] {
  const id = text(input.transaction_id)
  const order = [...state.payments.values()].find(({ transactionId }) => transactionId === id)
  const isId = id.length === 28 && id.startsWith('4')
  if (input.mchid === by && !isId) return [NO_TRANSACTION_ID]
  if (input.mchid === by && order && order.merchant !== by) return [ANOTHER_MERCHANTS]
  return queried(state, by, input, order)
}

function queried(state: State, by: string, input: Body, order: OrderState | undefined): readonly Outcome[] {
  if (input.mchid !== by) return [WRONG_MERCHANT]
  return order ? [{ status: 200, body: orderBody(order, state.now) }] : [NO_ORDER]
}

function orderBody(order: OrderState, now: number): ExpectedMembers {
  const { no, merchant, transactionId, paidAt, total } = order
  return {
    mchid: merchant,
    out_trade_no: no,
    trade_state: tradeState(order, now),
    transaction_id: transactionId,
    success_time: paidAt === undefined ? undefined : wireTime(paidAt),
    amount: {
      total,
      payer_currency: 'CNY',
      ...(paidAt === undefined
        ? { currency: undefined, payer_total: undefined }
        : { currency: 'CNY', payer_total: total }),
    },
    promotion_detail: [],
    ...(paidAt === undefined
      ? { attach: undefined, scene_info: { device_id: '' } }
      : { attach: '', scene_info: undefined }),
  }
}

export function closeOrder(state: State, { by, input }: Call): readonly Outcome[] {
  if (input.mchid !== by) return [WRONG_MERCHANT]
  const key = keyOf(by, text(input.out_trade_no))
  const order = state.payments.get(key)
  if (order?.state === 'SUCCESS' || order?.state === 'REFUND') return [PAID]
  return [
    {
      status: 204,
      effect: () => {
        if (order) order.state = 'CLOSED'
        else state.usedUp.add(key)
      },
    },
  ]
}

export function createRefund(state: State, { by, input }: Call): readonly Outcome[] {
  const no = text(input.out_refund_no)
  const key = keyOf(by, no)
  const params = canonical(input)
  const known = state.refunds.get(key)
  if (known) {
    if (known.params === params) return [refundShown(known, state.now)]
    const { out_trade_no: named = known.order.no, transaction_id: id = known.order.transactionId } = input
    return [named === known.order.no && id === known.order.transactionId ? OTHER_REFUND : REFUND_OF_ANOTHER]
  }
  const order =
    input.transaction_id === undefined
      ? state.payments.get(keyOf(by, text(input.out_trade_no)))
      : [...state.payments.values()].find(({ transactionId }) => transactionId === input.transaction_id)
  if (order?.merchant !== by) return [order ? DIFFERENT_ORDER : NO_ORDER_TO_REFUND]
  const { refund, total } = amountOf(input)
  const refunded = order.refunds.reduce((sum, { amount }) => sum + amount, 0)
  if (order.paidAt === undefined) return [NOT_PAID]
  if (state.now > order.paidAt + REFUNDABLE_FOR) return [TOO_LATE]
  if (total !== order.total) return [OTHER_REFUND]
  if (refunded === order.total) return [ALL_REFUNDED]
  if (refunded + Number(refund) > order.total) return [TOO_MUCH]
  if (order.refunds.length >= 50) return [UNFIT]
  const notifyUrl = input.notify_url === undefined ? undefined : text(input.notify_url)
  const settlesAt = state.now + REFUND_TAKES
  const taken = { merchant: by, order, no, amount: Number(refund), params, at: state.now, notifyUrl, settlesAt }
  return [
    {
      status: 200,
      body: {
        ...refundBody({ ...taken, id: '', outcome: 'SUCCESS', another: false }, state.now),
        refund_id: (id) => matching(/^\d+$/)(id) && ![...state.refunds.values()].some((other) => other.id === id),
      },
      effect: ({ refund_id }) => {
        const kept: RefundState = { ...taken, id: text(refund_id), outcome: 'SUCCESS', another: false }
        state.refunds.set(key, kept)
        order.refunds.push(kept)
        order.state = 'REFUND'
        announce(state, kept)
      },
    },
  ]
}

export function queryRefund(state: State, { by, input }: Call): readonly Outcome[] {
  const refund = state.refunds.get(keyOf(by, text(input.out_refund_no)))
  return [refund ? refundShown(refund, state.now) : NO_REFUND]
}

function refundShown(refund: RefundState, now: number): Outcome {
  return { status: 200, body: refundBody(refund, now) }
}

/** Tells the merchant how a refund ends, if it gave an address. */
function announce(state: State, { outcome, merchant, notifyUrl, no }: RefundState): void {
  if (notifyUrl !== undefined) state.announced.push(announcement(`REFUND.${outcome}`, merchant, notifyUrl, no))
}

export function isUnderWay({ settlesAt }: RefundState, now: number): boolean {
  return now < settlesAt
}

/** The refund turns out to be undeliverable, which is known at once; it replaces the notice of success to the merchant. */
export function failRefund(state: State, refund: RefundState): void {
  const { merchant, notifyUrl, no } = refund
  if (notifyUrl !== undefined) {
    state.announced.splice(state.announced.lastIndexOf(announcement('REFUND.SUCCESS', merchant, notifyUrl, no)), 1)
  }
  refund.outcome = 'ABNORMAL'
  refund.settlesAt = state.now
  announce(state, refund)
}

export function applyAbnormalRefund(state: State, { by, input }: Call): readonly Outcome[] {
  const refund = state.refunds.get(keyOf(by, text(input.out_refund_no)))
  if (refund?.id !== input.refund_id || refund === undefined) return [NO_REFUND]
  if (refund.another && isUnderWay(refund, state.now)) return [refundShown(refund, state.now)]
  if (refund.outcome !== 'ABNORMAL') return [UNFIT]
  const settlesAt = state.now + REFUND_TAKES
  return [
    {
      status: 200,
      body: refundBody({ ...refund, another: true, outcome: 'SUCCESS', settlesAt }, state.now),
      effect: () => {
        refund.another = true
        refund.outcome = 'SUCCESS'
        refund.settlesAt = settlesAt
        announce(state, refund)
      },
    },
  ]
}

/** A refund stays under way for a while, and then ends. */
function refundBody(refund: RefundState, now: number): ExpectedMembers {
  const { order, no, id, amount, at, settlesAt, outcome, another } = refund
  const settled = !isUnderWay(refund, now)
  return {
    refund_id: id,
    out_refund_no: no,
    out_trade_no: order.no,
    transaction_id: order.transactionId,
    amount: { refund: amount, total: order.total, payer_refund: amount, payer_total: order.total, from: [] },
    promotion_detail: [],
    user_received_account: another ? '商户基本账户商户结算银行账户' : '支付用户零钱',
    create_time: wireTime(at),
    status: settled ? outcome : 'PROCESSING',
    success_time: settled && outcome === 'SUCCESS' ? wireTime(settlesAt) : undefined,
  }
}
