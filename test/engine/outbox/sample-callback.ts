import type { Notification } from '../../../src/engine/callbacks/notification.ts'

/** A callback that nobody has tried to deliver, and that is not due. */
export function sampleCallback<More extends Partial<Notification>>(more: More): Notification & More {
  return {
    id: 'N',
    mchid: '1900000001',
    url: 'http://127.0.0.1/notify',
    eventType: 'COUPON.SEND',
    summary: '',
    originalType: '',
    associatedData: '',
    resource: '{}',
    schedule: 'coupon',
    createdAt: 0,
    position: 0,
    attempts: [],
    ...more,
  }
}
