/** A JSON value that is an object, neither a list nor `null`. */
export type JsonObject = Readonly<Record<string, unknown>>

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value at a path, such as `amount/total`; `undefined` if the object does not have one there. */
export function partAt(object: JsonObject, path: string): unknown {
  return path.split('/').reduce<unknown>((part, name) => (isJsonObject(part) ? part[name] : undefined), object)
}

/** An object with one value at a path: `{ amount: { total: 1 } }` for `amount/total` and 1. */
export function nested(path: string, value: unknown): JsonObject {
  return path.split('/').reduceRight<unknown>((part, name) => ({ [name]: part }), value) as JsonObject
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/** Parses JSON from a text or its bytes in UTF-8; `undefined` for invalid JSON. */
export function parseJson(text: string | Uint8Array): unknown {
  try {
    return JSON.parse(typeof text === 'string' ? text : utf8.decode(text))
  } catch {
    // Input from outside may be anything.
    return undefined
  }
}

/** Parses a JSON object from a text or its bytes in UTF-8; `undefined` for any other value, and for invalid JSON. */
export function parseJsonObject(text: string | Uint8Array): JsonObject | undefined {
  const value = parseJson(text)
  return isJsonObject(value) ? value : undefined
}

const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const BACKSLASH = 0x5c
const OPEN_LIST = 0x5b
const CLOSE_LIST = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

/** So many texts of an object are looked at. The limit is ours: no call has a hundredth of them. */
const MOST_TEXTS = 1_000

/**
 * The texts that are members of the object in a JSON text, by their names: not those inside other members. It makes nothing of the rest, which may be
 * tens of thousands of values, and does not notice where that is malformed or cut off.
 */
export function textMembers(json: Uint8Array): ReadonlyMap<string, string> {
  const bytes = Buffer.from(json.buffer, json.byteOffset, json.byteLength)
  const found = new Map<string, string>()
  let depth = 0
  let seen = 0
  let name: string | undefined
  for (let at = 0; at < bytes.length && seen < MOST_TEXTS; at++) {
    switch (bytes[at]) {
      case QUOTE: {
        const end = endOfText(bytes, at)
        if (depth === 1) {
          const text = textAt(bytes, at, end)
          seen += 1
          if (name === undefined) name = text
          else if (text !== undefined) found.set(name, text)
        }
        at = end
        break
      }
      case COLON:
        // The last value of a repeated name counts.
        if (depth === 1 && name !== undefined) found.delete(name)
        break
      case COMMA:
        if (depth === 1) name = undefined
        break
      case OPEN_OBJECT:
      case OPEN_LIST:
        depth += 1
        break
      case CLOSE_OBJECT:
      case CLOSE_LIST:
        depth -= 1
    }
  }
  return found
}

/** Where the quote is that ends a text, or the end of the bytes. */
function endOfText(bytes: Buffer, start: number): number {
  for (let at = bytes.indexOf(QUOTE, start + 1); at !== -1; at = bytes.indexOf(QUOTE, at + 1)) {
    let escapes = at
    while (bytes[escapes - 1] === BACKSLASH) escapes -= 1
    if ((at - escapes) % 2 === 0) return at
  }
  return bytes.length
}

/** `undefined` for a text that is cut off, or has an escape that there is not. */
function textAt(bytes: Buffer, start: number, end: number): string | undefined {
  if (end === bytes.length) return undefined
  const text = bytes.toString('utf8', start + 1, end)
  if (!text.includes('\\')) return text
  const unescaped = parseJson(`"${text}"`)
  return typeof unescaped === 'string' ? unescaped : undefined
}

/** How large a JSON value may be. */
export interface JsonLimits {
  /** Members and elements at all levels, and the value itself. */
  readonly values: number
  /** Objects and lists among them. Default: as many as values. */
  readonly containers?: number
  /** Levels of nested objects and lists. */
  readonly depth: number
}

/**
 * Counts a JSON value and everything in it. Stops at the limits and does not recurse, so that neither a large value nor a deep one
 * costs more than the limits allow.
 */
export function extentOf(
  value: unknown,
  { values, containers = values, depth: depthLimit }: JsonLimits,
): number | 'too many values' | 'too deep' {
  let count = 1
  let containersCount = 0
  let level = isContainer(value) ? [value] : []
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > depthLimit) return 'too deep'
    containersCount += level.length
    if (containersCount > containers) return 'too many values'
    const next: object[] = []
    for (const container of level) {
      const inside: readonly unknown[] = Array.isArray(container) ? container : Object.values(container)
      count += inside.length
      if (count > values) return 'too many values'
      for (const one of inside) if (isContainer(one)) next.push(one)
    }
    level = next
  }
  return count
}

/** Levels of nested objects and lists that the mock takes in a body, and in what is read of a file. The limit is ours: no call has a third of them. */
export const MOST_LEVELS = 32

/** Whether a JSON value is nested deeper than code that recurses should go. */
export function isTooDeep(value: unknown): boolean {
  return extentOf(value, { values: Number.POSITIVE_INFINITY, depth: MOST_LEVELS }) === 'too deep'
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
