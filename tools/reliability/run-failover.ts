/**
 * Kills the Redis master that keeps the state of `wechatpay-mock serve`, again and again, while its replica takes over and the old master comes back as a
 * replica; every fourth one is paused instead, and comes back believing that it is still the master: `npm run test:failover`. Ends with 1 if an
 * acknowledged change is lost, one is half done, a repeated number is answered differently, or a callback never arrives; with `--replicas 0`, where
 * changes may be lost, only if one is half done.
 *
 * Options (`RELIABILITY_UPDATE=1` also writes docs/reliability.md), after `--`: `--with sentinel|cluster`, `--replicas 1`, `--rounds 20`, `--json FILE`.
 */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { connectControl } from '../../src/mock-control.ts'
import { createMerchantClient } from '../../src/testing/merchant-client.ts'
import { startReceiver } from '../../test/helpers/receiver.ts'
import { sendOverNode } from '../../test/helpers/send-over-node.ts'
import { WAYS_TO_FAIL_OVER } from '../../test/redis/failing-over.ts'
import { bin, start } from '../bench/measure.ts'
import { type Change, changesOf, codeOf, make, openidOf, Refused, STOCK } from './crash/changes.ts'
import { halfDone, numbersIn } from './crash/check-state.ts'
import { aboutThisRun, isToBeKept, keepResult } from './results.ts'

const { values: options } = parseArgs({
  options: {
    with: { type: 'string', default: 'sentinel' },
    replicas: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '20' },
    json: { type: 'string' },
  },
})
const way = options.with === 'cluster' ? 'cluster' : 'sentinel'
const ROUNDS = Number(options.rounds)
const CLIENTS = 16
const COUPONS = 6_000
/** Duration of the load before a master is killed, and after the replica has taken over; milliseconds. */
const LOAD_MS = { before: 400, after: 1_000 }
const PAUSE_BETWEEN_TRIES_MS = 50
const SHOWN_FAULTS = 20

const directory = mkdtempSync(join(tmpdir(), 'wechatpay-mock-failover-'))
const seed = join(directory, 'seed.json')
const receiver = await startReceiver(204)
const redis = await WAYS_TO_FAIL_OVER[way](randomUUID())
const counts = { before: 0, during: 0, after: 0, unavailable: 0, other: 0, lost: 0, longestGapMs: 0, slowestMs: 0 }
const faults: string[] = []
const all: Change[] = []

/** Lets clients make changes, each until it is acknowledged, while the load lasts. */
async function load(
  client: ReturnType<typeof createMerchantClient>,
  made: Change[],
  phase: () => Phase,
): Promise<void> {
  let last = performance.now()
  const tryOnce = async (change: Change) => {
    const began = performance.now()
    try {
      change.answer = await make(change, client)
      counts[phase() === 'end' ? 'after' : (phase() as 'before')]++
      counts.longestGapMs = Math.max(counts.longestGapMs, performance.now() - last)
      last = performance.now()
    } catch (error) {
      if (error instanceof Refused) throw error
      await sleep(PAUSE_BETWEEN_TRIES_MS)
    } finally {
      counts.slowestMs = Math.max(counts.slowestMs, performance.now() - began)
    }
  }
  await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      while (phase() !== 'end') {
        for (const change of changesOf(next++)) {
          made.push(change)
          while (change.answer === undefined && phase() !== 'end') await tryOnce(change)
        }
      }
    }),
  )
}

type Phase = 'before' | 'during' | 'after' | 'end'
let next = 0
let mock: Awaited<ReturnType<typeof start>> | undefined
try {
  writeFileSync(
    seed,
    JSON.stringify({
      stocks: [
        {
          stock_id: STOCK,
          coupon_code_mode: 'WECHATPAY_MODE',
          stock_send_rule: { max_coupons: 1_000_000, max_coupons_per_user: 10 },
        },
      ],
      coupons: Array.from({ length: COUPONS }, (_, i) => ({
        stock_id: STOCK,
        coupon_code: codeOf(i),
        openid: openidOf(i),
      })),
      event_addresses: [{ notify_url: receiver.url }],
    }),
  )
  const store = `${redis.address}&replicas=${options.replicas}`
  const args = ['serve', '--port', '0', '--json', '--quiet', '--signature-clock', 'machine']
  mock = await start([bin, ...args, '--seed', seed, '--store', store])
  const control = connectControl(mock.url)
  const sender = sendOverNode(mock.url)
  const client = createMerchantClient({
    credentials: await control.credentials(),
    send: async (request) => {
      const answer = await sender.send(request)
      if (answer.status === 503) counts.unavailable++
      else if (answer.status !== 200) counts.other++
      return answer
    },
  })
  for (let round = 1; round <= ROUNDS; round++) await failOver(round, client, control)
  await whenServed(() => control.advance('PT1H'))
  const notifications = await whenServed(() => control.notifications({ event_type: 'COUPON.SEND' }))
  const untold = notifications.filter(({ state }) => state !== 'delivered')
  faults.push(...untold.map(({ id, state }) => `the callback ${id} is ${state}`))
  faults.push(...halfDone(await whenServed(() => control.world()), all))
  sender.close()
  report(notifications.length)
} finally {
  mock?.child.kill('SIGKILL')
  await redis.remove()
  await receiver.close()
  rmSync(directory, { recursive: true, force: true })
}

async function failOver(
  round: number,
  client: ReturnType<typeof createMerchantClient>,
  control: ReturnType<typeof connectControl>,
): Promise<void> {
  const made: Change[] = []
  let phase: Phase = 'before'
  const [master, replica] = [await redis.master(), await redis.replica()]
  await redis.isMaster(master)
  const isPaused = round % 4 === 0
  const work = load(client, made, () => phase)
  await sleep(LOAD_MS.before * (0.5 + Math.random()))
  phase = 'during'
  if (isPaused) process.kill(master.pid, 'SIGSTOP')
  else await master.kill()
  await redis.isMaster(replica)
  if (isPaused) process.kill(master.pid, 'SIGCONT')
  else await master.start()
  await redis.rejoin(master)
  phase = 'after'
  await sleep(LOAD_MS.after)
  phase = 'end'
  await work

  all.push(...made)
  const world = await whenServed(() => control.world())
  const kept = numbersIn(world)
  const lost = made.filter(({ answer, request: { body } }) => answer !== undefined && !kept.has(numberOf(body)))
  counts.lost += lost.length
  faults.push(...halfDone(world, all))
  if (options.replicas !== '0')
    faults.push(...lost.map(({ kind, name }) => `${kind} ${name} was acknowledged and is gone`))
  for (const change of made.filter((one) => !lost.includes(one))) {
    const answer = await whenServed(() => make(change, client))
    if (change.answer !== undefined && change.answer !== answer)
      faults.push(`${change.kind} ${change.name}: ${change.answer} before, ${answer} afterwards`)
    change.answer = answer
  }
  console.log(
    `${round}/${ROUNDS} ${isPaused ? 'paused' : 'killed'}: ${made.length} changes, ${lost.length} lost; ${faults.length} faults so far`,
  )
}

/** Tries again while the store cannot be used: a busy machine may let a master seem dead that is not. */
async function whenServed<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (error instanceof Refused || tries === 100) throw error
      await sleep(200)
    }
  }
}

function numberOf(body: Readonly<Record<string, string>>): string {
  return body.out_request_no ?? body.use_request_no ?? ''
}

function report(callbacks: number): void {
  const ids = new Set(receiver.received.map(({ body }) => (JSON.parse(body) as { id: string }).id))
  const columns = {
    store: way === 'cluster' ? 'Cluster' : 'Sentinel',
    'replicas=': options.replicas,
    failovers: ROUNDS,
    'acknowledged before': counts.before,
    'until the old master was back': counts.during,
    'and after': counts.after,
    'acknowledged and lost': counts.lost,
    'half done, answered otherwise, or not told': faults.length - (options.replicas === '0' ? 0 : counts.lost),
    'answered 503': counts.unavailable,
    'other answers': counts.other,
    'longest time without a change, ms': Math.round(counts.longestGapMs),
    'slowest answer, ms': Math.round(counts.slowestMs),
    callbacks,
    'callbacks that came': ids.size,
    'came again': receiver.received.length - ids.size,
  }
  for (const [title, value] of Object.entries(columns)) console.log(`${title.padEnd(58)}${value}`)
  for (const fault of faults.slice(0, SHOWN_FAULTS)) console.error(fault)
  const result = { columns, ...aboutThisRun() }
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(result, null, 2)}\n`)
  if (isToBeKept) keepResult('failover', `${way}-${options.replicas}`, result)
  if (faults.length > 0) process.exitCode = 1
}
