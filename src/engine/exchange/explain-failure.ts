import {
  type Diagnosis,
  describeCause,
  describeDiagnosis,
  describePayCause,
  diagnoseAuthorization,
  diagnosePaySign,
  diagnoseSerial,
  diagnoseSignature,
  diagnoseTimestamp,
  diagnosisHeader,
  type Effort,
  en,
  isFinal,
  type KnownKey,
  objectionCause,
  type PaySign,
  zh,
} from '../../wire/diagnosis/index.ts'
import { type Cause, cause } from '../../wire/diagnosis/variant.ts'
import type { Authorization } from '../../wire/protocol/authorization.ts'
import { sentences, type Texts } from '../../wire/shared/texts.ts'
import { pathOf, type WireRequest } from '../http-message.ts'
import type { Remark } from '../journal/journal.ts'
import type { Merchant, MerchantDirectory, Platform } from '../keys/merchants.ts'
import type { OperationDescription } from '../operation.ts'
import type { AuthenticationFailure } from './authenticate.ts'
import { causesOfMiss } from './near-miss.ts'
import type { Miss } from './router.ts'

/** Loaded with the first refused call, so that other runs need not load the diagnosis and its texts. */

/** The keys that a client may have used. */
export interface KnownKeys {
  readonly merchants: MerchantDirectory
  readonly platform: Platform
}

export interface ExplainedFailure {
  readonly remark: Remark
  /** For `Wechatpay-Mock-Diagnosis`; left out if there is nothing to add. */
  readonly header?: string
}

/**
 * Explains why no operation serves a request.
 *
 * @param known every call that is served, and documented ones that others stand for
 * @param search whether to look for the paths that may be meant
 * @param refused the call, if it is refused only because it is a shaped one
 */
export function explainMiss(
  miss: Miss,
  request: WireRequest,
  known: readonly OperationDescription[],
  search = true,
  refused?: OperationDescription,
): Required<ExplainedFailure> {
  const causes = refused ? [cause('path_only_shaped', refused.id)] : causesOfMiss(miss, request, known, search)
  return { remark: { about: 'path', text: inWords([], causes), causes }, header: headerOf('path', causes) }
}

/** Explains exactly what is wrong in a failure before the signature check. The work is bounded by the length of the header field. */
export function explainBeforeSignature(
  failure: AuthenticationFailure,
  { headers, target }: Pick<WireRequest, 'headers' | 'target'>,
  { merchants, platform }: KnownKeys,
  now: number,
): ExplainedFailure {
  const { check, explanation } = failure
  if (failure.mockClockMoved) {
    const causes = [cause('mock_clock_moved', secondsOff(failure, now))]
    return { remark: { about: check, text: explanation, causes }, header: headerOf(check, causes) }
  }
  const causes = causesBeforeSignature(failure, headers.authorization, pathOf(target), { merchants, platform }, now)
  if (causes.length === 0) return { remark: { about: check, text: explanation } }
  return {
    remark: { about: check, text: inWords([explanation], causes), causes },
    header: headerOf(check, causes),
  }
}

function headerOf(about: Remark['about'], causes: readonly Cause[]): string {
  return `${about}; ${causes.map(({ name }) => name).join(', ')}`
}

function secondsOff({ authorization }: AuthenticationFailure, now: number): string {
  const off = Number(authorization?.timestamp) - Math.floor(now / 1_000)
  return `${off > 0 ? '+' : ''}${off}`
}

function causesBeforeSignature(
  { check, authorization, claimed, objection }: AuthenticationFailure,
  header: string | undefined,
  path: string,
  { merchants, platform }: KnownKeys,
  now: number,
): readonly Cause[] {
  switch (check) {
    case 'authorization':
    case 'scheme':
      return diagnoseAuthorization(header, path)?.causes ?? []
    case 'timestamp': {
      const found = authorization && diagnoseTimestamp(authorization.timestamp, now)
      return found ? [found] : []
    }
    case 'merchant':
      return objection && authorization ? [objectionCause(objection, authorization)] : []
    case 'serial':
      if (!authorization) return []
      return diagnoseSerial({
        serialNo: authorization.serialNo,
        mchid: claimed?.mchid ?? authorization.identity,
        known: claimed !== undefined,
        find: (serialNo) => merchants.withSerial(serialNo) ?? platformKeyOf(platform, serialNo),
      })
    default:
      return []
  }
}

function platformKeyOf({ certificates, publicKey }: Platform, serialNo: string): KnownKey | undefined {
  const wanted = serialNo.toUpperCase()
  return [...certificates, publicKey].map(asKnownKey).find((key) => key.serialNo.toUpperCase() === wanted)
}

/** Drops the private key, and names no owner, which marks a {@link KnownKey} as the platform's. */
function asKnownKey({ serialNo, publicKey }: KnownKey): KnownKey {
  return { serialNo, publicKey }
}

/** A signature of a known merchant that does not match. */
export interface RefusedSignature {
  readonly request: WireRequest
  readonly authorization: Authorization
  readonly claimed: Merchant
  /** Opening sentence of every explanation. */
  readonly explanation: Texts
  readonly expectedMessage?: string
}

export interface ExplainedSignature extends Required<ExplainedFailure> {
  readonly diagnosis: Diagnosis
}

/**
 * Explains why a signature does not match, as far as that is certain. With the effort `single` the verdict is `not_examined` where more effort could
 * find more.
 *
 * @param before the diagnosis with the effort `single`, if it has been made
 */
export function explainSignature(
  { request, authorization, claimed, explanation, expectedMessage }: RefusedSignature,
  keys: KnownKeys,
  effort: Effort,
  before?: Diagnosis,
): ExplainedSignature {
  const diagnosis = diagnoseSignature(
    { request, authorization, key: claimed, otherKeys: otherKeys(claimed, keys), apiV3Key: claimed.apiV3Key },
    effort,
    before,
  )
  const unfinished = effort === 'single' && !isFinal(diagnosis)
  const verdict = unfinished ? 'not_examined' : diagnosis.verdict
  const { causes, signedMessage, difference } = describeDiagnosis(diagnosis, en, [claimed.apiV3Key])
  return {
    remark: {
      about: 'signature',
      text: inWords([explanation, ...(unfinished ? [] : summaryOf(diagnosis))], causes),
      ...(expectedMessage !== undefined && { expectedMessage }),
      verdict,
      causes: causes.map(({ name, value }) => cause(name, value)),
      ...(signedMessage !== undefined && { signedMessage }),
      ...(difference && { difference }),
    },
    header: diagnosisHeader({ verdict, causes: diagnosis.causes }),
    diagnosis,
  }
}

/** Keys that a client may mistake for its own: the platform's, then those of other merchants. */
function* otherKeys(claimed: Merchant, { merchants, platform }: KnownKeys): Iterable<KnownKey> {
  yield* platform.certificates.map(asKnownKey)
  yield asKnownKey(platform.publicKey)
  for (const merchant of merchants.values()) if (merchant !== claimed) yield merchant
}

function summaryOf({ verdict }: Diagnosis): readonly Texts[] {
  if (verdict !== 'message_unknown' && verdict !== 'key_unknown') return []
  return [{ en: en.verdicts[verdict], zh: zh.verdicts[verdict] }]
}

/** Describes all causes, and the fix for the first. */
function inWords(before: readonly Texts[], causes: readonly Cause[], describe = describeCause): Texts {
  const described = causes.map((one) => ({ en: describe(one, en), zh: describe(one, zh) }))
  const explanations = described.map((one) => ({ en: one.en.explanation, zh: one.zh.explanation }))
  const fixes = described.slice(0, 1).map((one) => ({ en: one.en.fix, zh: one.zh.fix }))
  return sentences([...before, ...explanations, ...fixes])
}

/** Explains why the signature of a front end (paySign) is not right; `undefined` if it is. */
export function explainPaySign(
  given: Omit<PaySign, 'key' | 'otherKeys'>,
  merchant: Merchant,
  keys: KnownKeys,
): Texts | undefined {
  const diagnosis = diagnosePaySign({ ...given, key: merchant, otherKeys: otherKeys(merchant, keys) })
  const { verdict, line, causes } = diagnosis
  if (verdict === 'verifies') return undefined
  return sentences([
    ...(line ? [{ en: `The line ${line} differs.`, zh: `${line} 一行不同。` }] : []),
    ...summaryOf(diagnosis),
    inWords([], causes, describePayCause),
    ...(causes.length === 0 ? [{ en: en.rebuildPaySign, zh: zh.rebuildPaySign }] : []),
  ])
}
