import {
  type CallFacts,
  catalogueIndex,
  type EventFacts,
  type FieldFacts,
  factsOf,
  type ProductFacts,
} from '../../catalogue/facts.ts'
import { type NumberOfThing, numbersOfProduct } from '../../catalogue/numbers.ts'
import { transitionsIn } from '../../control/life.ts'
import { servedThings } from '../../control/things/served-things.ts'
import { nameOfEvent, unknownMembers } from '../../engine/callbacks/event.ts'
import { routersOf } from '../../engine/exchange/router.ts'
import { pathOf } from '../../engine/http-message.ts'
import { operationsOf } from '../../engine/product.ts'
import { events, products } from '../../products/index.ts'
import { isEnvelope, open } from '../../wire/protocol/envelope.ts'
import { isJsonObject, type JsonObject, parseJsonObject } from '../../wire/protocol/json-object.ts'
import { onceFor } from '../../wire/shared/pieces.ts'
import { checkDepth, type RecordedExchange } from '../recording/read-recording.ts'

/** A request to WeChat Pay with what the facts say about its call. */
export interface AskedCall {
  /** `METHOD path`, with `{name}` for the variable segments. */
  readonly name: string
  readonly facts: CallFacts
  /** Id in the catalogue. */
  readonly product: string
  /** Members of path, query and body. */
  readonly members: JsonObject
  /** The number of the thing that it is about. */
  readonly number: NumberOfThing | undefined
  /** The merchant's own number under which it asks for an amount. */
  readonly own: NumberOfThing | undefined
  /** The money moves without anybody else, so the same under another number is paid once more. An order, in contrast, waits for somebody who pays it. */
  readonly movesMoney: boolean
}

/** The names that pages give amounts in fen; not all of them say so of the unit. */
const AMOUNT = /(?:^|_)(?:amount|total|refund|fee)$/

/** The number that a merchant makes up for what it asks for. */
const OWN_NUMBER = /^(?:[a-z]+_)?out_/

/** A request by its address and its body; `undefined` for a call that no page describes. */
export function askedCall(method: string, target: string, body: unknown): AskedCall | undefined {
  const route = routersOf(operationsOf(products)).answer.find(method, pathOf(target))
  if ('miss' in route) return undefined
  const name = `${method} ${route.operation.path}`
  const product = catalogueIndex.products.find(({ calls }) => calls.includes(name))?.id
  const facts = product === undefined ? undefined : callsOf(factsOf(product)).get(name)
  if (product === undefined || !facts) return undefined
  const given = isJsonObject(body) ? body : {}
  const members = { ...given, ...queryOf(target), ...route.params }
  const [number] = numbersOfProduct(factsOf(product)).of(facts, members)
  const asks = facts.method !== 'GET' && amountsOf(facts.body, 'required').length > 0
  const own = asks && number && OWN_NUMBER.test(number.name) && Object.hasOwn(given, number.name) ? number : undefined
  // A call that waits for a user is answered with what the user needs, such as a `prepay_id`.
  const movesMoney = own !== undefined && (facts.answer ?? []).some(({ name }) => name === own.name)
  return { name, facts, product, members, number, own, movesMoney }
}

function queryOf(target: string): JsonObject {
  const at = target.indexOf('?')
  return at < 0 ? {} : Object.fromEntries(new URLSearchParams(target.slice(at)))
}

const callsOf = onceFor(
  ({ calls }: ProductFacts): ReadonlyMap<string, CallFacts> =>
    new Map(calls.map((call) => [`${call.method} ${call.path}`, call])),
)

/** Paths of amounts in an object; with `required`, only of those that are always there. */
function amountsOf(fields: readonly FieldFacts[] = [], which?: 'required'): readonly (readonly string[])[] {
  return fields.flatMap(({ name, type, members, required }): readonly (readonly string[])[] => {
    if (which && !required) return []
    if (members) return amountsOf(members, which).map((path) => [name, ...path])
    return type === 'integer' && AMOUNT.test(name) ? [[name]] : []
  })
}

/** Values at a path, also those in each entry of a list. */
export function valuesAt(value: unknown, [name, ...rest]: readonly string[]): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap((one) => valuesAt(one, name === undefined ? [] : [name, ...rest]))
  if (name === undefined) return value === undefined ? [] : [value]
  return isJsonObject(value) && Object.hasOwn(value, name) ? valuesAt(value[name], rest) : []
}

/** Names of the calls that tell what became of it: by its number, or by one of WeChat Pay's. */
export function lookupsOf({ product, own }: AskedCall): readonly string[] {
  if (!own) return []
  const { calls } = factsOf(product)
  const numbers = numbersOfProduct(factsOf(product))
  return calls.flatMap((call) => {
    if (call.method !== 'GET' || amountsOf(call.answer).length === 0) return []
    const given = [...(call.params ?? []), ...(call.query ?? [])].map(({ name }) => name)
    const [about] = numbers.of(call, Object.fromEntries(given.map((name) => [name, name])))
    const isIt =
      about && OWN_NUMBER.test(about.name)
        ? about.name === own.name
        : (call.answer ?? []).some(({ name }) => name === own.name)
    return isIt ? [`GET ${call.path}`] : []
  })
}

/** The event of a callback: its facts, and the name of the number in its content. */
interface ToldEvent {
  readonly product: string
  readonly facts: EventFacts
  readonly number: string | undefined
  readonly amounts: readonly (readonly string[])[]
}

/** An event by its name, such as `REFUND.SUCCESS` or `TRANSACTION.SUCCESS/partner-orders`. */
export function toldEvent(name: string): ToldEvent | undefined {
  const [type = '', of] = name.split('/')
  const product = of ?? catalogueIndex.products.find(({ events }) => events.includes(type))?.id
  const facts = product === undefined ? undefined : factsOf(product).events.find((one) => one.type === type)
  if (product === undefined || !facts) return undefined
  const [number] = numbersOfProduct(factsOf(product)).inCallback(facts.resource)
  return { product, facts, number, amounts: amountsOf(facts.resource) }
}

/** A call of the client, as it was recorded. */
export interface MadeCall {
  readonly kind: 'call'
  readonly exchange: RecordedExchange
  readonly asked: AskedCall
  /** Number of the merchant that signed it; empty if the recording does not say. */
  readonly caller: string
  /** 0 where no answer came. */
  readonly status: number
  readonly answer: JsonObject
}

/** A callback that the client received. */
export interface ReceivedCallback {
  readonly kind: 'callback'
  readonly exchange: RecordedExchange
  readonly id: unknown
  /** Its event and content, if it opens with the APIv3 key. */
  readonly told: { readonly event: ToldEvent; readonly content: JsonObject } | undefined
  readonly isAcknowledged: boolean
}

export type Happening = MadeCall | ReceivedCallback

/** Calls and callbacks in the order in which they happened, without calls that no page describes. */
export function happeningsIn(exchanges: readonly RecordedExchange[], apiV3Key: string): Happening[] {
  const isDated = exchanges.every(({ at }) => at !== undefined)
  const inOrder = isDated ? exchanges.toSorted((a, b) => (a.at ?? 0) - (b.at ?? 0)) : exchanges
  return inOrder.flatMap((exchange) => {
    if (exchange.kind === 'callback') return callbackIn(exchange, apiV3Key)
    const asked = askedCall(exchange.method, exchange.target, jsonIn(exchange.request.body))
    const [, caller = ''] = /mchid="(\d+)"/.exec(exchange.request.headers.get('authorization') ?? '') ?? []
    const { status = 0, body } = exchange.answer ?? {}
    return asked ? { kind: 'call', exchange, asked, caller, status, answer: jsonIn(body) } : []
  })
}

function callbackIn(exchange: RecordedExchange, apiV3Key: string): ReceivedCallback {
  const { id, event_type, resource } = jsonIn(exchange.request.body)
  const status = exchange.answer?.status ?? 0
  const opened = isEnvelope(resource) ? open(resource, apiV3Key) : undefined
  const content = opened?.ok ? parseJsonObject(opened.plaintext) : undefined
  checkDepth(content, exchange.place)
  const event = content && eventOf(String(event_type), content)
  const isAcknowledged = status >= 200 && status < 300
  return { kind: 'callback', exchange, id, told: event && { event, content }, isAcknowledged }
}

/** The event of a type whose content a callback has. */
function eventOf(eventType: string, content: JsonObject): ToldEvent | undefined {
  const [nearest] = events
    .filter((event) => event.eventType === eventType)
    .map((event) => ({ event, strange: unknownMembers(event, content).length }))
    .toSorted((a, b) => a.strange - b.strange)
  return nearest && toldEvent(nameOfEvent(nearest.event))
}

function jsonIn(body: Uint8Array | undefined): JsonObject {
  return (body && parseJsonObject(body)) ?? {}
}

/** Whether the client cannot know from the answer whether the call was carried out. */
export function endsUnclear({ status }: Pick<MadeCall, 'status'>): boolean {
  return status === 0 || status === 429 || status >= 500
}

export function isSuccess({ status }: Pick<MadeCall, 'status'>): boolean {
  return status >= 200 && status < 300
}

/** Whether two calls are of one merchant and about one number of its own. */
export function isSameNumber(one: MadeCall, other: MadeCall): boolean {
  return (
    one.caller === other.caller &&
    one.asked.name === other.asked.name &&
    one.asked.own !== undefined &&
    one.asked.own.value === other.asked.own?.value
  )
}

/**
 * The members in a comparable form, without what may differ in a repeat: encrypted fields and times.
 *
 * @param without the number, to find the same payment under another one
 * @returns undefined if the recording left some of them out
 */
export function contentOf({ asked: { facts, members }, exchange }: MadeCall, without?: string): string | undefined {
  if (exchange.request.partial) return undefined
  const kept = (value: unknown, fields: readonly FieldFacts[]): unknown => {
    if (Array.isArray(value)) return value.map((one) => kept(one, fields))
    if (!isJsonObject(value)) return value
    const names = Object.keys(value).filter((name) => {
      const field = fields.find((one) => one.name === name)
      return name !== without && !field?.encrypted && !field?.time
    })
    const membersOf = (name: string) => fields.find((one) => one.name === name)?.members ?? []
    return names.toSorted().map((name) => [name, kept(value[name], membersOf(name))])
  }
  return JSON.stringify(kept(members, facts.body ?? []))
}

/** Finds what follows a call and is about it, in order: what names its number, and what asks for the same under another one. */
export type Followers = (call: MadeCall) => readonly Happening[]

/** Finds followers by an index: a recording may have tens of thousands of calls. */
export function followersIn(happenings: readonly Happening[]): Followers {
  const places = new Map(happenings.map((one, i) => [one, i]))
  const placeOf = (one: Happening) => places.get(one) ?? 0
  const byKey = new Map<string, Happening[]>()
  for (const one of happenings) {
    for (const key of new Set(keysOf(one))) {
      const same = byKey.get(key)
      if (same) same.push(one)
      else byKey.set(key, [one])
    }
  }
  return (call) => {
    const { number } = call.asked
    const keys = [...(number ? [number.value] : []), ...sameKeys(call)]
    const found = new Set(keys.flatMap((key) => byKey.get(key) ?? []))
    return [...found].filter((one) => placeOf(one) > placeOf(call)).toSorted((a, b) => placeOf(a) - placeOf(b))
  }
}

function keysOf(one: Happening): readonly string[] {
  if (one.kind === 'callback') return Object.values(one.told?.content ?? {}).map(String)
  return [...Object.values(one.asked.members), ...Object.values(one.answer)].map(String).concat(sameKeys(one))
}

/** A key that calls share which ask for the same under different numbers. */
function sameKeys(call: MadeCall): readonly string[] {
  const { own, name } = call.asked
  const content = own && contentOf(call, own.name)
  return content === undefined ? [] : [`${call.caller} ${name} ${content}`]
}

/** The news that a later happening gives the client of what a call asked for. */
type Word = 'settled' | 'open' | 'not found'

/** @param open states that something is in which is not settled */
export function wordOn(call: MadeCall, later: Happening, open: ReadonlySet<string>): Word | undefined {
  const { own } = call.asked
  if (!own) return undefined
  if (later.kind === 'callback') return later.told?.content[own.name] === own.value ? 'settled' : undefined
  if (later.caller !== call.caller) return undefined
  if (isSameNumber(call, later)) return endsUnclear(later) ? undefined : 'settled'
  if (![later.asked.members, later.answer].some((members) => String(members[own.name]) === own.value)) return undefined
  if (lookupsOf(call.asked).includes(later.asked.name)) {
    if (later.status === 404) return 'not found'
    const { state, status, trade_state } = later.answer
    const isOpen = [state, status, trade_state].some((one) => open.has(String(one)))
    return isSuccess(later) ? (isOpen ? 'open' : 'settled') : undefined
  }
  // It was closed or called off.
  const takesBack = later.asked.number?.value === own.value && later.asked.facts.method !== 'GET'
  return takesBack && isSuccess(later) ? 'settled' : undefined
}

/** States that time or a user ends, of all things that there are. */
export async function openStates(): Promise<ReadonlySet<string>> {
  const lives = (await servedThings({ products })).flatMap(({ life }) => life ?? [])
  const ending = lives.flatMap(transitionsIn).filter(({ by }) => by === 'time' || by === 'user')
  return new Set(ending.flatMap(({ from }) => from))
}
