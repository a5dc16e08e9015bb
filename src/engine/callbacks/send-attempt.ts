import { formatInstant } from '../../wire/protocol/instant.ts'
import { orLastInstant } from '../../wire/shared/china-time.ts'
import type { SetBack } from '../../wire/shared/set-back.ts'
import { sentences, type Texts } from '../../wire/shared/texts.ts'
import type { AdjustableClock } from '../clock.ts'
import { type CallbackDamage, sealedAndSigned } from '../faults/damage.ts'
import type { CallbackEffect } from '../faults/fault-plan.ts'
import type { Faults } from '../faults/faults.ts'
import type { IdSource } from '../ids.ts'
import { nothingFound } from '../journal/found.ts'
import type { CallbackReference, Exchange, Journal, Remark } from '../journal/journal.ts'
import type { Merchant, MerchantDirectory, Platform } from '../keys/merchants.ts'
import { chooseCallbackKey } from '../keys/platform.ts'
import { type Settings, signatureTime } from '../settings.ts'
import type { Store, Transaction } from '../state/store.ts'
import {
  type AllowedHosts,
  type CallbackReply,
  type CallbackRequest,
  type CallbackSender,
  obstacleTo,
  sendCallback,
  xmlRequest,
} from './callback.ts'
import {
  type AttemptOutcome,
  type AttemptReason,
  explainAttempt,
  isTaken,
  type Notification,
  pausesOf,
} from './notification.ts'
import { isDue } from './notifications.ts'
import type { FaultNote } from './postponed-attempts.ts'

type Plans = Pick<Faults, 'planned' | 'takeAttempt' | 'postponed' | 'held'>

export interface OutboxParts {
  readonly store: Store
  readonly clock: AdjustableClock
  /** Milliseconds that never go back, to measure durations. */
  readonly stopwatch: () => number
  readonly ids: IdSource
  readonly journal: Journal
  readonly merchants: MerchantDirectory
  /** The platform's keys at an instant; `chosenBy` decides between two certificates in use. */
  readonly platformAt: (now: number, chosenBy: string) => Platform
  readonly settings: () => Settings
  /** Percentage of a merchant's callbacks that are signed with the public key, if it has both keys. */
  readonly publicKeyShareOf: (merchant: Merchant) => number
  readonly send: CallbackSender
  readonly faults: Plans
  /** Writes down what time has ended, before the clock is set back. */
  readonly keepEnds: (tx: Transaction, setBack: SetBack) => Promise<void>
  /** Called as a move of the clock gets on. */
  readonly progressed: () => void
  /** Hosts besides this machine that may receive callbacks: names and addresses without ports. */
  readonly allowedHosts: readonly string[] | 'any'
}

export interface AttemptFault extends FaultNote {
  readonly effect: CallbackEffect
  readonly damage?: CallbackDamage
}

/** How to go on with a due callback: postpone the attempt, or make it as the plans say. */
export type Judgement =
  | { readonly postponedTo: number; readonly letsOneBy: boolean; readonly fault: AttemptFault }
  | {
      readonly postponedTo?: never
      readonly fault?: AttemptFault | undefined
      /** Whether it is to be sent once more after it was taken. */
      readonly isDoubled?: boolean
    }

/** Looks up what is planned for an attempt, and counts it once even if a transaction runs again after a conflict. */
export function judgeOnce(plans: Plans): (notification: Notification, at: number) => Promise<Judgement> {
  let judgement: Promise<Judgement> | undefined
  return (notification, at) => {
    judgement ??= judge(plans, notification, at)
    return judgement
  }
}

async function judge(plans: Plans, notification: Notification, at: number): Promise<Judgement> {
  const { mchid, eventType, schedule, attempts, xml } = notification
  const resumed = await plans.postponed.take(notification)
  if (resumed) return { fault: resumed }
  const isOvertaking = plans.postponed.holdsBackAt(notification)
  const fired = await plans.takeAttempt({
    mchid,
    eventType,
    isDue: isDue(notification, at),
    isOvertaking,
    isSigned: xml === undefined,
  })
  switch (fired?.effect) {
    case 'late':
      return { postponedTo: orLastInstant(at + fired.lateMs), letsOneBy: false, fault: fired }
    case 'out_of_order': {
      const repeats = pausesOf(schedule)
      const longest = repeats[attempts.length] ?? repeats.at(-1) ?? 0
      return { postponedTo: orLastInstant(at + longest), letsOneBy: true, fault: fired }
    }
    case 'duplicate':
      return { fault: fired, isDoubled: true }
    default:
      return { fault: fired }
  }
}

export interface Sent {
  readonly outcome: AttemptOutcome
  /** Left out when nothing was sent. */
  readonly request?: CallbackRequest
  readonly reply?: CallbackReply
}

export interface AttemptToPrepare {
  readonly notification: Notification
  /** Index of the attempt, from 0. */
  readonly index: number
  readonly requestId: string
  /** The instant that it is made at, epoch milliseconds. */
  readonly at: number
  /** The way in which a planned fault corrupts it. */
  readonly damage: CallbackDamage | undefined
}

/** A callback to be sent once, or the outcome of an attempt that sends nothing. */
export type Prepared =
  | { readonly request: CallbackRequest; readonly replySeconds?: number }
  | { readonly outcome: AttemptOutcome }

/** Seals and signs a callback, or returns why it is not sent. Saves nothing. Takes its ids at once, before anything is waited for. */
export async function prepareAttempt(
  parts: OutboxParts,
  allowedHosts: AllowedHosts,
  { notification, index, requestId, at, damage }: AttemptToPrepare,
): Promise<Prepared> {
  const { merchants, platformAt, publicKeyShareOf, clock, ids } = parts
  const settings = parts.settings()
  const merchant = merchants.find(notification.mchid)
  const { xml, replySeconds } = notification
  // A notice of API v2 is sealed with another key.
  const keyless = merchant && xml === undefined ? keyMissing(merchant) : undefined
  const obstacle = keyless ?? (merchant && obstacleTo(notification.url, allowedHosts))
  if (!merchant || obstacle) {
    const reason: AttemptReason = obstacle ?? { name: 'merchant_unknown', value: notification.mchid }
    return { outcome: { reason, final: true } }
  }
  if (xml !== undefined) return { request: xmlRequest(notification.url, xml) }
  const key = chooseCallbackKey({
    mode: merchant.keyMode ?? settings.keyMode,
    platform: platformAt(at, `${notification.id}:${index}`),
    publicKeyShare: publicKeyShareOf(merchant),
    id: notification.id,
    attempt: index,
  })
  const signing = { key, ids, at: signatureTime(clock, settings, at), requestId }
  const request = await sealedAndSigned({ notification, merchant }, damage, signing)
  return { request, ...(replySeconds !== undefined && { replySeconds }) }
}

export interface SendingOptions {
  readonly damage?: CallbackDamage | undefined
  /** Ends it early, with its abort reason as the error. */
  readonly abandoned: AbortSignal
  /** How long the receiver has to reply at most, milliseconds; with 0 nothing is sent. */
  readonly limitMs: number
  /** Called when the receiver is about to get it. */
  readonly onSend?: (() => void) | undefined
}

/** Sends what {@link prepareAttempt} returned. Saves nothing. */
export async function sendPrepared(
  send: OutboxParts['send'],
  prepared: Prepared,
  { damage, abandoned, limitMs, onSend }: SendingOptions,
): Promise<Sent> {
  if ('outcome' in prepared) return prepared
  const { request, replySeconds = Number.POSITIVE_INFINITY } = prepared
  if (limitMs === 0) return { outcome: { reason: { name: 'hangs' } } }
  await send.ready?.()
  onSend?.()
  const result = await sendCallback(send, request, abandoned, Math.min(limitMs, replySeconds * 1_000))
  if (!('reply' in result)) return { request, outcome: result }
  const { reply } = result
  return { request, reply, outcome: outcomeOf(reply.status, damage) }
}

/** A correct callback follows a corrupted one even if the receiver has taken that: the service does not know what others forge. */
function outcomeOf(status: number, damage: CallbackDamage | undefined): AttemptOutcome {
  return damage === undefined || !isTaken(status) ? { status } : { reason: { name: 'spoiled', value: damage } }
}

function keyMissing({ mchid, standing }: Merchant): AttemptReason | undefined {
  return standing.apiV3KeySet ? undefined : { name: 'api_v3_key_not_set', value: mchid }
}

interface EndedAttempt {
  readonly notification: Notification
  /** Index of the attempt, from 0. */
  readonly index: number
  readonly requestId: string
  /** When it began, epoch milliseconds on the mock's clock. */
  readonly at: number
  /** How long it took on the machine's clock. */
  readonly durationMs: number
  /** Left out while it is held. */
  readonly sent?: Sent
  /** The planned fault that it suffered. */
  readonly fault: AttemptFault | undefined
  readonly settings: Settings
}

/** The journal entry of an attempt: what was sent, what was replied, and what comes next. */
export function describeAttempt({
  notification,
  index,
  requestId,
  at,
  durationMs,
  sent,
  fault,
  settings,
}: EndedAttempt): Exchange {
  const { request, reply, outcome }: Partial<Sent> = sent ?? {}
  const remark = outcome && remarkOn(outcome, notification, index)
  return {
    id: requestId,
    at,
    durationMs,
    request: {
      method: 'POST',
      target: notification.url,
      headers: Object.fromEntries(request?.headers ?? []),
      body: request?.body ?? new Uint8Array(0),
    },
    ...(reply && { response: reply }),
    mchid: notification.mchid,
    callback: referenceTo(notification, index + 1),
    remarks: [
      ...(fault && (request || fault.effect === 'hold') ? [remarkOnFault(fault)] : []),
      ...(remark ? [remark] : []),
    ],
    before: nothingFound(settings),
  }
}

/** @param attempt 1 for the first */
export function referenceTo({ id, eventType, resource }: Notification, attempt: number): CallbackReference {
  return { id, eventType, attempt, resource }
}

function remarkOnFault({ remark, effect, plan }: AttemptFault): Remark {
  return { about: 'fault', text: remark, effects: [effect], ...(plan && { plans: [plan] }) }
}

/** Adds what the status does not say: why no reply came, and what comes next. */
function remarkOn(outcome: AttemptOutcome, { dueAt }: Notification, index: number): Remark | undefined {
  if ('status' in outcome && isTaken(outcome.status)) return undefined
  const failed = 'reason' in outcome
  const why = failed ? explainAttempt(outcome.reason) : NOT_TAKEN
  const attempt = {
    reason: failed ? outcome.reason : ({ name: 'not_taken' } as const),
    ...(dueAt !== undefined && { nextAt: dueAt }),
  }
  const text = failed && outcome.final ? why : sentences([why, whatFollows(dueAt, index)])
  return { about: 'callback', text, attempt }
}

const NOT_TAKEN = { en: 'Not accepted: only 200 and 204 are.', zh: '未被接受，只有 200 和 204 表示接受。' }

function whatFollows(dueAt: number | undefined, index: number): Texts {
  if (dueAt !== undefined) {
    const next = formatInstant(dueAt)
    return { en: `Repeated at ${next}.`, zh: `将于 ${next} 重发。` }
  }
  return { en: `No repeat follows attempt ${index + 1}.`, zh: `第 ${index + 1} 次发送之后不再重发。` }
}
