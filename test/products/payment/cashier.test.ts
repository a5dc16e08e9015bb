import { describe, expect } from 'vitest'
import type { MockControl } from '../../../src/mock-control.ts'
import {
  appPrepay,
  combineJsapiPrepay,
  combineNativePrepay,
  h5Prepay,
  jsapiPrepay,
  nativePrepay,
  partnerAppPrepay,
} from '../../../src/products/operations.ts'
import { PAY_ERRORS } from '../../../src/products/payment/cashier.ts'
import { appParameters, payParameters } from '../../helpers/pay-parameters.ts'
import { test as base } from '../../helpers/world.ts'

const APPID = 'wx0000000000000001'
const order = {
  appid: APPID,
  mchid: '1900000001',
  description: '拿铁咖啡',
  out_trade_no: 'ORDER1',
  notify_url: 'https://shop.example.com/paid',
  amount: { total: 2_900 },
}
const scene_info = { payer_client_ip: '14.23.150.211', h5_info: { type: 'Wap' } }

const test = base
  .extend('privateKey', async ({ control }) => (await control.credentials()).merchant_private_key)
  /** A JSAPI order, as the front end gets it. */
  .extend('given', async ({ merchant, privateKey }) => {
    const { body } = await merchant.call(jsapiPrepay, { ...order, payer: { openid: 'oUser' } })
    return payParameters(String(Object(body).prepay_id), privateKey)
  })

type Given = Parameters<MockControl['openCashier']>[0]

const refusal = (control: MockControl, given: Given) =>
  control.openCashier(given).then(
    () => 'opens',
    ({ code, message }) => ({ code, message }),
  )

describe('the cashier', () => {
  test('leaves what a wrong signature is about in the journal', async ({ control, given }) => {
    const { code, message } = Object(await refusal(control, { ...given, timeStamp: '1700000001' }))

    const exchange = (await control.journal()).at(-1)
    expect(exchange).toMatchObject({
      request: { target: '/_mock/cashier' },
      response: { status: 409 },
      code,
      mchid: '1900000001',
      remarks: [{ about: 'refusal', error: 'MOCK_PAY_SIGN', text: message }],
    })
  })

  test('shows an order with its merchant, and until when it opens', async ({ control, mock, given }) => {
    mock.clock.freeze()
    const before = await control.world()
    expect(await control.openCashier({ ...given, openId: 'oUser' })).toMatchObject({
      merchant: { mchid: '1900000001', name: mock.defaultMerchant.name },
      order: { out_trade_no: 'ORDER1', description: '拿铁咖啡', state: 'NOTPAY' },
      payer_total: 2_900,
      now: '2026-11-25T12:00:00+08:00',
      open_until: '2026-11-25T14:00:00+08:00',
    })
    expect(await control.world()).toEqual(before)
  })

  test('opens for a mini program without its appid, and by hand without a signature', async ({ control, given }) => {
    const { appId: _, ...ofMiniProgram } = given
    for (const one of [ofMiniProgram, { prepay_id: given.package.replace('prepay_id=', '') }]) {
      expect(await control.openCashier(one)).toMatchObject({ order: { out_trade_no: 'ORDER1' } })
    }
  })

  test('opens for an app of a sub-merchant with its numbers, or with those of its partner', async ({
    control,
    merchant,
    privateKey,
  }) => {
    const { body } = await merchant.call(partnerAppPrepay, {
      ...{ sp_appid: APPID, sp_mchid: '1900000001', sub_appid: 'wxSub', sub_mchid: '1900000109' },
      ...{ description: '拿铁咖啡', out_trade_no: 'ORDER1', notify_url: 'https://shop.example.com/paid' },
      amount: { total: 2_900 },
    })
    const { prepay_id } = Object(body)
    const ofSub = { appId: 'wxSub', partnerId: '1900000109' }

    for (const numbers of [{}, ofSub]) {
      expect(await control.openCashier(appParameters(prepay_id, privateKey, numbers))).toMatchObject({
        merchant: { mchid: '1900000109' },
        payer_total: 2_900,
      })
    }
    const { partnerId } = ofSub
    expect(await refusal(control, appParameters(prepay_id, privateKey, { partnerId }))).toMatchObject({
      message: expect.stringContaining('partnerId is 1900000001'),
    })
  })

  test('asks for the whole of a combined order', async ({ control, merchant, privateKey }) => {
    const sub = (out_trade_no: string, total_amount: number) => ({
      ...{ mchid: '1900000001', out_trade_no, description: '拿铁咖啡', attach: out_trade_no },
      amount: { total_amount, currency: 'CNY' },
    })
    const { body } = await merchant.call(combineJsapiPrepay, {
      ...{ combine_appid: APPID, combine_mchid: '1900000001', combine_out_trade_no: 'COMBINE1' },
      sub_orders: [sub('ORDER_0001', 2_900), sub('ORDER_0002', 100)],
      combine_payer_info: { openid: 'oUser' },
      notify_url: 'https://shop.example.com/paid',
    })
    const given = payParameters(Object(body).prepay_id, privateKey)

    expect(await control.openCashier(given)).toMatchObject({
      payer_total: 3_000,
      sub_orders: [
        { out_trade_no: 'ORDER_0001', total: 2_900 },
        { out_trade_no: 'ORDER_0002', total: 100 },
      ],
    })
    await control.payOrder('ORDER_0001')
    expect(await control.order('ORDER_0002')).toMatchObject({ state: 'SUCCESS' })
  })

  test('opens for an app, which signs another fourth line', async ({ control, merchant, privateKey }) => {
    const { body } = await merchant.call(appPrepay, order)
    const { prepay_id } = Object(body)
    expect(await control.openCashier(appParameters(prepay_id, privateKey))).toMatchObject({
      order: { trade_type: 'APP' },
    })
    for (const [changes, why] of [
      [{ packageValue: `prepay_id=${prepay_id}` }, 'packageValue is Sign=WXPay'],
      [{ partnerId: '1900000009' }, 'partnerId is 1900000001, not 1900000009.'],
      [{ sign: payParameters(prepay_id, privateKey).paySign }, 'only an app'],
    ] as const) {
      const { code, message } = Object(await refusal(control, appParameters(prepay_id, privateKey, changes)))
      expect([code, message.slice(0, 8)]).toEqual(['MOCK_PAY_SIGN', PAY_ERRORS.signature])
      if (!('sign' in changes)) expect(message).toContain(why)
    }
  })

  test('opens with an h5_url that was not changed', async ({ control, merchant }) => {
    const { body } = await merchant.call(h5Prepay, { ...order, scene_info })
    const { searchParams } = new URL(Object(body).h5_url)
    const given = { prepay_id: searchParams.get('prepay_id') ?? '', package: searchParams.get('package') ?? '' }
    expect(await control.openCashier(given)).toMatchObject({ order: { trade_type: 'MWEB' } })
    expect(await refusal(control, { ...given, package: '1' })).toMatchObject({ code: 'MOCK_PREPAY_ID' })
    await control.advance('PT5M')
    expect(await refusal(control, given)).toMatchObject({
      code: 'MOCK_PREPAY_ID',
      message: expect.stringMatching(`^${PAY_ERRORS.dead}: .*five minutes`),
    })
  })

  test('opens with a code_url, as long as the order was not placed again', async ({ control, merchant }) => {
    const [first, second] = [await merchant.call(nativePrepay, order), await merchant.call(nativePrepay, order)].map(
      ({ body }) => String(Object(body).code_url),
    )
    expect(await control.openCashier({ code_url: second })).toMatchObject({ code_url: second })
    expect(await refusal(control, { code_url: first })).toMatchObject({ code: 'MOCK_PREPAY_ID' })
  })

  test('belongs to the first user who opens what was placed for nobody', async ({ control, merchant }) => {
    const sub = (out_trade_no: string) => ({
      ...{ mchid: '1900000001', out_trade_no, description: '拿铁咖啡', attach: out_trade_no },
      amount: { total_amount: 100, currency: 'CNY' },
    })
    const { body } = await merchant.call(combineNativePrepay, {
      ...{ combine_appid: APPID, combine_mchid: '1900000001', combine_out_trade_no: 'COMBINE1' },
      sub_orders: [sub('ORDER_0001'), sub('ORDER_0002')],
      notify_url: 'https://shop.example.com/paid',
    })
    const { code_url } = Object(body)
    await control.openCashier({ code_url })
    expect(await control.order('ORDER_0001')).not.toHaveProperty('openid')

    const openings = ['oFirst', 'oSecond'].map((openId) => refusal(control, { code_url, openId }))
    expect(await Promise.all(openings)).toEqual([
      'opens',
      { code: 'MOCK_PAYER', message: expect.stringMatching(`^${PAY_ERRORS.otherUser}: .*opened by that user first`) },
    ])
    expect(await control.order('ORDER_0002')).toMatchObject({ openid: 'oFirst', state: 'NOTPAY' })
    expect(await control.payOrder('ORDER_0001')).toMatchObject({ openid: 'oFirst' })
  })

  test.for<[string, changes: Given, code: string, shown: string, why: string]>([
    ['another key’s signature', { paySign: 'AAAA' }, 'MOCK_PAY_SIGN', PAY_ERRORS.signature, 'has 3 bytes'],
    ['no signType', { signType: '' }, 'MOCK_PAY_SIGN', PAY_ERRORS.signature, 'MD5 is taken'],
    [
      'an appid of another',
      { appId: 'wx9' },
      'MOCK_PAY_SIGN',
      PAY_ERRORS.signature,
      `with the appid ${APPID}, not wx9`,
    ],
    ['another time', { timeStamp: '1700000001' }, 'MOCK_PAY_SIGN', PAY_ERRORS.signature, 'The line timeStamp differs.'],
    ['milliseconds', { timeStamp: '1700000000123' }, 'MOCK_PAY_SIGN', PAY_ERRORS.signature, 'in seconds, 1700000000'],
    ['a bare prepay_id', { package: 'wx1' }, 'MOCK_PREPAY_ID', PAY_ERRORS.malformed, 'should be prepay_id='],
    ['no package', { package: '' }, 'MOCK_PREPAY_ID', '调用支付JSAPI缺少参数: package', 'pass package on'],
    ['another prepay_id', { package: 'prepay_id=wx1' }, 'MOCK_PREPAY_ID', PAY_ERRORS.dead, 'given out no "wx1"'],
    ['another phone', { openId: 'oOther' }, 'MOCK_PAYER', PAY_ERRORS.payer, 'placed for oUser'],
  ])('refuses %s', async ([, changes, code, shown, why], { control, given }) => {
    const refused = await refusal(control, { ...given, ...changes })
    expect(refused).toMatchObject({ code, message: expect.stringContaining(why) })
    expect(Object(refused).message.startsWith(shown)).toBe(true)
  })

  test('refuses an order that was placed to be paid in another way', async ({ control, merchant, privateKey }) => {
    const { body } = await merchant.call(appPrepay, order)
    const { prepay_id } = Object(body)
    expect(await refusal(control, payParameters(prepay_id, privateKey))).toMatchObject({
      message: expect.stringMatching(`^${PAY_ERRORS.scene}: .*placed as APP`),
    })
  })

  test('refuses one that is paid, closed or past its time', async ({ control, given }) => {
    await control.expireOrder('ORDER1')
    expect(await refusal(control, given)).toMatchObject({
      code: 'MOCK_TIME_TO_PAY',
      message: expect.stringContaining(PAY_ERRORS.overdue),
    })
    const paid = { code: 'MOCK_ORDER_STATE', message: expect.stringMatching(`^${PAY_ERRORS.paid}`) }
    await control.addOrder({
      out_trade_no: 'ORDER1',
      appid: APPID,
      state: 'SUCCESS',
      prepay_id: given.package.slice(10),
    })
    expect(await refusal(control, given)).toMatchObject(paid)
    await control.addOrder({
      out_trade_no: 'ORDER1',
      appid: APPID,
      state: 'CLOSED',
      prepay_id: given.package.slice(10),
    })
    expect(await refusal(control, given)).toMatchObject({
      ...paid,
      message: expect.stringMatching(`^${PAY_ERRORS.dead}`),
    })
  })
})

describe('an h5_url of a call to the mock’s own address', () => {
  test.override('transport', 'http')

  test('leads to the cashier, or with h5Url=live where the live one leads', async ({ control, merchant }) => {
    const place = async () => Object((await merchant.call(h5Prepay, { ...order, scene_info })).body).h5_url
    expect(await place()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/_mock\/cashier\?prepay_id=wx[^&]+&package=\d{10}$/)
    await control.changeSettings({ h5_url: 'live' })
    expect(await place()).toMatch(/^https:\/\/wx\.tenpay\.com\/cgi-bin\/mmpayweb-bin\/checkmweb\?prepay_id=/)
  })
})
