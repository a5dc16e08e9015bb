import { rmSync } from 'node:fs'
import autocannon from 'autocannon'
import { associateRequests, PATH, type Signed } from './associate-requests.ts'
import { floorScript, mainThreadMs, processorMs, ROUNDS, residentMib, start, startLoggingMock } from './measure.ts'
import { progress } from './progress.ts'
import { pointOf, type Report, type Row, ratios } from './report.ts'
import { writeSeed } from './seed-file.ts'

const REQUESTS = 15_000
const CONNECTIONS = 32

const PERCENTILES = ['p50', 'p75', 'p90', 'p99', 'p99_9'] as const

/** Why first links may miss their aim. */
const NOTE =
  'of what a first link costs above the floor, the engine is about half: with signing and verifying left out it takes 38 to 43 microseconds, a fifth of them for the collection of garbage, and no part more than 5 of 100. The other half is the port, which reads connections in JavaScript to bound pipelining, the line of the log, and the larger answer. On a machine that is short of cache all of this grows, while the signature does not. Exchanges that the journal keeps as bytes, an answer sorted without lists, Authorization read without regular expressions and clients that go away without an error of their own each time made 245 microseconds of it 167 on a machine at load 25. Lines of the log are written together already; larger halves of the new space and a collector of one thread made no difference that could be measured.'

/** Result of a load. */
export interface Load {
  /** From the first byte sent to the last answer. */
  readonly perSecond: number
  /** Milliseconds, for each of {@link PERCENTILES}. */
  readonly latencies: readonly number[]
}

/**
 * Posts requests over 32 connections.
 *
 * @param url of the mock, or of something else with its path
 * @param count how many; more than there are begin again with the first
 */
export async function measureLoad(url: string, requests: readonly Signed[], count = requests.length): Promise<Load> {
  let next = 0
  let last = 0
  const { pathname, search } = new URL(url)
  const begin = performance.now()
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const instance = autocannon(
      {
        url,
        connections: CONNECTIONS,
        amount: count,
        requests: [
          {
            method: 'POST',
            path: pathname === '/' ? PATH : pathname + search,
            setupRequest: (request) => ({ ...request, ...requests[next++ % requests.length] }),
          },
        ],
      },
      (error: unknown, finished) => (error ? reject(error) : resolve(finished)),
    )
    // Its own duration only counts whole seconds.
    instance.on('response', () => {
      last = performance.now()
    })
  })
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${url}: ${result.non2xx} answers were no 200, ${result.errors} failed`)
  }
  return {
    perSecond: (count / (last - begin)) * 1_000,
    latencies: PERCENTILES.map((name) => result.latency[name]),
  }
}

/** Requests per second over 32 connections; every request is sent once. */
export async function load(url: string, requests: readonly Signed[]): Promise<number> {
  return (await measureLoad(url, requests)).perSecond
}

/** Resets a server to its seed. */
export async function reset(url: string): Promise<void> {
  const answer = await fetch(`${url}/_mock/reset`, { method: 'POST' })
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
}

/** Kinds of requests in a round. */
type Kind = 'floor' | 'first' | 'repeat'

/**
 * The whole path over HTTP as a user runs it, with another process that reads the log, against a server that only verifies and signs. Each round has
 * coupons that were never linked; the first one is cold: the compiler goes on optimising for some ten thousand requests.
 */
export async function benchHttp(): Promise<Report> {
  const rounds = 1 + ROUNDS
  const seed = await writeSeed(REQUESTS * rounds)
  const floor = await start([floorScript])
  const mock = await startLoggingMock(['--seed', seed])
  const found: Record<Kind, Measured[]> = { floor: [], first: [], repeat: [] }
  let linked = Number.NaN
  // The order alternates, so that a drift of the machine's speed evens out.
  for (let round = 0; round < rounds; round++) {
    progress(`http: round ${round + 1} of ${rounds}`)
    // Signed again: a signature is valid for five minutes.
    const first = await associateRequests(REQUESTS, REQUESTS * round)
    const requests = { floor: first, first, repeat: first.map(() => first[0] as Signed) }
    for (const kind of inTurn<Kind>(['floor', 'first', 'repeat'], round)) {
      const { url, child } = kind === 'floor' ? floor : mock
      const [before, mainBefore] = [processorMs(child.pid), mainThreadMs(child.pid)]
      const measured = await measureLoad(url, requests[kind])
      const cost = (processorMs(child.pid) - before) / REQUESTS
      found[kind].push({ ...measured, cost, mainThread: (mainThreadMs(child.pid) - mainBefore) / REQUESTS })
    }
    linked = residentMib(mock.child.pid)
  }
  await floor.stop()
  await mock.stop()
  rmSync(seed)

  const warm = (kind: Kind) => found[kind].slice(1)
  const rate = (kind: Kind) => warm(kind).map(({ perSecond }) => perSecond)
  const cost = (kind: Kind) => warm(kind).map((one) => one.cost)
  const cold = (kind: Kind) => found[kind].slice(0, 1).map((one) => one.cost)
  const requests = (what: string, kind: Kind): Row => ({ what, unit: 'requests/s', digits: 0, values: rate(kind) })
  const ms = (what: string, values: readonly number[]): Row => ({ what, unit: 'ms', digits: 3, values })
  return {
    title: `Associate over HTTP, another process reads the log, ${CONNECTIONS} connections, ${REQUESTS} requests a round, ${ROUNDS} rounds`,
    rows: [
      requests('floor: verifies and signs, nothing else', 'floor'),
      requests('wechatpay-mock serve, coupons that were never linked', 'first'),
      requests('wechatpay-mock serve, repeats of one request', 'repeat'),
      { what: 'throughput of first links / of the floor', values: ratios(rate('first'), rate('floor')) },
      { what: 'throughput of repeats / of the floor', values: ratios(rate('repeat'), rate('floor')) },
      ms('floor, processor time a request', cost('floor')),
      ms('first links, processor time a request', cost('first')),
      ms('repeats, processor time a request', cost('repeat')),
      {
        what: 'processor time of the floor / of first links',
        values: ratios(cost('floor'), cost('first')),
        aim: { at: 'least', value: 0.9 },
        note: NOTE,
      },
      { what: 'the same in the cold round', values: ratios(cold('floor'), cold('first')) },
      { what: 'processor time of the floor / of repeats', values: ratios(cost('floor'), cost('repeat')) },
      ms(
        'floor, the main thread alone',
        warm('floor').map(({ mainThread }) => mainThread),
      ),
      ms(
        'first links, the main thread alone',
        warm('first').map(({ mainThread }) => mainThread),
      ),
      {
        what: `resident memory after ${(REQUESTS * rounds).toLocaleString('en')} first links`,
        unit: 'MiB',
        digits: 0,
        values: [linked],
      },
    ],
    plots: [
      {
        name: 'latency',
        title: `Associate over HTTP, ${CONNECTIONS} connections, as fast as they go`,
        places: PERCENTILES.map((name) => name.replace('p', '').replace('_', '.')),
        across: 'percentile of the answers',
        upwards: 'ms',
        lines: [
          { name: 'wechatpay-mock, first links', points: PERCENTILES.map((_, i) => pointOf(warm('first').map(at(i)))) },
          {
            name: 'floor: verifies and signs only',
            points: PERCENTILES.map((_, i) => pointOf(warm('floor').map(at(i)))),
          },
        ],
      },
    ],
  }
}

/** The list, rotated to start with another member in each round. */
function inTurn<Member>(list: readonly Member[], round: number): readonly Member[] {
  const start = round % list.length
  return [...list.slice(start), ...list.slice(0, start)]
}

interface Measured extends Load {
  /** Processor time per request, milliseconds, and that of the main thread alone. */
  readonly cost: number
  readonly mainThread: number
}

function at(percentile: number): (load: Load) => number {
  return ({ latencies }) => latencies[percentile] ?? Number.NaN
}
