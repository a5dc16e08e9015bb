import type { z } from 'zod'
import { tablesOf } from '../../src/engine/product.ts'
import type { World } from '../../src/engine/state/store.ts'
import type { TableDefinition } from '../../src/engine/state/table.ts'
import { products } from '../../src/products/index.ts'

/** The tables of a mock with its own products. */
export const TABLES = tablesOf(products)

/** The rows that a world has of a table. */
export function rowsIn<Row>(
  world: World,
  { name }: TableDefinition<string, Row, readonly string[], string, z.ZodType, z.ZodType>,
): readonly Row[] {
  // What a world has under the name of a table are rows of that table.
  return (world[name] ?? []) as readonly Row[]
}
