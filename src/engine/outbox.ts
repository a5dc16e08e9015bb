import {
  type AttemptOutcome,
  beginAttempt,
  byDueTime,
  endAttempt,
  isTaken,
  type Notification,
} from '../domain/notification.ts'
import { nothingFound } from './before.ts'
import { type CallbackRequest, type CallbackSender, callbackBody, callbackRequest, sendCallback } from './callback.ts'
import { obstacleTo, originOf, plainHost } from './callback-host.ts'
import { AdjustableClock, type Clock, type ClockSetting } from './clock.ts'
import type { IdSource } from './ids.ts'
import type { Journal, Remark } from './journal.ts'
import type { KeyMode, Merchant, MerchantDirectory, Platform } from './merchants.ts'
import { putIntoOutbox } from './notify.ts'
import type { NewNotification, Settings } from './operation.ts'
import { chooseCallbackKey } from './platform-key.ts'
import type { Store } from './store.ts'

/** What an outbox works with. */
export interface OutboxParts {
  readonly store: Store
  readonly clock: AdjustableClock
  /** What timestamps of signatures are made with. */
  readonly signatureClock: Clock
  /** How long things take on the machine, milliseconds. */
  readonly stopwatch: () => number
  readonly ids: IdSource
  readonly journal: Journal
  readonly merchants: MerchantDirectory
  /** The platform's keys at an instant; `chosenBy` decides between two certificates in use. */
  readonly platformAt: (now: number, chosenBy: string) => Platform
  readonly settings: () => Settings
  readonly send: CallbackSender
  /** Names and addresses, without ports, that are called besides this machine. */
  readonly allowedHosts: readonly string[]
}

/** Which callback is meant. */
type Reference = Pick<Notification, 'mchid' | 'id'>

/** Callbacks to one receiver that are due, in their order. */
interface Lane {
  readonly waiting: Notification[]
  run: Promise<void>
}

/** A try that is under way. */
interface Attempt {
  readonly mchid: string
  readonly abandon: AbortController
  readonly ended: Promise<void>
}

/** A try that is written down, but not made yet. */
interface Begun {
  readonly notification: Notification
  readonly at: number
}

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
  readonly #allowed: ReadonlySet<string>
  readonly #lanes = new Map<string, Lane>()
  readonly #underWay = new Set<Attempt>()
  #scan: Promise<void> | undefined
  #scanAgain = false
  #timer: NodeJS.Timeout | undefined
  #stopped = false
  /** What has to come to its end before the next one that holds deliveries back may begin. */
  #pause: Promise<unknown> = Promise.resolve()
  #pauses = 0

  constructor(parts: OutboxParts) {
    this.#parts = parts
    this.#allowed = new Set(parts.allowedHosts.map(plainHost))
  }

  /** Looks for what is due. Call it when a callback was put in, or the clock was changed; it does not wait for the deliveries. */
  wake(): void {
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
   * @throws UsageError `MOCK_CLOCK_OUT_OF_RANGE`, before anything has changed
   */
  moveClock(settingAt: (now: number) => Partial<ClockSetting>): Promise<void> {
    const { clock } = this.#parts
    return this.paused(async () => {
      const before = clock.now()
      const setting = settingAt(before)
      // Impossible times are refused before the first callback goes out.
      new AdjustableClock(this.#parts.signatureClock).put(setting)
      const target = setting.now ?? before
      if (target < before || this.#stopped) return clock.put(setting)
      const frozen = setting.frozen ?? clock.frozen
      try {
        await this.#deliverUntil(target)
      } finally {
        // A clock that ran, and had nothing to stop for, has run on.
        clock.put({ ...((clock.frozen || setting.now !== undefined) && { now: target }), frozen })
      }
    })
  }

  /** Delivers a callback now, whether it is due or not. The callback after the try; `undefined` when there is none. */
  async deliver(reference: Reference): Promise<Notification | undefined> {
    const begun = await this.#begin(reference, true)
    if (!begun) return undefined
    await this.#finish(begun)
    return this.#look(begun.notification)
  }

  /** Makes a callback and delivers it now; what it is after the try. */
  async post(notification: NewNotification): Promise<Notification> {
    const { store, clock, ids } = this.#parts
    const begun = await store.transaction(async (tx) => {
      const at = clock.now()
      const made = beginAttempt(await putIntoOutbox(tx, notification, { now: at, ids }), at)
      // Saved as begun, so that nobody else takes it for one that is due.
      await tx.notifications.save(made)
      return { notification: made, at }
    })
    await this.#finish(begun)
    return (await this.#look(begun.notification)) ?? begun.notification
  }

  async #look({ mchid, id }: Reference): Promise<Notification | undefined> {
    // What comes next may have changed.
    this.wake()
    return this.#parts.store.transaction((tx) => tx.notifications.find(mchid, id))
  }

  /** Delivers in order everything that is due until an instant, the clock standing still at each. */
  async #deliverUntil(target: number): Promise<void> {
    const { clock } = this.#parts
    let delivered = 0
    while (delivered < MOST_DELIVERIES) {
      const pending = await this.#pending()
      const [first] = pending
      if (!first || first.dueAt > target || this.#stopped) return
      const at = Math.max(first.dueAt, clock.now())
      clock.put({ now: at, frozen: true })
      for (const notification of pending.filter(({ dueAt }) => dueAt <= at)) {
        if (this.#stopped) return
        await this.#attempt(notification)
        delivered++
      }
    }
  }

  async #lookForDue(): Promise<void> {
    const { clock } = this.#parts
    while (this.#scanAgain) {
      this.#scanAgain = false
      const pending = await this.#pending().catch((bug: unknown) => {
        this.onBug(bug)
        return []
      })
      if (this.#stopped || this.#pauses > 0) return
      const now = clock.now()
      const waiting = new Set([...this.#lanes.values()].flatMap((lane) => lane.waiting.map(({ id }) => id)))
      for (const notification of pending) {
        if (notification.dueAt <= now && !waiting.has(notification.id)) this.#enqueue(notification)
      }
      this.#setTimer(pending.find(({ dueAt }) => dueAt > now)?.dueAt)
    }
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
        this.onBug(bug)
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

  #setTimer(dueAt: number | undefined): void {
    clearTimeout(this.#timer)
    const { clock } = this.#parts
    if (dueAt === undefined || clock.frozen) return
    const delay = Math.min(Math.max(dueAt - clock.now(), SHORTEST_TIMER_MS), LONGEST_TIMER_MS)
    // A callback to come keeps no process alive.
    this.#timer = setTimeout(() => this.wake(), delay).unref()
  }

  #abandon(reason: string, mchid?: string): void {
    for (const attempt of this.#underWay) {
      if (mchid === undefined || attempt.mchid === mchid) attempt.abandon.abort(reason)
    }
  }

  /** Everything that is still to be delivered or repeated, in the order in which it is due. */
  async #pending(): Promise<readonly (Notification & { readonly dueAt: number })[]> {
    const pending = await this.#parts.store.transaction((tx) => tx.notifications.where('pending', 'yes'))
    return pending.filter((one): one is Notification & { dueAt: number } => one.dueAt !== undefined).toSorted(byDueTime)
  }

  /** Tries to deliver one callback, if it is due. */
  async #attempt(reference: Reference): Promise<void> {
    const begun = await this.#begin(reference, false)
    if (begun) await this.#finish(begun)
  }

  /**
   * Writes down that a try begins, with the repeat that follows if it fails, before anything is sent: of two processes with one store only
   * one sends it, and one that ends halfway leaves a callback that is repeated. No transaction is open while the receiver is waited for.
   */
  #begin({ mchid, id }: Reference, anyTime: boolean): Promise<Begun | undefined> {
    const { store, clock } = this.#parts
    return store.transaction(async (tx) => {
      const found = await tx.notifications.find(mchid, id)
      const at = clock.now()
      if (!found || !(anyTime || (found.dueAt !== undefined && found.dueAt <= at))) return undefined
      const notification = beginAttempt(found, at)
      await tx.notifications.save(notification)
      return { notification, at }
    })
  }

  /** Makes a try that has begun, and writes down how it ended. */
  async #finish({ notification, at }: Begun): Promise<void> {
    const ended = Promise.withResolvers<void>()
    const attempt = { mchid: notification.mchid, abandon: new AbortController(), ended: ended.promise }
    this.#underWay.add(attempt)
    try {
      await this.#make(notification, at, attempt)
    } finally {
      this.#underWay.delete(attempt)
      ended.resolve()
    }
  }

  async #make(notification: Notification, at: number, attempt: Attempt): Promise<void> {
    const { store, journal, stopwatch, ids, settings } = this.#parts
    const index = notification.attempts.length - 1
    const started = stopwatch()
    const requestId = ids.requestId()
    const { request, reply, outcome } = await this.#send(notification, index, requestId, attempt)

    const kept = await store.transaction(async (tx) => {
      const found = await tx.notifications.find(notification.mchid, notification.id)
      const ended = found && endAttempt(found, index, { at, outcome })
      if (ended) await tx.notifications.save(ended)
      return ended
    })
    // What was dropped meanwhile comes back neither in the store nor in the journal.
    if (!kept) return
    const remark = remarkOn(outcome, kept, index)
    journal.add({
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
      remarks: remark === undefined ? [] : [remark],
      before: nothingFound(settings()),
    })
  }

  async #send(notification: Notification, index: number, requestId: string, { abandon }: Attempt): Promise<Sent> {
    const { merchants, platformAt, settings, clock, signatureClock, ids, send } = this.#parts
    const merchant = merchants.find(notification.mchid)
    const obstacle = merchant ? obstacleTo(notification.url, this.#allowed) : noKey(notification.mchid)
    if (!merchant || obstacle !== undefined) {
      return { outcome: { error: `Not sent: ${obstacle}`, final: true } }
    }
    const key = chooseCallbackKey({
      mode: keyModeOf(merchant, settings()),
      platform: platformAt(clock.now(), `${notification.id}:${index}`),
      publicKeyShare: settings().callbackPublicKeyShare,
      id: notification.id,
      attempt: index,
    })
    const request = await callbackRequest(
      { url: notification.url, body: callbackBody(notification, merchant.apiV3Key) },
      { key, ids, at: signatureClock.now(), requestId },
    )
    const result = await sendCallback(send, request, abandon.signal)
    return 'reply' in result
      ? { request, reply: result.reply, outcome: { status: result.reply.status } }
      : { request, outcome: result }
  }
}

interface Sent {
  readonly outcome: AttemptOutcome
  /** Left out when nothing was sent. */
  readonly request?: CallbackRequest
  readonly reply?: Awaited<ReturnType<CallbackSender>>
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
  const next =
    dueAt === undefined ? `No repeat follows the try ${index + 1}.` : `Repeated at ${new Date(dueAt).toISOString()}.`
  return { about: 'callback', text: `${why} ${next}` }
}
