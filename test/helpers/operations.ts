import { operationsOf } from '../../src/engine/product.ts'
import { products } from '../../src/products/index.ts'

/** Every operation of the mock's own products. */
export const operations = operationsOf(products)
