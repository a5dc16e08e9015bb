import type { Transaction } from '../../engine/state/store.ts'
import { ALL } from '../../engine/state/table.ts'
import { formatInstant } from '../../wire/protocol/instant.ts'
import { orders } from '../payment/index.ts'
import {
  finishedAt,
  payerOf,
  type SharingOrder,
  type SharingReturn,
  sharingOrders,
  sharingReturns,
  succeededAt,
} from '../profit-sharing/index.ts'
import { type Account, type Booking, bookings, byTime, entriesOf, listed, openingBalance, yuan } from './books.ts'

/** One line of a bill by the titles of its columns; numbers are amounts in fen, which may add up to more than a number can count. */
export type Line = Readonly<Record<string, string | number | bigint>>

/** The form of a bill: its columns, and what its last line sums up. */
export interface BillForm {
  readonly columns: readonly string[]
  readonly totals: readonly Total[]
}

interface Total {
  readonly title: string
  readonly of: (line: Line) => number
  /** A number of lines, and no amount. */
  readonly isCount?: true
}

export function countOf(title: string, isCounted: (line: Line) => boolean = () => true): Total {
  return { title, of: (line) => Number(isCounted(line)), isCount: true }
}

export function totalOf(title: string, column: string, isCounted: (line: Line) => boolean = () => true): Total {
  return { title, of: (line) => (isCounted(line) ? Number(line[column]) : 0) }
}

/** Lines are handed on in chunks, since a bill may have a hundred thousand. */
const CHUNK = 500

/**
 * The text of a bill, chunk by chunk: no text at all if it has no lines (pay-family.md 6.4).
 *
 * A byte order mark comes first, each line ends in CRLF, values have a backquote before them, and titles have none.
 */
export async function* billFile(
  { columns, totals }: BillForm,
  lines: AsyncIterable<Line>,
): AsyncGenerator<string, void> {
  const sums = totals.map(() => 0n)
  let chunk = [`\ufeff${columns.join()}`]
  let isEmpty = true
  for await (const line of lines) {
    isEmpty = false
    chunk.push(backquoted(columns.map((title) => formatted(title, line[title]))))
    totals.forEach(({ of }, i) => {
      sums[i] = (sums[i] ?? 0n) + BigInt(of(line))
    })
    if (chunk.length < CHUNK) continue
    yield textOf(chunk)
    chunk = []
  }
  if (isEmpty) return
  const last = totals.map(({ title, isCount }, i) => (isCount ? String(sums[i]) : formatted(title, sums[i])))
  yield textOf([...chunk, totals.map(({ title }) => title).join(), backquoted(last)])
}

function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\r\n`).join('')
}

function backquoted(values: readonly string[]): string {
  return values.map((value) => `\`${value}`).join()
}

/** Fees are shown with five decimals (observed), though they are whole fen. */
function formatted(title: string, value: Line[string] = ''): string {
  if (typeof value === 'string') return value
  return title.startsWith('手续费') ? `${yuan(value)}000` : yuan(value)
}

/** Replaces the characters that would break a line. */
export function escaped(text: string, escapes: Readonly<Record<string, string>>): string {
  return Array.from(text, (character) => escapes[character] ?? character).join('')
}

/** Date and time in China; empty without one. */
export function timeOf(at: number | undefined): string {
  return at === undefined ? '' : formatInstant(at).slice(0, 19).replace('T', ' ')
}

/** Replacements for characters that would break a line, in texts of orders. */
export const ORDER_ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '"': '\\"',
  '`': '\\`',
  ',': '\\ ',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\ue000': '\\ ',
  '\u001a': '\\\u001a',
}

const AMOUNT = '收支金额(元)'
const isIncome = ({ 收支类型: kind }: Line) => kind === '收入'
const isExpense = ({ 收支类型: kind }: Line) => kind === '支出'

export const fundBillForm: BillForm = {
  columns: [
    ...['记账时间', '微信支付业务单号', '资金流水单号', '业务名称', '业务类型', '收支类型', AMOUNT, '账户结余(元)'],
    ...['资金变更提交申请人', '备注', '业务凭证号'],
  ],
  totals: [
    countOf('资金流水总笔数'),
    countOf('收入笔数', isIncome),
    totalOf('收入金额', AMOUNT, isIncome),
    countOf('支出笔数', isExpense),
    totalOf('支出金额', AMOUNT, isExpense),
  ],
}

/**
 * The lines of a fund bill, the oldest first. What the account holds before the day is the sum of all that was booked until then.
 *
 * @param day from its first instant until the first one after it
 */
export async function* fundLines(
  tx: Transaction,
  { mchid, account }: { readonly mchid: string; readonly account: Account },
  { from, until }: { readonly from: number; readonly until: number },
): AsyncGenerator<Line, void> {
  let balance = BigInt(await openingBalance(tx, mchid, account))
  for await (const booking of bookings(tx, mchid, account, until)) {
    balance += BigInt(booking.amount)
    if (booking.time >= from) yield fundLine(booking, balance)
  }
}

/** @param balance fen on the account after it @internal */
export function fundLine(booking: Booking, balance: number | bigint): Line {
  return {
    记账时间: timeOf(booking.time),
    微信支付业务单号: booking.number,
    资金流水单号: booking.flow_number,
    业务名称: booking.business,
    业务类型: booking.kind,
    收支类型: booking.amount > 0 ? '收入' : '支出',
    [AMOUNT]: Math.abs(booking.amount),
    '账户结余(元)': balance,
    资金变更提交申请人: booking.applicant,
    备注: escaped(booking.remark, FUND_ESCAPES),
    业务凭证号: escaped(booking.voucher, FUND_ESCAPES),
  }
}

const FUND_ESCAPES = { '\n': '\\n', '\r': '\\r', '\u0001': ' ' }

/** One line for each share and each return that succeeded. Only a spreadsheet shows the columns, which is why these are inferred (pay-family.md U20). */
export const sharingBillForm: BillForm = {
  columns: [
    ...['分账时间', '分账发起方', '分账方', '微信订单号', '微信分账/回退单号', '分账明细单号', '商户分账/回退单号'],
    ...['订单金额', '分账接收方', '分账金额', '业务类型', '处理状态', '分账描述', '备注'],
  ],
  totals: [countOf('总条数'), totalOf('分账总金额', '分账金额')],
}

/**
 * Lines of a sharing bill, the oldest first.
 *
 * @param mchid who asked for the shares
 * @param subMchid the sub-merchant whose orders were shared; left out for all of them
 * @param day from its first instant until the first one after it
 */
export async function* sharingLines(
  tx: Transaction,
  { mchid, subMchid }: { readonly mchid: string; readonly subMchid?: string },
  day: { readonly from: number; readonly until: number },
): AsyncGenerator<Line, void> {
  const span = { among: ALL, owner: mchid, ...day }
  const isOf = (row: SharingOrder | SharingReturn) => subMchid === undefined || payerOf(row) === subMchid
  const shares = entriesOf(tx, listed(sharingOrders, 'finished', finishedAt), span, async (rows) => {
    const lines = rows.filter(isOf).map(async (one) => shareLines(one, await totalOfOrder(tx, one)))
    return (await Promise.all(lines)).flat()
  })
  const returns = entriesOf(tx, listed(sharingReturns, 'succeeded', succeededAt), span, (rows) =>
    Promise.all(rows.filter(isOf).map(async (one) => returnLine(one, await totalOfOrder(tx, one)))),
  )
  for await (const { line } of byTime([shares, returns])) yield line
}

interface TimedLine {
  readonly time: number
  readonly line: Line
}

/** @param total fen of the order; empty if the world has the share without it */
function shareLines(share: SharingOrder, total: number | ''): readonly TimedLine[] {
  const time = finishedAt(share)
  const got = share.receivers.filter(({ fail_reason }) => fail_reason === undefined)
  return got.map(({ account, amount, detail_id, description }) => ({
    time,
    line: {
      ...columnsOf(share, { time, total, description }),
      '微信分账/回退单号': share.order_id,
      分账明细单号: detail_id,
      '商户分账/回退单号': share.out_order_no,
      分账接收方: account,
      分账金额: amount,
      业务类型: '分账',
    },
  }))
}

/** A return takes its amount off what the receiver got. */
function returnLine(one: SharingReturn, total: number | ''): TimedLine {
  const time = succeededAt(one)
  return {
    time,
    line: {
      ...columnsOf(one, { time, total, description: one.description }),
      '微信分账/回退单号': one.return_id,
      '商户分账/回退单号': one.out_return_no,
      分账接收方: one.return_mchid,
      分账金额: -one.amount,
      业务类型: '分账回退',
    },
  }
}

function columnsOf(
  row: SharingOrder | SharingReturn,
  { time, total, description }: { readonly time: number; readonly total: number | ''; readonly description: string },
): Line {
  return {
    分账时间: timeOf(time),
    分账发起方: row.mchid,
    分账方: payerOf(row),
    微信订单号: row.transaction_id,
    订单金额: total,
    处理状态: 'SUCCESS',
    分账描述: escaped(description, ORDER_ESCAPES),
  }
}

async function totalOfOrder(tx: Transaction, { mchid, transaction_id }: SharingOrder | SharingReturn) {
  const [order] = await tx.in(orders).where('transaction_id', transaction_id, mchid)
  return order?.total ?? ''
}
