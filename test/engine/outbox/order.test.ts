import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Lanes } from '../../../src/engine/callbacks/due-deliveries.ts'
import { DueQueue } from '../../../src/engine/callbacks/due-queue.ts'
import { byDueTime } from '../../../src/engine/callbacks/notification.ts'
import { isPending } from '../../../src/engine/callbacks/notifications.ts'
import { sampleCallback } from './sample-callback.ts'

const callback = (id: string) => sampleCallback({ id })

/** Lanes whose deliveries end when they are told to. */
function lanesOf(isHeldBack = (): boolean => false) {
  const begun: string[] = []
  const ended: { readonly bug?: unknown }[] = []
  const deliveries = new Map<string, PromiseWithResolvers<void>>()
  const lanes = new Lanes({
    deliver({ id }) {
      begun.push(id)
      const delivery = Promise.withResolvers<void>()
      deliveries.set(id, delivery)
      return delivery.promise
    },
    isHeldBack,
    ended: (result) => ended.push(result),
  })
  return { lanes, begun, ended, delivery: (id: string) => deliveries.get(id) }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

test('one after the other in a lane, and lanes beside each other', async () => {
  const { lanes, begun, ended, delivery } = lanesOf()
  lanes.add('a', callback('a1'))
  lanes.add('a', callback('a2'))
  lanes.add('b', callback('b1'))
  expect(begun).toEqual(['a1', 'b1'])
  expect([...lanes.waiting]).toEqual(['a2'])

  delivery('a1')?.resolve()
  await turn()
  expect(begun).toEqual(['a1', 'b1', 'a2'])

  delivery('a2')?.resolve()
  delivery('b1')?.resolve()
  await lanes.settled()
  expect(ended).toEqual([{}, {}])
  expect(lanes.isEmpty).toBe(true)
})

test('a bug ends its lane, and no other', async () => {
  const { lanes, begun, ended, delivery } = lanesOf()
  const bug = new Error('the store has gone')
  lanes.add('a', callback('a1'))
  lanes.add('a', callback('a2'))
  lanes.add('b', callback('b1'))
  lanes.add('b', callback('b2'))
  delivery('a1')?.reject(bug)
  delivery('b1')?.resolve()
  await turn()

  expect(ended).toEqual([{ bug }])
  expect(begun).toEqual(['a1', 'b1', 'b2'])
})

test('what waits is left when deliveries are held back', async () => {
  let isHeldBack = false
  const { lanes, begun, delivery } = lanesOf(() => isHeldBack)
  lanes.add('a', callback('a1'))
  lanes.add('a', callback('a2'))
  isHeldBack = true
  delivery('a1')?.resolve()
  await lanes.settled()

  expect(begun).toEqual(['a1'])
  expect(lanes.isEmpty).toBe(true)
})

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
      expect(queue.take(99, { from: 0, until: 4 })).toEqual(sorted.filter(({ dueAt }) => dueAt <= 4))
      expect(queue.take(99, { from: 0, until: 9 })).toEqual(sorted.filter(({ dueAt }) => dueAt > 4))
      expect(queue.take(99, { from: 0, until: 9 })).toEqual([])
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
