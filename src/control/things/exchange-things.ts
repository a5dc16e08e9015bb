import type { Exchange } from '../../engine/journal/journal.ts'
import type { Mock } from '../../engine/mock.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { keyOf } from '../../engine/state/table.ts'
import { type ServedThing, servedThings } from './served-things.ts'
import { memberOfJson } from './shown.ts'
import { type Said, saidIn, type ThingLink } from './thing.ts'

/** Maximum number of things shown for one exchange. */
export const MOST_THINGS = 100
/** Maximum number of texts of an exchange that are looked up as keys. */
const MOST_TEXTS = 200

interface Found {
  readonly thing: ServedThing
  readonly row: unknown
}

/** The things that an exchange changed, read and named, or otherwise names, in their current state, kind by kind. */
export async function thingsOfExchange(mock: Mock, exchange: Exchange): Promise<readonly Found[]> {
  const kinds = await servedThings(mock)
  const path = mock.operations.find(({ id }) => id === exchange.operation)?.path
  const found = await mock.store.transaction(async (tx) => {
    const said = await saidIn(tx, exchange, path)
    const all: Found[] = []
    for (const thing of kinds) {
      for (const row of await rowsOf(tx, thing, exchange, said)) all.push({ thing, row })
    }
    return all
  })
  return found.slice(0, MOST_THINGS)
}

async function rowsOf(
  tx: Transaction,
  thing: ServedThing,
  exchange: Exchange,
  said: Said,
): Promise<readonly unknown[]> {
  const { table } = thing
  const changed = exchange.changed?.[table.name] ?? []
  // Anything else it read, such as the user's other coupons, is not what the exchange is about.
  const read = (exchange.before.rows[table.name] ?? []).filter((row) => isNamed(thing, row, exchange.at, said))
  const named = await (thing.named?.(tx, said, exchange.mchid) ?? namedByKey(tx, thing, exchange, said))
  const different = new Map([...read, ...named, ...changed].map((row) => [nameOf(thing, row), row]))
  const now = await Promise.all(
    ownFirst(thing, [...different.values()], exchange.mchid).map((row) =>
      tx.in(table).find(table.owner(row), ...table.key(row)),
    ),
  )
  return now.filter((row) => row !== undefined)
}

function nameOf({ table }: ServedThing, row: unknown): string {
  return keyOf([table.owner(row), ...table.key(row)])
}

/** Whether an exchange says the last part of a row's key without contradicting the parts before it, which may be missing. */
function isNamed({ table, show }: ServedThing, row: unknown, now: number, said: Said): boolean {
  const json = show(row, now)
  const parts = table.key(row)
  return parts.every((part, i) => {
    const texts = membersWith(json, part).flatMap(said.of)
    return texts.includes(part) || (texts.length === 0 && i < parts.length - 1)
  })
}

function membersWith(json: unknown, text: string): readonly string[] {
  if (typeof json !== 'object' || json === null) return []
  return Object.keys(json).filter((name) => memberOfJson(json, name) === text)
}

/** Rows of the exchange's merchant whose whole key appears in it, under the key's name in their JSON. */
async function namedByKey(
  tx: Transaction,
  { table, show }: ServedThing,
  { mchid, at }: Exchange,
  { all }: Said,
): Promise<readonly unknown[]> {
  if (mchid === undefined) return []
  const found = await Promise.all(
    all.slice(0, MOST_TEXTS).map(async ([member, text]) => {
      const row = await tx.in(table).find(mchid, text)
      const isThat = row !== undefined && table.key(row).length === 1 && memberOfJson(show(row, at), member) === text
      return isThat ? [row] : []
    }),
  )
  return found.flat()
}

/** Among rows with the same key that belong to several merchants, only the exchange's own. */
function ownFirst({ table }: ServedThing, rows: readonly unknown[], mchid: string | undefined): readonly unknown[] {
  const own = new Set(rows.filter((row) => table.owner(row) === mchid).map((row) => keyOf(table.key(row))))
  return rows.filter((row) => table.owner(row) === mchid || !own.has(keyOf(table.key(row))))
}

/** Other rows changed by an exchange, besides one. */
export function othersChanged(
  kinds: readonly ServedThing[],
  { changed = {} }: Exchange,
  besides: Found,
): readonly ThingLink[] {
  return kinds.flatMap(({ table }) =>
    (changed[table.name] ?? [])
      .filter(
        (row) => table !== besides.thing.table || nameOf(besides.thing, row) !== nameOf(besides.thing, besides.row),
      )
      .map((row) => ({ table, name: [table.owner(row), ...table.key(row)] })),
  )
}
