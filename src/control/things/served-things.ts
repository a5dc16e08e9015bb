import type { Mock } from '../../engine/mock.ts'
import { CORE_TABLES, type Product, type ProductThing, tablesOf } from '../../engine/product.ts'
import { memberOf, type Table } from '../../engine/state/table.ts'
import { refusalAt, UsageError } from '../../wire/protocol/errors.ts'
import { onceFor } from '../../wire/shared/pieces.ts'
import { inItsPlace, nearestWord } from '../../wire/shared/texts.ts'
import { isThing, type Thing } from './thing.ts'

/** A thing as served by one mock. */
export interface ServedThing extends Thing {
  /** Same as in seed files and in addresses. */
  readonly id: string
  readonly product: Product
}

/** The things of a mock, by product: those that products define, then their other tables with a title. @throws UsageError `MOCK_PRODUCT` */
export function servedThings({ products }: Pick<Mock, 'products'>): Promise<readonly ServedThing[]> {
  return thingsOf(products)
}

const thingsOf = onceFor(async (products: readonly Product[]): Promise<readonly ServedThing[]> => {
  const tables = tablesOf(products)
  const byTable = new Map<Table, ServedThing>()
  // Sequential: Jest's virtual machines on Node 22 fail if two concurrent imports share a module.
  for (const product of products) {
    for (const thing of (await product.things?.()) ?? []) {
      const shown = checked(thing, product, tables)
      if (!byTable.has(shown.table)) byTable.set(shown.table, { ...shown, id: memberOf(shown.table), product })
    }
  }
  // Tables of every mock are not shown.
  const isCore = (table: Table) => CORE_TABLES.some((core) => core.name === table.name)
  for (const product of products) {
    for (const table of product.tables) {
      if (table.title && !isCore(table) && !byTable.has(table)) byTable.set(table, derive(table, product))
    }
  }
  const things = [...byTable.values()]
  return products.flatMap((product) => things.filter((thing) => thing.product === product))
})

/** @throws UsageError `MOCK_PRODUCT` */
function checked(thing: ProductThing, product: Product, tables: readonly Table[]): Thing {
  const { name } = thing.table
  if (!isThing(thing)) {
    throw new UsageError('MOCK_PRODUCT', {
      en: `The thing of the table ${name} of ${product.id} was not made with defineThing.`,
      zh: `产品 ${product.id} 中表 ${name} 的对象不是用 defineThing 定义的。`,
    })
  }
  if (tables.includes(thing.table)) return thing
  throw new UsageError('MOCK_PRODUCT', {
    en: `${product.id} shows the table ${name}, which no product has: list it among its tables.`,
    zh: `产品 ${product.id} 要展示表 ${name}，但没有产品有这张表，请把它列入 tables。`,
  })
}

function derive(table: Table, product: Product): ServedThing {
  return { table, product, id: memberOf(table), show: (row, now) => table.toJson(row, now) }
}

/**
 * A kind of things by its id.
 *
 * @param path of the id, as a JSON pointer
 * @throws UsageError `MOCK_THING_UNKNOWN`
 */
export async function namedThing(mock: Mock, id: string, path = '/path/thing'): Promise<ServedThing> {
  const things = await servedThings(mock)
  const found = things.find((thing) => thing.id === id)
  if (found) return found
  const ids = things.map((thing) => thing.id)
  const advice = inItsPlace(nearestWord(id, ids), ids)
  throw refusalAt(path, 'MOCK_THING_UNKNOWN', {
    en: `There are no ${id} to show.${advice.en}`,
    zh: `没有可查看的 ${id}，${advice.zh}`,
  })
}
