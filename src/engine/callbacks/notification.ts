import { orLastInstant } from '../../wire/shared/china-time.ts'
import type { Texts } from '../../wire/shared/texts.ts'

/** How long a receiver has to reply, in milliseconds, if the page of the event does not say otherwise (protocol.md 8, documented). */
export const REPLY_LIMIT_MS = 5_000

/** Reasons why an attempt fails, each in words; `value` fills in what the name leaves open. */
const REASONS = {
  too_late: (value) => {
    const seconds = Number(value || REPLY_LIMIT_MS / 1_000)
    return { en: `No reply within ${seconds} second${seconds === 1 ? '' : 's'}.`, zh: `${seconds} 秒内没有应答。` }
  },
  hangs: () => ({
    en: 'Not sent: the receiver gave no reply to the attempts before in the same move of the clock, so that this one counts as one without reply.',
    zh: '未发送：在同一次时钟调整中，接收方对此前的回调都没有应答，因此本次按没有应答处理。',
  }),
  refused: () => ({
    en: 'Nobody listens there: the connection was refused.',
    zh: '连接被拒绝，该地址没有程序监听。',
  }),
  closed: () => ({
    en: 'The receiver closed the connection without a reply.',
    zh: '接收方没有应答就关闭了连接。',
  }),
  host_unknown: () => ({ en: 'There is no such host.', zh: '没有这个主机。' }),
  header_too_large: () => ({ en: "The reply's header is too large.", zh: '应答的头部过大。' }),
  unreachable: (value) => ({ en: `The receiver could not be reached: ${value}.`, zh: `无法连接接收方：${value}。` }),
  receiver_threw: (value) => ({
    en: `The function that receives callbacks threw ${value}.`,
    zh: `接收回调的函数抛出了异常：${value}。`,
  }),
  lost: () => ({
    en: 'Not sent: a planned fault held it, and it was lost by hand.',
    zh: '未发送：被故障注入拦下，由人工丢弃。',
  }),
  state_dropped: () => ({ en: 'The state that it belonged to was dropped.', zh: '它所属的数据已被重置或替换。' }),
  clock_move_ended: () => ({
    en: 'The move of the clock that it belonged to was ended.',
    zh: '它所属的时钟调整已中止。',
  }),
  mock_stopped: () => ({ en: 'The mock was stopped.', zh: '模拟服务已停止。' }),
  abandoned: (value) => ({ en: `It was given up: ${value}.`, zh: `发送被中止：${value}。` }),
  left_halfway: () => ({
    en: 'The process that made this attempt ended before it had a reply.',
    zh: '发送它的进程在收到应答之前退出。',
  }),
  url_unfit: (value) => ({
    en: `Not sent: ${value} is not an http or https address.`,
    zh: `未发送：${value} 不是 http 或 https 地址。`,
  }),
  host_not_allowed: (value) => ({
    en: `Not sent: ${value} is not this machine, and was not allowed: name it with allowCallbackHosts (--allow-callback-host), or take callbacks with a function of yours (receive).`,
    zh: `未发送：${value} 不是本机。请用 --allow-callback-host ${value}（allowCallbackHosts）允许，或用自己的函数接收回调（receive）。`,
  }),
  merchant_unknown: (value) => ({
    en: `Not sent: the mock has no merchant ${value}, and so no APIv3 key to seal it with.`,
    zh: `未发送：模拟服务中没有商户 ${value}，因此没有用于加密的 APIv3密钥。`,
  }),
  api_v3_key_not_set: (value) => ({
    en: `Not sent: merchant ${value} has set no APIv3 key to seal it with.`,
    zh: `未发送：商户 ${value} 没有设置 APIv3密钥，无法加密。`,
  }),
  spoiled: (value) => ({
    en: `Taken, although a planned fault had spoiled it (${value}).`,
    zh: `接收方已接受，但故障注入破坏了这次回调（${value}），本应拒绝。`,
  }),
} as const satisfies Readonly<Record<string, (value: string) => Texts>>

export const ATTEMPT_REASONS = Object.keys(REASONS) as readonly (keyof typeof REASONS)[]

/** Why an attempt failed, for programs; `value` gives the detail that the name leaves open. */
export interface AttemptReason {
  readonly name: keyof typeof REASONS
  readonly value?: string
}

/** Why an attempt failed, in whole sentences. */
export function explainAttempt({ name, value = '' }: AttemptReason): Texts {
  const explain: (value: string) => Texts = REASONS[name]
  return explain(value)
}

/**
 * How long other processes that share the store wait for this one to end an attempt, or to take the next step of its move of the clock.
 * Milliseconds on the machine's clock, far more than a receiver has to reply.
 */
export const LEASE_MS = 30_000

/** Whether an attempt is held by a planned fault, perhaps in another process: its lease is longer than any other, so its repeats wait too. */
export function isHeld({ attempts }: Notification, machine: number): boolean {
  return attempts.some(({ heldUntil = 0 }) => heldUntil - LEASE_MS > machine)
}

/**
 * Whether the receiver may still reply to an attempt, perhaps one of another process: a repeat before that would tell twice what it has just taken.
 *
 * @param machine now, on the machine's clock
 */
export function isAwaited({ attempts }: Notification, machine: number): boolean {
  return attempts.some(({ heldUntil = 0 }) => heldUntil - LEASE_MS + REPLY_LIMIT_MS > machine)
}

/** A callback (回调通知) to a merchant. Instants are epoch milliseconds. */
export interface Notification {
  /** A UUID, the same in every repeat. */
  readonly id: string
  /** The merchant whose APIv3 key seals it. */
  readonly mchid: string
  readonly url: string
  /** e.g. `COUPON.SEND` */
  readonly eventType: string
  readonly summary: string
  readonly originalType: string
  readonly associatedData: string
  /** JSON text that will be sealed. */
  readonly resource: string
  /** A notice in the XML of API v2, already sealed. Sent instead of the members above, without a signature. */
  readonly xml?: string
  readonly schedule: RepeatSchedule
  /** How long the receiver has to reply, if less than {@link REPLY_LIMIT_MS}. */
  readonly replySeconds?: number
  readonly createdAt: number
  /** When the reported event happens, if known in advance: the `create_time` that the merchant sees. */
  readonly happensAt?: number
  /** Position in the order of creation: of two callbacks due at the same time, the lower one goes first. */
  readonly position: number
  /** When it is sent next; left out once it is delivered, given up or cannot be sent. */
  readonly dueAt?: number
  readonly attempts: readonly DeliveryAttempt[]
}

export interface DeliveryAttempt {
  readonly at: number
  /** HTTP status of the reply, if there was one. */
  readonly status?: number
  /** Why it did not arrive, or was not even sent; in English, as stores have always kept it. */
  readonly error?: string
  /** The same as a name, from which a text in any language is made; older records may lack it. */
  readonly reason?: AttemptReason
  /**
   * While it is under way: when the process that makes it is presumed dead, so that the outcome stays unknown (epoch milliseconds on the
   * machine's clock).
   */
  readonly heldUntil?: number
}

/** The state of a callback: still to be delivered or repeated, taken by the receiver, or given up. */
type NotificationState = 'pending' | 'delivered' | 'failed'

/** Outcome of an attempt: the status of the reply, or why no reply came. `final` ends the repeats: another attempt would end the same way. */
export type AttemptOutcome = { readonly status: number } | { readonly reason: AttemptReason; readonly final?: boolean }

/** How a callback is repeated: one of the built-in schedules, or the steps of a product's own. */
export type RepeatSchedule = keyof typeof REPEAT_SCHEDULES | readonly RepeatStep[]

/** Repeats with the same pause before each. */
interface RepeatStep {
  readonly times: number
  readonly seconds: number
}

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** Milliseconds between one attempt and the next (protocol.md 8, documented). */
const REPEAT_SCHEDULES = {
  payment: [
    ...[15 * SECOND, 15 * SECOND, 30 * SECOND],
    ...[3, 10, 20, 30, 30, 30, 60].map((minutes) => minutes * MINUTE),
    ...[3, 3, 3, 6, 6].map((hours) => hours * HOUR),
  ],
  coupon: Array.from({ length: 10 }, () => MINUTE),
} as const satisfies Readonly<Record<string, readonly number[]>>

/** Milliseconds between one attempt and the next. */
export function pausesOf(schedule: RepeatSchedule): readonly number[] {
  if (typeof schedule === 'string') return REPEAT_SCHEDULES[schedule]
  return schedule.flatMap(({ times, seconds }) => Array.from({ length: times }, () => seconds * SECOND))
}

/** Whether a reply means that the receiver has taken the callback. The status decides, whatever the body says (protocol.md 8, observed). */
export function isTaken(status: number | undefined): boolean {
  return status === 200 || status === 204
}

/** Whether an attempt is being made, or its process died halfway. */
export function isUnderWay({ heldUntil }: DeliveryAttempt): boolean {
  return heldUntil !== undefined
}

export function notificationState({ dueAt, attempts }: Notification): NotificationState {
  if (attempts.some(({ status }) => isTaken(status))) return 'delivered'
  const last = attempts.at(-1)
  const underWay = last !== undefined && last.status === undefined && last.error === undefined
  return dueAt !== undefined || underWay ? 'pending' : 'failed'
}

/** Whether it waits for the event that it reports, such as the end of a transfer, which something else may still bring about otherwise. */
export function isAhead({ happensAt, dueAt, attempts }: Notification): boolean {
  return attempts.length === 0 && happensAt !== undefined && dueAt === happensAt
}

/**
 * Begins an attempt at an instant, and schedules the repeat that follows if it fails. A callback that was already delivered or given up gets
 * this one attempt only.
 *
 * @param heldUntil {@link DeliveryAttempt.heldUntil}
 */
export function beginAttempt(notification: Notification, at: number, heldUntil: number): Notification {
  const { dueAt, ...rest } = notification
  const delay = pausesOf(notification.schedule)[notification.attempts.length]
  return {
    ...rest,
    ...(dueAt !== undefined && delay !== undefined && { dueAt: orLastInstant(at + delay) }),
    attempts: [...notification.attempts, { at, heldUntil }],
  }
}

/**
 * When a callback is sent for as long as nobody takes it: its next attempt, then the repeats. Epoch milliseconds; empty once it is delivered or given
 * up.
 */
export function plannedAttempts({
  dueAt,
  schedule,
  attempts,
}: Pick<Notification, 'dueAt' | 'schedule' | 'attempts'>): readonly number[] {
  if (dueAt === undefined) return []
  const planned = [dueAt]
  for (const delay of pausesOf(schedule).slice(attempts.length)) {
    planned.push(orLastInstant((planned.at(-1) ?? dueAt) + delay))
  }
  return planned
}

/**
 * Records how an attempt ended. After a success or a final failure the callback is not repeated.
 *
 * @param index of the attempt
 * @returns `undefined` if the attempt no longer exists or has already ended
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
  const ended = 'status' in outcome ? { at, status: outcome.status } : { at, ...failedFor(outcome.reason) }
  return {
    ...rest,
    ...(dueAt !== undefined && !over && { dueAt }),
    attempts: notification.attempts.with(index, ended),
  }
}

/** Ends the attempts whose lease has run out; `undefined` if every lease still holds. */
export function endAbandoned(notification: Notification, machine: number): Notification | undefined {
  const isAbandoned = ({ heldUntil }: DeliveryAttempt) => heldUntil !== undefined && heldUntil <= machine
  if (!notification.attempts.some(isAbandoned)) return undefined
  return {
    ...notification,
    attempts: notification.attempts.map((attempt) =>
      isAbandoned(attempt) ? { at: attempt.at, ...failedFor({ name: 'left_halfway' }) } : attempt,
    ),
  }
}

function failedFor(reason: AttemptReason): Required<Pick<DeliveryAttempt, 'error' | 'reason'>> {
  return { error: explainAttempt(reason).en, reason }
}

export function byDueTime(a: Notification, b: Notification): number {
  return (a.dueAt ?? 0) - (b.dueAt ?? 0) || a.position - b.position || (a.id < b.id ? -1 : 1)
}
