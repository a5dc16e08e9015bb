import type { z } from 'zod'
import type { Awaitable } from '../../shared/awaitable.ts'
import type { SharedJournal } from '../journal/journal.ts'
import type { Counters } from './counters.ts'
import type { Documents, DocumentsChange } from './documents.ts'
import type { Place, Table, TableDefinition } from './table.ts'

/** Which part of a sorted list to read. */
export interface Stretch {
  /** The owner of the rows; left out for the rows of all owners. */
  readonly owner?: string | undefined
  /** Only rows after this place, whether or not a row is there now. */
  readonly after?: Place | undefined
  /** How many rows to skip first. They are not read; only a list of several merchants walks over them one by one. */
  readonly offset?: number
  readonly limit: number
}

/** One table, as seen by a transaction. */
export interface Repository<Row, Key extends readonly string[], Index extends string, Sorted extends string = string> {
  find(owner: string, ...key: Key): Awaitable<Row | undefined>
  /** Every row with that text in an index, of one merchant or of all, in no particular order. */
  where(index: Index, text: string, owner?: string): Awaitable<readonly Row[]>
  /** Every row, of one merchant or of all, in no particular order. */
  list(owner?: string): Awaitable<readonly Row[]>
  /** How many rows {@link list} would return, without reading them all. */
  count(owner?: string): Awaitable<number>
  /** The rows that a sorted list has under a text, in its order. The cost depends on how many it returns, not on how many there are. */
  page(list: Sorted, among: string, stretch: Stretch): Awaitable<readonly Row[]>
  /** How many rows a sorted list has under a text, of one merchant or of all, without reading them. */
  countAmong(list: Sorted, among: string, owner?: string): Awaitable<number>
  save(row: Row): Awaitable<void>
  delete(owner: string, ...key: Key): Awaitable<void>
}

/** A repository of rows of any type. */
export type AnyRepository = Repository<unknown, readonly string[], string>

/** The state as one transaction sees it: its own writes, and otherwise nothing newer than its start. */
export interface Transaction {
  in<Row, Key extends readonly string[], Index extends string, Sorted extends string>(
    table: TableDefinition<string, Row, Key, Index, z.ZodType, z.ZodType, boolean, Sorted>,
  ): Repository<Row, Key, Index, Sorted>
}

/** A transaction over the repositories that `repositoryOf` makes. They keep nothing themselves, so that each use of a table may have its own. */
export function transactionOver(repositoryOf: (table: Table) => AnyRepository): Transaction {
  // Each is made for the table that it is asked for, so its rows are the table's.
  return { in: repositoryOf as Transaction['in'] }
}

/** All rows that a store holds, by the name of their table, in no particular order. A missing table is empty. */
export type World = Readonly<Record<string, readonly unknown[]>>

/** Keeps the state of the simulated service. */
export interface Store {
  /** State besides the tables. A transaction may change documents, and such changes are not undone if it throws. */
  readonly documents: Documents
  /** Counts of calls for the rate limits. Left out: each process counts for itself. */
  readonly counters?: Counters
  /** The journal of all processes that share this store. Left out: each process keeps its own. */
  readonly exchanges?: SharedJournal
  /**
   * Runs `work` in isolation: its writes are kept if it returns and dropped if it throws.
   *
   * `work` may run again after a conflict, so it must have no other effects. Do not open a transaction inside another.
   */
  transaction<Result>(work: (tx: Transaction) => Awaitable<Result>): Promise<Result>
  /**
   * Discards every change since the seed, of one merchant or of all. `along` changes documents in the same atomic step; if it throws, nothing
   * changes.
   */
  reset(mchid?: string, along?: DocumentsChange): Promise<void>
  /** Replaces the seed and all state with a world, with a change of documents as in {@link reset}. */
  replace(world: World, along?: DocumentsChange): Promise<void>
  /** Releases the store's resources, such as a file or a connection. Left out if the store holds no resources. */
  close?(): Promise<void>
}
