import { describe, expect } from 'vitest'
import { createRefund, createStock, jsapiPrepay } from '../../src/products/operations.ts'
import { formatInstant, parseInstant } from '../../src/wire/protocol/instant.ts'
import { LAST_INSTANT } from '../../src/wire/shared/china-time.ts'
import { save } from '../helpers/save-callback.ts'
import { anAvailableTime, aStockRequest, aUseRule } from '../helpers/stock-request.ts'
import { expectRefusal, test } from './doors.ts'

const END = '9999-12-31T23:59:59+08:00'
const order = {
  appid: 'wxd678efh567hg6787',
  mchid: '1900000001',
  description: '测试商品',
  notify_url: 'https://shop.example.com/pay/notify',
  amount: { total: 100 },
  payer: { openid: 'oUser' },
}

test('the last instant is the last that is read, and is written in four digits', () => {
  expect(parseInstant('9999-12-31T23:59:59.999+08:00')).toBe(LAST_INSTANT)
  expect(parseInstant('9999-12-31T16:00:00Z')).toBeUndefined()
  expect(formatInstant(LAST_INSTANT)).toBe(END)
})

describe('at the end of time', () => {
  test('what is made ends with it, and a snapshot restores', async ({ control, merchant, mock }) => {
    await control.freeze('9999-12-31T23:59:58+08:00')
    await control.changeSettings({ stock_ready_after: 60 })
    const time = anAvailableTime({ available_begin_time: '9999-12-01T00:00:00+08:00', available_end_time: END })
    const rule = aUseRule({ coupon_available_time: time })
    expect(await merchant.call(createStock, aStockRequest({ coupon_use_rule: rule }))).toMatchObject({ status: 200 })
    await merchant.call(jsapiPrepay, { ...order, out_trade_no: 'ORDER_0001' })
    await merchant.call(jsapiPrepay, {
      ...order,
      out_trade_no: 'ORDER_0002',
      time_expire: '9999-12-31T23:59:59.999+08:00',
    })
    await control.addOrder({ out_trade_no: 'ORDER_0003' })
    await merchant.call(createRefund, {
      out_trade_no: 'ORDER_0003',
      out_refund_no: 'REFUND_1',
      amount: { refund: 1, total: 10_000, currency: 'CNY' },
    })
    await control.addStock({
      stock_id: '1',
      coupon_use_rule: { coupon_available_time: { wait_days_after_receive: 30, available_day_after_receive: 1 } },
    })
    await control.addCoupon({ stock_id: '1', coupon_code: 'C' })
    await save(mock)
    await control.advance(1)
    await control.rotatePlatformCertificate()

    const before = await control.world()
    expect(JSON.stringify(before)).not.toContain('+0100')
    await control.restore(before)
    expect(await control.world()).toEqual(before)
    expect(before.refunds).toMatchObject([{ settle_time: '9999-12-31T23:59:59.999+08:00' }])
    expect(before.notifications).toMatchObject([{ due_time: '9999-12-31T23:59:59.999+08:00' }])
  })

  test('the clock stays there', async ({ control, machine }) => {
    await control.setClock({ now: END })
    machine.pass(5_000)

    expect(await control.clock()).toEqual({ now: '9999-12-31T23:59:59.999+08:00', frozen: false })
    expect(await control.addOrder()).toMatchObject({ close_time: expect.stringMatching(/^9999-/) })
  })

  test.for([
    [{ taken_at: '0000-12-31T23:59:59+08:00' }, '/taken_at'],
    [{ coupons: [{ receive_time: '0000-01-01T00:00:00+09:00' }] }, '/coupons/0/receive_time'],
  ] as const)('%j is before the beginning', async ([world, place], { control }) => {
    await expectRefusal(control.restore(world as never), 'MOCK_INPUT', place)
  })
})
