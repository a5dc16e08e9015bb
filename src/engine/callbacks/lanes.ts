import type { Notification } from './notification.ts'

export interface LanesParts {
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

  /** Ids of the waiting callbacks. */
  get waiting(): ReadonlySet<string> {
    return new Set([...this.#lanes.values()].flatMap((lane) => lane.waiting.map(({ id }) => id)))
  }

  /** Resolves when all current lanes are done. */
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
