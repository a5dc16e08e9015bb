import { rawServer } from '../../contracts/kit/raw-http.ts'
import type { WireResponse } from '../../src/engine/http-message.ts'
import { wellKnownIdentity } from '../../src/identity/well-known.ts'
import { createMock, type WechatPayMock } from '../../src/mock.ts'
import { responseMessage } from '../../src/protocol/message.ts'
import { sign } from '../../src/protocol/signature.ts'

/** An answer in terms that are easy to break. */
export interface BreakableAnswer {
  status: number
  headers: [string, string][]
  body: string
}

/** Breaks an answer; `path` is what was asked. Whatever it changes is signed again, so that only the contract can notice. */
export type Break = (answer: BreakableAnswer, path: string) => void

/** A server whose answers are broken in one thing, and rightly signed all the same. */
export async function brokenServer(
  breakAnswer: Break,
  onFinished: (work: () => Promise<void>) => void,
): Promise<{ url: string; mock: WechatPayMock }> {
  const mock = createMock({ seed: 'empty' })
  const server = await rawServer(async (request) => {
    const { status, headers, body } = await mock.handle(request)
    const answer: BreakableAnswer = {
      status,
      headers: headers.map(([name, value]) => [name, value]),
      body: Buffer.from(body).toString('utf8'),
    }
    breakAnswer(answer, request.target)
    return signedAgain(answer)
  })
  onFinished(() => server.close())
  return { url: server.url, mock }
}

async function signedAgain({ status, headers, body }: BreakableAnswer): Promise<WireResponse> {
  const { platform } = wellKnownIdentity()
  const bytes = Buffer.from(body)
  const value = (name: string) => headers.find(([known]) => known === name)?.[1] ?? ''
  const key = [...platform.certificates, platform.publicKey].find(
    ({ serialNo }) => serialNo === value('Wechatpay-Serial'),
  )
  const message = responseMessage({
    timestamp: value('Wechatpay-Timestamp'),
    nonce: value('Wechatpay-Nonce'),
    body: bytes,
  })
  const signature = key && (await sign(message, key.privateKey))
  return {
    status,
    headers: headers.map(([name, old]): [string, string] => [
      name,
      name === 'Wechatpay-Signature' && signature ? signature : old,
    ]),
    body: bytes,
  }
}
