import { describe, expect, test } from 'vitest'
import { INTERNAL_CODES } from '../../../src/wire/protocol/common-errors.ts'
import {
  type FieldFault,
  type FieldLocation,
  fieldError,
  lengthOf,
  undefinedParameterError,
} from '../../../src/wire/protocol/field-check.ts'

const { parameterInvalid, parameterTooLong, parameterTooShort, parameterOutOfRange } = INTERNAL_CODES
const DIGITS = String.raw`^[1-9]\d*$`
/** A value of another JSON type than `type`. */
const other = (type: 'text' | 'integer' | 'object' | 'list' | 'boolean', value: unknown): FieldFault => ({
  rule: 'type',
  type,
  value,
})

/** A broken rule, the message, and the internal code. */
test.for<readonly [fault: FieldFault, message: string, code?: number]>([
  [{ rule: 'missing' }, '输入源“/body/appid”映射到字段“公众号ID”必填性规则校验失败，此字段为必填项'],
  [{ rule: 'missing' }, '输入源“/uri_template/coupon_code”映射到字段“券code”必填性规则校验失败，此字段为必填项'],
  [{ rule: 'missing' }, '输入源“/body/coupon_code_list/0”映射到字段“券code列表”必填性规则校验失败，此字段为必填项'],
  [
    { rule: 'too_short', unit: 'bytes', actual: 1, limit: 6 },
    '输入源“/body/out_trade_no”映射到值字段“商户订单号”字符串规则校验失败，字节数 1，小于最小值 6',
    parameterTooShort,
  ],
  [
    { rule: 'too_long', unit: 'characters', actual: 22, limit: 21 },
    '输入源“/body/stock_name”映射到值字段“批次名称”字符串规则校验失败，字符数 22，大于最大值 21',
    parameterTooLong,
  ],
  [
    { rule: 'pattern', pattern: DIGITS, value: '0' },
    `输入源“/body/mchid”映射到值字段“直连商户号”字符串规则校验失败，字符串必须匹配正则表达式“${DIGITS}”`,
  ],
  [
    { rule: 'number_low', limit: 1, value: 0 },
    '输入源“/body/coupon_use_rule/discount_amount”映射到数值字段“优惠金额”规则校验失败，值低于最小值 1',
    parameterOutOfRange,
  ],
  [
    { rule: 'number_high', limit: 100, value: 101 },
    '输入源“/query/limit”映射到数值字段“分页大小”规则校验失败，值高于最大值 100',
    parameterOutOfRange,
  ],
  // Values of another JSON type (corrections 1).
  [
    other('text', 4),
    '无法将 JSON 输入源“/body/payer/openid”映射到目标字段“用户标识”中，此字段需要一个 string 类型的 Json 值',
  ],
  [
    other('integer', 0.01),
    '无法将 JSON 输入源“/body/amount/total”映射到目标字段“总金额”中，此字段需要一个合法的 64 位有符号整数',
  ],
  [
    other('object', 'much'),
    '无法将 JSON 输入源“/body/amount”映射到目标字段“订单金额”中，此字段需要一个合法的 Json 对象',
  ],
  [
    other('list', {}),
    '无法将 JSON 输入源“/body/detail/goods_detail”映射到多重字段“单品列表”中，此字段需要 JSON 数组对象',
  ],
  [
    other('boolean', 'no'),
    '无法将 JSON 输入源“/body/subsidy”映射到目标字段“是否允许营销补贴”中，此字段需要一个 boolean 类型的 Json 值',
  ],
  [
    other('integer', 'APPLYMENT_20210312084316'),
    '无法将输入源“/uri_template/applyment_id”映射到目标字段“申请单号”中，此字段需要一个合法的 64 位无符号整数',
  ],
  [
    other('integer', 'many'),
    '无法将输入源“/query/limit”映射到目标字段“分页大小”中，此字段需要一个合法的 64 位有符号整数',
  ],
])('%j: %s', ([fault, message, code = parameterInvalid]) => {
  const [, pointer = '', title = ''] = /“([^”]+)”.*?“([^”]+)”/.exec(message) ?? []
  const [, location, ...path] = pointer.split('/')
  const value = 'actual' in fault ? fault.actual : 'value' in fault ? fault.value : ''

  const error = fieldError(location as FieldLocation, path, title, fault)

  expect(JSON.stringify(error)).toBe(JSON.stringify({ code: 'PARAM_ERROR', detail: { location, value }, message }))
  expect([error.status, error.definition.internalCode]).toEqual([400, code])
})

// The texts of the two threads are known by their length; these are fields of ours and of partners that give it.
test.for([
  [137, ['sub_mchid'], '子商户号', 'text'],
  [146, ['amount', 'refund'], '退款金额', 'integer'],
] as const)('has %i bytes for %j (%s)', ([bytes, path, title, type]) => {
  expect(Buffer.byteLength(fieldError('body', path, title, other(type, 1)).message)).toBe(bytes)
})

test('a value is repeated as far as a thousand characters of its JSON go', () => {
  const repeated = (value: unknown) =>
    fieldError('body', ['attach'], '附加数据', other('text', value)).toJSON().detail?.value
  const long = Array(50_000).fill('😀')

  expect(repeated([1, { b: 2, a: null }])).toEqual([1, { b: 2, a: null }])
  expect(repeated(long)).toBe(JSON.stringify(long).slice(0, 1_024))
})

describe('parameters that the call does not have', () => {
  test('are named', () => {
    const error = undefinedParameterError(['/body/payer/openid'])

    expect(error.toJSON()).toEqual({
      code: 'PARAM_ERROR',
      message: '请求中含有未在API文档中定义的参数',
      detail: { location: null, value: ['/body/payer/openid'] },
    })
    expect(error.definition.internalCode).toBe(INTERNAL_CODES.undefinedParameter)
  })

  test('are named up to twenty, with 256 characters each', () => {
    const paths = Array.from({ length: 25 }, (_, at) => `/body/${at}${'x'.repeat(300)}`)

    expect(undefinedParameterError(paths).toJSON().detail?.value).toEqual(
      paths.slice(0, 20).map((path) => path.slice(0, 256)),
    )
  })
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

test('what the wire does not say is an explanation, or else when the error is given', () => {
  const why = { en: 'why', zh: '原因' }
  for (const errorOf of [
    (explanation?: typeof why) => fieldError('body', ['appid'], '公众号ID', { rule: 'missing' }, explanation),
    (explanation?: typeof why) => undefinedParameterError(['/body/x'], explanation),
  ]) {
    expect(errorOf(why).explanation).toBe(why)
    expect(errorOf().explanation).toBe(errorOf().definition.when)
  }
})
