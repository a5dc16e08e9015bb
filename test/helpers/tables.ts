import { tablesOf } from '../../src/engine/product.ts'
import { products } from '../../src/products/index.ts'

/** The tables of a mock with its own products. */
export const TABLES = tablesOf(products)
