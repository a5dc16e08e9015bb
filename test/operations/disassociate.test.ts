import { describe, expect } from 'vitest'
import type { CompletedCoupon } from '../../src/products/merchant-coupon/coupons.ts'
import { associateTradeInfo, disassociateTradeInfo, queryUserCoupon } from '../../src/products/operations.ts'
import { STOCK_ID, test, transports } from '../helpers/world.ts'

const ORDER = 'MCH_102233445'
const NUMBER = '1002600620019090123143254435'
const REMOVED_AT_NOON = { status: 200, body: { wechatpay_disassociate_time: '2026-11-25T12:00:00+08:00' } }

const request = (
  { stock_id, coupon_code }: Pick<CompletedCoupon, 'stock_id' | 'coupon_code'>,
  changes: Record<string, unknown> = {},
) => ({ stock_id, coupon_code, out_trade_no: ORDER, out_request_no: NUMBER, ...changes })

/** busifavor.md 6 */
const REFUSALS = {
  not_found: [400, 'INVALID_REQUEST', '券不存在'],
  not_usable: [400, 'INVALID_REQUEST', '券状态非可用态'],
  not_linked: [400, 'INVALID_REQUEST', '券未关联该订单'],
  not_permitted: [403, 'NO_AUTH', '商户无权限操作该券'],
  request_no_reused: [400, 'INVALID_REQUEST', '请求单号已被使用，且请求参数与之前不一致'],
} as const

const refusal = (reason: keyof typeof REFUSALS) => {
  const [status, code, message] = REFUSALS[reason]
  return { status, body: { code, message } }
}

describe.for(transports)('disassociating over %s', (transport) => {
  test.override('transport', transport)

  test('a link that associate made is removed', async ({ merchant, seed }) => {
    const coupon = await seed.coupon()
    await merchant.call(associateTradeInfo, request(coupon))

    expect(await merchant.call(disassociateTradeInfo, request(coupon))).toEqual(REMOVED_AT_NOON)
  })

  test('the query shows no order any more, and the state stays', async ({ merchant, seed }) => {
    const coupon = await seed.coupon({ associate_out_trade_no: ORDER })
    const query = { openid: coupon.openid, coupon_code: coupon.coupon_code, appid: 'wx233544546545989' }
    expect(await merchant.call(queryUserCoupon, query)).toMatchObject({ body: { associate_out_trade_no: ORDER } })

    await merchant.call(disassociateTradeInfo, request(coupon))

    const { body } = await merchant.call(queryUserCoupon, query)
    expect(body).toMatchObject({ coupon_state: 'SENDED' })
    expect(body).not.toHaveProperty('associate_out_trade_no')
  })

  test('the coupon remembers it', async ({ merchant, seed, control }) => {
    const coupon = await seed.coupon({ associate_out_trade_no: ORDER })

    await merchant.call(disassociateTradeInfo, request(coupon))

    const { history } = await control.coupon(STOCK_ID, coupon.coupon_code)
    expect(history?.at(-1)).toEqual({
      event: 'disassociated',
      time: '2026-11-25T12:00:00+08:00',
      request_no: NUMBER,
      out_trade_no: ORDER,
    })
  })

  describe('with --orders known', () => {
    test.override('options', { orders: 'known' })

    test('the order need not exist', async ({ merchant, seed }) => {
      const coupon = await seed.coupon({ associate_out_trade_no: ORDER })

      expect(await merchant.call(disassociateTradeInfo, request(coupon))).toEqual(REMOVED_AT_NOON)
    })
  })

  test('a coupon that is not usable yet', async ({ merchant, seed }) => {
    const coupon = await seed.coupon({
      associate_out_trade_no: ORDER,
      available_start_time: '2026-11-25T12:00:01+08:00',
    })

    expect(await merchant.call(disassociateTradeInfo, request(coupon))).toEqual(REMOVED_AT_NOON)
  })

  describe('refuses', () => {
    test.for(['USED', 'EXPIRED', 'DEACTIVATED', 'DELETED'] as const)(
      'a coupon that is %s',
      async (state, { merchant, seed }) => {
        const coupon = await seed.coupon({ state, associate_out_trade_no: ORDER })

        expect(await merchant.call(disassociateTradeInfo, request(coupon))).toEqual(refusal('not_usable'))
      },
    )

    test('a coupon that is not linked', async ({ merchant, seed }) => {
      const coupon = await seed.coupon()

      expect(await merchant.call(disassociateTradeInfo, request(coupon))).toEqual(refusal('not_linked'))
    })

    test('an order that is not the linked one', async ({ merchant, seed, control }) => {
      const coupon = await seed.coupon({ associate_out_trade_no: 'MCH_OTHER' })

      expect(await merchant.call(disassociateTradeInfo, request(coupon))).toEqual(refusal('not_linked'))
      expect(await control.coupon(STOCK_ID, coupon.coupon_code)).toMatchObject({ associate_out_trade_no: 'MCH_OTHER' })
    })

    test.for([
      ['code', { coupon_code: 'NONE' }],
      ['batch', { stock_id: '999999' }],
    ] as const)('an unknown %s', async ([, changes], { merchant, seed }) => {
      const coupon = await seed.coupon({ associate_out_trade_no: ORDER })

      expect(await merchant.call(disassociateTradeInfo, request(coupon, changes))).toEqual(refusal('not_found'))
    })

    test("another merchant's coupon", async ({ merchant, others, seed }) => {
      const coupon = await seed.coupon({ mchid: others.partner.mchid, associate_out_trade_no: ORDER })

      expect(await merchant.call(disassociateTradeInfo, request(coupon))).toEqual(refusal('not_permitted'))
    })

    test('one that the caller only handed out, if the setting says so (corrections 11)', async ({
      clientOf,
      others,
      seed,
      control,
    }) => {
      const { partner, sender } = others
      const client = await clientOf(sender)
      await seed.stock({ mchid: partner.mchid })
      const coupon = await seed.coupon({
        mchid: partner.mchid,
        send_merchant: sender.mchid,
        associate_out_trade_no: ORDER,
      })

      await control.changeSettings({ coupon_sender: 'look' })
      expect(await client.call(disassociateTradeInfo, request(coupon))).toEqual(refusal('not_permitted'))
      await control.changeSettings({ coupon_sender: 'change' })
      expect(await client.call(disassociateTradeInfo, request(coupon))).toEqual(REMOVED_AT_NOON)
    })

    test('a second removal under a new number', async ({ merchant, seed }) => {
      const coupon = await seed.coupon({ associate_out_trade_no: ORDER })
      await merchant.call(disassociateTradeInfo, request(coupon))

      const answer = await merchant.call(disassociateTradeInfo, request(coupon, { out_request_no: 'R-2' }))

      expect(answer).toEqual(refusal('not_linked'))
    })

    test('a number that was used before with another order', async ({ merchant, seed }) => {
      const coupon = await seed.coupon({ associate_out_trade_no: ORDER })
      await merchant.call(disassociateTradeInfo, request(coupon))

      const answer = await merchant.call(disassociateTradeInfo, request(coupon, { out_trade_no: 'MCH_OTHER' }))

      expect(answer).toEqual(refusal('request_no_reused'))
    })

    test('and changes nothing', async ({ merchant, seed, control }) => {
      const coupon = await seed.coupon({ associate_out_trade_no: 'MCH_OTHER' })
      const before = await control.world()

      await merchant.call(disassociateTradeInfo, request(coupon))

      expect(await control.world()).toEqual(before)
    })
  })

  describe('repeated', () => {
    test('with the same number it answers the first time', async ({ merchant, seed, control }) => {
      const coupon = await seed.coupon({ associate_out_trade_no: ORDER })
      await merchant.call(disassociateTradeInfo, request(coupon))
      await control.advance('PT1H')

      expect(await merchant.call(disassociateTradeInfo, request(coupon))).toEqual(REMOVED_AT_NOON)
    })

    test('after a new link it answers the first time, and the new link stays', async ({ merchant, seed, control }) => {
      const coupon = await seed.coupon({ associate_out_trade_no: ORDER })
      await merchant.call(disassociateTradeInfo, request(coupon))
      await merchant.call(associateTradeInfo, request(coupon))

      expect(await merchant.call(disassociateTradeInfo, request(coupon))).toEqual(REMOVED_AT_NOON)
      expect(await control.coupon(STOCK_ID, coupon.coupon_code)).toMatchObject({ associate_out_trade_no: ORDER })
    })

    test('a refused number may be used again', async ({ merchant, seed }) => {
      const coupon = await seed.coupon({ associate_out_trade_no: ORDER })
      await merchant.call(disassociateTradeInfo, request(coupon, { out_trade_no: 'MCH_OTHER' }))

      expect(await merchant.call(disassociateTradeInfo, request(coupon))).toEqual(REMOVED_AT_NOON)
    })
  })
})
