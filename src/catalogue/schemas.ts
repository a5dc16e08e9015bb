import { z } from 'zod'
import { isSafeAddress } from '../engine/callbacks/callback.ts'
import type { FieldIssue } from '../engine/exchange/input.ts'
import { misfitText } from '../engine/misfit-texts.ts'
import { ENCRYPTED, type FileBytes, type OperationDescription } from '../engine/operation.ts'
import { lengthOf } from '../wire/protocol/field-check.ts'
import { INSTANT_PATTERN, parseInstant } from '../wire/protocol/instant.ts'
import type { Texts } from '../wire/shared/texts.ts'
import type { CallFacts, FieldFacts } from './facts.ts'
import {
  atMostBytes,
  choice,
  queryNumber,
  shownInstant,
  shownNumber,
  shownText,
  text,
  titled,
  wholeNumber,
} from './fields.ts'

/**
 * The input of a call of the catalogue, checked as the live field checker checks it. Where only some pages require a field, it may be left out.
 *
 * @param numbers whether whole numbers without bounds in path and query are read, or stay texts with all their digits
 */
export function inputOf(
  { method, params, query, body, file, reported }: CallFacts,
  numbers: 'read' | 'kept' = 'kept',
): OperationDescription['input'] {
  const inText = (field: FieldFacts) => textField(field, numbers)
  // The second source leaves out what was added later.
  const object = reported ? z.looseObject : z.strictObject
  return {
    ...(params && { path: z.strictObject(shapeOf(params, inText)) }),
    ...(query && {
      query: object(shapeOf(query, inText))
        .check(...togetherIn(query))
        .meta(dependenciesIn(query)),
    }),
    ...(body && {
      body: object(shapeOf(body, (field) => inJson(field, object)))
        .check(...togetherIn(body))
        .meta(dependenciesIn(body)),
    }),
    // SDKs send an empty object where a page has no body.
    ...(method === 'POST' && !body && file === undefined && !reported && { body: z.strictObject({}).optional() }),
    ...(file !== undefined && { file: { title: file } }),
  }
}

/** The answer of a call. Values of requests are answered as they came, so that lengths are only said, and unknown members kept. */
export function outputOf({ answer, answerType }: CallFacts): z.ZodType {
  if (answerType !== undefined) return z.custom<FileBytes>((value) => value instanceof Uint8Array)
  return answer ? shownObject(answer) : z.undefined()
}

/** The answer of a simulated call: members that the page does not show are dropped, times are epoch milliseconds in the row. */
export function encodedOutputOf(facts: CallFacts): z.ZodType {
  return facts.answer ? encodedObject(facts.answer) : outputOf(facts)
}

/** The members of an answer or of a callback. */
export function shownObject(fields: readonly FieldFacts[]): z.ZodObject {
  return z.looseObject(shapeOf(fields, (field) => shown(field, shownObject)))
}

/** The members of an answer or of a callback, for {@link z.encode} of a row. */
export function encodedObject(fields: readonly FieldFacts[]): z.ZodObject {
  return z.object(
    shapeOf(fields, (field) =>
      field.type === 'string' && field.time && !field.list
        ? titledAs(field, shownInstant)
        : shown(field, encodedObject),
    ),
  )
}

function shapeOf(fields: readonly FieldFacts[], schemaOf: (field: FieldFacts) => z.ZodType): z.ZodRawShape {
  return Object.fromEntries(
    fields.map((field) => {
      const schema = schemaOf(field)
      return [field.name, field.required === true ? schema : schema.optional()]
    }),
  )
}

/** Checks which members of an object are given, where they depend on each other. That such requests are answered so is inferred. */
function togetherIn(fields: readonly FieldFacts[]): z.core.CheckFn<object>[] {
  return fields.flatMap(({ name, orElse = [], notWith = [] }) => {
    if (orElse.length + notWith.length === 0) return []
    return ({ value, issues }) => {
      const refuse = (texts: Texts) => issues.push({ code: 'custom', input: value, message: misfitText(texts) })
      const isGiven = (one: string) => Object.hasOwn(value, one)
      const excluded = notWith.find(isGiven)
      if (orElse.length > 0 && ![name, ...orElse].some(isGiven)) {
        const names = [name, ...orElse]
        refuse({ en: `one of ${names.join(', ')} is needed`, zh: `${names.join('、')} 至少传一个` })
      } else if (isGiven(name) && excluded !== undefined) {
        refuse({ en: `${name} and ${excluded} exclude each other`, zh: `${name} 和 ${excluded} 不能同时传` })
      }
    }
  })
}

/** The same as JSON Schema. */
function dependenciesIn(fields: readonly FieldFacts[]): Record<string, unknown> {
  const allOf = fields.flatMap(({ name, orElse = [], notWith = [] }) => [
    ...(orElse.length > 0 ? [{ anyOf: [name, ...orElse].map((one) => ({ required: [one] })) }] : []),
    ...notWith.map((other) => ({ not: { required: [name, other] } })),
  ])
  return allOf.length === 0 ? {} : { allOf }
}

const titleOf = ({ title, name }: FieldFacts) => title ?? name

type ObjectOf = typeof z.strictObject | typeof z.looseObject

/** A member of a body. */
function inJson(field: FieldFacts, object: ObjectOf): z.ZodType {
  const { list, entries, min, max, ...entry } = field
  if (!list) return one(field, object)
  const areTexts = field.type === 'string'
  // The length of a list of texts is that of each text.
  const [least, most] = entries ?? (areTexts ? [] : [min, max])
  const schema = z.array(one(areTexts ? field : entry, object))
  const atLeast = least === undefined ? schema : schema.min(least)
  return (most === undefined ? atLeast : atLeast.max(most)).meta(titled(titleOf(field)))
}

function one(field: FieldFacts, object: ObjectOf): z.ZodType {
  const title = titleOf(field)
  switch (field.type) {
    case 'object': {
      const { members, bytes, max } = field
      const schema = members
        ? object(shapeOf(members, (member) => inJson(member, object)))
            .check(...togetherIn(members))
            .meta(dependenciesIn(members))
        : z.looseObject({})
      return (bytes && max !== undefined ? schema.check(atMostBytes(max)) : schema).meta(titled(title))
    }
    case 'boolean':
      return onlyBoolean(field, z.boolean()).meta(titled(title))
    case 'integer': {
      const { min, max, example } = field
      return wholeNumber({
        title,
        ...(min !== undefined && { min }),
        ...(max !== undefined && { max }),
        ...(typeof example === 'number' && { example }),
      })
    }
    case 'number':
      return z.number().meta(titled(title))
    case 'string':
      return textOf(field, title)
  }
}

/** A boolean, or its text, of the only value that a page allows. */
function onlyBoolean({ values }: FieldFacts, schema: z.ZodBoolean | z.ZodString): z.ZodType {
  if (!values) return schema
  const known = values.map((value) => value === 'true')
  const check = ({ value, issues }: z.core.ParsePayload<unknown>) => {
    if (!values.includes(String(value))) issues.push({ code: 'invalid_value', values: known, input: value })
  }
  return schema.check(check).meta({ ...schema.meta(), const: known[0] })
}

function textOf(field: FieldFacts, title: string): z.ZodType {
  const { values, encrypted, time, min, max, bytes, pattern, https, example } = field

  // The pages do not say whether the length is that of the plain text.
  if (encrypted) return bytes && max !== undefined ? text({ title, max }) : z.string().meta(titled(title))
  if (values) return choice(title, values)
  if (time) return rfc3339(title, max)
  const rules = {
    title,
    // Most pages do not say whether they count bytes or characters.
    unit: bytes ? 'bytes' : 'characters',
    ...(min !== undefined && { min }),
    ...(pattern && { pattern: new RegExp(pattern) }),
    ...(typeof example === 'string' && { example }),
  } as const
  const schema =
    max === undefined
      ? text({ ...rules, max: Number.MAX_SAFE_INTEGER }).meta({ maxLength: undefined })
      : text({ ...rules, max })
  return https ? schema.check(onlyHttps).meta({ ...schema.meta(), pattern: HTTPS }) : schema
}

const HTTPS = '^https://'

/** Refuses an address that is neither https nor on this machine (decision 0007). That the field checker words it as a pattern is inferred. */
function onlyHttps({ value, issues }: z.core.ParsePayload<string>): void {
  if (isSafeAddress(value)) return
  const fault = { rule: 'pattern', pattern: HTTPS, value } as const
  issues.push({ code: 'custom', input: value, params: { fault } satisfies FieldIssue })
}

/** No time has more characters. */
const RFC3339_LENGTH = 64

/** A time as text, which is answered as it came. */
function rfc3339(title: string, max: number | undefined): z.ZodString {
  const limit = max ?? RFC3339_LENGTH
  return z
    .string()
    .check(({ value, issues }) => {
      if (value.length <= limit && parseInstant(value) !== undefined) return
      const fault =
        value.length > limit
          ? ({ rule: 'too_long', unit: 'bytes', actual: lengthOf(value, 'bytes'), limit } as const)
          : ({ rule: 'pattern', pattern: INSTANT_PATTERN, value } as const)
      issues.push({ code: 'custom', input: value, params: { fault } satisfies FieldIssue })
    })
    .meta({
      ...titled(title),
      format: 'date-time',
      pattern: INSTANT_PATTERN,
      ...(max !== undefined && { maxLength: max }),
    })
}

/** A path variable or query member; a whole number with bounds is read. */
function textField(field: FieldFacts, numbers: 'read' | 'kept'): z.ZodType {
  const title = titleOf(field)
  const { min, max } = field
  if (field.type === 'integer' && (numbers === 'read' || (min ?? max) !== undefined)) {
    return queryNumber({ title, ...(min !== undefined && { min }), ...(max !== undefined && { max }) })
  }
  if (field.type === 'integer') return written(title, /^-?[0-9]{1,19}$/, 'int')
  if (field.type === 'boolean') return onlyBoolean(field, written(title, /^(?:true|false)$/, 'boolean'))
  return field.list ? listInText(field, title) : textOf(field, title)
}

/** A list in a query. No page says how it is written: entries between commas are taken, and JSON; of a repeated name, the last counts. */
function listInText({ values }: FieldFacts, title: string): z.ZodType {
  const schema = z.string().meta(titled(title))
  if (!values) return schema
  const check = ({ value, issues }: z.core.ParsePayload<string>) => {
    const entries = value.match(/[^\s,"[\]]+/g) ?? ['']
    if (!entries.every((entry) => values.includes(entry))) {
      issues.push({ code: 'invalid_value', values: [...values], input: value })
    }
  }
  // JSON Schema has no word for the entries of a text: it says the values of a list of one.
  return schema.check(check).meta({ ...schema.meta(), enum: [...values] })
}

function written(title: string, form: RegExp, expected: 'int' | 'boolean'): z.ZodString {
  return z
    .string()
    .check(({ value, issues }) => {
      if (!form.test(value)) issues.push({ code: 'invalid_type', expected, input: value })
    })
    .meta({ ...titled(title), pattern: form.source })
}

function shown(field: FieldFacts, objectOf: (members: readonly FieldFacts[]) => z.ZodType): z.ZodType {
  const schema = shownOne(field, objectOf)
  return titledAs(field, field.list ? z.array(schema) : schema)
}

function titledAs({ title }: FieldFacts, schema: z.ZodType): z.ZodType {
  return title === undefined ? schema : schema.meta({ title })
}

function shownOne(
  { type, members, values, min, max, encrypted }: FieldFacts,
  objectOf: (members: readonly FieldFacts[]) => z.ZodType,
): z.ZodType {
  if (type === 'string' && encrypted) return z.string().meta({ [ENCRYPTED]: true })
  if (type === 'string' && values) return z.enum(values)
  switch (type) {
    case 'object':
      return members ? objectOf(members) : z.looseObject({})
    case 'boolean':
      return z.boolean()
    case 'integer':
      return shownNumber()
    case 'number':
      return z.number()
    case 'string':
      return shownText({ ...(min !== undefined && { min }), ...(max !== undefined && { max }) })
  }
}
