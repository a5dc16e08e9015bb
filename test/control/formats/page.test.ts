import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Place, takePage } from '../../../src/control/formats/page.ts'

const byPlace = ([a, aKey]: Place, [b, bKey]: Place) => b - a || (aKey < bKey ? -1 : 1)

test('page by page, everything comes once, in the order of all', () => {
  const places = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.string()), {
    selector: String,
    size: 'max',
    maxLength: 200,
  })
  fc.assert(
    fc.property(places, fc.integer({ min: 1, max: 9 }), (things, limit) => {
      const seen: Place[] = []
      let cursor: string | undefined
      do {
        const page = takePage(things, (place) => place, { cursor, limit })
        expect(page.total).toBe(things.length)
        expect(page.items.length).toBeLessThanOrEqual(limit)
        seen.push(...page.items)
        cursor = page.next
      } while (cursor !== undefined)
      expect(seen).toEqual(things.toSorted(byPlace))
    }),
  )
})
