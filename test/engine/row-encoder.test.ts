import { expect, test } from 'vitest'
import { z } from 'zod'
import { instant } from '../../src/engine/state/json-fields.ts'
import { rowEncoder } from '../../src/engine/state/table.ts'
import { scenarios } from '../../src/products/scenarios/index.ts'
import { createMock } from '../helpers/engine.ts'

test.for(Object.keys(scenarios))('rows of the scenario %s are encoded as zod encodes them', async (seed) => {
  const { store, tables } = createMock({ seed })
  const rows = tables.flatMap((table) => (table.completed ? [{ table, schema: table.completed }] : []))

  for (const { table, schema } of rows) {
    for (const row of await store.transaction((tx) => tx.in(table).list())) {
      const { success, data } = z.safeEncode(schema, row)
      // Members in the same order too.
      if (success) expect(JSON.stringify(rowEncoder(schema)(row))).toBe(JSON.stringify(data))
      // Rows of an older kind of table have another shape than their JSON.
      else expect(() => rowEncoder(schema)(row)).toThrow('Unrecognized key')
    }
  }
})

test('a row with a member that its schema lacks is refused', () => {
  const encode = rowEncoder(z.strictObject({ time: instant, note: z.string().optional() }))

  expect(encode({ time: 0 })).toEqual({ time: '1970-01-01T08:00:00+08:00' })
  expect(() => encode({ time: 0, other: 1 })).toThrow('Unrecognized key')
})
