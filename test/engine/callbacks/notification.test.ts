import { describe, expect, test } from 'vitest'
import {
  beginAttempt,
  byDueTime,
  endAbandoned,
  endAttempt,
  isTaken,
  isUnderWay,
  type Notification,
  notificationState,
  pausesOf,
} from '../../../src/engine/callbacks/notification.ts'
import { sampleCallback } from '../outbox/sample-callback.ts'

const aNotification = (overrides: Partial<Notification> = {}): Notification =>
  sampleCallback({ dueAt: 1_000, ...overrides })

const REFUSED = { reason: { name: 'refused' } } as const
const NOT_SENT = { reason: { name: 'host_not_allowed', value: 'example.com' } } as const
const GONE = {
  error: 'The process that made this attempt ended before it had a reply.',
  reason: { name: 'left_halfway' },
} as const

test.for([200, 204, 201, 202, 301, 400, 500, undefined])(
  'a reply %s means that it was taken if it is 200 or 204',
  (status) => {
    expect(isTaken(status)).toBe(status === 200 || status === 204)
  },
)

test('the schedules are those of the documents (protocol.md 8)', () => {
  const sum = (schedule: readonly number[]) => schedule.reduce((all, gap) => all + gap, 0)

  expect(pausesOf('payment')).toHaveLength(15)
  expect(sum(pausesOf('payment'))).toBe((24 * 60 + 4) * 60_000)
  expect(pausesOf('coupon')).toEqual(Array.from({ length: 10 }, () => 60_000))
})

test('a product may bring a schedule of its own', () => {
  const schedule = [
    { times: 2, seconds: 15 },
    { times: 1, seconds: 300 },
  ]

  expect(pausesOf(schedule)).toEqual([15_000, 15_000, 300_000])
  expect(beginAttempt(aNotification({ schedule }), 5_000, 99_000).dueAt).toBe(20_000)
  const attempts = [{ at: 1 }, { at: 2 }, { at: 3 }]
  expect(beginAttempt(aNotification({ schedule, attempts }), 5_000, 99_000).dueAt).toBeUndefined()
})

/** On the machine's clock, which is not the mock's. */
const HELD_UNTIL = 99_000

describe('a try', () => {
  test('that begins schedules the repeat, counted from when it began', () => {
    const begun = beginAttempt(aNotification({ schedule: 'payment' }), 5_000, HELD_UNTIL)

    expect(begun).toMatchObject({ attempts: [{ at: 5_000 }], dueAt: 20_000 })
    expect(notificationState(begun)).toBe('pending')
  })

  test('of the last is not followed by another', () => {
    const attempts = Array.from({ length: 10 }, (_, at) => ({ at, status: 500 }))
    const begun = beginAttempt(aNotification({ attempts }), 5_000, HELD_UNTIL)

    expect(begun).not.toHaveProperty('dueAt')
    expect(notificationState(begun)).toBe('pending')
    expect(notificationState(endAttempt(begun, 10, { at: 5_000, outcome: { status: 500 } }) ?? begun)).toBe('failed')
  })

  test.for([
    [{ status: 200 }, { status: 200 }, 'delivered'],
    [{ status: 204 }, { status: 204 }, 'delivered'],
    [{ status: 500 }, { status: 500 }, 'pending'],
    [REFUSED, { ...REFUSED, error: 'Nobody listens there: the connection was refused.' }, 'pending'],
    [
      { ...NOT_SENT, final: true },
      { ...NOT_SENT, error: expect.stringMatching(/^Not sent: example\.com is not this machine/) },
      'failed',
    ],
  ] as const)('that ended with %j', ([outcome, shown, state]) => {
    const ended = endAttempt(beginAttempt(aNotification(), 5_000, HELD_UNTIL), 0, { at: 5_000, outcome })

    expect(ended?.attempts).toEqual([{ at: 5_000, ...shown }])
    expect(ended && notificationState(ended)).toBe(state)
    expect(ended?.dueAt).toBe(state === 'pending' ? 65_000 : undefined)
  })

  test('that is not there, or has ended, does not end', () => {
    const again = { at: 5_000, outcome: { status: 200 } }
    const begun = beginAttempt(aNotification(), 5_000, HELD_UNTIL)

    expect(endAttempt(aNotification(), 0, again)).toBeUndefined()
    expect(endAttempt(begun, 0, { ...again, at: 5_001 })).toBeUndefined()
    for (const end of [{ status: 200 }, { status: 500 }, { error: 'timeout' as const }]) {
      expect(endAttempt(aNotification({ attempts: [{ at: 5_000, ...end }] }), 0, again)).toBeUndefined()
    }
  })

  test('of a process that is gone ends once it is not held any more, and its repeat stays', () => {
    const begun = beginAttempt(aNotification({ schedule: 'payment' }), 5_000, HELD_UNTIL)

    expect(endAbandoned(begun, HELD_UNTIL - 1)).toBeUndefined()
    const ended = endAbandoned(begun, HELD_UNTIL)
    expect(ended).toEqual({ ...begun, attempts: [{ at: 5_000, ...GONE }] })
    expect(ended && endAbandoned(ended, HELD_UNTIL)).toBeUndefined()
    expect(endAttempt(ended ?? begun, 0, { at: 5_000, outcome: { status: 200 } })).toBeUndefined()
  })

  test('of a process that is gone ends alone; those that had ended before stay as they were', () => {
    const begun = beginAttempt(aNotification({ attempts: [{ at: 1, status: 500 }] }), 5_000, HELD_UNTIL)

    expect(endAbandoned(begun, HELD_UNTIL)?.attempts).toEqual([
      { at: 1, status: 500 },
      { at: 5_000, ...GONE },
    ])
  })

  test('is under way until it has ended', () => {
    const begun = beginAttempt(aNotification(), 5_000, HELD_UNTIL)
    const ended = endAttempt(begun, 0, { at: 5_000, outcome: { status: 500 } })

    expect(begun.attempts.map(isUnderWay)).toEqual([true])
    expect(ended?.attempts.map(isUnderWay)).toEqual([false])
  })

  test.for([
    [500, 'failed'],
    [200, 'delivered'],
  ] as const)('by hand, after one that had %i, is followed by none when it fails: %s', ([status, state]) => {
    const { dueAt: _, ...given } = aNotification({ attempts: [{ at: 1, status }] })
    const begun = beginAttempt(given, 5_000, HELD_UNTIL)
    const ended = endAttempt(begun, 1, { at: 5_000, outcome: { status: 500 } })

    expect(begun).not.toHaveProperty('dueAt')
    expect(ended).not.toHaveProperty('dueAt')
    expect(ended && notificationState(ended)).toBe(state)
  })
})

test('a callback that is not due and was never tried has failed', () => {
  const { dueAt: _, ...neverSent } = aNotification()

  expect(notificationState(neverSent)).toBe('failed')
})

test.for<readonly [earlier: Partial<Notification>, later: Partial<Notification>, by: string]>([
  [{ id: 'B', dueAt: 1_000, position: 2 }, { id: 'A', dueAt: 2_000, position: 1 }, 'due time'],
  [{ id: 'A', dueAt: 1_000, position: 2 }, { id: 'B', dueAt: 2_000, position: 1 }, 'due time'],
  [{ id: 'B', position: 1 }, { id: 'A', position: 2 }, 'position'],
  [{ id: 'A', position: 1 }, { id: 'B', position: 2 }, 'position'],
  [{ id: 'A' }, { id: 'B' }, 'id'],
])('%j goes before %j by its %s', ([earlier, later]) => {
  const both = [earlier, later].map(aNotification)

  expect(both.toSorted(byDueTime)).toEqual(both)
  expect(both.toReversed().sort(byDueTime)).toEqual(both)
})
