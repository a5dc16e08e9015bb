import type { z } from 'zod'
import type { FieldFault, FieldLocation } from '../../wire/protocol/field-check.ts'
import { isJsonObject } from '../../wire/protocol/json-object.ts'
import { LargeInteger } from '../../wire/protocol/large-integers.ts'
import { inBoth, type Texts } from '../../wire/shared/texts.ts'
import { misfitInChinese, misfitTexts, typeInWords } from '../misfit-texts.ts'

/** The service uses whole numbers only. */
function typeOfField(name: string): Texts {
  return typeInWords(name === 'number' ? 'int' : name)
}

const en = {
  comma: ', ',
  but: (expected: string, given: string): string => `${expected}; got ${given}`,
  missing: 'missing',
  units: { bytes: 'bytes', characters: 'characters' },
  length: {
    too_long: (actual: number, limit: number, unit: string): string => `${actual} ${unit}, at most ${limit}`,
    too_short: (actual: number, limit: number, unit: string): string => `${actual} ${unit}, at least ${limit}`,
  },
  time: 'a time like 2026-11-25T12:00:00+08:00',
  pattern: (pattern: string): string => `has to match ${pattern}`,
  atLeast: (limit: number | string): string => `at least ${limit}`,
  atMost: (limit: number | string): string => `at most ${limit}`,
  /** Follows a number; keyed by the kind of thing that is counted. */
  sizes: { array: ' entries', string: ' characters' } as Readonly<Record<string, string>>,
  entries: (count: number): string => `${count}`,
  type: (name: string): string => typeOfField(name).en,
  only: (value: string): string => value,
  oneOf: (values: string): string => `one of ${values}`,
  undefined: (names: string, count: number, known: string): string =>
    `${names}: ${count === 1 ? 'no parameter' : 'no parameters'} of this call${known === '' ? '' : `; there are ${known}`}`,
  null: (name: string): string =>
    `${name}: null, which counts as a parameter that the call does not have; leave the field out`,
  /** For issues that none of our schemas raise: the message of the product's own schema. */
  misfit: ({ message }: z.core.$ZodIssue, _value: unknown): string => message,
  asText: ' (text)',
  asNumber: ' (number)',
  aList: (length: number): string => `a list of ${length}`,
  anObject: 'an object',
}

/** Texts about a wrong field; they follow its JSON pointer. */
type FieldWords = typeof en

const zh: FieldWords = {
  comma: '、',
  but: (expected, given) => `${expected}，传入的是 ${given}`,
  missing: '缺少此字段',
  units: { bytes: '字节', characters: '个字符' },
  length: {
    too_long: (actual, limit, unit) => `长 ${actual} ${unit}，最多 ${limit} ${unit}`,
    too_short: (actual, limit, unit) => `长 ${actual} ${unit}，至少 ${limit} ${unit}`,
  },
  time: '应为时间，例如 2026-11-25T12:00:00+08:00',
  pattern: (pattern) => `应匹配 ${pattern}`,
  atLeast: (limit) => `不得小于 ${limit}`,
  atMost: (limit) => `不得大于 ${limit}`,
  sizes: { array: ' 项', string: ' 个字符' },
  entries: (count) => `${count} 项`,
  type: (name) => `应为${typeOfField(name).zh}`,
  only: (value) => `应为 ${value}`,
  oneOf: (values) => `应为 ${values} 之一`,
  undefined: (names, _count, known) => `${names}：该接口没有此参数${known === '' ? '' : `，可用的有 ${known}`}`,
  null: (name) => `${name}：值为 null，会被当作未定义的参数，请不要传此字段`,
  misfit: (issue, value) => misfitTexts(issue.message, misfitZh(issue, value)).zh,
  asText: '（字符串）',
  asNumber: '（数字）',
  aList: (length) => `${length} 项的数组`,
  anObject: '对象',
}

function misfitZh(issue: z.core.$ZodIssue, value: unknown): string {
  // The field's value is the schema's input; adding it completes the issue.
  const raw = { ...issue, input: value } as z.core.$ZodRawIssue
  const said = issue.code === 'custom' ? undefined : misfitInChinese(raw)
  return typeof said === 'string' ? said : issue.message
}

const fieldWords = { en, zh }

/** How much of a value is shown, in characters. */
const SHOWN = 100
/** How many names are listed at most. */
const LISTED = 30

/** JSON pointer to a field of a request, e.g. `/body/amount/total`. */
export function pointerTo(location: FieldLocation, path: readonly PropertyKey[]): string {
  return [location, ...path].map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

/** Says what the field checker expects of a field, and what it got; for the journal. */
export function explainFault(fault: Exclude<FieldFault, { rule: 'type' }>, value: unknown, isTime: boolean): Texts {
  return inBoth((language) => explainFaultIn(fieldWords[language], fault, value, isTime))
}

function explainFaultIn(
  words: FieldWords,
  fault: Exclude<FieldFault, { rule: 'type' }>,
  value: unknown,
  isTime: boolean,
): string {
  switch (fault.rule) {
    case 'missing':
      return words.missing
    case 'too_long':
    case 'too_short': {
      const { rule, actual, limit, unit } = fault
      return words.but(words.length[rule](actual, limit, words.units[unit]), shown(words, value))
    }
    case 'pattern':
      return words.but(isTime ? words.time : words.pattern(fault.pattern), shown(words, value))
    case 'number_low':
      return words.but(words.atLeast(fault.limit), String(fault.value))
    case 'number_high':
      return words.but(words.atMost(fault.limit), String(fault.value))
  }
}

/**
 * Says what a schema expects of a field, and what it got; for the journal, since the service says less.
 *
 * @param textsOnly whether values are always texts, as in a query, so that being a text is not worth pointing out
 */
export function explainIssue(issue: z.core.$ZodIssue, value: unknown, textsOnly: boolean): Texts {
  return inBoth((language) => explainIssueIn(fieldWords[language], issue, value, textsOnly))
}

function explainIssueIn(words: FieldWords, issue: z.core.$ZodIssue, value: unknown, textsOnly: boolean): string {
  switch (issue.code) {
    case 'invalid_type':
      if (value instanceof LargeInteger) return explainBeyond64Bits(words, value)
      return words.but(words.type(issue.expected), withType(words, value, issue.expected, textsOnly))
    case 'invalid_value': {
      const values = issue.values.map(String)
      const list = listed(words, values)
      return words.but(
        values.length === 1 ? words.only(list) : words.oneOf(list),
        withType(words, value, 'string', textsOnly),
      )
    }
    case 'too_big':
      return words.but(words.atMost(`${issue.maximum}${words.sizes[issue.origin] ?? ''}`), sizeOf(words, value))
    case 'too_small':
      return words.but(words.atLeast(`${issue.minimum}${words.sizes[issue.origin] ?? ''}`), sizeOf(words, value))
    default:
      return words.but(words.misfit(issue, value), shown(words, value))
  }
}

function explainBeyond64Bits(words: FieldWords, value: LargeInteger): string {
  const limit = value.isNegative ? words.atLeast(`${-(2n ** 63n)}`) : words.atMost(`${2n ** 63n - 1n}`)
  return words.but(limit, shown(words, value))
}

/** Names parameters that the call does not have, and those that it has. */
export function explainUndefined(pointers: readonly string[], known: readonly string[]): Texts {
  return inBoth((language) => {
    const words = fieldWords[language]
    return words.undefined(
      listed(words, pointers.map(cut)),
      pointers.length,
      known.length === 0 ? '' : listed(words, known),
    )
  })
}

export function explainNull(pointer: string): Texts {
  return inBoth((language) => fieldWords[language].null(pointer))
}

function sizeOf(words: FieldWords, value: unknown): string {
  return Array.isArray(value) ? words.entries(value.length) : shown(words, value)
}

function withType(words: FieldWords, value: unknown, wanted: string, textsOnly: boolean): string {
  const type = typeof value
  const fits = type === (wanted === 'int' ? 'number' : wanted)
  const word = type === 'string' && !textsOnly ? words.asText : type === 'number' ? words.asNumber : ''
  return shown(words, value) + (fits ? '' : word)
}

/** A value as JSON, shortened; for a list or an object only its kind, since it may be deep. */
function shown(words: FieldWords, value: unknown): string {
  if (Array.isArray(value)) return words.aList(value.length)
  if (value instanceof LargeInteger) return cut(String(value))
  if (isJsonObject(value)) return words.anObject
  if (typeof value === 'string') return cut(JSON.stringify(value.length > SHOWN ? value.slice(0, SHOWN + 1) : value))
  return String(value)
}

function cut(text: string): string {
  const characters = [...text.slice(0, 2 * SHOWN + 2)]
  return characters.length > SHOWN ? `${characters.slice(0, SHOWN).join('')}…` : text
}

function listed({ comma }: FieldWords, texts: readonly string[]): string {
  return texts.slice(0, LISTED).join(comma) + (texts.length > LISTED ? `${comma}…` : '')
}
