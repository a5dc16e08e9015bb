import { z } from 'zod'
import {
  type CallFacts,
  type Correction,
  catalogueIndex,
  correctionsOf,
  type FieldFacts,
  factsOf,
} from '../../src/catalogue/facts.ts'
import { reasonAt } from '../../src/catalogue/reasons.ts'
import { NO_SUCH_CALL, PLANNED_ERRORS } from '../../src/control/provider-states/states-of.ts'
import { type EventDescription, nameOfEvent } from '../../src/engine/callbacks/event.ts'
import { routersOf } from '../../src/engine/exchange/router.ts'
import { MEMBER_EVIDENCE, type Operation, REPEAT, type Rule } from '../../src/engine/operation.ts'
import { addressOf, eventsOf, gatewayAt, operationsOf, type Product } from '../../src/engine/product.ts'
import { commonErrors } from '../../src/wire/protocol/common-errors.ts'
import { type ErrorDefinition, EVIDENCE, type Evidence } from '../../src/wire/protocol/errors.ts'
import { isJsonObject, type JsonObject } from '../../src/wire/protocol/json-object.ts'
import { type Source, sources, sourcesOf } from '../../src/wire/protocol/sources.ts'
import { quoted, type Texts } from '../../src/wire/shared/texts.ts'
import type { PactInteraction, Term } from './interactions.ts'

/** Whether something is known at least as surely as a word says. */
export function isAtLeast(evidence: Evidence, least: Evidence): boolean {
  return EVIDENCE.indexOf(evidence) <= EVIDENCE.indexOf(least)
}

/** Something that an interaction relies on, and how it is known. @internal */
export interface Ground {
  /** A noun phrase, such as `the answer's member state`. */
  readonly about: Texts
  readonly evidence: Evidence
  readonly sources: readonly Source[]
}

/** How an interaction is known: as its weakest ground. */
export interface InteractionEvidence {
  readonly evidence: Evidence
  readonly weakest: Ground
  /** In the order of call, circumstances, request, answer. */
  readonly grounds: readonly Ground[]
}

/** How the mock answered an interaction, according to its answer and its journal. */
export interface Touched {
  readonly status: number
  readonly message?: string
  /** Key of the error, as planned faults name it. */
  readonly error?: string
}

/**
 * Derives how sure an interaction is from what it relies on: the call and its page, the members and values that the contract names, the rules that
 * are touched by its provider states and by a repeat, and the error of a refusal. Nothing is sent.
 *
 * @param touched how the mock answered; without it, an error is told from others by status, code and message
 */
export function evidenceOf(
  interaction: PactInteraction,
  { products, touched }: { readonly products: readonly Product[]; readonly touched?: Touched | undefined },
): InteractionEvidence {
  const grounds = interaction.message
    ? groundsOfMessage(interaction, interaction.message.members, eventsOf(products))
    : groundsOfCall(interaction, products, touched)
  const weakest = grounds.reduce((weak, one) =>
    isAtLeast(weak.evidence, one.evidence) && weak.evidence !== one.evidence ? one : weak,
  )
  return { evidence: weakest.evidence, weakest, grounds }
}

type Grounds = [Ground, ...Ground[]]
type Request = NonNullable<PactInteraction['request']>

function groundsOfCall(
  { request, response, states }: PactInteraction,
  products: readonly Product[],
  touched?: Touched,
): Grounds {
  const method = request?.method ?? ''
  const path = String(request?.path.value)
  const status = response?.status ?? 0
  const route = routersOf(operationsOf(products)).answer.find(method, path)
  if ('miss' in route) {
    const error = route.miss === 'path' ? commonErrors.path_unknown : commonErrors.method_unfit
    const isMeant = states.some(({ name }) => name === NO_SUCH_CALL) || status === error.status
    return [isMeant ? groundOfError(error, undefined) : inferred(quoted(`${method} ${path}`))]
  }
  const { operation } = route
  const page = pageOf(operation)
  const call: Ground = {
    about: { en: `the call ${method} ${operation.path}`, zh: `接口 ${method} ${operation.path}` },
    evidence: page.answer.evidence,
    sources: [page.answer.page],
  }
  if (status >= 300) {
    const errors = [operation.errors, commonErrors, gatewayAt(products, path).errors ?? {}]
    return [call, groundOfRefusal(response, errors, operation, { planned: plannedError(states), touched })]
  }
  const rules = operation.rules.filter(({ upon }) =>
    upon === REPEAT ? isRepeat(request, states) : upon && states.some(({ name }) => name === upon.state),
  )
  return [
    call,
    ...rules.map((rule) => groundOfRule(rule, operation)),
    ...groundsOfRequest(request ?? {}, page),
    ...(response?.members ?? []).flatMap((member) => groundsOfMember(member, page.answer)),
  ]
}

function groundOfRule(rule: Rule, { source }: Operation): Ground {
  const { evidence, upon } = rule
  const own = sourcesOf(rule)
  const zh = upon === REPEAT ? '同一请求再次发出时的应答' : `“${typeof upon === 'object' ? upon.state : ''}”时的处理`
  const page = own.length === 0 && evidence === 'documented' ? [{ title: rule.rule, url: source }] : own
  return { about: { en: `the rule “${rule.rule}”`, zh }, evidence, sources: page }
}

/** A merchant's own numbers of a call, by name. Without one, the order's number counts. */
const OWN_NUMBER = /request_no$|^out_(?!trade_no$)\w+_no$/

/** Whether a request repeats an earlier one: a state says so, or has its very number. */
function isRepeat(request: PactInteraction['request'], states: PactInteraction['states']): boolean {
  if (request?.method === 'GET' || !isJsonObject(request?.body)) return false
  if (states.some(({ name }) => name === 'the same request was made before')) return true
  const { body } = request
  const named = Object.keys(body).filter((name) => OWN_NUMBER.test(name))
  const [number = 'out_trade_no'] = named
  return states.some(({ parameters }) => number in body && parameters[number] === body[number])
}

function groundsOfRequest({ query = [], members = [] }: Partial<Request>, page: CallPage): Ground[] {
  return [
    ...query.flatMap((one) => groundsOfMember(one, page.query)),
    ...members.flatMap((one) => groundsOfMember(one, page.body)),
  ]
}

/** A part of a call or of a callback, and what is known of its members. */
interface Place {
  /** The part, behind a name: `of the answer`. */
  readonly whole: Texts
  /** As facts and reasons name it. */
  readonly part: 'query' | 'body' | 'answer'
  /** Name of the call, for reasons. */
  readonly call: string
  /** The members on its page, if it has one. */
  readonly fields: readonly FieldFacts[] | undefined
  /** How those are known. */
  readonly evidence: Evidence
  /** How others are known that nobody has marked. */
  readonly otherwise: Evidence
  readonly corrections: readonly Correction[]
  readonly schema: z.ZodType | undefined
  readonly page: Source
}

type CallPage = Readonly<Record<Place['part'], Place>>

/** The parts of a call as its page has them. A call with rules that has no page today was made from the older one that it names. */
function pageOf(operation: Operation): CallPage {
  const { id, title, source, shaped, input, output } = operation
  const { address, facts } = factsOfCall(operation)
  const { reported = facts === undefined, query, body, answer } = facts ?? {}
  const known = {
    call: id,
    evidence: shaped && reported ? 'reported' : 'documented',
    otherwise: shaped || !reported ? 'inferred' : 'documented',
    corrections: address === undefined ? [] : correctionsOf(address),
    page: { title, url: source },
  } as const
  const asked = { en: 'of the request', zh: '请求的' }
  return {
    query: { ...known, part: 'query', whole: asked, fields: query, schema: input.query },
    body: { ...known, part: 'body', whole: asked, fields: body, schema: input.body },
    answer: { ...known, part: 'answer', whole: { en: 'of the answer', zh: '应答的' }, fields: answer, schema: output },
  }
}

function factsOfCall(operation: Operation): { readonly address?: string; readonly facts?: CallFacts } {
  const own = addressOf(operation)
  for (const { id, calls } of catalogueIndex.products) {
    const address = calls.find((one) => one.replaceAll(/\{\w+\}/g, '{}') === own)
    const facts = address && factsOf(id).calls.find(({ method, path }) => `${method} ${path}` === address)
    if (facts) return { address, facts }
  }
  return {}
}

/** How a member that a contract names is known, and its value where that has to be the very one. */
function groundsOfMember({ path, value, match }: Term, place: Place): Ground[] {
  const { whole, part, call, fields, evidence, otherwise, corrections, schema, page } = place
  const names = path.filter((name) => name !== '[]')
  if (names.length === 0) return []
  const name = names.join('.')
  const about = { en: `${name} ${whole.en}`, zh: `${whole.zh} ${name}` }
  const field = fieldAt(fields ?? [], names)
  if (!field)
    return [{ about, ...marked(markAt(schema, names) ?? reasonNear(call, part, path), otherwise), sources: [page] }]
  const [correction] = correctionsAt(corrections, part, names)
  const known: Ground = { about, evidence: correction?.evidence ?? evidence, sources: [page] }
  const isOther = match.by === 'exactly' && typeof value === 'string' && field.values?.includes(value) === false
  if (!isOther || otherwise === 'documented') return [known]
  const why = reasonAt(call, `${part}/${inPage(path)} values`)?.why
  return [
    known,
    { about: { en: `${value} as ${about.en}`, zh: `${about.zh} 为 ${value}` }, ...marked(why), sources: [] },
  ]
}

function inferred(about: Texts): Ground {
  return { about, evidence: 'inferred', sources: [] }
}

/** The evidence that a reason begins with. */
function marked(why: string | undefined, otherwise: Evidence = 'inferred'): { readonly evidence: Evidence } {
  return { evidence: EVIDENCE.find((word) => why === word || why?.startsWith(`${word}:`)) ?? otherwise }
}

/** The mark of a member in its schema. */
function markAt(schema: unknown, [name, ...rest]: readonly string[]): string | undefined {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable)
    return markAt(schema.unwrap(), [name ?? '', ...rest])
  if (schema instanceof z.ZodArray) return markAt(schema.element, [name ?? '', ...rest])
  const member: unknown = schema instanceof z.ZodObject && name !== undefined ? schema.shape[name] : undefined
  if (!(member instanceof z.ZodType)) return undefined
  return rest.length > 0 ? markAt(member, rest) : (member.meta()?.[MEMBER_EVIDENCE] as string | undefined)
}

/** The reason for a member that its page lacks, or for an object around it. */
function reasonNear(call: string, part: Place['part'], path: readonly string[]): string | undefined {
  const reasons = path.map((_, i) => reasonAt(call, `${part}/${inPage(path.slice(0, path.length - i))}`)?.why)
  return reasons.find((why) => why !== undefined)
}

/** As reasons name it: `data[]/serial_no`. */
function inPage(path: readonly string[]): string {
  return path.join('/').replaceAll('/[]', '[]')
}

function fieldAt(fields: readonly FieldFacts[], [name, ...rest]: readonly string[]): FieldFacts | undefined {
  const field = fields.find((one) => one.name === name)
  return field === undefined || rest.length === 0 ? field : fieldAt(field.members ?? [], rest)
}

/** Corrections of whether a member is there, and of its type and values: no contract depends on lengths and titles. */
function correctionsAt(
  corrections: readonly Correction[],
  part: string,
  names: readonly string[],
): readonly Correction[] {
  const place = [part, ...names].join('/')
  return corrections.filter(({ at, was, is }) => {
    if (at.includes(place)) return was === null || (isJsonObject(is) && ('type' in is || 'values' in is))
    return was === null && at.some((outer) => place.startsWith(`${outer}/`))
  })
}

type Errors = Readonly<Record<string, ErrorDefinition>>

/** The error that a refusal is, and how it is known. */
function groundOfRefusal(
  response: PactInteraction['response'],
  errors: readonly Errors[],
  operation: Operation,
  { planned, touched }: { readonly planned: string | undefined; readonly touched: Touched | undefined },
): Ground {
  const status = response?.status ?? 0
  const { code, message } = isJsonObject(response?.body) ? response.body : ({} as JsonObject)
  const isAsked = touched?.status === status
  const fitting = errors
    .flatMap((some) => Object.entries(some))
    .filter(([, one]) => one.status === status && (code === undefined || one.code === code))
  const said = isAsked ? touched.message : message
  const ofMessage = ([, one]: (typeof fitting)[number]) => one.message === said
  const byMessage = fitting.filter(ofMessage)
  if (byMessage.length === 0 && code === 'PARAM_ERROR' && isOfFieldCheck(said)) return FIELD_CHECK
  const named = planned ?? (isAsked ? touched.error : undefined)
  const byKey = fitting.filter(([key]) => key === named)
  // A product may word a common error in its own way, under the same key.
  const candidates = [byKey.filter(ofMessage), byKey, byMessage, fitting].find((some) => some.length > 0) ?? []
  const grounds = candidates.map(([, error]) => groundOfError(error, operation))
  const [first = inferred(quoted([status, code].filter((part) => part !== undefined).join(' ')))] = grounds.toSorted(
    (one, other) => EVIDENCE.indexOf(other.evidence) - EVIDENCE.indexOf(one.evidence),
  )
  return first
}

/** The key of the error that a state plans, if any does. */
function plannedError(states: PactInteraction['states']): string | undefined {
  const [planned] = states.flatMap(({ name, parameters }) =>
    name === 'the service answers with an error'
      ? [String(parameters.error ?? 'system_error')]
      : (Object.entries(PLANNED_ERRORS)
          .find(([state]) => state === name)
          ?.slice(1) ?? []),
  )
  return planned
}

/** The texts of the live field checker, which name the field. */
function isOfFieldCheck(message: unknown): boolean {
  return typeof message === 'string' && message.includes('输入源“/')
}

const FIELD_CHECK: Ground = {
  about: { en: '400 PARAM_ERROR: a field breaks a rule of its page', zh: '400 PARAM_ERROR：字段不符合文档中的规则' },
  evidence: 'observed',
  sources: [sources.wrongNumber, sources.wrongText],
}

function groundOfError(error: ErrorDefinition, operation: Operation | undefined): Ground {
  const { status, code, message, when, evidence } = error
  const head = [status, code, message].filter((part) => part !== '').join(' ')
  const own = sourcesOf(error)
  return {
    about: { en: `${head} (${when.en})`, zh: `${head}（${when.zh}）` },
    evidence,
    sources:
      own.length === 0 && evidence === 'documented' && operation
        ? [{ title: operation.title, url: operation.source }]
        : own,
  }
}

const texts = (...names: readonly string[]): FieldFacts[] => names.map((name) => ({ name, type: 'string' }))

/** Members that every callback has. */
const ENVELOPE: readonly FieldFacts[] = [
  ...texts('id', 'create_time', 'event_type', 'resource_type', 'summary'),
  {
    name: 'resource',
    type: 'object',
    members: texts('algorithm', 'original_type', 'ciphertext', 'nonce', 'associated_data'),
  },
]

function groundsOfMessage(
  { description }: PactInteraction,
  members: readonly Term[],
  events: readonly EventDescription[],
): Grounds {
  const named = events.filter((event) => description.includes(nameOfEvent(event)))
  const [event] = named.toSorted((a, b) => nameOfEvent(b).length - nameOfEvent(a).length)
  if (!event) return [inferred({ en: 'a message that names no callback', zh: '没有写明回调的消息' })]
  const name = nameOfEvent(event)
  const page = { title: event.title, url: event.source }
  const call: Ground = {
    about: { en: `the callback ${name}`, zh: `回调 ${name}` },
    evidence: 'documented',
    sources: [page],
  }
  const whole = { en: 'of the callback', zh: '回调的' }
  const fields = toldFields(event)
  const place: Place = {
    ...{ whole, part: 'answer', call: event.id, evidence: 'documented', corrections: [], page },
    ...(description.includes(`plaintext of ${name}`)
      ? { fields, otherwise: fields ? 'inferred' : 'documented', schema: event.resource }
      : { fields: ENVELOPE, otherwise: 'inferred', schema: undefined }),
  }
  return [call, ...members.flatMap((member) => groundsOfMember(member, place))]
}

/** The members of a callback's content on its page; `undefined` for one that has no page today. */
function toldFields(event: EventDescription): readonly FieldFacts[] | undefined {
  const [type = '', of] = nameOfEvent(event).split('/')
  const product = catalogueIndex.products.find(
    ({ id, events }) => (of === undefined || of === id) && events.includes(type),
  )
  return product && factsOf(product.id).events.find((one) => one.type === type)?.resource
}
