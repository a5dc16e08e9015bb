import { rmSync } from 'node:fs'
import { associateRequest, type Signed } from './associate-requests.ts'
import { measureLoad, reset } from './http.ts'
import { processorMs, residentMib, startMock } from './measure.ts'
import { progress } from './progress.ts'
import { pointOf, type Report, ratios } from './report.ts'
import { writeSeed } from './seed-file.ts'

const SIZES = [1_000, 10_000, 100_000, 1_000_000] as const
const REQUESTS = 1_000
const ROUNDS = 9

/** The same calls while the mock holds a thousand coupons and while it holds a million, for coupons spread evenly among them. */
export async function benchScale(): Promise<Report> {
  const servers = []
  for (const size of SIZES) {
    progress(`scale: a server with ${size} coupons`)
    const seed = await writeSeed(size)
    const begin = performance.now()
    const started = await startMock('--seed', seed)
    const startMs = performance.now() - begin
    rmSync(seed)
    servers.push({ size, started, startMs, rates: [] as number[], costs: [] as number[], memory: 0 })
  }
  // The first rounds warm up. The order alternates, so that a drift of the machine's speed evens out.
  for (let round = -1; round <= ROUNDS; round++) {
    progress(`scale: round ${round} of ${ROUNDS}`)
    for (const server of round % 2 === 0 ? servers : servers.toReversed()) {
      const { size, started } = server
      const requests = await requestsAmong(size)
      await reset(started.url)
      const before = processorMs(started.child.pid)
      const { perSecond } = await measureLoad(started.url, requests)
      if (round < 1) continue
      server.rates.push(perSecond)
      server.costs.push((processorMs(started.child.pid) - before) / REQUESTS)
    }
  }
  for (const server of servers) {
    server.memory = residentMib(server.started.child.pid)
    await server.started.stop()
  }

  const [smallest] = servers
  const largest = servers.at(-1)
  if (!smallest || !largest) throw new Error('no sizes')
  return {
    title: `Associate over HTTP by number of coupons, ${REQUESTS} requests a round, ${ROUNDS} rounds`,
    rows: [
      ...servers.map(({ size, rates }) => ({
        what: `${size.toLocaleString('en')} coupons`,
        unit: 'requests/s',
        digits: 0,
        values: rates,
      })),
      {
        what: 'throughput at 1,000,000 / at 1,000',
        values: ratios(largest.rates, smallest.rates),
        aim: { at: 'least', value: 0.95 },
        note: 'a round is less than a second, so other work on the machine shows in full; the processor time of a request, below, hardly depends on the number of coupons.',
      },
      {
        what: 'processor time a request at 1,000 / at 1,000,000',
        values: ratios(smallest.costs, largest.costs),
      },
      { what: 'start with 1,000,000 coupons', unit: 's', digits: 1, values: [largest.startMs / 1_000] },
      {
        what: 'resident memory with 1,000,000 coupons',
        unit: 'MiB',
        digits: 0,
        values: [largest.memory],
        aim: { at: 'most', value: 600 },
        note: 'a coupon has some 280 bytes: its row 112, its three times 48, the numbers and openid that a seed leaves out 80, its code 24, and its place among the others 30. The rest is the program and room for new calls.',
      },
    ],
    plots: [
      {
        name: 'throughput',
        title: 'Associate over HTTP, 32 connections',
        places: SIZES.map((size) => size.toLocaleString('en')),
        across: 'coupons in the mock',
        upwards: 'requests/s',
        lines: [{ name: 'wechatpay-mock', points: servers.map(({ rates }) => pointOf(rates)) }],
      },
    ],
  }
}

/** Requests for coupons spread evenly among all. */
function requestsAmong(coupons: number): Promise<Signed[]> {
  const step = coupons / REQUESTS
  return Promise.all(Array.from({ length: REQUESTS }, (_, i) => associateRequest(Math.floor(i * step))))
}
