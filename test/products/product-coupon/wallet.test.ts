import { describe, expect, test } from 'vitest'
import { preSendProductCouponBundle, preSendProductCouponToUser } from '../../../src/products/operations.ts'
import { expectRefusal, merchantOf, refusalOf } from '../../control/doors.ts'
import { createMock } from '../../helpers/engine.ts'
import { BATCH, BUNDLE, IN_BUNDLE, withBatches } from '../../operations/product-coupon/batches.ts'

const NOW = '2026-11-25T12:00:00+08:00'
const OPENID = 'oUser'
const PARTNER = '1900000001'

async function withCoupons(user_product_coupons: readonly object[], others: object = {}) {
  const mock = createMock({ language: 'en', clock: { now: () => Date.parse(NOW) } })
  await withBatches(mock.control, {}, { user_product_coupons, ...others })
  return mock
}

describe('the wallet', () => {
  test('has the coupons of a user of all brands and partners, the newest first, but for deleted ones', async () => {
    const at = (hour: number) => `2026-11-25T${String(hour).padStart(2, '0')}:00:00+08:00`
    const of = { openid: OPENID, receive_time: at(1) }
    const { control } = await withCoupons(
      [
        { ...of, stock_id: BATCH.stock_id, coupon_code: 'OLD' },
        { ...of, coupon_code: 'OTHER_BRAND', brand_id: '40002', receive_time: at(3) },
        { ...of, coupon_code: 'OTHER_PARTNER', mchid: '1900000009', receive_time: at(2) },
        { ...of, coupon_code: 'GONE', delete_time: at(4) },
        { coupon_code: 'OTHER_USER', openid: 'oOther' },
        // The same person under another appid: the first is known to be, the second says so itself.
        { coupon_code: 'KNOWN', openid: 'oSame', unionid: 'union-1', receive_time: at(4) },
        { ...of, coupon_code: 'SAYS_SO', unionid: 'union-2', receive_time: at(5) },
      ],
      { users: [{ openid: OPENID, unionid: 'union-1' }] },
    )
    const codes = async (mchid?: string) => {
      const { coupons } = await control.openWallet({ openid: OPENID, ...(mchid && { mchid }) })
      return coupons.map(({ coupon_code }) => coupon_code)
    }
    expect(await codes()).toEqual(['SAYS_SO', 'KNOWN', 'OTHER_BRAND', 'OTHER_PARTNER', 'OLD'])
    expect(await codes('1900000009')).toEqual(['OTHER_PARTNER'])
  })

  test('says what each is worth, how it is shown, and how much of a bundle is used', async () => {
    const usage = { use_request_no: 'USE_0001', use_time: NOW }
    const { control } = await withCoupons([
      { stock_id: BATCH.stock_id, coupon_code: 'C1', openid: OPENID, confirm_time: NOW },
      ...IN_BUNDLE.map((stock_id, i) => ({
        stock_id,
        coupon_code: `B${i}`,
        openid: OPENID,
        receive_time: '2026-11-24T12:00:00+08:00',
        user_coupon_bundle_id: '1',
        user_coupon_bundle_index: i,
        ...(i === 0 && { usage }),
      })),
    ])
    const { coupons, is_complete } = await control.openWallet({ openid: OPENID })
    expect(is_complete).toBe(true)
    expect(coupons[0]).toMatchObject({
      coupon_state: 'EFFECTIVE',
      worth: '¥20.00 off from ¥100.00',
      product_coupon: { scope: 'ALL', display_info: { name: '满100减20元' } },
      stock: { coupon_display_info: { code_display_mode: 'QRCODE' } },
    })
    expect(coupons.slice(1)).toMatchObject(
      ['USED', 'CONFIRMING', 'CONFIRMING'].map((coupon_state, user_coupon_bundle_index) => ({
        coupon_state,
        user_coupon_bundle_index,
        user_product_coupon_bundle_info: { total_count: 3, used_count: 1 },
      })),
    )
  })

  test('shows no more than the hundred newest', async () => {
    const { control } = await withCoupons(
      Array.from({ length: 101 }, (_, i) => ({ stock_id: BATCH.stock_id, coupon_code: `C${i}`, openid: OPENID })),
    )
    const { coupons, is_complete } = await control.openWallet({ openid: OPENID })
    expect([coupons.length, is_complete]).toEqual([100, false])
  })
})

describe('a token', () => {
  const single = { ...BATCH, appid: 'wx1', openid: OPENID, send_request_no: 'SEND_0001' }
  const bundle = { ...BUNDLE, appid: 'wx1', openid: OPENID, send_request_no: 'SEND_0002' }

  test.for([
    ['of one batch', preSendProductCouponToUser, single, 1],
    ['of a bundle', preSendProductCouponBundle, bundle, 3],
  ] as const)(
    '%s shows what is offered, then what was taken, also to a later token',
    async ([, call, request, count]) => {
      const mock = await withCoupons([])
      const { control } = mock
      const usage_mode = count === 1 ? 'SINGLE' : 'PROGRESSIVE_BUNDLE'
      await control.addProductCoupon({ product_coupon_id: BATCH.product_coupon_id, usage_mode })
      const partner = await merchantOf(mock, PARTNER)
      const tokenOf = async () => {
        const { body } = await partner.call(call, request)
        expect(body).toEqual({ token: expect.any(String) })
        return (body as { readonly token: string }).token
      }
      const token = await tokenOf()
      const offered = await control.preSentProductCoupon(token)
      expect(offered).toMatchObject({ openid: OPENID, taken: [], valid_until: '2026-11-25T12:05:00+08:00' })
      expect(offered.offered.map(({ brand_id, worth }) => [brand_id, worth])).toEqual(
        Array(count).fill(['40001', '¥20.00 off from ¥100.00']),
      )
      const taken = await control.takePreSentProductCoupon(token)
      expect(taken.map(({ coupon_state }) => coupon_state)).toEqual(Array(count).fill('CONFIRMING'))
      await control.advance('PT10M')
      for (const each of [token, await tokenOf()]) {
        const shown = await control.preSentProductCoupon(each)
        expect(shown.taken.map(({ coupon_code }) => coupon_code)).toEqual(taken.map(({ coupon_code }) => coupon_code))
        await expectRefusal(control.takePreSentProductCoupon(each), 'MOCK_NOT_SENT')
      }
    },
  )

  test('that is none, or too old, opens nothing, and says so to the user too', async () => {
    const mock = await withCoupons([])
    const { body } = await (await merchantOf(mock, PARTNER)).call(preSendProductCouponToUser, single)
    const { token } = body as { readonly token: string }
    await mock.control.advance('PT5M')
    for (const [each, why] of [
      ['NONE', 'there is no token NONE'],
      [token, 'it was good until 2026-11-25T12:05:00+08:00'],
    ] as const) {
      const refusal = await refusalOf(mock.control.preSentProductCoupon(each))
      expect([refusal.code, refusal.message]).toEqual([
        'MOCK_PRODUCT_COUPON_TOKEN',
        expect.stringContaining(`获取数据失败: ${why}`),
      ])
    }
  })

  test.for([
    ['has expired', '2026-11-25T11:55:00+08:00', 1_000],
    ['is still good', '2026-11-25T11:55:01+08:00', 1_004],
  ] as const)(
    'that %s is forgotten, or not, where more than a thousand are newer that nobody took',
    async ([, create_time, left]) => {
      const old = Array.from({ length: 1_003 }, (_, i) => ({
        ...{ ...single, mchid: PARTNER, token: `OLD_${i}`, create_time },
        ...(i === 0 && { take_time: NOW }),
      }))
      const mock = await withCoupons([], { pre_sent_product_coupons: old })
      const partner = await merchantOf(mock, PARTNER)
      for (const _ of ['two', 'more']) await partner.call(preSendProductCouponToUser, single)
      const { pre_sent_product_coupons: kept = [] } = await mock.control.world()
      expect(kept.filter(({ take_time }) => take_time === undefined)).toHaveLength(left)
      expect(kept).toHaveLength(left + 1)
    },
  )
})
