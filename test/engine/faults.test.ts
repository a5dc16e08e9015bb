import { describe, expect, test } from 'vitest'
import { type FaultPlan, Faults } from '../../src/engine/faults.ts'
import type { OperationDescription } from '../../src/engine/operation.ts'
import { associateTradeInfo, operations, queryUserCoupon } from '../../src/operations/index.ts'
import { commonErrors } from '../../src/protocol/common-errors.ts'

const NOTHING = { fired: 0, calls: 0 }

const call = (operation: OperationDescription, { mchid = '1900000001', body = '', target = '/v3/x' } = {}) => ({
  operation,
  mchid,
  request: { method: 'POST', target, headers: {}, body: Buffer.from(body) },
})

const link = (body: object = {}) => call(associateTradeInfo, { body: JSON.stringify(body) })

/** Positions of the calls, counted from 1, that a plan happens to. */
function hits(plan: FaultPlan, calls: number): number[] {
  const faults = new Faults(operations)
  faults.plan(plan)
  return Array.from({ length: calls }, (_, i) => i + 1).filter(() => faults.take(link()) !== undefined)
}

describe('planned faults', () => {
  test('happen to the next calls of their operation, as often as was said', () => {
    const faults = new Faults(operations)
    faults.plan({ operation: 'associateTradeInfo', error: 'linked_to_other_order', times: 2 })

    expect(faults.take(call(queryUserCoupon))).toBeUndefined()
    const { linked_to_other_order } = associateTradeInfo.errors
    expect(faults.take(link())).toMatchObject({ error: linked_to_other_order, inPlace: true })
    expect(faults.planned).toEqual([
      { operation: 'associateTradeInfo', error: 'linked_to_other_order', times: 2, left: 1, fired: 1, calls: 1 },
    ])
    expect(faults.take(link())?.error).toBe(linked_to_other_order)
    expect(faults.take(link())).toBeUndefined()
  })

  test('happen to any operation that has the error, once, in the order they were planned in', () => {
    const faults = new Faults(operations)
    faults.plan({ error: 'appid_unbound' })
    faults.plan({ error: 'rate_limited' })

    expect(faults.take(link())?.error).toBe(commonErrors.rate_limited)
    expect(faults.take(call(queryUserCoupon))?.error).toBe(queryUserCoupon.errors.appid_unbound)
    expect(faults.planned).toEqual([])
  })

  test.for([
    [{ mchid: '1900000002' }, call(associateTradeInfo, { mchid: '1900000002' })],
    [{ stockId: '100088' }, link({ stock_id: '100088', coupon_code: 'other' })],
    [{ couponCode: 'A/B' }, call(associateTradeInfo, { target: '/v3/coupons/A%2FB?appid=wx' })],
    [{ stockId: '100088', couponCode: 'C' }, link({ stock_id: '100088', coupon_code: 'C' })],
  ] as const)('of %o happen to no other calls', ([which, fitting]) => {
    const faults = new Faults(operations)
    faults.plan({ ...which, effect: 'reset' })

    expect(faults.take(link({ stock_id: '1', coupon_code: 'D' }))).toBeUndefined()
    expect(faults.take(fitting)).toMatchObject({ delivery: { kind: 'reset' } })
  })

  test('spare one operation', () => {
    const faults = new Faults(operations)
    faults.plan({ except: 'associateTradeInfo', effect: 'reset' })

    expect(faults.take(link())).toBeUndefined()
    expect(faults.take(call(queryUserCoupon))).toBeDefined()
  })

  test('happen always, or from the nth call on', () => {
    expect(hits({ effect: 'reset', always: true }, 5)).toEqual([1, 2, 3, 4, 5])
    expect(hits({ effect: 'reset', nth: 3 }, 5)).toEqual([3])
    expect(hits({ effect: 'reset', nth: 2, times: 3 }, 6)).toEqual([2, 3, 4])
    expect(hits({ effect: 'reset', nth: 4, always: true }, 6)).toEqual([4, 5, 6])
  })

  test('happen to a share of the calls, the same ones for the same seed', () => {
    const quarter = hits({ effect: 'reset', percent: 25, seed: 'a' }, 1_000)

    expect(quarter.length).toBeGreaterThan(200)
    expect(quarter.length).toBeLessThan(300)
    expect(hits({ effect: 'reset', percent: 25, seed: 'a' }, 1_000)).toEqual(quarter)
    expect(hits({ effect: 'reset', percent: 25, seed: 'b' }, 1_000)).not.toEqual(quarter)
    expect(hits({ effect: 'reset', percent: 25, seed: 'a', times: 2 }, 1_000)).toEqual(quarter.slice(0, 2))
    expect(hits({ effect: 'reset', percent: 100 }, 3)).toEqual([1, 2, 3])
  })

  test('come one at a time, and a delay with each', () => {
    const faults = new Faults(operations)
    faults.plan({ effect: 'delay', delayMs: 7, always: true })
    faults.plan({ effect: 'probe' })
    faults.plan({ error: 'system_error', when: 'after' })

    expect(faults.take(link())).toMatchObject({ spoil: 'probe', when: 'after', delayMs: { before: 0, after: 7 } })
    expect(faults.take(link())).toMatchObject({ error: commonErrors.system_error, inPlace: false, when: 'after' })
    expect(faults.take(link())).toMatchObject({ delayMs: { before: 0, after: 7 }, when: 'after', inPlace: false })
  })

  test('delay by a number out of a range, which the seed decides', () => {
    const delays = (seed: string) => {
      const faults = new Faults(operations)
      faults.plan({ effect: 'delay', delayMs: { min: 100, max: 200 }, seed, always: true })
      return Array.from({ length: 50 }, () => faults.take(link())?.delayMs.after ?? 0)
    }

    const some = delays('a')
    expect(Math.min(...some)).toBeGreaterThanOrEqual(100)
    expect(Math.max(...some)).toBeLessThanOrEqual(200)
    expect(new Set(some).size).toBeGreaterThan(20)
    expect(delays('a')).toEqual(some)
    expect(delays('b')).not.toEqual(some)
  })

  test('are planned for an operation by its own errors', () => {
    const faults = new Faults(operations)

    expect(faults.next(associateTradeInfo, 'linked_to_other_order')).toEqual({
      ...{ operation: 'associateTradeInfo', error: 'linked_to_other_order', times: 1, left: 1 },
      ...NOTHING,
    })
    expect(faults.next(queryUserCoupon, 'rate_limited', { always: true })).not.toHaveProperty('left')
    // @ts-expect-error: the operation has no such error
    expect(() => faults.next(associateTradeInfo, 'already_used')).toThrow('has no error already_used')
  })

  test('that never happened are told of', () => {
    const faults = new Faults(operations)
    faults.assertAllUsed()
    faults.plan({ effect: 'reset', always: true })
    faults.plan({ operation: 'queryUserCoupon', error: 'not_found' })
    faults.plan({ effect: 'empty', nth: 3 })
    faults.take(link())
    faults.take(link())

    expect(faults.unused.map(({ effect, error, calls }) => [effect ?? error, calls])).toEqual([
      ['not_found', 0],
      ['empty', 2],
    ])
    expect(() => faults.assertAllUsed()).toThrow(
      expect.objectContaining({
        code: 'MOCK_FAULTS_LEFT',
        message: expect.stringMatching(
          /^2 planned faults never happened:\n {2}operation queryUserCoupon, error not_found, times 1, which fitted 0 calls\n {2}effect empty, nth 3, times 1, which fitted 2 calls\n/,
        ),
      }),
    )
    faults.clear()
    faults.assertAllUsed()
  })

  test('end a delay when they are cleared', async () => {
    const faults = new Faults(operations)
    const waiting = faults.wait(120_000)
    faults.clear()
    await waiting
  })

  test.for([
    [{ operation: 'associate', error: 'rate_limited' }, 'MOCK_OPERATION_UNKNOWN', '/operation'],
    [{ except: 'associate', error: 'rate_limited' }, 'MOCK_OPERATION_UNKNOWN', '/except'],
    [{ operation: 'associateTradeInfo', error: 'already_used' }, 'MOCK_FAULT_UNKNOWN', '/error'],
    [{ error: 'toString' }, 'MOCK_FAULT_UNKNOWN', '/error'],
    [{}, 'MOCK_FAULT_PLAN', ''],
    [{ error: undefined, effect: undefined }, 'MOCK_FAULT_PLAN', ''],
    [{ effect: 'toString' }, 'MOCK_FAULT_PLAN', '/effect'],
    [{ effect: 'reset', times: 0 }, 'MOCK_FAULT_PLAN', '/times'],
    [{ effect: 'reset', times: 1.5 }, 'MOCK_FAULT_PLAN', '/times'],
    [{ effect: 'reset', nth: 0 }, 'MOCK_FAULT_PLAN', '/nth'],
    [{ effect: 'reset', percent: 0 }, 'MOCK_FAULT_PLAN', '/percent'],
    [{ effect: 'reset', percent: 101 }, 'MOCK_FAULT_PLAN', '/percent'],
    [{ effect: 'reset', percent: Number.NaN }, 'MOCK_FAULT_PLAN', '/percent'],
    [{ effect: 'reset', always: true, times: 2 }, 'MOCK_FAULT_PLAN', '/always'],
    [{ effect: 'answer_lost', when: 'before' }, 'MOCK_FAULT_PLAN', '/when'],
    [{ effect: 'delay' }, 'MOCK_FAULT_PLAN', '/delayMs'],
    [{ effect: 'delay', delayMs: 120_001 }, 'MOCK_FAULT_PLAN', '/delayMs'],
    [{ effect: 'delay', delayMs: { min: 2, max: 1 } }, 'MOCK_FAULT_PLAN', '/delayMs'],
    [{ effect: 'reset', delayMs: 1 }, 'MOCK_FAULT_PLAN', '/delayMs'],
    [{ effect: 'reset', pauseMs: 1 }, 'MOCK_FAULT_PLAN', '/pauseMs'],
    [{ effect: 'slow_drip', pauseMs: 1_001 }, 'MOCK_FAULT_PLAN', '/pauseMs'],
  ] as const)('%o can not be planned', ([plan, code, path]) => {
    const faults = new Faults(operations)

    expect(() => faults.plan(plan as FaultPlan)).toThrow(expect.objectContaining({ code, path }))
    expect(faults.planned).toEqual([])
  })
})
