import { describe, expect } from 'vitest'
import {
  applyAbnormalRefund,
  createRefund,
  jsapiPrepay,
  queryOrderByOutTradeNo,
  queryRefund,
} from '../../../src/products/operations.ts'
import { encrypted, KEY } from '../../products/transfer/transfers.ts'
import { anOrder, aRefund, MCHID, NUMBER, PAYER, PLACES, takeAs, test } from './story.ts'

const NAMED = { out_trade_no: NUMBER, mchid: MCHID }
const ALL_REFUNDED = '400 INVALID_REQUEST 订单已全额退款'
const OTHER_VALUES = '400 INVALID_REQUEST 订单金额或退款金额与之前请求不一致，请核实后再试'
const NOT_PAID = '404 RESOURCE_NOT_EXISTS 原订单不存在'

describe.for(PLACES)('refunds are told of over %s', (place) => {
  test.override('place', place)

  test('story 6: whose money it is, and how much of it', async ({ take, control }) => {
    await take(jsapiPrepay, anOrder(PAYER))
    await take(createRefund, aRefund(500, 'R1'), NOT_PAID)
    await control.payOrder(NUMBER, {
      promotions: [
        { coupon_id: 'CASH', amount: 100 },
        { coupon_id: 'FREE', type: 'NOCASH', amount: 100 },
      ],
    })
    await take(queryOrderByOutTradeNo, NAMED, {
      amount: { total: 1_000, payer_total: 800 },
      promotion_detail: [{ type: 'CASH' }, { type: 'NOCASH', amount: 100, merchant_contribute: 100 }],
    })
    const half = { refund: 500, payer_refund: 400, discount_refund: 100, settlement_refund: 450 }
    const coupons = { promotion_detail: [{ refund_amount: 50 }, { type: 'NOCASH', refund_amount: 50 }] }
    await take(createRefund, aRefund(500, 'R1'), { amount: half, ...coupons })
    await take(createRefund, aRefund(499, 'R1'), OTHER_VALUES)
    await take(createRefund, aRefund(501, 'R2'), '400 INVALID_REQUEST 申请退款金额超过订单可退金额')
    await take(createRefund, aRefund(500, 'R2'), { amount: half, ...coupons })
    await take(createRefund, aRefund(500, 'R2'), { amount: half })
    await take(createRefund, aRefund(1, 'R3'), ALL_REFUNDED)

    const often = { out_trade_no: 'ORDER_0002' }
    await control.addOrder({ ...often, total: 1_000 })
    for (let i = 1; i <= 50; i++) await take(createRefund, aRefund(1, `OFTEN_${i}`, often))
    await take(
      createRefund,
      aRefund(1, 'OFTEN_51', often),
      '400 INVALID_REQUEST 请求参数符合参数格式，但不符合业务规则',
    )

    const old = { out_trade_no: 'ORDER_0003' }
    await control.addOrder({ ...old, total: 1_000, success_time: '2026-11-25T12:00:00+08:00' })
    await control.advance('P365D')
    await take(createRefund, aRefund(1, 'OLD_1', old))
    await control.advance('P1D')
    await take(createRefund, aRefund(1, 'OLD_2', old), '400 INVALID_REQUEST 订单已经超过退款期限')

    await control.changeSettings({ rate_limit: 'on' })
    for (let i = 0; i < 6; i++) await take(createRefund, aRefund(1, 'R3'), '400 INVALID_REQUEST 订单已经超过退款期限')
    await take(createRefund, aRefund(500, 'R1'), '429 FREQUENCY_LIMITED 频率限制')
    await control.advance('PT1S')
    await take(createRefund, aRefund(500, 'R1'))
  })

  test('story 7: one goes wrong', async ({ merchant, take, control, mock, shop, receiver, clientOf, others }) => {
    await take(jsapiPrepay, anOrder(PAYER))
    await control.payOrder(NUMBER)
    const { refund_id = '', out_refund_no = '' } = await take(
      createRefund,
      aRefund(500, 'R1', { notify_url: shop.url }),
    )
    // Card and wallet of the user are dead.
    await control.settleRefund(out_refund_no, { outcome: 'ABNORMAL' })
    await take(queryRefund, { out_refund_no }, { status: 'ABNORMAL', channel: 'ORIGINAL' })

    const sealed = takeAs(merchant, KEY)
    const card = {
      ...{ refund_id, out_refund_no, type: 'USER_BANK_CARD', bank_type: 'CMBC_DEBIT' },
      bank_account: encrypted('6226090000005022'),
      real_name: encrypted('张三'),
    }
    const clear = { ...card, bank_account: '6226090000005022' }
    await sealed(applyAbnormalRefund, clear, '400 PARAM_ERROR 请确认待处理的消息是否为加密后的密文')
    await take(applyAbnormalRefund, card, '400 PARAM_ERROR HTTP header缺少微信支付平台证书序列号(Wechatpay-Serial)')
    await sealed(applyAbnormalRefund, { ...card, bank_type: 'ZZZ_DEBIT' }, '400 PARAM_ERROR 请求参数错误')
    await sealed(applyAbnormalRefund, card, { status: 'PROCESSING', channel: 'OTHER_BANKCARD' })
    await control.advance('PT5S')
    await take(queryRefund, { out_refund_no }, { status: 'SUCCESS', user_received_account: '民生银行借记卡5022' })
    expect((await shop.notices()).map(({ event_type }) => event_type)).toEqual(['REFUND.ABNORMAL', 'REFUND.SUCCESS'])

    // Its server fails each of 16 times.
    const broken = await receiver.start(500)
    await take(createRefund, aRefund(100, 'R2', { notify_url: broken.url }))
    await control.advance('P2D')
    await mock.outbox.idle()
    expect(broken.received).toHaveLength(16)
    expect(new Set(broken.received.map(({ body }) => JSON.parse(body).id)).size).toBe(1)

    const { mchid } = others.owner
    const poor = await clientOf({ ...others.owner, refundableFen: 500 })
    const asPoor = takeAs(poor)
    await control.addOrder({ mchid, out_trade_no: NUMBER, total: 1_000 })
    await asPoor(createRefund, aRefund(501, 'R1'), '403 NOT_ENOUGH 基本账户余额不足，请充值后重新发起')
    await control.changeSettings({ refund_without_money: 'waits' })
    await asPoor(createRefund, aRefund(501, 'R1', { notify_url: shop.url }), { status: 'PROCESSING' })
    await control.advance('P6DT23H59M59S')
    await asPoor(queryRefund, { out_refund_no: 'R1' }, { status: 'PROCESSING' })
    await control.advance('PT1S')
    await asPoor(queryRefund, { out_refund_no: 'R1' }, { status: 'CLOSED' })
    await asPoor(createRefund, aRefund(501, 'R1', { notify_url: shop.url }), { status: 'CLOSED' })
    await asPoor(createRefund, aRefund(500, 'R2'), { status: 'PROCESSING' })
    await control.advance('PT5S')
    await asPoor(queryRefund, { out_refund_no: 'R2' }, { status: 'SUCCESS' })
    await mock.outbox.idle()
    const closed = (await control.notifications()).find((one) => one.event_type === 'REFUND.CLOSED')
    expect(closed).toMatchObject({ mchid, state: 'delivered' })
  })
})
