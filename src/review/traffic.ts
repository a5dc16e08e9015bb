import type { FieldFacts } from '../catalogue/facts.ts'
import { transitionsIn } from '../control/life.ts'
import { servedThings } from '../control/things/served-things.ts'
import { nameOfEvent, unknownMembers } from '../engine/callbacks/event.ts'
import { events, products } from '../products/index.ts'
import { isEnvelope, open } from '../protocol/envelope.ts'
import { isJsonObject, type JsonObject, parseJsonObject } from '../protocol/json-object.ts'
import type { RecordedExchange } from '../recording/read-recording.ts'
import { type AskedCall, askedCall, lookupsOf, type ToldEvent, toldEvent } from './asked-call.ts'

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
export type Word = 'settled' | 'open' | 'not found'

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
