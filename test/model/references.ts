import { type Caller, MERCHANTS } from './merchants.ts'
import { conditionOf } from './model/call.ts'
import type { Body } from './model/outcome.ts'
import { keyOf, type State, type StockState } from './model/state.ts'
import { wireTime } from './model/time.ts'
import { ORDER_NUMBERS } from './steps.ts'

/** Start of every sequence. */
export const NOON = Date.parse('2026-11-25T12:00:00+08:00')

/** Fills in the references of a step from the results of the sequence so far. A missing thing becomes a name that does not exist. */
export function resolve(value: Body, state: State): Body {
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, member]) => [name, resolved(member, state)])
      .filter(([, member]) => member !== undefined),
  )
}

export function resolveText(value: string, state: State): string {
  return String(resolved(value, state) ?? 'NONE')
}

function resolved(value: unknown, state: State): unknown {
  if (Array.isArray(value)) return value.map((element) => resolved(element, state))
  if (typeof value === 'object' && value !== null) return resolve({ ...value }, state)
  if (typeof value !== 'string' || !value.startsWith('$')) return value
  const [name, ...given] = value.slice(1).split(':')
  const reference = REFERENCES[name ?? '']
  if (!reference) throw new TypeError(`${value} refers to nothing.`)
  return reference(state, ...given)
}

const NO_TRANSACTION = '4200000000000000000000000000'
const NO_RECEIPT = '1120200119165100000000000099'

type Reference = (state: State, ...given: readonly string[]) => string | number | undefined

const REFERENCES: Readonly<Record<string, Reference>> = {
  stock: (state, index) => stockAt(state, index)?.id ?? '1000000000000404',
  creator: (state, index) => stockAt(state, index)?.creator ?? MERCHANTS.direct,
  owner: (state, index) => stockAt(state, index)?.owner ?? MERCHANTS.direct,
  max: (state, index) => stockAt(state, index)?.max ?? 5,
  byDay: (state, index) => stockAt(state, index)?.byDay ?? 2,
  code: (state, index, which) => couponAt(state, index, which)?.code ?? 'CODE-NONE',
  holder: (state, index, which) => couponAt(state, index, which)?.openid ?? 'oUser-A',
  used: (state, index) =>
    stockAt(state, index)?.coupons.findLast((coupon) => conditionOf(coupon, state.now) === 'USED')?.code ?? 'CODE-NONE',
  newCode: (state, index, which) =>
    stockAt(state, index)?.mode === 'MERCHANT_API' ? `CODE-${Number(which) + 1}` : undefined,
  time: (state, seconds) => wireTime(state.now + Number(seconds) * 1_000),
  noon: (_, seconds) => wireTime(NOON + Number(seconds) * 1_000),
  link: (state, index, which) => couponAt(state, index, which)?.link?.order ?? 'ORDER-1',
  /** By the order's position, or the latest paid order. */
  transaction: (state, caller, order) =>
    (order === '5' ? lastPaid(state, caller) : orderAt(state, caller, order))?.transactionId ?? NO_TRANSACTION,
  total: (state, caller, order) => orderAt(state, caller, order)?.total ?? 300,
  receipt: (state, which) => at(paidSubsidies(state), which)?.receiptId ?? NO_RECEIPT,
  returnReceipt: (state, which) => at(state.subsidyReturns, which)?.receiptId ?? NO_RECEIPT,
  subsidy: (state, which, member) => {
    const subsidy = at(paidSubsidies(state), which)
    if (!subsidy)
      return { stock_id: '1000000000000404', transaction_id: NO_TRANSACTION }[member ?? ''] ?? MERCHANTS.direct
    const { coupon, transactionId, payer, payee } = subsidy
    const members: Readonly<Record<string, string>> = {
      stock_id: coupon.stock.id,
      coupon_code: coupon.code,
      transaction_id: transactionId,
      payer_merchant: payer,
      payee_merchant: payee,
    }
    return members[member ?? '']
  },
  /** Refunds that could not arrive; without any, all refunds. */
  abnormal: (state, which, member) => {
    const refunds = [...state.refunds.values()]
    const abnormal = refunds.filter(({ outcome, another }) => outcome === 'ABNORMAL' || another)
    const refund = at(abnormal.length === 0 ? refunds : abnormal, which)
    return member === 'id' ? (refund?.id ?? `5${NO_TRANSACTION}`) : (refund?.no ?? 'F-1')
  },
  refundNo: (state, which) => at([...state.refunds.values()], which)?.no ?? 'F-1',
  refundOf: (state, which) => {
    const subsidy = at(paidSubsidies(state), which)
    const refunds = [...state.refunds.values()]
    return refunds.find(({ order }) => order.transactionId === subsidy?.transactionId)?.id ?? `5${NO_TRANSACTION}`
  },
}

function at<Value>(values: readonly Value[], which: string | undefined): Value | undefined {
  return values.length === 0 ? undefined : values[Number(which) % values.length]
}

function stockAt({ stocks }: State, index: string | undefined): StockState | undefined {
  return index === '99' ? undefined : at(stocks, index)
}

function couponAt(state: State, index: string | undefined, which: string | undefined) {
  return at(stockAt(state, index)?.coupons ?? [], which)
}

/** Subsidies with a receipt; failed ones have none, and cannot be returned. */
function paidSubsidies({ subsidies }: State) {
  return subsidies.filter(({ failReason }) => failReason === undefined)
}

function orderAt(state: State, caller: string | undefined, order: string | undefined) {
  return state.payments.get(keyOf(MERCHANTS[caller as Caller], ORDER_NUMBERS[Number(order)] ?? ''))
}

function lastPaid({ payments }: State, caller: string | undefined) {
  const own = [...payments.values()].filter(({ merchant }) => merchant === MERCHANTS[caller as Caller])
  return own.findLast(({ transactionId }) => transactionId !== undefined)
}
