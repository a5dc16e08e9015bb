import {
  type DocumentedAddress,
  type DocumentedContext,
  type DocumentedFacts,
  type DocumentedOperation,
  documentedCall,
  type FieldRules,
  type InputOf,
} from '../../catalogue/documented-call.ts'
import type { OperationContext } from '../../engine/operation.ts'
import type { Transaction } from '../../engine/state/store.ts'
import type { TableOf } from '../../engine/state/table.ts'
import type { JsonObject } from '../../wire/protocol/json-object.ts'
import type { Awaitable } from '../../wire/shared/pieces.ts'
import { sameValues, type Texts } from '../../wire/shared/texts.ts'
import { explainReuse, type ReusedNumber } from './explain.ts'

/** Members of every row that a call makes under a number of the merchant. */
interface Made {
  readonly mchid: string
  readonly create_time: number
  /** The body that the same number has to bring again. */
  readonly request: string[]
}

type Body<Address extends DocumentedAddress, Fields> = InputOf<Address, Fields>['body']

/**
 * A call that makes a row under a number of the merchant. The number with the same body is answered from its row; with another body it is refused.
 *
 * ```ts
 * const createShare = createCall(shares, 'POST /v3/profitsharing/orders', {
 *   id: 'createShare', refusals, number: 'out_order_no', differs: 'receivers_differ', answer: shareDetails,
 *   make: ({ body }, made) => ({ ...made, out_order_no: body.out_order_no }),
 * })
 * ```
 */
export function createCall<
  Row extends Made,
  const Address extends DocumentedAddress,
  const Name extends string = never,
  const Id extends string = string,
  const Fields extends FieldRules = Record<never, never>,
>(
  table: TableOf<Row>,
  address: Address,
  {
    number,
    differs,
    answer,
    make,
    first = () => {},
    find = (name, { tx, caller }) => tx.in(table).find(caller.mchid, name),
    again = (row) => row,
    save = async (tx, row) => {
      await tx.in(table).save(row)
      return row
    },
    ...call
  }: DocumentedFacts<Address, Name, Id, Fields> & {
    /** The member of the body that is the number, by which the table finds the row. */
    readonly number: keyof Body<Address, Fields> & string
    /** The refusal of a number that comes again with another body. */
    readonly differs: NoInfer<Name> | ((row: NoInfer<Row>, body: Body<Address, Fields>) => NoInfer<Name>)
    answer(row: NoInfer<Row>, now: number, context: DocumentedContext<NoInfer<Name>>): object
    /** Refuses what is judged before the number. */
    first?(input: InputOf<Address, Fields>, context: DocumentedContext<NoInfer<Name>>): Awaitable<void>
    /** The row that a number made before. Default: the caller's row with this key. */
    find?(number: string, context: DocumentedContext<NoInfer<Name>>): Awaitable<NoInfer<Row> | undefined>
    /** @throws ApiError if the call is refused */
    make(
      input: InputOf<Address, Fields>,
      made: Made,
      context: DocumentedContext<NoInfer<Name>>,
    ): Awaitable<NoInfer<Row>>
    /** Changes a row whose request comes again. Default: not. */
    again?(row: NoInfer<Row>, context: DocumentedContext<NoInfer<Name>>): Awaitable<NoInfer<Row>>
    /** Keeps the new row. Default: the row alone. */
    save?(tx: Transaction, row: NoInfer<Row>, context: DocumentedContext<NoInfer<Name>>): Awaitable<NoInfer<Row>>
  },
): DocumentedOperation<Name, Id> {
  return documentedCall<Address, Name, Id, Fields>(address, {
    ...call,
    async handle(input, context) {
      const { tx, now, caller } = context
      const body = input.body as Body<Address, Fields>
      const request = [JSON.stringify(body)]
      await first(input, context)
      const before = await find(String(body[number]), context)
      if (before) {
        const reason = () => (typeof differs === 'function' ? differs(before, body) : differs)
        requireSame(
          context,
          String(body[number]),
          { values: before.request, time: before.create_time },
          request,
          reason,
        )
        return answer(await again(before, context), now, context)
      }
      const made = await make(input, { mchid: caller.mchid, create_time: now, request }, context)
      return answer(await save(tx, made, context), now, context)
    },
  })
}

/**
 * Requires of a number that was used before that it brings the same values again.
 *
 * @param differs the refusal of other values
 * @throws ApiError of that name
 */
export function requireSame<const Name extends string>(
  { fail }: Pick<OperationContext<Name>, 'fail'>,
  number: string,
  before: ReusedNumber,
  values: readonly string[],
  differs: NoInfer<Name> | (() => NoInfer<Name>),
): void {
  if (sameValues(before.values, values)) return
  fail(typeof differs === 'function' ? differs() : differs, explainReuse(number, before, values))
}

/**
 * A call about one row of the caller. Without such a row it is refused.
 *
 * ```ts
 * const queryShare = aboutCall(shares, 'GET /v3/profitsharing/orders/{out_order_no}', {
 *   id: 'queryShare', refusals: { not_found: '404 RESOURCE_NOT_EXISTS' }, unknown: 'not_found',
 *   one: { en: 'share', zh: '分账单' }, by: ['transaction_id'],
 *   handle: (share, _, { now }) => shareDetails(share, now),
 * })
 * ```
 */
export function aboutCall<
  Row,
  const Address extends DocumentedAddress,
  const Name extends string = never,
  const Id extends string = string,
  const Fields extends FieldRules = Record<never, never>,
>(
  table: TableOf<Row>,
  address: Address,
  {
    one,
    unknown,
    number = firstVariable(address),
    by = [],
    find = (name, { tx, caller }) => tx.in(table).find(caller.mchid, name),
    hidden = () => undefined,
    handle,
    ...call
  }: DocumentedFacts<Address, Name, Id, Fields> & {
    /** The name of a row within a sentence. */
    readonly one: Texts
    /** The refusal of a number that the caller has no row for. */
    readonly unknown: NoInfer<Name>
    /** The member of the request that is the number. Default: the first variable of the path. */
    readonly number?: string
    /** Members of the query that have to be those of the row, or of neither. */
    readonly by?: readonly (keyof Row & string)[]
    /** The row with a number. Default: the caller's row with this key. */
    find?(
      number: string,
      context: DocumentedContext<NoInfer<Name>>,
      input: InputOf<Address, Fields>,
    ): Awaitable<NoInfer<Row> | undefined>
    /** Why a row is answered as if it did not exist: it is too old. Default: none is. */
    hidden?(row: NoInfer<Row>, now: number): Texts | undefined
    handle(
      row: NoInfer<Row>,
      input: InputOf<Address, Fields>,
      context: DocumentedContext<NoInfer<Name>>,
    ): Awaitable<object | undefined>
  },
): DocumentedOperation<Name, Id> {
  return documentedCall<Address, Name, Id, Fields>(address, {
    ...call,
    async handle(input, context) {
      const { path, query, body } = input
      const said: Readonly<Record<string, unknown>> = { ...(body as object), ...(query as object), ...(path as object) }
      const name = String(said[number])
      const row = await find(name, context, input)
      const why = row && hidden(row, context.now)
      if (why) return context.fail(unknown, why)
      if (row && by.every((member) => row[member] === said[member])) {
        // A row is written as a JSON object.
        const shaped = () => context.shaped(table.toJson(row, context.now) as JsonObject)
        return handle(row, input, { ...context, shaped })
      }
      const more = by.flatMap((member) => (said[member] === undefined ? [] : [`${member} ${said[member]}`]))
      const [en, zh] = more.length === 0 ? ['', ''] : [` with ${more.join(', ')}`, `（${more.join('，')}）`]
      return context.fail(unknown, {
        en: `${context.caller.mchid} has no ${one.en} ${name}${en}`,
        zh: `${context.caller.mchid} 没有${one.zh} ${name}${zh}`,
      })
    },
  })
}

function firstVariable(address: string): string {
  return /\{(\w+)\}/.exec(address)?.[1] ?? ''
}
