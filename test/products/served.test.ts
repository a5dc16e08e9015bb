import { expect, test } from 'vitest'
import { nameOfEvent } from '../../src/engine/callbacks/event.ts'
import type { Product } from '../../src/engine/product.ts'
import { memberOf } from '../../src/engine/state/table.ts'
import { products } from '../../src/products/index.ts'

// The only list of them that is kept by hand: whoever adds to a product, or takes from it, looks at the difference.
test('the products bring these calls, events, tables, settings and control calls', () => {
  const all: readonly Product[] = products
  const brought = all.map(({ id, operations, events = [], tables, settings = {}, routes = {} }) => ({
    id,
    operations: operations.filter(({ shaped }) => !shaped).map((operation) => operation.id),
    events: events.filter(({ shaped }) => !shaped).map(nameOfEvent),
    tables: tables.map((table) => memberOf(table)),
    settings: Object.keys(settings),
    routes: Object.keys(routes),
  }))
  const lines = brought.flatMap(({ id, ...lists }) =>
    Object.entries(lists).flatMap(([kind, names]) => (names.length > 0 ? [`${id} ${kind}: ${names.join(' ')}`] : [])),
  )

  expect(lines.join('\n')).toMatchSnapshot()
})
