import type { Hit } from '../../src/engine/exchange/router.ts'
import { states } from '../../src/products/states.ts'
import { time } from '../../src/traffic/recording/matchers.ts'
import { kindOf } from '../../src/traffic/recording/number-stand-ins.ts'
import type { RecordedExchange, RecordedMessage } from '../../src/traffic/recording/read-recording.ts'
import { isJsonObject, type JsonObject, parseJson } from '../../src/wire/protocol/json-object.ts'

/** Rules of one part of a message, by path or by name of a header field, in the format of specification 3 and 4. */
export type Rules = Readonly<Record<string, unknown>>

/** An interaction of a pact of any specification, as far as recorded traffic can be compared with it. */
export interface ContractInteraction {
  readonly kind: 'call' | 'callback'
  readonly description: string
  readonly states: readonly string[]
  /** The broker's id of it. */
  readonly id: string | undefined
  readonly method: string
  /** Path and query of the example; empty for a callback. */
  readonly target: string
  readonly request: { readonly body: unknown; readonly rules: Rules }
  readonly answer: {
    readonly status: number
    readonly headers: Readonly<Record<string, string>>
    /** The content of a callback; `undefined` if the contract does not say. */
    readonly body: unknown
    readonly rules: { readonly body: Rules; readonly header: Rules }
  }
  /** Values that come from its provider states, as texts: those of the live service are others. */
  readonly given: ReadonlySet<string>
}

/** The interactions of a pact, in the order of the file. */
export function interactionsIn(text: string): readonly ContractInteraction[] {
  const { interactions = [], messages = [] } = Object(parseJson(text)) as Partial<Record<string, unknown[]>>
  return [...interactions, ...messages].map((one) => interactionFrom(objectOf(one)))
}

function interactionFrom(one: JsonObject): ContractInteraction {
  const { description, request, response, contents, metadata, matchingRules, _id } = one
  const listed = Array.isArray(one.providerStates) ? one.providerStates.map(objectOf) : []
  const single = one.providerState ?? one.provider_state
  const given = typeof single === 'string' ? [{ name: single }, ...listed] : listed
  const common = {
    description: String(description),
    states: given.map(({ name }) => String(name)),
    id: typeof _id === 'string' ? _id : undefined,
    given: new Set(given.flatMap(valuesOf)),
  }
  if (!isJsonObject(request)) {
    const rules = rulesOf(matchingRules)
    return {
      ...common,
      kind: 'callback',
      method: 'POST',
      target: '',
      request: { body: undefined, rules: {} },
      answer: {
        status: 200,
        headers: headersOf(objectOf(metadata), /^wechatpay-/i),
        body: contentOf(contents),
        rules: { body: rules.body, header: { ...rules.header, ...objectOf(objectOf(matchingRules).metadata) } },
      },
    }
  }
  const answer = objectOf(response)
  const generated = Object.keys(objectOf(objectOf(request.generators).body))
  const asked = Object.entries(rulesOf(request.matchingRules).body).filter(([path]) => !generated.includes(path))
  return {
    ...common,
    kind: 'call',
    method: String(request.method).toUpperCase(),
    target: String(request.path) + queryOf(request.query),
    request: { body: contentOf(request.body), rules: Object.fromEntries(asked) },
    answer: {
      status: Number(answer.status ?? 200),
      headers: headersOf(objectOf(answer.headers)),
      body: contentOf(answer.body),
      rules: rulesOf(answer.matchingRules),
    },
  }
}

/** The values that a state brings: its parameters as given, and the defaults of the others. Words such as `USED` are left out: many things share them. */
function valuesOf({ name, params }: JsonObject): string[] {
  const defaults = Object.hasOwn(states, String(name)) ? states[String(name) as keyof typeof states].parameters : {}
  return Object.values({ ...defaults, ...objectOf(params) })
    .map(String)
    .filter((value) => value !== '' && !/^[A-Z_]+$/.test(value))
}

/** The value of a body: specification 4 wraps it, and the older ones do not. */
function contentOf(body: unknown): unknown {
  const content =
    isJsonObject(body) && 'content' in body && 'encoded' in body ? body : { content: body, encoded: false }
  if (content.encoded) return undefined
  return typeof content.content === 'string'
    ? (parseJson(content.content) ?? content.content)
    : (content.content ?? undefined)
}

function headersOf(fields: JsonObject, names = /./): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) =>
      names.test(name) ? [[name, Array.isArray(value) ? value.join(', ') : String(value)]] : [],
    ),
  )
}

/** A query as text, or as lists by name. */
function queryOf(query: unknown): string {
  if (typeof query === 'string') return query === '' ? '' : `?${query}`
  const members = Object.entries(objectOf(query)).flatMap(([name, values]) =>
    [values].flat().map((value): [string, string] => [name, String(value)]),
  )
  return members.length === 0 ? '' : `?${new URLSearchParams(members)}`
}

/** Rules by part; specification 2 has them in one list, by `$.body.…` and `$.headers.…`. */
function rulesOf(rules: unknown): { readonly body: Rules; readonly header: Rules } {
  const { body, header, ...others } = objectOf(rules)
  const older = (start: string, root: string) =>
    Object.entries(others).flatMap(([path, rule]): [string, unknown][] =>
      path.startsWith(start) ? [[root + path.slice(start.length), { combine: 'AND', matchers: [rule] }]] : [],
    )
  return {
    body: { ...Object.fromEntries(older('$.body', '$')), ...objectOf(body) },
    header: { ...Object.fromEntries([...older('$.headers.', ''), ...older('$.header.', '')]), ...objectOf(header) },
  }
}

function objectOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {}
}

/** An exchange of a recording, read as far as a contract speaks of it. */
export interface ObservedExchange extends RecordedExchange {
  /** The call; `undefined` for a callback, and for a call that the mock does not know. */
  readonly hit: Hit | undefined
  readonly sent: unknown
  /** The answer of a call, or the callback itself. */
  readonly told: RecordedMessage & { readonly status: number }
  readonly json: unknown
  /** The opened content of a callback, if the key is known. */
  readonly plaintext?: string | undefined
}

/** Decides, besides the request, which interaction an exchange is of: success, or the code of its error. */
export function outcomeOf(status: number, body: unknown): string {
  if (status < 300) return 'success'
  const { code } = objectOf(body)
  return typeof code === 'string' ? code : String(status)
}

/** A value in a message, with its place, such as `$.amount.total`. */
export interface Leaf {
  readonly path: string
  readonly name: string
  readonly value: unknown
}

/** The values in a JSON value; all items of a list have the same path. */
export function leavesOf(value: unknown, path = '$', name = ''): Leaf[] {
  if (Array.isArray(value)) return value.flatMap((one: unknown) => leavesOf(one, `${path}[*]`, name))
  if (!isJsonObject(value)) return value === undefined ? [] : [{ path, name, value }]
  return Object.entries(value).flatMap(([key, member]) => leavesOf(member, path + step(key), key))
}

function step(key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `['${key}']`
}

/** The values of a request: those in its path and query too. */
export function askedIn(hit: Hit | undefined, target: string, body: unknown): readonly Leaf[] {
  const query = [...new URLSearchParams(target.split('?', 2)[1])]
  const texts = [...Object.entries(hit?.params ?? {}), ...query]
  return [...texts.map(([name, value]): Leaf => ({ path: `?${name}`, name, value })), ...leavesOf(body)]
}

const TIME = new RegExp(time().regex ?? '')

/** The body that a live answer must have: that of a contract, with the numbers of the live request in it, and free where a state decides. */
export interface Expectation {
  readonly body: unknown
  readonly rules: Rules
  /** Paths whose value is that of the live request, which must not be shown. */
  readonly asked: ReadonlySet<string>
}

/**
 * The body that an interaction expects of the answer to a live request. The contract's own order number stands for the one of that request, and what
 * its provider states brought about, such as an amount, may have any value of that type.
 */
export function expectationOf(
  { answer, given, ...contract }: ContractInteraction,
  hit: Hit | undefined,
  exchange: ObservedExchange,
): Expectation {
  const live = new Map(askedIn(exchange.hit, exchange.target, exchange.sent).map((leaf) => [leaf.path, leaf.value]))
  const own = askedIn(hit, contract.target, contract.request.body)
  const rules: Record<string, unknown> = { ...answer.rules.body }
  const asked = new Set<string>()
  const placed = (value: unknown, path: string, name: string): unknown => {
    if (Array.isArray(value)) return value.map((one: unknown) => placed(one, `${path}[*]`, name))
    if (isJsonObject(value)) {
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, placed(one, path + step(key), key)]))
    }
    if ([path, path.replaceAll('[*]', '[0]')].some((one) => Object.hasOwn(rules, one))) return value
    const same = own.find((leaf) => leaf.name === name && String(leaf.value) === String(value))
    const now = same && live.get(same.path)
    if (now !== undefined) {
      asked.add(path)
      return typeof value === 'number' ? Number(now) : now
    }
    const isFree = given.has(String(value)) || kindOf(name) !== undefined || NAMES.has(name) || TIME.test(String(value))
    if (isFree && name !== 'code') rules[path] = { combine: 'AND', matchers: [{ match: 'type' }] }
    return value
  }
  return { body: placed(answer.body, '$', ''), rules, asked }
}

const NAMES: ReadonlySet<string> = new Set(['appid', 'mchid', 'openid'])
