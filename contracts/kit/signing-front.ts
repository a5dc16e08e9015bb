import { authenticate } from '../../src/engine/exchange/authenticate.ts'
import { pathOf, type WireRequest, type WireResponse } from '../../src/engine/http-message.ts'
import { createIds } from '../../src/engine/ids.ts'
import { MerchantDirectory } from '../../src/engine/keys/merchants.ts'
import { choosePlatformKey } from '../../src/engine/keys/platform-key.ts'
import { wellKnownIdentity } from '../../src/identity/well-known.ts'
import { timestampOf } from '../../src/protocol/authorization.ts'
import { signAnswer, signatureHeaders } from '../../src/protocol/response-headers.ts'
import { schemeFor } from '../../src/protocol/scheme.ts'
import { type RawServer, rawSender, rawServer } from './raw-http.ts'

export interface SigningFront extends RawServer {
  /** The faults of the signatures of received requests. */
  readonly faults: readonly string[]
}

export interface SigningFrontOptions {
  /** Address of pact's mock server. */
  readonly pactUrl: string
  /** Whether its answers are signed. */
  readonly signed: boolean
}

/**
 * Starts a proxy in front of pact's mock server, which cannot sign: real clients verify every answer, so the examples
 * of the pact are signed here with the well-known platform key. Requests are passed on unchanged, after their signatures are checked.
 */
export async function startSigningFront({ pactUrl, signed }: SigningFrontOptions): Promise<SigningFront> {
  const { merchant, platform } = wellKnownIdentity()
  const merchants = new MerchantDirectory([merchant])
  const sender = rawSender(pactUrl)
  const faults: string[] = []
  const ids = createIds()

  const signedAnswer = async (request: WireRequest, answer: WireResponse): Promise<WireResponse> => {
    const path = pathOf(request.target)
    const { key } = choosePlatformKey(request.headers['wechatpay-serial'], { mode: 'both', merchant, platform })
    const timestamp = timestampOf(Date.now())
    const signature = await signAnswer({ timestamp, nonce: ids.nonce(), body: answer.body }, key, schemeFor(path))
    return {
      ...answer,
      headers: [...answer.headers.filter(([name]) => !/^wechatpay-/i.test(name)), ...signatureHeaders(signature)],
    }
  }

  const server = await rawServer(async (request) => {
    const authentication = authenticate(request, merchants, Date.now())
    if ('failure' in authentication) faults.push(authentication.failure.explanation.en)
    const { host: _, ...headers } = request.headers
    const answer = await sender.send({ ...request, headers })
    // Pact's mock server says with this header that the request was not the one in the pact.
    const unexpected = answer.headers.some(([name]) => name.toLowerCase() === 'x-pact')
    return signed && !unexpected ? signedAnswer(request, answer) : answer
  })
  return {
    ...server,
    faults,
    async close() {
      sender.close()
      await server.close()
    },
  }
}
