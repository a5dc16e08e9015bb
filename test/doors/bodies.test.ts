import { describe, expect } from 'vitest'
import { associateTradeInfo } from '../../src/products/operations.ts'
import { commonErrors } from '../../src/wire/protocol/common-errors.ts'
import { everyTransport, test } from '../helpers/world.ts'

/** Bytes of a body at most. */
const BODY_LIMIT = 2_097_152

describe.for(everyTransport)('a body over %s', (transport) => {
  test.override('transport', transport)

  test('of the largest size is read', async ({ merchant }) => {
    const answer = await merchant.request({ target: associateTradeInfo.path, body: 'a'.repeat(BODY_LIMIT) })
    // It is authenticated, and refused for what is in it.
    expect(answer).toMatchObject({ status: 400, body: { code: commonErrors.malformed.code } })
  })

  test('of one byte more is refused, unsigned, and said to be too large in the journal', async ({
    merchant,
    control,
  }) => {
    const { status, body } = await merchant.request({
      target: associateTradeInfo.path,
      body: 'a'.repeat(BODY_LIMIT + 1),
      signed: false,
    })
    const { status: expected, code, message } = commonErrors.body_too_large
    expect({ status, body }).toEqual({ status: expected, body: { code, message } })
    expect((await control.journal()).at(-1)?.remarks).toEqual([
      { about: 'body', text: 'The body is larger than 2097152 bytes.' },
    ])
  })

  test('that is called an upload, and signed over nothing, is not acted on', async ({ merchant, seed, control }) => {
    const { stock_id, coupon_code, ...before } = await seed.coupon()

    const answer = await merchant.request({
      target: associateTradeInfo.path,
      body: { stock_id, coupon_code, out_trade_no: 'MCH_1', out_request_no: 'R_1' },
      headers: { 'Content-Type': 'multipart/form-data' },
      signInstead: { body: new Uint8Array(0) },
    })

    expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } })
    expect(await control.coupon(stock_id, coupon_code)).toMatchObject(before)
  })
})
