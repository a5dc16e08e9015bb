import { describe, expect } from 'vitest'
import { applyPlatformRefund, createRefund, unfreezeOrder } from '../../src/products/operations.ts'
import { test } from '../helpers/world.ts'
import { unfreeze, waiting } from '../products/profit-sharing/sharing.ts'
import { refused } from '../products/transfer/transfers.ts'

const ofPlatform = { sub_mchid: '1900000109' }

const refund = (changes: object = {}) => ({
  out_trade_no: 'ORDER_1',
  out_refund_no: 'REFUND_1',
  amount: { refund: 4_000, total: 10_000, currency: 'CNY' },
  ...changes,
})

describe('a refund of more than is left of an order that was shared in part', () => {
  const sharing = { shared: 7_000, kept: 0, failing: [], requests: 1, request_time: '2026-11-25T11:30:00+08:00' }
  const TEXT = '申请退款金额大于剩余未分账金额，请等待分账完成后再试'

  test('is refused with the code that was logged', async ({ merchant, control }) => {
    await waiting(control, { sharing })
    await waiting(control, { out_trade_no: 'ORDER_2', transaction_id: undefined, sharing, ...ofPlatform })

    expect(await merchant.call(createRefund, refund())).toEqual(refused(403, 'RULE_LIMIT', TEXT))
    expect(
      await merchant.call(applyPlatformRefund, refund({ ...ofPlatform, out_trade_no: 'ORDER_2', sp_appid: 'wx1' })),
    ).toEqual(refused(403, 'RULE_LIMIT', TEXT))
  })

  test('is refused with INVALID_REQUEST if a setting says so', async ({ merchant, control }) => {
    await waiting(control, { sharing })
    await control.changeSettings({ refund_of_shared: 'INVALID_REQUEST' })

    expect(await merchant.call(createRefund, refund())).toEqual(refused(400, 'INVALID_REQUEST', TEXT))
  })
})

describe('accounts that a refund is to come from', () => {
  const from = [
    { account: 'AVAILABLE', amount: 1_000 },
    { account: 'UNAVAILABLE', amount: 3_000 },
  ]
  const wanted = refund({ amount: { ...refund().amount, from } })

  test('are refused of an order that is no sharing order', async ({ merchant, control }) => {
    const TEXT = '多账户出资退款不支持非分账订单'
    await control.addOrder({ out_trade_no: 'ORDER_1', total: 10_000 })
    await control.addOrder({ out_trade_no: 'ORDER_2', total: 10_000, ...ofPlatform })

    expect(await merchant.call(createRefund, wanted)).toEqual(refused(400, 'INVALID_REQUEST', TEXT))
    expect(
      await merchant.call(applyPlatformRefund, { ...wanted, ...ofPlatform, out_trade_no: 'ORDER_2', sp_appid: 'wx1' }),
    ).toEqual(refused(400, 'INVALID_REQUEST', TEXT))
    expect((await control.journal()).at(-1)?.remarks.at(-1)?.text).toContain('/body/amount/from')
  })

  test('are taken while the order waits to be shared, and not any more once it was unfrozen', async ({
    merchant,
    control,
  }) => {
    await waiting(control)
    const { status, body } = await merchant.call(createRefund, wanted)
    expect({ status, body }).toMatchObject({ status: 200, body: { amount: { from } } })

    await merchant.call(unfreezeOrder, unfreeze())
    expect(await merchant.call(createRefund, { ...wanted, out_refund_no: 'REFUND_2' })).toMatchObject({
      status: 400,
      body: { code: 'INVALID_REQUEST' },
    })
  })
})

describe("refunds of a platform's order", () => {
  const apply = (changes: object = {}) => refund({ ...ofPlatform, sp_appid: 'wx1', ...changes })
  const LIMITED = refused(429, 'FREQUENCY_LIMITED', '频率限制')

  test('may follow each other at once unless rates count', async ({ merchant, control }) => {
    await control.addOrder({ out_trade_no: 'ORDER_1', total: 10_000, ...ofPlatform })

    expect(await merchant.call(applyPlatformRefund, apply())).toMatchObject({ status: 200 })
    expect(await merchant.call(applyPlatformRefund, apply({ out_refund_no: 'REFUND_2' }))).toMatchObject({
      status: 200,
    })
  })

  describe('when rates count', () => {
    test.override('options', { rateLimit: 'on' })

    test('are taken once a minute, also with the same number', async ({ mock, merchant, control }) => {
      mock.clock.freeze()
      await control.addOrder({ out_trade_no: 'ORDER_1', total: 10_000, ...ofPlatform })
      await control.addOrder({ out_trade_no: 'ORDER_2', total: 10_000, ...ofPlatform })
      const first = await merchant.call(applyPlatformRefund, apply())
      expect(first).toMatchObject({ status: 200 })

      expect(await merchant.call(applyPlatformRefund, apply({ out_refund_no: 'REFUND_2' }))).toEqual(LIMITED)
      expect(await merchant.call(applyPlatformRefund, apply())).toEqual(LIMITED)
      expect((await control.journal()).at(-1)?.remarks.at(-1)?.text).toContain('2026-11-25T12:01:00+08:00')
      const other = apply({ out_trade_no: 'ORDER_2', out_refund_no: 'REFUND_3' })
      expect(await merchant.call(applyPlatformRefund, other)).toMatchObject({ status: 200 })

      await control.advance(60)
      expect(await merchant.call(applyPlatformRefund, apply())).toMatchObject({
        status: 200,
        body: { refund_id: Object(first.body).refund_id },
      })
      expect(await merchant.call(applyPlatformRefund, apply({ out_refund_no: 'REFUND_2' }))).toMatchObject({
        status: 200,
      })
    })
  })
})

test('the rate of refunds of old orders can be planned, with its text', async ({ merchant, control }) => {
  await control.addOrder({ out_trade_no: 'ORDER_1', total: 10_000 })
  await control.planFault({ operation: createRefund.id, error: 'old_order_rate' })

  expect(await merchant.call(createRefund, refund())).toEqual(
    refused(429, 'FREQUENCY_LIMITED', '频率限制，1个月之前的订单请降低申请频率再重试'),
  )
})

test.for([
  ['PARAM_ERROR', 400, '参数错误'],
  ['INVALID_REQUEST', 400, 'HTTP 请求不符合微信支付 APIv3 接口规则'],
  ['SIGN_ERROR', 401, '验证不通过'],
] as const)(
  'the row %s that pages print for every call can be planned by its code',
  async ([error, status, message], { merchant, control }) => {
    const target = '/v3/new-tax-control-fapiao/merchant/development-config'
    await control.planFault({ operation: `GET ${target}`, error })

    expect(await merchant.request({ target })).toMatchObject({
      status,
      body: { code: error, message },
    })
  },
)

test('an error that has a name of its own can be planned by its code, too', async ({ merchant, control }) => {
  await control.planFault({ operation: 'applyPlatformRefund', error: 'FREQUENCY_LIMITED' })
  const request = refund({ ...ofPlatform, sp_appid: 'wx1' })

  expect(await merchant.call(applyPlatformRefund, request)).toEqual(refused(429, 'FREQUENCY_LIMITED', '频率限制'))
})
