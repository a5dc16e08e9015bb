/** A JSON value that is an object, neither a list nor `null`. */
export type JsonObject = Readonly<Record<string, unknown>>

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
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

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
