import { z } from 'zod'
import { nameOfEvent } from '../../engine/callbacks/event.ts'
import {
  type DeliveryAttempt,
  explainAttempt,
  type Notification,
  notificationState,
} from '../../engine/callbacks/notification.ts'
import {
  attemptJson,
  attemptToJson,
  describeNotification,
  notificationJson,
} from '../../engine/callbacks/notifications.ts'
import { misfitText } from '../../engine/misfit-texts.ts'
import { mchid, time } from '../../engine/state/json-fields.ts'
import type { StateChange } from '../../engine/state/store.ts'
import { exactTime } from '../../wire/protocol/instant.ts'
import type { Language } from '../../wire/shared/texts.ts'
import type { Served } from '../route.ts'
import { describeToldNames, exchangeSummaryJson, ownNames, SHOWN_CHARACTERS, shown } from './exchange-summary.ts'
import { exchangeThingJson } from './thing.ts'

const stateChangeJson = z
  .strictObject({
    tables: z.array(z.string()).describe('what kinds of things, by the names of their tables'),
    documents: z.array(z.string()).describe('what besides, e.g. clock, faults, settings'),
    mchids: z.array(z.string()).optional().describe('whose things; anybody’s if left out'),
  })
  .meta({ id: 'StateChange', description: 'what has changed, by name: ask for it to see how it is now' })

/** One event of `GET /_mock/events`: `type` is the event's name, the rest its data. */
export const controlEventJson = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('exchange'), exchange: exchangeSummaryJson }),
    z.strictObject({ type: z.literal('change'), change: stateChangeJson }),
    z.strictObject({ type: z.literal('resync') }),
  ])
  .meta({
    id: 'ControlEvent',
    description:
      'exchange: a call was answered, or a callback was tried; change: some of the state is new; resync: some events were missed, ask for everything again',
  })

type StateChangeJson = z.output<typeof stateChangeJson>
export type ControlEvent = z.output<typeof controlEventJson>

export function describeStateChange({ tables, documents, mchids }: StateChange): StateChangeJson {
  return { tables: [...tables], documents: [...documents], mchids: mchids && [...mchids] }
}

export const stateOfNotification = z.enum(['pending', 'delivered', 'failed'])

const state = stateOfNotification.describe(
  'still to be delivered or repeated, taken by the receiver (200 or 204), or given up',
)

/** A callback in the control API. */
export const shownNotification = notificationJson
  .extend({ state })
  .meta({ id: 'ShownNotification', description: 'a callback (回调通知), its tries, and what became of it' })

export type ShownNotification = z.output<typeof shownNotification>

/** A callback with the reasons for its failed attempts in one language. */
export function showNotification(notification: Notification, language: Language): ShownNotification {
  return {
    ...describeNotification(notification),
    attempts: notification.attempts.map((one) => showAttempt(one, language)),
    state: notificationState(notification),
  }
}

function showAttempt(attempt: DeliveryAttempt, language: Language): z.output<typeof attemptJson> {
  const { reason } = attempt
  return { ...attemptToJson(attempt), ...(reason && { error: explainAttempt(reason)[language] }) }
}

/** A callback in a list. Its size is bounded, whatever its sealed content. */
export const notificationSummaryJson = z
  .strictObject({
    id: notificationJson.shape.id,
    mchid: notificationJson.shape.mchid,
    url: z.string().describe(`its first ${SHOWN_CHARACTERS} characters`),
    event_type: notificationJson.shape.event_type,
    ...ownNames,
    state,
    create_time: time,
    due_time: notificationJson.shape.due_time,
    tries: z.int().min(0).describe('how often it was sent, or could not be'),
    last: attemptJson.optional().describe('the latest try; left out when there was none so far'),
  })
  .meta({ id: 'NotificationSummary', description: 'a callback (回调通知) in short' })

export type NotificationSummary = z.output<typeof notificationSummaryJson>

export function summarizeNotification(notification: Notification, language: Language): NotificationSummary {
  const { id, mchid, url, eventType: event_type, resource, createdAt, dueAt, attempts } = notification
  const last = attempts.at(-1)
  return {
    id,
    mchid,
    url: shown(url),
    event_type,
    ...describeToldNames(resource),
    state: notificationState(notification),
    create_time: exactTime(createdAt),
    due_time: dueAt === undefined ? undefined : exactTime(dueAt),
    tries: attempts.length,
    last: last && summarizeAttempt(showAttempt(last, language)),
  }
}

function summarizeAttempt({ error, reason, ...rest }: z.output<typeof attemptJson>): z.output<typeof attemptJson> {
  return {
    ...rest,
    error: error === undefined ? undefined : shown(error),
    reason: reason && { ...reason, value: reason.value === undefined ? undefined : shown(reason.value) },
  }
}

/** The callback that is due first, of one merchant or of all. */
export const nextTryJson = z
  .strictObject({ id: notificationJson.shape.id, event_type: z.string(), due_time: time })
  .describe('the callback that is due first, whatever else than mchid is asked for; on the first page, if any is due')

/** Whether a callback's content contains a text, ignoring case, in the texts of either language. */
export function notificationHasText(
  { id, mchid, url, eventType, resource, attempts }: Notification,
  text: string,
): boolean {
  const wanted = text.toLowerCase()
  const failures = attempts.flatMap(({ error = '', reason }) => [error, reason ? explainAttempt(reason).zh : ''])
  return [id, mchid, url, eventType, resource, ...failures].some((one) => one.toLowerCase().includes(wanted))
}

/** A callback in full. */
export const notificationTriesJson = z
  .strictObject({
    notification: shownNotification,
    exchanges: z.array(exchangeSummaryJson).describe('its tries as the journal still has them, the first one first'),
    planned: z
      .array(time)
      .describe('when it is sent as long as nobody takes it: the next try, and the repeats behind it'),
    things: z.array(exchangeThingJson).describe('the things that it tells of, as they are now'),
  })
  .meta({ id: 'NotificationTries', description: 'a callback with the exchanges of its tries' })

export type NotificationTries = z.output<typeof notificationTriesJson>

/** Body of `POST /_mock/notifications`. */
export function sendNotificationJson({ events }: Pick<Served, 'events'>) {
  return z
    .strictObject({
      event_type: z
        .enum(events.map(nameOfEvent))
        .optional()
        .describe('the event of which a callback is made and sent now'),
      url: z
        .url({
          protocol: /^https?$/,
          error: misfitText({ en: 'an http or https address is needed', zh: '应为 http 或 https 地址' }),
        })
        .max(2_048)
        .optional()
        .describe("where it goes; for COUPON.SEND the merchant's event address if left out"),
      mchid: mchid.optional().describe('whom it is for; the well-known merchant if left out'),
      resource: z
        .record(z.string(), z.unknown())
        .optional()
        .describe('what is sealed; members that are left out, at any depth, are filled in, null leaves one out'),
      id: z
        .string()
        .min(1)
        .max(36)
        .optional()
        .describe('of a callback that was made before, in place of all else: it is repeated now'),
    })
    .refine(
      ({ id, event_type }) => (id === undefined) !== (event_type === undefined),
      misfitText({ en: 'give event_type or id, one of them', zh: 'event_type 和 id 须给出其中一个，且只给一个' }),
    )
    .refine(
      ({ id, url, mchid, resource }) => id === undefined || (url ?? mchid ?? resource) === undefined,
      misfitText({
        en: 'a repeat is sent as it was: leave url, mchid and resource out',
        zh: '重新发送的内容不变：请去掉 url、mchid 和 resource',
      }),
    )
    .meta({ id: 'SendNotification', description: 'a callback to be sent or repeated now' })
}

/** An event to send as a callback, or a callback to repeat. */
export type SendNotificationJson =
  | (Omit<z.input<ReturnType<typeof sendNotificationJson>>, 'id' | 'event_type'> & {
      readonly event_type: string
    })
  | { readonly id: string }
