import { describe, expect } from 'vitest'
import { type Step, timelineOf } from '../../src/control/timeline.ts'
import type { Exchange } from '../../src/engine/journal/journal.ts'
import {
  associateTradeInfo,
  closeOrder,
  nativePrepay,
  queryOrderByOutTradeNo,
  queryUserCoupon,
  useCoupon,
} from '../../src/products/operations.ts'
import { merchantOf, test } from './doors.ts'

const coupon = { stock_id: '100088', coupon_code: 'sxxe34343434' }
const use = (use_request_no: string) => ({
  ...coupon,
  appid: 'wx0000000000000001',
  use_time: '2026-11-25T12:00:00+08:00',
  use_request_no,
})

/** Summarises the state changes of an entry. */
const inShort = ({
  event,
  reason,
  state_before = '',
  state_after = '',
}: {
  event?: string | undefined
  reason?: string | undefined
  state_before?: string | undefined
  state_after?: string | undefined
}) => `${event ?? reason}: ${state_before} → ${state_after}`

describe('a timeline', () => {
  test("has no calls about another merchant's coupon or order of the same name", async ({ control, mock }) => {
    const { mchid } = await control.createMerchant()
    const own = '1900000001'
    for (const owner of [own, mchid]) {
      await control.addStock({ stock_id: '777001', mchid: owner })
      await control.addCoupon({ stock_id: '777001', coupon_code: 'SAME', mchid: owner })
      await control.addOrder({ out_trade_no: 'T1', mchid: owner })
    }
    const other = await merchantOf(mock, mchid)
    const link = { stock_id: '777001', coupon_code: 'SAME', out_trade_no: 'T1', out_request_no: 'A1' }
    expect(await other.call(associateTradeInfo, link)).toMatchObject({ status: 200 })

    const told = async (of: string) => {
      const coupon = await control.couponTimeline('777001', 'SAME', { mchid: of })
      const order = await control.orderTimeline('T1', { mchid: of })
      return [...coupon.entries, ...order.entries].filter(({ exchange }) => exchange).map(inShort)
    }
    expect(await told(mchid)).toEqual(['associated: SENDED → SENDED', 'unchanged: SUCCESS → SUCCESS'])
    expect(await told(own)).toEqual([])
  })

  test('of a coupon has the states around each event, and why the others changed nothing, also while the clock stands still', async ({
    control,
    merchant,
  }) => {
    await merchant.call(associateTradeInfo, { ...coupon, out_trade_no: 'T1', out_request_no: 'A1' })
    await merchant.call(useCoupon, use('U1'))
    await merchant.call(useCoupon, use('U1'))
    await merchant.call(useCoupon, use('U2'))
    await merchant.call(queryUserCoupon, {
      coupon_code: coupon.coupon_code,
      openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o',
      appid: 'wx0000000000000001',
    })
    await control.patchCoupon('100088', coupon.coupon_code, { state: 'DEACTIVATED' })
    await merchant.call(useCoupon, use('U3'))

    const { entries, total } = await control.couponTimeline('100088', coupon.coupon_code)

    expect(total).toBe(8)
    expect(entries.toReversed().map(inShort)).toEqual([
      'sent:  → SENDED',
      'associated: SENDED → SENDED',
      'used: SENDED → USED',
      'repeated: USED → USED',
      'refused: USED → USED',
      'asked: USED → USED',
      expect.stringMatching(/^(set: USED → DEACTIVATED|refused: USED → USED)$/),
      expect.stringMatching(/^(set: USED → DEACTIVATED|refused: USED → USED)$/),
    ])
  })

  test('says that time has passed, and what a callback told', async ({ control, machine }) => {
    await control.addStock({ stock_id: '500000', coupon_code_mode: 'WECHATPAY_MODE' })
    await control.sendNotification({
      event_type: 'COUPON.SEND',
      url: 'https://shop.example.com/',
      resource: coupon,
    })
    await control.sendNotification({ event_type: 'COUPON.SEND', url: 'https://shop.example.com/' })
    machine.pass(400 * 86_400_000)

    const { entries } = await control.couponTimeline('100088', coupon.coupon_code)

    expect(entries.toReversed().map(inShort)).toEqual([
      'sent:  → SENDED',
      'told: SENDED → SENDED',
      'expired: SENDED → EXPIRED',
    ])
    expect(entries[1]).toMatchObject({ exchange: { callback: { event_type: 'COUPON.SEND', attempt: 1 } } })
  })

  test('of an order has its calls, what the phone and time did, and its callbacks', async ({
    control,
    merchant,
    machine,
  }) => {
    const order = {
      appid: 'wx0000000000000001',
      mchid: merchant.credentials.mchid,
      description: 'Tea',
      notify_url: 'https://shop.example.com/pay/notify',
      amount: { total: 100 },
    }
    await merchant.call(nativePrepay, { ...order, out_trade_no: 'PAYS-1' })
    await merchant.call(nativePrepay, { ...order, out_trade_no: 'CLOSES' })
    await merchant.call(nativePrepay, { ...order, out_trade_no: 'WAITS-1' })
    machine.pass(1_000)
    await merchant.call(queryOrderByOutTradeNo, { out_trade_no: 'PAYS-1', mchid: merchant.credentials.mchid })
    await control.markOrder('PAYS-1', { state: 'USERPAYING' })
    machine.pass(1_000)
    await control.payOrder('PAYS-1')
    await control.deliverNotifications()
    machine.pass(1_000)
    await merchant.call(closeOrder, { out_trade_no: 'PAYS-1', mchid: merchant.credentials.mchid })
    await merchant.call(closeOrder, { out_trade_no: 'CLOSES', mchid: merchant.credentials.mchid })
    machine.pass(1_000)
    await control.refundOrder('PAYS-1', { amount: 1 })
    const shown = async (number: string) => (await control.orderTimeline(number)).entries.toReversed().map(inShort)

    expect(await shown('PAYS-1')).toEqual([
      'placed:  → NOTPAY',
      'asked: NOTPAY → NOTPAY',
      'marked: NOTPAY → USERPAYING',
      'paid: USERPAYING → SUCCESS',
      'told: SUCCESS → SUCCESS',
      'refused: SUCCESS → SUCCESS',
      'refunded: SUCCESS → REFUND',
    ])
    expect(await shown('CLOSES')).toEqual(['placed:  → NOTPAY', 'closed: NOTPAY → CLOSED'])
    machine.pass(8 * 86_400_000)
    expect(await shown('WAITS-1')).toEqual(['placed:  → NOTPAY', 'timed_out: NOTPAY → CLOSED'])
    expect(await control.orderTimeline('CLOSES')).toMatchObject({
      order: { state: 'CLOSED' },
      entries: [{ exchange: { operation: 'closeOrder', status: 204 } }, { exchange: { operation: 'nativePrepay' } }],
    })
  })

  /** A receiver in a hurry replies to a callback while the answer of the call behind it is still being signed. */
  test('has each callback behind the call that it is due to, also if it came first', async ({ mock }) => {
    const at = Date.parse('2026-11-25T12:00:00+08:00')
    const request = { method: 'POST', target: '/close', headers: {}, body: Buffer.alloc(0) }
    const response = { status: 200, headers: [], body: Buffer.alloc(0) }
    const call = (id: string): Exchange => ({
      ...{ id, at, durationMs: 1, request, response, remarks: [] },
      before: { settings: mock.settings, rows: {} },
    })
    const callback = (id: string, attempt = 1) => ({ ...call(id), callback: { id, eventType: 'CLOSED', attempt } })
    const told = { at, isTold: true }
    const steps: readonly Step[] = [
      { at, isTold: false, event: 'asked', after: 'WAITING', byCall: true },
      { ...told, event: 'agreed', before: 'WAITING', after: 'GIVEN', byCall: false },
      { ...told, event: 'changed', before: 'GIVEN', after: 'GIVEN', byCall: true },
      { ...told, event: 'closed', before: 'GIVEN', after: 'CLOSED', byCall: true },
    ]
    const inOrder = async (...exchanges: readonly Exchange[]) => {
      const { entries } = await timelineOf({ mock, language: 'en', now: at }, steps, exchanges)
      return entries.toReversed().map(({ event, exchange }) => `${event ?? 'told'} ${exchange?.id ?? ''}`.trim())
    }

    const expected = ['asked A', 'agreed', 'told agreed', 'changed C', 'told changed', 'closed D', 'told closed']
    const [A, C, D] = [call('A'), call('C'), call('D')]
    const [agreed, changed, closed] = [callback('agreed'), callback('changed'), callback('closed')]
    expect(await inOrder(A, agreed, C, changed, D, closed)).toEqual(expected)
    expect(await inOrder(A, agreed, changed, C, closed, D)).toEqual(expected)
    expect(await inOrder(A, agreed, callback('agreed', 2), C, D, changed, closed)).toEqual([
      ...['asked A', 'agreed', 'told agreed', 'told agreed', 'changed C', 'closed D', 'told changed', 'told closed'],
    ])
  })

  test('gives as many of the newest as are asked for', async ({ control, merchant }) => {
    for (const number of ['U1', 'U2', 'U3', 'U4']) await merchant.call(useCoupon, use(number))

    const { entries, total } = await control.couponTimeline('100088', coupon.coupon_code, { limit: 2 })

    expect(entries).toMatchObject([{ exchange: { request_no: 'U4' } }, { reason: 'refused' }])
    expect(total).toBe(5)
  })

  test('what a life has is told with its table', async ({ control }) => {
    const { tables } = await control.overview()
    const lives = Object.fromEntries(tables.map(({ name, life }) => [name, life]))

    expect(lives.coupons?.stages.flat()).toContainEqual({
      name: 'EXPIRED',
      title: { en: 'expired', zh: '已过期' },
      tone: 'warn',
    })
    expect(lives.orders?.transitions.filter(({ from }) => from.includes('SUCCESS'))).toMatchObject([
      { to: 'REVOKED' },
      { to: 'REFUND' },
    ])
    expect(lives.merchants).toBeUndefined()
  })
})
