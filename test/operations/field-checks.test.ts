import { describe, expect } from 'vitest'
import {
  associateTradeInfo,
  deactivateCoupon,
  disassociateTradeInfo,
  preSendProductCoupon,
  returnCoupon,
  sendCoupon,
  sendGovCard,
  sendProductCoupon,
  useCoupon,
} from '../../src/products/operations.ts'
import { STOCK_ID, test, transports } from '../helpers/world.ts'

const LINK = {
  stock_id: STOCK_ID,
  coupon_code: 'sxxe34343434',
  out_trade_no: 'MCH_102233445',
  out_request_no: '1002600620019090123143254435',
}
const USE = {
  coupon_code: 'sxxe34343434',
  stock_id: STOCK_ID,
  appid: 'wx1234567889999',
  use_time: '2026-11-25T12:00:00+08:00',
  use_request_no: '1002600620019090123143254435',
}
const SEND = {
  openid: 'xsd3434454567676',
  appid: 'wx1234567889999',
  stock_id: STOCK_ID,
  out_request_no: '1002600620019090123143254435',
}
const PRE_SEND = {
  brand_id: '120344',
  product_coupon_id: '200000001',
  stock_id: '1000000013001',
  appid: 'wx233544546545989',
  send_request_no: '34657_20250101_123456',
}
const CARD = {
  card_id: 'pCard',
  appid: 'wxc0b84a53ed8e8d29',
  openid: 'obLatjhnqgy2syxrXVM3MJirbkdI',
  out_request_no: '1002600620019090123143254435',
  send_time: '2026-11-25T12:00:00+08:00',
}

const NUMBER_PATTERN = '^[0-9A-Za-z_|*-]{1,128}$'

/** Calls with their fields: Chinese title, and greatest length in bytes (busifavor.md 4.1, 5.1, 6). */
const CALLS = [
  {
    operation: associateTradeInfo,
    valid: LINK,
    fields: [
      { name: 'stock_id', title: '批次号', max: 20 },
      { name: 'coupon_code', title: '券code', max: 32 },
      { name: 'out_trade_no', title: '关联的商户订单号', max: 128 },
      { name: 'out_request_no', title: '请求业务单据号', max: 128 },
    ],
  },
  {
    operation: disassociateTradeInfo,
    valid: LINK,
    fields: [
      { name: 'stock_id', title: '批次号', max: 20 },
      { name: 'coupon_code', title: '券code', max: 32 },
      { name: 'out_trade_no', title: '取消关联的商户订单号', max: 128 },
      { name: 'out_request_no', title: '请求业务单据号', max: 128 },
    ],
  },
  {
    operation: useCoupon,
    valid: USE,
    fields: [
      { name: 'coupon_code', title: '券code', max: 32 },
      { name: 'appid', title: '公众账号ID', max: 32 },
      { name: 'use_request_no', title: '核销请求单据号', max: 128 },
    ],
  },
  {
    operation: returnCoupon,
    valid: { stock_id: STOCK_ID, coupon_code: 'sxxe34343434', return_request_no: 'BACK-1' },
    fields: [
      { name: 'coupon_code', title: '券code', max: 32 },
      { name: 'stock_id', title: '批次号', max: 20 },
      { name: 'return_request_no', title: '退券请求单据号', max: 128 },
    ],
  },
  {
    operation: deactivateCoupon,
    valid: { stock_id: STOCK_ID, coupon_code: 'sxxe34343434', deactivate_request_no: 'STOP-1' },
    fields: [
      { name: 'coupon_code', title: '券code', max: 32 },
      { name: 'stock_id', title: '批次号', max: 20 },
      { name: 'deactivate_request_no', title: '失效请求单据号', max: 128 },
    ],
  },
  {
    operation: sendCoupon,
    valid: SEND,
    fields: [
      { name: 'openid', title: '用户标识', max: 128 },
      { name: 'appid', title: '公众账号ID', max: 32 },
      { name: 'stock_id', title: '批次号', max: 20 },
      { name: 'out_request_no', title: '发券凭证', max: 128 },
    ],
  },
  {
    operation: sendProductCoupon,
    valid: { ...SEND, coupon_type: 'NORMAL' },
    fields: [
      { name: 'openid', title: '用户标识', max: 128 },
      { name: 'appid', title: '公众账号ID', max: 32 },
      { name: 'stock_id', title: '批次号', max: 128 },
      { name: 'out_request_no', title: '发券凭证', max: 128 },
    ],
  },
  {
    operation: preSendProductCoupon,
    valid: PRE_SEND,
    fields: [
      { name: 'brand_id', title: '品牌ID', max: 32 },
      { name: 'product_coupon_id', title: '商品券ID', max: 40 },
      { name: 'stock_id', title: '批次ID', max: 40 },
      { name: 'appid', title: '公众账号AppID', max: 32 },
    ],
  },
  {
    operation: sendGovCard,
    valid: CARD,
    fields: [
      { name: 'appid', title: '消费卡归属appid', max: 32 },
      { name: 'openid', title: '用户openid', max: 128 },
      { name: 'out_request_no', title: '商户单据号', max: 128 },
    ],
  },
] as const

const rows = CALLS.flatMap(({ operation, valid, fields }) =>
  fields.map((field) => ({ ...field, operation, valid, id: operation.id })),
)

const paramError = (message: string, value: unknown) => ({
  status: 400,
  body: { code: 'PARAM_ERROR', detail: { location: 'body', value }, message },
})
const missing = (name: string, title: string) =>
  paramError(`输入源“/body/${name}”映射到字段“${title}”必填性规则校验失败，此字段为必填项`, '')
const tooShort = (name: string, title: string) =>
  paramError(`输入源“/body/${name}”映射到值字段“${title}”字符串规则校验失败，字节数 0，小于最小值 1`, 0)
const tooLong = (name: string, title: string, length: number, max: number) =>
  paramError(
    `输入源“/body/${name}”映射到值字段“${title}”字符串规则校验失败，字节数 ${length}，大于最大值 ${max}`,
    length,
  )
const wrongPattern = (name: string, title: string, value: string, pattern = NUMBER_PATTERN) =>
  paramError(
    `输入源“/body/${name}”映射到值字段“${title}”字符串规则校验失败，字符串必须匹配正则表达式“${pattern}”`,
    value,
  )
const noText = (name: string, title: string, value: unknown) =>
  paramError(`无法将 JSON 输入源“/body/${name}”映射到目标字段“${title}”中，此字段需要一个 string 类型的 Json 值`, value)
const undefinedParameters = (...value: string[]) => ({
  status: 400,
  body: { code: 'PARAM_ERROR', detail: { location: null, value }, message: '请求中含有未在API文档中定义的参数' },
})
const INVALID = { status: 400, body: { code: 'PARAM_ERROR', message: '请求参数错误' } }
const MALFORMED = {
  status: 400,
  body: { code: 'INVALID_REQUEST', message: 'HTTP 请求不符合微信支付 APIv3 接口规则' },
}

describe.for(transports)('the field checker over %s', (transport) => {
  test.override('transport', transport)

  describe.for(rows)('$name of $id', ({ name, title, max, operation, valid }) => {
    test('left out', async ({ merchant }) => {
      const { [name as string]: _, ...rest } = valid as Record<string, unknown>

      expect(await merchant.call(operation, rest)).toEqual(missing(name, title))
    })

    test('empty', async ({ merchant }) => {
      expect(await merchant.call(operation, { ...valid, [name]: '' })).toEqual(tooShort(name, title))
    })

    test('one byte too long', async ({ merchant }) => {
      const value = 'a'.repeat(max + 1)

      expect(await merchant.call(operation, { ...valid, [name]: value })).toEqual(tooLong(name, title, max + 1, max))
    })

    test('as long as it may be', async ({ merchant }) => {
      const { body } = await merchant.call(operation, { ...valid, [name]: 'a'.repeat(max) })

      expect(body).not.toMatchObject({ code: 'PARAM_ERROR' })
    })

    test.for([
      ['a number', 100088],
      ['true', true],
      ['an object', {}],
      ['a list', ['100088']],
    ] as const)('%s in place of text', async ([, value], { merchant }) => {
      expect(await merchant.call(operation, { ...valid, [name]: value })).toEqual(noText(name, title, value))
    })

    test('null in place of text', async ({ merchant }) => {
      expect(await merchant.call(operation, { ...valid, [name]: null })).toEqual(undefinedParameters(`/body/${name}`))
    })
  })

  describe('lengths', () => {
    test('count bytes, not characters', async ({ merchant }) => {
      const answer = await merchant.call(associateTradeInfo, { ...LINK, stock_id: '批次号批次号批' })

      expect(answer).toEqual(tooLong('stock_id', '批次号', 21, 20))
    })

    test('count a character beyond the basic plane as its four bytes', async ({ merchant }) => {
      const answer = await merchant.call(associateTradeInfo, { ...LINK, coupon_code: '😀'.repeat(9) })

      expect(answer).toEqual(tooLong('coupon_code', '券code', 36, 32))
    })

    test('count what an escape stands for', async ({ merchant }) => {
      const text = JSON.stringify(LINK).replace('sxxe34343434', '\\u0061'.repeat(32))

      const { body } = await merchant.request({ target: associateTradeInfo.path, body: text })

      expect(body).toMatchObject({ message: '券不存在' })
    })
  })

  describe('request numbers', () => {
    test('may have letters, digits and four signs', async ({ merchant }) => {
      const out_request_no = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz|*-'

      const { body } = await merchant.call(associateTradeInfo, { ...LINK, out_request_no })

      expect(body).toMatchObject({ message: '券不存在' })
    })

    test.for([' ', '/', '.', ':', '+', '#', '\n', '\u0000', '单', '｜', '１'])(
      'may not have %j',
      async (character, { merchant }) => {
        const value = `R-1${character}`

        expect(await merchant.call(associateTradeInfo, { ...LINK, out_request_no: value })).toEqual(
          wrongPattern('out_request_no', '请求业务单据号', value),
        )
      },
    )

    test('are checked for length before pattern', async ({ merchant }) => {
      const answer = await merchant.call(associateTradeInfo, { ...LINK, out_request_no: ' '.repeat(129) })

      expect(answer).toEqual(tooLong('out_request_no', '请求业务单据号', 129, 128))
    })
  })

  test('an order number may have any characters', async ({ merchant, seed }) => {
    const coupon = await seed.coupon({ coupon_code: LINK.coupon_code })

    const { status } = await merchant.call(associateTradeInfo, {
      ...LINK,
      ...pick(coupon),
      out_trade_no: '订单 №1/\\"',
    })

    expect(status).toBe(200)
  })

  describe('the body', () => {
    test.for([
      ['nothing', ''],
      ['a space', ' '],
      ['a list', '[]'],
      ['null', 'null'],
      ['text', '"stock_id"'],
      ['a number', '1'],
      ['JSON that ends early', '{"stock_id":"100088"'],
      ['JSON with something behind it', '{}x'],
      ['JSON with a comma too many', '{"stock_id":"100088",}'],
      ['single quotes', "{'stock_id':'100088'}"],
      ['a form', 'stock_id=100088&coupon_code=sxxe34343434'],
      ['XML', '<xml><stock_id>100088</stock_id></xml>'],
      ['a byte order mark before it', `\uFEFF${JSON.stringify(LINK)}`],
      ['a line break inside a text', '{"stock_id":"1000\n88"}'],
    ])('%s is malformed', async ([, body], { merchant }) => {
      const { status, body: answer } = await merchant.request({
        method: 'POST',
        target: associateTradeInfo.path,
        body,
      })

      expect({ status, body: answer }).toEqual(MALFORMED)
    })

    test.for([
      ['a byte that no character has', [0xff]],
      ['a character cut short', [0xe5, 0x88]],
      ['a surrogate', [0xed, 0xa0, 0x80]],
      ['a character in two bytes too many', [0xc0, 0xaf]],
      ['GBK', [0xc5, 0xfa, 0xb4, 0xce]],
    ] as const)('%s is not UTF-8', async ([, bytes], { merchant }) => {
      const body = Buffer.concat([Buffer.from('{"stock_id":"'), Buffer.from(bytes), Buffer.from('"}')])

      const { status, body: answer } = await merchant.request({ target: associateTradeInfo.path, body })

      expect({ status, body: answer }).toEqual(MALFORMED)
    })

    test('may be written in any way that JSON allows', async ({ merchant, seed }) => {
      await seed.coupon({ coupon_code: LINK.coupon_code })
      const { out_trade_no, ...rest } = LINK
      const body = `\r\n${JSON.stringify({ out_trade_no, ...rest }, null, 4).replace('100088', '\\u0031\\u0030\\u0030088')}\n`

      expect(await merchant.request({ target: associateTradeInfo.path, body })).toMatchObject({ status: 200 })
    })

    test('a field given twice counts as it was given last', async ({ merchant, seed }) => {
      await seed.coupon({ coupon_code: LINK.coupon_code })
      const body = JSON.stringify(LINK).replace('{', '{"stock_id":"999999",')

      expect(await merchant.request({ target: associateTradeInfo.path, body })).toMatchObject({ status: 200 })
    })

    test.for([undefined, 'application/json; charset=utf-8', 'text/plain', 'application/x-www-form-urlencoded'])(
      'is read whatever its Content-Type says: %s',
      async (type, { merchant, seed }) => {
        await seed.coupon({ coupon_code: LINK.coupon_code })

        const answer = await merchant.request({
          target: associateTradeInfo.path,
          body: LINK,
          headers: { 'Content-Type': type },
        })

        expect(answer).toMatchObject({ status: 200 })
      },
    )
  })

  describe('parameters that the call does not have', () => {
    test('are refused by name', async ({ merchant }) => {
      expect(await merchant.call(associateTradeInfo, { ...LINK, mchid: '1900000001' })).toEqual(
        undefinedParameters('/body/mchid'),
      )
    })

    test('are all named', async ({ merchant }) => {
      expect(await merchant.call(associateTradeInfo, { ...LINK, appid: 'wx1', sub_mchid: null })).toEqual(
        undefinedParameters('/body/appid', '/body/sub_mchid'),
      )
    })

    test.for(['__proto__', 'constructor', 'toString'])('even when they are called %s', async (name, { merchant }) => {
      const body = JSON.stringify(LINK).replace('{', `{"${name}":{},`)

      const { status, body: answer } = await merchant.request({ target: associateTradeInfo.path, body })

      expect({ status, body: answer }).toEqual(undefinedParameters(`/body/${name}`))
    })

    test('come after the fields that are wrong', async ({ merchant }) => {
      expect(await merchant.call(associateTradeInfo, { ...LINK, appid: 'wx1', coupon_code: '' })).toEqual(
        tooShort('coupon_code', '券code'),
      )
    })
  })

  test('the first wrong field counts, in the order of the documents', async ({ merchant }) => {
    const answer = await merchant.call(associateTradeInfo, {
      out_request_no: '',
      out_trade_no: '',
      coupon_code: 'a'.repeat(33),
    })

    expect(answer).toEqual(missing('stock_id', '批次号'))
  })

  test('a field that an ancestor of the object has is left out all the same', async ({ merchant }) => {
    const body = '{"__proto__":{"stock_id":"100088"},"coupon_code":"c","out_trade_no":"o","out_request_no":"r"}'

    const { status, body: answer } = await merchant.request({ target: associateTradeInfo.path, body })

    expect({ status, body: answer }).toEqual(missing('stock_id', '批次号'))
  })

  describe('use_time', () => {
    test.for([
      '2026-11-25T12:00:00+08:00',
      '2026-11-25T12:00:00.000+08:00',
      '2026-11-25T04:00:00Z',
      '2015-05-20T13:29:35.120+08:00',
      '2024-02-29T00:00:00+08:00',
    ])('may be %s', async (use_time, { merchant, seed }) => {
      await seed.coupon({ coupon_code: USE.coupon_code })

      expect(await merchant.call(useCoupon, { ...USE, use_time })).toMatchObject({ status: 200 })
    })

    test.for([
      '',
      '2026-11-25',
      '2026-11-25 12:00:00',
      '2026-11-25T12:00:00',
      '2026-11-25T12:00+08:00',
      '2026-13-01T12:00:00+08:00',
      '2026-02-30T12:00:00+08:00',
      '2026-11-25T24:00:00+08:00',
      '2026-11-25T12:00:00+0800',
      '1764043200',
    ])('may not be %j', async (use_time, { merchant }) => {
      expect(await merchant.call(useCoupon, { ...USE, use_time })).toMatchObject({
        status: 400,
        body: { code: 'PARAM_ERROR', detail: { location: 'body', value: use_time } },
      })
    })
  })

  test.for([
    ['34657', '字节数 5，小于最小值 6', 5],
    ['3'.repeat(41), '字节数 41，大于最大值 40', 41],
  ] as const)(
    'the number of a pre-send has 6 to 40 bytes, not those of %s',
    async ([value, fault, length], { merchant }) => {
      expect(await merchant.call(preSendProductCoupon, { ...PRE_SEND, send_request_no: value })).toEqual(
        paramError(`输入源“/body/send_request_no”映射到值字段“发券请求单号”字符串规则校验失败，${fault}`, length),
      )
    },
  )

  test('coupon_type is one of two words', async ({ merchant }) => {
    expect(await merchant.call(sendProductCoupon, { ...SEND, coupon_type: 'normal' })).toEqual(INVALID)
    expect(await merchant.call(sendProductCoupon, SEND)).toEqual(missing('coupon_type', '券类型'))
  })

  test.for([
    ['', '字符数 0，小于最小值 1', 0],
    ['因'.repeat(65), '字符数 65，大于最大值 64', 65],
  ] as const)('a reason has 1 to 64 characters', async ([value, fault, length], { merchant }) => {
    const stop = { stock_id: STOCK_ID, coupon_code: 'sxxe34343434', deactivate_request_no: 'STOP-1' }

    expect(await merchant.call(deactivateCoupon, { ...stop, deactivate_reason: value })).toEqual(
      paramError(`输入源“/body/deactivate_reason”映射到值字段“失效原因”字符串规则校验失败，${fault}`, length),
    )
    expect(await merchant.call(deactivateCoupon, { ...stop, deactivate_reason: '因'.repeat(64) })).toMatchObject({
      body: { message: '批次不存在' },
    })
  })

  test.for([
    ['openid', '', tooShort('openid', '用户标识')],
    ['openid', 'o'.repeat(129), tooLong('openid', '用户标识', 129, 128)],
    ['stock_id', '', tooShort('stock_id', '批次号')],
  ] as const)('%s of useCoupon may be left out, but not be wrong', async ([name, value, answer], { merchant }) => {
    expect(await merchant.call(useCoupon, { ...USE, [name]: value })).toEqual(answer)
  })
})

const pick = ({ stock_id, coupon_code }: { stock_id: string; coupon_code: string }) => ({ stock_id, coupon_code })
