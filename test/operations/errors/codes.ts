import type { StockJson } from '../../../src/products/merchant-coupon/stocks.ts'
import {
  createStock,
  deleteCouponCode,
  listCouponCodes,
  queryCouponCode,
  uploadCouponCodes,
} from '../../../src/products/operations.ts'
import { aStockRequest } from '../../helpers/stock-request.ts'
import { cookbook, done, type Kitchen } from './recipe.ts'
import { OWN_APPID, OWNER, refusedCall, STRANGER } from './refused-call.ts'

const UPLOAD = { coupon_code_mode: 'MERCHANT_UPLOAD' } as const
const batch =
  (stock: StockJson = {}) =>
  (control: Kitchen['control']) =>
    control.addStock({ stock_id: '100088', ...UPLOAD, ...stock })
const having = (codes: readonly string[], mchid?: string) => (control: Kitchen['control']) =>
  control.addCodes(codes.map((code) => ({ stock_id: '100088', code, mchid })))

const codes = { stock_id: '100088', coupon_code_list: ['A', 'B'], upload_request_no: 'UPLOAD_1' }
const upload = refusedCall(uploadCouponCodes, codes)

export const uploadCodesErrors = cookbook(uploadCouponCodes, {
  request_no_reused: upload.repeated(batch(), { coupon_code_list: ['C'] }),
  not_found: upload.atOnce(),
  not_permitted: upload.after(batch({ mchid: STRANGER })),
  takes_no_codes: upload.after(batch({ coupon_code_mode: 'MERCHANT_API' })),
  not_ready: async ({ control, merchant }) => {
    await control.changeSettings({ stock_ready_after: 5 })
    const { stock_id } = await done<{ stock_id: string }>(merchant.call(createStock, aStockRequest(UPLOAD)))
    await control.advance(4)
    return () => merchant.call(uploadCouponCodes, { ...codes, stock_id })
  },
  full: upload.repeated(batch({ stock_send_rule: { max_coupons: 2 } }), {
    coupon_code_list: ['C'],
    upload_request_no: 'UPLOAD_2',
  }),
})

const list = refusedCall(listCouponCodes, { stock_id: '100088' })

export const listCodesErrors = cookbook(listCouponCodes, {
  not_found: list.atOnce(),
  not_permitted: list.after(batch({ mchid: STRANGER })),
  appid_unbound: list.byOwner(OWN_APPID, batch({ mchid: OWNER }), { appid: 'wxOther' }),
})

const one = { stock_id: '100088', coupon_code: 'A' }
const query = refusedCall(queryCouponCode, one)

export const queryCodeErrors = cookbook(queryCouponCode, {
  not_found: query.after(batch()),
  not_permitted: query.after(batch({ mchid: STRANGER })),
  appid_unbound: query.byOwner(OWN_APPID, having(['A'], OWNER), { appid: 'wxOther' }),
})

const deletion = refusedCall(deleteCouponCode, { ...one, delete_request_no: 'DELETE_1' })

export const deleteCodeErrors = cookbook(deleteCouponCode, {
  request_no_reused: deletion.repeated(having(['A', 'B']), { coupon_code: 'B' }),
  not_found: deletion.after(batch()),
  not_permitted: deletion.after(having(['A'], STRANGER)),
  dispatched: deletion.after(async (control) => {
    await having(['A'])(control)
    await control.addCoupon(one)
  }),
})
