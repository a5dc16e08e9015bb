import type { Notification } from '../../src/domain/notification.ts'
import { putIntoOutbox } from '../../src/engine/notify.ts'
import type { NewNotification } from '../../src/engine/operation.ts'
import type { Transaction } from '../../src/engine/store.ts'
import type { MockOptions, WechatPayMock } from '../../src/mock.ts'
import { type Receiver, startRawReceiver, startReceiver } from './receiver.ts'
import { test as base, NOON } from './world.ts'

/** Puts a callback into the outbox, as an operation does. */
export function save(mock: WechatPayMock, more: Partial<NewNotification> = {}): Promise<Notification> {
  return mock.store.transaction((tx) => put(mock, tx, more))
}

/** The same inside of a transaction. */
export function put(mock: WechatPayMock, tx: Transaction, more: Partial<NewNotification> = {}): Promise<Notification> {
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

/** A machine whose time moves only when a test says so. */
function aMachine() {
  let at = NOON
  return {
    now: () => at,
    pass(ms: number) {
      at += ms
    },
  }
}

/** A mock whose clock stands still at noon, and receivers that end with the test. */
export const test = base
  .extend('machine', aMachine)
  .override('options', ({ machine }): MockOptions => ({ clock: machine, clockStart: { frozen: true } }))
  .extend('receiver', ({ task: _ }, { onCleanup }) => {
    const started: Pick<Receiver, 'close'>[] = []
    onCleanup(async () => {
      for (const receiver of started) await receiver.close()
    })
    const kept = async <Kind extends Pick<Receiver, 'close'>>(starting: Promise<Kind>): Promise<Kind> => {
      const receiver = await starting
      started.push(receiver)
      return receiver
    }
    return {
      start: (...args: Parameters<typeof startReceiver>) => kept(startReceiver(...args)),
      raw: (...args: Parameters<typeof startRawReceiver>) => kept(startRawReceiver(...args)),
    }
  })
