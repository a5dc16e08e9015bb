import { servedCalls } from '../../src/control/served-calls.ts'
import { products } from '../../src/products/index.ts'

/** Every call of the control API, as a mock with its own products serves it. */
export const calls = await servedCalls(products)
