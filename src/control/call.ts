import type { z } from 'zod'
import type { Mock } from '../engine/mock.ts'
import type { ControlCall } from '../engine/product.ts'
import type { Awaitable } from '../shared/awaitable.ts'
import type { Language } from '../shared/texts.ts'
import type { PactRecorder } from './pact-recorder.ts'
import type { Refusals } from './refusals.ts'
import type { HasBody, NoBody, SegmentOf } from './route.ts'
import type { Served } from './served.ts'

/** A schema, or a function that makes it from what a mock serves. */
export type CallSchema = z.ZodType | ((served: Served) => z.ZodType)

/** A call's declaration apart from its schemas. Its route is in a table of routes, under the same name. */
interface CallTraits {
  readonly summary: string
  /** Whether the body may be left out; it is read as `{}` then. */
  readonly bodyOptional?: boolean
  /** Bytes; {@link BODY_LIMIT} if left out. */
  readonly bodyLimit?: number
  /** The media type, where the answer is not one JSON value; `answer` then describes a part of it, and `handle` returns the response. */
  readonly mediaType?: 'text/event-stream'
  /** Status of an answer with a body; 200 if left out. */
  readonly status?: 200 | 201
  /** Ways in which it refuses, besides those of every call. */
  readonly refusals?: Refusals
  /** Answered without the control token. */
  readonly open?: boolean
}

/** The addresses at which clients reach the mock. */
export interface ClientAddress {
  /** Without a slash at the end. */
  readonly baseUrl: string
  /** The mock as a forward proxy for WeChat Pay's hosts. */
  readonly proxyUrl?: string
  /** PEM of the CA to trust, `null` where it is unavailable. */
  readonly caCertificate?: () => Promise<string | null>
}

/** What a call can use besides its input. */
export interface CallContext {
  readonly mock: Mock
  readonly address: ClientAddress
  readonly recorder: PactRecorder
  /** The language to answer in: the one that the call prefers, or else the mock's. */
  readonly language: Language
  /** Every call of the control API. */
  readonly calls: readonly ServedCall[]
  /** The last event that the client of a stream has seen. */
  readonly lastEventId?: string
  /** Ends streams, which would go on for ever. */
  readonly ending?: AbortSignal
}

/** Input that has passed a call's schemas. */
export interface CallInput<Params = unknown, Query = unknown, Body = unknown> {
  readonly params: Params
  readonly query: Query
  readonly body: Body
}

type OptionalSchema<Schema = z.ZodType> = Schema | undefined

/** A call of the control API: its input, what it does, its answer and its refusals. */
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
  /** @throws UsageError for what it refuses */
  handle(input: CallInput, context: CallContext): Awaitable<unknown>
}

/** A call as one mock serves it, whose tables are known. */
export interface ServedCall extends Call<OptionalSchema, OptionalSchema, OptionalSchema, OptionalSchema> {
  /** camelCase: its name in the table of routes. */
  readonly id: string
  readonly method: string
  /** With `/_mock` in front, and `{name}` for its variable segments. */
  readonly path: string
}

/** The largest body of a call that does not say otherwise, in bytes. */
export const BODY_LIMIT = 16 * 1_048_576

/** Whether the body of a request is read; if so, unknown members are refused. */
export function takesBody({ method }: { readonly method: string }): boolean {
  return method !== 'GET' && method !== 'DELETE'
}

/** The schema that a call has once the tables are known. */
export type Resolved<Schema extends CallSchema> = Schema extends z.ZodType
  ? Schema
  : Schema extends (served: Served) => z.ZodType
    ? ReturnType<Schema>
    : never

type Parsed<Schema extends CallSchema | undefined> = Schema extends CallSchema ? z.output<Resolved<Schema>> : undefined

/**
 * Declares what a call of the control API does; what `handle` returns has to fit `answer`. Its method and path stand in a table of routes, and
 * {@link CallsFor} checks that the two agree.
 *
 * ```ts
 * // routes.ts, which a browser may load
 * export const routes = { card: 'GET /cards/{card_id}' } as const
 *
 * // calls.ts
 * export const calls = {
 *   card: defineCall({
 *     summary: 'Look at a card',
 *     params: z.object({ card_id: z.string() }),
 *     answer: cardJson,
 *     refusals: { MOCK_CARD_UNKNOWN: { status: 404, when: 'there is no such card' } },
 *     handle: ({ params }, { mock }) => findCard(mock, params.card_id),
 *   }),
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
    ): Awaitable<Answer extends CallSchema ? z.input<Resolved<Answer>> | Response : void>
  },
): Call<Params, Query, Body, Answer> {
  // The app passes the output of the call's own schemas, so the input has the declared type; what is left out is undefined.
  return call as Call<Params, Query, Body, Answer>
}

/**
 * The type of the calls for a table of routes: every route has a call and every call a route, with the variables that its path has, and with a
 * body exactly where the route has one.
 */
export type CallsFor<Routes extends Readonly<Record<string, string>>> = {
  readonly [Name in keyof Routes]: Call<
    z.ZodType<Readonly<Record<SegmentOf<Routes[Name]>, unknown>>> | undefined,
    OptionalSchema,
    HasBody<Routes[Name]> extends true ? CallSchema : NoBody | undefined
  >
}

/** Whether a product's call was made by {@link defineCall}. */
export function isCall(call: ControlCall): call is Call {
  return 'handle' in call && typeof call.handle === 'function'
}
