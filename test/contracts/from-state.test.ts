import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { expect } from 'vitest'
import {
  associateTradeInfo,
  type Connection,
  fromState,
  verifyPacts,
  wechatPayPact,
} from '../../contracts/kit/index.ts'
import { rawSender } from '../../contracts/kit/raw-http.ts'
import { queryOrderByOutTradeNo } from '../../src/products/operations.ts'
import { type Callable, createMerchantClient } from '../../src/testing/merchant-client.ts'
import { LINK, test } from './pacts.ts'

/** Makes a call as a consumer that the contract is written for. */
async function call({ url, credentials }: Connection, operation: Callable, input: Record<string, unknown>) {
  const { send, close } = rawSender(url)
  try {
    return await createMerchantClient({ credentials, send, contentType: 'json' })
      .call(operation, input)
      // Pact's mock server gives no Request-ID, which the client asks for.
      .catch((error: unknown) => error)
  } finally {
    close()
  }
}

test('a request takes values from provider states when it is verified, and examples until then', async ({ write }) => {
  const dir = dirname(await write({ version: '4.0', interactions: [] }))
  const pact = wechatPayPact({ consumer: 'taker', dir, fresh: true })
  const order = { out_trade_no: 'AN|EXAMPLE', mchid: '1900000001' }
  await pact
    .upon('looks an order up')
    .given('an order is paid', { out_trade_no: 'OF-THE-STATE' })
    .calls(queryOrderByOutTradeNo, { ...order, out_trade_no: fromState('out_trade_no', order.out_trade_no) })
    .answers({ trade_state: 'SUCCESS' })
    .test((connection) => call(connection, queryOrderByOutTradeNo, order))
  await pact
    .upon('looks for an order of the merchant that calls')
    .given('another merchant calls', { mchid: '1900000777' })
    .calls(queryOrderByOutTradeNo, { ...order, mchid: fromState('mchid', order.mchid) })
    .refuses('not_found')
    .test((connection) => call(connection, queryOrderByOutTradeNo, order))
  await pact
    .upon('links the coupon of the state')
    .given('a user holds a usable coupon', { coupon_code: 'C-OF-THE-STATE' })
    .calls(associateTradeInfo, { ...LINK, coupon_code: fromState('coupon_code', LINK.coupon_code) })
    .answers({})
    .test((connection) => call(connection, associateTradeInfo, LINK))
  const file = `${dir}/taker-wechatpay.json`

  const { ok, interactions } = await verifyPacts({ pactFiles: [file] })

  expect(await readFile(file, 'utf8')).toContain('/v3/pay/transactions/out-trade-no/AN%7CEXAMPLE')
  expect(interactions.map(({ mismatches, reasons }) => [mismatches, reasons])).toEqual([
    [[], []],
    [[], []],
    [[], []],
  ])
  expect(ok).toBe(true)
})
