import { expect, test } from 'vitest'
import { RedisStore } from '../../src/stores/redis.ts'
import { TABLES } from '../helpers/tables.ts'
import { playCopies } from '../model/concurrency.ts'
import { chosenSeed, chosenSteps, playSequences } from '../model/sequences.ts'
import { createMerchants, type OpenStore } from '../model/subject.ts'
import { redisForFile } from './redis-server.ts'

const seed = chosenSeed()
const steps = chosenSteps(1_500)
const MOCKS = 3
const timeout = 120_000

const server = redisForFile()

/** A store of its own for each mock, which is opened again in mid-sequence. */
async function makeStore(): Promise<OpenStore> {
  const address = server.address()
  return () => RedisStore.open(address, TABLES)
}

test(`with Redis any sequence of calls is answered as the documents say (${steps} steps, MODEL_SEED=${seed})`, {
  timeout,
}, async () => {
  const merchants = await createMerchants()
  expect(await playSequences({ merchants, seed, steps, part: 0, of: 1, makeStore })).toBe(undefined)
})

test(`with Redis copies of a call at the same time take effect once (MODEL_SEED=${seed})`, { timeout }, async () => {
  const merchants = await createMerchants()
  expect(await playCopies({ merchants, seed, mocks: MOCKS, makeStore })).toBe(undefined)
})
