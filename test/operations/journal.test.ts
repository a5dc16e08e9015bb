import { expect } from 'vitest'
import { associateTradeInfo } from '../../src/products/operations.ts'
import { test } from '../helpers/world.ts'

const associate = (coupon_code: string) => ({
  stock_id: '100088',
  coupon_code,
  out_trade_no: 'MCH_1',
  out_request_no: 'R_1',
})

test('the journal says why a rule refused, which the wire does not', async ({ merchant, control }) => {
  await control.addCoupon({ stock_id: '100088', coupon_code: 'SPENT', state: 'USED', associate_out_trade_no: 'MCH_0' })
  await merchant.call(associateTradeInfo, associate('SPENT'))

  expect((await control.journal()).at(-1)?.remarks).toEqual([
    {
      about: 'refusal',
      error: 'not_usable',
      text: expect.stringMatching(
        /^Coupon SPENT of batch 100088 is USED, redeemed at .+, linked to order MCH_0, usable from /,
      ),
    },
  ])
})

test('the journal says what a Wechatpay-Serial could have been', async ({ merchant, control }) => {
  await merchant.request({ target: '/v3/certificates', wechatpaySerial: '0'.repeat(40) })

  expect((await control.journal()).at(-1)?.remarks).toMatchObject([
    { about: 'refusal', text: expect.stringContaining('name 7C8D9EAFB0C1D2E3F405162738495A6B7C8D9E0F or PUB_KEY_ID_') },
  ])
})

test('a client that has signed nothing is told so, and how to keep the host for an SDK that signs only for the real one', async ({
  merchant,
  control,
}) => {
  await merchant.request({ target: '/v3/certificates', authorization: undefined })

  const { remarks } = (await control.journal()).at(-1) ?? {}
  expect(remarks).toMatchObject([{ about: 'authorization', causes: [{ name: 'header_missing' }] }])
  for (const part of ['Nothing was signed', 'WxJava with a payBaseUrl', 'setHttpProxyHost', 'setRoutePlanner']) {
    expect(remarks?.[0]?.text).toContain(part)
  }
})
