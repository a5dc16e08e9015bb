import { describe, expect } from 'vitest'
import type { CompletedCoupon } from '../../src/products/merchant-coupon/coupons.ts'
import {
  associateTradeInfo,
  deactivateCoupon,
  disassociateTradeInfo,
  queryUserCoupon,
  returnCoupon,
  useCoupon,
} from '../../src/products/operations.ts'
import { refusal } from '../helpers/refusal.ts'
import { STOCK_ID, test, transports } from '../helpers/world.ts'

/** Particulars of calls that change a coupon; `coupon-changes.test.ts` has what they have in common. */

const NOON = '2026-11-25T12:00:00+08:00'
const ORDER = 'MCH_102233445'
const APPID = 'wx1234567889999'

type Named = Pick<CompletedCoupon, 'stock_id' | 'coupon_code'>
type Changes = Record<string, unknown>

const link = ({ stock_id, coupon_code }: Named, changes: Changes = {}) => ({
  stock_id,
  coupon_code,
  out_trade_no: ORDER,
  out_request_no: 'R-1',
  ...changes,
})
const use = ({ stock_id, coupon_code }: Named, changes: Changes = {}) => ({
  coupon_code,
  stock_id,
  appid: APPID,
  use_time: NOON,
  use_request_no: 'USE-1',
  ...changes,
})
const giveBack = ({ stock_id, coupon_code }: Named, return_request_no = 'BACK-1') => ({
  coupon_code,
  stock_id,
  return_request_no,
})
const stop = ({ stock_id, coupon_code }: Named, changes: Changes = {}) => ({
  coupon_code,
  stock_id,
  deactivate_request_no: 'STOP-1',
  ...changes,
})
const query = ({ openid, coupon_code }: CompletedCoupon) => ({ openid, coupon_code, appid: APPID })

const LINKED = { status: 200, body: { wechatpay_associate_time: NOON } }
const UNLINKED = { status: 200, body: { wechatpay_disassociate_time: NOON } }
const redeemed = ({ stock_id, openid }: CompletedCoupon, at = NOON) => ({
  status: 200,
  body: { stock_id, openid, wechatpay_use_time: at },
})
const returned = (at = NOON) => ({ status: 200, body: { wechatpay_return_time: at } })

describe.for(transports)('calls about a coupon over %s', (transport) => {
  test.override('transport', transport)

  describe('associating', () => {
    test('shows the order in the query, and keeps the state', async ({ merchant, seed, control }) => {
      const coupon = await seed.coupon()
      const { body: before } = await merchant.call(queryUserCoupon, query(coupon))

      expect(await merchant.call(associateTradeInfo, link(coupon))).toEqual(LINKED)

      expect(await merchant.call(queryUserCoupon, query(coupon))).toEqual({
        status: 200,
        body: { ...Object(before), coupon_state: 'SENDED', associate_out_trade_no: ORDER },
      })
      const { history } = await control.coupon(STOCK_ID, coupon.coupon_code)
      expect(history.at(-1)).toEqual({ event: 'associated', time: NOON, request_no: 'R-1', out_trade_no: ORDER })
    })

    test('is possible until the instant at which the coupon expires', async ({ merchant, seed, control }) => {
      const coupon = await seed.coupon({ expire_time: '2026-11-25T12:00:01+08:00' })

      expect(await merchant.call(associateTradeInfo, link(coupon))).toEqual(LINKED)
      await control.advance(1)
      expect(await merchant.call(associateTradeInfo, link(coupon, { out_request_no: 'R-2' }))).toEqual(
        refusal(associateTradeInfo, 'not_usable'),
      )
    })

    test('links several coupons to an order, and a coupon to an order after another', async ({ merchant, seed }) => {
      const [one, other] = [await seed.coupon(), await seed.coupon({ associate_out_trade_no: 'MCH_OLD' })]
      await merchant.call(associateTradeInfo, link(one))

      const unlinked = await merchant.call(disassociateTradeInfo, link(other, { out_trade_no: 'MCH_OLD' }))
      expect(unlinked).toEqual(UNLINKED)
      expect(await merchant.call(associateTradeInfo, link(other, { out_request_no: 'R-2' }))).toEqual(LINKED)
    })

    test.for(['MCH_OTHER', ORDER.toLowerCase()])(
      'refuses a coupon that is linked to %s',
      async (order, { merchant, seed }) => {
        const coupon = await seed.coupon({ associate_out_trade_no: order })

        expect(await merchant.call(associateTradeInfo, link(coupon))).toEqual(
          refusal(associateTradeInfo, 'linked_to_other_order'),
        )
      },
    )

    test('under a new number keeps the first link, and uses the number up', async ({ merchant, seed, control }) => {
      const [coupon, other] = [await seed.coupon(), await seed.coupon()]
      await merchant.call(associateTradeInfo, link(coupon))
      await control.advance('PT1H')

      expect(await merchant.call(associateTradeInfo, link(coupon, { out_request_no: 'R-2' }))).toEqual(LINKED)
      expect(await control.coupon(STOCK_ID, coupon.coupon_code)).toMatchObject({
        associate_request_no: 'R-1',
        associate_time: NOON,
      })
      expect(await merchant.call(associateTradeInfo, link(other, { out_request_no: 'R-2' }))).toEqual(
        refusal(associateTradeInfo, 'request_no_reused'),
      )
    })

    test('is refused with a number that linked another order', async ({ merchant, seed }) => {
      const coupon = await seed.coupon()
      await merchant.call(associateTradeInfo, link(coupon))

      expect(await merchant.call(associateTradeInfo, link(coupon, { out_trade_no: 'MCH_OTHER' }))).toEqual(
        refusal(associateTradeInfo, 'request_no_reused'),
      )
      expect(await merchant.call(associateTradeInfo, link(coupon, { stock_id: '' }))).toMatchObject({
        body: { code: 'PARAM_ERROR' },
      })
    })

    test('repeated after the link was removed links nothing', async ({ merchant, seed, control }) => {
      const coupon = await seed.coupon()
      await merchant.call(associateTradeInfo, link(coupon))
      await merchant.call(disassociateTradeInfo, link(coupon))

      expect(await merchant.call(associateTradeInfo, link(coupon))).toEqual(LINKED)
      expect(await control.coupon(STOCK_ID, coupon.coupon_code)).not.toHaveProperty('associate_out_trade_no')
    })

    describe('with --orders known', () => {
      test.override('options', { orders: 'known' })

      test('links orders of the caller in any state', async ({ merchant, seed }) => {
        for (const state of ['NOTPAY', 'SUCCESS', 'REFUND', 'CLOSED'] as const) {
          await seed.order({ out_trade_no: state, state })
          const request = link(await seed.coupon(), { out_trade_no: state, out_request_no: state })
          expect(await merchant.call(associateTradeInfo, request), state).toEqual(LINKED)
        }
      })

      test('does not know an order by its transaction id', async ({ merchant, seed }) => {
        const { transaction_id } = await seed.order({ out_trade_no: ORDER, state: 'SUCCESS' })

        expect(
          await merchant.call(associateTradeInfo, link(await seed.coupon(), { out_trade_no: transaction_id })),
        ).toEqual(refusal(associateTradeInfo, 'order_unknown'))
      })

      test('does not know an order of another merchant, such as that of a sub-merchant', async ({
        clientOf,
        others,
        seed,
      }) => {
        const { partner, owner } = others
        const [client, sub] = [await clientOf(partner), await clientOf(owner)]
        await seed.stock({ mchid: partner.mchid, belong_merchant: owner.mchid })
        const coupon = await seed.coupon({ mchid: partner.mchid })
        await seed.order({ mchid: owner.mchid, out_trade_no: ORDER })

        expect(await client.call(associateTradeInfo, link(coupon))).toEqual(
          refusal(associateTradeInfo, 'order_unknown'),
        )
        expect(await sub.call(associateTradeInfo, link(coupon))).toEqual(LINKED)
      })

      test('checks coupon, right and state before the order, and the order before the link', async ({
        merchant,
        others,
        seed,
      }) => {
        const foreign = await seed.coupon({ mchid: others.partner.mchid, coupon_code: 'FOREIGN' })
        const used = await seed.coupon({ state: 'USED', associate_out_trade_no: 'MCH_OTHER' })
        const linked = await seed.coupon({ associate_out_trade_no: 'MCH_OTHER' })
        for (const [coupon, reason] of [
          [{ stock_id: STOCK_ID, coupon_code: 'NONE' }, 'not_found'],
          [foreign, 'not_permitted'],
          [used, 'not_usable'],
          [linked, 'order_unknown'],
        ] as const) {
          expect(await merchant.call(associateTradeInfo, link(coupon))).toEqual(refusal(associateTradeInfo, reason))
        }
      })
    })
  })

  describe('disassociating', () => {
    test.override('options', { orders: 'known' })

    test('removes the link, also to an order that does not exist', async ({ merchant, seed, control }) => {
      const coupon = await seed.coupon({ associate_out_trade_no: ORDER })
      expect(await merchant.call(disassociateTradeInfo, link(coupon))).toEqual(UNLINKED)

      const { body } = await merchant.call(queryUserCoupon, query(coupon))
      expect(body).toMatchObject({ coupon_state: 'SENDED' })
      expect(body).not.toHaveProperty('associate_out_trade_no')
      const { history } = await control.coupon(STOCK_ID, coupon.coupon_code)
      expect(history.at(-1)).toEqual({ event: 'disassociated', time: NOON, request_no: 'R-1', out_trade_no: ORDER })
      expect(await merchant.call(disassociateTradeInfo, link(coupon, { out_request_no: 'R-2' }))).toEqual(
        refusal(disassociateTradeInfo, 'not_linked'),
      )
    })

    test('names the linked order, also when it is repeated', async ({ merchant, seed }) => {
      const coupon = await seed.coupon({ associate_out_trade_no: ORDER })
      const other = link(coupon, { out_trade_no: 'MCH_OTHER' })

      expect(await merchant.call(disassociateTradeInfo, other)).toEqual(refusal(disassociateTradeInfo, 'not_linked'))
      expect(await merchant.call(disassociateTradeInfo, link(coupon))).toEqual(UNLINKED)
      expect(await merchant.call(disassociateTradeInfo, other)).toEqual(
        refusal(disassociateTradeInfo, 'request_no_reused'),
      )
    })

    test('repeated after a new link leaves that', async ({ merchant, seed, control }) => {
      const coupon = await seed.coupon({ associate_out_trade_no: ORDER })
      await seed.order({ out_trade_no: ORDER })
      await merchant.call(disassociateTradeInfo, link(coupon))
      await merchant.call(associateTradeInfo, link(coupon))

      expect(await merchant.call(disassociateTradeInfo, link(coupon))).toEqual(UNLINKED)
      expect(await control.coupon(STOCK_ID, coupon.coupon_code)).toMatchObject({ associate_out_trade_no: ORDER })
    })
  })

  test('redeeming, giving back and making void keep the link to an order', async ({ merchant, seed }) => {
    const coupon = await seed.coupon({ associate_out_trade_no: ORDER })
    const shows = async (coupon_state: string) =>
      expect(await merchant.call(queryUserCoupon, query(coupon))).toMatchObject({
        body: { coupon_state, associate_out_trade_no: ORDER },
      })

    await merchant.call(useCoupon, use(coupon))
    await shows('USED')
    await merchant.call(returnCoupon, giveBack(coupon))
    await shows('SENDED')
    await merchant.call(deactivateCoupon, stop(coupon))
    await shows('DEACTIVATED')
  })

  describe('redeeming', () => {
    test('is done at the server time, whatever use_time says, and shows in the query', async ({ merchant, seed }) => {
      const coupon = await seed.coupon()
      const more = { out_trade_no: 'MCH_1', mch_id: '1900000001', transaction_id: '4200001234202611250000000001' }

      expect(await merchant.call(useCoupon, use(coupon, { use_time: '2001-01-01T00:00:00Z', ...more }))).toEqual(
        redeemed(coupon),
      )
      expect(await merchant.call(queryUserCoupon, query(coupon))).toMatchObject({
        body: { coupon_state: 'USED', use_request_no: 'USE-1', use_time: NOON },
      })
    })

    test('without a batch takes the coupon received last', async ({ merchant, seed }) => {
      const received = (day: number) => ({ coupon_code: 'SAME', receive_time: `2026-11-${day}T12:00:00+08:00` })
      await seed.coupon({ ...received(20), stock_id: '100087' })
      const coupon = await seed.coupon(received(21))
      await seed.coupon({ ...received(20), stock_id: '100089' })

      expect(await merchant.call(useCoupon, use(coupon, { stock_id: undefined }))).toEqual(redeemed(coupon))
    })

    test.for(['MERCHANT_API', 'MERCHANT_UPLOAD'] as const)(
      'needs the batch when the merchant brings the codes: %s',
      async (coupon_code_mode, { merchant, seed }) => {
        await seed.stock({ coupon_code_mode })

        expect(await merchant.call(useCoupon, use(await seed.coupon(), { stock_id: undefined }))).toEqual(
          refusal(useCoupon, 'stock_id_needed'),
        )
      },
    )

    test('without a batch is not open to the sender either', async ({ clientOf, others, seed }) => {
      const { partner, sender } = others
      await seed.stock({ mchid: partner.mchid })
      const coupon = await seed.coupon({ mchid: partner.mchid, send_merchant: sender.mchid })

      expect(await (await clientOf(sender)).call(useCoupon, use(coupon, { stock_id: undefined }))).toEqual(
        refusal(useCoupon, 'not_permitted'),
      )
    })

    test('is possible inside the weekly windows of the batch only', async ({ merchant, seed, control }) => {
      // 25 November 2026 is a Wednesday; the window is Thursdays, nine to ten in the morning.
      const available_week = { week_day: [4], available_day_time: [{ begin_time: 32_400, end_time: 36_000 }] }
      await seed.stock({ coupon_use_rule: { coupon_available_time: { available_week } } })
      const coupon = await seed.coupon()

      expect(await merchant.call(useCoupon, use(coupon))).toEqual(refusal(useCoupon, 'outside_its_time'))
      await control.setClock({ now: '2026-11-26T09:00:00+08:00' })
      expect(await merchant.call(useCoupon, use(coupon))).toEqual(redeemed(coupon, '2026-11-26T09:00:00+08:00'))
    })

    test('needs the openid of the holder, in the appid that it is known to belong to', async ({
      merchant,
      seed,
      control,
    }) => {
      const coupon = await seed.coupon()
      const { openid } = coupon
      await control.addUser({ openid, appid: 'wxother' })

      for (const changes of [{ openid: 'oOther' }, { openid }]) {
        expect(await merchant.call(useCoupon, use(coupon, changes))).toEqual(refusal(useCoupon, 'held_by_another_user'))
      }
      expect(await merchant.call(useCoupon, use(coupon, { openid, appid: 'wxother' }))).toEqual(redeemed(coupon))
    })
  })

  describe('giving back', () => {
    test('makes a redeemed coupon usable again, and the query shows it', async ({ merchant, seed }) => {
      const coupon = await seed.coupon()
      await merchant.call(useCoupon, use(coupon))
      await merchant.call(returnCoupon, giveBack(coupon))

      const { body } = await merchant.call(queryUserCoupon, query(coupon))
      expect(body).toMatchObject({ coupon_state: 'SENDED', return_request_no: 'BACK-1', return_time: NOON })
      expect(body).not.toHaveProperty('use_request_no')
      expect(body).not.toHaveProperty('use_time')
    })

    test('after its end makes it expired, and until then it stays redeemed', async ({ merchant, seed, control }) => {
      const coupon = await seed.coupon({ state: 'USED', expire_time: '2026-11-25T13:00:00+08:00' })
      await control.advance('PT1H')
      expect(await control.coupon(STOCK_ID, coupon.coupon_code)).toMatchObject({ state: 'USED' })

      expect(await merchant.call(returnCoupon, giveBack(coupon))).toEqual(returned('2026-11-25T13:00:00+08:00'))
      expect(await control.coupon(STOCK_ID, coupon.coupon_code)).toMatchObject({ state: 'EXPIRED' })
    })

    test('lets it be redeemed and given back again, under new numbers', async ({ merchant, seed, control }) => {
      const coupon = await seed.coupon()
      const state = async () => (await control.coupon(STOCK_ID, coupon.coupon_code)).state
      await merchant.call(useCoupon, use(coupon))
      await control.advance('PT1M')
      await merchant.call(returnCoupon, giveBack(coupon))
      await control.advance('PT1M')

      // An old number gets its first answer, and changes nothing.
      expect(await merchant.call(useCoupon, use(coupon))).toEqual(redeemed(coupon))
      expect(await state()).toBe('SENDED')
      const at = '2026-11-25T12:02:00+08:00'
      expect(await merchant.call(useCoupon, use(coupon, { use_request_no: 'USE-2' }))).toEqual(redeemed(coupon, at))
      expect(await merchant.call(returnCoupon, giveBack(coupon))).toEqual(returned('2026-11-25T12:01:00+08:00'))
      expect(await state()).toBe('USED')
      expect(await merchant.call(returnCoupon, giveBack(coupon, 'BACK-2'))).toEqual(returned(at))
      const { history } = await control.coupon(STOCK_ID, coupon.coupon_code)
      expect(history.map(({ event }) => event)).toEqual(['sent', 'used', 'returned', 'used', 'returned'])
    })

    test('uses up the number of a redemption that came with the world, for the merchant that redeemed it', async ({
      clientOf,
      others,
      seed,
    }) => {
      const { partner, owner } = others
      const [first, second] = [await clientOf(partner), await clientOf(owner)]
      await seed.stock({ mchid: partner.mchid, belong_merchant: owner.mchid })
      const use_time = '2026-11-24T12:00:00+08:00'
      const used = { mchid: partner.mchid, state: 'USED', use_request_no: 'USE-1', use_time } as const
      const coupon = await seed.coupon({ ...used, use_merchant: partner.mchid })
      await second.call(returnCoupon, giveBack(coupon))

      expect(await first.call(useCoupon, use(coupon))).toEqual(redeemed(coupon, use_time))
      expect(await second.call(useCoupon, use(coupon))).toEqual(redeemed(coupon))

      const other = await seed.coupon({ ...used, use_request_no: 'USE-3' })
      await first.call(returnCoupon, giveBack(other, 'BACK-3'))
      expect(await first.call(useCoupon, use(other, { use_request_no: 'USE-3' }))).toEqual(redeemed(other, use_time))
    })

    test('is done again under the same number of another merchant', async ({ clientOf, others, seed, control }) => {
      const { partner, owner } = others
      const [first, second] = [await clientOf(partner), await clientOf(owner)]
      await seed.stock({ mchid: partner.mchid, belong_merchant: owner.mchid })
      const coupon = await seed.coupon({ mchid: partner.mchid, state: 'USED' })
      await first.call(returnCoupon, giveBack(coupon))
      await first.call(useCoupon, use(coupon))
      await control.advance('PT1H')

      expect(await second.call(returnCoupon, giveBack(coupon))).toEqual(returned('2026-11-25T13:00:00+08:00'))
      expect(await control.coupon(STOCK_ID, coupon.coupon_code)).toMatchObject({
        state: 'SENDED',
        return_merchant: owner.mchid,
      })
    })
  })

  test('making void shows when, by which number and why, and the reason counts for a repeat', async ({
    merchant,
    seed,
  }) => {
    const [coupon, other] = [await seed.coupon(), await seed.coupon()]
    const deactivate_reason = '此券使用时间设置错误'
    await merchant.call(deactivateCoupon, stop(coupon, { deactivate_reason }))
    await merchant.call(deactivateCoupon, stop(other, { deactivate_request_no: 'STOP-2' }))

    expect(await merchant.call(queryUserCoupon, query(coupon))).toMatchObject({
      body: { coupon_state: 'DEACTIVATED', deactivate_request_no: 'STOP-1', deactivate_time: NOON, deactivate_reason },
    })
    expect((await merchant.call(queryUserCoupon, query(other))).body).not.toHaveProperty('deactivate_reason')
    expect(await merchant.call(deactivateCoupon, stop(coupon))).toEqual(refusal(deactivateCoupon, 'request_no_reused'))
  })
})
