import { expect, test } from 'vitest'
import { accessByAccess } from '../../src/engine/state/store.ts'
import { ALL } from '../../src/engine/state/table.ts'
import { orders } from '../../src/products/payment/orders.ts'
import { MemoryStore } from '../../src/stores/memory.ts'
import { anOrder } from '../products/merchant-coupon/rules/builders.ts'

test('every access is a transaction of its own, and sees what others did before it', async () => {
  const store = new MemoryStore([orders])
  const rows = accessByAccess(store).in(orders)
  const order = anOrder()

  await store.transaction((tx) => tx.in(orders).save(order))
  expect(await rows.find(order.mchid, order.out_trade_no)).toEqual(order)
  expect(await rows.where('out_trade_no', order.out_trade_no)).toEqual([order])
  expect(await rows.list()).toEqual([order])
  expect(await rows.page('newest', ALL, { limit: 2 })).toEqual([order])
  expect(await rows.countAmong('newest', ALL)).toBe(1)

  await rows.save(anOrder({ out_trade_no: 'ORDER-2' }))
  expect(await store.transaction((tx) => tx.in(orders).count())).toBe(2)
  await rows.delete(order.mchid, order.out_trade_no)
  expect(await rows.count()).toBe(1)
})
