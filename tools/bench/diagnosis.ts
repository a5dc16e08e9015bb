import { rmSync } from 'node:fs'
import autocannon from 'autocannon'
import { associateRequest, associateRequests, PATH, type Signed } from './associate-requests.ts'
import { BURST, BURST_HOST, namedInBurst, singleMistakes } from './burst.ts'
import { load, reset } from './http.ts'
import { processorMs, ROUNDS, type Started, startMock } from './measure.ts'
import { progress } from './progress.ts'
import { type Report, ratios } from './report.ts'
import { writeSeed } from './seed-file.ts'

const REQUESTS = 3_000
const FLOOD_PER_SECOND = 1_000
const MODES = ['on', 'off'] as const
type Mode = (typeof MODES)[number]

/** Requests with valid signatures, whose bodies were changed so that the diagnosis searches everywhere without finding a cause. */
async function wrongRequests(count: number): Promise<Signed[]> {
  const signed = await Promise.all(Array.from({ length: count }, (_, number) => associateRequest(REQUESTS + number)))
  return signed.map(({ headers, body }) => ({ headers, body: body.replace('BENCH', 'OTHER') }))
}

/** Sends wrong signatures at a steady rate until stopped; stopping returns the number of 401 answers. */
function flood(url: string, requests: readonly Signed[]): () => Promise<number> {
  let next = 0
  let refused = 0
  let stop = () => {}
  const finished = new Promise<void>((resolve) => {
    const instance = autocannon(
      {
        url,
        connections: 8,
        duration: 600,
        overallRate: FLOOD_PER_SECOND,
        requests: [
          {
            method: 'POST',
            path: PATH,
            setupRequest: (request) => ({ ...request, ...requests[next++ % requests.length] }),
          },
        ],
      },
      () => resolve(),
    )
    instance.on('response', (_client, status) => {
      if (status === 401) refused += 1
    })
    stop = () => instance.stop()
  })
  return async () => {
    stop()
    await finished
    return refused
  }
}

/** Cost of the diagnosis for honest clients: when nothing is wrong, and under a flood of wrong signatures. */
export async function benchDiagnosis(): Promise<Report> {
  const seed = await writeSeed(REQUESTS)
  const serve = (mode: Mode) => startMock('--seed', seed, '--diagnosis', mode, '--allow-host', BURST_HOST)
  const servers: Readonly<Record<Mode, Started>> = { on: await serve('on'), off: await serve('off') }
  const alone = { on: [] as number[], off: [] as number[] }
  const flooded = { on: [] as number[], off: [] as number[] }
  const costs = { on: [] as number[], off: [] as number[] }
  const calmCosts = { on: [] as number[], off: [] as number[] }
  const refusals = { on: [] as number[], off: [] as number[] }
  const inBurst = { on: [] as number[], off: [] as number[] }
  const named = { on: [] as number[], off: [] as number[] }
  // The first round warms up. The order alternates, so that a drift of the machine's speed evens out.
  for (let round = 0; round <= ROUNDS; round++) {
    progress(`diagnosis: round ${round} of ${ROUNDS}`)
    // Signed again: a signature is valid for five minutes.
    const requests = await associateRequests(REQUESTS)
    const wrong = await wrongRequests(200)
    const burst = singleMistakes()
    for (const mode of round % 2 === 0 ? MODES : MODES.toReversed()) {
      const { url, child } = servers[mode]
      await reset(url)
      const before = processorMs(child.pid)
      const calm = await load(url, requests)
      const calmCost = (processorMs(child.pid) - before) / REQUESTS
      await reset(url)
      const [besideBurst, namedOfBurst] = await Promise.all([load(url, requests), namedInBurst(url, burst)])
      await reset(url)
      const stop = flood(url, wrong)
      const began = performance.now()
      const beforeFlood = processorMs(child.pid)
      const busy = await load(url, requests)
      const refused = await stop()
      const perSecond = (refused / (performance.now() - began)) * 1_000
      // Attributed entirely to the honest calls, since the number of wrong ones answered in the meantime varies.
      const cost = (processorMs(child.pid) - beforeFlood) / REQUESTS
      if (round === 0) continue
      alone[mode].push(calm)
      flooded[mode].push(busy)
      refusals[mode].push(perSecond)
      calmCosts[mode].push(calmCost)
      costs[mode].push(cost)
      inBurst[mode].push(besideBurst)
      named[mode].push(namedOfBurst / BURST)
    }
  }
  await servers.on.stop()
  await servers.off.stop()
  rmSync(seed)
  const rate = (what: string, values: readonly number[]) => ({ what, unit: 'requests/s', digits: 0, values })
  return {
    title: `The diagnosis of wrong signatures: ${REQUESTS} honest requests a round, alone and beside ${FLOOD_PER_SECOND} wrong ones a second, ${ROUNDS} rounds`,
    rows: [
      rate('honest alone, diagnosis off', alone.off),
      rate('honest alone, diagnosis on', alone.on),
      { what: 'alone, on / off', values: ratios(alone.on, alone.off) },
      { what: 'alone, processor time a call, on / off', values: ratios(calmCosts.on, calmCosts.off) },
      rate('wrong ones refused, diagnosis on', refusals.on),
      rate('honest beside them, diagnosis off', flooded.off),
      rate('honest beside them, diagnosis on', flooded.on),
      {
        what: 'honest calls beside wrong signatures, diagnosis on / off',
        values: ratios(flooded.on, flooded.off),
        aim: { at: 'least', value: 0.9 },
      },
      {
        what: 'beside wrong signatures, processor time an honest call, on / off',
        values: ratios(costs.on, costs.off),
        aim: { at: 'most', value: 1.1 },
      },
      {
        what: `a burst of ${BURST} single mistakes, as fast as they go: share that is named`,
        values: named.on,
        aim: { at: 'least', value: 0.95 },
      },
      rate('honest beside the burst, diagnosis off', inBurst.off),
      rate('honest beside the burst, diagnosis on', inBurst.on),
      {
        what: 'honest calls beside the burst, diagnosis on / off',
        values: ratios(inBurst.on, inBurst.off),
        aim: { at: 'least', value: 0.9 },
      },
      { what: 'honest calls beside the burst / alone, diagnosis on', values: ratios(inBurst.on, alone.on) },
      { what: 'honest calls beside the burst / alone, diagnosis off', values: ratios(inBurst.off, alone.off) },
    ],
  }
}
