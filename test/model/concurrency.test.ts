import { expect, test } from 'vitest'
import { playAtTheSameTime, playCopies } from './concurrency.ts'
import { chosenCases, chosenSeed } from './sequences.ts'
import { createMerchants } from './subject.ts'

const seed = chosenSeed()
const MOCKS = chosenCases(30)
const timeout = 600_000

test(`calls at the same time are answered as in some order of them (MODEL_SEED=${seed})`, { timeout }, async () => {
  const merchants = await createMerchants()
  expect(await playAtTheSameTime({ merchants, seed, mocks: MOCKS })).toBe(undefined)
})

test(`copies of a call at the same time are answered alike and take effect once (MODEL_SEED=${seed})`, {
  timeout,
}, async () => {
  const merchants = await createMerchants()
  expect(await playCopies({ merchants, seed, mocks: MOCKS })).toBe(undefined)
})
