import { createPrivateKey, createPublicKey } from 'node:crypto'
import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { createMock } from 'wechatpay-mock'
import { handlers } from 'wechatpay-mock/msw'
import { parseAuthorization, requestMessage, sign, verify } from 'wechatpay-mock/protocol'
import identity from '../../src/control/identity/well-known-identity.json' with { type: 'json' }
import { associateRequests, benchWorld, PATH, type Signed } from './associate-requests.ts'
import { ROUNDS } from './measure.ts'
import { progress } from './progress.ts'
import { type Report, ratios } from './report.ts'

const REQUESTS = 500

/** In process through msw, against the cost of `fetch` and msw by themselves: a handler with a constant answer. */
export async function benchMsw(): Promise<Report> {
  const requests = await associateRequests(REQUESTS)
  const mock = createMock({ seed: benchWorld(REQUESTS) })
  const constant = http.post(`https://constant.example${PATH}`, () => new HttpResponse('{}', { status: 200 }))
  const msw = setupServer(...handlers(mock), constant)
  msw.listen({ onUnhandledFrame: 'error' })
  const merchantKey = createPublicKey(identity.certificate)
  const platformKey = createPrivateKey(identity.platformCertificate.privateKey)

  /** Processor time of the whole process, milliseconds per request: other work on the machine does not count. */
  const cost = async (call: (request: Signed) => Promise<void>): Promise<number> => {
    const before = process.cpuUsage()
    for (const request of requests) await call(request)
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1_000 / requests.length
  }
  const verifyAndSign = async ({ headers, body }: Signed) => {
    const authorization = parseAuthorization(headers.authorization ?? '')
    if (typeof authorization === 'string') throw new Error(authorization)
    const { timestamp, nonce, signature } = authorization
    const message = requestMessage({ method: 'POST', target: PATH, timestamp, nonce, body: Buffer.from(body) })
    if (!verify(message, signature, merchantKey)) throw new Error('the floor does not verify')
    await sign(message, platformKey)
  }
  const through =
    (host: string) =>
    async ({ headers, body }: Signed) => {
      const answer = await fetch(`https://${host}${PATH}`, { method: 'POST', headers, body })
      if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`)
      await answer.arrayBuffer()
    }

  const direct = async ({ headers, body }: Signed) => {
    const answer = await mock.handle({ method: 'POST', target: PATH, headers, body: Buffer.from(body) })
    if (answer.status !== 200) throw new Error(`${answer.status} ${Buffer.from(answer.body)}`)
  }

  const costs = { floor: [] as number[], direct: [] as number[], constant: [] as number[], msw: [] as number[] }
  // The first rounds warm up.
  for (let round = -1; round <= ROUNDS; round++) {
    progress(`msw: round ${round} of ${ROUNDS}`)
    await mock.control.reset()
    const floor = await cost(verifyAndSign)
    const handled = await cost(direct)
    await mock.control.reset()
    const constantAnswer = await cost(through('constant.example'))
    const associate = await cost(through('api.mch.weixin.qq.com'))
    if (round < 1) continue
    costs.floor.push(floor)
    costs.direct.push(handled)
    costs.constant.push(constantAnswer)
    costs.msw.push(associate)
  }
  msw.close()
  const row = (what: string, values: readonly number[]) => ({ what, unit: 'ms', digits: 3, values })
  return {
    title: `Associate in process through msw, ${REQUESTS} one after the other, ${ROUNDS} rounds, processor time of the whole process a call`,
    rows: [
      row('verify and sign', costs.floor),
      row('mock.handle', costs.direct),
      row('fetch and msw, a handler with a constant answer', costs.constant),
      row('associate through msw', costs.msw),
      { what: 'mock.handle / verify and sign', values: ratios(costs.direct, costs.floor) },
      {
        what: 'associate through msw / fetch and msw with a constant answer',
        values: ratios(costs.msw, costs.constant),
        aim: { at: 'most', value: 1.5 },
      },
    ],
  }
}
