import { type Call, canonical, exactly, matching, text } from './call.ts'
import {
  absentOr,
  type Body,
  type Expected,
  type ExpectedMembers,
  type Outcome,
  oneOf,
  REFUSED,
  refusal,
} from './outcome.ts'
import { keyOf, type OrderState, type RefundState, type State } from './state.ts'
import { DAY, wireTime } from './time.ts'

/** Orders and refunds: protocol.md 11. Which code a refusal has is mostly not documented there, so that mostly none is asked for. */

const NO_ORDER = refusal(404, 'ORDER_NOT_EXIST', '订单不存在')
const NO_ORDER_TO_REFUND = refusal(404, 'RESOURCE_NOT_EXISTS', '订单不存在')
const WRONG_MERCHANT = refusal(400, 'PARAM_ERROR')
/** An unpaid order closes after so long. */
const OPEN_FOR = 7 * DAY
const REFUNDABLE_FOR = 365 * DAY

const ANSWERS: Readonly<Record<string, ExpectedMembers>> = {
  payJsapi: { prepay_id: matching(/^wx/) },
  payApp: { prepay_id: matching(/^wx/) },
  payNative: { code_url: matching(/^weixin:\/\/wxpay\/bizpayurl\?pr=/) },
  payH5: { h5_url: matching(/^https:\/\//) },
}

const amountOf = (input: Body): Body => Object(input.amount)

/** The state that time alone can have changed. */
export function tradeState({ state, openedAt }: OrderState, now: number): OrderState['state'] {
  return state === 'NOTPAY' && now >= openedAt + OPEN_FOR ? 'CLOSED' : state
}

export function pay(state: State, { kind, by, input }: Call): readonly Outcome[] {
  if (input.mchid !== by) return [WRONG_MERCHANT, REFUSED]
  const no = text(input.out_trade_no)
  const key = keyOf(by, no)
  const order = state.payments.get(key)
  const params = canonical(input)
  const opened: Outcome = { status: 200, body: ANSWERS[kind] ?? {} }
  if (order) {
    if (tradeState(order, state.now) !== 'NOTPAY' || order.params !== params) return [REFUSED]
    // Whether the way of paying is one of the parameters that have to be the same is open.
    return order.openedBy === kind ? [opened] : [opened, REFUSED]
  }
  return [
    {
      ...opened,
      effect: () => {
        state.payments.set(key, {
          merchant: by,
          no,
          openedBy: kind,
          params,
          total: Number(amountOf(input).total),
          openedAt: state.now,
          state: 'NOTPAY',
          refunds: [],
        })
      },
    },
  ]
}

export function queryOrderByNumber(state: State, { by, input }: Call): readonly Outcome[] {
  return queried(state, by, input, state.payments.get(keyOf(by, text(input.out_trade_no))))
}

export function queryOrderById(state: State, { by, input }: Call): readonly Outcome[] {
  const order = [...state.payments.values()].find(({ transactionId }) => transactionId === input.transaction_id)
  if (order && order.merchant !== by) return [REFUSED]
  return queried(state, by, input, order)
}

function queried(state: State, by: string, input: Body, order: OrderState | undefined): readonly Outcome[] {
  if (input.mchid !== by) return [WRONG_MERCHANT, REFUSED]
  return order ? [{ status: 200, body: orderBody(order, state.now) }] : [NO_ORDER]
}

function orderBody(order: OrderState, now: number): ExpectedMembers {
  const { no, merchant, transactionId, paidAt } = order
  return {
    mchid: merchant,
    out_trade_no: no,
    trade_state: tradeStates(order, now),
    transaction_id: transactionId,
    success_time: paidAt === undefined ? undefined : wireTime(paidAt),
    // What is shown of the amount before it is paid is open.
    amount: transactionId === undefined ? absentOr({ total: order.total }) : { total: order.total, currency: 'CNY' },
  }
}

/** While a refund is under way, the order may or may not show it yet. */
function tradeStates(order: OrderState, now: number): Expected {
  const state = tradeState(order, now)
  if (order.refunds.length === 0) return state
  return order.refunds.some(({ settled }) => settled) ? 'REFUND' : oneOf('SUCCESS', 'REFUND')
}

export function closeOrder(state: State, { by, input }: Call): readonly Outcome[] {
  if (input.mchid !== by) return [WRONG_MERCHANT, REFUSED]
  const order = state.payments.get(keyOf(by, text(input.out_trade_no)))
  if (order && (order.state === 'SUCCESS' || order.state === 'REFUND')) return [REFUSED]
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
  if (known?.params === params) return [refundShown(known)]
  if (known) return [REFUSED]
  const order =
    input.transaction_id === undefined
      ? state.payments.get(keyOf(by, text(input.out_trade_no)))
      : [...state.payments.values()].find(({ transactionId }) => transactionId === input.transaction_id)
  if (!order) return [NO_ORDER_TO_REFUND]
  if (order.merchant !== by) return [REFUSED]
  const { refund, total } = amountOf(input)
  const refunded = order.refunds.reduce((sum, { amount }) => sum + amount, 0)
  const paid = order.transactionId !== undefined && order.paidAt !== undefined
  if (!paid || total !== order.total || refunded + Number(refund) > order.total || order.refunds.length >= 50) {
    return [REFUSED]
  }
  if (state.now > (order.paidAt ?? 0) + REFUNDABLE_FOR) return [REFUSED]
  return [
    {
      status: 200,
      body: {
        ...refundBody(order, no, Number(refund)),
        refund_id: (id) => typeof id === 'string' && ![...state.refunds.values()].some((other) => other.id === id),
        create_time: wireTime(state.now),
        status: oneOf('PROCESSING', 'SUCCESS'),
      },
      effect: (body) => {
        const taken: RefundState = {
          merchant: by,
          order,
          no,
          id: text(body.refund_id),
          amount: Number(refund),
          params,
          at: state.now,
          settled: body.status === 'SUCCESS',
        }
        state.refunds.set(key, taken)
        order.refunds.push(taken)
        order.state = 'REFUND'
      },
    },
  ]
}

export function queryRefund(state: State, { by, input }: Call): readonly Outcome[] {
  const refund = state.refunds.get(keyOf(by, text(input.out_refund_no)))
  return refund ? [refundShown(refund)] : [refusal(404, 'RESOURCE_NOT_EXISTS')]
}

function refundBody(order: OrderState, no: string, amount: number): ExpectedMembers {
  return {
    out_refund_no: no,
    out_trade_no: order.no,
    transaction_id: order.transactionId,
    amount: { refund: amount, total: order.total },
  }
}

/** A refund that has succeeded stays so; when it does is up to the mock. */
function refundShown(refund: RefundState): Outcome {
  return {
    status: 200,
    body: {
      ...refundBody(refund.order, refund.no, refund.amount),
      refund_id: exactly(refund.id),
      create_time: wireTime(refund.at),
      status: refund.settled ? 'SUCCESS' : oneOf('PROCESSING', 'SUCCESS'),
    },
    effect: ({ status }) => {
      if (status === 'SUCCESS') refund.settled = true
    },
  }
}
