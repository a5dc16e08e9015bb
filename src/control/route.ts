import type { z } from 'zod'
import type { Mock } from '../engine/mock.ts'
import type { ProductPage } from '../engine/product.ts'
import { UsageError, type UsageErrorCode } from '../wire/protocol/errors.ts'

/** The parts of a mock that schemas depend on. */
export type Served = Pick<Mock, 'tables' | 'events' | 'settingDefinitions'>

type RefusalStatus = 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 503

/** A refusal with its own status. */
export interface Refusal {
  readonly status: RefusalStatus
  readonly when: string
}

/** A call's refusals: when they occur, and their status if it is neither the common one nor 400. */
export type Refusals = Readonly<Partial<Record<UsageErrorCode, string | Refusal>>>

/** Statuses of refusals shared by several calls; 400 for any other. */
const STATUS: Readonly<Partial<Record<UsageErrorCode, RefusalStatus>>> = {
  MOCK_TOKEN: 401,
  MOCK_FORBIDDEN_HOST: 403,
  MOCK_FORBIDDEN_ORIGIN: 403,
  MOCK_NOT_FOUND: 404,
  MOCK_MERCHANT_UNKNOWN: 404,
  MOCK_EXCHANGE_UNKNOWN: 404,
  MOCK_METHOD: 405,
  MOCK_AMBIGUOUS: 409,
  MOCK_MERCHANT_EXISTS: 409,
  MOCK_BODY_TOO_LARGE: 413,
  MOCK_CONTENT_TYPE: 415,
  MOCK_STORE_UNAVAILABLE: 503,
  MOCK_UNFINISHED_BODIES: 503,
  MOCK_WORLD_BUSY: 503,
}

/** The HTTP status of a call's refusal: the call's own, or the common one. */
export function statusOf(code: UsageErrorCode, call?: { readonly refusals?: Refusals }): RefusalStatus {
  const own = call?.refusals?.[code]
  return typeof own === 'object' ? own.status : (STATUS[code] ?? 400)
}

/** Refusals that any call may answer with, and when. */
export const COMMON_REFUSALS = {
  MOCK_INPUT: 'a value does not fit, or is not known',
  MOCK_TOKEN: 'the control token is missing or wrong',
  MOCK_FORBIDDEN_HOST: 'Host is neither loopback, nor the host that the server listens on, nor an allowed one',
  MOCK_FORBIDDEN_ORIGIN: 'a web page of another origin made the call',
  MOCK_STORE_UNAVAILABLE: 'the store that the mock keeps its state in cannot be used now',
} as const satisfies Partial<Record<UsageErrorCode, string>>

export const BODY_REFUSALS = {
  MOCK_JSON: 'the body is missing, or is not JSON in UTF-8',
  MOCK_BODY_TOO_LARGE: 'the body is larger than the call takes',
  MOCK_CONTENT_TYPE: 'the body is not application/json',
  MOCK_UNFINISHED_BODIES: 'unfinished request bodies take too much memory together',
} as const satisfies Partial<Record<UsageErrorCode, string>>

export const COSTLY_REFUSALS = {
  MOCK_WORLD_BUSY: 'too many calls wait to read or replace much, which they do one after another',
} as const satisfies Partial<Record<UsageErrorCode, string>>

/**
 * Routes of the control API are texts: method and path below `/_mock`, with `{name}` for variables. A trailing `{?mchid}` names the only members of
 * the query that a client sends, so that callers may pass a larger object; a `?` at the end of a POST means that it takes no body.
 */

export type WithoutQuery<Route extends string> = Route extends `${infer Path}{?${string}}${infer Rest}`
  ? `${Path}${Rest}`
  : Route

/** The names of a route's variables. */
export type SegmentOf<Route extends string> =
  WithoutQuery<Route> extends `${string}{${infer Name}}${infer Rest}` ? Name | SegmentOf<Rest> : never

export type HasBody<Route extends string> = Route extends `GET ${string}` | `DELETE ${string}` | `${string}?`
  ? false
  : true

/** The schema of a body without members: clients need not send it. */
export type NoBody = z.ZodObject<Record<string, never>, z.core.$strict>

export interface Route {
  readonly method: string
  /** Without `/_mock`. */
  readonly path: string
  readonly hasBody: boolean
  /** Members of the query that a client sends. Default: all members it is given. */
  readonly queryNames?: readonly string[]
}

const ROUTE = /^(GET|POST|PUT|PATCH|DELETE) (\/[^?]*?)(?:\{\?([\w,]+)\})?(\??)$/

/** @throws UsageError `MOCK_PRODUCT` for an invalid route */
export function parseRoute(text: string): Route {
  const [, method, path, query, bare] = ROUTE.exec(text) ?? []
  if (method === undefined || path === undefined) {
    throw new UsageError('MOCK_PRODUCT', {
      en: `${JSON.stringify(text)} is no route: write a method and a path, like "GET /cards/{card_id}".`,
      zh: `${JSON.stringify(text)} 不是路由，应写成方法加路径，如 "GET /cards/{card_id}"。`,
    })
  }
  const hasBody = method !== 'GET' && method !== 'DELETE' && bare === ''
  return { method, path, hasBody, ...(query !== undefined && { queryNames: query.split(',') }) }
}

export type PageQuery = Readonly<Record<string, string>>

/** The address of a product's page on the server that serves it, with its query escaped. */
export function addressOfPage({ path }: ProductPage, query: PageQuery): string {
  return `/_mock${path}?${new URLSearchParams(query)}`
}
