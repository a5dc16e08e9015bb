import { expect, test } from 'vitest'
import { amountOf } from '../helpers/amount.ts'
import { simulated as operations } from '../helpers/operations.ts'
import { addressOf, addressOfKind, KINDS, NOT_MODELLED } from '../model/calls.ts'
import { playAtTheSameTime, playCopies } from '../model/concurrency.ts'
import { chosenSeed, playSequences } from '../model/sequences.ts'
import { createMerchants } from '../model/subject.ts'

/** The same in every run; `npm run test:model` plays many more, and others each time. */
const seed = chosenSeed(20_261_125)
const STEPS = amountOf(3_000)

test('the model knows every call that the mock serves', () => {
  const known = [...KINDS.map(addressOfKind), ...NOT_MODELLED]
  const addresses = operations.map(({ method, path }) => addressOf(method, path))
  expect(addresses.toSorted()).toEqual(known.toSorted())
})

test(`any sequence of calls is answered as the documents say (MODEL_SEED=${seed})`, { timeout: 120_000 }, async () => {
  const merchants = await createMerchants()
  expect(await playSequences({ merchants, seed, steps: STEPS, part: 0, of: 1 })).toBe(undefined)
})

test(`calls at the same time are answered as in some order of them (MODEL_SEED=${seed})`, {
  timeout: 120_000,
}, async () => {
  const merchants = await createMerchants()
  expect(await playAtTheSameTime({ merchants, seed, mocks: 2 })).toBe(undefined)
  expect(await playCopies({ merchants, seed, mocks: 2 })).toBe(undefined)
})
