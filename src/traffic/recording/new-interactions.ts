import type { CredentialsJson } from '../../control/answer-format.ts'
import { WELL_KNOWN_MCHID } from '../../control/identity/well-known.ts'
import { type EventDescription, nameOfEvent, unknownMembers } from '../../engine/callbacks/event.ts'
import { decoded } from '../../engine/http-message.ts'
import { createIds } from '../../engine/ids.ts'
import { operationsOf } from '../../engine/product.ts'
import { EVENT_TYPES, events, products } from '../../products/index.ts'
import type { ExchangeJson } from '../../products/json.ts'
import { isEnvelope, open } from '../../wire/protocol/envelope.ts'
import { isJsonObject, type JsonObject, parseJson, parseJsonObject } from '../../wire/protocol/json-object.ts'
import type { Language, Texts } from '../../wire/shared/texts.ts'
import { commonPart, jsonTemplate, type Terms } from './answer-template.ts'
import { LeftOut } from './conditions.ts'
import { bodyRules, exampleOf, like, rulesIn, time } from './matchers.ts'
import { numberStandIns, replaced } from './number-stand-ins.ts'
import type { PactInteraction } from './pact-file.ts'

/**
 * Interactions that the file does not have yet, in an order independent of when they happened.
 *
 * An interaction exists already if one has the same description, or makes the same call in the same states and is answered with the same status and
 * code. This preserves manual changes in the file, and recordings in another language or with older descriptions.
 *
 * @param at time of the comparison, epoch milliseconds
 */
export function newInteractions(
  known: readonly PactInteraction[],
  recorded: readonly PactInteraction[],
  at: number,
): PactInteraction[] {
  const added: PactInteraction[] = []
  const calls = known.map((one) => callOf(one, at))
  const described = new Set(known.map(({ description }) => description))
  for (const one of sortedByText(recorded)) {
    if (described.has(one.description)) continue
    const call = callOf(one, at)
    if (calls.some((other) => isSameCall(call, other))) continue
    described.add(one.description)
    added.push(one)
  }
  return added
}

/** An interaction without the values that differ in every run. */
interface ComparableCall {
  readonly text: string
  readonly states: readonly string[]
}

function callOf(
  { type, description, request, response, providerStates = [] }: PactInteraction,
  at: number,
): ComparableCall {
  const states = providerStates.map(({ name }) => name)
  if (type === 'Asynchronous/Messages')
    return { text: JSON.stringify(eventNamedIn(description) ?? description), states }
  const { method, path, query, headers, body } = request ?? {}
  const content = contentOf(body)
  const answer = contentOf(response?.body)
  const standIns = numberStandIns({
    operation: operationAt(String(method), String(path)),
    request: { target: targetOf(String(path), query), body: JSON.stringify(content) ?? '' },
    conditions: providerStates,
    answer,
    at,
  })
  const made = {
    method,
    // Decoded, so that each part can have a stand-in.
    target: [String(path).split('/').map(decoded), query],
    content,
    serial: isJsonObject(headers) ? headers['Wechatpay-Serial'] : undefined,
  }
  const { code } = isJsonObject(answer) ? answer : {}
  return { text: JSON.stringify([replaced(made, standIns), response?.status, code]), states }
}

/** A known call may have more states than it turned out to need. */
function isSameCall(recorded: ComparableCall, known: ComparableCall): boolean {
  return recorded.text === known.text && recorded.states.every((name) => known.states.includes(name))
}

function contentOf(body: unknown): unknown {
  return isJsonObject(body) ? body.content : undefined
}

function targetOf(path: string, query: unknown): string {
  const pairs = Object.entries(isJsonObject(query) ? query : {}).flatMap(([name, values]) =>
    (Array.isArray(values) ? values : [values]).map((value): [string, string] => [name, String(value)]),
  )
  return pairs.length === 0 ? path : `${path}?${new URLSearchParams(pairs)}`
}

/** The id of the operation at an address. */
function operationAt(method: string, path: string): string | undefined {
  const steps = path.split('/')
  return operationsOf(products).find((operation) => {
    const template = operation.path.split('/')
    return (
      operation.method === method &&
      template.length === steps.length &&
      template.every((step, i) => step.startsWith('{') || step === steps[i])
    )
  })?.id
}

function sortedByText(interactions: readonly PactInteraction[]): PactInteraction[] {
  return interactions
    .map((one) => ({ one, text: `${one.description} ${JSON.stringify(one)}` }))
    .toSorted((a, b) => (a.text < b.text ? -1 : a.text === b.text ? 0 : 1))
    .map(({ one }) => one)
}

/** Members that identify the kind of a callback; the others belong to this one callback. */
const KIND = ['event_type', 'resource_type'] as const
const KIND_OF_RESOURCE = ['algorithm', 'original_type', 'associated_data'] as const

/**
 * Turns a callback delivered by the mock into messages: the callback as sent, and its sealed content. Only the shape of both is part of the contract,
 * and neither contains any of the ciphertext or signature.
 *
 * A verifier has the mock deliver a callback of the same event, about any thing, so only members of every such callback are recorded.
 *
 * @throws LeftOut if a contract is impossible
 */
export function callbackMessages(
  { callback, request, mchid, remarks, time }: ExchangeJson,
  credentials: CredentialsJson | undefined,
  language: Language,
): PactInteraction[] {
  const ofType = events.filter(({ eventType }) => eventType === callback?.event_type)
  if (ofType.length === 0)
    throw new LeftOut({ en: 'the mock cannot deliver this event by itself', zh: '模拟服务不能自行发送此事件' })
  if (remarks.some(({ about }) => about === 'fault')) {
    throw new LeftOut({ en: 'a planned fault happened to it', zh: '受到故障注入的影响' })
  }
  if (request.body === '') throw new LeftOut({ en: 'nothing was sent', zh: '没有发出' })
  const sent = typeof request.body === 'string' ? parseJsonObject(request.body) : undefined
  if (!sent) throw new LeftOut({ en: 'it is no JSON, but a notice of API v2', zh: '不是 JSON，而是 API v2 的通知' })
  const { resource } = sent
  const opened = isEnvelope(resource) && credentials ? open(resource, credentials.api_v3_key) : undefined
  const sealed = opened?.ok ? parseJson(opened.plaintext) : undefined
  if (!isJsonObject(sealed)) {
    throw new LeftOut({ en: "it does not open with the merchant's APIv3 key", zh: '无法用商户的 APIv3密钥解密' })
  }

  const now = Date.parse(time)
  const event = closest(ofType, sealed)
  const terms: Terms = { repeated: false, given: new Set(), schema: event.resource }
  const shapeOf = (plaintext: JsonObject) => {
    const numbers = numberStandIns({ request: NO_REQUEST, conditions: [], answer: plaintext, at: now })
    return jsonTemplate(replaced(plaintext, new Map([...numbers, [mchid ?? '', WELL_KNOWN_MCHID]])), terms)
  }
  const another = event.sample({ mchid: mchid ?? '', appid: String(sealed.appid ?? ''), now, ids: createIds() })
  const { label } = event
  const name = nameOfEvent(event)
  return [
    message(descriptionOf(name, label)[language], envelopeTemplate(sent)),
    message(plaintextOf(name, label)[language], commonPart('resource', shapeOf(sealed), shapeOf(another))),
  ]
}

/** The event among some, at least one, that has most of the members that are sealed in a callback; the first one of several. */
function closest(some: readonly EventDescription[], sealed: JsonObject): EventDescription {
  const strange = (event: EventDescription) => unknownMembers(event, sealed).length
  return some.reduce((best, event) => (strange(event) < strange(best) ? event : best))
}

const NO_REQUEST = { target: '', body: '' }

/** The subject of a message, by its description: the event, and whether it is the callback or its sealed content. */
function eventNamedIn(description: string): { readonly name: string; readonly isPlaintext: boolean } | undefined {
  const [name] = EVENT_TYPES.filter((one) => description.includes(one)).toSorted((a, b) => b.length - a.length)
  return name === undefined ? undefined : { name, isPlaintext: description.includes(`plaintext of ${name}`) }
}

function descriptionOf(name: string, label: Texts): Texts {
  return { en: `is told by ${name} that ${label.en}`, zh: `回调 ${name}：${label.zh}` }
}

/** Verifiers recognise the message by the words "plaintext of", in any language. */
function plaintextOf(name: string, label: Texts): Texts {
  return {
    en: `reads in the plaintext of ${name} that ${label.en}`,
    zh: `回调明文（plaintext of ${name}）：${label.zh}`,
  }
}

function envelopeTemplate(sent: JsonObject): unknown {
  const { resource } = sent
  const kind = Object.fromEntries(KIND.flatMap((name) => (name in sent ? [[name, sent[name]]] : [])))
  const { nonce, ciphertext, ...open } = isJsonObject(resource) ? resource : {}
  const terms: Terms = { repeated: false, given: new Set(), schema: undefined }
  return {
    id: like('3eb54f5d-3b95-5f21-9e9d-a2b1d4c9b5e6'),
    create_time: time(),
    ...kind,
    summary: like(sent.summary),
    resource: {
      ...Object.fromEntries(KIND_OF_RESOURCE.flatMap((name) => (name in open ? [[name, open[name]]] : []))),
      nonce: jsonTemplate(nonce, terms, 'nonce'),
      ciphertext: jsonTemplate(ciphertext, terms, 'ciphertext'),
    },
  }
}

function message(description: string, template: unknown): PactInteraction {
  return {
    contents: { content: exampleOf(template), contentType: 'application/json', encoded: false },
    description,
    ...rulesIn({ body: bodyRules(template) }),
    metadata: { contentType: 'application/json' },
    pending: false,
    type: 'Asynchronous/Messages',
  }
}
