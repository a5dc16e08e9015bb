import type { Awaitable } from '../../wire/shared/pieces.ts'

/** The name of a document and the type of its value, which JSON must be able to represent. */
export interface DocumentKey<Value> {
  readonly name: string
  /** Never set: only carries the type. */
  readonly holds?: Value
}

export function documentKey<Value>(name: string): DocumentKey<Value> {
  return { name }
}

/** How far the mock's time is ahead of its source's, or the instant at which it is frozen; milliseconds. */
export interface ClockState {
  readonly offset: number
  readonly frozenAt?: number
}

/** The clock: a store that several processes write keeps nothing of a transaction during which one of them moved it. */
export const CLOCK = documentKey<ClockState>('clock')

/** Synchronous access to documents. */
export interface DocumentsReader {
  /** Returns the same, immutable object until the document changes, so that values derived from it can be cached by it. */
  get<Value>(key: DocumentKey<Value>): Value | undefined
  /** Names with a prefix, in the order in which they were first put. */
  names(prefix: string): readonly string[]
}

/** Documents within a change, which reads its own writes. */
export interface DocumentsDraft extends DocumentsReader {
  put<Value>(key: DocumentKey<Value>, value: Value): void
  delete(key: DocumentKey<unknown>): void
}

/** An atomic change of documents: nothing is kept if it throws. It may run again on newer values, so it must have no other effects. */
export type DocumentsChange<Result = void> = (draft: DocumentsDraft) => Result

type DocumentsListener = (names: ReadonlySet<string>) => void

/**
 * State besides the tables, as small named documents: the clock, planned faults, added merchants. They are durable and shared like the tables.
 *
 * Reading is synchronous, from a copy in this process, because it happens in every exchange. A store that several processes write updates the
 * copy with `refresh`; one that only this process writes has no `refresh` and makes changes synchronously.
 */
export interface Documents extends DocumentsReader {
  /** Updates the copy with every change acknowledged before the call. Left out: the copy is always up to date. */
  refresh?(): Promise<void>
  /**
   * Makes a change from the newest values, atomically even among several processes. A promise resolves once the change is kept and every later
   * {@link refresh} of any process shows it; without a promise, it is already kept.
   *
   * @throws what `change` throws, with nothing changed
   */
  update<Result>(change: DocumentsChange<Result>): Awaitable<Result>
  /** Calls `listener` after each change of the copy, whoever made it. Returns a function that unsubscribes it. */
  subscribe(listener: DocumentsListener): () => void
}

/** Changed documents by name; `undefined` for a deleted one. */
export type DocumentsDelta = ReadonlyMap<string, unknown>

/** Runs a change over documents without modifying them, and returns what it would change. */
export function draftOver<Result>(
  documents: ReadonlyMap<string, unknown>,
  change: DocumentsChange<Result>,
): { readonly result: Result; readonly delta: DocumentsDelta } {
  const delta = new Map<string, unknown>()
  const result = change({
    get: <Value>({ name }: DocumentKey<Value>) =>
      // The value under a name was put there by its key.
      (delta.has(name) ? delta.get(name) : documents.get(name)) as Value | undefined,
    names: (prefix) =>
      [...new Set([...documents.keys(), ...delta.keys()])].filter(
        (name) => name.startsWith(prefix) && (!delta.has(name) || delta.get(name) !== undefined),
      ),
    put: ({ name }, value) => delta.set(name, value),
    delete: ({ name }) => delta.set(name, undefined),
  })
  return { result, delta }
}

/** The copy of the documents that a process reads, for stores to build on. On its own it serves a store in memory. */
export class DocumentsCopy implements Documents {
  protected readonly documents: Map<string, unknown>
  readonly #listeners = new Set<DocumentsListener>()

  constructor(documents: Iterable<readonly [string, unknown]> = []) {
    this.documents = new Map(documents)
  }

  get<Value>({ name }: DocumentKey<Value>): Value | undefined {
    // The value under a name was put there by its key.
    return this.documents.get(name) as Value | undefined
  }

  names(prefix: string): readonly string[] {
    return [...this.documents.keys()].filter((name) => name.startsWith(prefix))
  }

  update<Result>(change: DocumentsChange<Result>): Awaitable<Result> {
    const { result, delta } = draftOver(this.documents, change)
    this.apply(delta)
    return result
  }

  subscribe(listener: DocumentsListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Applies a change that the store has kept. */
  apply(delta: DocumentsDelta): void {
    if (delta.size === 0) return
    for (const [name, value] of delta) {
      if (value === undefined) this.documents.delete(name)
      else this.documents.set(name, value)
    }
    const names = new Set(delta.keys())
    for (const listener of this.#listeners) listener(names)
  }
}

/** Set once a store has its first seed. Named as stores keep it. */
const FIRST_SEED = documentKey<true>('begun')
/** How many mocks were started on a store. */
const STARTS = documentKey<number>('starts')

/** Whether a store has had its first seed, so that a mock continues with its state. */
export function hasFirstSeed(documents: Pick<Documents, 'get'>): boolean {
  return documents.get(FIRST_SEED) !== undefined
}

/**
 * Records that a store has its first seed, as part of the change that seeds it.
 *
 * @throws FirstSeedExists if another process was faster: its seed and everything since stay
 */
export function markFirstSeedIn(draft: DocumentsDraft): void {
  if (hasFirstSeed(draft)) throw new FirstSeedExists()
  draft.put(FIRST_SEED, true)
}

/** Another process has already seeded the store. */
export class FirstSeedExists extends Error {
  override readonly name = 'FirstSeedExists'
}

/** Counts the start of a mock. Call it before creating the mock, so that its numbers differ from those of earlier mocks. */
export function countStart(documents: Documents): Awaitable<void> {
  return documents.update((draft) => draft.put(STARTS, (draft.get(STARTS) ?? 0) + 1))
}

/** How many mocks were started on a store before this one. */
export function startsBefore(documents: Documents): number {
  return Math.max((documents.get(STARTS) ?? 0) - 1, 0)
}
