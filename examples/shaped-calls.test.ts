import { expect, test } from 'wechatpay-mock/vitest'

const SERVICE_ORDER = '/v3/payscore/serviceorder'

test('a pay score order is made, and found again', async ({ wechatpay: { client, control } }) => {
  const order = { out_order_no: 'O1', appid: 'wxd678efh567hg6787', service_id: 'S1', service_introduction: '充电宝' }
  const details = { risk_fund: { name: 'DEPOSIT', amount: 9900 }, time_range: { start_time: '20261129100000' } }
  const body = { ...order, ...details, notify_url: 'https://shop.example.com/payscore' }
  await client.request({ target: SERVICE_ORDER, body })

  // The call is remembered under its number.
  const target = `${SERVICE_ORDER}?out_order_no=O1&service_id=S1&appid=wxd678efh567hg6787`
  expect(await client.request({ target })).toMatchObject({ status: 200, body: { risk_fund: { amount: 9900 } } })

  // A number that no call has told is answered with the error of the page.
  expect(await client.request({ target: target.replace('O1', 'O2') })).toMatchObject({
    status: 404,
    body: { code: 'ORDER_NOT_EXIST' },
  })

  // No rule brings the order to its end: the test says so.
  await control.answer('GET /v3/payscore/serviceorder', { state: 'DONE', total_amount: 500 })
  expect(await client.request({ target })).toMatchObject({ body: { state: 'DONE', total_amount: 500 } })

  // Every documented error can be planned by its code.
  await control.planFault({ operation: 'GET /v3/payscore/serviceorder', error: 'NO_AUTH' })
  expect(await client.request({ target })).toMatchObject({ status: 403, body: { code: 'NO_AUTH' } })
})
