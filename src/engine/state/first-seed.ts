import type { Awaitable } from '../../shared/awaitable.ts'
import { type Documents, type DocumentsDraft, documentKey } from './documents.ts'

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
