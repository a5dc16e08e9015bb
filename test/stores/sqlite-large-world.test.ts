import { copyFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { coupons } from '../../src/products/merchant-coupon/coupons.ts'
import { examine } from '../../src/stores/sqlite/checksums.ts'
import { SqliteStore } from '../../src/stores/sqlite.ts'
import { TABLES } from '../helpers/tables.ts'
import { aCoupon, aStock } from '../products/merchant-coupon/rules/builders.ts'
import { aDataFile } from './data-files.ts'

const MANY = 3_500

function worldOf(prefix: string, count = MANY) {
  return {
    stocks: [aStock()],
    coupons: Array.from({ length: count }, (_, i) => aCoupon({ coupon_code: `${prefix}-${i}` })),
  }
}

/** How many coupons there are, and the first of their codes. */
function seen(store: SqliteStore) {
  return store.transaction(async (tx) => {
    const all = await tx.in(coupons).list()
    return { count: all.length, first: all[0]?.coupon_code }
  })
}

/** The names of the tables that a file has beside its layers. */
function stagedIn(file: string): unknown[] {
  const database = new DatabaseSync(file)
  examine(database, true)
  const names = database.prepare("SELECT name FROM sqlite_schema WHERE name LIKE 'next%' AND type = 'table'").all()
  database.close()
  return names
}

test('calls go on while a large world is written, and see all of it at once', async () => {
  const store = await SqliteStore.open(await aDataFile(), TABLES)
  await store.replace(worldOf('old', 2))
  let isOver = false
  const replaced = store.replace(worldOf('new')).finally(() => {
    isOver = true
  })
  const counts = new Set<number>()
  let served = 0
  while (!isOver) {
    await store.transaction((tx) => tx.in(coupons).save(aCoupon({ coupon_code: 'between' })))
    counts.add((await seen(store)).count)
    served++
    await new Promise((resolve) => setImmediate(resolve))
  }
  await replaced

  expect(served).toBeGreaterThan(5)
  // The last one may have been saved after the world took its place.
  expect([...counts].every((count) => [3, MANY, MANY + 1].includes(count))).toBe(true)
  expect(await seen(store)).toMatchObject({ first: expect.stringMatching(/^new|^between/) })
  await store.close()
})

test('a process that ends while it writes a large world leaves the old one', async () => {
  const [file, copy] = [await aDataFile(), await aDataFile()]
  const store = await SqliteStore.open(file, TABLES)
  await store.replace(worldOf('old', 2))
  const replaced = store.replace(worldOf('new'))
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve))
  const during = await seen(store)
  // At once, so that nothing is written meanwhile.
  for (const end of ['', '-wal']) copyFileSync(file + end, copy + end)
  await replaced
  await store.close()
  expect(during).toEqual({ count: 2, first: 'old-0' })

  const survivor = await SqliteStore.open(copy, TABLES)
  expect(await seen(survivor)).toEqual({ count: 2, first: 'old-0' })
  await survivor.close()
  expect(stagedIn(copy)).toEqual([])
})

test('one large world after another takes the place of the seed', async () => {
  const file = await aDataFile()
  let store = await SqliteStore.open(file, TABLES)
  for (const prefix of ['a', 'b', 'c']) {
    await store.replace(worldOf(prefix))
    expect(await seen(store)).toEqual({ count: MANY, first: `${prefix}-0` })
    await store.close()
    expect(stagedIn(file)).toEqual([])
    store = await SqliteStore.open(file, TABLES)
  }
  await store.transaction((tx) => tx.in(coupons).save(aCoupon({ coupon_code: 'c-0', state: 'USED' })))
  await store.reset()
  expect(await seen(store)).toEqual({ count: MANY, first: 'c-0' })
  await store.close()
})

test('a large world that cannot be written leaves nothing behind', async () => {
  const file = await aDataFile()
  const store = await SqliteStore.open(file, TABLES)
  await store.replace(worldOf('old', 2))
  const { coupons: rows, stocks } = worldOf('new')
  const broken = { ...aCoupon({ coupon_code: 'broken' }), toJSON: () => expect.unreachable('a row that has no JSON') }
  await expect(store.replace({ stocks, coupons: [...rows, broken] })).rejects.toThrow('a row that has no JSON')

  expect(await seen(store)).toEqual({ count: 2, first: 'old-0' })
  await store.close()
  expect(stagedIn(file)).toEqual([])
})
