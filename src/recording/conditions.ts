import { publicDecrypt } from 'node:crypto'
import type { CredentialsJson } from '../control/answer-format.ts'
import type { Objection } from '../engine/keys/standing.ts'
import { operationsOf } from '../engine/product.ts'
import type { RequestJson } from '../engine/state/request-numbers.ts'
import { WELL_KNOWN_MCHID } from '../identity/well-known.ts'
import { products } from '../products/index.ts'
import type { ExchangeJson } from '../products/json.ts'
import type { CompletedCoupon } from '../products/merchant-coupon/coupons/table.ts'
import type { ParametersOf, StateName } from '../products/states.ts'
import { parseAuthorization } from '../protocol/authorization.ts'
import { commonErrors } from '../protocol/common-errors.ts'
import type { ErrorDefinition } from '../protocol/errors.ts'
import { type JsonObject, parseJsonObject } from '../protocol/json-object.ts'
import { LeftOut } from './left-out.ts'
import { time } from './matchers.ts'

/** A provider state as a pact names it. */
export interface Condition {
  readonly name: StateName
  readonly params: Readonly<Record<string, string>>
}

/** The time that a used request number took effect at, in every recorded contract. */
export const FIRST_TIME = time().value

/**
 * The provider states in which an exchange can happen again, alone, on an empty mock.
 *
 * @param exchange with the stand-ins of merchants put in
 * @param caller credentials of who the exchange says it is from, where the mock knows them
 */
export function conditionsOf(exchange: ExchangeJson, caller?: CredentialsJson): Condition[] {
  const { before, remarks } = exchange
  const refused = before.settings.auth === 'strict' && flawOf(exchange, caller)
  if (refused) return [condition(refused)]
  const fault = remarks.some(({ about }) => about === 'fault')
  return [
    ...(fault ? [faultOf(exchange)] : stateConditions(exchange)),
    ...(before.settings.key_mode === 'public-key' ? [condition('the merchant has only the public key')] : []),
    ...(before.settings.key_mode === 'certificate' ? [condition('the merchant has only platform certificates')] : []),
  ]
}

/** Whether an exchange is answered with the time of an earlier one: other calls read used numbers too, but have a time of their own. */
export function repeatsAnEarlierOne({ operation: id, response, before }: ExchangeJson): boolean {
  return response?.status === 200 && before.requests.some(({ operation }) => operation === id)
}

function condition<Name extends StateName>(name: Name, params: ParametersOf<Name> = {}): Condition {
  return { name, params: params as Readonly<Record<string, string>> }
}

/** The flaw for which a request was refused before anything else was checked; nothing for one that was let in. */
function flawOf(exchange: ExchangeJson, caller?: CredentialsJson): StateName | undefined {
  const { request, remarks } = exchange
  const { headers } = request
  for (const { about } of remarks) {
    switch (about) {
      case 'headers':
        return headers.accept ? 'User-Agent is missing' : 'Accept is missing'
      case 'authorization':
        return headers.authorization ? 'the Authorization header is malformed' : 'the request is not signed'
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

/** The states of a merchant that may not call, by the error that it gets. */
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

/** Whether a signature was made with the merchant's key, over whatever: then it opens with the public one. */
function signedBy({ merchant_certificate }: CredentialsJson, header: string): boolean {
  const authorization = parseAuthorization(header)
  if (typeof authorization === 'string') return false
  try {
    publicDecrypt(merchant_certificate, Buffer.from(authorization.signature, 'base64'))
    return true
  } catch {
    // What another key signed does not open.
    return false
  }
}

/** The error that a planned fault answered with. */
function faultOf(exchange: ExchangeJson): Condition {
  const { code, response } = exchange
  if (code === undefined || response === undefined || response.status < 400 || response.delivery !== undefined) {
    throw new LeftOut({
      en: 'a planned fault changed more than which error it is answered with',
      zh: '计划的故障改变的不只是应答的错误',
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
function errorOf({ operation: id, response, code }: ExchangeJson): string | undefined {
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

function stateConditions(exchange: ExchangeJson): Condition[] {
  const { operation, before } = exchange
  const usedNumbers = before.requests.flatMap((request) => numberCondition(request, before.coupons) ?? [])
  const covered = usedNumbers.map(({ params }) => params)
  const found = relevantCoupons(exchange).filter(
    ({ stock_id, coupon_code }) =>
      !covered.some((params) => params.stock_id === stock_id && params.coupon_code === coupon_code),
  )
  const nothing = found.length === 0 && errorOf(exchange) === 'not_found'
  const readsOrders = operation === 'associateTradeInfo' && before.settings.orders === 'known'
  return [
    ...(nothing ? [condition('there is no coupon')] : []),
    ...found.map(couponCondition),
    ...usedNumbers,
    ...(readsOrders ? [condition('orders have to exist')] : []),
    ...(readsOrders ? before.orders.map(({ out_trade_no }) => condition('an order exists', { out_trade_no })) : []),
  ]
}

/** The caller's own coupons; another merchant's where the answer is about that. */
function relevantCoupons(exchange: ExchangeJson): readonly CompletedCoupon[] {
  const { before, request } = exchange
  const own = before.coupons.filter(({ mchid }) => mchid === WELL_KNOWN_MCHID)
  if (own.length > 0) return own
  const { stock_id } = objectIn(request.body)
  const named = before.coupons.filter((coupon) => stock_id === undefined || coupon.stock_id === stock_id)
  return errorOf(exchange) === 'not_permitted' ? named.slice(0, 1) : []
}

function couponCondition(coupon: CompletedCoupon): Condition {
  const { mchid, stock_id, coupon_code, openid, state, associate_out_trade_no: out_trade_no } = coupon
  const params = { stock_id, coupon_code, openid }
  if (mchid !== WELL_KNOWN_MCHID) return condition('a coupon belongs to another merchant', { ...params, mchid })
  switch (state) {
    case 'SENDED':
      return out_trade_no === undefined
        ? condition('a user holds a usable coupon', params)
        : condition('a coupon is linked to an order', { ...params, out_trade_no })
    case 'USED':
      return out_trade_no === undefined
        ? condition('a coupon is used', params)
        : condition('a used coupon is linked to an order', { ...params, out_trade_no })
    case 'EXPIRED':
      return condition('a coupon is expired', params)
    case 'DEACTIVATED':
      return condition('a coupon is deactivated', params)
    case 'DELETED':
      return condition('a coupon is deleted', params)
  }
}

function numberCondition(
  { operation, request_no, values }: RequestJson,
  coupons: readonly CompletedCoupon[],
): Condition | undefined {
  const [first = '', second = '', third = ''] = values
  const names =
    operation === 'useCoupon' ? { stock_id: second, coupon_code: third } : { stock_id: first, coupon_code: second }
  const openid = coupons.find(
    (coupon) => coupon.stock_id === names.stock_id && coupon.coupon_code === names.coupon_code,
  )?.openid
  const coupon = { ...names, ...(openid !== undefined && { openid }), time: FIRST_TIME }
  switch (operation) {
    case 'associateTradeInfo':
      return condition('an associate request number was used', {
        ...coupon,
        out_trade_no: third,
        out_request_no: request_no,
      })
    case 'disassociateTradeInfo':
      return condition('a disassociate request number was used', {
        ...coupon,
        out_trade_no: third,
        out_request_no: request_no,
      })
    case 'useCoupon':
      return condition('a use request number was used', { ...coupon, use_request_no: request_no })
    default:
      return undefined
  }
}

/** The members of a JSON body; none where it is none. */
export function objectIn(body: unknown): JsonObject {
  return (typeof body === 'string' ? parseJsonObject(body) : undefined) ?? {}
}
