import { z } from 'zod'
import { merged } from '../engine/callbacks/event.ts'
import { mchid, time } from '../engine/state/json-fields.ts'
import type { Transaction } from '../engine/state/store.ts'
import { ALL, ascending, defineTable, descending } from '../engine/state/table.ts'
import { exactTime } from '../protocol/instant.ts'
import { isJsonObject, type JsonObject } from '../protocol/json-object.ts'
import { type NumberOfThing, numbersIn } from './numbers.ts'

/** Knowledge about one thing from a merchant's shaped calls so far, under one of its numbers. */
export interface Remembered {
  readonly mchid: string
  /** Id of the product in the catalogue. */
  readonly product: string
  /** The number, such as `out_order_no`, and its value. */
  readonly name: string
  readonly value: string
  /** Members of requests and answers; left out for another number of the same thing. */
  readonly members?: JsonObject
  /** For another number of the same thing: the number that has the members. */
  readonly same?: NumberOfThing
  /** When it was first mentioned, epoch milliseconds. */
  readonly since: number
}

const json = z
  .strictObject({
    mchid: mchid.optional().meta({ description: 'whose thing; the well-known merchant if left out' }),
    product: z
      .string()
      .min(1)
      .max(64)
      .meta({ examples: ['complaint'] }),
    name: z
      .string()
      .min(1)
      .max(64)
      .meta({ description: 'the number that names it', examples: ['complaint_id'] }),
    value: z.string().min(1).max(256),
    members: z.record(z.string(), z.unknown()).optional().meta({ description: 'what shaped calls answer of it' }),
    same: z
      .strictObject({ name: z.string().min(1).max(64), value: z.string().min(1).max(256) })
      .optional()
      .meta({ description: 'another number of the same thing, which has the members' }),
    time: time.optional().meta({ description: 'since when it is known' }),
  })
  .meta({ id: 'Remembered', description: 'a thing that shaped calls are about, and what they tell of it' })

/** Things that shaped calls were about (documented calls that the mock has no rules for), by their numbers. */
export const remembered = defineTable({
  name: 'remembered',
  title: { en: 'Remembered by shaped calls', zh: '按文档应答的接口所记住的单据' },
  owner: ({ mchid }: Remembered) => mchid,
  key: ({ product, name, value }) => [product, name, value],
  keyMembers: ['product', 'name', 'value'],
  indexes: {},
  sorted: {
    oldest: { among: () => ALL, by: ({ since }) => ascending(since) },
    newest: { among: () => ALL, by: ({ since }) => descending(since) },
  },
  json,
  fromJson: ({ mchid, time, members, same, ...row }, { defaultMchid, now }): Remembered => ({
    ...row,
    mchid: mchid ?? defaultMchid,
    ...(members && { members }),
    ...(same && { same }),
    since: time === undefined ? now : Date.parse(time),
  }),
  toJson: ({ since, members, same, ...row }) => ({
    ...row,
    ...(members && { members: { ...members } }),
    ...(same && { same: { ...same } }),
    time: exactTime(since),
  }),
  inJournal: true,
})

/** How many numbers of one merchant are remembered. Beyond that the oldest are forgotten. */
export const REMEMBERED_LIMIT = 5_000
/** How much of one thing is remembered, in characters of JSON; beyond that its objects and lists are dropped. */
const MEMBERS_LIMIT = 16_384

type Whose = Pick<Remembered, 'mchid' | 'product'>

/** The thing that the first known one of some numbers identifies. */
export async function recall(
  tx: Transaction,
  { mchid, product }: Whose,
  numbers: readonly NumberOfThing[],
): Promise<Remembered | undefined> {
  for (const { name, value } of numbers) {
    const row = await tx.in(remembered).find(mchid, product, name, value)
    const main = row?.same ? await tx.in(remembered).find(mchid, product, row.same.name, row.same.value) : row
    if (main) return main
  }
  return undefined
}

/** Facts from a call about a thing, and the numbers that identify it. */
interface Told {
  readonly numbers: readonly NumberOfThing[]
  readonly known: Remembered | undefined
  readonly members: JsonObject
  readonly now: number
  /** Whether a member is a number of the product. */
  isNumber(name: string): boolean
}

/**
 * Remembers members of a thing under all of its numbers. The first number holds them, unless the thing is already known by another. Things nested in
 * it that have numbers of their own, such as the details of a batch, are remembered too.
 */
export async function remember(tx: Transaction, whose: Whose, told: Told): Promise<void> {
  await rememberOne(tx, whose, told)
  for (const inner of thingsInside(told.members, told.numbers, told.isNumber).slice(0, INSIDE_LIMIT)) {
    await rememberOne(tx, whose, { ...inner, known: await recall(tx, whose, inner.numbers), now: told.now })
  }
}

async function rememberOne(
  tx: Transaction,
  whose: Whose,
  { numbers, known, members, now }: Omit<Told, 'isNumber'>,
): Promise<void> {
  const [first] = known ? [known] : numbers
  if (!first) return
  const { name, value } = first
  const rows = tx.in(remembered)
  const since = known?.since ?? now
  if (!known) await makeRoom(tx, whose.mchid)
  await rows.save({ ...whose, name, value, since, members: bounded(merged(known?.members ?? {}, members)) })
  for (const number of numbers) {
    // A number may already name another thing, or one that was forgotten meanwhile.
    if (await recall(tx, whose, [number])) continue
    await makeRoom(tx, whose.mchid)
    await rows.save({ ...whose, ...number, same: { name, value }, since })
  }
}

/** The most nested things that are remembered. */
const INSIDE_LIMIT = 20

function thingsInside(
  members: JsonObject,
  outer: readonly NumberOfThing[],
  isNumber: Told['isNumber'],
): Pick<Told, 'numbers' | 'members'>[] {
  const objects = Object.values(members)
    .flatMap((value) => (Array.isArray(value) ? value.slice(0, INSIDE_LIMIT) : [value]))
    .filter(isJsonObject)
  return objects.flatMap((object) => {
    const own = numbersIn(Object.keys(object).filter(isNumber), object)
    const numbers = own.filter(({ name, value }) => !outer.some((one) => one.name === name && one.value === value))
    const inner = thingsInside(object, [...outer, ...numbers], isNumber)
    return numbers.length > 0 ? [{ numbers, members: object }, ...inner] : inner
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
