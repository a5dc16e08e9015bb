import { UsageError } from '../../protocol/errors.ts'
import { AdjustableClock, type ClockChange } from '../clock.ts'
import { RESETS } from '../state/resets.ts'
import type { Begun, Tries } from './attempts.ts'
import { type ClockHold, moveUnderWay } from './clock-hold.ts'
import { DueQueue } from './due-queue.ts'
import type { Notification } from './notification.ts'
import type { OutboxParts } from './outbox-parts.ts'
import { findPending } from './pending.ts'

/** Callbacks that one move of the clock delivers, so that a receiver which causes a callback with each reply does not hold it up for ever. */
const MOST_DELIVERIES = 100_000

/**
 * Moves the clock from one due instant to the next, delivering on the way (docs/decisions/0008).
 *
 * Whoever calls {@link move} sees to it that nothing else delivers meanwhile, and that no second move begins.
 */
export class ClockMoves {
  readonly #parts: Pick<OutboxParts, 'store' | 'clock'>
  readonly #tries: Tries
  readonly #hold: ClockHold
  /** Raised when the moves that were asked for so far are to end. */
  #era = 0
  /** What the move under way still has before it. */
  #queue: DueQueue | undefined
  /** Whether a move waits for a receiver. */
  #delivers = false

  constructor(parts: Pick<OutboxParts, 'store' | 'clock'>, tries: Tries, hold: ClockHold) {
    this.#parts = parts
    this.#tries = tries
    this.#hold = hold
  }

  /** Tells a move under way of a callback that was put in or changed. */
  note(notification: Notification): void {
    this.#queue?.add(notification)
  }

  /** Ends the moves that were asked for so far, with what they have done; the try that one waits for is given up. */
  end(): void {
    this.#era++
    if (this.#delivers) this.#tries.abandon('clock_move_ended')
  }

  /**
   * A move that can be made when its turn has come.
   *
   * @returns makes it; throws UsageError `MOCK_CLOCK_OUT_OF_RANGE` before anything has changed, and `MOCK_CLOCK_MOVE_ENDED` when it was ended on
   * the way
   * @throws UsageError `MOCK_CLOCK_BUSY` while a move waits for a receiver, which may be who asks, and would wait for itself
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
    // The state that it would have delivered for is being dropped.
    if (era !== this.#era) return clock.put(change)
    // Impossible times are refused before the first callback goes out.
    await new AdjustableClock(clock.source).put(change)
    const toSource = change.now === 'source'
    const target = change.now === 'source' ? clock.source.now() : (change.now ?? before)
    if (target < before || this.#tries.stopped) return clock.put(change)
    const frozen = change.frozen ?? (toSource ? false : clock.frozen)
    let hasCome = false
    if (!(await this.#hold.take(resets))) throw moveEnded(clock.now())
    try {
      hasCome = await this.#deliverUntil(target, { era, resets })
    } finally {
      // A clock that ran, and had nothing to stop for, has run on.
      const now = toSource ? 'source' : clock.frozen || change.now !== undefined ? target : undefined
      const kept = await this.#hold.end(resets, { ...(hasCome && now !== undefined && { now }), frozen })
      hasCome &&= kept
    }
    if (!hasCome) throw moveEnded(clock.now())
  }

  /**
   * Delivers in order everything that is due until an instant, the clock standing still at each.
   *
   * @returns whether it came to its end, and was not ended
   */
  async #deliverUntil(
    target: number,
    { era, resets }: { readonly era: number; readonly resets: number | undefined },
  ): Promise<boolean> {
    const { clock, store } = this.#parts
    const isEnded = () => this.#tries.stopped || era !== this.#era
    let delivered = 0
    try {
      while (delivered < MOST_DELIVERIES) {
        // Sorting everything again at each instant would take longer than the deliveries; the store is asked again before the end only.
        if (this.#queue === undefined || this.#queue.next > target) {
          this.#queue = new DueQueue(await store.transaction(findPending))
        }
        if (isEnded()) return false
        const { next } = this.#queue
        if (next > target) return true
        const at = Math.max(next, clock.now())
        if (!(await this.#hold.take(resets, { now: at, frozen: true }))) return false
        for (const notification of this.#queue.take(at)) {
          const begun = await this.#tries.begin(notification, false)
          if (isEnded()) return false
          if (begun && begun !== 'put_off') await this.#finish(begun)
          if (isEnded()) return false
          delivered++
        }
      }
      return true
    } finally {
      this.#queue = undefined
    }
  }

  async #finish(begun: Begun): Promise<void> {
    this.#delivers = true
    try {
      const kept = await this.#tries.finish(begun)
      if (kept) this.note(kept)
    } finally {
      this.#delivers = false
    }
  }
}

function moveEnded(at: number): UsageError {
  return new UsageError(
    'MOCK_CLOCK_MOVE_ENDED',
    `The move of the clock was ended at ${new Date(at).toISOString()} by a reset, a restore or the end of the mock, before it came to its aim.`,
  )
}
