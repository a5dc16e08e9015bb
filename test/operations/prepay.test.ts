import { describe, expect } from 'vitest'
import {
  appPrepay,
  associateTradeInfo,
  closeOrder,
  h5Prepay,
  jsapiPrepay,
  nativePrepay,
  queryOrderByOutTradeNo,
} from '../../src/products/operations.ts'
import { upload } from '../helpers/upload.ts'
import { STOCK_ID, type Transport, test, transports } from '../helpers/world.ts'

const MCHID = '1900000001'
const common = {
  appid: 'wxd678efh567hg6787',
  mchid: MCHID,
  description: '测试商品',
  out_trade_no: 'ORDER_0001',
  notify_url: 'https://shop.example.com/pay/notify',
  amount: { total: 100 },
}
const scene_info = { payer_client_ip: '14.23.150.211', h5_info: { type: 'Wap' } }

/** Each way of paying, with what it needs, and how its answer looks. An h5_url leads to the mock where that was called by its own address. */
const waysOver = (transport: Transport) =>
  [
    [jsapiPrepay, { payer: { openid: 'oUser' } }, { prepay_id: expect.stringMatching(/^wx25120000[0-9a-f]{26}$/) }],
    [appPrepay, {}, { prepay_id: expect.stringMatching(/^wx25120000[0-9a-f]{26}$/) }],
    [nativePrepay, {}, { code_url: expect.stringMatching(/^weixin:\/\/wxpay\/bizpayurl\?pr=[0-9a-f]{9}$/) }],
    [
      h5Prepay,
      { scene_info },
      {
        h5_url: expect.stringMatching(
          transport === 'http'
            ? /^http:\/\/127\.0\.0\.1:\d+\/_mock\/cashier\?prepay_id=wx2512\d{4}[0-9a-f]{26}&package=\d{10}$/
            : /^https:\/\/wx\.tenpay\.com\/cgi-bin\/mmpayweb-bin\/checkmweb\?prepay_id=wx2512\d{4}[0-9a-f]{26}&package=\d{10}$/,
        ),
      },
    ],
  ] as const

const jsapi = (changes: object = {}) => ({ ...common, payer: { openid: 'oUser' }, ...changes })

/** Everything that the documents let a merchant add. */
const everything = {
  time_expire: '2026-11-25T13:00:00+08:00',
  attach: '门店一',
  limit_pay: ['no_credit'],
  goods_tag: 'WXG',
  support_fapiao: true,
  amount: { total: 100, currency: 'CNY' },
  detail: {
    cost_price: 120,
    invoice_id: '微信123',
    goods_detail: [
      {
        merchant_goods_id: '1246464644',
        wechatpay_goods_id: '1001',
        goods_name: 'iPhoneX 256G',
        quantity: 1,
        unit_price: 120,
      },
    ],
  },
  scene_info: {
    payer_client_ip: '14.23.150.211',
    device_id: '013467007045764',
    store_info: {
      id: '0001',
      name: '腾讯大厦分店',
      area_code: '440305',
      address: '广东省深圳市南山区科技中一道10000号',
    },
  },
  settle_info: { profit_sharing: true },
}

const refusal = (status: number, code: string, message: string) => ({ status, body: { code, message } })
const OTHER_VALUES = refusal(400, 'INVALID_REQUEST', '请求重入时，参数与首次请求时不一致')
const USED = refusal(403, 'OUT_TRADE_NO_USED', '商户订单号重复')
const CLOSED = refusal(400, 'ORDER_CLOSED', '订单已关闭')

describe.for(transports)('placing an order over %s', (transport) => {
  test('refuses the mchid of another merchant also in an upload, of which the part meta is signed', async ({
    merchant,
  }) => {
    const meta = { ...common, mchid: '1900000002' }

    expect(await merchant.request(upload({ meta, target: nativePrepay.path }))).toMatchObject({
      status: 400,
      body: { code: 'PARAM_ERROR', message: 'http header中的mchid与post payload中的mchid不匹配' },
    })
  })

  test.override('transport', transport)

  for (const [operation, more, body] of waysOver(transport)) {
    describe(operation.title, () => {
      test('makes an order that is not paid, and answers with what the front end pays with', async ({
        merchant,
        control,
      }) => {
        expect(await merchant.call(operation, { ...common, ...more })).toEqual({ status: 200, body })
        expect(await control.order('ORDER_0001')).toMatchObject({
          mchid: MCHID,
          state: 'NOTPAY',
          total: 100,
          currency: 'CNY',
          description: '测试商品',
          appid: 'wxd678efh567hg6787',
          notify_url: 'https://shop.example.com/pay/notify',
          create_time: '2026-11-25T12:00:00+08:00',
          close_time: '2026-12-02T12:00:00+08:00',
        })
      })

      const isNewEachTime = operation.id === 'nativePrepay' || operation.id === 'h5Prepay'
      test(`again is answered with ${isNewEachTime ? 'a new one, and the old one pays no more' : 'the same'}`, async ({
        merchant,
        control,
      }) => {
        const first = await merchant.call(operation, { ...common, ...more })
        const { prepay_id: before = '' } = await control.order('ORDER_0001')
        await control.advance('PT4M59S')
        const again = await merchant.call(operation, { ...common, ...more })

        expect(again).toEqual(isNewEachTime ? { status: 200, body } : first)
        if (!isNewEachTime) return
        expect(again).not.toEqual(first)
        await expect(control.payOrder('ORDER_0001', { prepay_id: before })).rejects.toMatchObject({
          code: 'MOCK_PREPAY_ID',
        })
      })

      const seconds = operation.id === 'h5Prepay' ? 300 : 7_200
      test(`lives less than ${seconds} seconds`, async ({ merchant, control }) => {
        await merchant.call(operation, { ...common, ...more })
        await control.advance(seconds - 1)
        expect(await control.payOrder('ORDER_0001')).toMatchObject({ state: 'SUCCESS' })
      })

      test(`is dead after ${seconds} seconds, and stays so when the clock is set back`, async ({
        merchant,
        control,
      }) => {
        await merchant.call(operation, { ...common, ...more })
        await control.advance(seconds)
        await expect(control.payOrder('ORDER_0001')).rejects.toMatchObject({ code: 'MOCK_PREPAY_ID' })
        await control.advance(-1)
        await expect(control.payOrder('ORDER_0001')).rejects.toMatchObject({ code: 'MOCK_PREPAY_ID' })

        await merchant.call(operation, { ...common, ...more })
        expect(await control.payOrder('ORDER_0001')).toMatchObject({ state: 'SUCCESS' })
      })
    })
  }

  describe('takes', () => {
    test('everything that is documented', async ({ merchant, control }) => {
      expect(await merchant.call(jsapiPrepay, jsapi(everything))).toMatchObject({ status: 200 })
      expect(await control.order('ORDER_0001')).toMatchObject({
        attach: '门店一',
        device_id: '013467007045764',
        time_expire: '2026-11-25T13:00:00+08:00',
        close_time: '2026-12-02T12:00:00+08:00',
        openid: 'oUser',
      })
    })

    test('the same number again from another address', async ({ merchant }) => {
      const first = await merchant.call(jsapiPrepay, jsapi(everything))
      const moved = { ...everything, scene_info: { ...everything.scene_info, payer_client_ip: '10.0.0.1' } }

      expect(await merchant.call(jsapiPrepay, jsapi(moved))).toEqual(first)
    })

    test.for(['http://127.0.0.1:8080/pay', 'https://192.0.2.1/pay', 'http://shop.example.com/pay'])(
      'the address of the callback %s',
      async (notify_url, { merchant }) => {
        expect(await merchant.call(jsapiPrepay, jsapi({ notify_url }))).toMatchObject({ status: 200 })
      },
    )
  })

  describe('is refused', () => {
    test.for([
      ['another total', { amount: { total: 101 } }],
      ['another currency written out', { amount: { total: 100, currency: 'CNY' } }],
      ['another payer', { payer: { openid: 'oOther' } }],
      ['another optional member', { attach: '门店二' }],
    ] as const)('with the same number and %s', async ([, changes], { merchant }) => {
      await merchant.call(jsapiPrepay, jsapi())

      expect(await merchant.call(jsapiPrepay, jsapi(changes))).toEqual(OTHER_VALUES)
    })

    test('with a number that was closed before it was ever placed', async ({ merchant, control }) => {
      await merchant.call(closeOrder, { out_trade_no: 'ORDER_0001', mchid: MCHID })

      expect(await merchant.call(jsapiPrepay, jsapi())).toEqual(OTHER_VALUES)
      expect(await merchant.call(nativePrepay, common)).toEqual(OTHER_VALUES)
      expect(await merchant.call(queryOrderByOutTradeNo, { out_trade_no: 'ORDER_0001', mchid: MCHID })).toMatchObject({
        status: 404,
        body: { code: 'ORDER_NOT_EXIST' },
      })
      await control.restore(await control.world())
      expect(await merchant.call(jsapiPrepay, jsapi())).toEqual(OTHER_VALUES)
    })

    test('as documented, if the mock is asked to', async ({ merchant, control }) => {
      await control.changeSettings({ reorder: 'documented' })
      await merchant.call(jsapiPrepay, jsapi())
      await merchant.call(closeOrder, { out_trade_no: 'ORDER_0002', mchid: MCHID })

      expect(await merchant.call(jsapiPrepay, jsapi({ amount: { total: 101 } }))).toEqual(USED)
      expect(await merchant.call(nativePrepay, common)).toEqual(USED)
      expect(await merchant.call(jsapiPrepay, jsapi({ out_trade_no: 'ORDER_0002' }))).toEqual(USED)
      await control.payOrder('ORDER_0001')
      expect(await merchant.call(jsapiPrepay, jsapi())).toEqual(USED)
    })

    test.for(['http://shop.example.com/pay', 'http://localhost.example.com/', 'http://127.0.0.1@shop.example.com/'])(
      'with %s, which is not https, if the mock is asked to',
      async (notify_url, { merchant, control }) => {
        await control.changeSettings({ notify_url: 'https' })

        expect(await merchant.call(jsapiPrepay, jsapi({ notify_url }))).toEqual(refusal(400, 'PARAM_ERROR', '参数错误'))
        const [exchange] = await control.journal({ limit: 1 })
        expect(exchange?.remarks).toMatchObject([{ about: 'refusal', text: expect.stringContaining('notify_url') }])
        expect(await merchant.call(jsapiPrepay, jsapi({ notify_url: 'http://127.0.0.1/' }))).toMatchObject({
          status: 200,
        })
      },
    )

    const goods = (changes: object = {}) => ({ merchant_goods_id: 'A-1_b', quantity: 1, unit_price: 1, ...changes })
    const detail = (bytes: number) => {
      const all = Array.from({ length: 20 }, () => goods({ goods_name: '' }))
      const rest = bytes - Buffer.byteLength(JSON.stringify({ goods_detail: all }))
      const names = all.map((one, i) => ({
        ...one,
        goods_name: i < 19 ? '商'.repeat(80) : 'a'.repeat(rest - 19 * 240),
      }))
      return { goods_detail: names }
    }

    test('with more detail than 6144 bytes of compact JSON', async ({ merchant }) => {
      expect(await merchant.call(jsapiPrepay, jsapi({ detail: detail(6_144) }))).toMatchObject({ status: 200 })
      expect(await merchant.call(jsapiPrepay, jsapi({ detail: detail(6_145) }))).toEqual({
        status: 400,
        body: {
          code: 'PARAM_ERROR',
          detail: { location: 'body', value: 6_145 },
          message: '输入源“/body/detail”映射到值字段“商品详情”字符串规则校验失败，字节数 6145，大于最大值 6144',
        },
      })
    })

    test('by JSAPI without an openid of the payer', async ({ merchant }) => {
      expect(await merchant.call(jsapiPrepay, jsapi({ payer: {} }))).toEqual(
        refusal(400, 'PARAM_ERROR', 'JSAPI支付必须传openid'),
      )
    })

    test.for([{ openid: 'oUser', appid: common.appid }, { openid: 'oUser' }])(
      'but not with an openid that is not known to be of another appid: %j',
      async (user, { merchant, control }) => {
        await control.addUser(user)

        expect(await merchant.call(jsapiPrepay, jsapi())).toMatchObject({ status: 200 })
      },
    )
  })

  describe('time_expire', () => {
    const EXPIRED = {
      code: 'MOCK_TIME_TO_PAY',
      message: expect.stringContaining('订单已超过商户设置的最晚支付成功时间'),
    }

    test.for<[wanted: string, time_expire: string, close_time: string]>([
      ['2020-01-01T00:00:00+08:00', '2026-11-25T12:01:00+08:00', '2026-12-02T12:00:00+08:00'],
      ['2026-12-10T12:00:01+08:00', '2026-12-10T12:00:00+08:00', '2026-12-10T12:00:00+08:00'],
    ])('%s is taken as %s', async ([wanted, time_expire, close_time], { merchant, control }) => {
      expect(await merchant.call(jsapiPrepay, jsapi({ time_expire: wanted }))).toMatchObject({ status: 200 })
      expect(await control.order('ORDER_0001')).toMatchObject({ state: 'NOTPAY', time_expire, close_time })
    })

    test.for<[most: number, time_expire: string]>([
      [90, '2027-02-23T12:00:00+08:00'],
      [2, '2026-11-27T12:00:00+08:00'],
    ])('is at most %i days away, as the mock is asked to', async ([most, time_expire], { merchant, control }) => {
      await control.changeSettings({ time_expire_max: most })
      await merchant.call(nativePrepay, { ...common, time_expire: '2030-01-01T00:00:00+08:00' })

      expect(await control.order('ORDER_0001')).toMatchObject({ time_expire })
    })

    test('ends the time to pay, and leaves the order NOTPAY until its seven days are over', async ({
      merchant,
      control,
    }) => {
      const request = jsapi({ time_expire: '2026-11-25T12:05:00+08:00' })
      const query = () => merchant.call(queryOrderByOutTradeNo, { out_trade_no: 'ORDER_0001', mchid: MCHID })
      await merchant.call(jsapiPrepay, request)
      await control.advance('PT5M')

      await expect(control.payOrder('ORDER_0001')).rejects.toMatchObject(EXPIRED)
      expect(await query()).toMatchObject({ body: { trade_state: 'NOTPAY' } })
      expect(await merchant.call(jsapiPrepay, request)).toMatchObject({ status: 200 })
      await control.advance('P6DT23H54M59S')
      expect(await query()).toMatchObject({ body: { trade_state: 'NOTPAY' } })
      await control.advance(1)
      expect(await query()).toMatchObject({ body: { trade_state: 'CLOSED' } })
      expect(await merchant.call(jsapiPrepay, request)).toEqual(CLOSED)
    })
  })

  test('makes an order that associate knows, of the merchant who placed it', async ({
    merchant,
    control,
    seed,
    clientOf,
    others,
  }) => {
    await control.changeSettings({ orders: 'known' })
    await seed.coupon({ coupon_code: 'CODE' })
    const link = { stock_id: STOCK_ID, coupon_code: 'CODE', out_trade_no: 'ORDER_0001', out_request_no: 'LINK_1' }
    const client = await clientOf(others.owner)
    await client.call(jsapiPrepay, jsapi({ mchid: others.owner.mchid }))
    expect(await merchant.call(associateTradeInfo, link)).toEqual(refusal(404, 'RESOURCE_NOT_EXISTS', '查询记录为空'))

    expect(await merchant.call(jsapiPrepay, jsapi())).toMatchObject({ status: 200 })
    expect(await merchant.call(associateTradeInfo, link)).toMatchObject({ status: 200 })
  })
})
