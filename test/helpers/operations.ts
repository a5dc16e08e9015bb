import { operationsOf } from '../../src/engine/product.ts'
import { products } from '../../src/products/index.ts'

/** Every operation of the mock's own products, with or without rules. */
export const operations = operationsOf(products)

/** Those that rules stand behind. */
export const simulated = operations.filter(({ shaped }) => !shaped)
