import type { KeyObject } from 'node:crypto'
import type { WireRequest, WireResponse } from '../../src/engine/http-message.ts'
import { wellKnownIdentity } from '../../src/identity/well-known.ts'
import { responseMessage } from '../../src/protocol/message.ts'
import { sign } from '../../src/protocol/signature.ts'
import { resign } from '../../src/recording/resign.ts'
import { headerOf } from '../../src/testing/answer-faults.ts'

const { merchant, platform } = wellKnownIdentity()
const platformKeys = [...platform.certificates, platform.publicKey]

/** Copies an answer with one header field changed; `undefined` removes it. */
export function withHeader(answer: WireResponse, name: string, value: string | undefined): WireResponse {
  const headers = answer.headers.flatMap((field): [string, string][] => {
    if (field[0] !== name) return [[...field]]
    return value === undefined ? [] : [[name, value]]
  })
  return { ...answer, headers }
}

/** Parts of a signature that deviate from the correct ones. */
export interface SignedWith {
  readonly key?: KeyObject
  readonly body?: Uint8Array
  readonly timestamp?: string
  readonly nonce?: string
}

/** Signs a signed answer again; leaves an unsigned one alone. */
export async function signedAgain(
  answer: WireResponse,
  { key, body, timestamp, nonce }: SignedWith = {},
): Promise<WireResponse> {
  const serialNo = headerOf(answer, 'Wechatpay-Serial')
  const right = platformKeys.find((platformKey) => platformKey.serialNo === serialNo)
  if (!right) return answer
  const message = responseMessage({
    timestamp: timestamp ?? headerOf(answer, 'Wechatpay-Timestamp') ?? '',
    nonce: nonce ?? headerOf(answer, 'Wechatpay-Nonce') ?? '',
    body: body ?? answer.body,
  })
  return withHeader(answer, 'Wechatpay-Signature', await sign(message, key ?? right.privateKey))
}

/** Updates the length and the signature of an answer after its body was changed. */
export function mended(answer: WireResponse): Promise<WireResponse> {
  return signedAgain(withHeader(answer, 'Content-Length', String(answer.body.length)))
}

/** Rewrites a request as the well-known merchant should have sent it, by the server's clock. */
export function asItShouldBe(request: WireRequest, clock: { now(): number }): Promise<WireRequest> {
  const { mchid, serialNo, privateKey } = merchant
  const headers = { accept: 'application/json', 'user-agent': 'test', ...request.headers }
  const credentials = { mchid, merchant_serial_no: serialNo, merchant_private_key: privateKey }
  return resign(credentials, { now: () => clock.now() })({ ...request, headers })
}
