import { z } from 'zod'
import type { Exchange } from '../engine/journal/journal.ts'
import { misfitText } from '../engine/misfit-texts.ts'
import type { Mock } from '../engine/mock.ts'
import type { ControlCall } from '../engine/product.ts'
import type { Settings } from '../engine/settings.ts'
import { mchid } from '../engine/state/json-fields.ts'
import type { Transaction } from '../engine/state/store.ts'
import type { RowDefaults } from '../engine/state/table.ts'
import { type Awaitable, unhurried } from '../wire/shared/pieces.ts'
import type { Language, Texts } from '../wire/shared/texts.ts'
import type { AnyExchangeJson, CredentialsJson } from './answer-format.ts'
import type { Transition } from './life.ts'
import type { HasBody, NoBody, Refusals, SegmentOf, Served } from './route.ts'
import { placed } from './world/read-input.ts'

/** A schema, or a function that builds it from the parts that a mock serves. */
export type CallSchema = z.ZodType | ((served: Served) => z.ZodType)

/** A call's declaration without its schemas. Its route is in a table of routes, under the same name. */
interface CallTraits {
  readonly summary: string
  /** Whether the body may be omitted; it is then read as `{}`. */
  readonly bodyOptional?: boolean
  /** Bytes. Default: {@link BODY_LIMIT}. */
  readonly bodyLimit?: number
  /**
   * Whether it reads, writes or tries out so much that such calls are made one after another, and never for a page of another origin. Its answer may
   * have any size; that of any other call has 4 MiB at most, or is in proportion to its body.
   */
  readonly isCostly?: boolean
  /** Runs before the turn of a costly call: others must not wait for the receivers of callbacks, which may make costly calls themselves. */
  waitsFor?(mock: Mock): Promise<unknown>
  /** Media type of an answer that is not a single JSON value; `answer` then describes one part of it, and `handle` returns the response. */
  readonly mediaType?: 'text/event-stream' | 'image/svg+xml'
  /** Status of an answer with a body. Default: 200. */
  readonly status?: 200 | 201
  /** Refusals besides those of every call. */
  readonly refusals?: Refusals
  /** Whether it is answered without the control token. */
  readonly open?: boolean
  /** Whether it is about what all merchants of the mock share, so that it cannot be limited to one. */
  readonly ofAllMerchants?: boolean
  /** The transitions that it makes of the row that its path names. List the call in the life of those rows. */
  readonly transitions?: readonly Transition[]
}

/** The addresses at which clients reach the mock. */
export interface ClientAddress {
  /** Without a trailing slash. */
  readonly baseUrl: string
  /** The same for other machines; left out unless it lets them in. */
  readonly phoneUrl?: string
  /** The mock as a forward proxy for WeChat Pay's hosts. */
  readonly proxyUrl?: string
  /** PEM of the CA to trust, `null` if it is unavailable. */
  readonly caCertificate?: () => Promise<string | null>
}

/** `?mchid=`: the merchant to select. */
export const mchidQuery = z.strictObject({
  mchid: mchid.optional().meta({ description: 'number of the merchant', examples: ['1900000001'] }),
})

/** Context of a call's handler. */
export interface CallContext {
  readonly mock: Mock
  readonly address: ClientAddress
  readonly recorder: PactRecorder
  /** The answer's language: the one that the call prefers, or else the mock's. */
  readonly language: Language
  /** Every call of the control API. */
  readonly calls: readonly ServedCall[]
  /** The journal as it was read for many calls at once. Default: each reads it by itself. */
  readonly exchanges?: readonly Exchange[]
  /** Id of the last event that the client of a stream has seen. */
  readonly lastEventId?: string
  /** Ends streams, which would otherwise never end. */
  readonly ending?: AbortSignal
  /** Aborted when the client goes away: whatever takes long gives way with it, so that it stops. */
  readonly left: AbortSignal
}

/** The JSON of the answer of a costly call, which is made as fast as the client takes it. */
export type JsonPieces = AsyncGenerator<string | Uint8Array, void>

/** Input that has passed a call's schemas. */
export interface CallInput<Params = unknown, Query = unknown, Body = unknown> {
  readonly params: Params
  readonly query: Query
  readonly body: Body
}

type OptionalSchema<Schema = z.ZodType> = Schema | undefined

/** A call of the control API: input, handler, answer and refusals. */
export interface Call<
  Params extends OptionalSchema = OptionalSchema,
  Query extends OptionalSchema = OptionalSchema,
  Body extends OptionalSchema<CallSchema> = OptionalSchema<CallSchema>,
  Answer extends OptionalSchema<CallSchema> = OptionalSchema<CallSchema>,
> extends CallTraits {
  readonly params: Params
  readonly query: Query
  readonly body: Body
  /** `undefined`: 204 without a body. */
  readonly answer: Answer
  /** @throws UsageError for refusals */
  handle(input: CallInput, context: CallContext): Awaitable<unknown>
}

/** A call as served by one mock, whose tables are known. */
export interface ServedCall extends Call<OptionalSchema, OptionalSchema, OptionalSchema, OptionalSchema> {
  /** camelCase: its name in the table of routes. */
  readonly id: string
  readonly method: string
  /** Starts with `/_mock`; variable segments are written `{name}`. */
  readonly path: string
}

/** Default limit of a call's body, in bytes. */
export const BODY_LIMIT = 16 * 1_048_576

/** Whether the body of a request is read. If so, unknown members are refused. */
export function takesBody({ method }: { readonly method: string }): boolean {
  return method !== 'GET' && method !== 'DELETE'
}

/** A call's schema once the tables are known. */
export type Resolved<Schema extends CallSchema> = Schema extends z.ZodType
  ? Schema
  : Schema extends (served: Served) => z.ZodType
    ? ReturnType<Schema>
    : never

type Parsed<Schema extends CallSchema | undefined> = Schema extends CallSchema ? z.output<Resolved<Schema>> : undefined

/**
 * Declares a call of the control API. The result of `handle` must fit `answer`. Its method and path are in a table of routes; {@link CallsFor} checks
 * that the two agree.
 *
 * ```ts
 * // routes.ts, which a browser may load
 * export const routes = { card: 'GET /cards/{card_id}' } as const
 *
 * // calls.ts
 * export const calls = {
 * card: defineCall({
 * summary: 'Look at a card',
 * params: z.object({ card_id: z.string() }),
 * answer: cardJson,
 * refusals: { MOCK_CARD_UNKNOWN: { status: 404, when: 'the card does not exist' } },
 * handle: ({ params }, { mock }) => findCard(mock, params.card_id),
 * }),
 * } satisfies CallsFor<typeof routes>
 * ```
 */
export function defineCall<
  Params extends OptionalSchema = undefined,
  Query extends OptionalSchema = undefined,
  Body extends OptionalSchema<CallSchema> = undefined,
  Answer extends OptionalSchema<CallSchema> = undefined,
>(
  call: CallTraits & {
    readonly params?: Params
    readonly query?: Query
    readonly body?: Body
    readonly answer?: Answer
    handle(
      input: CallInput<Parsed<Params>, Parsed<Query>, Parsed<Body>>,
      context: CallContext,
    ): Awaitable<Answer extends CallSchema ? z.input<Resolved<Answer>> | JsonPieces | Response : void>
  },
): Call<Params, Query, Body, Answer> {
  // The app passes the output of the call's own schemas, so the input has the declared type; omitted schemas give undefined.
  return call as Call<Params, Query, Body, Answer>
}

/**
 * The type of the calls for a table of routes: every route has a call and vice versa, with the variables of its path, and with a body exactly where
 * the route has one.
 */
export type CallsFor<Routes extends Readonly<Record<string, string>>> = {
  readonly [Name in keyof Routes]: Call<
    z.ZodType<Readonly<Record<SegmentOf<Routes[Name]>, unknown>>> | undefined,
    OptionalSchema,
    HasBody<Routes[Name]> extends true ? CallSchema : NoBody | undefined
  >
}

type All<Modules> = (Modules extends unknown ? (module: Modules) => void : never) extends (module: infer Joined) => void
  ? Joined
  : never

/**
 * The calls of some routes, each from the module that exports it under the name of its route:
 *
 * ```ts
 * import * as cards from './card-calls.ts'
 * export const calls = callsOf(routes, cards)
 * ```
 */
export function callsOf<Routes extends Readonly<Record<string, string>>, Modules extends readonly object[]>(
  routes: Routes & ([All<Modules[number]>] extends [CallsFor<Routes>] ? unknown : never),
  ...modules: Modules
): Pick<All<Modules[number]>, keyof Routes & keyof All<Modules[number]>> {
  const exported = new Map(modules.flatMap((module) => Object.entries(module)))
  const calls = Object.keys(routes).map((name) => [name, exported.get(name)])
  // The type of the routes says that there is one for each.
  return Object.fromEntries(calls) as ReturnType<typeof callsOf<Routes, Modules>>
}

/** Whether a product's call was made by {@link defineCall}. */
export function isCall(call: ControlCall): call is Call {
  return 'handle' in call && typeof call.handle === 'function'
}

/** The most things that one call takes. */
const LIST_LIMIT = 10_000

// Grouped by hand: the first `toLocaleString` loads 4 MB of locale data, and a starting mock needs none of it.
const TOO_MANY = misfitText({ en: 'at most 10,000 in one call', zh: '一次最多 10,000 项' })

/** Values that complete an added thing. */
export interface AddDefaults extends RowDefaults {
  readonly settings: Settings
}

/**
 * Declares the two calls that add things of a kind, one or a list of them. They share a route: in the table, the call for a list comes first and
 * names both in the OpenAPI document.
 */
export function defineAddCalls<Json extends z.ZodType, Made extends z.ZodType>({
  json,
  made,
  add,
  ...traits
}: Pick<Call, 'summary' | 'refusals'> & {
  /** Schema of the description of one thing. */
  readonly json: Json
  /** Schema of the answer for one thing. */
  readonly made: Made
  add(tx: Transaction, json: z.output<Json>, defaults: AddDefaults): Promise<z.input<Made>>
}): {
  readonly one: Call<undefined, undefined, Json, Made>
  readonly many: Call<undefined, undefined, z.ZodReadonly<z.ZodArray<Json>>, z.ZodArray<Made>>
} {
  // The compiler cannot relate the output of schemas that are still generic.
  const body: z.ZodType<z.output<Json> | z.output<Json>[]> = oneOrMany(json)
  const answer: z.ZodType<unknown, z.input<Made> | z.input<Made>[]> = oneOrMany(made)
  const call: Call = defineCall<undefined, undefined, typeof body, typeof answer>({
    ...traits,
    body,
    status: 201,
    answer,
    handle: ({ body }, { mock }) => addAll(mock, body, add),
  })
  // It answers one thing with one and a list with a list; each of the two types states one half of that.
  return { one: call, many: call } as ReturnType<typeof defineAddCalls<Json, Made>>
}

function oneOrMany<Schema extends z.ZodType>(schema: Schema) {
  return z.union([schema, z.array(schema).max(LIST_LIMIT, TOO_MANY)])
}

type Add<Json, Made> = (tx: Transaction, json: Json, defaults: AddDefaults) => Promise<Made>

/** Adds one thing, or all things of a list or none. */
function addAll<Json, Made>(mock: Mock, body: Json | Json[], add: Add<Json, Made>): Promise<Made | Made[]> {
  return mock.inTurn(async (tx, now) => {
    const defaults = { now, ids: mock.ids, defaultMchid: mock.defaultMerchant.mchid, settings: mock.settings }
    if (!Array.isArray(body)) return add(tx, body, defaults)
    const made: Made[] = []
    for await (const [i, json] of unhurried(body.entries())) {
      made.push(
        await add(tx, json, defaults).catch((error: unknown) => {
          throw placed(`/${i}`, error)
        }),
      )
    }
    return made
  })
}

/**
 * Records a contract from exchanges of the journal, after trying each out on a mock. Passed in by whoever assembles the mock, since the control API
 * cannot create mocks.
 */
export type PactRecorder = (
  exchanges: readonly AnyExchangeJson[],
  options: {
    /** Credentials of a merchant; `undefined` if the mock does not know it. */
    credentialsOf(mchid: string): Promise<CredentialsJson | undefined>
    /** Language of the descriptions. */
    readonly language: Language
    /** Aborted when nobody waits for it any more. */
    readonly left?: AbortSignal | undefined
    /** Default: `wechatpay-client`. */
    readonly consumer?: string | undefined
    /** Default: `wechatpay`. */
    readonly provider?: string | undefined
  },
) => Promise<RecordedContract>

/** Result of recording exchanges. */
export interface RecordedContract {
  /** A pact of specification 4, which has each kind of call once. */
  readonly pact: RecordedPact
  /** Calls that cannot become part of a contract, grouped by kind and reason. */
  readonly leftOut: readonly LeftOutCalls[]
}

/** Calls or callbacks left out of the contract for one reason. */
export interface LeftOutCalls {
  /** `Request-ID` of the first one. */
  readonly id: string
  /** Method and path, with the names of variables if the mock serves it; or the event of a callback. */
  readonly call: string
  readonly status?: number
  /** The reason, in both languages. */
  readonly texts: Texts
  /** Number of calls or callbacks. */
  readonly times: number
}

/** The members of a pact that the control API reads. */
interface RecordedPact {
  readonly interactions: readonly { readonly description: string }[]
}
