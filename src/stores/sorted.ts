import type { Stretch } from '../engine/state/store.ts'
import { keyOf, type Place, type Table } from '../engine/state/table.ts'
import type { Awaitable } from '../shared/pieces.ts'
import { encodeText } from './store-errors.ts'

/** The position of a row in a sorted list: its text, and its place under that text. The texts are encoded, as stores keep and compare them. */
export interface Entry extends Place {
  readonly among: string
}

/** The entry of a row in a sorted list; `undefined` if the list leaves it out. */
export function entryOf(table: Table, list: string, row: unknown): Entry | undefined {
  const { among, by } = listOf(table, list)
  const text = among(row)
  if (text === undefined) return undefined
  return {
    among: encodeText(text),
    by: encodeText(by(row)),
    owner: encodeText(table.owner(row)),
    key: encodeText(keyOf(table.key(row))),
  }
}

export function encodePlace({ by, owner, key }: Place): Place {
  return { by: encodeText(by), owner: encodeText(owner), key: encodeText(key) }
}

/** The names of a table's sorted lists. */
export function listsOf({ sorted = {} }: Table): readonly string[] {
  return Object.keys(sorted)
}

function listOf({ name, sorted }: Table, list: string) {
  const found = sorted?.[list]
  if (!found) throw new Error(`${name} has no sorted list ${list}`)
  return found
}

/** Orders encoded places. */
export function comparePlaces(a: Place, b: Place): number {
  return compareCodePoints(a.by, b.by) || compareCodePoints(a.owner, b.owner) || compareCodePoints(a.key, b.key)
}

const FROM_SURROGATES_ON = /[\ud800-\uffff]/

/** Orders encoded texts by code points, like UTF-8: JavaScript's own order puts surrogates before the characters that follow them in Unicode. */
function compareCodePoints(a: string, b: string): number {
  if (a === b) return 0
  if (FROM_SURROGATES_ON.test(a) && FROM_SURROGATES_ON.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b))
  return a < b ? -1 : 1
}

/** A row that a transaction has written, or deleted if it has no value. Owner and key are encoded as stored. */
export interface OwnWrite {
  readonly owner: string
  readonly key: string
  readonly value?: unknown
}

/**
 * A stretch of a sorted list as seen by a transaction that has written rows of the table.
 *
 * @param writes those of the owner, if the stretch has one
 * @param read returns that many stored rows after `after`, without the writes
 */
export async function pageWithWrites(
  table: Table,
  list: string,
  among: string,
  { after, offset = 0, limit }: Stretch,
  writes: readonly OwnWrite[],
  read: (count: number) => Awaitable<readonly unknown[]>,
): Promise<readonly unknown[]> {
  // Each write hides at most one of the stored rows.
  const stored = await read(offset + limit + writes.length)
  const written = new Set(writes.map(idOf))
  const text = encodeText(among)
  const start = after && encodePlace(after)
  const placed = (row: unknown) => {
    const entry = row === undefined ? undefined : entryOf(table, list, row)
    return entry ? [{ row, entry }] : []
  }
  return [
    ...stored.flatMap(placed).filter(({ entry }) => !written.has(idOf(entry))),
    ...writes
      .flatMap(({ value }) => placed(value))
      .filter(({ entry }) => entry.among === text && (start === undefined || comparePlaces(start, entry) < 0)),
  ]
    .toSorted((a, b) => comparePlaces(a.entry, b.entry))
    .slice(offset, offset + limit)
    .map(({ row }) => row)
}

/** The count of rows in a transaction that has written some, from the count without the writes. */
export async function countWithWrites<Write extends OwnWrite>(
  stored: number,
  writes: readonly Write[],
  {
    isCounted,
    before,
  }: {
    readonly isCounted: (row: unknown) => boolean
    /** The row that a write replaces. */
    readonly before: (write: Write) => Awaitable<unknown>
  },
): Promise<number> {
  let count = stored
  for (const write of writes) count += Number(isCounted(write.value)) - Number(isCounted(await before(write)))
  return count
}

/** Identifies a row in its table, by owner and key as stored: encoded texts contain no control characters. */
export function idOf({ owner, key }: { readonly owner: string; readonly key: string }): string {
  return `${owner}\n${key}`
}
