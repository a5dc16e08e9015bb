import type { CouponJson } from '../../../src/products/merchant-coupon/coupons.ts'
import type { StockJson } from '../../../src/products/merchant-coupon/stocks.ts'
import {
  listSubsidyPayReceipts,
  querySubsidyPayReceipt,
  querySubsidyReturnReceipt,
  subsidyPay,
  subsidyReturn,
} from '../../../src/products/operations.ts'
import { cookbook, done, type Kitchen } from './recipe.ts'
import { refusedCall } from './refused-call.ts'

const TRANSACTION = '4200000913202101152566792388'
const NO_REFUND = '50100506732021010105138718375'
const common = {
  stock_id: '100088',
  coupon_code: 'CODE',
  transaction_id: TRANSACTION,
  payer_merchant: '1900000001',
  payee_merchant: '1900000001',
  description: '20210115DESCRIPTION',
}
const payment = { ...common, amount: 100, out_subsidy_no: 'SUBSIDY_1' }
const UNOPENED = { unopenedProducts: ['subsidy'] } as const

/** A batch that may be subsidised, a coupon that was redeemed, and an order that was paid. */
const ready =
  (stock: StockJson = {}, coupon: CouponJson = {}) =>
  async (control: Kitchen['control']) => {
    await control.addStock({ stock_id: '100088', subsidy: true, ...stock })
    await control.addCoupon({ stock_id: '100088', coupon_code: 'CODE', state: 'USED', ...coupon })
    await control.addOrder({ out_trade_no: 'ORDER_0001', transaction_id: TRANSACTION })
  }

const pay = refusedCall(subsidyPay, payment)

export const subsidyPayErrors = cookbook(subsidyPay, {
  not_opened: pay.byOwner(UNOPENED),
  request_no_reused: pay.repeated(ready(), { amount: 99 }),
  not_found: pay.after(ready(), { coupon_code: 'NONE' }),
  not_permitted: pay.byOwner({}, ready()),
  not_used: pay.after(ready({}, { state: 'SENDED' })),
  batch_not_subsidised: pay.after(ready({ subsidy: false })),
  order_unknown: pay.after(ready(), { transaction_id: '4200000913202101152566792389' }),
  payer_unfit: pay.after(ready(), { payer_merchant: '1900000102' }),
  payee_unfit: pay.after(ready(), { payee_merchant: '1900000102' }),
})

export const subsidyListErrors = cookbook(listSubsidyPayReceipts, {
  not_opened: refusedCall(listSubsidyPayReceipts, { stock_id: '100088', coupon_code: 'CODE' }).byOwner(UNOPENED),
})

/** A subsidy that was paid. */
async function paid({ control, merchant }: Kitchen) {
  await ready()(control)
  return done(merchant.call(subsidyPay, payment))
}

export const subsidyQueryErrors = cookbook(querySubsidyPayReceipt, {
  not_found: async (kitchen) => {
    const { subsidy_receipt_id } = await paid(kitchen)
    const client = await kitchen.clientOf(kitchen.others.sender)
    return () => client.call(querySubsidyPayReceipt, { subsidy_receipt_id })
  },
})

const giveBack = (refund_id: string) => ({ ...common, refund_id, amount: 60, out_subsidy_return_no: 'RETURN_1' })
const giving = refusedCall(subsidyReturn, giveBack(NO_REFUND))

/** A subsidy that was given back in part, after its order was refunded: answers with the request for it, and the receipt. */
async function givenBack(kitchen: Kitchen) {
  await paid(kitchen)
  const request = giveBack((await kitchen.control.refundOrder('ORDER_0001')).refund_id)
  return { request, receipt: await done(kitchen.merchant.call(subsidyReturn, request)) }
}

export const subsidyReturnErrors = cookbook(subsidyReturn, {
  not_opened: giving.byOwner(UNOPENED),
  request_no_reused: async (kitchen) => {
    const { request } = await givenBack(kitchen)
    return () => kitchen.merchant.call(subsidyReturn, { ...request, description: 'OTHER' })
  },
  subsidy_unknown: giving.after(ready()),
  refund_unknown: giving.after((_, kitchen) => paid(kitchen)),
  more_than_subsidy: async (kitchen) => {
    const { request } = await givenBack(kitchen)
    return () => kitchen.merchant.call(subsidyReturn, { ...request, out_subsidy_return_no: 'RETURN_2' })
  },
})

export const subsidyReturnQueryErrors = cookbook(querySubsidyReturnReceipt, {
  not_found: async (kitchen) => {
    const { receipt } = await givenBack(kitchen)
    const client = await kitchen.clientOf(kitchen.others.sender)
    const { subsidy_return_receipt_id } = receipt
    return () => client.call(querySubsidyReturnReceipt, { subsidy_return_receipt_id })
  },
})
