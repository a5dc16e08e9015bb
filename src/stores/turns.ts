import type { Awaitable } from '../shared/awaitable.ts'

/** Lets work wait for the work before it. */
export class Turns {
  #taken = false
  readonly #waiting: (() => void)[] = []

  /** Runs `work` when all that was given before has ended; at once where there is none. */
  async take<Result>(work: () => Awaitable<Result>): Promise<Result> {
    if (this.#taken) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    this.#taken = true
    try {
      return await work()
    } finally {
      // The turn goes over to the next at once, so that nobody who comes in between takes it.
      const next = this.#waiting.shift()
      if (next) next()
      else this.#taken = false
    }
  }
}
