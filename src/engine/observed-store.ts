import type { Awaitable } from '../wire/shared/pieces.ts'
import type { Notification } from './callbacks/notification.ts'
import { notifications } from './callbacks/notifications.ts'
import type { FoundState } from './journal/found.ts'
import type { DocumentsChange, DocumentsDraft } from './state/documents.ts'
import {
  type AnyRepository,
  type StateChanges,
  type Store,
  type Stretch,
  type Transaction,
  transactionOver,
  type World,
} from './state/store.ts'
import type { Table } from './state/table.ts'

/** Writes of a transaction: the tables, by name, the owners of the rows, callbacks, and rows of tables that are `inJournal` or followed. */
class Writes {
  readonly tables = new Set<string>()
  readonly mchids = new Set<string>()
  readonly callbacks: Notification[] = []
  readonly saved: (readonly [table: Table, row: unknown])[] = []
  readonly followed: (readonly [table: Table, row: unknown])[] = []

  note({ name }: Table, owner: string): void {
    this.tables.add(name)
    this.mchids.add(owner)
  }
}

/** A repository that notes the rows written through it and, if asked to, the rows read. */
class ObservedRepository implements AnyRepository {
  readonly #repository: AnyRepository
  readonly #table: Table
  readonly #writes: Writes
  readonly #found: FoundState | undefined
  readonly #isFollowed: boolean

  constructor(
    repository: AnyRepository,
    table: Table,
    { writes, found, isFollowed }: { writes: Writes; found: FoundState | undefined; isFollowed: boolean },
  ) {
    this.#repository = repository
    this.#table = table
    this.#writes = writes
    this.#found = found
    this.#isFollowed = isFollowed
  }

  find(owner: string, ...key: readonly string[]): Awaitable<unknown> {
    const row = this.#repository.find(owner, ...key)
    const found = this.#found
    if (!found) return row
    if (row instanceof Promise) return row.then((there) => found.note(this.#table, there))
    return found.note(this.#table, row)
  }

  where(index: string, text: string, owner?: string): Awaitable<readonly unknown[]> {
    return this.#noted(this.#repository.where(index, text, owner))
  }

  list(owner?: string) {
    return this.#repository.list(owner)
  }

  count(owner?: string) {
    return this.#repository.count(owner)
  }

  page(list: string, among: string, stretch: Stretch): Awaitable<readonly unknown[]> {
    return this.#noted(this.#repository.page(list, among, stretch))
  }

  countAmong(list: string, among: string, owner?: string) {
    return this.#repository.countAmong(list, among, owner)
  }

  save(row: unknown) {
    this.#writes.note(this.#table, this.#table.owner(row))
    // Every row saved in this table is a callback.
    if (this.#table === (notifications as Table)) this.#writes.callbacks.push(row as Notification)
    if (this.#found) this.#writes.saved.push([this.#table, row])
    if (this.#isFollowed) this.#writes.followed.push([this.#table, row])
    return this.#repository.save(row)
  }

  delete(owner: string, ...key: readonly string[]) {
    this.#writes.note(this.#table, owner)
    return this.#repository.delete(owner, ...key)
  }

  #noted(rows: Awaitable<readonly unknown[]>): Awaitable<readonly unknown[]> {
    const found = this.#found
    if (!found) return rows
    if (rows instanceof Promise) return rows.then((there) => found.noteSome(this.#table, there))
    return found.noteSome(this.#table, rows)
  }
}

interface StoreObservers {
  readonly changes: StateChanges
  /** Goes along with the rows of some tables that a transaction saves, at its end. */
  readonly followers?: {
    readonly tables: ReadonlySet<Table>
    saved(tx: Transaction, table: Table, row: unknown): Awaitable<void>
  }
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

  /** @param tables those of the mock's products: a transaction does not know others */
  constructor(store: Store, tables: readonly Table[], observers: StoreObservers) {
    this.#store = store
    this.#tables = new Set(tables)
    this.#observers = observers
  }

  get documents() {
    return this.#store.documents
  }

  /** @param found notes the rows that `work` reads, and those that it changes once they are kept */
  async transaction<Result>(
    work: (tx: Transaction) => Awaitable<Result>,
    along?: DocumentsChange,
    found?: FoundState,
  ): Promise<Result> {
    let writes = new Writes()
    const { followers } = this.#observers
    const result = await this.#store.transaction((tx) => {
      // A transaction that runs again after a conflict starts over.
      writes = new Writes()
      found?.clear()
      const observed = transactionOver((table) => this.#observed(table, tx, writes, found))
      if (!followers) return work(observed)
      return this.#followed(observed, work, writes, followers)
    }, along)
    for (const [table, row] of writes.saved) found?.noteChanged(table, row)
    this.#tell(writes)
    return result
  }

  /** Runs followers after the work. Rows that they save may be followed in turn. */
  async #followed<Result>(
    tx: Transaction,
    work: (tx: Transaction) => Awaitable<Result>,
    { followed }: Writes,
    followers: NonNullable<StoreObservers['followers']>,
  ): Promise<Result> {
    const result = await work(tx)
    for (const [table, row] of followed) await followers.saved(tx, table, row)
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
    return new ObservedRepository(tx.in(table), table, {
      writes,
      found: table.inJournal ? found : undefined,
      isFollowed: this.#observers.followers?.tables.has(table) ?? false,
    })
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
