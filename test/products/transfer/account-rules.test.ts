import { expect, test } from 'vitest'
import {
  createdAfter,
  createdIn,
  type Held,
  heldAfter,
  heldAt,
  heldBy,
  holdsAt,
  PERIODS,
  receivedOn,
} from '../../../src/products/transfer/account-rules.ts'
import { availableIn } from '../../../src/products/transfer/accounts.ts'
import { dayOf, endOfDay, endsAt } from '../../../src/products/transfer/transfer-rules.ts'
import type { Transfer, TransferEnd } from '../../../src/products/transfer/transfers.ts'
import { LAST_INSTANT } from '../../../src/wire/shared/china-time.ts'
import { aTransfer, NOON } from './a-transfer.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const FUNDED = 10_000

/** How a transfer of ten yuan can go that was created at noon, and what is locked and paid before its end and from then on. */
const COURSES: readonly (readonly [
  name: string,
  changes: Partial<Transfer>,
  endsAt: number,
  before: Two,
  after: Two,
])[] = [
  ['runs out', {}, NOON + DAY, [1_000, 0], [0, 0]],
  ['arrives', ending({ by: 'user' }), NOON + HOUR, [1_000, 0], [0, 1_000]],
  ['fails', ending({ by: 'user', fail_reason: 'ACCOUNT_FROZEN' }), NOON + HOUR, [1_000, 0], [0, 0]],
  ['is cancelled', ending({ by: 'merchant' }), NOON + HOUR, [1_000, 0], [0, 0]],
  ['is short of money', { lock_time: null }, NOON + DAY, [0, 0], [0, 0]],
]

type Two = readonly [locked: number, paid: number]

function ending(how: Pick<TransferEnd, 'by' | 'fail_reason'>): Partial<Transfer> {
  return { end: { ...how, time: NOON, settle_time: NOON + HOUR } }
}

const held = ({ locked, paid }: Held): Two => [locked, paid]

test.for(COURSES)(
  'a transfer that %s moves its money when it comes to its end, either way',
  ([, changes, end, before, after]) => {
    const bill = aTransfer(changes)
    const behind = aTransfer({ out_bill_no: 'T2', create_time: NOON + DAY, transfer_amount: 1 })
    const early = heldBy([bill, behind], NOON)
    const late = heldBy([bill, behind], end)

    expect(held(early)).toEqual([before[0] + 1, before[1]])
    expect(held(late)).toEqual([after[0] + 1, after[1]])
    expect(early).toMatchObject({ from: NOON, until: end })
    expect(late).toMatchObject({ from: end, until: NOON + 2 * DAY })
    expect(availableIn({ funded: FUNDED, held: late })).toBe(FUNDED - after[0] - after[1] - 1)
    expect([NOON - 1, NOON, end - 1, end].map((at) => holdsAt(early, at))).toEqual([false, true, true, false])
    // A transfer behind both instants is read too, and changes nothing.
    expect(heldAt(early, end, [bill, behind])).toEqual(late)
    expect(heldAt(late, NOON, [bill, behind])).toEqual(early)
  },
)

test('of transfers that have all come to their end nothing is held any more', () => {
  expect(heldBy([aTransfer()], NOON + DAY)).toEqual({
    locked: 0,
    paid: 0,
    from: NOON + DAY,
    until: LAST_INSTANT,
  })
})

test('a transfer that is new or has changed takes its money, and may be the next to end', () => {
  const first = aTransfer({ transfer_amount: 100 })
  const none = heldBy([], NOON)
  const one = heldAfter(none, NOON, undefined, first)
  const later = aTransfer({ out_bill_no: 'T2', create_time: NOON + 1, transfer_amount: 20 })
  const two = heldAfter(one, NOON + 1, undefined, later)
  const done = { ...first, end: { by: 'user', time: NOON + 2, settle_time: NOON + 2 } } as const
  const three = heldAfter(two, NOON + 2, first, done)

  expect(one).toEqual(heldBy([first], NOON))
  expect(two).toEqual(heldBy([first, later], NOON + 1))
  // The end that it had is kept as the next one, which is sooner than need be.
  expect(three).toEqual({ ...heldBy([done, later], NOON + 2), until: endsAt(first) })
})

test('a day begins and ends at midnight in China', () => {
  const midnight = Date.parse('2026-11-26T00:00:00+08:00')

  expect(dayOf(midnight)).toBe(dayOf(midnight - 1) + 1)
  expect(endOfDay(dayOf(NOON))).toBe(midnight - 1)
  expect(dayOf(NOON)).toBe(dayOf(midnight - DAY))
})

test('transfers count on the day of their creation, unless they come back', () => {
  const day = dayOf(NOON)
  const waits = aTransfer({ transfer_amount: 1 })
  const others = [
    aTransfer({ transfer_amount: 20, ...ending({ by: 'user' }) }),
    aTransfer({ transfer_amount: 300, create_time: NOON + DAY }),
    aTransfer({ transfer_amount: 4_000, ...ending({ by: 'merchant' }) }),
    aTransfer({ transfer_amount: 50_000, ...ending({ by: 'wechat', fail_reason: 'TRANSFER_RISK' }) }),
  ]
  const cancelled = { ...waits, ...ending({ by: 'merchant' }) }

  expect(createdIn('day', day, [waits, ...others])).toEqual({ period: day, fen: 21 })
  expect(createdAfter('day', { period: day, fen: 20 }, undefined, waits)).toEqual({ period: day, fen: 21 })
  expect(createdAfter('day', { period: day, fen: 21 }, waits, cancelled)).toEqual({ period: day, fen: 20 })
  expect(createdAfter('day', { period: day + 1, fen: 300 }, waits, cancelled)).toEqual({ period: day + 1, fen: 300 })
})

test('a month begins and ends at midnight in China', () => {
  const { of, end } = PERIODS.month
  const newYear = Date.parse('2027-01-01T00:00:00+08:00')

  expect(of(newYear)).toBe(of(newYear - 1) + 1)
  expect(end(of(newYear - 1))).toBe(newYear - 1)
  expect(end(of(NOON))).toBe(Date.parse('2026-12-01T00:00:00+08:00') - 1)
  expect(createdIn('month', of(NOON), [aTransfer(), aTransfer({ create_time: newYear })])).toEqual({
    period: of(NOON),
    fen: 1_000,
  })
})

test('a user is paid on the day of the confirmation', () => {
  const confirmed = { by: 'user', time: NOON + DAY, settle_time: NOON + 2 * DAY } as const

  expect(receivedOn(aTransfer({ end: confirmed }))).toBe(dayOf(NOON + DAY))
  expect(receivedOn(aTransfer({ end: { ...confirmed, fail_reason: 'ACCOUNT_FROZEN' } }))).toBeUndefined()
  expect(receivedOn(aTransfer({ end: { ...confirmed, by: 'merchant' } }))).toBeUndefined()
  expect(receivedOn(aTransfer())).toBeUndefined()
})
