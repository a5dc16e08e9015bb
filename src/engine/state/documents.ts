import type { Awaitable } from '../../shared/awaitable.ts'

/** What a document is called, and what it holds: only what JSON can write. */
export interface DocumentKey<Value> {
  readonly name: string
  /** Never set: it carries the type. */
  readonly holds?: Value
}

/** The key of a document, which whoever keeps something in it declares once. */
export function documentKey<Value>(name: string): DocumentKey<Value> {
  return { name }
}

/** Documents as they can be looked at without waiting. */
export interface DocumentsReader {
  /** The same object until the document changes, so that what is made of it can be kept with it. Nobody changes it. */
  get<Value>(key: DocumentKey<Value>): Value | undefined
  /** The names that begin with a text, in the order in which they were first put. */
  names(prefix: string): readonly string[]
}

/** Documents while they are changed; reads what it wrote itself. */
export interface DocumentsDraft extends DocumentsReader {
  put<Value>(key: DocumentKey<Value>, value: Value): void
  delete(key: DocumentKey<unknown>): void
}

/** A change of documents: all of it or, when it throws, nothing. It may run again, on newer values, so it has no other effects. */
export type DocumentsChange<Result = void> = (draft: DocumentsDraft) => Result

/** Told the names of the documents that have changed, after the change. */
export type DocumentsListener = (names: ReadonlySet<string>) => void

/**
 * What belongs to the state besides the tables, as small named documents: where the clock stands, planned faults, fresh merchants. They last
 * and are shared as the tables are.
 *
 * Reading is synchronous, from a copy in this process, for it happens at every exchange. A store that several processes write brings the copy
 * up to date with `refresh`; one that only this process writes has none, and answers changes at once.
 */
export interface Documents extends DocumentsReader {
  /** Brings the copy up to date with every change that was acknowledged before the call. Left out: it always is. */
  refresh?(): Promise<void>
  /**
   * Makes a change from the newest values, atomically, also among several processes. A promise resolves once it is kept and every later
   * {@link refresh} of any process shows it; without a promise, it is kept already.
   *
   * @throws what `change` throws, with nothing changed
   */
  update<Result>(change: DocumentsChange<Result>): Awaitable<Result>
  /** Calls `listener` after each change of the copy, whoever made it; the answer ends that. */
  subscribe(listener: DocumentsListener): () => void
}

/** Documents by name, as a change leaves them; `undefined` for one that it deletes. */
export type DocumentsDelta = ReadonlyMap<string, unknown>

/** Runs a change over documents, which stay as they are. */
export function draftOver<Result>(
  documents: ReadonlyMap<string, unknown>,
  change: DocumentsChange<Result>,
): { readonly result: Result; readonly delta: DocumentsDelta } {
  const delta = new Map<string, unknown>()
  const result = change({
    get: <Value>({ name }: DocumentKey<Value>) =>
      // What is kept under a name was put there by its key.
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

/** The copy of the documents that a process reads, for stores to build on; alone it is the documents of a store in memory. */
export class DocumentsCopy implements Documents {
  protected readonly documents: Map<string, unknown>
  readonly #listeners = new Set<DocumentsListener>()

  constructor(documents: Iterable<readonly [string, unknown]> = []) {
    this.documents = new Map(documents)
  }

  get<Value>({ name }: DocumentKey<Value>): Value | undefined {
    // What is kept under a name was put there by its key.
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

  /** Takes over a change that is kept. */
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
