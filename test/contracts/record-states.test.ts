import { readFile } from 'node:fs/promises'
import { describe, expect } from 'vitest'
import { associateTradeInfo } from '../../src/products/operations.ts'
import { LINK, test } from './recording.ts'

describe('states are those that mattered', () => {
  test('an order that nobody asked for is not one', async ({ shop }) => {
    await shop.control.changeSettings({ orders: 'known' })
    await shop.control.addOrder({ out_trade_no: LINK.out_trade_no })
    await shop.client.call(associateTradeInfo, LINK)
    await shop.client.call(associateTradeInfo, { ...LINK, coupon_code: 'COUPON_USED', out_request_no: 'R-2' })

    const { added } = await shop.record()

    expect(added).toEqual([
      { description: 'links a usable coupon to an order', states: ['a user holds a usable coupon'] },
      { description: 'links a used coupon to an order, and is refused: not_usable', states: ['a coupon is used'] },
    ])
  })

  test('and that orders have to exist is one where an order is missing', async ({ shop }) => {
    await shop.control.changeSettings({ orders: 'known' })
    await shop.client.call(associateTradeInfo, { ...LINK, out_trade_no: 'UNKNOWN_1' }).catch(() => undefined)

    const { added } = await shop.record()

    expect(added).toEqual([
      {
        description: 'links a usable coupon to an order, and is refused: order_unknown',
        states: ['a user holds a usable coupon', 'orders have to exist'],
      },
    ])
    await shop.expectVerified()
  })

  test('an order is as it was before the call, also where the call looks at it again', async ({ shop }) => {
    await shop.control.addOrder({ out_trade_no: 'MCH_1234567', total: 100 })
    await shop.client.request({
      target: '/v3/refund/domestic/refunds',
      body: {
        out_trade_no: 'MCH_1234567',
        out_refund_no: 'R_1234567',
        notify_url: 'https://shop.example.com/refund',
        amount: { refund: 30, total: 100, currency: 'CNY' },
      },
    })

    expect(await shop.record()).toMatchObject({
      leftOut: [],
      added: [
        {
          description: 'refunds a paid order, whole or in part, with out_trade_no and notify_url',
          states: ['an order is paid'],
        },
      ],
    })
    await shop.expectVerified()
  })
})

test('has one state for a service that is overloaded, whatever the words of its answer', async ({ shop }) => {
  await shop.control.planFault({ error: 'rate_limited' })
  await shop.client.request({ target: '/v3/pay/transactions/native', body: { mchid: '1900000001' } })

  await shop.record()

  expect(JSON.parse(await readFile(shop.file, 'utf8'))).toMatchObject({
    interactions: [{ providerStates: [{ name: 'the service is overloaded' }], response: { status: 429 } }],
  })
  await shop.expectVerified()
})

test.for([
  ['the merchant certificate has expired', { certificate_state: 'expired' }],
  ['the merchant certificate was revoked', { certificate_state: 'revoked' }],
  ['the merchant certificate was replaced', { certificate_state: 'replaced' }],
  ['the merchant never applied for a certificate', { certificate_state: 'never_applied_for' }],
  ['the merchant has set no APIv3 key', { api_v3_key_set: false }],
] as const)('a merchant that may not call is recorded as: %s', async ([state, change], { shop }) => {
  await shop.control.changeMerchant('1900000001', change)
  await shop.client.request({ target: '/v3/certificates' })

  const { added, leftOut } = await shop.record()

  expect(leftOut).toEqual([])
  expect(added).toMatchObject([{ states: [state] }])
  await shop.expectVerified()
})
