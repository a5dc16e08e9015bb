/** Takes steps one at a time, in the order in which they were asked for. */
export class OneAtATime {
  #latest: Promise<unknown> = Promise.resolve()
  #unfinished = 0

  /**
   * @param step is told whether it was asked for while another was not done yet
   * @returns what the step comes to; the next one is taken either way
   */
  take<Result>(step: (overlaps: boolean) => Promise<Result>): Promise<Result> {
    const overlaps = this.#unfinished > 0
    this.#unfinished += 1
    const taken = this.#latest
      .then(() => step(overlaps))
      .finally(() => {
        this.#unfinished -= 1
      })
    // Who asked for it is told how it ended.
    this.#latest = taken.catch(() => undefined)
    return taken
  }

  /** Resolves once all steps that were asked for are done. */
  async done(): Promise<void> {
    await this.#latest
  }
}
