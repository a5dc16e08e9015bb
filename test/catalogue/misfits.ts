import type { FieldFacts } from '../../src/catalogue/facts.ts'
import { isJsonObject, type JsonObject } from '../../src/wire/protocol/json-object.ts'

/** The faults of a value that a page describes. */
function misfits(field: FieldFacts, value: unknown, at: string): string[] {
  if (field.list && Array.isArray(value)) {
    const { list: _, ...element } = field
    return value.flatMap((one: unknown, i) => misfits(element, one, `${at}/${i}`))
  }
  const { type, members, values, max, encrypted } = field
  if (type === 'object') {
    if (!isJsonObject(value)) return [`${at} is no object`]
    return members ? misfitsOf(members, value, at) : []
  }
  if (type === 'boolean') return typeof value === 'boolean' ? [] : [`${at} is no boolean`]
  if (type !== 'string') return typeof value === 'number' ? [] : [`${at} is no number`]
  if (typeof value !== 'string') return [`${at} is no text`]
  if (encrypted) return value.length === 344 ? [] : [`${at} is not encrypted`]
  if (values && !values.includes(value)) return [`${at} is ${value}`]
  return max !== undefined && [...value].length > max ? [`${at} is too long`] : []
}

/** A request with one limit of one member broken. */
export interface Broken {
  readonly at: string
  readonly limit: 'characters' | 'few' | 'many' | 'low' | 'high' | 'https' | 'fixed' | 'none' | 'both'
  readonly object: JsonObject
}

/** All ways to break one limit that a page states in words, in an object that has all members. */
export function brokenIn(fields: readonly FieldFacts[], object: JsonObject, at = ''): Broken[] {
  const without = (names: readonly string[]) =>
    Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)))
  return fields.flatMap((field): Broken[] => {
    const { name, type, list, members, orElse = [], notWith = [] } = field
    const place = `${at}/${name}`
    const value = object[name]
    const [other] = notWith
    const together: Broken[] = [
      ...(orElse.length > 0 ? [{ at: place, limit: 'none', object: without([name, ...orElse]) } as const] : []),
      ...(other === undefined
        ? []
        : [{ at: place, limit: 'both', object: { [name]: 'x', [other]: 'x', ...object } } as const]),
    ]
    if (value === undefined) return together
    const first: unknown = Array.isArray(value) ? value[0] : value
    const inside = (one: JsonObject) => ({ ...object, [name]: Array.isArray(value) ? [one, ...value.slice(1)] : one })
    const inner =
      type === 'object' && members && isJsonObject(first)
        ? brokenIn(members, first, place).map((broken) => ({ ...broken, object: inside(broken.object) }))
        : []
    const own = (list ? brokenLists(field, first) : brokenValues(field)).map(([limit, wrong]) => ({
      at: place,
      limit,
      object: { ...object, [name]: wrong },
    }))
    return [...together, ...inner, ...own]
  })
}

type Wrong = readonly [limit: Broken['limit'], value: unknown]

function brokenLists({ type, entries, min, max, ...field }: FieldFacts, first: unknown): Wrong[] {
  const [least = 0, most] = entries ?? (type === 'string' ? [] : [min, max])
  return [
    ...(least > 0 ? [['few', Array(least - 1).fill(first)] as const] : []),
    ...(most === undefined ? [] : [['many', Array(most + 1).fill(first)] as const]),
    ...(type === 'string' ? brokenValues({ ...field, type }).map(([limit, one]) => [limit, [one]] as const) : []),
  ]
}

function brokenValues({ type, min, max, pattern, https, values, encrypted, time }: FieldFacts): Wrong[] {
  if (type === 'boolean') return values ? [['fixed', values[0] !== 'true']] : []
  if (type === 'integer')
    return [
      ...(min === undefined ? [] : [['low', min - 1] as const]),
      ...(max === undefined ? [] : [['high', max + 1] as const]),
    ]
  if (type !== 'string' || encrypted || time || values) return []
  return [
    ...(pattern === undefined ? [] : [['characters', '#'.repeat(min ?? 1)] as const]),
    ...(min === undefined ? [] : [['low', '1'.repeat(min - 1)] as const]),
    ...(https ? [['https', 'http://example.com/notify'] as const] : []),
  ]
}

/** The faults of an object whose members a page describes. */
export function misfitsOf(fields: readonly FieldFacts[], object: JsonObject, at = ''): string[] {
  const missing = fields.filter(({ name, required }) => required === true && !Object.hasOwn(object, name))
  const members = Object.entries(object).flatMap(([name, value]) => {
    const field = fields.find((one) => one.name === name)
    return field ? misfits(field, value, `${at}/${name}`) : [`${at}/${name} is unknown`]
  })
  return [...missing.map(({ name }) => `${at}/${name} is missing`), ...members]
}
