import { WELL_KNOWN_MCHID, wellKnownIdentity } from '../../control/identity/well-known.ts'
import { decoded } from '../../engine/http-message.ts'
import type { Operation } from '../../engine/operation.ts'
import { operationsOf, tablesOf } from '../../engine/product.ts'
import { products } from '../../products/index.ts'
import type { ExchangeJson } from '../../products/json.ts'
import { states } from '../../products/states.ts'
import { formatInstant, parseInstant } from '../../wire/protocol/instant.ts'
import { isJsonObject, parseJson } from '../../wire/protocol/json-object.ts'
import { decryptField } from '../../wire/protocol/sensitive-field.ts'
import { DAY_MS } from '../../wire/shared/china-time.ts'
import {
  type DescribedRequest,
  FIRST_TIME,
  membersOf,
  type NamedText,
  operationNamed,
  pathMembersOf,
  queryOf,
  textsIn,
} from './conditions.ts'
import { isSecret, isUrl, urlToRecord, urlWithMaskedSecrets } from './matchers.ts'
import sealedExamples from './sealed-examples.json' with { type: 'json' }

/** Stand-ins in a contract for texts that differ in every run. */
export type StandIns = ReadonlyMap<string, string>

/** The first stand-in number for merchants of an exchange other than its caller. */
const FIRST_OTHER = 1_900_000_109

/**
 * Stand-ins for the merchants of an exchange: the well-known one, which replays it, for its caller, and fixed ones for others. Fresh merchants have
 * different numbers in every run.
 */
export function merchantStandIns({ mchid: caller, before, ...asked }: ExchangeJson): StandIns {
  const standIns = new Map<string, string>(caller === undefined ? [] : [[caller, WELL_KNOWN_MCHID]])
  const involved = [
    ...before.coupons.flatMap(({ mchid, send_merchant }) => [mchid, send_merchant]),
    ...before.orders.map(({ mchid }) => mchid),
    ...before.requests.map(({ mchid }) => mchid),
    ...membersOf(asked).flatMap(({ name, text }) => (isMerchant(name) && /^\d{8,15}$/.test(text) ? [text] : [])),
  ]
  for (const mchid of involved) {
    if (!standIns.has(mchid)) standIns.set(mchid, String(FIRST_OTHER + standIns.size - (caller === undefined ? 0 : 1)))
  }
  return standIns
}

function isMerchant(member: string): boolean {
  return /(?:mchid|_merchant)$/.test(member)
}

/** Replaces texts in a JSON value that equal or contain a text with a stand-in. */
export function replaced<Value>(value: Value, standIns: StandIns): Value {
  const replace = (part: unknown): unknown => {
    if (typeof part === 'string') return replacedText(part, standIns)
    if (Array.isArray(part)) return part.map(replace)
    if (typeof part !== 'object' || part === null) return part
    return Object.fromEntries(Object.entries(part).map(([name, member]) => [name, replace(member)]))
  }
  // Only texts are replaced, by texts.
  return replace(value) as Value
}

/** Like {@link replaced}, in the path and the query of a request. */
export function replacedTarget(target: string, standIns: StandIns): string {
  return target.replaceAll(/[^/?&=]+/g, (part) => {
    const meant = decoded(part)
    const other = replacedText(meant, standIns)
    return other === meant ? part : encodeURIComponent(other)
  })
}

/** Like {@link replaced}, in the texts of a JSON document, so that everything else keeps its formatting. */
export function replacedJson(text: string, standIns: StandIns): string {
  return text.replaceAll(/"(?:[^"\\]|\\.)*"?/gs, (quoted) => {
    const meant = textIn(quoted)
    const other = replacedText(meant, standIns)
    return other === meant ? quoted : JSON.stringify(other)
  })
}

/** Texts of at least this many characters are also replaced inside others. Shorter ones may occur anywhere by chance. */
const REPLACED_INSIDE = 8

function replacedText(text: string, standIns: StandIns): string {
  const whole = standIns.get(text)
  if (whole !== undefined) return whole
  const inside = [...standIns.keys()].filter((one) => one.length >= REPLACED_INSIDE && text.includes(one))
  if (inside.length === 0) return text
  // The earliest match, and the longest of those that begin there; replacements are not scanned again.
  const [first = ''] = inside.toSorted((a, b) => text.indexOf(a) - text.indexOf(b) || b.length - a.length)
  const start = text.indexOf(first)
  const rest = text.slice(start + first.length)
  return text.slice(0, start) + standIns.get(first) + (rest === '' ? '' : replacedText(rest, standIns))
}

function textIn(quoted: string): string {
  try {
    return String(JSON.parse(quoted))
  } catch {
    // The tail of a document that is not JSON.
    return quoted
  }
}

/**
 * A made-up card number, encrypted for each key of the well-known platform, by its serial: encrypting it anew would give a different text in each
 * run.
 */
const EXAMPLES: Readonly<Record<string, string>> = sealedExamples

/** 256 bytes in base64. */
const CIPHERTEXT_CHARACTERS = 344

/**
 * Stand-ins in a contract for fields that a client encrypted for the platform: the well-known keys are public, so everyone could read them there. A
 * value that cannot be decrypted is unchanged, since the answer is about that.
 */
function sealedStandIns(texts: readonly string[]): [string, string][] {
  const sealed = texts.filter((text) => text.length === CIPHERTEXT_CHARACTERS)
  if (sealed.length === 0) return []
  const { platform } = wellKnownIdentity()
  return sealed.flatMap((text) => {
    const key = [...platform.certificates, platform.publicKey].find((one) => decryptField(text, one.privateKey).ok)
    const example = key && EXAMPLES[key.serialNo]
    return example === undefined ? [] : [[text, example] as [string, string]]
  })
}

/** The parts of an exchange in which equal numbers mean the same thing. */
interface NumberedParts extends DescribedRequest {
  readonly conditions: readonly { readonly params?: Readonly<Record<string, unknown>> }[]
  readonly answer: unknown
  /** Epoch milliseconds. */
  readonly at: number
}

/**
 * Stand-ins in a contract for numbers, ids, times and addresses that a client creates anew in every run. Equal values in request, states and answer
 * have the same stand-in: the first order number gets the default of the states, the second the next one.
 *
 * A value that breaks a rule of its field is unchanged, since the answer is about that.
 */
export function numberStandIns({ conditions, answer, at, ...asked }: NumberedParts): StandIns {
  const requested = membersOf(asked)
  const kept = new Set([...textsBreakingRules(asked), ...textsOfSeveralMeanings(requested)])
  const standIns = new Map<string, string>()
  const counts = new Map<string, number>()
  for (const { name, text } of [...requested, ...textsIn(conditions.map(({ params }) => params)), ...textsIn(answer)]) {
    const kind = kindOf(name)
    if (kind === undefined || text === '' || standIns.has(text) || kept.has(text)) continue
    const count = counts.get(kind) ?? 0
    counts.set(kind, count + 1)
    standIns.set(text, numbered(examples().get(kind) ?? `${kind.toUpperCase()}_1`, count))
  }
  const free = requested.map(({ text }) => text).filter((text) => !standIns.has(text) && !kept.has(text))
  return new Map([
    ...standIns,
    ...[...kept].filter(isUrl).map((url) => [url, urlWithMaskedSecrets(url)] as const),
    ...sealedStandIns(free),
    ...timeStandIns(free, at),
    ...free.filter(isUrl).map((url) => [url, urlToRecord(url)] as const),
  ])
}

/**
 * The kind of number in a member, by its name in provider states or its own; undefined for anything else. Secrets count too: they never appear in a
 * contract.
 */
export function kindOf(name: string): string | undefined {
  const known = [...defaults().keys()].find((one) => name === one || name.endsWith(`_${one}`))
  if (known !== undefined) return known
  return isSecret(name) || (/_(?:no|id)$/.test(name) && !noNumbers().has(name)) ? name : undefined
}

/** Members named like numbers that are not: the serial of a certificate, which keys have, and enum members in the JSON of a table. */
function noNumbers(): ReadonlySet<string> {
  words ??= new Set(['serial_no', ...tablesOf(products).flatMap(({ json }) => wordsIn(json))])
  return words
}

let words: ReadonlySet<string> | undefined

function wordsIn(json: Schema): string[] {
  if (!('shape' in json) || !isJsonObject(json.shape)) return []
  return Object.entries(json.shape).flatMap(([name, member]) => (isOneOfWords(member) ? [name] : []))
}

function isOneOfWords(member: unknown): boolean {
  if (!isSchema(member)) return false
  return 'innerType' in member.def ? isOneOfWords(member.def.innerType) : member.def.type === 'enum'
}

/** Short texts that are a number in one place and something else in another: in `stock_id=1&limit=1`, the limit must stay. */
function textsOfSeveralMeanings(requested: readonly NamedText[]): string[] {
  return requested.flatMap(({ name, text }) =>
    kindOf(name) === undefined && text.length < REPLACED_INSIDE ? [text] : [],
  )
}

/** Parameters of provider states that identify something, with their defaults. */
function defaults(): ReadonlyMap<string, string> {
  known ??= new Map(
    Object.values(states)
      .toReversed()
      .flatMap(({ parameters }) => Object.entries<string>(parameters))
      .filter(([name, value]) => /(?:_(?:no|id|code)|^openid)$/.test(name) && !noNumbers().has(name) && value !== ''),
  )
  return known
}

let known: ReadonlyMap<string, string> | undefined

/** An example of each kind of number: the default of provider states, or the documented one. */
function examples(): ReadonlyMap<string, string> {
  shown ??= new Map([
    ...operationsOf(products).flatMap(({ input }) => Object.values(input).flatMap(examplesIn)),
    ...defaults(),
  ])
  return shown
}

let shown: ReadonlyMap<string, string> | undefined

type Schema = NonNullable<Operation['input']['body']>

function examplesIn(part: unknown): [string, string][] {
  if (!isSchema(part) || !('shape' in part) || !isJsonObject(part.shape)) return []
  return Object.entries(part.shape).flatMap(([name, member]) => {
    const { examples } = (isSchema(member) && member.meta()) || {}
    const example: unknown = Array.isArray(examples) ? examples[0] : undefined
    return [...(typeof example === 'string' ? [[name, example] as [string, string]] : []), ...examplesIn(member)]
  })
}

function isSchema(part: unknown): part is Schema {
  return typeof part === 'object' && part !== null && 'meta' in part
}

/** An example, or a variation of it: with its last digits increased, or with a digit in place of its last character. */
function numbered(example: string, count: number): string {
  if (count === 0) return example
  const [digits = ''] = /\d{1,9}$/.exec(example) ?? []
  if (digits === '') return example.slice(0, -1) + count
  return example.slice(0, -digits.length) + String(Number(digits) + count).padStart(digits.length, '0')
}

/** Far from any time at which a contract is verified. */
const FAR = Date.parse('2036-01-05T10:20:30+08:00')
const SECOND = 1_000

/** Times keep their order, and stay before or after the time of the request. */
function timeStandIns(texts: readonly string[], at: number): [string, string][] {
  const times = [...new Set(texts)].flatMap((text) => {
    const instant = parseInstant(text)
    return instant === undefined ? [] : [{ text, instant }]
  })
  const inOrder = times.toSorted((a, b) => a.instant - b.instant)
  const [past, future] = [
    inOrder.filter(({ instant }) => instant <= at + SECOND),
    inOrder.filter(({ instant }) => instant > at + SECOND),
  ]
  return [
    ...past.map(({ text }, i): [string, string] => [text, formatInstant(Date.parse(FIRST_TIME) + i * SECOND)]),
    ...future.map(({ text }, i): [string, string] => [text, formatInstant(FAR + i * DAY_MS)]),
  ]
}

function textsBreakingRules(asked: DescribedRequest): ReadonlySet<string> {
  const { path, query, body } = operationNamed(asked.operation)?.input ?? {}
  const { request, operation } = asked
  return new Set([
    ...textsRefusedBy(path, pathMembersOf(operation, request.target)),
    ...textsRefusedBy(query, Object.fromEntries(queryOf(request.target))),
    ...(typeof request.body === 'string' ? textsRefusedBy(body, parseJson(request.body)) : []),
  ])
}

function textsRefusedBy(schema: Schema | undefined, value: unknown): string[] {
  const issues = schema?.safeParse(value).error?.issues ?? []
  return issues.flatMap(({ path }) => {
    const named: unknown = path.reduce((whole: unknown, name) => (isIndexable(whole) ? whole[name] : undefined), value)
    return typeof named === 'string' ? [named] : []
  })
}

function isIndexable(value: unknown): value is Readonly<Record<PropertyKey, unknown>> {
  return typeof value === 'object' && value !== null
}
