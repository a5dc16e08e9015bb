import type { SendNotificationJson, ShownNotification } from '../formats/notification.ts'
import { ControlConnection } from './control-connection.ts'

/** Which callbacks are meant; what is left out does not matter. */
export interface NotificationFilter {
  /** Whom they are for. */
  readonly mchid?: string
  /** e.g. `COUPON.SEND` */
  readonly event_type?: string
  readonly state?: 'pending' | 'delivered' | 'failed'
}

/** Callbacks. */
export class NotificationCalls extends ControlConnection {
  /** Callbacks with what became of them, in the order in which they were made. */
  notifications(filter: NotificationFilter = {}): Promise<ShownNotification[]> {
    return this.call('GET', '/notifications', { query: { ...filter } })
  }

  /**
   * Delivers the callbacks that are due now: resolves when each was tried, with callbacks as {@link notifications} shows them. Those that
   * are due later wait for the clock: {@link advance}.
   */
  deliverNotifications(filter: NotificationFilter = {}): Promise<ShownNotification[]> {
    return this.call('POST', '/notifications/deliver', { query: { ...filter } })
  }

  /**
   * Makes a callback of an event and sends it now: `{ event_type: 'COUPON.SEND', url: 'http://127.0.0.1:3000/notify' }`; or repeats one now:
   * `{ id }`. Resolves after the try.
   */
  sendNotification(notification: SendNotificationJson): Promise<ShownNotification> {
    return this.call('POST', '/notifications', { body: notification })
  }
}
