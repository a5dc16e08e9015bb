import { describe, expect } from 'vitest'
import {
  confirmProductCoupon,
  createProductCoupon,
  deactivateUserProductCoupon,
  deactivateUserProductCouponBundle,
  listUserProductCoupons,
  queryProductCouponStock,
  returnProductCoupon,
  sendProductCouponBundle,
  sendProductCouponToUser,
  setProductCouponAddress,
  updateStockBudget,
  uploadProductCouponCodes,
  useProductCoupon,
} from '../../../src/products/operations.ts'
import { aProductCoupon, aSeries, batchOf, liveWithOrders, made, namesIn, REFUSED, used } from './coupon-story.ts'
import { MCHID, PLACES, type Take, test } from './story.ts'

describe.for(PLACES)('product coupons are told of over %s', (place) => {
  test.override('place', place)

  test('story 1: its whole life, with an order, and with another one', async ({ take, control, shop }) => {
    await liveWithOrders({ take, control, mchid: MCHID, shop })
  })

  test('story 2: uploaded codes run out', async ({ take }) => {
    const names = await made(take, aProductCoupon('CREATE_0001', { coupon_code_mode: 'UPLOAD' }))
    const send = (no: string, expected: Parameters<Take>[2]) =>
      take(sendProductCouponToUser, { ...names, send_request_no: no }, expected)
    const upload = (out_request_no: string, code_list: readonly string[], expected: object) =>
      take(uploadProductCouponCodes, { ...batchOf(names), out_request_no, code_list }, expected)
    const counted = (total_count: number, available_count: number) =>
      take(queryProductCouponStock, batchOf(names), { coupon_code_count_info: { total_count, available_count } })

    await send('SEND_0001', REFUSED.noCode)
    await upload('UPLOAD_0001', ['A1', 'A2', 'A1'], {
      ...{ total_count: 2, success_code_list: ['A1', 'A2'], duplicate_code_list: ['A1'] },
    })
    await upload('UPLOAD_0002', ['A2', 'A3'], { success_code_list: ['A3'], already_exist_code_list: ['A2'] })
    await counted(3, 3)
    const codes = ['SEND_0001', 'SEND_0002', 'SEND_0003'].map((no) => send(no, { coupon_state: 'CONFIRMING' }))
    const sent = await Promise.all(codes)
    expect(sent.map(({ coupon_code }) => coupon_code).toSorted()).toEqual(['A1', 'A2', 'A3'])
    await counted(3, 0)
    await send('SEND_0004', REFUSED.noCode)
    await send('SEND_0002', { coupon_code: sent[1]?.coupon_code })
    await upload('UPLOAD_0003', ['A4'], { success_code_list: ['A4'] })
    await send('SEND_0004', { coupon_code: 'A4', stock: { coupon_code_count_info: { available_count: 0 } } })
    await take(queryProductCouponStock, batchOf(names), { sent_count_info: { total_count: 4, today_count: 4 } })
  })

  test('story 3: a budget by day', async ({ take, control }) => {
    const names = await made(
      take,
      aProductCoupon('CREATE_0001', { stock_send_rule: { max_count: 5, max_count_per_day: 2 } }),
    )
    const send = (no: string, expected: Parameters<Take>[2] = '200') =>
      take(sendProductCouponToUser, { ...names, send_request_no: no }, expected)
    const budget = (out_request_no: string, current: number, target: number, expected: Parameters<Take>[2] = '200') =>
      take(
        updateStockBudget,
        {
          ...{ ...batchOf(names), out_request_no, update_mode: 'MAX_COUNT_PER_DAY' },
          ...{ current_max_count_per_day: current, target_max_count_per_day: target },
        },
        expected,
      )

    await send('SEND_0001')
    await send('SEND_0002')
    await send('SEND_0003', REFUSED.noBudget)
    await budget('BUDGET_0001', 1, 3, '400 INVALID_REQUEST 商品券批次当前每日发放次数上限与真实值不符')
    await budget('BUDGET_0001', 2, 3, { stock_send_rule: { max_count: 5, max_count_per_day: 3 } })
    await budget('BUDGET_0001', 2, 3, { stock_send_rule: { max_count_per_day: 3 } })
    await send('SEND_0003')
    await send('SEND_0004', REFUSED.noBudget)
    await control.advance('PT11H59M59S')
    await send('SEND_0004', REFUSED.noBudget)
    await control.advance('PT1S')
    await take(queryProductCouponStock, batchOf(names), { sent_count_info: { total_count: 3, today_count: 0 } })
    await send('SEND_0004')
    await send('SEND_0005')
    await send('SEND_0006', REFUSED.noBudget)
    const total = { ...batchOf(names), update_mode: 'MAX_COUNT' }
    const lower = { ...total, out_request_no: 'BUDGET_0002', current_max_count: 5, target_max_count: 4 }
    await take(updateStockBudget, lower, REFUSED.unfit)
    await take(updateStockBudget, { ...lower, target_max_count: 6 })
    await send('SEND_0006', { stock: { sent_count_info: { total_count: 6, today_count: 3 } } })
  })

  test('story 4: five uses in a row, a day apart', async ({ take, control, shop }) => {
    await take(setProductCouponAddress, { notify_url: shop.url })
    const { product_coupon_id, stock_bundle } = await take(createProductCoupon, aSeries('CREATE_0001', 5, 1))
    const { stock_bundle_id, stock_list } = Object(stock_bundle)
    expect(stock_list).toHaveLength(5)
    const { stock_id: first, ...names } = namesIn({ product_coupon_id, stock_id: stock_list[0].stock_id })
    const sending = { ...names, stock_bundle_id, send_request_no: 'SEND_0001' }
    await take(sendProductCouponToUser, { ...names, stock_id: first, send_request_no: 'SEND_0001' }, REFUSED.unfit)
    const { user_coupon_bundle_id, user_product_coupon_list } = await take(sendProductCouponBundle, sending)
    const orders = await Promise.all(
      [0, 1, 2, 3, 4].map(async (i) => (await control.addOrder({ out_trade_no: `SERIES_${i}` })).transaction_id),
    )
    const coupons = [...Object(user_product_coupon_list)].map(({ coupon_code, stock: { stock_id } }, i) => ({
      confirmation: { ...names, stock_id, coupon_code, out_request_no: `CONFIRM_${i}` },
      back: { ...names, stock_id, coupon_code, out_request_no: `RETURN_${i}` },
      use: (day: number) => ({
        ...{ ...names, stock_id, coupon_code },
        ...used(`USE_${i}_${day}`, `2026-11-${day}T12:00:00+08:00`, { transaction_id: orders[i] }),
      }),
    }))
    const [one, two, three] = coupons
    if (!one || !two || !three) throw new Error('a bundle of five')
    const notices = await shop.notices()
    expect(notices.map(({ resource }) => resource.user_coupon_bundle_id)).toEqual(Array(5).fill(user_coupon_bundle_id))
    for (const { confirmation } of coupons) await take(confirmProductCoupon, confirmation)

    await take(useProductCoupon, two.use(25), REFUSED.notUsable)
    const info = { user_coupon_bundle_id, total_count: 5 }
    await take(useProductCoupon, one.use(25), {
      ...{ coupon_state: 'USED', progressive_bundle_usage_detail: { use_request_no: 'USE_0_25' } },
      user_product_coupon_bundle_info: { ...info, user_coupon_bundle_index: 0, used_count: 1 },
    })
    await take(useProductCoupon, two.use(25), REFUSED.notUsable)
    await control.advance('P1D')
    await take(useProductCoupon, two.use(26), { user_product_coupon_bundle_info: { ...info, used_count: 2 } })
    await take(returnProductCoupon, one.back, REFUSED.unfit)
    await take(returnProductCoupon, two.back, { user_product_coupon_bundle_info: { ...info, used_count: 1 } })
    await control.advance('P1D')
    await take(useProductCoupon, three.use(27), REFUSED.notUsable)
    await take(useProductCoupon, two.use(27))
    const end = { ...names, stock_bundle_id, user_coupon_bundle_id, deactivate_reason: '发错了券' }
    const alone = { ...two.confirmation, deactivate_reason: '发错了券', out_request_no: 'END_0000' }
    await take(deactivateUserProductCoupon, alone, REFUSED.unfit)
    await take(deactivateUserProductCouponBundle, { ...end, out_request_no: 'END_0001' })
    const states = await take(listUserProductCoupons, { ...names, user_coupon_bundle_id })
    const all = [...Object(states.user_coupon_list)] as { coupon_state: string }[]
    expect(all.map(({ coupon_state }) => coupon_state).toSorted()).toEqual([
      ...['DEACTIVATED', 'DEACTIVATED', 'DEACTIVATED', 'USED', 'USED'],
    ])
  })
})
