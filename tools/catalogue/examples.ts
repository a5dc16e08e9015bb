/** Takes the values of members from the samples of a page. */
import type { FieldFacts } from '../../src/catalogue/facts.ts'
import { withoutGaps } from './shape.ts'

/** The JSON objects in the blocks of code of a page, from a line on. Some pages lack a comma or have one too many: those are left out. */
export function samplesIn(lines: readonly string[], from = 0): object[] {
  const blocks = lines
    .slice(from)
    .join('\n')
    .matchAll(/^\s*```\w*\n([^`]*)```/gm)
  return [...blocks].flatMap(([, text = '']) => objectIn(text) ?? [])
}

function objectIn(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text.replace(/,(?=\s*[}\]])/g, ''))
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** The members with an example each, where a sample has a value that can stand for others. */
export function withExamples(fields: readonly FieldFacts[], samples: readonly unknown[]): FieldFacts[] {
  return fields.map((field) => {
    const given = samples
      .filter(isObject)
      .map((sample) => Reflect.get(sample, field.name))
      .flatMap((value: unknown) => (field.list && Array.isArray(value) ? value : [value]))
    if (field.members) return { ...field, members: withExamples(field.members, given) }
    return withoutGaps<FieldFacts>({ ...field, example: given.find((value) => canStandFor(field, value)) })
  })
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/** Names of members that the mock makes up itself: times, sums, counts, people, files, and numbers of one form everywhere. */
const MADE =
  /time|date|timestamp|amount|total|fee|price|refund$|contribute|(?:^|_)(?:count|num|limit|offset|quantity|balance|advance)$|url|hash|sha|phone|mobile|openid|unionid|appid|mchid|mch_id|currency|transaction_id$|account_number|card_number|bank_account|id_card|user_name|contact|legal|email|(?:^|_)(?:token|package|links)$/

/** Values that stand for a value: `xxx`, `string`, `...`, `示例值`. */
const PLACEHOLDER = /^$|x{3,}|X{3,}|\.{2,}|\*{2,}|示例|^(?:string|无|空|test|TEST|null)$|https?:/

/** Sentences are the vendor's own; values are words, names and codes. */
const PROSE = /[。，！？；：、\n]/
const LONGEST = 48

/** Whether an example is a value of its member rather than its name, a sentence, or someone's data. @internal */
export function canStandFor(field: FieldFacts, value: unknown): value is string | number {
  const { name, title = name, type, values, encrypted, time, max = LONGEST, min = 1 } = field
  if (values || encrypted || time || MADE.test(name)) return false
  if (type === 'integer') return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 && !field.fen
  if (type !== 'string' || typeof value !== 'string') return false
  const { length } = [...value]
  if (length < min || length > Math.min(max, LONGEST) || PLACEHOLDER.test(value) || PROSE.test(value)) return false
  return value !== name && !value.includes(title)
}
