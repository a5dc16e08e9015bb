import type { Table } from '../../engine/state/table.ts'
import { encodeText } from '../encode-text.ts'
import { entryOf, listsOf } from '../sorted.ts'

/** Separates the parts of a name in an index. {@link encodeText} leaves none in a text, so that no text up to its separator is a prefix of another. */
export const SEPARATOR = '\u0001'

/** Separates the parts of a place in a sorted list. */
const PLACE_SEPARATOR = '\u0002'

/** Marks the name of a sorted list among those of indexes. */
const SORTED = '+'

/** The names of a table's indexes and, marked, of its sorted lists, in the order of {@link indexTexts}. */
export function indexNames(table: Table): string {
  return [...Object.keys(table.indexes), ...listsOf(table).map((list) => `${SORTED}${list}`)].join(',')
}

/**
 * The text of a value in each index, as stored beside it: `=text`, or `-` if the index leaves it out. In a sorted list, the sort key of the value
 * follows the text.
 */
export function indexTexts(table: Table, value: unknown): string {
  const indexed = Object.values(table.indexes)
    .map((textOf) => textOf(value))
    .map((text) => (text === undefined ? '-' : `=${encodeText(text)}`))
  const sorted = listsOf(table)
    .map((list) => entryOf(table, list, value))
    .map((entry) => (entry === undefined ? '-' : `=${entry.among}${PLACE_SEPARATOR}${entry.by}`))
  return [...indexed, ...sorted].join(SEPARATOR)
}

/** Reverses {@link encodeText}. */
export function decodeText(text: string): string {
  return text.replace(/%([0-9a-f]{4})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
}
