import { describe, expect } from 'vitest'
import { explainAppid } from '../../src/products/common/explain.ts'
import type { StockJson } from '../../src/products/merchant-coupon/stocks.ts'
import {
  closeOrder,
  createRefund,
  jsapiPrepay,
  modifyBudget,
  nativePrepay,
  sendCoupon,
  subsidyPay,
  subsidyReturn,
  uploadCouponCodes,
  useCoupon,
} from '../../src/products/operations.ts'
import { lastRemark } from '../helpers/last-remark.ts'
import { test } from '../helpers/world.ts'

const NOW = "it is 2026-11-25T12:00:00+08:00 by the mock's clock"

test.beforeEach(({ mock }) => mock.clock.freeze())

describe('why a coupon is not sent', () => {
  const send = (openid: string) => ({ openid, appid: 'wx1', stock_id: 'S1', out_request_no: 'R_1' })

  test.for<[name: string, stock: StockJson, codes: string[], text: string]>([
    [
      'the codes',
      { coupon_code_mode: 'MERCHANT_UPLOAD' },
      ['A', 'B'],
      'no_code_left: all 2 uploaded codes of batch S1 are handed out',
    ],
    ['no codes', { coupon_code_mode: 'MERCHANT_UPLOAD' }, [], 'no_code_left: no code is uploaded for batch S1'],
    [
      'the day',
      { stock_send_rule: { max_coupons_by_day: 2 } },
      [],
      'day_limit: 2 of 2 coupons were handed out today (2026-11-25)',
    ],
    [
      'the budget',
      { stock_send_rule: { max_coupons: 2 } },
      [],
      'budget_used_up: of batch S1, 2 of 2 coupons are handed out',
    ],
    [
      'who brings the code',
      { coupon_code_mode: 'MERCHANT_API' },
      [],
      'coupon_code_needed: /body/coupon_code: missing; batch S1 is MERCHANT_API, so the request brings the code',
    ],
  ])('names %s', async ([, stock, coupon_code_list, text], { control, merchant }) => {
    await control.addStock({ stock_id: 'S1', ...stock })
    if (coupon_code_list.length > 0) {
      await merchant.call(uploadCouponCodes, { stock_id: 'S1', coupon_code_list, upload_request_no: 'U_1' })
    }
    for (const openid of ['oOne', 'oTwo', 'oThree']) await merchant.call(sendCoupon, send(openid))

    expect(await lastRemark(control)).toBe(text)
  })

  test('counts what the user has', async ({ control, merchant }) => {
    await control.addStock({ stock_id: 'S1', stock_send_rule: { max_coupons_per_user: 2 } })
    for (const out_request_no of ['R_1', 'R_2', 'R_3']) {
      await merchant.call(sendCoupon, { ...send('oUser'), out_request_no })
    }

    expect(await lastRemark(control)).toBe('user_limit: oUser has 2 of 2')
  })
})

describe('why a coupon is not redeemed', () => {
  const use = {
    coupon_code: 'A1',
    stock_id: '100088',
    appid: 'wx1',
    use_time: '2026-11-25T12:00:00+08:00',
    use_request_no: 'U_1',
  }

  test('names both users', async ({ control, merchant }) => {
    await control.addCoupon({ stock_id: '100088', coupon_code: 'A1', openid: 'oHolder' })
    await merchant.call(useCoupon, { ...use, openid: 'oOther' })

    expect(await lastRemark(control)).toBe(
      'held_by_another_user: coupon A1 of batch 100088 is held by oHolder, not oOther',
    )
  })

  test('names both merchants whose appid it could be', ({ others }) => {
    const [one, other] = ['wxOne', 'wxOther'].map((appid, i) => ({
      ...others.owner,
      mchid: `190000010${i}`,
      appids: [appid],
    }))

    expect(explainAppid('wxY', [one, other])).toEqual({
      en: 'wxY is bound neither to 1900000100 nor to 1900000101; bound: wxOne, wxOther',
      zh: 'wxY 未与商户 1900000100、1900000101 中的任何一个绑定，已绑定的有：wxOne、wxOther',
    })
    expect(explainAppid('wxY', [one, undefined, one])).toEqual({
      en: 'wxY is not bound to 1900000100; bound: wxOne',
      zh: 'wxY 未与商户 1900000100 绑定，已绑定的有：wxOne',
    })
  })

  test('names the merchant whose appid it has to be', async ({ control, others, clientOf }) => {
    const client = await clientOf({ ...others.owner, appids: ['wxOwn'] })
    const { mchid } = others.owner
    await control.addStock({ mchid, stock_id: 'S1' })
    await control.addCoupon({ mchid, stock_id: 'S1', coupon_code: 'A1' })
    await client.call(useCoupon, { ...use, stock_id: 'S1' })

    expect(await lastRemark(control)).toBe(`appid_unbound: wx1 is not bound to ${mchid}; bound: wxOwn`)
  })

  test('says where else the code is, and that it waits to be handed out', async ({ control, merchant }) => {
    await control.addStock({ stock_id: 'S1', coupon_code_mode: 'MERCHANT_UPLOAD' })
    await merchant.call(uploadCouponCodes, { stock_id: 'S1', coupon_code_list: ['A1'], upload_request_no: 'U_1' })
    await merchant.call(useCoupon, { ...use, stock_id: 'S1' })
    expect(await lastRemark(control)).toBe(
      'not_found: there is no coupon A1 of batch S1: the code is uploaded, and not handed out',
    )

    await control.addCoupon({ stock_id: '100088', coupon_code: 'A1', openid: 'oHolder' })
    await merchant.call(useCoupon, { ...use, stock_id: 'S1' })
    expect(await lastRemark(control)).toBe(
      'not_found: there is no coupon A1 of batch S1; there is one of batch 100088 held by oHolder',
    )
  })
})

describe('why a batch is not changed', () => {
  test('upload: says how many codes there are and would be', async ({ control, merchant }) => {
    await control.addStock({
      stock_id: 'S1',
      coupon_code_mode: 'MERCHANT_UPLOAD',
      stock_send_rule: { max_coupons: 2 },
    })
    await merchant.call(uploadCouponCodes, {
      stock_id: 'S1',
      coupon_code_list: ['A', 'B', 'C'],
      upload_request_no: 'U_1',
    })

    expect(await lastRemark(control)).toBe(
      'full: batch S1 has 0 codes, 3 new ones would make 3, and its max_coupons is 2',
    )
  })

  test.for<[body: object, text: string]>([
    [
      { target_max_coupons: 9, current_max_coupons: 7 },
      'current_differs: current_max_coupons is 7, and batch S1 has max_coupons 8',
    ],
    [
      { target_max_coupons: 9 },
      'parameter_invalid: /body/current_max_coupons: missing; target_max_coupons needs the current value, and batch S1 has max_coupons 8',
    ],
    [
      { target_max_coupons_by_day: 9, current_max_coupons_by_day: 7 },
      'current_differs: current_max_coupons_by_day is 7, and batch S1 has no max_coupons_by_day',
    ],
  ])('budget %o: says both numbers', async ([body, text], { control, merchant }) => {
    await control.addStock({ stock_id: 'S1', stock_send_rule: { max_coupons: 8 } })
    await merchant.call(modifyBudget, { stock_id: 'S1', modify_budget_request_no: 'B_1', ...body })

    expect(await lastRemark(control)).toBe(text)
  })
})

describe('why an order is not placed, closed or refunded', () => {
  const order = {
    appid: 'wx1',
    mchid: '1900000001',
    description: '测试商品',
    out_trade_no: 'ORDER_0001',
    notify_url: 'https://shop.example.com/pay',
    amount: { total: 100 },
    payer: { openid: 'oUser' },
  }

  test('says that its number was closed before', async ({ control, merchant }) => {
    await merchant.call(closeOrder, { out_trade_no: 'ORDER_0001', mchid: '1900000001' })
    await merchant.call(jsapiPrepay, order)

    expect(await lastRemark(control)).toBe(
      'placed_with_other_values: ORDER_0001 was closed before there was an order for it, which uses it up',
    )
  })

  test('says when its time closed it', async ({ control, merchant }) => {
    await merchant.call(jsapiPrepay, order)
    await control.advance('P7DT1M')
    await merchant.call(jsapiPrepay, order)

    expect(await lastRemark(control)).toBe(
      "closed: order ORDER_0001 is CLOSED, 100 fen, after its time without payment at 2026-12-02T12:00:00+08:00; it is 2026-12-02T12:01:00+08:00 by the mock's clock",
    )
  })

  test('says that its time to pay was over, where it is refunded unpaid', async ({ control, merchant }) => {
    await merchant.call(jsapiPrepay, order)
    await control.expireOrder('ORDER_0001')
    const amount = { refund: 1, total: 100, currency: 'CNY' }
    await merchant.call(createRefund, { out_trade_no: 'ORDER_0001', out_refund_no: 'R1', amount })

    expect(await lastRemark(control)).toBe(
      `not_paid: order ORDER_0001 is NOTPAY, 100 fen, its time to pay was over at 2026-11-25T12:00:00+08:00; ${NOW}`,
    )
  })

  test('says which other way it was placed', async ({ control, merchant }) => {
    await merchant.call(jsapiPrepay, order)
    const { payer: _, ...rest } = order
    await merchant.call(nativePrepay, rest)

    expect(await lastRemark(control)).toContain(
      'number_used: ORDER_0001 took effect at 2026-11-25T12:00:00+08:00 with other values: "jsapi" then, "native" now',
    )
  })

  test('says which values differ, and no others', async ({ control, merchant }) => {
    await merchant.call(jsapiPrepay, order)
    await merchant.call(jsapiPrepay, { ...order, attach: 'more', amount: { total: 101 } })

    expect(await lastRemark(control)).toBe(
      'placed_with_other_values: ORDER_0001 took effect at 2026-11-25T12:00:00+08:00 with other values: /amount/total 100 then, 101 now, /attach left out then, "more" now',
    )
  })

  test('says when and as what it was paid', async ({ control, merchant }) => {
    const { transaction_id } = await control.addOrder({ out_trade_no: 'ORDER_0001', total: 100 })
    await merchant.call(closeOrder, { out_trade_no: 'ORDER_0001', mchid: '1900000001' })

    expect(await lastRemark(control)).toBe(
      `already_paid: order ORDER_0001 is SUCCESS, 100 fen, paid at 2026-11-25T11:00:00+08:00 as ${transaction_id}; ${NOW}`,
    )
  })

  test('says what is refunded already', async ({ control, merchant }) => {
    await control.addOrder({ out_trade_no: 'ORDER_0001', total: 100 })
    for (const out_refund_no of ['R_1', 'R_2']) {
      await merchant.call(createRefund, {
        out_trade_no: 'ORDER_0001',
        out_refund_no,
        amount: { refund: 60, total: 100, currency: 'CNY' },
      })
    }

    expect(await lastRemark(control)).toBe(
      'more_than_paid: 60 fen of order ORDER_0001 are asked back, of its 100 fen 60 are refunded',
    )
  })
})

test('why a subsidy is not given back: says what was paid, by whom and to whom', async ({ control, merchant }) => {
  const transaction_id = '4200000913202101152566792388'
  await control.addOrder({ out_trade_no: 'ORDER_0001', transaction_id })
  await control.addStock({ stock_id: '100088', subsidy: true })
  await control.addCoupon({ stock_id: '100088', coupon_code: 'A1', state: 'USED' })
  const between = {
    stock_id: '100088',
    coupon_code: 'A1',
    transaction_id,
    payer_merchant: '1900000001',
    payee_merchant: '1900000001',
    amount: 100,
    description: 'd',
  }
  await merchant.call(subsidyPay, { ...between, out_subsidy_no: 'SUBSIDY_1' })
  await merchant.call(subsidyReturn, {
    ...between,
    payer_merchant: '1900000002',
    refund_id: '50100506732021010105138718375',
    out_subsidy_return_no: 'RETURN_1',
  })

  expect(await lastRemark(control)).toMatch(
    /^subsidy_unknown: no subsidy was paid for coupon A1 .* by payer_merchant 1900000002 to payee_merchant 1900000001; there is: receipt \d{28} is over 100 fen from payer 1900000001 to payee 1900000001 for coupon A1 /,
  )
})
