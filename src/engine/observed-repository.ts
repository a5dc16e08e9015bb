import type { Awaitable } from '../shared/awaitable.ts'
import type { Notification } from './callbacks/notification.ts'
import { notifications } from './callbacks/notifications.ts'
import type { FoundState } from './exchange/found-state.ts'
import type { AnyRepository, Stretch } from './state/store.ts'
import type { Table } from './state/table.ts'

/** Writes of a transaction: the tables, by name, the owners of the rows, callbacks, and rows of tables that are `inJournal`. */
export class Writes {
  readonly tables = new Set<string>()
  readonly mchids = new Set<string>()
  readonly callbacks: Notification[] = []
  readonly saved: (readonly [table: Table, row: unknown])[] = []

  note({ name }: Table, owner: string): void {
    this.tables.add(name)
    this.mchids.add(owner)
  }
}

/** A repository that notes the rows written through it and, if asked to, the rows read. */
export class ObservedRepository implements AnyRepository {
  readonly #repository: AnyRepository
  readonly #table: Table
  readonly #writes: Writes
  readonly #found: FoundState | undefined

  constructor(repository: AnyRepository, table: Table, writes: Writes, found: FoundState | undefined) {
    this.#repository = repository
    this.#table = table
    this.#writes = writes
    this.#found = found
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
