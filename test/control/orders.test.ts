import { createDecipheriv, createHash } from 'node:crypto'
import { describe, expect } from 'vitest'
import { closeOrder, createRefund, nativePrepay } from '../../src/products/operations.ts'
import { expectRefusal, json, refusalOf, test } from './doors.ts'

const SHOP = 'https://shop.example.com/pay'
const place = {
  appid: 'wxd678efh567hg6787',
  mchid: '1900000001',
  description: '测试商品',
  out_trade_no: 'ORDER_0001',
  notify_url: SHOP,
  amount: { total: 100 },
}

describe('orders', () => {
  // Keeps callbacks in the outbox unchanged, even where opening the door has started deliveries.
  test.beforeEach(({ opened: _, mock }) => mock.outbox.stop())

  describe('looking at one', () => {
    test('shows it with its refunds', async ({ control }) => {
      const order = await control.addOrder({ out_trade_no: 'A1', total: 100 })
      const first = await control.refundOrder('A1', { amount: 1 })
      await control.advance(5)
      const second = await control.refundOrder('A1', { amount: 2 })

      expect(await control.order('A1')).toEqual({
        ...order,
        state: 'REFUND',
        refunds: [{ ...first, status: 'SUCCESS' }, second],
      })
    })

    test('shows one that was paid long ago as placed before that', async ({ control }) => {
      await control.addOrder({ out_trade_no: 'A1', success_time: '2026-11-20T12:00:00+08:00' })

      const { create_time } = await control.order('A1')
      expect(Date.parse(create_time)).toBe(Date.parse('2026-11-20T11:00:00+08:00'))
    })

    test('shows what its time has made of it', async ({ control }) => {
      await control.addOrder({
        out_trade_no: 'A1',
        state: 'NOTPAY',
        time_expire: '2026-11-25T12:00:00+08:00',
        close_time: '2026-11-25T12:00:01+08:00',
      })

      expect(await control.order('A1')).toMatchObject({ state: 'NOTPAY' })
      await control.advance(1)
      expect(await control.order('A1')).toMatchObject({ state: 'CLOSED' })
    })

    test("leads to the coupons that are linked to it, and to no other merchant's", async ({ control }) => {
      const owner = '1900000077'
      const linked = { associate_out_trade_no: 'A1', associate_request_no: 'R1' }
      await control.addOrder({ out_trade_no: 'A1' })
      await control.addOrder({ mchid: owner, out_trade_no: 'A1' })
      await control.addCoupons([
        { coupon_code: 'EARLIER', receive_time: '2026-11-01T00:00:00+08:00', ...linked },
        { coupon_code: 'LATER', receive_time: '2026-11-02T00:00:00+08:00', ...linked },
        { coupon_code: 'LONGER', ...linked, associate_out_trade_no: 'A10' },
        { coupon_code: 'FOREIGN', mchid: owner, ...linked },
      ])

      expect((await control.orderCoupons('A1')).map(({ coupon_code }) => coupon_code)).toEqual(['LATER', 'EARLIER'])
      expect(await control.orderCoupons('A1', { mchid: owner })).toMatchObject([{ coupon_code: 'FOREIGN' }])
    })
  })

  describe('paying one', () => {
    test('makes up who paid, and tells the merchant', async ({ control, merchant }) => {
      await merchant.call(nativePrepay, place)

      const order = await control.payOrder('ORDER_0001')

      expect(order).toMatchObject({
        state: 'SUCCESS',
        transaction_id: expect.stringMatching(/^42000\d{23}$/),
        openid: expect.stringMatching(/^o\w{27}$/),
        success_time: '2026-11-25T12:00:00+08:00',
      })
      const { notifications } = await control.world()
      expect(notifications).toMatchObject([
        {
          mchid: '1900000001',
          url: SHOP,
          event_type: 'TRANSACTION.SUCCESS',
          summary: '支付成功',
          original_type: 'transaction',
          associated_data: 'transaction',
          schedule: 'payment',
          due_time: '2026-11-25T12:00:00+08:00',
          attempts: [],
        },
      ])
      // In the order of callbacks that developers published.
      expect(notifications[0]?.resource).toBe(
        JSON.stringify({
          mchid: '1900000001',
          appid: 'wxd678efh567hg6787',
          out_trade_no: 'ORDER_0001',
          transaction_id: order.transaction_id,
          trade_type: 'NATIVE',
          trade_state: 'SUCCESS',
          trade_state_desc: '支付成功',
          bank_type: 'OTHERS',
          attach: '',
          success_time: '2026-11-25T12:00:00+08:00',
          payer: { openid: order.openid },
          amount: { total: 100, payer_total: 100, currency: 'CNY', payer_currency: 'CNY' },
        }),
      )
    })

    test('with coupons of WeChat Pay tells what the user paid, and of them', async ({ control, merchant }) => {
      await merchant.call(nativePrepay, {
        ...place,
        attach: '门店一',
        scene_info: { payer_client_ip: '14.23.150.211', device_id: 'POS-1' },
      })

      const promotions = [{ coupon_id: '109519', amount: 30 }]
      expect(await control.payOrder('ORDER_0001', { promotions })).toMatchObject({ promotions: [{ amount: 30 }] })
      const { notifications } = await control.world()
      expect(JSON.parse(notifications[0]?.resource ?? '')).toMatchObject({
        attach: '门店一',
        amount: { total: 100, payer_total: 70 },
        scene_info: { device_id: 'POS-1' },
        promotion_detail: [{ coupon_id: '109519', amount: 30, merchant_contribute: 30, type: 'CASH' }],
      })
    })

    test('with coupons that take off more than it costs is refused, as adding one is', async ({ control }) => {
      const promotions = [{ amount: 60 }, { amount: 41 }]
      await control.addOrder({ out_trade_no: 'A1', state: 'NOTPAY', total: 100 })

      await expectRefusal(control.payOrder('A1', { promotions }), 'MOCK_PROMOTIONS', '/promotions')
      await expectRefusal(control.addOrder({ total: 100, promotions }), 'MOCK_PROMOTIONS', '/promotions')
    })

    test('with a coupon twice is refused', async ({ control, request }) => {
      await control.addOrder({ out_trade_no: 'A1', state: 'NOTPAY' })
      const twice = { coupon_id: '109519', amount: 1 }

      const wrong = await request('/_mock/orders/A1/pay', json({ promotions: [twice, twice] }))
      expect([wrong.status, await wrong.json()]).toMatchObject([400, { code: 'MOCK_INPUT', path: '/promotions' }])
    })

    test('that has no appid tells one all the same', async ({ control }) => {
      await control.addOrder({ out_trade_no: 'A1', state: 'NOTPAY', notify_url: SHOP })
      await control.payOrder('A1')

      const { notifications } = await control.world()
      expect(JSON.parse(notifications[0]?.resource ?? '')).toMatchObject({ appid: expect.stringMatching(/^wx\w{16}$/) })
    })

    test('takes who paid and the number it was paid under', async ({ control }) => {
      await control.addOrder({ out_trade_no: 'A1', state: 'NOTPAY', openid: 'oUser' })
      const payment = { openid: 'oUser', transaction_id: '4200001234202611250000000001' }

      expect(await control.payOrder('A1', payment)).toMatchObject({ state: 'SUCCESS', ...payment })
    })

    test('tells nobody of an order without an address', async ({ control }) => {
      await control.addOrder({ out_trade_no: 'A1', state: 'NOTPAY' })
      await control.payOrder('A1')

      expect((await control.world()).notifications).toEqual([])
    })

    test('by another than the one it was placed for is refused', async ({ control }) => {
      await control.addOrder({ out_trade_no: 'A1', state: 'NOTPAY', openid: 'oUser' })

      await expectRefusal(control.payOrder('A1', { openid: 'oOther' }), 'MOCK_PAYER', '/openid')
    })

    test('with a prepay_id that is not its own, or not any more, is refused', async ({ control, merchant }) => {
      await control.addOrder({ out_trade_no: 'A1', state: 'NOTPAY' })
      await expectRefusal(control.payOrder('A1', { prepay_id: 'wx1' }), 'MOCK_PREPAY_ID', '/prepay_id')
      await merchant.call(nativePrepay, place)
      await expectRefusal(control.payOrder('ORDER_0001', { prepay_id: 'wx1' }), 'MOCK_PREPAY_ID', '/prepay_id')
      const { prepay_id = '' } = await control.order('ORDER_0001')
      await control.advance('PT2H')

      await expectRefusal(control.payOrder('ORDER_0001', { prepay_id }), 'MOCK_PREPAY_ID', '/prepay_id')
      await expectRefusal(control.payOrder('ORDER_0001'), 'MOCK_PREPAY_ID', '/prepay_id')
    })

    test('under the number of another is refused', async ({ control }) => {
      const { transaction_id = '' } = await control.addOrder({ mchid: '1900000077' })
      await control.addOrder({ out_trade_no: 'A1', state: 'NOTPAY' })

      await expectRefusal(control.payOrder('A1', { transaction_id }), 'MOCK_TRANSACTION_EXISTS', '/transaction_id')
    })
  })

  test.for([
    ['payOrder', 'SUCCESS', 'paid'],
    ['payOrder', 'REFUND', 'paid'],
    ['payOrder', 'CLOSED', 'closed'],
    ['payOrder', 'REVOKED', 'closed'],
    ['expireOrder', 'SUCCESS', ''],
    ['expireOrder', 'REFUND', ''],
    ['expireOrder', 'CLOSED', ''],
    ['expireOrder', 'REVOKED', ''],
    ['markOrder', 'SUCCESS', ''],
    ['markOrder', 'CLOSED', ''],
  ] as const)('%s of one that is %s is refused', async ([call, state, word], { control }) => {
    await control.addOrder({ out_trade_no: 'A1', state, notify_url: SHOP })
    const before = await control.world()

    const refusal = await refusalOf(
      call === 'markOrder' ? control.markOrder('A1', { state: 'USERPAYING' }) : control[call]('A1'),
    )

    expect(refusal.code).toBe('MOCK_ORDER_STATE')
    expect(refusal.message).toContain(word)
    expect(await control.world()).toEqual(before)
  })

  describe('ending the time to pay of one', () => {
    test('leaves it as it is, but nobody can pay it any more', async ({ control, merchant }) => {
      await merchant.call(nativePrepay, place)

      expect(await control.expireOrder('ORDER_0001')).toMatchObject({
        state: 'NOTPAY',
        time_expire: '2026-11-25T12:00:00+08:00',
        close_time: '2026-12-02T12:00:00+08:00',
      })
      const refusal = await refusalOf(control.payOrder('ORDER_0001'))
      expect(refusal.code).toBe('MOCK_TIME_TO_PAY')
      expect(refusal.message).toContain('订单已超过商户设置的最晚支付成功时间，请重新发起支付')
      expect(await merchant.call(nativePrepay, place)).toMatchObject({ status: 200 })
      await control.advance('P7D')
      expect(await control.order('ORDER_0001')).toMatchObject({ state: 'CLOSED' })
    })

    test('again leaves the time as it was', async ({ control }) => {
      await control.addOrder({ out_trade_no: 'A1', state: 'NOTPAY' })
      const { time_expire } = await control.expireOrder('A1')
      await control.advance(60)

      expect(await control.expireOrder('A1')).toMatchObject({ time_expire })
    })
  })

  describe('marking one as payments by code are', () => {
    test('takes it through the states, and lets it be paid', async ({ control }) => {
      await control.addOrder({ out_trade_no: 'A1', state: 'NOTPAY', trade_type: 'MICROPAY' })

      for (const state of ['USERPAYING', 'PAYERROR', 'NOTPAY', 'USERPAYING'] as const) {
        expect(await control.markOrder('A1', { state })).toMatchObject({ state })
        expect(await control.order('A1')).toMatchObject({ state })
      }
      expect((await control.orders({ state: 'USERPAYING' })).items).toMatchObject([{ out_trade_no: 'A1' }])
      expect(await control.payOrder('A1')).toMatchObject({ state: 'SUCCESS' })
    })

    test('as REVOKED ends it', async ({ control }) => {
      await control.addOrder({ out_trade_no: 'A1', state: 'NOTPAY' })
      await control.markOrder('A1', { state: 'REVOKED' })

      await expectRefusal(control.payOrder('A1'), 'MOCK_ORDER_STATE')
      await expectRefusal(control.markOrder('A1', { state: 'NOTPAY' }), 'MOCK_ORDER_STATE')
      await control.advance('P7D')
      expect(await control.order('A1')).toMatchObject({ state: 'REVOKED' })
    })
  })

  describe('refunding one', () => {
    test('gives back all that is left, five seconds later', async ({ control }) => {
      await control.addOrder({ out_trade_no: 'A1', total: 100 })
      await control.refundOrder('A1', { amount: 30 })

      expect(await control.refundOrder('A1')).toMatchObject({
        out_trade_no: 'A1',
        out_refund_no: expect.stringMatching(/^\d{28}$/),
        refund: 70,
        total: 100,
        status: 'PROCESSING',
        outcome: 'SUCCESS',
        settle_time: '2026-11-25T12:00:05+08:00',
      })
      expect(await control.order('A1')).toMatchObject({ state: 'REFUND' })
    })

    test.for([
      ['SUCCESS', '退款成功'],
      ['ABNORMAL', '退款异常'],
      ['CLOSED', '退款关闭'],
    ] as const)('as %s tells the merchant', async ([outcome, summary], { control }) => {
      await control.addOrder({ out_trade_no: 'A1', notify_url: SHOP })
      await control.refundOrder('A1', { outcome })

      const { notifications } = await control.world()
      expect(notifications).toMatchObject([
        { url: SHOP, event_type: `REFUND.${outcome}`, summary, due_time: '2026-11-25T12:00:05+08:00' },
      ])
      expect(JSON.parse(notifications[0]?.resource ?? '')).toMatchObject({ refund_status: outcome })
    })

    test('tells at an address of its own', async ({ control }) => {
      await control.addOrder({ out_trade_no: 'A1', notify_url: SHOP })
      await control.refundOrder('A1', { notify_url: 'http://127.0.0.1:1/refund' })

      expect((await control.world()).notifications).toMatchObject([{ url: 'http://127.0.0.1:1/refund' }])
    })

    describe('and telling in the XML of API v2', () => {
      const api_v2_key = 'v2keyv2keyv2keyv2keyv2keyv2key12'
      const told = { notification: 'v2_xml', api_v2_key } as const

      /** Decrypts the `req_info` of a notice. */
      function opened(xml: string | undefined): string {
        const [, sealed = ''] = /<req_info><!\[CDATA\[(.+?)\]\]>/.exec(xml ?? '') ?? []
        const key = createHash('md5').update(api_v2_key).digest('hex')
        const decipher = createDecipheriv('aes-256-ecb', key, null)
        return Buffer.concat([decipher.update(sealed, 'base64'), decipher.final()]).toString()
      }

      test('seals how it ended with the APIv2 key', async ({ control }) => {
        await control.addOrder({ out_trade_no: 'A1', appid: 'wx0000000000000001', total: 100, notify_url: SHOP })
        const refund = await control.refundOrder('A1', { amount: 40, ...told })

        const [notification] = (await control.world()).notifications
        expect(notification?.xml).toMatch(
          /^<xml><return_code>SUCCESS<\/return_code><appid><!\[CDATA\[wx0000000000000001\]\]><\/appid><mch_id><!\[CDATA\[1900000001\]\]><\/mch_id><nonce_str><!\[CDATA\[\w{32}\]\]><\/nonce_str><req_info>/,
        )
        expect(opened(notification?.xml)).toBe(
          `<root>${Object.entries({
            out_refund_no: refund.out_refund_no,
            out_trade_no: 'A1',
            refund_account: 'REFUND_SOURCE_RECHARGE_FUNDS',
            refund_fee: '40',
            refund_id: refund.refund_id,
            refund_recv_accout: '支付用户零钱',
            refund_request_source: 'VENDOR_PLATFORM',
            refund_status: 'SUCCESS',
            settlement_refund_fee: '40',
            settlement_total_fee: '100',
            success_time: '2026-11-25 12:00:05',
            total_fee: '100',
            transaction_id: refund.transaction_id,
          })
            .map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>`)
            .join('')}</root>`,
        )
      })

      test.for([
        ['ABNORMAL', 'CHANGE'],
        ['CLOSED', 'REFUNDCLOSE'],
      ] as const)('tells of one that is settled as %s', async ([outcome, status], { control }) => {
        await control.addOrder({ out_trade_no: 'A1', notify_url: SHOP })
        const { out_refund_no } = await control.refundOrder('A1', told)
        await control.settleRefund(out_refund_no, { outcome })

        const { notifications } = await control.world()
        expect(notifications).toMatchObject([{ event_type: `REFUND.${outcome}` }])
        expect(opened(notifications[0]?.xml)).toContain(`<refund_status><![CDATA[${status}]]>`)
      })

      test('needs the key, which is for nothing else', async ({ control }) => {
        await control.addOrder({ out_trade_no: 'A1' })

        await expectRefusal(control.refundOrder('A1', { notification: 'v2_xml' }), 'MOCK_API_V2_KEY', '/api_v2_key')
        await expectRefusal(control.refundOrder('A1', { api_v2_key }), 'MOCK_API_V2_KEY', '/api_v2_key')
        expect(await control.order('A1')).toMatchObject({ state: 'SUCCESS' })
      })

      test('shows the key only to snapshots', async ({ control }) => {
        await control.addOrder({ out_trade_no: 'A1', notify_url: SHOP })
        const made = await control.refundOrder('A1', told)
        const shown = [made, await control.order('A1'), await control.settleRefund(made.out_refund_no)]

        expect(JSON.stringify(shown)).not.toContain(api_v2_key)
        expect(await control.world()).toMatchObject({ refunds: [{ api_v2_key }] })
      })

      test('is well-formed whatever the texts in it are', async ({ control }) => {
        await control.addOrder({ out_trade_no: 'A]]>1', appid: 'wx]]><a>', notify_url: SHOP })
        await control.refundOrder('A]]>1', told)

        const [notification] = (await control.world()).notifications
        expect(notification?.xml).toContain('<appid><![CDATA[wx]]]]><![CDATA[><a>]]></appid>')
        expect(opened(notification?.xml)).toContain('<out_trade_no><![CDATA[A]]]]><![CDATA[>1]]></out_trade_no>')
      })

      test('is brought back by a snapshot', async ({ control }) => {
        await control.addOrder({ out_trade_no: 'A1', notify_url: SHOP })
        await control.refundOrder('A1', told)
        const before = await control.world()

        await control.restore(before)

        expect(await control.world()).toEqual(before)
      })
    })

    test('that was not paid is refused', async ({ control }) => {
      await control.addOrder({ out_trade_no: 'A1', state: 'NOTPAY' })

      const refusal = await refusalOf(control.refundOrder('A1'))
      expect(refusal.code).toBe('MOCK_ORDER_STATE')
      expect(refusal.message).toContain('/_mock/orders/A1/pay')
    })

    test('by more than is left is refused', async ({ control }) => {
      await control.addOrder({ out_trade_no: 'A1', total: 100 })
      await control.refundOrder('A1', { amount: 40 })
      const tooMuch = await refusalOf(control.refundOrder('A1', { amount: 61 }))
      expect(tooMuch).toMatchObject({ code: 'MOCK_REFUND_AMOUNT', path: '/amount' })
      expect(tooMuch.message).toContain('60')
      await control.refundOrder('A1')

      await expectRefusal(control.refundOrder('A1'), 'MOCK_REFUND_AMOUNT', '/amount')
    })

    test('too late, or too often, is refused', async ({ control }) => {
      await control.addOrder({ out_trade_no: 'OLD', success_time: '2025-11-25T11:59:59+08:00' })
      await expectRefusal(control.refundOrder('OLD'), 'MOCK_ORDER_STATE')
      await control.addOrder({ out_trade_no: 'A1' })
      for (let i = 0; i < 50; i += 1) await control.refundOrder('A1', { amount: 1 })

      await expectRefusal(control.refundOrder('A1', { amount: 1 }), 'MOCK_ORDER_STATE')
    })
  })

  describe('settling a refund', () => {
    test.for(['SUCCESS', 'ABNORMAL', 'CLOSED'] as const)(
      'as %s replaces what the merchant would be told',
      async (outcome, { control, merchant }) => {
        await control.addOrder({ out_trade_no: 'ORDER_0001', total: 100 })
        const amount = { refund: 40, total: 100, currency: 'CNY' }
        await merchant.call(createRefund, {
          out_trade_no: 'ORDER_0001',
          out_refund_no: 'R1|@',
          amount,
          notify_url: SHOP,
        })
        const [before] = (await control.world()).notifications
        await control.advance(2)

        expect(await control.settleRefund('R1|@', { outcome })).toMatchObject({
          status: outcome,
          outcome,
          settle_time: '2026-11-25T12:00:02+08:00',
        })
        const { notifications } = await control.world()
        expect(notifications).toEqual([
          {
            ...before,
            event_type: `REFUND.${outcome}`,
            summary: expect.any(String),
            resource: expect.stringContaining(`"refund_status":"${outcome}"`),
            happen_time: '2026-11-25T12:00:02+08:00',
            due_time: '2026-11-25T12:00:02+08:00',
          },
        ])
        expect(JSON.parse(notifications[0]?.resource ?? '').success_time).toBe(
          outcome === 'SUCCESS' ? '2026-11-25T12:00:02+08:00' : undefined,
        )
      },
    )

    test('as it would have ended, if nothing else is asked for', async ({ control }) => {
      await control.addOrder({ out_trade_no: 'A1' })
      const { out_refund_no } = await control.refundOrder('A1', { outcome: 'ABNORMAL' })

      expect(await control.settleRefund(out_refund_no)).toMatchObject({ status: 'ABNORMAL' })
    })

    test('a second time, or after its time, is refused', async ({ control }) => {
      await control.addOrder({ out_trade_no: 'A1' })
      const { out_refund_no: one } = await control.refundOrder('A1', { amount: 1 })
      const { out_refund_no: other } = await control.refundOrder('A1', { amount: 1 })
      await control.settleRefund(one)
      await expectRefusal(control.settleRefund(one, { outcome: 'CLOSED' }), 'MOCK_REFUND_STATE')
      await control.advance(5)

      await expectRefusal(control.settleRefund(other), 'MOCK_REFUND_STATE')
    })

    test('of another merchant, by its number, which has to be known', async ({ control }) => {
      await control.addOrder({ mchid: '1900000077', out_trade_no: 'A1' })
      const { out_refund_no } = await control.refundOrder('A1')

      await expectRefusal(
        control.settleRefund(out_refund_no, {}, { mchid: '1900000001' }),
        'MOCK_REFUND_UNKNOWN',
        '/path/out_refund_no',
      )
      expect(await control.settleRefund(out_refund_no)).toMatchObject({ mchid: '1900000077', status: 'SUCCESS' })
    })
  })

  test('a snapshot brings back orders, refunds and what they will tell', async ({ control, merchant }) => {
    await merchant.call(nativePrepay, place)
    await merchant.call(nativePrepay, { ...place, out_trade_no: 'ORDER_0002' })
    await control.expireOrder('ORDER_0002')
    await merchant.call(closeOrder, { out_trade_no: 'ORDER_0003', mchid: place.mchid })
    await control.addOrder({ out_trade_no: 'CLOSED_1', state: 'CLOSED', close_time: '2026-11-25T11:00:00+08:00' })
    await control.addOrder({ out_trade_no: 'CLOSED_2', state: 'CLOSED', closed_time: '2026-11-25T11:00:00+08:00' })
    await control.payOrder('ORDER_0001', { promotions: [{ amount: 10, type: 'NOCASH' }] })
    await control.refundOrder('ORDER_0001', { outcome: 'ABNORMAL' })
    const before = await control.world()

    await control.restore(before)

    expect(await control.world()).toEqual(before)
    await expectRefusal(control.payOrder('ORDER_0002'), 'MOCK_TIME_TO_PAY')
    expect(await merchant.call(nativePrepay, { ...place, out_trade_no: 'ORDER_0003' })).toMatchObject({ status: 400 })
    const [refund] = (await control.order('ORDER_0001')).refunds
    expect(await control.settleRefund(refund?.out_refund_no ?? '', { outcome: 'CLOSED' })).toMatchObject({
      status: 'CLOSED',
    })
    expect((await control.world()).notifications.map(({ event_type }) => event_type).sort()).toEqual([
      'REFUND.CLOSED',
      'TRANSACTION.SUCCESS',
    ])
    // One was closed by its time, the other by a call; both stay closed.
    await control.advance('-PT1H1S')
    expect(await control.order('CLOSED_1')).toMatchObject({ state: 'CLOSED', over: true })
    expect(await control.order('CLOSED_2')).toMatchObject({ state: 'CLOSED', closed_time: '2026-11-25T11:00:00+08:00' })
  })
})
