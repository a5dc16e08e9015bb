import type { ClockChange } from '../clock.ts'
import type { NewNotification } from '../operation.ts'
import type { DocumentsDraft } from '../state/documents.ts'
import { Attempts } from './attempts.ts'
import { ClockHold, ClockMoves } from './clock-moves.ts'
import { DueDeliveries } from './due-deliveries.ts'
import type { Notification } from './notification.ts'
import { notifications } from './notifications.ts'
import type { Reference } from './postponed-attempts.ts'
import type { OutboxParts } from './send-attempt.ts'

/**
 * Delivers callbacks, and repeats them by the mock's clock (docs/decisions/0008).
 *
 * While the clock runs, callbacks to one origin are delivered one at a time, and different origins in parallel, so that a hanging receiver holds
 * up no other. While the clock stands still or is moved, all are delivered one at a time, in the order in which they are due.
 */
export class Outbox {
  /** Called with bugs in the mock that no caller is waiting to hear about. */
  onBug: (bug: unknown) => void = (bug) => console.error(bug)
  readonly #parts: OutboxParts
  readonly #attempts: Attempts
  readonly #moves: ClockMoves
  readonly #deliveries: DueDeliveries

  constructor(parts: OutboxParts) {
    const hold = new ClockHold(parts.store, parts.clock)
    this.#parts = parts
    this.#attempts = new Attempts(parts, (notification) => this.#moves.note(notification))
    this.#moves = new ClockMoves(parts, this.#attempts, hold)
    this.#deliveries = new DueDeliveries(parts, this.#attempts, hold, (bug) => this.onBug(bug))
  }

  /**
   * Looks for callbacks that are due, without waiting for their delivery. Call it after a callback was added or the clock changed.
   *
   * @param saved callbacks that were added or changed
   */
  wake(saved: readonly Notification[] = []): void {
    for (const notification of saved) this.#moves.note(notification)
    this.#deliveries.wake()
  }

  /** Resolves when everything that is due now has been delivered. */
  idle(): Promise<void> {
    return this.#deliveries.idle()
  }

  /** Stops delivering until {@link start}, and lets the attempts under way finish for up to `graceMs`. */
  async stop(graceMs = 0): Promise<void> {
    this.#deliveries.sleep()
    await this.#attempts.stop(graceMs)
  }

  start(): void {
    this.#attempts.start()
    this.wake()
  }

  /** Aborts the attempts under way, of one merchant or of all, because their subject is gone. */
  forget(mchid?: string): void {
    this.#attempts.abandon('state_dropped', mchid)
  }

  /** Forgets what planned faults have postponed, as part of the change that drops the state. */
  forgetIn(draft: DocumentsDraft, mchid?: string): void {
    this.#parts.faults.postponed.clearIn(draft, mchid)
  }

  /** Ends all moves of the clock requested so far, keeping what they have done, and abandons the attempt that one is waiting for. */
  endMoves(): void {
    this.#moves.end()
  }

  /** Runs `work` while nothing is delivered and no other `work` runs, then looks for callbacks that are due. */
  paused<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#deliveries.paused(work)
  }

  /**
   * Changes the clock like its `put`. On the way to a later time the clock stops at each instant at which a callback is due and delivers it, so
   * that one long move has the same effect as many short ones. Going back delivers nothing.
   *
   * Moves queue behind one another, but not while one is waiting for a receiver: the caller may be that receiver, and would wait for itself.
   *
   * @throws UsageError `MOCK_CLOCK_OUT_OF_RANGE` and `MOCK_CLOCK_BUSY`, before anything has changed; `MOCK_CLOCK_MOVE_ENDED` if the state was
   * dropped or the mock stopped on the way, with the clock left where it had got to
   */
  async moveClock(changeAt: (now: number) => ClockChange): Promise<void> {
    const move = this.#moves.asked(changeAt)
    return this.paused(move)
  }

  /** Delivers a callback now, whether it is due or not. Returns its state after the attempt; `undefined` if it does not exist. */
  async deliver(reference: Reference): Promise<Notification | undefined> {
    const begun = await this.#attempts.begin(reference, true)
    if (!begun) return undefined
    if (begun !== 'postponed') await this.#attempts.finish(begun)
    return this.#look(reference)
  }

  /** Creates a callback and delivers it now. Returns its state after the attempt. */
  async post(notification: NewNotification): Promise<Notification> {
    const { made, begun } = await this.#attempts.beginNew(notification)
    if (begun !== 'postponed') await this.#attempts.finish(begun)
    return (await this.#look(made)) ?? (begun === 'postponed' ? made : begun.notification)
  }

  async #look({ mchid, id }: Reference): Promise<Notification | undefined> {
    // The next due time may have changed.
    this.wake()
    return this.#parts.store.transaction((tx) => tx.in(notifications).find(mchid, id))
  }
}
