import { z } from 'zod'
import {
  ATTEMPT_REASONS,
  type AttemptReason,
  type DeliveryAttempt,
  type Notification,
  notificationState,
} from '../../engine/callbacks/notification.ts'
import { exactTime } from '../exact-time.ts'
import { EVENT_TYPES } from '../sample-events.ts'
import { mchid, position, time } from './basics.ts'
import { exchangeSummaryJson } from './exchange-summary.ts'

const attemptJson = z.strictObject({
  time,
  status: z.int().optional().meta({ description: 'HTTP status of the reply; left out when there was none' }),
  error: z.string().optional().meta({ description: 'why it did not arrive, or was not even sent' }),
  reason: z
    .strictObject({
      name: z.enum(ATTEMPT_REASONS).meta({ description: 'stable, for programs' }),
      value: z.string().optional().meta({ description: 'what exactly, where the name leaves that open' }),
    })
    .optional()
    .meta({ description: 'the same in a name' }),
})

export const notificationJson = z
  .strictObject({
    id: z.string().min(1).max(36),
    mchid: mchid.meta({ description: 'whom it is for, and with whose APIv3 key it is sealed' }),
    url: z.string(),
    event_type: z.string().meta({ examples: ['COUPON.SEND'] }),
    summary: z.string(),
    original_type: z.string(),
    associated_data: z.string(),
    resource: z.string().meta({ description: 'what is sealed, JSON text' }),
    schedule: z.enum(['payment', 'coupon']).meta({ description: 'how it is repeated' }),
    create_time: time,
    position: position.meta({ description: 'of two that are due at the same time the lower one goes first' }),
    due_time: time.optional().meta({
      description: 'when it is sent next; left out once it was delivered, given up, or could not be sent',
    }),
    attempts: z.array(attemptJson),
  })
  .meta({ id: 'Notification', description: 'a callback (回调通知), and what became of it' })

export type NotificationJson = z.output<typeof notificationJson>

export function completeNotification(json: NotificationJson): Notification {
  return {
    id: json.id,
    mchid: json.mchid,
    url: json.url,
    eventType: json.event_type,
    summary: json.summary,
    originalType: json.original_type,
    associatedData: json.associated_data,
    resource: json.resource,
    schedule: json.schedule,
    createdAt: Date.parse(json.create_time),
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
    schedule: notification.schedule,
    create_time: exactTime(notification.createdAt),
    position: notification.position,
    ...(notification.dueAt !== undefined && { due_time: exactTime(notification.dueAt) }),
    attempts: notification.attempts.map(describeAttempt),
  }
}

function describeAttempt({ at, status, error, reason }: DeliveryAttempt): z.output<typeof attemptJson> {
  return {
    time: exactTime(at),
    ...(status !== undefined && { status }),
    ...(error !== undefined && { error }),
    ...(reason && { reason }),
  }
}

const state = z.enum(['pending', 'delivered', 'failed']).meta({
  description: 'still to be delivered or repeated, taken by the receiver (200 or 204), or given up',
})

/** A callback as the control API shows it. */
export const shownNotification = notificationJson
  .extend({ state })
  .meta({ id: 'ShownNotification', description: 'a callback (回调通知), its tries, and what became of it' })

export type ShownNotification = z.output<typeof shownNotification>

export function showNotification(notification: Notification): ShownNotification {
  return { ...describeNotification(notification), state: notificationState(notification) }
}

/** Characters of a text that a list shows. */
const SHOWN_CHARACTERS = 300

/** A callback as a list shows it: bounded, whatever is sealed in it. */
export const notificationSummaryJson = z
  .strictObject({
    id: notificationJson.shape.id,
    mchid: notificationJson.shape.mchid,
    url: z.string().meta({ description: `its first ${SHOWN_CHARACTERS} characters` }),
    event_type: notificationJson.shape.event_type,
    state,
    create_time: time,
    due_time: notificationJson.shape.due_time,
    tries: z.int().min(0).meta({ description: 'how often it was sent, or could not be' }),
    last: attemptJson.optional().meta({ description: 'the latest try; left out when there was none so far' }),
  })
  .meta({ id: 'NotificationSummary', description: 'a callback (回调通知) in short' })

export type NotificationSummary = z.output<typeof notificationSummaryJson>

export function summarizeNotification(notification: Notification): NotificationSummary {
  const { id, mchid, url, eventType: event_type, createdAt, dueAt, attempts } = notification
  const last = attempts.at(-1)
  return {
    id,
    mchid,
    url: shown(url),
    event_type,
    state: notificationState(notification),
    create_time: exactTime(createdAt),
    ...(dueAt !== undefined && { due_time: exactTime(dueAt) }),
    tries: attempts.length,
    ...(last && { last: summarizeAttempt(describeAttempt(last)) }),
  }
}

function summarizeAttempt({ error, reason, ...rest }: z.output<typeof attemptJson>): z.output<typeof attemptJson> {
  return {
    ...rest,
    ...(error !== undefined && { error: shown(error) }),
    ...(reason && { reason: { ...reason, ...(reason.value !== undefined && { value: shown(reason.value) }) } }),
  }
}

function shown(text: string): string {
  return text.slice(0, SHOWN_CHARACTERS)
}

/** Whether a text stands in what a callback says, in upper or lower case. */
export function notificationHasText(
  { id, mchid, url, eventType, resource, attempts }: Notification,
  text: string,
): boolean {
  const wanted = text.toLowerCase()
  return [id, mchid, url, eventType, resource, ...attempts.map(({ error = '' }) => error)].some((one) =>
    one.toLowerCase().includes(wanted),
  )
}

/** A callback opened. */
export const notificationTriesJson = z
  .strictObject({
    notification: shownNotification,
    exchanges: z
      .array(exchangeSummaryJson)
      .meta({ description: 'its tries as the journal still has them, the first one first' }),
  })
  .meta({ id: 'NotificationTries', description: 'a callback with the exchanges of its tries' })

export type NotificationTries = z.output<typeof notificationTriesJson>

export const eventType = z.enum(EVENT_TYPES)

/** What `POST /_mock/notifications` takes. */
export const sendNotificationJson = z
  .strictObject({
    event_type: eventType.optional().meta({ description: 'the event of which a callback is made and sent now' }),
    url: z
      .url({ protocol: /^https?$/, error: 'an http or https address is needed' })
      .max(2_048)
      .optional()
      .meta({ description: "where it goes; for COUPON.SEND the merchant's event address if left out" }),
    mchid: mchid.optional().meta({ description: 'whom it is for; the well-known merchant if left out' }),
    resource: z.record(z.string(), z.json()).optional().meta({
      description: 'what is sealed; members that are left out, at any depth, are filled in, null leaves one out',
    }),
    id: z.string().min(1).max(36).optional().meta({
      description: 'of a callback that was made before, in place of all else: it is repeated now',
    }),
  })
  .refine(
    ({ id, event_type }) => (id === undefined) !== (event_type === undefined),
    'give event_type or id, one of them',
  )
  .refine(
    ({ id, url, mchid, resource }) => id === undefined || (url ?? mchid ?? resource) === undefined,
    'a repeat is sent as it was: leave url, mchid and resource out',
  )
  .meta({ id: 'SendNotification', description: 'a callback to be sent or repeated now' })

/** A callback to be made of an event and sent, or one to be repeated. */
export type SendNotificationJson =
  | (Omit<z.input<typeof sendNotificationJson>, 'id' | 'event_type'> & {
      readonly event_type: z.input<typeof eventType>
    })
  | { readonly id: string }
