import type { Transaction } from '../../engine/state/store.ts'
import { ALL } from '../../engine/state/table.ts'
import {
  appidOf,
  BANK_TYPE,
  feeOf,
  feeRateOf,
  moneyOf,
  type Order,
  orders,
  type PaidOrder,
  payeeOf,
  type Refund,
  refundStatus,
  refunds,
  settlementTotalOf,
  sumOf,
  takenAt,
} from '../payment/index.ts'
import { type BillForm, countOf, escaped, type Line, ORDER_ESCAPES, timeOf, totalOf } from './bill-forms.ts'
import { acceptedAt, byTime, entriesOf, listed, paidAt, reversedAt, wasPaid } from './books.ts'

/** Which lines a trade bill has: paid orders, accepted refunds, or both. */
export type TradeBillType = 'ALL' | 'SUCCESS' | 'REFUND'

/** Columns that tell of a refund, in every bill that has refunds (pay-family.md 6.5). */
const OF_REFUNDS = ['微信退款单号', '商户退款单号', '退款金额', '充值券退款金额', '退款类型', '退款状态']
const APPLIED = '申请退款金额'

const BEFORE_REFUNDS = [
  ...['交易时间', '公众账号ID', '商户号', '特约商户号', '设备号', '微信订单号', '商户订单号', '用户标识', '交易类型'],
  ...['交易状态', '付款银行', '货币种类', '应结订单金额', '代金券金额'],
]
const BEHIND_REFUNDS = ['商品名称', '商户数据包', '手续费', '费率', '订单金额', APPLIED, '费率备注']

const COLUMNS: Readonly<Record<TradeBillType, readonly string[]>> = {
  ALL: [...BEFORE_REFUNDS, ...OF_REFUNDS, ...BEHIND_REFUNDS],
  SUCCESS: [...BEFORE_REFUNDS, ...BEHIND_REFUNDS.filter((title) => title !== APPLIED)],
  REFUND: [...BEFORE_REFUNDS, '退款申请时间', '退款成功时间', ...OF_REFUNDS, ...BEHIND_REFUNDS],
}

const TOTALS = [
  countOf('总交易单数'),
  totalOf('应结订单总金额', '应结订单金额'),
  totalOf('退款总金额', '退款金额'),
  totalOf('充值券退款总金额', '充值券退款金额'),
  totalOf('手续费总金额', '手续费'),
  totalOf('订单总金额', '订单金额'),
  totalOf('申请退款总金额', APPLIED),
]

export function tradeBillForm(type: TradeBillType): BillForm {
  return { columns: COLUMNS[type], totals: TOTALS }
}

/** Which bill it is, and the time that it has for a refund. */
interface TradeBill {
  readonly type: TradeBillType
  /** Default: `accepted`. */
  readonly refundTime?: 'accepted' | 'succeeded'
}

/** When a refund's status is taken: bills are made from 09:00 of the next day on. */
const MADE_AFTER_MS = 9 * 3_600_000

/**
 * The lines of a trade bill, by the time of payment or of acceptance.
 *
 * @param mchid who placed the orders
 * @param subMchid the sub-merchant whose orders they are; left out for all of them
 * @param day from its first instant until the first one after it
 */
export async function* tradeLines(
  tx: Transaction,
  { mchid, subMchid, ...bill }: TradeBill & { readonly mchid: string; readonly subMchid?: string },
  day: { readonly from: number; readonly until: number },
): AsyncGenerator<Line, void> {
  const span = { among: ALL, owner: mchid, ...day }
  const isOf = (row: Order | Refund) => subMchid === undefined || payeeOf(row) === subMchid
  const paid = entriesOf(tx, listed(orders, 'paid', paidAt), span, (rows) =>
    rows.filter(wasPaid).flatMap((order) => (isOf(order) ? { time: order.success_time, line: orderLine(order) } : [])),
  )
  const accepted = entriesOf(tx, listed(refunds, 'accepted', acceptedAt), span, (rows) =>
    Promise.all(
      rows.filter(isOf).map(async (refund) => {
        const order = await tx.in(orders).find(refund.mchid, refund.out_trade_no)
        const line = refundLine(refund, order, { ...bill, madeAt: day.until + MADE_AFTER_MS })
        return { time: refund.create_time, line }
      }),
    ),
  )
  const reversed = entriesOf(tx, listed(orders, 'reversed', reversedAt), span, (rows) =>
    rows.filter(wasPaid).flatMap((order) => {
      return isOf(order) ? { time: reversedAt(order), line: reversalLine(order, bill.type) } : []
    }),
  )
  const sources = { ALL: [paid, accepted, reversed], SUCCESS: [paid], REFUND: [accepted, reversed] }[bill.type]
  for await (const { line } of byTime(sources)) yield line
}

/** The line of a paid order. @internal */
export function orderLine(order: PaidOrder): Line {
  return {
    ...columnsOf(order, ORDER_ESCAPES),
    交易时间: timeOf(order.success_time),
    交易状态: 'SUCCESS',
    应结订单金额: settlementTotalOf(order),
    代金券金额: sumOf(order.promotions ?? []),
    微信退款单号: '0',
    商户退款单号: '0',
    退款金额: 0,
    充值券退款金额: 0,
    手续费: feeOf(order),
    订单金额: order.total,
    申请退款金额: 0,
  }
}

/** The line of a reversal, which is a refund without numbers of its own. @internal */
export function reversalLine(order: PaidOrder, type: TradeBillType): Line {
  const { out_trade_no, transaction_id, total, success_time, closed_time: at, promotions = [] } = order
  const cash = promotions.filter((one) => one.type === 'CASH')
  return {
    ...columnsOf(order, REFUND_ESCAPES),
    交易时间: timeOf(type === 'REFUND' ? success_time : at),
    交易状态: 'REVOKED',
    应结订单金额: 0,
    代金券金额: 0,
    退款申请时间: timeOf(at),
    退款成功时间: timeOf(at),
    微信退款单号: transaction_id,
    商户退款单号: out_trade_no,
    退款金额: settlementTotalOf(order),
    充值券退款金额: sumOf(cash),
    退款类型: 'ORIGINAL',
    退款状态: 'SUCCESS',
    手续费: -feeOf(order),
    订单金额: 0,
    申请退款金额: total,
  }
}

/**
 * The line of an accepted refund.
 *
 * @param order left out if the world has the refund without it
 * @param madeAt the instant whose status it shows
 * @internal
 */
export function refundLine(
  refund: Refund,
  order: Order | undefined,
  { type, refundTime, madeAt }: TradeBill & { readonly madeAt: number },
): Line {
  const { settlement_refund, refund_fee } = moneyOf(refund)
  const { refund_id, out_refund_no, promotions = [], create_time, settle_time, sent_another_way_time = 0 } = refund
  const cash = promotions.filter((one) => one.type === 'CASH')
  // Sent another way later, it can have ended before only if the clock was set back in between.
  const isSentLater = Math.min(sent_another_way_time, settle_time) > madeAt
  // One that still waited for money was not ABNORMAL yet.
  const wasAbnormal = isSentLater && takenAt(refund) <= madeAt
  // The bill shows the state at that instant, though a later end stays when the clock is set back.
  const status = wasAbnormal ? 'ABNORMAL' : refundStatus({ ...refund, over: undefined }, madeAt)
  const succeeded = refundTime === 'succeeded' && status === 'SUCCESS' ? settle_time : undefined
  return {
    ...columnsOf(order ?? refund, REFUND_ESCAPES),
    // Bills of refunds alone have the time of the payment here (observed).
    交易时间: timeOf(type === 'REFUND' ? order?.success_time : (succeeded ?? create_time)),
    交易状态: 'REFUND',
    应结订单金额: 0,
    代金券金额: 0,
    退款申请时间: timeOf(create_time),
    退款成功时间: timeOf(status === 'SUCCESS' ? settle_time : undefined),
    微信退款单号: refund_id,
    商户退款单号: out_refund_no,
    退款金额: settlement_refund,
    充值券退款金额: cash.reduce((sum, { refund_amount }) => sum + refund_amount, 0),
    退款类型: (isSentLater ? undefined : refund.channel) ?? 'ORIGINAL',
    退款状态: STATUSES[status],
    手续费: -refund_fee,
    订单金额: 0,
    申请退款金额: refund.refund,
  }
}

const STATUSES = { SUCCESS: 'SUCCESS', PROCESSING: 'PROCESSING', CLOSED: 'FAIL', ABNORMAL: 'CHANGE' } as const

/** The columns that an order and its refunds share. */
function columnsOf(row: Order | Refund, escapes: Readonly<Record<string, string>>): Line {
  const order: Partial<Order> = 'trade_type' in row ? row : {}
  const { openid = '', trade_type = '', description = '', device_id = '', attach = '' } = order
  const payee = payeeOf(row)
  return {
    公众账号ID: appidOf(order),
    商户号: row.mchid,
    特约商户号: payee === row.mchid ? '0' : payee,
    设备号: escaped(device_id, escapes),
    微信订单号: row.transaction_id ?? '',
    商户订单号: row.out_trade_no,
    用户标识: openid,
    交易类型: trade_type === 'FACEPAY' ? 'FACE' : trade_type,
    付款银行: BANK_TYPE,
    货币种类: row.currency,
    商品名称: escaped(description, escapes),
    商户数据包: escaped(attach, escapes),
    费率: `${(feeRateOf(order) / 100).toFixed(2)}%`,
  }
}

const REFUND_ESCAPES = { ...ORDER_ESCAPES, "'": "'", '`': '\\140' }
