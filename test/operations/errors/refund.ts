import { wellKnownIdentity } from '../../../src/control/identity/well-known.ts'
import {
  applyAbnormalRefund,
  applyPlatformAbnormalRefund,
  applyPlatformRefund,
  createRefund,
  queryAdvanceReturn,
  queryPlatformRefund,
  queryPlatformRefundById,
  queryRefund,
  returnAdvance,
} from '../../../src/products/operations.ts'
import type { Callable } from '../../../src/testing/merchant-client.ts'
import { encryptField } from '../../../src/wire/protocol/sensitive-field.ts'
import { cookbook, done, type Kitchen, ONLY_PLANNED, type Recipe } from './recipe.ts'
import { type Preparation, refusedCall } from './refused-call.ts'
import { sharedInPart } from './sharing.ts'

const body = {
  out_trade_no: 'ORDER_0001',
  out_refund_no: 'REFUND_1',
  amount: { refund: 10, total: 100, currency: 'CNY' },
}

const asInvalid = (control: Kitchen['control']) => control.changeSettings({ refund_of_shared: 'INVALID_REQUEST' })

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
  old_order_rate: ONLY_PLANNED,
  shared_in_part: sharedInPart,
  shared_in_part_as_invalid: async (kitchen) => {
    await asInvalid(kitchen.control)
    return sharedInPart(kitchen)
  },
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
  sources_unshared: refund({ amount: { ...body.amount, from: [{ account: 'AVAILABLE', amount: 10 }] } }),
  sources_unfit: async ({ control, merchant }) => {
    await control.addOrder({ out_trade_no: 'ORDER_0001', total: 100, profit_sharing: true })
    const amount = { ...body.amount, from: [{ account: 'AVAILABLE', amount: 9 }] }
    return () => merchant.call(createRefund, { ...body, amount })
  },
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
  operation: Callable = applyAbnormalRefund,
) =>
  merchant.call(
    operation,
    { refund_id: refund.refund_id, out_refund_no: refund.out_refund_no, type: 'MERCHANT_BANK_CARD', ...changes },
    { wechatpaySerial: 'public-key' },
  )

const abnormalRecipes = (operation: Callable, whose: { readonly sub_mchid?: string }) => {
  const redirected =
    (outcome: 'ABNORMAL' | 'SUCCESS', changes: object = {}): Recipe =>
    async (kitchen) => {
      await kitchen.control.addOrder({ out_trade_no: 'ORDER_0001', ...whose })
      const refund = await kitchen.control.refundOrder('ORDER_0001', { outcome })
      await kitchen.control.settleRefund(refund.out_refund_no)
      return () => anotherWay(kitchen, { ...refund, ...changes }, whose, operation)
    }
  return {
    bank_account_unfit: async (kitchen) => () => {
      const [bank_account, real_name] = ['6226090]]>', '张三'].map((text) =>
        encryptField(text, platform.publicKey.publicKey),
      )
      const card = { type: 'USER_BANK_CARD', bank_type: 'CMBC_DEBIT', bank_account, real_name, ...whose }
      return anotherWay(kitchen, { refund_id: '503', out_refund_no: 'R' }, card, operation)
    },
    sub_merchant_unknown: async (kitchen) => {
      await kitchen.control.changeSettings({ sub_merchants: 'known' })
      const number = { refund_id: '503', out_refund_no: 'R' }
      return () => anotherWay(kitchen, number, { sub_mchid: '1900000999' }, operation)
    },
    not_found: redirected('ABNORMAL', { refund_id: '50300000000000000000000000000' }),
    not_abnormal: redirected('SUCCESS'),
  } satisfies Record<string, Recipe>
}

const PLATFORM = { sub_mchid: '1900000109' }

export const abnormalRefundErrors = [
  cookbook(applyAbnormalRefund, { timed_out: ONLY_PLANNED, ...abnormalRecipes(applyAbnormalRefund, {}) }),
  cookbook(applyPlatformAbnormalRefund, abnormalRecipes(applyPlatformAbnormalRefund, PLATFORM)),
]

const known: Preparation = (control) => control.changeSettings({ sub_merchants: 'known' })
/** A merchant that lists no partner. */
const strangers: Preparation = (_, { clientOf, others }) => clientOf(others.owner)
const STRANGER = { sub_mchid: '1900000102' }
const REFUND_ID = '50300000000000000000000000000'

const platformRefund = refusedCall(applyPlatformRefund, { ...body, ...PLATFORM, sp_appid: 'wxd678efh567hg6787' })
const order: Preparation = (control) => control.addOrder({ out_trade_no: 'ORDER_0001', total: 100, ...PLATFORM })
const orderIn =
  (changes: object): Preparation =>
  (control) =>
    control.addOrder({ out_trade_no: 'ORDER_0001', total: 100, ...PLATFORM, ...changes })
const refunded =
  (...amounts: readonly number[]): Preparation =>
  async (control, kitchen) => {
    await order(control, kitchen)
    for (const amount of amounts) await control.refundOrder('ORDER_0001', { amount })
  }
const shared = orderIn({
  profit_sharing: true,
  sharing: { shared: 91, kept: 0, failing: [], requests: 1, request_time: '2026-11-25T11:30:00+08:00' },
})
/** Nine fen are what the sub-merchant has for refunds. */
const poor: Preparation = async (control, { clientOf, others }) => {
  await clientOf({ ...others.owner, partners: ['1900000001'], refundableFen: 9 })
  await control.addOrder({ out_trade_no: 'ORDER_0001', total: 100, ...STRANGER })
}

export const platformRefundErrors = cookbook(applyPlatformRefund, {
  url_unfit: platformRefund.after((control) => control.changeSettings({ notify_url: 'https' }), {
    notify_url: 'http://shop.example.com/refund',
  }),
  no_right: platformRefund.after(strangers, STRANGER),
  timed_out: ONLY_PLANNED,
  request_no_of_another_order: platformRefund.repeated(order, { out_trade_no: 'ORDER_0002' }),
  request_no_reused: platformRefund.repeated(order, { amount: { ...body.amount, refund: 11 } }),
  order_not_named: platformRefund.atOnce({ out_trade_no: undefined }),
  order_differs: platformRefund.after(orderIn({ sub_mchid: '1900000110' })),
  too_late: platformRefund.after(orderIn({ success_time: '2025-11-25T11:59:59+08:00' })),
  total_differs: platformRefund.after(order, { amount: { ...body.amount, total: 99 } }),
  all_refunded: platformRefund.after(refunded(100)),
  more_than_paid: platformRefund.after(refunded(91)),
  too_many_refunds: platformRefund.after(refunded(...Array.from({ length: 50 }, () => 1))),
  sources_unfit: platformRefund.after(order, {
    amount: { ...body.amount, from: [{ account: 'AVAILABLE', amount: 10 }] },
    refund_account: 'REFUND_SOURCE_PARTNER_ADVANCE',
  }),
  user_account_abnormal: platformRefund.after(async (control) => {
    await control.addUser({ openid: 'oClosed', closed: true })
    await control.addOrder({ out_trade_no: 'ORDER_0001', total: 100, openid: 'oClosed', ...PLATFORM })
  }),
  not_enough: platformRefund.after(poor, STRANGER),
  shared_in_part: platformRefund.after(shared),
  shared_in_part_as_invalid: platformRefund.after(async (control, kitchen) => {
    await asInvalid(control)
    await shared(control, kitchen)
  }),
  sources_unshared: platformRefund.after(order, {
    amount: { ...body.amount, from: [{ account: 'AVAILABLE', amount: 10 }] },
  }),
  order_rate: platformRefund.repeated(
    async (control, kitchen) => {
      await control.changeSettings({ rate_limit: 'on' })
      await order(control, kitchen)
    },
    { out_refund_no: 'REFUND_2' },
  ),
  sub_merchant_unknown: platformRefund.after(known),
  order_unknown: platformRefund.atOnce(),
  not_paid: platformRefund.after(orderIn({ state: 'NOTPAY' })),
})

/** The same for every call about a platform's refund. */
const ofAnother = (operation: Callable, number: object) => {
  const call = refusedCall(operation, { ...number, ...PLATFORM })
  return {
    sub_merchant_unknown: call.after(known),
    no_right: call.after(strangers, STRANGER),
    not_found: call.atOnce(),
    timed_out: ONLY_PLANNED,
  } satisfies Record<string, Recipe>
}

/** A refund that the platform advanced, and the call for its return. */
const advanced =
  (refund_account: string): Recipe =>
  async (kitchen) => {
    await poor(kitchen.control, kitchen)
    const amount = { ...body.amount, refund: refund_account.endsWith('ADVANCE') ? 10 : 9 }
    const wanted = { ...body, ...STRANGER, amount, sp_appid: 'wxd678efh567hg6787', refund_account }
    const { refund_id } = await done<{ refund_id: string }>(kitchen.merchant.call(applyPlatformRefund, wanted))
    await kitchen.control.settleRefund(body.out_refund_no)
    return () => kitchen.merchant.call(returnAdvance, { refund_id, ...STRANGER })
  }

const { no_right: _, ...ofReturn } = ofAnother(queryAdvanceReturn, { refund_id: REFUND_ID })

export const platformCallsErrors = [
  cookbook(queryPlatformRefundById, ofAnother(queryPlatformRefundById, { refund_id: REFUND_ID })),
  cookbook(queryPlatformRefund, ofAnother(queryPlatformRefund, { out_refund_no: 'R1' })),
  cookbook(queryAdvanceReturn, ofReturn),
  cookbook(returnAdvance, {
    ...ofAnother(returnAdvance, { refund_id: REFUND_ID }),
    not_returnable: advanced('REFUND_SOURCE_SUB_MERCHANT'),
    not_enough: advanced('REFUND_SOURCE_PARTNER_ADVANCE'),
  }),
]
