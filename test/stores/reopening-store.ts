import type { DocumentsChange } from '../../src/engine/state/documents.ts'
import type { Store, Transaction, World } from '../../src/engine/state/store.ts'
import { SqliteStore } from '../../src/stores/sqlite.ts'
import type { Awaitable } from '../../src/wire/shared/pieces.ts'
import { SUITE_TABLES } from './store-suite.ts'

/** A store in a file that is closed and opened again before each call, unless another call is under way. */
export class ReopeningStore implements Store {
  readonly #file: string
  #store: SqliteStore
  #underWay = 0
  #opening: Promise<unknown> = Promise.resolve()
  /** How often it was opened again. */
  reopened = 0

  private constructor(file: string, store: SqliteStore) {
    this.#file = file
    this.#store = store
  }

  static async open(file: string): Promise<ReopeningStore> {
    return new ReopeningStore(file, await SqliteStore.open(file, SUITE_TABLES))
  }

  get documents(): Store['documents'] {
    return this.#store.documents
  }

  transaction<Result>(work: (tx: Transaction) => Awaitable<Result>, along?: DocumentsChange): Promise<Result> {
    return this.#afresh((store) => store.transaction(work, along))
  }

  reset(mchid?: string, along?: DocumentsChange): Promise<void> {
    return this.#afresh((store) => store.reset(mchid, along))
  }

  replace(world: World, along?: DocumentsChange): Promise<void> {
    return this.#afresh((store) => store.replace(world, along))
  }

  async reopen(): Promise<void> {
    await this.#store.close()
    this.#store = await SqliteStore.open(this.#file, SUITE_TABLES)
    this.reopened++
  }

  async #afresh<Result>(work: (store: SqliteStore) => Promise<Result>): Promise<Result> {
    if (this.#underWay++ === 0) this.#opening = this.reopen()
    try {
      await this.#opening
      return await work(this.#store)
    } finally {
      this.#underWay--
    }
  }
}
