import type { CouponJson } from '../../../src/products/merchant-coupon/coupons.ts'
import { associateTradeInfo, disassociateTradeInfo } from '../../../src/products/operations.ts'
import { cookbook, type Kitchen } from './recipe.ts'
import { refusedCall, STRANGER } from './refused-call.ts'

const request = { stock_id: '100088', coupon_code: 'CODE', out_trade_no: 'MCH_1', out_request_no: 'R_1' }
const linked = { associate_out_trade_no: 'MCH_1' }
const holding =
  (coupon: CouponJson = {}) =>
  (control: Kitchen['control']) =>
    control.addCoupon({ stock_id: '100088', coupon_code: 'CODE', ...coupon })

const associate = refusedCall(associateTradeInfo, request)

export const associateErrors = cookbook(associateTradeInfo, {
  request_no_reused: associate.repeated(holding(), { out_trade_no: 'MCH_2' }),
  not_found: associate.atOnce(),
  not_permitted: associate.after(holding({ mchid: STRANGER })),
  not_usable: associate.after(async (control) => {
    await holding({ expire_time: '2026-11-25T13:00:00+08:00' })(control)
    await control.advance('PT1H')
  }),
  order_unknown: associate.after(async (control) => {
    await control.changeSettings({ orders: 'known' })
    await holding()(control)
  }),
  linked_to_other_order: associate.repeated(holding(), { out_trade_no: 'MCH_2', out_request_no: 'R_2' }),
})

const disassociate = refusedCall(disassociateTradeInfo, request)

export const disassociateErrors = cookbook(disassociateTradeInfo, {
  request_no_reused: disassociate.repeated(holding(linked), { out_trade_no: 'MCH_2' }),
  not_found: disassociate.atOnce(),
  not_permitted: disassociate.after(holding({ mchid: STRANGER })),
  not_usable: disassociate.after(holding({ state: 'USED' })),
  not_linked: disassociate.after(holding()),
})
