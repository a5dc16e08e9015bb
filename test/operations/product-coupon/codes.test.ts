import { describe, expect } from 'vitest'
import { updateStockBudget, uploadProductCouponCodes } from '../../../src/products/operations.ts'
import { test, transports } from '../../helpers/world.ts'
import { BATCH, IN_BUNDLE, withBatches } from './batches.ts'

const UPLOAD = { coupon_code_mode: 'UPLOAD' } as const
const TWO = { ...UPLOAD, stock_send_rule: { max_count: 2, max_count_per_user: 1 } }
const upload = (code_list: readonly string[], changes: object = {}) => ({
  ...BATCH,
  out_request_no: 'UPLOAD_1',
  code_list,
  ...changes,
})
const FULL = { status: 400, body: { code: 'INVALID_REQUEST', message: '上传的自定义code已达上限' } }

describe.for(transports)('uploading codes over %s', (transport) => {
  test.override('transport', transport)

  test('stores those that are new, once each, and tells the others apart', async ({ merchant, control }) => {
    await withBatches(control, UPLOAD, {
      product_coupon_codes: [
        { mchid: '1900000001', stock_id: BATCH.stock_id, coupon_code: 'code_0000001', position: 7 },
      ],
      user_product_coupons: [{ stock_id: BATCH.stock_id, coupon_code: 'of-a-coupon' }],
    })
    const codes = ['code_0000003', 'code_0000001', 'code_0000002', 'code_0000002', 'of-a-coupon', '券', 'a b']

    const answer = await merchant.call(uploadProductCouponCodes, upload(codes))
    expect(answer).toMatchObject({ status: 200 })
    expect(answer.body).toStrictEqual({
      total_count: 6,
      success_code_list: ['code_0000003', 'code_0000002'],
      failed_code_list: ['券', 'a b'].map((coupon_code) => ({
        coupon_code,
        code: 'INVALID_REQUEST',
        message: '券Code不合法',
      })),
      already_exist_code_list: ['code_0000001', 'of-a-coupon'],
      duplicate_code_list: ['code_0000002'],
    })
    expect((await merchant.call(uploadProductCouponCodes, upload(codes))).body).toEqual(answer.body)
    const { product_coupon_codes = [], product_coupon_stocks = [] } = await control.world()
    const stored = product_coupon_codes.toSorted((a, b) => a.position - b.position)
    expect(stored.map(({ coupon_code }) => coupon_code)).toEqual(['code_0000001', 'code_0000003', 'code_0000002'])
    expect(product_coupon_stocks.find(({ stock_id }) => stock_id === BATCH.stock_id)).toMatchObject({
      coupon_code_count_info: { total_count: 3, available_count: 3 },
    })
  })

  test('leaves lists out that would be empty', async ({ merchant, control }) => {
    await withBatches(control, UPLOAD)

    expect((await merchant.call(uploadProductCouponCodes, upload(['A']))).body).toStrictEqual({
      total_count: 1,
      success_code_list: ['A'],
    })
  })

  test('a number that was used with other codes is refused', async ({ merchant, control }) => {
    await withBatches(control, UPLOAD)
    await merchant.call(uploadProductCouponCodes, upload(['A']))

    expect(await merchant.call(uploadProductCouponCodes, upload(['B']))).toMatchObject({
      status: 400,
      body: { code: 'INVALID_REQUEST', message: '传入参数不符合业务规则' },
    })
  })

  test('a batch takes as many as it may send coupons, or none of a call', async ({ merchant, control }) => {
    await withBatches(control, TWO)
    const send = (list: readonly string[], number: number) =>
      merchant.call(uploadProductCouponCodes, upload(list, { out_request_no: `UPLOAD_${number}` }))

    expect(await send(['A', 'B', 'C'], 1)).toMatchObject(FULL)
    expect(await send(['A', 'B'], 1)).toMatchObject({ body: { success_code_list: ['A', 'B'] } })
    expect(await send(['C', 'A'], 2)).toMatchObject(FULL)
    expect(await send(['B', 'A'], 2)).toMatchObject({ body: { already_exist_code_list: ['B', 'A'] } })
    const more = { update_mode: 'MAX_COUNT', current_max_count: 2, target_max_count: 3 }
    await merchant.call(updateStockBudget, { ...BATCH, out_request_no: 'BUDGET_1', ...more })
    expect(await send(['C'], 3)).toMatchObject({ body: { success_code_list: ['C'] } })
  })

  test('a code is taken once in each batch, also of a bundle', async ({ merchant, control }) => {
    await withBatches(control, UPLOAD)

    for (const stock_id of [BATCH.stock_id, ...IN_BUNDLE]) {
      const answer = await merchant.call(
        uploadProductCouponCodes,
        upload(['A'], { stock_id, out_request_no: stock_id }),
      )
      expect(answer).toMatchObject({ status: 200, body: { success_code_list: ['A'] } })
    }
  })

  test.for<[string, readonly string[]]>([
    ['none', []],
    ['201 of them', Array.from({ length: 201 }, (_, i) => `C${i}`)],
    ['one of 41 characters', ['C'.repeat(41)]],
    ['an empty one', ['']],
  ])('refuses %s', async ([, list], { merchant, control }) => {
    await withBatches(control, UPLOAD)

    expect(await merchant.call(uploadProductCouponCodes, upload(list))).toMatchObject({
      status: 400,
      body: { code: 'PARAM_ERROR' },
    })
  })

  test('takes 200 of 40 characters', async ({ merchant, control }) => {
    await withBatches(control, UPLOAD)
    const codes = Array.from({ length: 200 }, (_, i) => `${i}`.padStart(40, '-'))

    expect(await merchant.call(uploadProductCouponCodes, upload(codes))).toMatchObject({ body: { total_count: 200 } })
  })
})
