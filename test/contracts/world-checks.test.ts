import { describe, expect, test } from 'vitest'
import { reasonsOfLink, reasonsOfRefusal, reasonsOfTimes } from '../../contracts/kit/world-checks.ts'
import { createMock } from '../../src/mock.ts'

const NOW = '2026-01-05T10:20:30+08:00'
const now = Date.parse(NOW)
const COUPON = { stock_id: '100088', coupon_code: 'C-1', openid: 'oUser', receive_time: '2026-01-03T07:00:00+08:00' }

/** The world with a coupon. */
async function worldWith(more: object = {}) {
  const { control } = createMock({ seed: 'empty', clock: { now: () => now } })
  await control.addCoupon({ ...COUPON, ...more })
  return control.world()
}

describe('a call that was refused', () => {
  const refused = (status: number, code = '') => ({ status, body: Buffer.from(JSON.stringify({ code })) })
  const CHANGED = [{ en: expect.stringContaining('changed something all the same: coupons.') }]

  test.for([
    [401, 'SIGN_ERROR'],
    [400, 'PARAM_ERROR'],
    [400, 'INVALID_REQUEST'],
  ] as const)('with %d %s has not changed what there is', async ([status, code]) => {
    const before = await worldWith()
    const after = await worldWith({ associate_out_trade_no: 'T-1' })

    expect(reasonsOfRefusal(refused(status, code), before, after)).toMatchObject(CHANGED)
    expect(reasonsOfRefusal(refused(status, code), before, before)).toEqual([])
  })

  test.for([
    [401, 'SIGN_ERROR', CHANGED],
    [400, 'PARAM_ERROR', CHANGED],
    [400, 'INVALID_REQUEST', []],
  ] as const)('with %d %s has added something or may have', async ([status, code, reasons]) => {
    const after = await worldWith()

    expect(reasonsOfRefusal(refused(status, code), { ...after, coupons: [] }, after)).toMatchObject(reasons)
  })

  test.for([200, 500])('may have, where it was answered with %d', async (status) => {
    expect(reasonsOfRefusal(refused(status), await worldWith(), await worldWith({ state: 'DELETED' }))).toEqual([])
  })

  test('is not what took the time or delivered a callback meanwhile', async () => {
    const before = await worldWith()

    expect(reasonsOfRefusal(refused(401), before, { ...before, taken_at: NOW, notifications: [] })).toEqual([])
  })
})

describe('an answer that shows the order of a link', () => {
  const shown = { ...COUPON, associate_out_trade_no: 'T-1' }
  const answer = (members: object, status = 200) => ({ status, body: Buffer.from(JSON.stringify(members)) })

  test.for([
    ['a coupon without one', shown, {}, 1],
    ['a coupon that is linked', shown, { associate_out_trade_no: 'T-1' }, 0],
    ['a coupon that nobody knows', { ...shown, coupon_code: 'C-2' }, {}, 0],
    ['something that is no coupon', { associate_out_trade_no: 'T-1' }, {}, 0],
  ] as const)('is judged by %s', async ([, members, linked, reasons]) => {
    expect(reasonsOfLink(answer(members), await worldWith(linked))).toHaveLength(reasons)
  })
})

describe('a time', () => {
  test.for([
    ['in the world', { receive_time: COUPON.receive_time }, []],
    ['of the call', { create_time: NOW }, []],
    ['that nothing is known of', { expire_time: '2026-05-05T00:00:00+08:00' }, []],
    ['that eight hours lie behind', { receive_time: '2026-01-02T23:00:00+08:00' }, ['receive_time']],
    ['that eight hours lie before', { receive_time: '2026-01-03T15:00:00+08:00' }, ['receive_time']],
    ['of the call in UTC, somewhere inside', { data: [{ create_time: '2026-01-05T02:20:31+08:00' }] }, ['create_time']],
    ['of a deed in the world', { wechatpay_use_time: COUPON.receive_time }, []],
    ['of a deed that nobody did', { wechatpay_use_time: '2026-01-04T07:00:00+08:00' }, ['wechatpay_use_time']],
    ['that no day has', { receive_time: '2026-01-45T10:20:30+08:00' }, []],
  ] as const)('%s', async ([, contents, names]) => {
    const reasons = reasonsOfTimes(contents, { now, world: await worldWith() })

    expect(reasons.map(({ en }) => en.split(' ', 1)[0])).toEqual(names)
  })
})
