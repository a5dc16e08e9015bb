import type { Table } from '../../engine/state/table.ts'
import { encodeText } from '../encode-text.ts'

/** Between the parts of a name in an index; {@link encodeText} leaves none in a text, so that no text begins another one up to it. */
export const SEPARATOR = '\u0001'

/** The names of a table's indexes, in the order of {@link indexTexts}. */
export function indexNames({ indexes }: Table): string {
  return Object.keys(indexes).join(',')
}

/** What each index finds a value by, as it is stored beside it: `=text`, or `-` where it is not to be found that way. */
export function indexTexts({ indexes }: Table, value: unknown): string {
  return Object.values(indexes)
    .map((textOf) => textOf(value))
    .map((text) => (text === undefined ? '-' : `=${encodeText(text)}`))
    .join(SEPARATOR)
}

/** The text that {@link encodeText} was given. */
export function decodeText(text: string): string {
  return text.replace(/%([0-9a-f]{4})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
}
