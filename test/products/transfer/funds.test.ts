import { expect, test } from 'vitest'
import { type Bill, type BillEnd, endsAt } from '../../../src/products/transfer/rules/bill.ts'
import {
  availableFen,
  type Funds,
  fundsAfter,
  fundsAt,
  fundsOf,
  holdAt,
} from '../../../src/products/transfer/rules/funds.ts'
import {
  createdOnDay,
  createdOnDayAfter,
  dayOf,
  endOfDay,
  receivedOn,
} from '../../../src/products/transfer/rules/money.ts'
import { LAST_INSTANT } from '../../../src/shared/last-instant.ts'
import { aBill, NOON } from './bills.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const FUNDED = 10_000

/** How a transfer of ten yuan can go that was created at noon, and what is locked and paid before its end and from then on. */
const COURSES: readonly (readonly [name: string, changes: Partial<Bill>, endsAt: number, before: Two, after: Two])[] = [
  ['runs out', {}, NOON + DAY, [1_000, 0], [0, 0]],
  ['arrives', ending({ by: 'user' }), NOON + HOUR, [1_000, 0], [0, 1_000]],
  ['fails', ending({ by: 'user', failReason: 'ACCOUNT_FROZEN' }), NOON + HOUR, [1_000, 0], [0, 0]],
  ['is cancelled', ending({ by: 'merchant' }), NOON + HOUR, [1_000, 0], [0, 0]],
  ['is short of money', { lockedAt: undefined } as object, NOON + DAY, [0, 0], [0, 0]],
]

type Two = readonly [lockedFen: number, paidFen: number]

function ending(how: Pick<BillEnd, 'by' | 'failReason'>): Partial<Bill> {
  return { end: { ...how, at: NOON, settlesAt: NOON + HOUR } }
}

const held = ({ lockedFen, paidFen }: Funds): Two => [lockedFen, paidFen]

test.for(COURSES)(
  'a transfer that %s moves its money when it comes to its end, either way',
  ([, changes, end, before, after]) => {
    const bill = aBill(changes)
    const behind = aBill({ outBillNo: 'T2', createdAt: NOON + DAY, amountFen: 1 })
    const early = fundsOf(FUNDED, [bill, behind], NOON)
    const late = fundsOf(FUNDED, [bill, behind], end)

    expect(held(early)).toEqual([before[0] + 1, before[1]])
    expect(held(late)).toEqual([after[0] + 1, after[1]])
    expect(early).toMatchObject({ fundedFen: FUNDED, from: NOON, until: end })
    expect(late).toMatchObject({ fundedFen: FUNDED, from: end, until: NOON + 2 * DAY })
    expect(availableFen(late)).toBe(FUNDED - after[0] - after[1] - 1)
    expect([NOON - 1, NOON, end - 1, end].map((at) => holdAt(early, at))).toEqual([false, true, true, false])
    // What ends behind both instants is read too, and changes nothing.
    expect(fundsAt(early, end, [bill, behind])).toEqual(late)
    expect(fundsAt(late, NOON, [bill, behind])).toEqual(early)
  },
)

test('of transfers that have all come to their end the funds stay as they are', () => {
  expect(fundsOf(FUNDED, [aBill()], NOON + DAY)).toEqual({
    fundedFen: FUNDED,
    lockedFen: 0,
    paidFen: 0,
    from: NOON + DAY,
    until: LAST_INSTANT,
  })
})

test('a transfer that is new or has changed takes its money, and may be the next to end', () => {
  const first = aBill({ amountFen: 100 })
  const none = fundsOf(FUNDED, [], NOON)
  const one = fundsAfter(none, NOON, undefined, first)
  const later = aBill({ outBillNo: 'T2', createdAt: NOON + 1, amountFen: 20 })
  const two = fundsAfter(one, NOON + 1, undefined, later)
  const done = { ...first, end: { by: 'user', at: NOON + 2, settlesAt: NOON + 2 } } as const
  const three = fundsAfter(two, NOON + 2, first, done)

  expect(one).toEqual(fundsOf(FUNDED, [first], NOON))
  expect(two).toEqual(fundsOf(FUNDED, [first, later], NOON + 1))
  // The end that it had is kept as the next one, which is sooner than need be.
  expect(three).toEqual({ ...fundsOf(FUNDED, [done, later], NOON + 2), until: endsAt(first) })
})

test('a day begins and ends at midnight in China', () => {
  const midnight = Date.parse('2026-11-26T00:00:00+08:00')

  expect(dayOf(midnight)).toBe(dayOf(midnight - 1) + 1)
  expect(endOfDay(dayOf(NOON))).toBe(midnight - 1)
  expect(dayOf(NOON)).toBe(dayOf(midnight - DAY))
})

test('transfers count on the day of their creation, unless they come back', () => {
  const day = dayOf(NOON)
  const waits = aBill({ amountFen: 1 })
  const others = [
    aBill({ amountFen: 20, ...ending({ by: 'user' }) }),
    aBill({ amountFen: 300, createdAt: NOON + DAY }),
    aBill({ amountFen: 4_000, ...ending({ by: 'merchant' }) }),
    aBill({ amountFen: 50_000, ...ending({ by: 'wechat', failReason: 'TRANSFER_RISK' }) }),
  ]
  const cancelled = { ...waits, ...ending({ by: 'merchant' }) }

  expect(createdOnDay([waits, ...others], day)).toEqual({ day, fen: 21 })
  expect(createdOnDayAfter({ day, fen: 20 }, undefined, waits)).toEqual({ day, fen: 21 })
  expect(createdOnDayAfter({ day, fen: 21 }, waits, cancelled)).toEqual({ day, fen: 20 })
  expect(createdOnDayAfter({ day: day + 1, fen: 300 }, waits, cancelled)).toEqual({ day: day + 1, fen: 300 })
})

test('a user is paid on the day of the confirmation', () => {
  const confirmed = { by: 'user', at: NOON + DAY, settlesAt: NOON + 2 * DAY } as const

  expect(receivedOn(aBill({ end: confirmed }))).toBe(dayOf(NOON + DAY))
  expect(receivedOn(aBill({ end: { ...confirmed, failReason: 'ACCOUNT_FROZEN' } }))).toBeUndefined()
  expect(receivedOn(aBill({ end: { ...confirmed, by: 'merchant' } }))).toBeUndefined()
  expect(receivedOn(aBill())).toBeUndefined()
})
