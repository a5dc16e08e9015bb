import type { Awaitable } from '../../wire/shared/pieces.ts'
import { sentences } from '../../wire/shared/texts.ts'
import { HOLD_LIMIT_MS } from '../faults/held.ts'
import type { NewNotification } from '../operation.ts'
import type { DocumentsChange } from '../state/documents.ts'
import type { Transaction } from '../state/store.ts'
import { type Abandonment, type AllowedHosts, abandonment, plainHost } from './callback.ts'
import {
  type AttemptOutcome,
  beginAttempt,
  endAttempt,
  isAwaited,
  isTaken,
  isUnderWay,
  LEASE_MS,
  type Notification,
  REPLY_LIMIT_MS,
} from './notification.ts'
import { isDue, notifications, putIntoOutbox } from './notifications.ts'
import type { FollowUp, Reference } from './postponed-attempts.ts'
import {
  type AttemptFault,
  describeAttempt,
  type Judgement,
  judgeOnce,
  type OutboxParts,
  type Prepared,
  prepareAttempt,
  type SendingOptions,
  type Sent,
  sendPrepared,
} from './send-attempt.ts'

/** An attempt that the store records as begun and that has not been sent yet. */
export interface BegunAttempt {
  readonly notification: Notification
  readonly at: number
  /** The planned fault that applies to it. */
  readonly fault?: AttemptFault | undefined
}

/** An attempt to make at an instant, epoch milliseconds. */
export interface DueAttempt {
  readonly notification: Notification
  readonly at: number
}

/** A change of the clock, and the instant to which it brings it. */
export interface ClockStep {
  /** Epoch milliseconds. */
  readonly now: number
  /** @throws if the clock is not to be moved any more */
  readonly along: DocumentsChange
}

/** An attempt that is being sealed and signed. */
interface AttemptInPreparation {
  readonly requestId: string
  readonly prepared: Promise<Prepared>
}

/** An attempt that was begun together with others, on its way to be sent. */
export interface BatchedAttempt extends BegunAttempt, AttemptInPreparation {
  /** The callback before the attempt. */
  readonly before: Notification
  readonly underWay: AttemptUnderWay
}

/** An attempt of a batch, and its outcome; without one it was not made, and its callback is due as before. */
export interface EndedInBatch {
  readonly attempt: BatchedAttempt
  readonly outcome?: AttemptOutcome
  /** Resolves once the journal has it. */
  readonly journaled?: Awaitable<void>
}

interface AttemptToSend extends SendingOptions {
  readonly notification: Notification
  readonly index: number
  readonly requestId: string
  readonly damage: AttemptFault['damage']
}

/** How an attempt is sent. */
export interface Sending extends Partial<Pick<SendingOptions, 'limitMs' | 'onSend'>> {}

interface Listeners {
  /** Called with callbacks whose due time changed without anyone asking for an attempt. */
  readonly changed: (notification: Notification) => void
  /** Called after an attempt that was held, for which nobody waits, with the bug that ended it, if any. */
  readonly ended: (result: { readonly bug?: unknown }) => void
}

interface AttemptUnderWay extends Reference {
  readonly abandon: AbortController
  readonly ended: Promise<void>
  end(): void
}

/**
 * Attempts to deliver callbacks, one at a time for each caller: records in the store that an attempt begins, sends it, and records how it ended.
 *
 * No transaction is open while it is sent, so nothing waits for a receiver.
 */
export class Attempts {
  readonly #parts: OutboxParts
  readonly #allowed: AllowedHosts
  readonly #listeners: Listeners
  readonly #beginning = new Set<Promise<void>>()
  readonly #underWay = new Set<AttemptUnderWay>()
  /** Attempts that have not begun, by their callbacks as these were found. */
  readonly #prepared = new WeakMap<Notification, AttemptInPreparation>()
  #stopped = false
  /** Whether the grace period is over, so that attempts end as soon as they begin. */
  #cut = false

  constructor(parts: OutboxParts, listeners: Listeners) {
    this.#parts = parts
    this.#allowed = parts.allowedHosts === 'any' ? 'any' : new Set(parts.allowedHosts.map(plainHost))
    this.#listeners = listeners
  }

  /** Whether new attempts must not begin. */
  get stopped(): boolean {
    return this.#stopped
  }

  /** Lets the attempts under way finish for up to `graceMs`. Callers check {@link stopped} before each attempt. */
  async stop(graceMs: number): Promise<void> {
    this.#stopped = true
    const timer = setTimeout(() => {
      this.#cut = true
      this.abandon('mock_stopped')
    }, graceMs)
    // An attempt that is just beginning will be under way next.
    while (this.#beginning.size + this.#underWay.size > 0) {
      await Promise.all([...this.#beginning, ...[...this.#underWay].map(({ ended }) => ended)])
    }
    clearTimeout(timer)
  }

  /** Allows attempts again after {@link stop}. */
  start(): void {
    this.#stopped = false
    this.#cut = false
  }

  /** Aborts the attempts under way, of one merchant or of all. */
  abandon(why: Abandonment, mchid?: string): void {
    for (const attempt of this.#underWay) {
      if (mchid === undefined || attempt.mchid === mchid) attempt.abandon.abort(why)
    }
  }

  get ids(): ReadonlySet<string> {
    return new Set([...this.#underWay].map(({ id }) => id))
  }

  /** Attempts to deliver one callback, if it is due. */
  async attempt(reference: Reference): Promise<void> {
    const begun = await this.begin(reference, false)
    if (begun && begun !== 'postponed') await this.finish(begun)
  }

  /**
   * Records that an attempt begins, and the repeat that follows if it fails, before anything is sent: of two processes that share a store only
   * one sends it, and a process that dies halfway leaves a callback that is repeated.
   *
   * @param anyTime whether to begin even if it is not due, though never before what it reports has happened
   * @param instant when it is made, epoch milliseconds, not after now. Default: now
   */
  begin({ mchid, id }: Reference, anyTime: boolean, instant?: number): Promise<BegunAttempt | 'postponed' | undefined> {
    const { store, clock, faults } = this.#parts
    const judge = judgeOnce(faults)
    return this.#waitedFor(
      store.transaction(async (tx) => {
        const found = await tx.in(notifications).find(mchid, id)
        const at = Math.min(instant ?? clock.now(), clock.now())
        const mayBegin = (one: Notification) =>
          anyTime ? (one.happensAt ?? at) <= at : isDue(one, at) && !isAwaited(one, clock.source.now())
        if (!found || !mayBegin(found)) return undefined
        return this.#beginFound(tx, found, at, await judge(found, at))
      }),
    )
  }

  /** Creates a callback whose first attempt begins at once. */
  async beginNew(
    notification: NewNotification,
  ): Promise<{ readonly made: Notification; readonly begun: BegunAttempt | 'postponed' }> {
    const { store, clock, ids, faults } = this.#parts
    const judge = judgeOnce(faults)
    return this.#waitedFor(
      store.transaction(async (tx) => {
        const at = clock.now()
        const made = await putIntoOutbox(tx, notification, { now: at, ids })
        // Saved as begun, so that no other process takes it for a due one.
        return { made, begun: await this.#beginFound(tx, made, at, await judge(made, at)) }
      }),
    )
  }

  /**
   * Sends an attempt that has begun and records how it ended. If the callback was taken, also sends what planned faults have arranged to follow it.
   * Does not wait for one that is held, so that it holds up nothing else.
   *
   * @returns the callback after the attempt, or as it is held; `undefined` if it no longer exists
   */
  async finish(begun: BegunAttempt, sending: Sending = {}): Promise<Notification | undefined> {
    const { changed, ended } = this.#listeners
    const finished = this.#finishAll(begun, sending)
    if (begun.fault?.effect !== 'hold') return finished
    finished.then(
      (kept) => {
        if (kept) changed(kept)
        ended({})
      },
      (bug: unknown) => ended({ bug }),
    )
    return begun.notification
  }

  /** Seals and signs attempts side by side, before {@link beginAll}. Nobody may have planned a fault. */
  prepare(due: readonly DueAttempt[]): void {
    for (const one of due) {
      if (!this.#prepared.has(one.notification)) this.#prepared.set(one.notification, this.#inPreparation(one))
    }
  }

  /**
   * Records in one step that attempts begin, each at an instant of its own, to which the clock must have come: an attempt that has begun is history, which
   * no change of the row that it reports on takes back. Leaves out callbacks that have changed meanwhile. If only the message of one has changed, it is
   * prepared anew.
   *
   * @param step moves the clock there first
   * @param ended attempts whose outcome is recorded in the same step: {@link endAll} for them is not needed then
   */
  async beginAll(
    due: readonly DueAttempt[],
    step?: ClockStep,
    ended: readonly EndedInBatch[] = [],
  ): Promise<readonly BatchedAttempt[]> {
    const { store, clock } = this.#parts
    const work = async (tx: Transaction) => {
      const found: (DueAttempt & { readonly wanted: Notification; readonly before: Notification })[] = []
      // A store in Redis is asked once for all.
      const [stored] = await Promise.all([
        Promise.all(due.map(({ notification: { mchid, id } }) => tx.in(notifications).find(mchid, id))),
        this.#endIn(tx, ended),
      ])
      const begunIds = new Set<string>()
      for (const [i, { notification: wanted, at }] of due.entries()) {
        const before = begunIds.has(wanted.id) ? undefined : stored[i]
        if (before?.dueAt !== wanted.dueAt || before === undefined || isAwaited(before, clock.source.now())) continue
        if (at > (step?.now ?? clock.now())) continue
        const notification = this.#begun(before, at)
        await tx.in(notifications).save(notification)
        begunIds.add(wanted.id)
        found.push({ wanted, before, notification, at })
      }
      return found
    }
    const begin = () => this.#waitedFor(store.transaction(work, step?.along))
    const begun = await this.#ending(ended, begin)
    return begun.map(({ wanted, before, notification, at }): BatchedAttempt => {
      const prepared = hasSameMessage(before, wanted) ? this.#prepared.get(wanted) : undefined
      const inPreparation = prepared ?? this.#inPreparation({ notification: before, at })
      return { ...inPreparation, before, notification, at, underWay: this.#register(notification) }
    })
  }

  /** @param due with the callback before the attempt */
  #inPreparation({ notification, at }: DueAttempt): AttemptInPreparation {
    const requestId = this.#parts.ids.requestId()
    const index = notification.attempts.length
    const attempt = { notification, at, index, requestId, damage: undefined }
    const prepared = prepareAttempt(this.#parts, this.#allowed, attempt)
    // It may never be sent.
    prepared.catch(() => {})
    return { requestId, prepared }
  }

  /** Sends an attempt of a batch, and puts it into the journal. {@link endAll} keeps its outcome. */
  async send(attempt: BatchedAttempt, onSend: () => void): Promise<EndedInBatch> {
    const { stopwatch, journal, settings } = this.#parts
    const { notification, at, requestId, underWay, prepared } = attempt
    const { signal: abandoned } = underWay.abandon
    const index = notification.attempts.length - 1
    const started = stopwatch()
    const ready = await prepared
    if (abandoned.aborted) return { attempt }
    const sent = await sendPrepared(this.#parts.send, ready, { abandoned, limitMs: REPLY_LIMIT_MS, onSend })
    const { outcome } = sent
    const ended = endAttempt(notification, index, { at, outcome })
    const isDropped = abandoned.aborted && abandoned.reason === ('state_dropped' satisfies Abandonment)
    if (!ended || isDropped) return { attempt, outcome }
    const durationMs = stopwatch() - started
    const rest = { index, requestId, at, durationMs, sent, fault: undefined, settings: settings() }
    return { attempt, outcome, journaled: journal.add(describeAttempt({ notification: ended, ...rest })) }
  }

  /** Records in one step how attempts of a batch ended, and takes back those that were not made. Returns their callbacks, but for dropped ones. */
  async endAll(ended: readonly EndedInBatch[]): Promise<readonly Notification[]> {
    if (ended.length === 0) return []
    return this.#ending(ended, () => this.#parts.store.transaction((tx) => this.#endIn(tx, ended)))
  }

  /** Lets attempts be under way until a transaction has recorded how they ended. */
  async #ending<Result>(ended: readonly EndedInBatch[], record: () => Promise<Result>): Promise<Result> {
    try {
      await Promise.all(ended.map(({ journaled }) => journaled))
      return await record()
    } finally {
      for (const { attempt } of ended) this.#unregister(attempt.underWay)
    }
  }

  async #endIn(tx: Transaction, ended: readonly EndedInBatch[]): Promise<readonly Notification[]> {
    const kept: Notification[] = []
    const stored = await Promise.all(
      ended.map(({ attempt: { notification } }) => tx.in(notifications).find(notification.mchid, notification.id)),
    )
    for (const [i, { attempt, outcome }] of ended.entries()) {
      const { before, notification, at } = attempt
      const index = notification.attempts.length - 1
      const found = stored[i]
      const begun = found?.attempts[index]
      if (found === undefined || begun === undefined || begun.at !== at || !isUnderWay(begun)) continue
      const after = outcome === undefined ? before : endAttempt(found, index, { at, outcome })
      if (after === undefined) continue
      await tx.in(notifications).save(after)
      kept.push(after)
    }
    return kept
  }

  async #finishAll(begun: BegunAttempt, sending: Sending): Promise<Notification | undefined> {
    const first = await this.#finishOne(begun, sending)
    const done = first ? [first] : []
    // Grows during the loop: other callbacks may wait for one that followed.
    for (const notification of done) {
      if (!wasTaken(notification)) continue
      for (const followUp of await this.#parts.faults.postponed.after(notification)) {
        if (this.#stopped) break
        const next = await this.#beginFollowUp(followUp)
        const kept = next && (await this.#finishOne(next, {}))
        if (!kept) continue
        this.#listeners.changed(kept)
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
  ): Promise<BegunAttempt | 'postponed'> {
    const { postponed } = this.#parts.faults
    if (judgement.postponedTo !== undefined) {
      const later = { ...found, dueAt: judgement.postponedTo }
      await tx.in(notifications).save(later)
      await postponed.add(later, judgement)
      this.#listeners.changed(later)
      return 'postponed'
    }
    const notification = this.#begun(found, at, judgement.fault)
    await tx.in(notifications).save(notification)
    if (judgement.isDoubled && judgement.fault) await postponed.addDuplicate(notification, judgement.fault)
    return { notification, at, fault: judgement.fault }
  }

  #begun(found: Notification, at: number, fault?: AttemptFault): Notification {
    const lease = LEASE_MS + (fault?.effect === 'hold' ? HOLD_LIMIT_MS : 0)
    return beginAttempt(found, at, this.#parts.clock.source.now() + lease)
  }

  #beginFollowUp({ mchid, id, remark, plan, effect, fits }: FollowUp): Promise<BegunAttempt | undefined> {
    const { store, clock } = this.#parts
    return this.#waitedFor(
      store.transaction(async (tx) => {
        const found = await tx.in(notifications).find(mchid, id)
        if (!found || !fits(found)) return undefined
        const at = clock.now()
        const notification = this.#begun(found, at)
        await tx.in(notifications).save(notification)
        return { notification, at, fault: { remark, effect, ...(plan && { plan }) } }
      }),
    )
  }

  /** Lets {@link stop} wait for an attempt that is being begun. */
  #waitedFor<Result>(begin: Promise<Result>): Promise<Result> {
    // The caller starts sending before the next turn of the event loop, and then the attempt is under way.
    const made = begin.then(nextTurn, nextTurn).finally(() => this.#beginning.delete(made))
    this.#beginning.add(made)
    return begin
  }

  #register({ id, mchid }: Notification): AttemptUnderWay {
    const ended = Promise.withResolvers<void>()
    const attempt = { id, mchid, abandon: new AbortController(), ended: ended.promise, end: ended.resolve }
    this.#underWay.add(attempt)
    if (this.#cut) attempt.abandon.abort('mock_stopped' satisfies Abandonment)
    return attempt
  }

  #unregister(attempt: AttemptUnderWay): void {
    this.#underWay.delete(attempt)
    attempt.end()
  }

  async #finishOne(begun: BegunAttempt, sending: Sending): Promise<Notification | undefined> {
    const attempt = this.#register(begun.notification)
    try {
      return await this.#make(begun, attempt.abandon.signal, sending)
    } finally {
      this.#unregister(attempt)
    }
  }

  async #make(
    begun: BegunAttempt,
    abandoned: AbortSignal,
    { limitMs = REPLY_LIMIT_MS, onSend }: Sending,
  ): Promise<Notification | undefined> {
    const { store, journal, stopwatch, ids, settings } = this.#parts
    const { notification, at } = begun
    const index = notification.attempts.length - 1
    const started = stopwatch()
    const requestId = ids.requestId()
    const attempt = { notification, index, requestId, damage: begun.fault?.damage, abandoned, limitMs, onSend }
    const { sent, fault } =
      begun.fault?.effect === 'hold'
        ? await this.#hold(attempt, at, begun.fault)
        : { sent: await this.#send(attempt), fault: begun.fault }
    const { outcome } = sent
    const kept = await store.transaction(async (tx) => {
      const found = await tx.in(notifications).find(notification.mchid, notification.id)
      const ended = found && endAttempt(found, index, { at, outcome })
      if (ended) await tx.in(notifications).save(ended)
      return ended
    })
    // A callback that was dropped meanwhile reappears neither in the store nor in the journal.
    if (!kept) return undefined
    await journal.add(
      describeAttempt({
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

  async #send(attempt: AttemptToSend): Promise<Sent> {
    const { clock, send } = this.#parts
    const prepared = await prepareAttempt(this.#parts, this.#allowed, { ...attempt, at: clock.now() })
    return sendPrepared(send, prepared, attempt)
  }

  /** Holds an attempt until somebody decides what becomes of it. It is signed only then, as its receiver judges its age. */
  async #hold(attempt: AttemptToSend, at: number, fault: AttemptFault): Promise<{ sent: Sent; fault: AttemptFault }> {
    const { faults, clock, settings } = this.#parts
    const { abandoned } = attempt
    const exchange = describeAttempt({ ...attempt, at, durationMs: 0, fault, settings: settings() })
    const { decision, text } = await faults.held.hold({ exchange }, clock.source.now(), abandoned)
    if (abandoned.aborted) return { fault, sent: { outcome: { reason: abandonment(abandoned.reason) } } }
    return {
      fault: { ...fault, remark: sentences([fault.remark, text]) },
      sent: decision.decide === 'lose' ? { outcome: { reason: { name: 'lost' } } } : await this.#send(attempt),
    }
  }
}

/** The members of a callback that make its message. */
const MESSAGE = [
  ...['url', 'eventType', 'summary', 'originalType', 'associatedData', 'resource', 'xml', 'createdAt', 'happensAt'],
] as const satisfies readonly (keyof Notification)[]

/** Whether the next attempt at a callback, as it was found at two times, sends the same message. */
function hasSameMessage(one: Notification, other: Notification): boolean {
  return one.attempts.length === other.attempts.length && MESSAGE.every((member) => one[member] === other[member])
}

function wasTaken({ attempts }: Notification): boolean {
  const status = attempts.at(-1)?.status
  return status !== undefined && isTaken(status)
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
