import { describe, expect } from 'vitest'
import { associateTradeInfo } from '../../src/products/operations.ts'
import { doors, expectRefusal, test } from './doors.ts'

describe.for(doors)('a number is found, %s', (door) => {
  test.override('door', door)

  test('in calls, callbacks and whatever it names', async ({ control, merchant }) => {
    await control.addOrder({ out_trade_no: 'T-1001', state: 'SUCCESS' })
    const { refund_id, out_refund_no } = await control.refundOrder('T-1001', { amount: 1 })
    const body = { stock_id: '100088', coupon_code: 'sxxe34343434', out_trade_no: 'T-1001', out_request_no: 'A1' }
    await merchant.call(associateTradeInfo, body)
    const [call] = await control.journal()
    const { id } = await control.sendNotification({ event_type: 'REFUND.SUCCESS', url: 'http://127.0.0.1:1/' })

    const found = await control.search({ text: ' T-1001 ' })
    expect(found).toMatchObject({
      calls: [{ id: call?.id, operation: 'associateTradeInfo', out_trade_no: 'T-1001' }],
      merchants: [],
    })
    expect(found.things[0]).toMatchObject({ thing: 'orders' })
    expect(found.things.map(({ thing, name }) => [thing, ...name])).toEqual(
      expect.arrayContaining([
        ['coupons', '1900000001', '100088', 'sxxe34343434'],
        ['orders', '1900000001', 'T-1001'],
        ['refunds', '1900000001', out_refund_no],
      ]),
    )
    expect((await control.search({ text: refund_id })).things).toMatchObject([
      { thing: 'refunds', name: ['1900000001', out_refund_no], state: 'PROCESSING' },
    ])
    expect((await control.search({ text: 'SXXE3434' })).things).toMatchObject([{ heading: 'sxxe34343434' }])
    expect((await control.search({ text: id })).callbacks).toMatchObject([{ id, event_type: 'REFUND.SUCCESS' }])
    expect((await control.search({ text: call?.id ?? '' })).calls).toMatchObject([{ id: call?.id }])
    expect((await control.search({ text: '190000' })).merchants).toMatchObject([{ mchid: '1900000001' }])
    expect(await control.search({ text: 'nowhere' })).toEqual({ calls: [], callbacks: [], merchants: [], things: [] })
  })

  test('eight of each at most, and a whole number alone', async ({ control }) => {
    await control.addOrders(Array.from({ length: 30 }, (_, i) => ({ out_trade_no: `T-10${i + 10}` })))
    await control.addOrder({ out_trade_no: 'T-10' })
    await control.addOrders(Array.from({ length: 300 }, (_, i) => ({ out_trade_no: `OTHER${i}` })))

    const headingsOf = async (text: string) => (await control.search({ text })).things.map(({ heading }) => heading)
    expect(await headingsOf('OTHER')).toHaveLength(8)
    expect(await headingsOf('OTHER1')).toEqual(['OTHER1'])
    // Those are not among the newest.
    expect(await headingsOf('T-10')).toEqual(['T-10'])
    expect(await headingsOf('T-1')).toEqual([])
  })

  test('of every merchant, by a key without an index too', async ({ control }) => {
    const other = await control.createMerchant()
    await control.addUser({ openid: 'oNobody', mchid: other.mchid })
    expect((await control.search({ text: 'oNobody' })).things).toMatchObject([{ name: [other.mchid, 'oNobody'] }])
  })

  test('and nothing is asked without one', async ({ control }) => {
    await expectRefusal(control.search({ text: '  ' }), 'MOCK_INPUT', '/query/text')
    await expectRefusal(control.search({ text: 'x'.repeat(201) }), 'MOCK_INPUT', '/query/text')
  })
})
