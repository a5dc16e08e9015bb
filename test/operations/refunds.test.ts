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

  test('are 50 for an order at most, those that were closed not counted', async ({ merchant, seed, control }) => {
    await seed.order()
    const closed = await control.refundOrder('ORDER_0001', { amount: 1 })
    await control.settleRefund(closed.out_refund_no, { outcome: 'CLOSED' })
    for (let i = 0; i < 50; i += 1) await control.refundOrder('ORDER_0001', { amount: 1 })

    expect(await merchant.call(createRefund, request())).toEqual(refused('请求参数符合参数格式，但不符合业务规则'))
    expect((await control.journal()).at(-1)?.remarks.at(-1)?.text).toContain('order ORDER_0001 has 50 refunds')
  })

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
      await seed.order()
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

    test('several times, until all is given back', async ({ merchant, seed }) => {
      await seed.order()
      const part = (i: number, refund: number) =>
        merchant.call(createRefund, request({ out_refund_no: `R-${i}`, amount: { ...amount, refund } }))

      expect(await part(1, 40)).toMatchObject({ status: 200 })
      expect(await part(2, 61)).toEqual(refused('申请退款金额超过订单可退金额'))
      expect(await part(2, 60)).toMatchObject({ status: 200 })
      expect(await part(3, 1)).toEqual(refused('订单已全额退款'))
      expect(await part(3, 101)).toEqual(refused('订单已全额退款'))
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
      expect(await merchant.call(createRefund, request({ out_refund_no: 'R2', amount: wanted }))).toMatchObject(half)
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

    test('of a large order with a part of its fee', async ({ merchant, seed }) => {
      await seed.order({ total: 10_000 })
      const wanted = { total: 10_000, refund: 5_000, currency: 'CNY' }

      expect(await merchant.call(createRefund, request({ amount: wanted }))).toMatchObject({
        body: { amount: { refund_fee: 30 } },
      })
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

    test('after one that was closed, of the same money', async ({ merchant, seed, control }) => {
      await seed.order()
      await merchant.call(createRefund, request({ amount: { ...amount, refund: 100 } }))
      await control.settleRefund('REFUND_1', { outcome: 'CLOSED' })

      expect(await merchant.call(createRefund, request({ out_refund_no: 'REFUND_2' }))).toMatchObject({ status: 200 })
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

    test('with every character that a number may have', async ({ merchant, seed }) => {
      await seed.order()
      const out_refund_no = 'aZ09_-|*@'
      await merchant.call(createRefund, request({ out_refund_no }))

      expect(await merchant.call(queryRefund, { out_refund_no })).toMatchObject({
        status: 200,
        body: { out_refund_no },
      })
    })

    test('unknown', async ({ merchant }) => {
      expect(await merchant.call(queryRefund, { out_refund_no: 'REFUND_1' })).toEqual({
        status: 404,
        body: { code: 'RESOURCE_NOT_EXISTS', message: '退款单不存在' },
      })
    })
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

    test('with a number that made one of the same order, which is named another way', async ({ merchant, seed }) => {
      await seed.order()
      await merchant.call(createRefund, request())

      expect(await merchant.call(createRefund, request({ transaction_id: TRANSACTION }))).toEqual(
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

    test.for([
      [{ amount: 5 }, '/body/amount”映射到目标字段“金额信息”'],
      [
        { amount: { refund: 1, total: 100, currency: 'CNY', from: 5 } },
        '/body/amount/from”映射到多重字段“退款出资账户及金额”',
      ],
      [{ goods_detail: 5 }, '/body/goods_detail”映射到多重字段“退款商品”'],
    ] as const)('with %j, of the wrong type, by the title of the field', async ([wrong, field], { merchant }) => {
      expect(await merchant.call(createRefund, request(wrong))).toMatchObject({
        status: 400,
        body: { code: 'PARAM_ERROR', message: expect.stringContaining(field) },
      })
    })

    test('with a notify_url that is not https, if the mock is asked to', async ({ merchant, seed, control }) => {
      await seed.order()
      await control.changeSettings({ notify_url: 'https' })
      const refused = { status: 400, body: { code: 'PARAM_ERROR', message: '参数错误' } }

      for (const notify_url of ['http://shop.example.com/refund', 'http://localhost.example.com/']) {
        expect(await merchant.call(createRefund, request({ notify_url }))).toEqual(refused)
      }
      const [exchange] = await control.journal({ limit: 1 })
      expect(exchange?.remarks).toMatchObject([{ about: 'refusal', text: expect.stringContaining('notify_url') }])
      expect(await merchant.call(createRefund, request({ notify_url: 'http://127.0.0.1/' }))).toMatchObject({
        status: 200,
      })
    })

    test('for a sub-merchant that there is not, as the query is', async ({ merchant, seed }) => {
      await seed.order()
      const unknown = { status: 404, body: { code: 'MCH_NOT_EXISTS', message: 'MCHID不存在' } }

      expect(await merchant.call(createRefund, request({ sub_mchid: '1900000999' }))).toEqual(unknown)
      expect(await merchant.call(queryRefund, { out_refund_no: 'REFUND_1', sub_mchid: '1900000999' })).toEqual(unknown)
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

    test('for no order', async ({ merchant, seed }) => {
      await seed.order()

      expect(await merchant.call(createRefund, request({ out_trade_no: undefined }))).toEqual({
        status: 400,
        body: { code: 'PARAM_ERROR', message: '请求参数错误' },
      })
    })

    test("for another merchant's order", async ({ merchant, seed, others }) => {
      await seed.order({ mchid: others.owner.mchid })

      expect(await merchant.call(createRefund, request())).toEqual(UNKNOWN)
    })

    test.for(['NOTPAY', 'CLOSED'] as const)('for an order that is %s', async (state, { merchant, seed }) => {
      await seed.order({ state, transaction_id: undefined })

      expect(await merchant.call(createRefund, request())).toEqual({
        status: 404,
        body: { code: 'RESOURCE_NOT_EXISTS', message: '原订单不存在' },
      })
    })

    test('with another total than that of the order', async ({ merchant, seed }) => {
      await seed.order()

      expect(await merchant.call(createRefund, request({ amount: { ...amount, total: 99 } }))).toEqual(
        refused('订单金额或退款金额与之前请求不一致，请核实后再试'),
      )
    })

    test.for<{ from: object[] }>([
      { from: [{ account: 'AVAILABLE', amount: 39 }] },
      {
        from: [
          { account: 'AVAILABLE', amount: 20 },
          { account: 'AVAILABLE', amount: 20 },
        ],
      },
    ])('from accounts that do not fit: %j', async ({ from }, { merchant, seed }) => {
      await seed.order()

      expect(await merchant.call(createRefund, request({ amount: { ...amount, from } }))).toEqual(
        refused('请求参数符合参数格式，但不符合业务规则'),
      )
    })

    test('in the order of the checks', async ({ control, clientOf, others, seed }) => {
      const poor = await clientOf({ ...others.owner, refundableFen: 0 })
      const all = { ...amount, refund: 101, total: 99, from: [{ account: 'AVAILABLE', amount: 1 }] }
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
      await seed.order({ mchid: others.owner.mchid, out_trade_no: 'ORDER_0002', transaction_id: undefined })
      const second = { out_trade_no: 'ORDER_0002', amount: { ...all, total: 100, refund: 50 } }
      expect(await messageOf(second)).toBe('请求参数符合参数格式，但不符合业务规则')
      expect(await messageOf({ ...second, amount: { ...second.amount, from: undefined } })).toBe(
        '基本账户余额不足，请充值后重新发起',
      )
    })

    test.for([[{ refund: 41 }], [{ total: 99 }]])(
      'with a number that made another refund: %j',
      async ([change], { merchant, seed }) => {
        await seed.order()
        await merchant.call(createRefund, request())

        expect(await merchant.call(createRefund, request({ amount: { ...amount, ...change } }))).toEqual(
          refused('订单金额或退款金额与之前请求不一致，请核实后再试'),
        )
      },
    )

    test('from 365 days after the payment on', async ({ merchant, seed, control }) => {
      await seed.order({ success_time: '2025-11-25T12:00:00+08:00' })
      expect(await merchant.call(createRefund, request())).toMatchObject({ status: 200 })
      await control.advance(1)

      expect(await merchant.call(createRefund, request({ out_refund_no: 'R2' }))).toEqual(
        refused('订单已经超过退款期限'),
      )
    })

    test('the fifty-first time', async ({ merchant, seed }) => {
      await seed.order()
      const one = (i: number) =>
        merchant.call(createRefund, request({ out_refund_no: `R-${i}`, amount: { ...amount, refund: 1 } }))
      for (let i = 0; i < 50; i += 1) expect(await one(i)).toMatchObject({ status: 200 })

      expect(await one(50)).toEqual(refused('请求参数符合参数格式，但不符合业务规则'))
    })

    test.for<[changes: object, message: string]>([
      [{ out_refund_no: 'a b' }, '“商户退款单号”字符串规则校验失败，字符串必须匹配正则表达式'],
      [{ out_refund_no: 'a'.repeat(65) }, '“商户退款单号”字符串规则校验失败，字节数 65，大于最大值 64'],
      [{ amount: { ...amount, refund: 0 } }, '“退款金额”规则校验失败，值低于最小值 1'],
      [{ amount: { ...amount, currency: undefined } }, '“退款币种”必填性规则校验失败，此字段为必填项'],
      [
        { goods_detail: [{ ...GOODS, wechatpay_goods_id: 'a'.repeat(33) }] },
        '“微信侧商品编码”字符串规则校验失败，字符数 33，大于最大值 32',
      ],
      [{ reason: '因'.repeat(27) }, '“退款原因”字符串规则校验失败，字节数 81，大于最大值 80'],
      [{ notify_url: 'https://shop.example.com/?a' }, '“退款结果回调url”字符串规则校验失败，字符串必须匹配正则表达式'],
      [{ notify_url: 'http://' }, '“退款结果回调url”字符串规则校验失败，字节数 7，小于最小值 8'],
    ])('with %j', async ([changes, message], { merchant, seed }) => {
      await seed.order()

      expect(await merchant.call(createRefund, request(changes))).toMatchObject({
        status: 400,
        body: { code: 'PARAM_ERROR', message: expect.stringContaining(message) },
      })
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
