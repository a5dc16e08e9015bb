import { describe, expect } from 'vitest'
import { loadLogTexts, logLine } from '../../src/cli/log-line.ts'
import type { Mock } from '../../src/engine/mock.ts'
import { associateTradeInfo, nativePrepay } from '../../src/products/operations.ts'
import type { MerchantRequest } from '../../src/testing/merchant-client.ts'
import { englishIn } from '../helpers/chinese.ts'
import { STOCK_ID, test } from '../helpers/world.ts'

const LINK = { stock_id: STOCK_ID, coupon_code: 'A1', out_trade_no: 'MCH_1', out_request_no: 'R_1' }
const link = (body: unknown): MerchantRequest => ({ method: 'POST', target: associateTradeInfo.path, body })
const look = (more: Omit<MerchantRequest, 'target'>): MerchantRequest => ({ target: '/v3/certificates', ...more })

/** Mistakes that a client can make before its call is performed, with every way in which a field can be wrong. */
const CALLS: readonly [name: string, request: MerchantRequest][] = [
  ['no such coupon', link(LINK)],
  ['a field that is missing', link({ ...LINK, out_trade_no: undefined })],
  ['a field that is too long', link({ ...LINK, coupon_code: '券'.repeat(40) })],
  ['a field that is too short', link({ ...LINK, coupon_code: '' })],
  ['a field with a wrong letter', link({ ...LINK, out_request_no: '甲' })],
  ['a field of another type', link({ ...LINK, coupon_code: 5 })],
  ['a field that is null', link({ ...LINK, stock_id: null })],
  ['a field that is a list', link({ ...LINK, stock_id: [] })],
  ['a field that the call does not have', link({ ...LINK, wrong: 1, other: 2 })],
  ['a body that is no JSON', link('{')],
  ['a body that is a list', link('[]')],
  ['a body that is a text', link('"a"')],
  ['no body', { ...link(''), body: '' }],
  ['a number in a query', { target: '/v3/marketing/busifavor/users/oUser/coupons?appid=wx1&offset=-1' }],
  ['another word in a path', { target: '/v3/marketing/busifavor/coupons/A1' }],
  ['another method', { method: 'DELETE', target: '/v3/certificates' }],
  ['a call of API v2', { target: '/pay/unifiedorder' }],
  ['no Accept', look({ headers: { accept: undefined }, signed: false })],
  ['no Authorization', look({ authorization: undefined })],
  ['an Authorization that cannot be read', look({ authorization: 'WECHATPAY2-SHA256-RSA2048 mchid=1' })],
  ['another scheme', look({ authorization: { scheme: 'WECHATPAY-BRAND-SHA256-RSA2048' } })],
  ['SM2', look({ authorization: { scheme: 'WECHATPAY2-SM2-WITH-SM3' } })],
  ['an old timestamp', look({ timestamp: 1_600_000_000 })],
  ['a merchant that is not there', look({ authorization: { identity: '1999999999' } })],
  ['a certificate that is not there', look({ authorization: { serialNo: '0'.repeat(40) } })],
  ['another path signed', look({ signInstead: { target: '/v3/certificates/' } })],
  ['something else signed', look({ signInstead: { nonce: 'another', target: '/elsewhere' } })],
  ['no base64', look({ authorization: { signature: '!' } })],
  ['a platform key that is not there', look({ wechatpaySerial: 'PUB_KEY_ID_0' })],
]

describe('a Chinese line of the log is Chinese', () => {
  test.for(CALLS)('for %s', async ([, request], { mock, merchant }) => {
    await merchant.request(request)

    await expectChinese(mock)
  })

  test('for a planned fault', async ({ mock, merchant, control }) => {
    await control.planFault({ error: 'rate_limited', effect: 'delay', delay_ms: 1 })
    await merchant.request(look({}))

    await expectChinese(mock)
  })

  test('for a call too many', async ({ mock, merchant, control }) => {
    await control.changeSettings({ rate_limit: 'on' })
    mock.clock.freeze()
    for (let taken = 0; taken < 500; taken++) {
      await mock.rateLimiter.take(associateTradeInfo, mock.defaultMerchant.mchid, mock.clock.now())
    }
    await merchant.request(link(LINK))

    await expectChinese(mock)
  })

  test('for callbacks that nobody takes, or that may not be sent', async ({ mock, merchant, control }) => {
    const order = { appid: 'wx1', mchid: mock.defaultMerchant.mchid, description: '商品', out_trade_no: 'ORDER_0001' }
    const urls = ['http://127.0.0.1:1/notify', 'http://192.0.2.1/notify']
    for (const [i, notify_url] of urls.entries()) {
      const out_trade_no = `ORDER_000${i}`
      await merchant.call(nativePrepay, { ...order, out_trade_no, notify_url, amount: { total: 1 } })
      await control.payOrder(out_trade_no)
      await mock.outbox.idle()

      await expectChinese(mock)
    }
  })
})

/** Expects Chinese without English in the latest line, after the request and the answer, which are the same in any language. */
async function expectChinese(mock: Pick<Mock, 'journal'>): Promise<void> {
  const exchange = mock.journal.list().at(-1)
  if (!exchange) throw new Error('The journal is empty')
  const line = logLine(exchange, false, await loadLogTexts('zh'))
  const said = line.slice(line.indexOf('ms ') + 3)
  expect(said).toMatch(/\p{Script=Han}/u)
  // The plan of a fault appears in parentheses, in the words of the control API.
  expect(englishIn(said.replace(/（\w+ [^（）]*times \d+）/, ''))).toEqual([])
}
