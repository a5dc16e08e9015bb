import { describe, expect, onTestFinished, vi } from 'vitest'
import { expectRefusal, json, NOON, refusalOf, test } from './doors.ts'

describe('adding', () => {
  test('an object is answered with an object, and everything that was left out filled in', async ({ request }) => {
    const response = await request('/_mock/orders', json({ out_trade_no: 'A1', total: 5 }))

    expect(response.status).toBe(201)
    expect(await response.json()).toEqual({
      mchid: '1900000001',
      out_trade_no: 'A1',
      state: 'SUCCESS',
      transaction_id: expect.stringMatching(/^42000\d{23}$/),
      description: expect.any(String),
      openid: expect.any(String),
      total: 5,
      create_time: '2026-11-25T10:00:00+08:00',
      success_time: '2026-11-25T11:00:00+08:00',
      trade_type: 'JSAPI',
      currency: 'CNY',
      close_time: '2026-12-02T10:00:00+08:00',
    })
  })

  test('a long list lets others run meanwhile', async ({ control, mock }) => {
    let turns = 0
    let isAdding = false
    const turn = () => {
      turns += 1
      if (isAdding) setImmediate(turn)
    }
    const inTurn = mock.inTurn.bind(mock)
    const spy = vi.spyOn(mock, 'inTurn').mockImplementation((work) =>
      inTurn(async (tx, now) => {
        isAdding = true
        turn()
        const made = await work(tx, now)
        isAdding = false
        return made
      }),
    )
    onTestFinished(() => spy.mockRestore())
    await control.addStocks(Array.from({ length: 5_000 }, (_, i) => ({ stock_id: `${i}` })))

    expect(turns).toBeGreaterThan(3)
  })

  test('a list is answered with a list in its order', async ({ control }) => {
    const made = await control.addCoupons([
      { stock_id: '1', coupon_code: 'A', state: 'USED', use_request_no: 'R1' },
      { stock_id: '1', coupon_code: 'B', state: 'DEACTIVATED' },
      { stock_id: '1', coupon_code: 'C', state: 'EXPIRED' },
      { stock_id: '1', coupon_code: 'D', state: 'DELETED' },
    ])

    expect(made.map(({ coupon_code, state }) => [coupon_code, state])).toEqual([
      ['A', 'USED'],
      ['B', 'DEACTIVATED'],
      ['C', 'EXPIRED'],
      ['D', 'DELETED'],
    ])
    expect(made[0]).toMatchObject({ use_request_no: 'R1', mchid: '1900000001' })
    expect(await control.coupon('1', 'C')).toEqual(made[2])
  })

  test('a batch that is missing is made, once for the list, and one that exists is kept', async ({ control }) => {
    const stock = await control.addStock({ stock_id: '7', stock_name: '七号' })
    await control.addCoupons([
      { stock_id: '7', coupon_code: 'A' },
      { stock_id: '8', coupon_code: 'A' },
      { stock_id: '8', coupon_code: 'B' },
    ])

    const { stocks } = await control.world()
    expect(stocks.find(({ stock_id }) => stock_id === '7')).toMatchObject({ ...stock, sent: { total: 1 } })
    expect(stocks.filter(({ stock_id }) => stock_id === '8')).toHaveLength(1)
  })

  test('the batch decides how long a coupon lasts', async ({ control }) => {
    const time = { available_begin_time: '2026-11-01T00:00:00+08:00', available_end_time: '2026-12-24T00:00:00+08:00' }
    await control.addStock({ stock_id: '7', coupon_use_rule: { coupon_available_time: time } })

    expect((await control.addCoupon({ stock_id: '7' })).expire_time).toBe('2026-12-24T00:00:00+08:00')
  })

  test('the same key again replaces', async ({ control }) => {
    await control.addCoupon({ stock_id: '1', coupon_code: 'A', state: 'USED' })
    await control.addCoupon({ stock_id: '1', coupon_code: 'A', openid: 'o2' })
    await control.addOrder({ out_trade_no: 'T', total: 1 })
    await control.addOrder({ out_trade_no: 'T', total: 2 })
    await control.addStock({ stock_id: '1', stock_name: 'new' })

    expect(await control.coupon('1', 'A')).toMatchObject({ state: 'SENDED', openid: 'o2' })
    const { orders, stocks, coupons } = await control.world()
    expect(orders.filter(({ out_trade_no }) => out_trade_no === 'T')).toMatchObject([{ total: 2 }])
    expect(stocks.filter(({ stock_id }) => stock_id === '1')).toMatchObject([{ stock_name: 'new' }])
    expect(coupons.filter(({ stock_id }) => stock_id === '1')).toHaveLength(1)
  })

  test('a creator need not be a merchant that may call', async ({ control }) => {
    const { mchid } = await control.addCoupon({ mchid: '1900000077', stock_id: '1', coupon_code: 'A' })

    expect(mchid).toBe('1900000077')
    expect((await control.world('1900000077')).stocks).toMatchObject([{ mchid: '1900000077', stock_id: '1' }])
  })

  test('one bad thing in a list keeps the others out, and its place is named', async ({ control }) => {
    const before = await control.world()

    await expectRefusal(
      control.addCoupons([{ stock_id: 'N' }, { expire_time: 'soon' }]),
      'MOCK_INPUT',
      '/1/expire_time',
    )
    // This one only shows once the first is written.
    await expectRefusal(
      control.addCoupons([{ stock_id: 'N' }, { state: 'EXPIRED', expire_time: '2099-01-01T00:00:00+08:00' }]),
      'MOCK_COUPON_STATE',
      '/1/expire_time',
    )
    const times = { available_begin_time: '2026-11-02T00:00:00+08:00', available_end_time: '2026-11-01T00:00:00+08:00' }
    await expectRefusal(
      control.addStocks([{}, { coupon_use_rule: { coupon_available_time: times } }]),
      'MOCK_STOCK_TIMES',
      '/1/coupon_use_rule/coupon_available_time/available_end_time',
    )
    expect(await control.world()).toEqual(before)
  })

  test('a list has 10,000 things at most', async ({ control }) => {
    const orders = Array.from({ length: 10_001 }, (_, i) => ({ out_trade_no: `T${i}` }))

    const refusal = await refusalOf(control.addOrders(orders))
    expect(refusal.code).toBe('MOCK_INPUT')
    expect(refusal.message).toContain('10,000')
    expect(await control.addOrders(orders.slice(1))).toHaveLength(10_000)
  })

  test('times that are left out go by the clock of the mock', async ({ control }) => {
    await control.setClock({ now: new Date(NOON + 3_600_000) })

    expect(await control.addOrder({ state: 'NOTPAY' })).toMatchObject({ create_time: '2026-11-25T11:00:00+08:00' })
  })
})
