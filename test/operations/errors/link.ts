import { associateTradeInfo, disassociateTradeInfo } from '../../../src/products/operations.ts'
import { cookbook, done } from './recipe.ts'

const request = { stock_id: '100088', coupon_code: 'CODE', out_trade_no: 'MCH_1', out_request_no: 'R_1' }

export const associateErrors = cookbook(associateTradeInfo, {
  request_no_reused: async ({ control, merchant }) => {
    await control.addCoupon({ stock_id: '100088', coupon_code: 'CODE' })
    await done(merchant.call(associateTradeInfo, request))
    return () => merchant.call(associateTradeInfo, { ...request, out_trade_no: 'MCH_2' })
  },
  not_found:
    async ({ merchant }) =>
    () =>
      merchant.call(associateTradeInfo, request),
  not_permitted: async ({ control, merchant }) => {
    await control.addCoupon({ mchid: '1900000777', stock_id: '100088', coupon_code: 'CODE' })
    return () => merchant.call(associateTradeInfo, request)
  },
  not_usable: async ({ control, merchant }) => {
    await control.addCoupon({ stock_id: '100088', coupon_code: 'CODE', expire_time: '2026-11-25T13:00:00+08:00' })
    await control.advance('PT1H')
    return () => merchant.call(associateTradeInfo, request)
  },
  order_unknown: async ({ control, merchant }) => {
    await control.changeSettings({ orders: 'known' })
    await control.addCoupon({ stock_id: '100088', coupon_code: 'CODE' })
    return () => merchant.call(associateTradeInfo, request)
  },
  linked_to_other_order: async ({ control, merchant }) => {
    await control.addCoupon({ stock_id: '100088', coupon_code: 'CODE' })
    await done(merchant.call(associateTradeInfo, request))
    return () => merchant.call(associateTradeInfo, { ...request, out_trade_no: 'MCH_2', out_request_no: 'R_2' })
  },
})

export const disassociateErrors = cookbook(disassociateTradeInfo, {
  request_no_reused: async ({ control, merchant }) => {
    await control.addCoupon({ stock_id: '100088', coupon_code: 'CODE', associate_out_trade_no: 'MCH_1' })
    await done(merchant.call(disassociateTradeInfo, request))
    return () => merchant.call(disassociateTradeInfo, { ...request, out_trade_no: 'MCH_2' })
  },
  not_found:
    async ({ merchant }) =>
    () =>
      merchant.call(disassociateTradeInfo, request),
  not_permitted: async ({ control, merchant }) => {
    await control.addCoupon({ mchid: '1900000777', stock_id: '100088', coupon_code: 'CODE' })
    return () => merchant.call(disassociateTradeInfo, request)
  },
  not_usable: async ({ control, merchant }) => {
    await control.addCoupon({ stock_id: '100088', coupon_code: 'CODE', state: 'USED' })
    return () => merchant.call(disassociateTradeInfo, request)
  },
  not_linked: async ({ control, merchant }) => {
    await control.addCoupon({ stock_id: '100088', coupon_code: 'CODE' })
    return () => merchant.call(disassociateTradeInfo, request)
  },
})
