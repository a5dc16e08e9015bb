import { describe, expect, test } from 'vitest'
import type { FaultPlan } from '../../src/engine/faults/fault-plan.ts'
import { Faults } from '../../src/engine/faults/faults.ts'
import type { OperationDescription } from '../../src/engine/operation.ts'
import { events } from '../../src/products/index.ts'
import { associateTradeInfo, queryUserCoupon } from '../../src/products/operations.ts'
import { commonErrors } from '../../src/wire/protocol/common-errors.ts'
import { operations } from '../helpers/operations.ts'

const call = (operation: OperationDescription, { mchid = '1900000001', body = '', target = '/v3/x' } = {}) => ({
  operation,
  mchid,
  request: { method: 'POST', target, headers: {}, body: Buffer.from(body) },
})

const link = (body: object = {}) => call(associateTradeInfo, { body: JSON.stringify(body) })

/** Faults with some plans. */
async function planned(...plans: readonly FaultPlan[]): Promise<Faults> {
  const faults = new Faults({ operations, events })
  for (const plan of plans) await faults.plan(plan)
  return faults
}

/** Outcomes of calls that a plan may happen to. */
async function fired(plan: FaultPlan, calls: number) {
  const faults = await planned(plan)
  return Promise.all(Array.from({ length: calls }, () => faults.take(link())))
}

/** Positions of the calls, counted from 1, that a plan happens to. */
async function hits(plan: FaultPlan, calls: number): Promise<number[]> {
  return (await fired(plan, calls)).flatMap((one, i) => (one === undefined ? [] : [i + 1]))
}

async function delays(delayMs: FaultPlan['delayMs'], calls: number, seed = 'a'): Promise<number[]> {
  const all = await fired({ effect: 'delay', ...(delayMs && { delayMs }), seed, always: true }, calls)
  return all.map((one) => one?.delayMs.after ?? 0)
}

const { linked_to_other_order } = associateTradeInfo.errors
const LINKED = { operation: 'associateTradeInfo', error: 'linked_to_other_order' }

describe('planned faults', () => {
  test('happen to the next calls of their operation, as often as was said', async () => {
    const faults = await planned({ ...LINKED, times: 2 })

    expect(await faults.take(call(queryUserCoupon))).toBeUndefined()
    expect(await faults.take(link())).toMatchObject({ error: linked_to_other_order, inPlace: true })
    expect(faults.planned).toEqual([{ id: '1', ...LINKED, times: 2, left: 1, fired: 1, calls: 1 }])
    expect((await faults.take(link()))?.error).toBe(linked_to_other_order)
    expect(await faults.take(link())).toBeUndefined()
  })

  test('of a gateway have the page of nginx, or a body that somebody gives', async () => {
    const answers = await Promise.all(
      [{ status: 504 }, { status: 503, body: '{"errcode":1}' }, { status: 599, body: 'no' }, { status: 204 }].map(
        async (plan) => (await fired(plan, 1))[0],
      ),
    )

    expect(answers.map((one) => [one?.when, one?.inPlace, one?.remark.en.split(' (')[0]])).toEqual(
      [504, 503, 599, 204].map((status) => ['before', true, `A planned fault: a gateway answered with ${status}`]),
    )
    expect(answers.map((one) => [one?.gatewayAnswer?.contentType, String(one?.gatewayAnswer?.body)])).toEqual([
      ['text/html', expect.stringContaining('<center><h1>504 Gateway Time-out</h1></center>')],
      ['application/json', '{"errcode":1}'],
      ['text/html', 'no'],
      [undefined, ''],
    ])
    expect(await fired({ status: 504, effect: 'delay', delayMs: 3 }, 1)).toMatchObject([
      { gatewayAnswer: { status: 504 }, delayMs: { before: 3, after: 0 } },
    ])
  })

  test('are taken away one by one, and none has the number of another', async () => {
    const faults = await planned()
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
    const faults = await planned({ error: 'appid_unbound' }, { error: 'rate_limited' })

    expect((await faults.take(link()))?.error).toBe(commonErrors.rate_limited)
    expect((await faults.take(call(queryUserCoupon)))?.error).toBe(queryUserCoupon.errors.appid_unbound)
    expect(faults.planned).toEqual([])
  })

  test.for([
    [{ mchid: '1900000002' }, call(associateTradeInfo, { mchid: '1900000002' })],
    [{ stockId: '100088' }, link({ stock_id: '100088', coupon_code: 'other' })],
    [{ couponCode: 'A/B' }, call(associateTradeInfo, { target: '/v3/coupons/A%2FB?appid=wx' })],
    [{ stockId: '100088', couponCode: 'C' }, link({ stock_id: '100088', coupon_code: 'C' })],
    [{ except: 'associateTradeInfo' }, call(queryUserCoupon)],
  ] as const)('of %o happen to no other calls', async ([which, fitting]) => {
    const faults = await planned({ ...which, effect: 'reset' })

    expect(await faults.take(link({ stock_id: '1', coupon_code: 'D' }))).toBeUndefined()
    expect(await faults.take(fitting)).toMatchObject({ delivery: { kind: 'reset' } })
  })

  test('happen always, or from the nth call on', async () => {
    expect(await hits({ effect: 'reset', always: true }, 5)).toEqual([1, 2, 3, 4, 5])
    expect(await hits({ effect: 'reset', nth: 3 }, 5)).toEqual([3])
    expect(await hits({ effect: 'reset', nth: 2, times: 3 }, 6)).toEqual([2, 3, 4])
    expect(await hits({ effect: 'reset', nth: 4, always: true }, 6)).toEqual([4, 5, 6])
  })

  test('happen to a share of the calls, the same ones for the same seed', async () => {
    const share = { effect: 'reset', percent: 25, seed: 'a' } as const
    const quarter = await hits(share, 1_000)

    expect(quarter.length).toBeGreaterThan(200)
    expect(quarter.length).toBeLessThan(300)
    expect(await hits(share, 1_000)).toEqual(quarter)
    expect(await hits({ ...share, seed: 'b' }, 1_000)).not.toEqual(quarter)
    expect(await hits({ ...share, times: 2 }, 1_000)).toEqual(quarter.slice(0, 2))
    expect(await hits({ ...share, percent: 100 }, 3)).toEqual([1, 2, 3])
  })

  test('come one at a time, and a delay with each', async () => {
    const after = { delayMs: { before: 0, after: 7 }, when: 'after', inPlace: false } as const
    const faults = await planned(
      { effect: 'delay', delayMs: 7, always: true },
      { effect: 'probe' },
      { error: 'system_error', when: 'after' },
    )

    expect(await faults.take(link())).toMatchObject({ ...after, damage: 'probe' })
    expect(await faults.take(link())).toMatchObject({ ...after, error: commonErrors.system_error })
    expect(await faults.take(link())).toMatchObject(after)
  })

  test.for([
    [{ min: 100, max: 200 }, 50],
    [{ median: 100, p99: 2_000 }, 2_000],
  ] as const)('delay by %o, as the seed decides', async ([delayMs, calls]) => {
    const some = await delays(delayMs, calls)

    expect(new Set(some).size).toBeGreaterThan(20)
    expect(await delays(delayMs, calls)).toEqual(some)
    expect(await delays(delayMs, calls, 'b')).not.toEqual(some)
  })

  test('delay by a number out of a range', async () => {
    const some = await delays({ min: 100, max: 200 }, 50)

    expect(Math.min(...some)).toBeGreaterThanOrEqual(100)
    expect(Math.max(...some)).toBeLessThanOrEqual(200)
  })

  test('delay as servers do, most a little and a few for long, where a median and a 99th percentile are said', async () => {
    const some = await delays({ median: 100, p99: 2_000 }, 2_000)
    const ofThem = (isSo: (ms: number) => boolean) => some.filter(isSo).length / some.length

    expect(ofThem((ms) => ms < 100)).toBeCloseTo(0.5, 1)
    expect(ofThem((ms) => ms > 2_000)).toBeCloseTo(0.01, 2)
    // A standard deviation above the median of a log-normal distribution: 100 * 20 ** (1 / 2.326) ms.
    expect(ofThem((ms) => ms > 363)).toBeCloseTo(0.159, 1)
  })

  test('never delay for longer than a delay may be', async () => {
    expect(Math.max(...(await delays({ median: 119_000, p99: 120_000 }, 1_000)))).toBe(120_000)
  })

  test('are planned for an operation by its own errors', async () => {
    const faults = await planned()

    const next = await faults.next(associateTradeInfo, 'linked_to_other_order')
    expect(next).toEqual({ id: '1', ...LINKED, times: 1, left: 1, fired: 0, calls: 0 })
    expect(await faults.next(queryUserCoupon, 'rate_limited', { always: true })).not.toHaveProperty('left')
    // @ts-expect-error: the operation has no such error
    expect(() => faults.next(associateTradeInfo, 'already_used')).toThrow('has no error already_used')
  })

  test('that never happened are told of', async () => {
    new Faults({ operations, events }).assertAllUsed()
    const faults = await planned(
      { effect: 'reset', always: true },
      { operation: 'queryUserCoupon', error: 'not_found' },
      { effect: 'empty', nth: 3 },
    )
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

  test('are not more than each call can be compared with', async () => {
    const faults = await planned()
    for (let i = 0; i < 1_000; i++) await faults.plan({ effect: 'reset' })

    expect(() => faults.plan({ effect: 'reset' })).toThrow(expect.objectContaining({ code: 'MOCK_FAULTS_LIMIT' }))
    await faults.clear()
    await faults.plan({ effect: 'reset' })
    expect(faults.planned).toHaveLength(1)
  })

  test('end a delay when they are cleared', async () => {
    const faults = await planned()
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
    // Faults of callbacks.
    [{ event: 'COUPON.GONE', effect: 'duplicate' }, 'MOCK_FAULT_PLAN', '/event'],
    [{ effect: 'duplicate' }, 'MOCK_FAULT_PLAN', '/event'],
    [{ effect: 'wrong_tag', operation: 'associateTradeInfo' }, 'MOCK_FAULT_PLAN', '/event'],
    [{ event: 'any', effect: 'reset' }, 'MOCK_FAULT_PLAN', '/effect'],
    [{ event: 'any', effect: 'duplicate', operation: 'associateTradeInfo' }, 'MOCK_FAULT_PLAN', '/operation'],
    [{ event: 'any', effect: 'duplicate', except: 'associateTradeInfo' }, 'MOCK_FAULT_PLAN', '/except'],
    [{ event: 'any', effect: 'duplicate', error: 'system_error' }, 'MOCK_FAULT_PLAN', '/error'],
    [{ event: 'any', error: 'system_error' }, 'MOCK_FAULT_PLAN', '/error'],
    [{ event: 'any', effect: 'probe', when: 'before' }, 'MOCK_FAULT_PLAN', '/when'],
    [{ event: 'any', effect: 'probe', stockId: '1' }, 'MOCK_FAULT_PLAN', '/stockId'],
    [{ event: 'any', effect: 'probe', couponCode: '1' }, 'MOCK_FAULT_PLAN', '/couponCode'],
    [{ event: 'any', effect: 'late', delayMs: 1 }, 'MOCK_FAULT_PLAN', '/delayMs'],
    [{ event: 'any', effect: 'late' }, 'MOCK_FAULT_PLAN', '/lateMs'],
    [{ event: 'any', effect: 'late', lateMs: 0 }, 'MOCK_FAULT_PLAN', '/lateMs'],
    [{ event: 'any', effect: 'late', lateMs: 366 * 86_400_000 }, 'MOCK_FAULT_PLAN', '/lateMs'],
    [{ event: 'any', effect: 'probe', lateMs: 1 }, 'MOCK_FAULT_PLAN', '/lateMs'],
    [{ effect: 'reset', lateMs: 1 }, 'MOCK_FAULT_PLAN', '/lateMs'],
    [{ event: 'any' }, 'MOCK_FAULT_PLAN', ''],
  ] as const)('%o cannot be planned', ([plan, code, path]) => {
    const faults = new Faults({ operations, events })

    expect(() => faults.plan(plan as FaultPlan)).toThrow(expect.objectContaining({ code, path }))
    expect(faults.planned).toEqual([])
  })
})
