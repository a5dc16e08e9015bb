import { type Documents, type DocumentsChange, DocumentsCopy } from '../engine/state/documents.ts'
import type { Store, Transaction, World } from '../engine/state/store.ts'
import { keyOf, type Table } from '../engine/state/table.ts'
import type { Awaitable } from '../shared/awaitable.ts'
import { Draft, type Holdings, layerOf, mapOf } from './memory/draft.ts'
import type { Layer } from './memory/layer.ts'
import { Turns } from './turns.ts'

/** State in this process's memory. */
export class MemoryStore implements Store {
  readonly documents: Documents
  readonly #tables: readonly Table[]
  #merchants: Map<string, Holdings>
  readonly #turns = new Turns()

  /**
   * @param tables the tables that a world may have
   * @param seed what the store starts with and resets to
   */
  constructor(tables: readonly Table[], seed: World = {}, documents: Documents = new DocumentsCopy()) {
    this.#tables = tables
    this.documents = documents
    this.#merchants = seeded(tables, seed)
  }

  transaction<Result>(work: (tx: Transaction) => Awaitable<Result>): Promise<Result> {
    return this.#turns.take(async () => {
      const draft = new Draft(this.#merchants)
      const result = await work(draft.transaction)
      draft.keep()
      return result
    })
  }

  reset(mchid?: string, along?: DocumentsChange): Promise<void> {
    return this.#turns.take(() => {
      if (along) this.documents.update(along)
      for (const [key, { seed }] of this.#merchants) {
        if (mchid === undefined || key === mchid) this.#merchants.set(key, { seed, changes: new Map() })
      }
    })
  }

  replace(world: World, along?: DocumentsChange): Promise<void> {
    return this.#turns.take(() => {
      if (along) this.documents.update(along)
      this.#merchants = seeded(this.#tables, world)
    })
  }
}

/** Groups a world by merchant, in layers that never change. */
function seeded(tables: readonly Table[], world: World): Map<string, Holdings> {
  const merchants = new Map<string, Map<string, Layer>>()
  for (const table of tables) {
    for (const row of world[table.name] ?? []) {
      layerOf(mapOf(merchants, table.owner(row)), table).set(keyOf(table.key(row)), row)
    }
  }
  return new Map([...merchants].map(([mchid, seed]) => [mchid, { seed, changes: new Map() }]))
}
