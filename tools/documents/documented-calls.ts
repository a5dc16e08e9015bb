import { catalogue } from '../../src/catalogue/index.ts'
import type { ShapedOperation } from '../../src/catalogue/shaped-operation.ts'
import type { DocumentedProduct, Operation } from '../../src/engine/operation.ts'
import { addressOf, type Product } from '../../src/engine/product.ts'
import { products } from '../../src/products/index.ts'
import { operations } from '../../test/helpers/operations.ts'

/** A call that the mock serves, and what its official page says of it. */
export interface ServedCall {
  readonly operation: Operation
  readonly product: DocumentedProduct
  /** Left out for a call that is on no page. */
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

/** Every call, product by product as the catalogue has them, then those that are on no page. */
export const servedCalls: readonly ServedCall[] = [...documented, ...others]
