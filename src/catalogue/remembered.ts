import { z } from 'zod'
import { merged } from '../engine/callbacks/event.ts'
import { instant, mchid } from '../engine/state/json-fields.ts'
import type { Transaction } from '../engine/state/store.ts'
import { ALL, ascending, defineTable, descending } from '../engine/state/table.ts'
import { isJsonObject, type JsonObject } from '../protocol/json-object.ts'
import { type NumberOfThing, numbersIn } from './numbers.ts'

const text = z.string().min(1).max(64)
const number = z.string().min(1).max(256)

const completed = z
  .strictObject({
    mchid: mchid.describe('whose thing; the well-known merchant if left out'),
    product: text.meta({ examples: ['complaint'] }),
    name: text.meta({ description: 'the number that names it', examples: ['complaint_id'] }),
    value: number,
    members: z.record(z.string(), z.unknown()).optional().describe('what shaped calls answer of it'),
    same: z
      .strictObject({ name: text, value: number })
      .optional()
      .describe('another number of the same thing, which has the members'),
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
  },
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
  const time = known?.time ?? now
  if (!known) await makeRoom(tx, whose.mchid)
  await rows.save({ ...whose, name, value, time, members: bounded(merged(known?.members ?? {}, members)) })
  for (const number of numbers) {
    // A number may already name another thing, or one that was forgotten meanwhile.
    if (await recall(tx, whose, [number])) continue
    await makeRoom(tx, whose.mchid)
    await rows.save({ ...whose, ...number, same: { name, value }, time })
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
