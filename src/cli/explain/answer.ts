import { hash } from 'node:crypto'
import { isAboutAuthentication } from '../../engine/exchange/authentication-checks.ts'
import type { ExchangeJson } from '../../products/json.ts'
import type { RawMessage } from '../../traffic/recording/raw-message.ts'
import { bodyVariants } from '../../wire/diagnosis/body.ts'
import { CAUSE_NAMES, type CauseName, describeCause, type KnownKey } from '../../wire/diagnosis/index.ts'
import { recover } from '../../wire/diagnosis/recover.ts'
import { signatureLength } from '../../wire/diagnosis/signer.ts'
import { Work, workLimit } from '../../wire/diagnosis/work.ts'
import { isEnvelope, type SealedValue } from '../../wire/protocol/envelope.ts'
import { UsageError } from '../../wire/protocol/errors.ts'
import { parseJsonObject } from '../../wire/protocol/json-object.ts'
import { responseMessage } from '../../wire/protocol/message.ts'
import { listed } from '../../wire/shared/texts.ts'
import { aboutIn, remarkLine } from '../log-line.ts'
import { askAt } from '../running-mock.ts'
import { commonTexts } from '../texts.ts'
import { type Reason, type VerificationKey, verifyAnswer } from '../verification.ts'
import {
  beginningOf,
  type Explanation,
  type Finding,
  type Identity,
  restOf,
  texts,
  type Wording,
} from './explanation.ts'

/** How many merchants are named to a client whose serial is unknown. */
const SHOWN_MERCHANTS = 5
/** Characters of an opened resource that are shown. */
const SHOWN_PLAINTEXT = 300

interface AnswerContext {
  readonly about: 'response' | 'callback'
  readonly identity: Identity
  /** Used instead of the platform's keys. */
  readonly given?: VerificationKey | undefined
  readonly apiV3Key?: string | undefined
  /** When it arrived, epoch milliseconds; if left out, it may be old. */
  readonly clock?: number | undefined
  /** Epoch milliseconds. */
  readonly now: number
}

/** Says why a client must refuse an answer or a callback, or why it should accept it. */
export async function explainAnswer(raw: RawMessage, context: AnswerContext, all: Wording): Promise<Explanation> {
  const { about, identity, given, clock, now } = context
  const own = texts[all.language]
  const notes: string[] = []
  const keys = given ? [given] : identity.platform
  const { reasons, message } = verifyAnswer(raw.headers, raw.body, keys, clock ?? now, all.language)
  const findings: Finding[] = []
  for (const reason of reasons) {
    if (reason.code === 'timestamp' && clock === undefined && isPast(raw, now)) notes.push(own.maybeOld(reason.text))
    else if (reason.code === 'signature') findings.push(signatureFinding(raw, reason, keys, context, all))
    else findings.push(plain(reason, raw, keys, all))
  }
  if (raw.surplus < 0) {
    notes.push(commonTexts[all.language].verification.reasons.cutOff(raw.body.length, raw.body.length - raw.surplus))
  }
  findings.push(...refusedRequest(raw, all))
  if (about === 'callback') await explainEnvelope(raw.body, context, findings, notes, all)
  const wrong = findings.length > 0
  return {
    about,
    summary: wrong ? own.answerWrong : own.answerRight,
    findings,
    notes,
    ...(wrong &&
      message && { expectedMessage: message.toString('utf8', 0, 16_384), lengths: { expected: message.length } }),
  }
}

/** A pasted message is usually older than five minutes; one from the future is wrong in any case. */
function isPast({ headers }: RawMessage, now: number): boolean {
  const timestamp = headers.get('wechatpay-timestamp') ?? ''
  return /^\d{1,12}$/.test(timestamp) && Number(timestamp) * 1_000 < now
}

function plain(
  { code, text }: Reason,
  { headers }: RawMessage,
  keys: readonly VerificationKey[],
  all: Wording,
): Finding {
  const own = texts[all.language]
  const known = listed(
    keys.flatMap(({ serialNo }) => serialNo ?? []),
    all.language,
  )
  const explanation = code === 'serial_unknown' ? own.serialUnknown(headers.get('wechatpay-serial') ?? '', known) : text
  const fix = own.answerFixes[code]
  return { name: code, explanation, ...(fix !== undefined && { fix }) }
}

/** Decrypts the signature, to tell a wrong key from a changed message. */
function signatureFinding(
  { headers, body }: RawMessage,
  { text }: Reason,
  keys: readonly VerificationKey[],
  { identity }: AnswerContext,
  { language, diagnosis }: Wording,
): Finding {
  const own = texts[language]
  const signature = Buffer.from(headers.get('wechatpay-signature') ?? '', 'base64')
  const serialNo = headers.get('wechatpay-serial') ?? ''
  const known: KnownKey[] = keys.map((key) => ({ serialNo: key.serialNo ?? serialNo, publicKey: key.publicKey }))
  if (!known.some((key) => signatureLength(key) === signature.length)) {
    return describeCause({ name: 'signature_wrong_length', value: String(signature.length) }, diagnosis)
  }
  for (const key of [...known, ...identity.platform, identity]) {
    const recovered = recover(signature, key.publicKey)
    if (!recovered?.certain) continue
    if (key.serialNo.toUpperCase() !== serialNo.toUpperCase()) {
      return {
        name: 'other_key',
        value: key.serialNo,
        explanation: own.otherKey(key.serialNo, serialNo),
        fix: own.otherKeyFix,
      }
    }
    const timestamp = headers.get('wechatpay-timestamp') ?? ''
    const nonce = headers.get('wechatpay-nonce') ?? ''
    const work = new Work(workLimit('thorough', body.length), 'thorough')
    for (const variant of bodyVariants(body, body, '', work)) {
      if (!work.allows(variant.value.length)) break
      work.count(variant.value.length)
      const message = responseMessage({ timestamp, nonce, body: variant.value })
      if (!recovered.matches(hash(recovered.algorithm, message, 'hex'))) continue
      const names = variant.causes.map(({ name }) => name)
      const explanation = own.bodyChanged(listed(names, language))
      return { name: 'body_changed', value: names.join(', '), explanation, fix: own.bodyChangedFix }
    }
    return { name: 'message_differs', explanation: own.messageDiffers(serialNo), fix: own.bodyChangedFix }
  }
  return { name: 'key_unknown', explanation: text, fix: own.keyUnknownFix }
}

/** The causes that a mock's 401 itself names. */
function refusedRequest({ headers }: RawMessage, { diagnosis }: Wording): Finding[] {
  const [, names = ''] = (headers.get('wechatpay-mock-diagnosis') ?? '').slice(0, 2_000).split('; ')
  return names
    .split(', ')
    .filter((name): name is CauseName => (CAUSE_NAMES as readonly string[]).includes(name))
    .map((name) => describeCause({ name }, diagnosis))
}

/** Other associated data that the sender may have used. */
const ASSOCIATED_DATA = ['', 'transaction', 'refund', 'coupon', 'busifavor', 'certificate', 'null']

async function explainEnvelope(
  body: Buffer,
  { identity, apiV3Key }: AnswerContext,
  findings: Finding[],
  notes: string[],
  { language }: Wording,
): Promise<void> {
  const own = texts[language]
  const resource = resourceOf(body)
  if (!resource) {
    findings.push({ name: 'resource_missing', explanation: own.resourceMissing, fix: own.resourceMissingFix })
    return
  }
  const { open } = await import('../../wire/protocol/envelope.ts')
  const key = apiV3Key ?? identity.apiV3Key
  try {
    const opened = open(resource, key)
    if (opened.ok) {
      const { plaintext } = opened
      const shown = beginningOf(plaintext, SHOWN_PLAINTEXT)
      notes.push(own.opens(shown + restOf(shown, Buffer.byteLength(plaintext), language)))
      return
    }
    const other =
      opened.reason === 'tag_mismatch'
        ? ASSOCIATED_DATA.find((associated_data) => open({ ...resource, associated_data }, key).ok)
        : undefined
    findings.push(
      other === undefined
        ? {
            name: opened.reason,
            explanation: commonTexts[language].envelope.reasons[opened.reason],
            fix: own.envelopeFixes[opened.reason],
          }
        : { name: 'associated_data', value: other, explanation: own.associatedData(other), fix: own.associatedDataFix },
    )
  } catch (error) {
    if (!(error instanceof UsageError) || error.code !== 'MOCK_API_V3_KEY') throw error
    findings.push({
      name: 'api_v3_key_length',
      explanation: commonTexts[language].envelope.badKey(Buffer.byteLength(key)),
      fix: own.keyLengthFix,
    })
  }
}

function resourceOf(body: Buffer): SealedValue | undefined {
  const resource = parseJsonObject(body)?.resource
  return isEnvelope(resource) ? resource : undefined
}

type RemarkJson = ExchangeJson['remarks'][number]

/**
 * Asks a running mock about one exchange, which makes it diagnose that one thoroughly.
 *
 * @throws UsageError when no mock answers at the URL, or it does not know the exchange
 */
export async function explainExchange(
  id: string,
  { url, controlToken: token }: { readonly url: string; readonly controlToken: string | undefined },
  all: Wording,
): Promise<Explanation> {
  const { exchangeJson } = await import('../../control/answer-format.ts')
  const { exchange, merchants } = await askAt(url, token, all.language, async (control) => {
    const exchange = await control.exchange(id)
    // The server that answers there may not be a mock.
    exchangeJson([]).parse(exchange)
    const isUnknown = exchange.remarks.some(({ about }) => about === 'serial')
    return { exchange, merchants: isUnknown ? (await control.merchants({ limit: SHOWN_MERCHANTS })).items : [] }
  })
  const own = texts[all.language]
  const refused = exchange.remarks.find(isAboutAuthentication)
  if (!refused) {
    const { method, target } = exchange.request
    const remarks = exchange.remarks.map((remark) => remarkLine(all.language, remark))
    const notes = exchange.served === 'shaped' ? [own.shaped, ...remarks] : remarks
    return { about: 'request', summary: own.letIn(method, target, exchange.response?.status), findings: [], notes }
  }
  const { verdict, expected_message, signed_message, difference } = refused
  const named = (refused.causes ?? []).map(findingOf)
  const inWords: Finding = { name: refused.about, explanation: refused.text }
  return {
    about: 'request',
    summary:
      verdict && verdict !== 'not_examined'
        ? all.diagnosis.verdicts[verdict]
        : own.refused(aboutIn(all.language, refused.about)),
    findings: named.length > 0 ? named : verdict === 'verifies' ? [] : [inWords],
    notes: [
      ...(verdict === 'message_unknown' ? [own.messageUnknown] : []),
      ...merchants.map(({ mchid, serial_no }) => own.knownHere(mchid, serial_no)),
      ...exchange.remarks.filter(({ about }) => about === 'nonce').map((remark) => remarkLine(all.language, remark)),
    ],
    ...(verdict && { verdict }),
    ...(expected_message !== undefined && { expectedMessage: expected_message }),
    ...(signed_message !== undefined && { signedMessage: signed_message }),
    ...(difference && { difference }),
  }
}

/** The mock's own texts, which were requested in the user's language. */
function findingOf({ name, value, explanation, fix }: NonNullable<RemarkJson['causes']>[number]): Finding {
  return { name, explanation, fix, ...(value !== undefined && { value }) }
}
