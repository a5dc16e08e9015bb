import type { Transaction } from '../engine/state/store.ts'
import { formatInstant } from '../wire/protocol/instant.ts'
import { isJsonObject, type JsonObject } from '../wire/protocol/json-object.ts'
import type { CallFacts, FieldFacts } from './facts.ts'
import type { ListOfThings } from './numbers.ts'
import { recallAll, type Whose } from './remembered.ts'

/** Members of a query that say which part of a list is asked for. */
const OF_PAGES = /^(?:limit|offset|page_size|page_index)$/
/** How many elements a page has where neither the request nor the page of the call says so. */
const PAGE = 20

/** Makes the members of an element that are not known yet. */
type Complete = (members: JsonObject) => JsonObject

/**
 * The page of a list that a query asks for, as members of its answer: the things that were made, sent or notified, the newest first. A thing is left out
 * if it has a member of the query with another value; one that is not known of it is made up first if its element shows it.
 */
export async function pageOfList(
  tx: Transaction,
  whose: Whose,
  call: CallFacts,
  { field, number }: ListOfThings,
  request: JsonObject,
  complete: Complete,
): Promise<JsonObject> {
  const shown = field.members ?? []
  const fits = fitsQuery(call, shown, request, complete)
  const created = shown.find(({ name }) => IS_CREATION.test(name))?.name
  const all = (await recallAll(tx, whose, number))
    .map(({ members, time }): JsonObject => ({ ...(created && { [created]: formatInstant(time) }), ...members }))
    .flatMap((members) => fits(members) ?? [])
  const { start, length } = pageAsked(call, request)
  return { [field.name]: all.slice(start, start + length), total_count: all.length }
}

/**
 * The page of the texts or parts that a thing was told, where a query lists them below it: `available_merchants` or `merchants` for
 * `/stocks/{stock_id}/merchants`. Nothing if it was told no such lists.
 */
export function pageOfParts(call: CallFacts, thing: JsonObject, request: JsonObject): JsonObject {
  const { method, path, answer = [] } = call
  const field = answer.find(({ list }) => list)
  if (method !== 'GET' || !field || path.endsWith('}')) return {}
  const name = path.slice(path.lastIndexOf('/') + 1).replaceAll('-', '_')
  const told = field.type === 'object' ? thing[name] : textsOf(`available_${name}`, thing)
  if (!Array.isArray(told)) return {}
  const { start, length } = pageAsked(call, request)
  return { [field.name]: told.slice(start, start + length), total_count: told.length }
}

/** The texts in a list of that name, or none if only other lists of what is available were told. */
function textsOf(name: string, thing: JsonObject): unknown {
  const lists = [thing, ...Object.values(thing).filter(isJsonObject)].flatMap((one) => Object.entries(one))
  const available = lists.filter(([other, value]) => other.startsWith('available_') && Array.isArray(value))
  return available.length === 0 ? undefined : (available.find(([other]) => other === name)?.[1] ?? [])
}

const IS_CREATION = /^(?:create|complaint|submit)_time$/

function pageAsked(
  { query = [] }: CallFacts,
  request: JsonObject,
): { readonly start: number; readonly length: number } {
  const asked = (name: string) => (request[name] === undefined ? undefined : Number(request[name]))
  const length = asked('limit') ?? asked('page_size') ?? PAGE
  const offset = asked('offset') ?? 0
  // 分页页码 counts pages, other offsets count elements.
  const countsPages = query.some(({ name, title = '' }) => name === 'offset' && title.includes('页码'))
  return { start: countsPages ? offset * length : offset, length }
}

/** Gives a thing, completed if that was needed, or nothing if the query asks for others. */
function fitsQuery(
  { path, query = [] }: CallFacts,
  shown: readonly FieldFacts[],
  request: JsonObject,
  complete: Complete,
): (members: JsonObject) => JsonObject | undefined {
  const inPath = Array.from(path.matchAll(/\{(\w+)\}/g), ([, name = '']) => name)
  const named = query.map(({ name }) => name).filter((name) => request[name] !== undefined && !OF_PAGES.test(name))
  const wanted = named.filter((name) => !isBound(name))
  const created = shown.find(({ name }) => IS_CREATION.test(name))?.name
  const bounds = created === undefined ? [] : named.filter(isBound)
  return (members) => {
    if (inPath.some((name) => String(members[name]) !== String(request[name]))) return undefined
    const isUnknown = wanted.some((name) => members[name] === undefined && shown.some((one) => one.name === name))
    const whole = isUnknown ? { ...complete(members), ...members } : members
    const isOther = (name: string) => whole[name] !== undefined && String(whole[name]) !== String(request[name])
    if (wanted.some(isOther)) return undefined
    const time = String(members[created ?? ''])
    return bounds.every((name) => isWithin(time, name, String(request[name]))) ? whole : undefined
  }
}

/** Whether a member of a query is the first or last time of what is asked for: `begin_date`, `create_end_time`. */
function isBound(name: string): boolean {
  return /(?:^|_)(?:begin|start|end)(?:_|$)/.test(name) && /date|time/.test(name)
}

/** Days include all of their hours. */
function isWithin(time: string, name: string, bound: string): boolean {
  const isDay = bound.length === 'YYYY-MM-DD'.length
  const [one, other] = isDay ? [time.slice(0, bound.length), bound] : [Date.parse(time), Date.parse(bound)]
  return /(?:^|_)end(?:_|$)/.test(name) ? one <= other : one >= other
}
