import type { KeyObject } from 'node:crypto'
import { checkAnswer } from '../../wire/protocol/check-answer.ts'
import type { JsonObject } from '../../wire/protocol/json-object.ts'
import { inBoth, type Texts } from '../../wire/shared/texts.ts'
import type { RecordedExchange } from '../recording/read-recording.ts'
import type { Finding, ReviewRuleName } from './rules.ts'
import {
  contentOf,
  endsUnclear,
  type Followers,
  followersIn,
  type Happening,
  happeningsIn,
  isSameNumber,
  isSuccess,
  lookupsOf,
  type MadeCall,
  openStates,
  type ReceivedCallback,
  valuesAt,
  wordOn,
} from './traffic.ts'

/** Keys that a recording is judged with. */
export interface RecordingKeys {
  readonly apiV3Key: string
  /** The platform's key with a serial or a `PUB_KEY_ID_…`. */
  readonly keyOf: (serialNo: string) => KeyObject | undefined
}

/** Parts of a recording that could not be judged, and why. @internal */
export const NOT_JUDGED = {
  signatures: {
    en: 'signatures: none fits a known key, over a body as it was sent; give the key with --platform-key',
    zh: '签名：录制中没有可验证的签名，请用 --platform-key 给出微信支付公钥或平台证书',
  },
  amounts: {
    en: 'amounts of callbacks: none opens with the APIv3 key; give it with --api-v3-key',
    zh: '回调的金额：用 APIv3密钥解不开，请用 --api-v3-key 给出密钥',
  },
  times: { en: 'times: the recording does not say when each call was made', zh: '时间：录制中没有每个请求的时间' },
} as const satisfies Record<string, Texts>

interface RecordingReview {
  readonly findings: readonly Finding[]
  readonly notJudged: readonly Texts[]
}

/** Reviews what a client did, by its recorded traffic. */
export async function reviewRecording(
  exchanges: readonly RecordedExchange[],
  keys: RecordingKeys,
): Promise<RecordingReview> {
  const happenings = happeningsIn(exchanges, keys.apiV3Key)
  const followers = followersIn(happenings)
  const open = await openStates()
  const calls = happenings.filter((one) => one.kind === 'call')
  const callbacks = happenings.filter((one) => one.kind === 'callback')
  const signatures = happenings.map((one) => ({ one, fault: signatureFault(one, keys) }))
  // Where none is right, the key is another one, and the client did nothing wrong.
  const isTheirKey = signatures.some(({ fault }) => fault === false)
  const findings = [
    ...reviewNumbers(calls),
    ...calls.filter(endsUnclear).flatMap((call) => reviewEnd(call, followers(call), open)),
    ...reviewRefunds(calls, followers, open),
    ...reviewRates(calls, open),
    ...reviewCallbacks(callbacks, calls),
    ...(isTheirKey ? signatures.flatMap(({ one, fault }) => (fault ? signatureIgnored(one, followers) : [])) : []),
  ]
  const notJudged = [
    ...(isTheirKey ? [] : [NOT_JUDGED.signatures]),
    ...(callbacks.length > 0 && callbacks.every(({ told }) => !told) ? [NOT_JUDGED.amounts] : []),
    ...(exchanges.some(({ at }) => at === undefined) ? [NOT_JUDGED.times] : []),
  ]
  return { findings, notJudged }
}

/** A call, its number, and where it stands. */
function about(call: MadeCall): string {
  const { name, own, number } = call.asked
  const shown = own ?? number
  return `${name}${shown ? ` ${shown.name} ${shown.value}` : ''} (${call.exchange.place})`
}

const found = (rule: ReviewRuleName, ...calls: readonly MadeCall[]): Finding => ({
  rule,
  where: inBoth((language) => calls.map(about).join(language === 'zh' ? '，随后 ' : ', then ')),
})

/** Numbers that were used again with other content, once the first call with them was or may have been accepted. */
function reviewNumbers(calls: readonly MadeCall[]): Finding[] {
  const byNumber = Map.groupBy(calls, ({ caller, asked }) => `${caller} ${asked.name} ${asked.own?.value}`)
  return [...byNumber.values()].flatMap((same) => {
    const at = same.findIndex((one) => one.asked.own && (isSuccess(one) || endsUnclear(one)))
    const first = same[at]
    if (!first) return []
    const content = contentOf(first)
    return same
      .slice(at + 1)
      .filter((call) => isDifferent(contentOf(call), content))
      .map((call) => found('number-reused', first, call))
  })
}

function isDifferent(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && one !== other
}

/** Reviews what a client did once it could not know whether money was moved. */
function reviewEnd(call: MadeCall, later: readonly Happening[], open: ReadonlySet<string>): Finding[] {
  const { own, movesMoney } = call.asked
  if (!own || !movesMoney) return []
  const content = contentOf(call, own.name)
  let looked = false
  let isUnknown = false
  for (const [i, next] of later.entries()) {
    // The review of the next try covers what follows that.
    if (next.kind === 'call' && isSameNumber(call, next)) {
      const isRash = isRefund(call) && call.status !== 429 && !looked
      return isRash ? [found('retry-without-look', call, next)] : []
    }
    const word = wordOn(call, next, open)
    if (word === 'settled') return []
    if (word) [looked, isUnknown] = [true, word === 'not found']
    if (next.kind !== 'call' || next.caller !== call.caller || next.asked.name !== call.asked.name) continue
    const isTheSame = content !== undefined && contentOf(next, own.name) === content
    // Both are meant where the first is asked for again.
    if (!isTheSame || later.slice(i).some((one) => isRepeatOf(call, one))) continue
    return [found(isUnknown ? 'not-found-as-failed' : 'new-number', call, next)]
  }
  return []
}

function isRefund({ asked: { own } }: MadeCall): boolean {
  return own?.name === 'out_refund_no'
}

/** Refunds of orders that were placed in this recording, before they were known to be paid. */
function reviewRefunds(calls: readonly MadeCall[], followers: Followers, open: ReadonlySet<string>): Finding[] {
  const placed = callsByNumber(calls)
  return calls.filter(isRefund).flatMap((refund) => {
    const orders = Object.entries(refund.asked.members).flatMap(([name, value]) => placed.get(`${name} ${value}`) ?? [])
    const order = orders.find(({ caller, asked }) => caller === refund.caller && asked.name !== refund.asked.name)
    if (!order) return []
    const later = followers(order)
    const between = later.slice(0, later.indexOf(refund))
    const isKnown = between.some((one) => !isRepeatOf(order, one) && wordOn(order, one, open) === 'settled')
    return isKnown ? [] : [found('refund-without-look', order, refund)]
  })
}

/** The calls that were accepted, by name and value of their number. */
function callsByNumber(calls: readonly MadeCall[]): ReadonlyMap<string, readonly MadeCall[]> {
  return Map.groupBy(calls.filter(isSuccess), ({ asked: { own } }) => `${own?.name} ${own?.value}`)
}

function isRepeatOf(call: MadeCall, other: Happening): boolean {
  return other.kind === 'call' && isSameNumber(call, other)
}

/** How often the page about refunds would have them queried (m4014959631). */
const REFUND_QUERY = { calls: 2, seconds: 60 }

/** Calls that come faster than their page allows. Those of one instant are by a clock that stands. */
function reviewRates(calls: readonly MadeCall[], open: ReadonlySet<string>): Finding[] {
  return [...Map.groupBy(calls, ({ caller, asked }) => `${caller} ${asked.name}`).values()].flatMap((same) => {
    const [{ asked }] = same as [MadeCall]
    const { rate } = asked.facts
    const waiting = Map.groupBy(
      asked.name === REFUND_LOOKUP ? same.filter(({ answer }) => open.has(String(answer.status))) : [],
      (call) => call.asked.number?.value,
    )
    const tooFast = [
      ...(rate ? [firstTooFast(same, rate)] : []),
      ...[...waiting.values()].map((ofOne) => firstTooFast(ofOne, REFUND_QUERY)),
    ]
    return tooFast.flatMap((pair) => (pair ? [found('asked-too-often', ...pair)] : []))
  })
}

const REFUND_LOOKUP = 'GET /v3/refund/domestic/refunds/{out_refund_no}'

/** The first and the last of the first calls that are more than may come in some seconds. */
function firstTooFast(
  calls: readonly MadeCall[],
  rate: { readonly calls: number; readonly seconds: number },
): readonly [MadeCall, MadeCall] | undefined {
  for (const [i, last] of calls.entries()) {
    const first = calls[i - rate.calls]
    const passed = (last.exchange.at ?? 0) - (first?.exchange.at ?? 0)
    if (first && passed > 0 && passed < rate.seconds * 1_000) return [first, last]
  }
  return undefined
}

/** Time for the answer to a callback (m4012791861). */
const CALLBACK_MS = 5_000

function reviewCallbacks(callbacks: readonly ReceivedCallback[], calls: readonly MadeCall[]): Finding[] {
  const asked = callsByNumber(calls)
  const told = Map.groupBy(callbacks, ({ id }) => id)
  return callbacks.flatMap((callback) => {
    const { place, durationMs = 0 } = callback.exchange
    const seconds = Math.round(durationMs / 100) / 10
    return [
      ...(durationMs > CALLBACK_MS ? [foundIn('callback-late', place, `${seconds} s`)] : []),
      ...amountsIgnored(callback, asked, (callback.id !== undefined && told.get(callback.id)) || []),
    ]
  })
}

const foundIn = (rule: ReviewRuleName, place: string, what: string): Finding => ({
  rule,
  where: { en: `${place}: ${what}`, zh: `${place}：${what}` },
})

/** Amounts in which an acknowledged callback differs from what was asked for, or from an earlier one with its id. */
function amountsIgnored(
  { exchange: { place }, told, isAcknowledged }: ReceivedCallback,
  asked: ReturnType<typeof callsByNumber>,
  withId: readonly ReceivedCallback[],
): Finding[] {
  if (!told || !isAcknowledged) return []
  const { event, content } = told
  const [first] = withId
  const [call] = asked.get(`${event.number} ${content[event.number ?? '']}`) ?? []
  return [
    ...(first?.told
      ? differences(event.amounts, content, { place: first.exchange.place, members: first.told.content })
      : []),
    ...(call ? differences(event.amounts, content, { place: call.exchange.place, members: call.asked.members }) : []),
  ].map((what) => foundIn('amount-not-compared', place, what))
}

/** Amounts of a callback that are others than somewhere else. */
function differences(
  amounts: readonly (readonly string[])[],
  content: JsonObject,
  { place, members }: { readonly place: string; readonly members: JsonObject },
): string[] {
  return amounts.flatMap((path) => {
    const [one, other] = [valuesAt(content, path), valuesAt(members, path)]
    if (one.length === 0 || other.length === 0 || String(one) === String(other)) return []
    return [`${path.join('.')} ${one.join()} ≠ ${other.join()} (${place})`]
  })
}

/** Whether the signature of an answer or a callback is wrong; `undefined` if it cannot be checked. */
function signatureFault(one: Happening, { keyOf }: RecordingKeys): boolean | undefined {
  const message = one.kind === 'call' ? one.exchange.answer : one.exchange.request
  if (!message?.body || !message.exact) return undefined
  const { headers, body } = message
  const now = Number(headers.get('wechatpay-timestamp')) * 1_000
  const { faults } = checkAnswer({ header: (name) => headers.get(name.toLowerCase()), body }, { keyOf, now })
  if (faults.includes('probe')) return true
  if (faults.includes('header_missing') || faults.includes('serial_unknown')) return undefined
  return faults.some((fault) => fault !== 'timestamp' && fault !== 'signature_type')
}

/** A wrong signature that the client went on with: it acknowledged the callback, or went on with what the answer is about. */
function signatureIgnored(one: Happening, followers: Followers): Finding[] {
  if (one.kind === 'callback') {
    const { place } = one.exchange
    return one.isAcknowledged ? [{ rule: 'signature-not-checked', where: { en: place, zh: place } }] : []
  }
  const { number, name } = one.asked
  if (!number || !isSuccess(one)) return []
  const next = followers(one)
    .filter((other) => other.kind === 'call')
    .find(({ caller, asked }) => caller === one.caller && Object.values(asked.members).includes(number.value))
  const isRepeat = !next || next.asked.name === name || lookupsOf(one.asked).includes(next.asked.name)
  return isRepeat ? [] : [found('signature-not-checked', one, next)]
}
