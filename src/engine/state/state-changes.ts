/** What of the state has changed, by name: never what it was or is. */
export interface StateChange {
  /** Names of tables. */
  readonly tables: readonly string[]
  /** Names of documents, such as where the clock stands. */
  readonly documents: readonly string[]
  /** Whose rows; left out when that is not known, as after a reset. */
  readonly mchids?: readonly string[]
}

/** Tells those who listen that the state has changed, once the change is kept. */
export class StateChanges {
  readonly #listeners = new Set<(change: StateChange) => void>()

  /** Calls `listener` after each change from now on; the answer ends that. */
  subscribe(listener: (change: StateChange) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  announce(change: StateChange): void {
    for (const listener of this.#listeners) listener(change)
  }
}
