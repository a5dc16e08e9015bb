import { lazyTransaction } from './lazy-transaction.ts'
import {
  type Repository,
  type Store,
  TABLE_NAMES,
  TABLES,
  type TableDefinition,
  type TableName,
  type Transaction,
} from './store.ts'

/** What of the state has changed, by name: never what it was or is. */
export interface StateChange {
  readonly tables: readonly TableName[]
  /** Names of documents, such as where the clock stands. */
  readonly documents: readonly string[]
  /** Whose rows; left out when that is not known, as after a reset. */
  readonly mchids?: readonly string[]
}

/** Tells those who listen that the state has changed, once the change is kept. While nobody listens it costs nothing. */
export class StateChanges {
  readonly #listeners = new Set<(change: StateChange) => void>()

  /** Calls `listener` after each change from now on; the answer ends that. */
  subscribe(listener: (change: StateChange) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  get isWatched(): boolean {
    return this.#listeners.size > 0
  }

  announce(change: StateChange): void {
    for (const listener of this.#listeners) listener(change)
  }
}

/** A store whose changes are announced, tables and documents alike. */
export function announcedStore(store: Store, changes: StateChanges): Store {
  store.documents.subscribe((names) => changes.announce({ tables: [], documents: [...names] }))
  return {
    documents: store.documents,
    ...(store.counters && { counters: store.counters }),
    ...(store.exchanges && { exchanges: store.exchanges }),
    close: async () => store.close?.(),
    async transaction(work) {
      if (!changes.isWatched) return store.transaction(work)
      const written = new Map<TableName, Set<string>>()
      const result = await store.transaction((tx) => {
        // A transaction that runs again after a conflict starts over.
        written.clear()
        return work(noticing(tx, written))
      })
      if (written.size > 0) {
        const mchids = new Set([...written.values()].flatMap((owners) => [...owners]))
        changes.announce({ tables: [...written.keys()], documents: [], mchids: [...mchids] })
      }
      return result
    },
    async reset(mchid, along) {
      await store.reset(mchid, along)
      changes.announce({ tables: TABLE_NAMES, documents: [], ...(mchid !== undefined && { mchids: [mchid] }) })
    },
    async replace(world, along) {
      await store.replace(world, along)
      changes.announce({ tables: TABLE_NAMES, documents: [] })
    },
  }
}

/** A transaction that writes down in which tables it writes, and whose rows. */
function noticing(tx: Transaction, written: Map<TableName, Set<string>>): Transaction {
  const note = (name: TableName, owner: string) => {
    const owners = written.get(name)
    if (owners) owners.add(owner)
    else written.set(name, new Set([owner]))
  }
  const noticed = (name: TableName): AnyRepository => {
    // What reaches a table's repository and its definition is of that table.
    const table = tx[name] as AnyRepository
    const { owner } = TABLES[name] as TableDefinition<unknown>
    return {
      ...table,
      save(value) {
        note(name, owner(value))
        return table.save(value)
      },
      delete(mchid, ...key) {
        note(name, mchid)
        return table.delete(mchid, ...key)
      },
    }
  }
  return lazyTransaction((name) => noticed(name) as Transaction[typeof name])
}

type AnyRepository = Repository<unknown, readonly string[], string>
