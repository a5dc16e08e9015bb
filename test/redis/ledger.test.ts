import { expect, test } from 'vitest'
import { RedisStore } from '../../src/stores/redis.ts'
import { TABLES } from '../helpers/tables.ts'
import { openDoor } from '../model/door.ts'
import { createMerchants, playLedger } from '../model/ledger/sequences.ts'
import { chosenSeed, chosenSteps } from '../model/sequences.ts'
import { redisForFile } from './redis-server.ts'

const seed = chosenSeed()
const steps = chosenSteps(500)
const server = redisForFile()

test(`with Redis no fen of orders is lost or made (${steps} steps, MODEL_SEED=${seed})`, {
  timeout: 7_200_000,
}, async () => {
  const merchants = await createMerchants()
  const open = () => {
    const address = server.address()
    return openDoor(merchants, () => RedisStore.open(address, TABLES))
  }
  expect(await playLedger({ merchants, seed, steps, openDoor: open })).toBe(undefined)
})
