import { signal } from '@preact/signals'

/** A snapshot that lives as long as the page. */
export interface KeptSnapshot {
  readonly id: number
  readonly name: string
  /** When it was taken, by the mock's clock. */
  readonly takenAt: string
  /** In the format of a seed file. The browser keeps it outside of the page's own memory, since it may be large. */
  readonly file: Blob
}

/** The snapshots, newest first. */
export const snapshots = signal<readonly KeptSnapshot[]>([])

let count = 0

/** Number of snapshots taken so far. */
export function snapshotsTaken(): number {
  return count
}

export function keepSnapshot(snapshot: Omit<KeptSnapshot, 'id'>): void {
  count += 1
  snapshots.value = [{ id: count, ...snapshot }, ...snapshots.value]
}

export function forgetSnapshot(id: number): void {
  snapshots.value = snapshots.value.filter((snapshot) => snapshot.id !== id)
}
