import { type LiveDifference, liveDifferences } from '../../src/catalogue/live-differences.ts'
import { routersOf } from '../../src/engine/exchange/router.ts'
import { pathOf } from '../../src/engine/http-message.ts'
import { addressOf, gatewayAt, operationsOf } from '../../src/engine/product.ts'
import { products } from '../../src/products/index.ts'
import { checkDepth, type Recording } from '../../src/traffic/recording/read-recording.ts'
import { isEnvelope, open } from '../../src/wire/protocol/envelope.ts'
import { isJsonObject, type JsonObject, parseJson } from '../../src/wire/protocol/json-object.ts'
import type { Language } from '../../src/wire/shared/texts.ts'
import { type Comparison, compareRecorded, type Mismatch } from './compare-recorded.ts'
import { segmentsOf } from './interactions.ts'
import {
  askedIn,
  type ContractInteraction,
  type Expectation,
  expectationOf,
  interactionsIn,
  type Leaf,
  leavesOf,
  type ObservedExchange,
  outcomeOf,
  type Rules,
} from './observed-interaction.ts'
import type { PactToVerify } from './pact-sources.ts'
import { checkSignatures, type PlatformKey, type SignatureFindings } from './recorded-signatures.ts'
import type { Verifier } from './run-verifier.ts'
import { type LiveMismatch, shownMessage, shownMismatches } from './shown-difference.ts'

/** Contracts, and recordings of the live service to hold against them. */
export interface ObservePactsOptions {
  readonly pacts: readonly PactToVerify[]
  readonly recordings: readonly Recording[]
  /** Keys that the service signs with. If left out, signatures are not checked. */
  readonly keys?: readonly PlatformKey[]
  /** Opens callbacks, for contracts about their plaintext. */
  readonly apiV3Key?: string | undefined
  readonly verifier: Verifier
  readonly language: Language
}

/** The verdict of a recording on an interaction. */
export interface ObservedInteraction {
  readonly pact: string
  readonly consumer: string
  readonly description: string
  readonly states: readonly string[]
  /** The broker's id of it. */
  readonly id: string | undefined
  readonly verdict: 'as_contract' | 'otherwise' | 'not_seen'
  /** How often it was seen, and where first. */
  readonly times: number
  readonly place?: string
  /** Interactions that ask and answer alike, so that a recording, which has no provider states, cannot tell them apart. */
  readonly alike: readonly string[]
  readonly differences: readonly (LiveMismatch & { readonly times: number; readonly place: string })[]
  /** Other answers to such requests, if this one was not seen. */
  readonly insteadOf: readonly string[]
}

/** An answer that no interaction speaks of, with its call. */
interface UnspokenAnswer {
  readonly call: string
  readonly answered: string
  readonly times: number
  readonly place: string
}

/** Recorded traffic, held against contracts and the catalogue. No value of an order or a customer is in it. */
export interface Observation {
  readonly interactions: readonly ObservedInteraction[]
  readonly unspoken: readonly UnspokenAnswer[]
  readonly differences: readonly LiveDifference[]
  readonly signatures?: SignatureFindings
  /** Exchanges without an answer, or with a body that the recording does not show. */
  readonly incomplete: number
}

/**
 * Holds recorded traffic against contracts. The request decides which interaction an exchange is of, and then the outcome: success, or the code of
 * the error. Bodies and header fields are compared by Pact's own verifier.
 *
 * @throws UsageError `MOCK_PACT_VERIFIER`, `MOCK_API_V3_KEY`; `MOCK_RECORDING` for a callback whose content is nested too deep
 */
export async function observePacts(options: ObservePactsOptions): Promise<Observation> {
  const { pacts, recordings, keys, apiV3Key, verifier, language } = options
  const recorded = recordings.flatMap(({ exchanges }) => exchanges)
  const exchanges = recorded.flatMap((one) => observedOf(one, apiV3Key) ?? [])
  const interactions = pacts.flatMap(({ pact }) =>
    interactionsIn(pact.text).map((one) => new Candidate(one, pact.source, pact.consumer)),
  )
  const pairs = interactions.flatMap((candidate) => candidate.pairsWith(exchanges))
  await compareAll(pairs, verifier)
  const taken = new Set<ObservedExchange>()
  for (const [exchange, own] of Map.groupBy(pairs, (pair) => pair.exchange)) {
    const nearest = nearestOf(own)
    if (nearest.length > 0) taken.add(exchange)
    for (const pair of nearest) pair.candidate.pairs.push(pair)
  }
  const unspoken = exchanges.filter((one) => !taken.has(one))
  const signatures = keys && keys.length > 0 ? checkSignatures(exchanges, keys) : undefined
  const forged = new Set(signatures?.wrong.map(({ place }) => place))
  return {
    interactions: interactions.map((one) => one.result(interactions, unspoken, language)),
    unspoken: unspokenAnswers(unspoken),
    differences: liveDifferences(
      // An answer that is not of the service says nothing about it.
      exchanges
        .filter(({ place }) => !forged.has(place))
        .map((one) => ({
          ...one,
          operation: one.hit?.operation,
          ownErrors: gatewayAt(products, pathOf(one.target)).errors,
          isCallback: one.kind === 'callback',
          status: one.told.status,
        })),
      shownMessage,
    ),
    ...(signatures && { signatures }),
    incomplete: recorded.length - exchanges.length,
  }
}

const router = () => routersOf(operationsOf(products)).answer

type Recorded = Recording['exchanges'][number]

/** `undefined` for one that cannot be compared. */
function observedOf(exchange: Recorded, apiV3Key: string | undefined): ObservedExchange | undefined {
  const { kind, method, target, request, answer } = exchange
  const told = kind === 'callback' ? { ...request, status: 200 } : answer
  if (told?.body === undefined) return undefined
  const json = parseJson(told.body)
  if (kind === 'callback')
    return {
      ...exchange,
      hit: undefined,
      sent: undefined,
      told,
      json,
      plaintext: plaintextIn(json, apiV3Key, exchange.place),
    }
  const route = router().find(method, pathOf(target))
  return { ...exchange, hit: 'operation' in route ? route : undefined, sent: parseJson(request.body ?? ''), told, json }
}

function plaintextIn(json: unknown, apiV3Key: string | undefined, place: string): string | undefined {
  const resource = isJsonObject(json) ? json.resource : undefined
  if (apiV3Key === undefined || !isEnvelope(resource)) return undefined
  const opened = open(resource, apiV3Key)
  if (!opened.ok) return undefined
  checkDepth(parseJson(opened.plaintext), place)
  return opened.plaintext
}

/** An interaction and an exchange that may be of it. */
interface Pair {
  readonly candidate: Candidate
  readonly exchange: ObservedExchange
  readonly expectation: Expectation
  readonly request: Comparison | undefined
  readonly answer: Comparison
  /** How many values of the request are those of the contract. */
  readonly sameValues: number
  isAsked: boolean
  mismatches: readonly Mismatch[]
}

/** An interaction, and the exchanges that are of it. */
class Candidate {
  readonly interaction: ContractInteraction
  readonly pairs: Pair[] = []
  readonly #pact: string
  readonly #consumer: string
  readonly #hit: ObservedExchange['hit']
  readonly #outcome: string

  constructor(interaction: ContractInteraction, pact: string, consumer: string) {
    this.interaction = interaction
    this.#pact = pact
    this.#consumer = consumer
    const route = router().find(interaction.method, pathOf(interaction.target))
    this.#hit = 'operation' in route ? route : undefined
    this.#outcome = outcomeOf(interaction.answer.status, interaction.answer.body)
  }

  /** Whether an exchange is the same call, as far as its address and the members of its query tell. */
  isSameCall({ kind, hit, method, target, json }: ObservedExchange): boolean {
    const { interaction } = this
    if (kind !== interaction.kind) return false
    if (kind === 'callback') {
      const { event_type: type } = isJsonObject(json) ? json : {}
      const { event_type: wanted } = isJsonObject(interaction.answer.body) ? interaction.answer.body : {}
      return typeof type === 'string' && (wanted === type || interaction.description.split(/[\s,:;"]+/).includes(type))
    }
    const [own, other] = [this.#hit?.operation, hit?.operation]
    if (own || other) {
      if (!own || !other || addressOf(own) !== addressOf(other)) return false
    } else if (method !== interaction.method || pathOf(target) !== pathOf(interaction.target)) return false
    const asked = queryOf(target)
    return [...queryOf(interaction.target).keys()].every((name) => asked.has(name))
  }

  pairsWith(exchanges: readonly ObservedExchange[]): Pair[] {
    const { interaction } = this
    return exchanges.flatMap((exchange) => {
      if (!this.isSameCall(exchange)) return []
      if (exchange.kind === 'call' && outcomeOf(exchange.told.status, exchange.json) !== this.#outcome) return []
      const isPlaintext = exchange.kind === 'callback' && interaction.description.includes('plaintext of ')
      if (isPlaintext && exchange.plaintext === undefined) return []
      const expectation = expectationOf(interaction, this.#hit, exchange)
      const body = isPlaintext ? Buffer.from(exchange.plaintext ?? '') : exchange.told.body
      return [
        {
          candidate: this,
          exchange,
          expectation,
          request: requestComparison(interaction, exchange),
          answer: {
            expected: {
              ...interaction.answer,
              body: expectation.body,
              rules: { ...interaction.answer.rules, body: expectation.rules },
            },
            recorded: { ...exchange.told, body },
          },
          sameValues: sameValues(interaction, this.#hit, exchange),
          isAsked: true,
          mismatches: [],
        },
      ]
    })
  }

  /** @param unspoken exchanges that no interaction speaks of */
  result(all: readonly Candidate[], unspoken: readonly ObservedExchange[], language: Language): ObservedInteraction {
    const { description, states, id } = this.interaction
    const places = new Map<string, LiveMismatch & { times: number; place: string }>()
    for (const { exchange, answer, mismatches, expectation } of this.pairs) {
      const partial = exchange.told.partial ?? false
      for (const one of shownMismatches(mismatches, answer, expectation.asked, { language, partial })) {
        const key = JSON.stringify(one)
        const { times = 0, place = exchange.place } = places.get(key) ?? {}
        places.set(key, { ...one, times: times + 1, place })
      }
    }
    const [first] = this.pairs
    const seen = new Set(this.pairs.map(({ exchange }) => exchange))
    const alike = all.filter((other) => other !== this && other.pairs.some(({ exchange }) => seen.has(exchange)))
    const others = unspoken.filter((exchange) => this.isSameCall(exchange)).map(answeredIn)
    return {
      pact: this.#pact,
      consumer: this.#consumer,
      description,
      states,
      id,
      verdict: !first ? 'not_seen' : places.size > 0 ? 'otherwise' : 'as_contract',
      times: this.pairs.length,
      ...(first && { place: first.exchange.place }),
      alike: alike.map(({ interaction }) => interaction.description),
      differences: [...places.values()],
      insteadOf: first ? [] : [...new Set(others)],
    }
  }
}

function queryOf(target: string): URLSearchParams {
  return new URLSearchParams(target.split('?', 2)[1])
}

/** The body of a request, held against that of the contract: all of its members and patterns, with any values. */
function requestComparison(
  { request }: ContractInteraction,
  { request: recorded }: ObservedExchange,
): Comparison | undefined {
  if (request.body === undefined || recorded.body === undefined) return undefined
  const rules = { $: { combine: 'AND', matchers: [{ match: 'type' }] }, ...request.rules }
  return {
    expected: { status: 200, headers: {}, body: request.body, rules: { body: rules, header: {} } },
    recorded: { status: 200, headers: new Map(), body: recorded.body },
  }
}

function sameValues(contract: ContractInteraction, hit: ObservedExchange['hit'], exchange: ObservedExchange): number {
  const key = ({ path, value }: Leaf) => JSON.stringify([path, String(value)])
  const live = new Set(askedIn(exchange.hit, exchange.target, exchange.sent).map(key))
  return askedIn(hit, contract.target, contract.request.body).filter((leaf) => live.has(key(leaf))).length
}

/** Compares each pair; of those that Pact cannot tell apart, only one. */
async function compareAll(pairs: readonly Pair[], verifier: Verifier): Promise<void> {
  const comparisons = new Map<string, Comparison>()
  const keyed = (comparison: Comparison, of: Candidate, part: string): string => {
    const key = JSON.stringify([part, of.interaction.description, shapeOf(comparison)])
    if (!comparisons.has(key)) comparisons.set(key, comparison)
    return key
  }
  const keys = pairs.map(({ candidate, request, answer }) => ({
    request: request && keyed(request, candidate, 'request'),
    answer: keyed(answer, candidate, 'answer'),
  }))
  const results = await compareRecorded([...comparisons.values()], verifier)
  const found = new Map([...comparisons.keys()].map((key, i) => [key, results[i] ?? []]))
  for (const [i, pair] of pairs.entries()) {
    const { request, answer = '' } = keys[i] ?? {}
    pair.isAsked = request === undefined || found.get(request)?.length === 0
    pair.mismatches = found.get(answer) ?? []
  }
}

/**
 * The parts of a recorded message that count for a comparison, so that messages in which they are the same need only one: of a value that a contract
 * agrees on or not, its type and which of the two, as only that decides.
 */
function shapeOf({ expected, recorded }: Comparison): unknown {
  const json = parseJson(recorded.body ?? '')
  const rulesAt = rulesBy(expected.rules.body)
  const shape = (value: unknown, wanted: unknown, path: readonly string[]): unknown => {
    if (Array.isArray(value)) {
      return value.map((one: unknown, i) => shape(one, Array.isArray(wanted) ? wanted[i] : undefined, [...path, '[]']))
    }
    if (isJsonObject(value)) {
      const inside = (name: string) => (isJsonObject(wanted) && Object.hasOwn(wanted, name) ? wanted[name] : undefined)
      return Object.fromEntries(
        Object.entries(value).map(([name, one]) => [name, shape(one, inside(name), [...path, name])]),
      )
    }
    const fits = fitsRules(value, rulesAt(path)) ?? value === wanted
    // Only Pact knows: the value itself counts.
    return fits === 'unknown' ? { value } : [typeof value, Number.isInteger(value), fits]
  }
  const headers = Object.keys(expected.headers).map((name) => recorded.headers.get(name.toLowerCase()))
  return [
    recorded.status,
    headers,
    recorded.headers.has('content-type'),
    json === undefined,
    shape(json, expected.body, []),
  ]
}

/** A rule of a body, and whether it is about the value itself, not what it is in. */
interface Rule {
  readonly rule: unknown
  readonly isOwn: boolean
}

/** Finds the rules that may decide about the value at a path: its own, or those around it. */
function rulesBy(rules: Rules): (path: readonly string[]) => readonly Rule[] {
  const all = Object.entries(rules).map(([path, rule]) => ({ rule, names: segmentsOf(path) }))
  return (path) => {
    const around = all.flatMap(({ rule, names }) =>
      names.length <= path.length && names.every((name, i) => name === path[i] || name === '*')
        ? [{ rule, isOwn: names.length === path.length }]
        : [],
    )
    const own = around.filter(({ isOwn }) => isOwn)
    return own.length > 0 ? own : around
  }
}

/** Matchers for which the type of a value, and whether it is whole, decide. */
const OF_TYPES: readonly unknown[] = ['type', 'number', 'integer', 'decimal', 'boolean', 'null']
/** Characters of a value that a pattern is tried on. */
const LONGEST = 256

/** Whether a value fits rules, as far as its type does not decide that; `undefined` without rules. */
function fitsRules(value: unknown, rules: readonly Rule[]): boolean | 'unknown' | undefined {
  const [fits, ...others] = new Set(rules.map((one) => fitsRule(value, one)))
  return others.length > 0 ? 'unknown' : fits
}

function fitsRule(value: unknown, { rule, isOwn }: Rule): boolean | 'unknown' {
  const matchers = (isJsonObject(rule) && Array.isArray(rule.matchers) ? rule.matchers : []).filter(isJsonObject)
  if (matchers.every(({ match }) => OF_TYPES.includes(match))) return true
  const [{ regex }, ...more] = matchers as [JsonObject, ...JsonObject[]]
  const text = String(value)
  if (!isOwn || more.length > 0 || regex === undefined || text.length > LONGEST) return 'unknown'
  try {
    return new RegExp(String(regex)).test(text)
  } catch {
    return 'unknown'
  }
}

/** The interactions that an exchange is of: all that it fits, or else the one that it differs least from. */
function nearestOf(pairs: readonly Pair[]): readonly Pair[] {
  const asked = pairs.filter(({ isAsked }) => isAsked)
  const fitting = asked.filter(({ mismatches }) => mismatches.length === 0)
  if (fitting.length > 0) return fitting
  const [nearest] = asked
    .filter((pair) => !isOtherState(pair))
    .toSorted((a, b) => a.mismatches.length - b.mismatches.length || b.sameValues - a.sameValues)
  return nearest ? [nearest] : []
}

/**
 * Whether the thing was in another state than that of the interaction: a word in its place is another one that the page lists. An error of one code has
 * several causes, which its message and detail tell apart.
 */
function isOtherState({ exchange, answer, mismatches }: Pair): boolean {
  if (exchange.told.status >= 300 && mismatches.some(({ type }) => type === 'BodyMismatch')) return true
  const words = new Map(leavesOf(answer.expected.body).map(({ path, value }) => [path, value]))
  const got = new Map(leavesOf(exchange.json).map(({ path, value }) => [path, value]))
  return mismatches.some(({ path = '' }) => {
    const value = got.get(path)
    return typeof value === 'string' && value !== words.get(path) && wordsAt(exchange, path).includes(value)
  })
}

/** The words that the page of a call lists for a member of its answer. */
function wordsAt({ hit }: ObservedExchange, path: string): readonly string[] {
  const schema = path
    .split(/[.[\]*]+/)
    .filter((name) => name !== '' && name !== '$')
    .reduce<unknown>((at, name) => memberOf(at, name), hit?.operation.output)
  const { options } = (inner(schema) ?? {}) as { readonly options?: unknown }
  return Array.isArray(options) ? options.filter((one) => typeof one === 'string') : []
}

function memberOf(schema: unknown, name: string): unknown {
  const { shape } = (inner(schema) ?? {}) as { readonly shape?: Readonly<Record<string, unknown>> }
  return shape && Object.hasOwn(shape, name) ? shape[name] : undefined
}

/** A schema without its optional wrappers and lists. */
function inner(schema: unknown): unknown {
  const { innerType, element } = (Object(schema) as { def?: { innerType?: unknown; element?: unknown } }).def ?? {}
  const next = innerType ?? element
  return next === undefined ? schema : inner(next)
}

/** An answer in short: its status, and the code of its error or the words for the state of the thing. */
function answeredIn(exchange: ObservedExchange): string {
  const { kind, told, json } = exchange
  if (kind === 'callback') return 'callback'
  const { code } = isJsonObject(json) ? json : {}
  const refused = told.status >= 300 && typeof code === 'string' ? [shownMessage(code)] : []
  const words = leavesOf(json).filter(
    ({ path, name, value }) => /stat(?:e|us)$/.test(name) && wordsAt(exchange, path).includes(String(value)),
  )
  return [told.status, ...refused, ...words.map(({ value }) => String(value)).slice(0, 3)].join(' ')
}

function unspokenAnswers(exchanges: readonly ObservedExchange[]): UnspokenAnswer[] {
  const found = new Map<string, UnspokenAnswer>()
  for (const exchange of exchanges) {
    const { kind, hit, method, target, place, json } = exchange
    const { event_type: type = '' } = isJsonObject(json) ? json : {}
    const call =
      kind === 'callback'
        ? shownMessage(String(type))
        : hit
          ? `${method} ${hit.operation.path}`
          : `${method} ${shownMessage(pathOf(target))}`
    const one = { call, answered: answeredIn(exchange), place }
    const key = JSON.stringify([call, one.answered])
    const { times = 0, place: first = place } = found.get(key) ?? {}
    found.set(key, { ...one, place: first, times: times + 1 })
  }
  return [...found.values()]
}
