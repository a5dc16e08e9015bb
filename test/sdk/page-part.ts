import { readFileSync, writeFileSync } from 'node:fs'
import { expect, inject } from 'vitest'
import { partOf, withParts } from '../../tools/documents/made-parts.ts'

const PAGE = new URL('../../docs/sdk-matrix.md', import.meta.url)

/** A part of docs/sdk-matrix.md. Each is written by its own test file. */
type Part = 'matrix' | 'methods' | 'models'

export const currentPart = (name: Part): string => partOf(readFileSync(PAGE, 'utf8'), name)

/** Holds a part of the page to what a run found. With `--update` it is written at once, since other files write the other parts meanwhile. */
export function expectPart(name: Part, text: string): void {
  const page = readFileSync(PAGE, 'utf8')
  const renewed = withParts(page, { [name]: () => text.trimEnd() })
  if (inject('update')) writeFileSync(PAGE, renewed)
  else expect(page).toBe(renewed)
}
