import type { Texts } from '../shared/texts.ts'
import { commonErrors, INTERNAL_CODES } from './common-errors.ts'
import { ApiError, type ErrorDefinition } from './errors.ts'
import type { LargeInteger } from './large-integers.ts'

/** The part of a request that has a field; path values are `uri_template` on the wire. */
export type FieldLocation = 'body' | 'query' | 'uri_template'

/** How a text's length is counted; the word is part of the error text (busifavor.md 1.1). */
export type LengthUnit = 'bytes' | 'characters'

export type FieldType = 'text' | 'integer' | 'object' | 'list' | 'boolean'

export type FieldFault =
  | { readonly rule: 'missing' }
  | {
      readonly rule: 'too_long' | 'too_short'
      readonly unit: LengthUnit
      readonly actual: number
      readonly limit: number
    }
  | { readonly rule: 'pattern'; readonly pattern: string; readonly value: string }
  | { readonly rule: 'type'; readonly type: FieldType; readonly value: unknown }
  | { readonly rule: 'number_low' | 'number_high'; readonly limit: number; readonly value: number | LargeInteger }

/** Length of a text as the field checker counts it: UTF-8 bytes, or characters (code points). */
export function lengthOf(text: string, unit: LengthUnit): number {
  return unit === 'bytes' ? Buffer.byteLength(text) : [...text].length
}

const INTERNAL_CODE = {
  missing: INTERNAL_CODES.parameterInvalid,
  too_long: INTERNAL_CODES.parameterTooLong,
  too_short: INTERNAL_CODES.parameterTooShort,
  pattern: INTERNAL_CODES.parameterInvalid,
  type: INTERNAL_CODES.parameterInvalid,
  number_low: INTERNAL_CODES.parameterOutOfRange,
  number_high: INTERNAL_CODES.parameterOutOfRange,
} as const

/** Texts for a value of the wrong type; that for a boolean is inferred from that for a text, the others were observed (corrections 1). */
const NEEDED = {
  text: '一个 string 类型的 Json 值',
  integer: '一个合法的 64 位有符号整数',
  object: '一个合法的 Json 对象',
  list: ' JSON 数组对象',
  boolean: '一个 boolean 类型的 Json 值',
} as const satisfies Record<FieldType, string>

/** A variable of a path is a number without a sign (observed); a query is assumed to be treated like a body (inferred). */
const NEEDED_IN_PATH = { ...NEEDED, integer: '一个合法的 64 位无符号整数' } as const

/**
 * The `PARAM_ERROR` that the live field checker answers a broken rule with, wording and detail (busifavor.md 1.1, observed;
 * the text for a number that is too high is inferred from the one for too low).
 *
 * @param path names of the field and its parents, outermost first
 * @param title 中文字段名, the field's title in the official documents
 * @param explanation details for the journal, which the wire does not carry
 */
export function fieldError(
  location: FieldLocation,
  path: readonly PropertyKey[],
  title: string,
  fault: FieldFault,
  explanation?: Texts,
): ApiError {
  const unread = fault.rule !== 'type' ? '' : location === 'body' ? '无法将 JSON ' : '无法将'
  const source = `${unread}输入源“/${[location, ...path].map(String).join('/')}”`
  const definition: ErrorDefinition = { ...commonErrors.parameter_invalid, internalCode: INTERNAL_CODE[fault.rule] }
  const error = (message: string, value: unknown): ApiError =>
    new ApiError(definition, { message: source + message, detail: { location, value }, explanation })

  switch (fault.rule) {
    case 'missing':
      return error(`映射到字段“${title}”必填性规则校验失败，此字段为必填项`, '')
    case 'too_long':
    case 'too_short': {
      const unit = fault.unit === 'bytes' ? '字节数' : '字符数'
      const bound = fault.rule === 'too_long' ? '大于最大值' : '小于最小值'
      return error(
        `映射到值字段“${title}”字符串规则校验失败，${unit} ${fault.actual}，${bound} ${fault.limit}`,
        fault.actual,
      )
    }
    case 'pattern':
      return error(`映射到值字段“${title}”字符串规则校验失败，字符串必须匹配正则表达式“${fault.pattern}”`, fault.value)
    case 'type': {
      const field = fault.type === 'list' ? '多重字段' : '目标字段'
      const needed = location === 'uri_template' ? NEEDED_IN_PATH : NEEDED
      return error(`映射到${field}“${title}”中，此字段需要${needed[fault.type]}`, repeated(fault.value))
    }
    case 'number_low':
    case 'number_high': {
      const bound = fault.rule === 'number_low' ? '低于最小值' : '高于最大值'
      return error(`映射到数值字段“${title}”规则校验失败，值${bound} ${fault.limit}`, fault.value)
    }
  }
}

/** How much of a value's JSON an answer repeats at most, in characters (our limit). */
const REPEATED_CHARACTERS = 1_024

/** The value, or the beginning of its JSON if that is long: a client may send a megabyte of it. */
function repeated(value: unknown): unknown {
  const json = JSON.stringify(value)
  return json.length > REPEATED_CHARACTERS ? json.slice(0, REPEATED_CHARACTERS).toWellFormed() : value
}

/** The most parameters that one answer names, and the most characters it repeats of each (our limits). */
const NAMED = { paths: 20, characters: 256 } as const

/** The error for parameters that the call does not have; `paths` like `/body/payer/openid` (protocol.md 5.3, observed). */
export function undefinedParameterError(paths: readonly string[], explanation?: Texts): ApiError {
  const value = paths.slice(0, NAMED.paths).map((path) => path.slice(0, NAMED.characters).toWellFormed())
  return new ApiError(commonErrors.parameter_undefined, { detail: { location: null, value }, explanation })
}
