import { expect, test } from 'vitest'
import { courseOf, inPieces, isRepeat } from './clock-law.ts'
import { Random } from './random.ts'
import { chosenCases, chosenSeed, LENGTH } from './sequences.ts'
import { stepsOf } from './steps.ts'
import { createMerchants } from './subject.ts'

const seed = chosenSeed()
const SEQUENCES = chosenCases(40)

test(`moving the clock in pieces comes to the same as at once (MODEL_SEED=${seed})`, { timeout: 600_000 }, async () => {
  const merchants = await createMerchants()
  let repeats = 0
  for (let own = seed; own < seed + SEQUENCES; own++) {
    const steps = stepsOf(new Random(own), LENGTH)
    const atOnce = await courseOf(steps, merchants)
    const piecewise = await courseOf(inPieces(steps, own), merchants)
    expect(piecewise, `MODEL_SEED=${own}`).toEqual(atOnce)
    repeats += atOnce.delivered.filter(isRepeat).length
  }
  expect(repeats).toBeGreaterThan(0)
})
