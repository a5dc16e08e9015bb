import { beforeEach, describe, expect, test } from 'vitest'
import { documentKey } from '../../src/engine/state/documents.ts'
import type { Store } from '../../src/engine/state/store.ts'
import { stocks } from '../../src/products/merchant-coupon/stocks.ts'
import { aStock } from '../products/merchant-coupon/rules/builders.ts'

const COUNT = documentKey<number>('count')
const NOTE = documentKey<{ readonly text: string; readonly list?: readonly unknown[] }>('note')

/**
 * Tests the documents of a store. `makeStore` makes a new, empty one each time.
 *
 * @param name for the titles
 */
export function documentsSuite(name: string, makeStore: () => Promise<Store>): void {
  describe(`the documents of ${name}`, () => {
    let store: Store

    beforeEach(async () => {
      store = await makeStore()
    })

    /** Documents as seen by a reader now. */
    const look = async () => {
      await store.documents.refresh?.()
      return store.documents
    }

    test('are none at first', async () => {
      const documents = await look()

      expect(documents.get(COUNT)).toBeUndefined()
      expect(documents.names('')).toEqual([])
    })

    test('are what was put last, with every member, and the same object until they change', async () => {
      const note = { text: '多行\n说明 😀 "\\', list: [1, null, { deep: ['x', true] }, 1.5] }
      await store.documents.update((draft) => {
        draft.put(NOTE, { text: 'first' })
        draft.put(NOTE, note)
        draft.put(COUNT, 0)
      })

      const documents = await look()
      expect(documents.get(NOTE)).toEqual(note)
      expect(documents.get(COUNT)).toBe(0)
      const before = documents.get(NOTE)
      await store.documents.update((draft) => draft.put(COUNT, 1))
      expect((await look()).get(NOTE)).toBe(before)
    })

    test('are gone when they were deleted', async () => {
      await store.documents.update((draft) => draft.put(NOTE, { text: 'x' }))
      await store.documents.update((draft) => draft.delete(NOTE))
      await store.documents.update((draft) => draft.delete(COUNT))

      expect((await look()).get(NOTE)).toBeUndefined()
      expect((await look()).names('')).toEqual([])
    })

    test('are listed by the beginning of their names, in the order in which they came', async () => {
      const names = ['merchant/2', 'merchant/1', 'merchants', 'merchant', 'merchant/10']
      for (const each of names) await store.documents.update((draft) => draft.put(documentKey<string>(each), each))
      await store.documents.update((draft) => draft.put(documentKey<string>('merchant/1'), 'again'))

      expect((await look()).names('merchant/')).toEqual(['merchant/2', 'merchant/1', 'merchant/10'])
    })

    test('a change reads what it wrote itself, and answers with its result', async () => {
      await store.documents.update((draft) => draft.put(COUNT, 1))

      const seen = await store.documents.update((draft) => {
        draft.put(NOTE, { text: 'new' })
        const put = [draft.get(COUNT), draft.get(NOTE), draft.names('')]
        draft.delete(NOTE)
        return [...put, draft.get(NOTE), draft.names('')]
      })

      expect(seen).toEqual([1, { text: 'new' }, ['count', 'note'], undefined, ['count']])
    })

    test('a change that throws is none', async () => {
      await store.documents.update((draft) => draft.put(COUNT, 1))
      const failing = async () =>
        store.documents.update((draft) => {
          draft.put(COUNT, 2)
          draft.delete(NOTE)
          throw new Error('given up')
        })

      await expect(failing()).rejects.toThrow('given up')
      expect((await look()).get(COUNT)).toBe(1)
    })

    test('each of many changes at once is made on the one before', async () => {
      const results = await Promise.all(
        Array.from({ length: 50 }, async () =>
          store.documents.update((draft) => {
            const next = (draft.get(COUNT) ?? 0) + 1
            draft.put(COUNT, next)
            return next
          }),
        ),
      )

      expect(results.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1))
      expect((await look()).get(COUNT)).toBe(50)
    })

    test('whoever subscribed is told the names of what changed, after the change, until that is ended', async () => {
      const told: unknown[] = []
      const end = store.documents.subscribe((names) => told.push([[...names], store.documents.get(COUNT)]))
      await store.documents.update((draft) => draft.put(COUNT, 1))
      await look()
      await store.documents.update((draft) => draft.get(COUNT))
      await look()
      expect(told).toEqual([[['count'], 1]])

      end()
      await store.documents.update((draft) => draft.put(COUNT, 2))
      await look()
      expect(told).toHaveLength(1)
    })

    test('can be changed in a transaction, and stay so though it fails', async () => {
      const failing = store.transaction(async () => {
        await store.documents.update((draft) => draft.put(COUNT, 7))
        throw new Error('given up')
      })

      await expect(failing).rejects.toThrow('given up')
      expect((await look()).get(COUNT)).toBe(7)
    })

    describe.for(['reset', 'replace'] as const)('with a %s', (kind) => {
      const go = (along: Parameters<Store['reset']>[1]) =>
        kind === 'reset' ? store.reset(undefined, along) : store.replace({}, along)
      const countStocks = () => store.transaction(async (tx) => (await tx.in(stocks).list()).length)

      beforeEach(async () => {
        await store.transaction((tx) => tx.in(stocks).save(aStock()))
        await store.documents.update((draft) => draft.put(COUNT, 1))
      })

      test('stay as they are, or are changed along', async () => {
        await go(undefined)
        expect([await countStocks(), (await look()).get(COUNT)]).toEqual([0, 1])
        await store.transaction((tx) => tx.in(stocks).save(aStock()))

        await go((draft) => draft.put(COUNT, (draft.get(COUNT) ?? 0) + 1))
        expect([await countStocks(), (await look()).get(COUNT)]).toEqual([0, 2])
      })

      test('keep it from happening when their change throws', async () => {
        const refused = go((draft) => {
          draft.put(COUNT, 2)
          throw new Error('not now')
        })

        await expect(refused).rejects.toThrow('not now')
        expect([await countStocks(), (await look()).get(COUNT)]).toEqual([1, 1])
      })
    })
  })
}
