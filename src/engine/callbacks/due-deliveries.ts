import type { ClockChange } from '../clock.ts'
import type { NewNotification } from '../operation.ts'
import type { DocumentsDraft } from '../state/documents.ts'
import { StoreUnavailable, type Transaction } from '../state/store.ts'
import { Attempts } from './attempts.ts'
import { originOf } from './callback.ts'
import { ClockHold, type MoveProgress } from './clock-hold.ts'
import { ClockMoves } from './clock-moves.ts'
import { endAbandoned, type Notification } from './notification.ts'
import { type Due, findDue, notifications } from './notifications.ts'
import type { Reference } from './postponed-attempts.ts'
import type { OutboxParts } from './send-attempt.ts'

interface LanesParts {
  readonly deliver: (notification: Notification) => Promise<void>
  /** Whether waiting callbacks must stay waiting: they will be found again later. */
  readonly isHeldBack: () => boolean
  /** Called when a lane is done, with the bug that ended it, if any. */
  readonly ended: (result: { readonly bug?: unknown }) => void
}

/** Due callbacks to one receiver, in order. */
interface Lane {
  readonly waiting: Notification[]
  run: Promise<void>
}

/** Delivers due callbacks: one at a time within a lane, and lanes in parallel, so that a hanging receiver holds up no other. */
export class Lanes {
  readonly #parts: LanesParts
  readonly #lanes = new Map<string, Lane>()

  constructor(parts: LanesParts) {
    this.#parts = parts
  }

  get isEmpty(): boolean {
    return this.#lanes.size === 0
  }

  get waiting(): ReadonlySet<string> {
    return new Set([...this.#lanes.values()].flatMap((lane) => lane.waiting.map(({ id }) => id)))
  }

  async settled(): Promise<void> {
    await Promise.all([...this.#lanes.values()].map(({ run }) => run))
  }

  /** Appends a callback to a lane, creating it if needed. */
  add(name: string, notification: Notification): void {
    const lane = this.#lanes.get(name)
    if (lane) {
      lane.waiting.push(notification)
      return
    }
    const made: Lane = { waiting: [notification], run: Promise.resolve() }
    this.#lanes.set(name, made)
    const end = (result: { readonly bug?: unknown }) => {
      this.#lanes.delete(name)
      this.#parts.ended(result)
    }
    made.run = this.#work(made).then(
      () => end({}),
      (bug: unknown) => end({ bug }),
    )
  }

  async #work(lane: Lane): Promise<void> {
    for (;;) {
      if (this.#parts.isHeldBack()) return
      const next = lane.waiting.shift()
      if (!next) return
      await this.#parts.deliver(next)
    }
  }
}

/**
 * Ends the attempts of processes that have ended. Their outcome is unknown, so the callbacks continue with their next repeat.
 *
 * @param machine now, on the machine's clock
 * @param isOwn whether this process itself is attempting to deliver a callback
 * @returns when the first remaining attempt counts as abandoned, on the machine's clock; `undefined` without such an attempt
 */
async function endAbandonedAttempts(
  tx: Transaction,
  machine: number,
  isOwn: (id: string) => boolean,
): Promise<number | undefined> {
  let heldUntil: number | undefined
  for (const notification of await tx.in(notifications).where('underWay', 'yes')) {
    if (isOwn(notification.id)) continue
    const ended = endAbandoned(notification, machine)
    if (ended) await tx.in(notifications).save(ended)
    for (const attempt of (ended ?? notification).attempts) {
      heldUntil = Math.min(attempt.heldUntil ?? Number.POSITIVE_INFINITY, heldUntil ?? Number.POSITIVE_INFINITY)
    }
  }
  return heldUntil
}

/** How often a process that shares its store looks for callbacks that others have left due. */
const SHARED_LOOK_MS = 500
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
      ended: (result) => this.goOn(result),
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

  /** Goes on after deliveries that nobody waited for. */
  goOn(result: { readonly bug?: unknown }): void {
    // Not after a bug: the same delivery would fail again at once.
    if ('bug' in result) this.#tell(result.bug)
    else this.wake()
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
        return { due: [], nextAt: undefined, isAwaited: false }
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

  /** Finds the callbacks that are due now, after ending the attempts of processes that have ended. */
  async #due(): Promise<Due> {
    const { store, clock } = this.#parts
    await store.documents.refresh?.()
    return store.transaction(async (tx) => {
      const own = this.#attempts.ids
      this.#heldUntil = await endAbandonedAttempts(tx, clock.source.now(), (id) => own.has(id))
      return findDue(tx, clock.now(), clock.source.now())
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
  readonly #hold: ClockHold
  readonly #moves: ClockMoves
  readonly #deliveries: DueDeliveries

  constructor(parts: OutboxParts) {
    const hold = new ClockHold(parts.store, parts.clock)
    this.#parts = parts
    this.#hold = hold
    this.#attempts = new Attempts(parts, {
      changed: (notification) => this.#moves.note(notification),
      ended: (result) => this.#deliveries.goOn(result),
    })
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

  /** Aborts the attempts under way, of one merchant or of all, because their subject no longer exists. */
  forget(mchid?: string): void {
    this.#attempts.abandon('state_dropped', mchid)
  }

  /** Forgets what planned faults have postponed, as part of the change that drops the state. */
  forgetIn(draft: DocumentsDraft, mchid?: string): void {
    this.#parts.faults.postponed.clearIn(draft, mchid)
  }

  /** How far a move of the clock has come, by this process or another that shares the store; `undefined` if none is made. */
  get moving(): MoveProgress | undefined {
    return this.#moves.progress ?? this.#hold.othersProgress
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
   * one long move does what many short ones would. Before a move back, what is due is delivered.
   *
   * Moves queue behind one another, but not for long behind one that a receiver keeps waiting: the caller may be that receiver, and would wait for itself.
   *
   * @throws UsageError `MOCK_CLOCK_OUT_OF_RANGE` and `MOCK_CLOCK_BUSY`, before anything has changed; `MOCK_CLOCK_MOVE_ENDED` if the state was
   * dropped or the mock stopped on the way, with the clock left where it had got to
   */
  async moveClock(changeAt: (now: number) => ClockChange): Promise<void> {
    return this.#moves.inTurn(changeAt, (move) => this.paused(move))
  }

  /**
   * Delivers a callback now, whether it is due or not. Returns its state after the attempt; `undefined` if it does not exist, or what it reports has not
   * happened yet.
   */
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
