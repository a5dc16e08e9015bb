import type { Awaitable } from '../engine/store.ts'

/** Lets work wait for the work before it. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve()

  /** Runs `work` when all that was given before has ended. */
  take<Result>(work: () => Awaitable<Result>): Promise<Result> {
    const result = this.#last.then(work)
    // The caller sees a failure through `result`; the queue only has to go on.
    this.#last = result.catch(() => undefined)
    return result
  }
}
