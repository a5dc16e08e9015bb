import { z } from 'zod'
import { nearestWord, type Texts } from '../wire/shared/texts.ts'

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

/** A member that a schema does not have, with the one that is most likely meant. */
export function noSuchMember(name: string, known: readonly string[]): Texts {
  const meant = nearestWord(name, known)
  return meant === undefined
    ? { en: 'there is no such member, leave it out', zh: '没有这个字段，请去掉' }
    : { en: `there is no such member, did you mean ${meant}?`, zh: `没有这个字段，是否想写 ${meant}？` }
}

type RawIssue = Parameters<z.core.$ZodErrorMap>[0]

/** Advice on an issue about a name that is unknown; `undefined` if another message tells more. */
function adviceOnName(issue: RawIssue): Texts | undefined {
  if (issue.code === 'unrecognized_keys') return noSuchMember(issue.keys[0] ?? '', membersOf(issue.inst))
  if (issue.code !== 'invalid_value' || typeof issue.input !== 'string') return undefined
  const meant = nearestWord(
    issue.input,
    issue.values.filter((value) => typeof value === 'string'),
  )
  return meant === undefined ? undefined : { en: `did you mean "${meant}"?`, zh: `是否想写 "${meant}"？` }
}

function membersOf(schema: RawIssue['inst']): readonly string[] {
  const def = schema?._zod.def
  return def && 'shape' in def ? Object.keys(Object(def.shape)) : []
}

/**
 * Texts of issues, made when they are asked for: a list of a hundred thousand bad elements gives as many issues, and the caller tells one. Pass `error`
 * to the schema; `textsOf` takes the message that an issue got from it, or from its schema.
 */
export function lateTexts(): { readonly error: z.core.$ZodErrorMap; readonly textsOf: (message: string) => Texts } {
  const issues = new Map<string, RawIssue>()
  return {
    error: (issue) => {
      const message = `issue ${issues.size}`
      issues.set(message, issue)
      return message
    },
    textsOf: (message) => {
      const issue = issues.get(message)
      if (!issue) return misfitTexts(message, message)
      return adviceOnName(issue) ?? { en: saidBy(z.config().localeError, issue), zh: saidBy(misfitInChinese, issue) }
    },
  }
}

function saidBy(map: z.core.$ZodErrorMap | undefined, issue: RawIssue): string {
  const said = map?.(issue)
  return typeof said === 'string' ? said : (said?.message ?? 'does not fit')
}

/** Chinese messages for issues whose schema has no message of its own. */
export const misfitInChinese: z.core.$ZodErrorMap = (issue) => {
  const advice = adviceOnName(issue)
  if (advice) return advice.zh
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
