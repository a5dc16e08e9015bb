import type { FieldFacts } from '../../src/catalogue/facts.ts'
import { isJsonObject, type JsonObject } from '../../src/protocol/json-object.ts'

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

/** The faults of an object whose members a page describes. */
export function misfitsOf(fields: readonly FieldFacts[], object: JsonObject, at = ''): string[] {
  const missing = fields.filter(({ name, required }) => required === true && !Object.hasOwn(object, name))
  const members = Object.entries(object).flatMap(([name, value]) => {
    const field = fields.find((one) => one.name === name)
    return field ? misfits(field, value, `${at}/${name}`) : [`${at}/${name} is unknown`]
  })
  return [...missing.map(({ name }) => `${at}/${name} is missing`), ...members]
}
