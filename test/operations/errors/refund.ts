import { wellKnownIdentity } from '../../../src/identity/well-known.ts'
import { applyAbnormalRefund, createRefund, queryRefund } from '../../../src/products/operations.ts'
import { encryptField } from '../../../src/protocol/sensitive-field.ts'
import { cookbook, done, type Kitchen, ONLY_PLANNED, type Recipe } from './recipe.ts'
import { sharedInPart } from './sharing.ts'

const body = {
  out_trade_no: 'ORDER_0001',
  out_refund_no: 'REFUND_1',
  amount: { refund: 10, total: 100, currency: 'CNY' },
}

/** A refund of an order of one yuan that was paid, with changes. */
const refund =
  (changes: object): Recipe =>
  async ({ control, merchant }) => {
    await control.addOrder({ out_trade_no: 'ORDER_0001', total: 100 })
    return () => merchant.call(createRefund, { ...body, ...changes })
  }

export const refundErrors = cookbook(createRefund, {
  no_right: ONLY_PLANNED,
  ip_not_allowed: ONLY_PLANNED,
  busy: ONLY_PLANNED,
  timed_out: ONLY_PLANNED,
  shared_in_part: sharedInPart,
  url_unfit: async ({ control, merchant }) => {
    await control.changeSettings({ notify_url: 'https' })
    return () => merchant.call(createRefund, { ...body, notify_url: 'http://shop.example.com/refund' })
  },
  order_not_named: refund({ out_trade_no: undefined }),
  sub_merchant_unknown: async (kitchen) => {
    await kitchen.control.changeSettings({ sub_merchants: 'known' })
    return refund({ sub_mchid: '1900000999' })(kitchen)
  },
  order_unknown: refund({ out_trade_no: 'ORDER_0002' }),
  order_differs: refund({ transaction_id: '4200001234202611250000000009' }),
  request_no_reused: async ({ control, merchant }) => {
    await control.addOrder({ out_trade_no: 'ORDER_0001', total: 100 })
    await done(merchant.call(createRefund, body))
    return () => merchant.call(createRefund, { ...body, amount: { ...body.amount, refund: 11 } })
  },
  request_no_of_another_order: async ({ control, merchant }) => {
    await control.addOrder({ out_trade_no: 'ORDER_0001', total: 100 })
    await done(merchant.call(createRefund, body))
    return () => merchant.call(createRefund, { ...body, out_trade_no: 'ORDER_0002' })
  },
  not_paid: async ({ control, merchant }) => {
    await control.addOrder({ out_trade_no: 'ORDER_0001', total: 100, state: 'NOTPAY' })
    return () => merchant.call(createRefund, body)
  },
  too_late: async ({ control, merchant }) => {
    await control.addOrder({ out_trade_no: 'ORDER_0001', total: 100, success_time: '2025-11-25T11:59:59+08:00' })
    return () => merchant.call(createRefund, body)
  },
  total_differs: refund({ amount: { ...body.amount, total: 99 } }),
  all_refunded: async ({ control, merchant }) => {
    await control.addOrder({ out_trade_no: 'ORDER_0001', total: 100 })
    await control.refundOrder('ORDER_0001')
    return () => merchant.call(createRefund, body)
  },
  sources_unfit: refund({ amount: { ...body.amount, from: [{ account: 'AVAILABLE', amount: 9 }] } }),
  too_many_refunds: async ({ control, merchant }) => {
    await control.addOrder({ out_trade_no: 'ORDER_0001', total: 100 })
    for (let i = 0; i < 50; i += 1) await control.refundOrder('ORDER_0001', { amount: 1 })
    return () => merchant.call(createRefund, body)
  },
  more_than_paid: async ({ control, merchant }) => {
    await control.addOrder({ out_trade_no: 'ORDER_0001', total: 100 })
    await control.refundOrder('ORDER_0001', { amount: 91 })
    return () => merchant.call(createRefund, body)
  },
  not_enough: async ({ control, others, clientOf }) => {
    const poor = await clientOf({ ...others.owner, refundableFen: 19 })
    await control.addOrder({ mchid: others.owner.mchid, out_trade_no: 'ORDER_0001', total: 100 })
    await done(poor.call(createRefund, body))
    return () => poor.call(createRefund, { ...body, out_refund_no: 'REFUND_2' })
  },
  user_account_abnormal: async ({ control, merchant }) => {
    await control.addUser({ openid: 'oClosed', closed: true })
    await control.addOrder({ out_trade_no: 'ORDER_0001', total: 100, openid: 'oClosed' })
    return () => merchant.call(createRefund, body)
  },
})

export const queryRefundErrors = cookbook(queryRefund, {
  timed_out: ONLY_PLANNED,
  sub_merchant_unknown: async ({ control, merchant }) => {
    await control.changeSettings({ sub_merchants: 'known' })
    return () => merchant.call(queryRefund, { out_refund_no: 'REFUND_1', sub_mchid: '1900000999' })
  },
  not_found: async ({ control, merchant }) => {
    await control.addOrder({ mchid: '1900000777', out_trade_no: 'ORDER_0001' })
    const { out_refund_no } = await control.refundOrder('ORDER_0001')
    return () => merchant.call(queryRefund, { out_refund_no })
  },
})

const { platform } = wellKnownIdentity()

/** Sends a refund to the account of the merchant, which needs no encrypted field. */
const anotherWay = (
  { merchant }: Kitchen,
  refund: { readonly refund_id: string; readonly out_refund_no: string },
  changes: object = {},
) =>
  merchant.call(
    applyAbnormalRefund,
    { refund_id: refund.refund_id, out_refund_no: refund.out_refund_no, type: 'MERCHANT_BANK_CARD', ...changes },
    { wechatpaySerial: 'public-key' },
  )

export const abnormalRefundErrors = cookbook(applyAbnormalRefund, {
  timed_out: ONLY_PLANNED,
  bank_account_unfit: async (kitchen) => () => {
    const [bank_account, real_name] = ['6226090]]>', '张三'].map((text) =>
      encryptField(text, platform.publicKey.publicKey),
    )
    const card = { type: 'USER_BANK_CARD', bank_type: 'CMBC_DEBIT', bank_account, real_name }
    return anotherWay(kitchen, { refund_id: '503', out_refund_no: 'R' }, card)
  },
  sub_merchant_unknown: async (kitchen) => {
    await kitchen.control.changeSettings({ sub_merchants: 'known' })
    return () => anotherWay(kitchen, { refund_id: '503', out_refund_no: 'R' }, { sub_mchid: '1900000999' })
  },
  not_found: async (kitchen) => {
    await kitchen.control.addOrder({ out_trade_no: 'ORDER_0001' })
    const refund = await kitchen.control.refundOrder('ORDER_0001', { outcome: 'ABNORMAL' })
    return () => anotherWay(kitchen, { ...refund, refund_id: '50300000000000000000000000000' })
  },
  not_abnormal: async (kitchen) => {
    await kitchen.control.addOrder({ out_trade_no: 'ORDER_0001' })
    const refund = await kitchen.control.refundOrder('ORDER_0001')
    await kitchen.control.settleRefund(refund.out_refund_no)
    return () => anotherWay(kitchen, refund)
  },
})
