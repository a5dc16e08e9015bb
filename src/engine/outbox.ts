import { randomUUID } from 'node:crypto'
import { orLastInstant } from '../domain/last-instant.ts'
import {
  type AttemptOutcome,
  beginAttempt,
  byDueTime,
  endAbandoned,
  endAttempt,
  isTaken,
  type Notification,
  REPEAT_SCHEDULES,
} from '../domain/notification.ts'
import { UsageError } from '../protocol/errors.ts'
import { formatInstant } from '../protocol/instant.ts'
import { nothingFound } from './before.ts'
import { type CallbackRequest, type CallbackSender, sendCallback } from './callback.ts'
import { type AllowedHosts, obstacleTo, originOf, plainHost } from './callback-host.ts'
import { AdjustableClock, type ClockChange } from './clock.ts'
import { type DocumentsDraft, documentKey } from './documents.ts'
import type { Faults } from './faults.ts'
import type { IdSource } from './ids.ts'
import type { Journal, Remark } from './journal.ts'
import type { KeyMode, Merchant, MerchantDirectory, Platform } from './merchants.ts'
import { putIntoOutbox } from './notify.ts'
import { type NewNotification, type Settings, signatureTime } from './operation.ts'
import { chooseCallbackKey } from './platform-key.ts'
import type { FollowUp } from './put-off-tries.ts'
import { type CallbackSpoil, sealedAndSigned } from './spoil-callback.ts'
import type { Store, Transaction } from './store.ts'
import { StoreUnavailable } from './store-unavailable.ts'

/** What an outbox works with. */
export interface OutboxParts {
  readonly store: Store
  readonly clock: AdjustableClock
  /** How long things take on the machine, milliseconds. */
  readonly stopwatch: () => number
  readonly ids: IdSource
  readonly journal: Journal
  readonly merchants: MerchantDirectory
  /** The platform's keys at an instant; `chosenBy` decides between two certificates in use. */
  readonly platformAt: (now: number, chosenBy: string) => Platform
  readonly settings: () => Settings
  /** Percentage of a merchant's callbacks that are signed with the public key, where it has both. */
  readonly publicKeyShareOf: (merchant: Merchant) => number
  readonly send: CallbackSender
  /** What is planned to go wrong. */
  readonly faults: Pick<Faults, 'takeTry' | 'putOff'>
  /** Names and addresses, without ports, that are called besides this machine. */
  readonly allowedHosts: readonly string[] | 'any'
}

/** Which callback is meant. */
type Reference = Pick<Notification, 'mchid' | 'id'>

/** Callbacks to one receiver that are due, in their order. */
interface Lane {
  readonly waiting: Notification[]
  run: Promise<void>
}

type Pending = Notification & { readonly dueAt: number }

/** A try that is under way. */
interface Attempt {
  readonly id: string
  readonly mchid: string
  readonly abandon: AbortController
  readonly ended: Promise<void>
}

/** A try that is written down, but not made yet. */
interface Begun {
  readonly notification: Notification
  readonly at: number
  /** What a planned fault does to it. */
  readonly fault?: TryFault | undefined
}

/** What a planned fault does to a try. */
interface TryFault {
  readonly remark: string
  readonly spoil?: CallbackSpoil
}

/** What is to be done with a callback whose try could begin. */
type Judgement =
  | { readonly putOffTo: number; readonly letsOneBy: boolean; readonly remark: string }
  | { readonly putOffTo?: never; readonly fault?: TryFault | undefined; readonly duplicate?: string | undefined }

/** The instance that moves the clock, and until when on the machine's clock the others wait for it, epoch milliseconds. */
interface ClockMove {
  readonly by: string
  readonly until: number
}

const CLOCK_MOVE = documentKey<ClockMove>('clock-move')

/** How long after its begin a try that was not written down as ended is given up, on the machine's clock: far longer than a receiver has. */
const HELD_MS = 30_000
/** How often an instance that shares its store looks for what others have left. */
const SHARED_LOOK_MS = 500
/** The longest time that a timer takes. */
const LONGEST_TIMER_MS = 2 ** 31 - 1
/** How often the clock is looked at when it does not go with the machine's. */
const SHORTEST_TIMER_MS = 20
/** Callbacks that one move of the clock delivers, so that a receiver which causes a callback with each reply does not hold it up for ever. */
const MOST_DELIVERIES = 100_000

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
  readonly #allowed: AllowedHosts
  readonly #lanes = new Map<string, Lane>()
  readonly #underWay = new Set<Attempt>()
  #scan: Promise<void> | undefined
  #scanAgain = false
  #timer: NodeJS.Timeout | undefined
  #stopped = false
  /** When the first of the tries under way is given up, on the machine's clock. */
  #heldUntil: number | undefined
  /** What has to come to its end before the next one that holds deliveries back may begin. */
  #pause: Promise<unknown> = Promise.resolve()
  #pauses = 0
  /** Raised when the moves of the clock that were asked for so far are to end. */
  #era = 0
  /** What the move of the clock under way still has before it. */
  #queue: DueQueue | undefined
  /** Whether a move of the clock waits for a receiver. */
  #moveDelivers = false
  /** Tells this process from others that share the store. */
  readonly #instance = randomUUID()

  constructor(parts: OutboxParts) {
    this.#parts = parts
    this.#allowed = parts.allowedHosts === 'any' ? 'any' : new Set(parts.allowedHosts.map(plainHost))
  }

  /**
   * Looks for what is due. Call it when a callback was put in, or the clock was changed; it does not wait for the deliveries.
   *
   * @param saved callbacks that were put in or changed
   */
  wake(saved: readonly Notification[] = []): void {
    for (const notification of saved) this.#queue?.add(notification)
    if (this.#stopped || this.#pauses > 0) return
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
    while (this.#scan || this.#lanes.size > 0 || this.#pauses > 0) {
      await Promise.all([this.#scan, this.#pause, ...[...this.#lanes.values()].map(({ run }) => run)])
    }
  }

  /** Delivers nothing more until {@link start}, and lets the tries under way finish for up to `graceMs`. */
  async stop(graceMs = 0): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    const cut = setTimeout(() => this.#abandon('The mock was stopped.'), graceMs)
    await Promise.all([...this.#underWay].map(({ ended }) => ended))
    clearTimeout(cut)
  }

  /** Goes on after {@link stop}. */
  start(): void {
    this.#stopped = false
    this.wake()
  }

  /** Ends the tries under way, of one merchant or of all: what they are about is gone. */
  forget(mchid?: string): void {
    this.#abandon('The state that it belonged to was dropped.', mchid)
  }

  /** Forgets what planned faults have begun, as a part of the change that drops the state. */
  forgetIn(draft: DocumentsDraft, mchid?: string): void {
    this.#parts.faults.putOff.clearIn(draft, mchid)
  }

  /** Ends the moves of the clock that were asked for so far, with what they have done; the try that one waits for is given up. */
  endMoves(): void {
    this.#era++
    if (this.#moveDelivers) this.#abandon('The move of the clock that it belonged to was ended.')
  }

  /** Runs `work` while nothing is delivered, alone among all that do so; looks for what is due afterwards. */
  paused<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#pauses++
    clearTimeout(this.#timer)
    const result = this.#pause.then(async () => {
      await this.#scan
      await Promise.all([...this.#lanes.values()].map(({ run }) => run))
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
    const { clock, store } = this.#parts
    const era = this.#era
    if (this.#moveDelivers || this.#isHeldByOther()) {
      throw moveUnderWay()
    }
    return this.paused(async () => {
      const before = clock.now()
      const change = changeAt(before)
      // The state that it would have delivered for is being dropped.
      if (era !== this.#era) return clock.put(change)
      // Impossible times are refused before the first callback goes out.
      await new AdjustableClock(clock.source).put(change)
      const toSource = change.now === 'source'
      const target = change.now === 'source' ? clock.source.now() : (change.now ?? before)
      if (target < before || this.#stopped) return clock.put(change)
      const frozen = change.frozen ?? (toSource ? false : clock.frozen)
      let ended = false
      await this.#hold()
      try {
        ended = !(await this.#deliverUntil(target, era))
      } finally {
        // A clock that ran, and had nothing to stop for, has run on.
        const now = toSource ? 'source' : clock.frozen || change.now !== undefined ? target : undefined
        await store.documents.update((draft) => {
          clock.putIn(draft, { ...(!ended && now !== undefined && { now }), frozen })
          draft.delete(CLOCK_MOVE)
        })
      }
      if (ended) throw moveEnded(clock.now())
    })
  }

  /** Delivers a callback now, whether it is due or not. The callback after the try; `undefined` when there is none. */
  async deliver(reference: Reference): Promise<Notification | undefined> {
    const begun = await this.#begin(reference, true)
    if (!begun) return undefined
    if (begun !== 'put_off') await this.#finish(begun)
    return this.#look(reference)
  }

  /** Makes a callback and delivers it now; what it is after the try. */
  async post(notification: NewNotification): Promise<Notification> {
    const { store, clock, ids } = this.#parts
    const judge = this.#judgeOnce()
    const { made, begun } = await store.transaction(async (tx) => {
      const at = clock.now()
      const made = await putIntoOutbox(tx, notification, { now: at, ids })
      // Saved as begun, so that nobody else takes it for one that is due.
      return { made, begun: await this.#beginFound(tx, made, at, await judge(made, at)) }
    })
    if (begun !== 'put_off') await this.#finish(begun)
    return (await this.#look(made)) ?? (begun === 'put_off' ? made : begun.notification)
  }

  async #look({ mchid, id }: Reference): Promise<Notification | undefined> {
    // What comes next may have changed.
    this.wake()
    return this.#parts.store.transaction((tx) => tx.notifications.find(mchid, id))
  }

  /**
   * Delivers in order everything that is due until an instant, the clock standing still at each.
   *
   * @returns whether it came to its end, and was not ended
   */
  async #deliverUntil(target: number, era: number): Promise<boolean> {
    const { clock } = this.#parts
    const isEnded = () => this.#stopped || era !== this.#era
    let delivered = 0
    try {
      while (delivered < MOST_DELIVERIES) {
        // Sorting everything again at each instant would take longer than the deliveries; the store is asked again before the end only.
        if (this.#queue === undefined || this.#queue.next > target) this.#queue = new DueQueue(await this.#pending())
        if (isEnded()) return false
        const { next } = this.#queue
        if (next > target) return true
        const at = Math.max(next, clock.now())
        await this.#hold({ now: at, frozen: true })
        for (const notification of this.#queue.take(at)) {
          const begun = await this.#begin(notification, false)
          if (isEnded()) return false
          if (begun && begun !== 'put_off') await this.#finishInMove(begun)
          if (isEnded()) return false
          delivered++
        }
      }
      return true
    } finally {
      this.#queue = undefined
    }
  }

  /** Lets other processes with the same store deliver nothing while this one moves the clock; moves it too. */
  async #hold(change?: ClockChange): Promise<void> {
    const { store, clock } = this.#parts
    if (!store.documents.refresh) {
      if (change) await clock.put(change)
      return
    }
    await store.documents.update((draft) => {
      const machine = clock.source.now()
      const move = draft.get(CLOCK_MOVE)
      if (isHeld(move, machine) && move?.by !== this.#instance) throw moveUnderWay()
      draft.put(CLOCK_MOVE, { by: this.#instance, until: machine + HELD_MS })
      if (change) clock.putIn(draft, change)
    })
  }

  #isHeldByOther(): boolean {
    const { store, clock } = this.#parts
    const move = store.documents.get(CLOCK_MOVE)
    return move !== undefined && move.by !== this.#instance && isHeld(move, clock.source.now())
  }

  async #finishInMove(begun: Begun): Promise<void> {
    this.#moveDelivers = true
    try {
      const kept = await this.#finish(begun)
      if (kept) this.#queue?.add(kept)
    } finally {
      this.#moveDelivers = false
    }
  }

  async #lookForDue(): Promise<void> {
    const { clock } = this.#parts
    while (this.#scanAgain) {
      this.#scanAgain = false
      const pending = await this.#pendingAndAbandoned().catch((bug: unknown) => {
        this.#tell(bug)
        return []
      })
      if (this.#stopped || this.#pauses > 0) return
      const isHeld = this.#isHeldByOther()
      const now = clock.now()
      const waiting = new Set([...this.#lanes.values()].flatMap((lane) => lane.waiting.map(({ id }) => id)))
      for (const notification of isHeld ? [] : pending) {
        if (notification.dueAt <= now && !waiting.has(notification.id)) this.#enqueue(notification)
      }
      this.#setTimer(pending.find(({ dueAt }) => dueAt > now)?.dueAt)
    }
  }

  /**
   * What is still to be delivered. Ends the tries of a process that is gone: what it has not written down is not known, so that the callback
   * goes on with its next repeat.
   */
  async #pendingAndAbandoned(): Promise<readonly Pending[]> {
    const { store, clock } = this.#parts
    await store.documents.refresh?.()
    return store.transaction(async (tx) => {
      const machine = clock.source.now()
      let heldUntil: number | undefined
      const own = new Set([...this.#underWay].map(({ id }) => id))
      for (const notification of await tx.notifications.where('underWay', 'yes')) {
        if (own.has(notification.id)) continue
        const ended = endAbandoned(notification, machine, LEFT_HALFWAY)
        if (ended) await tx.notifications.save(ended)
        for (const attempt of (ended ?? notification).attempts) {
          heldUntil = Math.min(attempt.heldUntil ?? Number.POSITIVE_INFINITY, heldUntil ?? Number.POSITIVE_INFINITY)
        }
      }
      this.#heldUntil = heldUntil
      return inDueOrder(await tx.notifications.where('pending', 'yes'))
    })
  }

  #enqueue(notification: Notification): void {
    const name = this.#parts.clock.frozen ? '' : originOf(notification.url)
    const lane = this.#lanes.get(name)
    if (lane) {
      lane.waiting.push(notification)
      return
    }
    const made: Lane = { waiting: [notification], run: Promise.resolve() }
    this.#lanes.set(name, made)
    made.run = this.#work(made).then(
      () => {
        this.#lanes.delete(name)
        this.wake()
      },
      (bug: unknown) => {
        this.#lanes.delete(name)
        // Not woken: what failed would fail again at once.
        this.#tell(bug)
      },
    )
  }

  async #work(lane: Lane): Promise<void> {
    for (;;) {
      if (this.#stopped || this.#pauses > 0) return
      const next = lane.waiting.shift()
      if (!next) return
      await this.#attempt(next)
    }
  }

  /** A store that is lost is told by the calls that find it so, and looked for again by the timer. */
  #tell(bug: unknown): void {
    if (!(bug instanceof StoreUnavailable)) this.onBug(bug)
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

  #abandon(reason: string, mchid?: string): void {
    for (const attempt of this.#underWay) {
      if (mchid === undefined || attempt.mchid === mchid) attempt.abandon.abort(reason)
    }
  }

  /** Everything that is still to be delivered or repeated, in the order in which it is due. */
  async #pending(): Promise<readonly Pending[]> {
    return inDueOrder(await this.#parts.store.transaction((tx) => tx.notifications.where('pending', 'yes')))
  }

  /** Tries to deliver one callback, if it is due. */
  async #attempt(reference: Reference): Promise<void> {
    const begun = await this.#begin(reference, false)
    if (begun && begun !== 'put_off') await this.#finish(begun)
  }

  /**
   * Writes down that a try begins, with the repeat that follows if it fails, before anything is sent: of two processes with one store only
   * one sends it, and one that ends halfway leaves a callback that is repeated. No transaction is open while the receiver is waited for.
   */
  #begin({ mchid, id }: Reference, anyTime: boolean): Promise<Begun | 'put_off' | undefined> {
    const { store, clock } = this.#parts
    const judge = this.#judgeOnce()
    return store.transaction(async (tx) => {
      const found = await tx.notifications.find(mchid, id)
      const at = clock.now()
      if (!found || !(anyTime || isDue(found, at))) return undefined
      return this.#beginFound(tx, found, at, await judge(found, at))
    })
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
      await tx.notifications.save(later)
      await putOff.add(later, judgement)
      this.#queue?.add(later)
      return 'put_off'
    }
    const notification = this.#begun(found, at)
    await tx.notifications.save(notification)
    if (judgement.duplicate !== undefined) await putOff.addDuplicate(notification, judgement.duplicate)
    return { notification, at, fault: judgement.fault }
  }

  #begun(found: Notification, at: number): Notification {
    return beginAttempt(found, at, this.#parts.clock.source.now() + HELD_MS)
  }

  /** Looks what is planned for a try, and counts it once, though a transaction that runs again after a conflict asks again. */
  #judgeOnce(): (notification: Notification, at: number) => Promise<Judgement> {
    let judgement: Promise<Judgement> | undefined
    return (notification, at) => {
      judgement ??= this.#judge(notification, at)
      return judgement
    }
  }

  async #judge(notification: Notification, at: number): Promise<Judgement> {
    const { faults } = this.#parts
    const { mchid, eventType, schedule, attempts } = notification
    const resumed = await faults.putOff.take(notification)
    if (resumed) return { fault: resumed }
    const isOvertaking = faults.putOff.holdsBackAt(notification)
    const fired = await faults.takeTry({ mchid, eventType, isDue: isDue(notification, at), isOvertaking })
    switch (fired?.effect) {
      case 'late':
        return { putOffTo: orLastInstant(at + fired.lateMs), letsOneBy: false, remark: fired.remark }
      case 'out_of_order': {
        const repeats = REPEAT_SCHEDULES[schedule]
        const longest = repeats[attempts.length] ?? repeats.at(-1) ?? 0
        return { putOffTo: orLastInstant(at + longest), letsOneBy: true, remark: fired.remark }
      }
      case 'duplicate':
        return { fault: { remark: fired.remark }, duplicate: fired.remark }
      default:
        return { fault: fired }
    }
  }

  /**
   * Makes a try that has begun, and writes down how it ended; when it was taken, sends what planned faults let follow. The callback after the
   * try; `undefined` when it is gone.
   */
  async #finish(begun: Begun): Promise<Notification | undefined> {
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
        this.#queue?.add(kept)
        done.push(kept)
      }
    }
    return first
  }

  #beginFollowUp({ mchid, id, remark, fits }: FollowUp): Promise<Begun | undefined> {
    const { store, clock } = this.#parts
    return store.transaction(async (tx) => {
      const found = await tx.notifications.find(mchid, id)
      if (!found || !fits(found)) return undefined
      const at = clock.now()
      const notification = this.#begun(found, at)
      await tx.notifications.save(notification)
      return { notification, at, fault: { remark } }
    })
  }

  async #finishOne(begun: Begun): Promise<Notification | undefined> {
    const ended = Promise.withResolvers<void>()
    const { id, mchid } = begun.notification
    const attempt = { id, mchid, abandon: new AbortController(), ended: ended.promise }
    this.#underWay.add(attempt)
    try {
      return await this.#make(begun, attempt)
    } finally {
      this.#underWay.delete(attempt)
      ended.resolve()
    }
  }

  async #make({ notification, at, fault }: Begun, attempt: Attempt): Promise<Notification | undefined> {
    const { store, journal, stopwatch, ids, settings } = this.#parts
    const index = notification.attempts.length - 1
    const started = stopwatch()
    const requestId = ids.requestId()
    const { request, reply, outcome } = await this.#send(notification, index, requestId, attempt, fault)

    const kept = await store.transaction(async (tx) => {
      const found = await tx.notifications.find(notification.mchid, notification.id)
      const ended = found && endAttempt(found, index, { at, outcome })
      if (ended) await tx.notifications.save(ended)
      return ended
    })
    // What was dropped meanwhile comes back neither in the store nor in the journal.
    if (!kept) return undefined
    const remark = remarkOn(outcome, kept, index)
    await journal.add({
      id: requestId,
      at,
      durationMs: stopwatch() - started,
      request: {
        method: 'POST',
        target: notification.url,
        headers: Object.fromEntries(request?.headers ?? []),
        body: request?.body ?? new Uint8Array(0),
      },
      ...(reply && { response: reply }),
      mchid: notification.mchid,
      callback: { id: notification.id, eventType: notification.eventType, attempt: index + 1 },
      remarks: [
        ...(fault && request ? [{ about: 'fault' as const, text: fault.remark }] : []),
        ...(remark ? [remark] : []),
      ],
      before: nothingFound(settings()),
    })
    return kept
  }

  async #send(
    notification: Notification,
    index: number,
    requestId: string,
    { abandon }: Attempt,
    fault?: TryFault,
  ): Promise<Sent> {
    const { merchants, platformAt, publicKeyShareOf, settings, clock, ids, send } = this.#parts
    const merchant = merchants.find(notification.mchid)
    const obstacle = merchant ? obstacleTo(notification.url, this.#allowed) : noKey(notification.mchid)
    if (!merchant || obstacle !== undefined) {
      return { outcome: { error: `Not sent: ${obstacle}`, final: true } }
    }
    const key = chooseCallbackKey({
      mode: keyModeOf(merchant, settings()),
      platform: platformAt(clock.now(), `${notification.id}:${index}`),
      publicKeyShare: publicKeyShareOf(merchant),
      id: notification.id,
      attempt: index,
    })
    const signing = { key, ids, at: signatureTime(clock, settings()), requestId }
    const request = await sealedAndSigned({ notification, merchant }, fault?.spoil, signing)
    const result = await sendCallback(send, request, abandon.signal)
    if (!('reply' in result)) return { request, outcome: result }
    const { reply } = result
    return { request, reply, outcome: outcomeOf(reply.status, fault?.spoil) }
  }
}

/** What a try is said to have come to whose process ended before it was written down. */
const LEFT_HALFWAY = 'The process that made this try ended before it had a reply.'

function inDueOrder(notifications: readonly Notification[]): readonly Pending[] {
  return notifications.filter(isPending).toSorted(byDueTime)
}

function isPending(notification: Notification): notification is Pending {
  return notification.dueAt !== undefined
}

function isDue({ dueAt }: Notification, at: number): boolean {
  return dueAt !== undefined && dueAt <= at
}

/** Whether the try that was made last was taken. */
function wasTaken({ attempts }: Notification): boolean {
  const status = attempts.at(-1)?.status
  return status !== undefined && isTaken(status)
}

/** A good callback follows a spoiled one even if the receiver has taken that: the service does not know of what others forge. */
function outcomeOf(status: number, spoil: CallbackSpoil | undefined): AttemptOutcome {
  if (spoil === undefined || !isTaken(status)) return { status }
  return { error: `Answered with ${status}, although a planned fault had spoiled it (${spoil}).` }
}

/** Callbacks in the order in which they are due. One that was changed meanwhile is in it twice: who takes it looks whether it is due. */
class DueQueue {
  /** The next one last, so that taking it moves none of the others. */
  readonly #latestFirst: Pending[]

  /** @param sorted by due time */
  constructor(sorted: readonly Pending[]) {
    this.#latestFirst = sorted.toReversed()
  }

  /** When the next one is due; never, if there is none. */
  get next(): number {
    return this.#latestFirst.at(-1)?.dueAt ?? Number.POSITIVE_INFINITY
  }

  /** Takes out everything that is due at an instant, in order. */
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

interface Sent {
  readonly outcome: AttemptOutcome
  /** Left out when nothing was sent. */
  readonly request?: CallbackRequest
  readonly reply?: Awaited<ReturnType<CallbackSender>>
}

function isHeld(move: ClockMove | undefined, machine: number): boolean {
  return move !== undefined && move.until > machine
}

function moveUnderWay(): UsageError {
  return new UsageError(
    'MOCK_CLOCK_BUSY',
    'The clock is being moved, and a callback that became due on the way waits for its reply: ask again when that move is over, and not before a receiver has replied.',
  )
}

function moveEnded(at: number): UsageError {
  return new UsageError(
    'MOCK_CLOCK_MOVE_ENDED',
    `The move of the clock was ended at ${new Date(at).toISOString()} by a reset, a restore or the end of the mock, before it came to its aim.`,
  )
}

function keyModeOf(merchant: Merchant, settings: Settings): KeyMode {
  return merchant.keyMode ?? settings.keyMode
}

function noKey(mchid: string): string {
  return `the mock knows no merchant ${mchid}, and so no APIv3 key to seal it with.`
}

/** What the status does not say: why there was none, and what comes next. */
function remarkOn(outcome: AttemptOutcome, { dueAt }: Notification, index: number): Remark | undefined {
  if ('status' in outcome && isTaken(outcome.status)) return undefined
  const why = 'error' in outcome ? outcome.error : 'Not taken: only 200 and 204 are.'
  if ('error' in outcome && outcome.final) return { about: 'callback', text: why }
  const next = dueAt === undefined ? `No repeat follows the try ${index + 1}.` : `Repeated at ${formatInstant(dueAt)}.`
  return { about: 'callback', text: `${why} ${next}` }
}
