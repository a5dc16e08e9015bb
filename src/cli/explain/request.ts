import { pathOf } from '../../engine/http-message.ts'
import { type Objection, objectionTo } from '../../engine/keys/standing.ts'
import {
  type Cause,
  type Diagnosis,
  describeCause,
  describeDiagnosis,
  diagnoseAuthorization,
  diagnoseSerial,
  diagnoseSignature,
  diagnoseTimestamp,
  type KnownKey,
  objectionCause,
} from '../../wire/diagnosis/index.ts'
import { type Authorization, isBrand, missingHeaders, parseAuthorization } from '../../wire/protocol/authorization.ts'
import { listed } from '../../wire/shared/texts.ts'
import { commonTexts } from '../texts.ts'
import type { VerificationKey } from '../verification.ts'
import { type Explanation, type Finding, type Identity, texts, type Wording } from './explanation.ts'

export interface PastedRequest {
  readonly method: string
  /** Path and query. */
  readonly target: string
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer
  /** Whether a line feed at the end of the body may be the editor's, because the length of the body is unknown. */
  readonly maybeLineFeed: boolean
  /** Bytes missing at the end of the body. */
  readonly missing: number
}

export interface RequestContext {
  readonly identity: Identity
  /** Used instead of the merchant's key. */
  readonly given?: VerificationKey | undefined
  /** The owner of the given key. */
  readonly mchid?: string | undefined
  readonly apiV2Key?: string | undefined
  readonly apiV3Key?: string | undefined
  /** When it arrived, epoch milliseconds; if left out, it may be old. */
  readonly clock?: number | undefined
  /** Epoch milliseconds. */
  readonly now: number
}

/** Says what is wrong with a request, everything at once. */
export function explainRequest(request: PastedRequest, context: RequestContext, all: Wording): Explanation {
  const { language, diagnosis } = all
  const own = texts[language]
  const { reasons } = commonTexts[language].verification
  const findings: Finding[] = []
  const notes: string[] = []
  const found = (causes: readonly Cause[]) => findings.push(...causes.map((one) => describeCause(one, diagnosis)))

  const missing = missingHeaders((name) => request.headers.get(name))
  if (missing.length > 0) {
    findings.push({
      name: 'headers',
      value: missing.join(', '),
      explanation: reasons.headersMissing(listed(missing, language)),
      fix: own.addHeaders,
    })
  }
  if (request.missing > 0) {
    const { length } = request.body
    notes.push(reasons.cutOff(length, length + request.missing))
  }
  const header = request.headers.get('authorization')
  const path = pathOf(request.target)
  const ofHeader = diagnoseAuthorization(header, path)
  found(ofHeader?.causes ?? [])
  const parsed = parseAuthorization(header ?? '')
  const authorization = typeof parsed === 'object' ? parsed : ofHeader?.repaired
  if (!authorization || authorization.scheme === 'WECHATPAY2-SM2-WITH-SM3') {
    return { about: 'request', summary: own.headerWrong, findings, notes }
  }

  const off = diagnoseTimestamp(authorization.timestamp, context.clock ?? context.now)
  const maybeOld = context.clock === undefined && off !== undefined && MAY_BE_OLD.has(off.name)
  if (off && maybeOld) notes.push(own.maybeOld(describeCause(off, diagnosis).explanation))
  else if (off) found([off])
  const key = keyFor(authorization, context)
  const objection = objectionOf(authorization, context)
  const ofSerial = serialCauses(authorization, key, context)
  found(objection ? [objectionCause(objection, authorization)] : ofSerial)
  if (!objection && !context.given && ofSerial.length > 0) {
    notes.push(own.knownHere(context.identity.mchid, context.identity.serialNo))
  }

  const result = diagnose(request, authorization, key, context)
  if (result.stripped) notes.push(reasons.trailingNewline)
  const { summary, causes, ...rest } = describeDiagnosis(result.diagnosis, diagnosis, Object.values(keysOf(context)))
  findings.push(...causes)
  if (result.diagnosis.verdict === 'message_unknown') notes.push(own.messageUnknown)
  if (result.diagnosis.verdict === 'key_unknown') notes.push(own.keyUnknown(key.serialNo))
  const onlyRest = result.diagnosis.verdict === 'verifies' && findings.length > 0
  const lengths = lengthsOf(result.diagnosis)
  return { about: 'request', summary: onlyRest ? own.rightBut : summary, findings, notes, ...rest, lengths }
}

function lengthsOf(diagnosis: Diagnosis): NonNullable<Explanation['lengths']> {
  const signed = 'signedMessage' in diagnosis ? diagnosis.signedMessage?.length : undefined
  return { expected: diagnosis.expectedMessage.length, ...(signed !== undefined && { signed }) }
}

const MAY_BE_OLD: ReadonlySet<string> = new Set(['clock_behind', 'clock_ahead', 'clock_time_zone'])

/** Keys that do not sign, but that some clients put into the message. */
function keysOf({ identity, apiV2Key, apiV3Key = identity.apiV3Key }: RequestContext) {
  return { apiV3Key, ...(apiV2Key !== undefined && { apiV2Key }) }
}

/** The key that the signature must be made with. */
function keyFor({ identity, serialNo }: Authorization, { identity: own, given, mchid }: RequestContext): KnownKey {
  if (!given) return own
  return { serialNo: given.serialNo ?? serialNo, publicKey: given.publicKey, mchid: mchid ?? identity }
}

/** The objection of the mock that was asked; a key given by the user says nothing about that. */
function objectionOf(
  { scheme, identity, serialNo }: Authorization,
  { identity: own, given }: RequestContext,
): Objection | undefined {
  const isOwn = identity === (isBrand(scheme) ? own.brandId : own.mchid)
  return given || !isOwn ? undefined : objectionTo(own, serialNo)
}

function serialCauses(
  { scheme, identity, serialNo }: Authorization,
  key: KnownKey,
  { identity: own, given, mchid }: RequestContext,
): readonly Cause[] {
  const expected = given ? (mchid ?? identity) : isBrand(scheme) ? own.brandId : own.mchid
  if (identity === expected && serialNo.toUpperCase() === key.serialNo.toUpperCase()) return []
  const keys = [key, own, ...own.platform]
  return diagnoseSerial({
    serialNo,
    mchid: identity,
    known: identity === expected,
    find: (wanted) => keys.find((one) => one.serialNo.toUpperCase() === wanted.toUpperCase()),
  })
}

/** Diagnoses it unchanged, and without a line feed that an editor may have added; returns the result that explains more. */
function diagnose(
  request: PastedRequest,
  authorization: Authorization,
  key: KnownKey,
  context: RequestContext,
): { readonly diagnosis: Diagnosis; readonly stripped: boolean } {
  const { identity } = context
  const { method, target, body } = request
  const headers = Object.fromEntries(request.headers)
  const of = (bytes: Buffer) =>
    diagnoseSignature(
      {
        request: { method, target, headers, body: bytes },
        authorization,
        key,
        otherKeys: [...identity.platform, identity].filter((one) => one.publicKey !== key.publicKey),
        ...keysOf(context),
      },
      'thorough',
    )
  const diagnosis = of(body)
  if (diagnosis.verdict === 'verifies' || !request.maybeLineFeed || body.at(-1) !== 0x0a)
    return { diagnosis, stripped: false }
  const other = of(body.subarray(0, body.at(-2) === 0x0d ? -2 : -1))
  const better =
    other.verdict === 'verifies' ||
    (other.verdict === 'proved' && (diagnosis.verdict !== 'proved' || other.causes.length < diagnosis.causes.length))
  return better ? { diagnosis: other, stripped: true } : { diagnosis, stripped: false }
}
