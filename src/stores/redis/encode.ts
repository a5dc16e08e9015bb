import type { Table } from '../../engine/state/table.ts'
import { encodeText } from '../encode-text.ts'

/** Separates the parts of a name in an index. {@link encodeText} leaves none in a text, so that no text up to its separator is a prefix of another. */
export const SEPARATOR = '\u0001'

/** The names of a table's indexes, in the order of {@link indexTexts}. */
export function indexNames({ indexes }: Table): string {
  return Object.keys(indexes).join(',')
}

/** The text of a value in each index, as stored beside it: `=text`, or `-` if the index leaves it out. */
export function indexTexts({ indexes }: Table, value: unknown): string {
  return Object.values(indexes)
    .map((textOf) => textOf(value))
    .map((text) => (text === undefined ? '-' : `=${encodeText(text)}`))
    .join(SEPARATOR)
}

/** Reverses {@link encodeText}. */
export function decodeText(text: string): string {
  return text.replace(/%([0-9a-f]{4})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
}
