import { byDueTime, type Notification, pausesOf } from './notification.ts'
import { isPending, type Pending } from './notifications.ts'

/** Instants, epoch milliseconds. */
interface Span {
  /** When attempts at callbacks that were due before are made. */
  readonly from: number
  /** The last instant at which callbacks may be due. */
  readonly until: number
}

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

  /**
   * Returns the next ones, in order, as far as none of their repeats can come before one of them.
   */
  peek(most: number, { from, until }: Span): readonly Pending[] {
    const next: Pending[] = []
    let last = until
    for (const one of this.#latestFirst.slice(-most).reverse()) {
      if (one.dueAt > last) break
      next.push(one)
      last = Math.min(last, repeatOf(one, from) - 1)
    }
    return next
  }

  /** Removes and returns what {@link peek} would return. */
  take(most: number, span: Span): readonly Pending[] {
    const taken = this.peek(most, span)
    this.#latestFirst.length -= taken.length
    return taken
  }

  /** How many are due until an instant. One that changed meanwhile counts twice. */
  countUntil(at: number): number {
    const first = this.#latestFirst.findIndex(({ dueAt }) => dueAt <= at)
    return first === -1 ? 0 : this.#latestFirst.length - first
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

/** When a callback is repeated unless its next attempt is taken; infinity if it is not. */
export function repeatOf({ dueAt, schedule, attempts }: Pending, from: number): number {
  return Math.max(dueAt, from) + (pausesOf(schedule)[attempts.length] ?? Number.POSITIVE_INFINITY)
}
