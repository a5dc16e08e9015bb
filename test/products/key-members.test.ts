import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { tablesOf } from '../../src/engine/product.ts'
import { memberOf } from '../../src/engine/state/table.ts'
import { products } from '../../src/products/index.ts'
import { scenarios } from '../../src/products/scenarios/index.ts'
import { createMock } from '../helpers/engine.ts'

describe.for(tablesOf(products).map((table) => ({ member: memberOf(table), table })))('$member', ({ table }) => {
  test('names the members of its JSON that say the key', () => {
    expect(table.json).toBeInstanceOf(z.ZodObject)
    const { shape } = table.json as z.ZodObject
    expect(Object.keys(shape)).toEqual(expect.arrayContaining([...(table.keyMembers ?? ['none are named'])]))
  })

  test.for(Object.keys(scenarios))('its rows in the scenario %s have the key that these members say', async (name) => {
    const mock = createMock({ seed: scenarios[name] ?? {} })
    const now = mock.clock.now()
    const rows = await mock.store.transaction((tx) => tx.in(table).list())
    await mock.close()

    const said = rows.map((row) => {
      const json = table.toJson(row, now) as Readonly<Record<string, unknown>>
      return (table.keyMembers ?? []).map((member) => json[member])
    })
    expect(said).toEqual(rows.map((row) => table.key(row)))
  })
})
