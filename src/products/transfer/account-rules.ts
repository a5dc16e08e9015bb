import { CHINA_OFFSET, LAST_INSTANT } from '../../wire/shared/china-time.ts'
import { dayOf, endOfDay, endsAt, stateAt } from './transfer-rules.ts'
import type { Transfer } from './transfers.ts'

/** Limits of transfers, in fen. */
export interface Limits {
  readonly least: number
  readonly most: number
  /** The limit of one merchant in a day, and in a month, of China; left out: none. */
  readonly merchantDay?: number
  readonly merchantMonth?: number
  /** For one user in a day of China; left out: none. */
  readonly userDay?: number
}

/** The limits of a company and of a sole trader without a grant of higher ones, and those of a mock that is to take any amount. */
export const LIMITS = {
  live: { least: 10, most: 20_000, merchantDay: 5_000_000, merchantMonth: 3_000_000_000, userDay: 200_000 },
  sole_trader: { least: 10, most: 20_000, merchantDay: 500_000, merchantMonth: 10_000_000, userDay: 20_000 },
  wide: { least: 10, most: 20_000_000 },
} as const satisfies Record<string, Limits>

/** A red packet (红包样式) is for 200 yuan at most. */
export const RED_PACKET_MOST_FEN = 20_000

/** From 2,000 yuan the name of the user is needed, and below 0.3 yuan it must not be given. */
export const NAME_NEEDED_FROM_FEN = 200_000
export const NAME_FROM_FEN = 30

/** The days and months of China that limits count by. */
export const PERIODS = { day: { of: dayOf, end: endOfDay }, month: { of: monthOf, end: endOfMonth } } as const
export type Period = keyof typeof PERIODS

/** Counted from the year 0. */
function monthOf(at: number): number {
  const date = new Date(at + CHINA_OFFSET)
  return date.getUTCFullYear() * 12 + date.getUTCMonth()
}

function endOfMonth(month: number): number {
  return new Date(0).setUTCFullYear(Math.floor(month / 12), (month % 12) + 1, 1) - CHINA_OFFSET - 1
}

/** The sum of the transfers that a merchant created in a day or a month. */
export interface PeriodSum {
  readonly period: number
  readonly fen: number
}

/** Adds up the transfers that were created in a period, but for those that were cancelled or have failed. */
export function createdIn(kind: Period, period: number, transfers: readonly Transfer[]): PeriodSum {
  const counted = transfers.filter((one) => PERIODS[kind].of(one.create_time) === period && !isRefused(one))
  return { period, fen: counted.reduce((sum, { transfer_amount }) => sum + transfer_amount, 0) }
}

/** The sum of a period once a transfer has changed, or come about. */
export function createdAfter(
  kind: Period,
  { period, fen }: PeriodSum,
  before: Transfer | undefined,
  after: Transfer,
): PeriodSum {
  const sum = (transfers: readonly Transfer[]) => createdIn(kind, period, transfers).fen
  return { period, fen: fen - sum(before ? [before] : []) + sum([after]) }
}

/** The day on which a user who has confirmed is paid; `undefined` if the money does not arrive. */
export function receivedOn(transfer: Transfer): number | undefined {
  return transfer.end && !isRefused(transfer) ? dayOf(transfer.end.time) : undefined
}

function isRefused({ end }: Transfer): boolean {
  return end?.by === 'merchant' || end?.fail_reason !== undefined
}

/** The money of an account that transfers hold, in fen. */
export interface Amounts {
  /** Locked for those that have not come to their end. */
  readonly locked: number
  /** With the users. */
  readonly paid: number
}

/**
 * Amounts from an instant until the next transfer ends, as time moves no money otherwise. They follow from the transfers, and are kept so that no call
 * has to add those up.
 */
export interface Held extends Amounts {
  readonly from: number
  /** The first instant at which they change. */
  readonly until: number
}

/** Adds up what transfers hold at an instant. One that failed or was cancelled has given its money back. */
export function amountsOf(transfers: readonly Transfer[], at: number): Amounts {
  let locked = 0
  let paid = 0
  for (const one of transfers) {
    const state = stateAt(one, at)
    if (state === 'SUCCESS') paid += one.transfer_amount
    else if (state !== 'FAIL' && state !== 'CANCELLED' && one.lock_time !== null) locked += one.transfer_amount
  }
  return { locked, paid }
}

export function heldBy(transfers: readonly Transfer[], at: number): Held {
  return { ...amountsOf(transfers, at), from: at, until: nextEnd(transfers, at) }
}

export function holdsAt({ from, until }: Held, at: number): boolean {
  return from <= at && at < until
}

/**
 * The amounts at another instant, before or after.
 *
 * @param ending the transfers that come to their end between the two instants, and at least the first behind both, if there is one
 */
export function heldAt(held: Held, at: number, ending: readonly Transfer[]): Held {
  return {
    ...exchanged(held, amountsOf(ending, held.from), amountsOf(ending, at)),
    from: at,
    until: nextEnd(ending, at),
  }
}

/** The amounts after a transfer was added or changed. @param at an instant at which they hold */
export function heldAfter(held: Held, at: number, before: Transfer | undefined, after: Transfer): Held {
  const moved = exchanged(held, amountsOf(before ? [before] : [], at), amountsOf([after], at))
  return { ...moved, from: at, until: Math.min(held.until, nextEnd([after], at)) }
}

function exchanged({ locked, paid }: Held, before: Amounts, after: Amounts): Amounts {
  return { locked: locked - before.locked + after.locked, paid: paid - before.paid + after.paid }
}

/** When the first of transfers comes to its end after an instant. */
function nextEnd(transfers: readonly Transfer[], at: number): number {
  let next = LAST_INSTANT
  for (const one of transfers) {
    const end = endsAt(one)
    if (end > at && end < next) next = end
  }
  return next
}
