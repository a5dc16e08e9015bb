import type { z } from 'zod'
import { type Awaitable, PIECE } from '../../wire/shared/pieces.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import type { SharedJournal } from '../journal/journal.ts'
import { type Documents, type DocumentsChange, documentKey } from './documents.ts'
import { type Place, placeOf, type Table, type TableDefinition } from './table.ts'

/** The calls that are counted together. */
export interface CounterWindow {
  readonly mchid: string
  readonly operation: string
  /** When the window begins on the mock's clock, epoch milliseconds. */
  readonly start: number
}

/** Counts that change with nearly every call and may be lost with the process: they are shared, but not durable. */
export interface Counters {
  /** Counts one call unless `limit` is reached, and returns whether it did. Any window but the latest of its operation may be forgotten. */
  take(window: CounterWindow, limit: number): Awaitable<boolean>
  /** Whether `limit` is reached, without counting anything. */
  isReached(window: CounterWindow, limit: number): Awaitable<boolean>
  /** Forgets the counts of one merchant or of all. */
  clear(mchid?: string): Awaitable<void>
}

/** Counts of one process: one window for each merchant and operation, so that memory is bounded. */
export class LocalCounters implements Counters {
  /** Windows by merchant, then by operation. */
  readonly #windows = new Map<string, Map<string, { readonly start: number; taken: number }>>()

  take({ mchid, operation, start }: CounterWindow, limit: number): boolean {
    const windows = this.#windows.get(mchid) ?? new Map<string, { readonly start: number; taken: number }>()
    this.#windows.set(mchid, windows)
    const known = windows.get(operation)
    const window = known?.start === start ? known : { start, taken: 0 }
    windows.set(operation, window)
    if (window.taken >= limit) return false
    window.taken += 1
    return true
  }

  isReached({ mchid, operation, start }: CounterWindow, limit: number): boolean {
    const known = this.#windows.get(mchid)?.get(operation)
    return known?.start === start && known.taken >= limit
  }

  clear(mchid?: string): void {
    if (mchid === undefined) this.#windows.clear()
    else this.#windows.delete(mchid)
  }
}

/**
 * The store cannot be reached or does not do what it is asked. This is neither an answer of the service nor a bug: doors answer with 503 in
 * plain text that names the mock, and the same call may succeed later. A change under way may or may not have been kept.
 */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable'
  readonly texts: Texts

  constructor(texts: Texts, options: { cause?: unknown } = {}) {
    super(texts.en, options)
    this.texts = texts
  }
}

/** How often the whole mock was reset: tells every process that shares the store that the state it knew no longer exists. */
export const RESETS = documentKey<number>('resets')

/** Names what changed in the state, without the values. */
export interface StateChange {
  readonly tables: readonly string[]
  /** Names of documents, such as the one that holds the clock. */
  readonly documents: readonly string[]
  /** Owners of the changed rows; left out if unknown, as after a reset. */
  readonly mchids?: readonly string[]
}

export class StateChanges {
  readonly #listeners = new Set<(change: StateChange) => void>()

  /** Calls `listener` after each change from now on. Returns a function that unsubscribes it. */
  subscribe(listener: (change: StateChange) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Calls `describe` only if somebody listens. */
  announce(describe: () => StateChange): void {
    if (this.#listeners.size === 0) return
    const change = describe()
    for (const listener of this.#listeners) listener(change)
  }
}

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

/** One table, as seen by a transaction. @internal */
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

/** A store as a transaction. Each access is a transaction of its own: between two of them others get a turn, and may change what is found. */
export function accessByAccess(store: Pick<Store, 'transaction'>): Transaction {
  return transactionOver((table) => {
    const access = <Result>(work: (rows: AnyRepository) => Awaitable<Result>) =>
      store.transaction((tx) => work(tx.in(table)))
    return {
      find: (owner, ...key) => access((rows) => rows.find(owner, ...key)),
      where: (index, text, owner) => access((rows) => rows.where(index, text, owner)),
      list: (owner) => access((rows) => rows.list(owner)),
      count: (owner) => access((rows) => rows.count(owner)),
      page: (list, among, stretch) => access((rows) => rows.page(list, among, stretch)),
      countAmong: (list, among, owner) => access((rows) => rows.countAmong(list, among, owner)),
      save: (row) => access((rows) => rows.save(row)),
      delete: (owner, ...key) => access((rows) => rows.delete(owner, ...key)),
    }
  })
}

/** All rows that a store holds, by the name of their table, in no particular order. A missing table is empty. */
export type World = Readonly<Record<string, readonly unknown[]>>

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
   * `work` may run again after a conflict, so it must have no other effects. Do not open a transaction inside another. `along` changes documents in the
   * same atomic step, after `work`; if it throws, nothing changes.
   */
  transaction<Result>(work: (tx: Transaction) => Awaitable<Result>, along?: DocumentsChange): Promise<Result>
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

/** Carries an output out of a transaction that is rolled back. */
class RolledBack<Output> {
  readonly output: Output

  constructor(output: Output) {
    this.output = output
  }
}

/** Runs `work` in a transaction and returns its output, with its changes rolled back. @param transaction runs one, as that of a {@link Store} does */
export async function tryOut<Output>(
  transaction: (work: (tx: Transaction) => Promise<never>) => Promise<unknown>,
  work: (tx: Transaction) => Promise<Output>,
): Promise<Output> {
  try {
    return await transaction(async (tx) => {
      throw new RolledBack(await work(tx))
    }).then(() => {
      throw new Error('The store kept a transaction that was to be rolled back.')
    })
  } catch (thrown) {
    // Only this transaction throws it.
    if (thrown instanceof RolledBack) return thrown.output as Output
    throw thrown
  }
}

/** How many rows are read at first, and the growth factor for each further read. */
const FIRST_PAGE = 8
const GROWTH = 4

/**
 * Reads a sorted list up to the first row that is beyond a bound. Reads few rows beyond that: thousands may follow.
 *
 * @param read reads a stretch of it
 * @param isBeyond false for the rows before the bound, which all come first
 * @param from where to begin. Default: at the start
 * @returns the rows before the bound, then some of those beyond it, if any
 */
export async function readUntil<Row, Sorted extends string>(
  table: TableDefinition<string, Row, readonly string[], string, z.ZodType, z.ZodType, boolean, Sorted>,
  list: Sorted,
  read: (stretch: Stretch) => Awaitable<readonly Row[]>,
  isBeyond: (row: Row) => boolean,
  from?: Place,
): Promise<readonly Row[]> {
  const all: Row[] = []
  for (let limit = FIRST_PAGE; ; limit *= GROWTH) {
    const last = all.at(-1)
    const page = await read({ after: last === undefined ? from : placeOf(table, list, last), limit })
    for (const row of page) all.push(row)
    if (page.length < limit || page.some(isBeyond)) return all
  }
}

/**
 * Reads a sorted list to its end, piece by piece.
 *
 * @param read reads a stretch of it: all in one transaction if they must show one state, or each in its own, so that other calls get a turn in
 * between
 * @param from where to begin. Default: at the start
 */
export async function* inPieces<Row, Sorted extends string>(
  table: TableDefinition<string, Row, readonly string[], string, z.ZodType, z.ZodType, boolean, Sorted>,
  list: Sorted,
  read: (stretch: Stretch) => Awaitable<readonly Row[]>,
  from?: Place,
): AsyncGenerator<readonly Row[], void> {
  let after = from
  for (;;) {
    const rows = await read({ after, limit: PIECE })
    yield rows
    const last = rows.at(-1)
    if (last === undefined || rows.length < PIECE) return
    after = placeOf(table, list, last)
  }
}
