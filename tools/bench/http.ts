import { rmSync } from 'node:fs'
import autocannon from 'autocannon'
import { associateRequests, PATH, type Signed } from './associate-requests.ts'
import { floorScript, processorMs, ROUNDS, start, startMock } from './measure.ts'
import { progress } from './progress.ts'
import { pointOf, type Report, ratios } from './report.ts'
import { writeSeed } from './seed-file.ts'

const REQUESTS = 6_000
const CONNECTIONS = 32
const WARM_UP = 3

const PERCENTILES = ['p50', 'p75', 'p90', 'p99', 'p99_9'] as const

/** What a load has measured. */
export interface Load {
  /** From the first byte sent to the last answer. */
  readonly perSecond: number
  /** Milliseconds, for each of {@link PERCENTILES}. */
  readonly latencies: readonly number[]
}

/** Requests over 32 connections, each of them sent once. */
export async function measureLoad(url: string, requests: readonly Signed[]): Promise<Load> {
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
  return {
    perSecond: (requests.length / (last - begin)) * 1_000,
    latencies: PERCENTILES.map((name) => result.latency[name]),
  }
}

/** Requests per second over 32 connections; every request is sent once. */
export async function load(url: string, requests: readonly Signed[]): Promise<number> {
  return (await measureLoad(url, requests)).perSecond
}

/** Puts a server back to its seed. */
export async function reset(url: string): Promise<void> {
  const answer = await fetch(`${url}/_mock/reset`, { method: 'POST' })
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
}

/** The whole way over HTTP against a server that only verifies and signs. */
export async function benchHttp(): Promise<Report> {
  const seed = await writeSeed(REQUESTS)
  const floor = await start([floorScript])
  const mock = await startMock('--seed', seed)
  const servers = { floor, mock }
  const found = { floor: [] as Measured[], mock: [] as Measured[] }
  // The first rounds warm up: the compiler goes on for some ten thousand requests. Who comes first changes, so that a drift of the machine's
  // speed evens out.
  for (let round = 1 - WARM_UP; round <= ROUNDS; round++) {
    progress(`http: round ${round} of ${ROUNDS}`)
    // Signed anew: a signature is good for five minutes.
    const requests = await associateRequests(REQUESTS)
    await reset(mock.url)
    for (const which of round % 2 === 0 ? (['floor', 'mock'] as const) : (['mock', 'floor'] as const)) {
      const { url, child } = servers[which]
      const before = processorMs(child.pid)
      const measured = await measureLoad(url, requests)
      const cost = (processorMs(child.pid) - before) / REQUESTS
      if (round > 0) found[which].push({ ...measured, cost })
    }
  }
  await floor.stop()
  await mock.stop()
  rmSync(seed)

  const rate = (which: 'floor' | 'mock') => found[which].map(({ perSecond }) => perSecond)
  const cost = (which: 'floor' | 'mock') => found[which].map((one) => one.cost)
  return {
    title: `Associate over HTTP, ${CONNECTIONS} connections, ${REQUESTS} requests a round, ${ROUNDS} rounds`,
    rows: [
      { what: 'floor: verifies and signs, nothing else', unit: 'requests/s', digits: 0, values: rate('floor') },
      { what: 'wechatpay-mock serve', unit: 'requests/s', digits: 0, values: rate('mock') },
      {
        what: 'throughput of the mock / of the floor',
        values: ratios(rate('mock'), rate('floor')),
        aim: { at: 'least', value: 0.9 },
        note: 'the processor time above the floor is spent on the main thread: reading and checking the request, the transaction, the journal, and the garbage of all three. No part of it stands out in the profile below.',
      },
      { what: 'floor, processor time a request', unit: 'ms', digits: 3, values: cost('floor') },
      { what: 'mock, processor time a request', unit: 'ms', digits: 3, values: cost('mock') },
      { what: 'processor time of the floor / of the mock', values: ratios(cost('floor'), cost('mock')) },
    ],
    plots: [
      {
        name: 'latency',
        title: `Associate over HTTP, ${CONNECTIONS} connections, as fast as they go`,
        places: PERCENTILES.map((name) => name.replace('p', '').replace('_', '.')),
        across: 'percentile of the answers',
        upwards: 'ms',
        lines: [
          { name: 'wechatpay-mock', points: PERCENTILES.map((_, i) => pointOf(found.mock.map(at(i)))) },
          {
            name: 'floor: verifies and signs only',
            points: PERCENTILES.map((_, i) => pointOf(found.floor.map(at(i)))),
          },
        ],
      },
    ],
  }
}

interface Measured extends Load {
  /** Processor time a request, milliseconds. */
  readonly cost: number
}

function at(percentile: number): (load: Load) => number {
  return ({ latencies }) => latencies[percentile] ?? Number.NaN
}
