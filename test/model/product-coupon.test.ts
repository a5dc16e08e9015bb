import { expect, test } from 'vitest'
import { SqliteStore } from '../../src/stores/sqlite.ts'
import { TABLES } from '../helpers/tables.ts'
import { aDataFile } from '../stores/data-files.ts'
import { createRival, playCoupons } from './product-coupon/sequences.ts'
import { chosenSeed, chosenSteps } from './sequences.ts'

const seed = chosenSeed()
const steps = chosenSteps(2_000)
const withFile = chosenSteps(1_000)
const timeout = 3_600_000

test(`each send, use and return of a product coupon counts once (${steps} steps, MODEL_SEED=${seed})`, {
  timeout,
}, async () => {
  expect(await playCoupons(await createRival(), { seed, steps })).toBe(undefined)
})

test(`so it does with a data file (${withFile} steps, MODEL_SEED=${seed})`, { timeout }, async () => {
  const rival = await createRival()
  const makeStore = async () => {
    const file = await aDataFile()
    return () => SqliteStore.open(file, TABLES)
  }
  expect(await playCoupons(rival, { seed, steps: withFile }, makeStore)).toBe(undefined)
})
