import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { defineProduct, follow } from '../../src/engine/product.ts'
import { defineTable } from '../../src/engine/state/table.ts'
import { completeOrder, orders } from '../../src/products/payment/orders.ts'
import { createMock } from '../helpers/engine.ts'

const labels = defineTable({
  name: 'labels',
  row: z.strictObject({ mchid: z.string(), out_trade_no: z.string(), at: z.number() }),
  key: ['out_trade_no'],
})

/** A shop that prints a label for each order, and notes which labels it has printed. */
function printing() {
  const printed: string[] = []
  const product = defineProduct({
    id: 'labels',
    title: { en: 'Labels', zh: '面单' },
    operations: [],
    tables: [orders, labels],
    follows: [
      follow(orders, async (tx, { mchid, out_trade_no }, { now }) => {
        if (out_trade_no === 'JAMMED') throw new Error('The printer is jammed.')
        await tx.in(labels).save({ mchid, out_trade_no, at: now })
      }),
      follow(labels, (_, { out_trade_no }) => void printed.push(out_trade_no)),
    ],
  })
  const mock = createMock({ seed: 'empty', products: [product], clock: { now: () => 1_800_000_000_000 } })
  onTestFinished(() => mock.close())
  const place = (out_trade_no: string) =>
    mock.inTurn((tx, now) =>
      tx.in(orders).save(completeOrder({ out_trade_no }, { now, ids: mock.ids, defaultMchid: '1900000001' })),
    )
  const kept = () => mock.inTurn((tx) => Promise.all([tx.in(orders).count(), tx.in(labels).list()]))
  return { place, kept, printed, mock }
}

test('a product goes along with rows of another, and with those of its own that follow', async () => {
  const { place, kept, printed } = printing()
  await place('ORDER_1')

  expect(await kept()).toEqual([1, [{ mchid: '1900000001', out_trade_no: 'ORDER_1', at: 1_800_000_000_000 }]])
  expect(printed).toEqual(['ORDER_1'])
})

test('a change that cannot be followed is undone', async () => {
  const { place, kept, printed } = printing()
  await expect(place('JAMMED')).rejects.toThrow('The printer is jammed.')

  expect(await kept()).toEqual([0, []])
  expect(printed).toEqual([])
})

test('rows of a snapshot are not followed', async () => {
  const { place, kept, printed, mock } = printing()
  await place('ORDER_1')
  await mock.control.restore(await mock.control.world())

  expect(await kept()).toMatchObject([1, [{ out_trade_no: 'ORDER_1' }]])
  expect(printed).toEqual(['ORDER_1'])
})
