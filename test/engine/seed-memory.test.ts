import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { createMock, engineOf } from '../../src/mock.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** A mock whose seed nobody else holds. */
function seededMock() {
  const seed = { coupons: [{ stock_id: '100088', coupon_code: 'c-1' }] }
  return { mock: createMock({ seed, language: 'zh' }), seed: new WeakRef(seed) }
}

test('a mock keeps the rows that it made of its seed, and not the seed', async () => {
  const { mock, seed } = seededMock()
  for (let i = 0; i < 20 && seed.deref() !== undefined; i++) {
    // A weak reference holds its target until the job ends that looked at it.
    await setImmediate()
    collect()
  }

  expect(seed.deref()).toBeUndefined()
  // It is still in use.
  expect(engineOf(mock).language).toBe('zh')
})
