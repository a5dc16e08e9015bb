import type { Expected } from '../plans.ts'
import { type Ledger, payeeOf, type Whose } from './ledger.ts'
import { settledBack, statusOf } from './refunds.ts'
import { finishedAt } from './shares.ts'
import { type Bill, PARTNER } from './steps.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** Number of a day in China. */
export const dayOf = (at: number) => Math.floor((at + 8 * HOUR) / DAY)
export const dateOf = (day: number) => new Date(day * DAY).toISOString().slice(0, 10)
const timeOf = (at: number) => new Date(at + 8 * HOUR).toISOString().slice(0, 19).replace('T', ' ')

/** Values by column; a number is fen. */
type Row = Readonly<Record<string, string | number>>

/** Stands for a number that no answer has had yet. */
export const UNKNOWN = '?'

export interface WantedBill {
  readonly kind: Bill
  /** Who asks. */
  readonly by: string
  readonly sub?: string | undefined
  readonly day: number
}

/** The rows that a bill has to have, in any order. */
export function rowsOf(ledger: Ledger, { kind, by, sub, day }: WantedBill): readonly Row[] {
  const isOn = (at: number | undefined) => at !== undefined && dayOf(at) === day
  const isOf = (one: Whose) => one.mchid === by && (sub === undefined || payeeOf(one) === sub)
  const id = (name: string) => ledger.ids.get(name) ?? UNKNOWN
  if (kind === 'BASIC' || kind === 'SUB') {
    const whose = kind === 'SUB' ? sub : by
    return ledger.entries
      .filter(({ mchid, at }) => mchid === whose && isOn(at))
      .map(({ at, kind: type, amount, of }) => ({
        记账时间: timeOf(at),
        业务类型: type,
        微信支付业务单号: id(of),
        收支类型: amount > 0 ? '收入' : '支出',
        '收支金额(元)': Math.abs(amount),
      }))
  }
  if (kind === 'SHARING') {
    const shares = [...ledger.shares.entries()].flatMap(([key, share]) => {
      const at = finishedAt(share)
      const got = isOf(share) && isOn(at) ? share.parts.filter(({ reason }) => reason === undefined) : []
      return got.map(({ account, amount }) => ({
        ...shareColumns(ledger, share, share.order, at),
        '微信分账/回退单号': id(`share ${key}`),
        '商户分账/回退单号': noOf(key),
        分账接收方: account,
        分账金额: amount,
        业务类型: '分账',
      }))
    })
    const returns = ledger.entries
      .filter(({ kind: type, amount, at }) => type === '分账回退' && amount < 0 && isOn(at))
      .flatMap(({ at, of, amount, mchid }) => {
        const one = ledger.returns.get(of.slice('return '.length))
        if (!one || !isOf(one)) return []
        return {
          ...shareColumns(ledger, one, ledger.shares.get(one.share)?.order, at),
          '微信分账/回退单号': id(of),
          '商户分账/回退单号': noOf(of),
          分账接收方: mchid,
          分账金额: amount,
          业务类型: '分账回退',
        }
      })
    return [...shares, ...returns]
  }
  const orders = [...ledger.orders.entries()].filter(([, one]) => isOf(one))
  const none = { 应结订单金额: 0, 代金券金额: 0, 订单金额: 0 }
  const paid = orders.flatMap(([key, { no, total, paid: payment }]) => {
    if (!payment || !isOn(payment.at)) return []
    return {
      交易时间: timeOf(payment.at),
      交易状态: 'SUCCESS',
      微信订单号: id(`order ${key}`),
      商户订单号: no,
      应结订单金额: payment.settled,
      代金券金额: payment.coupon?.amount ?? 0,
      商户退款单号: '0',
      退款金额: 0,
      充值券退款金额: 0,
      退款状态: '',
      手续费: payment.fee,
      订单金额: total,
      申请退款金额: 0,
    }
  })
  const refunded = [...ledger.refunds.values()].flatMap((one) => {
    const order = ledger.orders.get(one.order)
    if (!isOf(one) || !isOn(one.created) || !order?.paid) return []
    // As it is at 9 o'clock of the next day.
    const status = statusOf(one, (day + 1) * DAY + HOUR)
    return {
      ...none,
      交易时间: timeOf(kind === 'REFUND' ? order.paid.at : one.created),
      交易状态: 'REFUND',
      微信订单号: id(`order ${one.order}`),
      商户订单号: order.no,
      商户退款单号: one.no,
      退款金额: settledBack(one, order),
      充值券退款金额: order.paid.coupon?.type === 'CASH' ? one.money.coupon : 0,
      退款状态: { SUCCESS: 'SUCCESS', PROCESSING: 'PROCESSING', CLOSED: 'FAIL', ABNORMAL: 'CHANGE' }[status],
      手续费: -one.money.fee,
      申请退款金额: one.money.refund,
    }
  })
  const reversed = orders.flatMap(([key, { no, total, paid: payment, reversed: at }]) => {
    if (!payment || at === undefined || !isOn(at)) return []
    return {
      ...none,
      交易时间: timeOf(kind === 'REFUND' ? payment.at : at),
      交易状态: 'REVOKED',
      微信订单号: id(`order ${key}`),
      商户订单号: no,
      商户退款单号: no,
      退款金额: payment.settled,
      充值券退款金额: payment.coupon?.type === 'CASH' ? payment.coupon.amount : 0,
      退款状态: 'SUCCESS',
      手续费: -payment.fee,
      申请退款金额: total,
    }
  })
  return { ALL: [...paid, ...refunded, ...reversed], SUCCESS: paid, REFUND: [...refunded, ...reversed] }[kind]
}

const noOf = (key: string) => key.split(' ').at(-1) ?? ''

function shareColumns(ledger: Ledger, whose: Whose, order = '', at: number | undefined): Row {
  return {
    ...{ 分账时间: timeOf(at ?? 0), 分账发起方: whose.mchid, 分账方: payeeOf(whose), 处理状态: 'SUCCESS' },
    ...{ 微信订单号: ledger.ids.get(`order ${order}`) ?? UNKNOWN, 订单金额: ledger.orders.get(order)?.total ?? 0 },
  }
}

/** The answer to an application for a bill, by what happened and what time it is. */
export function applied(ledger: Ledger, wanted: WantedBill, rows: readonly Row[]): Expected {
  const invalid = { status: 400, code: 'INVALID_REQUEST' }
  const none = { status: 400, code: 'NO_STATEMENT_EXIST' }
  const { kind, by, sub = by, day } = wanted
  const isSharing = kind === 'SHARING'
  if (sub !== by && by !== PARTNER) {
    if (kind === 'SUB') return { status: 403, code: 'NO_AUTH' }
    if (isSharing) return invalid
  }
  const today = dayOf(ledger.now)
  if (day >= today) return isSharing ? none : invalid
  const now = new Date(today * DAY)
  const first = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 3, now.getUTCDate())
  if (day * DAY < first) return invalid
  if (rows.length === 0) return none
  if (ledger.now + 8 * HOUR >= (day + 1) * DAY + 10 * HOUR) return { status: 200, body: { hash_type: 'SHA1' } }
  return isSharing ? invalid : { status: 400, code: 'STATEMENT_CREATING' }
}

const SUMS: Readonly<Record<string, string>> = {
  应结订单总金额: '应结订单金额',
  退款总金额: '退款金额',
  充值券退款总金额: '充值券退款金额',
  手续费总金额: '手续费',
  订单总金额: '订单金额',
  申请退款总金额: '申请退款金额',
  分账总金额: '分账金额',
}

const fenOf = (text = '') => Math.round(Number(text) * 100)

/**
 * Compares the text of a bill with the rows that it has to have.
 *
 * @param balance of the account when the day began
 * @returns how they differ
 */
export function differences(text: string, rows: readonly Row[], balance: number): string | undefined {
  if (!text.startsWith('\ufeff') || !text.endsWith('\r\n')) return 'no byte order mark, or no CRLF behind the last line'
  const lines = text.slice(1, -2).split('\r\n')
  const titles = lines[0]?.split(',') ?? []
  const cells = (line: string) => line.slice(1).split(',`')
  const named = (of: readonly string[], line: string): Record<string, string> =>
    Object.fromEntries(cells(line).map((cell, i) => [of[i] ?? '', cell]))
  const found = lines.slice(1, -2).map((line) => named(titles, line))
  const shown = (row: Row) =>
    Object.entries(row)
      .filter(([title]) => titles.includes(title))
      .map(([title, value]) => `${title} ${value}`)
      .toSorted()
      .join(', ')
  const wanted = rows.map(shown).toSorted()
  const has = found.map((line) => shown(asRow(line, rows[0] ?? {}))).toSorted()
  const odd = wanted.find((one, i) => one !== has[i])
  if (odd !== undefined || has.length !== wanted.length)
    return `${odd}\nhas to be on the bill, which has\n${has.join('\n')}`
  let left = balance
  for (const line of found) {
    if (line['账户结余(元)'] === undefined) break
    left += fenOf(line['收支金额(元)']) * (line.收支类型 === '收入' ? 1 : -1)
    if (fenOf(line['账户结余(元)']) !== left) return `a balance of ${line['账户结余(元)']}, and not ${left} fen`
  }
  for (const [title, cell] of Object.entries(named(lines.at(-2)?.split(',') ?? [], lines.at(-1) ?? ''))) {
    const column = SUMS[title]
    const of = (kind: string) => rows.filter((row) => row.收支类型 === kind)
    const sum = (some: readonly Row[], name: string) => some.reduce((all, row) => all + Number(row[name]), 0)
    const right =
      column !== undefined
        ? sum(rows, column)
        : title.endsWith('金额')
          ? sum(of(title.slice(0, 2)), '收支金额(元)')
          : title.endsWith('笔数') && !title.startsWith('资金')
            ? of(title.slice(0, 2)).length
            : rows.length
    const says = /金额|手续费/.test(title) ? fenOf(cell) : Number(cell)
    if (says !== right) return `${title} is ${cell}, and has to be ${right}`
  }
  return undefined
}

/** The columns of a line that a row has, amounts in fen. */
function asRow(line: Readonly<Record<string, string>>, like: Row): Row {
  return Object.fromEntries(
    Object.entries(like).map(([title, value]) => [
      title,
      typeof value === 'number' ? fenOf(line[title]) : (line[title] ?? ''),
    ]),
  )
}
