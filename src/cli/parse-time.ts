import { InvalidArgumentError } from 'commander'
import { parseInstant } from '../protocol/instant.ts'
import type { Texts } from './texts/en.ts'

/** Reads a time to compare with, seconds since 1970 or with an offset; epoch milliseconds. */
export function parseTime(text: string, { verify: { nowExpected } }: Texts): number {
  const at = /^\d{1,12}$/.test(text) ? Number(text) * 1_000 : parseInstant(text)
  if (at === undefined) throw new InvalidArgumentError(nowExpected)
  return at
}
