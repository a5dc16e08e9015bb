/** An integer in JSON beyond those that JavaScript keeps apart, as it is written there; JSON and messages have it so again. */
export class LargeInteger {
  readonly source: string

  constructor(source: string) {
    this.source = source
  }

  get isNegative(): boolean {
    return this.source.startsWith('-')
  }

  /** Whether JavaScript would write another one. */
  get isRounded(): boolean {
    return String(Number(this.source)) !== this.source
  }

  /** Whether a signed integer of 64 bits holds it. */
  get fits64Bits(): boolean {
    // Any that is longer is larger, and its digits would take long to read.
    if (this.source.length > LONGEST) return false
    const value = BigInt(this.source)
    return value >= -(2n ** 63n) && value < 2n ** 63n
  }

  toString(): string {
    return this.source
  }

  toJSON(): unknown {
    return rawJson(this.source)
  }
}

const LONGEST = '-9223372036854775808'.length

// TypeScript does not declare it yet.
const rawJson = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON

/** A number of 16 digits or more, outside texts or behind one of these characters in one. */
const LONG_NUMBER = /[\s:[,-][0-9]{16}/

/**
 * A JSON text once more, with each {@link LargeInteger}; `undefined` if it has no such integer. Recurses, so that the depth has to be checked before.
 *
 * @param text that `JSON.parse` has taken
 */
export function withLargeIntegers(text: string): unknown {
  if (!LONG_NUMBER.test(text)) return undefined
  let isLarge = false
  const value: unknown = JSON.parse(text, (_name, value: unknown, context?: { readonly source?: string }) => {
    const source = context?.source
    if (typeof value !== 'number' || Number.isSafeInteger(value)) return value
    if (source === undefined || !/^-?\d+$/.test(source)) return value
    isLarge = true
    return new LargeInteger(source)
  })
  return isLarge ? value : undefined
}

/** The first integer in a value that JavaScript would round, with its place. */
export function firstRounded(
  value: unknown,
): { readonly place: readonly PropertyKey[]; readonly integer: LargeInteger } | undefined {
  if (value instanceof LargeInteger) return value.isRounded ? { place: [], integer: value } : undefined
  if (typeof value !== 'object' || value === null) return undefined
  for (const [key, inner] of Object.entries(value)) {
    const found = firstRounded(inner)
    if (found) return { ...found, place: [Array.isArray(value) ? Number(key) : key, ...found.place] }
  }
  return undefined
}
