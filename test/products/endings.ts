import { expect } from 'vitest'
import type { OpenedMock } from '../helpers/engine.ts'
import { NOON } from '../helpers/world.ts'

/** A mock for tests of a clock that is set back, without rows, whose clock stands at {@link NOON}. */
export type Opened = Pick<OpenedMock, 'control' | 'clock'>

const NOW = '2026-11-25T12:00:00+08:00'

/** Lets time pass, and sets the clock back to {@link NOON} in two steps. */
async function passAndBack({ control }: Opened, duration: string): Promise<void> {
  await control.advance(duration)
  await control.advance('-PT0.001S')
  await control.setClock({ now: new Date(NOON) })
}

const refused = (code: string) => ({ code })

/** Endings that time brings, each with what must not be possible again once the clock is set back. */
export const ENDINGS: Readonly<Record<string, (mock: Opened) => Promise<void>>> = {
  'a transfer that ran out does not pay a second time': async (mock) => {
    const { control } = mock
    await control.changeTransferAccount({ balance: 1_000 })
    await control.addTransfer({ out_bill_no: 'A' })
    expect(await control.transferAccount()).toMatchObject({ balance: 0, locked: 1_000 })
    await control.advance('P1D')
    await control.addTransfer({ out_bill_no: 'B' })
    await control.confirmTransfer('B', { outcome: 'SUCCESS' })
    await control.setClock({ now: new Date(NOON) })

    expect(await control.transfer('A')).toMatchObject({ state: 'FAIL', fail_reason: 'OVERDUE_CLOSE' })
    await expect(control.confirmTransfer('A')).rejects.toMatchObject(refused('MOCK_TRANSFER_STATE'))
    expect(await control.transfer('B')).toMatchObject({ state: 'SUCCESS' })
    await expect(control.failTransfer('B')).rejects.toMatchObject(refused('MOCK_TRANSFER_STATE'))
    expect(await control.transferAccount()).toMatchObject({ balance: 0, locked: 0, paid: 1_000 })
  },

  'the money of a transfer that arrived stays with its user': async (mock) => {
    const { control } = mock
    await control.changeSettings({ transfer_takes: 10 })
    await control.changeTransferAccount({ balance: 1_000 })
    await control.addTransfer({ out_bill_no: 'A' })
    await control.confirmTransfer('A')
    await passAndBack(mock, 'PT10S')
    expect(await control.transfer('A')).toMatchObject({ state: 'SUCCESS' })
    await expect(control.failTransfer('A')).rejects.toMatchObject(refused('MOCK_TRANSFER_STATE'))
    expect(await control.transferAccount()).toMatchObject({ balance: 0, locked: 0, paid: 1_000 })
  },

  'a transfer that was cancelled has given its money back': async (mock) => {
    const { control } = mock
    await control.changeSettings({ transfer_cancel_takes: 10 })
    await control.changeTransferAccount({ balance: 1_000 })
    await control.addTransfer({ out_bill_no: 'A' })
    await control.callOffTransfer('A')
    await passAndBack(mock, 'PT10S')
    expect(await control.transfer('A')).toMatchObject({ state: 'CANCELLED' })
    expect(await control.transferAccount()).toMatchObject({ balance: 1_000, locked: 0, paid: 0 })
  },

  'nobody agrees to an authorization that has lapsed': async (mock) => {
    const { control } = mock
    await control.addTransferAuthorization({ out_authorization_no: 'A', authorize_time: null })
    await passAndBack(mock, 'P1D')
    expect(await control.transferAuthorization('A')).toMatchObject({
      state: 'CLOSED',
      close_info: { close_reason: 'USER_OVERDUE_UNCONFIRMED' },
    })
    await expect(control.confirmTransferAuthorization('A')).rejects.toMatchObject(refused('MOCK_AUTHORIZATION_STATE'))
  },

  'an order that its time closed is not paid': async (mock) => {
    const { control } = mock
    await control.addOrder({ out_trade_no: 'O', state: 'NOTPAY', create_time: NOW })
    await passAndBack(mock, 'P7D')
    expect(await control.order('O')).toMatchObject({ state: 'CLOSED' })
    await expect(control.payOrder('O')).rejects.toMatchObject(refused('MOCK_ORDER_STATE'))
    const { entries } = await control.orderTimeline('O')
    expect(entries.map(({ event }) => event)).toEqual(['timed_out', 'placed'])
  },

  'an order is not paid after its time to pay': async (mock) => {
    const { control } = mock
    await control.addOrder({
      ...{ out_trade_no: 'O', state: 'NOTPAY', create_time: NOW },
      time_expire: '2026-11-25T12:10:00+08:00',
    })
    await passAndBack(mock, 'PT10M')
    expect(await control.order('O')).toMatchObject({ state: 'NOTPAY' })
    await expect(control.payOrder('O')).rejects.toMatchObject(refused('MOCK_TIME_TO_PAY'))
  },

  'a refund that was settled is not settled otherwise': async (mock) => {
    const { control } = mock
    await control.addOrder({ out_trade_no: 'O', total: 100 })
    const { out_refund_no } = await control.refundOrder('O')
    await passAndBack(mock, 'PT5S')
    await expect(control.settleRefund(out_refund_no, { outcome: 'CLOSED' })).rejects.toMatchObject(
      refused('MOCK_REFUND_STATE'),
    )
  },

  'what a receiver got of an order is not settled otherwise, and its money stays unfrozen': async (mock) => {
    const { control } = mock
    const mchid = '1900000001'
    const order = await control.addOrder({ mchid, out_trade_no: 'O', profit_sharing: true, success_time: NOW })
    const { transaction_id = '' } = order
    const share = { mchid, out_order_no: 'S', order_id: '3000', transaction_id, out_trade_no: 'O', create_time: NOW }
    const got = {
      type: 'MERCHANT_ID',
      account: '1900000109',
      amount: 30,
      description: '供货',
      detail_id: '3600',
    } as const
    const given = { mchid, out_return_no: 'R', return_id: '3008', order_id: '3000', out_order_no: 'S', transaction_id }
    const waits = {
      ...given,
      return_mchid: got.account,
      amount: 10,
      description: '退货',
      create_time: NOW,
      request: [],
    }
    await control.restore({
      ...(await control.world()),
      sharing_orders: [
        {
          ...share,
          unfreezes: 'nothing',
          receivers: [{ ...got, finish_time: '2026-11-25T12:00:01+08:00' }],
          request: [],
        },
      ],
      sharing_returns: [waits],
    })
    await passAndBack(mock, 'PT1S')
    expect(await control.sharingOrder('S')).toMatchObject({ state: 'FINISHED' })
    await expect(control.settleSharingOrder('S')).rejects.toMatchObject(refused('MOCK_SHARING_STATE'))

    expect(await control.sharingReturn('R')).toMatchObject({ result: 'PROCESSING' })
    await passAndBack(mock, 'P30D')
    expect(await control.sharingReturn('R')).toMatchObject({ result: 'FAILED', fail_reason: 'TIME_OUT_CLOSED' })
    await expect(control.settleSharingReturn('R')).rejects.toMatchObject(refused('MOCK_SHARING_STATE'))
    const [kept] = (await control.world()).orders
    expect(kept).toMatchObject({ over: true })
  },

  'a token that has expired brings no product coupon': async (mock) => {
    const { control } = mock
    const { brand_id, product_coupon_id, stock_id } = await control.addProductCouponStock({})
    const offer = { mchid: '1900000001', token: 'T', brand_id, product_coupon_id, stock_id, appid: 'wx1234567889999' }
    await control.restore({
      ...(await control.world()),
      pre_sent_product_coupons: [{ ...offer, openid: 'oUser', send_request_no: 'S', create_time: NOW }],
    })
    await passAndBack(mock, 'PT5M')
    await expect(control.takePreSentProductCoupon('T')).rejects.toMatchObject(refused('MOCK_NOT_SENT'))
  },

  'a coupon that expired cannot be used': async (mock) => {
    const { control } = mock
    await control.addStock({ stock_id: '100088' })
    const { expire_time } = await control.addCoupon({ stock_id: '100088', coupon_code: 'C' })
    await control.setClock({ now: expire_time })
    await control.setClock({ now: new Date(NOON) })
    const expired = await control.coupon('100088', 'C')
    expect(expired).toMatchObject({ state: 'EXPIRED', expire_time })
    expect(expired.history.map(({ event }) => event)).toEqual(['sent', 'expired'])

    await control.restore(await control.world())
    expect(await control.coupon('100088', 'C')).toEqual(expired)
    const { entries } = await control.couponTimeline('100088', 'C')
    expect(entries.map(({ event }) => event)).toEqual(['expired', 'sent'])
    expect(await control.patchCoupon('100088', 'C', { state: 'SENDED' })).toMatchObject({ state: 'SENDED' })
  },

  'a product coupon that expired cannot be used': async (mock) => {
    const { control } = mock
    const { stock_id, coupon_code, valid_end_time } = await control.addUserProductCoupon({ confirm_time: NOW })
    await control.setClock({ now: valid_end_time })
    expect(await control.userProductCoupon(stock_id, coupon_code)).toMatchObject({ coupon_state: 'EXPIRED' })
    await control.setClock({ now: new Date(NOON) })
    expect(await control.userProductCoupon(stock_id, coupon_code)).toMatchObject({ coupon_state: 'EXPIRED' })
  },
}
