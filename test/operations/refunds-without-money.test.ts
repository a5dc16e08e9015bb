import { describe, expect } from 'vitest'
import { accessByAccess, type Store } from '../../src/engine/state/store.ts'
import { type Booking, bookings } from '../../src/products/bill/books.ts'
import {
  applyPlatformAbnormalRefund,
  applyPlatformRefund,
  createRefund,
  queryAdvanceReturn,
  queryPlatformRefund,
  queryPlatformRefundById,
  queryRefund,
  returnAdvance,
} from '../../src/products/operations.ts'
import { test } from '../helpers/callbacks.ts'
import { transports } from '../helpers/world.ts'
import { refused, told } from '../products/transfer/transfers.ts'

const platform = '1900000001'
const amount = { refund: 400, total: 1_000, currency: 'CNY' }
const NOT_ENOUGH = refused(403, 'NOT_ENOUGH', '基本账户余额不足，请充值后重新发起')

/** Movements of a merchant's money, the oldest first. */
async function bookingsOf({ store }: { readonly store: Store }, mchid: string): Promise<readonly Booking[]> {
  const found: Booking[] = []
  for await (const one of bookings(accessByAccess(store), mchid, 'BASIC', Date.parse('2028-01-01'))) found.push(one)
  return found
}

async function moved(mock: { readonly store: Store }, mchid: string): Promise<readonly string[]> {
  return (await bookingsOf(mock, mchid)).map(({ kind, amount }) => `${kind} ${amount}`)
}

describe.for(transports)('refunds that the merchant has no money for over %s', (transport) => {
  test.override('transport', transport)

  test('wait for seven days, are closed then, and a new number succeeds', async ({
    mock,
    control,
    others,
    clientOf,
    receiver,
  }) => {
    const { mchid, apiV3Key } = others.owner
    const poor = await clientOf({ ...others.owner, refundableFen: 399 })
    const shop = await receiver.start(204)
    await control.addOrder({ mchid, out_trade_no: 'ORDER_0001', total: 1_000 })
    const wanted = { out_trade_no: 'ORDER_0001', out_refund_no: 'R1', notify_url: shop.url, amount }
    expect(await poor.call(createRefund, wanted)).toEqual(NOT_ENOUGH)
    await control.changeSettings({ refund_without_money: 'waits' })

    const waiting = { status: 200, body: expect.objectContaining({ out_refund_no: 'R1', status: 'PROCESSING' }) }
    expect(await poor.call(createRefund, wanted)).toEqual(waiting)
    await control.advance('P6DT23H59M59S')
    expect(await poor.call(createRefund, wanted)).toEqual(waiting)
    // It keeps its part of the order meanwhile.
    const all = { ...wanted, out_refund_no: 'R2', amount: { ...amount, refund: 601 } }
    expect(await poor.call(createRefund, all)).toMatchObject({ status: 400 })
    await control.advance(1)
    await mock.outbox.idle()

    expect(await poor.call(queryRefund, { out_refund_no: 'R1' })).toMatchObject({ body: { status: 'CLOSED' } })
    expect(shop.received.map((one) => told(one, apiV3Key))).toMatchObject([
      { event_type: 'REFUND.CLOSED', summary: '退款关闭', resource: { mchid, refund_status: 'CLOSED' } },
    ])
    // The old number stays closed.
    await control.changeMerchant(mchid, { refundable: 1_000 })
    expect(await poor.call(createRefund, wanted)).toMatchObject({ body: { status: 'CLOSED' } })
    expect(await poor.call(createRefund, all)).toMatchObject({ body: { status: 'PROCESSING' } })
    await control.advance(5)
    expect(await poor.call(queryRefund, { out_refund_no: 'R2' })).toMatchObject({ body: { status: 'SUCCESS' } })
  })

  test('a refund that waits gets its money by hand, and the books have it from then on', async ({
    mock,
    control,
    others,
    clientOf,
  }) => {
    const poor = await clientOf({ ...others.owner, refundableFen: 0 })
    await control.addOrder({ mchid: others.owner.mchid, out_trade_no: 'ORDER_0001', total: 1_000 })
    await control.changeSettings({ refund_without_money: 'waits' })
    await poor.call(createRefund, { out_trade_no: 'ORDER_0001', out_refund_no: 'R1', amount })
    await control.advance('P1D')

    await control.settleRefund('R1', { outcome: 'SUCCESS' })

    expect(await poor.call(queryRefund, { out_refund_no: 'R1' })).toMatchObject({ body: { status: 'SUCCESS' } })
    expect(await bookingsOf(mock, others.owner.mchid)).toMatchObject([
      { kind: '交易' },
      { kind: '扣除交易手续费' },
      { kind: '退款', amount: -398, time: Date.parse('2026-11-26T12:00:00+08:00') },
    ])
  })
})

describe.for(transports)('refunds of platforms over %s', (transport) => {
  test.override('transport', transport)

  /** A platform whose sub-merchant has nine yuan for refunds, and an order of ten yuan. */
  const platformTest = test.extend('sub', async ({ control, others, clientOf }) => {
    const sub = { ...others.owner, partners: [platform], refundableFen: 900 }
    await clientOf(sub)
    await control.addOrder({ sub_mchid: sub.mchid, out_trade_no: 'ORDER_0001', total: 1_000 })
    return sub.mchid
  })
  const asked = (sub_mchid: string, changes: object = {}) => ({
    sub_mchid,
    sp_appid: 'wxd678efh567hg6787',
    out_trade_no: 'ORDER_0001',
    out_refund_no: 'R1',
    amount,
    ...changes,
  })
  const ADVANCE = { refund_account: 'REFUND_SOURCE_PARTNER_ADVANCE' }
  const whole = { amount: { ...amount, refund: 1_000 } }

  platformTest(
    'take the money of the sub-merchant, and are found by both numbers',
    async ({ merchant, control, sub }) => {
      const made = await merchant.call(applyPlatformRefund, asked(sub, ADVANCE))

      expect(made).toEqual({
        status: 200,
        body: {
          refund_id: expect.stringMatching(/^503/),
          out_refund_no: 'R1',
          create_time: '2026-11-25T12:00:00+08:00',
          amount: { refund: 400, from: [], payer_refund: 400, discount_refund: 0, currency: 'CNY' },
          promotion_detail: [],
          refund_account: 'REFUND_SOURCE_SUB_MERCHANT',
        },
      })
      const { refund_id } = Object(made.body)
      const found = await merchant.call(queryPlatformRefundById, { refund_id, sub_mchid: sub })
      expect(found).toEqual({
        status: 200,
        body: {
          ...Object(made.body),
          transaction_id: expect.any(String),
          out_trade_no: 'ORDER_0001',
          channel: 'ORIGINAL',
          user_received_account: '支付用户零钱',
          status: 'PROCESSING',
          funds_account: 'AVAILABLE',
        },
      })
      expect(await merchant.call(queryPlatformRefund, { out_refund_no: 'R1', sub_mchid: sub })).toEqual(found)
      expect(await merchant.call(applyPlatformRefund, asked(sub, ADVANCE))).toEqual(made)
      await control.advance(5)
      const nothing = refused(400, 'INVALID_REQUEST', '请求参数符合参数格式，但不符合业务规则')
      expect(await merchant.call(returnAdvance, { refund_id, sub_mchid: sub })).toEqual(nothing)
    },
  )

  platformTest(
    'are advanced by the platform, which is paid back',
    async ({ mock, merchant, control, receiver, sub }) => {
      const shop = await receiver.start(204)
      const { api_v3_key } = await control.credentials()
      const notified = { notify_url: shop.url, ...whole }
      expect(await merchant.call(applyPlatformRefund, asked(sub, notified))).toEqual(NOT_ENOUGH)

      const made = await merchant.call(applyPlatformRefund, asked(sub, { ...notified, ...ADVANCE }))
      expect(made).toMatchObject({ body: { amount: { refund: 1_000, advance: 994 }, ...ADVANCE } })
      const { refund_id } = Object(made.body)
      const named = { refund_id, sub_mchid: sub }
      expect(await merchant.call(returnAdvance, named)).toEqual(refused(404, 'RESOURCE_NOT_EXISTS', '退款单不存在'))
      await control.advance(5)
      await mock.outbox.idle()
      expect(shop.received.map((one) => told(one, api_v3_key).resource)).toMatchObject([
        { sp_mchid: platform, sub_mchid: sub, refund_status: 'SUCCESS', ...ADVANCE },
      ])
      expect(await merchant.call(queryAdvanceReturn, named)).toEqual(
        refused(404, 'RESOURCE_NOT_EXISTS', '垫付回补结果查询失败'),
      )

      // The sub-merchant has no money for it yet.
      expect(await merchant.call(returnAdvance, named)).toEqual(refused(403, 'NOT_ENOUGH', '余额不足'))
      await control.changeSettings({ refund_without_money: 'waits' })
      const waiting = {
        refund_id,
        advance_return_id: expect.stringMatching(/^\d{28}$/),
        return_amount: 994,
        payer_mchid: sub,
        payer_account: 'BASIC',
        payee_mchid: platform,
        payee_account: 'BASIC',
        result: 'PROCESSING',
      }
      const first = await merchant.call(returnAdvance, named)
      expect(first).toEqual({ status: 200, body: waiting })
      await control.advance('P89D')
      expect(await merchant.call(queryAdvanceReturn, named)).toEqual(first)
      await control.changeMerchant(sub, { refundable: 1_000 })
      const returned = await merchant.call(returnAdvance, named)
      const success_time = '2027-02-22T12:00:05+08:00'
      expect(returned).toEqual({ status: 200, body: { ...Object(first.body), result: 'SUCCESS', success_time } })
      expect(await merchant.call(returnAdvance, named)).toEqual(returned)
      expect(await merchant.call(queryAdvanceReturn, named)).toEqual(returned)

      expect(await moved(mock, platform)).toEqual(['退款 -994', '垫付回补 994'])
      expect(await moved(mock, sub)).toEqual(['交易 1000', '扣除交易手续费 -6', '垫付回补 -994'])
    },
  )

  platformTest(
    'whose advance was paid back go back to the sub-merchant if they are closed after all',
    async ({ mock, merchant, control, sub }) => {
      const made = await merchant.call(applyPlatformRefund, asked(sub, { ...whole, ...ADVANCE }))
      const named = { refund_id: Object(made.body).refund_id, sub_mchid: sub }
      await control.settleRefund('R1', { outcome: 'ABNORMAL' })
      await control.changeMerchant(sub, { refundable: 1_000 })
      const returned = await merchant.call(returnAdvance, named)
      expect(returned).toMatchObject({ body: { result: 'SUCCESS' } })
      await merchant.call(applyPlatformAbnormalRefund, { ...named, out_refund_no: 'R1', type: 'MERCHANT_BANK_CARD' })
      expect(await merchant.call(returnAdvance, named)).toEqual(returned)

      await control.settleRefund('R1', { outcome: 'CLOSED' })

      expect(await merchant.call(returnAdvance, named)).toEqual(returned)
      expect(await moved(mock, platform)).toEqual(['退款 -994', '垫付回补 994'])
      const [, , ...since] = await moved(mock, sub)
      expect(since.toSorted()).toEqual(['垫付回补 -994', '退款关闭 994'])
    },
  )

  platformTest(
    'whose advance the sub-merchant never pays back have failed after 90 days',
    async ({ merchant, control, sub }) => {
      await control.changeSettings({ refund_without_money: 'waits' })
      const made = await merchant.call(applyPlatformRefund, asked(sub, { ...whole, ...ADVANCE }))
      const named = { refund_id: Object(made.body).refund_id, sub_mchid: sub }
      await control.advance(5)
      await merchant.call(returnAdvance, named)
      await control.advance('P90D')

      expect(await merchant.call(queryAdvanceReturn, named)).toMatchObject({ body: { result: 'FAILED' } })
      await control.advance('-P1D')
      expect(await merchant.call(queryAdvanceReturn, named)).toMatchObject({ body: { result: 'FAILED' } })
      await control.changeMerchant(sub, { refundable: 2_000 })
      expect(await merchant.call(returnAdvance, named)).toMatchObject({
        status: 400,
        body: { code: 'INVALID_REQUEST' },
      })
    },
  )

  platformTest('that wait for money do not say whose it is', async ({ merchant, control, sub }) => {
    await control.changeSettings({ refund_without_money: 'waits' })
    const { body } = await merchant.call(applyPlatformRefund, asked(sub, whole))
    expect(body).not.toHaveProperty('refund_account')
    await control.settleRefund('R1', { outcome: 'ABNORMAL' })
    const { refund_id } = Object(body)
    const another = { refund_id, sub_mchid: sub, out_refund_no: 'R1', type: 'MERCHANT_BANK_CARD' }

    expect(await merchant.call(applyPlatformAbnormalRefund, another)).toMatchObject({
      status: 200,
      body: { status: 'PROCESSING', refund_account: 'REFUND_SOURCE_SUB_MERCHANT' },
    })
  })

  platformTest('show coupons in the words of their page', async ({ merchant, control, sub }) => {
    const promotions = [
      { coupon_id: 'CASH', amount: 100 },
      { coupon_id: 'FREE', type: 'NOCASH' as const, amount: 100 },
    ]
    await control.addOrder({ sub_mchid: sub, out_trade_no: 'ORDER_0002', total: 1_000, promotions })

    expect(await merchant.call(applyPlatformRefund, asked(sub, { out_trade_no: 'ORDER_0002' }))).toMatchObject({
      body: { promotion_detail: [{ type: 'COUPON' }, { type: 'DISCOUNT' }] },
    })
  })
})
