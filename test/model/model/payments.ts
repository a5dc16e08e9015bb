import { type Call, canonical, exactly, matching, text } from './call.ts'
import { type Body, type ExpectedMembers, type Outcome, refusal } from './outcome.ts'
import { announcement, keyOf, type OrderState, type RefundState, type State } from './state.ts'
import { DAY, HOUR, SECOND, wireTime } from './time.ts'

/** Orders and refunds: protocol.md 11. */

const NO_ORDER = refusal(404, 'ORDER_NOT_EXIST', '订单不存在')
const NO_ORDER_TO_REFUND = refusal(404, 'RESOURCE_NOT_EXISTS', '订单不存在')
const NO_REFUND = refusal(404, 'RESOURCE_NOT_EXISTS', '退款单不存在')
const WRONG_MERCHANT = refusal(400, 'PARAM_ERROR', 'http header中的mchid与post payload中的mchid不匹配')
const PAID = refusal(400, 'ORDERPAID', '订单已支付')
const CLOSED = refusal(400, 'ORDER_CLOSED', '订单已关闭')
const OTHER_VALUES = refusal(400, 'INVALID_REQUEST', '201 商户订单号重复')
const OTHER_REFUND = refusal(400, 'INVALID_REQUEST', '订单金额或退款金额与之前请求不一致，请核实后再试')
const NOT_PAID = refusal(400, 'INVALID_REQUEST', '订单未支付，不能退款')
const TOO_LATE = refusal(400, 'INVALID_REQUEST', '订单已经超过退款期限')
const OTHER_TOTAL = refusal(400, 'INVALID_REQUEST', '订单金额不一致，请核实后再试')
const TOO_MANY = refusal(400, 'INVALID_REQUEST', '订单退款次数超过限制')
const TOO_MUCH = refusal(400, 'INVALID_REQUEST', '申请退款金额超过订单可退金额')
/** An unpaid order closes after so long. */
const OPEN_FOR = 7 * DAY
/** What an order is paid with lives so long. */
const PREPAID_FOR = 2 * HOUR
const REFUNDABLE_FOR = 365 * DAY
const REFUND_TAKES = 5 * SECOND

const ANSWERS: Readonly<Record<string, readonly [member: string, pattern: RegExp]>> = {
  payJsapi: ['prepay_id', /^wx/],
  payApp: ['prepay_id', /^wx/],
  payNative: ['code_url', /^weixin:\/\/wxpay\/bizpayurl\?pr=/],
  payH5: ['h5_url', /^https:\/\//],
}

const amountOf = (input: Body): Body => Object(input.amount)

/** The state that time alone can have changed. */
export function tradeState({ state, openedAt }: OrderState, now: number): OrderState['state'] {
  return state === 'NOTPAY' && now >= openedAt + OPEN_FOR ? 'CLOSED' : state
}

/** Whether a user can pay it: it is open, and what it is paid with still lives. */
export function isPayable(order: OrderState, now: number): boolean {
  return tradeState(order, now) === 'NOTPAY' && now < order.prepaid.at + PREPAID_FOR
}

export function pay(state: State, { kind, by, input }: Call): readonly Outcome[] {
  if (input.mchid !== by) return [WRONG_MERCHANT]
  const no = text(input.out_trade_no)
  const key = keyOf(by, no)
  const order = state.payments.get(key)
  const params = canonical(input)
  const [member = '', pattern = /^/] = ANSWERS[kind] ?? []
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
            openedAt: state.now,
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
  if (condition !== 'NOTPAY') return [PAID]
  if (order.openedBy !== kind || order.params !== params) return [OTHER_VALUES]
  const { answer, at } = order.prepaid
  if (state.now < at + PREPAID_FOR) return [{ status: 200, body: { [member]: exactly(answer[member]) } }]
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
  const order = [...state.payments.values()].find(({ transactionId }) => transactionId === input.transaction_id)
  return queried(state, by, input, order?.merchant === by ? order : undefined)
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
    amount: { total, currency: 'CNY', payer_total: paidAt === undefined ? undefined : total },
  }
}

export function closeOrder(state: State, { by, input }: Call): readonly Outcome[] {
  if (input.mchid !== by) return [WRONG_MERCHANT]
  const order = state.payments.get(keyOf(by, text(input.out_trade_no)))
  if (order?.state === 'SUCCESS' || order?.state === 'REFUND') return [PAID]
  return [
    {
      status: 204,
      effect: () => {
        if (order) order.state = 'CLOSED'
      },
    },
  ]
}

export function createRefund(state: State, { by, input }: Call): readonly Outcome[] {
  const no = text(input.out_refund_no)
  const key = keyOf(by, no)
  const params = canonical(input)
  const known = state.refunds.get(key)
  if (known) return [known.params === params ? refundShown(known, state.now) : OTHER_REFUND]
  const order =
    input.transaction_id === undefined
      ? state.payments.get(keyOf(by, text(input.out_trade_no)))
      : [...state.payments.values()].find(({ transactionId }) => transactionId === input.transaction_id)
  if (order?.merchant !== by) return [NO_ORDER_TO_REFUND]
  const { refund, total } = amountOf(input)
  const refunded = order.refunds.reduce((sum, { amount }) => sum + amount, 0)
  if (order.paidAt === undefined) return [NOT_PAID]
  if (state.now > order.paidAt + REFUNDABLE_FOR) return [TOO_LATE]
  if (total !== order.total) return [OTHER_TOTAL]
  if (order.refunds.length >= 50) return [TOO_MANY]
  if (refunded + Number(refund) > order.total) return [TOO_MUCH]
  const taken = { merchant: by, order, no, amount: Number(refund), params, at: state.now }
  return [
    {
      status: 200,
      body: {
        ...refundBody({ ...taken, id: '' }, state.now),
        refund_id: (id) => matching(/^\d+$/)(id) && ![...state.refunds.values()].some((other) => other.id === id),
      },
      effect: ({ refund_id }) => {
        const kept = { ...taken, id: text(refund_id) }
        state.refunds.set(key, kept)
        order.refunds.push(kept)
        order.state = 'REFUND'
        if (input.notify_url !== undefined) {
          state.announced.push(announcement('REFUND.SUCCESS', by, text(input.notify_url), no))
        }
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

/** It is under way for a while, and has succeeded then. */
function refundBody({ order, no, id, amount, at }: RefundState, now: number): ExpectedMembers {
  const settled = now >= at + REFUND_TAKES
  return {
    refund_id: id,
    out_refund_no: no,
    out_trade_no: order.no,
    transaction_id: order.transactionId,
    amount: { refund: amount, total: order.total },
    create_time: wireTime(at),
    status: settled ? 'SUCCESS' : 'PROCESSING',
    success_time: settled ? wireTime(at + REFUND_TAKES) : undefined,
  }
}
