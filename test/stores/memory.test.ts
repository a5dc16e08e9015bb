import { expect, test } from 'vitest'
import { coupons } from '../../src/products/merchant-coupon/coupons.ts'
import { stocks } from '../../src/products/merchant-coupon/stocks.ts'
import { MemoryStore } from '../../src/stores/memory.ts'
import { TABLES } from '../helpers/tables.ts'
import { aCoupon, aStock } from '../products/merchant-coupon/rules/builders.ts'
import { documentsSuite } from './documents-suite.ts'
import { sortedSuite } from './sorted-suite.ts'
import { storeSuite } from './store-suite.ts'

storeSuite('the store in memory', async () => new MemoryStore(TABLES))
sortedSuite('the store in memory', async () => new MemoryStore(TABLES))
documentsSuite('a store in memory', async () => new MemoryStore(TABLES))

test('a seed can be given at the start', async () => {
  const seed = { stocks: [aStock()], coupons: [aCoupon()], orders: [], requests: [] }
  const store = new MemoryStore(TABLES, seed)
  await store.transaction((tx) => tx.in(coupons).save(aCoupon({ state: 'USED' })))
  await store.reset()

  expect(await store.transaction((tx) => tx.in(coupons).list())).toEqual(seed.coupons)
  expect(await store.transaction((tx) => tx.in(stocks).list())).toEqual(seed.stocks)
})

test.for(['reset', 'replace'] as const)('%s takes its turn between transactions', async (change) => {
  const store = new MemoryStore(TABLES)
  const before = store.transaction(async (tx) => {
    await new Promise((resolve) => setTimeout(resolve, 5))
    await tx.in(stocks).save(aStock({ stock_id: 'before' }))
  })
  const changed =
    change === 'reset' ? store.reset() : store.replace({ stocks: [], coupons: [], orders: [], requests: [] })
  const after = store.transaction((tx) => tx.in(stocks).save(aStock({ stock_id: 'after' })))
  await Promise.all([before, changed, after])

  const saved = await store.transaction((tx) => tx.in(stocks).list())
  expect(saved.map(({ stock_id }) => stock_id)).toEqual(['after'])
})

test('what a transaction writes after its end is not kept', async () => {
  const store = new MemoryStore(TABLES)
  const late = await store.transaction((tx) => ({ tx }))
  await late.tx.in(stocks).save(aStock())

  expect(await store.transaction((tx) => tx.in(stocks).list())).toEqual([])
})
