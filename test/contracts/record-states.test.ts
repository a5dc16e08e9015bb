import { readFile } from 'node:fs/promises'
import { describe, expect } from 'vitest'
import { recordPact, verifyPacts } from '../../contracts/kit/index.ts'
import { associateTradeInfo } from '../../src/products/operations.ts'
import { LINK, test } from './recording.ts'

describe('states are those that mattered', () => {
  test('an order that nobody asked for is not one', async ({ shop: { control, client }, file }) => {
    await control.changeSettings({ orders: 'known' })
    await control.addOrder({ out_trade_no: LINK.out_trade_no })
    await client.call(associateTradeInfo, LINK)
    await client.call(associateTradeInfo, { ...LINK, coupon_code: 'COUPON_USED', out_request_no: 'R-2' })

    const { added } = await recordPact({ control, file })

    expect(added).toEqual([
      { description: 'links a usable coupon to an order', states: ['a user holds a usable coupon'] },
      { description: 'links a used coupon to an order, and is refused: not_usable', states: ['a coupon is used'] },
    ])
  })

  test('and that orders have to exist is one where an order is missing', async ({
    shop: { control, client },
    file,
  }) => {
    await control.changeSettings({ orders: 'known' })
    await client.call(associateTradeInfo, { ...LINK, out_trade_no: 'UNKNOWN_1' }).catch(() => undefined)

    const { added } = await recordPact({ control, file })

    expect(added).toEqual([
      {
        description: 'links a usable coupon to an order, and is refused: order_unknown',
        states: ['a user holds a usable coupon', 'orders have to exist'],
      },
    ])
    expect(await verifyPacts({ pactFiles: [file] })).toMatchObject({ ok: true })
  })

  test('an order is as it was before the call, also where the call looks at it again', async ({
    shop: { control, client },
    file,
  }) => {
    await control.addOrder({ out_trade_no: 'MCH_1234567', total: 100 })
    await client.request({
      target: '/v3/refund/domestic/refunds',
      body: {
        out_trade_no: 'MCH_1234567',
        out_refund_no: 'R_1234567',
        notify_url: 'https://shop.example.com/refund',
        amount: { refund: 30, total: 100, currency: 'CNY' },
      },
    })

    expect(await recordPact({ control, file })).toMatchObject({
      leftOut: [],
      added: [
        {
          description: 'refunds a paid order, whole or in part, with out_trade_no and notify_url',
          states: ['an order is paid'],
        },
      ],
    })
    expect(await verifyPacts({ pactFiles: [file] })).toMatchObject({ ok: true })
  })
})

test('has one state for a service that is overloaded, whatever the words of its answer', async ({ shop, file }) => {
  const { client, control } = shop
  await control.planFault({ error: 'rate_limited' })
  await client.request({ target: '/v3/pay/transactions/native', body: { mchid: '1900000001' } })

  await recordPact({ control, file })

  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
    interactions: [{ providerStates: [{ name: 'the service is overloaded' }], response: { status: 429 } }],
  })
  expect(await verifyPacts({ pactFiles: [file] })).toMatchObject({ ok: true })
})

test.for([
  ['the merchant certificate has expired', { certificate_state: 'expired' }],
  ['the merchant certificate was revoked', { certificate_state: 'revoked' }],
  ['the merchant certificate was replaced', { certificate_state: 'replaced' }],
  ['the merchant never applied for a certificate', { certificate_state: 'never_applied_for' }],
  ['the merchant has set no APIv3 key', { api_v3_key_set: false }],
] as const)('a merchant that may not call is recorded as: %s', async ([state, change], { file, shop }) => {
  const { control, client } = shop
  await control.changeMerchant('1900000001', change)
  await client.request({ target: '/v3/certificates' })

  const { added, leftOut } = await recordPact({ control, file })

  expect(leftOut).toEqual([])
  expect(added).toMatchObject([{ states: [state] }])
  expect(await verifyPacts({ pactFiles: [file] })).toMatchObject({ ok: true })
})
