import { LAST_INSTANT } from '../../../shared/last-instant.ts'
import { type Bill, billState, endsAt } from './bill.ts'

/** What transfers hold of the money of an account. */
export interface Held {
  /** Locked for those that have not come to their end. */
  readonly lockedFen: number
  /** With the users. */
  readonly paidFen: number
}

/**
 * The money of an account, from an instant until the next of its transfers comes to its end: time moves no money otherwise. What transfers hold
 * follows from them, and is kept so that no call has to add them up.
 */
export interface Funds extends Held {
  /** All that was put in. */
  readonly fundedFen: number
  readonly from: number
  /** From then on it is no longer so. */
  readonly until: number
}

/** Adds up what transfers hold at an instant. One that failed or was cancelled has given its money back. */
export function heldBy(bills: readonly Bill[], at: number): Held {
  let lockedFen = 0
  let paidFen = 0
  for (const bill of bills) {
    const state = billState(bill, at)
    if (state === 'success') paidFen += bill.amountFen
    else if (state !== 'fail' && state !== 'cancelled' && bill.lockedAt !== undefined) lockedFen += bill.amountFen
  }
  return { lockedFen, paidFen }
}

/** What can be transferred. Of an account from a seed file it may be less than nothing. */
export function availableFen({ fundedFen, lockedFen, paidFen }: Funds): number {
  return fundedFen - lockedFen - paidFen
}

/** The funds of an account, from all of its transfers. */
export function fundsOf(fundedFen: number, bills: readonly Bill[], at: number): Funds {
  return { fundedFen, ...heldBy(bills, at), from: at, until: nextEnd(bills, at) }
}

/** Whether funds are so at an instant. */
export function holdAt({ from, until }: Funds, at: number): boolean {
  return from <= at && at < until
}

/**
 * The funds at another instant, before or after.
 *
 * @param ending the transfers that come to their end between the two instants, and at least the first behind both, if there is one
 */
export function fundsAt(funds: Funds, at: number, ending: readonly Bill[]): Funds {
  const moved = exchanged(funds, heldBy(ending, funds.from), heldBy(ending, at))
  return { ...moved, from: at, until: nextEnd(ending, at) }
}

/** The funds once a transfer has changed, or come about, at an instant at which they hold. */
export function fundsAfter(funds: Funds, at: number, before: Bill | undefined, after: Bill): Funds {
  const moved = exchanged(funds, heldBy(before ? [before] : [], at), heldBy([after], at))
  return { ...moved, from: at, until: Math.min(funds.until, nextEnd([after], at)) }
}

function exchanged(funds: Funds, before: Held, after: Held): Funds {
  return {
    ...funds,
    lockedFen: funds.lockedFen - before.lockedFen + after.lockedFen,
    paidFen: funds.paidFen - before.paidFen + after.paidFen,
  }
}

/** When the first of transfers comes to its end after an instant. */
function nextEnd(bills: readonly Bill[], at: number): number {
  let next = LAST_INSTANT
  for (const bill of bills) {
    const end = endsAt(bill)
    if (end > at && end < next) next = end
  }
  return next
}
