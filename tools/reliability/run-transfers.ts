/**
 * Plays random steps about transfers and their money against mocks whose clock is set forward and back, and against a ledger of its own
 * (test/model/transfers): `npm run test:transfers`. In memory, with a data file, and with Redis or Valkey if `--store redis://…` names one. Besides, calls
 * at the same time as the clock goes back, after which no fen may be paid twice. Ends with 1 where something differs.
 *
 * Options (`RELIABILITY_UPDATE=1` also writes docs/reliability.md), after `--`: `--steps 10000`, `--seed 1` to play a run again, `--store redis://…`,
 * `--reply-ms 300` for shops that take up to 300 ms to reply.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createMerchant } from '../../src/control/identity/create-merchant.ts'
import { wellKnownIdentity } from '../../src/control/identity/well-known.ts'
import { createIds } from '../../src/engine/ids.ts'
import type { Store } from '../../src/engine/state/store.ts'
import { RedisStore } from '../../src/stores/redis.ts'
import { SqliteStore } from '../../src/stores/sqlite.ts'
import { TABLES } from '../../test/helpers/tables.ts'
import { Random } from '../../test/model/random.ts'
import type { World } from '../../test/model/transfers/instances.ts'
import { type Coverage, planned, playAtOnce, playSteps } from '../../test/model/transfers/play.ts'
import { aboutThisRun, isToBeKept, keepResult } from './results.ts'

const { values: options } = parseArgs({
  options: {
    steps: { type: 'string', default: '10000' },
    seed: { type: 'string' },
    store: { type: 'string' },
    'reply-ms': { type: 'string', default: '0' },
  },
})
const steps = Number(options.steps)
const first = Number(options.seed ?? Date.now() % 1_000_000_000)
const LENGTH = 200
const LOOK_EVERY = 10
const directory = mkdtempSync(join(tmpdir(), 'wechatpay-mock-transfers-'))
const { platform } = wellKnownIdentity()
const rich = await createMerchant({ mchid: '1900000201' }, platform, createIds('transfers'))

const address = options.store
const replyMs = Number(options['reply-ms'])
const columnOf = {
  memory: 'memory',
  'data-file': 'data file',
  redis: 'Redis',
  'redis-twice': 'Redis, two instances',
} as const
type Kind = keyof typeof columnOf

/** Opens what the instances of one mock keep their state in. */
async function openStores(kind: Kind, name: string): Promise<readonly Store[]> {
  if (kind === 'data-file') return [await SqliteStore.open(join(directory, `${name}.db`), TABLES)]
  const database = `${address}?prefix=transfers-${process.pid}-${kind}-${name}`
  const open = () => RedisStore.open(database, TABLES)
  return kind === 'redis' ? [await open()] : kind === 'redis-twice' ? [await open(), await open()] : []
}

/** Runs `work` with a mock's surroundings of its own. */
async function withStores<Result>(kind: Kind, name: string, work: (world: World) => Promise<Result>): Promise<Result> {
  const stores = await openStores(kind, name)
  try {
    return await work({ rich, replyMs, ...(stores.length > 0 && { stores }) })
  } finally {
    for (const store of stores) await store.close?.()
    if (kind === 'data-file')
      for (const end of ['', '-wal', '-shm']) rmSync(join(directory, `${name}.db${end}`), { force: true })
  }
}

/** Plays until something differs. @returns what differed, with the seed that shows it again */
async function play(kind: Kind, coverage: Coverage): Promise<string | undefined> {
  for (let own = first; own < first + Math.ceil(steps / LENGTH); own += 1) {
    const plan = planned(new Random(own), LENGTH)
    const failure = await withStores(kind, `steps-${own}`, (world) =>
      playSteps(world, plan.conduct, plan.steps, LOOK_EVERY, coverage),
    )
    if (failure) return `--seed ${own} --steps ${LENGTH}, step ${failure.at + 1}: ${failure.reason}`
    const fault = await withStores(kind, `at-once-${own}`, (world) => playAtOnce(world, new Random(own), 3, coverage))
    if (fault !== undefined) return `--seed ${own}, calls at the same time: ${fault}`
    const done = (own - first + 1) * LENGTH
    if (done % 5_000 === 0) console.log(`${columnOf[kind]}: ${done} of ${steps} steps`)
  }
  return undefined
}

async function playIn(kind: Kind): Promise<void> {
  const began = performance.now()
  const coverage = { callbacks: 0, onTheWay: 0, torn: 0 }
  const fault = await play(kind, coverage)
  const columns = {
    store: columnOf[kind],
    steps,
    seed: first,
    'longest reply, ms': replyMs,
    callbacks: coverage.callbacks,
    'calls during moves': coverage.onTheWay,
    'sequences given up': coverage.torn,
    'answers, callbacks and fen that differ': fault === undefined ? 0 : 1,
    seconds: Math.round((performance.now() - began) / 1_000),
  }
  for (const [title, value] of Object.entries(columns)) console.log(`${title.padEnd(40)}${value}`)
  if (fault !== undefined) {
    console.error(`${columnOf[kind]}: ${fault}`)
    process.exitCode = 1
  }
  if (isToBeKept) keepResult('transfers', kind, { columns, ...aboutThisRun() })
}

try {
  // Side by side, since most of the time goes into waiting for shops.
  const kinds: readonly Kind[] = [
    'memory',
    'data-file',
    ...(address === undefined ? [] : (['redis', 'redis-twice'] as const)),
  ]
  await Promise.all(kinds.map(playIn))
} finally {
  rmSync(directory, { recursive: true, force: true })
}
