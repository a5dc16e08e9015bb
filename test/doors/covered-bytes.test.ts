import { describe, expect } from 'vitest'
import { everyTransport, test } from '../helpers/world.ts'

const ASSOCIATE = {
  target: '/v3/marketing/busifavor/coupons/associate',
  body: { stock_id: '100088', coupon_code: 'sxxe34343434', out_trade_no: 'MCH_1', out_request_no: 'R_1' },
}

describe.for(everyTransport)('bytes that the signature does not cover, over %s', (transport) => {
  test.override('transport', transport)

  test('are not acted on: a JSON body that is called an upload, signed over nothing', async ({ merchant, control }) => {
    const before = await control.addCoupon({ stock_id: '100088', coupon_code: 'sxxe34343434' })

    const answer = await merchant.request({
      ...ASSOCIATE,
      headers: { 'Content-Type': 'multipart/form-data' },
      signInstead: { body: new Uint8Array(0) },
    })

    expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } })
    expect(await control.coupon('100088', 'sxxe34343434')).toEqual(before)
  })
})
