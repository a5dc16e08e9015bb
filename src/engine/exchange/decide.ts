import { parseAuthorization } from '../../wire/protocol/authorization.ts'
import { commonErrors, INTERNAL_CODES, precedesAuthentication } from '../../wire/protocol/common-errors.ts'
import { ApiError } from '../../wire/protocol/errors.ts'
import { formatInstant } from '../../wire/protocol/instant.ts'
import { isJsonObject, parseJsonObject } from '../../wire/protocol/json-object.ts'
import { signedBody } from '../../wire/protocol/message.ts'
import type { Awaitable } from '../../wire/shared/pieces.ts'
import { sentences } from '../../wire/shared/texts.ts'
import { commonErrorOf } from '../faults/check-plan.ts'
import type { FiredFault } from '../faults/fired-fault.ts'
import type { GivenAnswer } from '../faults/held.ts'
import { pathOf, type WireRequest } from '../http-message.ts'
import { FoundState, nothingFound } from '../journal/found.ts'
import type { Merchant, MerchantDirectory, Platform, PlatformKey } from '../keys/merchants.ts'
import { choosePlatformKey, type PreferredKeyKind } from '../keys/platform.ts'
import type { Operation } from '../operation.ts'
import { plannedOperation } from '../planned-answers.ts'
import type { Gateway } from '../product.ts'
import { type AuthenticationFailure, authenticate, claimedMerchant } from './authenticate.ts'
import {
  type Caller,
  type ExchangeParts,
  type Instants,
  type Notes,
  type Outcome,
  type RateExceeded,
  refusal,
  refuse,
} from './exchange-parts.ts'
import { type AdmittedCall, type PerformingParts, perform } from './perform.ts'
import type { Hit, Miss } from './router.ts'

/**
 * Refuses a request that failed authentication in strict mode; in lenient mode returns the merchant it is attributed to. The journal gets the
 * reason either way.
 *
 * @param signatures the instant against which timestamps of signatures are checked, epoch milliseconds
 */
async function admitOrRefuse(
  parts: Pick<ExchangeParts, 'diagnoses' | 'settings' | 'defaultMerchant'>,
  failure: AuthenticationFailure,
  request: WireRequest,
  { id, signatures }: { readonly id: string; readonly signatures: number },
  { remarks }: Pick<Notes, 'remarks'>,
): Promise<Caller | Outcome> {
  const { remark, header } = await parts.diagnoses.ofFailure(failure, request, { id, now: signatures })
  remarks.push(remark)
  const admitted = admit(parts, failure)
  if (admitted) return admitted
  const { error, claimed, withoutRequestId } = failure
  return {
    ...refusal(error),
    ...(withoutRequestId && { internalCode: undefined }),
    ...(claimed && { mchid: claimed.mchid }),
    ...(header !== undefined && { diagnosis: header }),
  }
}

/** The merchant that lenient mode attributes the request to; none in strict mode. */
function admit(
  { settings, defaultMerchant }: Pick<ExchangeParts, 'settings' | 'defaultMerchant'>,
  { check, claimed }: AuthenticationFailure,
): Caller | undefined {
  if (settings().auth === 'strict') return undefined
  const saysNobody = check === 'headers' || check === 'authorization' || check === 'scheme'
  const merchant = claimed ?? (saysNobody ? defaultMerchant : undefined)
  return merchant && { merchant, brand: false }
}

/** A request, with what is known about it before authentication. */
interface Arrived {
  readonly id: string
  /** Gives a signal that is aborted when the client goes away, where the door can tell. */
  readonly left: (() => AbortSignal) | undefined
  readonly request: WireRequest
  /** Path of the target, without its query. */
  readonly path: string
  readonly route: Hit
  readonly instants: Instants
  readonly platform: Platform
}

/**
 * Refuses a request that no operation serves. Routing comes before authentication (corrections 2, observed), and before the check of `Accept`
 * and `User-Agent`, which some paths do without (inferred). The answer is empty; the journal and the diagnosis explain it.
 */
export async function refuseMiss(
  { diagnoses, merchants, routers }: Pick<ExchangeParts, 'diagnoses' | 'merchants' | 'routers'>,
  request: WireRequest,
  miss: Miss,
  { remarks }: Pick<Notes, 'remarks'>,
): Promise<Outcome> {
  const known = routers.answer.find(request.method, pathOf(request.target))
  const { remark, header } = await diagnoses.ofMiss(miss, request, 'operation' in known ? known.operation : undefined)
  remarks.push(remark)
  const claimed = claimedBy(request, merchants)
  return {
    ...refusal(new ApiError(miss.miss === 'path' ? commonErrors.path_unknown : commonErrors.method_unfit)),
    ...(claimed && { mchid: claimed.mchid }),
    ...(header !== undefined && { diagnosis: header }),
  }
}

/** The operation for a request that no operation serves, if somebody has planned an answer for the merchant's call. */
export async function operationAsPlanned(
  { store, merchants, settings, defaultMerchant }: ExchangeParts,
  request: WireRequest,
  path: string,
): Promise<Operation | undefined> {
  const merchant = claimedBy(request, merchants) ?? (settings().auth === 'lenient' ? defaultMerchant : undefined)
  if (!merchant) return undefined
  return store.transaction((tx) => plannedOperation(tx, merchant.mchid, { method: request.method, path }))
}

/** The merchant that a request claims to be from, if it is known. */
function claimedBy({ headers }: WireRequest, merchants: MerchantDirectory): Merchant | undefined {
  const authorization = parseAuthorization(headers.authorization ?? '')
  return typeof authorization === 'string' ? undefined : claimedMerchant(authorization, merchants)
}

/** The merchant of a call that needs no signature: the one that its query names. */
function withoutSignature(
  { merchants, defaultMerchant }: Pick<ExchangeParts, 'merchants' | 'defaultMerchant'>,
  { request, route: { operation } }: Arrived,
): Caller | undefined {
  if (!operation.unsigned) return undefined
  const [, query = ''] = request.target.split('?')
  const merchant = merchants.find(new URLSearchParams(query).get('mchid') ?? '') ?? defaultMerchant
  return { merchant, brand: false }
}

/** Decides the outcome of a request: the first check that fails answers it, or else the operation. */
export async function decide(parts: ExchangeParts, arrived: Arrived, notes: Notes): Promise<Outcome> {
  const { id, request, path, instants, platform } = arrived
  const { authErrors, signatureClock, rateLimit } = parts.settings()
  const gateway = parts.gatewayAt(path)
  const result = authenticate(
    request,
    parts.merchants,
    instants.signatures,
    authErrors === 'observed' ? gateway.authentication : undefined,
    { judgedBy: signatureClock, machine: instants.machine },
  )
  const caller =
    'failure' in result
      ? (withoutSignature(parts, arrived) ??
        (await admitOrRefuse(parts, result.failure, request, { id, signatures: instants.signatures }, notes)))
      : { merchant: result.caller, brand: result.brand }
  if ('status' in caller) return caller

  const call = admittedCall(parts, arrived, caller, gateway, notes)
  if ('status' in call) return call
  const noted = noteKeyAskedFor(parts.preferredKeyKind, caller.merchant, request.headers['wechatpay-serial'], platform)
  if (noted) await noted
  return rateLimit === 'off' ? answer(parts, call, gateway, notes) : answerWithinRate(parts, call, gateway, notes)
}

/** Checks mistakes of the caller before its operation runs: the key it names, and the merchant number it sends. */
function admittedCall(
  { settings }: Pick<ExchangeParts, 'settings'>,
  { id, left, request, route: { operation, params }, instants: { now }, platform }: Arrived,
  caller: Caller,
  gateway: Gateway,
  { remarks, found }: Notes,
): AdmittedCall | Outcome {
  const { merchant } = caller
  const inForce = settings()
  const keyMode = merchant.keyMode ?? inForce.keyMode
  found.mchid = merchant.mchid
  found.settings = keyMode === inForce.keyMode ? inForce : { ...inForce, keyMode }
  const body = signedBody(request.headers['content-type'], request.body)
  const { key, error } = choosePlatformKey(request.headers['wechatpay-serial'], {
    mode: keyMode,
    merchant,
    platform,
    publicKeyUnknown: gateway.publicKeyUnknown,
    encrypted: hasEncryptedFields(operation, body),
  })
  const call = { id, left, operation, request, params, caller, keyMode, platform, key, now }
  if (error) return refuse(error, call, remarks)
  const another = gateway.mchidDiffers && anotherMchid(body, merchant.mchid)
  if (!gateway.mchidDiffers || another === undefined) return call
  const [member, number] = another
  const named = JSON.stringify(number.slice(0, 40))
  const explanation = {
    en: `/body/${member} is ${named}, the request is signed by ${merchant.mchid}`,
    zh: `/body/${member} 是 ${named}，请求由 ${merchant.mchid} 签名`,
  }
  return refuse(new ApiError(gateway.mchidDiffers, { explanation }), call, remarks)
}

/** Parts that a call is rehearsed with in place of the mock's own. */
export interface Stage extends Omit<PerformingParts, 'tell'> {
  /** The merchant that the call counts as signed by. */
  readonly mchid: string
}

/**
 * Answers a call as if its signature were right, without faults, rates and a place in the journal; its changes are kept in the store of the stage.
 *
 * @returns the status, and the key of the error of a refusal; `undefined` for a path that is not served, and an unknown merchant
 */
export async function rehearse(
  parts: ExchangeParts,
  request: WireRequest,
  stage: Stage,
): Promise<{ readonly status: number; readonly error?: string } | undefined> {
  const { mchid } = stage
  const now = stage.clock.now()
  const settings = stage.settings()
  const path = pathOf(request.target)
  const route = parts.routers[settings.shaped].find(request.method, path)
  const merchant = stage.merchants.find(mchid)
  if ('miss' in route || !merchant) return undefined
  const notes: Notes = { remarks: [], found: new FoundState(settings) }
  const instants = { now, signatures: now, machine: now }
  const arrived = { id: '', left: undefined, request, path, route, instants, platform: parts.platformKeys.at(now) }
  const call = admittedCall(stage, arrived, { merchant, brand: false }, parts.gatewayAt(path), notes)
  const { status } = 'status' in call ? call : await perform({ ...stage, tell: parts.tell }, call, true, notes)
  const error = notes.remarks.at(-1)?.error
  return { status, ...(error !== undefined && { error }) }
}

async function answerWithinRate(
  parts: ExchangeParts,
  call: AdmittedCall,
  gateway: Gateway,
  notes: Notes,
): Promise<Outcome> {
  const { operation, caller, now } = call
  const tooMany = await parts.rateLimiter.take(operation, caller.merchant.mchid, now)
  if (tooMany) return refuse(rateLimited(operation, gateway, tooMany), call, notes.remarks)
  const outcome = await answer(parts, call, gateway, notes)
  if (outcome.status >= 400) await parts.rateLimiter.fail(operation, caller.merchant.mchid, now)
  return outcome
}

function answer(parts: ExchangeParts, call: AdmittedCall, gateway: Gateway, notes: Notes): Promise<Outcome> {
  return parts.faults.planned.length === 0
    ? perform(parts, call, true, notes)
    : performOrFail(parts, call, gateway, notes)
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
  const act = async (keep: boolean, kept: Notes) => {
    const done = fault.inPlace ? undefined : await perform(parts, call, keep, kept)
    return done && !fault.error && !fault.gatewayAnswer ? done : forced(fault, caller, key)
  }
  if (fault.isHeld) return performHeld(parts, call, fault, notes, act)
  notes.remarks.push({ about: 'fault', text: fault.remark, effects: fault.effects, plans: fault.plans })
  await faults.wait(fault.delayMs.before)
  const outcome = await act(fault.when === 'after', notes)
  await faults.wait(fault.delayMs.after)
  return { ...outcome, ...(fault.errorAs200 && { status: 200 }), fault }
}

/** Holds a call, done or not yet done, until somebody decides what becomes of it; no transaction is open meanwhile. */
async function performHeld(
  { faults, clock, settings }: Pick<ExchangeParts, 'faults' | 'clock' | 'settings'>,
  { id, left, operation, request, caller, key, now }: AdmittedCall,
  fault: FiredFault,
  notes: Notes,
  act: (keep: boolean, notes: Notes) => Promise<Outcome>,
): Promise<Outcome> {
  const { mchid } = caller.merchant
  const isDone = fault.when === 'after'
  const remark = { about: 'fault', text: fault.remark, effects: fault.effects, plans: fault.plans } as const
  await faults.wait(fault.delayMs.before)
  const before = nothingFound(settings())
  // These precede the remarks that the operation adds.
  const place = notes.remarks.length
  // The answer that it would get is found out in a transaction that is rolled back, and leaves no remarks.
  const outcome = await act(isDone, isDone ? notes : { remarks: [], found: new FoundState(settings()) })
  const exchange = { id, at: now, durationMs: 0, request, operation: operation.id, mchid, remarks: [remark], before }
  const { decision, text } = await faults.held.hold(
    { exchange, answer: answerIn(outcome) },
    clock.source.now(),
    left?.(),
  )
  const isLost = decision.decide === 'lose'
  const lost = isDone ? 'answer_lost' : 'reset'
  const effects = [...fault.effects, ...(isLost ? ([lost] as const) : [])]
  notes.remarks.splice(place, 0, { ...remark, text: sentences([fault.remark, text]), effects })
  await faults.wait(fault.delayMs.after)
  if (decision.decide === 'answer') return { ...given(decision, caller, key), fault }
  if (isLost)
    return {
      ...(isDone ? outcome : refusal(new ApiError(commonErrors.system_error), caller, key)),
      fault: { ...fault, delivery: { kind: 'reset' } },
    }
  return { ...(isDone ? outcome : await act(true, notes)), fault }
}

/** The answer that a call is about to get, unless that is a file. */
function answerIn({ status, body, contentType }: Outcome): GivenAnswer {
  return { status, ...(body.length > 0 && contentType === undefined && { body: Buffer.from(body).toString('utf8') }) }
}

/** The outcome of an answer that somebody gives by hand, signed as any. */
function given({ status, body }: GivenAnswer, caller: Caller, key: PlatformKey): Outcome {
  const code = body === undefined ? undefined : parseJsonObject(Buffer.from(body))?.code
  return {
    status,
    body: Buffer.from(body ?? ''),
    internalCode: status < 300 ? 0 : INTERNAL_CODES.unspecified,
    ...(status >= 400 && typeof code === 'string' && { code }),
    caller,
    key,
    mchid: caller.merchant.mchid,
  }
}

/** The outcome of a planned answer. An error is signed as the service signs it, and always if it is to look like a success. */
function forced(
  { error = commonErrors.system_error, errorAs200, gatewayAnswer }: FiredFault,
  caller: Caller,
  key: PlatformKey,
): Outcome {
  if (gatewayAnswer) return { ...gatewayAnswer, byGateway: true, internalCode: undefined, mchid: caller.merchant.mchid }
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
  return preferredKeyKind.noteNone(mchid)
}

function rateLimited(
  { id }: Operation,
  gateway: Gateway,
  { calls, failing, seconds, windowEnd }: RateExceeded,
): ApiError {
  const end = formatInstant(windowEnd)
  return new ApiError(commonErrorOf('rate_limited', gateway), {
    key: 'rate_limited',
    explanation: {
      en: `${id} takes ${calls}${failing ? ' failing' : ''} calls of a merchant in ${seconds === 1 ? 'a second' : `${seconds} seconds`}; the next are taken from ${end} by the mock's clock.`,
      zh: `${id} 对每个商户每 ${seconds === 1 ? '' : `${seconds} `}秒最多接受 ${calls} 次${failing ? '失败的' : ''}请求，从模拟时钟的 ${end} 起可再次请求。`,
    },
  })
}

/** Whether a request has to name the key of encrypted fields. */
function hasEncryptedFields({ encryptedFields }: Operation, body: Uint8Array): boolean {
  if (encryptedFields === undefined || encryptedFields === true) return encryptedFields === true
  if (encryptedFields.length === 0) return false
  const given = parseJsonObject(body) ?? {}
  return encryptedFields.some((name) => has(given, name.split('.')))
}

/** Whether a value has a member, inside nested objects and objects in lists too. */
function has(value: unknown, [name, ...inner]: readonly string[]): boolean {
  if (name === undefined) return true
  // No call has lists of lists, and those of a hostile body may be nested deeper than the stack is.
  if (Array.isArray(value)) return value.some((one) => !Array.isArray(one) && has(one, [name, ...inner]))
  return isJsonObject(value) && Object.hasOwn(value, name) && has(value[name], inner)
}

/** The member of a JSON body that should name the caller, and the merchant that it names instead. */
function anotherMchid(body: Uint8Array, mchid: string): readonly [member: string, mchid: string] | undefined {
  // A body that is not JSON names no merchant; the operation's own check refuses it.
  const members = parseJsonObject(body) ?? {}
  for (const member of ['mchid', 'sp_mchid', 'combine_mchid']) {
    const named = members[member]
    if (typeof named === 'string' && named !== mchid) return [member, named]
  }
  return undefined
}
