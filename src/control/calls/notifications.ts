import { z } from 'zod'
import { type EventDescription, nameOfEvent, sampleNotification } from '../../engine/callbacks/event.ts'
import { type Notification, notificationState, plannedAttempts } from '../../engine/callbacks/notification.ts'
import { findNext, notifications as table } from '../../engine/callbacks/notifications.ts'
import type { Mock } from '../../engine/mock.ts'
import { mchid } from '../../engine/state/json-fields.ts'
import { ALL } from '../../engine/state/table.ts'
import { refusalAt, type UsageError } from '../../wire/protocol/errors.ts'
import { exactTime, formatInstant } from '../../wire/protocol/instant.ts'
import { mapUnhurried } from '../../wire/shared/pieces.ts'
import { type CallContext, defineCall } from '../call.ts'
import { summarizeExchange } from '../formats/exchange-summary.ts'
import {
  nextTryJson,
  notificationHasText,
  notificationSummaryJson,
  notificationTriesJson,
  type ShownNotification,
  sendNotificationJson,
  showNotification,
  shownNotification,
  stateOfNotification,
  summarizeNotification,
} from '../formats/notification.ts'
import { pageOf, pageQuery } from '../formats/page.ts'
import { allRows, readLists } from '../read-page.ts'
import { describeThings, thingsOfNotification } from '../things/read-things.ts'
import { appidOf, registeredMerchant } from './merchants.ts'

const filter = z.strictObject({
  mchid: mchid.optional().describe('whom they are for'),
  event_type: z
    .string()
    .optional()
    .meta({ examples: ['COUPON.SEND'] }),
  state: stateOfNotification.optional(),
})

const unknownRefusal = {
  MOCK_NOTIFICATION_UNKNOWN: { status: 404, when: 'there is no callback with this id' },
} as const

export const notifications = defineCall({
  summary: 'Callbacks with what became of them, in the order in which they were made',
  query: filter,
  answer: z.array(shownNotification),
  isCostly: true,
  handle: ({ query }, context) => show(query, context),
})

const notificationPageJson = pageOf(notificationSummaryJson)
  .extend({ next_try: nextTryJson.optional() })
  .meta({ id: 'NotificationPage' })

export type NotificationPage = z.output<typeof notificationPageJson>

export const notificationPage = defineCall({
  summary: 'Callbacks in short, the newest first, page by page; none that waits for the event it will tell of',
  query: filter.extend(pageQuery.shape),
  answer: notificationPageJson,
  async handle({ query: { mchid, event_type, state, text, ...page } }, { mock, language, left }) {
    const isFiltered = event_type !== undefined || state !== undefined || text !== undefined
    const fits = (one: Notification) =>
      isWanted(one, { event_type, state }) && (text === undefined || notificationHasText(one, text))
    const told = { name: 'told', among: [ALL] } as const
    const { items, ...rest } = await readLists(mock, table, told, {
      owner: mchid,
      ...(isFiltered && { fits }),
      ...page,
      left,
    })
    const pending = page.cursor === undefined ? await mock.store.transaction((tx) => findNext(tx, mchid)) : undefined
    return {
      ...rest,
      items: items.map((one) => summarizeNotification(one, language)),
      next_try: pending && { id: pending.id, event_type: pending.eventType, due_time: exactTime(pending.dueAt) },
    }
  },
})

export const notification = defineCall({
  summary: 'A callback with its tries, and the exchanges that they are in the journal',
  params: z.object({ id: z.string().describe('as it is sent, the same in every repeat') }),
  answer: notificationTriesJson,
  refusals: unknownRefusal,
  async handle({ params: { id } }, { mock, language, left }) {
    const named = (await findById(mock, id)) ?? unknown(id, '/path/id')
    const tries = await mock.exchanges.list({ callbacks: 'only', mchid: named.mchid })
    const own = tries.filter(({ callback }) => callback?.id === id)
    return {
      notification: showNotification(named, language),
      exchanges: await mapUnhurried(own, (one) => summarizeExchange(mock, one, language), left),
      planned: plannedAttempts(named).map(exactTime),
      things: describeThings(mock, await thingsOfNotification(mock, named)),
    }
  },
})

export const deliverNotifications = defineCall({
  summary: 'Deliver what is due now; answers after the tries, with callbacks like GET /_mock/notifications',
  query: filter,
  answer: z.array(shownNotification),
  isCostly: true,
  waitsFor: ({ outbox }) => outbox.idle(),
  handle: ({ query }, context) => show(query, context),
})

async function show(
  { mchid, ...query }: z.output<typeof filter>,
  { mock, language, left }: CallContext,
): Promise<ShownNotification[]> {
  const shown: ShownNotification[] = []
  for await (const rows of allRows(mock, table, { owner: mchid, left })) {
    shown.push(...rows.filter((one) => isWanted(one, query)).map((one) => showNotification(one, language)))
  }
  return shown.reverse()
}

async function findById(mock: Mock, id: string): Promise<Notification | undefined> {
  const [named] = await mock.store.transaction((tx) => tx.in(table).where('id', id))
  return named
}

function isWanted(
  one: Notification,
  { event_type, state }: Pick<z.output<typeof filter>, 'event_type' | 'state'>,
): boolean {
  return (
    (event_type === undefined || one.eventType === event_type) &&
    (state === undefined || notificationState(one) === state)
  )
}

export const sendNotification = defineCall({
  summary: 'Make a callback of an event and send it, or repeat one, now; answers after the try',
  body: sendNotificationJson,
  status: 201,
  answer: shownNotification,
  refusals: {
    ...unknownRefusal,
    MOCK_NOTIFICATION_EARLY: { status: 409, when: 'what the callback reports has not happened yet' },
    MOCK_NOTIFICATION_URL: 'no url is given, and the merchant has no event address',
    MOCK_MERCHANT_UNKNOWN: 'no merchant with this number may call',
  },
  async handle({ body }, { mock, language }) {
    const event = mock.events.find((one) => nameOfEvent(one) === body.event_type)
    if (!event) return showNotification(await repeat(mock, body.id), language)
    const merchant = body.mchid === undefined ? mock.defaultMerchant : registeredMerchant(mock, body.mchid, '/mchid')
    const { mchid } = merchant
    const known = await mock.store.transaction((tx) => event.find?.(tx, mchid, body.resource ?? {}))
    const url = body.url ?? known?.url ?? noUrl(event)
    const now = mock.clock.now()
    const surroundings = { url, mchid, appid: appidOf(merchant), now, ids: mock.ids, about: known?.about }
    const made = sampleNotification(event, surroundings, body.resource)
    await mock.store.transaction((tx) => event.keep?.(tx, { mchid, resource: made.resource, now, ids: mock.ids }))
    return showNotification(await mock.outbox.post(made), language)
  },
})

async function repeat(mock: Mock, id = ''): Promise<Notification> {
  const named = await findById(mock, id)
  const repeated = named && (await mock.outbox.deliver(named))
  if (!repeated && named?.happensAt !== undefined && named.happensAt > mock.clock.now()) {
    throw early(named, named.happensAt)
  }
  return repeated ?? unknown(id, '/id')
}

/** Refusal of a callback that waits for a future event: it would report what is not true yet. */
function early({ id, eventType }: Notification, happensAt: number): UsageError {
  const at = formatInstant(happensAt)
  return refusalAt('/id', 'MOCK_NOTIFICATION_EARLY', {
    en: `Callback ${id} (${eventType}) reports what happens at ${at} if nothing else does: move the clock there, or bring about another end.`,
    zh: `回调 ${id}（${eventType}）报告的事要到 ${at} 才发生（若此前没有其他变化）：请把时钟调到那时，或使它以其他方式结束。`,
  })
}

function unknown(id: string, path: string): never {
  throw refusalAt(path, 'MOCK_NOTIFICATION_UNKNOWN', {
    en: `There is no callback ${id}: GET /_mock/notifications lists those that there are.`,
    zh: `没有回调 ${id}，GET /_mock/notifications 可列出现有的回调。`,
  })
}

function noUrl({ eventType }: EventDescription): never {
  throw refusalAt('/url', 'MOCK_NOTIFICATION_URL', {
    en: `It is not known where ${eventType} goes: give url, or for COUPON.SEND let the merchant set its event address.`,
    zh: `不知道 ${eventType} 该发往何处：请给出 url；对于 COUPON.SEND，也可以由商户设置事件通知地址。`,
  })
}
