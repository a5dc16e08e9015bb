import { expect, test } from 'vitest'
import { SqliteStore } from '../../src/stores/sqlite.ts'
import { TABLES } from '../helpers/tables.ts'
import { aDataFile } from '../stores/data-files.ts'
import { distorted, openDoor } from './door.ts'
import { createRival, playCoupons } from './product-coupon/sequences.ts'
import { chosenSeed, chosenSteps } from './sequences.ts'

const seed = chosenSeed()
const steps = chosenSteps(2_000)
const withFile = chosenSteps(1_000)
const timeout = 3_600_000

test(`each send, use and return of a product coupon counts once (${steps} steps, MODEL_SEED=${seed})`, {
  timeout,
}, async () => {
  const rival = await createRival()
  expect(await playCoupons({ rival, seed, steps, openDoor: () => openDoor([rival]) })).toBe(undefined)
})

test(`so it does with a data file (${withFile} steps, MODEL_SEED=${seed})`, { timeout }, async () => {
  const rival = await createRival()
  const open = async () => {
    const file = await aDataFile()
    return openDoor([rival], () => SqliteStore.open(file, TABLES))
  }
  expect(await playCoupons({ rival, seed, steps: withFile, openDoor: open })).toBe(undefined)
})

test.for([
  ['a send', '"today_count":1', '"today_count":2'],
  ['a use', '"coupon_state":"USED"', '"coupon_state":"EFFECTIVE"'],
  ['a return', '"return_request_no"', '"no"'],
] as const)('the model notices %s that does not count', async ([, right, wrong]) => {
  const rival = await createRival()
  const open = async () => distorted(await openDoor([rival]), right, () => wrong)
  const fault = await playCoupons({ rival, seed: 1, steps: 250, openDoor: open, shortens: false })
  // Alone, or among calls at the same time.
  expect(fault).toMatch(/was expected|no order of them explains/)
})
