import { StoreUnavailable } from '../state/store-unavailable.ts'
import type { Tries } from './attempts.ts'
import { originOf } from './callback-host.ts'
import type { ClockHold } from './clock-hold.ts'
import { endAbandonedTries } from './end-abandoned-attempts.ts'
import { Lanes } from './lanes.ts'
import type { OutboxParts } from './outbox-parts.ts'
import { findPending, type Pending } from './pending.ts'

/** How often a process that shares its store looks for what others have left. */
const SHARED_LOOK_MS = 500
/** The longest time that a timer takes. */
const LONGEST_TIMER_MS = 2 ** 31 - 1
/** How often the clock is looked at when it does not go with the machine's. */
const SHORTEST_TIMER_MS = 20

/**
 * Finds what is due and delivers it, when it is woken and, while the clock runs, by itself.
 *
 * While the clock runs, callbacks to one origin go one after the other, and those to several at once. While it stands still they all go one
 * after the other, in the order in which they are due.
 */
export class DueDeliveries {
  readonly #parts: Pick<OutboxParts, 'store' | 'clock'>
  readonly #tries: Tries
  readonly #hold: ClockHold
  readonly #onBug: (bug: unknown) => void
  readonly #lanes: Lanes
  #scan: Promise<void> | undefined
  #scanAgain = false
  #timer: NodeJS.Timeout | undefined
  /** When the first of the tries of other processes is given up, on the machine's clock. */
  #heldUntil: number | undefined
  /** What has to come to its end before the next one that holds deliveries back may begin. */
  #pause: Promise<unknown> = Promise.resolve()
  #pauses = 0

  /** @param onBug told of bugs in the mock that come to light while nobody waits for an answer */
  constructor(
    parts: Pick<OutboxParts, 'store' | 'clock'>,
    tries: Tries,
    hold: ClockHold,
    onBug: (bug: unknown) => void,
  ) {
    this.#parts = parts
    this.#tries = tries
    this.#hold = hold
    this.#onBug = onBug
    this.#lanes = new Lanes({
      deliver: (notification) => tries.attempt(notification),
      isHeldBack: () => this.#isHeldBack,
      ended: (result) => {
        // Not woken after a bug: what failed would fail again at once.
        if ('bug' in result) this.#tell(result.bug)
        else this.wake()
      },
    })
  }

  /** Looks for what is due; it does not wait for the deliveries. */
  wake(): void {
    if (this.#isHeldBack) return
    this.#scanAgain = true
    this.#scan ??= this.#lookForDue().finally(() => {
      this.#scan = undefined
      // Woken when the last look was over already.
      if (this.#scanAgain) this.wake()
    })
  }

  /** Resolves when nothing that is due now is left to be delivered. */
  async idle(): Promise<void> {
    this.wake()
    while (this.#scan || !this.#lanes.isEmpty || this.#pauses > 0) {
      await Promise.all([this.#scan, this.#pause, this.#lanes.settled()])
    }
  }

  /** Does not look by itself until it is woken. */
  sleep(): void {
    clearTimeout(this.#timer)
  }

  /** Runs `work` while nothing is delivered, alone among all that do so; looks for what is due afterwards. */
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
    // The caller sees a failure through `result`; the queue only has to go on.
    this.#pause = result.then(after, after)
    return result
  }

  get #isHeldBack(): boolean {
    return this.#tries.stopped || this.#pauses > 0
  }

  async #lookForDue(): Promise<void> {
    const { clock } = this.#parts
    while (this.#scanAgain) {
      this.#scanAgain = false
      const pending = await this.#pending().catch((bug: unknown) => {
        this.#tell(bug)
        return []
      })
      if (this.#isHeldBack) return
      const now = clock.now()
      const { waiting } = this.#lanes
      for (const notification of this.#hold.isOthers ? [] : pending) {
        if (notification.dueAt > now || waiting.has(notification.id)) continue
        this.#lanes.add(clock.frozen ? '' : originOf(notification.url), notification)
      }
      this.#setTimer(pending.find(({ dueAt }) => dueAt > now)?.dueAt)
    }
  }

  /** What is still to be delivered, the tries of processes that are gone being ended. */
  async #pending(): Promise<readonly Pending[]> {
    const { store, clock } = this.#parts
    await store.documents.refresh?.()
    return store.transaction(async (tx) => {
      const own = this.#tries.ids
      this.#heldUntil = await endAbandonedTries(tx, clock.source.now(), (id) => own.has(id))
      return findPending(tx)
    })
  }

  /** A store that is lost is told by the calls that find it so, and looked for again by the timer. */
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
    // A callback to come keeps no process alive.
    this.#timer = setTimeout(() => this.wake(), delay).unref()
  }
}
