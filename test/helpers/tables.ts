import type { z } from 'zod'
import { tablesOf } from '../../src/engine/product.ts'
import type { World } from '../../src/engine/state/store.ts'
import type { TableDefinition } from '../../src/engine/state/table.ts'
import { products } from '../../src/products/index.ts'

/** Tables of a mock with its own products. */
export const TABLES = tablesOf(products)

/** Rows of a table in a world. */
export function rowsIn<Row>(
  world: World,
  { name }: TableDefinition<string, Row, readonly string[], string, z.ZodType, z.ZodType>,
): readonly Row[] {
  // A world's rows under the name of a table belong to that table.
  return (world[name] ?? []) as readonly Row[]
}
