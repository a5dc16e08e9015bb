/** A JSON value that is an object: no list, and not `null`. */
export type JsonObject = Readonly<Record<string, unknown>>

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Reads JSON from a text or its bytes in UTF-8; `undefined` for what is not JSON. */
export function parseJson(text: string | Uint8Array): unknown {
  try {
    return JSON.parse(typeof text === 'string' ? text : Buffer.from(text).toString('utf8'))
  } catch {
    // What comes from somebody else may be anything.
    return undefined
  }
}

/** Reads a JSON object from a text or its bytes in UTF-8; `undefined` for any other value, and for what is not JSON. */
export function parseJsonObject(text: string | Uint8Array): JsonObject | undefined {
  const value = parseJson(text)
  return isJsonObject(value) ? value : undefined
}
