import type { Awaitable } from '../../shared/awaitable.ts'
import { type Documents, type DocumentsDraft, documentKey } from './documents.ts'

/** Set once a store has its first seed. */
const BEGUN = documentKey<true>('begun')
/** How many mocks were started with a store. */
const STARTS = documentKey<number>('starts')

/** Whether a store has had its first seed: its state goes on then. */
export function isBegun(documents: Pick<Documents, 'get'>): boolean {
  return documents.get(BEGUN) !== undefined
}

/**
 * Writes down that a store has its first seed, as a part of the change that gives it one.
 *
 * @throws AlreadyBegun when another process was faster, so that its seed and what has happened since stay
 */
export function beginIn(draft: DocumentsDraft): void {
  if (isBegun(draft)) throw new AlreadyBegun()
  draft.put(BEGUN, true)
}

/** A store was given its first seed by another process. */
export class AlreadyBegun extends Error {
  override readonly name = 'AlreadyBegun'
}

/** Counts the start of a mock. Call it before the mock is made, so that it gives out other numbers than those before it. */
export function countStart(documents: Documents): Awaitable<void> {
  return documents.update((draft) => draft.put(STARTS, (draft.get(STARTS) ?? 0) + 1))
}

/** How many mocks were started with a store before this one. */
export function startsBefore(documents: Documents): number {
  return Math.max((documents.get(STARTS) ?? 0) - 1, 0)
}
