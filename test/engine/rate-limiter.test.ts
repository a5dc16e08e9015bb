import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { RateLimiter } from '../../src/engine/exchange/exchange-parts.ts'
import type { OperationDescription } from '../../src/engine/operation.ts'
import { operations } from '../helpers/operations.ts'

const described = (id: string, rateLimit?: OperationDescription['rateLimit']): OperationDescription => ({
  id,
  method: 'POST',
  path: `/v3/${id}`,
  summary: '',
  title: '',
  source: '',
  rules: [],
  input: {},
  output: z.undefined(),
  errors: {},
  ...(rateLimit && { rateLimit }),
})

const twoInThree = described('twoInThree', { calls: 2, seconds: 3, evidence: 'documented' })
const twoASecond = described('twoASecond', { calls: 2, seconds: 1, evidence: 'documented' })
const NOON = Date.parse('2026-11-25T12:00:00Z')

describe('a rate', () => {
  test('lets so many calls in, and says when the next are taken', async () => {
    const limiter = new RateLimiter()

    expect(await limiter.take(twoInThree, 'A', NOON + 500)).toBeUndefined()
    expect(await limiter.take(twoInThree, 'A', NOON + 500)).toBeUndefined()
    expect(await limiter.take(twoInThree, 'A', NOON + 2_999)).toEqual({ calls: 2, seconds: 3, windowEnd: NOON + 3_000 })
    expect(await limiter.take(twoInThree, 'A', NOON + 3_000)).toBeUndefined()
  })

  test('is counted for each merchant and each operation', async () => {
    const limiter = new RateLimiter()
    for (let i = 0; i < 2; i++) await limiter.take(twoASecond, 'A', NOON)

    expect(await limiter.take(twoASecond, 'A', NOON)).toBeDefined()
    expect(await limiter.take(twoASecond, 'B', NOON)).toBeUndefined()
    expect(await limiter.take(twoInThree, 'A', NOON)).toBeUndefined()
  })

  test('does not count calls that were refused: the next window is open to its full number', async () => {
    const limiter = new RateLimiter()
    for (let i = 0; i < 9; i++) await limiter.take(twoASecond, 'A', NOON)

    const next = await Promise.all([1, 2, 3].map(() => limiter.take(twoASecond, 'A', NOON + 1_000)))
    expect(next.map((over) => over === undefined)).toEqual([true, true, false])
  })

  test('starts afresh when the clock goes back', async () => {
    const limiter = new RateLimiter()
    for (let i = 0; i < 3; i++) await limiter.take(twoASecond, 'A', NOON)

    expect(await limiter.take(twoASecond, 'A', NOON - 86_400_000)).toBeUndefined()
    expect(await limiter.take(twoASecond, 'A', -1)).toBeUndefined()
  })

  test('of failing calls ends with them, whatever else would be taken', async () => {
    const limiter = new RateLimiter()
    const failing = described('failing', { calls: 9, failing: 2, seconds: 1, evidence: 'documented' })
    const fail = async (mchid: string, now: number) => {
      await limiter.take(failing, mchid, now)
      await limiter.fail(failing, mchid, now)
    }
    await fail('A', NOON)
    expect(await limiter.take(failing, 'A', NOON)).toBeUndefined()
    await fail('A', NOON)

    const over = { calls: 2, failing: true, seconds: 1, windowEnd: NOON + 1_000 }
    expect(await limiter.take(failing, 'A', NOON + 999)).toEqual(over)
    expect(await limiter.take(failing, 'B', NOON)).toBeUndefined()
    expect(await limiter.take(failing, 'A', NOON + 1_000)).toBeUndefined()
    await limiter.fail(twoASecond, 'A', NOON)
    expect(await limiter.take(twoASecond, 'A', NOON)).toBeUndefined()
  })

  test('is forgotten, of one merchant or of all', async () => {
    const limiter = new RateLimiter()
    const full = async (mchid: string) => (await limiter.take(twoASecond, mchid, NOON)) !== undefined
    for (const mchid of ['A', 'A', 'B', 'B']) await limiter.take(twoASecond, mchid, NOON)

    await limiter.clear('A')
    expect([await full('A'), await full('B')]).toEqual([false, true])
    await limiter.clear()
    expect(await full('B')).toBe(false)
  })

  test('an operation without one takes any number', async () => {
    const limiter = new RateLimiter()

    for (let i = 0; i < 2_000; i++) expect(await limiter.take(described('free'), 'A', NOON)).toBeUndefined()
  })
})

test.for(['useCoupon', 'associateTradeInfo', 'disassociateTradeInfo'])('%s takes 500 calls a second', (id) => {
  const { rateLimit } = operations.find((operation) => operation.id === id) ?? {}
  expect(rateLimit).toEqual({ calls: 500, seconds: 1, evidence: 'documented' })
})
