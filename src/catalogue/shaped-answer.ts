import type { IdSource } from '../engine/ids.ts'
import type { Merchant } from '../engine/keys/merchants.ts'
import { formatInstant } from '../protocol/instant.ts'
import { isJsonObject, type JsonObject } from '../protocol/json-object.ts'
import type { Audience, FieldFacts } from './facts.ts'
import { DOWNLOAD_ADDRESS, sampleDigest } from './sample-files.ts'

/** Where the values of an answer come from that neither the request nor an earlier call has. */
export interface MakingContext {
  /** Epoch milliseconds. */
  readonly now: number
  readonly ids: IdSource
  readonly caller: Pick<Merchant, 'mchid' | 'appids'>
  /** Fields that only its pages require are answered too. */
  readonly audience: Audience
  /** Fen that amounts are made of, where the request has any. */
  readonly amount?: number | undefined
}

/**
 * Makes an object of a documented shape. A member that a source has is answered with that; of the others those that are required are made up, by
 * their name, type and listed values.
 *
 * @param sources what is known, the request first
 */
export function makeObject(
  fields: readonly FieldFacts[],
  sources: readonly JsonObject[],
  context: MakingContext,
): JsonObject {
  const amount = amountIn(sources) ?? context.amount
  const within = { ...context, amount }
  return Object.fromEntries(
    fields.flatMap((field): [string, unknown][] => {
      const value = knownValue(field, sources, within)
      if (value !== undefined) return [[field.name, value]]
      return isRequired(field, context.audience) ? [[field.name, made(field, within)]] : []
    }),
  )
}

function isRequired({ required }: FieldFacts, audience: Audience): boolean {
  return required === true || required === audience
}

/** The value that the first source has for a field; objects are put together from all sources. */
function knownValue(field: FieldFacts, sources: readonly JsonObject[], context: MakingContext): unknown {
  const values = sources.flatMap((source) => (Object.hasOwn(source, field.name) ? [source[field.name]] : []))
  if (field.list) {
    const list = values.find(Array.isArray)
    return list?.flatMap((one: unknown) => asElement(field, one, context) ?? [])
  }
  if (field.type === 'object') {
    const objects = values.filter(isJsonObject)
    if (objects.length === 0) return undefined
    return field.members ? makeObject(field.members, objects, context) : objects[0]
  }
  for (const value of values) {
    const fitting = fitted(field, value)
    if (fitting !== undefined) return fitting
  }
  return undefined
}

function asElement(field: FieldFacts, value: unknown, context: MakingContext): unknown {
  if (field.type !== 'object') return fitted(field, value)
  if (!isJsonObject(value)) return undefined
  return field.members ? makeObject(field.members, [value], context) : value
}

/** A value as a field's type has it: variables of paths and members of queries are texts; `undefined` for one that does not fit. */
function fitted({ type, values, max }: FieldFacts, value: unknown): string | number | boolean | undefined {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined
  if (type === 'boolean') return typeof value === 'boolean' ? value : { true: true, false: false }[String(value)]
  if (type === 'string') {
    const text = String(value)
    return (values && !values.includes(text)) || (max !== undefined && [...text].length > max) ? undefined : text
  }
  const number = typeof value === 'string' && /^-?[0-9]+$/.test(value) ? Number(value) : value
  return typeof number === 'number' && (type === 'number' || Number.isSafeInteger(number)) ? number : undefined
}

const DAY_MS = 86_400_000

function made(field: FieldFacts, context: MakingContext): unknown {
  const { type, list, members = [] } = field
  const value = type === 'object' ? makeObject(members, [], context) : scalar(field, context)
  return list ? [value] : value
}

function scalar(field: FieldFacts, context: MakingContext): string | number | boolean {
  const { type, name, max } = field
  if (type === 'boolean') return true
  if (type !== 'string') return numberFor(field, context)
  const text = field.values?.[0] ?? textFor(field, context)
  return max === undefined ? text : [...text].slice(0, max).join('') || name.slice(0, max)
}

/** Endings of names that say what a number is. */
const IS_ID = /(?:^|_)(?:no|id|sn)$/
const IS_COUNT = /(?:^|_)(?:count|num|quantity|total_count|total_num|times)$/
const IS_PART = /discount|contribute|coupon|fee|subsidy|refund|return|frozen|unsplit/

function numberFor({ name, fen }: FieldFacts, { ids, now, amount = 100 }: MakingContext): number {
  if (IS_ID.test(name)) return Number(ids.digits(15))
  if (IS_COUNT.test(name) || name === 'total') return fen ? amount : 1
  if (/(?:^|_)(?:timestamp|time)$/.test(name)) return Math.floor(now / 1_000)
  if (name === 'offset') return 0
  if (fen || /amount|total/.test(name)) return IS_PART.test(name) ? 0 : amount
  return 1
}

function textFor({ name, title, time, max = 32, min = 1 }: FieldFacts, context: MakingContext): string {
  const { now, ids, caller } = context
  if (/^(?:sp_)?mchid$/.test(name)) return caller.mchid
  if (name.endsWith('mchid')) return ids.digits(10)
  if (name.endsWith('appid')) return caller.appids[0] ?? 'wxd678efh567hg6787'
  if (/openid$|unionid$/.test(name)) return `o${ids.letters(27)}`
  if (/(?:^|_)date$/.test(name)) return formatInstant(now).slice(0, 10)
  if (time || /(?:^|_)(?:time|at)$/.test(name)) return instantFor(name, max, now)
  if (name.endsWith('currency')) return 'CNY'
  if (name === 'hash_type') return 'SHA1'
  if (name === 'hash_value') return sampleDigest('sha1')
  if (name === 'sha256') return sampleDigest('sha256')
  if (name === 'download_url') return DOWNLOAD_ADDRESS
  if (/(?:^|_)url$/.test(name)) return `https://example.com/${name}`
  if (/phone|mobile/.test(name)) return '13800138000'
  if (/(?:^|_)(?:no|id|code|sn|number|token|ticket)$/.test(name)) return ids.digits(Math.max(min, Math.min(max, 20)))
  const text = title ?? name
  return text.repeat(Math.ceil(min / text.length))
}

/** A time in the form that the length of its field allows; one that something ends at is a day ahead. */
function instantFor(name: string, max: number, now: number): string {
  const text = formatInstant(/expire|end|until|deadline/.test(name) ? now + DAY_MS : now)
  if (max >= text.length) return text
  return max >= 14 ? text.slice(0, 19).replaceAll(/\D/g, '') : text.slice(0, 10)
}

const IS_AMOUNT = /^(?:total|amount|total_amount|order_amount|sum_amount|payer_total|transfer_amount|withdraw_amount)$/

/** The fen of the first amount that sources have, at any depth. */
export function amountIn(sources: readonly JsonObject[]): number | undefined {
  for (const source of sources) {
    for (const [name, value] of Object.entries(source)) {
      if (IS_AMOUNT.test(name) && typeof value === 'number') return value
      const inner = isJsonObject(value) ? amountIn([value]) : undefined
      if (inner !== undefined) return inner
    }
  }
  return undefined
}
