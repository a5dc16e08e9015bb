import type { Merchant } from '../keys/merchants.ts'
import { chooseCallbackKey } from '../keys/platform-key.ts'
import { signatureTime } from '../settings.ts'
import type { AttemptReason } from './attempt-reasons.ts'
import { type CallbackReply, type CallbackRequest, sendCallback, xmlRequest } from './callback.ts'
import { type AllowedHosts, obstacleTo } from './callback-host.ts'
import { type AttemptOutcome, isTaken, type Notification } from './notification.ts'
import type { OutboxParts } from './outbox-parts.ts'
import { type CallbackSpoil, sealedAndSigned } from './spoil-callback.ts'

/** The result of one attempt. */
export interface Sent {
  readonly outcome: AttemptOutcome
  /** Left out when nothing was sent. */
  readonly request?: CallbackRequest
  readonly reply?: CallbackReply
}

export interface AttemptToSend {
  readonly notification: Notification
  /** Index of the attempt, from 0. */
  readonly index: number
  readonly requestId: string
  /** The way in which a planned fault corrupts it. */
  readonly spoil: CallbackSpoil | undefined
  /** Ends it early, with its abort reason as the error. */
  readonly abandoned: AbortSignal
}

/** Seals, signs and sends a callback once, or returns why it is not sent. Saves nothing. */
export async function sendAttempt(
  parts: OutboxParts,
  allowedHosts: AllowedHosts,
  { notification, index, requestId, spoil, abandoned }: AttemptToSend,
): Promise<Sent> {
  const { merchants, platformAt, publicKeyShareOf, clock, ids, send } = parts
  const settings = parts.settings()
  const merchant = merchants.find(notification.mchid)
  const { xml } = notification
  // A notice of API v2 is sealed with another key.
  const keyless = merchant && xml === undefined ? keyMissing(merchant) : undefined
  const obstacle = keyless ?? (merchant && obstacleTo(notification.url, allowedHosts))
  if (!merchant || obstacle) {
    const reason: AttemptReason = obstacle ?? { name: 'merchant_unknown', value: notification.mchid }
    return { outcome: { reason, final: true } }
  }
  if (xml !== undefined) return sent(send, xmlRequest(notification.url, xml), undefined, abandoned)
  const key = chooseCallbackKey({
    mode: merchant.keyMode ?? settings.keyMode,
    platform: platformAt(clock.now(), `${notification.id}:${index}`),
    publicKeyShare: publicKeyShareOf(merchant),
    id: notification.id,
    attempt: index,
  })
  const signing = { key, ids, at: signatureTime(clock, settings), requestId }
  return sent(send, await sealedAndSigned({ notification, merchant }, spoil, signing), spoil, abandoned)
}

async function sent(
  send: OutboxParts['send'],
  request: CallbackRequest,
  spoil: CallbackSpoil | undefined,
  abandoned: AbortSignal,
): Promise<Sent> {
  const result = await sendCallback(send, request, abandoned)
  if (!('reply' in result)) return { request, outcome: result }
  const { reply } = result
  return { request, reply, outcome: outcomeOf(reply.status, spoil) }
}

/** A correct callback follows a corrupted one even if the receiver has taken that: the service does not know what others forge. */
function outcomeOf(status: number, spoil: CallbackSpoil | undefined): AttemptOutcome {
  return spoil === undefined || !isTaken(status) ? { status } : { reason: { name: 'spoiled', value: spoil } }
}

function keyMissing({ mchid, standing }: Merchant): AttemptReason | undefined {
  return standing.apiV3KeySet ? undefined : { name: 'api_v3_key_not_set', value: mchid }
}
