import { isDeepStrictEqual } from 'node:util'
import { describe, expect } from 'vitest'
import { ShapedOperation } from '../../src/catalogue/shaped-operation.ts'
import type { Operation } from '../../src/engine/operation.ts'
import { associateTradeInfo } from '../../src/products/operations.ts'
import type { Texts } from '../../src/wire/shared/texts.ts'
import { operations, simulated, testedCalls } from '../helpers/operations.ts'
import { STOCK_ID, test, transports } from '../helpers/world.ts'
import { CheckedInput, type FieldSchema, fitting, type InputField, textOf } from './input-fields.ts'

/** A value of a field, and how it is refused; `undefined` if it passes. */
type Case = readonly [value: unknown, refusal: unknown]

const INVALID = { status: 400, code: 'PARAM_ERROR', message: '请求参数错误' }

const undefinedParameter = (pointer: string) => ({
  status: 400,
  code: 'PARAM_ERROR',
  message: '请求中含有未在API文档中定义的参数',
  detail: { location: null, value: [pointer] },
})

/** The refusals of a field, in the words of the live field checker. */
function refusalsOf({ pointer, title }: Pick<InputField, 'pointer' | 'title'>) {
  const location = pointer.split('/')[1]
  const refusal = (message: string, value: unknown) => ({
    status: 400,
    code: 'PARAM_ERROR',
    message,
    detail: { location, value },
  })
  const unread = location === 'body' ? '无法将 JSON 输入源' : '无法将输入源'
  const ofType = (field: string, needed: string) => (value: unknown) =>
    refusal(`${unread}“${pointer}”映射到${field}“${title}”中，此字段需要${needed}`, value)
  const text = `输入源“${pointer}”映射到值字段“${title}”字符串规则校验失败，`
  const number = `输入源“${pointer}”映射到数值字段“${title}”规则校验失败，`
  return {
    missing: refusal(`输入源“${pointer}”映射到字段“${title}”必填性规则校验失败，此字段为必填项`, ''),
    tooShort: (unit: string, length: number, min: number) =>
      refusal(`${text}${unit} ${length}，小于最小值 ${min}`, length),
    tooLong: (unit: string, length: number, max: number) =>
      refusal(`${text}${unit} ${length}，大于最大值 ${max}`, length),
    pattern: (pattern: string, value: string) => refusal(`${text}字符串必须匹配正则表达式“${pattern}”`, value),
    tooLow: (value: number, min: number) => refusal(`${number}值低于最小值 ${min}`, value),
    tooHigh: (value: number, max: number) => refusal(`${number}值高于最大值 ${max}`, value),
    noText: ofType('目标字段', '一个 string 类型的 Json 值'),
    noInteger: ofType('目标字段', `一个合法的 64 位${location === 'uri_template' ? '无' : '有'}符号整数`),
    noBoolean: ofType('目标字段', '一个 boolean 类型的 Json 值'),
    noObject: ofType('目标字段', '一个合法的 Json 对象'),
    noList: ofType('多重字段', ' JSON 数组对象'),
  }
}

function casesOf(checked: CheckedInput, field: InputField): Case[] {
  const { part, path, pointer, required, schema } = field
  const { missing } = refusalsOf(field)
  const isEntry = path.at(-1) === 0
  return [
    ...(part === 'path' || isEntry
      ? []
      : [[undefined, required ? missing : checked.isNeeded(field) ? INVALID : undefined] as const]),
    ...(part === 'body' ? [[null, undefinedParameter(pointer)] as const, ...wrongTypes(field)] : []),
    ...(schema.enum
      ? [[schema.enum[0], undefined] as const, ['no such word', INVALID] as const]
      : valueCases(checked, field)),
  ]
}

/** JSON of other types, in a body. */
function wrongTypes(field: InputField): Case[] {
  const { noText, noInteger, noBoolean, noObject, noList } = refusalsOf(field)
  const [refusal, values] = {
    string: [noText, [5, true, {}, ['a']]] as const,
    integer: [noInteger, ['1', true, {}, [1], 1.5]] as const,
    number: [noInteger, ['1', true, {}, [1]]] as const,
    boolean: [noBoolean, ['true', 1, {}, [true]]] as const,
    object: [noObject, ['x', 1, true, []]] as const,
    array: [noList, ['x', 1, true, {}]] as const,
  }[field.schema.type ?? 'string']
  return values.map((value) => [value, refusal(value)])
}

function valueCases(checked: CheckedInput, field: InputField): Case[] {
  switch (field.schema.type) {
    case 'integer':
    case 'number':
      return numberCases(field)
    case 'array':
      return listCases(field)
    case 'object':
      return objectCases(field)
    case 'string':
      return isWritten(field.schema) ? writtenCases(field) : textCases(checked, field)
    default:
      return []
  }
}

function numberCases(field: InputField): Case[] {
  const { part, schema } = field
  const { minimum, maximum } = schema
  const { tooLow, tooHigh, noInteger } = refusalsOf(field)
  const given = (value: number) => (part === 'body' ? value : String(value))
  // Above it a number is not exact.
  const exact = Number.MAX_SAFE_INTEGER
  const isLimited = part !== 'body' || schema.type === 'number' || maximum !== undefined
  return [
    ...(isLimited ? [] : [[2 ** 53, tooHigh(2 ** 53, exact)] as const]),
    ...(part === 'body' ? [] : ['x', '1.5', '+1', '1'.repeat(16)].map((value) => [value, noInteger(value)] as const)),
    ...(minimum === undefined
      ? []
      : [[given(minimum), undefined] as const, [given(minimum - 1), tooLow(minimum - 1, minimum)] as const]),
    ...(maximum === undefined
      ? []
      : [[given(maximum), undefined] as const, [given(maximum + 1), tooHigh(maximum + 1, maximum)] as const]),
  ]
}

/** Whether a text in a path or query stands for a number or a boolean. */
const isWritten = ({ pattern, format, minLength }: FieldSchema) =>
  pattern !== undefined && format === undefined && minLength === undefined

function writtenCases(field: InputField): Case[] {
  const { noInteger, noBoolean } = refusalsOf(field)
  const isBoolean = field.schema.pattern?.includes('true')
  return isBoolean
    ? [
        ['false', undefined],
        ['yes', noBoolean('yes')],
      ]
    : [
        ['9'.repeat(19), undefined],
        ['1.5', noInteger('1.5')],
      ]
}

function listCases(field: InputField): Case[] {
  const { minItems = 0, maxItems, items } = field.schema
  const entries = (count: number) => Array(count).fill(items && fitting(items))
  return [
    ...(minItems === 0 ? [] : [[entries(minItems - 1), INVALID] as const]),
    ...(maxItems === undefined ? [] : [[entries(maxItems + 1), INVALID] as const]),
    // More of them do not fit into a request.
    ...(maxItems === undefined || maxItems > 1_000 ? [] : [[entries(maxItems), undefined] as const]),
  ]
}

function objectCases({ pointer, schema }: InputField): Case[] {
  const more = { ...Object(fitting(schema)), unheard_of: 1 }
  return [[more, schema.additionalProperties === false ? undefinedParameter(`${pointer}/unheard_of`) : undefined]]
}

const NO_TEXTS = ['a b', '单', '订单号 №1/', 'a\n', '\u0000', 'x.y/z', 'ftp://shop.example.com', '01', '']

function textCases(checked: CheckedInput, field: InputField): Case[] {
  const { schema } = field
  const { minLength, format, pattern } = schema
  const maxLength = schema.maxLength ?? (format && 64)
  const refusals = refusalsOf(field)
  const unit = unitOf(checked, field)
  const isFitting = (text: string) =>
    text.length >= (format ? 0 : (minLength ?? 0)) && text.length <= (maxLength ?? Infinity)
  const misfits =
    pattern === undefined ? [] : NO_TEXTS.filter((text) => isFitting(text) && !new RegExp(pattern).test(text))
  // Each pattern is broken by some of them.
  if (pattern !== undefined) expect(misfits.length, field.pointer).toBeGreaterThan(0)
  return [
    [textOf(schema, minLength ?? 1), undefined],
    ...(!minLength || format
      ? []
      : [
          [
            textOf(schema, minLength).slice(0, minLength - 1),
            refusals.tooShort(unit, minLength - 1, minLength),
          ] as const,
        ]),
    ...(maxLength === undefined
      ? []
      : [
          [textOf(schema, maxLength), undefined] as const,
          ['a'.repeat(maxLength + 1), refusals.tooLong(unit, maxLength + 1, maxLength)] as const,
          ...(format
            ? []
            : [
                [
                  '😀'.repeat(maxLength + 1),
                  refusals.tooLong(unit, (maxLength + 1) * (unit === '字节数' ? 4 : 1), maxLength),
                ] as const,
              ]),
        ]),
    ...misfits.map((text) => [text, refusals.pattern(pattern?.split('|^')[0] ?? '', text)] as const),
  ]
}

const units = new WeakMap<InputField, string>()

/** How the length of a text is counted, which no schema says. */
function unitOf(checked: CheckedInput, field: InputField): string {
  const unit = units.get(field) ?? foundUnit(checked, field)
  units.set(field, unit)
  return unit
}

function foundUnit(checked: CheckedInput, field: InputField): string {
  const { maxLength, format } = field.schema
  if (format) return '字节数'
  const probe = maxLength === undefined ? '' : '单'.repeat(maxLength)
  return JSON.stringify(checked.refusal(field, probe))?.includes('字节数') ? '字节数' : '字符数'
}

/** Whether an explanation begins with the place of a field, in both languages. Long ones are cut where members are unknown. */
const isAbout = ({ pointer }: InputField, { en, zh }: Texts = { en: '', zh: '' }) =>
  [en.split(': ')[0] ?? '', zh.split('：')[0] ?? ''].every((place) =>
    place.endsWith('…')
      ? `${pointer}/unheard_of`.startsWith(place.slice(0, -1))
      : [pointer, `${pointer}/unheard_of`].includes(place),
  )

const inputs = new WeakMap<Operation, CheckedInput>()

function inputOf(operation: Operation): CheckedInput {
  const checked = inputs.get(operation) ?? new CheckedInput(operation)
  inputs.set(operation, checked)
  return checked
}

test.for(testedCalls(operations))('each member of $id is checked as its schema says', (operation) => {
  const checked = inputOf(operation)
  const wrong = checked.fields.flatMap((field) =>
    casesOf(checked, field).flatMap(([value, expected]) => {
      const actual = checked.refusal(field, value)
      const isExplained = expected === INVALID || isAbout(field, checked.explanation)
      if (isDeepStrictEqual(actual, expected) && (isExplained || expected === undefined)) return []
      return [
        `${field.pointer} ${JSON.stringify(value)?.slice(0, 100)}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`,
      ]
    }),
  )
  expect(wrong).toEqual([])
  const more = { part: 'body', path: ['unheard_of'] } as const
  const isUndefined = checked.isStrict('body') ? undefinedParameter('/body/unheard_of') : undefined
  if (operation.input.body) expect(checked.refusal(more, 1)).toEqual(isUndefined)
})

/** A field as one line: whether it is required (!), its title, type or words, bounds, how its length is counted, and its pattern. */
function lineOf(checked: CheckedInput, field: InputField): string {
  const { pointer, required, title, schema } = field
  const { type, enum: words, pattern, format } = schema
  const bounds = [
    [schema.minLength, schema.maxLength],
    [schema.minimum, schema.maximum],
    [schema.minItems, schema.maxItems],
  ].map(([min, max]) => (min === undefined && max === undefined ? '' : `${min ?? ''}..${max ?? ''}`))
  const unit = type === 'string' && !words && !format && unitOf(checked, field)
  const facts = [title, words?.join('|') ?? format ?? type, ...bounds, unit, format ? '' : pattern]
  return `${pointer}${required ? '!' : ''} ${facts.filter(Boolean).join(' ')}`
}

const linesOf = (operation: Operation) => {
  const checked = inputOf(operation)
  return checked.fields.map((field) => lineOf(checked, field))
}

const pageOf = ({ product, method, path }: ShapedOperation) => new ShapedOperation(product, `${method} ${path}`)

// Another test compares, for calls that no page has, all but the unit with the given document.
test('the code says this of members, beyond the pages', () => {
  const said = simulated.flatMap((operation) => {
    const lines = linesOf(operation)
    const ofPage = operation instanceof ShapedOperation ? new Set(linesOf(pageOf(operation))) : undefined
    const ours =
      ofPage !== undefined
        ? lines.filter((line) => !ofPage.has(line))
        : lines.filter((line) => line.includes('字符数')).map((line) => line.split(' ')[0])
    return ours.length === 0 ? [] : [`${operation.id}:`, ...ours.map((line) => `  ${line}`)]
  })
  expect(said.join('\n')).toMatchSnapshot()
})

const LINK = {
  stock_id: STOCK_ID,
  coupon_code: 'sxxe34343434',
  out_trade_no: 'MCH_102233445',
  out_request_no: '1002600620019090123143254435',
}

const at = (name: string, title: string) => refusalsOf({ pointer: `/body/${name}`, title })
const undefinedParameters = (...pointers: string[]) => ({
  ...undefinedParameter(''),
  detail: { location: null, value: pointers },
})
const MALFORMED = { status: 400, code: 'INVALID_REQUEST', message: 'HTTP 请求不符合微信支付 APIv3 接口规则' }

describe.for(transports)('a request over %s', (transport) => {
  test.override('transport', transport)

  const sending = test.extend('answerTo', ({ merchant }) => async (body: Uint8Array | string | object) => {
    const { status, body: answer } = await merchant.request({ method: 'POST', target: associateTradeInfo.path, body })
    return { status, ...(answer as object) }
  })

  sending.for([
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
    ['a byte that no character has', [0xff]],
    ['a character cut short', [0xe5, 0x88]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a character in two bytes too many', [0xc0, 0xaf]],
    ['GBK', [0xc5, 0xfa, 0xb4, 0xce]],
  ] as const)('with %s is malformed', async ([, body], { answerTo }) => {
    const bytes = (inside: readonly number[]) =>
      Buffer.concat([Buffer.from('{"stock_id":"'), Buffer.from(inside), Buffer.from('"}')])

    expect(await answerTo(typeof body === 'string' ? body : bytes(body))).toEqual(MALFORMED)
  })

  sending('may be written in any way that JSON allows', async ({ answerTo, seed }) => {
    await seed.coupon({ coupon_code: LINK.coupon_code })
    const { out_trade_no, ...rest } = LINK
    const reordered = JSON.stringify({ out_trade_no, ...rest }, null, 4)

    const body = `\r\n${reordered.replace('100088', '\\u0031\\u0030\\u0030088')}\n`
    expect(await answerTo(body)).toMatchObject({ status: 200 })
    // A member that is given twice counts as it was given last.
    const twice = JSON.stringify(LINK).replace('{', '{"stock_id":"999999",')
    expect(await answerTo(twice)).toMatchObject({ status: 200 })
    const escaped = JSON.stringify({ ...LINK, out_request_no: 'R-2' }).replace(LINK.coupon_code, '\\u0061'.repeat(32))
    expect(await answerTo(escaped)).toMatchObject({ message: '券不存在' })
  })

  test.for([undefined, 'application/json; charset=utf-8', 'text/plain', 'application/x-www-form-urlencoded'])(
    'is read whatever its Content-Type says: %s',
    async (type, { merchant, seed }) => {
      await seed.coupon({ coupon_code: LINK.coupon_code })
      const headers = { 'Content-Type': type }

      const answer = await merchant.request({ target: associateTradeInfo.path, body: LINK, headers })

      expect(answer).toMatchObject({ status: 200 })
    },
  )

  sending.for([
    ['one unknown parameter', { mchid: '1900000001' }, undefinedParameters('/body/mchid')],
    ['several', { appid: 'wx1', sub_mchid: null }, undefinedParameters('/body/appid', '/body/sub_mchid')],
    [
      'one beside a field that is wrong',
      { appid: 'wx1', coupon_code: '' },
      at('coupon_code', '券code').tooShort('字节数', 0, 1),
    ],
    [
      'wrong fields',
      { stock_id: undefined, coupon_code: 'a'.repeat(33), out_trade_no: '' },
      at('stock_id', '批次号').missing,
    ],
  ] as const)('with %s names what is wrong first', async ([, changes, refusal], { answerTo }) => {
    expect(await answerTo({ ...LINK, ...changes })).toEqual(refusal)
  })

  sending.for(['__proto__', 'constructor', 'toString'])('may not have a member %s', async (name, { answerTo }) => {
    const body = JSON.stringify(LINK).replace('{', `{"${name}":{},`)

    expect(await answerTo(body)).toEqual(undefinedParameters(`/body/${name}`))
  })

  sending('does not inherit a field from its ancestors', async ({ answerTo }) => {
    const { stock_id, ...rest } = LINK
    const body = JSON.stringify(rest).replace('{', `{"__proto__":{"stock_id":"${stock_id}"},`)

    expect(await answerTo(body)).toEqual(at('stock_id', '批次号').missing)
  })
})
