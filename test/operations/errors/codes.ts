import {
  createStock,
  deleteCouponCode,
  listCouponCodes,
  queryCouponCode,
  uploadCouponCodes,
} from '../../../src/products/operations.ts'
import { aStockRequest } from '../../helpers/stock-request.ts'
import { cookbook, done } from './recipe.ts'

const stock = { stock_id: '100088', coupon_code_mode: 'MERCHANT_UPLOAD' } as const
const foreign = { ...stock, mchid: '1900000777' }
const upload = { stock_id: '100088', coupon_code_list: ['A', 'B'], upload_request_no: 'UPLOAD_1' }

export const uploadCodesErrors = cookbook(uploadCouponCodes, {
  request_no_reused: async ({ control, merchant }) => {
    await control.addStock(stock)
    await done(merchant.call(uploadCouponCodes, upload))
    return () => merchant.call(uploadCouponCodes, { ...upload, coupon_code_list: ['C'] })
  },
  not_found:
    async ({ merchant }) =>
    () =>
      merchant.call(uploadCouponCodes, upload),
  not_permitted: async ({ control, merchant }) => {
    await control.addStock(foreign)
    return () => merchant.call(uploadCouponCodes, upload)
  },
  takes_no_codes: async ({ control, merchant }) => {
    await control.addStock({ ...stock, coupon_code_mode: 'MERCHANT_API' })
    return () => merchant.call(uploadCouponCodes, upload)
  },
  not_ready: async ({ control, merchant }) => {
    await control.changeSettings({ stock_ready_after: 5 })
    const request = aStockRequest({ coupon_code_mode: 'MERCHANT_UPLOAD' })
    const { stock_id } = await done<{ stock_id: string }>(merchant.call(createStock, request))
    await control.advance(4)
    return () => merchant.call(uploadCouponCodes, { ...upload, stock_id })
  },
  full: async ({ control, merchant }) => {
    await control.addStock({ ...stock, stock_send_rule: { max_coupons: 2 } })
    await done(merchant.call(uploadCouponCodes, upload))
    return () => merchant.call(uploadCouponCodes, { ...upload, coupon_code_list: ['C'], upload_request_no: 'UPLOAD_2' })
  },
})

const list = { stock_id: '100088' }

export const listCodesErrors = cookbook(listCouponCodes, {
  not_found:
    async ({ merchant }) =>
    () =>
      merchant.call(listCouponCodes, list),
  not_permitted: async ({ control, merchant }) => {
    await control.addStock(foreign)
    return () => merchant.call(listCouponCodes, list)
  },
  appid_unbound: async ({ control, others, clientOf }) => {
    const client = await clientOf({ ...others.owner, appids: ['wxOwn'] })
    await control.addStock({ ...stock, mchid: others.owner.mchid })
    return () => client.call(listCouponCodes, { ...list, appid: 'wxOther' })
  },
})

const one = { stock_id: '100088', coupon_code: 'A' }

export const queryCodeErrors = cookbook(queryCouponCode, {
  not_found: async ({ control, merchant }) => {
    await control.addStock(stock)
    return () => merchant.call(queryCouponCode, one)
  },
  not_permitted: async ({ control, merchant }) => {
    await control.addStock(foreign)
    return () => merchant.call(queryCouponCode, one)
  },
  appid_unbound: async ({ control, others, clientOf }) => {
    const client = await clientOf({ ...others.owner, appids: ['wxOwn'] })
    await control.addCode({ stock_id: '100088', code: 'A', mchid: others.owner.mchid })
    return () => client.call(queryCouponCode, { ...one, appid: 'wxOther' })
  },
})

const deletion = { ...one, delete_request_no: 'DELETE_1' }

export const deleteCodeErrors = cookbook(deleteCouponCode, {
  request_no_reused: async ({ control, merchant }) => {
    await control.addCodes(['A', 'B'].map((code) => ({ stock_id: '100088', code })))
    await done(merchant.call(deleteCouponCode, deletion))
    return () => merchant.call(deleteCouponCode, { ...deletion, coupon_code: 'B' })
  },
  not_found: async ({ control, merchant }) => {
    await control.addStock(stock)
    return () => merchant.call(deleteCouponCode, deletion)
  },
  not_permitted: async ({ control, merchant }) => {
    await control.addCode({ stock_id: '100088', code: 'A', mchid: '1900000777' })
    return () => merchant.call(deleteCouponCode, deletion)
  },
  dispatched: async ({ control, merchant }) => {
    await control.addCode({ stock_id: '100088', code: 'A' })
    await control.addCoupon({ stock_id: '100088', coupon_code: 'A' })
    return () => merchant.call(deleteCouponCode, deletion)
  },
})
