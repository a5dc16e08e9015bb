import { UsageError } from '../../src/wire/protocol/errors.ts'
import {
  isJsonObject,
  isTooDeep,
  type JsonObject,
  MOST_LEVELS,
  parseJson,
} from '../../src/wire/protocol/json-object.ts'
import type { Texts } from '../../src/wire/shared/texts.ts'

/** A parsed pact that can be verified. */
export interface PactDocument {
  /** The file or address that it came from. */
  readonly source: string
  /** Original text. */
  readonly text: string
  readonly consumer: string
  readonly provider: string
  /** Number of interactions, including messages. */
  readonly size: number
  /** Descriptions of messages with an answer, which cannot be verified here. */
  readonly synchronous: readonly string[]
  /** Links of a broker, if it came from one. */
  readonly links: JsonObject
}

/** Versions of the specification that Pact's verifier reads correctly; it treats all others as version 3. */
const KNOWN_VERSION = /^[1-4](?:\.|$)/

/** Where the libraries write the version. */
const versionIn = ({ metadata }: JsonObject): unknown => {
  if (!isJsonObject(metadata)) return undefined
  const { pactSpecification, 'pact-specification': older, pactSpecificationVersion } = metadata
  const found = isJsonObject(pactSpecification) ? pactSpecification : isJsonObject(older) ? older : undefined
  return found?.version ?? pactSpecificationVersion
}

/**
 * Parses a pact, and checks what Pact's verifier does not: it counts broken interactions as satisfied, and omits some.
 *
 * @param source name of the text in messages
 * @throws UsageError `MOCK_PACT_FILE`
 */
export function readPact(text: string, source: string): PactDocument {
  const pact = parseJson(text)
  if (pact === undefined) throw pactFault(source, NOT_JSON)
  if (!isJsonObject(pact)) throw pactFault(source, noPact('consumer'))
  const { interactions: _, messages: __, ...others } = pact
  if (isTooDeep(others)) throw pactFault(source, tooDeep(''))
  const consumer = nameOf(pact.consumer) ?? missing(source, 'consumer')
  const provider = nameOf(pact.provider) ?? missing(source, 'provider')
  const version = versionIn(pact)
  if (version !== undefined && !KNOWN_VERSION.test(String(version))) {
    throw pactFault(source, unknownVersion(String(version)))
  }
  const interactions = [...listIn(pact, 'interactions', source), ...listIn(pact, 'messages', source)]
  if (pact.interactions === undefined && pact.messages === undefined) missing(source, 'interactions')
  if (isFilled(pact.interactions) && isFilled(pact.messages)) throw pactFault(source, TWO_KINDS)
  const usual = isFilled(pact.interactions) ? 'Synchronous/HTTP' : 'Asynchronous/Messages'
  const typeOf = ({ type = usual }: JsonObject) => (/^4/.test(String(version)) ? String(type) : usual)
  for (const [i, one] of interactions.entries()) checkInteraction(one, { source, typeOf, place: i + 1 })
  const synchronous = interactions.filter((one) => isJsonObject(one) && one.type === 'Synchronous/Messages')
  return {
    source,
    text,
    consumer,
    provider,
    size: interactions.length,
    synchronous: synchronous.map((one) => String((one as JsonObject).description)),
    links: isJsonObject(pact._links) ? pact._links : {},
  }
}

/** Error for a fault of a pact. @param fault continues the sentence after the name of the file */
export function pactFault(source: string, fault: Texts, cause?: unknown): UsageError {
  return new UsageError('MOCK_PACT_FILE', { en: source + fault.en, zh: source + fault.zh }, { cause })
}

function missing(source: string, member: string): never {
  throw pactFault(source, noPact(member))
}

function nameOf(value: unknown): string | undefined {
  return isJsonObject(value) && typeof value.name === 'string' && value.name !== '' ? value.name : undefined
}

function isFilled(list: unknown): boolean {
  return Array.isArray(list) && list.length > 0
}

function listIn(pact: JsonObject, member: 'interactions' | 'messages', source: string): readonly unknown[] {
  const list = pact[member] ?? []
  if (!Array.isArray(list)) throw pactFault(source, noPact(member))
  return list
}

/** Types of the fourth specification, and their required parts. Interactions of the others do not have a type. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  'Synchronous/HTTP': ['request', 'response'],
  'Asynchronous/Messages': [],
  'Synchronous/Messages': [],
}

interface Interaction {
  readonly source: string
  readonly typeOf: (interaction: JsonObject) => string
  /** Counted from 1. */
  readonly place: number
}

function checkInteraction(one: unknown, { source, typeOf, place }: Interaction): void {
  if (!isJsonObject(one)) throw pactFault(source, incomplete(String(place), 'description'))
  const name = typeof one.description === 'string' ? `"${one.description}"` : String(place)
  const members = Object.entries(one).flatMap(([member, value]) =>
    (member === 'request' || member === 'response') && isJsonObject(value) ? Object.values(value) : [value],
  )
  if (members.some(isDeep)) throw pactFault(source, tooDeep(name))
  const type = typeOf(one)
  const parts = Object.hasOwn(PARTS, type) ? PARTS[type] : undefined
  if (!parts) throw pactFault(source, unknownType(name, type))
  const lacking = parts.find((part) => !isJsonObject(one[part]))
  if (lacking !== undefined) throw pactFault(source, incomplete(name, lacking))
}

/** Whether a member of a request, an answer or an interaction is nested deeper than whoever reads it should go; a body counts from its own first level. */
function isDeep(member: unknown): boolean {
  const content = contentIn(member)
  return isTooDeep(typeof content === 'string' ? parseJson(content) : content)
}

/** The JSON of a body: specification 4 wraps it. */
export function contentIn(body: unknown): unknown {
  if (!isJsonObject(body) || !('content' in body) || !('contentType' in body || 'encoded' in body)) return body
  const { content, encoded } = body
  if (typeof content !== 'string' || encoded === false || encoded === undefined) return content
  const text = encoded === 'base64' || encoded === true ? Buffer.from(content, 'base64').toString('utf8') : content
  return parseJson(text) ?? text
}

const NOT_JSON: Texts = {
  en: ' is not JSON: have the tests of its consumer write it again.',
  zh: ' 不是 JSON，请让其消费者的测试重新生成。',
}

const noPact = (member: string): Texts => ({
  en: ` is no pact: it has no ${member}. Name the files that the tests of consumers write.`,
  zh: ` 不是 Pact 契约：缺少 ${member}。请写明由消费者的测试生成的文件。`,
})

const unknownVersion = (version: string): Texts => ({
  en: ` is a pact of specification ${version}, which Pact's verifier does not know: have it written as one of 2, 3 or 4.`,
  zh: ` 是规范 ${version} 的契约，Pact 的验证程序不认识，请按规范 2、3 或 4 生成。`,
})

const tooDeep = (name: string): Texts => ({
  en: `${name && `: the interaction ${name}`} is nested more than ${MOST_LEVELS} levels deep, as no call is: have the tests of its consumer write it again.`,
  zh: `${name && `：交互 ${name}`} 的嵌套超过 ${MOST_LEVELS} 层，没有这样的接口，请让其消费者的测试重新生成。`,
})

const TWO_KINDS: Texts = {
  en: " has interactions and messages, of which Pact's verifier would leave out the interactions: write them into two files, or as specification 4.",
  zh: ' 同时有 interactions 和 messages，Pact 的验证程序会略过 interactions，请分成两个文件，或按规范 4 生成。',
}

const unknownType = (name: string, type: string): Texts => ({
  en: `: the interaction ${name} is of the type ${type}, which there is not in specification 4. There are ${Object.keys(PARTS).join(', ')}.`,
  zh: `：交互 ${name} 的类型是 ${type}，规范 4 中没有这种类型，只有 ${Object.keys(PARTS).join('、')}。`,
})

const incomplete = (name: string, part: string): Texts => ({
  en: `: the interaction ${name} has no ${part}: have the tests of its consumer write it again.`,
  zh: `：交互 ${name} 缺少 ${part}，请让其消费者的测试重新生成。`,
})
