import { documentKey } from './documents.ts'

/** How often the whole mock was reset: tells every process that shares the store that the state it knew is gone. */
export const RESETS = documentKey<number>('resets')

/** Names what changed in the state, without the values. */
export interface StateChange {
  /** Names of tables. */
  readonly tables: readonly string[]
  /** Names of documents, such as the one that holds the clock. */
  readonly documents: readonly string[]
  /** Owners of the changed rows; left out if unknown, as after a reset. */
  readonly mchids?: readonly string[]
}

/** Announces changes of the state once they are kept. */
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
