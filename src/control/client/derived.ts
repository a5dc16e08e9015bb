import type { z } from 'zod'
import type { Call, CallSchema, Resolved } from '../call.ts'
import { type HasBody, type NoBody, parseRoute, type WithoutQuery } from '../route.ts'
import type { ControlConnection, Query } from './connection.ts'

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
