import { keyOf, type Place, type Table } from '../engine/state/table.ts'
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

export function listsOf({ sorted = {} }: Table): readonly string[] {
  return Object.keys(sorted)
}

function listOf({ name, sorted }: Table, list: string) {
  const found = sorted?.[list]
  if (!found) throw new Error(`${name} has no sorted list ${list}`)
  return found
}

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
