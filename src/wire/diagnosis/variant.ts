import { en } from './texts/en.ts'

/** A stable name of a cause: part of the public API. */
export type CauseName = keyof typeof en.causes

/** Every cause, in the order of the parts that they concern. */
export const CAUSE_NAMES = Object.keys(en.causes) as readonly CauseName[]

/** One deviation of a client from what the service expects. */
export interface Cause {
  readonly name: CauseName
  /** Detail that the name leaves open: the method that was signed, a key's serial, the form of a pretty print. */
  readonly value?: string
}

/** A cause without undefined members, so that causes compare as equal. */
export function cause(name: CauseName, value?: string): Cause {
  return value === undefined ? { name } : { name, value }
}

/**
 * How usual a mistake is. Pairs of mistakes are searched in the order of the sum of their ranks; `alone` ones are never combined, since there are too
 * many.
 */
export type Rank = 1 | 2 | 3 | 'alone'

/** One way in which a part of the message may have been signed. */
export interface Variant<Value> {
  readonly value: Value
  /** The mistakes behind it; empty for the correct part. */
  readonly causes: readonly Cause[]
  readonly rank: Rank
}

/** Collects the variants of one part; for equal values the first is kept, so the simplest must come first. */
export class Variants<Value> {
  readonly #list: Variant<Value>[] = []
  readonly #seen: Set<string>
  readonly #keyOf: (value: Value) => string

  /** @param asItIs the correct value, which is not a variant */
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

/** Every order of a few things, the present one first. */
export function permutations<Thing>(things: readonly Thing[]): (readonly Thing[])[] {
  if (things.length < 2) return [things]
  return things.flatMap((thing, index) =>
    permutations(things.filter((_, other) => other !== index)).map((rest) => [thing, ...rest]),
  )
}
