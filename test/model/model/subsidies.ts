import { type Call, conditionOf, couponOf, isRelated, matching, stockOf, text } from './call.ts'
import {
  type Expected,
  type ExpectedMembers,
  NO_SUCH_THING,
  NUMBER_REUSED,
  type Outcome,
  oneOf,
  REFUSED,
  refusal,
} from './outcome.ts'
import { type State, type SubsidyReturnState, type SubsidyState, valuesOf } from './state.ts'
import { wireTime } from './time.ts'

/** Subsidies: busifavor.md 4.8. */

const NO_COUPON = refusal(404, 'RESOURCE_NOT_EXISTS', '券不存在')
const NOT_USED = refusal(400, 'INVALID_REQUEST', '券未被核销')
const MOST = 500_000
const RECEIPT_ID = /^.{28,32}$/

export function subsidyPay(state: State, { by, input }: Call): readonly Outcome[] {
  const no = text(input.out_subsidy_no)
  const params = valuesOf(input, 'out_subsidy_no')
  const known = state.subsidies.find((subsidy) => subsidy.by === by && subsidy.no === no)
  if (known?.params === params) return [{ status: 200, body: payReceipt(known) }]
  const refusals: Outcome[] = known ? [NUMBER_REUSED] : []
  const stock = stockOf(state, by, input.stock_id)
  const coupon = couponOf(stock, input.coupon_code)
  if (!stock || !coupon) return [...refusals, NO_COUPON, ...(stock && !isRelated(by, stock) ? [REFUSED] : [])]
  if (!isRelated(by, stock)) refusals.push(REFUSED)
  if (conditionOf(coupon, state.now) !== 'USED') refusals.push(NOT_USED)
  const amount = Number(input.amount)
  const payer = text(input.payer_merchant)
  const payee = text(input.payee_merchant)
  const order = [...state.payments.values()].find(({ transactionId }) => transactionId === input.transaction_id)
  const broken =
    !stock.subsidy ||
    stock.type === 'EXCHANGE' ||
    (payer !== stock.creator && payer !== stock.owner) ||
    payee !== stock.owner ||
    amount > MOST ||
    (stock.type === 'NORMAL' && amount > stock.discount) ||
    !order ||
    (order.merchant !== by && order.merchant !== stock.owner && order.merchant !== stock.creator)
  if (broken) refusals.push(REFUSED)
  if (refusals.length > 0) return refusals
  // Open: another subsidy of the same coupon, a payer that is not the caller or is also the payee, an order of the other party,
  // an order that has been refunded, and a batch without a fixed benefit.
  const open =
    state.subsidies.some((other) => other.coupon === coupon) ||
    payer !== by ||
    payer === payee ||
    order?.merchant !== payee ||
    (order?.refunds.length ?? 0) > 0 ||
    stock.type !== 'NORMAL'
  const paid: Omit<SubsidyState, 'receiptId'> = {
    by,
    no,
    coupon,
    transactionId: text(input.transaction_id),
    payer,
    payee,
    amount,
    description: text(input.description),
    at: state.now,
    params,
    returned: 0,
  }
  return [
    {
      status: 200,
      body: {
        ...common(paid),
        status: oneOf('PAY_RECEIPT_SUCCESS', 'SUCCESS'),
        out_subsidy_no: no,
        subsidy_receipt_id: (id) =>
          matching(RECEIPT_ID)(id) && !state.subsidies.some(({ receiptId }) => receiptId === id),
        create_time: wireTime(state.now),
      },
      effect: (body) => {
        state.subsidies.push({ ...paid, receiptId: text(body.subsidy_receipt_id) })
      },
    },
    ...(open ? [REFUSED] : []),
  ]
}

export function subsidyReturn(state: State, { by, input }: Call): readonly Outcome[] {
  const no = text(input.out_subsidy_return_no)
  const params = valuesOf(input, 'out_subsidy_return_no')
  const known = state.subsidyReturns.find((given) => given.by === by && given.no === no)
  if (known?.params === params) return [{ status: 200, body: returnReceipt(known) }]
  const refusals: Outcome[] = known ? [NUMBER_REUSED] : []
  const stock = stockOf(state, by, input.stock_id)
  const coupon = couponOf(stock, input.coupon_code)
  if (!stock || !coupon || !isRelated(by, stock)) return [REFUSED]
  const amount = Number(input.amount)
  const subsidies = state.subsidies.filter(
    (subsidy) =>
      subsidy.coupon === coupon &&
      subsidy.transactionId === input.transaction_id &&
      subsidy.payer === input.payer_merchant &&
      subsidy.payee === input.payee_merchant,
  )
  const refund = [...state.refunds.values()].find(({ id }) => id === input.refund_id)
  const fitting = subsidies.filter((subsidy) => subsidy.returned + amount <= subsidy.amount)
  if (fitting.length === 0 || refund?.order.transactionId !== input.transaction_id) refusals.push(REFUSED)
  if (refusals.length > 0) return refusals
  // Open: who may ask for it besides the payer of the subsidy, a refund under way, and which of several subsidies is meant.
  const open = subsidies.length > 1 || fitting[0]?.by !== by || fitting[0]?.payer !== by || refund?.settled !== true
  return [
    ...fitting.map((subsidy): Outcome => {
      const given: Omit<SubsidyReturnState, 'receiptId'> = {
        by,
        no,
        subsidy,
        refundId: text(input.refund_id),
        amount,
        params,
        at: state.now,
      }
      return {
        status: 200,
        body: {
          ...common({ ...subsidy, amount, description: text(input.description) }),
          refund_id: given.refundId,
          status: oneOf('RETURN_RECEIPT_SUCCESS', 'SUCCESS'),
          subsidy_receipt_id: subsidy.receiptId,
          out_subsidy_return_no: no,
          subsidy_return_receipt_id: (id) =>
            matching(RECEIPT_ID)(id) && !state.subsidyReturns.some(({ receiptId }) => receiptId === id),
          return_create_time: wireTime(state.now),
        },
        effect: (body) => {
          subsidy.returned += amount
          state.subsidyReturns.push({ ...given, receiptId: text(body.subsidy_return_receipt_id) })
        },
      }
    }),
    ...(open ? [REFUSED] : []),
  ]
}

export function listSubsidyPayReceipts(state: State, { by, input }: Call): readonly Outcome[] {
  const stock = stockOf(state, by, input.stock_id)
  const coupon = couponOf(stock, input.coupon_code)
  const paid = state.subsidies.filter(
    (subsidy) =>
      coupon !== undefined &&
      subsidy.coupon === coupon &&
      (input.out_subsidy_no === undefined || subsidy.no === input.out_subsidy_no),
  )
  const own = paid.filter((subsidy) => subsidy.by === by)
  // Whether the other party's subsidies are shown is open; that a stranger sees none is not.
  const shown = stock && isRelated(by, stock) ? paid : []
  const list: Outcome = {
    status: 200,
    body: {
      pay_receipt_list: (list) => {
        if (list === undefined) return own.length === 0
        if (!Array.isArray(list)) return false
        const has = (subsidy: SubsidyState) => list.some((item: unknown) => oneOf(payReceipt(subsidy))(item))
        return own.every(has) && list.length === shown.filter(has).length
      },
    },
  }
  return own.length > 0 ? [list] : [list, REFUSED]
}

export function querySubsidyPayReceipt(state: State, { by, input }: Call): readonly Outcome[] {
  const subsidy = state.subsidies.find(({ receiptId }) => receiptId === input.subsidy_receipt_id)
  if (!subsidy) return [NO_SUCH_THING]
  return visible(by, subsidy, payReceipt(subsidy))
}

export function querySubsidyReturnReceipt(state: State, { by, input }: Call): readonly Outcome[] {
  const given = state.subsidyReturns.find(({ receiptId }) => receiptId === input.subsidy_return_receipt_id)
  if (!given) return [NO_SUCH_THING]
  return visible(by, given.by === by ? given : { ...given.subsidy, by: given.by }, returnReceipt(given))
}

/** Whose receipt it is, sees it; the other party may; no one else. */
function visible(
  by: string,
  receipt: { by: string; payer?: string; payee?: string },
  body: ExpectedMembers,
): readonly Outcome[] {
  const shown: Outcome = { status: 200, body }
  if (receipt.by === by) return [shown]
  return by === receipt.payer || by === receipt.payee ? [shown, REFUSED] : [REFUSED]
}

function common(
  subsidy: Pick<SubsidyState, 'coupon' | 'transactionId' | 'payer' | 'payee' | 'amount' | 'description'>,
) {
  const { coupon, transactionId, payer, payee, amount, description } = subsidy
  return {
    stock_id: coupon.stock.id,
    coupon_code: coupon.code,
    transaction_id: transactionId,
    payer_merchant: payer,
    payee_merchant: payee,
    amount,
    description,
  }
}

function payReceipt(subsidy: SubsidyState): ExpectedMembers {
  return {
    ...common(subsidy),
    status: statusOf(subsidy),
    out_subsidy_no: subsidy.no,
    subsidy_receipt_id: subsidy.receiptId,
    create_time: wireTime(subsidy.at),
  }
}

function statusOf({ amount, returned }: SubsidyState): Expected {
  const status = returned === 0 ? 'SUCCESS' : returned < amount ? 'PARTIAL_RETURN' : 'FULL_RETURN'
  return oneOf(status, `PAY_RECEIPT_${status}`)
}

function returnReceipt(given: SubsidyReturnState): ExpectedMembers {
  const { subsidy, amount, refundId, receiptId, no, at } = given
  return {
    ...common({ ...subsidy, amount, description: descriptionOf(given) }),
    refund_id: refundId,
    status: oneOf('RETURN_RECEIPT_SUCCESS', 'SUCCESS'),
    subsidy_receipt_id: subsidy.receiptId,
    subsidy_return_receipt_id: receiptId,
    out_subsidy_return_no: no,
    return_create_time: wireTime(at),
  }
}

/** Of the request that took effect, which the number keeps as its values. */
function descriptionOf({ params }: SubsidyReturnState): string {
  const values = new Map<string, unknown>(JSON.parse(params))
  return text(values.get('description'))
}
