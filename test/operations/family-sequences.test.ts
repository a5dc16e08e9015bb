import { expect, test } from 'vitest'
import type { Operation } from '../../src/engine/operation.ts'
import { merchantCoupon } from '../../src/products/merchant-coupon/index.ts'
import { amountOf } from '../helpers/amount.ts'
import { simulated as operations } from '../helpers/operations.ts'
import { addressOf, addressOfKind, KINDS } from '../model/calls.ts'
import { playAtTheSameTime, playCopies } from '../model/concurrency.ts'
import { chosenSeed, playSequences } from '../model/sequences.ts'
import { createMerchants } from '../model/subject.ts'

/** The same in every run; `npm run test:model` plays many more, and others each time. */
const seed = chosenSeed(20_261_125)
const STEPS = amountOf(3_000)

/** Its answers depend on nothing that the other calls change. */
const PRE_SEND = 'POST /v3/marketing/busifavor/product-coupons/pre-send'

test('the model knows every call of merchant coupons, and no call that the mock has not', () => {
  const known = [...KINDS.map(addressOfKind), PRE_SEND]
  const addresses = (all: readonly Operation[]) => all.map(({ method, path }) => addressOf(method, path))
  expect(addresses(merchantCoupon.operations).filter((one) => !known.includes(one))).toEqual([])
  expect(known.filter((one) => !addresses(operations).includes(one))).toEqual([])
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
