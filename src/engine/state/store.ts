import type { z } from 'zod'
import type { Awaitable } from '../../shared/awaitable.ts'
import type { SharedJournal } from '../journal/journal.ts'
import type { Counters } from './counters.ts'
import type { Documents, DocumentsChange } from './documents.ts'
import type { TableDefinition } from './table.ts'

/** One table as a transaction sees it. */
export interface Repository<Row, Key extends readonly string[], Index extends string> {
  find(owner: string, ...key: Key): Awaitable<Row | undefined>
  /** Every row that an index finds under a text, of one merchant or of all, in no particular order. */
  where(index: Index, text: string, owner?: string): Awaitable<readonly Row[]>
  /** Of one merchant or of all, in no particular order. */
  list(owner?: string): Awaitable<readonly Row[]>
  /** How many {@link list} would give, without reading them all. */
  count(owner?: string): Awaitable<number>
  save(row: Row): Awaitable<void>
  delete(owner: string, ...key: Key): Awaitable<void>
}

/** A repository of whatever rows. */
export type AnyRepository = Repository<unknown, readonly string[], string>

/** State as one transaction sees it: its own writes, and otherwise nothing newer than its start. */
export interface Transaction {
  in<Row, Key extends readonly string[], Index extends string>(
    table: TableDefinition<string, Row, Key, Index, z.ZodType, z.ZodType>,
  ): Repository<Row, Key, Index>
}

/** Everything a store holds: rows by the name of their table, in no particular order. A table that is left out is empty. */
export type World = Readonly<Record<string, readonly unknown[]>>

/** Keeps the state of the simulated service. */
export interface Store {
  /** What belongs to the state besides the tables. A transaction may change them, and does not undo that when it throws. */
  readonly documents: Documents
  /** What is counted for the rates. Left out: each process counts for itself. */
  readonly counters?: Counters
  /** Where exchanges are kept for all processes with this store. Left out: each process keeps its own. */
  readonly exchanges?: SharedJournal
  /**
   * Runs `work` alone: what it wrote is kept when it returns and dropped when it throws.
   *
   * `work` may run again after a conflict, so it must have no other effects. Do not open a transaction inside another.
   */
  transaction<Result>(work: (tx: Transaction) => Awaitable<Result>): Promise<Result>
  /**
   * Forgets every change since the seed, of one merchant or of all. `along` changes documents in the same step: whoever looks sees all of it
   * or nothing, and when `along` throws nothing is changed.
   */
  reset(mchid?: string, along?: DocumentsChange): Promise<void>
  /** Makes a world the new seed and drops everything else, with a change of documents as in {@link reset}. */
  replace(world: World, along?: DocumentsChange): Promise<void>
  /** Releases what the store holds: a file, a connection. Left out: nothing. */
  close?(): Promise<void>
}
