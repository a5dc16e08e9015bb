import { describe, expect } from 'vitest'
import { associateTradeInfo, jsapiPrepay, listUserCoupons } from '../../src/products/operations.ts'
import { lastRemark } from '../helpers/last-remark.ts'
import { STOCK_ID, test, transports } from '../helpers/world.ts'

const LINK = { stock_id: STOCK_ID, coupon_code: 'A1', out_trade_no: 'MCH_1', out_request_no: 'R_1' }

describe.for(transports)('the journal over %s says of a wrong parameter', (transport) => {
  test.override('transport', transport)

  const payment = {
    appid: 'wx1',
    mchid: '1900000001',
    description: '测试',
    out_trade_no: 'A1_0000',
    notify_url: 'https://example.com/n',
    amount: { total: 1 },
    payer: { openid: 'oUser' },
  }

  test.for<[name: string, body: object, text: string]>([
    ['missing', { coupon_code: undefined }, '/body/coupon_code: missing'],
    ['too long', { coupon_code: 'x'.repeat(33) }, `/body/coupon_code: 33 bytes, at most 32; got "${'x'.repeat(33)}"`],
    ['too short', { stock_id: '' }, '/body/stock_id: 0 bytes, at least 1; got ""'],
    [
      'of the wrong form',
      { out_request_no: 'a b' },
      '/body/out_request_no: has to match ^[0-9A-Za-z_|*-]{1,128}$; got "a b"',
    ],
    ['a number', { coupon_code: 1 }, '/body/coupon_code: a string; got 1 (number)'],
    ['an object', { coupon_code: {} }, '/body/coupon_code: a string; got an object'],
    [
      'very long',
      { coupon_code: 'x'.repeat(10_000) },
      `/body/coupon_code: 10000 bytes, at most 32; got "${'x'.repeat(99)}…`,
    ],
  ])('that is %s what it has to be', async ([, body, text], { merchant, control }) => {
    await merchant.call(associateTradeInfo, { ...LINK, ...body })

    expect((await control.journal()).at(-1)?.remarks).toEqual([{ about: 'refusal', error: 'parameter_invalid', text }])
  })

  test.for<[name: string, body: object, text: string]>([
    [
      'a text where a number belongs',
      { amount: { total: '100' } },
      '/body/amount/total: a whole number; got "100" (text)',
    ],
    ['a broken number', { amount: { total: 1.5 } }, '/body/amount/total: a whole number; got 1.5'],
    ['a number that is too low', { amount: { total: 0 } }, '/body/amount/total: at least 1; got 0'],
    ['another currency', { amount: { total: 1, currency: 'USD' } }, '/body/amount/currency: CNY; got "USD"'],
    [
      'no time',
      { time_expire: 'tomorrow' },
      '/body/time_expire: a time like 2026-11-25T12:00:00+08:00; got "tomorrow"',
    ],
    ['no object', { amount: 'much' }, '/body/amount: an object; got "much" (text)'],
    ['no list', { detail: { goods_detail: {} } }, '/body/detail/goods_detail: a list; got an object'],
  ])('of an order that is %s', async ([, body, text], { merchant, control }) => {
    await merchant.call(jsapiPrepay, { ...payment, ...body })

    expect((await control.journal()).at(-1)?.remarks).toEqual([{ about: 'refusal', error: 'parameter_invalid', text }])
  })

  test('that it is null, and what to do', async ({ merchant, control, mock }) => {
    await merchant.call(jsapiPrepay, { ...payment, amount: { total: 1, currency: null } })

    const text =
      '/body/amount/currency: null, which counts as a parameter that the call does not have; leave the field out'
    expect((await control.journal()).at(-1)?.remarks).toEqual([
      { about: 'refusal', error: 'parameter_undefined', text },
    ])
    expect(mock.journal.list().at(-1)?.remarks.at(-1)?.text.zh).toBe(
      '/body/amount/currency：值为 null，会被当作未定义的参数，请不要传此字段',
    )
  })

  test('which words there are', async ({ merchant, control }) => {
    await merchant.call(listUserCoupons, {
      openid: 'oUser',
      appid: 'wx1',
      creator_merchant: '1900000001',
      coupon_state: 'SENT',
      offset: 0,
      limit: 20,
    })

    expect(await lastRemark(control)).toMatch(
      /^parameter_invalid: \/query\/coupon_state: one of SENDED, USED, [A-Z, ]+; got "SENT"$/,
    )
  })

  test('of a query what number it has to be', async ({ merchant, control }) => {
    await merchant.request({
      target: '/v3/marketing/busifavor/users/oUser/coupons?appid=wx1&creator_merchant=1900000001&offset=0&limit=many',
    })

    expect(await lastRemark(control)).toBe('parameter_invalid: /query/limit: a whole number; got "many"')
  })

  test('that the call does not have, which it has', async ({ merchant, control }) => {
    await merchant.call(associateTradeInfo, { ...LINK, 'out/trade': 'A1' })

    expect(await lastRemark(control)).toBe(
      'parameter_undefined: /body/out~1trade: no parameter of this call; there are stock_id, coupon_code, out_trade_no, out_request_no',
    )
  })

  test.for<[name: string, body: string | Uint8Array, text: RegExp]>([
    ['no JSON', '{', /^malformed: the body is no JSON: ./],
    ['a list', '[]', /^malformed: the body is a list, not a JSON object$/],
    ['null', 'null', /^malformed: the body is null, not a JSON object$/],
    ['nothing', '', /^malformed: the body is empty, not a JSON object$/],
    ['no UTF-8', Uint8Array.of(0xff), /^malformed: the body is not UTF-8$/],
  ])('of a body that is %s', async ([, body, text], { merchant, control }) => {
    await merchant.request({ method: 'POST', target: associateTradeInfo.path, body })

    expect(await lastRemark(control)).toMatch(text)
  })

  test('whose mchid it is', async ({ merchant, control }) => {
    await merchant.call(jsapiPrepay, { ...payment, mchid: '1900000002' })

    expect(await lastRemark(control)).toBe(
      'mchid_differs: /body/mchid is "1900000002", the request is signed by 1900000001',
    )
  })
})
