import { z } from 'zod'
import { isSafeAddress } from '../engine/callbacks/callback.ts'
import { FIELD_TITLE, type FieldIssue } from '../engine/exchange/input.ts'
import { type FieldFault, type LengthUnit, lengthOf } from '../wire/protocol/field-check.ts'
import { formatInstant, INSTANT_PATTERN, parseInstant } from '../wire/protocol/instant.ts'
import type { Texts } from '../wire/shared/texts.ts'

/** Metadata with the Chinese title that a field has in the official documents, for objects, lists and booleans; it is part of the error text. */
export function titled(title: string): Record<string, string> {
  return { [FIELD_TITLE]: title }
}

/** An object, by its title. */
export const group = <Shape extends z.ZodRawShape>(title: string, shape: Shape) =>
  z.strictObject(shape).meta(titled(title))

/** A list of at most so many entries, by its title. */
export const listOf = <Entry extends z.ZodType>(title: string, entry: Entry, max: number) =>
  z.array(entry).max(max).meta(titled(title))

/**
 * A text field with the rules of the field checker: length in bytes (identifiers) or characters (texts for people), then
 * pattern (busifavor.md 1.1).
 *
 * `title` is the field's Chinese title in the official documents; it is part of the error text.
 */
export function text(rules: {
  title: string
  max: number
  min?: number
  unit?: LengthUnit
  pattern?: RegExp
  example?: string
}): z.ZodString {
  const { title, max, min = 1, unit = 'bytes', pattern, example } = rules
  return z
    .string()
    .check((context) => {
      const length = lengthOf(context.value, unit)
      const fault: FieldFault | undefined =
        length > max
          ? { rule: 'too_long', unit, actual: length, limit: max }
          : length < min
            ? { rule: 'too_short', unit, actual: length, limit: min }
            : pattern && !pattern.test(context.value)
              ? { rule: 'pattern', pattern: pattern.source, value: context.value }
              : undefined
      if (fault) {
        context.issues.push({ code: 'custom', input: context.value, params: { fault } satisfies FieldIssue })
      }
    })
    .meta({
      ...titled(title),
      minLength: min,
      maxLength: max,
      ...(pattern && { pattern: pattern.source }),
      ...(example && { examples: [example] }),
    })
}

/** The field checker's limits on a number. */
interface NumberRules {
  /** The field's Chinese title in the official documents. */
  readonly title: string
  readonly min?: number
  readonly max?: number
  readonly example?: number
  /** The value that the call assumes when the field is left out. Only documented here: the call has to fill it in. */
  readonly default?: number
}

/**
 * A whole number in JSON, with the rules of the field checker (busifavor.md 1.1). Anything else, a numeric string included, has the wrong type
 * (corrections 1).
 */
export function wholeNumber(rules: NumberRules): z.ZodNumber {
  return z
    .number()
    .check((context) => {
      const { value, issues } = context
      const fault = Number.isInteger(value) ? faultOfNumber(value, rules) : undefined
      if (fault) issues.push({ code: 'custom', input: value, params: { fault } satisfies FieldIssue })
      // A number too large to be exact does not count as whole.
      else if (!Number.isSafeInteger(value)) issues.push({ code: 'invalid_type', expected: 'int', input: value })
    })
    .meta(describedNumber(rules))
}

/** A whole number in a query string, at most 15 digits, with the rules of {@link wholeNumber}. */
export function queryNumber(rules: NumberRules): z.ZodType<number, string> {
  return z
    .string()
    .transform((text, context) => {
      if (!/^-?[0-9]{1,15}$/.test(text)) {
        context.issues.push({ code: 'invalid_type', expected: 'int', input: text })
        return z.NEVER
      }
      const value = Number(text)
      const fault = faultOfNumber(value, rules)
      if (!fault) return value
      context.issues.push({ code: 'custom', input: text, params: { fault } satisfies FieldIssue })
      return z.NEVER
    })
    .meta(describedNumber(rules))
}

function faultOfNumber(value: number, { min, max }: NumberRules): FieldFault | undefined {
  if (min !== undefined && value < min) return { rule: 'number_low', limit: min, value }
  if (max !== undefined && value > max) return { rule: 'number_high', limit: max, value }
  return undefined
}

function describedNumber({ title, min, max, example, default: unset }: NumberRules): Record<string, unknown> {
  return {
    ...titled(title),
    type: 'integer',
    ...(unset !== undefined && { default: unset }),
    ...(min !== undefined && { minimum: min }),
    ...(max !== undefined && { maximum: max }),
    ...(example !== undefined && { examples: [example] }),
  }
}

/** One of several words, case-sensitive; any other is answered with the bare 请求参数错误 (inferred). */
export function choice<const Values extends readonly string[]>(title: string, values: Values) {
  return z.enum(values).meta(titled(title))
}

/** Limits an object by the bytes of its compact JSON. That the field checker words this as it does for a text is inferred. */
export function atMostBytes(limit: number): z.core.CheckFn<object> {
  return ({ value, issues }) => {
    const actual = lengthOf(JSON.stringify(value), 'bytes')
    if (actual <= limit) return
    const fault: FieldFault = { rule: 'too_long', unit: 'bytes', actual, limit }
    issues.push({ code: 'custom', input: value, params: { fault } satisfies FieldIssue })
  }
}

/** A time on the wire, RFC 3339 with offset; epoch milliseconds inside. */
export function instant(rules: { title: string; max?: number; example?: string }): z.ZodType<number, string> {
  const { max = RFC3339.maxLength } = rules
  return z
    .string()
    .transform((value, context) => {
      const at = value.length > max ? undefined : parseInstant(value)
      if (at !== undefined) return at
      const length = lengthOf(value, 'bytes')
      const fault: FieldFault =
        length > max
          ? { rule: 'too_long', unit: 'bytes', actual: length, limit: max }
          : { rule: 'pattern', pattern: INSTANT_PATTERN, value }
      context.issues.push({ code: 'custom', input: value, params: { fault } satisfies FieldIssue })
      return z.NEVER
    })
    .meta({ ...titled(rules.title), ...RFC3339, maxLength: max, ...(rules.example && { examples: [rules.example] }) })
}

const RFC3339 = { format: 'date-time', minLength: 1, maxLength: 32, pattern: INSTANT_PATTERN }

/** A time in an answer: epoch milliseconds in the row, whole seconds on the wire. */
export const shownInstant = z.codec(z.string().min(1).max(32).meta(RFC3339), z.number(), {
  decode: (text) => Date.parse(text),
  encode: formatInstant,
})

/** 批次号 */
export const stockId = text({ title: '批次号', max: 20, example: '100088' })

/** 券code */
export const couponCode = text({ title: '券code', max: 32, example: 'sxxe34343434' })

/**
 * A merchant's number for one request: letters, digits and `| _ * -`. The rule is documented in prose, the expression is
 * ours; the full-width ｜ is refused (inferred).
 */
export function requestNo(title: string): z.ZodString {
  return text({ title, max: 128, pattern: /^[0-9A-Za-z_|*-]{1,128}$/, example: '1002600620019090123143254435' })
}

/** A text in an answer, with the documented limits of its length. */
export function shownText(limits: { min?: number; max?: number } = {}): z.ZodString {
  const { min, max } = limits
  return z.string().meta({ ...(min !== undefined && { minLength: min }), ...(max !== undefined && { maxLength: max }) })
}

/** A whole number in an answer, with its documented limits. */
export function shownNumber(limits: { min?: number; max?: number } = {}): z.ZodInt {
  const { min, max } = limits
  return z.int().meta({ ...(min !== undefined && { minimum: min }), ...(max !== undefined && { maximum: max }) })
}

/** Whether coupon events may be sent to an address: https, or http on this machine, without query, fragment or credentials. */
export function isEventAddress(url: string): boolean {
  const parsed = URL.parse(url)
  if (!parsed || /[\s?#]/.test(url) || parsed.username !== '' || parsed.password !== '') return false
  return isSafeAddress(url)
}

export const EVENT_ADDRESS_UNFIT = {
  en: 'notify_url is not https, has a query, or is no address',
  zh: 'notify_url 不是 https、带有查询串，或不是有效的地址',
} as const

export function explainEventAddress(url: string): Texts {
  const given = JSON.stringify(url)
  return {
    en: `/body/notify_url: https, or http on this machine, without query, fragment and password; got ${given}`,
    zh: `/body/notify_url：应为 https，或本机的 http，且不含查询串、片段和密码，传入的是 ${given}`,
  }
}
