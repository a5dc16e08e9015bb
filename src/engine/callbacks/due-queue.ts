import { byDueTime, type Notification } from './notification.ts'
import { isPending, type Pending } from './pending.ts'

/** Callbacks in the order in which they are due. One that changed meanwhile occurs twice, so check whether a taken one is still due. */
export class DueQueue {
  /** The next one last, so that taking it moves no others. */
  readonly #latestFirst: Pending[]

  /** @param sorted by due time */
  constructor(sorted: readonly Pending[]) {
    this.#latestFirst = sorted.toReversed()
  }

  /** When the next one is due; infinity if the queue is empty. */
  get next(): number {
    return this.#latestFirst.at(-1)?.dueAt ?? Number.POSITIVE_INFINITY
  }

  /** Removes and returns everything that is due at an instant, in order. */
  take(at: number): readonly Pending[] {
    const taken: Pending[] = []
    while (this.next <= at) taken.push(...this.#latestFirst.splice(-1))
    return taken
  }

  add(notification: Notification): void {
    if (!isPending(notification)) return
    let low = 0
    let high = this.#latestFirst.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const other = this.#latestFirst[middle]
      if (other && byDueTime(other, notification) > 0) low = middle + 1
      else high = middle
    }
    this.#latestFirst.splice(low, 0, notification)
  }
}
