import { describe, expect } from 'vitest'
import type { CompletedCoupon } from '../../src/products/merchant-coupon/coupons.ts'
import { queryUserCoupon, returnCoupon, useCoupon } from '../../src/products/operations.ts'
import { STOCK_ID, test, transports } from '../helpers/world.ts'

const NUMBER = '1002600620019090123143254436'
const APPID = 'wx1234567889999'

type Named = Pick<CompletedCoupon, 'stock_id' | 'coupon_code'>

const request = ({ stock_id, coupon_code }: Named, changes: Record<string, unknown> = {}) => ({
  coupon_code,
  stock_id,
  return_request_no: NUMBER,
  ...changes,
})

const use = ({ stock_id, coupon_code }: Named, use_request_no: string) => ({
  coupon_code,
  stock_id,
  appid: APPID,
  use_time: '2026-11-25T12:00:00+08:00',
  use_request_no,
})

const returned = (at = '2026-11-25T12:00:00+08:00') => ({ status: 200, body: { wechatpay_return_time: at } })
const redeemed = ({ stock_id, openid }: CompletedCoupon, at: string) => ({
  status: 200,
  body: { stock_id, openid, wechatpay_use_time: at },
})

/** busifavor.md 2.2 and 4.4 */
const REFUSALS = {
  not_found: [404, 'RESOURCE_NOT_EXISTS', '券不存在'],
  not_permitted: [403, 'NO_AUTH', '商户无权限操作该券'],
  deleted: [404, 'RESOURCE_NOT_EXISTS', '券已被删除'],
  not_used: [400, 'INVALID_REQUEST', '券未被核销'],
  request_no_reused: [400, 'INVALID_REQUEST', '请求单号已被使用，且请求参数与之前不一致'],
} as const

const refusal = (reason: keyof typeof REFUSALS) => {
  const [status, code, message] = REFUSALS[reason]
  return { status, body: { code, message } }
}

describe.for(transports)('giving back over %s', (transport) => {
  test.override('transport', transport)

  test('makes a redeemed coupon usable again, and the query shows it', async ({ merchant, seed }) => {
    const coupon = await seed.coupon()
    await merchant.call(useCoupon, use(coupon, 'USE-1'))

    expect(await merchant.call(returnCoupon, request(coupon))).toEqual(returned())

    const { body } = await merchant.call(queryUserCoupon, {
      openid: coupon.openid,
      coupon_code: coupon.coupon_code,
      appid: APPID,
    })
    expect(body).toMatchObject({
      coupon_state: 'SENDED',
      return_request_no: NUMBER,
      return_time: '2026-11-25T12:00:00+08:00',
    })
    expect(body).not.toHaveProperty('use_request_no')
    expect(body).not.toHaveProperty('use_time')
  })

  test('keeps the link to an order', async ({ merchant, seed, control }) => {
    const coupon = await seed.coupon({ state: 'USED', associate_out_trade_no: 'MCH_1' })

    await merchant.call(returnCoupon, request(coupon))

    expect(await control.coupon(STOCK_ID, coupon.coupon_code)).toMatchObject({
      state: 'SENDED',
      associate_out_trade_no: 'MCH_1',
    })
  })

  test('after its end the coupon is expired, and one that was redeemed stays redeemed until then', async ({
    merchant,
    seed,
    control,
  }) => {
    const coupon = await seed.coupon({ state: 'USED', expire_time: '2026-11-25T13:00:00+08:00' })
    await control.advance('PT1H')
    expect(await control.coupon(STOCK_ID, coupon.coupon_code)).toMatchObject({ state: 'USED' })

    expect(await merchant.call(returnCoupon, request(coupon))).toEqual(returned('2026-11-25T13:00:00+08:00'))
    expect(await control.coupon(STOCK_ID, coupon.coupon_code)).toMatchObject({ state: 'EXPIRED' })
  })

  test('a later redemption takes a new number, and can be given back again', async ({ merchant, seed, control }) => {
    const coupon = await seed.coupon()
    await merchant.call(useCoupon, use(coupon, 'USE-1'))
    await control.advance('PT1M')
    await merchant.call(returnCoupon, request(coupon))
    await control.advance('PT1M')

    // The old number gets its first answer, and redeems nothing.
    expect(await merchant.call(useCoupon, use(coupon, 'USE-1'))).toEqual(redeemed(coupon, '2026-11-25T12:00:00+08:00'))
    expect(await control.coupon(STOCK_ID, coupon.coupon_code)).toMatchObject({ state: 'SENDED' })

    expect(await merchant.call(useCoupon, use(coupon, 'USE-2'))).toEqual(redeemed(coupon, '2026-11-25T12:02:00+08:00'))
    // So does the old number of the return: it gives nothing back.
    expect(await merchant.call(returnCoupon, request(coupon))).toEqual(returned('2026-11-25T12:01:00+08:00'))
    expect(await control.coupon(STOCK_ID, coupon.coupon_code)).toMatchObject({ state: 'USED' })
    expect(await merchant.call(returnCoupon, request(coupon, { return_request_no: 'BACK-2' }))).toEqual(
      returned('2026-11-25T12:02:00+08:00'),
    )
    const { history } = await control.coupon(STOCK_ID, coupon.coupon_code)
    expect(history.map(({ event }) => event)).toEqual(['sent', 'used', 'returned', 'used', 'returned'])
  })

  test('the number of a redemption that came with the world redeems nothing again', async ({
    merchant,
    seed,
    control,
  }) => {
    const coupon = await seed.coupon({
      state: 'USED',
      use_request_no: 'USE-1',
      use_time: '2026-11-24T12:00:00+08:00',
    })
    await merchant.call(returnCoupon, request(coupon))

    expect(await merchant.call(useCoupon, use(coupon, 'USE-1'))).toEqual(redeemed(coupon, '2026-11-24T12:00:00+08:00'))
    expect(await control.coupon(STOCK_ID, coupon.coupon_code)).toMatchObject({ state: 'SENDED' })
  })

  test('the same number of another merchant gives the coupon back once more', async ({
    clientOf,
    others,
    seed,
    control,
  }) => {
    const { partner, owner } = others
    const [first, second] = [await clientOf(partner), await clientOf(owner)]
    await seed.stock({ mchid: partner.mchid, belong_merchant: owner.mchid })
    const coupon = await seed.coupon({ mchid: partner.mchid })
    await first.call(useCoupon, use(coupon, 'USE-1'))
    await first.call(returnCoupon, request(coupon))
    await first.call(useCoupon, use(coupon, 'USE-2'))
    await control.advance('PT1H')

    expect(await second.call(returnCoupon, request(coupon))).toEqual(returned('2026-11-25T13:00:00+08:00'))
    expect(await control.coupon(STOCK_ID, coupon.coupon_code)).toMatchObject({
      state: 'SENDED',
      return_merchant: owner.mchid,
    })
  })

  test('the number of a redemption by another merchant is free for the one that gave the coupon back', async ({
    clientOf,
    others,
    seed,
  }) => {
    const { partner, owner } = others
    const [first, second] = [await clientOf(partner), await clientOf(owner)]
    await seed.stock({ mchid: partner.mchid, belong_merchant: owner.mchid })
    const coupon = await seed.coupon({
      mchid: partner.mchid,
      state: 'USED',
      use_request_no: 'USE-1',
      use_time: '2026-11-24T12:00:00+08:00',
      use_merchant: partner.mchid,
    })
    await second.call(returnCoupon, request(coupon))

    expect(await first.call(useCoupon, use(coupon, 'USE-1'))).toEqual(redeemed(coupon, '2026-11-24T12:00:00+08:00'))
    expect(await second.call(useCoupon, use(coupon, 'USE-1'))).toEqual(redeemed(coupon, '2026-11-25T12:00:00+08:00'))
  })

  test.for(['partner', 'owner', 'sender'] as const)('is open to the %s', async (role, { clientOf, others, seed }) => {
    const { partner, owner, sender } = others
    const client = await clientOf(others[role])
    await seed.stock({ mchid: partner.mchid, belong_merchant: owner.mchid })
    const coupon = await seed.coupon({ mchid: partner.mchid, send_merchant: sender.mchid, state: 'USED' })

    expect(await client.call(returnCoupon, request(coupon))).toEqual(returned())
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
    const coupon = await seed.coupon({ mchid: partner.mchid, send_merchant: sender.mchid, state: 'USED' })

    expect(await (await clientOf(sender)).call(returnCoupon, request(coupon))).toEqual(refusal('not_permitted'))
    expect(await (await clientOf(owner)).call(returnCoupon, request(coupon))).toEqual(returned())
  })

  test.for([
    ['SENDED', 'not_used'],
    ['EXPIRED', 'not_used'],
    ['DEACTIVATED', 'not_used'],
    ['DELETED', 'deleted'],
  ] as const)('of a coupon that is %s is refused', async ([state, reason], { merchant, seed, control }) => {
    const coupon = await seed.coupon({ state })
    const before = await control.world()

    expect(await merchant.call(returnCoupon, request(coupon))).toEqual(refusal(reason))
    expect(await control.world()).toEqual(before)
  })

  test('of an unknown coupon, one in another batch, or one of others is refused', async ({ merchant, seed }) => {
    const coupon = await seed.coupon({ state: 'USED' })
    const foreign = await seed.coupon({ state: 'USED', mchid: '1900000777', stock_id: '100089' })

    expect(await merchant.call(returnCoupon, request(coupon, { coupon_code: 'NONE' }))).toEqual(refusal('not_found'))
    expect(await merchant.call(returnCoupon, request(coupon, { stock_id: '100089' }))).toEqual(refusal('not_found'))
    expect(await merchant.call(returnCoupon, request(foreign))).toEqual(refusal('not_permitted'))
  })

  test('repeated it answers the first time, also what came with the world', async ({ merchant, seed, control }) => {
    const coupon = await seed.coupon({ state: 'USED' })
    await merchant.call(returnCoupon, request(coupon))
    const old = await seed.coupon({ return_request_no: 'BACK-0', return_time: '2026-11-20T12:00:00+08:00' })
    await control.advance('PT1H')

    expect(await merchant.call(returnCoupon, request(coupon))).toEqual(returned())
    expect(await merchant.call(returnCoupon, request(old, { return_request_no: 'BACK-0' }))).toEqual(
      returned('2026-11-20T12:00:00+08:00'),
    )
  })

  test('a number counts for one coupon, and a refused one may be used again', async ({ merchant, seed, control }) => {
    const [one, other] = [await seed.coupon({ state: 'USED' }), await seed.coupon()]

    expect(await merchant.call(returnCoupon, request(other))).toEqual(refusal('not_used'))
    expect(await merchant.call(returnCoupon, request(one))).toEqual(returned())
    await control.patchCoupon(STOCK_ID, other.coupon_code, { state: 'USED' })
    expect(await merchant.call(returnCoupon, request(other))).toEqual(refusal('request_no_reused'))
  })
})
