import type { Notification } from '../../src/engine/callbacks/notification.ts'
import { putIntoOutbox } from '../../src/engine/callbacks/notifications.ts'
import type { NewNotification } from '../../src/engine/operation.ts'
import type { Transaction } from '../../src/engine/state/store.ts'
import type { OpenedMock } from './engine.ts'

/** Puts a callback into the outbox, as an operation does. */
export function save(mock: OpenedMock, more: Partial<NewNotification> = {}): Promise<Notification> {
  return mock.store.transaction((tx) => put(mock, tx, more))
}

/** The same inside of a transaction. */
export function put(mock: OpenedMock, tx: Transaction, more: Partial<NewNotification> = {}): Promise<Notification> {
  return putIntoOutbox(
    tx,
    {
      mchid: mock.defaultMerchant.mchid,
      url: 'http://127.0.0.1:1/notify',
      eventType: 'COUPON.SEND',
      summary: '商家券领券通知',
      originalType: 'coupon',
      associatedData: 'coupon',
      schedule: 'coupon',
      resource: { coupon_code: 'CODE' },
      ...more,
    },
    { now: mock.clock.now(), ids: mock.ids },
  )
}
