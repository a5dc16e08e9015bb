import { describe, expect, test } from 'vitest'
import type { Store, Transaction } from '../../src/engine/state/store.ts'
import { type Place, placeOf } from '../../src/engine/state/table.ts'
import type { UploadedCode } from '../../src/products/merchant-coupon/codes.ts'
import { codes, withStatus } from '../../src/products/merchant-coupon/codes.ts'

const ALICE = '1900000001'
const BOB = '1900000002'
const CAROL = '1900000003'
const STOCK = '100088'
const AVAILABLE = withStatus('AVAILABLE', STOCK)

const aCode = (position: number, overrides: Partial<UploadedCode> = {}): UploadedCode => ({
  mchid: ALICE,
  stock_id: STOCK,
  code: `C${position}`,
  upload_time: 1_795_572_000_000,
  position,
  ...overrides,
})

const dispatched = { dispatched_time: 1_795_572_060_000 }

const named = (rows: readonly UploadedCode[]) => rows.map(({ code }) => code)

/** A list, a text, and the codes that it files under that text. */
type Looked = readonly [list: 'ofStock' | 'byStatus', among: string, fits: (code: UploadedCode) => boolean]

/** Takes the next code, as sending a coupon does. */
async function take(tx: Transaction): Promise<string | undefined> {
  const [next] = await tx.in(codes).page('byStatus', AVAILABLE, { owner: ALICE, limit: 1 })
  if (next) await tx.in(codes).save({ ...next, ...dispatched })
  return next?.code
}

/** All rows of a list, read in small pages. */
async function readAll(tx: Transaction, list: 'ofStock' | 'byStatus', among: string, owner?: string) {
  const read: UploadedCode[] = []
  let after: Place | undefined
  for (;;) {
    const rows = await tx.in(codes).page(list, among, { owner, after, limit: 3 })
    read.push(...rows)
    const last = rows.at(-1)
    if (last === undefined) return read
    after = placeOf(codes, list, last)
  }
}

/**
 * Tests the sorted lists of a store. `makeStore` makes a new, empty one each time.
 *
 * @param name for the titles
 */
export function sortedSuite(name: string, makeStore: () => Promise<Store>): void {
  describe(`${name}: sorted lists`, () => {
    test('an empty one has no page and no rows', async () => {
      const store = await makeStore()

      const read = await store.transaction(async (tx) => [
        await tx.in(codes).page('ofStock', STOCK, { limit: 9 }),
        await tx.in(codes).page('ofStock', STOCK, { owner: ALICE, offset: 2, limit: 9 }),
        await tx.in(codes).countAmong('ofStock', STOCK),
      ])

      expect(read).toEqual([[], [], 0])
    })

    test('rows come in order, of equal ones by owner and key, and only those under the text', async () => {
      const store = await makeStore()
      await store.replace({
        codes: [
          aCode(10),
          aCode(9),
          aCode(2, { mchid: BOB }),
          aCode(2, { code: 'B' }),
          aCode(2, { code: 'A' }),
          aCode(1, { stock_id: '1000880' }),
          aCode(1, { stock_id: '10008' }),
        ],
      })

      await store.transaction(async (tx) => {
        const all = await tx.in(codes).page('ofStock', STOCK, { limit: 9 })
        expect(all.map(({ mchid, code }) => [mchid, code])).toEqual([
          [ALICE, 'A'],
          [ALICE, 'B'],
          [BOB, 'C2'],
          [ALICE, 'C9'],
          [ALICE, 'C10'],
        ])
        expect(named(await tx.in(codes).page('ofStock', STOCK, { owner: ALICE, limit: 2 }))).toEqual(['A', 'B'])
        expect(named(await tx.in(codes).page('ofStock', STOCK, { owner: ALICE, offset: 1, limit: 2 }))).toEqual([
          'B',
          'C9',
        ])
        expect(named(await tx.in(codes).page('ofStock', STOCK, { offset: 2, limit: 2 }))).toEqual(['C2', 'C9'])
        expect(await tx.in(codes).countAmong('ofStock', STOCK)).toBe(5)
        expect(await tx.in(codes).countAmong('ofStock', STOCK, ALICE)).toBe(4)
        expect(await tx.in(codes).page('ofStock', STOCK, { owner: CAROL, limit: 9 })).toEqual([])
      })
    })

    test('a page begins behind a place, whether or not its row is still there', async () => {
      const store = await makeStore()
      await store.replace({ codes: [1, 2, 3, 4].map((position) => aCode(position)) })
      const after = placeOf(codes, 'ofStock', aCode(2))
      await store.transaction((tx) => tx.in(codes).delete(ALICE, STOCK, 'C2'))
      const behind = (stretch: { owner?: string; offset?: number; after?: Place }) =>
        store.transaction(async (tx) =>
          named(await tx.in(codes).page('ofStock', STOCK, { after, limit: 9, ...stretch })),
        )

      expect(await behind({})).toEqual(['C3', 'C4'])
      expect(await behind({ owner: ALICE })).toEqual(['C3', 'C4'])
      expect(await behind({ owner: ALICE, offset: 1 })).toEqual(['C4'])
      // Rows of others at the same text to sort by are before or behind, as their owners are.
      const of = (mchid: string) => ({ after: placeOf(codes, 'ofStock', aCode(3, { mchid })) })
      expect(await behind(of('1900000000'))).toEqual(['C3', 'C4'])
      expect(await behind(of(BOB))).toEqual(['C4'])
    })

    test('the first row is the next one each time, in a seed that is used up', async () => {
      const store = await makeStore()
      await store.replace({ codes: [3, 1, 2].map((position) => aCode(position)) })
      await store.transaction((tx) => tx.in(codes).save(aCode(4)))

      const taken = []
      for (let i = 0; i < 5; i++) taken.push(await store.transaction(take))

      expect(taken).toEqual(['C1', 'C2', 'C3', 'C4', undefined])
      await store.reset()
      expect(await store.transaction(take)).toBe('C1')
    })

    test('concurrent transactions take each row once', async () => {
      const store = await makeStore()
      await store.replace({ codes: Array.from({ length: 20 }, (_, i) => aCode(i)) })

      const taken = await Promise.all(Array.from({ length: 25 }, () => store.transaction(take)))

      const given = taken.filter((code) => code !== undefined)
      expect(given).toHaveLength(20)
      expect(new Set(given).size).toBe(20)
    })

    test('a transaction sees its own rows in their places, and nobody else does', async () => {
      const store = await makeStore()
      await store.replace({ codes: [1, 2, 3, 4].map((position) => aCode(position * 10)) })
      let release: () => void = () => {}
      const held = new Promise<void>((resolve) => {
        release = resolve
      })
      const written = store.transaction(async (tx) => {
        await tx.in(codes).save(aCode(15))
        await tx.in(codes).save(aCode(35, { mchid: BOB }))
        await tx.in(codes).save(aCode(99, { code: 'C20' }))
        await tx.in(codes).save({ ...aCode(30), ...dispatched })
        await tx.in(codes).delete(ALICE, STOCK, 'C10')
        await held
        expect(named(await readAll(tx, 'ofStock', STOCK))).toEqual(['C15', 'C30', 'C35', 'C40', 'C20'])
        expect(named(await readAll(tx, 'byStatus', AVAILABLE, ALICE))).toEqual(['C15', 'C40', 'C20'])
        expect(named(await tx.in(codes).page('ofStock', STOCK, { owner: ALICE, offset: 1, limit: 2 }))).toEqual([
          'C30',
          'C40',
        ])
        expect(named(await tx.in(codes).page('ofStock', STOCK, { offset: 1, limit: 2 }))).toEqual(['C30', 'C35'])
        expect(await tx.in(codes).countAmong('ofStock', STOCK)).toBe(5)
        expect(await tx.in(codes).countAmong('byStatus', AVAILABLE, ALICE)).toBe(3)
        throw new Error('given up')
      })
      const other = store.transaction(async (tx) => named(await readAll(tx, 'ofStock', STOCK)))
      release()

      await expect(written).rejects.toThrow('given up')
      expect(await other).toEqual(['C10', 'C20', 'C30', 'C40'])
    })

    test('a reset of one merchant brings back the list of that one only', async () => {
      const store = await makeStore()
      const both = (position: number) => [aCode(position), aCode(position, { mchid: BOB })]
      await store.replace({ codes: [1, 2].flatMap(both) })
      await store.transaction(async (tx) => {
        for (const owner of [ALICE, BOB]) await tx.in(codes).delete(owner, STOCK, 'C1')
        for (const mchid of [ALICE, BOB, CAROL]) await tx.in(codes).save(aCode(3, { mchid }))
      })
      await store.reset(ALICE)
      await store.reset(CAROL)

      const left = await store.transaction((tx) => readAll(tx, 'ofStock', STOCK))
      expect(left.map(({ mchid, code }) => `${mchid} ${code}`)).toEqual([
        `${ALICE} C1`,
        `${ALICE} C2`,
        `${BOB} C2`,
        `${BOB} C3`,
      ])
      // Dropped by the reset, the rows are not counted either, and the next change does not bring them back.
      await store.transaction((tx) => tx.in(codes).save(aCode(9)))
      await store.transaction(async (tx) => {
        expect(await tx.in(codes).countAmong('ofStock', STOCK)).toBe(5)
        expect(await tx.in(codes).countAmong('ofStock', STOCK, ALICE)).toBe(3)
        expect(await tx.in(codes).countAmong('ofStock', STOCK, CAROL)).toBe(0)
      })
    })

    test('texts are in the order of their code points in every store', async () => {
      const store = await makeStore()
      const texts = ['a', 'B', 'b c', 'b', '券', '😀', '\uff01', '%', '\\', '~', 'a\u0001', 'ab']
      await store.replace({ codes: texts.slice(6).map((code) => aCode(1, { code })) })
      await store.transaction(async (tx) => {
        for (const code of texts.slice(0, 6)) await tx.in(codes).save(aCode(1, { code }))
      })

      const expected = ['%', 'B', '\\', 'a', 'a\u0001', 'ab', 'b', 'b c', '~', '券', '\uff01', '😀']
      expect(named(await store.transaction((tx) => readAll(tx, 'ofStock', STOCK)))).toEqual(expected)
      expect(named(await store.transaction((tx) => readAll(tx, 'ofStock', STOCK, ALICE)))).toEqual(expected)
    })

    test('whatever happens, pages and counts are those of all rows, filtered and sorted', async () => {
      const store = await makeStore()
      const next = randomSource(20_261_127)
      const pick = <Value>(from: readonly [Value, ...Value[]]): Value => from[next(from.length)] ?? from[0]
      const owner = () => pick([ALICE, BOB, CAROL])
      const anyCode = (): UploadedCode =>
        aCode(next(12), {
          mchid: owner(),
          code: `C${next(20)}`,
          ...(next(3) === 0 && dispatched),
          ...(next(5) === 0 && { stock_id: '100089' }),
        })
      const check = async (tx: Transaction) => {
        const whose = pick([undefined, ALICE, BOB, CAROL])
        const [list, among, fits] = pick<Looked>([
          ['ofStock', STOCK, () => true],
          ['byStatus', AVAILABLE, ({ dispatched_time }) => dispatched_time === undefined],
          ['byStatus', withStatus('DISPATCHED', STOCK), ({ dispatched_time }) => dispatched_time !== undefined],
        ])
        const all = (await tx.in(codes).list(whose)).filter((code) => code.stock_id === STOCK && fits(code))
        const sorted = all.toSorted(
          (a, b) => a.position - b.position || compare(a.mchid, b.mchid) || compare(a.code, b.code),
        )
        expect(await tx.in(codes).countAmong(list, among, whose)).toBe(sorted.length)
        const [offset, limit, from] = [next(5), 1 + next(6), next(sorted.length + 1)]
        const before = sorted[from - 1]
        const after = before && placeOf(codes, list, before)
        expect(await tx.in(codes).page(list, among, { owner: whose, after, offset, limit })).toEqual(
          sorted.slice(from + offset, from + offset + limit),
        )
      }

      for (let step = 0; step < 150; step++) {
        const kind = next(20)
        if (kind === 0) await store.replace({ codes: Array.from({ length: 40 }, anyCode) })
        else if (kind === 1) await store.reset()
        else if (kind === 2) await store.reset(owner())
        else {
          const work = async (tx: Transaction) => {
            for (let i = next(4); i > 0; i--) {
              const code = anyCode()
              if (next(3) === 0) await tx.in(codes).delete(code.mchid, code.stock_id, code.code)
              else await tx.in(codes).save(code)
            }
            await check(tx)
            if (kind === 3) throw new Error('given up')
          }
          await store.transaction(work).catch((error: unknown) => {
            if (!(error instanceof Error) || error.message !== 'given up') throw error
          })
        }
        await store.transaction(check)
      }
    })
  })
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Whole numbers below a bound, the same ones in each run. */
function randomSource(seed: number): (bound: number) => number {
  let state = seed
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * bound)
  }
}
