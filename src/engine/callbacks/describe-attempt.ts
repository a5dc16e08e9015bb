import { formatInstant } from '../../protocol/instant.ts'
import { sentences, type Texts } from '../../shared/texts.ts'
import { nothingFound } from '../journal/found.ts'
import type { Exchange, Remark } from '../journal/journal.ts'
import type { Settings } from '../settings.ts'
import { explainAttempt } from './attempt-reasons.ts'
import type { AttemptFault } from './judge-attempt.ts'
import { type AttemptOutcome, isTaken, type Notification } from './notification.ts'
import type { Sent } from './send-attempt.ts'

/** An attempt that has ended. */
export interface EndedAttempt {
  /** As it is after the attempt. */
  readonly notification: Notification
  /** Index of the attempt, from 0. */
  readonly index: number
  readonly requestId: string
  /** When it began, epoch milliseconds on the mock's clock. */
  readonly at: number
  /** How long it took on the machine's clock. */
  readonly durationMs: number
  readonly sent: Sent
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
  sent: { request, reply, outcome },
  fault,
  settings,
}: EndedAttempt): Exchange {
  const remark = remarkOn(outcome, notification, index)
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
    callback: { id: notification.id, eventType: notification.eventType, attempt: index + 1 },
    remarks: [...(fault && request ? [remarkOnFault(fault)] : []), ...(remark ? [remark] : [])],
    before: nothingFound(settings),
  }
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
