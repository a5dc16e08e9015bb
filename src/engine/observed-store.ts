import type { Awaitable } from '../shared/awaitable.ts'
import type { Notification } from './callbacks/notification.ts'
import type { FoundState } from './exchange/found-state.ts'
import { ObservedRepository, Writes } from './observed-repository.ts'
import type { DocumentsChange, DocumentsDraft } from './state/documents.ts'
import type { StateChanges } from './state/state-changes.ts'
import { type AnyRepository, type Store, type Transaction, transactionOver, type World } from './state/store.ts'
import type { Table } from './state/table.ts'

/** Listeners to what happens in a store. */
export interface StoreObservers {
  readonly changes: StateChanges
  /** Told of callbacks. */
  readonly outbox?: {
    /** Callbacks were saved, or state was dropped and other callbacks may be due. */
    wake(saved?: readonly Notification[]): void
    /** The state of one merchant or of all is about to be dropped. */
    forget(mchid?: string): void
    /** The same, as part of the change that drops it. */
    forgetIn(draft: DocumentsDraft, mchid?: string): void
  }
}

/**
 * A store that reports what is read and written in it, so that code that saves a callback or changes a table need not know who waits for
 * that.
 */
export class ObservedStore implements Store {
  readonly #store: Store
  readonly #tables: ReadonlySet<Table>
  readonly #observers: StoreObservers

  /** @param tables those of the mock's products: a transaction knows no others */
  constructor(store: Store, tables: readonly Table[], observers: StoreObservers) {
    this.#store = store
    this.#tables = new Set(tables)
    this.#observers = observers
  }

  get documents() {
    return this.#store.documents
  }

  /** @param found notes the rows that `work` reads, and those that it changes once they are kept */
  async transaction<Result>(work: (tx: Transaction) => Awaitable<Result>, found?: FoundState): Promise<Result> {
    let writes = new Writes()
    const result = await this.#store.transaction((tx) => {
      // A transaction that runs again after a conflict starts over.
      writes = new Writes()
      found?.clear()
      return work(transactionOver((table) => this.#observed(table, tx, writes, found)))
    })
    for (const [table, row] of writes.saved) found?.noteChanged(table, row)
    this.#tell(writes)
    return result
  }

  async reset(mchid?: string, along?: DocumentsChange): Promise<void> {
    const { outbox } = this.#observers
    outbox?.forget(mchid)
    await this.#store.reset(mchid, (draft) => {
      along?.(draft)
      outbox?.forgetIn(draft, mchid)
    })
    this.#tellOfAll(mchid)
  }

  async replace(world: World, along?: DocumentsChange): Promise<void> {
    const { outbox } = this.#observers
    outbox?.forget()
    await this.#store.replace(world, (draft) => {
      along?.(draft)
      outbox?.forgetIn(draft)
    })
    this.#tellOfAll()
  }

  async close(): Promise<void> {
    await this.#store.close?.()
  }

  #observed(table: Table, tx: Transaction, writes: Writes, found: FoundState | undefined): AnyRepository {
    if (!this.#tables.has(table)) {
      throw new Error(`No product of this mock has the table ${table.name}: list it among the tables of one.`)
    }
    return new ObservedRepository(tx.in(table), table, writes, table.inJournal ? found : undefined)
  }

  #tell({ tables, mchids, callbacks }: Writes): void {
    if (tables.size === 0) return
    const { changes, outbox } = this.#observers
    changes.announce(() => ({ tables: [...tables], documents: [], mchids: [...mchids] }))
    if (callbacks.length > 0) outbox?.wake(callbacks)
  }

  #tellOfAll(mchid?: string): void {
    const { changes, outbox } = this.#observers
    const tables = [...this.#tables].map(({ name }) => name)
    changes.announce(() => ({ tables, documents: [], ...(mchid !== undefined && { mchids: [mchid] }) }))
    outbox?.wake()
  }
}
