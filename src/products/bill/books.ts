import type { z } from 'zod'
import { inPieces, type Transaction } from '../../engine/state/store.ts'
import { ALL, ascending, type TableDefinition } from '../../engine/state/table.ts'
import { type Awaitable, giveWay } from '../../wire/shared/pieces.ts'
import {
  feeOf,
  moneyOf,
  type Order,
  orders,
  type PaidOrder,
  payeeOf,
  type Refund,
  payerOf as refundPayerOf,
  refunds,
  settlementTotalOf,
  takenAt,
  takenFrom,
} from '../payment/index.ts'
import {
  finishedAt,
  isOwn,
  payerOf,
  receivedShares,
  type SharingOrder,
  type SharingReturn,
  sharingOrders,
  sharingReturns,
  succeededAt,
} from '../profit-sharing/index.ts'
import { endsAt, lockedAt, stateAt, type Transfer, transferAccounts, transfers } from '../transfer/index.ts'

/** An account of a merchant: 基本账户, 运营账户, 手续费账户, 保证金账户. */
export type Account = 'BASIC' | 'OPERATION' | 'FEES' | 'DEPOSIT'

/** A change of a merchant's money. It follows from a row and is not stored. */
export interface Booking {
  /** The merchant whose money it is. */
  readonly mchid: string
  readonly account: Account
  /** Epoch milliseconds. */
  readonly time: number
  /** 业务名称 */
  readonly business: '交易' | '退款' | '分账' | '商家转账'
  /** 业务类型 */
  readonly kind:
    | ('交易' | '扣除交易手续费' | '退款' | '退还交易手续费' | '退款关闭' | '垫付回补' | '分账' | '分账回退')
    | ('商家转账资金锁定' | '商家转账资金退回')
  /** Fen, negative where money leaves the account; never 0. */
  readonly amount: number
  /** 微信支付业务单号 */
  readonly number: string
  /** 资金流水单号 */
  readonly flow_number: string
  /** 业务凭证号 */
  readonly voucher: string
  /** 资金变更提交申请人 */
  readonly applicant: string
  /** 备注 */
  readonly remark: string
}

/** Whether an order was paid, also if it was reversed afterwards. */
export function wasPaid(order: Order): order is PaidOrder {
  return order.transaction_id !== undefined && order.success_time !== undefined
}

/** The money that a paid order brings its merchant, and its fee. @internal */
export function bookingsOfOrder(order: PaidOrder): readonly Booking[] {
  const booking = {
    mchid: payeeOf(order),
    account: 'BASIC',
    time: order.success_time,
    business: '交易',
    number: order.transaction_id,
    flow_number: order.transaction_id,
    voucher: order.out_trade_no,
    applicant: 'system',
    remark: '',
  } as const
  return [
    ...booked({ ...booking, kind: '交易', amount: settlementTotalOf(order) }),
    ...booked({ ...booking, account: order.fee_account ?? 'BASIC', kind: '扣除交易手续费', amount: -feeOf(order) }),
  ]
}

/** The money that the reversal of a paid order takes from its merchant: all that the payment brought. */
function bookingsOfReversal(order: PaidOrder): readonly Booking[] {
  const { closed_time = 0, transaction_id, out_trade_no } = order
  const numbers = { number: transaction_id, flow_number: transaction_id, voucher: out_trade_no }
  return repaid(order, { mchid: payeeOf(order), time: closed_time, ...numbers }, settlementTotalOf(order), feeOf(order))
}

/**
 * The money that a refund takes from its merchant, or from the platform that advances it, whatever becomes of it: its settled part without the
 * fee that comes back.
 * @internal
 */
export function bookingsOfRefund(refund: Refund): readonly Booking[] {
  if (refund.unfunded) return []
  const { settlement_refund, refund_fee } = moneyOf(refund)
  const { refund_id: number, transaction_id: flow_number, out_refund_no: voucher } = refund
  return repaid(
    refund,
    { mchid: takenFrom(refund), time: takenAt(refund), number, flow_number, voucher },
    settlement_refund,
    refund_fee,
  )
}

function repaid(
  row: Order | Refund,
  numbers: Pick<Booking, 'mchid' | 'time' | 'number' | 'flow_number' | 'voucher'>,
  settled: number,
  fee: number,
): readonly Booking[] {
  const booking = { ...numbers, business: '退款', applicant: `${row.mchid}API` } as const
  const [own, apart] = row.fee_account === 'FEES' ? [0, fee] : [fee, 0]
  const remark = `退款总金额${yuan(settled)}元;含手续费${yuan(own)}元`
  return [
    ...booked({ ...booking, account: 'BASIC', kind: '退款', amount: own - settled, remark }),
    ...booked({ ...booking, account: 'FEES', kind: '退还交易手续费', amount: apart, remark: '' }),
  ]
}

/** The money that comes back from a refund that was closed, to whoever bears it by then. @internal */
export function bookingsOfClosing(refund: Refund): readonly Booking[] {
  if (refund.outcome !== 'CLOSED') return []
  return bookingsOfRefund(refund).map((booking) => ({
    ...booking,
    mchid: refundPayerOf(refund),
    time: refund.settle_time,
    kind: '退款关闭',
    amount: -booking.amount,
    applicant: 'system',
  }))
}

/** The money that a sub-merchant pays back to the platform which advanced it for a refund. */
function bookingsOfAdvanceReturn(refund: Refund): readonly Booking[] {
  const { mchid, refund_id: flow_number, out_refund_no: voucher, advance_return } = refund
  const { advance_return_id: number = '', success_time: time = 0 } = advance_return ?? {}
  const { advance: amount = 0 } = moneyOf(refund)
  const numbers = { time, number, flow_number, voucher, applicant: `${mchid}API`, remark: '' }
  const booking = { ...numbers, account: 'BASIC', business: '退款', kind: '垫付回补' } as const
  return [...booked({ ...booking, mchid: payeeOf(refund), amount: -amount }), ...booked({ ...booking, mchid, amount })]
}

/** The money that receivers of a share got. What failed, or stays with the merchant whose order is shared, moves nothing. @internal */
export function bookingsOfShare(share: SharingOrder): readonly Booking[] {
  const payer = payerOf(share)
  const { mchid, order_id: number, transaction_id: flow_number } = share
  const moving = share.receivers.filter((part) => part.fail_reason === undefined && !isOwn(part, payer))
  return moving.flatMap(({ type, account, amount, detail_id: voucher, description: remark }) => {
    const numbers = { time: finishedAt(share), number, flow_number, voucher, applicant: `${mchid}API`, remark }
    const booking = { ...numbers, account: 'BASIC', business: '分账', kind: '分账' } as const
    const paid = { ...booking, mchid: payer, amount: -amount }
    return type === 'MERCHANT_ID' ? [paid, { ...booking, mchid: account, amount }] : [paid]
  })
}

/** The money that a return, which succeeded, takes from a receiver and gives to the payer. @internal */
export function bookingsOfReturn(one: SharingReturn): readonly Booking[] {
  const { mchid, return_id: number, transaction_id: flow_number, out_return_no: voucher, description: remark } = one
  const numbers = { time: succeededAt(one), number, flow_number, voucher, applicant: `${mchid}API`, remark }
  const booking = { ...numbers, account: 'BASIC', business: '分账', kind: '分账回退' } as const
  return [
    { ...booking, mchid: one.return_mchid, amount: -one.amount },
    { ...booking, mchid: payerOf(one), amount: one.amount },
  ]
}

function booked(booking: Booking): readonly Booking[] {
  return booking.amount === 0 ? [] : [booking]
}

/** The money that a transfer (商家转账) takes from its merchant: one that succeeds has this line alone. */
function bookingsOfLocking(transfer: Transfer): readonly Booking[] {
  const { mchid, transfer_amount, transfer_bill_no, out_bill_no, transfer_remark } = transfer
  return [
    {
      mchid,
      account: 'OPERATION',
      time: lockedAt(transfer) ?? 0,
      business: '商家转账',
      kind: '商家转账资金锁定',
      amount: -transfer_amount,
      number: transfer_bill_no,
      flow_number: transfer_bill_no,
      voucher: out_bill_no,
      applicant: `${mchid}API`,
      remark: transfer_remark,
    },
  ]
}

/** The money that comes back from a transfer that failed, or was cancelled or not confirmed in time. */
function bookingsOfTransferEnd(transfer: Transfer): readonly Booking[] {
  const time = endsAt(transfer)
  if (lockedAt(transfer) === undefined || stateAt(transfer, time) === 'SUCCESS') return []
  const [taken] = bookingsOfLocking(transfer)
  return taken ? [{ ...taken, time, kind: '商家转账资金退回', amount: -taken.amount, applicant: 'system' }] : []
}

/** Fen on an account before its first booking. */
export async function openingBalance(tx: Transaction, mchid: string, account: Account): Promise<number> {
  if (account !== 'OPERATION') return 0
  return (await tx.in(transferAccounts).find(mchid))?.funded ?? 0
}

/**
 * The bookings on an account of a merchant before an instant, the oldest first. Each further kind of row that moves money is one more source here. Only
 * rows are read that concern the merchant.
 */
export function bookings(tx: Transaction, mchid: string, account: Account, until: number): AsyncGenerator<Booking> {
  const span = { among: mchid, until }
  const own = { among: ALL, owner: mchid, until }
  const isOf = (booking: Booking) => booking.mchid === mchid && booking.account === account
  const booked = <Row>(of: (row: Row) => readonly Booking[]) => {
    return (rows: readonly Row[]) => rows.flatMap(of).filter(isOf)
  }
  const sharesOf = async (received: readonly { readonly shared_by: string; readonly out_order_no: string }[]) => {
    const shares = received.map((one) => tx.in(sharingOrders).find(one.shared_by, one.out_order_no))
    return booked(bookingsOfShare)((await Promise.all(shares)).filter((one) => one !== undefined))
  }
  const ofTransfers = () => [
    entriesOf(
      tx,
      listed(transfers, 'locked', (one) => lockedAt(one) ?? 0),
      own,
      booked(bookingsOfLocking),
    ),
    entriesOf(tx, listed(transfers, 'ending', endsAt), own, booked(bookingsOfTransferEnd)),
  ]
  const ofOrders = () => [
    entriesOf(tx, listed(orders, 'earned', paidAt), span, (rows) => booked(bookingsOfOrder)(rows.filter(wasPaid))),
    entriesOf(tx, listed(orders, 'unearned', reversedAt), span, (rows) =>
      booked(bookingsOfReversal)(rows.filter(wasPaid)),
    ),
    entriesOf(tx, listed(refunds, 'repaid', takenAt), span, booked(bookingsOfRefund)),
    entriesOf(tx, listed(refunds, 'closed', closedAt), span, booked(bookingsOfClosing)),
    entriesOf(tx, listed(refunds, 'returned', returnedAt), span, booked(bookingsOfAdvanceReturn)),
    entriesOf(tx, listed(refunds, 'regained', returnedAt), span, booked(bookingsOfAdvanceReturn)),
  ]
  const ofShares = () => [
    entriesOf(tx, listed(sharingOrders, 'paid', finishedAt), span, booked(bookingsOfShare)),
    entriesOf(
      tx,
      listed(receivedShares, 'finished', ({ finish_time }) => finish_time),
      own,
      sharesOf,
    ),
    entriesOf(tx, listed(sharingReturns, 'given', succeededAt), span, booked(bookingsOfReturn)),
    entriesOf(tx, listed(sharingReturns, 'taken', succeededAt), span, booked(bookingsOfReturn)),
  ]
  const sources = { BASIC: [ofOrders, ofShares], OPERATION: [ofTransfers], FEES: [ofOrders], DEPOSIT: [] }
  return byTime(sources[account].flatMap((read) => read()))
}

export const paidAt = ({ success_time = 0 }: Order) => success_time
export const reversedAt = ({ closed_time = 0 }: Order) => closed_time
export const acceptedAt = ({ create_time }: Refund) => create_time
const returnedAt = ({ advance_return }: Refund) => advance_return?.success_time ?? 0
const closedAt = ({ settle_time }: Refund) => settle_time

/** A sorted list of a table that is in the order of an instant of its rows. */
interface Listed<Row, Sorted extends string> {
  readonly table: TableDefinition<string, Row, readonly string[], string, z.ZodType, z.ZodType, boolean, Sorted>
  readonly list: Sorted
  timeOf(row: Row): number
}

export function listed<Row, Sorted extends string>(
  table: Listed<Row, Sorted>['table'],
  list: Sorted,
  timeOf: (row: Row) => number,
): Listed<Row, Sorted> {
  return { table, list, timeOf }
}

/** Which rows of a list: those under a text, of one owner or of all, from one instant until another. */
interface Span {
  readonly among: string
  readonly owner?: string
  /** Default: the first. */
  readonly from?: number
  /** The first instant after it. */
  readonly until: number
}

/** Entries made of the rows of a list, which are read piece by piece, so that others get a turn and memory stays bounded. */
export async function* entriesOf<Row, Sorted extends string, Entry>(
  tx: Transaction,
  { table, list, timeOf }: Listed<Row, Sorted>,
  { among, owner, from, until }: Span,
  entriesIn: (rows: readonly Row[]) => Awaitable<readonly Entry[]>,
): AsyncGenerator<Entry, void> {
  const start = from === undefined ? undefined : { by: ascending(from), owner: owner ?? '', key: '' }
  const pieces = inPieces(table, list, (stretch) => tx.in(table).page(list, among, { owner, ...stretch }), start)
  for await (const rows of pieces) {
    yield* await entriesIn(rows.filter((row) => timeOf(row) < until))
    if (rows.some((row) => timeOf(row) >= until)) return
    await giveWay()
  }
}

/** Entries of several sources in the order of their times, each source being in that order. */
export async function* byTime<Entry extends { readonly time: number }>(
  sources: readonly AsyncGenerator<Entry, void>[],
): AsyncGenerator<Entry, void> {
  const heads = await Promise.all(sources.map(async (source) => ({ source, next: await source.next() })))
  for (;;) {
    let first: (typeof heads)[number] | undefined
    let entry: Entry | undefined
    for (const head of heads) {
      const { next } = head
      if (next.done || (entry && entry.time <= next.value.time)) continue
      first = head
      entry = next.value
    }
    if (!first || !entry) return
    yield entry
    first.next = await first.source.next()
  }
}

/** An amount in yuan with two decimals. @param fen whole; it may be negative */
export function yuan(fen: number | bigint): string {
  const digits = String(fen).replace('-', '').padStart(3, '0')
  return `${fen < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}
