/**
 * Plays random steps about transfers and their money against mocks whose clock is set forward and back, and against a ledger of its own
 * (test/model/transfers): `npm run test:transfers`. In memory, with a data file, and with Redis or Valkey if `--store redis://…` names one. Besides, calls
 * at the same time as the clock goes back, after which no fen may be paid twice. Ends with 1 where something differs.
 *
 * Options (`RELIABILITY_UPDATE=1` also writes docs/reliability.md), after `--`: `--steps 10000`, `--seed 1` to play a run again, `--store redis://…`.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createIds } from '../../src/engine/ids.ts'
import type { Store } from '../../src/engine/state/store.ts'
import { createMerchant } from '../../src/identity/create-merchant.ts'
import { wellKnownIdentity } from '../../src/identity/well-known.ts'
import { RedisStore } from '../../src/stores/redis.ts'
import { SqliteStore } from '../../src/stores/sqlite.ts'
import { TABLES } from '../../test/helpers/tables.ts'
import { Random } from '../../test/model/random.ts'
import { planned, playAtOnce, playSteps } from '../../test/model/transfers/play.ts'
import { aboutThisRun, isToBeKept, keepResult } from './results.ts'

const { values: options } = parseArgs({
  options: {
    steps: { type: 'string', default: '10000' },
    seed: { type: 'string' },
    store: { type: 'string' },
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
const stores: Readonly<Record<string, (name: string) => Promise<Store | undefined>>> = {
  memory: async () => undefined,
  'data-file': (name) => SqliteStore.open(join(directory, `${name}.db`), TABLES),
  ...(address !== undefined && {
    redis: (name: string) => RedisStore.open(`${address}?prefix=transfers-${Date.now()}-${name}`, TABLES),
  }),
}

/** Runs `work` with a mock's surroundings of its own. */
async function withStore<Result>(
  open: (name: string) => Promise<Store | undefined>,
  name: string,
  work: (world: Parameters<typeof playSteps>[0]) => Promise<Result>,
): Promise<Result> {
  const store = await open(name)
  try {
    return await work({ rich, ...(store && { store }) })
  } finally {
    await store?.close?.()
    for (const end of ['', '-wal', '-shm']) rmSync(join(directory, `${name}.db${end}`), { force: true })
  }
}

/** Plays until something differs. @returns what differed, with the seed that shows it again */
async function play(open: (name: string) => Promise<Store | undefined>): Promise<string | undefined> {
  for (let own = first; own < first + Math.ceil(steps / LENGTH); own += 1) {
    const plan = planned(new Random(own), LENGTH)
    const failure = await withStore(open, `steps-${own}`, (world) =>
      playSteps(world, plan.conduct, plan.steps, LOOK_EVERY),
    )
    if (failure) return `--seed ${own} --steps ${LENGTH}, step ${failure.at + 1}: ${failure.reason}`
    const fault = await withStore(open, `at-once-${own}`, (world) => playAtOnce(world, new Random(own), 3))
    if (fault !== undefined) return `--seed ${own}, calls at the same time: ${fault}`
  }
  return undefined
}

try {
  for (const [store, open] of Object.entries(stores)) {
    const began = performance.now()
    const fault = await play(open)
    const columns = {
      store: { memory: 'memory', 'data-file': 'data file', redis: 'Redis' }[store] ?? store,
      steps,
      seed: first,
      'answers and fen that differ': fault === undefined ? 0 : 1,
      seconds: Math.round((performance.now() - began) / 1_000),
    }
    for (const [title, value] of Object.entries(columns)) console.log(`${title.padEnd(32)}${value}`)
    if (fault !== undefined) {
      console.error(fault)
      process.exitCode = 1
    }
    if (isToBeKept) keepResult('transfers', store, { columns, ...aboutThisRun() })
  }
} finally {
  rmSync(directory, { recursive: true, force: true })
}
