import { describe, expect } from 'vitest'
import { associateTradeInfo } from '../../src/products/operations.ts'
import { createMerchantClient } from '../../src/testing/merchant-client.ts'
import type { OpenedMock } from '../helpers/engine.ts'
import { NOON, STOCK_ID, test } from '../helpers/world.ts'

/** A client whose requests go through `mock.fetch`, as a web-standard server would hand them over. */
const webClient = async (mock: OpenedMock) =>
  createMerchantClient({
    credentials: await mock.control.credentials(),
    now: () => NOON,
    send: async ({ method, target, headers, body }) => {
      const response = await mock.fetch(
        new Request(`http://localhost:3000${target}`, {
          method,
          headers,
          ...(body.length > 0 && { body: Uint8Array.from(body) }),
        }),
      )
      return {
        status: response.status,
        headers: [...response.headers],
        body: new Uint8Array(await response.arrayBuffer()),
      }
    },
  })

describe('mock.fetch', () => {
  test('answers a web-standard request like any other', async ({ mock, seed }) => {
    const client = await webClient(mock)
    await seed.coupon({ coupon_code: 'sxxe34343434' })

    expect(
      await client.call(associateTradeInfo, {
        stock_id: STOCK_ID,
        coupon_code: 'sxxe34343434',
        out_trade_no: '订单-1',
        out_request_no: 'R-1',
      }),
    ).toEqual({ status: 200, body: { wechatpay_associate_time: '2026-11-25T12:00:00+08:00' } })
  })

  test.for(['/v3/certificates', '/v3/certificates?', '/v3/certificates?a=%e5%88%b8&b=a+b', '/v3/certificates?a=b?c'])(
    'signs and verifies %s as it was written',
    async (target, { mock }) => {
      const client = await webClient(mock)

      expect(await client.request({ target })).toMatchObject({ status: 200 })
    },
  )

  test('leaves out what stands behind #, which no client sends', async ({ mock, control }) => {
    await mock.fetch(new Request('http://localhost/v3/certificates?a=b#c'))

    expect(await control.journal()).toMatchObject([{ request: { target: '/v3/certificates?a=b' } }])
  })

  test('hands a bug on', async ({ mock }) => {
    const bug = new Error('something impossible')
    mock.store.transaction = () => Promise.reject(bug)
    const client = await webClient(mock)

    await expect(client.request({ target: '/v3/certificates' })).rejects.toBe(bug)
  })
})
