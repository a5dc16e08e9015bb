import { randomUUID } from 'node:crypto'
import { UsageError } from '../../protocol/errors.ts'
import { AdjustableClock, type ClockChange } from '../clock.ts'
import { type DocumentsDraft, documentKey } from '../state/documents.ts'
import { RESETS, type Store } from '../state/store.ts'
import type { Attempts, BegunAttempt } from './attempts.ts'
import { byDueTime, LEASE_MS, type Notification } from './notification.ts'
import { findDue, isPending, type Pending } from './notifications.ts'
import type { OutboxParts } from './send-attempt.ts'

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

/** The process that is moving the clock, and until when the others wait for it (epoch milliseconds on the machine's clock). */
interface ClockMove {
  readonly by: string
  readonly until: number
}

const CLOCK_MOVE = documentKey<ClockMove>('clock-move')

/** Lets one of the processes that share a store move the clock, while the others deliver nothing. A document of the store names it. */
export class ClockHold {
  readonly #store: Store
  readonly #clock: AdjustableClock
  readonly #process = randomUUID()

  constructor(store: Store, clock: AdjustableClock) {
    this.#store = store
    this.#clock = clock
  }

  /** Whether another process is moving the clock. */
  get isOthers(): boolean {
    const move = this.#store.documents.get(CLOCK_MOVE)
    return move !== undefined && move.by !== this.#process && isHeld(move, this.#clock.source.now())
  }

  /**
   * Takes or renews the hold, and changes the clock in the same step. A store of this process alone needs no hold: nobody else can reset it.
   *
   * @param resets how often the mock had been reset when the move began
   * @returns `true` unless there has been a reset since; after a reset nothing changes
   * @throws UsageError `MOCK_CLOCK_BUSY` if another process has the hold
   */
  async take(resets: number | undefined, change?: ClockChange): Promise<boolean> {
    const { documents } = this.#store
    if (!documents.refresh) {
      if (change) await this.#clock.put(change)
      return true
    }
    return documents.update((draft) => {
      if (draft.get(RESETS) !== resets) return false
      const machine = this.#clock.source.now()
      const move = draft.get(CLOCK_MOVE)
      if (isHeld(move, machine) && move?.by !== this.#process) throw moveUnderWay()
      draft.put(CLOCK_MOVE, { by: this.#process, until: machine + LEASE_MS })
      if (change) this.#clock.putIn(draft, change)
      return true
    })
  }

  /**
   * Releases the hold, with a last change of the clock.
   *
   * @param resets as for {@link take}; after a reset the clock stays where the reset put it
   * @returns `true` unless there has been a reset
   */
  async end(resets: number | undefined, change: ClockChange): Promise<boolean> {
    return this.#store.documents.update((draft) => this.endIn(draft, resets, change))
  }

  /** Does {@link end} as part of a larger change. */
  endIn(draft: DocumentsDraft, resets: number | undefined, change: ClockChange): boolean {
    draft.delete(CLOCK_MOVE)
    if (draft.get(RESETS) !== resets) return false
    this.#clock.putIn(draft, change)
    return true
  }
}

function moveUnderWay(): UsageError {
  return new UsageError('MOCK_CLOCK_BUSY', {
    en: 'The clock is already being moved, and a callback that became due on the way is waiting for its reply: try again once that move is over, and not from within a receiver.',
    zh: '时钟正在调整，途中到期的回调还在等待应答：请在这次调整结束后重试，也不要在接收回调的程序里调整时钟。',
  })
}

function isHeld(move: ClockMove | undefined, machine: number): boolean {
  return move !== undefined && move.until > machine
}

/** Most callbacks that one move of the clock delivers, so that a receiver that causes a new callback with each reply cannot hold it up forever. */
const MOST_DELIVERIES = 100_000

/**
 * Moves the clock from one due instant to the next, delivering on the way (docs/decisions/0008).
 *
 * The caller ensures that nothing else delivers during a move, and that no second move begins.
 */
export class ClockMoves {
  readonly #parts: Pick<OutboxParts, 'store' | 'clock' | 'keepEnds'>
  readonly #attempts: Attempts
  readonly #hold: ClockHold
  /** Incremented to end all moves requested so far. */
  #era = 0
  /** Callbacks that the move under way has yet to deliver. */
  #queue: DueQueue | undefined
  /** Whether a move is waiting for a receiver. */
  #delivers = false

  constructor(parts: Pick<OutboxParts, 'store' | 'clock' | 'keepEnds'>, attempts: Attempts, hold: ClockHold) {
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
    // Refuses impossible times before the first callback is sent.
    await new AdjustableClock(clock.source).put(change)
    const toSource = change.now === 'source'
    const target = change.now === 'source' ? clock.source.now() : (change.now ?? before)
    if (target < before) return this.#setBack(target, change, resets)
    // Nothing is to be delivered: the mock has stopped, or the state whose callbacks are due is being dropped.
    if (this.#attempts.stopped || era !== this.#era) return clock.put(change)
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

  /** Sets the clock back, and keeps in the same step what time has ended until now. It stands still meanwhile, so that nothing else comes to its end. */
  async #setBack(to: number, change: ClockChange, resets: number | undefined): Promise<void> {
    const { clock, store, keepEnds } = this.#parts
    const frozen = change.frozen ?? (change.now === 'source' ? false : clock.frozen)
    if (!(await this.#hold.take(resets, { frozen: true }))) throw moveEnded(clock.now())
    const from = clock.now()
    let hasCome = false
    try {
      await store.transaction(
        (tx) => keepEnds(tx, { from, to }),
        (draft) => {
          hasCome = this.#hold.endIn(draft, resets, { ...change, frozen })
        },
      )
    } catch (error) {
      await this.#hold.end(resets, { frozen })
      throw error
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
          const { due } = await store.transaction((tx) => findDue(tx, target, clock.source.now()))
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
