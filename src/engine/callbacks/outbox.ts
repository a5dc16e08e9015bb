import type { ClockChange } from '../clock.ts'
import type { NewNotification } from '../operation.ts'
import type { DocumentsDraft } from '../state/documents.ts'
import { type Reference, Tries } from './attempts.ts'
import { ClockHold } from './clock-hold.ts'
import { ClockMoves } from './clock-moves.ts'
import { DueDeliveries } from './due-deliveries.ts'
import type { Notification } from './notification.ts'
import { notifications } from './notifications.ts'
import type { OutboxParts } from './outbox-parts.ts'

/**
 * Delivers callbacks, and repeats them by the mock's clock (docs/decisions/0008).
 *
 * While the clock runs, callbacks to one origin go one after the other, and those to several at once, so that a receiver that hangs holds
 * up nobody else. While it stands still or is moved, they go one after the other, in the order in which they are due.
 */
export class Outbox {
  /** Told of bugs in the mock that come to light while nobody waits for an answer. */
  onBug: (bug: unknown) => void = (bug) => console.error(bug)
  readonly #parts: OutboxParts
  readonly #tries: Tries
  readonly #moves: ClockMoves
  readonly #deliveries: DueDeliveries

  constructor(parts: OutboxParts) {
    const hold = new ClockHold(parts.store, parts.clock)
    this.#parts = parts
    this.#tries = new Tries(parts, (notification) => this.#moves.note(notification))
    this.#moves = new ClockMoves(parts, this.#tries, hold)
    this.#deliveries = new DueDeliveries(parts, this.#tries, hold, (bug) => this.onBug(bug))
  }

  /**
   * Looks for what is due. Call it when a callback was put in, or the clock was changed; it does not wait for the deliveries.
   *
   * @param saved callbacks that were put in or changed
   */
  wake(saved: readonly Notification[] = []): void {
    for (const notification of saved) this.#moves.note(notification)
    this.#deliveries.wake()
  }

  /** Resolves when nothing that is due now is left to be delivered. */
  idle(): Promise<void> {
    return this.#deliveries.idle()
  }

  /** Delivers nothing more until {@link start}, and lets the tries under way finish for up to `graceMs`. */
  async stop(graceMs = 0): Promise<void> {
    this.#deliveries.sleep()
    await this.#tries.stop(graceMs)
  }

  /** Goes on after {@link stop}. */
  start(): void {
    this.#tries.start()
    this.wake()
  }

  /** Ends the tries under way, of one merchant or of all: what they are about is gone. */
  forget(mchid?: string): void {
    this.#tries.abandon('state_dropped', mchid)
  }

  /** Forgets what planned faults have begun, as a part of the change that drops the state. */
  forgetIn(draft: DocumentsDraft, mchid?: string): void {
    this.#parts.faults.putOff.clearIn(draft, mchid)
  }

  /** Ends the moves of the clock that were asked for so far, with what they have done; the try that one waits for is given up. */
  endMoves(): void {
    this.#moves.end()
  }

  /** Runs `work` while nothing is delivered, alone among all that do so; looks for what is due afterwards. */
  paused<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#deliveries.paused(work)
  }

  /**
   * Takes over a setting of the clock, like its `put`. On the way to a later time the clock stops at each instant at which a callback is due,
   * and the callback is delivered, so that one long move comes to the same as many short ones. Going back delivers nothing.
   *
   * Moves wait for one another, but not while one waits for a receiver: it may be the receiver that asks, and would wait for itself.
   *
   * @throws UsageError `MOCK_CLOCK_OUT_OF_RANGE` and `MOCK_CLOCK_BUSY`, before anything has changed; `MOCK_CLOCK_MOVE_ENDED` when the state was
   * dropped on the way, or the mock stopped: the clock stands where it has come to
   */
  async moveClock(changeAt: (now: number) => ClockChange): Promise<void> {
    const move = this.#moves.asked(changeAt)
    return this.paused(move)
  }

  /** Delivers a callback now, whether it is due or not. The callback after the try; `undefined` when there is none. */
  async deliver(reference: Reference): Promise<Notification | undefined> {
    const begun = await this.#tries.begin(reference, true)
    if (!begun) return undefined
    if (begun !== 'put_off') await this.#tries.finish(begun)
    return this.#look(reference)
  }

  /** Makes a callback and delivers it now; what it is after the try. */
  async post(notification: NewNotification): Promise<Notification> {
    const { made, begun } = await this.#tries.beginNew(notification)
    if (begun !== 'put_off') await this.#tries.finish(begun)
    return (await this.#look(made)) ?? (begun === 'put_off' ? made : begun.notification)
  }

  async #look({ mchid, id }: Reference): Promise<Notification | undefined> {
    // What comes next may have changed.
    this.wake()
    return this.#parts.store.transaction((tx) => tx.in(notifications).find(mchid, id))
  }
}
