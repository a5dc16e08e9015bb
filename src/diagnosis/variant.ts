import type { Cause } from './cause.ts'

/**
 * How usual a mistake is. Two mistakes at once are looked for in the order of their ranks' sum; what is `alone` is never combined, since
 * there is too much of it.
 */
export type Rank = 1 | 2 | 3 | 'alone'

/** One way in which a part of the message may have been signed. */
export interface Variant<Value> {
  readonly value: Value
  /** What was done for it; none for the part as it should be. */
  readonly causes: readonly Cause[]
  readonly rank: Rank
}

/** Collects the variants of one part; of those with the same value the first is kept, so the simplest has to come first. */
export class Variants<Value> {
  readonly #list: Variant<Value>[] = []
  readonly #seen: Set<string>
  readonly #keyOf: (value: Value) => string

  /** `asItIs`: what no variant may equal. */
  constructor(asItIs: Value, keyOf: (value: Value) => string) {
    this.#keyOf = keyOf
    this.#seen = new Set([keyOf(asItIs)])
  }

  add(value: Value, causes: readonly Cause[], rank: Rank): void {
    const key = this.#keyOf(value)
    if (this.#seen.has(key)) return
    this.#seen.add(key)
    this.#list.push({ value, causes, rank })
  }

  get list(): readonly Variant<Value>[] {
    return this.#list
  }
}

/** Every order of some things, the one they have first; they must be few. */
export function permutations<Thing>(things: readonly Thing[]): (readonly Thing[])[] {
  if (things.length < 2) return [things]
  return things.flatMap((thing, index) =>
    permutations(things.filter((_, other) => other !== index)).map((rest) => [thing, ...rest]),
  )
}
