/** A value encrypted with the APIv3 key, as it appears in JSON. */
export interface SealedValue {
  readonly algorithm: string
  readonly ciphertext: string
  readonly associated_data?: string
  readonly nonce: string
}

/** Whether a JSON value has the members of an envelope. */
export function isEnvelope(value: unknown): value is SealedValue & Record<string, unknown> {
  return (
    isObject(value) &&
    ['algorithm', 'ciphertext', 'nonce'].every((name) => typeof value[name] === 'string') &&
    ['string', 'undefined'].includes(typeof value.associated_data)
  )
}

/** Whether a JSON value is an object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
