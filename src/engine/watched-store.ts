import type { Outbox } from './outbox.ts'
import type { Store } from './store.ts'

/**
 * A store that wakes an outbox after each transaction that saved a callback, and ends its tries before the state that they are about is
 * dropped. So whoever saves a callback, an operation or the control API, need not know of the outbox.
 */
export function watchedStore(store: Store, outbox: Pick<Outbox, 'wake' | 'forget'>): Store {
  return {
    async transaction(work) {
      let saved = false
      const result = await store.transaction((tx) => {
        // A transaction that runs again after a conflict starts over.
        saved = false
        return work({
          ...tx,
          notifications: {
            ...tx.notifications,
            save(notification) {
              saved = true
              return tx.notifications.save(notification)
            },
          },
        })
      })
      if (saved) outbox.wake()
      return result
    },
    async reset(mchid) {
      outbox.forget(mchid)
      await store.reset(mchid)
      outbox.wake()
    },
    async replace(world) {
      outbox.forget()
      await store.replace(world)
      outbox.wake()
    },
  }
}
