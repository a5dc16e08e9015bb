import { catalogue } from '../../src/catalogue/index.ts'
import type { ShapedOperation } from '../../src/catalogue/shaped-operation.ts'
import type { DocumentedProduct, Operation } from '../../src/engine/operation.ts'
import { addressOf, type Product } from '../../src/engine/product.ts'
import { products } from '../../src/products/index.ts'
import { operations } from '../../test/helpers/operations.ts'

/** A call of the mock, and its official page. */
export interface ServedCall {
  readonly operation: Operation
  readonly product: DocumentedProduct
  /** Absent for a call that is not on a page. */
  readonly page?: ShapedOperation
}

const served = new Map(operations.map((operation) => [addressOf(operation), operation]))
const documented = catalogue.operations.flatMap((page): readonly ServedCall[] => {
  const operation = served.get(addressOf(page))
  return operation ? [{ operation, page, product: page.product }] : []
})
const others = operations
  .filter((operation) => !documented.some((call) => call.operation === operation))
  .flatMap((operation): readonly ServedCall[] => {
    const product = products.find((one: Product) => one.operations.includes(operation))
    return product ? [{ operation, product }] : []
  })

/** Every call, by product in the order of the catalogue, then those that are not on a page. */
export const servedCalls: readonly ServedCall[] = [...documented, ...others]
