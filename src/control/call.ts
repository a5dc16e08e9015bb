import { z } from 'zod'
import type { Mock } from '../engine/mock.ts'
import type { UsageErrorCode } from '../protocol/errors.ts'
import type { Awaitable } from '../shared/awaitable.ts'
import type { PactRecorder } from './pact-recorder.ts'
import type { Served } from './served.ts'

/** A schema, or what makes it of what a mock serves. */
export type CallSchema = z.ZodType | ((served: Served) => z.ZodType)

/** What a call of the control API is, apart from what it does; enough for routing and for its OpenAPI document. */
export interface CallDescription {
  /** camelCase, as the methods of `MockControl`. */
  readonly id: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Path with `{name}` for its variable segments. */
  readonly path: string
  readonly summary: string
  readonly params?: z.ZodType | undefined
  readonly query?: z.ZodType | undefined
  readonly body?: CallSchema | undefined
  /** Whether the body may be left out; it is read as `{}` then. */
  readonly bodyOptional?: boolean
  /** Bytes; {@link BODY_LIMIT} if left out. */
  readonly bodyLimit?: number
  /** Left out: 204 without a body. */
  readonly answer?: CallSchema | undefined
  /** What the answer comes as, where that is not one JSON value; `answer` describes a part of it then, and `handle` gives the response. */
  readonly mediaType?: 'text/event-stream'
  /** Status of an answer with a body; 200 if left out. */
  readonly status?: 200 | 201
  /** Ways in which it refuses, besides those of every call, and when. */
  readonly refusals?: Readonly<Partial<Record<UsageErrorCode, string>>>
  /** Answered without the control token. */
  readonly open?: boolean
}

/** Where clients reach the mock. */
export interface ClientAddress {
  /** Without a slash at the end. */
  readonly baseUrl: string
  /** The mock as a forward proxy for WeChat Pay's hosts. */
  readonly proxyUrl?: string
  /** PEM of the CA to trust, `null` where it can not be had. */
  readonly caCertificate?: () => Promise<string | null>
}

/** What a call has at hand besides its input. */
export interface CallContext {
  readonly mock: Mock
  readonly address: ClientAddress
  readonly recorder: PactRecorder
  /** Every call of the control API. */
  readonly calls: readonly ResolvedCall[]
  /** The last event that the client of a stream has seen. */
  readonly lastEventId?: string
  /** Ends streams, which would go on for ever. */
  readonly ending?: AbortSignal
}

/** A call of the control API. */
export interface Call extends CallDescription {
  /** @throws UsageError for what it refuses */
  handle(input: CallInput, context: CallContext): Awaitable<unknown>
}

/** A call of one mock, of which is known what it serves. */
export interface ResolvedCall extends Call {
  readonly body?: z.ZodType | undefined
  readonly answer?: z.ZodType | undefined
}

/** Makes the schemas of a call that depend on what its mock serves. */
export function resolveCall(call: Call, served: Served): ResolvedCall {
  const resolve = (schema: CallSchema | undefined) => (typeof schema === 'function' ? schema(served) : schema)
  return { ...call, body: resolve(call.body), answer: resolve(call.answer) }
}

/** Input that has passed a call's schemas. */
export interface CallInput {
  readonly params: unknown
  readonly query: unknown
  readonly body: unknown
}

/** The largest body of a call that does not say otherwise, in bytes. */
export const BODY_LIMIT = 16 * 1_048_576

/** Whether the body of a request is looked at; with one that a call has no members for it is refused. */
export function takesBody({ method }: Pick<CallDescription, 'method'>): boolean {
  return method !== 'GET' && method !== 'DELETE'
}

/** Things that one call takes at most. */
const LIST_LIMIT = 10_000

/** The schema that a call has in the end. */
type Resolved<Schema extends CallSchema> = Schema extends z.ZodType
  ? Schema
  : Schema extends (served: Served) => z.ZodType
    ? ReturnType<Schema>
    : never

type Parsed<Schema extends CallSchema | undefined> = Schema extends CallSchema ? z.output<Resolved<Schema>> : undefined

/** Declares a call; what `handle` returns has to fit `answer`. */
export function defineCall<
  Params extends z.ZodType | undefined = undefined,
  Query extends z.ZodType | undefined = undefined,
  Body extends CallSchema | undefined = undefined,
  Answer extends CallSchema | undefined = undefined,
>(
  call: Omit<CallDescription, 'params' | 'query' | 'body' | 'answer'> & {
    readonly params?: Params
    readonly query?: Query
    readonly body?: Body
    readonly answer?: Answer
    handle(
      input: { readonly params: Parsed<Params>; readonly query: Parsed<Query>; readonly body: Parsed<Body> },
      context: CallContext,
    ): Awaitable<Answer extends CallSchema ? z.input<Resolved<Answer>> | Response : void>
  },
): Call {
  // The app hands `handle` what the call's own schemas made, so the input has the type it declares.
  return call as Call
}

/** One thing, or a list of them. */
export function oneOrMany<Schema extends z.ZodType>(schema: Schema) {
  return z.union([schema, z.array(schema).max(LIST_LIMIT, `at most ${LIST_LIMIT.toLocaleString('en')} in one call`)])
}
