import { expect, test } from 'vitest'
import { SqliteStore } from '../../src/stores/sqlite.ts'
import { TABLES } from '../helpers/tables.ts'
import { aDataFile } from '../stores/data-files.ts'
import { playAtTheSameTime, playCopies } from './concurrency.ts'
import { chosenSeed, chosenSteps, playSequences } from './sequences.ts'
import { createMerchants, type OpenStore } from './subject.ts'

const seed = chosenSeed()
const steps = chosenSteps(10_000)
const MOCKS = 6
const timeout = 900_000

/** A data file of its own for each mock, which is opened again in mid-sequence. */
async function makeStore(): Promise<OpenStore> {
  const file = await aDataFile()
  return () => SqliteStore.open(file, TABLES)
}

test(`with a data file any sequence of calls is answered as the documents say (${steps} steps, MODEL_SEED=${seed})`, {
  timeout,
}, async () => {
  const merchants = await createMerchants()
  expect(await playSequences({ merchants, seed, steps, part: 0, of: 1, makeStore })).toBe(undefined)
})

test(`with a data file calls at the same time are answered as in some order of them (MODEL_SEED=${seed})`, {
  timeout,
}, async () => {
  const merchants = await createMerchants()
  expect(await playAtTheSameTime({ merchants, seed, mocks: MOCKS, makeStore })).toBe(undefined)
})

test(`with a data file copies of a call at the same time take effect once (MODEL_SEED=${seed})`, {
  timeout,
}, async () => {
  const merchants = await createMerchants()
  expect(await playCopies({ merchants, seed, mocks: MOCKS, makeStore })).toBe(undefined)
})
