import type { Awaitable } from './pieces.ts'

/** Runs pieces of work one at a time, in order. */
export class Turns {
  #taken = false
  readonly #waiting: (() => void)[] = []

  /** Runs `work` once all earlier work has ended; at once if nothing is waiting. */
  async take<Result>(work: () => Awaitable<Result>): Promise<Result> {
    if (this.#taken) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    this.#taken = true
    try {
      return await work()
    } finally {
      // The turn passes to the next one immediately, so that no newcomer can take it.
      const next = this.#waiting.shift()
      if (next) next()
      else this.#taken = false
    }
  }
}
