import { expect, test } from 'vitest'
import { courseOf, inPieces } from './clock-law.ts'
import { Random } from './random.ts'
import { chosenSeed, LENGTH } from './sequences.ts'
import { stepsOf } from './steps.ts'
import { createMerchants, Subject } from './subject.ts'

const seed = chosenSeed()
const SEQUENCES = 40

test(`moving the clock in pieces comes to the same as at once (MODEL_SEED=${seed})`, { timeout: 600_000 }, async () => {
  const merchants = await createMerchants()
  const { served } = new Subject(merchants)
  let deliveries = 0
  for (let own = seed; own < seed + SEQUENCES; own++) {
    const steps = stepsOf(new Random(own), LENGTH, (kind) => served.has(kind))
    const atOnce = await courseOf(steps, merchants)
    const piecewise = await courseOf(inPieces(steps, own), merchants)
    expect(piecewise, `MODEL_SEED=${own}`).toEqual(atOnce)
    deliveries += atOnce.delivered.length
  }
  // Coupons are only told of once there are calls that send them.
  expect(deliveries > 0).toBe(served.has('sendCoupon') && served.has('setCallback'))
})
