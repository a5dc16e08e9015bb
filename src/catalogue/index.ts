import { defineProduct } from '../engine/product.ts'
import { catalogueIndex } from './facts-of.ts'
import { remembered } from './remembered.ts'
import { ShapedEvent } from './shaped-event.ts'
import { ShapedOperation } from './shaped-operation.ts'

/**
 * Every call and callback of the official pages that no other product of the mock serves: checked, answered and signed in the documented shape,
 * without rules behind it. A call or event that another product of the mock has belongs to that product.
 */
export const catalogue = defineProduct({
  id: 'catalogue',
  title: { en: 'All other products', zh: '其他产品' },
  operations: catalogueIndex.products.flatMap((product) =>
    product.calls.map((call) => new ShapedOperation(product, call)),
  ),
  events: shapedEvents(),
  tables: [remembered],
  things: async () => (await import('./things.ts')).things,
})

/** The first event of a type is named after it; further ones are named after the type and their product. */
function shapedEvents(): readonly ShapedEvent[] {
  const named = new Set<string>()
  return catalogueIndex.products.flatMap((product) =>
    product.events.map((type) => {
      const name = named.has(type) ? `${type}/${product.id}` : type
      named.add(name)
      return new ShapedEvent(product, type, name)
    }),
  )
}
