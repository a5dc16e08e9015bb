import { parseAuthorization } from '../../protocol/authorization.ts'
import { commonErrors, precedesAuthentication } from '../../protocol/common-errors.ts'
import { ApiError } from '../../protocol/errors.ts'
import { formatInstant } from '../../protocol/instant.ts'
import { parseJsonObject } from '../../protocol/json-object.ts'
import type { Awaitable } from '../../shared/awaitable.ts'
import type { FiredFault } from '../faults/fired-fault.ts'
import { commonErrorOf } from '../faults/operation-errors.ts'
import type { Gateway } from '../gateway.ts'
import type { WireRequest } from '../http-message.ts'
import type { Merchant, Platform, PlatformKey } from '../keys/merchants.ts'
import { choosePlatformKey } from '../keys/platform-key.ts'
import type { PreferredKeyKind } from '../keys/preferred-key-kind.ts'
import type { Operation } from '../operation.ts'
import { admitOrRefuse } from './admit.ts'
import { authenticate, claimedMerchant } from './authenticate.ts'
import type { ExchangeParts, Instants, Notes } from './exchange-parts.ts'
import { type Caller, type Outcome, refusal, remarkOnRefusal } from './outcome.ts'
import { type AdmittedCall, perform } from './perform.ts'
import type { RateExceeded } from './rate-limiter.ts'
import type { Hit, Miss } from './router.ts'

/** A request, with what is known about it before authentication. */
export interface Arrived {
  /** Id of the exchange. */
  readonly id: string
  readonly request: WireRequest
  /** Path of the target, without its query. */
  readonly path: string
  readonly route: Hit
  readonly instants: Instants
  /** The platform at that instant. */
  readonly platform: Platform
}

/**
 * Refuses a request that no operation is for. Routing comes before authentication (corrections 2, observed), and before the check of `Accept`
 * and `User-Agent`, which not every path has (inferred). What the empty answer does not say, the journal and the diagnosis do.
 */
export async function refuseMiss(
  { diagnoses, merchants }: Pick<ExchangeParts, 'diagnoses' | 'merchants'>,
  request: WireRequest,
  miss: Miss,
  { remarks }: Pick<Notes, 'remarks'>,
): Promise<Outcome> {
  const { remark, header } = await diagnoses.ofMiss(miss, request)
  remarks.push(remark)
  const authorization = parseAuthorization(request.headers.authorization ?? '')
  const claimed = typeof authorization === 'string' ? undefined : claimedMerchant(authorization, merchants)
  return {
    ...refusal(new ApiError(miss.miss === 'path' ? commonErrors.path_unknown : commonErrors.method_unfit)),
    ...(claimed && { mchid: claimed.mchid }),
    ...(header !== undefined && { diagnosis: header }),
  }
}

/** Decides the outcome of a request: the first check that fails answers it, or else the operation. */
export async function decide(parts: ExchangeParts, arrived: Arrived, notes: Notes): Promise<Outcome> {
  const { id, request, path, route, instants, platform } = arrived
  const { now, signatures, machine } = instants
  const { settings } = parts
  const gateway = parts.gatewayAt(path)
  const authentication = settings().authErrors === 'observed' ? gateway.authentication : undefined
  const result = authenticate(request, parts.merchants, signatures, authentication, {
    judgedBy: settings().signatureClock,
    machine,
  })
  const caller =
    'failure' in result
      ? await admitOrRefuse(parts, result.failure, request, { id, signatures }, notes)
      : { merchant: result.caller, brand: result.brand }
  if ('status' in caller) return caller

  const keyMode = caller.merchant.keyMode ?? settings().keyMode
  notes.found.mchid = caller.merchant.mchid
  notes.found.settings = keyMode === settings().keyMode ? settings() : { ...settings(), keyMode }
  const { key, error } = choosePlatformKey(request.headers['wechatpay-serial'], {
    mode: keyMode,
    merchant: caller.merchant,
    platform,
    publicKeyUnknown: gateway.publicKeyUnknown,
    encrypted: hasEncryptedFields(route.operation, request.body),
  })
  const refuse = (error: ApiError): Outcome => {
    notes.remarks.push(remarkOnRefusal(error))
    return refusal(error, caller, key)
  }
  if (error) return refuse(error)
  await noteKeyAskedFor(parts.preferredKeyKind, caller.merchant, request.headers['wechatpay-serial'], platform)
  const another = gateway.mchidDiffers && anotherMchid(request.body, caller.merchant.mchid)
  if (gateway.mchidDiffers && another !== undefined) {
    const explanation = `/body/mchid is ${JSON.stringify(another.slice(0, 40))}, the request is signed by ${caller.merchant.mchid}`
    return refuse(new ApiError(gateway.mchidDiffers, { explanation }))
  }
  const { operation, params } = route
  const call = { operation, request, params, caller, keyMode, platform, key, now }
  const answer = () =>
    parts.faults.planned.length === 0 ? perform(parts, call, true, notes) : performOrFail(parts, call, gateway, notes)
  if (settings().rateLimit === 'off') return answer()
  const tooMany = await parts.rateLimiter.take(operation, caller.merchant.mchid, now)
  if (tooMany) return refuse(rateLimited(operation, gateway, tooMany))
  const outcome = await answer()
  if (outcome.status >= 400) await parts.rateLimiter.fail(operation, caller.merchant.mchid, now)
  return outcome
}

/** Performs a call together with the planned fault that happens to it, if any. */
async function performOrFail(
  parts: ExchangeParts,
  call: AdmittedCall,
  gateway: Gateway,
  notes: Notes,
): Promise<Outcome> {
  const { faults } = parts
  const { operation, request, caller, key } = call
  const fault = await faults.take({ operation, mchid: caller.merchant.mchid, request, gateway })
  if (!fault) return perform(parts, call, true, notes)
  notes.remarks.push({ about: 'fault', text: fault.remark, effects: fault.effects })
  await faults.wait(fault.delayMs.before)
  const done = fault.inPlace ? undefined : await perform(parts, call, fault.when === 'after', notes)
  await faults.wait(fault.delayMs.after)
  const outcome = done && !fault.error ? done : forced(fault, caller, key)
  return { ...outcome, ...(fault.errorAs200 && { status: 200 }), fault }
}

/** The outcome of a planned error: signed as the service signs it, and always if it is to look like a success. */
function forced(
  { error = commonErrors.system_error, errorAs200 }: FiredFault,
  caller: Caller,
  key: PlatformKey,
): Outcome {
  const signed = errorAs200 || !precedesAuthentication(error)
  if (signed) return refusal(new ApiError(error), caller, key)
  return { ...refusal(new ApiError(error)), mchid: caller.merchant.mchid }
}

function noteKeyAskedFor(
  preferredKeyKind: PreferredKeyKind,
  { mchid }: Merchant,
  serialNo: string | undefined,
  { certificates, publicKey }: Platform,
): Awaitable<void> {
  if (serialNo === publicKey.serialNo) return preferredKeyKind.note(mchid, 'public')
  if (certificates.some((certificate) => certificate.serialNo === serialNo))
    return preferredKeyKind.note(mchid, 'certificate')
}

function rateLimited(
  { id }: Operation,
  gateway: Gateway,
  { calls, failing, seconds, windowEnd }: RateExceeded,
): ApiError {
  return new ApiError(commonErrorOf('rate_limited', gateway), {
    key: 'rate_limited',
    explanation: `${id} takes ${calls}${failing ? ' failing' : ''} calls of a merchant in ${seconds === 1 ? 'a second' : `${seconds} seconds`}; the next are taken from ${formatInstant(windowEnd)} by the mock's clock.`,
  })
}

/** Whether a request has to name the key of encrypted fields. */
function hasEncryptedFields({ encryptedFields }: Operation, body: Uint8Array): boolean {
  if (encryptedFields === undefined || encryptedFields === true) return encryptedFields === true
  const given = parseJsonObject(body) ?? {}
  return encryptedFields.some((name) => Object.hasOwn(given, name))
}

/** The `mchid` of a JSON body, if it is not the caller's. */
function anotherMchid(body: Uint8Array, mchid: string): string | undefined {
  // A body that is not JSON names no merchant; the operation's own check refuses it.
  const named = parseJsonObject(body)?.mchid
  return typeof named === 'string' && named !== mchid ? named : undefined
}
