/** Runs steps one at a time, in the order of their requests. */
export class OneAtATime {
  #latest: Promise<unknown> = Promise.resolve()
  #unfinished = 0

  /**
   * @param step is told whether it was requested while another was still running
   * @returns the result of the step; the next one runs in any case
   */
  take<Result>(step: (overlaps: boolean) => Promise<Result>): Promise<Result> {
    const overlaps = this.#unfinished > 0
    this.#unfinished += 1
    const taken = this.#latest
      .then(() => step(overlaps))
      .finally(() => {
        this.#unfinished -= 1
      })
    // The requester learns of the failure.
    this.#latest = taken.catch(() => undefined)
    return taken
  }

  /** Resolves once all requested steps are done. */
  async done(): Promise<void> {
    await this.#latest
  }
}
