import { expect, onTestFinished, test } from 'vitest'
import { createMock, type DocumentedAddress, documentedCall } from 'wechatpay-mock'
import { createMerchantClient } from 'wechatpay-mock/vitest'
import { firstProducts } from '../../helpers/first-products.ts'
import { payScore } from './cancel-service-order.ts'

const CANCEL = '/v3/payscore/serviceorder/O1/cancel'

async function aShop() {
  const mock = createMock({ products: [...firstProducts, payScore], seed: 'empty' })
  onTestFinished(() => mock.close())
  const client = createMerchantClient({
    credentials: await mock.control.credentials(),
    send: (request) => mock.handle(request),
  })
  const order = {
    out_order_no: 'O1',
    appid: 'wx1',
    service_id: 'S1',
    service_introduction: '充电',
    notify_url: 'https://shop.example.com',
  }
  const whole = { ...order, risk_fund: { name: 'DEPOSIT', amount: 100 }, time_range: { start_time: '20261129100000' } }
  expect(await client.request({ target: '/v3/payscore/serviceorder', body: whole })).toMatchObject({ status: 200 })
  return { mock, client }
}

test('a documented call follows its own rules, in the shape of its page', async () => {
  const { mock, client } = await aShop()
  const body = { appid: 'wx1', service_id: 'S1', reason: '用户取消' }

  expect(await client.request({ target: CANCEL, body })).toMatchObject({
    status: 200,
    body: { out_order_no: 'O1', service_id: 'S1', appid: 'wx1' },
  })
  expect(await client.request({ target: CANCEL, body })).toMatchObject({
    status: 400,
    body: { code: 'ORDER_CANCELED', message: '单据已取消' },
  })
  const [refused] = (await mock.control.journal()).slice(-1)
  expect(refused).toMatchObject({ operation: 'cancelServiceOrder', remarks: [{ error: 'cancelled' }] })
})

test('its fields are checked as the page has them, and its errors can be planned', async () => {
  const { mock, client } = await aShop()

  expect(await client.request({ target: CANCEL, body: { appid: 'wx1', service_id: 'S1' } })).toMatchObject({
    status: 400,
    body: { code: 'PARAM_ERROR', message: expect.stringContaining('撤销原因') },
  })
  await mock.control.planFault({ operation: 'cancelServiceOrder', error: 'ORDER_DONE' })
  const body = { appid: 'wx1', service_id: 'S1', reason: '用户取消' }
  expect(await client.request({ target: CANCEL, body })).toMatchObject({ status: 400, body: { code: 'ORDER_DONE' } })
})

test('the call is no longer one of the shaped ones', async () => {
  const { mock } = await aShop()

  const { products: served } = await mock.control.overview()
  expect(served.at(-1)).toMatchObject({ id: 'pay-score', operations: ['cancelServiceOrder'] })
  const named = (await mock.control.operations()).filter(({ path }) =>
    path.endsWith('serviceorder/{out_order_no}/cancel'),
  )
  expect(named.map(({ id }) => id).toSorted()).toEqual([
    'POST /v3/payscore/partner/serviceorder/{out_order_no}/cancel',
    'cancelServiceOrder',
  ])
})

test('a call that no page has is refused, with the nearest one', () => {
  // The compiler refuses it, too.
  const address = 'POST /v3/payscore/serviceorders/{out_order_no}/cancel' as DocumentedAddress
  expect(() => documentedCall(address, { id: 'one', handle: async () => ({}) })).toThrow(
    'did you mean POST /v3/payscore/serviceorder/{out_order_no}/cancel?',
  )
})
