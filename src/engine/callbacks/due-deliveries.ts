import { StoreUnavailable } from '../state/store-unavailable.ts'
import type { Attempts } from './attempts.ts'
import { originOf } from './callback-host.ts'
import type { ClockHold } from './clock-hold.ts'
import { endAbandonedAttempts } from './end-abandoned-attempts.ts'
import { Lanes } from './lanes.ts'
import type { OutboxParts } from './outbox-parts.ts'
import { type Due, findDue } from './pending.ts'

/** How often a process that shares its store looks for callbacks that others have left due. */
const SHARED_LOOK_MS = 500
/** The longest delay that a timer accepts. */
const LONGEST_TIMER_MS = 2 ** 31 - 1
/** How often the clock is checked if it does not keep pace with the machine's. */
const SHORTEST_TIMER_MS = 20

/**
 * Finds callbacks that are due and delivers them: when woken and, while the clock runs, on its own.
 *
 * While the clock runs, callbacks to one origin are delivered one at a time, and different origins in parallel. While it stands still, all are
 * delivered one at a time, in the order in which they are due.
 */
export class DueDeliveries {
  readonly #parts: Pick<OutboxParts, 'store' | 'clock'>
  readonly #attempts: Attempts
  readonly #hold: ClockHold
  readonly #onBug: (bug: unknown) => void
  readonly #lanes: Lanes
  #scan: Promise<void> | undefined
  #scanAgain = false
  #timer: NodeJS.Timeout | undefined
  /** When the first attempt of another process counts as abandoned, on the machine's clock. */
  #heldUntil: number | undefined
  /** Resolves when the next pause may begin. */
  #pause: Promise<unknown> = Promise.resolve()
  #pauses = 0

  /** @param onBug called with bugs in the mock that no caller is waiting to hear about */
  constructor(
    parts: Pick<OutboxParts, 'store' | 'clock'>,
    attempts: Attempts,
    hold: ClockHold,
    onBug: (bug: unknown) => void,
  ) {
    this.#parts = parts
    this.#attempts = attempts
    this.#hold = hold
    this.#onBug = onBug
    this.#lanes = new Lanes({
      deliver: (notification) => attempts.attempt(notification),
      isHeldBack: () => this.#isHeldBack,
      ended: (result) => {
        // Not after a bug: the same delivery would fail again at once.
        if ('bug' in result) this.#tell(result.bug)
        else this.wake()
      },
    })
  }

  /** Looks for callbacks that are due, without waiting for their delivery. */
  wake(): void {
    if (this.#isHeldBack) return
    this.#scanAgain = true
    this.#scan ??= this.#lookForDue().finally(() => {
      this.#scan = undefined
      // Woken after the last look had ended.
      if (this.#scanAgain) this.wake()
    })
  }

  /** Resolves when everything that is due now has been delivered. */
  async idle(): Promise<void> {
    this.wake()
    while (this.#scan || !this.#lanes.isEmpty || this.#pauses > 0) {
      await Promise.all([this.#scan, this.#pause, this.#lanes.settled()])
    }
  }

  /** Stops looking on its own until it is woken. */
  sleep(): void {
    clearTimeout(this.#timer)
  }

  /** Runs `work` while nothing is delivered and no other `work` runs, then looks for callbacks that are due. */
  paused<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#pauses++
    clearTimeout(this.#timer)
    const result = this.#pause.then(async () => {
      await this.#scan
      await this.#lanes.settled()
      return work()
    })
    const after = () => {
      this.#pauses--
      this.wake()
    }
    // The caller sees a failure through `result`; the queue just continues.
    this.#pause = result.then(after, after)
    return result
  }

  get #isHeldBack(): boolean {
    return this.#attempts.stopped || this.#pauses > 0
  }

  async #lookForDue(): Promise<void> {
    const { clock } = this.#parts
    while (this.#scanAgain) {
      this.#scanAgain = false
      const { due, nextAt } = await this.#due().catch((bug: unknown): Due => {
        this.#tell(bug)
        return { due: [], nextAt: undefined }
      })
      if (this.#isHeldBack) return
      const { waiting } = this.#lanes
      for (const notification of this.#hold.isOthers ? [] : due) {
        if (waiting.has(notification.id)) continue
        this.#lanes.add(clock.frozen ? '' : originOf(notification.url), notification)
      }
      this.#setTimer(nextAt)
    }
  }

  /** Finds the callbacks that are due now, after ending the attempts of processes that are gone. */
  async #due(): Promise<Due> {
    const { store, clock } = this.#parts
    await store.documents.refresh?.()
    return store.transaction(async (tx) => {
      const own = this.#attempts.ids
      this.#heldUntil = await endAbandonedAttempts(tx, clock.source.now(), (id) => own.has(id))
      return findDue(tx, clock.now())
    })
  }

  /** A lost store is not a bug: calls report it, and the timer tries again. */
  #tell(bug: unknown): void {
    if (!(bug instanceof StoreUnavailable)) this.#onBug(bug)
  }

  #setTimer(dueAt: number | undefined): void {
    clearTimeout(this.#timer)
    const { clock, store } = this.#parts
    const delays = [
      ...(dueAt === undefined || clock.frozen ? [] : [dueAt - clock.now()]),
      ...(this.#heldUntil === undefined ? [] : [this.#heldUntil - clock.source.now()]),
      ...(store.documents.refresh ? [SHARED_LOOK_MS] : []),
    ]
    if (delays.length === 0) return
    const delay = Math.min(Math.max(Math.min(...delays), SHORTEST_TIMER_MS), LONGEST_TIMER_MS)
    // A pending callback must not keep the process alive.
    this.#timer = setTimeout(() => this.wake(), delay).unref()
  }
}
