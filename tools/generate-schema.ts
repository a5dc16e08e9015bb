/** Writes src/products/scenarios/seed.schema.json: the JSON Schema of seed files, for editors and validators. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { worldJson } from '../src/control/world/load-world.ts'
import { tablesOf } from '../src/engine/product.ts'
import { products } from '../src/products/index.ts'

export const seedSchemaFile = new URL('../src/products/scenarios/seed.schema.json', import.meta.url)

/** The JSON Schema (2020-12) of seed files with the mock's own products. */
export function seedSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(worldJson(tablesOf(products)), {
    io: 'input',
    // `format` says the same legibly: its pattern is a thousand characters long.
    override: ({ jsonSchema }) => {
      if (jsonSchema.format === 'date-time') delete jsonSchema.pattern
    },
  })
  return { ...schema }
}

if (import.meta.main) {
  writeFileSync(seedSchemaFile, JSON.stringify(seedSchema()))
  execFileSync('biome', ['format', '--write', fileURLToPath(seedSchemaFile)], { stdio: 'ignore' })
}
