import { describe, expect } from 'vitest'
import { createRefund, queryOrderByOutTradeNo, queryRefund } from '../../src/products/operations.ts'
import { test, transports } from '../helpers/world.ts'

const TRANSACTION = '4200001234202611250000000001'
const amount = { refund: 40, total: 100, currency: 'CNY' }
const request = (changes: object = {}) => ({
  out_trade_no: 'ORDER_0001',
  out_refund_no: 'REFUND_1',
  amount,
  ...changes,
})

const GOODS = {
  merchant_goods_id: '1217752501201407033233368018',
  wechatpay_goods_id: '1001',
  goods_name: 'iPhone6s 16G',
  unit_price: 100,
  refund_amount: 40,
  refund_quantity: 1,
}

const processing = {
  refund_id: expect.stringMatching(/^503\d{7}20261125\d{11}$/),
  out_refund_no: 'REFUND_1',
  transaction_id: TRANSACTION,
  out_trade_no: 'ORDER_0001',
  channel: 'ORIGINAL',
  user_received_account: '支付用户零钱',
  create_time: '2026-11-25T12:00:00+08:00',
  status: 'PROCESSING',
  funds_account: 'AVAILABLE',
  amount: {
    total: 100,
    refund: 40,
    payer_total: 100,
    payer_refund: 40,
    settlement_refund: 40,
    settlement_total: 100,
    discount_refund: 0,
    currency: 'CNY',
    from: [],
    refund_fee: 0,
  },
  promotion_detail: [],
}
const UNKNOWN = { status: 404, body: { code: 'RESOURCE_NOT_EXISTS', message: '订单不存在' } }
const refused = (message: string) => ({ status: 400, body: { code: 'INVALID_REQUEST', message } })

describe.for(transports)('refunds over %s', (transport) => {
  test.override('transport', transport)
  test.override('seed', ({ control }) => ({
    stock: () => control.addStock(),
    coupon: () => control.addCoupon(),
    /** An order of one yuan that was paid. */
    order: (order = {}) =>
      control.addOrder({ out_trade_no: 'ORDER_0001', transaction_id: TRANSACTION, total: 100, ...order }),
  }))

  describe('are made', () => {
    test('of an order that was paid', async ({ merchant, seed, control }) => {
      await seed.order()

      expect(await merchant.call(createRefund, request())).toEqual({ status: 200, body: processing })
      expect(await control.order('ORDER_0001')).toMatchObject({
        state: 'REFUND',
        refunds: [{ out_refund_no: 'REFUND_1', status: 'PROCESSING', refund: 40 }],
      })
    })

    test.for([{ out_trade_no: undefined, transaction_id: TRANSACTION }, { transaction_id: TRANSACTION }])(
      'of the order that %j names',
      async (names, { merchant, seed }) => {
        await seed.order()

        expect(await merchant.call(createRefund, request(names))).toEqual({ status: 200, body: processing })
      },
    )

    test('with everything that is documented', async ({ merchant, seed, control }) => {
      await seed.order({ profit_sharing: true })
      const from = [
        { account: 'AVAILABLE', amount: 30 },
        { account: 'UNAVAILABLE', amount: 10 },
      ]
      const everything = {
        reason: '商品已售完',
        notify_url: 'https://shop.example.com/refund',
        funds_account: 'UNSETTLED',
        amount: { ...amount, from },
        goods_detail: [GOODS],
      }

      expect(await merchant.call(createRefund, request(everything))).toEqual({
        status: 200,
        body: { ...processing, funds_account: 'UNSETTLED', amount: { ...processing.amount, from } },
      })
      expect((await control.world()).refunds).toMatchObject([
        { reason: '商品已售完', funds_account: 'UNSETTLED', from },
      ])
    })

    test('of what coupons of WeChat Pay took off, by their share', async ({ merchant, seed, control }) => {
      const CASH = { promotion_id: 'CASH', scope: 'GLOBAL', type: 'CASH', amount: 100, refund_amount: 50 }
      const NOCASH = { promotion_id: 'FREE', scope: 'GLOBAL', type: 'NOCASH', amount: 100, refund_amount: 50 }
      const promotions = [
        { coupon_id: 'CASH', amount: 100 },
        { coupon_id: 'FREE', type: 'NOCASH', amount: 100 },
      ] as const
      await seed.order({ total: 1_000, promotions: [...promotions] })
      const half = {
        body: {
          amount: {
            total: 1_000,
            refund: 500,
            from: [],
            payer_total: 800,
            payer_refund: 400,
            discount_refund: 100,
            settlement_total: 900,
            settlement_refund: 450,
            currency: 'CNY',
            refund_fee: 3,
          },
          promotion_detail: [CASH, NOCASH],
        },
      }
      const wanted = { total: 1_000, refund: 500, currency: 'CNY' }
      const notify_url = 'https://shop.example.com/refund'

      expect(await merchant.call(createRefund, request({ amount: wanted, notify_url }))).toMatchObject(half)
      // The fee of the nine yuan that are settled is five fen.
      expect(await merchant.call(createRefund, request({ out_refund_no: 'R2', amount: wanted }))).toMatchObject({
        body: { ...half.body, amount: { ...half.body.amount, refund_fee: 2 } },
      })
      expect(await merchant.call(queryRefund, { out_refund_no: 'REFUND_1' })).toMatchObject(half)
      const { notifications } = await control.world()
      expect(JSON.parse(notifications[0]?.resource ?? '').amount).toEqual({
        total: 1_000,
        refund: 500,
        payer_total: 800,
        payer_refund: 400,
      })
      expect(
        await merchant.call(queryOrderByOutTradeNo, { out_trade_no: 'ORDER_0001', mchid: '1900000001' }),
      ).toMatchObject({
        body: { trade_state: 'REFUND', amount: { payer_total: 800 }, promotion_detail: [{}, {}] },
      })
    })

    test('of goods, which stand with each coupon that goes back with them', async ({ merchant, seed, control }) => {
      await seed.order({ promotions: [{ coupon_id: 'CASH', amount: 10 }] })
      const { merchant_goods_id, unit_price, refund_amount, refund_quantity } = GOODS
      const goods_detail = [GOODS, { merchant_goods_id, unit_price, refund_amount, refund_quantity }]
      const shown = { body: { promotion_detail: [{ promotion_id: 'CASH', goods_detail }] } }

      expect(await merchant.call(createRefund, request({ goods_detail }))).toMatchObject(shown)
      await control.restore(await control.world())
      expect(await merchant.call(queryRefund, { out_refund_no: 'REFUND_1' })).toMatchObject(shown)
    })

    test('once for one number, whatever became of it', async ({ merchant, seed, control }) => {
      await seed.order()
      const first = await merchant.call(createRefund, request())
      expect(await merchant.call(createRefund, request())).toEqual(first)
      await control.advance(5)

      expect(await merchant.call(createRefund, request())).toEqual({
        status: 200,
        body: {
          ...Object(first.body),
          status: 'SUCCESS',
          success_time: '2026-11-25T12:00:05+08:00',
        },
      })
      expect((await control.order('ORDER_0001')).refunds).toHaveLength(1)
    })

    test('with the numbers that other merchants use', async ({ merchant, seed, clientOf, others, control }) => {
      await seed.order()
      await control.addOrder({ mchid: others.owner.mchid, out_trade_no: 'ORDER_0001', total: 100 })
      const client = await clientOf(others.owner)
      await merchant.call(createRefund, request())

      expect(await client.call(createRefund, request())).toMatchObject({ status: 200 })
      expect((await control.order('ORDER_0001')).refunds).toHaveLength(1)
    })
  })

  describe('are looked up', () => {
    test('before and after they are settled', async ({ merchant, seed, control }) => {
      await seed.order()
      const made = await merchant.call(createRefund, request())
      await control.advance('PT4.999S')
      expect(await merchant.call(queryRefund, { out_refund_no: 'REFUND_1' })).toEqual(made)
      await control.advance('PT0.001S')

      expect(await merchant.call(queryRefund, { out_refund_no: 'REFUND_1' })).toEqual({
        status: 200,
        body: { ...processing, status: 'SUCCESS', success_time: '2026-11-25T12:00:05+08:00' },
      })
    })

    test.for(['ABNORMAL', 'CLOSED'] as const)(
      'that end %s, without a time',
      async (outcome, { merchant, seed, control }) => {
        await seed.order()
        await merchant.call(createRefund, request())
        await control.settleRefund('REFUND_1', { outcome })

        expect(await merchant.call(queryRefund, { out_refund_no: 'REFUND_1' })).toEqual({
          status: 200,
          body: { ...processing, status: outcome },
        })
      },
    )
  })

  describe('are refused', () => {
    test.for([
      { out_trade_no: 'ORDER_0002' },
      { out_trade_no: undefined, transaction_id: '4200001234202611250000000009' },
      { out_trade_no: 'ORDER_0002', transaction_id: '4200001234202611250000000009' },
    ])('for the order that %j names', async (names, { merchant, seed }) => {
      await seed.order()

      expect(await merchant.call(createRefund, request(names))).toEqual(UNKNOWN)
    })

    test("for another merchant's order, by WeChat Pay's number", async ({ merchant, seed, others }) => {
      await seed.order({ mchid: others.owner.mchid })

      expect(
        await merchant.call(createRefund, request({ out_trade_no: undefined, transaction_id: TRANSACTION })),
      ).toEqual(refused('您的请求参数与订单信息不一致'))
    })

    test.for([
      { out_trade_no: 'ORDER_0002' },
      { out_trade_no: undefined, transaction_id: '4200001234202611250000000002' },
      { transaction_id: '4200001234202611250000000002' },
      { out_trade_no: 'ORDER_0009' },
    ])('with a number that made a refund of another order: %j', async (other, { merchant, seed }) => {
      await seed.order()
      await seed.order({ out_trade_no: 'ORDER_0002', transaction_id: '4200001234202611250000000002' })
      await merchant.call(createRefund, request())

      expect(await merchant.call(createRefund, request(other))).toEqual(refused('支付单号校验不一致，请核实后再试'))
    })

    test.for([
      { transaction_id: TRANSACTION },
      { amount: { ...amount, refund: 41 } },
      { amount: { ...amount, total: 99 } },
    ])('with a number that made one of the same order with other values: %j', async (change, { merchant, seed }) => {
      await seed.order()
      await merchant.call(createRefund, request())

      expect(await merchant.call(createRefund, request(change))).toEqual(
        refused('订单金额或退款金额与之前请求不一致，请核实后再试'),
      )
    })

    test.for([
      { transaction_id: '4200001234202611250000000009' },
      { transaction_id: '4200001234202611250000000002' },
      { out_trade_no: 'ORDER_0003', transaction_id: TRANSACTION },
      { sub_mchid: '1900000101' },
    ])('for an order that is not as %j says', async (says, { merchant, seed, clientOf, others }) => {
      await clientOf(others.partner)
      await seed.order()
      await seed.order({ out_trade_no: 'ORDER_0002', transaction_id: '4200001234202611250000000002' })

      expect(await merchant.call(createRefund, request(says))).toEqual(refused('您的请求参数与订单信息不一致'))
    })

    test('for a sub-merchant in the query, whose none is', async ({ merchant, seed, clientOf, others }) => {
      await clientOf(others.partner)
      await seed.order()
      await merchant.call(createRefund, request())

      expect(await merchant.call(queryRefund, { out_refund_no: 'REFUND_1', sub_mchid: '1900000101' })).toMatchObject({
        status: 404,
        body: { code: 'RESOURCE_NOT_EXISTS' },
      })
    })

    test("for another merchant's order", async ({ merchant, seed, others }) => {
      await seed.order({ mchid: others.owner.mchid })

      expect(await merchant.call(createRefund, request())).toEqual(UNKNOWN)
    })

    test('in the order of the checks', async ({ control, clientOf, others, seed }) => {
      const poor = await clientOf({ ...others.owner, refundableFen: 0 })
      const all = { ...amount, refund: 101, total: 99, from: [{ account: 'AVAILABLE', amount: 1 }] }
      const waits = { out_trade_no: 'ORDER_0002', transaction_id: undefined, profit_sharing: true }
      const messageOf = async (changes: object) => {
        const { body } = await poor.call(createRefund, request(changes))
        return Object(body).message
      }
      expect(await messageOf({ amount: all })).toBe('订单不存在')
      await seed.order({ mchid: others.owner.mchid, state: 'NOTPAY', transaction_id: undefined })
      expect(await messageOf({ amount: all })).toBe('原订单不存在')
      await seed.order({ mchid: others.owner.mchid, success_time: '2025-11-25T11:59:59+08:00' })
      expect(await messageOf({ amount: all })).toBe('订单已经超过退款期限')
      await seed.order({ mchid: others.owner.mchid })
      expect(await messageOf({ amount: all })).toBe('订单金额或退款金额与之前请求不一致，请核实后再试')
      expect(await messageOf({ amount: { ...all, total: 100 } })).toBe('申请退款金额超过订单可退金额')
      for (let i = 0; i < 50; i += 1) {
        await control.refundOrder('ORDER_0001', { amount: 1 }, { mchid: others.owner.mchid })
      }
      expect(await messageOf({ amount: { ...all, total: 100, refund: 51 } })).toBe('申请退款金额超过订单可退金额')
      expect(await messageOf({ amount: { ...all, total: 100, refund: 50 } })).toBe(
        '请求参数符合参数格式，但不符合业务规则',
      )
      expect((await control.journal()).at(-1)?.remarks.at(-1)?.text).toContain('order ORDER_0001 has 50 refunds')
      await seed.order({ mchid: others.owner.mchid, out_trade_no: 'ORDER_0002', transaction_id: undefined })
      expect(await messageOf({ out_trade_no: 'ORDER_0002', amount: { ...all, total: 100, refund: 50 } })).toBe(
        '多账户出资退款不支持非分账订单',
      )
      await seed.order({ mchid: others.owner.mchid, ...waits })
      const second = { out_trade_no: 'ORDER_0002', amount: { ...all, total: 100, refund: 50 } }
      expect(await messageOf(second)).toBe('请求参数符合参数格式，但不符合业务规则')
      expect(await messageOf({ ...second, amount: { ...second.amount, from: undefined } })).toBe(
        '基本账户余额不足，请充值后重新发起',
      )
    })
  })

  describe('tell the merchant', () => {
    const notify_url = 'https://shop.example.com/refund'

    test('of what they will be, when they are settled', async ({ merchant, seed, control }) => {
      await seed.order()
      const { body } = await merchant.call(createRefund, request({ notify_url }))

      const { notifications } = await control.world()
      expect(notifications).toMatchObject([
        {
          mchid: '1900000001',
          url: notify_url,
          event_type: 'REFUND.SUCCESS',
          summary: '退款成功',
          original_type: 'refund',
          associated_data: 'refund',
          schedule: 'payment',
          create_time: '2026-11-25T12:00:00+08:00',
          due_time: '2026-11-25T12:00:05+08:00',
        },
      ])
      expect(JSON.parse(notifications[0]?.resource ?? '')).toEqual({
        mchid: '1900000001',
        transaction_id: TRANSACTION,
        out_trade_no: 'ORDER_0001',
        refund_id: Object(body).refund_id,
        out_refund_no: 'REFUND_1',
        refund_status: 'SUCCESS',
        success_time: '2026-11-25T12:00:05+08:00',
        user_received_account: '支付用户零钱',
        amount: { total: 100, refund: 40, payer_total: 100, payer_refund: 40 },
      })
    })

    test('once for one number', async ({ merchant, seed, control }) => {
      await seed.order()
      await merchant.call(createRefund, request({ notify_url }))
      await merchant.call(createRefund, request({ notify_url }))

      expect((await control.world()).notifications).toHaveLength(1)
    })

    test('nothing without an address', async ({ merchant, seed, control }) => {
      await seed.order({ notify_url: 'https://shop.example.com/pay' })
      await merchant.call(createRefund, request())

      expect((await control.world()).notifications).toEqual([])
    })
  })
})
