import { describe, expect } from 'vitest'
import { createRefund, createSharing, createStock, jsapiPrepay, queryStock } from '../../src/products/operations.ts'
import { anAvailableTime, aStockRequest, aUseRule } from '../helpers/stock-request.ts'
import { test, transports } from '../helpers/world.ts'

const INVALID = { status: 400, body: { code: 'PARAM_ERROR', message: '请求参数错误' } }

const order = (changes: object = {}) => ({
  appid: 'wxd678efh567hg6787',
  mchid: '1900000001',
  description: '测试商品',
  out_trade_no: 'ORDER_0001',
  notify_url: 'https://shop.example.com/pay/notify',
  amount: { total: 100 },
  payer: { openid: 'oUser' },
  ...changes,
})
const goods = { merchant_goods_id: 'A', quantity: 1, unit_price: 100 }
const refundedGoods = { merchant_goods_id: 'A', unit_price: 100, refund_amount: 1, refund_quantity: 1 }
const withTime = (changes: Record<string, unknown>) =>
  aStockRequest({ coupon_use_rule: aUseRule({ coupon_available_time: anAvailableTime(changes) }) })
const window = { begin_time: '2026-12-24T00:00:00+08:00', end_time: '2026-12-26T23:59:59+08:00' }
const many = <Value>(count: number, value: Value): Value[] => Array.from({ length: count }, () => value)
const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels))

describe.for(transports)('large bodies over %s', (transport) => {
  test.override('transport', transport)

  test('as many goods as an order has are read, and refused for the bytes of its detail only', async ({ merchant }) => {
    const detail = { goods_detail: many(6_000, goods) }

    expect(await merchant.call(jsapiPrepay, order({ detail }))).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('“商品详情”字符串规则校验失败，字节数') },
    })
  })

  test('as many goods as a refund has are read', async ({ merchant, control }) => {
    await control.addOrder({ out_trade_no: 'ORDER_0001', total: 100 })
    const amount = { refund: 1, total: 100, currency: 'CNY' }
    const goods_detail = many(3_000, refundedGoods)
    const body = { out_trade_no: 'ORDER_0001', out_refund_no: 'REFUND_1', amount, goods_detail }

    expect(await merchant.call(createRefund, body)).toMatchObject({ status: 200 })
  })

  test.for([
    ['more goods', order({ detail: { goods_detail: many(6_001, goods) } })],
    ['ten times as many elements that are wrong', order({ detail: { goods_detail: many(60_000, {}) } })],
    ['a list where the call has none', order({ attach: many(60_000, 0) })],
    ['as many unknown members', order(Object.fromEntries(many(60_000, 0).map((_, i) => [`k${i}`, 0])))],
    ['nesting', order({ attach: nested(2_000) })],
    ['nesting in an unknown member', order({ unknown: nested(33) })],
  ] as const)('%s: the request is refused as a whole', async ([, body], { merchant }) => {
    expect(await merchant.call(jsapiPrepay, body)).toEqual(INVALID)
  })

  test('nesting where objects have encrypted members is refused as a whole', async ({ merchant }) => {
    const body = `{"receivers":${'['.repeat(20_000)}${']'.repeat(20_000)}}`
    expect(await merchant.request({ target: createSharing.path, body })).toMatchObject(INVALID)
  })

  test.for([
    ['amount.from', { amount: { refund: 1, total: 100, currency: 'CNY', from: many(51, {}) } }],
    ['goods_detail', { amount: { refund: 1, total: 100, currency: 'CNY' }, goods_detail: many(3_001, refundedGoods) }],
  ] as const)('more elements of %s than a refund has', async ([, changes], { merchant }) => {
    const body = { out_trade_no: 'ORDER_0001', out_refund_no: 'REFUND_1', ...changes }

    expect(await merchant.call(createRefund, body)).toEqual(INVALID)
  })

  test.for([
    ['weekdays', withTime({ available_week: { week_day: many(8, 1) } })],
    ['irregular windows', withTime({ irregulary_avaliable_time: many(51, window) })],
  ] as const)('more %s than a batch has', async ([, body], { merchant }) => {
    expect(await merchant.call(createStock, body)).toEqual(INVALID)
  })

  test('a batch with as many irregular windows as it may have is shown with them', async ({ merchant }) => {
    const created = await merchant.call(createStock, withTime({ irregulary_avaliable_time: many(50, window) }))
    const { stock_id } = created.body as { stock_id: string }
    const { body } = await merchant.call(queryStock, { stock_id })

    expect(body).toMatchObject({
      coupon_use_rule: { coupon_available_time: { irregulary_avaliable_time: many(50, window) } },
    })
  })

  test('an answer repeats only some unknown members, and not all of a long name', async ({ merchant }) => {
    const unknown = Object.fromEntries(many(1_000, 0).map((_, i) => [`${i}`.padStart(4, '0').padEnd(500, '多'), 0]))
    const { status, body } = await merchant.call(jsapiPrepay, order(unknown))

    expect({ status, body }).toMatchObject({ status: 400, body: { message: '请求中含有未在API文档中定义的参数' } })
    const { value } = (body as { detail: { value: string[] } }).detail
    expect(value).toHaveLength(20)
    expect(value.map(({ length }) => length)).toEqual(many(20, 256))
  })

  test('an answer does not repeat a time that is too long to be one', async ({ merchant }) => {
    expect(await merchant.call(jsapiPrepay, order({ time_expire: 'x'.repeat(1_000_000) }))).toEqual({
      status: 400,
      body: {
        code: 'PARAM_ERROR',
        detail: { location: 'body', value: 1_000_000 },
        message: '输入源“/body/time_expire”映射到值字段“支付结束时间”字符串规则校验失败，字节数 1000000，大于最大值 64',
      },
    })
  })
})
