/**
 * Measures the built package against bare floors. Everything is a ratio within this one run, so that machines do not matter; the
 * spread over the rounds says how far to trust it.
 */
import { createPrivateKey, createPublicKey } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import autocannon from 'autocannon'
import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { createMock, type WorldJson } from 'wechatpay-mock'
import { handlers } from 'wechatpay-mock/msw'
import { formatAuthorization, parseAuthorization, requestMessage, sign, verify } from 'wechatpay-mock/protocol'
import identity from '../src/identity/well-known-identity.json' with { type: 'json' }
import { residentMib, show, start, summary } from './measure.ts'

const ROUNDS = 5
const REQUESTS = 6_000
const CONNECTIONS = 32
const PATH = '/v3/marketing/busifavor/coupons/associate'

interface Signed {
  readonly headers: Record<string, string>
  readonly body: string
}

const key = createPrivateKey(identity.privateKey)

/** One associate for each coupon of the batch, each signed, none a repeat of another. */
async function signedRequests(count: number): Promise<Signed[]> {
  const timestamp = String(Math.floor(Date.now() / 1_000))
  return Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const body = JSON.stringify({
        stock_id: 'BENCH',
        coupon_code: `C${i}`,
        out_trade_no: `MCH_${i}`,
        out_request_no: `R${i}`,
      })
      const nonce = `nonce${i}`
      const signature = await sign(
        requestMessage({ method: 'POST', target: PATH, timestamp, nonce, body: Buffer.from(body) }),
        key,
      )
      return {
        body,
        headers: {
          accept: 'application/json',
          'user-agent': 'bench',
          'content-type': 'application/json',
          authorization: formatAuthorization({
            scheme: 'WECHATPAY2-SHA256-RSA2048',
            identity: identity.mchid,
            nonce,
            timestamp,
            serialNo: identity.serialNo,
            signature,
          }),
        },
      }
    }),
  )
}

const world: WorldJson = {
  coupons: Array.from({ length: REQUESTS }, (_, i) => ({ stock_id: 'BENCH', coupon_code: `C${i}` })),
}

/** Requests per second over 32 connections, from the first byte sent to the last answer; every request is sent once. */
async function load(url: string, requests: readonly Signed[]): Promise<number> {
  let next = 0
  let last = 0
  const begin = performance.now()
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const instance = autocannon(
      {
        url,
        connections: CONNECTIONS,
        amount: requests.length,
        requests: [
          {
            method: 'POST',
            path: PATH,
            setupRequest(request) {
              const { headers, body } = requests[next++ % requests.length] as Signed
              return { ...request, headers, body }
            },
          },
        ],
      },
      (error: unknown, finished) => (error ? reject(error) : resolve(finished)),
    )
    // Its own duration counts whole seconds.
    instance.on('response', () => {
      last = performance.now()
    })
  })
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${result.non2xx} answers were no 200, ${result.errors} failed`)
  return (requests.length / (last - begin)) * 1_000
}

async function reset(url: string, seed?: WorldJson): Promise<void> {
  const answer = seed
    ? await fetch(`${url}/_mock/world`, {
        method: 'PUT',
        body: JSON.stringify(seed),
        headers: { 'content-type': 'application/json' },
      })
    : await fetch(`${url}/_mock/reset`, { method: 'POST' })
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
}

const floorScript = fileURLToPath(new URL('floor-server.ts', import.meta.url))
const bin = fileURLToPath(new URL('../dist/src/cli/main.js', import.meta.url))
const bare =
  "const s=require('http').createServer((q,r)=>r.end('ok')).listen(0,'127.0.0.1',()=>console.log(JSON.stringify({url:'http://127.0.0.1:'+s.address().port})))"

console.log(`signing ${REQUESTS} requests …`)
const requests = await signedRequests(REQUESTS)

console.log(`\nassociate over HTTP, ${CONNECTIONS} connections, ${REQUESTS} requests a round, ${ROUNDS} rounds`)
{
  const floor = await start([floorScript])
  const server = await start([bin, 'serve', '--port', '0', '--json', '--quiet'])
  const rates = { floor: [] as number[], server: [] as number[] }
  await reset(server.url, world)
  await load(floor.url, requests)
  await load(server.url, requests)
  for (let round = 0; round < ROUNDS; round++) {
    rates.floor.push(await load(floor.url, requests))
    await reset(server.url)
    rates.server.push(await load(server.url, requests))
  }
  console.log(`  floor (verify and sign only)   ${show(rates.floor, 0)} requests/s`)
  console.log(`  wechatpay-mock serve           ${show(rates.server, 0)} requests/s`)
  console.log(
    `  ratio server / floor           ${show(rates.server.map((rate, i) => rate / (rates.floor[i] ?? 1)))}   aim: at least 0.90`,
  )
  await floor.stop()
  await server.stop()
}

console.log('\nassociate in process through msw, one after the other')
{
  const mock = createMock({ seed: world })
  const constant = http.post(`https://constant.example${PATH}`, () => new HttpResponse('{}', { status: 200 }))
  const msw = setupServer(...handlers(mock), constant)
  msw.listen({ onUnhandledFrame: 'error' })
  const merchantKey = createPublicKey(identity.certificate)
  const platformKey = createPrivateKey(identity.platformCertificate.privateKey)
  const some = requests.slice(0, 500)

  /** Milliseconds for each of the requests. */
  const cost = async (call: (request: Signed) => Promise<void>): Promise<number> => {
    const begin = performance.now()
    for (const request of some) await call(request)
    return (performance.now() - begin) / some.length
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
  for (let round = -1; round < ROUNDS; round++) {
    await mock.control.reset()
    const measured = {
      floor: await cost(verifyAndSign),
      constant: await cost(through('constant.example')),
      msw: await cost(through('api.mch.weixin.qq.com')),
    }
    if (round < 0) continue
    costs.floor.push(measured.floor)
    costs.constant.push(measured.constant)
    costs.msw.push(measured.msw)
  }
  msw.close()
  const share = costs.msw.map((all, i) => (all - (costs.constant[i] ?? 0)) / (costs.floor[i] ?? 1))
  console.log(`  verify and sign                ${show(costs.floor, 3)} ms`)
  console.log(`  fetch and msw, constant answer ${show(costs.constant, 3)} ms`)
  console.log(`  associate through msw          ${show(costs.msw, 3)} ms`)
  console.log(`  ratio of what the mock adds    ${show(share)}   aim: at most 1.50 of verify and sign`)
  console.log(`  ratio with fetch and msw       ${show(costs.msw.map((all, i) => all / (costs.floor[i] ?? 1)))}`)
}

console.log('\nstart-up and idle memory')
{
  const times = { bare: [] as number[], server: [] as number[] }
  const memory = { bare: [] as number[], server: [] as number[] }
  for (let round = 0; round < ROUNDS; round++) {
    let begin = performance.now()
    const bareServer = await start(['-e', bare])
    await (await fetch(bareServer.url)).arrayBuffer()
    times.bare.push(performance.now() - begin)
    const request = requests[round] as Signed
    const body = JSON.stringify({
      stock_id: '100088',
      coupon_code: 'sxxe34343434',
      out_trade_no: 'MCH_102233445',
      out_request_no: 'R1',
    })
    const fresh = await signedBench(body)
    begin = performance.now()
    const server = await start([bin, 'serve', '--port', '0', '--json', '--quiet'])
    const answer = await fetch(server.url + PATH, { method: 'POST', headers: fresh, body })
    if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()} ${request.body}`)
    times.server.push(performance.now() - begin)
    memory.bare.push(residentMib(bareServer.child.pid))
    memory.server.push(residentMib(server.child.pid))
    await bareServer.stop()
    await server.stop()
  }
  const ratio = (a: readonly number[], b: readonly number[]) => a.map((value, i) => value / (b[i] ?? 1))
  console.log(`  bare node http server          ${show(times.bare, 0)} ms, ${show(memory.bare, 0)} MiB`)
  console.log(`  wechatpay-mock, first 200      ${show(times.server, 0)} ms, ${show(memory.server, 0)} MiB`)
  console.log(`  ratio of times                 ${show(ratio(times.server, times.bare))}   aim: at most 5`)
  console.log(`  ratio of memory                ${show(ratio(memory.server, memory.bare))}   aim: at most 2`)
}

console.log('\nreset to a seed of 100,000 coupons, every one changed')
{
  const mock = createMock({
    seed: { coupons: Array.from({ length: 100_000 }, (_, i) => ({ stock_id: 'BENCH', coupon_code: `C${i}` })) },
  })
  const took: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    await mock.store.transaction(async (tx) => {
      for (const coupon of await tx.coupons.list()) await tx.coupons.save({ ...coupon, status: 'deleted' })
    })
    const begin = performance.now()
    await mock.store.reset()
    took.push(performance.now() - begin)
  }
  console.log(
    `  reset                          ${show(took, 3)} ms   aim: at most 5 (${summary(took).high < 5 ? 'met' : 'missed'})`,
  )
}

async function signedBench(body: string): Promise<Record<string, string>> {
  const timestamp = String(Math.floor(Date.now() / 1_000))
  const nonce = 'startup'
  const signature = await sign(
    requestMessage({ method: 'POST', target: PATH, timestamp, nonce, body: Buffer.from(body) }),
    key,
  )
  return {
    accept: 'application/json',
    'user-agent': 'bench',
    'content-type': 'application/json',
    authorization: formatAuthorization({
      scheme: 'WECHATPAY2-SHA256-RSA2048',
      identity: identity.mchid,
      nonce,
      timestamp,
      serialNo: identity.serialNo,
      signature,
    }),
  }
}
