import type { Mock } from '../../engine/mock.ts'
import { CORE_TABLES, type Product } from '../../engine/product.ts'
import { memberOf, type Table } from '../../engine/state/table.ts'
import { UsageError } from '../../protocol/errors.ts'
import { isThing, type Thing } from './thing.ts'

/** A thing as one mock serves it. */
export interface ServedThing extends Thing {
  /** As in a seed file, and in addresses. */
  readonly id: string
  readonly product: Product
}

const known = new WeakMap<Mock, Promise<readonly ServedThing[]>>()

/** The things of a mock, product by product: those that the products say how to show, then their other tables with a title. */
export function servedThings(mock: Mock): Promise<readonly ServedThing[]> {
  const found = known.get(mock) ?? findThings(mock)
  known.set(mock, found)
  return found
}

async function findThings({ products }: Mock): Promise<readonly ServedThing[]> {
  const byTable = new Map<Table, ServedThing>(CORE_TABLES.map((table) => [table, derive(table, NOBODY)]))
  // One after the other: Jest's virtual machines on Node 22 fail where two imports at a time meet in a module.
  for (const product of products) {
    for (const thing of (await product.things?.()) ?? []) {
      if (isThing(thing) && !byTable.has(thing.table)) {
        byTable.set(thing.table, { ...thing, id: memberOf(thing.table), product })
      }
    }
  }
  for (const product of products) {
    for (const table of product.tables) {
      if (table.title && !byTable.has(table)) byTable.set(table, derive(table, product))
    }
  }
  const things = [...byTable.values()]
  return products.flatMap((product) => things.filter((thing) => thing.product === product))
}

/** Whose the tables are that every mock has, which nobody is shown. */
const NOBODY: Product = { id: '', title: { en: '', zh: '' }, operations: [], tables: [] }

function derive(table: Table, product: Product): ServedThing {
  return { table, product, id: memberOf(table), show: (row, now) => table.toJson(row, now) }
}

/** @throws UsageError `MOCK_THING_UNKNOWN` */
export async function namedThing(mock: Mock, id: string): Promise<ServedThing> {
  const things = await servedThings(mock)
  const found = things.find((thing) => thing.id === id)
  if (found) return found
  const ids = things.map((thing) => thing.id)
  throw new UsageError(
    'MOCK_THING_UNKNOWN',
    {
      en: `There are no ${id} to show. There are: ${ids.join(', ')}.`,
      zh: `没有可查看的 ${id}，可用的有：${ids.join('、')}。`,
    },
    { path: '/path/thing' },
  )
}
