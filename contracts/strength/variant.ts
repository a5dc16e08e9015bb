import type { WireRequest, WireResponse } from '../../src/engine/http-message.ts'
import { Mock } from '../../src/engine/mock.ts'
import type { Operation, OperationContext, ParsedInput } from '../../src/engine/operation.ts'
import type { Transaction } from '../../src/engine/state/store.ts'
import { createMock } from '../../src/mock.ts'
import type { Coupon } from '../../src/products/merchant-coupon/rules/coupon.ts'
import { ApiError } from '../../src/protocol/errors.ts'
import { createCallbackSender } from '../../src/transports/callback-sender.ts'
import { operations } from '../../test/helpers/operations.ts'
import type { MessageProviders } from '../kit/messages.ts'
import { mended } from './mend.ts'

/** A server with one thing wrong, which the contracts have to notice. */
export interface Variant {
  /** What is broken. */
  readonly name: string
  /** Stands in what at least one interaction fails with: `<description>: <reason>`. */
  readonly caughtBy: string
  /** A new one each time. */
  readonly build: () => Mock
  /** Where callbacks are what is broken. */
  readonly messages?: MessageProviders
}

type Caught = Pick<Variant, 'name' | 'caughtBy'>
type Handle = (request: WireRequest) => Promise<WireResponse>

/** The server as it is. */
export function honestMock(): Mock {
  return createMock({ seed: 'empty', journalLimit: 0 })
}

/** Breaks what stands around the mock. */
export function withHandle(caught: Caught, wrap: (handle: Handle) => Handle): Variant {
  return {
    ...caught,
    build() {
      const mock = honestMock()
      mock.handle = wrap((request) => Mock.prototype.handle.call(mock, request))
      return mock
    },
  }
}

/** Breaks answers, and leaves their signatures as they were. */
export function withAnswers(
  caught: Caught,
  change: (answer: WireResponse, request: WireRequest) => WireResponse | Promise<WireResponse>,
): Variant {
  return withHandle(caught, (handle) => async (request) => change(await handle(request), request))
}

/** An object of an answer, to be changed. */
export type Members = Record<string, unknown>

/** Breaks bodies; `Content-Length` and signature are those of the changed body. `undefined` leaves a body alone. */
export function withBodies(
  caught: Caught,
  change: (members: Members, answer: WireResponse, request: WireRequest) => Members | undefined,
): Variant {
  return withAnswers(caught, (answer, request) => {
    const changed = change(JSON.parse(Buffer.from(answer.body).toString('utf8')) as Members, answer, request)
    return changed ? mended({ ...answer, body: Buffer.from(JSON.stringify(changed)) }) : answer
  })
}

/** Breaks the operation with an id; what `change` does not give stays as it is. */
export function withOperation(
  caught: Caught,
  id: string,
  change: (operation: Operation) => Partial<Operation>,
): Variant {
  return {
    ...caught,
    build() {
      const { store, clock, ids, journal, merchants, defaultMerchant, platform, settings } = honestMock()
      const broken = operations.map((operation) =>
        operation.id === id ? { ...operation, ...change(operation) } : operation,
      )
      return new Mock({
        operations: broken,
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
      })
    },
  }
}

/** What a handler of an operation has at hand. */
export type Context = OperationContext<string>

/** Breaks what an operation's handler is given. */
export function withContext(
  caught: Caught,
  id: string,
  change: (context: Context, input: ParsedInput) => Partial<Context>,
): Variant {
  return withOperation(caught, id, (operation) => ({
    handle: (input, context) => operation.handle(input, { ...context, ...change(context, input) }),
  }))
}

/** Breaks one repository of the transaction that an operation works in. */
export function withRepository<Name extends keyof Transaction>(
  caught: Caught,
  id: string,
  name: Name,
  change: (repository: Transaction[Name], context: Context, input: ParsedInput) => Partial<Transaction[Name]>,
): Variant {
  return withContext(caught, id, (context, input) => {
    const repository = context.tx[name]
    return { tx: { ...context.tx, [name]: { ...repository, ...change(repository, context, input) } } }
  })
}

/** Shows an operation's handler coupons that are not as they are. */
export function withCoupons(
  caught: Caught,
  id: string,
  change: (coupon: Coupon, context: Context, input: ParsedInput) => Coupon,
): Variant {
  return withRepository(caught, id, 'coupons', ({ find, where }, context, input) => ({
    find: async (...key) => {
      const coupon = await find(...key)
      return coupon && change(coupon, context, input)
    },
    where: async (...what) => (await where(...what)).map((coupon) => change(coupon, context, input)),
  }))
}

/** Lets an operation accept what it has to refuse with one of its errors. */
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
