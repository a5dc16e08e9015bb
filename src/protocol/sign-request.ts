import type { KeyObject } from 'node:crypto'
import type { Authorization } from './authorization.ts'
import { requestMessage, type SignedRequest } from './message.ts'
import { type Scheme, schemeFor } from './scheme.ts'
import { sign } from './signature.ts'

/** Who signs a request. */
export interface Signer {
  /** `mchid`, or `brand_id` with the brand scheme. */
  readonly identity: string
  /** Serial of the API certificate that belongs to the key. */
  readonly serialNo: string
  readonly privateKey: KeyObject
  /** Default: that of the path. */
  readonly scheme?: Scheme
}

/**
 * Signs a request (protocol.md 2).
 *
 * ```ts
 * const nonce = randomBytes(16).toString('hex')
 * const timestamp = timestampOf(Date.now())
 * const authorization = formatAuthorization(await signRequest({ method, target, timestamp, nonce, body }, signer))
 * ```
 *
 * @param request the values that the signature covers: for an upload, `body` is the result of {@link signedBody}
 * @returns the parts of the `Authorization` header
 */
export async function signRequest(
  request: SignedRequest,
  { identity, serialNo, privateKey, scheme = schemeFor(request.target) }: Signer,
): Promise<Authorization> {
  const { timestamp, nonce } = request
  return { scheme, identity, nonce, timestamp, serialNo, signature: await sign(requestMessage(request), privateKey) }
}
