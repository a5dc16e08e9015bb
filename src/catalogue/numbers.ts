import type { JsonObject } from '../wire/protocol/json-object.ts'
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
  /**
   * The numbers that identify the subject of a call, the surest first; the path, if a merchant has only one such thing, such as its address for
   * callbacks.
   */
  of(call: CallFacts, members: JsonObject): readonly NumberOfThing[]
  /** The number that must exist for a call: that of its subject, or of the thing that the subject is to belong to. */
  asked(call: CallFacts, members: JsonObject): NumberOfThing | undefined
  /** The numbers in a request that identify other things than its subject, such as the order of a refund. */
  mentioned(call: CallFacts, request: JsonObject): readonly NumberOfThing[]
  /** Names what a call changes that the query of another path shows, though no number names it. */
  shownElsewhere(call: CallFacts, request: JsonObject): NumberOfThing | undefined
  /** The members of another thing, without the numbers that a call gives to the thing that it makes. */
  notMadeBy(call: CallFacts, members: JsonObject): JsonObject
  /** Names of the numbers in a callback, that of its subject first. */
  inCallback(fields: readonly FieldFacts[]): readonly string[]
  /** The names that a number in a callback may have: if things of several kinds have such numbers, one for each kind, the likeliest first. */
  namesOfKinds(name: string, fields: readonly FieldFacts[]): readonly string[]
  /** Numbers as the calls about one kind of things name them: those of other kinds may be equal. */
  ofKind(call: CallFacts, numbers: readonly NumberOfThing[]): readonly NumberOfThing[]
  /** Whether a member of an answer is such a number. */
  isNumber(name: string): boolean
  /**
   * The numbers that identify an object inside a thing: `stock_id` in `stock`. Others are only mentioned in it, as that of its batch is in a coupon.
   *
   * @param field the member that holds it
   * @param outer the numbers of that thing
   */
  inside(field: string, object: JsonObject, outer: readonly NumberOfThing[]): readonly NumberOfThing[]
  /** The list that a call answers, if calls or callbacks of the product bring what is in it. */
  listOf(call: CallFacts): ListOfThings | undefined
  /** The members that queries show of what a call is about, those of the nearest path first. */
  shownOf(call: CallFacts): readonly FieldFacts[]
  /** Whether some call of the product makes things with this number, so that one which no call has made does not exist; of a path, whether it can be deleted. */
  isMade(name: string, call: CallFacts): boolean
}

/** A list of things in an answer. */
export interface ListOfThings {
  readonly field: FieldFacts
  /** Each element has this number. */
  readonly number: string
}

/** Whether a name has the form of a number, without those of the parties involved. */
function looksLikeNumber(name: string): boolean {
  return /(?:^|_)(?:no|id|code|token)$/.test(name) && !['service_id', 'brand_id'].includes(name)
}

const variablesOf = ({ path }: Pick<CallFacts, 'path'>): string[] =>
  Array.from(path.matchAll(/\{(\w+)\}/g), ([, name = '']) => name).filter(
    (name) => looksLikeNumber(name) || name.endsWith('_number'),
  )

const namesOf = (fields: readonly FieldFacts[] = []): string[] => fields.map(({ name }) => name)

const derived = new WeakMap<ProductFacts, ProductNumbers>()

/** The numbers of a product; derived once. */
export function numbersOfProduct(product: ProductFacts): ProductNumbers {
  const known = derived.get(product) ?? deriveNumbers(product)
  derived.set(product, known)
  return known
}

function deriveNumbers({ calls, events }: ProductFacts): ProductNumbers {
  const queried = calls.filter(({ method }) => method === 'GET').flatMap(({ query }) => namesOf(query))
  const known = new Set([...calls.flatMap(variablesOf), ...queried.filter(looksLikeNumber)])
  // No call queries an entry into a car park; its callback names it as the call did that reported it.
  // Nor the payment of a mall, which its callbacks and the call about its points name alike.
  const isOwn = (name: string) => name.startsWith('out_') || name === 'transaction_id'
  const own = new Set(calls.flatMap(({ body }) => namesOf(body).filter(isOwn)))
  for (const names of events.map(({ resource }) => namesOf(resource))) {
    const [first] = names.some((name) => known.has(name)) ? [] : names.filter((name) => own.has(name))
    if (first !== undefined && looksLikeNumber(first)) known.add(first)
  }
  const about = new Map(calls.map((call) => [call, numbersOfCall(call, calls, known)]))
  const madeBy = (call: CallFacts): readonly string[] => {
    if (call.method === 'GET') return []
    const given = [call.params, call.query, call.body].flatMap(namesOf)
    const own = (about.get(call) ?? []).filter((name) => !call.path.includes(`{${name}}`))
    // If the merchant gives its own number, such as `out_trade_no`, those in the answer do not count: other things may get a `transaction_id` in
    // other ways.
    if (own.some((name) => given.includes(name))) return own
    return [...own, ...namesOf(call.answer).filter((name) => known.has(name) && !given.includes(name))]
  }
  const makes = new Map(calls.map((call) => [call, madeBy(call)]))
  const made = new Set([...makes.values()].flat())
  const settings = new Set(
    calls.filter((call) => {
      const methods = calls.filter(({ path }) => path === call.path).map(({ method }) => method)
      return about.get(call)?.length === 0 && methods.includes('GET') && methods.some((one) => one.startsWith('P'))
    }),
  )
  const kinds = kindsWithNumbersAlike(calls)
  const ofKind: ProductNumbers['ofKind'] = ({ path }, numbers) =>
    numbers.map(({ name, value }) => {
      const kind = kinds.get(name)?.find((one) => `${path}/`.startsWith(`${one}/`))
      return { name: kind === undefined ? name : nameOfKind(name, kind), value }
    })
  const shownBy = Object.values(SHOWN_ELSEWHERE)
  const of: ProductNumbers['of'] = (call, members) =>
    settings.has(call) || (call.method === 'GET' && shownBy.includes(call.path))
      ? [byPath(call, members)]
      : ofKind(call, numbersIn(about.get(call) ?? [], members))
  const last = new Map(calls.map((call) => [call, variablesOf(call).slice(-1)]))
  const inCallback: ProductNumbers['inCallback'] = (fields) => {
    const numbers = fields.filter(({ name }) => known.has(name))
    // The number of a coupon follows that of its batch, and the number of a refund that of its order.
    const first = numbers.findLast(({ name, required }) => required && name.startsWith('out_')) ?? numbers.at(-1)
    return [...new Set(namesOf(first ? [first, ...numbers] : []))]
  }
  const within = (fields: readonly FieldFacts[] = []): readonly string[] =>
    fields.flatMap(({ name, members = [] }) => [
      ...namesOf(members).filter((number) => known.has(number) && isNamedAfter(number, name)),
      ...within(members),
    ])
  const brought = new Set([
    ...made,
    ...calls.flatMap(({ method, body, answer }) => (method === 'GET' ? [] : [...within(body), ...within(answer)])),
    ...events.flatMap(({ resource }) => inCallback(resource).slice(0, 1)),
  ])
  const lists = new Map(calls.map((call) => [call, listIn(call, calls, known)]))
  return {
    of,
    asked: (call, members) => ofKind(call, numbersIn(last.get(call) ?? [], members))[0] ?? of(call, members)[0],
    mentioned: (call, request) => {
      const [subject] = about.get(call) ?? []
      return numbersIn(
        Object.keys(request).filter((name) => known.has(name) && name !== subject),
        request,
      )
    },
    shownElsewhere({ method, path }, request) {
      const { [`${method} ${path}`]: query } = SHOWN_ELSEWHERE
      return query === undefined ? undefined : byPath({ path: query }, request)
    },
    notMadeBy: (call, members) =>
      Object.fromEntries(Object.entries(members).filter(([name]) => !makes.get(call)?.includes(name))),
    inCallback,
    ofKind,
    namesOfKinds(name, fields) {
      const alike = kinds.get(name)
      if (!alike) return [name]
      const likeness = (kind: string) => {
        const shown = calls.filter(({ method, path }) => method === 'GET' && path.startsWith(`${kind}/`))
        const names = new Set(shown.flatMap(({ answer }) => namesOf(answer)))
        return namesOf(fields).filter((one) => names.has(one)).length
      }
      const sorted = alike.toSorted((one, other) => likeness(other) - likeness(one))
      return sorted.map((kind) => nameOfKind(name, kind))
    },
    isNumber: (name) => known.has(name),
    isMade: (name, { path }) =>
      made.has(name) || (name === BY_PATH && calls.some((one) => one.method === 'DELETE' && one.path === path)),
    inside(field, object, outer) {
      const all = numbersIn(
        Object.keys(object).filter((name) => known.has(name)),
        object,
      )
      const others = all.filter(({ name, value }) => !outer.some((one) => one.name === name && one.value === value))
      const own = others.filter(({ name }) => isNamedAfter(name, field))
      // An object with a number of the thing around it shows that thing.
      return own.length > 0 || others.length === all.length ? own : others
    },
    listOf(call) {
      const list = lists.get(call)
      return list && brought.has(list.number) ? list : undefined
    },
    shownOf(call) {
      const names = about.get(call) ?? []
      const nearest = calls
        .filter(({ method }) => method === 'GET')
        .toSorted((one, other) => inCommon(other, call) - inCommon(one, call))
      return nearest.flatMap((query) => {
        const list = lists.get(query)
        if (list) return names.includes(list.number) ? (list.field.members ?? []) : []
        return about.get(query)?.some((name) => names.includes(name)) ? (query.answer ?? []) : []
      })
    },
  }
}

const nameOfKind = (name: string, kind: string): string => `${name} of ${kind}`

/** The member that has a number, without the kind of thing or the call that its name may add. */
export function memberOf({ name }: NumberOfThing): string {
  const [member = name] = name.split(' ')
  return member
}

/** The kinds of things, by their paths, whose calls name them by a request number that others have too. */
function kindsWithNumbersAlike(calls: readonly CallFacts[]): ReadonlyMap<string, readonly string[]> {
  const kinds = new Map<string, readonly string[]>()
  for (const { path } of calls) {
    // `/withdraw` of `/withdraw/out-request-no/{out_request_no}`
    const [, kind] = /^([^{]+)\/[^/{]+\/\{/.exec(path) ?? []
    for (const name of variablesOf({ path }).filter((one) => one.endsWith('request_no'))) {
      if (kind !== undefined) kinds.set(name, [...new Set([...(kinds.get(name) ?? []), kind])])
    }
  }
  return new Map([...kinds].filter(([, alike]) => alike.length > 1))
}

/** How many segments of their paths two calls have in common. */
function inCommon({ path }: CallFacts, other: CallFacts): number {
  const others = other.path.split('/')
  const segments = path.split('/')
  const differs = segments.findIndex((segment, i) => segment !== others[i])
  return differs < 0 ? segments.length : differs
}

/** Whether an object in such a member has the number itself: `out_detail_no` in `transfer_detail_list`. */
function isNamedAfter(number: string, field: string): boolean {
  const thing = number.replace(/^(?:out|sub)_/, '').replace(/_(?:no|id|code|token|number)$/, '')
  return field.includes(thing) && !field.includes('fail')
}

/** The only list of objects in an answer, if each of them has a number of its own. */
function listIn(call: CallFacts, calls: readonly CallFacts[], known: ReadonlySet<string>): ListOfThings | undefined {
  // `GET /things/{thing_id}` shows one thing, whatever lists it has.
  if (call.method !== 'GET' || call.path.endsWith('}')) return undefined
  const [field, another] = (call.answer ?? []).filter(({ list, members }) => list && members)
  if (!field || another) return undefined
  const numbers = namesOf(field.members).filter((name) => known.has(name) && !call.path.includes(`{${name}}`))
  const below = calls.flatMap(({ path }) => nextVariable(path, call.path) ?? [])
  const [first, second] = numbers
  const number = numbers.find((name) => below.includes(name)) ?? (second === undefined ? first : undefined)
  return number === undefined ? undefined : { field, number }
}

function numbersOfCall(call: CallFacts, calls: readonly CallFacts[], known: ReadonlySet<string>): readonly string[] {
  const last = variablesOf(call).at(-1)
  // `POST /things/{thing_id}/parts` makes a part.
  const part = call.method === 'POST' && calls.find(({ path }) => path.startsWith(`${call.path}/{`))
  if (last !== undefined && part) return variablesOf({ path: part.path.slice(call.path.length) }).slice(0, 1)
  if (last !== undefined) return [last]
  const given = (call.method === 'GET' ? call.query : call.body) ?? []
  const own = given.filter(({ name }) => name.startsWith('out_'))
  // The merchant's own number: of several, such as `out_return_no` after `out_order_no`, the last; the others are only mentioned.
  const first = own.findLast(({ name, required }) => required && known.has(name))
  if (first) return [first.name]
  const below = calls.flatMap(({ path }) => nextVariable(path, call.path) ?? [])
  if (below.length > 0) return [...new Set(below)]
  if (own.some(({ required }) => required)) return []
  // `POST /things/import` is about `/things/{thing_id}`.
  const parent = call.path.slice(0, call.path.lastIndexOf('/'))
  const besides = calls.flatMap(({ path }) => (path.startsWith(`${parent}/{`) ? variablesOf({ path }) : []))
  const names = namesOf([...own, ...given]).filter((name) => known.has(name))
  return [...new Set([...names.filter((name) => besides.includes(name)), ...names])]
}

/** The variable after a path: `thing_id` of `/things/{thing_id}` and of `/things/id/{thing_id}`, for `/things`. */
function nextVariable(path: string, collection: string): string | undefined {
  const base = collection.replace(/\/$/, '')
  if (!path.startsWith(`${base}/`)) return undefined
  const name = /^\/(?:[^/{}]+\/)?\{(\w+)\}/.exec(path.slice(base.length))?.[1]
  return name !== undefined && looksLikeNumber(name) ? name : undefined
}

/** The name of a path that identifies a thing. */
export const BY_PATH = 'path'

/** Queries that show what other calls tell, though no number names it: the paths of the queries by those calls. */
const SHOWN_ELSEWHERE: Readonly<Record<string, string>> = {
  'POST /v3/apply4sub/sub_merchants/{sub_mchid}/modify-settlement':
    '/v3/apply4sub/sub_merchants/{sub_mchid}/settlement',
  'POST /v3/businesscircle/points/notify': '/v3/businesscircle/users/{openid}/points/commit_status',
}

function byPath({ path }: Pick<CallFacts, 'path'>, members: JsonObject): NumberOfThing {
  const value = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(members[name]))
  return { name: BY_PATH, value: value.slice(0, NUMBER_LIMIT) }
}

/** The longest value that is remembered as a number, in characters. */
const NUMBER_LIMIT = 256

/** The numbers that an object has under some names. */
export function numbersIn(names: readonly string[], members: JsonObject): readonly NumberOfThing[] {
  const found: NumberOfThing[] = []
  for (const name of names) {
    const value = members[name]
    if (typeof value !== 'string' && typeof value !== 'number') continue
    const text = String(value)
    if (text !== '' && text.length <= NUMBER_LIMIT) found.push({ name, value: text })
  }
  return found
}
