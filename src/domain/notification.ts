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
}

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
