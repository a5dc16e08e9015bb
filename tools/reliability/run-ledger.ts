/**
 * Plays random steps about the money of orders against a server and a ledger of its own (test/model/ledger), restarting the server and killing it
 * with `kill -9` in the midst of calls: `npm run test:ledger`. Ends with 1 where an answer, a bill or a fen differs.
 *
 * Options (`RELIABILITY_UPDATE=1` also writes docs/reliability.md), after `--`: `--steps 50000`, `--seed 1` to play a run again, `--store redis://…` in
 * place of a data file, `--in-process` for a mock in this process, which is restarted and not killed; `--instances 2` for two such that share Redis and
 * take the calls in turn, `--store memory` for one that is not even restarted; `--servers 3` for how many sequences of steps are played side by side, `--reply-ms 300` for shops that take up to 300 ms to reply.
 */
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { Store } from '../../src/engine/state/store.ts'
import { MockControl } from '../../src/mock-control.ts'
import { RedisStore } from '../../src/stores/redis.ts'
import { SqliteStore } from '../../src/stores/sqlite.ts'
import { sendOverNode } from '../../test/helpers/send-over-node.ts'
import { TABLES } from '../../test/helpers/tables.ts'
import { type Door, openDoor } from '../../test/model/door.ts'
import { createMerchants, playLedger } from '../../test/model/ledger/sequences.ts'
import { bin, start as startProcess } from '../bench/measure.ts'
import { aboutThisRun, isToBeKept, keepResult } from './results.ts'

const { values: options } = parseArgs({
  options: {
    steps: { type: 'string', default: '50000' },
    seed: { type: 'string' },
    store: { type: 'string' },
    // One more than the processors, since each waits for its server to start now and then.
    servers: { type: 'string', default: String(availableParallelism() + 1) },
    'in-process': { type: 'boolean', default: false },
    instances: { type: 'string', default: '1' },
    'reply-ms': { type: 'string', default: '0' },
  },
})
const steps = Number(options.steps)
const seed = Number(options.seed ?? Date.now() % 1_000_000_000)
const directory = mkdtempSync(join(tmpdir(), 'wechatpay-mock-ledger-'))
const merchants = await createMerchants()
/** Each server lives for about a second, in which collecting garbage and optimizing code cost more than they save. */
const BRIEF =
  '--min-semi-space-size=64 --max-semi-space-size=64 --initial-heap-size=512 --no-opt --no-maglev --no-sparkplug'
const SERVE = 'serve --port 0 --json --quiet --auth lenient --diagnosis off --clock frozen@2026-11-25T12:00:00+08:00'
const counts = { sequences: 0, restarts: 0, kills: 0 }
const coverage = { callbacks: 0, onTheWay: 0, torn: 0 }
const replyMs = Number(options['reply-ms'])
const instances = Number(options.instances)
const isInMemory = options.store === 'memory'
const isInProcess = isInMemory || options['in-process'] || instances > 1
const kind = isInMemory
  ? 'memory'
  : options.store === undefined
    ? 'data file'
    : instances > 1
      ? 'Redis, two instances'
      : 'Redis'

/** Shops of all sequences: the first part of a path names the sequence, the second one the merchant. */
const heard = new Map<string, (mchid: string, body: string) => Promise<void>>()
const shops = createServer(async (request, response) => {
  const [, sequence = '', mchid = ''] = request.url?.split('/') ?? []
  await heard.get(sequence)?.(mchid, await text(request))
  if (replyMs > 0) await sleep(Math.random() * replyMs)
  response.writeHead(204).end()
})
shops.listen(0, '127.0.0.1')
await once(shops, 'listening')
const { port } = shops.address() as AddressInfo

/** Makes a call over a connection of its own, as the server may close a kept one just as it is reused, which on a busy machine happens. */
function fetchOnce(request: Request): Promise<Response> {
  request.headers.set('Connection', 'close')
  return fetch(request)
}

/** A server with a store of its own. */
async function serve(): Promise<Door> {
  const number = counts.sequences++
  const store =
    options.store === undefined
      ? ['--data', join(directory, `${number}.db`)]
      : ['--store', `${options.store}?prefix=ledger-${seed}-${Date.now()}-${number}`]
  const args = [...BRIEF.split(' '), bin, ...SERVE.split(' '), '--seed', join(directory, 'seed.json'), ...store]
  const start = async () => {
    const started = await startProcess(args)
    return { ...started, ...sendOverNode(started.url), control: new MockControl(fetchOnce, started.url) }
  }
  let server = await start()
  return {
    get control() {
      return server.control
    },
    async send(request) {
      const { send } = server
      try {
        return await send(request)
      } catch (error) {
        // The server may close a kept-alive connection just as it is reused; one that was killed refuses another.
        const code = error instanceof Error && 'code' in error ? error.code : undefined
        if (code !== 'ECONNRESET' && code !== 'EPIPE') throw error
        return send(request)
      }
    },
    callbackUrl: (mchid) => `http://127.0.0.1:${port}/${number}/${mchid}`,
    onCallback: (listener) => heard.set(String(number), listener),
    async restart() {
      counts.restarts += 1
      server.close()
      if (server.child.signalCode === null) await server.stop()
      server = await start()
    },
    async kill() {
      counts.kills += 1
      const ended = once(server.child, 'exit')
      server.child.kill('SIGKILL')
      await ended
    },
    async close() {
      server.close()
      await server.stop()
      if (options.store === undefined)
        for (const end of ['', '-wal', '-shm']) rmSync(join(directory, `${number}.db${end}`), { force: true })
    },
  }
}

/** A mock in this process, with a store of its own. */
function openInProcess(): Promise<Door> {
  const number = counts.sequences++
  const address = `${options.store}?prefix=ledger-${seed}-${Date.now()}-${number}`
  const openStore = async (): Promise<Store> =>
    options.store === undefined
      ? SqliteStore.open(join(directory, `${number}.db`), TABLES)
      : RedisStore.open(address, TABLES)
  return openDoor(merchants, isInMemory ? undefined : openStore, { replyMs, instances })
}

const began = performance.now()
try {
  const door = await openDoor(merchants)
  writeFileSync(join(directory, 'seed.json'), JSON.stringify({ merchants: (await door.control.world()).merchants }))
  await door.close()
  const fault = await playLedger({
    ...{
      merchants,
      coverage,
      seed,
      steps,
      openDoor: isInProcess ? openInProcess : serve,
      length: 500,
      shortens: false,
    },
    sideBySide: Number(options.servers),
    played: (done) =>
      console.log(
        `${done} of ${steps} steps, ${counts.kills} kills, ${Math.round((performance.now() - began) / 1_000)} s`,
      ),
  })
  const columns = {
    store: isInProcess && !isInMemory ? `${kind}, not killed` : kind,
    steps,
    seed,
    'longest reply, ms': replyMs,
    restarts: counts.restarts - counts.kills,
    kills: counts.kills,
    callbacks: coverage.callbacks,
    'calls during moves': coverage.onTheWay,
    'sequences given up': coverage.torn,
    'answers, bills and fen that differ': fault === undefined ? 0 : 1,
    seconds: Math.round((performance.now() - began) / 1_000),
  }
  for (const [title, value] of Object.entries(columns)) console.log(`${title.padEnd(36)}${value}`)
  if (fault !== undefined) {
    console.error(fault)
    process.exitCode = 1
  }
  if (isToBeKept)
    keepResult('ledger', columns.store.toLowerCase().replaceAll(/\W+/g, '-'), { columns, ...aboutThisRun() })
} finally {
  shops.close()
  shops.closeAllConnections()
  rmSync(directory, { recursive: true, force: true })
}
