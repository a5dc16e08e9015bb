import { createMock } from 'wechatpay-mock'
import { coupons } from '../../src/products/merchant-coupon/coupons/table.ts'
import { benchWorld } from './associate-requests.ts'
import { ROUNDS } from './measure.ts'
import { progress } from './progress.ts'
import type { Report } from './report.ts'

/** Back to the seed after everything was changed. */
export async function benchReset(): Promise<Report> {
  const mock = createMock({ seed: benchWorld(100_000) })
  const took: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    progress(`reset: round ${round + 1} of ${ROUNDS}`)
    await mock.store.transaction(async (tx) => {
      for (const coupon of await tx.in(coupons).list()) await tx.in(coupons).save({ ...coupon, status: 'deleted' })
    })
    const begin = performance.now()
    await mock.store.reset()
    took.push(performance.now() - begin)
  }
  return {
    title: `Reset to a seed of 100,000 coupons, every one changed, ${ROUNDS} rounds`,
    rows: [{ what: 'reset', unit: 'ms', digits: 3, values: took, aim: { at: 'most', value: 5 } }],
  }
}
