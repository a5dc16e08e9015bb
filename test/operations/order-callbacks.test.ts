import { describe, expect } from 'vitest'
import { createRefund, nativePrepay, queryOrderByOutTradeNo } from '../../src/products/operations.ts'
import { type Envelope, open } from '../../src/wire/protocol/envelope.ts'
import { test } from '../helpers/callbacks.ts'
import type { Received } from '../helpers/receiver.ts'
import { transports } from '../helpers/world.ts'

const out_trade_no = 'ORDER_0001'
const mchid = '1900000001'

/** Event and resource of a callback, opened with the merchant's key. */
function told({ body }: Received, apiV3Key: string): { event: string; resource: unknown } {
  const { event_type, resource } = JSON.parse(body) as { event_type: string; resource: Envelope }
  const opened = open(resource, apiV3Key)
  if (!opened.ok) throw new Error(`The resource does not open: ${opened.reason}`)
  return { event: event_type, resource: JSON.parse(opened.plaintext) }
}

describe.for(transports)('a shop is told over %s', (transport) => {
  test.override('transport', transport)

  test('of the payment and of each refund, at the address that each named', async ({
    merchant,
    control,
    mock,
    receiver,
  }) => {
    const { api_v3_key } = await control.credentials()
    const [payments, refunds] = [await receiver.start(204), await receiver.start(204)]
    await merchant.call(nativePrepay, {
      appid: 'wxd678efh567hg6787',
      mchid,
      description: '测试商品',
      out_trade_no,
      notify_url: payments.url,
      amount: { total: 100 },
    })
    const refund = (out_refund_no: string) =>
      merchant.call(createRefund, {
        out_trade_no,
        out_refund_no,
        notify_url: refunds.url,
        amount: { refund: 40, total: 100, currency: 'CNY' },
      })

    await control.payOrder(out_trade_no)
    await mock.outbox.idle()
    const { body } = await merchant.call(queryOrderByOutTradeNo, { out_trade_no, mchid })
    const { promotion_detail: _, ...paid } = Object(body)
    await refund('R1')
    await refund('R2')
    await control.settleRefund('R2', { outcome: 'ABNORMAL' })
    await mock.outbox.idle()
    const before = refunds.received.length
    await control.advance(5)
    await mock.outbox.idle()

    expect(payments.received.map((one) => told(one, api_v3_key))).toEqual([
      { event: 'TRANSACTION.SUCCESS', resource: paid },
    ])
    expect(before).toBe(1)
    expect(refunds.received.map((one) => told(one, api_v3_key))).toEqual([
      {
        event: 'REFUND.ABNORMAL',
        resource: expect.objectContaining({ out_refund_no: 'R2', refund_status: 'ABNORMAL' }),
      },
      {
        event: 'REFUND.SUCCESS',
        resource: expect.objectContaining({
          out_refund_no: 'R1',
          refund_status: 'SUCCESS',
          success_time: '2026-11-25T12:00:05+08:00',
        }),
      },
    ])
  })

  test('of a refund in the merchant console in the XML of API v2, unsigned, until it is taken', async ({
    control,
    mock,
    receiver,
  }) => {
    const console = await receiver.start((_, response, count) => response.writeHead(count === 1 ? 500 : 200).end())
    await control.addOrder({ out_trade_no, notify_url: console.url })
    const refund = await control.refundOrder(out_trade_no, {
      notification: 'v2_xml',
      api_v2_key: 'v2keyv2keyv2keyv2keyv2keyv2key12',
    })
    await control.advance(5)
    await mock.outbox.idle()
    await control.advance(15)
    await mock.outbox.idle()

    const [notification] = await control.notifications()
    expect(notification).toMatchObject({ id: refund.notification_id, state: 'delivered', event_type: 'REFUND.SUCCESS' })
    expect(console.received.map(({ body }) => body)).toEqual([notification?.xml, notification?.xml])
    for (const one of console.received) {
      expect(one.header('Content-Type')).toBe('text/xml')
      expect(one.headers.filter(([name]) => name.startsWith('Wechatpay'))).toEqual([])
    }
  })
})
