/** A small seeded generator (mulberry32): the same seed, the same sequence, on every machine. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** A whole number from 0 up to, and without, `end`. */
  below(end: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * end)
  }

  /** Both ends are possible. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1)
  }

  /** @throws RangeError for an empty list */
  pick<Value>(values: readonly Value[]): Value {
    const value = values[this.below(values.length)]
    if (value === undefined) throw new RangeError('Nothing to pick from.')
    return value
  }

  /** @param percent how often the answer is yes */
  chance(percent: number): boolean {
    return this.below(100) < percent
  }

  /** @throws RangeError when all weights are 0 */
  weighted<Value>(choices: readonly (readonly [weight: number, value: Value])[]): Value {
    let rest = this.below(choices.reduce((sum, [weight]) => sum + weight, 0))
    for (const [weight, value] of choices) {
      rest -= weight
      if (rest < 0) return value
    }
    throw new RangeError('Nothing to pick from.')
  }
}
