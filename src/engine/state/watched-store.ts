import type { Notification } from '../callbacks/notification.ts'
import type { Outbox } from '../callbacks/outbox.ts'
import { withTables } from './lazy-transaction.ts'
import type { Store } from './store.ts'

/**
 * A store that wakes an outbox after each transaction that saved a callback, and ends its tries before the state that they are about is
 * dropped. So whoever saves a callback, an operation or the control API, need not know of the outbox.
 */
export function watchedStore(store: Store, outbox: Pick<Outbox, 'wake' | 'forget' | 'forgetIn'>): Store {
  return {
    documents: store.documents,
    ...(store.counters && { counters: store.counters }),
    ...(store.exchanges && { exchanges: store.exchanges }),
    close: async () => store.close?.(),
    async transaction(work) {
      let saved: Notification[] = []
      const result = await store.transaction((tx) => {
        // A transaction that runs again after a conflict starts over.
        saved = []
        return work(
          withTables(tx, {
            notifications: () => ({
              ...tx.notifications,
              save(notification) {
                saved.push(notification)
                return tx.notifications.save(notification)
              },
            }),
          }),
        )
      })
      if (saved.length > 0) outbox.wake(saved)
      return result
    },
    async reset(mchid, along) {
      outbox.forget(mchid)
      await store.reset(mchid, (draft) => {
        along?.(draft)
        outbox.forgetIn(draft, mchid)
      })
      outbox.wake()
    },
    async replace(world, along) {
      outbox.forget()
      await store.replace(world, (draft) => {
        along?.(draft)
        outbox.forgetIn(draft)
      })
      outbox.wake()
    },
  }
}
