import type { NewNotification } from '../operation.ts'
import type { Transaction } from '../state/store.ts'
import type { Abandonment } from './callback.ts'
import { type AllowedHosts, plainHost } from './callback-host.ts'
import { describeTry } from './describe-attempt.ts'
import { type Judgement, judgeOnce, type TryFault } from './judge-attempt.ts'
import { HELD_MS } from './lease.ts'
import { beginAttempt, endAttempt, isTaken, type Notification } from './notification.ts'
import { notifications } from './notifications.ts'
import { putIntoOutbox } from './notify.ts'
import type { OutboxParts } from './outbox-parts.ts'
import { isDue } from './pending.ts'
import type { FollowUp } from './postponed-attempts.ts'
import { sendTry } from './send-attempt.ts'

/** Which callback is meant. */
export type Reference = Pick<Notification, 'mchid' | 'id'>

/** A try that is written down, but not made yet. */
export interface Begun {
  readonly notification: Notification
  readonly at: number
  /** What a planned fault does to it. */
  readonly fault?: TryFault | undefined
}

/** A try that is under way. */
interface Attempt extends Reference {
  readonly abandon: AbortController
  readonly ended: Promise<void>
}

/**
 * Makes tries to deliver callbacks, one at a time for whoever asks: begins them in the store, sends them, and writes down how they ended.
 *
 * Between the two no transaction is open, so that nothing waits for a receiver.
 */
export class Tries {
  readonly #parts: OutboxParts
  readonly #allowed: AllowedHosts
  readonly #changed: (notification: Notification) => void
  readonly #beginning = new Set<Promise<void>>()
  readonly #underWay = new Set<Attempt>()
  #stopped = false
  /** Whether what is under way is not waited for any more. */
  #cut = false

  /** @param changed told of callbacks that are due at another time than before, though nobody has asked for a try of them */
  constructor(parts: OutboxParts, changed: (notification: Notification) => void) {
    this.#parts = parts
    this.#allowed = parts.allowedHosts === 'any' ? 'any' : new Set(parts.allowedHosts.map(plainHost))
    this.#changed = changed
  }

  /** Whether no more tries are to be begun. */
  get stopped(): boolean {
    return this.#stopped
  }

  /** Lets the tries under way finish for up to `graceMs`; those who make tries look at {@link stopped} before each. */
  async stop(graceMs: number): Promise<void> {
    this.#stopped = true
    const timer = setTimeout(() => {
      this.#cut = true
      this.abandon('mock_stopped')
    }, graceMs)
    // A try that is just being begun is under way afterwards.
    while (this.#beginning.size + this.#underWay.size > 0) {
      await Promise.all([...this.#beginning, ...[...this.#underWay].map(({ ended }) => ended)])
    }
    clearTimeout(timer)
  }

  /** Goes on after {@link stop}. */
  start(): void {
    this.#stopped = false
    this.#cut = false
  }

  /** Ends the tries under way, of one merchant or of all. */
  abandon(why: Abandonment, mchid?: string): void {
    for (const attempt of this.#underWay) {
      if (mchid === undefined || attempt.mchid === mchid) attempt.abandon.abort(why)
    }
  }

  /** Ids of the callbacks that are being tried. */
  get ids(): ReadonlySet<string> {
    return new Set([...this.#underWay].map(({ id }) => id))
  }

  /** Tries to deliver one callback, if it is due. */
  async attempt(reference: Reference): Promise<void> {
    const begun = await this.begin(reference, false)
    if (begun && begun !== 'put_off') await this.finish(begun)
  }

  /**
   * Writes down that a try begins, with the repeat that follows if it fails, before anything is sent: of two processes with one store only
   * one sends it, and one that ends halfway leaves a callback that is repeated.
   *
   * @param anyTime whether it need not be due
   */
  begin({ mchid, id }: Reference, anyTime: boolean): Promise<Begun | 'put_off' | undefined> {
    const { store, clock, faults } = this.#parts
    const judge = judgeOnce(faults)
    return this.#waitedFor(
      store.transaction(async (tx) => {
        const found = await tx.in(notifications).find(mchid, id)
        const at = clock.now()
        if (!found || !(anyTime || isDue(found, at))) return undefined
        return this.#beginFound(tx, found, at, await judge(found, at))
      }),
    )
  }

  /** Makes a callback whose first try begins at once. */
  async beginNew(
    notification: NewNotification,
  ): Promise<{ readonly made: Notification; readonly begun: Begun | 'put_off' }> {
    const { store, clock, ids, faults } = this.#parts
    const judge = judgeOnce(faults)
    return this.#waitedFor(
      store.transaction(async (tx) => {
        const at = clock.now()
        const made = await putIntoOutbox(tx, notification, { now: at, ids })
        // Saved as begun, so that nobody else takes it for one that is due.
        return { made, begun: await this.#beginFound(tx, made, at, await judge(made, at)) }
      }),
    )
  }

  /**
   * Makes a try that has begun, and writes down how it ended; when it was taken, sends what planned faults let follow. The callback after the
   * try; `undefined` when it is gone.
   */
  async finish(begun: Begun): Promise<Notification | undefined> {
    const first = await this.#finishOne(begun)
    const done = first ? [first] : []
    // Grows while it is gone through: what followed may have been waited for in its turn.
    for (const notification of done) {
      if (!wasTaken(notification)) continue
      for (const followUp of await this.#parts.faults.putOff.after(notification)) {
        if (this.#stopped) break
        const next = await this.#beginFollowUp(followUp)
        const kept = next && (await this.#finishOne(next))
        if (!kept) continue
        this.#changed(kept)
        done.push(kept)
      }
    }
    return first
  }

  async #beginFound(
    tx: Transaction,
    found: Notification,
    at: number,
    judgement: Judgement,
  ): Promise<Begun | 'put_off'> {
    const { putOff } = this.#parts.faults
    if (judgement.putOffTo !== undefined) {
      const later = { ...found, dueAt: judgement.putOffTo }
      await tx.in(notifications).save(later)
      await putOff.add(later, judgement)
      this.#changed(later)
      return 'put_off'
    }
    const notification = this.#begun(found, at)
    await tx.in(notifications).save(notification)
    if (judgement.duplicate !== undefined) await putOff.addDuplicate(notification, judgement.duplicate)
    return { notification, at, fault: judgement.fault }
  }

  #begun(found: Notification, at: number): Notification {
    return beginAttempt(found, at, this.#parts.clock.source.now() + HELD_MS)
  }

  #beginFollowUp({ mchid, id, remark, effect, fits }: FollowUp): Promise<Begun | undefined> {
    const { store, clock } = this.#parts
    return this.#waitedFor(
      store.transaction(async (tx) => {
        const found = await tx.in(notifications).find(mchid, id)
        if (!found || !fits(found)) return undefined
        const at = clock.now()
        const notification = this.#begun(found, at)
        await tx.in(notifications).save(notification)
        return { notification, at, fault: { remark, effect } }
      }),
    )
  }

  /** Lets {@link stop} wait for a try that is being begun. */
  #waitedFor<Result>(begin: Promise<Result>): Promise<Result> {
    // Whoever has begun it makes it before anything else happens in the process, and then it is under way.
    const made = begin.then(nextTurn, nextTurn).finally(() => this.#beginning.delete(made))
    this.#beginning.add(made)
    return begin
  }

  async #finishOne(begun: Begun): Promise<Notification | undefined> {
    const ended = Promise.withResolvers<void>()
    const { id, mchid } = begun.notification
    const attempt = { id, mchid, abandon: new AbortController(), ended: ended.promise }
    this.#underWay.add(attempt)
    if (this.#cut) attempt.abandon.abort('mock_stopped' satisfies Abandonment)
    try {
      return await this.#make(begun, attempt.abandon.signal)
    } finally {
      this.#underWay.delete(attempt)
      ended.resolve()
    }
  }

  async #make({ notification, at, fault }: Begun, abandoned: AbortSignal): Promise<Notification | undefined> {
    const { store, journal, stopwatch, ids, settings } = this.#parts
    const index = notification.attempts.length - 1
    const started = stopwatch()
    const requestId = ids.requestId()
    const sent = await sendTry(this.#parts, this.#allowed, {
      notification,
      index,
      requestId,
      spoil: fault?.spoil,
      abandoned,
    })
    const { outcome } = sent
    const kept = await store.transaction(async (tx) => {
      const found = await tx.in(notifications).find(notification.mchid, notification.id)
      const ended = found && endAttempt(found, index, { at, outcome })
      if (ended) await tx.in(notifications).save(ended)
      return ended
    })
    // What was dropped meanwhile comes back neither in the store nor in the journal.
    if (!kept) return undefined
    await journal.add(
      describeTry({
        notification: kept,
        index,
        requestId,
        at,
        durationMs: stopwatch() - started,
        sent,
        fault,
        settings: settings(),
      }),
    )
    return kept
  }
}

/** Whether the try that was made last was taken. */
function wasTaken({ attempts }: Notification): boolean {
  const status = attempts.at(-1)?.status
  return status !== undefined && isTaken(status)
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
