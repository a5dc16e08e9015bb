import type { CouponJson } from '../../../src/products/merchant-coupon/coupons.ts'
import type { StockJson } from '../../../src/products/merchant-coupon/stocks.ts'
import {
  listSubsidyPayReceipts,
  querySubsidyPayReceipt,
  querySubsidyReturnReceipt,
  subsidyPay,
  subsidyReturn,
} from '../../../src/products/operations.ts'
import { cookbook, done, type Kitchen, type Recipe } from './recipe.ts'

const TRANSACTION = '4200000913202101152566792388'
const pay = {
  stock_id: '100088',
  coupon_code: 'CODE',
  transaction_id: TRANSACTION,
  payer_merchant: '1900000001',
  payee_merchant: '1900000001',
  amount: 100,
  description: '20210115DESCRIPTION',
  out_subsidy_no: 'SUBSIDY_1',
}

/** A batch that may be subsidised, a coupon that was redeemed, and an order that was paid. */
async function prepare(
  { control }: Pick<Kitchen, 'control'>,
  stock: StockJson = {},
  coupon: CouponJson = {},
): Promise<void> {
  await control.addStock({ stock_id: '100088', subsidy: true, ...stock })
  await control.addCoupon({ stock_id: '100088', coupon_code: 'CODE', state: 'USED', ...coupon })
  await control.addOrder({ out_trade_no: 'ORDER_0001', transaction_id: TRANSACTION })
}

/** The pay call, after a world with changes, with changes. */
const paying =
  (changes: object, stock: StockJson = {}, coupon: CouponJson = {}): Recipe =>
  async (kitchen) => {
    await prepare(kitchen, stock, coupon)
    return () => kitchen.merchant.call(subsidyPay, { ...pay, ...changes })
  }

/** A client of a merchant that has not opened subsidies. */
const unopened = ({ others, clientOf }: Kitchen) => clientOf({ ...others.owner, unopenedProducts: ['subsidy'] })

export const subsidyPayErrors = cookbook(subsidyPay, {
  not_opened: async (kitchen) => {
    const client = await unopened(kitchen)
    return () => client.call(subsidyPay, pay)
  },
  request_no_reused: async (kitchen) => {
    await prepare(kitchen)
    await done(kitchen.merchant.call(subsidyPay, pay))
    return () => kitchen.merchant.call(subsidyPay, { ...pay, amount: 99 })
  },
  not_found: paying({ coupon_code: 'NONE' }),
  not_permitted: async (kitchen) => {
    await prepare(kitchen)
    const client = await kitchen.clientOf(kitchen.others.owner)
    return () => client.call(subsidyPay, pay)
  },
  not_used: paying({}, {}, { state: 'SENDED' }),
  batch_not_subsidised: paying({}, { subsidy: false }),
  order_unknown: paying({ transaction_id: '4200000913202101152566792389' }),
  payer_unfit: paying({ payer_merchant: '1900000102' }),
  payee_unfit: paying({ payee_merchant: '1900000102' }),
})

export const subsidyListErrors = cookbook(listSubsidyPayReceipts, {
  not_opened: async (kitchen) => {
    const client = await unopened(kitchen)
    return () => client.call(listSubsidyPayReceipts, { stock_id: '100088', coupon_code: 'CODE' })
  },
})

export const subsidyQueryErrors = cookbook(querySubsidyPayReceipt, {
  not_found: async (kitchen) => {
    await prepare(kitchen)
    const { subsidy_receipt_id } = await done(kitchen.merchant.call(subsidyPay, pay))
    const client = await kitchen.clientOf(kitchen.others.sender)
    return () => client.call(querySubsidyPayReceipt, { subsidy_receipt_id })
  },
})

const giveBack = (refund_id: unknown) => ({
  stock_id: '100088',
  coupon_code: 'CODE',
  transaction_id: TRANSACTION,
  refund_id,
  payer_merchant: '1900000001',
  payee_merchant: '1900000001',
  amount: 60,
  description: '20210115DESCRIPTION',
  out_subsidy_return_no: 'RETURN_1',
})

/** A subsidy that was paid, whose order was refunded; answers with the `refund_id`. */
async function refunded(kitchen: Kitchen): Promise<string> {
  await prepare(kitchen)
  await done(kitchen.merchant.call(subsidyPay, pay))
  const { refund_id } = await kitchen.control.refundOrder('ORDER_0001')
  return refund_id
}

export const subsidyReturnErrors = cookbook(subsidyReturn, {
  not_opened: async (kitchen) => {
    const client = await unopened(kitchen)
    return () => client.call(subsidyReturn, giveBack('50100506732021010105138718375'))
  },
  request_no_reused: async (kitchen) => {
    const request = giveBack(await refunded(kitchen))
    await done(kitchen.merchant.call(subsidyReturn, request))
    return () => kitchen.merchant.call(subsidyReturn, { ...request, description: 'OTHER' })
  },
  subsidy_unknown: async (kitchen) => {
    await prepare(kitchen)
    const { refund_id } = await kitchen.control.refundOrder('ORDER_0001')
    return () => kitchen.merchant.call(subsidyReturn, giveBack(refund_id))
  },
  refund_unknown: async (kitchen) => {
    await prepare(kitchen)
    await done(kitchen.merchant.call(subsidyPay, pay))
    return () => kitchen.merchant.call(subsidyReturn, giveBack('50100506732021010105138718375'))
  },
  more_than_subsidy: async (kitchen) => {
    const request = giveBack(await refunded(kitchen))
    await done(kitchen.merchant.call(subsidyReturn, request))
    return () => kitchen.merchant.call(subsidyReturn, { ...request, out_subsidy_return_no: 'RETURN_2' })
  },
})

export const subsidyReturnQueryErrors = cookbook(querySubsidyReturnReceipt, {
  not_found: async (kitchen) => {
    const refundId = await refunded(kitchen)
    const { subsidy_return_receipt_id } = await done(kitchen.merchant.call(subsidyReturn, giveBack(refundId)))
    const client = await kitchen.clientOf(kitchen.others.sender)
    return () => client.call(querySubsidyReturnReceipt, { subsidy_return_receipt_id })
  },
})
