import type { Bill } from './bill.ts'

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

const CHINA_OFFSET_MS = 8 * 3_600_000
const DAY_MS = 86_400_000

/** The day in China, counted from 1970. */
export function dayOf(at: number): number {
  return Math.floor((at + CHINA_OFFSET_MS) / DAY_MS)
}

/** The last instant of such a day. */
export function endOfDay(day: number): number {
  return (day + 1) * DAY_MS - CHINA_OFFSET_MS - 1
}

/** What the transfers come to that a merchant created on a day. */
export interface DaySum {
  readonly day: number
  readonly fen: number
}

/** Adds up the transfers that were created on a day. One that was cancelled or has failed is none of them. */
export function createdOnDay(bills: readonly Bill[], day: number): DaySum {
  const counted = bills.filter((bill) => dayOf(bill.createdAt) === day && !isRefused(bill))
  return { day, fen: counted.reduce((sum, { amountFen }) => sum + amountFen, 0) }
}

/** The sum of a day once a transfer has changed, or come about. */
export function createdOnDayAfter({ day, fen }: DaySum, before: Bill | undefined, after: Bill): DaySum {
  return { day, fen: fen - createdOnDay(before ? [before] : [], day).fen + createdOnDay([after], day).fen }
}

/** On which day a user is paid, having confirmed; `undefined` of a transfer that does not arrive. */
export function receivedOn(bill: Bill): number | undefined {
  return bill.end && !isRefused(bill) ? dayOf(bill.end.at) : undefined
}

/** Whether it was cancelled, or the money does not arrive. */
function isRefused({ end }: Bill): boolean {
  return end?.by === 'merchant' || end?.failReason !== undefined
}
