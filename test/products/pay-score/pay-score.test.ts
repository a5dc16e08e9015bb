import { expect, onTestFinished, test } from 'vitest'
import { createMock, type DocumentedAddress, documentedCall } from 'wechatpay-mock'
import { createMerchantClient } from 'wechatpay-mock/vitest'
import { callNamed, sampleRequest } from '../../catalogue/requests.ts'
import { firstProducts } from '../../helpers/first-products.ts'
import { payScore } from './pay-score.ts'

const ORDER = { out_order_no: 'O1', service_id: 'S1', appid: 'wx1' }
const CANCEL = '/v3/payscore/serviceorder/O1/cancel'
const reason = { appid: 'wx1', service_id: 'S1', reason: '用户取消' }
const create = sampleRequest(callNamed('POST /v3/payscore/serviceorder'), ORDER)
const query = { target: `/v3/payscore/serviceorder?${new URLSearchParams(ORDER)}` }

async function aShop() {
  const mock = createMock({ products: [...firstProducts, payScore], seed: 'empty' })
  onTestFinished(() => mock.close())
  const client = createMerchantClient({
    credentials: await mock.control.credentials(),
    send: (request) => mock.handle(request),
  })
  expect(await client.request(create)).toMatchObject({ status: 200, body: { ...ORDER, state: 'CREATED' } })
  return { mock, client }
}

test('a row has a life: the shop makes it, the user confirms it, the shop cancels it', async () => {
  const { mock, client } = await aShop()
  expect(await mock.control.confirmScoreOrder('O1')).toMatchObject({ state: 'DOING' })
  expect(await client.request(query)).toMatchObject({ status: 200, body: { ...ORDER, state: 'DOING' } })

  expect(await client.request({ target: CANCEL, body: reason })).toMatchObject({ status: 200, body: ORDER })
  expect(await mock.control.scoreOrder('O1')).toMatchObject({ state: 'REVOKED' })
  expect(await client.request({ target: CANCEL, body: reason })).toMatchObject({
    status: 400,
    body: { code: 'ORDER_CANCELED', message: '单据已取消' },
  })
  const [refused] = (await mock.control.journal()).slice(-1)
  expect(refused).toMatchObject({ operation: 'cancelScoreOrder', remarks: [{ error: 'cancelled' }] })
})

test('the number that comes again is answered again, and with another body refused', async () => {
  const { client } = await aShop()
  expect(await client.request(create)).toMatchObject({ status: 200, body: ORDER })
  const changed = sampleRequest(callNamed('POST /v3/payscore/serviceorder'), { ...ORDER, service_id: 'S2' })
  expect(await client.request(changed)).toMatchObject({
    status: 400,
    body: { code: 'INVALID_REQUEST' },
  })
})

test('its fields are checked as the page has them, and its errors can be planned', async () => {
  const { mock, client } = await aShop()

  expect(await client.request({ target: CANCEL, body: { appid: 'wx1', service_id: 'S1' } })).toMatchObject({
    status: 400,
    body: { code: 'PARAM_ERROR', message: expect.stringContaining('撤销原因') },
  })
  await mock.control.planFault({ operation: 'cancelScoreOrder', error: 'ORDER_DONE' })
  expect(await client.request({ target: CANCEL, body: reason })).toMatchObject({
    status: 400,
    body: { code: 'ORDER_DONE' },
  })
})

test('its calls are no longer shaped ones', async () => {
  const { mock } = await aShop()

  const { products: served } = await mock.control.overview()
  expect(served.at(-1)).toMatchObject({
    id: 'pay-score',
    operations: ['createScoreOrder', 'queryScoreOrder', 'cancelScoreOrder'],
  })
  const named = (await mock.control.operations()).filter(({ path }) =>
    path.endsWith('serviceorder/{out_order_no}/cancel'),
  )
  expect(named.map(({ id }) => id).toSorted()).toEqual([
    'POST /v3/payscore/partner/serviceorder/{out_order_no}/cancel',
    'cancelScoreOrder',
  ])
})

test('a call that no page has is refused, with the nearest one', () => {
  // The compiler refuses it, too.
  const address = 'POST /v3/payscore/serviceorders/{out_order_no}/cancel' as DocumentedAddress
  expect(() => documentedCall(address, { id: 'one', handle: async () => ({}) })).toThrow(
    'did you mean POST /v3/payscore/serviceorder/{out_order_no}/cancel?',
  )
})
