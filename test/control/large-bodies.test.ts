import { describe, expect } from 'vitest'
import { expectRefusal, json, test } from './doors.ts'

const many = <Value>(count: number, value: Value): Value[] => Array.from({ length: count }, () => value)
const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)
const window = { begin_time: '2026-12-24T00:00:00+08:00', end_time: '2026-12-26T23:59:59+08:00' }
const stock = (windows: readonly unknown[]) => ({
  coupon_use_rule: { coupon_available_time: { irregulary_avaliable_time: windows } },
})

describe('large bodies', () => {
  test.for([
    ['/_mock/stocks', stock(many(500_000, {})), '/coupon_use_rule'],
    ['/_mock/stocks', [{}, stock(many(500_000, {}))], '/1'],
    ['/_mock/stocks', stock(many(51, window)), '/coupon_use_rule/coupon_available_time/irregulary_avaliable_time'],
    ['/_mock/stocks', { display_pattern_info: { description: '多'.repeat(17_000) } }, '/display_pattern_info'],
    ['/_mock/stocks', many(500_000, 0), '/0'],
    ['/_mock/coupons', [...many(4_000, {}), { state: 'LOST' }], '/4000/state'],
  ] as const)('POST %s is refused at one place', async ([path, body, place], { request }) => {
    const response = await request(path, json(body))

    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({ code: 'MOCK_INPUT', message: expect.any(String), path: place })
  })

  test.for([33, 3_000, 100_000])('%i levels in a resource are refused', async (levels, { request }) => {
    const response = await request('/_mock/notifications', {
      ...json({}),
      body: `{"event_type":"COUPON.SEND","url":"http://127.0.0.1:9/","resource":{"a":${nested(levels)}}}`,
    })

    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({
      code: 'MOCK_INPUT',
      message: '/resource: nested more than 32 levels deep.',
      path: '/resource',
    })
  })

  test('a long list in which some things are large is checked through', async ({ control }) => {
    const history = many(300, { event: 'sent', time: '2026-11-25T12:00:00+08:00' } as const)
    const coupons = many(60, { history }).map((coupon, i) => ({ ...coupon, coupon_code: `C${i}` }))

    await control.restore({ coupons })
    expect((await control.world()).coupons).toHaveLength(60)
    await expectRefusal(
      control.restore({ coupons: [...coupons, { state: 'LOST' as 'USED' }] }),
      'MOCK_INPUT',
      '/coupons/60/state',
    )
  })

  test('names with spaces are told apart', async ({ control }) => {
    await control.restore({
      stocks: [{ stock_id: 'A' }, { stock_id: 'A B' }],
      codes: [{ stock_id: 'A', code: 'B C' }],
      coupons: [{ stock_id: 'A B', coupon_code: 'C' }],
    })

    expect((await control.world()).codes).toMatchObject([{ stock_id: 'A', code: 'B C' }])
    expect((await control.world()).codes[0]).not.toHaveProperty('dispatched_time')
  })

  test.for([
    ['stocks', { sent: { total: 2 ** 53 - 1 } }, '/stocks/0/sent/total'],
    ['stocks', { sent: { total: 1, today: 2 ** 53 - 1 } }, '/stocks/0/sent/today'],
    ['codes', { stock_id: '100088', code: 'A', position: 2 ** 53 - 1 }, '/codes/0/position'],
  ] as const)(
    'a count of %s near the end of what can be counted is refused',
    async ([name, thing, place], { control }) => {
      await expectRefusal(control.restore({ [name]: [thing] }), 'MOCK_INPUT', place)
    },
  )
})
