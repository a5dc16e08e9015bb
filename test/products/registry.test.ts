import { expect, test } from 'vitest'
import { coreStates } from '../../src/control/provider-states/states-of.ts'
import { routes } from '../../src/control/routes.ts'
import { nameOfEvent } from '../../src/engine/callbacks/event.ts'
import { CORE_TABLES, type Product } from '../../src/engine/product.ts'
import { engineSettings } from '../../src/engine/settings.ts'
import { memberOf } from '../../src/engine/state/table.ts'
import * as mock from '../../src/index.ts'

const products: readonly Product[] = mock.products

/** Brought by no product: every mock has it. */
const everyMock: Product = {
  id: 'every mock',
  title: { en: 'Every mock', zh: '每个模拟服务' },
  operations: [],
  tables: CORE_TABLES,
  settings: engineSettings,
  routes,
  states: async () => coreStates,
}

// The only list of them: whoever adds to a product, or takes from it, renews it with `--update` and looks at the difference.
test('products and every mock bring what registry.txt lists', async () => {
  const kinds = await mock.createMock().control.things()
  const lines: string[] = []
  for (const product of [...products, everyMock]) {
    const { id, operations, events = [], tables, settings = {}, routes = {}, pages = [], states } = product
    const brought = {
      operations: operations.filter(({ shaped }) => !shaped).map((operation) => operation.id),
      events: events.filter(({ shaped }) => !shaped).map(nameOfEvent),
      tables: tables.map((table) => memberOf(table)),
      things: kinds.filter((kind) => kind.product === id).map((kind) => kind.id + (kind.listed ? '' : ' (not listed)')),
      settings: Object.values(settings).map(({ wireName, default: standard }) => `${wireName}=${standard}`),
      'control calls': Object.keys(routes),
      pages: pages.map(({ path }) => path),
      states: Object.keys((await states?.()) ?? {}),
    }
    for (const [kind, names] of Object.entries(brought)) {
      if (names.length > 0) lines.push(`${id}, ${kind}:`, ...names.map((name) => `  ${name}`))
    }
  }

  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('registry.txt')
})

test('the package exports every simulated operation by its id', () => {
  const simulated = products.flatMap(({ operations }) => operations.filter(({ shaped }) => !shaped))

  expect(simulated.filter((one) => (mock as Readonly<Record<string, unknown>>)[one.id] !== one)).toEqual([])
})
