import { describe, expect } from 'vitest'
import type { CompletedCoupon } from '../../src/products/merchant-coupon/coupons.ts'
import { queryUserCoupon, useCoupon } from '../../src/products/operations.ts'
import { STOCK_ID, test, transports } from '../helpers/world.ts'

const NUMBER = '1002600620019090123143254435'
const APPID = 'wx1234567889999'

const request = ({ stock_id, coupon_code }: CompletedCoupon, changes: Record<string, unknown> = {}) => ({
  coupon_code,
  stock_id,
  appid: APPID,
  use_time: '2026-11-25T12:00:00+08:00',
  use_request_no: NUMBER,
  ...changes,
})

const redeemed = ({ stock_id, openid }: CompletedCoupon, at = '2026-11-25T12:00:00+08:00') => ({
  status: 200,
  body: { stock_id, openid, wechatpay_use_time: at },
})

/** busifavor.md 1.2, 2.2 and 4.1 */
const REFUSALS = {
  not_found: [404, 'RESOURCE_NOT_EXISTS', '查询的资源不存在'],
  not_permitted: [403, 'NO_AUTH', '商户无权限操作该券'],
  stock_id_needed: [400, 'PARAM_ERROR', '请求参数错误'],
  appid_unbound: [400, 'APPID_MCHID_NOT_MATCH', 'appid与请求方商户无关联关系'],
  held_by_another_user: [404, 'USER_NOT_EXISTS', 'openid不正确'],
  already_used: [400, 'RESOURCE_ALREADY_EXISTS', '券已被其他订单核销'],
  outside_its_time: [403, 'RULELIMIT', '券不在有效期'],
  deactivated: [400, 'INVALID_REQUEST', '券状态非可用态'],
  deleted: [404, 'RESOURCE_NOT_EXISTS', '券已被删除'],
  request_no_reused: [400, 'INVALID_REQUEST', '请求单号已被使用，且请求参数与之前不一致'],
} as const

const refusal = (reason: keyof typeof REFUSALS) => {
  const [status, code, message] = REFUSALS[reason]
  return { status, body: { code, message } }
}

describe.for(transports)('redeeming over %s', (transport) => {
  test.override('transport', transport)

  describe('is done', () => {
    test('for a coupon that is sent, inside its time', async ({ merchant, seed }) => {
      const coupon = await seed.coupon()

      expect(await merchant.call(useCoupon, request(coupon))).toEqual(redeemed(coupon))
    })

    test('without a batch when WeChat Pay made the codes', async ({ merchant, seed }) => {
      await seed.stock({ coupon_code_mode: 'WECHATPAY_MODE' })
      const coupon = await seed.coupon()

      expect(await merchant.call(useCoupon, request(coupon, { stock_id: undefined }))).toEqual(redeemed(coupon))
    })

    test('for the coupon received last when the code is in several batches', async ({ merchant, seed }) => {
      const older = { coupon_code: 'SAME', receive_time: '2026-11-20T12:00:00+08:00' }
      const newer = { coupon_code: 'SAME', receive_time: '2026-11-21T12:00:00+08:00' }
      await seed.coupon({ ...older, stock_id: '100087' })
      const coupon = await seed.coupon({ ...newer, stock_id: '100088' })
      await seed.coupon({ ...older, stock_id: '100089' })

      expect(await merchant.call(useCoupon, request(coupon, { stock_id: undefined }))).toEqual(redeemed(coupon))
    })

    test('at the server time, whatever use_time says', async ({ merchant, seed }) => {
      const coupon = await seed.coupon()

      const answer = await merchant.call(useCoupon, request(coupon, { use_time: '2001-01-01T00:00:00Z' }))

      expect(answer).toEqual(redeemed(coupon))
    })

    test.for(['UNAUDIT', 'PAUSED', 'STOPED'] as const)('when the batch is %s', async (state, { merchant, seed }) => {
      await seed.stock({ state })
      const coupon = await seed.coupon()

      expect(await merchant.call(useCoupon, request(coupon))).toEqual(redeemed(coupon))
    })

    test('with the openid of the holder', async ({ merchant, seed }) => {
      const coupon = await seed.coupon()

      expect(await merchant.call(useCoupon, request(coupon, { openid: coupon.openid }))).toEqual(redeemed(coupon))
    })

    test('with the members that the newest page adds', async ({ merchant, seed }) => {
      const coupon = await seed.coupon()
      const more = { out_trade_no: 'MCH_1', mch_id: '1900000001', transaction_id: '4200001234202611250000000001' }

      expect(await merchant.call(useCoupon, request(coupon, more))).toEqual(redeemed(coupon))
    })

    test.for(['partner', 'owner'] as const)('for the %s', async (role, { clientOf, others, seed }) => {
      const { partner, owner, sender } = others
      const client = await clientOf(others[role])
      await seed.stock({ mchid: partner.mchid, belong_merchant: owner.mchid })
      const coupon = await seed.coupon({ mchid: partner.mchid, send_merchant: sender.mchid })

      expect(await client.call(useCoupon, request(coupon))).toEqual(redeemed(coupon))
    })

    test('and the query shows it', async ({ merchant, seed }) => {
      const coupon = await seed.coupon()

      await merchant.call(useCoupon, request(coupon))

      const query = { openid: coupon.openid, coupon_code: coupon.coupon_code, appid: APPID }
      expect(await merchant.call(queryUserCoupon, query)).toMatchObject({
        body: { coupon_state: 'USED', use_request_no: NUMBER, use_time: '2026-11-25T12:00:00+08:00' },
      })
    })
  })

  describe('is refused (busifavor.md 2.2)', () => {
    test.for([
      ['USED', 'already_used'],
      ['EXPIRED', 'outside_its_time'],
      ['DEACTIVATED', 'deactivated'],
      ['DELETED', 'deleted'],
    ] as const)('for a coupon that is %s', async ([state, reason], { merchant, seed }) => {
      const coupon = await seed.coupon({ state })

      expect(await merchant.call(useCoupon, request(coupon))).toEqual(refusal(reason))
    })

    test('before the coupon is usable', async ({ merchant, seed, control }) => {
      const coupon = await seed.coupon({ available_start_time: '2026-11-25T12:00:01+08:00' })

      expect(await merchant.call(useCoupon, request(coupon))).toEqual(refusal('outside_its_time'))
      await control.advance(1)
      expect(await merchant.call(useCoupon, request(coupon))).toEqual(redeemed(coupon, '2026-11-25T12:00:01+08:00'))
    })

    test('from the instant on at which it expires', async ({ merchant, seed, control }) => {
      const coupon = await seed.coupon({ expire_time: '2026-11-25T12:00:01+08:00' })
      await control.advance(1)

      expect(await merchant.call(useCoupon, request(coupon))).toEqual(refusal('outside_its_time'))
    })

    test('outside the weekly windows of the batch', async ({ merchant, seed, control }) => {
      // 25 November 2026 is a Wednesday; the window is Thursdays, nine to ten in the morning.
      const available_week = { week_day: [4], available_day_time: [{ begin_time: 32_400, end_time: 36_000 }] }
      await seed.stock({ coupon_use_rule: { coupon_available_time: { available_week } } })
      const coupon = await seed.coupon()

      expect(await merchant.call(useCoupon, request(coupon))).toEqual(refusal('outside_its_time'))
      await control.setClock({ now: '2026-11-26T09:00:00+08:00' })
      expect(await merchant.call(useCoupon, request(coupon))).toEqual(redeemed(coupon, '2026-11-26T09:00:00+08:00'))
    })

    test('for an unknown code', async ({ merchant, seed }) => {
      const coupon = await seed.coupon()

      expect(await merchant.call(useCoupon, request(coupon, { coupon_code: 'NONE' }))).toEqual(refusal('not_found'))
    })

    test("for another merchant's coupon", async ({ merchant, others, seed }) => {
      const coupon = await seed.coupon({ mchid: others.partner.mchid })

      expect(await merchant.call(useCoupon, request(coupon))).toEqual(refusal('not_permitted'))
    })

    test('for a merchant that only handed it out (corrections 11)', async ({ clientOf, others, seed, control }) => {
      const { partner, owner, sender } = others
      const client = await clientOf(sender)
      await seed.stock({ mchid: partner.mchid, belong_merchant: owner.mchid })
      const coupon = await seed.coupon({ mchid: partner.mchid, send_merchant: sender.mchid })

      for (const stock_id of [STOCK_ID, undefined]) {
        expect(await client.call(useCoupon, request(coupon, { stock_id }))).toEqual(refusal('not_permitted'))
      }
      expect((await control.journal()).at(-1)?.remarks.at(-1)?.text).toContain('and having handed it out is not enough')
      const query = { openid: coupon.openid, coupon_code: coupon.coupon_code, appid: APPID }
      expect(await client.call(queryUserCoupon, query)).toMatchObject({ status: 200 })
    })

    test.for(['MERCHANT_API', 'MERCHANT_UPLOAD'] as const)(
      'without a batch when the merchant brings the codes: %s',
      async (coupon_code_mode, { merchant, seed }) => {
        await seed.stock({ coupon_code_mode })
        const coupon = await seed.coupon()

        expect(await merchant.call(useCoupon, request(coupon, { stock_id: undefined }))).toEqual(
          refusal('stock_id_needed'),
        )
      },
    )

    test("with another user's openid", async ({ merchant, seed }) => {
      const coupon = await seed.coupon()

      expect(await merchant.call(useCoupon, request(coupon, { openid: 'oOther' }))).toEqual(
        refusal('held_by_another_user'),
      )
    })

    test('with an appid that neither the caller nor the owner has', async ({ clientOf, others, seed }) => {
      const bound = { ...others.partner, appids: ['wxpartner'] }
      const client = await clientOf(bound)
      await clientOf({ ...others.owner, appids: ['wxowner'] })
      await seed.stock({ mchid: bound.mchid, belong_merchant: others.owner.mchid })
      const coupon = await seed.coupon({ mchid: bound.mchid })

      expect(await client.call(useCoupon, request(coupon))).toEqual(refusal('appid_unbound'))
      expect(await client.call(useCoupon, request(coupon, { appid: 'wxowner' }))).toEqual(redeemed(coupon))
    })

    test("with the holder's openid when that is known to belong to another appid", async ({
      merchant,
      seed,
      control,
    }) => {
      const coupon = await seed.coupon()
      await control.addUser({ openid: coupon.openid, appid: 'wxother' })
      const { openid } = coupon

      expect(await merchant.call(useCoupon, request(coupon, { openid }))).toEqual(refusal('held_by_another_user'))
      expect(await merchant.call(useCoupon, request(coupon, { openid, appid: 'wxother' }))).toEqual(redeemed(coupon))
    })

    test('with a number that redeemed another coupon', async ({ merchant, seed }) => {
      const [one, other] = [await seed.coupon(), await seed.coupon()]
      await merchant.call(useCoupon, request(one))

      expect(await merchant.call(useCoupon, request(other))).toEqual(refusal('request_no_reused'))
    })

    test('with a second number', async ({ merchant, seed }) => {
      const coupon = await seed.coupon()
      await merchant.call(useCoupon, request(coupon))

      expect(await merchant.call(useCoupon, request(coupon, { use_request_no: 'USE-2' }))).toEqual(
        refusal('already_used'),
      )
    })

    test('without use_time', async ({ merchant, seed }) => {
      const coupon = await seed.coupon()

      expect(await merchant.call(useCoupon, request(coupon, { use_time: undefined }))).toEqual({
        status: 400,
        body: {
          code: 'PARAM_ERROR',
          detail: { location: 'body', value: '' },
          message: '输入源“/body/use_time”映射到字段“请求核销时间”必填性规则校验失败，此字段为必填项',
        },
      })
    })

    test('and changes nothing', async ({ merchant, seed, control }) => {
      const coupon = await seed.coupon({ state: 'EXPIRED' })
      const before = await control.world()

      await merchant.call(useCoupon, request(coupon))

      expect(await control.world()).toEqual(before)
    })
  })

  describe('repeated', () => {
    test('with the same number it answers the first time', async ({ merchant, seed, control }) => {
      const coupon = await seed.coupon()
      await merchant.call(useCoupon, request(coupon))
      await control.advance('PT1H')

      expect(await merchant.call(useCoupon, request(coupon))).toEqual(redeemed(coupon))
    })

    test('a number that came with the world counts', async ({ merchant, seed }) => {
      const coupon = await seed.coupon({
        state: 'USED',
        use_request_no: NUMBER,
        use_time: '2015-05-20T13:29:35+08:00',
      })

      expect(await merchant.call(useCoupon, request(coupon))).toEqual(redeemed(coupon, '2015-05-20T13:29:35+08:00'))
    })

    test('by another merchant it is no repeat', async ({ clientOf, others, seed, control }) => {
      const { partner, owner } = others
      const [first, second] = [await clientOf(partner), await clientOf(owner)]
      await seed.stock({ mchid: partner.mchid, belong_merchant: owner.mchid })
      const coupon = await seed.coupon({ mchid: partner.mchid })
      await first.call(useCoupon, request(coupon))
      const before = await control.world()

      expect(await second.call(useCoupon, request(coupon))).toEqual(refusal('already_used'))
      expect(await control.world()).toEqual(before)
      expect(await first.call(useCoupon, request(coupon))).toEqual(redeemed(coupon))
    })

    test('who redeemed a coupon may come with the world', async ({ clientOf, others, seed, control }) => {
      const { partner, owner } = others
      const [first, second] = [await clientOf(partner), await clientOf(owner)]
      await seed.stock({ mchid: partner.mchid, belong_merchant: owner.mchid })
      const coupon = await seed.coupon({
        mchid: partner.mchid,
        state: 'USED',
        use_request_no: NUMBER,
        use_time: '2015-05-20T13:29:35+08:00',
        use_merchant: owner.mchid,
      })

      expect(coupon.use_merchant).toBe(owner.mchid)
      expect((await control.coupon(STOCK_ID, coupon.coupon_code)).use_merchant).toBe(owner.mchid)
      expect(await first.call(useCoupon, request(coupon))).toEqual(refusal('already_used'))
      expect(await second.call(useCoupon, request(coupon))).toEqual(redeemed(coupon, '2015-05-20T13:29:35+08:00'))
    })

    test('a refused number may be used again', async ({ merchant, seed, control }) => {
      const coupon = await seed.coupon({ state: 'DEACTIVATED' })
      await merchant.call(useCoupon, request(coupon))
      await control.patchCoupon(STOCK_ID, coupon.coupon_code, { state: 'SENDED' })

      expect(await merchant.call(useCoupon, request(coupon))).toEqual(redeemed(coupon))
    })
  })
})
