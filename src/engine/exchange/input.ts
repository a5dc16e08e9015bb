import type { z } from 'zod'
import { commonErrors } from '../../wire/protocol/common-errors.ts'
import { ApiError } from '../../wire/protocol/errors.ts'
import {
  type FieldFault,
  type FieldLocation,
  type FieldType,
  fieldError,
  undefinedParameterError,
} from '../../wire/protocol/field-check.ts'
import { extentOf, isJsonObject, type JsonLimits, MOST_LEVELS } from '../../wire/protocol/json-object.ts'
import { firstRounded, LargeInteger, withLargeIntegers } from '../../wire/protocol/large-integers.ts'
import { isUpload, partsOf, signedBody } from '../../wire/protocol/message.ts'
import { isError } from '../../wire/shared/errors.ts'
import { jsonFault, shortened, type Texts } from '../../wire/shared/texts.ts'
import type { WireRequest } from '../http-message.ts'
import type { FileField, Operation, ParsedInput, UploadedFile } from '../operation.ts'
import { explainFault, explainIssue, explainNull, explainUndefined, pointerTo } from './explain-field.ts'

/** How a schema reports a violated rule of the field checker: the `params` of a custom zod issue. */
export interface FieldIssue {
  readonly fault: FieldFault
}

/** Key under which a schema's metadata holds the field's Chinese title. */
export const FIELD_TITLE = 'x-field-title'

/** Far more than any call needs: 6,000 goods with all their members are 36,000 values (the limits are ours, inferred). */
const BODY_LIMITS = { values: 50_000, containers: 8_000, depth: MOST_LEVELS } as const satisfies JsonLimits

/** How much of an integer without end an explanation repeats. */
const SHOWN_DIGITS = 100

/** From here on lists are checked only up to the first element that does not fit. */
const MANY_VALUES = 1_000

const TOO_MUCH = {
  en: `A list is longer than the call allows, or the ${BODY_LIMITS.values} values, ${BODY_LIMITS.containers} objects and lists, or ${BODY_LIMITS.depth} levels that the mock takes are exceeded.`,
  zh: `数组长度超过接口的上限，或超过模拟服务所接受的 ${BODY_LIMITS.values} 个值、${BODY_LIMITS.containers} 个对象和数组或 ${BODY_LIMITS.depth} 层嵌套。`,
}

/** Parses path, query and body with an operation's schemas. @throws ApiError for the first field that fails, in the order of the schema */
export function parseInput(
  operation: Pick<Operation, 'input' | 'notes'>,
  request: WireRequest,
  params: Readonly<Record<string, string>>,
): ParsedInput {
  const { input, notes } = operation
  const { path, query, body, file } = input
  return {
    path: path && check('uri_template', path, params),
    query: query && check('query', query, queryOf(request.target)),
    // Only what the signature covers: in an upload, the part named `meta`.
    body: body && checkBody(body, signedBody(request.headers['content-type'], request.body), notes),
    file: file && fileOf(request, file),
  }
}

/** @throws ApiError if the file is missing, worded like the live service (protocol.md 5.3, observed) */
function fileOf({ headers, body }: WireRequest, { title }: FileField): UploadedFile {
  const contentType = headers['content-type']
  const part = isUpload(contentType) ? partsOf(contentType, body).find(({ name }) => name === 'file') : undefined
  if (!part) {
    const explanation = isUpload(contentType)
      ? {
          en: '/body/file: missing; no part of the upload has this name',
          zh: '/body/file：缺少此字段，上传内容中没有名为 file 的部分',
        }
      : {
          en: '/body/file: missing; Content-Type has to be multipart/form-data',
          zh: '/body/file：缺少此字段，Content-Type 应为 multipart/form-data',
        }
    throw fieldError('body', ['file'], title, { rule: 'missing' }, explanation)
  }
  return { bytes: part.content }
}

function queryOf(target: string): Record<string, string> {
  const at = target.indexOf('?')
  return at === -1 ? {} : Object.fromEntries(new URLSearchParams(target.slice(at + 1)))
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function checkBody(schema: z.ZodType, bytes: Uint8Array, notes: Operation['notes']): unknown {
  if (isNothing(bytes) && schema.safeParse(undefined).success) return undefined
  const { text, value } = bodyOf(bytes)
  return check('body', schema, value, { text, notes })
}

/** Whether a body is empty, or a line `null`, as wechatpay-go writes where its caller gives none. */
function isNothing(bytes: Uint8Array): boolean {
  return bytes.length <= 5 && ['', 'null', 'null\n'].includes(String.fromCharCode(...bytes))
}

function bodyOf(bytes: Uint8Array): { readonly text: string; readonly value: unknown } {
  const refuse = (explanation: Texts, cause?: unknown) => new ApiError(commonErrors.malformed, { explanation, cause })
  if (bytes.length === 0) throw refuse({ en: 'the body is empty, not a JSON object', zh: '请求体为空，应为 JSON 对象' })
  let text: string
  try {
    text = utf8.decode(bytes)
  } catch (cause) {
    throw refuse({ en: 'the body is not UTF-8', zh: '请求体不是 UTF-8 编码' }, cause)
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    const { en, zh } = jsonFault(isError(cause) ? cause.message : String(cause))
    throw refuse({ en: `the body is no JSON: ${en}`, zh: `请求体不是 JSON：${zh}` }, cause)
  }
  if (isJsonObject(value)) return { text, value }
  const kind = kindOf(value)
  throw refuse({ en: `the body is ${kind.en}, not a JSON object`, zh: `请求体是${kind.zh}，应为 JSON 对象` })
}

function kindOf(value: unknown): Texts {
  if (value === null) return { en: 'null', zh: '空值（null）' }
  if (Array.isArray(value)) return { en: 'a list', zh: '数组' }
  if (typeof value === 'string') return { en: 'a string', zh: '字符串' }
  return typeof value === 'number' ? { en: 'a number', zh: '数字' } : { en: 'a boolean', zh: '布尔值' }
}

/** @param text the JSON that the value was read from */
function check(
  location: FieldLocation,
  schema: z.ZodType,
  value: unknown,
  { text = '', notes }: { readonly text?: string; readonly notes?: Operation['notes'] } = {},
): unknown {
  // A schema reports every mismatch in a value, which takes far longer than parsing did.
  const extent = extentOf(value, BODY_LIMITS)
  if (typeof extent === 'string' || (hasLists(schema) && hasOverlongList(schema, value))) {
    throw new ApiError(commonErrors.parameter_invalid, { explanation: TOO_MUCH })
  }
  const result = schema.safeParse(extent > MANY_VALUES && hasLists(schema) ? upToMisfits(schema, value) : value)
  const exact = withLargeIntegers(text)
  if (result.success) {
    const rounded = firstRounded(exact)
    if (rounded) throw notKept(pointerTo(location, rounded.place), rounded.integer)
    return result.data
  }
  const unknown = result.error.issues.filter((issue) => issue.code === 'unrecognized_keys')
  const first = result.error.issues.find((issue) => issue.code !== 'unrecognized_keys')
  if (first === undefined) {
    const named = (point: typeof wirePath) =>
      unknown.flatMap(({ path, keys }) => keys.map((key) => point(location, [...path, key])))
    const known = unknown[0] && fieldAt(schema, unknown[0].path)
    const pointers = named(pointerTo)
    const explained = explainUndefined(pointers, Object.keys((known && unwrapped(known).def.shape) ?? {}))
    throw undefinedParameterError(named(wirePath), withNotes(explained, pointers, notes))
  }
  const { path } = first
  const found = valueAt(exact ?? value, path)
  if (found === null) throw undefinedParameterError([wirePath(location, path)], explainNull(pointerTo(location, path)))
  const fault: FieldFault | undefined = found === undefined ? { rule: 'missing' } : faultOf(first, found)
  const field = fieldAt(schema, path)
  const explained =
    fault === undefined || fault.rule === 'type'
      ? explainIssue(first, found, location !== 'body')
      : explainFault(fault, found, metaOf(field)?.format === 'date-time')
  const pointer = pointerTo(location, path)
  const explanation = withNotes(
    { en: `${pointer}: ${explained.en}`, zh: `${pointer}：${explained.zh}` },
    [pointer],
    notes,
  )
  if (fault === undefined) throw new ApiError(commonErrors.parameter_invalid, { explanation })
  throw fieldError(location, path, titleOf(schema, path), fault, explanation)
}

/** An explanation with what the operation remarks on the places. */
function withNotes({ en, zh }: Texts, pointers: readonly string[], notes: Operation['notes'] = {}): Texts {
  const places = pointers.map((pointer) => pointer.replaceAll(/\/\d+(?=\/|$)/g, ''))
  const more = Object.entries(notes).flatMap(([place, note]) => (places.includes(place) ? [note] : []))
  return { en: [en, ...more.map((note) => note.en)].join('. '), zh: [zh, ...more.map((note) => note.zh)].join('。') }
}

/** The refusal of an integer in a member that no rule is for: it would be kept, and answered, as another one (ours). */
function notKept(pointer: string, integer: LargeInteger): ApiError {
  const shown = shortened(String(integer), SHOWN_DIGITS)
  return new ApiError(commonErrors.parameter_invalid, {
    explanation: {
      en: `${pointer}: ${shown} is beyond ${Number.MAX_SAFE_INTEGER}, up to which the mock keeps integers`,
      zh: `${pointer}：${shown} 的绝对值超过 ${Number.MAX_SAFE_INTEGER}，模拟服务无法原样保存`,
    },
  })
}

/** A field as the service's error texts name it, without escapes. */
function wirePath(location: FieldLocation, path: readonly PropertyKey[]): string {
  return `/${[location, ...path].map(String).join('/')}`
}

function faultOf(issue: z.core.$ZodIssue, value: unknown): FieldFault | undefined {
  const known = issue.code === 'custom' ? (issue.params as FieldIssue | undefined)?.fault : undefined
  if (value instanceof LargeInteger) {
    if (known?.rule === 'number_low' || known?.rule === 'number_high') return { ...known, value }
    if (value.fits64Bits) return outOfRange(value)
  }
  if (issue.code === 'custom') return known
  const type = typeNeeded(issue)
  // A text for an enum has the right type.
  if (type === undefined || (type === 'text' && typeof value === 'string')) return undefined
  return { rule: 'type', type, value }
}

/** The fault of an integer that the service could read, but that is beyond what the mock keeps exactly (the limit is ours). */
function outOfRange(value: LargeInteger): FieldFault {
  return value.isNegative
    ? { rule: 'number_low', limit: Number.MIN_SAFE_INTEGER, value }
    : { rule: 'number_high', limit: Number.MAX_SAFE_INTEGER, value }
}

/** The type that a value should have, if that is what an issue is about. */
function typeNeeded(issue: z.core.$ZodIssue): FieldType | undefined {
  if (issue.code === 'invalid_type') return TYPES[issue.expected]
  return issue.code === 'invalid_value' && issue.values.every((value) => typeof value === 'string') ? 'text' : undefined
}

const TYPES: Readonly<Record<string, FieldType>> = {
  string: 'text',
  number: 'integer',
  int: 'integer',
  object: 'object',
  record: 'object',
  array: 'list',
  boolean: 'boolean',
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null ? (inner as Record<PropertyKey, unknown>)[key] : undefined,
    value,
  )
}

/** The title of a field; for an entry of a list, that of the list (inferred); the wire name if the documents give none. */
function titleOf(schema: z.ZodType, path: readonly PropertyKey[]): string {
  const title = metaOf(fieldAt(schema, path))?.[FIELD_TITLE]
  if (typeof title === 'string') return title
  const name = path.at(-1) ?? ''
  return typeof name === 'number' ? titleOf(schema, path.slice(0, -1)) : String(name)
}

function fieldAt(schema: z.ZodType, path: readonly PropertyKey[]): z.ZodType | undefined {
  let field: z.ZodType | undefined = schema
  for (const key of path) field = field && memberOf(field, key)
  return field
}

function metaOf(field: z.ZodType | undefined): Record<string, unknown> | undefined {
  return field && { ...unwrapped(field).meta(), ...field.meta() }
}

const schemasWithLists = new WeakMap<z.ZodType, boolean>()

/** Whether a schema has lists; computed once per schema. */
function hasLists(schema: z.ZodType): boolean {
  const known = schemasWithLists.get(schema)
  if (known !== undefined) return known
  const { def } = unwrapped(schema)
  const has = def.element !== undefined || Object.values(def.shape ?? {}).some(hasLists)
  schemasWithLists.set(schema, has)
  return has
}

/** Whether a list in a value has more elements than its schema allows. Visits only what the schema knows. */
function hasOverlongList(schema: z.ZodType, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { def, _zod } = unwrapped(schema)
  if (Array.isArray(value)) {
    const { element } = def
    if (element === undefined) return false
    return value.length > (_zod.bag.maximum ?? Infinity) || value.some((one) => hasOverlongList(element, one))
  }
  return Object.entries(def.shape ?? {}).some(([key, member]) =>
    hasOverlongList(member, (value as Record<string, unknown>)[key]),
  )
}

/** A value whose lists are cut after their first element that does not fit; the value itself if all fit. */
function upToMisfits(schema: z.ZodType, value: unknown): unknown {
  const { element, shape = {} } = unwrapped(schema).def
  if (Array.isArray(value)) {
    if (element === undefined) return value
    for (const [i, one] of value.entries()) {
      const part = upToMisfits(element, one)
      if (part !== one || isMisfit(element, one)) return [...value.slice(0, i), part]
    }
    return value
  }
  if (!isJsonObject(value)) return value
  const parts = Object.keys(shape).flatMap((key): [string, unknown][] => {
    const member = shape[key]
    const part = member && Object.hasOwn(value, key) ? upToMisfits(member, value[key]) : value[key]
    return part === value[key] ? [] : [[key, part]]
  })
  return parts.length === 0 ? value : { ...value, ...Object.fromEntries(parts) }
}

function isMisfit(schema: z.ZodType, value: unknown): boolean {
  const { error } = schema.safeParse(value)
  return error?.issues.some(({ code }) => code !== 'unrecognized_keys') ?? false
}

type Inside = z.ZodType & {
  readonly def: { shape?: Record<PropertyKey, z.ZodType>; innerType?: z.ZodType; element?: z.ZodType }
  readonly _zod: { readonly bag: { readonly maximum?: number } }
}

function unwrapped(schema: z.ZodType): Inside {
  const inside = schema as Inside
  return inside.def.innerType ? unwrapped(inside.def.innerType) : inside
}

function memberOf(schema: z.ZodType, key: PropertyKey): z.ZodType | undefined {
  const { def } = unwrapped(schema)
  return def.shape?.[key] ?? def.element
}
