import { orLastInstant } from '../../shared/last-instant.ts'

/** A callback (回调通知) to a merchant. Instants are epoch milliseconds. */
export interface Notification {
  /** A UUID, the same in every repeat. */
  readonly id: string
  /** Whose APIv3 key seals it. */
  readonly mchid: string
  readonly url: string
  /** e.g. `COUPON.SEND` */
  readonly eventType: string
  readonly summary: string
  readonly originalType: string
  readonly associatedData: string
  /** What is sealed: JSON text. */
  readonly resource: string
  readonly schedule: RepeatSchedule
  readonly createdAt: number
  /** Its place among the callbacks that were made: of two that are due at the same time the lower one goes first. */
  readonly position: number
  /** When it is sent next; left out once it was delivered, given up or could not be sent. */
  readonly dueAt?: number
  readonly attempts: readonly DeliveryAttempt[]
}

/** One try to deliver a callback. */
export interface DeliveryAttempt {
  readonly at: number
  /** HTTP status of the reply; left out when there was none. */
  readonly status?: number
  /** Why it did not arrive, or was not even sent. */
  readonly error?: string
  /** The same in a name; left out of what was written down without one. */
  readonly reason?: AttemptReason
  /**
   * While it is under way: the instant on the machine's clock (epoch milliseconds) from which on whoever makes it is taken to have ended without
   * having written down how it went.
   */
  readonly heldUntil?: number
}

/** What became of a callback so far: still to be delivered or repeated, taken by the receiver, or given up. */
export type NotificationState = 'pending' | 'delivered' | 'failed'

/** The ways in which a try comes to nothing. */
export const ATTEMPT_REASONS = [
  'too_late',
  'refused',
  'closed',
  'host_unknown',
  'header_too_large',
  'unreachable',
  'state_dropped',
  'clock_move_ended',
  'mock_stopped',
  'abandoned',
  'left_halfway',
  'url_unfit',
  'host_not_allowed',
  'merchant_unknown',
  'spoiled',
] as const

/** Why a try came to nothing, for programs and other languages; `value` is what exactly, where the name leaves that open. */
export interface AttemptReason {
  readonly name: (typeof ATTEMPT_REASONS)[number]
  readonly value?: string
}

/** A try that came to nothing. */
export interface AttemptFailure {
  /** In English, as a sentence. */
  readonly error: string
  readonly reason: AttemptReason
}

/** How a try ended: the status of the reply, or why there was none. `final` ends the repeats: another try would end the same way. */
export type AttemptOutcome = { readonly status: number } | (AttemptFailure & { readonly final?: boolean })

export type RepeatSchedule = 'payment' | 'coupon'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** Milliseconds between one try and the next (protocol.md 8, documented). */
export const REPEAT_SCHEDULES: Readonly<Record<RepeatSchedule, readonly number[]>> = {
  payment: [
    ...[15 * SECOND, 15 * SECOND, 30 * SECOND],
    ...[3, 10, 20, 30, 30, 30, 60].map((minutes) => minutes * MINUTE),
    ...[3, 3, 3, 6, 6].map((hours) => hours * HOUR),
  ],
  coupon: Array.from({ length: 10 }, () => MINUTE),
}

/** Whether a reply means that the receiver has taken the callback: the status decides, whatever the body says (protocol.md 8, observed). */
export function isTaken(status: number | undefined): boolean {
  return status === 200 || status === 204
}

/** Whether somebody is making a try, or ended halfway. */
export function isUnderWay({ heldUntil }: DeliveryAttempt): boolean {
  return heldUntil !== undefined
}

export function notificationState({ dueAt, attempts }: Notification): NotificationState {
  if (attempts.some(({ status }) => isTaken(status))) return 'delivered'
  const last = attempts.at(-1)
  const underWay = last !== undefined && last.status === undefined && last.error === undefined
  return dueAt !== undefined || underWay ? 'pending' : 'failed'
}

/**
 * Begins a try at an instant, and schedules the repeat that comes if it fails. A callback that was not due any more, because it was
 * delivered or given up, gets the one try only.
 *
 * @param heldUntil {@link DeliveryAttempt.heldUntil}
 */
export function beginAttempt(notification: Notification, at: number, heldUntil: number): Notification {
  const { dueAt, ...rest } = notification
  const delay = REPEAT_SCHEDULES[notification.schedule][notification.attempts.length]
  return {
    ...rest,
    ...(dueAt !== undefined && delay !== undefined && { dueAt: orLastInstant(at + delay) }),
    attempts: [...notification.attempts, { at, heldUntil }],
  }
}

/**
 * Writes down how a try ended; one that was taken, or whose end is final, is not repeated.
 *
 * @param index which try
 * @returns `undefined` when there is no such try any more, or it has ended already
 */
export function endAttempt(
  notification: Notification,
  index: number,
  { at, outcome }: { readonly at: number; readonly outcome: AttemptOutcome },
): Notification | undefined {
  const attempt = notification.attempts[index]
  if (attempt === undefined || attempt.at !== at || attempt.status !== undefined || attempt.error !== undefined) {
    return undefined
  }
  const { dueAt, ...rest } = notification
  const over = 'status' in outcome ? isTaken(outcome.status) : outcome.final === true
  const ended =
    'status' in outcome ? { at, status: outcome.status } : { at, error: outcome.error, reason: outcome.reason }
  return {
    ...rest,
    ...(dueAt !== undefined && !over && { dueAt }),
    attempts: notification.attempts.with(index, ended),
  }
}

/** Ends the tries that are held by nobody any more; `undefined` when there are none. */
export function endAbandoned(
  notification: Notification,
  machine: number,
  failure: AttemptFailure,
): Notification | undefined {
  const isAbandoned = ({ heldUntil }: DeliveryAttempt) => heldUntil !== undefined && heldUntil <= machine
  if (!notification.attempts.some(isAbandoned)) return undefined
  return {
    ...notification,
    attempts: notification.attempts.map((attempt) => (isAbandoned(attempt) ? { at: attempt.at, ...failure } : attempt)),
  }
}

/** The order in which callbacks go out: what is due first, and of those due together what was made first. */
export function byDueTime(a: Notification, b: Notification): number {
  return (a.dueAt ?? 0) - (b.dueAt ?? 0) || a.position - b.position || (a.id < b.id ? -1 : 1)
}
