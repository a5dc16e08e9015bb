import { isUpload, partsOf } from './multipart.ts'

/**
 * The bytes that a request signature covers as the body: the body itself, or for an upload the part named `meta`.
 *
 * An upload without a readable `meta` part gives no bytes, which the live service answers as a signature mismatch
 * (protocol.md 2 and 10).
 */
export function signedBody(contentType: string | undefined, body: Uint8Array): Uint8Array {
  if (!isUpload(contentType)) return body
  return partsOf(contentType, body).find(({ name }) => name === 'meta')?.content ?? new Uint8Array(0)
}
