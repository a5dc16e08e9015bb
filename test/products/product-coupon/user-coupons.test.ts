import { expect, test } from 'vitest'
import { validPeriod } from '../../../src/products/product-coupon/user-coupons.ts'

test('a coupon is usable from the second of its receipt, which is what answers show and requests can name', () => {
  const second = Date.parse('2026-01-05T10:20:30+08:00')
  const period = { available_begin_time: second - 1, available_end_time: second + 86_400_000, available_seconds: 60 }

  expect(validPeriod(period, second + 999)).toEqual({ valid_begin_time: second, valid_end_time: second + 60_000 })
})
