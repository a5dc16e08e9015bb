import { describe, expect } from 'vitest'
import {
  confirmProductCoupon,
  deactivateUserProductCoupon,
  queryUserProductCoupon,
  returnProductCoupon,
  sendProductCouponToUser,
  setProductCouponAddress,
  useProductCoupon,
} from '../../src/products/operations.ts'
import { pactIn, test } from './recording.ts'

const BATCH = { brand_id: '40007', product_coupon_id: '1000000077', stock_id: '1000000077001' }
const HELD = { ...BATCH, openid: 'o-7' }
const CALLED = { ...HELD, appid: 'wx1234567889999' }

describe('the calls of a partner of a brand', () => {
  // In a suite: files share the process, and an override of the file would hold in the next one.
  test.override('options', { seed: 'empty' })

  test('are recorded with its batches and coupons as states, and what it is told', async ({ shop, receiver }) => {
    const { client, control } = shop
    const send = (send_request_no: string) => client.call(sendProductCouponToUser, { ...CALLED, send_request_no })
    await control.addProductCouponStock({ ...BATCH, stock_send_rule: { max_count: 1, max_count_per_user: 1 } })
    await client.call(setProductCouponAddress, { notify_url: receiver.url })
    await send('SEND_000007')
    await shop.mock.outbox.idle()
    await send('SEND_000008')
    await control.patchProductCouponStock(BATCH.stock_id, { state: 'PAUSED' })
    await send('SEND_000009')
    await control.addUserProductCoupon({ ...HELD, coupon_code: 'C_7' })
    await control.patchProductCouponStock(BATCH.stock_id, { state: 'SENDING' })
    const { valid_begin_time: use_time } = await control.userProductCoupon(BATCH.stock_id, 'C_7')
    const use = { use_time, associated_order_info: { out_trade_no: 'POS7', mchid: '1900000109' } }
    const named = { ...CALLED, coupon_code: 'C_7' }
    await client.call(queryUserProductCoupon, named)
    await client.call(confirmProductCoupon, { ...named, out_request_no: 'CONFIRM_000007' })
    await client.call(useProductCoupon, { ...named, ...use, out_request_no: 'USE_000007' })
    await client.call(useProductCoupon, { ...named, ...use, out_request_no: 'USE_000008' })
    await client.call(returnProductCoupon, { ...named, out_request_no: 'RETURN_000007' })
    await client.call(deactivateUserProductCoupon, {
      ...named,
      out_request_no: 'VOID_000007',
      deactivate_reason: '作废',
    })
    await client.call(queryUserProductCoupon, named)

    const { leftOut } = await shop.record({ consumer: 'brand' })

    expect(leftOut).toEqual([])
    const { interactions } = await pactIn(shop.file)
    const recorded = interactions.map(
      ({ description, providerStates = [] }) => `${description} [${providerStates.map(({ name }) => name).join()}]`,
    )
    expect(recorded).toEqual([
      'confirms an unconfirmed product coupon that was sent to a user [a product coupon waits to be confirmed]',
      'is told by PRODUCT_COUPON_SP.SEND that a user received a product coupon []',
      'looks up a deactivated product coupon of a user [a product coupon is deactivated]',
      'looks up an unconfirmed product coupon of a user [a product coupon waits to be confirmed]',
      'makes a usable product coupon of a user void [a user holds a usable product coupon]',
      'reads in the plaintext of PRODUCT_COUPON_SP.SEND that a user received a product coupon []',
      'returns a used product coupon to its user [a product coupon is used]',
      'sends a product coupon to a user: a batch that has no coupons left, and is refused: budget_used_up [a batch of product coupons has none left]',
      'sends a product coupon to a user: a batch that sends [a batch of product coupons is sending]',
      'sends a product coupon to a user: a paused batch, and is refused: not_sending [a batch of product coupons is paused]',
      'sets the event address for product coupons []',
      'uses a usable product coupon of a user, with associated_order_info [a user holds a usable product coupon]',
      'uses a used product coupon of a user, with associated_order_info, and is refused: already_used [a product coupon is used]',
    ])
    await shop.expectVerified()
  })
})
