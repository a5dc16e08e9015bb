import { expect, test } from 'vitest'
import { chosenSeed, chosenSteps, playSequences } from './sequences.ts'
import { createMerchants, Subject } from './subject.ts'

/** One of the files that the model test is divided among, so that they run side by side. */
export function modelTest({ part, of }: { part: number; of: number }): void {
  const seed = chosenSeed()
  const steps = chosenSteps(100_000)

  test(`any sequence of calls is answered as the documents say (${steps} steps in ${of} parts, MODEL_SEED=${seed})`, {
    timeout: 900_000,
  }, async () => {
    const merchants = await createMerchants()
    const { served } = new Subject(merchants)
    expect(await playSequences({ merchants, served: (kind) => served.has(kind), seed, steps, part, of })).toBe(
      undefined,
    )
  })
}
