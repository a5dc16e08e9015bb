import { isJsonObject, type JsonObject, parseJsonObject } from '../../src/wire/protocol/json-object.ts'
import { contentIn, type PactDocument } from './pact-document.ts'

/**
 * How a value is compared: with the example itself (`exactly`), by its JSON type (`type`), by a pattern, or by another matcher of Pact, under its own
 * name, such as `integer`.
 */
type Match = { readonly by: string; readonly regex?: string }

/** Something of a message with a value of its own: a header field, a parameter of the query, or a member of the JSON body. */
export interface Term {
  /** Names from the outside in; `[]` is an element of a list. One name for a header field or a parameter. */
  readonly path: readonly string[]
  /** The example. */
  readonly value: unknown
  readonly match: Match
}

/** A request, an answer or a message, as far as a contract describes it. */
export interface Described {
  readonly headers: readonly Term[]
  /** Members without members of their own; empty for a body that is not JSON, or that a contract leaves open. */
  readonly members: readonly Term[]
  /** The example of the body; `undefined` without one. */
  readonly body: unknown
}

/** An interaction of a pact of any specification, in one form. */
export interface PactInteraction {
  readonly description: string
  readonly states: readonly { readonly name: string; readonly parameters: JsonObject }[]
  /** Absent for a message. */
  readonly request?: Described & { readonly method: string; readonly path: Term; readonly query: readonly Term[] }
  readonly response?: Described & { readonly status: number }
  /** The contents of a message. */
  readonly message?: Described
}

/** The interactions of a pact, in their order. */
export function interactionsOf({ text }: Pick<PactDocument, 'text'>): readonly PactInteraction[] {
  const { interactions, messages } = parseJsonObject(text) ?? {}
  // Checked when the pact was read.
  const all = [...listOf(interactions), ...listOf(messages)].filter(isJsonObject)
  return all.map(interactionOf)
}

/** The target of the example request: its path and query. */
export function targetOf({ path, query }: NonNullable<PactInteraction['request']>): string {
  const asked = new URLSearchParams(
    query.map(({ path: [name = ''], value }): [string, string] => [name, String(value)]),
  )
  return asked.size === 0 ? String(path.value) : `${path.value}?${asked}`
}

function interactionOf(one: JsonObject): PactInteraction {
  const { description, request, response } = one
  const name = typeof description === 'string' ? description : ''
  const known = { description: name, states: statesOf(one) }
  if (!isJsonObject(request) || !isJsonObject(response)) return { ...known, message: describedIn(one, one.contents) }
  const { method, path, query } = request
  const rules = rulesOf(request)
  return {
    ...known,
    request: {
      ...describedIn(request, request.body),
      method: String(method ?? 'GET').toUpperCase(),
      path: { path: [], value: String(path ?? '/'), match: matchAt(rules, 'path', []) },
      query: fieldsOf(typeof query === 'string' ? parametersIn(query) : query, rules, 'query'),
    },
    response: { ...describedIn(response, response.body), status: Number(response.status ?? 200) },
  }
}

function statesOf({ providerStates, providerState }: JsonObject): PactInteraction['states'] {
  if (typeof providerState === 'string') return [{ name: providerState, parameters: {} }]
  return listOf(providerStates)
    .filter(isJsonObject)
    .map(({ name, params }) => ({ name: String(name), parameters: isJsonObject(params) ? params : {} }))
}

function describedIn(part: JsonObject, content: unknown): Described {
  const rules = rulesOf(part)
  const body = contentIn(content)
  return { headers: fieldsOf(part.headers, rules, 'header'), members: membersIn(body, rules, []), body }
}

function parametersIn(query: string): JsonObject {
  const given = new URLSearchParams(query)
  return Object.fromEntries([...given.keys()].map((name) => [name, given.getAll(name)]))
}

function fieldsOf(fields: unknown, rules: readonly Rule[], part: 'header' | 'query'): readonly Term[] {
  if (!isJsonObject(fields)) return []
  return Object.entries(fields).map(([name, value]) => ({
    path: [name],
    value: Array.isArray(value) ? value.join(', ') : value,
    match: matchAt(rules, part, [part === 'header' ? name.toLowerCase() : name]),
  }))
}

function membersIn(value: unknown, rules: readonly Rule[], path: readonly string[]): readonly Term[] {
  if (value === undefined) return []
  const match = matchAt(rules, 'body', path)
  if (Array.isArray(value) && value.length > 0) {
    // Where any number of elements will do, they are all like the first.
    const elements = match.by === 'exactly' ? value : value.slice(0, 1)
    return elements.flatMap((one) => membersIn(one, rules, [...path, '[]']))
  }
  if (!isJsonObject(value) || Object.keys(value).length === 0) return [{ path, value, match }]
  return Object.entries(value).flatMap(([name, one]) => membersIn(one, rules, [...path, name]))
}

/** A matching rule, and where it applies. */
interface Rule {
  readonly part: 'path' | 'query' | 'header' | 'body'
  /** `*` is any name or element. */
  readonly path: readonly string[]
  readonly match: Match
}

const PARTS = { path: 'path', query: 'query', header: 'header', headers: 'header', body: 'body' } as const

/** Rules by parts (specifications 3 and 4), or by paths that begin with the part (specification 2). */
function rulesOf({ matchingRules }: JsonObject): readonly Rule[] {
  if (!isJsonObject(matchingRules)) return []
  return Object.entries(matchingRules).flatMap(([key, given]): readonly Rule[] => {
    if (!isJsonObject(given)) return []
    if (key.startsWith('$')) {
      const [part = '', ...path] = segmentsOf(key)
      return Object.hasOwn(PARTS, part) ? [ruleOf(PARTS[part as keyof typeof PARTS], path, given)] : []
    }
    if (!Object.hasOwn(PARTS, key)) return []
    const part = PARTS[key as keyof typeof PARTS]
    if (Array.isArray(given.matchers)) return [ruleOf(part, [], firstOf(given))]
    return Object.entries(given)
      .filter((entry): entry is [string, JsonObject] => isJsonObject(entry[1]))
      .map(([path, one]) => ruleOf(part, segmentsOf(path), firstOf(one)))
  })
}

const firstOf = ({ matchers }: JsonObject): JsonObject => listOf(matchers).find(isJsonObject) ?? {}

function ruleOf(part: Rule['part'], segments: readonly string[], { match, regex }: JsonObject): Rule {
  const path = part === 'body' ? segments : segments.slice(0, 1)
  return {
    part,
    path: part === 'header' ? path.map((name) => name.toLowerCase()) : path,
    match: matchOf(typeof match === 'string' ? match : regex === undefined ? 'type' : 'regex', regex),
  }
}

/** A pattern that only the example fits compares it exactly. */
const LITERAL = /^\^(?:[\w\s:,/"%@=&;<>!#~`'-]|\\[^\w])*\$$/

function matchOf(name: string, regex: unknown): Match {
  if (name === 'equality') return EXACTLY
  if (name !== 'regex') return { by: name }
  const pattern = String(regex)
  return LITERAL.test(pattern) ? EXACTLY : { by: 'pattern', regex: pattern }
}

const EXACTLY: Match = { by: 'exactly' }

const SEGMENT = /\.([^.[\]]+)|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]|\[(\*|\d+)\]/g

/** The names in a path expression such as `$.data[*].serial_no`; a name alone stands for itself. */
export function segmentsOf(expression: string): readonly string[] {
  if (!expression.startsWith('$')) return [expression.replace(/\[\d+\]$/, '')]
  return [...expression.matchAll(SEGMENT)].map(
    ([, name, single, double, element]) =>
      name ?? (single ?? double)?.replaceAll(/\\(.)/g, '$1') ?? (element && '[]') ?? '',
  )
}

/** The rule for a place: its own, or the innermost around it. Of those around, only types and equality hold for everything inside. */
function matchAt(rules: readonly Rule[], part: Rule['part'], path: readonly string[]): Match {
  const around = rules.filter(
    (rule) =>
      rule.part === part &&
      rule.path.length <= path.length &&
      rule.path.every((name, i) => name === path[i] || name === '*') &&
      (rule.path.length === path.length || rule.match.by === 'type' || rule.match.by === 'exactly'),
  )
  const [nearest] = around.toSorted((a, b) => b.path.length - a.path.length)
  return nearest?.match ?? EXACTLY
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
