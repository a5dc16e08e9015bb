import { z } from 'zod'
import type { Coupon } from '../../domain/coupon.ts'
import { type Notification, notificationState } from '../../domain/notification.ts'
import type { Mock } from '../../engine/mock.ts'
import { UsageError } from '../../protocol/errors.ts'
import { defineCall } from '../call.ts'
import { mchid } from '../formats/basics.ts'
import { sendNotificationJson, showNotification, shownNotification } from '../formats/notification.ts'
import { registeredMerchant } from '../merchants.ts'
import { type EventType, sampleNotification } from '../sample-events.ts'

export const notifications = defineCall({
  id: 'notifications',
  method: 'GET',
  path: '/_mock/notifications',
  summary: 'Callbacks with what became of them, in the order in which they were made',
  query: z.strictObject({
    mchid: mchid.optional().meta({ description: 'whom they are for' }),
    event_type: z
      .string()
      .optional()
      .meta({ examples: ['COUPON.SEND'] }),
    state: z.enum(['pending', 'delivered', 'failed']).optional(),
  }),
  answer: z.array(shownNotification),
  async handle({ query }, { mock }) {
    const all = await mock.store.transaction((tx) => tx.notifications.list(query.mchid))
    return all
      .filter(({ eventType }) => query.event_type === undefined || eventType === query.event_type)
      .filter((notification) => query.state === undefined || notificationState(notification) === query.state)
      .toSorted((a, b) => a.createdAt - b.createdAt || a.position - b.position)
      .map(showNotification)
  },
})

export const sendNotification = defineCall({
  id: 'sendNotification',
  method: 'POST',
  path: '/_mock/notifications',
  summary: 'Make a callback of an event and send it, or repeat one, now; answers after the try',
  body: sendNotificationJson,
  status: 201,
  answer: shownNotification,
  refusals: {
    MOCK_NOTIFICATION_UNKNOWN: 'there is no callback with this id',
    MOCK_NOTIFICATION_URL: 'no url is given, and the merchant has no event address',
    MOCK_MERCHANT_UNKNOWN: 'no merchant with this number may call',
  },
  async handle({ body }, { mock }) {
    const { event_type: eventType } = body
    if (eventType === undefined) return showNotification(await repeat(mock, body.id))
    const merchant = body.mchid === undefined ? mock.defaultMerchant : registeredMerchant(mock, body.mchid, '/mchid')
    const { url, coupon } = await circumstances(mock, merchant.mchid, eventType)
    const sample = sampleNotification(
      eventType,
      body.url ?? url ?? noUrl(eventType),
      {
        mchid: merchant.mchid,
        appid: merchant.appids[0] ?? DEFAULT_APPID,
        now: mock.clock.now(),
        ids: mock.ids,
        coupon,
      },
      body.resource,
    )
    return showNotification(await mock.outbox.post(sample))
  },
})

/** Stands in where any appid is taken. */
const DEFAULT_APPID = 'wx0000000000000001'

async function repeat(mock: Mock, id: string | undefined): Promise<Notification> {
  const found = await mock.store.transaction(async (tx) =>
    (await tx.notifications.list()).find((notification) => notification.id === id),
  )
  const repeated = found && (await mock.outbox.deliver(found))
  if (repeated) return repeated
  throw new UsageError(
    'MOCK_NOTIFICATION_UNKNOWN',
    `There is no callback ${id}: GET /_mock/notifications lists those that there are.`,
    { path: '/id' },
  )
}

/** Where the merchant wants coupon events, and the coupon that one tells of: the one received last. */
async function circumstances(
  mock: Mock,
  mchid: string,
  eventType: EventType,
): Promise<{ url?: string | undefined; coupon?: Coupon | undefined }> {
  if (eventType !== 'COUPON.SEND') return {}
  return mock.store.transaction(async (tx) => ({
    url: (await tx.eventAddresses.find(mchid))?.url,
    coupon: (await tx.coupons.list(mchid)).toSorted((a, b) => a.receivedAt - b.receivedAt).at(-1),
  }))
}

function noUrl(eventType: EventType): never {
  throw new UsageError(
    'MOCK_NOTIFICATION_URL',
    `It is not known where ${eventType} goes: give url, or for COUPON.SEND let the merchant set its event address.`,
    { path: '/url' },
  )
}
