import { describe, expect } from 'vitest'
import {
  listCouponCodes,
  listUserCoupons,
  modifyStock,
  queryCouponCode,
  queryUserCoupon,
  sendCoupon,
  useCoupon,
} from '../../src/products/operations.ts'
import { refusal } from '../helpers/refusal.ts'
import { STOCK_ID, test, transports } from '../helpers/world.ts'

const [PARTNER, OWNER] = ['1900000101', '1900000102']
const STOCK = { stock_id: STOCK_ID }
const COUPON = { coupon_code: 'HELD', openid: 'oUser' }

/** Calls about a batch of the partner that another merchant owns, by the appid that they name. */
const CALLS = [
  [listCouponCodes, (appid: string) => ({ ...STOCK, appid })],
  [queryCouponCode, (appid: string) => ({ ...STOCK, coupon_code: 'FREE', appid })],
  [queryUserCoupon, (appid: string) => ({ ...COUPON, appid })],
  [listUserCoupons, (appid: string) => ({ openid: 'oUser', appid, creator_merchant: PARTNER, belong_merchant: OWNER })],
  [
    useCoupon,
    (appid: string) => ({
      ...STOCK,
      coupon_code: 'HELD',
      appid,
      use_time: '2026-11-25T12:00:00+08:00',
      use_request_no: 'U-1',
    }),
  ],
  [sendCoupon, (appid: string) => ({ ...STOCK, openid: appid, appid, out_request_no: 'S-1' })],
  [modifyStock, (appid: string) => ({ ...STOCK, out_request_no: appid, notify_config: { notify_appid: appid } })],
] as const

describe.for(transports)('an appid over %s', (transport) => {
  test.override('transport', transport)

  test.for(CALLS)(
    'of $0.id is one of the caller or of the owner',
    async ([operation, request], { clientOf, others, seed, control }) => {
      const client = await clientOf({ ...others.partner, appids: ['wxPartner'] })
      await clientOf({ ...others.owner, appids: ['wxOwner'] })
      await seed.stock({ mchid: PARTNER, belong_merchant: OWNER, coupon_code_mode: 'MERCHANT_UPLOAD' })
      await control.addCodes(['FREE', 'NEXT'].map((code) => ({ mchid: PARTNER, ...STOCK, code })))
      await seed.coupon({ ...COUPON, mchid: PARTNER })

      expect(await client.call(operation, request('wxOther'))).toEqual(refusal(operation, 'appid_unbound'))
      for (const appid of ['wxPartner', 'wxOwner']) {
        expect((await client.call(operation, request(appid))).status, appid).toBeLessThan(300)
      }
    },
  )
})
