import { z } from 'zod'
import { merged } from '../engine/callbacks/event.ts'
import { instant, mchid } from '../engine/state/json-fields.ts'
import type { Transaction } from '../engine/state/store.ts'
import { ALL, ascending, defineTable, descending } from '../engine/state/table.ts'
import { isJsonObject, type JsonObject } from '../wire/protocol/json-object.ts'
import type { Awaitable } from '../wire/shared/pieces.ts'
import type { NumberOfThing, ProductNumbers } from './numbers.ts'

const text = z.string().min(1).max(64)
/** Names a number; if each call has its own such numbers, also the path of the call. */
const numberName = z.string().min(1).max(192)
const number = z.string().min(1).max(256)

const completed = z
  .strictObject({
    mchid: mchid.describe('whose thing; the well-known merchant if left out'),
    product: text.meta({ examples: ['complaint'] }),
    name: numberName.meta({ description: 'the number that names it', examples: ['complaint_id'] }),
    value: number,
    members: z.record(z.string(), z.unknown()).optional().describe('what shaped calls answer of it'),
    same: z
      .strictObject({ name: numberName, value: number })
      .optional()
      .describe('another number of the same thing, which has the members'),
    made: z
      .strictObject({ by: numberName, of: text })
      .optional()
      .describe('the call that made it, and a digest of the request: a repeat is answered the same'),
    sample: z.literal(true).optional().describe('only queries were about it: no list has it'),
    time: instant.describe('since when it is known'),
  })
  .meta({ id: 'CompletedRemembered' })

const given = completed
  .partial({ mchid: true, time: true })
  .meta({ id: 'Remembered', description: 'a thing that shaped calls are about, and what they tell of it' })

/** Knowledge about one thing from a merchant's shaped calls so far, under one of its numbers. */
type Remembered = z.output<typeof completed>

/** Things that shaped calls were about (documented calls that the mock has no rules for), by their numbers. */
export const remembered = defineTable({
  name: 'remembered',
  title: { en: 'Remembered by shaped calls', zh: '按文档应答的接口所记住的单据' },
  row: completed,
  given,
  complete: ({ mchid, time, ...row }, { defaultMchid, now }) => ({
    ...row,
    mchid: mchid ?? defaultMchid,
    time: time ?? now,
  }),
  key: ['product', 'name', 'value'],
  sorted: {
    oldest: { among: () => ALL, by: ({ time }) => ascending(time) },
    newest: { among: () => ALL, by: ({ time }) => descending(time) },
    named: { among: (row) => namedAlike(row), by: ({ time }) => descending(time) },
  },
  inJournal: true,
})

/** How many numbers of one merchant are remembered. Beyond that the oldest are forgotten. */
export const REMEMBERED_LIMIT = 5_000
/** How much of one thing is remembered, in characters of JSON; beyond that its objects and lists are dropped. */
const MEMBERS_LIMIT = 16_384

/** The text under which things with a number of the same name are listed. */
function namedAlike({ product, name }: Pick<Remembered, 'product' | 'name'>): string {
  return `${product} ${name}`
}

export type Whose = Pick<Remembered, 'mchid' | 'product'>

/** The thing that the first known one of some numbers identifies. */
export async function recall(
  tx: Transaction,
  whose: Whose,
  numbers: readonly NumberOfThing[],
): Promise<Remembered | undefined> {
  for (const number of numbers) {
    const row = await rowOf(tx, whose, number)
    const thing = row?.same ? await rowOf(tx, whose, row.same) : row
    if (thing) return thing
  }
  return undefined
}

function rowOf(
  tx: Transaction,
  { mchid, product }: Whose,
  { name, value }: NumberOfThing,
): Awaitable<Remembered | undefined> {
  return tx.in(remembered).find(mchid, product, name, value)
}

/** The thing that a call made under a number, if it was that very call. */
export async function recallMade(
  tx: Transaction,
  whose: Whose,
  number: NumberOfThing,
  by: string,
): Promise<{ readonly thing: Remembered; readonly of: string } | undefined> {
  const row = await rowOf(tx, whose, number)
  if (row?.made?.by !== by) return undefined
  const thing = await recall(tx, whose, [number])
  return thing && { thing, of: row.made.of }
}

/** All things with a number of some name, the newest first, without those that only queries were about. */
export async function recallAll(tx: Transaction, whose: Whose, name: string): Promise<readonly Remembered[]> {
  const rows = await tx
    .in(remembered)
    .page('named', namedAlike({ ...whose, name }), { owner: whose.mchid, limit: REMEMBERED_LIMIT })
  const things: Remembered[] = []
  for (const row of rows) {
    const thing = row.same ? await rowOf(tx, whose, row.same) : row
    if (thing && !thing.sample) things.push(thing)
  }
  return things
}

/** The latest thing with a number of some name. */
export async function recallLatest(tx: Transaction, whose: Whose, name: string): Promise<Remembered | undefined> {
  const rows = await tx
    .in(remembered)
    .page('named', namedAlike({ ...whose, name }), { owner: whose.mchid, limit: LOOKED_THROUGH })
  for (const row of rows) {
    const thing = row.same ? await rowOf(tx, whose, row.same) : row
    if (thing?.members) return thing
  }
  return undefined
}

/** How many numbers of one name are searched for the latest thing: those of forgotten things lead to nothing. */
const LOOKED_THROUGH = 50

/** Whether numbers of a merchant may have been forgotten. */
export async function isFull(tx: Transaction, mchid: string): Promise<boolean> {
  return (await tx.in(remembered).countAmong('oldest', ALL, mchid)) >= REMEMBERED_LIMIT
}

/** The numbers of an object inside a thing, by the member that holds it and the numbers around it. */
type Inside = ProductNumbers['inside']

/** Facts from a call about a thing, and the numbers that identify it. */
interface Told {
  readonly numbers: readonly NumberOfThing[]
  readonly known: Remembered | undefined
  readonly members: JsonObject
  readonly now: number
  readonly inside: Inside
  /** The number under which a repeat of the call that makes it is known, and that call. */
  readonly made?: { readonly number: NumberOfThing; readonly by: string; readonly of: string } | undefined
  /** Members of the path; things inside have them too. */
  readonly path?: JsonObject
  /** It comes from a query. */
  readonly sample?: boolean | undefined
}

/**
 * Remembers members of a thing under all of its numbers. The first number holds them, unless the thing is already known by another. Things nested in
 * it that have numbers of their own, such as the details of a batch, are remembered too.
 */
export async function remember(tx: Transaction, whose: Whose, told: Told): Promise<void> {
  const { members: given, numbers, known, inside, path = {}, sample, now } = told
  const members = withOtherParts(given, known?.members ?? {}, numbers, inside)
  await rememberOne(tx, whose, { ...told, members })
  for (const inner of thingsInside(members, numbers, inside, path).slice(0, INSIDE_LIMIT)) {
    await rememberOne(tx, whose, { ...inner, known: await recall(tx, whose, inner.numbers), now, sample })
  }
}

async function rememberOne(
  tx: Transaction,
  whose: Whose,
  { numbers, known, members, now, made, sample }: Omit<Told, 'inside'>,
): Promise<void> {
  const [first] = known ? [known] : numbers
  if (!first) return
  const { name, value } = first
  const rows = tx.in(remembered)
  const time = known?.time ?? now
  if (!known) await makeRoom(tx, whose.mchid)
  const origin = made && { by: made.by, of: made.of }
  const isOwn = made?.number.name === name && made.number.value === value
  // Another call about the same thing, such as one that ends it, does not make it.
  const own = isOwn && (known?.made?.by ?? made.by) === made.by ? origin : known?.made
  await rows.save({
    ...whose,
    name,
    value,
    time,
    members: bounded(merged(known?.members ?? {}, members)),
    ...(own && { made: own }),
    ...(sample && (!known || known.sample) && { sample }),
  })
  for (const number of numbers) {
    // A number may already name another thing, or one that was forgotten meanwhile.
    if (await recall(tx, whose, [number])) continue
    await makeRoom(tx, whose.mchid)
    await rows.save({ ...whose, ...number, same: { name, value }, time })
  }
  if (!made || !origin || isOwn) return
  if (!(await rowOf(tx, whose, made.number))) await makeRoom(tx, whose.mchid)
  await rows.save({ ...whose, ...made.number, same: { name, value }, time, made: origin })
}

/** Forgets a thing and those inside it that a call names. Its other numbers then lead to nothing. */
export async function forget(
  tx: Transaction,
  whose: Whose,
  { known, members, inside }: Pick<Told, 'known' | 'members' | 'inside'>,
): Promise<void> {
  const drop = async (thing: Remembered | undefined) => {
    if (thing) await tx.in(remembered).delete(whose.mchid, whose.product, thing.name, thing.value)
  }
  await drop(known)
  for (const { numbers } of thingsInside(members, [], inside, {}).slice(0, INSIDE_LIMIT)) {
    await drop(await recall(tx, whose, numbers))
  }
}

/** Members of a thing, with those of each thing inside it as they are known now. */
export async function withInner(
  tx: Transaction,
  whose: Whose,
  { members = {} }: Pick<Remembered, 'members'>,
  inside: Inside,
): Promise<JsonObject> {
  let left = INSIDE_LIMIT
  const shown = async (field: string, value: unknown): Promise<unknown> => {
    if (Array.isArray(value)) {
      const all: unknown[] = []
      for (const one of value) all.push(await shown(field, one))
      return all
    }
    if (!isJsonObject(value) || left <= 0) return value
    const numbers = inside(field, value, [])
    if (numbers.length > 0) left -= 1
    const thing = await recall(tx, whose, numbers)
    return thing ? merged(value, thing.members ?? {}) : value
  }
  const entries: [string, unknown][] = []
  for (const [name, value] of Object.entries(members)) entries.push([name, await shown(name, value)])
  return Object.fromEntries(entries)
}

/** Adds to lists of things with numbers of their own those that were known and are not told of now. */
function withOtherParts(
  told: JsonObject,
  known: JsonObject,
  outer: readonly NumberOfThing[],
  inside: Inside,
): JsonObject {
  const keyOf = (field: string, one: unknown) => {
    const [number] = isJsonObject(one) ? inside(field, one, outer) : []
    return number && `${number.name} ${number.value}`
  }
  const entries = Object.entries(told).map(([field, list]): [string, unknown] => {
    const { [field]: before } = known
    if (!Array.isArray(list) || !Array.isArray(before)) return [field, list]
    const keys = list.map((one: unknown) => keyOf(field, one))
    if (keys.length === 0 || keys.includes(undefined)) return [field, list]
    const others = before.filter((one: unknown) => {
      const key = keyOf(field, one)
      return key !== undefined && !keys.includes(key)
    })
    return [field, [...others, ...list]]
  })
  return Object.fromEntries(entries)
}

/** The most nested things that are remembered; lists have pages of 100 at most. */
const INSIDE_LIMIT = 100

function thingsInside(
  members: JsonObject,
  outer: readonly NumberOfThing[],
  inside: Inside,
  path: JsonObject,
): Pick<Told, 'numbers' | 'members'>[] {
  // A query of a detail names its batch the same.
  const around = { ...path, ...Object.fromEntries(outer.map(({ name, value }) => [name, value])) }
  return Object.entries(members).flatMap(([field, value]) => {
    const objects = (Array.isArray(value) ? value.slice(0, INSIDE_LIMIT) : [value]).filter(isJsonObject)
    return objects.flatMap((object) => {
      const numbers = inside(field, object, outer)
      const inner = thingsInside(object, [...outer, ...numbers], inside, path)
      return numbers.length > 0 ? [{ numbers, members: { ...around, ...object } }, ...inner] : inner
    })
  })
}

async function makeRoom(tx: Transaction, mchid: string): Promise<void> {
  const rows = tx.in(remembered)
  if ((await rows.countAmong('oldest', ALL, mchid)) < REMEMBERED_LIMIT) return
  for (const { product, name, value } of await rows.page('oldest', ALL, { owner: mchid, limit: 1 })) {
    await rows.delete(mchid, product, name, value)
  }
}

function bounded(members: JsonObject): JsonObject {
  if (JSON.stringify(members).length <= MEMBERS_LIMIT) return members
  const scalars = Object.entries(members).filter(([, value]) => typeof value !== 'object')
  const short = scalars.filter(([, value]) => typeof value !== 'string' || value.length <= 1_024)
  return Object.fromEntries(short.slice(0, 64))
}
