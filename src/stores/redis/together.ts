interface Step<Item, Outcome> {
  readonly items: Item[]
  readonly outcome: Promise<Outcome>
}

/**
 * Handles requests of the same moment in one step, together with those that come while the step before is under way: starting a script costs the server
 * more than handling one request.
 */
export class Together<Item, Outcome = void> {
  readonly #take: (items: readonly Item[]) => Promise<Outcome>
  #last: Promise<unknown> = Promise.resolve()
  #next: Step<Item, Outcome> | undefined

  /** @param take takes a step; if it rejects, all who asked hear of it */
  constructor(take: (items: readonly Item[]) => Promise<Outcome>) {
    this.#take = take
  }

  /** Returns the outcome of the step that an item is part of, and the item's position in it. */
  async add(item: Item): Promise<{ readonly outcome: Outcome; readonly position: number }> {
    this.#next ??= this.#begin()
    const { items, outcome } = this.#next
    const position = items.push(item) - 1
    return { outcome: await outcome, position }
  }

  #begin(): Step<Item, Outcome> {
    const items: Item[] = []
    const outcome = this.#last.then(() => {
      this.#next = undefined
      return this.#take(items)
    })
    this.#last = outcome.catch(() => undefined)
    return { items, outcome }
  }
}
