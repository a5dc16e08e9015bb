import { type Bill, billState } from './bill.ts'

/** Limits of transfers, in fen. */
export interface Limits {
  readonly leastFen: number
  readonly mostFen: number
  /** Of one merchant in a day of China; left out: none. */
  readonly merchantDayFen?: number
  /** What one user can be paid in a day of China; left out: no limit. */
  readonly userDayFen?: number
}

/** A merchant's limits without a grant of higher ones, and those of a mock that is to take any amount (mch-transfer.md 3.2). */
export const LIMITS = {
  live: { leastFen: 10, mostFen: 20_000, merchantDayFen: 5_000_000, userDayFen: 200_000 },
  wide: { leastFen: 10, mostFen: 20_000_000 },
} as const satisfies Record<string, Limits>

/** A red packet (红包样式) is for 200 yuan at most. */
export const RED_PACKET_MOST_FEN = 20_000

/** From 2,000 yuan the name of the user is needed, and below 0.3 yuan it must not be given. */
export const NAME_NEEDED_FROM_FEN = 200_000
export const NAME_FROM_FEN = 30

/** What of a merchant's account is where. Together it is what was put in. */
export interface Balance {
  /** Locked for bills that have not come to their end. */
  readonly lockedFen: number
  /** With the users. */
  readonly paidFen: number
}

/** What bills hold of an account at an instant. One that failed or was cancelled has given its money back. */
export function heldBy(bills: readonly Bill[], at: number): Balance {
  let lockedFen = 0
  let paidFen = 0
  for (const bill of bills) {
    const state = billState(bill, at)
    if (state === 'success') paidFen += bill.amountFen
    else if (state !== 'fail' && state !== 'cancelled' && bill.lockedAt !== undefined) lockedFen += bill.amountFen
  }
  return { lockedFen, paidFen }
}

/** What can be transferred, of an account that so much was put into; `undefined` is any amount. */
export function availableFen(fundedFen: number | undefined, { lockedFen, paidFen }: Balance): number | undefined {
  return fundedFen === undefined ? undefined : fundedFen - lockedFen - paidFen
}

const CHINA_OFFSET_MS = 8 * 3_600_000
const DAY_MS = 86_400_000

/** The day in China, counted from 1970. */
export function dayOf(at: number): number {
  return Math.floor((at + CHINA_OFFSET_MS) / DAY_MS)
}

/** What a merchant has transferred or is about to, of bills created on the day of an instant. */
export function createdOnDayFen(bills: readonly Bill[], at: number): number {
  const today = bills.filter(({ createdAt }) => dayOf(createdAt) === dayOf(at))
  const { lockedFen, paidFen } = heldBy(today, at)
  return lockedFen + paidFen
}

/** What a user with these bills was paid on the day of an instant, or is about to be, having confirmed. */
export function receivedOnDayFen(bills: readonly Bill[], at: number): number {
  return bills
    .filter((bill) => ['success', 'transferring'].includes(billState(bill, at)))
    .filter(({ end }) => end !== undefined && dayOf(end.at) === dayOf(at))
    .reduce((sum, { amountFen }) => sum + amountFen, 0)
}
