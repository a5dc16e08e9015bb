import { describe, expect } from 'vitest'
import type { CompletedCoupon } from '../../src/products/merchant-coupon/coupons.ts'
import { associateTradeInfo, disassociateTradeInfo, queryUserCoupon, useCoupon } from '../../src/products/operations.ts'
import { STOCK_ID, test, transports } from '../helpers/world.ts'

const ORDER = 'MCH_102233445'
const NUMBER = '1002600620019090123143254435'
const LINKED_AT_NOON = { status: 200, body: { wechatpay_associate_time: '2026-11-25T12:00:00+08:00' } }

type Named = Pick<CompletedCoupon, 'stock_id' | 'coupon_code'>

/** The documented example request, for a coupon. */
const request = ({ stock_id, coupon_code }: Named, changes: Record<string, unknown> = {}) => ({
  stock_id,
  coupon_code,
  out_trade_no: ORDER,
  out_request_no: NUMBER,
  ...changes,
})

const query = ({ openid, coupon_code }: CompletedCoupon) => ({ openid, coupon_code, appid: 'wx233544546545989' })

/** busifavor.md 5.2 */
const REFUSALS = {
  not_found: [400, 'INVALID_REQUEST', '券不存在'],
  not_usable: [400, 'INVALID_REQUEST', '券状态非可用态'],
  order_unknown: [404, 'RESOURCE_NOT_EXISTS', '查询记录为空'],
  linked_to_other_order: [400, 'INVALID_REQUEST', '券已关联其他订单'],
  not_permitted: [403, 'NO_AUTH', '商户无权限操作该券'],
  request_no_reused: [400, 'INVALID_REQUEST', '请求单号已被使用，且请求参数与之前不一致'],
} as const

const refusal = (reason: keyof typeof REFUSALS) => {
  const [status, code, message] = REFUSALS[reason]
  return { status, body: { code, message } }
}

describe.for(transports)('associating over %s', (transport) => {
  test.override('transport', transport)

  describe('what is linked (busifavor.md 5.3)', () => {
    test('a coupon that is sent and not linked, to an order that exists', async ({ merchant, seed }) => {
      const coupon = await seed.coupon()
      await seed.order({ out_trade_no: ORDER })

      expect(await merchant.call(associateTradeInfo, request(coupon))).toEqual(LINKED_AT_NOON)
    })

    test('a coupon that is not usable yet', async ({ merchant, seed }) => {
      const coupon = await seed.coupon({ available_start_time: '2026-11-25T12:00:01+08:00' })

      expect(await merchant.call(associateTradeInfo, request(coupon))).toEqual(LINKED_AT_NOON)
    })

    test('a coupon in the last second of its time', async ({ merchant, seed }) => {
      const coupon = await seed.coupon({ expire_time: '2026-11-25T12:00:01+08:00' })

      expect(await merchant.call(associateTradeInfo, request(coupon))).toEqual(LINKED_AT_NOON)
    })

    test.for(['UNAUDIT', 'RUNNING', 'PAUSED', 'STOPED'] as const)(
      'a coupon of a batch that is %s',
      async (state, { merchant, seed }) => {
        await seed.stock({ state })
        const coupon = await seed.coupon()

        expect(await merchant.call(associateTradeInfo, request(coupon))).toEqual(LINKED_AT_NOON)
      },
    )

    test.for(['NOTPAY', 'SUCCESS', 'REFUND', 'CLOSED'] as const)(
      'an order that is %s',
      async (state, { merchant, seed }) => {
        const coupon = await seed.coupon()
        await seed.order({ out_trade_no: ORDER, state })

        expect(await merchant.call(associateTradeInfo, request(coupon))).toEqual(LINKED_AT_NOON)
      },
    )

    test('a second coupon to the same order', async ({ merchant, seed }) => {
      const [one, other] = [await seed.coupon(), await seed.coupon()]

      await merchant.call(associateTradeInfo, request(one))

      expect(await merchant.call(associateTradeInfo, request(other, { out_request_no: 'R-2' }))).toEqual(LINKED_AT_NOON)
    })

    test('a coupon that was given back after it was redeemed', async ({ merchant, seed }) => {
      const coupon = await seed.coupon({ state: 'SENDED', return_request_no: 'RETURN-1' })

      expect(await merchant.call(associateTradeInfo, request(coupon))).toEqual(LINKED_AT_NOON)
    })

    test('a coupon whose link was removed, to another order', async ({ merchant, seed }) => {
      const coupon = await seed.coupon({ associate_out_trade_no: 'MCH_OLD' })
      await merchant.call(disassociateTradeInfo, request(coupon, { out_trade_no: 'MCH_OLD' }))

      expect(await merchant.call(associateTradeInfo, request(coupon))).toEqual(LINKED_AT_NOON)
    })
  })

  describe('what is refused (busifavor.md 5.3)', () => {
    test.for(['USED', 'EXPIRED', 'DEACTIVATED', 'DELETED'] as const)(
      'a coupon that is %s',
      async (state, { merchant, seed }) => {
        const coupon = await seed.coupon({ state })

        expect(await merchant.call(associateTradeInfo, request(coupon))).toEqual(refusal('not_usable'))
      },
    )

    test('a coupon from the instant on at which it expires', async ({ merchant, seed, control }) => {
      const coupon = await seed.coupon({ expire_time: '2026-11-25T12:00:01+08:00' })
      await control.advance(1)

      expect(await merchant.call(associateTradeInfo, request(coupon))).toEqual(refusal('not_usable'))
    })

    test.for([
      ['a code that does not exist', { coupon_code: 'NONE' }],
      ['a code in another case', { coupon_code: 'Code-1' }],
      ['a batch that does not exist', { stock_id: '999999' }],
      ['a batch that does not have the code', { stock_id: '100089' }],
    ] as const)('%s', async ([, changes], { merchant, seed }) => {
      const coupon = await seed.coupon({ coupon_code: 'CODE-1' })
      await seed.coupon({ stock_id: '100089', coupon_code: 'CODE-2' })

      expect(await merchant.call(associateTradeInfo, request(coupon, changes))).toEqual(refusal('not_found'))
    })

    test('a coupon that is linked to another order', async ({ merchant, seed }) => {
      const coupon = await seed.coupon({ associate_out_trade_no: 'MCH_OTHER' })

      expect(await merchant.call(associateTradeInfo, request(coupon))).toEqual(refusal('linked_to_other_order'))
    })

    test('an order number that differs from the linked one in case only', async ({ merchant, seed }) => {
      const coupon = await seed.coupon({ associate_out_trade_no: ORDER.toLowerCase() })

      expect(await merchant.call(associateTradeInfo, request(coupon))).toEqual(refusal('linked_to_other_order'))
    })

    test.for([
      ['another order', { out_trade_no: 'MCH_OTHER' }],
      ['another coupon', { coupon_code: 'CODE-2' }],
      ['another batch', { stock_id: '100089' }],
    ] as const)('a request number that was used before, with %s', async ([, changes], { merchant, seed }) => {
      const coupon = await seed.coupon({ coupon_code: 'CODE-1' })
      await seed.coupon({ coupon_code: 'CODE-2' })
      await seed.coupon({ stock_id: '100089', coupon_code: 'CODE-1' })
      await merchant.call(associateTradeInfo, request(coupon))

      const answer = await merchant.call(associateTradeInfo, request(coupon, changes))

      expect(answer).toEqual(refusal('request_no_reused'))
    })
  })

  describe('with --orders known', () => {
    test.override('options', { orders: 'known' })

    test('an order of the caller is linked', async ({ merchant, seed }) => {
      const coupon = await seed.coupon()
      await seed.order({ out_trade_no: ORDER })

      expect(await merchant.call(associateTradeInfo, request(coupon))).toEqual(LINKED_AT_NOON)
    })

    test('an order that does not exist is refused', async ({ merchant, seed }) => {
      const coupon = await seed.coupon()

      expect(await merchant.call(associateTradeInfo, request(coupon))).toEqual(refusal('order_unknown'))
    })

    test('the transaction id is no order number', async ({ merchant, seed }) => {
      const coupon = await seed.coupon()
      const order = await seed.order({ out_trade_no: ORDER, transaction_id: '4200001234202611250000000001' })

      const answer = await merchant.call(associateTradeInfo, request(coupon, { out_trade_no: order.transaction_id }))

      expect(answer).toEqual(refusal('order_unknown'))
    })

    test("a partner cannot link its sub-merchant's order", async ({ clientOf, others, seed }) => {
      const { partner, owner } = others
      const client = await clientOf(partner)
      await seed.stock({ mchid: partner.mchid, belong_merchant: owner.mchid })
      const coupon = await seed.coupon({ mchid: partner.mchid })
      await seed.order({ mchid: owner.mchid, out_trade_no: ORDER })

      expect(await client.call(associateTradeInfo, request(coupon))).toEqual(refusal('order_unknown'))
    })
  })

  describe('who may (busifavor.md 5.3)', () => {
    test.for(['partner', 'owner', 'sender'] as const)(
      'the %s of the coupon',
      async (role, { clientOf, others, seed }) => {
        const { partner, owner, sender } = others
        const client = await clientOf(others[role])
        await seed.stock({ mchid: partner.mchid, belong_merchant: owner.mchid })
        const coupon = await seed.coupon({ mchid: partner.mchid, send_merchant: sender.mchid })

        expect(await client.call(associateTradeInfo, request(coupon))).toEqual(LINKED_AT_NOON)
      },
    )

    test('not who only handed it out, if the setting says so (corrections 11)', async ({
      clientOf,
      others,
      seed,
      control,
    }) => {
      const { partner, owner, sender } = others
      await control.changeSettings({ coupon_sender: 'look' })
      await seed.stock({ mchid: partner.mchid, belong_merchant: owner.mchid })
      const coupon = await seed.coupon({ mchid: partner.mchid, send_merchant: sender.mchid })

      const client = await clientOf(sender)
      expect(await client.call(associateTradeInfo, request(coupon))).toEqual(refusal('not_permitted'))
      expect(await client.call(queryUserCoupon, query(coupon))).toMatchObject({ status: 200 })
      expect(await (await clientOf(owner)).call(associateTradeInfo, request(coupon))).toEqual(LINKED_AT_NOON)
    })

    test('nobody else', async ({ merchant, others, seed }) => {
      const { partner, owner, sender } = others
      await seed.stock({ mchid: partner.mchid, belong_merchant: owner.mchid })
      const coupon = await seed.coupon({ mchid: partner.mchid, send_merchant: sender.mchid })

      expect(await merchant.call(associateTradeInfo, request(coupon))).toEqual(refusal('not_permitted'))
    })

    test('who sent one coupon of a batch has no right over another', async ({ clientOf, others, seed }) => {
      const { partner, sender } = others
      const client = await clientOf(sender)
      await seed.stock({ mchid: partner.mchid })
      await seed.coupon({ mchid: partner.mchid, send_merchant: sender.mchid, coupon_code: 'SENT' })
      const coupon = await seed.coupon({ mchid: partner.mchid, coupon_code: 'NOT_SENT' })

      expect(await client.call(associateTradeInfo, request(coupon))).toEqual(refusal('not_permitted'))
    })

    test("the caller's own batch comes before another merchant's with the same id", async ({
      merchant,
      others,
      seed,
      control,
    }) => {
      const { partner } = others
      const foreign = await seed.coupon({ mchid: partner.mchid, coupon_code: 'SAME' })
      const own = await seed.coupon({ coupon_code: 'SAME' })

      await merchant.call(associateTradeInfo, request(own))

      expect(await control.coupon(STOCK_ID, 'SAME', own)).toMatchObject({ associate_out_trade_no: ORDER })
      expect(await control.coupon(STOCK_ID, 'SAME', foreign)).not.toHaveProperty('associate_out_trade_no')
    })

    test('a request number counts for each merchant by itself', async ({ merchant, clientOf, others, seed }) => {
      const client = await clientOf(others.partner)
      const own = await seed.coupon()
      const foreign = await seed.coupon({ mchid: others.partner.mchid })
      await merchant.call(associateTradeInfo, request(own))

      expect(await client.call(associateTradeInfo, request(foreign))).toEqual(LINKED_AT_NOON)
    })
  })

  describe('what a repeat is answered with (busifavor.md 5.3 and 5.4)', () => {
    test('the same number and order: the first time', async ({ merchant, seed, control }) => {
      const coupon = await seed.coupon()
      await merchant.call(associateTradeInfo, request(coupon))
      await control.advance('PT1H')

      expect(await merchant.call(associateTradeInfo, request(coupon))).toEqual(LINKED_AT_NOON)
    })

    test('a new number for the same order: the first time', async ({ merchant, seed, control }) => {
      const coupon = await seed.coupon()
      await merchant.call(associateTradeInfo, request(coupon))
      await control.advance('PT1H')

      const again = await merchant.call(associateTradeInfo, request(coupon, { out_request_no: 'R-2' }))

      expect(again).toEqual(LINKED_AT_NOON)
      expect(await control.coupon(STOCK_ID, coupon.coupon_code)).toMatchObject({
        associate_request_no: NUMBER,
        associate_time: '2026-11-25T12:00:00+08:00',
      })
    })

    test('a link that came with the world: its time', async ({ merchant, seed }) => {
      const coupon = await seed.coupon({
        associate_out_trade_no: ORDER,
        associate_time: '2015-05-20T13:29:35+08:00',
      })

      expect(await merchant.call(associateTradeInfo, request(coupon))).toEqual({
        status: 200,
        body: { wechatpay_associate_time: '2015-05-20T13:29:35+08:00' },
      })
    })

    test('the number that kept a link is used up as well', async ({ merchant, seed }) => {
      const [coupon, other] = [await seed.coupon(), await seed.coupon()]
      await merchant.call(associateTradeInfo, request(coupon))
      await merchant.call(associateTradeInfo, request(coupon, { out_request_no: 'R-2' }))

      const answer = await merchant.call(associateTradeInfo, request(other, { out_request_no: 'R-2' }))

      expect(answer).toEqual(refusal('request_no_reused'))
    })

    test.for(['USED', 'EXPIRED', 'DEACTIVATED', 'DELETED'] as const)(
      'a coupon that became %s since: still the first time',
      async (state, { merchant, seed, control }) => {
        const coupon = await seed.coupon()
        await merchant.call(associateTradeInfo, request(coupon))
        await control.patchCoupon(STOCK_ID, coupon.coupon_code, { state })

        expect(await merchant.call(associateTradeInfo, request(coupon))).toEqual(LINKED_AT_NOON)
      },
    )

    test('a link that was removed since: the old time, and no new link', async ({ merchant, seed, control }) => {
      const coupon = await seed.coupon()
      await merchant.call(associateTradeInfo, request(coupon))
      await merchant.call(disassociateTradeInfo, request(coupon))

      expect(await merchant.call(associateTradeInfo, request(coupon))).toEqual(LINKED_AT_NOON)
      expect(await control.coupon(STOCK_ID, coupon.coupon_code)).not.toHaveProperty('associate_out_trade_no')
    })

    test('a refused number may be used again', async ({ merchant, seed, control }) => {
      const coupon = await seed.coupon({ state: 'USED' })
      await merchant.call(associateTradeInfo, request(coupon))
      await control.patchCoupon(STOCK_ID, coupon.coupon_code, { state: 'SENDED' })

      const answer = await merchant.call(associateTradeInfo, request(coupon, { out_trade_no: 'MCH_OTHER' }))

      expect(answer).toEqual(LINKED_AT_NOON)
    })

    test('a number of disassociate is another number', async ({ merchant, seed }) => {
      const coupon = await seed.coupon({ associate_out_trade_no: 'MCH_OLD' })
      await merchant.call(disassociateTradeInfo, request(coupon, { out_trade_no: 'MCH_OLD' }))

      expect(await merchant.call(associateTradeInfo, request(coupon))).toEqual(LINKED_AT_NOON)
    })

    test('a number differs from one in another case', async ({ merchant, seed }) => {
      const [one, other] = [await seed.coupon(), await seed.coupon()]
      await merchant.call(associateTradeInfo, request(one, { out_request_no: 'abc' }))

      const answer = await merchant.call(associateTradeInfo, request(other, { out_request_no: 'ABC' }))

      expect(answer).toEqual(LINKED_AT_NOON)
    })
  })

  describe('in which order the checks run (busifavor.md 5.3)', () => {
    test('the signature before the fields', async ({ merchant, seed }) => {
      const coupon = await seed.coupon()

      const { status } = await merchant.call(associateTradeInfo, request(coupon, { out_request_no: '' }), {
        signInstead: { body: Buffer.from('{}') },
      })

      expect(status).toBe(401)
    })

    test('the fields before the request number', async ({ merchant, seed }) => {
      const coupon = await seed.coupon()
      await merchant.call(associateTradeInfo, request(coupon))

      const { body } = await merchant.call(associateTradeInfo, request(coupon, { stock_id: '' }))

      expect(body).toMatchObject({ code: 'PARAM_ERROR' })
    })

    test('the request number before the coupon', async ({ merchant, seed }) => {
      const coupon = await seed.coupon()
      await merchant.call(associateTradeInfo, request(coupon))

      const answer = await merchant.call(associateTradeInfo, request(coupon, { coupon_code: 'NONE' }))

      expect(answer).toEqual(refusal('request_no_reused'))
    })

    test('the right before the state', async ({ merchant, others, seed }) => {
      const coupon = await seed.coupon({ mchid: others.partner.mchid, state: 'USED' })

      expect(await merchant.call(associateTradeInfo, request(coupon))).toEqual(refusal('not_permitted'))
    })

    describe('with --orders known', () => {
      test.override('options', { orders: 'known' })

      test('the coupon before the order', async ({ merchant }) => {
        const answer = await merchant.call(associateTradeInfo, request({ stock_id: STOCK_ID, coupon_code: 'NONE' }))

        expect(answer).toEqual(refusal('not_found'))
      })

      test('the right before the order', async ({ merchant, others, seed }) => {
        const coupon = await seed.coupon({ mchid: others.partner.mchid })

        expect(await merchant.call(associateTradeInfo, request(coupon))).toEqual(refusal('not_permitted'))
      })

      test('the state before the order', async ({ merchant, seed }) => {
        const coupon = await seed.coupon({ state: 'USED' })

        expect(await merchant.call(associateTradeInfo, request(coupon))).toEqual(refusal('not_usable'))
      })

      test('the order before the link', async ({ merchant, seed }) => {
        const coupon = await seed.coupon({ associate_out_trade_no: 'MCH_OTHER' })

        expect(await merchant.call(associateTradeInfo, request(coupon))).toEqual(refusal('order_unknown'))
      })
    })

    test('the state before the link', async ({ merchant, seed }) => {
      const coupon = await seed.coupon({ associate_out_trade_no: 'MCH_OTHER', state: 'USED' })

      expect(await merchant.call(associateTradeInfo, request(coupon))).toEqual(refusal('not_usable'))
    })
  })

  describe('what it changes (busifavor.md 5.4)', () => {
    test('the query shows the order, and the state stays', async ({ merchant, seed }) => {
      const coupon = await seed.coupon()
      const before = await merchant.call(queryUserCoupon, query(coupon))

      await merchant.call(associateTradeInfo, request(coupon))

      expect(before).toMatchObject({ status: 200, body: { coupon_state: 'SENDED' } })
      expect(await merchant.call(queryUserCoupon, query(coupon))).toEqual({
        status: 200,
        body: { ...Object(before.body), associate_out_trade_no: ORDER },
      })
    })

    test('redeeming keeps the link', async ({ merchant, seed }) => {
      const coupon = await seed.coupon()
      await merchant.call(associateTradeInfo, request(coupon))
      await merchant.call(useCoupon, {
        coupon_code: coupon.coupon_code,
        appid: 'wx1234567889999',
        use_time: '2026-11-25T12:00:00+08:00',
        use_request_no: 'USE-1',
      })

      expect(await merchant.call(queryUserCoupon, query(coupon))).toMatchObject({
        body: { coupon_state: 'USED', associate_out_trade_no: ORDER },
      })
    })

    test('the coupon remembers it', async ({ merchant, seed, control }) => {
      const coupon = await seed.coupon()

      await merchant.call(associateTradeInfo, request(coupon))

      const { history } = await control.coupon(STOCK_ID, coupon.coupon_code)
      expect(history?.at(-1)).toEqual({
        event: 'associated',
        time: '2026-11-25T12:00:00+08:00',
        request_no: NUMBER,
        out_trade_no: ORDER,
      })
    })

    test('a refusal changes nothing', async ({ merchant, seed, control }) => {
      const coupon = await seed.coupon({ associate_out_trade_no: 'MCH_OTHER' })
      const before = await control.world()

      const { status } = await merchant.call(associateTradeInfo, request(coupon))

      expect(status).toBe(400)
      expect(await control.world()).toEqual(before)
    })
  })
})
