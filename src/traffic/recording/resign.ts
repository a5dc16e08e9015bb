import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import type { RequestFlaw } from '../../control/provider-states/state.ts'
import type { WireRequest } from '../../engine/http-message.ts'
import {
  formatAuthorization,
  identityIn,
  type SigningCredentials,
  schemeFor,
} from '../../wire/protocol/authorization.ts'
import { headersToRepeat, signedBody, signedTarget } from '../../wire/protocol/message.ts'
import { signRequest } from '../../wire/protocol/signature.ts'

export interface ResignOptions {
  /** The clock for timestamps, epoch milliseconds. Default: the machine's. */
  readonly now?: () => number
}

/** Other forms of a request that are right as well: SDKs write the parts of `Authorization` in other orders, for one. */
export const REQUEST_FORMS = [
  'authorization_reordered',
  'signature_before_timestamp',
  'serial_in_lower_case',
  'short_nonce',
  'body_with_blanks',
  'body_with_line_feed',
  'query_rewritten',
  'four_minutes_old',
  'content_type_with_charset',
] as const

export type RequestForm = (typeof REQUEST_FORMS)[number]

/** Signs a request afresh: with a flaw, it is wrong in that one respect; in another form, it is right in another way. */
export type Resign = (request: WireRequest, way?: RequestFlaw | RequestForm) => Promise<WireRequest>

/** Less than the five minutes that are allowed, by as much as clocks may differ. */
const STILL_FINE_SECONDS = 240

/** Seconds by which timestamps are too old or too new: more than the five minutes that are allowed, by as much as clocks may differ. */
const TOO_FAR_SECONDS = 360

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
  return async ({ method, target: asWritten, headers, body: asGiven }, way) => {
    const isJson = /^application\/json\b/i.test(headers['content-type'] ?? '')
    const body = isJson ? written(asGiven, way) : asGiven
    const target = way === 'query_rewritten' ? withQueryRewritten(asWritten) : asWritten
    const seconds = Math.floor(now() / 1_000)
    const timestamps: Partial<Record<RequestFlaw | RequestForm, number>> = {
      too_old: seconds - TOO_FAR_SECONDS,
      four_minutes_old: seconds - STILL_FINE_SECONDS,
      too_new: seconds + TOO_FAR_SECONDS,
      in_milliseconds: seconds * 1_000,
    }
    const timestamp = String((way && timestamps[way]) ?? seconds)
    const nonce = randomBytes(way === 'short_nonce' ? 5 : 16).toString('hex')
    const own = signedBody(headers['content-type'], body)
    const covered = way === 'other_body' ? anotherThan(own) : own
    const signed = await signRequest(
      { method, target: signedTarget(target), timestamp, nonce, body: covered },
      {
        identity: identityIn(credentials, schemeFor(target)),
        serialNo: way === 'serial_unknown' ? '0'.repeat(40) : credentials.merchant_serial_no,
        privateKey: way === 'other_key' ? otherKey() : privateKey,
      },
    )
    const { authorization: _, ...repeated } = headersToRepeat(headers)
    const kept = Object.entries(repeated).filter(
      ([name]) => !(way === 'no_accept' && name === 'accept') && !(way === 'no_user_agent' && name === 'user-agent'),
    )
    return {
      method,
      target,
      headers: {
        ...Object.fromEntries(kept),
        ...(way === 'content_type_with_charset' && isJson && { 'content-type': 'application/json; charset=utf-8' }),
        ...(way !== 'unsigned' && { authorization: spelled(formatAuthorization(signed), way) }),
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

/** The same JSON with a line break behind its first bracket, or at its end. */
function written(body: Uint8Array, way: RequestFlaw | RequestForm | undefined): Uint8Array {
  if (way === 'body_with_line_feed' && body.length > 0) return Buffer.concat([body, Buffer.from('\n')])
  if (way !== 'body_with_blanks') return body
  return Buffer.from(Buffer.from(body).toString('latin1').replace(/[[{]/, '$&\n  '), 'latin1')
}

/** The same query in the opposite order, with the first letter or digit of each value percent-encoded. */
function withQueryRewritten(target: string): string {
  const [path = '', query] = target.split(/\?(.*)/s)
  if (!query) return target
  const parts = query.split('&').map((part) => part.replace(/=([0-9A-Za-z])/, (_, letter) => `=${encoded(letter)}`))
  return `${path}?${parts.reverse().join('&')}`
}

const encoded = (letter: string) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`

function spelled(authorization: string, way: RequestFlaw | RequestForm | undefined): string {
  const [scheme = '', parts = ''] = authorization.split(/ (.*)/s)
  switch (way) {
    case 'malformed':
      return authorization.replaceAll('"', "'")
    case 'scheme_unknown':
      return `WECHATPAY3-SHA256-RSA2048 ${parts}`
    case 'authorization_reordered':
      return `${scheme} ${parts.split(',').reverse().join(',')}`
    case 'signature_before_timestamp': {
      // As the SDK for Python writes it.
      const [identity, nonce, timestamp, serial, signature] = parts.split(',')
      return `${scheme} ${[identity, nonce, signature, timestamp, serial].join(',')}`
    }
    case 'serial_in_lower_case':
      return authorization.replace(/serial_no="[^"]*"/, (serial) => serial.toLowerCase())
    default:
      return authorization
  }
}

let key: KeyObject | undefined

/** An unknown key. Generating it takes a moment, so this happens once. */
function otherKey(): KeyObject {
  key ??= generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  return key
}
