import { inject } from 'vitest'
import { operationsOf } from '../../src/engine/product.ts'
import { products } from '../../src/products/index.ts'

/** Every operation of the mock's own products, with or without rules. */
export const operations = operationsOf(products)

/** Those that rules stand behind. */
export const simulated = operations.filter(({ shaped }) => !shaped)

/** Calls for a test that repeats one rule for each of them: `npm test` plays every fourth, `npm run test:thorough` all. */
export function testedCalls<Call>(calls: readonly Call[]): readonly Call[] {
  return inject('calls') === 'all' ? calls : calls.filter((_, i) => i % 4 === 0)
}
