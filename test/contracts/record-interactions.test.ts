import { expect } from 'vitest'
import { associateTradeInfo } from '../../src/products/operations.ts'
import { recordPact } from '../../src/traffic/recording/record-pact.ts'
import { createMock } from '../helpers/engine.ts'
import { LINK, pactIn, test } from './recording.ts'

test('has no header field of a signature but the stand-in of a right Authorization, and the whole User-Agent', async ({
  shop,
}) => {
  const agent = 'wechatpay-go/0.2.21 (linux; amd64; go1.24, cgo) shop/1.0'
  await shop.client.request({
    target: '/v3/pay/transactions/native',
    body: {},
    authorization: 'WECHATPAY2-SHA256-RSA2048 x',
  })
  await shop.client.request({
    target: '/v3/pay/transactions/out-trade-no/MCH_0001/close',
    body: { mchid: '1900000001' },
    headers: { 'User-Agent': agent },
  })

  const { added } = await shop.record()

  const { interactions } = await pactIn(shop.file)
  const headersOf = (headers: object) => Object.keys(headers).toSorted()
  expect(
    interactions.map(({ request, response }) => [headersOf(request.headers), headersOf(response.headers)]),
  ).toEqual([
    [['Accept', 'Authorization', 'Content-Type', 'User-Agent'], ['Content-Type']],
    [['Accept', 'Content-Type', 'User-Agent'], ['Content-Type']],
  ])
  expect(interactions[0]?.request.headers).toMatchObject({ 'User-Agent': [agent] })
  await shop.expectVerified()
  expect(added).toHaveLength(2)
})

test('bodies that JSON would change, and paths in Chinese, verify as they were sent', async ({ shop }) => {
  const raw = (body: string) =>
    shop.client.request({ target: associateTradeInfo.path, body, headers: { 'Content-Type': 'application/json' } })
  await raw('{"stock_id":"券\\/1","n":1.0,"big":12345678901234567890}')
  await raw('{"stock_id":"券\\/1","coupon_code":"C"}')
  await raw('{no json')
  await shop.control.addCoupon({ stock_id: '1', coupon_code: '券1', openid: 'a b/c' })
  await shop.client.request({
    target: `/v3/marketing/busifavor/users/${encodeURIComponent('a b/c')}/coupons/${encodeURIComponent('券1')}/appids/wx1`,
    wechatpaySerial: 'public-key',
  })
  await shop.control.changeSettings({ key_mode: 'public-key' })
  await shop.client.request({ target: '/v3/certificates?algorithm_type=ALL', signed: true })

  const { added, leftOut } = await shop.record()

  expect({ added: added.length, leftOut }).toEqual({ added: 5, leftOut: [] })
  await shop.expectVerified()
})

test('members with the names of what every object has are recorded like any other', async ({ shop }) => {
  for (const name of ['__proto__', 'constructor', 'toString']) {
    await shop.client.request({
      target: `${associateTradeInfo.path}?${name}=x`,
      body: `{"stock_id":"100088","${name}":"x"}`,
      headers: { 'Content-Type': 'application/json' },
    })
  }

  expect(await shop.record()).toMatchObject({ leftOut: [], added: [{}] })
  await shop.expectVerified()
})

test('a list of several things is agreed on by its shape, and needs one of them', async ({ shop }) => {
  const openid = 'oOfSeveralCoupons'
  await shop.control.addCoupons(
    ['0', '1', '2'].map((number) => ({ stock_id: '100088', coupon_code: `SEVERAL_${number}`, openid })),
  )
  const { body } = await shop.client.request({
    target: `/v3/marketing/busifavor/users/${openid}/coupons?appid=wx1234567889999&creator_merchant=1900000001`,
  })
  expect(body).toMatchObject({ total_count: 3 })

  const { added, leftOut } = await shop.record()

  expect({ leftOut, states: added.map(({ states }) => states.length) }).toEqual({ leftOut: [], states: [1] })
  await shop.expectVerified()
})

test('the same call is tried out once, however often it was made', async ({ shop }) => {
  const call = (i: number) =>
    shop.client
      .call(associateTradeInfo, { ...LINK, coupon_code: `NO_SUCH_${i}_`, out_request_no: `REQUEST_${i}_` })
      .catch(() => undefined)
  const triesToRecord = async () => {
    let tries = 0
    await recordPact({ control: shop.control, file: shop.file }, (options) => {
      const mock = createMock(options)
      const handle = (request: Parameters<typeof mock.handle>[0]) => {
        tries++
        return mock.handle(request)
      }
      return { control: mock.control, handle }
    })
    return tries
  }
  await call(0)
  const triesOfOne = await triesToRecord()
  for (let i = 1; i < 20; i++) await call(i)

  expect(await triesToRecord()).toBe(triesOfOne)
})

test('a repeat of a use, and what follows it, verify at once', async ({ shop }) => {
  const { stock_id, coupon_code } = LINK
  const use = { stock_id, coupon_code, appid: 'wx1234567889999', use_time: '2026-01-05T10:00:00+08:00' }
  const coupons = '/v3/marketing/busifavor/coupons'
  const call = async (target: string, body: object) => {
    expect(await shop.client.request({ target: `${coupons}/${target}`, body })).toMatchObject({ status: 200 })
  }
  for (const _ of [1, 2]) await call('use', { ...use, use_request_no: 'U-1' })
  await call('return', { stock_id, coupon_code, return_request_no: 'B-1' })
  await call('deactivate', { stock_id, coupon_code, deactivate_request_no: 'D-1' })

  const { added, leftOut } = await shop.record({ consumer: 'returning-shop' })

  expect(leftOut).toEqual([])
  expect(added.map(({ description }) => description)).toEqual([
    'gives a used coupon back',
    'makes a usable coupon void',
    'redeems a coupon with a request number that was used, with stock_id',
    'redeems a usable coupon, with stock_id',
  ])
  await shop.expectVerified()
})
