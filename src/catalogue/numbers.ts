import type { JsonObject } from '../protocol/json-object.ts'
import type { CallFacts, FieldFacts, ProductFacts } from './facts.ts'

/** A number and its value. */
export interface NumberOfThing {
  readonly name: string
  readonly value: string
}

/**
 * The numbers (单号) by which the calls of a product name one thing: `out_order_no`, `complaint_id` and the like. No page says which they are; they
 * follow from the paths: `POST /things` makes what `GET /things/{thing_id}` queries.
 */
export interface ProductNumbers {
  /** Names of the numbers that name what a call is about, the surest first. */
  of(call: CallFacts): readonly string[]
  /** Whether a member of an answer is such a number. */
  isNumber(name: string): boolean
  /** Whether some call of the product makes things with this number, so that one which no call has brought does not exist. */
  isMade(name: string): boolean
}

/** Numbers by their form, without those that say who takes part. */
function looksLikeNumber(name: string): boolean {
  return /(?:^|_)(?:no|id|code|token)$/.test(name) && !['service_id', 'brand_id'].includes(name)
}

const variablesOf = ({ path }: CallFacts): string[] =>
  Array.from(path.matchAll(/\{(\w+)\}/g), ([, name = '']) => name).filter(looksLikeNumber)

const namesOf = (fields: readonly FieldFacts[] = []): string[] => fields.map(({ name }) => name)

const derived = new WeakMap<ProductFacts, ProductNumbers>()

/** The numbers of a product; derived once. */
export function numbersOfProduct(product: ProductFacts): ProductNumbers {
  const known = derived.get(product) ?? deriveNumbers(product)
  derived.set(product, known)
  return known
}

function deriveNumbers({ calls }: ProductFacts): ProductNumbers {
  const queried = calls.filter(({ method }) => method === 'GET').flatMap(({ query }) => namesOf(query))
  const known = new Set([...calls.flatMap(variablesOf), ...queried.filter(looksLikeNumber)])
  const about = new Map(calls.map((call) => [call, numbersOfCall(call, calls, known)]))
  const madeBy = (call: CallFacts): readonly string[] => {
    if (call.method === 'GET') return []
    const given = [call.params, call.query, call.body].flatMap(namesOf)
    const answered = namesOf(call.answer).filter((name) => known.has(name) && !given.includes(name))
    return [...(about.get(call) ?? []).filter((name) => !call.path.includes(`{${name}}`)), ...answered]
  }
  const made = new Set(calls.flatMap(madeBy))
  return {
    of: (call) => about.get(call) ?? [],
    isNumber: (name) => known.has(name),
    isMade: (name) => made.has(name),
  }
}

function numbersOfCall(call: CallFacts, calls: readonly CallFacts[], known: ReadonlySet<string>): readonly string[] {
  const last = variablesOf(call).at(-1)
  if (last !== undefined) return [last]
  const below = calls.flatMap(({ path }) => nextVariable(path, call.path) ?? [])
  if (below.length > 0) return [...new Set(below)]
  return ownFirst((call.method === 'GET' ? call.query : call.body) ?? []).filter((name) => known.has(name))
}

/**
 * Numbers that a query or a body names, beside others that it only mentions: where the merchant's own are required (`out_return_no` behind
 * `out_order_no`), it is the last of them; otherwise those come first.
 */
function ownFirst(fields: readonly FieldFacts[]): readonly string[] {
  const own = fields.filter(({ name }) => name.startsWith('out_'))
  const required = own.findLast((field) => field.required)
  return required ? [required.name] : [...new Set([...own, ...fields].map(({ name }) => name))]
}

/** The number behind a path: `thing_id` of `/things/{thing_id}` and of `/things/id/{thing_id}`, for `/things`. */
function nextVariable(path: string, collection: string): string | undefined {
  const base = collection.replace(/\/$/, '')
  if (!path.startsWith(`${base}/`)) return undefined
  const name = /^\/(?:[^/{}]+\/)?\{(\w+)\}/.exec(path.slice(base.length))?.[1]
  return name !== undefined && looksLikeNumber(name) ? name : undefined
}

/** The longest value that is remembered as a number, in characters. */
const NUMBER_LIMIT = 256

/** The numbers of some names that an object has. */
export function numbersIn(names: readonly string[], members: JsonObject): readonly NumberOfThing[] {
  return [...new Set(names)].flatMap((name): NumberOfThing[] => {
    const value = members[name]
    if (typeof value !== 'string' && typeof value !== 'number') return []
    const text = String(value)
    return text === '' || text.length > NUMBER_LIMIT ? [] : [{ name, value: text }]
  })
}
