import { rawServer } from '../../contracts/kit/raw-http.ts'
import { signedAgain } from '../../contracts/strength/repair.ts'
import { createMock, type WechatPayMock } from '../../src/mock.ts'

/** An answer in terms that are easy to break. */
interface BreakableAnswer {
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
    return signedAgain({ ...answer, body: Buffer.from(answer.body) })
  })
  onFinished(() => server.close())
  return { url: server.url, mock }
}
