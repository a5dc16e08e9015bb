import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import autocannon from 'autocannon'
import { associateRequests, benchWorld, PATH, type Signed } from './associate-requests.ts'
import { bin, floorScript, ROUNDS, show, start } from './measure.ts'

const REQUESTS = 6_000
const CONNECTIONS = 32

/** Requests per second over 32 connections, from the first byte sent to the last answer; every request is sent once. */
export async function load(url: string, requests: readonly Signed[]): Promise<number> {
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
            setupRequest: (request) => ({ ...request, ...requests[next++ % requests.length] }),
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
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${result.non2xx} answers were no 200, ${result.errors} failed`)
  }
  return (requests.length / (last - begin)) * 1_000
}

/** Puts a server back to its seed. */
export async function reset(url: string): Promise<void> {
  const answer = await fetch(`${url}/_mock/reset`, { method: 'POST' })
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
}

/** The whole way over HTTP against a server that only verifies and signs. */
export async function benchHttp(): Promise<void> {
  console.log(`\nassociate over HTTP, ${CONNECTIONS} connections, ${REQUESTS} requests a round, ${ROUNDS} rounds`)
  const seed = join(tmpdir(), `wechatpay-mock-bench-${process.pid}.json`)
  writeFileSync(seed, JSON.stringify(benchWorld(REQUESTS)))
  const requests = await associateRequests(REQUESTS)
  const floor = await start([floorScript])
  const server = await start([bin, 'serve', '--port', '0', '--json', '--quiet', '--seed', seed])
  const rates = { floor: [] as number[], server: [] as number[] }
  // The first round warms up. Who comes first changes, so that a drift of the machine's speed evens out.
  for (let round = 0; round <= ROUNDS; round++) {
    const measured = { floor: 0, server: 0 }
    await reset(server.url)
    for (const which of round % 2 === 0 ? (['floor', 'server'] as const) : (['server', 'floor'] as const)) {
      measured[which] = await load((which === 'floor' ? floor : server).url, requests)
    }
    if (round === 0) continue
    rates.floor.push(measured.floor)
    rates.server.push(measured.server)
  }
  const ratios = rates.server.map((rate, i) => rate / (rates.floor[i] ?? Number.NaN))
  console.log(`  floor (verify and sign only)   ${show(rates.floor, 0)} requests/s`)
  console.log(`  wechatpay-mock serve           ${show(rates.server, 0)} requests/s`)
  console.log(`  ratio server / floor           ${show(ratios)}   aim: at least 0.90`)
  await floor.stop()
  await server.stop()
}
