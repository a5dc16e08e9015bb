import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import type { WireRequest } from '../engine/http-message.ts'
import { formatAuthorization, identityIn, type SigningCredentials, schemeFor } from '../protocol/authorization.ts'
import { headersToRepeat, signedBody } from '../protocol/message.ts'
import { signRequest } from '../protocol/signature.ts'
import type { RequestFlaw } from '../provider-states/state.ts'

export interface ResignOptions {
  /** The clock for timestamps, epoch milliseconds. Default: the machine's. */
  readonly now?: () => number
}

/** Signs a request afresh; with a flaw, it is wrong in that one respect. */
export type Resign = (request: WireRequest, flaw?: RequestFlaw) => Promise<WireRequest>

/**
 * Creates a signer for requests that a pact replays. A recorded signature cannot verify, so it signs the bytes that are actually sent, with a fresh
 * timestamp and nonce.
 *
 * ```ts
 * const signed = await resign(await control.credentials())({ method, target, headers, body })
 * ```
 *
 * @throws an error from reading the private key if it is not PEM
 */
export function resign(credentials: SigningCredentials, { now = () => Date.now() }: ResignOptions = {}): Resign {
  const privateKey = createPrivateKey(credentials.merchant_private_key)
  return async ({ method, target, headers, body }, flaw) => {
    const seconds = Math.floor(now() / 1_000)
    const timestamp = String(
      flaw === 'too_old' ? seconds - 600 : flaw === 'in_milliseconds' ? seconds * 1_000 : seconds,
    )
    const nonce = randomBytes(16).toString('hex')
    const own = signedBody(headers['content-type'], body)
    const covered = flaw === 'other_body' ? anotherThan(own) : own
    const signed = await signRequest(
      { method, target, timestamp, nonce, body: covered },
      {
        identity: identityIn(credentials, schemeFor(target)),
        serialNo: flaw === 'serial_unknown' ? '0'.repeat(40) : credentials.merchant_serial_no,
        privateKey: flaw === 'other_key' ? otherKey() : privateKey,
      },
    )
    const { authorization: _, ...repeated } = headersToRepeat(headers)
    const kept = Object.entries(repeated).filter(
      ([name]) => !(flaw === 'no_accept' && name === 'accept') && !(flaw === 'no_user_agent' && name === 'user-agent'),
    )
    return {
      method,
      target,
      headers: {
        ...Object.fromEntries(kept),
        ...(flaw !== 'unsigned' && { authorization: flawed(formatAuthorization(signed), flaw) }),
        ...((body.length > 0 || method === 'POST') && { 'content-length': String(body.length) }),
      },
      body,
    }
  }
}

/** A body that differs from this one. Calls without fields get an empty object. */
function anotherThan(body: Uint8Array): Uint8Array {
  return Buffer.from(Buffer.from(body).equals(Buffer.from('{}')) ? '[]' : '{}')
}

function flawed(authorization: string, flaw: RequestFlaw | undefined): string {
  if (flaw === 'malformed') return authorization.replaceAll('"', "'")
  if (flaw === 'scheme_unknown') return authorization.replace(/^\S+/, 'WECHATPAY3-SHA256-RSA2048')
  return authorization
}

let key: KeyObject | undefined

/** An unknown key. Generating it takes a moment, so this happens once. */
function otherKey(): KeyObject {
  key ??= generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  return key
}
