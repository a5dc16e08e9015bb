import { describe, expect } from 'vitest'
import { z } from 'zod'
import {
  appPrepay,
  associateTradeInfo,
  closeOrder,
  h5Prepay,
  jsapiPrepay,
  nativePrepay,
  queryOrderByOutTradeNo,
} from '../../src/products/operations.ts'
import { STOCK_ID, test, transports } from '../helpers/world.ts'

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

/** Each way of paying, with what it needs, and how its answer looks. */
const WAYS = [
  [jsapiPrepay, { payer: { openid: 'oUser' } }, { prepay_id: expect.stringMatching(/^wx25120000[0-9a-f]{26}$/) }],
  [appPrepay, {}, { prepay_id: expect.stringMatching(/^wx25120000[0-9a-f]{26}$/) }],
  [nativePrepay, {}, { code_url: expect.stringMatching(/^weixin:\/\/wxpay\/bizpayurl\?pr=[0-9a-f]{9}$/) }],
  [
    h5Prepay,
    { scene_info },
    {
      h5_url: expect.stringMatching(
        /^https:\/\/wx\.tenpay\.com\/cgi-bin\/mmpayweb-bin\/checkmweb\?prepay_id=wx2512\d{4}[0-9a-f]{26}&package=\d{10}$/,
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
  test.override('transport', transport)

  for (const [operation, more, body] of WAYS) {
    describe(operation.title, () => {
      test('answers with what the front end pays with', async ({ merchant }) => {
        expect(await merchant.call(operation, { ...common, ...more })).toEqual({ status: 200, body })
      })

      test('makes an order that is not paid', async ({ merchant, control }) => {
        await merchant.call(operation, { ...common, ...more })

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

      const life = operation.id === 'h5Prepay' ? ['PT4M59S', 'PT1S'] : ['PT1H59M59S', 'PT1S']
      test(`lives ${life[0]} and a second`, async ({ merchant, control }) => {
        await merchant.call(operation, { ...common, ...more })
        await control.advance(life[0] ?? '')
        await control.advance(life[1] ?? '')
        await expect(control.payOrder('ORDER_0001')).rejects.toMatchObject({ code: 'MOCK_PREPAY_ID' })
        await control.advance(-1)

        expect(await control.payOrder('ORDER_0001')).toMatchObject({ state: 'SUCCESS' })
      })

      test.for(WAYS.map(([other, need]) => [other, need] as const).filter(([other]) => other.id !== operation.id))(
        'again another way is refused',
        async ([other, need], { merchant }) => {
          await merchant.call(operation, { ...common, ...more })

          expect(await merchant.call(other, { ...common, ...need })).toEqual(USED)
        },
      )

      test.for(Object.keys(common))('needs %s', async (name, { merchant }) => {
        expect(await merchant.call(operation, { ...common, ...more, [name]: undefined })).toMatchObject({
          status: 400,
          body: { code: 'PARAM_ERROR', detail: { location: 'body', value: '' } },
        })
      })
    })
  }

  test.for([
    [jsapiPrepay, 'prepay_id', 64],
    [appPrepay, 'prepay_id', 64],
    [nativePrepay, 'code_url', 64],
    [h5Prepay, 'h5_url', 256],
  ] as const)('declares how long its answer may be: %s %s %i', ([operation, member, maxLength]) => {
    expect(z.toJSONSchema(operation.output)).toMatchObject({ properties: { [member]: { maxLength } } })
  })

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

    test('the same number of two merchants', async ({ merchant, clientOf, others }) => {
      const client = await clientOf(others.owner)
      await merchant.call(jsapiPrepay, jsapi())

      expect(await client.call(jsapiPrepay, jsapi({ mchid: others.owner.mchid }))).toMatchObject({ status: 200 })
    })

    test.for([
      'http://127.0.0.1:8080/pay',
      'https://shop.example.com:8443/pay',
      'https://192.0.2.1/pay',
      'http://localhost/pay',
      'http://shop.example.com/pay',
    ])('the address of the callback %s', async (notify_url, { merchant }) => {
      expect(await merchant.call(jsapiPrepay, jsapi({ notify_url }))).toMatchObject({ status: 200 })
    })

    test('an out_trade_no with every character that it may have', async ({ merchant, control }) => {
      expect(await merchant.call(jsapiPrepay, jsapi({ out_trade_no: 'aZ09_-|*' }))).toMatchObject({ status: 200 })
      expect(await control.order('aZ09_-|*')).toMatchObject({ state: 'NOTPAY' })
    })
  })

  describe('a prepay_id', () => {
    test('is a new one when the number comes again after two hours, and the old one pays no more', async ({
      merchant,
      control,
    }) => {
      const first = await merchant.call(jsapiPrepay, jsapi())
      const { prepay_id: old = '' } = await control.order('ORDER_0001')
      await control.advance('PT2H')
      await expect(control.payOrder('ORDER_0001')).rejects.toMatchObject({ code: 'MOCK_PREPAY_ID' })

      const second = await merchant.call(jsapiPrepay, jsapi())

      expect(second).toMatchObject({ status: 200 })
      expect(second).not.toEqual(first)
      await expect(control.payOrder('ORDER_0001', { prepay_id: old })).rejects.toMatchObject({ code: 'MOCK_PREPAY_ID' })
      expect(await control.payOrder('ORDER_0001')).toMatchObject({ state: 'SUCCESS', openid: 'oUser' })
    })
  })

  describe('is refused', () => {
    test.for([
      ['another total', { amount: { total: 101 } }],
      ['another currency written out', { amount: { total: 100, currency: 'CNY' } }],
      ['another description', { description: '别的商品' }],
      ['another payer', { payer: { openid: 'oOther' } }],
      ['another address for the callback', { notify_url: 'https://shop.example.com/other' }],
      ['another optional member', { attach: '门店二' }],
      ['another time_expire', { time_expire: '2026-11-25T13:00:00+08:00' }],
    ] as const)('with the same number and %s', async ([, changes], { merchant }) => {
      await merchant.call(jsapiPrepay, jsapi())

      expect(await merchant.call(jsapiPrepay, jsapi(changes))).toEqual(OTHER_VALUES)
    })

    test('when it is paid already, with other parameters too', async ({ merchant, control }) => {
      await merchant.call(jsapiPrepay, jsapi())
      await control.payOrder('ORDER_0001')

      expect(await merchant.call(jsapiPrepay, jsapi())).toEqual(USED)
      expect(await merchant.call(jsapiPrepay, jsapi({ description: '别的商品' }))).toEqual(USED)
      await control.refundOrder('ORDER_0001')
      expect(await merchant.call(jsapiPrepay, jsapi())).toEqual(USED)
    })

    test('when it was closed', async ({ merchant }) => {
      await merchant.call(jsapiPrepay, jsapi())
      await merchant.call(closeOrder, { out_trade_no: 'ORDER_0001', mchid: MCHID })

      expect(await merchant.call(jsapiPrepay, jsapi())).toEqual(CLOSED)
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

    test('when its seven days are over', async ({ merchant, control }) => {
      await merchant.call(jsapiPrepay, jsapi())
      await control.advance('P7D')

      expect(await merchant.call(jsapiPrepay, jsapi())).toEqual(CLOSED)
    })

    test('with an appid that is not bound to the caller', async ({ clientOf, others }) => {
      const owner = { ...others.owner, appids: ['wxOwn'] }
      const client = await clientOf(owner)

      expect(await client.call(jsapiPrepay, jsapi({ mchid: owner.mchid }))).toEqual(
        refusal(400, 'APPID_MCHID_NOT_MATCH', 'appid和mch_id不匹配，请检查后再试'),
      )
      expect(await client.call(jsapiPrepay, jsapi({ mchid: owner.mchid, appid: 'wxOwn' }))).toMatchObject({
        status: 200,
      })
    })

    test("with another merchant's number", async ({ merchant }) => {
      expect(await merchant.call(jsapiPrepay, jsapi({ mchid: '1900000002' }))).toEqual(
        refusal(400, 'PARAM_ERROR', 'http header中的mchid与post payload中的mchid不匹配'),
      )
    })

    test.for<[changes: object, message: string, value: unknown]>([
      [
        { out_trade_no: 'A' },
        '“/body/out_trade_no”映射到值字段“商户订单号”字符串规则校验失败，字节数 1，小于最小值 6',
        1,
      ],
      [{ out_trade_no: 'A'.repeat(33) }, '“商户订单号”字符串规则校验失败，字节数 33，大于最大值 32', 33],
      [{ out_trade_no: 'ORDER 0001' }, '“商户订单号”字符串规则校验失败，字符串必须匹配正则表达式', 'ORDER 0001'],
      [{ appid: undefined }, '“/body/appid”映射到字段“公众账号ID”必填性规则校验失败，此字段为必填项', ''],
      [{ description: '商'.repeat(128) }, '“商品描述”字符串规则校验失败，字符数 128，大于最大值 127', 128],
      [{ amount: { total: 0 } }, '“/body/amount/total”映射到数值字段“总金额”规则校验失败，值低于最小值 1', 0],
      [
        { notify_url: 'https://shop.example.com/pay?a=1' },
        '“通知地址”字符串规则校验失败，字符串必须匹配正则表达式',
        'https://shop.example.com/pay?a=1',
      ],
      [{ notify_url: 'ftp://shop.example.com/' }, '“通知地址”字符串规则校验失败', 'ftp://shop.example.com/'],
      [
        { notify_url: `https://shop.example.com/${'a'.repeat(240)}` },
        '“通知地址”字符串规则校验失败，字节数 265，大于最大值 255',
        265,
      ],
      [{ attach: '' }, '“附加数据”字符串规则校验失败，字符数 0，小于最小值 1', 0],
      [
        { time_expire: '2026-11-25T13:00:00.123456789+08:00' },
        '“支付结束时间”字符串规则校验失败，字符串必须匹配正则表达式',
        '2026-11-25T13:00:00.123456789+08:00',
      ],
      [{ time_expire: '2'.repeat(65) }, '“支付结束时间”字符串规则校验失败，字节数 65，大于最大值 64', 65],
    ])('with %j', async ([changes, message, value], { merchant }) => {
      const { status, body } = await merchant.call(jsapiPrepay, jsapi(changes))

      expect({ status, body }).toEqual({
        status: 400,
        body: { code: 'PARAM_ERROR', detail: { location: 'body', value }, message: expect.stringContaining(message) },
      })
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

    test('with no goods in goods_detail', async ({ merchant }) => {
      expect(await merchant.call(jsapiPrepay, jsapi({ detail: { goods_detail: [] } }))).toEqual(
        refusal(400, 'PARAM_ERROR', '请求参数错误'),
      )
    })

    test.for(['A 1', 'Ａ１', '商品', 'A|1'])(
      'with the merchant_goods_id %s',
      async (merchant_goods_id, { merchant }) => {
        const wrong = { goods_detail: [goods({ merchant_goods_id })] }
        expect(await merchant.call(jsapiPrepay, jsapi({ detail: wrong }))).toMatchObject({
          status: 400,
          body: { message: expect.stringContaining('“商户侧商品编码”字符串规则校验失败，字符串必须匹配正则表达式') },
        })
      },
    )

    test.for([{ payer: undefined }, { payer: {} }])('by JSAPI without an openid: %j', async (payer, { merchant }) => {
      expect(await merchant.call(jsapiPrepay, jsapi(payer))).toEqual(
        refusal(400, 'PARAM_ERROR', 'JSAPI支付必须传openid'),
      )
    })

    test.for([
      [{ openid: 'oUser', appid: 'wxOther' }, refusal(400, 'PARAM_ERROR', 'appid与openid不匹配')],
      [{ openid: 'oUser', appid: common.appid }, { status: 200 }],
      [{ openid: 'oUser' }, { status: 200 }],
    ] as const)(
      'by JSAPI with an openid that is known to be of another appid: %j',
      async ([user, answer], { merchant, control }) => {
        await control.addUser(user)

        expect(await merchant.call(jsapiPrepay, jsapi())).toMatchObject(answer)
      },
    )

    test('in another currency', async ({ merchant }) => {
      expect(await merchant.call(jsapiPrepay, jsapi({ amount: { total: 100, currency: 'USD' } }))).toEqual(
        refusal(400, 'PARAM_ERROR', '请求参数错误'),
      )
    })

    test.for<[changes: object, value: unknown, source: string, needed: string]>([
      [{ amount: { total: 1.5 } }, 1.5, '/body/amount/total”映射到目标字段“总金额', '一个合法的 64 位有符号整数'],
      [{ amount: { total: '100' } }, '100', '/body/amount/total”映射到目标字段“总金额', '一个合法的 64 位有符号整数'],
      [
        { amount: { total: 100, currency: 1 } },
        1,
        '/body/amount/currency”映射到目标字段“货币类型',
        '一个 string 类型的 Json 值',
      ],
      [{ amount: 5 }, 5, '/body/amount”映射到目标字段“订单金额', '一个合法的 Json 对象'],
      [{ payer: 'oUser' }, 'oUser', '/body/payer”映射到目标字段“支付者信息', '一个合法的 Json 对象'],
      [{ detail: 5 }, 5, '/body/detail”映射到目标字段“商品详情', '一个合法的 Json 对象'],
      [{ detail: { goods_detail: 5 } }, 5, '/body/detail/goods_detail”映射到多重字段“单品列表', ' JSON 数组对象'],
      [{ scene_info: 5 }, 5, '/body/scene_info”映射到目标字段“场景信息', '一个合法的 Json 对象'],
      [
        { scene_info: { payer_client_ip: '1.1.1.1', store_info: 5 } },
        5,
        '/body/scene_info/store_info”映射到目标字段“商户门店信息',
        '一个合法的 Json 对象',
      ],
      [{ settle_info: 5 }, 5, '/body/settle_info”映射到目标字段“结算信息', '一个合法的 Json 对象'],
      [
        { support_fapiao: 1 },
        1,
        '/body/support_fapiao”映射到目标字段“电子发票入口开放标识',
        '一个 boolean 类型的 Json 值',
      ],
      [
        { settle_info: { profit_sharing: 1 } },
        1,
        '/body/settle_info/profit_sharing”映射到目标字段“分账标识',
        '一个 boolean 类型的 Json 值',
      ],
      [{ limit_pay: 5 }, 5, '/body/limit_pay”映射到多重字段“指定支付方式', ' JSON 数组对象'],
    ])('with %j, of the wrong type', async ([changes, value, source, needed], { merchant }) => {
      expect(await merchant.call(jsapiPrepay, jsapi(changes))).toEqual({
        status: 400,
        body: {
          code: 'PARAM_ERROR',
          detail: { location: 'body', value },
          message: `无法将 JSON 输入源“${source}”中，此字段需要${needed}`,
        },
      })
    })

    test('with a payer where none is known', async ({ merchant }) => {
      expect(await merchant.call(nativePrepay, jsapi())).toEqual({
        status: 400,
        body: {
          code: 'PARAM_ERROR',
          detail: { location: null, value: ['/body/payer'] },
          message: '请求中含有未在API文档中定义的参数',
        },
      })
    })

    test.for([
      [jsapiPrepay, 'appid', '公众账号ID'],
      [appPrepay, 'appid', '商户应用ID'],
      [nativePrepay, 'time_expire', '支付结束时间'],
      [h5Prepay, 'time_expire', '交易结束时间'],
    ] as const)(
      'with the title that the page of each way of paying has: %#',
      async ([way, field, title], { merchant }) => {
        expect(await merchant.call(way, { ...common, payer: undefined, [field]: '' })).toMatchObject({
          status: 400,
          body: { code: 'PARAM_ERROR', message: expect.stringContaining(`/body/${field}”映射到值字段“${title}”`) },
        })
      },
    )

    test('by H5 without a scene', async ({ merchant }) => {
      for (const [scene, field] of [
        [undefined, 'scene_info”映射到字段“场景信息'],
        [{ payer_client_ip: '1.1.1.1' }, 'h5_info”映射到字段“H5场景信息'],
        [{ payer_client_ip: '1.1.1.1', h5_info: {} }, 'type”映射到字段“场景类型'],
      ] as const) {
        const { body } = await merchant.call(h5Prepay, { ...common, scene_info: scene })
        expect(body).toMatchObject({ code: 'PARAM_ERROR', message: expect.stringContaining(`${field}”`) })
      }
    })

    test('with an internal code that tells what is wrong', async ({ merchant, control }) => {
      await merchant.call(jsapiPrepay, jsapi())
      const codeOf = async (changes: object) => {
        const answer = await merchant.request({ target: jsapiPrepay.path, body: jsapi(changes) })
        return answer.header('Request-ID')?.split('-')[1]
      }

      expect(await codeOf({ amount: { total: 5 } })).toBe('268498688')
      await control.payOrder('ORDER_0001')
      expect(await codeOf({})).toBe('268449538')
    })
  })

  describe('time_expire', () => {
    const EXPIRED = {
      code: 'MOCK_TIME_TO_PAY',
      message: expect.stringContaining('订单已超过商户设置的最晚支付成功时间'),
    }

    test.for<[wanted: string, time_expire: string, close_time: string]>([
      ['2020-01-01T00:00:00+08:00', '2026-11-25T12:01:00+08:00', '2026-12-02T12:00:00+08:00'],
      ['2026-11-25T12:00:59+08:00', '2026-11-25T12:01:00+08:00', '2026-12-02T12:00:00+08:00'],
      ['2026-11-25T12:05:00+08:00', '2026-11-25T12:05:00+08:00', '2026-12-02T12:00:00+08:00'],
      ['2026-12-10T12:00:01+08:00', '2026-12-10T12:00:00+08:00', '2026-12-10T12:00:00+08:00'],
    ])('%s is taken as %s', async ([wanted, time_expire, close_time], { merchant, control }) => {
      expect(await merchant.call(jsapiPrepay, jsapi({ time_expire: wanted }))).toMatchObject({ status: 200 })
      expect(await control.order('ORDER_0001')).toMatchObject({ state: 'NOTPAY', time_expire, close_time })
    })

    test.for<[timeExpireMax: number, operation: typeof jsapiPrepay | typeof nativePrepay, at: string]>([
      [90, jsapiPrepay, '2027-02-23T12:00:00+08:00'],
      [90, nativePrepay, '2027-02-23T12:00:00+08:00'],
      [15, nativePrepay, '2026-12-10T12:00:00+08:00'],
      [2, nativePrepay, '2026-11-27T12:00:00+08:00'],
    ])('is at most %i days away, as the mock is asked to', async ([days, operation, at], { merchant, control }) => {
      await control.changeSettings({ time_expire_max: days })
      const wanted = { ...common, time_expire: '2030-01-01T00:00:00+08:00' }
      await merchant.call(
        operation,
        operation.id === 'jsapiPrepay' ? { ...wanted, payer: { openid: 'oUser' } } : wanted,
      )

      expect(await control.order('ORDER_0001')).toMatchObject({ time_expire: at })
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

    test('is over a moment later than it was not', async ({ merchant, control }) => {
      await merchant.call(jsapiPrepay, jsapi({ time_expire: '2026-11-25T12:05:00+08:00' }))
      await control.advance('PT4M59S')

      expect(await control.payOrder('ORDER_0001')).toMatchObject({ state: 'SUCCESS' })
    })
  })

  describe('makes an order that associate knows', () => {
    const link = { stock_id: STOCK_ID, coupon_code: 'CODE', out_trade_no: 'ORDER_0001', out_request_no: 'LINK_1' }

    test('when it is the caller who placed it', async ({ merchant, control, seed }) => {
      await control.changeSettings({ orders: 'known' })
      await seed.coupon({ coupon_code: 'CODE' })
      expect(await merchant.call(associateTradeInfo, link)).toMatchObject({ status: 404 })
      await merchant.call(jsapiPrepay, jsapi())

      expect(await merchant.call(associateTradeInfo, link)).toMatchObject({ status: 200 })
    })

    test('and not when it is another merchant', async ({ merchant, control, seed, clientOf, others }) => {
      await control.changeSettings({ orders: 'known' })
      await seed.coupon({ coupon_code: 'CODE' })
      const client = await clientOf(others.owner)
      await client.call(jsapiPrepay, jsapi({ mchid: others.owner.mchid }))

      expect(await merchant.call(associateTradeInfo, link)).toEqual(refusal(404, 'RESOURCE_NOT_EXISTS', '查询记录为空'))
    })
  })

  test('a refused call leaves nothing behind', async ({ merchant, control }) => {
    await merchant.call(jsapiPrepay, jsapi())
    const before = await control.world()

    await merchant.call(jsapiPrepay, jsapi({ amount: { total: 5 } }))
    await merchant.call(queryOrderByOutTradeNo, { out_trade_no: 'ORDER_0002', mchid: MCHID })

    expect(await control.world()).toEqual(before)
  })
})
