import { describe, expect } from 'vitest'
import { listUserCoupons, sendCoupon, useCoupon } from '../../src/products/operations.ts'
import { expectRefusal, refusalOf, test } from './doors.ts'

const STOCK = '100777'

describe('handing out a coupon', () => {
  test('is answered with the coupon, which simulated calls find', async ({ control, merchant }) => {
    await control.addStock({ stock_id: STOCK })

    const coupon = await control.handOutCoupon(STOCK, { openid: 'oUser', send_request_no: 'H5-1' })

    expect(coupon).toMatchObject({
      mchid: '1900000001',
      stock_id: STOCK,
      coupon_code: expect.stringMatching(/^\d{22}$/),
      state: 'SENDED',
      openid: 'oUser',
      send_merchant: '1900000001',
      send_request_no: 'H5-1',
      receive_time: '2026-11-25T12:00:00+08:00',
      history: [{ event: 'sent', time: '2026-11-25T12:00:00+08:00', request_no: 'H5-1' }],
    })
    expect(await control.coupon(STOCK, coupon.coupon_code)).toEqual(coupon)
    const use = { coupon_code: coupon.coupon_code, appid: 'wx1', use_time: '2026-11-25T12:00:00+08:00' }
    expect(await merchant.call(useCoupon, { ...use, use_request_no: 'USE-1' })).toMatchObject({
      status: 200,
      body: { openid: 'oUser' },
    })
    const list = { openid: 'oUser', appid: 'wx1', creator_merchant: '1900000001' }
    expect(await merchant.call(listUserCoupons, list)).toMatchObject({ body: { total_count: 1 } })
  })

  test('makes up what is left out', async ({ control, request }) => {
    await control.addStock({ stock_id: STOCK })

    const response = await request(`/_mock/stocks/${STOCK}/hand-out`, { method: 'POST' })

    expect(response.status).toBe(201)
    expect(await response.json()).toMatchObject({
      openid: expect.stringMatching(/^o.{27}$/),
      send_request_no: expect.stringMatching(/^SEND\d{12}$/),
    })
  })

  test('sends COUPON.SEND of the channel', async ({ control }) => {
    await control.restore({
      stocks: [{ stock_id: STOCK, notify_config: { notify_appid: 'wx1' } }],
      event_addresses: [{ notify_url: 'https://shop.example/coupons' }],
    })
    const attach_info = { transaction_id: '4200001234202611250000000001', act_code: 'A-1' }

    await control.handOutCoupon(STOCK, { openid: 'o1' })
    await control.handOutCoupon(STOCK, {
      openid: 'o2',
      send_channel: 'PAYGIFT',
      send_merchant: '1900000109',
      send_request_no: 'GIFT-1',
      attach_info,
    })

    const { notifications } = await control.world()
    const events = notifications
      .toSorted((a, b) => a.position - b.position)
      .map(({ resource }): unknown => JSON.parse(resource))
    expect(events).toMatchObject([
      { openid: 'o1', send_channel: 'BUSICOUPON_SEND_CHANNEL_H5', send_merchant: '1900000001', attach_info: '' },
      {
        openid: 'o2',
        send_channel: 'BUSICOUPON_SEND_CHANNEL_PAYGIFT',
        send_merchant: '1900000109',
        send_req_no: 'GIFT-1',
        attach_info,
      },
    ])
  })

  test('counts for the API too, and its number is known there', async ({ control, merchant }) => {
    await control.addStock({ stock_id: STOCK, stock_send_rule: { max_coupons_per_user: 1 } })
    const { coupon_code } = await control.handOutCoupon(STOCK, { openid: 'oUser', send_request_no: 'R-1' })
    const send = { stock_id: STOCK, openid: 'oUser', appid: 'wx1' }

    expect(await merchant.call(sendCoupon, { ...send, out_request_no: 'R-1' })).toEqual({
      status: 200,
      body: { send_coupon_result: { stock_id: STOCK, out_request_no: 'R-1', coupon_code } },
    })
    expect(await merchant.call(sendCoupon, { ...send, out_request_no: 'R-2' })).toMatchObject({
      status: 403,
      body: { message: '用户领取张数达到上限' },
    })
  })

  test('takes the codes that were uploaded, and the code that the merchant brings', async ({ control }) => {
    await control.restore({
      stocks: [
        { stock_id: '1', coupon_code_mode: 'MERCHANT_UPLOAD' },
        { stock_id: '2', coupon_code_mode: 'MERCHANT_API' },
      ],
      codes: [{ stock_id: '1', code: 'UPLOADED' }],
    })

    expect(await control.handOutCoupon('1')).toMatchObject({ coupon_code: 'UPLOADED' })
    expect((await control.world()).codes).toMatchObject([{ dispatched_time: '2026-11-25T12:00:00+08:00' }])
    expect(await control.handOutCoupon('2', { coupon_code: 'MINE' })).toMatchObject({ coupon_code: 'MINE' })
  })

  test('is done for a batch that is tied to goods', async ({ control }) => {
    await control.addStock({ stock_id: STOCK, tied_to_goods: true })

    expect(await control.handOutCoupon(STOCK)).toMatchObject({ stock_id: STOCK })
  })

  describe('is refused', () => {
    test.for([
      ['not_running', { state: 'STOPED' }, {}],
      ['budget_used_up', { stock_send_rule: { max_coupons: 1 } }, {}],
      ['day_limit', { stock_send_rule: { max_coupons_by_day: 1 } }, {}],
      ['user_limit', { stock_send_rule: { max_coupons_per_user: 1 } }, { openid: 'o1' }],
      ['person_limit', { stock_send_rule: { max_coupons_per_user: 1, natural_person_limit: true } }, { openid: 'o2' }],
      ['suspicious', { stock_send_rule: { prevent_api_abuse: true } }, { openid: 'o3' }],
      ['coupon_code_needed', { coupon_code_mode: 'MERCHANT_API' }, {}],
      ['code_taken', { coupon_code_mode: 'MERCHANT_API' }, { coupon_code: 'TAKEN' }],
      ['no_code_left', { coupon_code_mode: 'MERCHANT_UPLOAD' }, {}],
      ['request_no_reused', {}, { openid: 'o1', send_request_no: 'H5-1' }],
    ] as const)('by the rule %s, which is named', async ([rule, stock, how], { control }) => {
      await control.addStock({ stock_id: STOCK, ...stock })
      await control.addUsers([
        { openid: 'o1', person: 'Li' },
        { openid: 'o2', person: 'Li' },
        { openid: 'o3', suspicious: true },
      ])
      await control.addCoupon({
        stock_id: STOCK,
        coupon_code: 'TAKEN',
        openid: 'o1',
        send_request_no: 'H5-1',
        receive_time: '2026-11-25T11:00:00+08:00',
      })
      const before = await control.world()

      const refusal = await refusalOf(control.handOutCoupon(STOCK, how))

      expect(refusal.code).toBe('MOCK_NOT_HANDED_OUT')
      expect(refusal.message).toContain(`(${rule})`)
      expect(await control.world()).toEqual(before)
    })

    test('once the batch has ended', async ({ control }) => {
      const coupon_available_time = { available_end_time: '2026-11-25T13:00:00+08:00' }
      await control.addStock({ stock_id: STOCK, coupon_use_rule: { coupon_available_time } })
      await control.advance('PT1H')

      expect((await refusalOf(control.handOutCoupon(STOCK))).message).toContain('(stock_expired)')
    })

    test('for a batch that is not there', async ({ control }) => {
      await expectRefusal(control.handOutCoupon('nowhere'), 'MOCK_STOCK_UNKNOWN', '/path/stock_id')
      await control.addStock({ stock_id: STOCK })
      await expectRefusal(control.handOutCoupon(STOCK, {}, { mchid: '1900000777' }), 'MOCK_STOCK_UNKNOWN')
    })

    test('for a batch that several merchants have, until one is named', async ({ control }) => {
      await control.addStocks([
        { stock_id: STOCK, mchid: '1900000071' },
        { stock_id: STOCK, mchid: '1900000072' },
        { stock_id: '8', mchid: '1900000072' },
      ])

      await expectRefusal(control.handOutCoupon(STOCK), 'MOCK_AMBIGUOUS', '/query/mchid')
      expect(await control.handOutCoupon(STOCK, {}, { mchid: '1900000072' })).toMatchObject({ mchid: '1900000072' })
      expect(await control.handOutCoupon('8')).toMatchObject({ mchid: '1900000072' })
    })
  })
})

describe('users', () => {
  test('are added one or many, and replaced by their openid', async ({ control }) => {
    expect(await control.addUser({ openid: 'o1', appid: 'wx1', unionid: 'u1' })).toEqual({
      mchid: '1900000001',
      openid: 'o1',
      appid: 'wx1',
      unionid: 'u1',
    })
    const users = [
      { mchid: '1900000777', openid: 'o1', person: 'Li' },
      { openid: 'o1', suspicious: true },
    ]
    expect(await control.addUsers(users)).toEqual([users[0], { ...users[1], mchid: '1900000001' }])

    expect((await control.world()).users).toHaveLength(2)
    expect((await control.world('1900000001')).users).toEqual([{ mchid: '1900000001', openid: 'o1', suspicious: true }])
  })
})
