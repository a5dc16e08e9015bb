/**
 * Kills `wechatpay-mock serve --data` with `kill -9` under load, again and again, and checks the remaining state: `npm run test:crash`. Ends with 1
 * if an acknowledged change is lost, one is half done, a repeated number is answered differently, or a callback never arrives.
 *
 * Options (`RELIABILITY_UPDATE=1` also writes docs/reliability.md), after `--`: `--rounds 50`, `--json FILE` for the numbers, `--store redis://…` in
 * place of a data file.
 */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { connectControl } from '../../src/mock-control.ts'
import { createMerchantClient, type MerchantClient } from '../../src/testing/merchant-client.ts'
import { startReceiver } from '../../test/helpers/receiver.ts'
import { sendOverNode } from '../../test/helpers/send-over-node.ts'
import { bin, start as startProcess } from '../bench/measure.ts'
import { type Change, changesOf, codeOf, make, openidOf, Refused, STOCK } from './crash/changes.ts'
import { halfDone, numbersIn } from './crash/check-state.ts'
import { aboutThisRun, isToBeKept, keepResult } from './results.ts'

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '50' }, json: { type: 'string' }, store: { type: 'string' } },
})
const ROUNDS = Number(options.rounds)
const CLIENTS = 16
const COUPONS = 60_000
/** Duration of the load before the kill, milliseconds; differs in each round. */
const KILL_AFTER = { least: 150, most: 900 }
const SHOWN_FAULTS = 20

const directory = mkdtempSync(join(tmpdir(), 'wechatpay-mock-crash-'))
const seed = join(directory, 'seed.json')
const file = join(directory, 'mock.db')

/** None outlives this process. */
const running = new Set<ChildProcess>()

/** A server, and a merchant's client of it. */
interface Running {
  readonly child: ChildProcess
  readonly url: string
  readonly client: MerchantClient
  readonly startMs: number
  close(): void
}

async function start(): Promise<Running> {
  const began = performance.now()
  const where = options.store === undefined ? ['--data', file] : ['--store', options.store]
  const args = ['serve', '--port', '0', '--json', '--quiet', '--seed', seed, '--signature-clock', 'machine', ...where]
  const { url, child } = await startProcess([bin, ...args])
  running.add(child)
  child.once('exit', () => running.delete(child))
  const startMs = performance.now() - began
  const { send, close } = sendOverNode(url)
  const client = createMerchantClient({ credentials: await connectControl(url).credentials(), send })
  return { child, url, client, startMs, close }
}

/** Lets clients make changes until the server is killed. */
async function load({ client }: Running, take: () => readonly Change[], made: Change[]): Promise<void> {
  await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      for (;;) {
        for (const change of take()) {
          made.push(change)
          try {
            change.answer = await make(change, client)
          } catch (error) {
            if (error instanceof Refused) throw error
            // The server was killed: the next step checks whether the change was made.
            return
          }
        }
      }
    }),
  )
}

/** Repeats every change with its number. @returns those that are answered differently than before */
async function askAgain(changes: readonly Change[], client: MerchantClient): Promise<string[]> {
  const faults: string[] = []
  const left = changes.values()
  await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      for (const change of left) {
        const answer = await make(change, client)
        if (change.answer !== undefined && change.answer !== answer) {
          faults.push(`${change.kind} ${change.name}: ${change.answer} before, ${answer} afterwards`)
        }
        change.answer = answer
      }
    }),
  )
  return faults
}

const receiver = await startReceiver(204)
const totals = { acknowledged: 0, unanswered: 0, doneUnanswered: 0 }
const faults: string[] = []
const starts: number[] = []
const all: Change[] = []
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
  let next = 0
  const take = () => changesOf(next++)
  let server = await start()
  for (let round = 1; round <= ROUNDS; round++) {
    const made: Change[] = []
    const work = load(server, take, made)
    await sleep(KILL_AFTER.least + Math.random() * (KILL_AFTER.most - KILL_AFTER.least))
    server.child.kill('SIGKILL')
    await Promise.all([work, once(server.child, 'exit')])
    server.close()

    all.push(...made)
    const unanswered = made.filter(({ answer }) => answer === undefined)
    totals.acknowledged += made.length - unanswered.length
    totals.unanswered += unanswered.length
    server = await start()
    starts.push(server.startMs)
    const world = await connectControl(server.url).world()
    const kept = numbersIn(world)
    totals.doneUnanswered += unanswered.filter(({ request: { body } }) => kept.has(numberOf(body))).length
    const lost = made.filter(({ answer, request: { body } }) => answer !== undefined && !kept.has(numberOf(body)))
    faults.push(...lost.map(({ kind, name }) => `${kind} ${name} was acknowledged and is gone`))
    faults.push(...halfDone(world, all))
    faults.push(...(await askAgain(made, server.client)))
    console.log(
      `${round}/${ROUNDS}: ${made.length} changes, ${unanswered.length} of them unanswered; up again after ${Math.round(server.startMs)} ms; ${faults.length} faults so far`,
    )
  }
  faults.push(...(await askAgain(all, server.client)))
  const control = connectControl(server.url)
  await control.advance('PT1H')
  const notifications = await control.notifications({ event_type: 'COUPON.SEND' })
  const untold = notifications.filter(({ state }) => state !== 'delivered')
  faults.push(...untold.map(({ id, state }) => `the callback ${id} is ${state}`))
  faults.push(...halfDone(await control.world(), all))
  server.child.kill('SIGKILL')
  server.close()
  report(notifications.length)
} finally {
  for (const child of running) child.kill('SIGKILL')
  await receiver.close()
  rmSync(directory, { recursive: true, force: true })
}

function numberOf(body: Readonly<Record<string, string>>): string {
  return body.out_request_no ?? body.use_request_no ?? ''
}

function report(callbacks: number): void {
  const slowest = Math.round(Math.max(...starts))
  const ids = new Set(receiver.received.map(({ body }) => (JSON.parse(body) as { id: string }).id))
  const columns = {
    store: options.store === undefined ? 'data file' : 'Redis',
    kills: ROUNDS,
    'changes acknowledged': totals.acknowledged,
    'acknowledged and gone, half done, or answered otherwise': faults.length,
    'unanswered when killed': totals.unanswered,
    'of these done': totals.doneUnanswered,
    callbacks,
    'callbacks that came': ids.size,
    'came again': receiver.received.length - ids.size,
    'slowest start, ms': slowest,
    ...(options.store === undefined && { 'file, MB': Math.round(statSync(file).size / 1e5) / 10 }),
  }
  for (const [title, value] of Object.entries(columns)) console.log(`${title.padEnd(58)}${value}`)
  for (const fault of faults.slice(0, SHOWN_FAULTS)) console.error(fault)
  const result = { columns, ...aboutThisRun() }
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(result, null, 2)}\n`)
  if (isToBeKept) keepResult('crash', options.store === undefined ? 'data-file' : 'redis', result)
  if (faults.length > 0) process.exitCode = 1
}
