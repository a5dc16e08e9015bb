import type { z } from 'zod'
import { UsageError } from '../protocol/errors.ts'

/**
 * Routes of the control API are texts: method and path below `/_mock`, with `{name}` for variables. A trailing `{?mchid}` names the only members of
 * the query that a client sends, so that callers may pass a larger object; a `?` at the end of a POST means that it takes no body.
 */

/** A route without the names of its query. */
export type WithoutQuery<Route extends string> = Route extends `${infer Path}{?${string}}${infer Rest}`
  ? `${Path}${Rest}`
  : Route

/** The names of a route's variables. */
export type SegmentOf<Route extends string> =
  WithoutQuery<Route> extends `${string}{${infer Name}}${infer Rest}` ? Name | SegmentOf<Rest> : never

/** Whether a route takes a body. */
export type HasBody<Route extends string> = Route extends `GET ${string}` | `DELETE ${string}` | `${string}?`
  ? false
  : true

/** The schema of a body without members: clients need not send it. */
export type NoBody = z.ZodObject<Record<string, never>, z.core.$strict>

/** A parsed route. */
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
