import { createMock } from 'wechatpay-mock'
import { benchWorld } from './associate-requests.ts'
import { ROUNDS, show } from './measure.ts'

/** Back to the seed after everything was changed. */
export async function benchReset(): Promise<void> {
  console.log(`\nreset to a seed of 100,000 coupons, every one changed, ${ROUNDS} rounds`)
  const mock = createMock({ seed: benchWorld(100_000) })
  const took: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    await mock.store.transaction(async (tx) => {
      for (const coupon of await tx.coupons.list()) await tx.coupons.save({ ...coupon, status: 'deleted' })
    })
    const begin = performance.now()
    await mock.store.reset()
    took.push(performance.now() - begin)
  }
  console.log(`  reset                          ${show(took, 3)} ms   aim: at most 5`)
}
