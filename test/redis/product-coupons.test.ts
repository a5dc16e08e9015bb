import { expect, test } from 'vitest'
import { RedisStore } from '../../src/stores/redis.ts'
import { TABLES } from '../helpers/tables.ts'
import { openDoor } from '../model/door.ts'
import { createRival, playCoupons } from '../model/product-coupon/sequences.ts'
import { chosenSeed, chosenSteps } from '../model/sequences.ts'
import { redisForFile } from './redis-server.ts'

const seed = chosenSeed()
const steps = chosenSteps(500)
const server = redisForFile()

test(`with Redis each send, use and return of a product coupon counts once (${steps} steps, MODEL_SEED=${seed})`, {
  timeout: 7_200_000,
}, async () => {
  const rival = await createRival()
  const open = () => {
    const address = server.address()
    return openDoor([rival], () => RedisStore.open(address, TABLES))
  }
  expect(await playCoupons({ rival, seed, steps, openDoor: open })).toBe(undefined)
})
