import { type Call, conditionOf, couponOf, isRelated, matching, maybeText, stockOf, text } from './call.ts'
import {
  type Body,
  type ExpectedMembers,
  NO_RIGHT,
  NO_SUCH_THING,
  NUMBER_REUSED,
  type Outcome,
  refusal,
} from './outcome.ts'
import { type State, type StockState, type SubsidyReturnState, type SubsidyState, valuesOf } from './state.ts'
import { wireTime } from './time.ts'

/** Subsidies: busifavor.md 4.8. */

const NO_COUPON = refusal(404, 'RESOURCE_NOT_EXISTS', '券不存在')
const NOT_USED = refusal(400, 'INVALID_REQUEST', '券未被核销')
const NO_ORDER = refusal(404, 'RESOURCE_NOT_EXISTS', '订单不存在')
const NOT_SUBSIDISED = refusal(400, 'INVALID_REQUEST', '批次不支持营销补差')
const WRONG_PAYER = refusal(400, 'INVALID_REQUEST', '扣款商户号须为批次创建方或归属商户')
const WRONG_PAYEE = refusal(400, 'INVALID_REQUEST', '入账商户号须为批次归属商户')
const NO_SUBSIDY = refusal(404, 'RESOURCE_NOT_EXISTS', '补差付款单不存在')
const NO_REFUND = refusal(404, 'RESOURCE_NOT_EXISTS', '退款单不存在')
const TOO_MUCH = refusal(400, 'INVALID_REQUEST', '累计回退金额大于补差金额')
const RECEIPT_ID = /^\d{28}$/

export function subsidyPay(state: State, { by, input }: Call): readonly Outcome[] {
  const no = text(input.out_subsidy_no)
  const params = valuesOf(input, 'out_subsidy_no')
  const known = state.subsidies.find((subsidy) => subsidy.by === by && subsidy.no === no)
  if (known) return [known.params === params ? { status: 200, body: payReceipt(known) } : NUMBER_REUSED]
  const stock = stockOf(state, by, input.stock_id)
  const coupon = couponOf(stock, input.coupon_code)
  if (!stock || !coupon) return [NO_COUPON]
  if (!isRelated(by, stock)) return [NO_RIGHT]
  if (conditionOf(coupon, state.now) !== 'USED') return [NOT_USED]
  // The order may belong to anybody.
  const order = [...state.payments.values()].find(({ transactionId }) => transactionId === input.transaction_id)
  if (!order) return [NO_ORDER]
  if (!stock.subsidy || stock.type === 'EXCHANGE') return [NOT_SUBSIDISED]
  const payer = text(input.payer_merchant)
  const payee = text(input.payee_merchant)
  if (payer !== stock.creator && payer !== stock.owner) return [WRONG_PAYER]
  if (payee !== stock.owner) return [WRONG_PAYEE]

  const amount = Number(input.amount)
  const paidBefore = state.subsidies.some((other) => other.coupon === coupon && other.failReason === undefined)
  const tooMuch = amount > benefitOf(stock, order.total)
  const asked: Omit<SubsidyState, 'receiptId'> = {
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
    failReason: paidBefore ? 'EXCEED_SUBSIDY_COUNT_QUOTA' : tooMuch ? 'EXCEED_SUBSIDY_AMOUNT_QUOTA' : undefined,
  }
  const body = {
    ...payReceipt({ ...asked, receiptId: undefined }),
    ...(asked.failReason === undefined && {
      subsidy_receipt_id: (id: unknown) =>
        matching(RECEIPT_ID)(id) && !state.subsidies.some(({ receiptId }) => receiptId === id),
    }),
  }
  const effect = ({ subsidy_receipt_id: id }: Body) => {
    state.subsidies.push({ ...asked, receiptId: maybeText(id) })
  }
  return [{ status: 200, body, effect }]
}

/** Amount that a coupon takes off an order. */
function benefitOf({ type, discount, percent }: StockState, total: number): number {
  return type === 'DISCOUNT' ? Math.floor((total * (100 - percent)) / 100) : discount
}

export function subsidyReturn(state: State, { by, input }: Call): readonly Outcome[] {
  const no = text(input.out_subsidy_return_no)
  const params = valuesOf(input, 'out_subsidy_return_no')
  const known = state.subsidyReturns.find((given) => given.by === by && given.no === no)
  if (known) return [known.params === params ? { status: 200, body: returnReceipt(known) } : NUMBER_REUSED]
  const amount = Number(input.amount)
  const subsidy = state.subsidies.find(
    (paid) =>
      paid.failReason === undefined &&
      paid.coupon.stock.id === input.stock_id &&
      paid.coupon.code === input.coupon_code &&
      paid.transactionId === input.transaction_id &&
      paid.payer === input.payer_merchant &&
      paid.payee === input.payee_merchant &&
      concerns(by, paid),
  )
  if (!subsidy) return [NO_SUBSIDY]
  const refund = [...state.refunds.values()].find(({ id }) => id === input.refund_id)
  if (refund?.order.transactionId !== input.transaction_id) return [NO_REFUND]
  if (subsidy.returned + amount > subsidy.amount) return [TOO_MUCH]
  const given: Omit<SubsidyReturnState, 'receiptId'> = {
    by,
    no,
    subsidy,
    refundId: text(input.refund_id),
    amount,
    params,
    at: state.now,
  }
  return [
    {
      status: 200,
      body: {
        ...returnReceipt({ ...given, receiptId: '' }),
        subsidy_return_receipt_id: (id) =>
          matching(RECEIPT_ID)(id) && !state.subsidyReturns.some(({ receiptId }) => receiptId === id),
      },
      effect: (body) => {
        subsidy.returned += amount
        state.subsidyReturns.push({ ...given, receiptId: text(body.subsidy_return_receipt_id) })
      },
    },
  ]
}

export function listSubsidyPayReceipts(state: State, { by, input }: Call): readonly Outcome[] {
  const shown = state.subsidies
    .filter(
      (subsidy) =>
        subsidy.coupon.stock.id === input.stock_id &&
        subsidy.coupon.code === input.coupon_code &&
        (input.out_subsidy_no === undefined || subsidy.no === input.out_subsidy_no) &&
        concerns(by, subsidy),
    )
    .sort((left, right) => left.at - right.at || left.no.localeCompare(right.no))
  return [{ status: 200, body: { pay_receipt_list: shown.length === 0 ? undefined : shown.map(payReceipt) } }]
}

export function querySubsidyPayReceipt(state: State, { by, input }: Call): readonly Outcome[] {
  const subsidy = state.subsidies.find(({ receiptId }) => receiptId === input.subsidy_receipt_id)
  return [subsidy && concerns(by, subsidy) ? { status: 200, body: payReceipt(subsidy) } : NO_SUCH_THING]
}

export function querySubsidyReturnReceipt(state: State, { by, input }: Call): readonly Outcome[] {
  const given = state.subsidyReturns.find(({ receiptId }) => receiptId === input.subsidy_return_receipt_id)
  return [
    given && concerns(by, { ...given.subsidy, by: given.by })
      ? { status: 200, body: returnReceipt(given) }
      : NO_SUCH_THING,
  ]
}

/** Merchants concerned with a receipt: the one who asked for it, the payer and the payee. */
function concerns(merchant: string, { by, payer, payee }: Pick<SubsidyState, 'by' | 'payer' | 'payee'>): boolean {
  return [by, payer, payee].includes(merchant)
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
    fail_reason: subsidy.failReason && `PAY_RECEIPT_${subsidy.failReason}`,
    out_subsidy_no: subsidy.no,
    subsidy_receipt_id: subsidy.receiptId,
    create_time: wireTime(subsidy.at),
    success_time: subsidy.failReason === undefined ? wireTime(subsidy.at) : undefined,
  }
}

function statusOf({ amount, returned, failReason }: SubsidyState): string {
  if (failReason !== undefined) return 'PAY_RECEIPT_FAIL'
  if (returned === 0) return 'PAY_RECEIPT_SUCCESS'
  return returned < amount ? 'PAY_RECEIPT_PARTIAL_RETURN' : 'PAY_RECEIPT_FULL_RETURN'
}

function returnReceipt(given: SubsidyReturnState): ExpectedMembers {
  const { subsidy, amount, refundId, receiptId, no, at } = given
  return {
    ...common({ ...subsidy, amount, description: descriptionOf(given) }),
    refund_id: refundId,
    status: 'RETURN_RECEIPT_SUCCESS',
    subsidy_receipt_id: subsidy.receiptId,
    subsidy_return_receipt_id: receiptId,
    out_subsidy_return_no: no,
    return_create_time: wireTime(at),
    return_done_time: wireTime(at),
  }
}

/** Description in the request that took effect; the number keeps its values. */
function descriptionOf({ params }: SubsidyReturnState): string {
  const values = new Map<string, unknown>(JSON.parse(params))
  return text(values.get('description'))
}
