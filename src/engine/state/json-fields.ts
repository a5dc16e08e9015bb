import { z } from 'zod'
import { exactTime } from '../../protocol/instant.ts'
import { LAST_INSTANT } from '../../shared/last-instant.ts'
import type { Texts } from '../../shared/texts.ts'

/** Chinese translations of the schemas' own messages, by the English one. */
const OWN = new Map<string, string>()

/** A message for a check of a schema. Zod takes one text, so the Chinese one is kept beside it. */
export function misfitText({ en, zh }: Texts): string {
  OWN.set(en, zh)
  return en
}

/** Texts of an issue in both languages, from its English message and from its message under {@link misfitInChinese}. */
export function misfitTexts(en: string, zh: string): Texts {
  return { en, zh: OWN.get(en) ?? zh }
}

const TYPES: Readonly<Record<string, Texts>> = {
  string: { en: 'a string', zh: '字符串' },
  number: { en: 'a number', zh: '数字' },
  int: { en: 'a whole number', zh: '整数' },
  boolean: { en: 'true or false', zh: '布尔值（true 或 false）' },
  array: { en: 'a list', zh: '数组' },
  tuple: { en: 'a list', zh: '数组' },
  object: { en: 'an object', zh: '对象' },
  record: { en: 'an object', zh: '对象' },
}

/** Name of a type, by zod's name for it; in Chinese with the leading space it needs. */
export function typeInWords(name: string): Texts {
  return TYPES[name] ?? { en: name, zh: ` ${name}` }
}

/** Chinese messages for issues whose schema has no message of its own. */
export const misfitInChinese: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type': {
      const expected = typeInWords(issue.expected).zh
      return issue.input === undefined ? `缺少此项，应为${expected}` : `类型不对，应为${expected}`
    }
    case 'invalid_value':
      return issue.values.length === 1
        ? `只能是 ${shown(issue.values[0])}`
        : `只能是以下之一：${issue.values.map(shown).join('、')}`
    case 'too_small':
      return bound(issue.origin, issue.inclusive === false ? '大于' : '不小于', '至少', Number(issue.minimum))
    case 'too_big':
      return bound(issue.origin, issue.inclusive === false ? '小于' : '不大于', '最多', Number(issue.maximum))
    case 'not_multiple_of':
      return `应为 ${issue.divisor} 的整数倍`
    case 'invalid_format':
      return issue.pattern === undefined ? `格式不对，应为 ${issue.format}` : `格式不对，应符合 ${issue.pattern}`
    case 'unrecognized_keys':
      return `没有这些字段：${issue.keys.join('、')}`
    default:
      return '不符合任何一种允许的写法'
  }
}

function bound(origin: string, ofNumber: string, ofLength: string, limit: number): string {
  switch (origin) {
    case 'string':
      return `${ofLength} ${limit} 个字符`
    case 'array':
    case 'set':
      return `${ofLength} ${limit} 项`
    default:
      return `应${ofNumber} ${limit}`
  }
}

function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}

export const mchid = z
  .string()
  .regex(/^[0-9]{8,15}$/, misfitText({ en: 'a merchant number has 8 to 15 digits', zh: '商户号应为 8 到 15 位数字' }))

/** The first instant that the wire format can express, in China's time, and the first that the clock can show. */
const FIRST_INSTANT = Date.parse('0000-01-01T00:00:00+08:00')
const FIRST_CLOCK = Date.parse('0001-01-01T00:00:00+08:00')

export const time = z.iso
  .datetime({
    offset: true,
    error: misfitText({
      en: 'a time with offset is needed, like 2026-11-25T12:00:00+08:00',
      zh: '应为带时区的时间，如 2026-11-25T12:00:00+08:00',
    }),
  })
  .refine(
    (text) => Date.parse(text) <= LAST_INSTANT,
    misfitText({
      en: 'the last time that can be shown is 9999-12-31T23:59:59+08:00',
      zh: '最晚只能到 9999-12-31T23:59:59+08:00',
    }),
  )
  .refine(
    (text) => !(Date.parse(text) < FIRST_INSTANT),
    misfitText({
      en: 'the first time that can be shown is 0000-01-01T00:00:00+08:00',
      zh: '最早只能到 0000-01-01T00:00:00+08:00',
    }),
  )

/** A {@link time} in JSON, epoch milliseconds in a row. */
export const instant = z.codec(time, z.number(), { decode: (text) => Date.parse(text), encode: exactTime })

/** A time that the clock can show. Omitted times are computed from it, some of them earlier. */
export const clockTime = time.refine(
  (text) => !(Date.parse(text) < FIRST_CLOCK),
  misfitText({
    en: 'the first time that the clock shows is 0001-01-01T00:00:00+08:00',
    zh: '时钟最早只能显示 0001-01-01T00:00:00+08:00',
  }),
)

export const shortText = z.string().min(1).max(128)

/** A place in an order, far below the largest safe integer so that others fit after it. */
export const position = z.int().min(0).max(1_000_000_000_000)

/** Whole fen. */
export const money = z.int().min(0)
