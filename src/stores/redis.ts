import { setTimeout as sleep } from 'node:timers/promises'
import { CLOCK, type DocumentsChange } from '../engine/state/documents.ts'
import { type Store, StoreUnavailable, type Transaction, type World } from '../engine/state/store.ts'
import type { Table } from '../engine/state/table.ts'
import { type Awaitable, Turns } from '../wire/shared/pieces.ts'
import { quoted } from '../wire/shared/texts.ts'
import { Draft, writeOf } from './draft.ts'
import { parseRedisAddress, type RedisAddress } from './redis/address.ts'
import { aScript, RedisConnection, type Session, textsOf } from './redis/connection.ts'
import { RedisCounters, RedisDocuments } from './redis/documents.ts'
import { indexNames, RowsOnServer, rowArguments } from './redis/rows-on-server.ts'
import {
  ABOUT_SERVER,
  BEGIN_SEED,
  COMMIT,
  COMMIT_WITH_DOCUMENTS,
  DROP_SEED,
  JOIN,
  RESET_ALL,
  RESET_ONE,
  SWEEP,
  USE_SEED,
  WRITE_SEED,
} from './redis/scripts/generations.ts'
import { READ } from './redis/scripts/read.ts'
import { RedisJournal } from './redis/shared-journal.ts'
import { listsOf } from './sorted.ts'
import { encodeText, StoreAddressError, StoreWarning } from './store-errors.ts'

const SCRIPTS = {
  read: aScript(READ, false),
  commit: aScript(COMMIT, true),
  commitWithDocuments: aScript(COMMIT_WITH_DOCUMENTS, true),
  /** The same for a transaction whose writes are dropped. */
  check: aScript(COMMIT, true),
  resetAll: aScript(RESET_ALL, true),
  resetOne: aScript(RESET_ONE, true),
  beginSeed: aScript(BEGIN_SEED, true),
  writeSeed: aScript(WRITE_SEED, false),
  useSeed: aScript(USE_SEED, true),
  dropSeed: aScript(DROP_SEED, false),
  join: aScript(JOIN, true),
  about: aScript(ABOUT_SERVER, false),
  sweep: aScript(SWEEP, false),
}

/** Changes with the layout of keys and values, so that no instance reads what it does not understand: a store of another format is refused. */
const FORMAT = '8'

/** How often a transaction is attempted before it fails, and the longest pause between two attempts, milliseconds. */
const MOST_ATTEMPTS = 60
const LONGEST_PAUSE_MS = 50
/** How many rows of a seed are written at once. */
const SEED_CHUNK = 500
/** Seconds after which a seed that was never finished is deleted. */
const SEED_GIVEN_UP_AFTER_S = 3_600

/**
 * Refuses a server that evicts keys when its memory is full: the mock would continue with a state that never existed. Keys of the mock never expire,
 * so policies that evict only expiring keys are harmless. Warns of one that replicas take over from, unless changes wait for them.
 */
async function checkKeepsKeys(connection: RedisConnection, address: RedisAddress): Promise<readonly StoreWarning[]> {
  const { shown, replicas, sentinel } = address
  const about = String(await connection.run(SCRIPTS.about, []))
  const [, policy] = /^maxmemory_policy:(\S+)/m.exec(about) ?? []
  if (policy?.startsWith('allkeys-') && !/^maxmemory:0\r?$/m.test(about))
    throw new StoreAddressError('drops_keys', shown, { reason: quoted(policy) })
  const mayFailOver = sentinel !== undefined || /^connected_slaves:[1-9]/m.test(about)
  return [
    ...(policy === undefined ? [new StoreWarning('eviction_unknown', shown)] : []),
    ...(mayFailOver && replicas === 0 ? [new StoreWarning('replicas_not_awaited', shown)] : []),
  ]
}

async function join(connection: RedisConnection, { shown, prefix }: RedisAddress): Promise<void> {
  const format = String(await connection.run(SCRIPTS.join, [FORMAT]))
  if (format !== FORMAT) throw new StoreAddressError('format', `${shown}?prefix=${prefix}`, { reason: quoted(format) })
}

/** The rows of a world as arguments of scripts, in batches. */
function* chunksOf(world: World, tables: readonly Table[]): Generator<readonly string[]> {
  let chunk: string[] = []
  for (const table of tables) {
    for (const row of world[table.name] ?? []) {
      chunk.push(...rowArguments(table, writeOf(table, row)))
      if (chunk.length < SEED_CHUNK * 6) continue
      yield chunk
      chunk = []
    }
  }
  if (chunk.length > 0) yield chunk
}

/** The outcome of an attempt: a result, an error based on what it read, or nothing if others changed what it read. */
type Attempt<Result> = { readonly result: Result } | { readonly error: unknown } | undefined

/** Others have changed what a transaction had read. */
class ReadingsChanged extends Error {}

/**
 * State in Redis or Valkey, so that several instances act as one mock (`docs/decisions/0015-*`).
 *
 * A transaction reads what it needs and writes nothing until its end. Then one script validates its reads and writes its changes; if anything it
 * read has changed, or the clock was moved, it runs again. It takes no locks, so a crashed instance leaves none behind.
 */
export class RedisStore implements Store {
  readonly documents: RedisDocuments
  readonly counters: RedisCounters
  readonly exchanges: RedisJournal
  readonly warnings: readonly StoreWarning[]
  readonly #connection: RedisConnection
  readonly #tables: readonly Table[]
  /** Transactions that hit a conflict take turns, so that each instance has at most one competing with the other instances. */
  readonly #turns = new Turns()
  #sweeping: Promise<void> = Promise.resolve()
  #closed = false

  private constructor(connection: RedisConnection, tables: readonly Table[], warnings: readonly StoreWarning[]) {
    this.warnings = warnings
    this.#connection = connection
    this.#tables = tables
    this.documents = new RedisDocuments(connection)
    this.counters = new RedisCounters(connection)
    this.exchanges = new RedisJournal(connection)
    this.#sweep()
  }

  /**
   * Connects to the store behind a `redis://` or `redis+sentinel://` address.
   *
   * @param tables the tables that it keeps, the same in every instance
   * @throws StoreAddressError when it cannot be used, including when it is read-only
   */
  static async open(address: string, tables: readonly Table[]): Promise<RedisStore> {
    const parsed = parseRedisAddress(address)
    const connection = await RedisConnection.open(parsed)
    try {
      const warnings = await checkKeepsKeys(connection, parsed)
      await join(connection, parsed)
      const store = new RedisStore(connection, tables, warnings)
      await store.documents.refresh()
      return store
    } catch (error) {
      await connection.close()
      // A server that is reachable but read-only, such as a replica, cannot be used either.
      if (!(error instanceof StoreUnavailable)) throw error
      throw new StoreAddressError('unreachable', parsed.shown, {
        reason: textsOf(error.cause ?? error),
        cause: error,
      })
    }
  }

  async transaction<Result>(work: (tx: Transaction) => Awaitable<Result>, along?: DocumentsChange): Promise<Result> {
    const first = await this.#attempt(work, along)
    const attempt = first ?? (await this.#turns.take(() => this.#insist(work, along)))
    if ('error' in attempt) throw attempt.error
    return attempt.result
  }

  async reset(mchid?: string, along?: DocumentsChange): Promise<void> {
    const tables = this.#tables.map(({ name }) => name)
    const lists = this.#tables.flatMap((table) => listsOf(table).map((list) => `${table.name}:${list}`))
    const one = mchid === undefined ? [] : [encodeText(mchid), tables.join(','), lists.join(',')]
    const script = mchid === undefined ? SCRIPTS.resetAll : SCRIPTS.resetOne
    await this.documents.updateAlong(along, (change, session) => session.run(script, [...one, ...change]))
    this.#sweep()
  }

  async replace(world: World, along?: DocumentsChange): Promise<void> {
    try {
      await this.#connection.within((session) => this.#replaceIn(session, world, along))
    } finally {
      this.#sweep()
    }
  }

  async #replaceIn(session: Session, world: World, along: DocumentsChange | undefined): Promise<void> {
    const seed = String(await session.run(SCRIPTS.beginSeed, []))
    try {
      for (const rows of chunksOf(world, this.#tables)) await session.run(SCRIPTS.writeSeed, [seed, ...rows])
      await this.documents.updateAlong(along, (change) => session.run(SCRIPTS.useSeed, [seed, ...change]))
    } catch (error) {
      // If the server is lost, it drops the unfinished seed later.
      if (!(error instanceof StoreUnavailable)) await session.run(SCRIPTS.dropSeed, [seed])
      throw error
    }
  }

  /** Waits for deletion in the background, then closes the connection. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#sweeping
    await this.#connection.close()
  }

  #attempt<Result>(
    work: (tx: Transaction) => Awaitable<Result>,
    along: DocumentsChange | undefined,
  ): Promise<Attempt<Result>> {
    return this.#connection.within((session) => this.#attemptIn(session, work, along))
  }

  async #attemptIn<Result>(
    session: Session,
    work: (tx: Transaction) => Awaitable<Result>,
    along: DocumentsChange | undefined,
  ): Promise<Attempt<Result>> {
    const clock = { name: CLOCK.name, json: JSON.stringify(this.documents.get(CLOCK)) ?? '' }
    const rows = new RowsOnServer((reading) => session.run(SCRIPTS.read, reading))
    const draft = new Draft(rows)
    let outcome: { readonly result: Result } | { readonly error: unknown }
    try {
      outcome = { result: await work(draft.transaction) }
    } catch (error) {
      if (error instanceof StoreUnavailable) throw error
      // Reads that others changed in between do not justify a refusal either.
      outcome = { error }
    }
    const keep = 'result' in outcome
    const writes = keep && !draft.isEmpty
    if (along && keep) {
      const held = await this.#commitWith(session, along, rows.commitArguments(draft.writes(), clock))
      return held ? outcome : undefined
    }
    if (!writes && rows.hasReadOnce) {
      await session.confirm()
      return outcome
    }
    const script = keep ? SCRIPTS.commit : SCRIPTS.check
    const held = await session.run(script, rows.commitArguments(writes ? draft.writes() : [], clock))
    return held === 1 ? outcome : undefined
  }

  /** Commits with a change of documents. Returns whether everything that was read was as it had been. */
  async #commitWith(session: Session, along: DocumentsChange, changes: readonly string[]): Promise<boolean> {
    try {
      await this.documents.updateAlong(along, async (change) => {
        const version = await session.run(SCRIPTS.commitWithDocuments, [...changes, ...change])
        if (version === -1) throw new ReadingsChanged()
        return version
      })
      return true
    } catch (error) {
      if (error instanceof ReadingsChanged) return false
      throw error
    }
  }

  async #insist<Result>(
    work: (tx: Transaction) => Awaitable<Result>,
    along: DocumentsChange | undefined,
  ): Promise<Exclude<Attempt<Result>, undefined>> {
    for (let round = 1; round < MOST_ATTEMPTS; round++) {
      // The clock may have moved.
      await this.documents.refresh()
      const attempt = await this.#attempt(work, along)
      if (attempt) return attempt
      await sleep(Math.random() * Math.min(2 ** round, LONGEST_PAUSE_MS))
    }
    throw new StoreUnavailable({
      en: `Others changed what a transaction had read at each of ${MOST_ATTEMPTS} attempts. Make fewer concurrent calls about the same thing.`,
      zh: `尝试了 ${MOST_ATTEMPTS} 次，事务读取的内容每次都被其他进程改动：请减少针对同一对象的并发请求。`,
    })
  }

  /** Deletes unused keys once callers have their answers. */
  #sweep(): void {
    const tables = this.#tables.flatMap((table) => [table.name, indexNames(table)])
    const once = async () => {
      while (!this.#closed) {
        const more = await this.#connection.run(SCRIPTS.sweep, [String(SEED_GIVEN_UP_AFTER_S), ...tables])
        if (more !== 1) return
      }
    }
    this.#sweeping = this.#sweeping.then(once).catch(() => {
      // If the store is lost, the next sweep deletes its garbage.
    })
  }
}
