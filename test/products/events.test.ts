import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { EventDescription } from '../../src/engine/callbacks/event.ts'
import { events } from '../../src/products/index.ts'

const PRODUCTS = new URL('../../src/products/', import.meta.url)

function isEvent(value: unknown): value is EventDescription {
  return typeof value === 'object' && value !== null && 'eventType' in value && 'associatedData' in value
}

// Listed events can be requested, faulted and verified; unlisted ones could only be sent.
test('every event that is defined is listed by its product', async () => {
  const files = readdirSync(PRODUCTS, { recursive: true, encoding: 'utf8' }).filter(
    (file) =>
      file.endsWith('.ts') && readFileSync(new URL(file, PRODUCTS), 'utf8').match(/defineEvent|documentedEvent/),
  )
  const defined: EventDescription[] = []
  for (const file of files) {
    const exported: object = await import(new URL(file, PRODUCTS).href)
    const values = Object.values(exported).flatMap((value) =>
      isEvent(value) || typeof value !== 'object' ? [value] : Object.values(value),
    )
    const found = values.filter(isEvent)
    expect(found, file).not.toEqual([])
    defined.push(...found)
  }

  expect(new Set(events.filter(({ shaped }) => !shaped))).toEqual(new Set(defined))
})
