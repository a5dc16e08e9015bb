import { describe, expect } from 'vitest'
import type { RefundJson } from '../../../src/products/payment/refunds.ts'
import { doors, expectRefusal, json, test } from '../../control/doors.ts'

const time = '2026-11-25T12:00:00+08:00'
const refund: RefundJson = {
  out_refund_no: 'R1',
  refund_id: '50300000000000000000000000000',
  out_trade_no: 'ORDER_0001',
  transaction_id: '4200001234202611250000000001',
  refund: 40,
  total: 100,
  create_time: time,
  settle_time: time,
  outcome: 'SUCCESS',
}
const coupon = { coupon_id: '109519', scope: 'GLOBAL', type: 'CASH', amount: 30, refund_amount: 10 } as const
const goods_detail = [{ goods_id: 'M1006', quantity: 1, unit_price: 100, discount_amount: 20 }]

describe.for(doors)('seeds of orders and refunds, %s', (door) => {
  test.override('door', door)

  test.for<[what: string, changes: Partial<RefundJson>, code: 'MOCK_REFUND_AMOUNT' | 'MOCK_PROMOTIONS', path: string]>([
    ['gives back more than the total', { refund: 101 }, 'MOCK_REFUND_AMOUNT', '/refund'],
    [
      'gives back more of a coupon than it took off',
      { promotions: [{ ...coupon, refund_amount: 31 }] },
      'MOCK_PROMOTIONS',
      '/promotions',
    ],
    [
      'has coupons that took off more than the total',
      { promotions: [{ ...coupon, amount: 101 }] },
      'MOCK_PROMOTIONS',
      '/promotions',
    ],
    [
      'gives back more of its coupons than it gives back',
      {
        promotions: [
          { ...coupon, refund_amount: 30 },
          { ...coupon, refund_amount: 11 },
        ],
      },
      'MOCK_PROMOTIONS',
      '/promotions',
    ],
  ])('a refund that %s is refused', async ([, changes, code, path], { control }) => {
    const before = await control.world()

    await expectRefusal(control.restore({ refunds: [{ ...refund, ...changes }] }), code, `/refunds/0${path}`)
    expect(await control.world()).toEqual(before)
    await control.restore({ refunds: [{ ...refund, promotions: [coupon] }] })
  })

  test('a refund of an order of nothing is refused', async ({ request }) => {
    const wrong = await request('/_mock/world', json({ refunds: [{ ...refund, refund: 0, total: 0 }] }, 'PUT'))

    expect([wrong.status, await wrong.json()]).toMatchObject([400, { code: 'MOCK_INPUT', path: '/refunds/0/total' }])
  })

  test('an order that can be paid for more than seven days is closed no sooner', async ({ control }) => {
    const [create_time, time_expire] = [time, '2026-12-05T12:00:00+08:00']

    expect(await control.addOrder({ state: 'NOTPAY', create_time, time_expire })).toMatchObject({
      close_time: time_expire,
    })
    expect(
      await control.addOrder({ state: 'NOTPAY', create_time, time_expire: '2026-11-26T12:00:00+08:00' }),
    ).toMatchObject({
      close_time: '2026-12-02T12:00:00+08:00',
    })
  })

  test.for(['NOTPAY', 'CLOSED', 'USERPAYING'] as const)(
    'an order that is %s has no coupons',
    async (state, { control }) => {
      await expectRefusal(control.addOrder({ state, promotions: [{ amount: 1 }] }), 'MOCK_PROMOTIONS', '/promotions')
      expect(await control.addOrder({ state, promotions: [] })).not.toHaveProperty('promotions')
    },
  )

  test('an order or a refund in another currency than CNY is refused, as pages list no other', async ({ request }) => {
    const wrong = await request('/_mock/orders', json({ currency: 'USD' }))
    const world = await request('/_mock/world', json({ refunds: [{ ...refund, currency: 'USD' }] }, 'PUT'))

    expect(await wrong.json()).toMatchObject({ code: 'MOCK_INPUT', path: '/currency' })
    expect(await world.json()).toMatchObject({ code: 'MOCK_INPUT', path: '/refunds/0/currency' })
  })

  test('a coupon for the whole order names no goods', async ({ control, request }) => {
    const wrong = await request('/_mock/orders', json({ promotions: [{ amount: 20, goods_detail }] }))

    expect([wrong.status, await wrong.json()]).toMatchObject([
      400,
      { code: 'MOCK_INPUT', path: '/promotions/0/goods_detail' },
    ])
    await control.addOrder({ promotions: [{ amount: 20, scope: 'SINGLE', goods_detail }] })
  })
})
