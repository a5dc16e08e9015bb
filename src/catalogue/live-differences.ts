import type { z } from 'zod'
import type { Operation } from '../engine/operation.ts'
import { addressOf } from '../engine/product.ts'
import { commonErrors } from '../wire/protocol/common-errors.ts'
import type { ErrorDefinition } from '../wire/protocol/errors.ts'
import { isJsonObject, type JsonObject } from '../wire/protocol/json-object.ts'
import { type CallFacts, type Correction, catalogueIndex, type FieldFacts, factsOf } from './facts.ts'

/** A call of the live service, or a callback from it, whose bodies were read. */
interface LiveExchange {
  readonly place: string
  readonly method: string
  /** Path and query. */
  readonly target: string
  /** `undefined` for a callback, and a call that the mock does not know. */
  readonly operation: Operation | undefined
  /** Common errors that its product words in its own way. */
  readonly ownErrors?: Readonly<Record<string, ErrorDefinition>> | undefined
  readonly isCallback: boolean
  readonly sent: unknown
  readonly status: number
  /** The body of the answer, or of the callback. */
  readonly json: unknown
}

/** Something of the live service that the mock has otherwise, or not at all. */
export interface LiveDifference {
  readonly kind: 'call' | 'callback' | 'member' | 'type' | 'length' | 'value' | 'status' | 'error' | 'message'
  /** `METHOD path` as in the catalogue, or the `event_type` of a callback. */
  readonly call: string
  /** As in {@link Correction}. */
  readonly at: string
  readonly was: unknown
  readonly is: unknown
  readonly times: number
  /** Where it was met first. */
  readonly place: string
}

/** Removes private values from the text of an error. */
type Masked = (message: string) => string

/**
 * The differences between what was recorded and what the catalogue and the calls of the mock know: calls, members, their types, lengths and values,
 * errors. No value of an order or a customer is in them.
 */
export function liveDifferences(exchanges: readonly LiveExchange[], masked: Masked): readonly LiveDifference[] {
  const found = new Map<string, LiveDifference>()
  for (const exchange of exchanges) {
    for (const one of differencesOf(exchange, masked)) {
      const key = JSON.stringify([
        one.call,
        one.at,
        one.kind,
        one.was,
        one.kind === 'error' || one.kind === 'message' ? one.is : 0,
      ])
      const { times = 0, place = exchange.place, is = one.is } = found.get(key) ?? {}
      found.set(key, { ...one, is: both(is, one.is), times: times + 1, place })
    }
  }
  return [...found.values()]
}

/** Two findings about one fact: the longer length, and all values. */
function both(one: unknown, other: unknown): unknown {
  if (!isJsonObject(one) || !isJsonObject(other)) return one
  const { max, values } = one
  return {
    ...one,
    ...(typeof max === 'number' && typeof other.max === 'number' && { max: Math.max(max, other.max) }),
    ...(Array.isArray(values) && Array.isArray(other.values) && { values: [...new Set([...values, ...other.values])] }),
  }
}

/** The differences as corrections, in the form of `overlay.json`. A person has to look at each: a shop may meet what no page has for a reason. */
export function proposedCorrections(differences: readonly LiveDifference[], source: string): readonly Correction[] {
  return differences.flatMap(({ kind, call, at, was, is }) =>
    kind === 'callback' ? [] : [{ calls: [call], at: [at], was, is, evidence: 'observed', source }],
  )
}

type Found = Omit<LiveDifference, 'times' | 'place' | 'call'>

function differencesOf(exchange: LiveExchange, masked: Masked): Omit<LiveDifference, 'times' | 'place'>[] {
  const { operation, isCallback, json, status } = exchange
  if (isCallback) {
    const { event_type: type } = isJsonObject(json) ? json : {}
    if (typeof type !== 'string' || catalogueIndex.products.some(({ events }) => events.includes(type))) return []
    return [{ kind: 'callback', call: masked(type), at: 'event_type', was: null, is: masked(type) }]
  }
  if (!operation) return status < 300 ? [unknownCall(exchange)] : []
  const known = factsByAddress(addressOf(operation))
  if (!known) return []
  const { facts, call } = known
  return (status < 300 ? inSuccess(exchange, facts, operation) : inRefusal(exchange, operation, masked)).map((one) => ({
    ...one,
    call,
  }))
}

/** The facts of a call, whose variables the catalogue may name otherwise. */
function factsByAddress(address: string): { readonly facts: CallFacts; readonly call: string } | undefined {
  for (const { id, calls } of catalogueIndex.products) {
    const call = calls.find((one) => one.replaceAll(/\{\w+\}/g, '{}') === address)
    const facts =
      call === undefined ? undefined : factsOf(id).calls.find(({ method, path }) => `${method} ${path}` === call)
    if (facts && call !== undefined) return { facts, call }
  }
  return undefined
}

/** A call that no page has: its variable segments are those with digits. */
function unknownCall({ method, target, status, json }: LiveExchange): Omit<LiveDifference, 'times' | 'place'> {
  const [, version = '', ...steps] = target.split('?', 1).join('').split('/')
  const path = [
    '',
    version,
    ...steps.map((step, i) => (/\d|^.{32}/.test(step) ? `{id${i === 0 ? '' : i}}` : step)),
  ].join('/')
  const answer = isJsonObject(json)
    ? Object.entries(json).map(([name, value]) => ({ name, ...typeOf(value) }))
    : undefined
  const is = { method, path, title: path, pages: [], reported: true, status, ...(answer && { answer }), errors: [] }
  return { kind: 'call', call: `${method} ${path}`, at: 'call', was: null, is }
}

function inSuccess({ target, sent, json, status }: LiveExchange, facts: CallFacts, operation: Operation): Found[] {
  const { query = [], body = [], answer = [], answerType } = facts
  const asked = Object.fromEntries(new URLSearchParams(target.split('?', 2)[1]))
  const { input, output, shaped } = operation
  const schemas = shaped ? {} : { query: input.query, body: input.body, answer: output }
  return [
    ...(status === facts.status || status === operation.pendingStatus
      ? []
      : [{ kind: 'status', at: 'status', was: facts.status, is: status } as const]),
    ...unknownMembers(query, asked, 'query', schemas.query),
    ...(isJsonObject(sent) ? inMembers(body, sent, 'body', schemas.body) : []),
    ...(isJsonObject(json) && answerType === undefined ? inMembers(answer, json, 'answer', schemas.answer) : []),
  ]
}

function unknownMembers(fields: readonly FieldFacts[], object: JsonObject, at: string, schema: unknown): Found[] {
  return Object.entries(object).flatMap(([name, value]): Found[] =>
    fields.some((field) => field.name === name) || memberOf(schema, name)
      ? []
      : [{ kind: 'member', at: `${at}/${name}`, was: null, is: typeOf(value) }],
  )
}

function inMembers(fields: readonly FieldFacts[], object: JsonObject, at: string, schema: unknown): Found[] {
  const known = fields.flatMap((field) => {
    const value = object[field.name]
    if (value === undefined || value === null) return []
    const own = memberOf(schema, field.name)
    const place = `${at}/${field.name}`
    const wrong = inValue(field, value, place)
    if (wrong && !(own && accepts(own, value))) return [wrong]
    const items: readonly unknown[] = Array.isArray(value) ? value : [value]
    const { members } = field
    return members ? items.flatMap((one) => (isJsonObject(one) ? inMembers(members, one, place, own) : [])) : []
  })
  return [...unknownMembers(fields, object, at, schema), ...known]
}

/** How a value breaks the facts of its field. */
function inValue(field: FieldFacts, value: unknown, at: string): Found | undefined {
  const { type, list, max, values, encrypted } = field
  const found = typeOf(value)
  const fits =
    found.type === type ||
    (type === 'number' && found.type === 'integer') ||
    (Array.isArray(value) && value.length === 0)
  if (!fits || (found.list ?? false) !== (list ?? false)) {
    const was = { type, ...(list && { list }) }
    return { kind: 'type', at, was, is: list && !found.list ? { ...found, list: null } : found }
  }
  const texts = [value].flat().filter((one) => typeof one === 'string')
  const word = values && !encrypted && texts.find((one) => WORD.test(one) && !values.includes(one))
  if (word !== undefined) return { kind: 'value', at, was: { values }, is: { values: [...(values ?? []), word] } }
  const longest = Math.max(0, ...texts.map((one) => [...one].length))
  if (max !== undefined && !encrypted && longest > max)
    return { kind: 'length', at, was: { max }, is: { max: longest } }
  return undefined
}

const WORD = /^[A-Z][A-Z_]*$/

function typeOf(value: unknown): Pick<FieldFacts, 'type' | 'list'> {
  if (Array.isArray(value)) return { ...typeOf(value[0] ?? ''), list: true }
  if (typeof value === 'number') return { type: Number.isInteger(value) ? 'integer' : 'number' }
  if (typeof value === 'boolean') return { type: 'boolean' }
  return { type: isJsonObject(value) ? 'object' : 'string' }
}

/** The schema of a member in the mock's own schema of a call: rules of calls correct their pages. */
function memberOf(schema: unknown, name: string): unknown {
  const { shape } = unwrapped(schema)
  return shape && Object.hasOwn(shape, name) ? shape[name] : undefined
}

interface SchemaParts {
  readonly shape?: Readonly<Record<string, unknown>>
  readonly def?: { readonly innerType?: unknown; readonly element?: unknown }
}

function unwrapped(schema: unknown): SchemaParts {
  const parts = Object(schema) as SchemaParts
  const inner = parts.def?.innerType ?? parts.def?.element
  return inner === undefined ? parts : unwrapped(inner)
}

function accepts(schema: unknown, value: unknown): boolean {
  return (schema as z.ZodType).safeParse(value).success
}

/** The texts of the field checker, which name the field. */
const OF_FIELDS = /输入源“/

function inRefusal({ json, status, ownErrors = {} }: LiveExchange, { errors }: Operation, masked: Masked): Found[] {
  const { code, message } = isJsonObject(json) ? json : {}
  if (typeof code !== 'string' || typeof message !== 'string') return []
  const rows = [errors, commonErrors, ownErrors]
    .flatMap(Object.values<ErrorDefinition>)
    .map((row) => [row.status, row.code, row.message] as const)
  const alike = [...rows, ...catalogueIndex.errors].filter((row) => row[0] === status && row[1] === code)
  if (alike.some((row) => row[2] === message) || (alike.length > 0 && OF_FIELDS.test(message))) return []
  const kind = alike.length === 0 ? 'error' : 'message'
  return [{ kind, at: 'errors', was: null, is: [status, masked(code), masked(message)] }]
}
