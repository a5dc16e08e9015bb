import { type CallFacts, catalogueIndex, type FieldFacts, factsOf } from '../../src/catalogue/facts.ts'
import { type Callable, fillPath, type MerchantRequest } from '../../src/testing/merchant-client.ts'
import { isJsonObject, type JsonObject } from '../../src/wire/protocol/json-object.ts'
import { upload } from '../helpers/upload.ts'

/** The members of a request, part by part. */
export interface Said {
  readonly path: JsonObject
  readonly query: JsonObject
  readonly body: JsonObject
}

/** How a request is made. */
export interface Making {
  /** Those that all pages require, or every one. */
  readonly members: 'required' | 'all'
  /** Makes the text of an encrypted field. */
  encrypt(text: string): string
}

/** A request that fits the facts of a call. The same number has the same value in each call, so that one queries what another made. */
export function saidOf({ path, params = [], query = [], body = [] }: CallFacts, making: Making): Said {
  const named = Array.from(path.matchAll(/\{(\w+)\}/g), ([, name = '']) => name)
  const known = (name: string): FieldFacts => params.find((one) => one.name === name) ?? { name, type: 'string' }
  return {
    path: Object.fromEntries(named.map((name) => [name, valueFor(known(name), making)])),
    query: objectOf(query, making),
    body: objectOf(body, making),
  }
}

function objectOf(fields: readonly FieldFacts[], making: Making): JsonObject {
  const given = new Set<string>()
  for (const { name, required, orElse = [], notWith = [] } of fields) {
    const isNeeded = required === true || (orElse.length > 0 && !orElse.some((one) => given.has(one)))
    const isExcluded = [name, ...notWith].some((one) =>
      fields.some((other) => given.has(other.name) && (other.name === one || other.notWith?.includes(name))),
    )
    if (isNeeded || (making.members === 'all' && !isExcluded)) given.add(name)
  }
  return Object.fromEntries(
    fields.filter(({ name }) => given.has(name)).map((field) => [field.name, valueFor(field, making)]),
  )
}

function valueFor(field: FieldFacts, making: Making): unknown {
  const { type, list, min, max, entries: [least = 1] = [], ...others } = field
  const isText = type === 'string'
  const value =
    type === 'object'
      ? objectOf(field.members ?? [], making)
      : scalarOf(list && !isText ? { type, ...others } : field, making)
  return list ? Array(Math.max(1, isText ? least : (min ?? 1))).fill(value) : value
}

function scalarOf(field: FieldFacts, { encrypt }: Making) {
  const { name, type, values, time, encrypted, pattern, https, min = 1, max = 64 } = field
  if (type === 'boolean') return values?.[0] !== 'false'
  if (type !== 'string') return Math.max(1, field.min ?? 1)
  if (encrypted) return encrypt(`plain ${name}`)
  if (values) return values[0]
  if (time) return '2026-11-25T12:00:00+08:00'
  // Pay endpoints compare it with the caller.
  if (name === 'mchid') return '1900000001'
  if (https) return `https://example.com/${name}`
  const text = pattern === undefined || new RegExp(pattern).test(name) ? name : name.replaceAll(/[^A-Z]/gi, '1')
  const fitting = pattern === undefined || new RegExp(pattern).test(text) ? text : '1'
  return fitting.padEnd(min, '0').slice(0, max)
}

/** The request with such members, as a merchant's client takes it. */
export function requestOf({ method, path, file, answerType, ...call }: CallFacts, said: Said): MerchantRequest {
  const filled = fillPath(path, said.path, (name) => {
    throw new Error(`${path} needs ${name}`)
  })
  const query = new URLSearchParams(
    Object.entries(said.query).map(([name, value]): [string, string] => [
      name,
      isJsonObject(value) ? JSON.stringify(value) : String(value),
    ]),
  )
  const target = query.size === 0 ? filled.path : `${filled.path}?${query}`
  const more = { method, target, fileType: answerType }
  if (file !== undefined) return { ...upload({ meta: said.body }), ...more }
  return { ...more, ...(call.body && { body: said.body }) }
}

/** A request that fits the page of a documented call, with some members changed wherever the page has them. */
export function sampleRequest({ method, path }: Callable, changes: JsonObject = {}): MerchantRequest {
  const product = catalogueIndex.products.find(({ calls }) => calls.includes(`${method} ${path}`))
  const facts = factsOf(product?.id ?? '').calls.find((one) => one.method === method && one.path === path)
  if (!facts) throw new Error(`The catalogue has no ${method} ${path}.`)
  const said = saidOf(facts, { members: 'required', encrypt: (text) => text })
  const changed = (members: JsonObject) =>
    Object.fromEntries(Object.entries(members).map(([name, value]) => [name, changes[name] ?? value]))
  return requestOf(facts, { path: changed(said.path), query: changed(said.query), body: changed(said.body) })
}

/** A call by its method and path, for `call` of a merchant's client. */
export function callNamed(id: string): Callable {
  const [method, path = ''] = id.split(' ')
  // Names of calls in the catalogue begin with one of its methods.
  return { method: method as Callable['method'], path }
}
