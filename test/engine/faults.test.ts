import { describe, expect, test } from 'vitest'
import type { FaultPlan } from '../../src/engine/faults/fault-plan.ts'
import { Faults } from '../../src/engine/faults/faults.ts'
import type { OperationDescription } from '../../src/engine/operation.ts'
import { events } from '../../src/products/events.ts'
import { associateTradeInfo, queryUserCoupon } from '../../src/products/operations.ts'
import { commonErrors } from '../../src/protocol/common-errors.ts'
import { operations } from '../helpers/operations.ts'

const NOTHING = { fired: 0, calls: 0 }

const call = (operation: OperationDescription, { mchid = '1900000001', body = '', target = '/v3/x' } = {}) => ({
  operation,
  mchid,
  request: { method: 'POST', target, headers: {}, body: Buffer.from(body) },
})

const link = (body: object = {}) => call(associateTradeInfo, { body: JSON.stringify(body) })

/** Positions of the calls, counted from 1, that a plan happens to. */
async function hits(plan: FaultPlan, calls: number): Promise<number[]> {
  const faults = new Faults({ operations, events })
  await faults.plan(plan)
  const fired = await Promise.all(Array.from({ length: calls }, () => faults.take(link())))
  return fired.flatMap((one, i) => (one === undefined ? [] : [i + 1]))
}

describe('planned faults', () => {
  test('happen to the next calls of their operation, as often as was said', async () => {
    const faults = new Faults({ operations, events })
    await faults.plan({ operation: 'associateTradeInfo', error: 'linked_to_other_order', times: 2 })

    expect(await faults.take(call(queryUserCoupon))).toBeUndefined()
    const { linked_to_other_order } = associateTradeInfo.errors
    expect(await faults.take(link())).toMatchObject({ error: linked_to_other_order, inPlace: true })
    expect(faults.planned).toEqual([
      {
        id: '1',
        operation: 'associateTradeInfo',
        error: 'linked_to_other_order',
        times: 2,
        left: 1,
        fired: 1,
        calls: 1,
      },
    ])
    expect((await faults.take(link()))?.error).toBe(linked_to_other_order)
    expect(await faults.take(link())).toBeUndefined()
  })

  test('are taken away one by one, and none has the number of another', async () => {
    const faults = new Faults({ operations, events })
    const first = await faults.plan({ error: 'rate_limited', always: true })
    const second = await faults.plan({ error: 'system_error', always: true })

    expect(await faults.remove(first.id)).toBe(true)
    expect(await faults.remove(first.id)).toBe(false)
    expect(faults.planned).toEqual([second])
    expect((await faults.take(link()))?.error).toBe(commonErrors.system_error)
    await faults.clear()
    const third = await faults.plan({ error: 'rate_limited' })
    expect(new Set([first.id, second.id, third.id]).size).toBe(3)
  })

  test('happen to any operation that has the error, once, in the order they were planned in', async () => {
    const faults = new Faults({ operations, events })
    await faults.plan({ error: 'appid_unbound' })
    await faults.plan({ error: 'rate_limited' })

    expect((await faults.take(link()))?.error).toBe(commonErrors.rate_limited)
    expect((await faults.take(call(queryUserCoupon)))?.error).toBe(queryUserCoupon.errors.appid_unbound)
    expect(faults.planned).toEqual([])
  })

  test.for([
    [{ mchid: '1900000002' }, call(associateTradeInfo, { mchid: '1900000002' })],
    [{ stockId: '100088' }, link({ stock_id: '100088', coupon_code: 'other' })],
    [{ couponCode: 'A/B' }, call(associateTradeInfo, { target: '/v3/coupons/A%2FB?appid=wx' })],
    [{ stockId: '100088', couponCode: 'C' }, link({ stock_id: '100088', coupon_code: 'C' })],
  ] as const)('of %o happen to no other calls', async ([which, fitting]) => {
    const faults = new Faults({ operations, events })
    await faults.plan({ ...which, effect: 'reset' })

    expect(await faults.take(link({ stock_id: '1', coupon_code: 'D' }))).toBeUndefined()
    expect(await faults.take(fitting)).toMatchObject({ delivery: { kind: 'reset' } })
  })

  test('spare one operation', async () => {
    const faults = new Faults({ operations, events })
    await faults.plan({ except: 'associateTradeInfo', effect: 'reset' })

    expect(await faults.take(link())).toBeUndefined()
    expect(await faults.take(call(queryUserCoupon))).toBeDefined()
  })

  test('happen always, or from the nth call on', async () => {
    expect(await hits({ effect: 'reset', always: true }, 5)).toEqual([1, 2, 3, 4, 5])
    expect(await hits({ effect: 'reset', nth: 3 }, 5)).toEqual([3])
    expect(await hits({ effect: 'reset', nth: 2, times: 3 }, 6)).toEqual([2, 3, 4])
    expect(await hits({ effect: 'reset', nth: 4, always: true }, 6)).toEqual([4, 5, 6])
  })

  test('happen to a share of the calls, the same ones for the same seed', async () => {
    const quarter = await hits({ effect: 'reset', percent: 25, seed: 'a' }, 1_000)

    expect(quarter.length).toBeGreaterThan(200)
    expect(quarter.length).toBeLessThan(300)
    expect(await hits({ effect: 'reset', percent: 25, seed: 'a' }, 1_000)).toEqual(quarter)
    expect(await hits({ effect: 'reset', percent: 25, seed: 'b' }, 1_000)).not.toEqual(quarter)
    expect(await hits({ effect: 'reset', percent: 25, seed: 'a', times: 2 }, 1_000)).toEqual(quarter.slice(0, 2))
    expect(await hits({ effect: 'reset', percent: 100 }, 3)).toEqual([1, 2, 3])
  })

  test('come one at a time, and a delay with each', async () => {
    const faults = new Faults({ operations, events })
    await faults.plan({ effect: 'delay', delayMs: 7, always: true })
    await faults.plan({ effect: 'probe' })
    await faults.plan({ error: 'system_error', when: 'after' })

    expect(await faults.take(link())).toMatchObject({
      damage: 'probe',
      when: 'after',
      delayMs: { before: 0, after: 7 },
    })
    expect(await faults.take(link())).toMatchObject({ error: commonErrors.system_error, inPlace: false, when: 'after' })
    expect(await faults.take(link())).toMatchObject({ delayMs: { before: 0, after: 7 }, when: 'after', inPlace: false })
  })

  test('delay by a number out of a range, which the seed decides', async () => {
    const delays = async (seed: string) => {
      const faults = new Faults({ operations, events })
      await faults.plan({ effect: 'delay', delayMs: { min: 100, max: 200 }, seed, always: true })
      const fired = await Promise.all(Array.from({ length: 50 }, () => faults.take(link())))
      return fired.map((one) => one?.delayMs.after ?? 0)
    }

    const some = await delays('a')
    expect(Math.min(...some)).toBeGreaterThanOrEqual(100)
    expect(Math.max(...some)).toBeLessThanOrEqual(200)
    expect(new Set(some).size).toBeGreaterThan(20)
    expect(await delays('a')).toEqual(some)
    expect(await delays('b')).not.toEqual(some)
  })

  test('delay as servers do, most a little and a few for long, where a median and a 99th percentile are said', async () => {
    const delays = async (seed: string) => {
      const faults = new Faults({ operations, events })
      await faults.plan({ effect: 'delay', delayMs: { median: 100, p99: 2_000 }, seed, always: true })
      const fired = await Promise.all(Array.from({ length: 2_000 }, () => faults.take(link())))
      return fired.map((one) => one?.delayMs.after ?? 0)
    }

    const some = await delays('a')
    const ofThem = (isSo: (ms: number) => boolean) => some.filter(isSo).length / some.length
    expect(ofThem((ms) => ms < 100)).toBeCloseTo(0.5, 1)
    expect(ofThem((ms) => ms > 2_000)).toBeCloseTo(0.01, 2)
    // A standard deviation above the median of a log-normal distribution: 100 * 20 ** (1 / 2.326) ms.
    expect(ofThem((ms) => ms > 363)).toBeCloseTo(0.159, 1)
    expect(await delays('a')).toEqual(some)
    expect(await delays('b')).not.toEqual(some)
  })

  test('never delay for longer than a delay may be', async () => {
    const faults = new Faults({ operations, events })
    await faults.plan({ effect: 'delay', delayMs: { median: 119_000, p99: 120_000 }, always: true })
    const fired = await Promise.all(Array.from({ length: 1_000 }, () => faults.take(link())))

    expect(Math.max(...fired.map((one) => one?.delayMs.after ?? 0))).toBe(120_000)
  })

  test('are planned for an operation by its own errors', async () => {
    const faults = new Faults({ operations, events })

    expect(await faults.next(associateTradeInfo, 'linked_to_other_order')).toEqual({
      ...{ id: '1', operation: 'associateTradeInfo', error: 'linked_to_other_order', times: 1, left: 1 },
      ...NOTHING,
    })
    expect(await faults.next(queryUserCoupon, 'rate_limited', { always: true })).not.toHaveProperty('left')
    // @ts-expect-error: the operation has no such error
    expect(() => faults.next(associateTradeInfo, 'already_used')).toThrow('has no error already_used')
  })

  test('that never happened are told of', async () => {
    const faults = new Faults({ operations, events })
    faults.assertAllUsed()
    await faults.plan({ effect: 'reset', always: true })
    await faults.plan({ operation: 'queryUserCoupon', error: 'not_found' })
    await faults.plan({ effect: 'empty', nth: 3 })
    await faults.take(link())
    await faults.take(link())

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
    await faults.clear()
    faults.assertAllUsed()
  })

  test('end a delay when they are cleared', async () => {
    const faults = new Faults({ operations, events })
    const waiting = faults.wait(120_000)
    await faults.clear()
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
    [{ effect: 'delay', delayMs: { median: 2, p99: 1 } }, 'MOCK_FAULT_PLAN', '/delayMs'],
    [{ effect: 'delay', delayMs: { median: 0, p99: 1 } }, 'MOCK_FAULT_PLAN', '/delayMs'],
    [{ effect: 'delay', delayMs: { median: 1, p99: 120_001 } }, 'MOCK_FAULT_PLAN', '/delayMs'],
    [{ effect: 'reset', delayMs: 1 }, 'MOCK_FAULT_PLAN', '/delayMs'],
    [{ effect: 'reset', pauseMs: 1 }, 'MOCK_FAULT_PLAN', '/pauseMs'],
    [{ effect: 'slow_drip', pauseMs: 1_001 }, 'MOCK_FAULT_PLAN', '/pauseMs'],
  ] as const)('%o cannot be planned', ([plan, code, path]) => {
    const faults = new Faults({ operations, events })

    expect(() => faults.plan(plan as FaultPlan)).toThrow(expect.objectContaining({ code, path }))
    expect(faults.planned).toEqual([])
  })
})
