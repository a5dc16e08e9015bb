import { setTimeout as sleep } from 'node:timers/promises'
import { AdjustableClock, type ClockChange } from '../clock.ts'
import { RESETS, type Transaction } from '../state/store.ts'
import type { Attempts, BatchedAttempt, ClockStep, DueAttempt, EndedInBatch, Sending } from './attempts.ts'
import { originOf } from './callback.ts'
import { type ClockHold, type MoveProgress, moveEnded, moveUnderWay } from './clock-hold.ts'
import { DueQueue, repeatOf } from './due-queue.ts'
import { isTaken, type Notification, REPLY_LIMIT_MS } from './notification.ts'
import { type Due, findDue, isAwaitedElsewhere, type Pending } from './notifications.ts'
import type { OutboxParts } from './send-attempt.ts'
import { isSlow, SlowReceivers } from './slow-receivers.ts'

/** Most callbacks that one move of the clock delivers, so that a receiver that causes a new callback with each reply cannot hold it up forever. */
const MOST_DELIVERIES = 100_000

/** How many callbacks are sealed and signed together, and begun if they are due in one second: enough for the thread pool, and few to take back. */
const MOST_AT_ONCE = 64

/** The service tells no smaller parts of time, so the clock goes to the last callback of a second at once: each step is a write of the store. */
const STEP_MS = 1_000

/** How often a move looks whether other processes have replies to their attempts; milliseconds. */
const AWAIT_MS = 20

/** How long a move waits for its turn while a receiver keeps the one before it waiting; milliseconds on the machine's clock. */
const TURN_MS = 2_000

/** When a move was requested: how often moves had been ended, and the mock reset, until then. */
interface Requested {
  readonly era: number
  readonly resets: number | undefined
}

/** A move under way. */
interface Move {
  /** Attempts at callbacks that were due before it are made at this instant. */
  readonly from: number
  readonly until: number
  readonly resets: number | undefined
  readonly isEnded: () => boolean
  /** Callbacks taken from the queue, and those of them whose attempt is over. */
  taken: number
  delivered: number
  /** Attempts at the step before: they were taken, so nothing follows from them, and the next step records them. */
  ended: readonly EndedInBatch[]
}

/**
 * Moves the clock from one due instant to the next, delivering on the way (docs/decisions/0008).
 *
 * Callbacks go out one after the other. A receiver that keeps the move waiting is left behind: the others' callbacks go on, and its own follow as it
 * replies. The caller ensures that nothing else delivers during a move, and that no second move begins.
 */
export class ClockMoves {
  readonly #parts: Pick<OutboxParts, 'store' | 'clock' | 'faults' | 'keepEnds' | 'progressed'>
  readonly #attempts: Attempts
  readonly #hold: ClockHold
  /** Incremented to end all moves requested so far. */
  #era = 0
  /** Callbacks that the move under way has yet to deliver. */
  #queue: DueQueue | undefined
  /** The receivers that the move under way has left behind. */
  #slow: SlowReceivers | undefined
  #underWay: Move | undefined

  constructor(
    parts: Pick<OutboxParts, 'store' | 'clock' | 'faults' | 'keepEnds' | 'progressed'>,
    attempts: Attempts,
    hold: ClockHold,
  ) {
    this.#parts = parts
    this.#attempts = attempts
    this.#hold = hold
  }

  /** How far the move under way has come; `undefined` without one. */
  get progress(): MoveProgress | undefined {
    if (!this.#underWay) return undefined
    const { until, taken, delivered } = this.#underWay
    return { to: until, delivered, due: taken + (this.#queue?.countUntil(until) ?? 0) }
  }

  /** Tells a move under way about a callback that was added or changed. */
  note(notification: Notification): void {
    this.#queue?.add(notification)
  }

  /** Ends all moves requested so far, keeping what they have done, and abandons the attempt that one is waiting for. */
  end(): void {
    this.#era++
    if (this.#slow) this.#attempts.abandon('clock_move_ended')
  }

  /**
   * Makes a move when its turn comes.
   *
   * @param paused runs the move once nothing else delivers
   * @throws UsageError `MOCK_CLOCK_OUT_OF_RANGE` before anything has changed; `MOCK_CLOCK_MOVE_ENDED` if the move was ended on the way; `MOCK_CLOCK_BUSY` if
   * its turn did not come because a receiver keeps the move before it waiting: the caller may be that receiver, and would wait for itself
   */
  async inTurn(
    changeAt: (now: number) => ClockChange,
    paused: (move: () => Promise<void>) => Promise<void>,
  ): Promise<void> {
    const { clock } = this.#parts
    const waitsFor = this.#slow?.waitsFor(TURN_MS)
    if (waitsFor !== undefined || this.#hold.isOthers) throw moveUnderWay(clock.now(), waitsFor)
    const era = this.#era
    const refused = Promise.withResolvers<void>()
    let isRefused = false
    const timer = setInterval(() => {
      const keepsWaiting = this.#slow?.waitsFor(0)
      if (keepsWaiting === undefined) return
      isRefused = true
      refused.reject(moveUnderWay(clock.now(), keepsWaiting))
    }, TURN_MS)
    const move = paused(async () => {
      clearInterval(timer)
      if (!isRefused) await this.#move(changeAt, era)
    })
    try {
      await Promise.race([move, refused.promise])
    } finally {
      clearInterval(timer)
    }
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
    if (target < before) return this.#setBack(target, change, { era, resets })
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

  /**
   * Sets the clock back, and keeps in the same step what time has ended until now. It stands still meanwhile, so that nothing else comes to its end.
   * Callbacks that are due now go out first, as they would have to wait for their instant to come again.
   */
  async #setBack(to: number, change: ClockChange, { era, resets }: Requested): Promise<void> {
    const { clock, store, keepEnds } = this.#parts
    const frozen = change.frozen ?? (change.now === 'source' ? false : clock.frozen)
    if (!(await this.#hold.take(resets, { frozen: true }))) throw moveEnded(clock.now())
    const from = clock.now()
    let hasCome = false
    try {
      // Nothing, if the state whose callbacks are due is being dropped.
      await this.#deliverUntil(from, { era, resets })
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
   * Delivers everything that is due until an instant, with the clock standing still at each delivery.
   *
   * @returns `false` if it was ended early
   */
  async #deliverUntil(target: number, { era, resets }: Requested): Promise<boolean> {
    const { clock, store } = this.#parts
    const isEnded = () => this.#attempts.stopped || era !== this.#era
    const move: Move = { from: clock.now(), until: target, resets, isEnded, taken: 0, delivered: 0, ended: [] }
    this.#underWay = move
    const slow = new SlowReceivers((one, limitMs) => this.#deliverOne(one, { limitMs }, move))
    this.#slow = slow
    let awaitedUntil: number | undefined
    try {
      while (move.taken < MOST_DELIVERIES) {
        if (isEnded()) return false
        // Reading at each instant would take longer than the deliveries, so the store is only read again before the end.
        if (this.#queue === undefined || this.#queue.next > target) {
          await this.#keepEnded(move)
          if (await slow.oneEnded()) continue
          const { due, isAwaited } = await store.transaction((tx) => this.#findDue(tx, target))
          this.#queue = new DueQueue(due)
          if (isEnded()) return false
          if (this.#queue.next <= target) continue
          awaitedUntil ??= performance.now() + REPLY_LIMIT_MS
          if (!isAwaited || performance.now() > awaitedUntil) return true
          // Another process waits for a reply: a move ends when all that was due has been delivered, whoever does it.
          await sleep(AWAIT_MS)
          continue
        }
        const batch = this.#nextStep(this.#queue, move)
        move.taken += batch.length
        if (!(await this.#deliver(batch, move, slow))) return false
        this.#parts.progressed()
      }
      return true
    } finally {
      this.#queue = undefined
      try {
        await this.#keepEnded(move)
      } finally {
        await slow.settled()
        this.#slow = undefined
        this.#underWay = undefined
      }
    }
  }

  /** Finds what this process has to deliver, and whether a reply to another process is awaited. */
  async #findDue(tx: Transaction, target: number): Promise<Pick<Due, 'due' | 'isAwaited'>> {
    const { clock, store } = this.#parts
    const machine = clock.source.now()
    if (!store.documents.refresh) return findDue(tx, target, machine)
    const [{ due, isAwaited }, isElsewhere] = await Promise.all([
      findDue(tx, target, machine),
      isAwaitedElsewhere(tx, machine, this.#attempts.ids),
    ])
    return { due, isAwaited: isAwaited || isElsewhere }
  }

  /** Whether an attempt may go another way than being sent: each is judged by itself then. */
  get #hasFaults(): boolean {
    const { planned, postponed } = this.#parts.faults
    return planned.length > 0 || !postponed.isEmpty
  }

  /** Takes the callbacks that the clock stops for next. */
  #nextStep(queue: DueQueue, { from, until }: Move): readonly Pending[] {
    const end = Math.floor(Math.max(queue.next, from) / STEP_MS + 1) * STEP_MS - 1
    return queue.take(this.#hasFaults ? 1 : MOST_AT_ONCE, { from, until: Math.min(end, until) })
  }

  /** Moves the clock to the callbacks of one step, and delivers them one after the other. @returns `false` if the move was ended */
  async #deliver(batch: readonly Pending[], move: Move, slow: SlowReceivers): Promise<boolean> {
    const isSingle = this.#hasFaults
    const together = (some: readonly Pending[]) => {
      const due = isSingle ? [] : some.filter(({ url }) => !slow.has(originOf(url)))
      return due.map((notification): DueAttempt => ({ notification, at: atOf(notification, move) }))
    }
    // Those that are certainly next are signed while these are sent.
    const until = Math.min(move.until, ...batch.map((one) => repeatOf(one, move.from) - 1))
    const next = this.#queue?.peek(MOST_AT_ONCE, { from: move.from, until }) ?? []
    this.#attempts.prepare(together([...batch, ...next]))
    if (move.isEnded()) return false
    const step = this.#stepTo(Math.max(...batch.map((one) => atOf(one, move))), move)
    const begun = new Map<string, BatchedAttempt>()
    for (const one of await this.#attempts.beginAll(together(batch), step, move.ended))
      begun.set(one.notification.id, one)
    move.ended = []
    const left = new Set(begun.values())
    const ended: EndedInBatch[] = []
    let late = 0
    const kept = Promise.withResolvers<void>()
    try {
      for (const one of batch) {
        if (move.isEnded()) return false
        const receiver = originOf(one.url)
        if (slow.has(receiver)) {
          slow.push(receiver, one)
          continue
        }
        if (isSingle) {
          const sent = Promise.withResolvers<void>()
          const delivery = this.#deliverOne(one, { onSend: sent.resolve }, move)
          if (await isSlow(delivery, sent.promise)) slow.add(receiver, delivery)
          continue
        }
        const attempt = begun.get(one.id)
        if (!attempt || !left.delete(attempt)) {
          move.delivered++
          continue
        }
        const sent = Promise.withResolvers<void>()
        const sending = this.#attempts.send(attempt, sent.resolve).finally(() => move.delivered++)
        if (!(await isSlow(sending, sent.promise))) ended.push(await sending)
        else {
          late++
          // Others that were begun for this receiver are taken back first.
          slow.add(
            receiver,
            sending.then(async (over) => {
              await kept.promise
              const [after] = await this.#attempts.endAll([over])
              if (after) this.note(after)
              return after
            }),
          )
        }
      }
      return !move.isEnded()
    } finally {
      if (left.size + late === 0 && ended.every(wasTaken)) move.ended = ended
      else {
        const all = [...ended, ...[...left].map((attempt) => ({ attempt }))]
        for (const after of await this.#attempts.endAll(all).finally(kept.resolve)) this.note(after)
      }
    }
  }

  /**
   * Lets the clock stand still at an instant, in the step in which the attempts of that instant begin: until it has come to the end of a row, the row may
   * end otherwise, and its callback is replaced. `undefined` if the clock has got there.
   */
  #stepTo(at: number, { resets, isEnded }: Move): ClockStep | undefined {
    const { clock } = this.#parts
    if (clock.frozen && at <= clock.now()) return undefined
    const now = Math.max(at, clock.now())
    const { progress } = this
    return {
      now,
      along: (draft) => {
        if (isEnded() || !this.#hold.takeIn(draft, resets, { now, frozen: true }, progress))
          throw moveEnded(clock.now())
      },
    }
  }

  /** Records what no further step will. */
  async #keepEnded(move: Move): Promise<void> {
    const { ended } = move
    move.ended = []
    await this.#attempts.endAll(ended)
  }

  /** Delivers one callback at the instant at which it is due, which the clock may have left behind. */
  async #deliverOne(one: Pending, sending: Sending, move: Move): Promise<Notification | undefined> {
    if (move.isEnded()) return undefined
    try {
      const begun = await this.#attempts.begin(one, false, atOf(one, move))
      if (move.isEnded() || !begun || begun === 'postponed') return undefined
      const kept = await this.#attempts.finish(begun, sending)
      if (kept) this.note(kept)
      return kept
    } finally {
      move.delivered++
    }
  }
}

function wasTaken({ outcome }: EndedInBatch): boolean {
  return outcome !== undefined && 'status' in outcome && isTaken(outcome.status)
}

function atOf({ dueAt }: Pending, { from }: Move): number {
  return Math.max(dueAt, from)
}
