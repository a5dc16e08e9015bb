import { publicDecrypt } from 'node:crypto'
import type { CredentialsJson } from '../../control/answer-format.ts'
import type { LeftOutCalls } from '../../control/call.ts'
import { WELL_KNOWN_MCHID } from '../../control/identity/well-known.ts'
import type { ProviderState, RecordedCall } from '../../control/provider-states/state.ts'
import { pathMembers, pathOf } from '../../engine/http-message.ts'
import type { Objection } from '../../engine/keys/standing.ts'
import type { Operation } from '../../engine/operation.ts'
import { operationsOf, tablesOf } from '../../engine/product.ts'
import { memberOf } from '../../engine/state/table.ts'
import { products } from '../../products/index.ts'
import type { ExchangeJson } from '../../products/json.ts'
import { type ParametersOf, type StateName, states } from '../../products/states.ts'
import { parseAuthorization } from '../../wire/protocol/authorization.ts'
import { commonErrors } from '../../wire/protocol/common-errors.ts'
import type { ErrorDefinition } from '../../wire/protocol/errors.ts'
import { isJsonObject, type JsonObject, parseJson, parseJsonObject } from '../../wire/protocol/json-object.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { time } from './matchers.ts'

/** Why an exchange does not become an interaction. */
export class LeftOut extends Error {
  override readonly name = 'LeftOut'
  readonly texts: Texts

  constructor(texts: Texts) {
    super(texts.en)
    this.texts = texts
  }
}

/** Groups calls left out by kind and reason, in the order in which each group first occurred. */
export function leftOutCalls(
  leftOut: readonly { readonly exchange: ExchangeJson; readonly texts: Texts }[],
): LeftOutCalls[] {
  const calls = new Map<string, LeftOutCalls>()
  for (const { exchange, texts } of leftOut) {
    const { id, callback, response } = exchange
    const call = callNamed(exchange)
    const status = callback ? undefined : response?.status
    const key = JSON.stringify([call, status, texts.en])
    const first = calls.get(key) ?? { id, call, ...(status !== undefined && { status }), texts, times: 0 }
    calls.set(key, { ...first, times: first.times + 1 })
  }
  return [...calls.values()]
}

function callNamed({ callback, request, operation }: ExchangeJson): string {
  return callback?.event_type ?? `${request.method} ${operationNamed(operation)?.path ?? pathOf(request.target)}`
}

export interface NamedText {
  readonly name: string
  readonly text: string
}

/** A request in the journal, or one described in a pact. */
export interface DescribedRequest {
  readonly operation?: string | undefined
  readonly request: Pick<ExchangeJson['request'], 'target' | 'body'>
}

export function operationNamed(id: string | undefined): Operation | undefined {
  return operationsOf(products).find((operation) => operation.id === id)
}

/** The texts in a request, in the order of path, query and JSON body. */
export function membersOf({ operation, request }: DescribedRequest): NamedText[] {
  return [
    ...Object.entries(pathMembersOf(operation, request.target)).map(([name, text]) => ({ name, text })),
    ...[...queryOf(request.target)].map(([name, text]) => ({ name, text })),
    ...(typeof request.body === 'string' ? textsIn(parseJson(request.body)) : []),
  ]
}

/** The variables in the path of a request. */
export function pathMembersOf(operation: string | undefined, target: string): Readonly<Record<string, string>> {
  return pathMembers(operationNamed(operation)?.path ?? '', target)
}

export function queryOf(target: string): URLSearchParams {
  const [, query = ''] = target.split('?', 2)
  return new URLSearchParams(query)
}

/** The texts in a JSON value, at any depth. Items of a list have the name of the list. */
export function textsIn(value: unknown, name = ''): NamedText[] {
  if (typeof value === 'string') return [{ name, text: value }]
  if (Array.isArray(value)) return value.flatMap((one) => textsIn(one, name))
  if (!isJsonObject(value)) return []
  return Object.entries(value).flatMap(([key, member]) => textsIn(member, key))
}

export function objectIn(body: unknown): JsonObject {
  return (typeof body === 'string' ? parseJsonObject(body) : undefined) ?? {}
}

/** A provider state in a pact. */
export interface Condition {
  readonly name: StateName
  readonly params: Readonly<Record<string, string>>
}

/** The provider states in which an exchange happened. */
export interface Conditions {
  /** Without them it would be another exchange. */
  readonly certain: readonly Condition[]
  /** State that the exchange found. Trying it out shows whether it mattered. */
  readonly possible: readonly Condition[]
}

/** The time at which a used request number took effect, in every recorded contract. */
export const FIRST_TIME = time().value

/**
 * The provider states in which an exchange can be repeated on an empty mock.
 *
 * @param exchange with the stand-ins of merchants filled in
 * @param caller credentials of the merchant that the exchange claims to be from, if the mock knows them
 * @throws LeftOut for a planned fault that no state reproduces
 */
export function conditionsOf(exchange: ExchangeJson, caller?: CredentialsJson): Conditions {
  const refused = exchange.before.settings.auth === 'strict' && flawOf(exchange, caller)
  if (refused) return { certain: [condition(refused)], possible: [] }
  const call = recordedCall(exchange)
  const all = Object.keys(states) as StateName[]
  return {
    certain: [
      ...exchange.remarks.filter(({ about }) => about === 'fault').map(() => faultOf(exchange)),
      ...all.filter((name) => stateNamed(name).recorded?.missing?.(call)).map((name) => condition(name)),
    ],
    possible: all.flatMap((name) =>
      (stateNamed(name).recorded?.found?.(call) ?? []).map((params) => ({ name, params: given(params) })),
    ),
  }
}

/** A mock without some of the products finds none of their rows. */
const NOTHING = Object.fromEntries(tablesOf(products).map((table) => [memberOf(table), []]))

export function stateNamed(name: StateName): ProviderState {
  return states[name]
}

/** The parts of an exchange that states read. */
export function recordedCall(exchange: ExchangeJson): RecordedCall {
  return {
    mchid: WELL_KNOWN_MCHID,
    before: { ...NOTHING, ...exchange.before },
    at: Date.parse(exchange.time),
    asked: Object.fromEntries(membersOf(exchange).map(({ name, text }) => [name, text])),
    error: errorOf(exchange),
  }
}

/** Whether an exchange is answered with the time of an earlier one. Other calls also read used numbers, but have a time of their own. */
export function repeatsAnEarlierOne({ operation: id, response, before }: ExchangeJson): boolean {
  return response?.status === 200 && before.requests.some(({ operation }) => operation === id)
}

function condition<Name extends StateName>(name: Name, params: ParametersOf<Name> = {}): Condition {
  return { name, params: given(params) }
}

function given(params: object): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined))
}

/** The flaw for which a request was refused before any other check; undefined for a request that was let in. */
function flawOf(exchange: ExchangeJson, caller?: CredentialsJson): StateName | undefined {
  const { request, remarks } = exchange
  const { headers } = request
  for (const { about } of remarks) {
    switch (about) {
      case 'headers':
        return headers.accept ? 'User-Agent is missing' : 'Accept is missing'
      case 'authorization':
        return 'the Authorization header is malformed'
      case 'scheme':
        return 'the scheme of the signature is unknown'
      case 'timestamp':
        return isInMilliseconds(headers.authorization)
          ? 'the timestamp of the request is in milliseconds'
          : 'the timestamp of the request is too old'
      case 'merchant':
        return OBJECTIONS[errorOf(exchange) ?? '']
      case 'serial':
        return 'the serial of the merchant certificate is unknown'
      case 'signature':
        return caller && signedBy(caller, headers.authorization ?? '')
          ? 'the request is signed over another body'
          : 'the request is signed with another key'
    }
  }
  return undefined
}

/** The states of a merchant that may not call, by the error of the call. */
const OBJECTIONS: Readonly<Record<string, StateName>> = {
  api_v3_key_not_set: 'the merchant has set no APIv3 key',
  certificate_never_applied_for: 'the merchant never applied for a certificate',
  certificate_expired: 'the merchant certificate has expired',
  certificate_revoked: 'the merchant certificate was revoked',
  certificate_replaced: 'the merchant certificate was replaced',
} satisfies Readonly<Record<Objection, StateName>>

function isInMilliseconds(header = ''): boolean {
  const authorization = parseAuthorization(header)
  return typeof authorization !== 'string' && /^\d{13}$/.test(authorization.timestamp)
}

/** Whether a signature was made with the merchant's key, over any text: it then opens with the public key. */
function signedBy({ merchant_certificate }: CredentialsJson, header: string): boolean {
  const authorization = parseAuthorization(header)
  if (typeof authorization === 'string') return false
  try {
    publicDecrypt(merchant_certificate, Buffer.from(authorization.signature, 'base64'))
    return true
  } catch {
    // A signature of another key does not open.
    return false
  }
}

/** The error that a planned fault answered with. */
function faultOf(exchange: ExchangeJson): Condition {
  const { code, response } = exchange
  if (code === undefined || response === undefined || response.status < 400 || response.delivery !== undefined) {
    throw new LeftOut({
      en: 'a planned fault did more than answer with an error',
      zh: '故障注入改变的不只是返回的错误',
    })
  }
  const error = errorOf(exchange)
  switch (error) {
    case 'rate_limited':
    case 'rate_limited_pay':
      return condition('the service is overloaded')
    case 'system_error':
    case 'system_error_pay':
      return condition('the service fails')
    default:
      return condition('the service answers with an error', { operation: exchange.operation ?? '', error: error ?? '' })
  }
}

/** The key of the error that an exchange was answered with, identified by status, code and text; of several, the one that the journal names. */
export function errorOf({ operation: id, response, code, remarks }: ExchangeJson): string | undefined {
  const errors: Readonly<Record<string, ErrorDefinition>> = {
    ...commonErrors,
    ...operationsOf(products).find((operation) => operation.id === id)?.errors,
  }
  const { message } = objectIn(response?.body)
  const keys = Object.keys(errors).filter((key) => {
    const error = errors[key]
    return error?.status === response?.status && error?.code === code && error?.message === message
  })
  return keys.find((key) => remarks.some(({ error }) => error === key)) ?? keys[0]
}
