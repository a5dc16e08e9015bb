import type { KeyObject } from 'node:crypto'
import { wellKnownIdentity } from '../../src/control/identity/well-known.ts'
import type { WireRequest, WireResponse } from '../../src/engine/http-message.ts'
import { headerOf } from '../../src/testing/answer-faults.ts'
import { resign } from '../../src/traffic/recording/resign.ts'
import { responseMessage } from '../../src/wire/protocol/message.ts'
import { sign } from '../../src/wire/protocol/signature.ts'

const { merchant, platform } = wellKnownIdentity()
const platformKeys = [...platform.certificates, platform.publicKey]

/** An answer, or a callback. */
type Signed = Pick<WireResponse, 'headers' | 'body'>

/** Copies a message with one header field changed; `undefined` removes it. */
export function withHeader<Message extends Signed>(message: Message, name: string, value: string | undefined): Message {
  const headers = message.headers.flatMap((field): [string, string][] => {
    if (field[0] !== name) return [[...field]]
    return value === undefined ? [] : [[name, value]]
  })
  return { ...message, headers }
}

/** Parts of a signature that deviate from the correct ones. */
export interface SignedWith {
  readonly key?: KeyObject
  readonly body?: Uint8Array
  readonly timestamp?: string
  readonly nonce?: string
}

/** Signs a signed message again; leaves an unsigned one alone. */
export async function signedAgain<Message extends Signed>(
  message: Message,
  { key, body = message.body, timestamp, nonce }: SignedWith = {},
): Promise<Message> {
  const serialNo = headerOf(message, 'Wechatpay-Serial')
  const right = platformKeys.find((platformKey) => platformKey.serialNo === serialNo)
  if (!right) return message
  const text = responseMessage({
    timestamp: timestamp ?? headerOf(message, 'Wechatpay-Timestamp') ?? '',
    nonce: nonce ?? headerOf(message, 'Wechatpay-Nonce') ?? '',
    body,
  })
  return withHeader(message, 'Wechatpay-Signature', await sign(text, key ?? right.privateKey))
}

/** Updates length and signature after the body was changed. */
export function repaired<Message extends Signed>(message: Message): Promise<Message> {
  return signedAgain(withHeader(message, 'Content-Length', String(message.body.length)))
}

/** Rewrites a request as the well-known merchant should have sent it, by the server's clock. */
export function corrected(request: WireRequest, clock: { now(): number }): Promise<WireRequest> {
  const { mchid, serialNo, privateKey } = merchant
  const headers = { accept: 'application/json', 'user-agent': 'test', ...request.headers }
  const credentials = { mchid, merchant_serial_no: serialNo, merchant_private_key: privateKey }
  return resign(credentials, { now: () => clock.now() })({ ...request, headers })
}
