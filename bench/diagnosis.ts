import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import autocannon from 'autocannon'
import { associateRequest, associateRequests, benchWorld, PATH, type Signed } from './associate-requests.ts'
import { load, reset } from './http.ts'
import { bin, processorMs, ROUNDS, type Started, show, start } from './measure.ts'

const REQUESTS = 3_000
const FLOOD_PER_SECOND = 1_000
const MODES = ['on', 'off'] as const
type Mode = (typeof MODES)[number]

/** Requests whose signatures are right, and whose bodies were changed so that no cause is found: the diagnosis looks everywhere. */
async function wrongRequests(count: number): Promise<Signed[]> {
  const signed = await Promise.all(Array.from({ length: count }, (_, number) => associateRequest(REQUESTS + number)))
  return signed.map(({ headers, body }) => ({ headers, body: body.replace('BENCH', 'OTHER') }))
}

/** Sends wrong signatures at a steady rate until it is stopped; the answer then is how many were answered with 401. */
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

/** What the diagnosis costs honest clients: when nothing is wrong, and while wrong signatures pour in. */
export async function benchDiagnosis(): Promise<void> {
  console.log(`\nthe diagnosis, ${REQUESTS} honest requests a round, ${ROUNDS} rounds`)
  const seed = join(tmpdir(), `wechatpay-mock-bench-diagnosis-${process.pid}.json`)
  writeFileSync(seed, JSON.stringify(benchWorld(REQUESTS)))
  const requests = await associateRequests(REQUESTS)
  const wrong = await wrongRequests(200)
  const serve = (mode: Mode) =>
    start([bin, 'serve', '--port', '0', '--json', '--quiet', '--seed', seed, '--diagnosis', mode])
  const servers: Readonly<Record<Mode, Started>> = { on: await serve('on'), off: await serve('off') }
  const alone = { on: [] as number[], off: [] as number[] }
  const flooded = { on: [] as number[], off: [] as number[] }
  const costs = { on: [] as number[], off: [] as number[] }
  const calmCosts = { on: [] as number[], off: [] as number[] }
  const refusals = { on: [] as number[], off: [] as number[] }
  // The first round warms up. Who comes first changes, so that a drift of the machine's speed evens out.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const mode of round % 2 === 0 ? MODES : MODES.toReversed()) {
      const { url, child } = servers[mode]
      await reset(url)
      const before = processorMs(child.pid)
      const calm = await load(url, requests)
      const calmCost = (processorMs(child.pid) - before) / REQUESTS
      await reset(url)
      const stop = flood(url, wrong)
      const began = performance.now()
      const beforeFlood = processorMs(child.pid)
      const busy = await load(url, requests)
      const refused = await stop()
      const perSecond = (refused / (performance.now() - began)) * 1_000
      const cost = (processorMs(child.pid) - beforeFlood) / (REQUESTS + refused)
      if (round === 0) continue
      alone[mode].push(calm)
      flooded[mode].push(busy)
      refusals[mode].push(perSecond)
      calmCosts[mode].push(calmCost)
      costs[mode].push(cost)
    }
  }
  const ratio = (rates: Record<Mode, number[]>) => show(rates.on.map((rate, i) => rate / (rates.off[i] ?? Number.NaN)))
  console.log(`  honest alone, off                ${show(alone.off, 0)} requests/s`)
  console.log(`  honest alone, on                 ${show(alone.on, 0)} requests/s`)
  console.log(`  ratio on / off                   ${ratio(alone)}   aim: 1`)
  console.log(`  processor time a call, on / off  ${ratio(calmCosts)}   aim: 1`)
  console.log(
    `  wrong signatures refused         ${show(refusals.on, 0)} a second with on, ${show(refusals.off, 0)} with off`,
  )
  console.log(`  honest beside them, off          ${show(flooded.off, 0)} requests/s`)
  console.log(`  honest beside them, on           ${show(flooded.on, 0)} requests/s`)
  console.log(`  ratio on / off                   ${ratio(flooded)}   aim: at least 0.90`)
  console.log(`  processor time a call, on / off  ${ratio(costs)}   aim: at most 1.10`)
  await servers.on.stop()
  await servers.off.stop()
}
