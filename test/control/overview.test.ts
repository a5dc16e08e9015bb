import { expect, test } from 'vitest'
import { catalogueIndex } from '../../src/catalogue/facts-of.ts'
import { nameOfEvent } from '../../src/engine/callbacks/event.ts'
import { createMock } from '../../src/index.ts'
import { events } from '../../src/products/events.ts'
import { operations } from '../helpers/operations.ts'

const { control } = createMock()
const SCORE = { id: 'payscore', title: { en: 'WeChat Pay Score', zh: '微信支付分' } }

test('every call says whether rules stand behind it, and whose it is', async () => {
  const served = await control.operations()

  expect(served.map(({ id, served }) => ({ id, served }))).toEqual(
    operations.map(({ id, shaped }) => ({ id, served: shaped ? 'shaped' : 'simulated' })),
  )
  expect(served.find(({ id }) => id === 'GET /v3/payscore/serviceorder')).toMatchObject({ product: SCORE })
  expect(served.find(({ id }) => id === 'associateTradeInfo')).toMatchObject({ product: { id: 'merchant-coupon' } })
})

test('shaped calls and events stand under the products that they are documented of, once each', async () => {
  const { products } = await control.overview()

  const shaped = operations.filter((operation) => operation.shaped)
  const own = products.flatMap((product) => product.operations)
  const parts = products.flatMap((product) => product.parts ?? [])
  expect(own.toSorted()).toEqual(operations.flatMap(({ id, shaped }) => (shaped ? [] : [id])).toSorted())
  expect(parts.flatMap((part) => part.operations).toSorted()).toEqual(shaped.map(({ id }) => id).toSorted())
  expect(parts.flatMap((part) => part.events).toSorted()).toEqual(
    events.flatMap((event) => (event.shaped ? [nameOfEvent(event)] : [])).toSorted(),
  )
  const order = catalogueIndex.products.map(({ id }) => id)
  expect(parts.map(({ id }) => id)).toEqual(order.filter((id) => parts.some((part) => part.id === id)))
  expect(parts).toContainEqual({
    ...SCORE,
    operations: expect.arrayContaining(['GET /v3/payscore/serviceorder']),
    events: ['PAYSCORE.USER_CONFIRM', 'PAYSCORE.USER_PAID'],
  })
})
