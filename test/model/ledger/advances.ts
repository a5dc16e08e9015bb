import type { Expected } from '../plans.ts'
import { DAY, invalid, type Ledger, type Refund, refused, sumOf, unknown } from './ledger.ts'
import { hasMoney, queryRefund, statusOf, takenBy } from './refunds.ts'

/** A refund as its platform sees it when it asks for it. */
export function shownToPlatform(book: Ledger, key: string): Expected {
  const one = book.refunds.get(key)
  if (!one) return unknown
  const { money, payer } = one
  return {
    status: 200,
    body: {
      amount: {
        ...{ refund: money.refund, payer_refund: money.payer, discount_refund: money.coupon },
        advance: isAdvanced(one) ? takenBy(one, book.orderAt(one.order)) : null,
      },
      refund_account: payer === undefined || one.asked.account === undefined ? null : accountOf(one),
    },
  }
}

/** @param sub the sub-merchant that the caller names */
export function queryAsPlatform(book: Ledger, key: string, sub: string): Expected {
  const one = book.refunds.get(key)
  if (one?.sub !== sub) return unknown
  const { body } = shownToPlatform(book, key)
  const { status } = Object(queryRefund(book, key).body)
  return { status: 200, body: { ...body, status, funds_account: one.frozen ? 'UNAVAILABLE' : 'AVAILABLE' } }
}

const accountOf = (one: Refund) => `REFUND_SOURCE_${isAdvanced(one) ? 'PARTNER_ADVANCE' : 'SUB_MERCHANT'}`

/** Whether the platform paid it, whoever bears it by now. */
const isAdvanced = ({ mchid, payer, advance }: Refund) => advance !== undefined || payer === mchid

/** Pays the platform back what it advanced. @param sub the sub-merchant that the caller names */
export function returnAdvance(book: Ledger, key: string, sub: string): Expected {
  const one = book.refunds.get(key)
  if (one?.sub !== sub) return unknown
  const { mchid, advance } = one
  if (advance?.result === 'SUCCESS') return queryAdvance(book, key, sub)
  if (['PROCESSING', 'CLOSED'].includes(statusOf(one))) return unknown
  if (!isAdvanced(one) || advance?.result === 'FAILED') return invalid
  const isEnough = hasMoney(book, mchid, sub, one.money.refund)
  if (!isEnough && !book.waits) return refused(403, 'NOT_ENOUGH')
  const made = advance ?? { created: book.now, result: 'PROCESSING' }
  if (!advance) book.timers.push({ at: book.now + 90 * DAY, what: 'giveUp', key })
  if (isEnough) {
    const amount = takenBy(one, book.orderAt(one.order))
    made.result = 'SUCCESS'
    one.payer = sub
    book.move(`available ${sub}`, `available ${mchid}`, amount)
    book.enter({ mchid: sub, kind: '垫付回补', amount: -amount, of: `advance ${key}` })
    book.enter({ mchid, kind: '垫付回补', amount, of: `advance ${key}` })
  }
  one.advance = made
  return queryAdvance(book, key, sub)
}

export function queryAdvance(book: Ledger, key: string, sub: string): Expected {
  const one = book.refunds.get(key)
  if (one?.sub !== sub || !one.advance) return unknown
  return {
    status: 200,
    body: {
      ...{ return_amount: takenBy(one, book.orderAt(one.order)), result: one.advance.result },
      ...{ payer_mchid: sub, payee_mchid: one.mchid },
    },
  }
}

/** Lets a merchant have so many fen for refunds beside those that it has made. */
export function allow(book: Ledger, mchid: string, refundable: number): Expected {
  book.refundable.set(mchid, refundable)
  return { status: 200, body: { mchid, refundable } }
}

/** Fen of a merchant that refunds have taken. */
export function spentOf(book: Ledger, mchid: string): number {
  const own = [...book.refunds.values()].filter((one) => one.payer === mchid && statusOf(one) !== 'CLOSED')
  return sumOf(own.map(({ money }) => money.refund))
}

export function letWait(book: Ledger, waits: boolean): Expected {
  book.waits = waits
  return { status: 200 }
}

/** Time gives up the return of an advance that waited for money in vain. */
export const advancesByTime = {
  giveUp(book: Ledger, key: string) {
    const advance = book.refunds.get(key)?.advance
    if (advance?.result === 'PROCESSING') advance.result = 'FAILED'
  },
}
