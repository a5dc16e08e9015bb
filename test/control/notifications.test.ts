import { describe, expect } from 'vitest'
import type { EVENT_TYPES } from '../../src/products/index.ts'
import { setCallback } from '../../src/products/operations.ts'
import { open } from '../../src/wire/protocol/envelope.ts'
import { SOME_EVENTS, typeOfEvent } from '../helpers/events.ts'
import { type Receiver, startReceiver } from '../helpers/receiver.ts'
import { test as base, expectRefusal, json } from './doors.ts'

const test = base
  .extend('receive', ({ task: _ }, { onCleanup }) => {
    const started: Receiver[] = []
    onCleanup(async () => {
      for (const receiver of started) await receiver.close()
    })
    return async (...args: Parameters<typeof startReceiver>) => {
      const receiver = await startReceiver(...args)
      started.push(receiver)
      return receiver
    }
  })
  // Call `override` after `extend`; before it, it would change the shared `test` for every file of the process.
  .override('options', { clockStart: { frozen: true } })

/** Decrypts the resource of the last callback that a receiver got. */
function opened({ received }: Receiver, apiV3Key: string): unknown {
  const { resource } = JSON.parse(received.at(-1)?.body ?? '')
  const result = open(resource, apiV3Key)
  return result.ok ? JSON.parse(result.plaintext) : result
}

describe('callbacks', () => {
  test('that are due are waited for, and shown', async ({ control, receive }) => {
    const payments = await receive((_, response) => setTimeout(() => response.writeHead(204).end(), 20))
    const refunds = await receive(500)
    await control.addOrder({ out_trade_no: 'A1', state: 'NOTPAY', total: 100, notify_url: payments.url })
    await control.payOrder('A1')

    const paid = await control.deliverNotifications()
    expect(paid).toMatchObject([{ event_type: 'TRANSACTION.SUCCESS', state: 'delivered', attempts: [{ status: 204 }] }])
    expect(payments.received).toHaveLength(1)

    await control.refundOrder('A1', { notify_url: refunds.url })
    await control.advance('PT5S')
    const refunded = await control.deliverNotifications({ event_type: 'REFUND.SUCCESS' })
    expect(refunded).toMatchObject([{ state: 'pending', attempts: [{ status: 500 }] }])
    expect(await control.deliverNotifications()).toEqual([...paid, ...refunded])
    expect(refunds.received).toHaveLength(1)
  })

  // The command `notify` is tested with all events.
  test.for(SOME_EVENTS)('%s is made and sent, and answered after the try', async (event_type, { control, receive }) => {
    const receiver = await receive()
    const { url } = receiver
    const shown = await control.sendNotification({ event_type, url })

    expect(shown).toMatchObject({
      event_type: typeOfEvent(event_type),
      url,
      state: 'delivered',
      attempts: [{ status: 200 }],
      mchid: '1900000001',
    })
    const { api_v3_key } = await control.credentials()
    expect(opened(receiver, api_v3_key)).toEqual(JSON.parse(shown.resource))
    expect(receiver.received).toHaveLength(1)
    expect(await control.notifications()).toEqual([shown])
  })

  test('are found page by page, the newest first, by state and text', async ({ control, receive }) => {
    const taken = await receive()
    const refused = await receive(500)
    const send = async (event_type: (typeof EVENT_TYPES)[number], { url }: Receiver) =>
      (await control.sendNotification({ event_type, url })).id
    // The clock stands still, so the callbacks differ only in their places.
    const ids = [
      await send('COUPON.SEND', taken),
      await send('REFUND.SUCCESS', refused),
      await send('TRANSACTION.SUCCESS', taken),
    ]

    const page = await control.notificationPage({ limit: 2 })
    expect(page.items.map(({ id }) => id)).toEqual([ids[2], ids[1]])
    expect(page).toMatchObject({ total: 3 })
    await send('SECURITY_ECHO.SUCCESS', taken)
    const rest = await control.notificationPage({ limit: 2, cursor: page.next ?? '' })
    expect(rest.items.map(({ id }) => id)).toEqual([ids[0]])
    expect(rest).not.toHaveProperty('next')

    const { items } = await control.notificationPage({ state: 'pending' })
    expect(items).toEqual([
      {
        id: ids[1],
        mchid: '1900000001',
        url: refused.url,
        event_type: 'REFUND.SUCCESS',
        out_trade_no: expect.any(String),
        request_no: expect.any(String),
        state: 'pending',
        create_time: expect.any(String),
        due_time: expect.any(String),
        tries: 1,
        last: { time: expect.any(String), status: 500 },
      },
    ])
    expect((await control.notificationPage({ text: 'wechatpay-MOCK' })).items).toMatchObject([
      { event_type: 'SECURITY_ECHO.SUCCESS' },
    ])
    expect(await control.notificationPage({ mchid: '1900000099' })).toEqual({ items: [], total: 0 })
  })

  test.for([
    ['COUPON.SEND', { coupon_code: 'NUMBER_C1' }, { coupon_code: 'NUMBER_C1' }],
    ['TRANSACTION.SUCCESS', { out_trade_no: 'NUMBER_O1' }, { out_trade_no: 'NUMBER_O1' }],
    ['TRANSACTION.SUCCESS/combined-orders', { combine_out_trade_no: 'NUMBER_O2' }, { out_trade_no: 'NUMBER_O2' }],
    [
      'REFUND.SUCCESS',
      { out_trade_no: 'NUMBER_O1', out_refund_no: 'NUMBER_R1' },
      { out_trade_no: 'NUMBER_O1', request_no: 'NUMBER_R1' },
    ],
    ['MCHTRANSFER.BILL.FINISHED', { out_bill_no: 'NUMBER_T1' }, { request_no: 'NUMBER_T1' }],
    ['COMPLAINT.CREATE', { complaint_id: 'NUMBER_P1' }, { request_no: 'NUMBER_P1' }],
  ] as const)(
    '%s names what it tells of, %j, in both lists, where that finds it',
    async ([event_type, resource, names], { control, receive }) => {
      const { url } = await receive()
      await control.sendNotification({ event_type: 'SECURITY_ECHO.SUCCESS', url })
      const { id } = await control.sendNotification({ event_type, url, resource })

      for (const text of Object.values(names)) {
        expect((await control.notificationPage({ text })).items).toEqual([expect.objectContaining({ id, ...names })])
        expect((await control.journalPage({ text })).items).toEqual([expect.objectContaining(names)])
        expect((await control.journalPage({ text })).items).toMatchObject([{ callback: { id } }])
      }
    },
  )

  test('of a coupon are among what names it', async ({ control, receive }) => {
    const { url } = await receive()
    await control.sendNotification({ event_type: 'COUPON.SEND', url, resource: { coupon_code: 'C1' } })
    await control.sendNotification({ event_type: 'COUPON.SEND', url, resource: { coupon_code: 'C2' } })

    expect(await control.journal({ coupon_code: 'C1' })).toHaveLength(1)
    expect(await control.journal({ coupon_code: 'C3' })).toEqual([])
  })

  test('one is opened with links to the things that it tells of', async ({ control, receive }) => {
    const { url } = await receive(500)
    await control.addOrder({ out_trade_no: 'A1', state: 'NOTPAY', notify_url: url })
    await control.payOrder('A1')
    const { out_refund_no } = await control.refundOrder('A1', { notify_url: url })
    await control.advance('PT5S')

    const [refund, payment] = (await control.notificationPage()).items
    const thingsOf = async (one = refund) =>
      (await control.notification(one?.id ?? '')).things.map(({ thing, heading }) => [thing, heading])
    expect(await thingsOf()).toEqual([
      ['orders', 'A1'],
      ['refunds', out_refund_no],
    ])
    expect(await thingsOf(payment)).toEqual([['orders', 'A1']])
  })

  test('are listed page by page only once there is something to tell', async ({ control, receive }) => {
    const { url } = await receive(500)
    const { out_bill_no } = await control.addTransfer({ notify_url: url })
    const listed = async () =>
      (await control.notificationPage()).items.map(({ tries, request_no }) => [tries, request_no])
    expect(await listed()).toEqual([])
    expect((await control.notificationPage()).total).toBe(0)
    expect(await control.notifications()).toMatchObject([{ state: 'pending', attempts: [] }])
    expect((await control.notificationPage()).next_try).toMatchObject({ event_type: 'MCHTRANSFER.BILL.FINISHED' })

    await control.confirmTransfer(out_bill_no)
    await control.deliverNotifications()
    expect(await listed()).toEqual([[1, out_bill_no]])
  })

  test('a late one is listed from the moment that it tells of', async ({ control, receive }) => {
    const { url } = await receive()
    await control.planFault({ event: 'any', effect: 'late', late_by: 'PT1H' })
    await control.addTransfer({ notify_url: url })
    await control.advance('P2D')
    await control.planFault({ event: 'any', effect: 'late', late_by: 'PT1H' })
    const { out_bill_no } = await control.addTransfer({ notify_url: url })
    await control.confirmTransfer(out_bill_no)
    await control.deliverNotifications()

    expect((await control.notificationPage({ state: 'pending' })).items).toMatchObject([
      { tries: 0, request_no: out_bill_no },
    ])
  })

  test('one is opened with the exchanges of its tries', async ({ control, receive }) => {
    const { url } = await receive(500)
    await control.sendNotification({ event_type: 'COUPON.SEND', url })
    const { id } = await control.sendNotification({ event_type: 'REFUND.SUCCESS', url })
    const repeated = await control.sendNotification({ id })

    const { notification, exchanges } = await control.notification(id)
    expect(notification).toEqual(repeated)
    expect(exchanges.map(({ callback }) => callback)).toEqual([
      { id, event_type: 'REFUND.SUCCESS', attempt: 1 },
      { id, event_type: 'REFUND.SUCCESS', attempt: 2 },
    ])
    await expectRefusal(control.notification('none'), 'MOCK_NOTIFICATION_UNKNOWN', '/path/id')
  })

  test('what came of a try is told in words and in a name, in the callback and in the journal', async ({
    control,
    receive,
  }) => {
    const gone = await receive()
    await gone.close()
    const [refuser, closer] = [await receive(500), await receive((_, response) => response.destroy())]
    const send = (url: string) => control.sendNotification({ event_type: 'TRANSACTION.SUCCESS', url })
    const tries = [
      await send('https://shop.example.com/'),
      await send(gone.url),
      await send(closer.url),
      await send(refuser.url),
    ]

    const next_time = '2026-11-25T12:00:15+08:00'
    const reasons = [
      { reason: { name: 'host_not_allowed', value: 'shop.example.com' } },
      { reason: { name: 'refused' }, next_time },
      { reason: { name: 'closed' }, next_time },
      { reason: { name: 'not_taken' }, next_time },
    ]
    expect(tries.flatMap(({ attempts }) => attempts.map(({ reason }) => reason))).toEqual([
      ...reasons.slice(0, 3).map(({ reason }) => reason),
      undefined,
    ])
    expect((await control.journal()).map(({ remarks }) => remarks.map(({ attempt }) => attempt))).toEqual(
      reasons.map((reason) => [reason]),
    )
    const { items } = await control.journalPage()
    expect(items.map(({ remark }) => remark?.attempt)).toEqual(reasons.toReversed())
    const world = await control.world()
    await control.restore(world)
    expect(await control.world()).toEqual(world)
  })

  test('what is given takes the place of what would be made up, and null leaves it out', async ({
    control,
    receive,
  }) => {
    const receiver = await receive()
    const { url } = receiver
    const resource = { out_trade_no: 'MCH_1', attach: null, amount: { total: 1 } }
    await control.sendNotification({ event_type: 'TRANSACTION.SUCCESS', url, resource })

    const { api_v3_key } = await control.credentials()
    const content = opened(receiver, api_v3_key)
    expect(content).toMatchObject({ out_trade_no: 'MCH_1', amount: { total: 1 }, trade_state: 'SUCCESS' })
    expect(content).not.toHaveProperty('attach')
  })

  test('COUPON.SEND goes to the event address, and tells of the coupon received last', async ({
    control,
    merchant,
    receive,
  }) => {
    const receiver = await receive()
    await merchant.call(setCallback, { notify_url: receiver.url })
    const { coupon_code, openid } = await control.addCoupon({ coupon_code: 'LATEST' })
    await control.sendNotification({ event_type: 'COUPON.SEND' })

    const { api_v3_key } = await control.credentials()
    expect(opened(receiver, api_v3_key)).toMatchObject({ coupon_code, openid })
  })

  test('for another merchant are sealed with its key', async ({ control, receive }) => {
    const receiver = await receive()
    const { mchid, api_v3_key } = await control.createMerchant()
    await control.sendNotification({ event_type: 'REFUND.SUCCESS', url: receiver.url, mchid })

    expect(opened(receiver, api_v3_key)).toMatchObject({ mchid, refund_status: 'SUCCESS' })
    expect(await control.notifications({ mchid })).toHaveLength(1)
    expect(await control.notifications({ mchid: '1900000001' })).toEqual([])
  })

  test('for a merchant that has set no APIv3 key are not sent', async ({ control, receive }) => {
    const receiver = await receive()
    await control.changeMerchant('1900000001', { api_v3_key_set: false })
    await control.addOrder({ out_trade_no: 'A1', state: 'NOTPAY', notify_url: receiver.url })
    await control.payOrder('A1')
    await control.deliverNotifications()

    expect(receiver.received).toEqual([])
    expect(await control.notifications()).toMatchObject([
      {
        state: 'failed',
        attempts: [
          {
            error: 'Not sent: merchant 1900000001 has set no APIv3 key to seal it with.',
            reason: { name: 'api_v3_key_not_set', value: '1900000001' },
          },
        ],
      },
    ])
    await control.changeMerchant('1900000001', { api_v3_key_set: true })
    const [{ id = '' } = {}] = await control.notifications()
    expect(await control.sendNotification({ id })).toMatchObject({ state: 'delivered' })
  })

  test('that were not taken are repeated by the clock, or by hand', async ({ control, receive }) => {
    const { url, received } = await receive((_, response, count) => response.writeHead(count < 3 ? 500 : 200).end())
    const { id, state, due_time } = await control.sendNotification({ event_type: 'COUPON.SEND', url })
    expect({ state, due_time }).toEqual({ state: 'pending', due_time: '2026-11-25T12:01:00+08:00' })
    await control.advance(60)
    expect(received).toHaveLength(2)

    expect(await control.sendNotification({ id })).toMatchObject({
      id,
      state: 'delivered',
      attempts: [{ status: 500 }, { status: 500 }, { status: 200 }],
    })
    await control.advance('P1D')
    expect(received).toHaveLength(3)
    expect(await control.sendNotification({ id })).toMatchObject({ state: 'delivered' })
    expect(new Set(received.map(({ body }) => body)).size).toBe(1)
    expect(new Set(received.map((one) => one.header('Wechatpay-Signature'))).size).toBe(4)
  })

  test('are found by event and state', async ({ control, receive }) => {
    const [good, bad] = [await receive(), await receive(500)]
    await control.sendNotification({ event_type: 'COUPON.SEND', url: good.url })
    await control.sendNotification({ event_type: 'COUPON.SEND', url: bad.url })
    await control.sendNotification({ event_type: 'REFUND.CLOSED', url: 'https://shop.example.com/' })

    const found = async (filter: Parameters<typeof control.notifications>[0]) =>
      (await control.notifications(filter)).map(({ url }) => url)
    expect(await found({})).toEqual([good.url, bad.url, 'https://shop.example.com/'])
    expect(await found({ event_type: 'COUPON.SEND' })).toEqual([good.url, bad.url])
    expect(await found({ state: 'delivered' })).toEqual([good.url])
    expect(await found({ state: 'pending' })).toEqual([bad.url])
    expect(await found({ state: 'failed', event_type: 'REFUND.CLOSED' })).toEqual(['https://shop.example.com/'])
    expect(await found({ state: 'failed', event_type: 'COUPON.SEND' })).toEqual([])
  })

  test('are in the journal with what was sent and replied, and can be told from calls', async ({
    control,
    merchant,
    receive,
  }) => {
    const { url } = await receive((_, response) => response.writeHead(503, { 'X-Why': 'busy' }).end('later'))
    await merchant.call(setCallback, { notify_url: url })
    const { id } = await control.sendNotification({ event_type: 'COUPON.SEND' })

    const [call, callback] = await control.journal()
    expect(call).not.toHaveProperty('callback')
    expect(callback).toMatchObject({
      mchid: '1900000001',
      callback: { id, event_type: 'COUPON.SEND', attempt: 1 },
      request: { method: 'POST', target: url, headers: { 'Wechatpay-Signature-Type': 'WECHATPAY2-SHA256-RSA2048' } },
      response: { status: 503, headers: { 'X-Why': 'busy' }, body: 'later' },
      remarks: [{ about: 'callback', text: expect.stringContaining('Repeated at 2026-11-25T12:01:00+08:00') }],
    })
    expect(await control.journal({ callbacks: 'only' })).toEqual([callback])
    expect(await control.journal({ callbacks: 'no' })).toEqual([call])
    expect(await control.journalCount({ callbacks: 'only', status: 503 })).toBe(1)
    expect(await control.exchange(callback?.request.headers['Request-ID'] ?? '')).toEqual(callback)
  })

  test.for([
    [{}, 'MOCK_INPUT', ''],
    [{ event_type: 'COUPON.SEND', url: 'ftp://127.0.0.1/' }, 'MOCK_INPUT', '/url'],
    [{ event_type: 'COUPON.SEND', url: 'http://127.0.0.1/', mchid: '1900000404' }, 'MOCK_MERCHANT_UNKNOWN', '/mchid'],
    [{ event_type: 'COUPON.SEND' }, 'MOCK_NOTIFICATION_URL', '/url'],
    [{ event_type: 'REFUND.SUCCESS' }, 'MOCK_NOTIFICATION_URL', '/url'],
    [{ id: 'none' }, 'MOCK_NOTIFICATION_UNKNOWN', '/id'],
    [{ id: 'none', event_type: 'COUPON.SEND' }, 'MOCK_INPUT', ''],
    [{ id: 'none', url: 'http://127.0.0.1/' }, 'MOCK_INPUT', ''],
  ] as const)('%j is refused', async ([body, code, path], { request, control }) => {
    const response = await request('/_mock/notifications', json(body))

    const answer = (await response.json()) as { code: string; path: string }
    expect(answer).toMatchObject({ code, ...(path !== undefined && { path }) })
    expect(await control.notifications()).toEqual([])
  })
})
