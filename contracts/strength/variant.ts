import type { z } from 'zod'
import type { CallbackRequest } from '../../src/engine/callbacks/callback.ts'
import { createCallbackSender } from '../../src/engine/callbacks/callback-sender.ts'
import type { WireRequest, WireResponse } from '../../src/engine/http-message.ts'
import { Mock, type MockParts } from '../../src/engine/mock.ts'
import type { Operation, OperationContext, ParsedInput } from '../../src/engine/operation.ts'
import { type AnyRepository, type Repository, type Transaction, transactionOver } from '../../src/engine/state/store.ts'
import type { TableDefinition } from '../../src/engine/state/table.ts'
import { createEngine } from '../../src/mock.ts'
import { products } from '../../src/products/index.ts'
import { type Coupon, coupons } from '../../src/products/merchant-coupon/coupons.ts'
import { ApiError, type ErrorDefinition } from '../../src/wire/protocol/errors.ts'
import { repaired } from './repair.ts'

/** A server that differs in one respect. */
export interface Server {
  /** The difference. */
  readonly name: string
  /** Builds a new mock each time. */
  readonly build: () => Mock
}

/** A server with one mistake that must be noticed. */
export interface Variant extends Server {
  /** Part of a conformance finding. For an interaction, a finding reads `<description>: <reason>`. */
  readonly caughtBy: string
}

type Named = Pick<Server, 'name'>
type Caught = Pick<Variant, 'name' | 'caughtBy'>
type Handle = (request: WireRequest) => Promise<WireResponse>

/** No contract looks at why a request was refused, and each server is sent hundreds that have to be. */
const WITHOUT_EXPLANATIONS = { diagnosis: 'off' } as const

/** The unmodified server. */
export function honestMock(): Mock {
  return createEngine({ ...WITHOUT_EXPLANATIONS, seed: 'empty', journalLimit: 0 })
}

/** Wraps the mock's handler; `wrap` also receives the mock's clock. */
export function withHandle<About extends Named>(
  about: About,
  wrap: (handle: Handle, clock: Pick<Mock['clock'], 'now'>) => Handle,
): About & Server {
  return {
    ...about,
    build() {
      const mock = honestMock()
      mock.handle = wrap((request) => Mock.prototype.handle.call(mock, request), mock.clock)
      return mock
    },
  }
}

/** Changes answers without updating their signatures. */
export function withAnswers<About extends Named>(
  about: About,
  change: (answer: WireResponse, request: WireRequest) => WireResponse | Promise<WireResponse>,
): About & Server {
  return withHandle(about, (handle) => async (request) => change(await handle(request), request))
}

/** A JSON object from an answer, to be changed. */
export type Members = Record<string, unknown>

/** Changes bodies, and updates `Content-Length` and the signature. `undefined` leaves a body alone. */
export function withBodies<About extends Named>(
  about: About,
  change: (members: Members, answer: WireResponse, request: WireRequest) => Members | undefined,
): About & Server {
  return withAnswers(about, (answer, request) => {
    if (answer.body.length === 0) return answer
    const changed = change(JSON.parse(Buffer.from(answer.body).toString('utf8')) as Members, answer, request)
    return changed ? repaired({ ...answer, body: Buffer.from(JSON.stringify(changed)) }) : answer
  })
}

/** Breaks one member of the answers that have it. */
export function broken(name: string, caughtBy: string, member: string, change: (value: unknown) => Members): Variant {
  return withBodies({ name, caughtBy }, (members) => {
    if (!(member in members)) return undefined
    const { [member]: value, ...rest } = members
    return { ...rest, ...change(value) }
  })
}

/** Breaks the operation with an id; members that `change` omits stay the same. No shaped call may stand in for an operation that moved. */
export function withOperation(
  caught: Caught,
  id: string,
  change: (operation: Operation) => Partial<Operation>,
): Variant {
  // The members of a documented call are made when they are asked for: a spread has none of them.
  const broken = (operation: Operation): Operation =>
    operation.id === id ? Object.create(operation, Object.getOwnPropertyDescriptors(change(operation))) : operation
  const simulated = (operations: readonly Operation[]) => operations.filter(({ shaped }) => !shaped)
  const parts = {
    products: products.map((product) => ({ ...product, operations: simulated(product.operations).map(broken) })),
  }
  return { ...caught, build: () => madeOf(parts) }
}

/** Serves an operation at another path. */
export function moved(name: string, { id, path }: Pick<Operation, 'id' | 'path'>, caughtBy: string): Variant {
  return withOperation({ name, caughtBy }, id, () => ({ path: path.replace('/v3/', '/v4/') }))
}

/** Answers one refusal of an operation with another status or code. */
export function refusedAs(
  name: string,
  caughtBy: string,
  id: string,
  key: string,
  change: Partial<Pick<ErrorDefinition, 'status' | 'code'>>,
): Variant {
  return withOperation({ name, caughtBy }, id, ({ errors }) => {
    const error = errors[key]
    return error ? { errors: { ...errors, [key]: { ...error, ...change } } } : {}
  })
}

/** Changes the callbacks that the server sends. */
export function withCallbacks<About extends Named>(
  about: About,
  change: (callback: CallbackRequest) => CallbackRequest | Promise<CallbackRequest>,
): About & Server {
  const send = createCallbackSender()
  const parts: Partial<MockParts> = { sendCallback: async (request, signal) => send(await change(request), signal) }
  return { ...about, build: () => madeOf(parts) }
}

/** Builds a server from other parts. */
function madeOf(parts: Partial<MockParts>): Mock {
  const { store, clock, ids, journal, merchants, defaultMerchant, platform, settings } = honestMock()
  return new Mock({
    products,
    store,
    clock,
    ids,
    journal,
    merchants,
    defaultMerchant,
    platform,
    settings,
    sendCallback: createCallbackSender(),
    allowCallbackHosts: [],
    ...WITHOUT_EXPLANATIONS,
    ...parts,
  })
}

/** Context of an operation's handler. */
export type Context = OperationContext<string>

/**
 * Carries a repeated request out once more, as if it had another number.
 *
 * @param member the number in its body
 * @param find what the number made before, if anything
 */
export function carriedOutAgain(
  caught: Caught,
  id: string,
  member: string,
  find: (context: Context, number: string) => Promise<unknown>,
): Variant {
  return withOperation(caught, id, ({ handle }) => ({
    async handle(input, context) {
      const { [member]: number, ...body } = input.body as Readonly<Record<string, string>>
      const isRepeated = (await find(context, String(number))) !== undefined
      return handle({ ...input, body: { ...body, [member]: isRepeated ? `${number}-2` : number } }, context)
    },
  }))
}

/** Breaks the context of an operation's handler. */
export function withContext(
  caught: Caught,
  id: string,
  change: (context: Context, input: ParsedInput) => Partial<Context>,
): Variant {
  return withOperation(caught, id, (operation) => ({
    handle: (input, context) => operation.handle(input, { ...context, ...change(context, input) }),
  }))
}

/** Breaks one table in the transaction of an operation; methods that `change` omits stay the same. */
export function withTable<Row, Key extends readonly string[], Index extends string>(
  caught: Caught,
  id: string,
  table: TableDefinition<string, Row, Key, Index, z.ZodType, z.ZodType>,
  change: (
    repository: Repository<Row, Key, Index>,
    context: Context,
    input: ParsedInput,
  ) => Partial<Repository<Row, Key, Index>>,
): Variant {
  return withContext(caught, id, (context, input) => ({
    tx: replacing(context.tx, table, (repository) => change(repository, context, input)),
  }))
}

/** Lets an operation keep something else of a row than it has to, or nothing. */
export function keeping<Row, Key extends readonly string[], Index extends string>(
  name: string,
  caughtBy: string,
  id: string,
  table: TableDefinition<string, Row, Key, Index, z.ZodType, z.ZodType>,
  kept: (row: Row) => Row | undefined,
): Variant {
  return withTable({ name, caughtBy }, id, table, (repository) => ({
    save: (row) => {
      const changed = kept(row)
      return changed && repository.save(changed)
    },
  }))
}

/** Replaces some methods of one table's repository in a transaction. */
function replacing<Row, Key extends readonly string[], Index extends string>(
  tx: Transaction,
  table: TableDefinition<string, Row, Key, Index, z.ZodType, z.ZodType>,
  change: (repository: Repository<Row, Key, Index>) => Partial<Repository<Row, Key, Index>>,
): Transaction {
  const repository = tx.in(table)
  const changed: Repository<Row, Key, Index> = {
    find: (owner, ...key) => repository.find(owner, ...key),
    where: (index, text, owner) => repository.where(index, text, owner),
    list: (owner) => repository.list(owner),
    count: (owner) => repository.count(owner),
    page: (list, among, stretch) => repository.page(list, among, stretch),
    countAmong: (list, among, owner) => repository.countAmong(list, among, owner),
    save: (row) => repository.save(row),
    delete: (owner, ...key) => repository.delete(owner, ...key),
    ...change(repository),
  }
  return transactionOver((one) => (one === table ? (changed as AnyRepository) : tx.in(one)))
}

/** Shows an operation's handler altered coupons. */
export function withCoupons(
  caught: Caught,
  id: string,
  change: (coupon: Coupon, context: Context, input: ParsedInput) => Coupon,
): Variant {
  return withTable(caught, id, coupons, (repository, context, input) => ({
    find: async (...key) => {
      const coupon = await repository.find(...key)
      return coupon && change(coupon, context, input)
    },
    where: async (...what) => (await repository.where(...what)).map((coupon) => change(coupon, context, input)),
  }))
}

/** Makes an operation accept a request that it must refuse with one of its errors. */
export function accepting(
  caught: Caught,
  id: string,
  error: string,
  answer: (context: Context, input: ParsedInput) => unknown,
): Variant {
  return withOperation(caught, id, ({ handle, errors }) => ({
    async handle(input, context) {
      try {
        return await handle(input, context)
      } catch (thrown) {
        if (thrown instanceof ApiError && thrown.definition === errors[error]) return answer(context, input)
        throw thrown
      }
    },
  }))
}
