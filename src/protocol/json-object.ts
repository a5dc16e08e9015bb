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
