import { z } from 'zod'
import { exactTime } from '../../wire/protocol/instant.ts'
import type { IdSource } from '../ids.ts'
import type { NewNotification } from '../operation.ts'
import { mchid, position, time } from '../state/json-fields.ts'
import { readUntil, type Transaction } from '../state/store.ts'
import { ALL, ascending, defineTable, descending } from '../state/table.ts'
import {
  ATTEMPT_REASONS,
  type AttemptReason,
  type DeliveryAttempt,
  isAhead,
  isAwaited,
  isHeld,
  isUnderWay,
  type Notification,
} from './notification.ts'

export const attemptJson = z.strictObject({
  time,
  status: z.int().optional().describe('HTTP status of the reply; left out when there was none'),
  error: z.string().optional().describe('why it did not arrive, or was not even sent'),
  reason: z
    .strictObject({
      name: z.enum(ATTEMPT_REASONS).describe('stable, for programs'),
      value: z.string().optional().describe('what exactly, where the name leaves that open'),
    })
    .optional()
    .describe('the same in a name'),
})

export const notificationJson = z
  .strictObject({
    id: z.string().min(1).max(36),
    mchid: mchid.describe('whom it is for, and with whose APIv3 key it is sealed'),
    url: z.string(),
    event_type: z.string().meta({ examples: ['COUPON.SEND'] }),
    summary: z.string(),
    original_type: z.string(),
    associated_data: z.string(),
    resource: z.string().describe('what is sealed, JSON text'),
    xml: z.string().optional().describe('what is sent in its place: a notice of API v2, sealed already'),
    schedule: z
      .union([
        z.enum(['payment', 'coupon']),
        z
          .array(z.strictObject({ times: z.int().min(1).max(1_000), seconds: z.int().min(1) }))
          .max(100)
          .readonly(),
      ])
      .describe('how it is repeated: a schedule by its name, or how many times after how many seconds'),
    reply_seconds: z.int().min(1).max(5).optional().describe('how long the receiver has to reply; 5 if left out'),
    create_time: time,
    happen_time: time
      .optional()
      .describe('when that happens which it reports, where it was made before; its own create_time'),
    position: position.describe('of two that are due at the same time the lower one goes first'),
    due_time: time
      .optional()
      .describe('when it is sent next; left out once it was delivered, given up, or could not be sent'),
    attempts: z.array(attemptJson),
  })
  .meta({ id: 'Notification', description: 'a callback (回调通知), and what became of it' })

type NotificationJson = z.output<typeof notificationJson>

function completeNotification(json: NotificationJson): Notification {
  return {
    id: json.id,
    mchid: json.mchid,
    url: json.url,
    eventType: json.event_type,
    summary: json.summary,
    originalType: json.original_type,
    associatedData: json.associated_data,
    resource: json.resource,
    ...(json.xml !== undefined && { xml: json.xml }),
    schedule: json.schedule,
    ...(json.reply_seconds !== undefined && { replySeconds: json.reply_seconds }),
    createdAt: Date.parse(json.create_time),
    ...(json.happen_time !== undefined && { happensAt: Date.parse(json.happen_time) }),
    position: json.position,
    ...(json.due_time !== undefined && { dueAt: Date.parse(json.due_time) }),
    attempts: json.attempts.map(({ time, status, error, reason }) => ({
      at: Date.parse(time),
      ...(status !== undefined && { status }),
      ...(error !== undefined && { error }),
      ...(reason && { reason: completeReason(reason) }),
    })),
  }
}

function completeReason({ name, value }: NonNullable<z.output<typeof attemptJson>['reason']>): AttemptReason {
  return { name, ...(value !== undefined && { value }) }
}

export function describeNotification(notification: Notification): NotificationJson {
  return {
    id: notification.id,
    mchid: notification.mchid,
    url: notification.url,
    event_type: notification.eventType,
    summary: notification.summary,
    original_type: notification.originalType,
    associated_data: notification.associatedData,
    resource: notification.resource,
    ...(notification.xml !== undefined && { xml: notification.xml }),
    schedule: notification.schedule,
    ...(notification.replySeconds !== undefined && { reply_seconds: notification.replySeconds }),
    create_time: exactTime(notification.createdAt),
    ...(notification.happensAt !== undefined && { happen_time: exactTime(notification.happensAt) }),
    position: notification.position,
    ...(notification.dueAt !== undefined && { due_time: exactTime(notification.dueAt) }),
    attempts: notification.attempts.map(attemptToJson),
  }
}

export function attemptToJson({ at, status, error, reason }: DeliveryAttempt): z.output<typeof attemptJson> {
  return {
    time: exactTime(at),
    ...(status !== undefined && { status }),
    ...(error !== undefined && { error }),
    ...(reason && { reason }),
  }
}

/** Callbacks (回调通知) and their outcome. */
export const notifications = defineTable({
  name: 'notifications',
  title: { en: 'Callbacks', zh: '回调通知' },
  owner: ({ mchid }: Notification) => mchid,
  key: ({ id }) => [id],
  keyMembers: ['id'],
  indexes: {
    underWay: ({ attempts }) => (attempts.some(isUnderWay) ? 'yes' : undefined),
    id: ({ id }) => id,
  },
  sorted: {
    newest: { among: () => ALL, by: ({ createdAt, position }) => descending(createdAt, position) },
    /** Without those that wait for their event. */
    told: {
      among: (one) => (isAhead(one) ? undefined : ALL),
      by: ({ createdAt, position }) => descending(createdAt, position),
    },
    due: {
      among: ({ dueAt }) => (dueAt === undefined ? undefined : ALL),
      by: ({ dueAt = 0, position }) => ascending(dueAt, position),
    },
  },
  json: notificationJson,
  fromJson: completeNotification,
  toJson: describeNotification,
})

/** A callback yet to be delivered or repeated. */
export type Pending = Notification & { readonly dueAt: number }

export interface Due {
  readonly due: readonly Pending[]
  /** When the next one after these is due; `undefined` if nothing else is pending. */
  readonly nextAt: number | undefined
  /** Whether others would be repeated by then, unless the attempt that is under way is taken. */
  readonly isAwaited: boolean
}

/**
 * Finds the callbacks that are due at an instant and have no attempt under way. Reads few beyond those: thousands may be waiting for tomorrow.
 *
 * @param machine now, on the machine's clock
 */
export async function findDue(tx: Transaction, at: number, machine: number): Promise<Due> {
  const table = tx.in(notifications)
  const isBeyond = ({ dueAt }: Notification) => dueAt !== undefined && dueAt > at
  const rows = await readUntil(notifications, 'due', (stretch) => table.page('due', ALL, stretch), isBeyond)
  const pending = rows.filter(isPending)
  const dueByThen = pending.filter((one) => !isBeyond(one))
  return {
    due: dueByThen.filter((one) => !isAwaited(one, machine)),
    nextAt: pending.find(isBeyond)?.dueAt,
    isAwaited: dueByThen.some((one) => isAwaited(one, machine) && !isHeld(one, machine)),
  }
}

/**
 * Whether a receiver may still reply to another process; one that a planned fault holds back is not waited for.
 *
 * @param machine now, on the machine's clock, epoch milliseconds
 * @param own ids of the callbacks that this process is sending
 */
export async function isAwaitedElsewhere(tx: Transaction, machine: number, own: ReadonlySet<string>): Promise<boolean> {
  const underWay = await tx.in(notifications).where('underWay', 'yes')
  return underWay.some((one) => !own.has(one.id) && isAwaited(one, machine) && !isHeld(one, machine))
}

/** The callback that is due next, of one merchant or of all; `undefined` if none is to be delivered or repeated. */
export async function findNext(tx: Transaction, mchid?: string): Promise<Pending | undefined> {
  const first = await tx.in(notifications).page('due', ALL, { owner: mchid, limit: 1 })
  return first.find(isPending)
}

export function isPending(notification: Notification): notification is Pending {
  return notification.dueAt !== undefined
}

export function isDue({ dueAt }: Notification, at: number): boolean {
  return dueAt !== undefined && dueAt <= at
}

export interface OutboxContext {
  /** Epoch milliseconds. */
  readonly now: number
  readonly ids: IdSource
  /** An untrue callback that {@link untoldCallback} has found: the new one takes over its id and position. */
  readonly replaces?: Notification | undefined
}

/**
 * Finds the callback that a row has planned, for a change of the row to replace or take back; `undefined` if it has none, or an attempt at it has begun.
 * History stays: an attempt begins only once the clock has come to the event, and then cannot be taken back.
 */
export async function untoldCallback(
  tx: Transaction,
  mchid: string,
  id: string | undefined,
): Promise<Notification | undefined> {
  const planned = id === undefined ? undefined : await tx.in(notifications).find(mchid, id)
  return planned?.attempts.length === 0 ? planned : undefined
}

/** Puts a callback into the outbox, in the transaction of the change that it reports. Returns it as stored. */
export async function putIntoOutbox(
  tx: Transaction,
  notification: NewNotification,
  context: OutboxContext,
): Promise<Notification> {
  const made = newCallback(notification, context)
  await tx.in(notifications).save(made)
  return made
}

/** A callback that nobody has tried to deliver. */
export function newCallback(
  { resource, dueAt, ...notification }: NewNotification,
  { now, ids, replaces }: OutboxContext,
): Notification {
  return {
    ...notification,
    id: replaces?.id ?? ids.uuid(),
    resource: JSON.stringify(resource),
    createdAt: replaces?.createdAt ?? now,
    // A callback created ahead of its event is dated when the event happens; one that replaces a report of a later event is dated now.
    ...((dueAt !== undefined || replaces !== undefined) && { happensAt: dueAt ?? now }),
    position: replaces?.position ?? ids.position(),
    dueAt: dueAt ?? now,
    attempts: [],
  }
}
