import { associateTradeInfo } from 'wechatpay-mock'
import { expect, test, type WechatPay } from 'wechatpay-mock/vitest'

const COUPON = { stock_id: '100088', coupon_code: 'sxxe34343434' }

/** The shop's own code: asks again, with the same number, when it does not know what became of a request. */
async function link({ client }: WechatPay): Promise<number> {
  const body = { ...COUPON, out_trade_no: 'MCH_1', out_request_no: 'R-1' }
  const ask = () => client.request({ target: associateTradeInfo.path, body })
  const { status } = await ask().catch(ask)
  return status
}

test('a lost answer is asked for again', async ({ wechatpay }) => {
  await wechatpay.mock.faults.plan({ operation: 'associateTradeInfo', effect: 'answer_lost' })

  expect(await link(wechatpay)).toBe(200)

  wechatpay.mock.faults.assertAllUsed()
  expect(await wechatpay.control.journalCount()).toBe(2)
})

test('a coupon that is linked elsewhere is not', async ({ wechatpay }) => {
  await wechatpay.mock.faults.next(associateTradeInfo, 'linked_to_other_order')

  expect(await link(wechatpay)).toBe(400)
})
