import { createPrivateKey, createPublicKey } from 'node:crypto'
import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { createMock } from 'wechatpay-mock'
import { handlers } from 'wechatpay-mock/msw'
import { parseAuthorization, requestMessage, sign, verify } from 'wechatpay-mock/protocol'
import identity from '../src/identity/well-known-identity.json' with { type: 'json' }
import { associateRequests, benchWorld, PATH, type Signed } from './associate-requests.ts'
import { ROUNDS, show } from './measure.ts'

const REQUESTS = 500

/**
 * In process through msw, against the cost of verifying and signing. A handler with a constant answer shows what `fetch` and msw cost by
 * themselves; what is left is the mock's.
 */
export async function benchMsw(): Promise<void> {
  console.log(`\nassociate in process through msw, ${REQUESTS} one after the other, ${ROUNDS} rounds`)
  const requests = await associateRequests(REQUESTS)
  const mock = createMock({ seed: benchWorld(REQUESTS) })
  const constant = http.post(`https://constant.example${PATH}`, () => new HttpResponse('{}', { status: 200 }))
  const msw = setupServer(...handlers(mock), constant)
  msw.listen({ onUnhandledFrame: 'error' })
  const merchantKey = createPublicKey(identity.certificate)
  const platformKey = createPrivateKey(identity.platformCertificate.privateKey)

  /** Milliseconds for each of the requests. */
  const cost = async (call: (request: Signed) => Promise<void>): Promise<number> => {
    const begin = performance.now()
    for (const request of requests) await call(request)
    return (performance.now() - begin) / requests.length
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

  const costs = { floor: [] as number[], constant: [] as number[], msw: [] as number[] }
  // The first round warms up.
  for (let round = 0; round <= ROUNDS; round++) {
    await mock.control.reset()
    const floor = await cost(verifyAndSign)
    const constantAnswer = await cost(through('constant.example'))
    const associate = await cost(through('api.mch.weixin.qq.com'))
    if (round === 0) continue
    costs.floor.push(floor)
    costs.constant.push(constantAnswer)
    costs.msw.push(associate)
  }
  msw.close()
  const ratio = (own: (i: number) => number) => costs.floor.map((floor, i) => own(i) / floor)
  const all = (i: number) => costs.msw[i] ?? Number.NaN
  console.log(`  verify and sign                ${show(costs.floor, 3)} ms`)
  console.log(`  fetch and msw, constant answer ${show(costs.constant, 3)} ms`)
  console.log(`  associate through msw          ${show(costs.msw, 3)} ms`)
  console.log(
    `  ratio of the mock's share      ${show(ratio((i) => all(i) - (costs.constant[i] ?? 0)))}   aim: at most 1.50 of verify and sign`,
  )
  console.log(`  ratio with fetch and msw       ${show(ratio(all))}`)
}
