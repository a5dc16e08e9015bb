import { UsageError } from '../../protocol/errors.ts'
import { AdjustableClock, type ClockChange } from '../clock.ts'
import { RESETS } from '../state/state-changes.ts'
import type { Attempts, BegunAttempt } from './attempts.ts'
import { type ClockHold, moveUnderWay } from './clock-hold.ts'
import { DueQueue } from './due-queue.ts'
import type { Notification } from './notification.ts'
import type { OutboxParts } from './outbox-parts.ts'
import { findDue } from './pending.ts'

/** Most callbacks that one move of the clock delivers, so that a receiver that causes a new callback with each reply cannot hold it up forever. */
const MOST_DELIVERIES = 100_000

/**
 * Moves the clock from one due instant to the next, delivering on the way (docs/decisions/0008).
 *
 * The caller ensures that nothing else delivers during a move, and that no second move begins.
 */
export class ClockMoves {
  readonly #parts: Pick<OutboxParts, 'store' | 'clock'>
  readonly #attempts: Attempts
  readonly #hold: ClockHold
  /** Incremented to end all moves requested so far. */
  #era = 0
  /** Callbacks that the move under way has yet to deliver. */
  #queue: DueQueue | undefined
  /** Whether a move is waiting for a receiver. */
  #delivers = false

  constructor(parts: Pick<OutboxParts, 'store' | 'clock'>, attempts: Attempts, hold: ClockHold) {
    this.#parts = parts
    this.#attempts = attempts
    this.#hold = hold
  }

  /** Tells a move under way about a callback that was added or changed. */
  note(notification: Notification): void {
    this.#queue?.add(notification)
  }

  /** Ends all moves requested so far, keeping what they have done, and abandons the attempt that one is waiting for. */
  end(): void {
    this.#era++
    if (this.#delivers) this.#attempts.abandon('clock_move_ended')
  }

  /**
   * Requests a move, to be made when its turn comes.
   *
   * @returns a function that makes the move; it throws UsageError `MOCK_CLOCK_OUT_OF_RANGE` before anything has changed, and
   * `MOCK_CLOCK_MOVE_ENDED` if the move was ended on the way
   * @throws UsageError `MOCK_CLOCK_BUSY` while a move is waiting for a receiver: the caller may be that receiver, and would wait for itself
   */
  asked(changeAt: (now: number) => ClockChange): () => Promise<void> {
    if (this.#delivers || this.#hold.isOthers) throw moveUnderWay()
    const era = this.#era
    return () => this.#move(changeAt, era)
  }

  async #move(changeAt: (now: number) => ClockChange, era: number): Promise<void> {
    const { clock, store } = this.#parts
    const { documents } = store
    if (documents.refresh) await documents.refresh()
    const before = clock.now()
    const resets = documents.get(RESETS)
    const change = changeAt(before)
    // The state whose callbacks it would have delivered is being dropped.
    if (era !== this.#era) return clock.put(change)
    // Refuses impossible times before the first callback is sent.
    await new AdjustableClock(clock.source).put(change)
    const toSource = change.now === 'source'
    const target = change.now === 'source' ? clock.source.now() : (change.now ?? before)
    if (target < before || this.#attempts.stopped) return clock.put(change)
    const frozen = change.frozen ?? (toSource ? false : clock.frozen)
    let hasCome = false
    if (!(await this.#hold.take(resets))) throw moveEnded(clock.now())
    try {
      hasCome = await this.#deliverUntil(target, { era, resets })
    } finally {
      // A running clock that had nothing to stop for has simply run on.
      const now = toSource ? 'source' : clock.frozen || change.now !== undefined ? target : undefined
      const kept = await this.#hold.end(resets, { ...(hasCome && now !== undefined && { now }), frozen })
      hasCome &&= kept
    }
    if (!hasCome) throw moveEnded(clock.now())
  }

  /**
   * Delivers everything that is due until an instant, in order, with the clock standing still at each delivery.
   *
   * @returns `false` if it was ended early
   */
  async #deliverUntil(
    target: number,
    { era, resets }: { readonly era: number; readonly resets: number | undefined },
  ): Promise<boolean> {
    const { clock, store } = this.#parts
    const isEnded = () => this.#attempts.stopped || era !== this.#era
    let delivered = 0
    try {
      while (delivered < MOST_DELIVERIES) {
        // Reading at each instant would take longer than the deliveries, so the store is only read again before the end.
        if (this.#queue === undefined || this.#queue.next > target) {
          const { due } = await store.transaction((tx) => findDue(tx, target))
          this.#queue = new DueQueue(due)
        }
        if (isEnded()) return false
        const { next } = this.#queue
        if (next > target) return true
        const at = Math.max(next, clock.now())
        if (!(await this.#hold.take(resets, { now: at, frozen: true }))) return false
        for (const notification of this.#queue.take(at)) {
          const begun = await this.#attempts.begin(notification, false)
          if (isEnded()) return false
          if (begun && begun !== 'postponed') await this.#finish(begun)
          if (isEnded()) return false
          delivered++
        }
      }
      return true
    } finally {
      this.#queue = undefined
    }
  }

  async #finish(begun: BegunAttempt): Promise<void> {
    this.#delivers = true
    try {
      const kept = await this.#attempts.finish(begun)
      if (kept) this.note(kept)
    } finally {
      this.#delivers = false
    }
  }
}

function moveEnded(at: number): UsageError {
  return new UsageError('MOCK_CLOCK_MOVE_ENDED', {
    en: `The move of the clock was ended at ${new Date(at).toISOString()} by a reset, a restore or the end of the mock, before it reached its target.`,
    zh: `时钟的调整在 ${new Date(at).toISOString()} 被重置、恢复数据或模拟服务的停止中止，没有到达目标时间。`,
  })
}
