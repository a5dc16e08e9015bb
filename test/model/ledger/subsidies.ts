import type { Expected } from '../plans.ts'
import {
  HOURS,
  invalid,
  keyOf,
  type Ledger,
  type Refund,
  refused,
  type Subsidy,
  type SubsidyReturn,
  same,
  unknown,
  type Voucher,
} from './ledger.ts'
import { statusOf } from './refunds.ts'

// Merchant coupons (商家券), and what one merchant pays another for them (营销补差): busifavor.md 4 and 4.8.

/** Sends a merchant coupon; its number repeats nothing but the same coupon. */
export function sendVoucher(book: Ledger, code: string, stock: string): Expected {
  if (!book.vouchers.has(code)) {
    book.vouchers.set(code, { code, stock, sent: book.now, numbers: [], isUsed: false })
    book.tell(stockOf(book, stock).creator, 'COUPON.SEND', code)
  }
  return { status: 200, body: { send_coupon_result: { coupon_code: code, stock_id: stock } } }
}

/** Links it to an order; a coupon that is used keeps its link, and gets none. */
export function linkVoucher(book: Ledger, code: string, no: string): Expected {
  const voucher = book.vouchers.get(code)
  if (!voucher) return invalid
  if (voucher.link === no) return { status: 200 }
  if (voucher.isUsed || voucher.link !== undefined) return invalid
  voucher.link = no
  return { status: 200 }
}

/** Uses it. A number that has used it is answered again, and uses nothing once the coupon was given back. */
export function useVoucher(book: Ledger, code: string, no: string): Expected {
  const voucher = book.vouchers.get(code)
  if (!voucher) return unknown
  if (voucher.numbers.includes(no)) return { status: 200 }
  if (voucher.isUsed) return refused(400, 'RESOURCE_ALREADY_EXISTS')
  if (book.now < voucher.sent) return refused(403, 'RULELIMIT')
  voucher.isUsed = true
  voucher.numbers.push(no)
  return { status: 200 }
}

export function giveVoucherBack(book: Ledger, code: string, no: string): Expected {
  const voucher = book.vouchers.get(code)
  if (!voucher) return unknown
  if (voucher.numbers.includes(no)) return { status: 200 }
  if (!voucher.isUsed) return invalid
  voucher.isUsed = false
  voucher.numbers.push(no)
  return { status: 200 }
}

/** Pays a subsidy. One that is too much, or the second of a coupon, fails: the call is answered with 200. */
export function subsidise(book: Ledger, by: string, no: string, asked: Subsidy['asked']): Expected {
  const key = keyOf(by, no)
  const existing = book.subsidies.get(key)
  if (existing) return same(existing.asked, asked) ? shownSubsidy(book, key) : invalid
  const voucher = book.vouchers.get(asked.code)
  if (!voucher) return unknown
  const { creator, owner, hasSubsidies } = stockOf(book, voucher.stock)
  if (by !== creator && by !== owner) return refused(403, 'NO_AUTH')
  if (!voucher.isUsed) return invalid
  const order = book.orders.get(asked.order)
  if (!order?.paid || order.state === 'REVOKED') return unknown
  if (!hasSubsidies || ![creator, owner].includes(asked.payer) || asked.payee !== owner) return invalid
  const isPaid = [...book.subsidies.values()].some((one) => one.asked.code === asked.code && one.reason === undefined)
  const isTooMuch = asked.amount > benefitOf(book, voucher, order.total)
  const reason = isPaid ? 'EXCEED_SUBSIDY_COUNT_QUOTA' : isTooMuch ? 'EXCEED_SUBSIDY_AMOUNT_QUOTA' : undefined
  book.subsidies.set(key, { by, no, asked, created: book.now, returned: 0, ...(reason !== undefined && { reason }) })
  if (reason === undefined) book.move(`subsidies ${asked.payer}`, `subsidies ${asked.payee}`, asked.amount)
  return shownSubsidy(book, key)
}

/** Fen that a coupon takes off an order. */
export function benefitOf(book: Ledger, { stock }: Pick<Voucher, 'stock'>, total: number): number {
  const { fen, percent } = stockOf(book, stock)
  return percent === undefined ? fen : total - Math.ceil((total * percent) / 100)
}

/** Gives a subsidy back, in parts that are together no more than it. */
export function returnSubsidy(book: Ledger, by: string, no: string, asked: SubsidyReturn['asked']): Expected {
  const key = keyOf(by, no)
  const existing = book.subsidyReturns.get(key)
  if (existing) return same(existing.asked, asked) ? shownReturn(book, key) : invalid
  const { refund: refundKey, amount, ...wanted } = asked
  const [of = '', subsidy] =
    [...book.subsidies].find(([, one]) => {
      const { amount: _, ...values } = one.asked
      return one.reason === undefined && same(values, wanted) && concerns(by, one)
    }) ?? []
  if (!subsidy) return unknown
  const refund = book.refunds.get(refundKey)
  if (!isRefundOf(refund, asked.order)) return unknown
  if (subsidy.returned + amount > subsidy.asked.amount) return invalid
  subsidy.returned += amount
  book.subsidyReturns.set(key, { by, no, asked, subsidy: of, created: book.now })
  book.move(`subsidies ${asked.payee}`, `subsidies ${asked.payer}`, amount)
  return shownReturn(book, key)
}

/** Whether there is a refund that goes with an order, and was not closed. */
export const isRefundOf = (refund: Refund | undefined, order: string) =>
  refund?.order === order && statusOf(refund) !== 'CLOSED'

const concerns = (mchid: string, { by, asked: { payer, payee } }: Subsidy | SubsidyReturn) =>
  [by, payer, payee].includes(mchid)

/** A subsidy as its merchants see it. */
export function shownSubsidy(book: Ledger, key: string): Expected {
  const one = book.subsidies.get(key)
  return one ? { status: 200, body: bodyOf(one) } : unknown
}

function bodyOf({ no, asked, created, reason, returned }: Subsidy): object {
  const left = asked.amount - returned
  const status = reason ? 'FAIL' : returned === 0 ? 'SUCCESS' : left > 0 ? 'PARTIAL_RETURN' : 'FULL_RETURN'
  return {
    ...{ out_subsidy_no: no, status: `PAY_RECEIPT_${status}`, amount: asked.amount, coupon_code: asked.code },
    ...{ payer_merchant: asked.payer, payee_merchant: asked.payee, create_time: wireTime(created) },
    ...(reason === undefined
      ? { success_time: wireTime(created), fail_reason: null }
      : { success_time: null, fail_reason: `PAY_RECEIPT_${reason}`, subsidy_receipt_id: null }),
  }
}

/** The subsidies of a coupon that concern a merchant, the first one first; of those at the same time by number. */
export function listSubsidies(book: Ledger, code: string, by: string): Expected {
  const rank = ({ no, by: asker }: Subsidy) => `${no} ${asker}`
  const order = (one: Subsidy, other: Subsidy) => one.created - other.created || (rank(one) < rank(other) ? -1 : 1)
  const own = [...book.subsidies.values()].filter((one) => one.asked.code === code && concerns(by, one))
  return { status: 200, body: { pay_receipt_list: own.length > 0 ? own.toSorted(order).map(bodyOf) : null } }
}

export function shownReturn(book: Ledger, key: string): Expected {
  const one = book.subsidyReturns.get(key)
  if (!one) return unknown
  const { no, asked, created } = one
  return {
    status: 200,
    body: {
      ...{ out_subsidy_return_no: no, status: 'RETURN_RECEIPT_SUCCESS', amount: asked.amount, coupon_code: asked.code },
      ...{ payer_merchant: asked.payer, payee_merchant: asked.payee, return_create_time: wireTime(created) },
    },
  }
}

export function stockOf({ world }: Ledger, stock: string) {
  const found = world.stocks[stock]
  if (!found) throw new Error(`no batch ${stock}`)
  return found
}

const wireTime = (at: number) => `${new Date(at + 8 * HOURS).toISOString().slice(0, 19)}+08:00`
