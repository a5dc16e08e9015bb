import { describe, expect } from 'vitest'
import {
  confirmProductCoupon,
  createProductCoupon,
  deactivateCoupon,
  listUserProductCoupons,
  preSendProductCouponToUser,
  queryProductCouponStock,
  queryUserCoupon,
  queryUserProductCoupon,
  sendProductCouponToUser,
  setProductCouponAddress,
  useCoupon,
  useProductCoupon,
} from '../../../src/products/operations.ts'
import { told } from '../../products/transfer/transfers.ts'
import { aProductCoupon, BRAND, batchOf, made, namesIn, OPENID, REFUSED, used } from './coupon-story.ts'
import { APPID, NUMBER, PLACES, type Take, takeAs, test } from './story.ts'

const NO_AUTH = '403 NO_AUTH 服务商没有此接口权限'

describe.for(PLACES)('product coupons come and go over %s', (place) => {
  test.override('place', place)

  test('story 5: a user takes a coupon from a page', async ({ take, control, shop }) => {
    await take(setProductCouponAddress, { notify_url: shop.url })
    const names = await made(take, aProductCoupon('CREATE_0001', { stock_send_rule: { max_count_per_user: 2 } }))
    const offer = { ...names, send_request_no: 'SEND_0001', attach: '扫码' }
    const { token = '' } = await take(preSendProductCouponToUser, offer)
    const { token: another = '' } = await take(preSendProductCouponToUser, offer)
    expect(another).not.toBe(token)
    await take(queryProductCouponStock, batchOf(names), { sent_count_info: { total_count: 0, today_count: 0 } })
    await control.advance('PT4M59S')
    const [taken] = await control.takePreSentProductCoupon(token)
    expect(taken).toMatchObject({ coupon_state: 'CONFIRMING', send_channel: 'RECEIVE_COMPONENT', openid: OPENID })
    for (const one of [token, another]) {
      await expect(control.takePreSentProductCoupon(one)).rejects.toMatchObject({ code: 'MOCK_NOT_SENT' })
    }
    const { coupon_code = '' } = Object(taken)
    const [notice, ...more] = await shop.notices()
    expect(more).toEqual([])
    const content = { coupon_code, send_channel: 'RECEIVE_COMPONENT', send_request_no: 'SEND_0001', attach: '扫码' }
    expect(notice?.resource).toMatchObject(content)
    await take(queryProductCouponStock, batchOf(names), { sent_count_info: { total_count: 1, today_count: 1 } })
    await take(confirmProductCoupon, { ...names, coupon_code, out_request_no: 'CONFIRM_0001' })
    await take(sendProductCouponToUser, { ...offer, send_request_no: 'SEND_0002' })
    const second = { ...offer, send_request_no: 'SEND_0003' }
    await take(preSendProductCouponToUser, second, '400 INVALID_REQUEST 用户领取已达到上限')

    const friend = { ...second, openid: 'oFriend' }
    const { token: late = '' } = await take(preSendProductCouponToUser, friend)
    await control.advance('PT5M')
    await expect(control.takePreSentProductCoupon(late)).rejects.toMatchObject({ code: 'MOCK_NOT_SENT' })
    await take(queryProductCouponStock, batchOf(names), { sent_count_info: { total_count: 2 } })
  })

  test('story 6: the brand withdraws what it let its partner do', async ({ take, control }) => {
    const names = await made(take, aProductCoupon('CREATE_0001'))
    const send = (expected: Parameters<Take>[2]) =>
      take(sendProductCouponToUser, { ...names, send_request_no: 'SEND_0001' }, expected)
    const { coupon_code = '' } = await send({ coupon_state: 'CONFIRMING' })
    const confirmation = { ...names, coupon_code, out_request_no: 'CONFIRM_0001' }
    await control.addBrandPartner({ brand_id: BRAND, authorized: false })
    await send(NO_AUTH)
    await take(createProductCoupon, aProductCoupon('CREATE_0002'), NO_AUTH)
    await take(confirmProductCoupon, confirmation, NO_AUTH)
    await take(listUserProductCoupons, names, NO_AUTH)
    await take(createProductCoupon, { ...aProductCoupon('CREATE_0002'), brand_id: '40002' })
    await control.addBrandPartner({ brand_id: BRAND, authorized: true })
    await send({ coupon_code })
    await take(confirmProductCoupon, confirmation, { coupon_state: 'EFFECTIVE' })
  })

  test('story 7: two partners of a brand', async ({ take, shop, clientOf, others: { partner }, receiver, mock }) => {
    const takeOfOther = takeAs(await clientOf(partner))
    const { url, received } = await receiver.start(204)
    await take(setProductCouponAddress, { notify_url: shop.url })
    await takeOfOther(setProductCouponAddress, { notify_url: url })
    const own = await made(take, aProductCoupon('CREATE_0001', { stock_send_rule: { max_count_per_user: 1 } }))
    const others = await made(
      takeOfOther,
      aProductCoupon('CREATE_0001', { stock_send_rule: { max_count_per_user: 1 } }),
    )
    expect(others.product_coupon_id).not.toBe(own.product_coupon_id)
    const sent = { send_request_no: 'SEND_0001' }
    await takeOfOther(sendProductCouponToUser, { ...own, ...sent }, REFUSED.productUnknown)
    const { coupon_code = '' } = await take(sendProductCouponToUser, { ...own, ...sent })
    const { coupon_code: otherCode } = await takeOfOther(sendProductCouponToUser, { ...others, ...sent })
    const all = { openid: OPENID, appid: APPID, brand_id: BRAND }
    for (const one of [take, takeOfOther]) await one(listUserProductCoupons, all, { total_count: 1 })

    const notices = await shop.notices()
    await mock.outbox.idle()
    expect(notices.map(({ resource }) => resource.coupon_code)).toEqual([coupon_code])
    expect(received.map((one) => told(one, partner.apiV3Key).resource.coupon_code)).toEqual([otherCode])
    const confirmation = { ...own, coupon_code, out_request_no: 'CONFIRM_0001' }
    await takeOfOther(confirmProductCoupon, confirmation, REFUSED.productUnknown)
    const wrong = { ...confirmation, product_coupon_id: others.product_coupon_id, stock_id: others.stock_id }
    await takeOfOther(confirmProductCoupon, wrong, '404 NOT_FOUND 未找到 coupon_code 对应的用户商品券')
    await take(confirmProductCoupon, confirmation, { coupon_state: 'EFFECTIVE' })
  })

  test('story 8: a batch moves from 商家券 to 商品券', async ({ take, control }) => {
    const old = { stock_id: '100088', appid: APPID }
    const moved = { product_coupon_id: '1000000013', stock_id: '1000000013001' }
    const codes = ['MEMBER-1', 'MEMBER-2', 'MEMBER-3']
    await control.restore({
      stocks: [{ stock_id: old.stock_id }],
      coupons: codes.map((coupon_code) => ({ stock_id: old.stock_id, coupon_code, openid: OPENID })),
      product_coupons: [{ product_coupon_id: moved.product_coupon_id, brand_id: BRAND }],
      product_coupon_stocks: [{ ...moved, coupon_code_mode: 'API_ASSIGN', notify_config: { notify_appid: APPID } }],
      user_product_coupons: [{ ...moved, coupon_code: 'MEMBER-3', openid: OPENID, attach: '已迁移' }],
    })
    const names = namesIn(moved)
    await take(queryProductCouponStock, batchOf(names), {
      sent_count_info: { total_count: 1 },
      coupon_code_mode: 'API_ASSIGN',
    })
    const sent = (no: string, coupon_code: string) => ({ ...names, send_request_no: no, coupon_code })
    await take(sendProductCouponToUser, sent('SEND_0003', 'MEMBER-3'), '400 ALREADY_EXISTS coupon_code 冲突')

    const [coupon_code = ''] = codes
    const { transaction_id } = await control.addOrder({ out_trade_no: NUMBER })
    await take(deactivateCoupon, {
      stock_id: old.stock_id,
      coupon_code,
      deactivate_request_no: 'MOVE_0001',
      deactivate_reason: '迁移',
    })
    await take(sendProductCouponToUser, sent('SEND_0001', coupon_code), { coupon_code, coupon_state: 'CONFIRMING' })
    const coupon = { ...names, coupon_code }
    await take(confirmProductCoupon, { ...coupon, out_request_no: 'CONFIRM_0001' })
    const use_time = '2026-11-25T12:00:00+08:00'
    await take(useProductCoupon, { ...coupon, ...used('USE_0001', use_time, { transaction_id }) })
    await take(queryUserCoupon, { ...old, coupon_code, openid: OPENID }, { coupon_state: 'DEACTIVATED' })
    await take(queryUserCoupon, { ...old, coupon_code: 'MEMBER-2', openid: OPENID }, { coupon_state: 'SENDED' })
    const usage = { ...old, coupon_code, use_request_no: 'OLD_0001', use_time }
    await take(useCoupon, usage, '400 INVALID_REQUEST 券状态非可用态')

    const saved = await control.world()
    await control.restore(saved)
    expect(await control.world()).toEqual(saved)
    await take(queryUserProductCoupon, coupon, { coupon_state: 'USED', stock: { sent_count_info: { total_count: 2 } } })
    const third = { ...names, coupon_code: 'MEMBER-3' }
    await take(queryUserProductCoupon, third, { attach: '已迁移', coupon_state: 'CONFIRMING' })
  })
})
