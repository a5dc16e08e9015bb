import type { z } from 'zod'
import type { Call, CallSchema, Resolved } from '../call.ts'
import { type HasBody, type NoBody, parseRoute, type WithoutQuery } from '../route.ts'
import type { ControlConnection, Query } from './connection.ts'

type Routes = Readonly<Record<string, string>>
type Calls<R extends Routes> = { readonly [Name in keyof R]: Call }

/** A place of its own in the path for each thing that varies in it. */
type Segments<Route extends string> =
  WithoutQuery<Route> extends `${string}{${string}}${infer Rest}` ? [segment: string, ...Segments<Rest>] : []

/** What a client gives as the body; `never` where there is none. */
type BodyOf<Route extends string, Body> =
  HasBody<Route> extends false
    ? never
    : Body extends NoBody
      ? never
      : Body extends CallSchema
        ? z.input<Resolved<Body>>
        : never

/** What a client gives as the query: the very values that `handle` gets; `never` where there is none. */
type QueryOf<Q> = Q extends z.ZodType ? z.output<Q> : never

/** An argument, which may be left out where nothing in it is needed. */
type BodyArgument<Body> = [Body] extends [never] ? [] : object extends Body ? [body?: Body] : [body: Body]
type QueryArgument<Q> = [Q] extends [never] ? [] : object extends Q ? [query?: Q] : [query: Q]

/** What a call takes and answers, where that depends on the tables of its mock or is said more exactly than its schema can. */
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
 * The methods that a table of routes and its calls make, under the same names and with the comments of the routes: what varies in the path, then
 * the body, then the query. What may be left out of a body or a query altogether need not be given.
 *
 * @typeParam Names those of the routes that are wanted
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
      C[Name]['answer'] extends CallSchema ? z.output<Resolved<C[Name]['answer']>> : void
    >
  >
}

/** The methods for a table of routes, by their names; {@link Derived} says what they take and answer. */
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
      // Of what a method takes, what comes last is the query, an object.
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
