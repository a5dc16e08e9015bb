import { describe, expect, test } from 'vitest'
import { INTERNAL_CODES } from '../../src/protocol/common-errors.ts'
import {
  type FieldLocation,
  type FieldType,
  fieldError,
  lengthOf,
  undefinedParameterError,
} from '../../src/protocol/field-check.ts'

describe('the wording of the field checker', () => {
  test('a field that is missing', () => {
    const error = fieldError('body', ['appid'], '公众号ID', { rule: 'missing' })

    expect(error.toJSON()).toEqual({
      code: 'PARAM_ERROR',
      message: '输入源“/body/appid”映射到字段“公众号ID”必填性规则校验失败，此字段为必填项',
      detail: { location: 'body', value: '' },
    })
    expect(error.status).toBe(400)
  })

  test('a text that is too short', () => {
    const error = fieldError('body', ['out_trade_no'], '商户订单号', {
      rule: 'too_short',
      unit: 'bytes',
      actual: 1,
      limit: 6,
    })

    expect(error.toJSON()).toEqual({
      code: 'PARAM_ERROR',
      message: '输入源“/body/out_trade_no”映射到值字段“商户订单号”字符串规则校验失败，字节数 1，小于最小值 6',
      detail: { location: 'body', value: 1 },
    })
  })

  test('a text that is too long, counted in characters', () => {
    const error = fieldError('body', ['stock_name'], '批次名称', {
      rule: 'too_long',
      unit: 'characters',
      actual: 22,
      limit: 21,
    })

    expect(error.toJSON()).toEqual({
      code: 'PARAM_ERROR',
      message: '输入源“/body/stock_name”映射到值字段“批次名称”字符串规则校验失败，字符数 22，大于最大值 21',
      detail: { location: 'body', value: 22 },
    })
  })

  test('a text that does not match its pattern', () => {
    const error = fieldError('body', ['mchid'], '直连商户号', {
      rule: 'pattern',
      pattern: String.raw`^[1-9]\d*$`,
      value: '0',
    })

    expect(error.toJSON()).toEqual({
      code: 'PARAM_ERROR',
      message: String.raw`输入源“/body/mchid”映射到值字段“直连商户号”字符串规则校验失败，字符串必须匹配正则表达式“^[1-9]\d*$”`,
      detail: { location: 'body', value: '0' },
    })
  })

  test('a number below its limit, in a nested field', () => {
    const path = ['coupon_use_rule', 'fixed_normal_coupon', 'discount_amount']
    const error = fieldError('body', path, '优惠金额', { rule: 'number_low', limit: 1, value: 0 })

    expect(JSON.stringify(error)).toBe(
      '{"code":"PARAM_ERROR","detail":{"location":"body","value":0},"message":"输入源“/body/coupon_use_rule/fixed_normal_coupon/discount_amount”映射到数值字段“优惠金额”规则校验失败，值低于最小值 1"}',
    )
  })

  test('a number above its limit', () => {
    const error = fieldError('query', ['limit'], '分页大小', { rule: 'number_high', limit: 100, value: 101 })

    expect(error.toJSON()).toEqual({
      code: 'PARAM_ERROR',
      message: '输入源“/query/limit”映射到数值字段“分页大小”规则校验失败，值高于最大值 100',
      detail: { location: 'query', value: 101 },
    })
  })

  test('a path value is called uri_template, an item of a list by its number', () => {
    const missing = { rule: 'missing' } as const

    expect(fieldError('uri_template', ['coupon_code'], '券code', missing).message).toContain(
      '“/uri_template/coupon_code”',
    )
    expect(fieldError('body', ['coupon_code_list', 0], '券code列表', missing).message).toContain(
      '“/body/coupon_code_list/0”',
    )
  })

  test('a parameter that the call does not have', () => {
    const error = undefinedParameterError(['/body/payer/openid'])

    expect(error.toJSON()).toEqual({
      code: 'PARAM_ERROR',
      message: '请求中含有未在API文档中定义的参数',
      detail: { location: null, value: ['/body/payer/openid'] },
    })
    expect(error.definition.internalCode).toBe(INTERNAL_CODES.undefinedParameter)
  })
})

test.for([
  [{ rule: 'missing' }, 268435461],
  [{ rule: 'too_long', unit: 'bytes', actual: 2, limit: 1 }, 268435462],
  [{ rule: 'too_short', unit: 'bytes', actual: 0, limit: 1 }, 268435463],
  [{ rule: 'number_low', limit: 1, value: 0 }, 268435464],
  [{ rule: 'number_high', limit: 1, value: 2 }, 268435464],
  [{ rule: 'pattern', pattern: '^a$', value: 'b' }, 268435461],
] as const)('the internal code for $0.rule is %i', ([fault, code]) => {
  expect(fieldError('body', ['x'], 'X', fault).definition.internalCode).toBe(code)
})

test.for([
  ['', 0, 0],
  ['abc', 3, 3],
  ['券', 3, 1],
  ['😀', 4, 1],
  ['a券😀', 8, 3],
] as const)('%j has %i bytes and %i characters', ([text, bytes, characters]) => {
  expect(lengthOf(text, 'bytes')).toBe(bytes)
  expect(lengthOf(text, 'characters')).toBe(characters)
})

describe('a value of another JSON type (corrections 1)', () => {
  const typeError = (...[location, path, title, type, value]: [FieldLocation, string[], string, FieldType, unknown]) =>
    fieldError(location, path, title, { rule: 'type', type, value })

  test.for<[location: FieldLocation, path: string[], title: string, type: FieldType, value: unknown, message: string]>([
    [
      'body',
      ['payer', 'openid'],
      '用户标识',
      'text',
      4,
      '无法将 JSON 输入源“/body/payer/openid”映射到目标字段“用户标识”中，此字段需要一个 string 类型的 Json 值',
    ],
    [
      'body',
      ['amount', 'total'],
      '总金额',
      'integer',
      0.01,
      '无法将 JSON 输入源“/body/amount/total”映射到目标字段“总金额”中，此字段需要一个合法的 64 位有符号整数',
    ],
    [
      'body',
      ['amount'],
      '订单金额',
      'object',
      'much',
      '无法将 JSON 输入源“/body/amount”映射到目标字段“订单金额”中，此字段需要一个合法的 Json 对象',
    ],
    [
      'body',
      ['detail', 'goods_detail'],
      '单品列表',
      'list',
      {},
      '无法将 JSON 输入源“/body/detail/goods_detail”映射到多重字段“单品列表”中，此字段需要 JSON 数组对象',
    ],
    [
      'body',
      ['subsidy'],
      '是否允许营销补贴',
      'boolean',
      'no',
      '无法将 JSON 输入源“/body/subsidy”映射到目标字段“是否允许营销补贴”中，此字段需要一个 boolean 类型的 Json 值',
    ],
    [
      'uri_template',
      ['applyment_id'],
      '申请单号',
      'integer',
      'APPLYMENT_20210312084316',
      '无法将输入源“/uri_template/applyment_id”映射到目标字段“申请单号”中，此字段需要一个合法的 64 位无符号整数',
    ],
    [
      'query',
      ['limit'],
      '分页大小',
      'integer',
      'many',
      '无法将输入源“/query/limit”映射到目标字段“分页大小”中，此字段需要一个合法的 64 位有符号整数',
    ],
  ])('%s %s (%s): %s', ([location, path, title, type, value, message]) => {
    const error = typeError(location, path, title, type, value)

    expect(error.toJSON()).toEqual({ code: 'PARAM_ERROR', detail: { location, value }, message })
    expect(error.definition.internalCode).toBe(INTERNAL_CODES.parameterInvalid)
  })

  // Of the two threads the texts are known by their length; these are fields of ours and of partners that give it.
  test.for<[bytes: number, path: string[], title: string, type: FieldType]>([
    [137, ['sub_mchid'], '子商户号', 'text'],
    [146, ['amount', 'refund'], '退款金额', 'integer'],
  ])('has %i bytes for %j (%s)', ([bytes, path, title, type]) => {
    expect(Buffer.byteLength(typeError('body', path, title, type, 1).message)).toBe(bytes)
  })

  test('is repeated as far as a thousand characters of its JSON go', () => {
    const repeated = (value: unknown) => typeError('body', ['attach'], '附加数据', 'text', value).toJSON().detail?.value

    expect(repeated([1, { b: 2, a: null }])).toEqual([1, { b: 2, a: null }])
    expect(repeated(Array(50_000).fill('😀'))).toBe(JSON.stringify(Array(50_000).fill('😀')).slice(0, 1_024))
  })
})

describe('what the wire does not say', () => {
  test('goes with the error of a field, and with that of parameters that are not known', () => {
    const why = { en: 'why', zh: '原因' }
    expect(fieldError('body', ['appid'], '公众号ID', { rule: 'missing' }, why).explanation).toBe(why)
    expect(undefinedParameterError(['/body/x'], why).explanation).toBe(why)
  })

  test('is what the error is about where nothing else is known', () => {
    const { when } = fieldError('body', ['appid'], '公众号ID', { rule: 'missing' }).definition
    expect(fieldError('body', ['appid'], '公众号ID', { rule: 'missing' }).explanation).toBe(when)
    expect(undefinedParameterError(['/body/x']).explanation).toBe(undefinedParameterError(['/body/x']).definition.when)
  })
})

test('of many long parameters that are not known twenty are named, with 256 characters each', () => {
  const paths = Array.from({ length: 25 }, (_, at) => `/body/${at}${'x'.repeat(300)}`)
  const { detail } = undefinedParameterError(paths).toJSON()
  expect(detail?.value).toEqual(paths.slice(0, 20).map((path) => path.slice(0, 256)))
})
