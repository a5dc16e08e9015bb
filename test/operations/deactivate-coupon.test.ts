import { describe, expect } from 'vitest'
import type { CompletedCoupon } from '../../src/products/merchant-coupon/coupons.ts'
import { deactivateCoupon, queryUserCoupon } from '../../src/products/operations.ts'
import { STOCK_ID, test, transports } from '../helpers/world.ts'

const NUMBER = '1002600620019090123143254436'

const request = (
  { stock_id, coupon_code }: Pick<CompletedCoupon, 'stock_id' | 'coupon_code'>,
  changes: Record<string, unknown> = {},
) => ({ coupon_code, stock_id, deactivate_request_no: NUMBER, ...changes })

const stopped = (at = '2026-11-25T12:00:00+08:00') => ({ status: 200, body: { wechatpay_deactivate_time: at } })

/** busifavor.md 2.2 and 4.5 */
const REFUSALS = {
  stock_unknown: [404, 'RESOURCE_NOT_EXISTS', '批次不存在'],
  not_found: [404, 'RESOURCE_NOT_EXISTS', '券不存在'],
  not_permitted: [403, 'NO_AUTH', '商户无权限操作该券'],
  deleted: [404, 'RESOURCE_NOT_EXISTS', '券已被删除'],
  not_usable: [400, 'INVALID_REQUEST', '券状态非可用态'],
  request_no_reused: [400, 'INVALID_REQUEST', '请求单号已被使用，且请求参数与之前不一致'],
} as const

const refusal = (reason: keyof typeof REFUSALS) => {
  const [status, code, message] = REFUSALS[reason]
  return { status, body: { code, message } }
}

describe.for(transports)('making a coupon void over %s', (transport) => {
  test.override('transport', transport)

  test('ends it, and the query shows when, by which number and why', async ({ merchant, seed }) => {
    const coupon = await seed.coupon({ associate_out_trade_no: 'MCH_1' })
    const deactivate_reason = '此券使用时间设置错误'

    expect(await merchant.call(deactivateCoupon, request(coupon, { deactivate_reason }))).toEqual(stopped())

    const query = { openid: coupon.openid, coupon_code: coupon.coupon_code, appid: 'wx233544546545989' }
    expect(await merchant.call(queryUserCoupon, query)).toMatchObject({
      body: {
        coupon_state: 'DEACTIVATED',
        associate_out_trade_no: 'MCH_1',
        deactivate_request_no: NUMBER,
        deactivate_time: '2026-11-25T12:00:00+08:00',
        deactivate_reason,
      },
    })
  })

  test('needs no reason', async ({ merchant, seed, control }) => {
    const coupon = await seed.coupon()

    expect(await merchant.call(deactivateCoupon, request(coupon))).toEqual(stopped())
    expect(await control.coupon(STOCK_ID, coupon.coupon_code)).not.toHaveProperty('deactivate_reason')
  })

  test('is done for a coupon that is not usable yet, whatever the state of its batch', async ({ merchant, seed }) => {
    await seed.stock({ state: 'STOPED' })
    const coupon = await seed.coupon({ available_start_time: '2026-12-01T00:00:00+08:00' })

    expect(await merchant.call(deactivateCoupon, request(coupon))).toEqual(stopped())
  })

  test.for(['partner', 'owner', 'sender'] as const)('is open to the %s', async (role, { clientOf, others, seed }) => {
    const { partner, owner, sender } = others
    const client = await clientOf(others[role])
    await seed.stock({ mchid: partner.mchid, belong_merchant: owner.mchid })
    const coupon = await seed.coupon({ mchid: partner.mchid, send_merchant: sender.mchid })

    expect(await client.call(deactivateCoupon, request(coupon))).toEqual(stopped())
  })

  test('is not open to the sender, if the setting says so (corrections 11)', async ({
    clientOf,
    others,
    seed,
    control,
  }) => {
    const { partner, owner, sender } = others
    await control.changeSettings({ coupon_sender: 'look' })
    await seed.stock({ mchid: partner.mchid, belong_merchant: owner.mchid })
    const coupon = await seed.coupon({ mchid: partner.mchid, send_merchant: sender.mchid })

    expect(await (await clientOf(sender)).call(deactivateCoupon, request(coupon))).toEqual(refusal('not_permitted'))
    expect(await (await clientOf(owner)).call(deactivateCoupon, request(coupon))).toEqual(stopped())
  })

  test.for([
    ['USED', 'not_usable'],
    ['EXPIRED', 'not_usable'],
    ['DEACTIVATED', 'not_usable'],
    ['DELETED', 'deleted'],
  ] as const)('is refused for a coupon that is %s', async ([state, reason], { merchant, seed, control }) => {
    const coupon = await seed.coupon({ state })
    const before = await control.world()

    expect(await merchant.call(deactivateCoupon, request(coupon))).toEqual(refusal(reason))
    expect(await control.world()).toEqual(before)
  })

  test('is refused for a batch that is not there, a coupon that is not in it, and coupons of others', async ({
    merchant,
    seed,
  }) => {
    const coupon = await seed.coupon()
    const foreign = await seed.coupon({ mchid: '1900000777', stock_id: '100089' })

    expect(await merchant.call(deactivateCoupon, request(coupon, { stock_id: '1' }))).toEqual(refusal('stock_unknown'))
    expect(await merchant.call(deactivateCoupon, request(coupon, { coupon_code: 'NONE' }))).toEqual(
      refusal('not_found'),
    )
    expect(await merchant.call(deactivateCoupon, request(coupon, { stock_id: '100089' }))).toEqual(refusal('not_found'))
    expect(await merchant.call(deactivateCoupon, request(foreign))).toEqual(refusal('not_permitted'))
  })

  test('repeated it answers the first time, also what came with the world', async ({ merchant, seed, control }) => {
    const coupon = await seed.coupon()
    await merchant.call(deactivateCoupon, request(coupon))
    const old = await seed.coupon({
      state: 'DEACTIVATED',
      deactivate_request_no: 'STOP-0',
      deactivate_time: '2026-11-20T12:00:00+08:00',
    })
    await control.advance('PT1H')

    expect(await merchant.call(deactivateCoupon, request(coupon))).toEqual(stopped())
    expect(await merchant.call(deactivateCoupon, request(old, { deactivate_request_no: 'STOP-0' }))).toEqual(
      stopped('2026-11-20T12:00:00+08:00'),
    )
  })

  test('by another merchant with the same number it is no repeat', async ({ clientOf, others, seed, control }) => {
    const { partner, owner } = others
    const [first, second] = [await clientOf(partner), await clientOf(owner)]
    await seed.stock({ mchid: partner.mchid, belong_merchant: owner.mchid })
    const coupon = await seed.coupon({ mchid: partner.mchid })
    const old = await seed.coupon({
      mchid: partner.mchid,
      state: 'DEACTIVATED',
      deactivate_request_no: NUMBER,
      deactivate_merchant: partner.mchid,
    })
    await first.call(deactivateCoupon, request(coupon))

    expect(await second.call(deactivateCoupon, request(coupon))).toEqual(refusal('not_usable'))
    expect(await second.call(deactivateCoupon, request(old))).toEqual(refusal('not_usable'))
    expect((await control.coupon(STOCK_ID, old.coupon_code)).deactivate_merchant).toBe(partner.mchid)
  })

  test('a number counts for one coupon and reason', async ({ merchant, seed }) => {
    const [one, other] = [await seed.coupon(), await seed.coupon()]
    await merchant.call(deactivateCoupon, request(one))

    expect(await merchant.call(deactivateCoupon, request(other))).toEqual(refusal('request_no_reused'))
    expect(await merchant.call(deactivateCoupon, request(one, { deactivate_reason: '发错了' }))).toEqual(
      refusal('request_no_reused'),
    )
  })
})
