import type { Notification } from './notification.ts'

/** What lanes work with. */
export interface LanesParts {
  readonly deliver: (notification: Notification) => Promise<void>
  /** Whether what waits is to be left waiting: it is found again later. */
  readonly isHeldBack: () => boolean
  /** Told when a lane has come to its end, with the bug that has ended it, if one has. */
  readonly ended: (result: { readonly bug?: unknown }) => void
}

/** Callbacks to one receiver that are due, in their order. */
interface Lane {
  readonly waiting: Notification[]
  run: Promise<void>
}

/** Delivers callbacks that are due: in one lane one after the other, and lanes beside each other, so that a receiver that hangs holds up nobody else. */
export class Lanes {
  readonly #parts: LanesParts
  readonly #lanes = new Map<string, Lane>()

  constructor(parts: LanesParts) {
    this.#parts = parts
  }

  get isEmpty(): boolean {
    return this.#lanes.size === 0
  }

  /** Ids of the callbacks that wait. */
  get waiting(): ReadonlySet<string> {
    return new Set([...this.#lanes.values()].flatMap((lane) => lane.waiting.map(({ id }) => id)))
  }

  /** Resolves when the lanes that there are now have come to their ends. */
  async settled(): Promise<void> {
    await Promise.all([...this.#lanes.values()].map(({ run }) => run))
  }

  /** Puts a callback at the end of a lane, which is made if there is none. */
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
