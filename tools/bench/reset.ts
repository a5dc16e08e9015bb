import { createMock } from 'wechatpay-mock'
import { benchWorld } from './associate-requests.ts'
import { ROUNDS } from './measure.ts'
import { progress } from './progress.ts'
import type { Report } from './report.ts'

/** Coupons that one call adds. */
const AT_ONCE = 10_000

/** Reset to the seed after everything was changed. */
export async function benchReset(): Promise<Report> {
  const world = benchWorld(100_000)
  const { coupons = [] } = world
  const mock = createMock({ seed: world })
  const took: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    progress(`reset: round ${round + 1} of ${ROUNDS}`)
    for (let first = 0; first < coupons.length; first += AT_ONCE) {
      await mock.control.addCoupons(coupons.slice(first, first + AT_ONCE).map((one) => ({ ...one, state: 'DELETED' })))
    }
    const begin = performance.now()
    await mock.reset()
    took.push(performance.now() - begin)
  }
  return {
    title: `Reset to a seed of 100,000 coupons, every one changed, ${ROUNDS} rounds`,
    rows: [{ what: 'reset', unit: 'ms', digits: 3, values: took, aim: { at: 'most', value: 5 } }],
  }
}
