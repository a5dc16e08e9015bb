import type { z } from 'zod'
import type { Texts } from '../../shared/texts.ts'
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
export type FieldWords = typeof en

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

export const fieldWords = { en, zh }
