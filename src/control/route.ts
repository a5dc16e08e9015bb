import type { z } from 'zod'
import { UsageError } from '../protocol/errors.ts'

/**
 * Routes of the control API are texts: method and path below `/_mock`, with `{name}` for variables. A `?` behind the path of a POST means that it
 * takes no body.
 */

/** The names of a route's variables. */
export type SegmentOf<Route extends string> = Route extends `${string}{${infer Name}}${infer Rest}`
  ? Name | SegmentOf<Rest>
  : never

/** Whether a route takes a body. */
export type HasBody<Route extends string> = Route extends `GET ${string}` | `DELETE ${string}` | `${string}?`
  ? false
  : true

/** The schema of a body without members: clients need not send it. */
export type NoBody = z.ZodObject<Record<string, never>, z.core.$strict>

/** A route, taken apart. */
export interface Route {
  readonly method: string
  /** Without `/_mock`. */
  readonly path: string
  readonly hasBody: boolean
}

const ROUTE = /^(GET|POST|PUT|PATCH|DELETE) (\/[^?]*)(\??)$/

/** @throws UsageError `MOCK_PRODUCT` for what is no route */
export function parseRoute(text: string): Route {
  const [, method, path, bare] = ROUTE.exec(text) ?? []
  if (method === undefined || path === undefined) {
    throw new UsageError(
      'MOCK_PRODUCT',
      `${JSON.stringify(text)} is no route: write a method and a path, like "GET /cards/{card_id}".`,
    )
  }
  return { method, path, hasBody: method !== 'GET' && method !== 'DELETE' && bare === '' }
}
