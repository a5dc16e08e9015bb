import type { Operation, OperationContext, ParsedInput, Rule } from '../engine/operation.ts'
import { UsageError } from '../protocol/errors.ts'
import type { JsonObject } from '../protocol/json-object.ts'
import { nearestWord } from '../shared/edit-distance.ts'
import { catalogueIndex } from './facts-of.ts'
import { ShapedOperation } from './shaped-operation.ts'

/** A request whose fields have passed the checks of the page. */
export interface DocumentedInput {
  readonly path: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  readonly body: JsonObject
}

/** The rules of a documented call. */
export interface DocumentedRules {
  /** camelCase; faults, the journal and contracts name the call by it. */
  readonly id: string
  /** The facts that the rules rely on, with their evidence. Default: none. */
  readonly rules?: readonly Rule[]
  /**
   * Runs in one transaction, as `handle` of an operation does. `fail` takes the code of an error that the page lists, with its message behind it where
   * the code has several; `shaped` gives the answer in the documented shape, as the call has it without rules.
   */
  handle(
    input: DocumentedInput,
    context: OperationContext<string> & { shaped(): Promise<JsonObject> },
  ): Promise<JsonObject | undefined>
}

/**
 * Makes a documented call simulated: address, fields, answer and errors are those of its official page, the rules are yours. List it among the
 * `operations` of a product, and it takes the place of the shaped call.
 *
 * ```ts
 * const cancel = documentedCall('POST /v3/payscore/serviceorder/{out_order_no}/cancel', {
 *   id: 'cancelServiceOrder',
 *   async handle({ path }, { tx, caller, fail, shaped }) {
 *     if (await tx.in(cancellations).find(caller.mchid, path.out_order_no ?? '')) return fail('ORDER_CANCELED')
 *     return shaped()
 *   },
 * })
 * ```
 *
 * @param address method and path, as `GET /_mock/operations` has it
 * @throws UsageError `MOCK_PRODUCT` for a call that is not in the catalogue
 */
export function documentedCall(address: string, { id, rules = [], handle }: DocumentedRules): Operation {
  const product = catalogueIndex.products.find(({ calls }) => calls.includes(address))
  if (!product) throw notDocumented(address)
  const page = new ShapedOperation(product, address)
  const own = {
    id,
    rules,
    shaped: undefined,
    handle: (input: ParsedInput, context: OperationContext<string>) => {
      const shaped = () => page.handle(input, context) as Promise<JsonObject>
      const { path = {}, query = {}, body = {} } = input
      // The schemas are objects, of texts where they read a path or a query.
      return handle({ path, query, body } as DocumentedInput, { ...context, shaped })
    },
  }
  // The facts are read on first use, as for any shaped call.
  return new Proxy(page, {
    get(facts, name) {
      const value: unknown = Reflect.get(Object.hasOwn(own, name) ? own : facts, name, facts)
      return typeof value === 'function' ? value.bind(facts) : value
    },
  })
}

function notDocumented(address: string): UsageError {
  const calls = catalogueIndex.products.flatMap((product) => product.calls)
  const near = nearestWord(address, calls)
  return new UsageError('MOCK_PRODUCT', {
    en: `${address} is in no official page that the mock knows${near === undefined ? '' : `; did you mean ${near}?`} GET /_mock/operations lists all calls.`,
    zh: `模拟服务所收录的官方文档中没有 ${address}${near === undefined ? '' : `，是否应为 ${near}？`}GET /_mock/operations 可列出所有接口。`,
  })
}
