import { type Notification, REPLY_LIMIT_MS } from './notification.ts'
import type { Pending } from './notifications.ts'

/** How long a move of the clock waits for a reply before it goes on with other receivers: so many times a pause, since this process may stall once. */
const PATIENCE = { times: 5, pauseMs: 100 } as const

/** How long a receiver that gave no reply has for further attempts in the same move, and how many of those are sent. */
const SHORT_LIMIT_MS = REPLY_LIMIT_MS / 5
const MOST_SHORT = 5

/** Waits for a delivery, and for a while only once it was sent. Returns whether it is still under way. */
export async function isSlow(delivery: Promise<unknown>, sent: Promise<void>): Promise<boolean> {
  await Promise.race([delivery, sent])
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<true>((resolve) => {
    const wait = (times: number) => {
      timer = setTimeout(() => (times > 1 ? wait(times - 1) : resolve(true)), PATIENCE.pauseMs)
    }
    wait(PATIENCE.times)
  })
  try {
    return await Promise.race([delivery.then(() => false), patience])
  } finally {
    clearTimeout(timer)
  }
}

/** A receiver that keeps a move waiting. */
interface Lane {
  readonly waiting: Pending[]
  run: Promise<void> | undefined
  /** When its attempt under way began, on the machine's clock. */
  since: number
  /** Attempts in a row that it gave no reply to. */
  silent: number
}

/** The receivers that a move of the clock has left behind: the callbacks to each go out one after the other, and those of all side by side. */
export class SlowReceivers {
  readonly #deliver: (one: Pending, limitMs: number) => Promise<Notification | undefined>
  readonly #lanes = new Map<string, Lane>()

  /** @param deliver makes one attempt, for which the receiver has so many milliseconds; with 0 it counts as one without reply */
  constructor(deliver: (one: Pending, limitMs: number) => Promise<Notification | undefined>) {
    this.#deliver = deliver
  }

  has(receiver: string): boolean {
    return this.#lanes.has(receiver)
  }

  /** Leaves a receiver behind, with the attempt that it is waited for. */
  add(receiver: string, delivery: Promise<Notification | undefined>): void {
    const lane: Lane = { waiting: [], run: undefined, since: performance.now(), silent: 0 }
    this.#lanes.set(receiver, lane)
    this.#start(receiver, lane, delivery)
  }

  /** Appends a callback to those of a receiver that was left behind. */
  push(receiver: string, one: Pending): void {
    const lane = this.#lanes.get(receiver)
    if (!lane) throw new Error(`${receiver} was not left behind.`)
    lane.waiting.push(one)
    if (!lane.run) this.#start(receiver, lane)
  }

  /** A receiver that an attempt has been waiting for, at least so many milliseconds; `undefined` without one. */
  waitsFor(ms: number): string | undefined {
    return [...this.#lanes].find(([, { run, since }]) => run && performance.now() - since >= ms)?.[0]
  }

  /** Waits until a receiver has nothing left to take. Returns `false` at once if none is waited for. */
  async oneEnded(): Promise<boolean> {
    const runs = [...this.#lanes.values()].flatMap(({ run }) => run ?? [])
    if (runs.length === 0) return false
    await Promise.race(runs)
    return true
  }

  async settled(): Promise<void> {
    await Promise.allSettled([...this.#lanes.values()].map(({ run }) => run))
  }

  #start(receiver: string, lane: Lane, delivery?: Promise<Notification | undefined>): void {
    lane.run = this.#work(receiver, lane, delivery)
    // Whoever waits for it hears of a bug.
    lane.run.catch(() => {})
  }

  async #work(receiver: string, lane: Lane, delivery: Promise<Notification | undefined> | undefined): Promise<void> {
    if (delivery) this.#judge(lane, await delivery)
    for (let next = lane.waiting.shift(); next; next = lane.waiting.shift()) {
      lane.since = performance.now()
      this.#judge(lane, await this.#deliver(next, limitOf(lane)))
    }
    lane.run = undefined
    // It is one like the others again.
    if (lane.silent === 0) this.#lanes.delete(receiver)
  }

  #judge(lane: Lane, after: Notification | undefined): void {
    const reason = after?.attempts.at(-1)?.reason?.name
    lane.silent = reason === 'too_late' || reason === 'hangs' ? lane.silent + 1 : 0
  }
}

function limitOf({ silent }: Lane): number {
  if (silent === 0) return REPLY_LIMIT_MS
  return silent <= MOST_SHORT ? SHORT_LIMIT_MS : 0
}
