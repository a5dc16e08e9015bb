import type { KeyObject } from 'node:crypto'
import type { WireRequest, WireResponse } from '../../src/engine/http-message.ts'
import { wellKnownIdentity } from '../../src/identity/well-known.ts'
import { responseMessage } from '../../src/protocol/message.ts'
import { sign } from '../../src/protocol/signature.ts'
import { resign } from '../../src/recording/resign.ts'
import { headerOf } from '../../src/testing/answer-faults.ts'

const { merchant, platform } = wellKnownIdentity()
const platformKeys = [...platform.certificates, platform.publicKey]

/** An answer with one header field changed; `undefined` takes it away. */
export function withHeader(answer: WireResponse, name: string, value: string | undefined): WireResponse {
  const headers = answer.headers.flatMap((field): [string, string][] => {
    if (field[0] !== name) return [[...field]]
    return value === undefined ? [] : [[name, value]]
  })
  return { ...answer, headers }
}

/** What a signature is made with and over, where that is not as it has to be. */
export interface SignedWith {
  readonly key?: KeyObject
  readonly body?: Uint8Array
  readonly timestamp?: string
  readonly nonce?: string
}

/** A signed answer, signed anew; one that is not signed stays so. */
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

/** An answer whose body was changed, with the length and the signature of what it is now. */
export function mended(answer: WireResponse): Promise<WireResponse> {
  return signedAgain(withHeader(answer, 'Content-Length', String(answer.body.length)))
}

/** A request as the well-known merchant would have had to send it, by the clock of the server. */
export function asItShouldBe(request: WireRequest, clock: { now(): number }): Promise<WireRequest> {
  const { mchid, serialNo, privateKey } = merchant
  const headers = { accept: 'application/json', 'user-agent': 'test', ...request.headers }
  const credentials = { mchid, merchant_serial_no: serialNo, merchant_private_key: privateKey }
  return resign(credentials, { now: () => clock.now() })({ ...request, headers })
}
