import type { z } from 'zod'
import { UsageError, type UsageErrorCode } from '../../wire/protocol/errors.ts'
import { parseJson, parseJsonObject } from '../../wire/protocol/json-object.ts'
import type { Language } from '../../wire/shared/texts.ts'
import type { Call, CallSchema, Resolved } from '../call.ts'
import { type HasBody, type NoBody, parseRoute, type WithoutQuery } from '../route.ts'

/** Carries requests to a server. */
export function sendTo(
  address: string,
  { token, language }: { readonly token?: string | undefined; readonly language?: Language | undefined },
): Send {
  return async (request) => {
    if (token !== undefined) request.headers.set('Authorization', `Bearer ${token}`)
    if (language !== undefined) request.headers.set('Accept-Language', language)
    try {
      return await fetch(request)
    } catch (cause) {
      throw new UsageError(
        'MOCK_UNREACHABLE',
        {
          en: `No mock answers at ${address}: is it started there?`,
          zh: `${address} 没有模拟服务应答，请确认它已在该地址启动。`,
        },
        { cause },
      )
    }
  }
}

/** Members that are `undefined` are left out. */
type Query = Readonly<Record<string, unknown>>

/** A call's method and its path below `/_mock`, with all variables filled in. */
interface Target {
  readonly method: string
  readonly path: string
  readonly query?: Query | undefined
}

/** Carries a request to a control API. */
export type Send = (request: Request) => Response | Promise<Response>

/** A connection to a control API over any transport. Every call goes through it. */
export class ControlConnection {
  readonly #send: Send
  readonly #baseUrl: string

  /** @param baseUrl address of the mock, with or without a trailing `/_mock` */
  constructor(send: Send, baseUrl: string) {
    this.#send = send
    this.#baseUrl = baseUrl.replace(/(?<!\/)\/+$/, '').replace(/\/_mock$/, '')
  }

  /** Makes a call and returns the JSON of its answer, or `undefined` if it is empty. */
  async call(target: Target, body?: unknown): Promise<unknown> {
    const response = await this.#request(target, body === undefined ? undefined : JSON.stringify(body))
    const text = await response.text()
    const answer = text === '' ? undefined : parseJson(text)
    if (text !== '' && answer === undefined) throw notTheControlApi(response, this.#urlOf(target))
    return answer
  }

  /** Returns a call's answer as a file, without reading it. */
  async download(target: Target): Promise<Blob> {
    const response = await this.#request(target)
    if (response.headers.get('content-type')?.startsWith('application/json')) return response.blob()
    throw notTheControlApi(response, this.#urlOf(target))
  }

  /** Makes a call whose body is a JSON file and whose answer is empty. */
  async upload(target: Target, file: Blob): Promise<void> {
    await this.#request(target, file)
  }

  /** Opens a stream of events that lasts until the mock ends it or `signal` is aborted. */
  async open(target: Target, signal?: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const url = this.#urlOf(target)
    const response = await this.#send(new Request(url, { method: target.method, ...(signal && { signal }) }))
    if (response.ok && response.body) return response.body
    const text = await response.text()
    throw refusal(response, text, url)
  }

  /** Returns the response if it is not a refusal, and throws otherwise. */
  async #request(target: Target, body?: string | Blob): Promise<Response> {
    const url = this.#urlOf(target)
    const response = await this.#send(
      new Request(url, {
        method: target.method,
        ...(body !== undefined && { body, headers: { 'Content-Type': 'application/json' } }),
      }),
    )
    if (response.ok) return response
    const text = await response.text()
    throw refusal(response, text, url)
  }

  #urlOf({ path, query = {} }: Target): URL {
    const url = new URL(`${this.#baseUrl}/_mock${path}`)
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value))
    }
    return url
  }
}

function refusal(response: Response, text: string, url: URL): Error {
  // Text that is not JSON means a bug in the mock, or a server that is not a mock.
  const answer = parseJsonObject(text)
  if (answer && 'code' in answer && 'message' in answer && 'path' in answer) {
    const { code, message, path } = answer
    if (isUsageErrorCode(code)) {
      // Sent only in the language that the call asked for.
      const said = String(message)
      return new UsageError(code, { en: said, zh: said }, { path: String(path) })
    }
  }
  return text.includes('wechatpay-mock') ? new Error(text.trim()) : notTheControlApi(response, url)
}

function notTheControlApi(response: Response, url: URL): UsageError {
  const type = response.headers.get('content-type')
  return new UsageError('MOCK_NOT_A_MOCK', {
    en: `${url.origin} answered ${response.status} with ${type ?? 'nothing'}, which is not the control API of wechatpay-mock: give the address of a mock.`,
    zh: `${url.origin} 的应答（${response.status}，${type ?? '无内容'}）不是来自 wechatpay-mock 的控制 API，请更正地址。`,
  })
}

function isUsageErrorCode(code: unknown): code is UsageErrorCode {
  return typeof code === 'string' && code.startsWith('MOCK_')
}

type Routes = Readonly<Record<string, string>>
type Calls<R extends Routes> = { readonly [Name in keyof R]: Call }

/** One argument for each variable of the path. */
type Segments<Route extends string> =
  WithoutQuery<Route> extends `${string}{${string}}${infer Rest}` ? [segment: string, ...Segments<Rest>] : []

/** Type of the body that a client passes; `never` for calls without one. */
type BodyOf<Route extends string, Body> =
  HasBody<Route> extends false
    ? never
    : Body extends NoBody
      ? never
      : Body extends CallSchema
        ? z.input<Resolved<Body>>
        : never

/** Type of the query that a client passes, the same as `handle` gets; `never` for calls without one. */
type QueryOf<Q> = Q extends z.ZodType ? z.output<Q> : never

/** An argument, optional if all of its members are. */
type BodyArgument<Body> = [Body] extends [never] ? [] : object extends Body ? [body?: Body] : [body: Body]
type QueryArgument<Q> = [Q] extends [never] ? [] : object extends Q ? [query?: Q] : [query: Q]

/** A call's input and answer, where they depend on the mock's tables or have a more exact type than the schema's. */
interface Refinement {
  readonly body?: unknown
  readonly answer?: unknown
}

type Refined<Refinements, Name, Member extends keyof Refinement, Otherwise> = Name extends keyof Refinements
  ? Refinements[Name] extends { readonly [M in Member]: infer Type }
    ? Type
    : Otherwise
  : Otherwise

/**
 * Methods for a table of routes and its calls, with the names and comments of the routes. They take the path's variables, then the body, then the
 * query; a body or query whose members are all optional may be omitted.
 *
 * @typeParam Names routes to include
 */
export type Derived<R extends Routes, C extends Calls<R>, Refinements = object, Names extends keyof R = keyof R> = {
  -readonly [Name in Names]: (
    ...args: [
      ...Segments<R[Name]>,
      ...BodyArgument<Refined<Refinements, Name, 'body', BodyOf<R[Name], C[Name]['body']>>>,
      ...QueryArgument<QueryOf<C[Name]['query']>>,
    ]
  ) => Promise<
    Refined<
      Refinements,
      Name,
      'answer',
      C[Name]['answer'] extends CallSchema ? z.input<Resolved<C[Name]['answer']>> : void
    >
  >
}

/** Creates the methods for a table of routes, by name. {@link Derived} gives their types. */
export function derive(routes: Routes): (connection: ControlConnection) => Record<string, Method> {
  const methods = Object.entries(routes).map(([name, route]) => [name, methodOf(route)] as const)
  return (connection) => Object.fromEntries(methods.map(([name, method]) => [name, method(connection)]))
}

type Method = (...args: unknown[]) => Promise<unknown>

function methodOf(route: string): (connection: ControlConnection) => Method {
  const { method, path, hasBody, queryNames } = parseRoute(route)
  return (connection) =>
    (...given) => {
      const rest = [...given]
      const filled = path.replaceAll(/\{\w+\}/g, () => encodeURIComponent(String(rest.shift())))
      const body = hasBody ? (rest.shift() ?? {}) : undefined
      // The last argument is the query, an object.
      const query = rest.shift() as Query | undefined
      return connection.call(
        { method, path: filled, query: query && queryNames ? membersOf(query, queryNames) : query },
        body,
      )
    }
}

function membersOf(query: Query, names: readonly string[]): Query {
  return Object.fromEntries(names.map((name) => [name, query[name]]))
}
