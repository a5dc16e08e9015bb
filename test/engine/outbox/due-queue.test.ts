import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DueQueue } from '../../../src/engine/callbacks/clock-moves.ts'
import { byDueTime } from '../../../src/engine/callbacks/notification.ts'
import { isPending } from '../../../src/engine/callbacks/notifications.ts'
import { sampleCallback } from './sample-callback.ts'

const instants = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 12 })

test('whatever was there and whatever is added comes out in the order in which it is due', () => {
  fc.assert(
    fc.property(instants, instants, (before, added) => {
      const callbacks = [...before, ...added].map((dueAt, position) =>
        sampleCallback({ id: `N-${position}`, position, dueAt }),
      )
      const sorted = callbacks.toSorted(byDueTime)
      const queue = new DueQueue(callbacks.slice(0, before.length).toSorted(byDueTime))
      for (const one of callbacks.slice(before.length)) queue.add(one)

      expect(queue.next).toBe(sorted[0]?.dueAt ?? Number.POSITIVE_INFINITY)
      expect(queue.take(4)).toEqual(sorted.filter(({ dueAt }) => dueAt <= 4))
      expect(queue.take(9)).toEqual(sorted.filter(({ dueAt }) => dueAt > 4))
      expect(queue.take(9)).toEqual([])
    }),
  )
})

test('what is not due any more is not waited for', () => {
  const delivered = sampleCallback({})
  const queue = new DueQueue([])
  queue.add(delivered)

  expect(isPending(delivered)).toBe(false)
  expect(queue.next).toBe(Number.POSITIVE_INFINITY)
})
