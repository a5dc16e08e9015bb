import { z } from 'zod'
import { memberOf, type Table } from '../../engine/state/table.ts'
import { isJsonObject, type JsonObject } from '../../wire/protocol/json-object.ts'
import { quoted, type Texts } from '../../wire/shared/texts.ts'
import type { ServedCall } from '../call.ts'
import type { TakeJson } from '../formats/thing.ts'
import { type Take, transitionsIn } from '../life.ts'
import type { ServedThing } from '../things/served-things.ts'
import { stateOf } from '../things/shown.ts'
import { type CallFinder, describeTake, takeOf } from '../things/take.ts'
import type { Candidate, Known } from './rehearsal.ts'

/** Changes of rows that may let a call through: those that people have buttons for, and rows that are added, or added again with another value. */

/** A value that a call says, and the name that it says it under. */
export interface SaidValue {
  readonly name: string
  readonly value: unknown
}

/** Facts that changes are made from. */
interface Surroundings {
  readonly finder: CallFinder
  readonly calls: readonly ServedCall[]
  readonly kinds: readonly ServedThing[]
  /** Epoch milliseconds. */
  readonly now: number
  readonly said: readonly SaidValue[]
}

/** The largest amount that a call names: enough of whatever it lacks. */
export function neededBy(said: readonly SaidValue[]): number {
  return Math.max(1, ...said.flatMap(({ value }) => (Number.isSafeInteger(value) ? [Number(value)] : [])))
}

/** The transitions of a row's life from its state, and its other actions, with what they ask for filled in. */
export function changesOf(
  { thing, row, json }: Known & { readonly json: JsonObject },
  { finder, calls, now, said }: Surroundings,
): readonly Candidate[] {
  const state = stateOf(thing, row, now) ?? ''
  const transitions = (thing.life ? transitionsIn(thing.life) : [])
    .filter(({ from }) => from.includes(state))
    .flatMap((one) => takeOf(one, calls) ?? [])
  const actions = (thing.actions ?? []).filter(
    ({ states, when }) => (states?.includes(state) ?? true) && (when?.(json) ?? true),
  )
  return [...transitions, ...actions].flatMap((action: Take) => {
    const take = describeTake(finder, action, { thing, row, json })
    return bodiesFor(take, json, neededBy(said)).map((body) => {
      const title = withFilled(take, body)
      return {
        title,
        take: { ...take, title, body, fields: [] },
        call: finder(take.call)?.call,
        about: { thing, row },
      }
    })
  })
}

/** The title of an action with what was filled in: `Top up: ¥10.00`. */
function withFilled({ title, fields }: TakeJson, body: JsonObject): Texts {
  const filled = fields.flatMap(({ member, as }) => {
    const value = body[member]
    if (value === undefined) return []
    return [as === 'money' ? `¥${(Number(value) / 100).toFixed(2)}` : String(value)]
  })
  if (filled.length === 0) return { ...title }
  return { en: `${title.en}: ${filled.join(', ')}`, zh: `${title.zh}：${filled.join('、')}` }
}

/** The bodies of an action: with a number that is high enough, or with each option of a choice that has to be made. */
function bodiesFor({ body, fields }: TakeJson, json: JsonObject, needed: number): readonly JsonObject[] {
  const [choice, ...others] = fields.filter(({ required, type }) => required && type === 'choice')
  if (others.length > 0) return []
  const filled: Record<string, unknown> = { ...body }
  for (const { member, required, type, max } of fields) {
    if (!required || type === 'choice') continue
    if (type !== 'number') return []
    const before = json[member]
    filled[member] = Math.min(max ?? Number.MAX_SAFE_INTEGER, needed + (typeof before === 'number' ? before : 0))
  }
  return choice ? (choice.options ?? []).map((option) => ({ ...filled, [choice.member]: option })) : [filled]
}

/** The control call that adds rows of a table: `POST /_mock/orders`. */
function adderOf(table: Table, calls: readonly ServedCall[]): ServedCall | undefined {
  const path = `/_mock/${memberOf(table).replaceAll('_', '-')}`
  return calls.find((one) => one.method === 'POST' && one.path === path)
}

/** A row in words: `batch 100088`. */
function called(table: Table, name: string, kinds: readonly ServedThing[]): Texts {
  const one = kinds.find((kind) => kind.table === table)?.one ?? table.title ?? quoted(memberOf(table))
  return { en: `${one.en.toLowerCase()} ${name}`, zh: `${one.zh} ${name}` }
}

/** Adding a row that the call names and that was not found: with its names alone, or with all that the call says of it. */
export function additions(
  table: Table,
  named: Readonly<Record<string, string>>,
  { calls, kinds, said }: Surroundings,
): readonly Candidate[] {
  const call = adderOf(table, calls)
  const properties = Object.keys(objectSchema(call?.body)?.shape ?? {})
  const own = Object.entries(named).filter(([member]) => properties.includes(member))
  const name = own.findLast(([member]) => member !== 'mchid')?.[1]
  // A number that the call makes up names nothing that could be there.
  if (!call || name === undefined || !said.some(({ value }) => value === name)) return []
  const alike = said.flatMap(({ name, value }) => (properties.includes(name) ? [[name, value] as const] : []))
  const { en, zh } = called(table, name, kinds)
  const title = { en: `Add ${en}`, zh: `添加${zh}` }
  return [own, [...alike, ...own]].map((members) => ({
    title,
    call,
    take: takeFor(call, title, Object.fromEntries(members)),
    isWritten: true,
  }))
}

/** Adding a row again with another value: a limit raised, a choice turned over, or a member as the call says it. */
export function adjustments(
  table: Table,
  row: unknown,
  { calls, kinds, now, said }: Surroundings,
): readonly Candidate[] {
  const call = adderOf(table, calls)
  const json = table.toJson(row, now)
  if (!call || !isJsonObject(json)) return []
  const thing = kinds.find((kind) => kind.table === table)
  const key = table.key(row)
  const { en, zh } = called(table, key.at(-1) ?? table.owner(row), kinds)
  return leavesIn(json).flatMap(([path, before]) => {
    const member = path.findLast((part) => !/^\d+$/.test(part)) ?? ''
    if (path.length === 1 && (member === 'mchid' || table.keyMembers?.includes(member))) return []
    return valuesInstead(member, before, said).map((value) => {
      const title = { en: `Set ${member} of ${en} to ${value}`, zh: `将${zh} 的 ${member} 改为 ${value}` }
      const body = withValue(json, path, value)
      return { title, call, take: takeFor(call, title, body), isWritten: true, ...(thing && { about: { thing, row } }) }
    })
  })
}

/** Values to try in place of one: WeChat Pay calls limits `max_…`, and lists of appids `…_appids`. */
function valuesInstead(member: string, before: unknown, said: readonly SaidValue[]): readonly unknown[] {
  if (typeof before === 'boolean') return [!before]
  if (typeof before === 'number') return member.startsWith('max_') ? [before + neededBy(said)] : []
  const alike = said.filter(({ name }) => name === member || member.endsWith(`${name}s`))
  return [...new Set(alike.map(({ value }) => value))].filter((value) => typeof value === 'string' && value !== before)
}

function takeFor({ id, path, method }: ServedCall, title: Texts, body: JsonObject): TakeJson {
  return { call: id, title, method, path: path.slice('/_mock'.length), query: {}, has_body: true, body, fields: [] }
}

/** Maximum number of values of a JSON that are looked at. */
const MOST_LEAVES = 500

/** The values of a JSON that have none within them. Not recursive, since a client may send more levels than the stack can hold. */
export function leavesIn(value: unknown): readonly (readonly [path: readonly string[], leaf: unknown])[] {
  const leaves: (readonly [readonly string[], unknown])[] = []
  const open: (readonly [readonly string[], unknown])[] = [[[], value]]
  for (let next = open.pop(); next !== undefined && leaves.length < MOST_LEAVES; next = open.pop()) {
    const [path, inner] = next
    if (typeof inner !== 'object' || inner === null) leaves.push(next)
    else for (const [name, one] of Object.entries(inner)) open.push([[...path, name], one])
  }
  return leaves
}

/** A copy of a JSON with another value at a place. */
function withValue(json: JsonObject, [name = '', ...inner]: readonly string[], value: unknown): JsonObject {
  const within = json[name]
  if (Array.isArray(within)) return { ...json, [name]: [...within, value] }
  return { ...json, [name]: isJsonObject(within) ? withValue(within, inner, value) : value }
}

/** The schema of one row, for a call that also takes a list of them. */
function objectSchema(schema: z.ZodType | undefined): z.ZodObject | undefined {
  if (schema instanceof z.ZodObject) return schema
  const options: readonly unknown[] = schema instanceof z.ZodUnion ? schema.options : []
  return options.find((one) => one instanceof z.ZodObject)
}
