import type { Transaction } from '../../engine/state/store.ts'
import { type BillForm, countOf, escaped, type Line, totalOf } from './bill-file.ts'
import { type Account, type Booking, bookings, openingBalance } from './books.ts'
import { timeOf } from './trade-bill.ts'

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
  let balance = await openingBalance(tx, mchid, account)
  for await (const booking of bookings(tx, mchid, account, until)) {
    balance += booking.amount
    if (booking.time >= from) yield fundLine(booking, balance)
  }
}

/** @param balance fen on the account after it */
export function fundLine(booking: Booking, balance: number): Line {
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
    备注: escaped(booking.remark, ESCAPES),
    业务凭证号: escaped(booking.voucher, ESCAPES),
  }
}

const ESCAPES = { '\n': '\\n', '\r': '\\r', '\u0001': ' ' }
