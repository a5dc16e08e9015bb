import { publicDecrypt } from 'node:crypto'
import type { CredentialsJson } from '../control/answer-format.ts'
import type { Objection } from '../engine/keys/standing.ts'
import { operationsOf, tablesOf } from '../engine/product.ts'
import { memberOf } from '../engine/state/table.ts'
import { WELL_KNOWN_MCHID } from '../identity/well-known.ts'
import { products } from '../products/index.ts'
import type { ExchangeJson } from '../products/json.ts'
import { type ParametersOf, type StateName, states } from '../products/states.ts'
import { parseAuthorization } from '../protocol/authorization.ts'
import { commonErrors } from '../protocol/common-errors.ts'
import type { ErrorDefinition } from '../protocol/errors.ts'
import type { ProviderState, RecordedCall } from '../provider-states/state.ts'
import { LeftOut } from './left-out.ts'
import { time } from './matchers.ts'
import { membersOf, objectIn } from './request-members.ts'

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

/** A state with any parameters. */
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

/** The key of the error that an exchange was answered with, identified by status, code and text. */
export function errorOf({ operation: id, response, code }: ExchangeJson): string | undefined {
  const errors: Readonly<Record<string, ErrorDefinition>> = {
    ...commonErrors,
    ...operationsOf(products).find((operation) => operation.id === id)?.errors,
  }
  const { message } = objectIn(response?.body)
  return Object.keys(errors).find((key) => {
    const error = errors[key]
    return error?.status === response?.status && error?.code === code && error?.message === message
  })
}
