import type { OperationDescription } from '../../../src/engine/operation.ts'
import {
  appPrepay,
  closeOrder,
  codePay,
  h5Prepay,
  jsapiPrepay,
  nativePrepay,
  partnerAppPrepay,
  partnerCloseOrder,
  partnerCodePay,
  partnerH5Prepay,
  partnerJsapiPrepay,
  partnerNativePrepay,
  partnerQueryOrderById,
  partnerQueryOrderByOutTradeNo,
  partnerReverseOrder,
  queryOrderById,
  queryOrderByOutTradeNo,
  reverseOrder,
} from '../../../src/products/operations.ts'
import type { OrderJson } from '../../../src/products/payment/orders.ts'
import { type Cookbook, cookbook, done, ONLY_PLANNED, type Recipe } from './recipe.ts'

const mchid = '1900000001'
const body = {
  appid: 'wxd678efh567hg6787',
  mchid,
  description: '测试商品',
  out_trade_no: 'ORDER_0001',
  notify_url: 'https://shop.example.com/pay',
  amount: { total: 100 },
}

const sub_mchid = '1900000109'
const { appid, mchid: ___, ...rest } = body
/** The same as a partner places it. */
const ofPartner = { ...rest, sp_appid: appid, sp_mchid: mchid, sub_mchid }

const payer = { payer: { openid: 'oUser' } }
const scene = { scene_info: { payer_client_ip: '14.23.150.211', h5_info: { type: 'Wap' } } }

/** The same for every way of paying; `more` is what one needs besides. */
function prepayRecipes(operation: OperationDescription, more: object, whose: object = body) {
  const wanted = { ...whose, ...more }
  const after =
    (state: 'SUCCESS' | 'CLOSED'): Recipe =>
    async ({ control, merchant }) => {
      await control.addOrder({ out_trade_no: 'ORDER_0001', state })
      return () => merchant.call(operation, wanted)
    }
  return {
    merchant_unknown: ONLY_PLANNED,
    invalid_request: ONLY_PLANNED,
    no_right: ONLY_PLANNED,
    receiving_limited: ONLY_PLANNED,
    url_unfit: async ({ control, merchant }) => {
      await control.changeSettings({ notify_url: 'https' })
      return () => merchant.call(operation, { ...wanted, notify_url: 'http://shop.example.com/pay' })
    },
    appid_unbound: async ({ others, clientOf }) => {
      const owner = { ...others.owner, appids: ['wxOwn'] }
      const client = await clientOf(owner)
      const caller = 'mchid' in wanted ? { mchid: owner.mchid } : { sp_mchid: owner.mchid }
      return () => client.call(operation, { ...wanted, ...caller })
    },
    already_paid: after('SUCCESS'),
    closed: after('CLOSED'),
    number_used: async ({ control, merchant }) => {
      await control.addOrder({ out_trade_no: 'ORDER_0001', state: 'NOTPAY', trade_type: 'FACEPAY' })
      return () => merchant.call(operation, wanted)
    },
    placed_with_other_values: async ({ merchant }) => {
      await done(merchant.call(operation, wanted))
      return () => merchant.call(operation, { ...wanted, amount: { total: 101 } })
    },
  } satisfies Record<string, Recipe>
}

/** Errors that only partners get. */
function relationRecipes(operation: OperationDescription, more: object) {
  const wanted = { ...ofPartner, ...more }
  return {
    ...prepayRecipes(operation, more, ofPartner),
    merchant_unknown: async ({ control, merchant }) => {
      await control.changeSettings({ sub_merchants: 'known' })
      return () => merchant.call(operation, wanted)
    },
    sub_merchant_is_caller:
      async ({ merchant }) =>
      () =>
        merchant.call(operation, { ...wanted, sub_mchid: mchid }),
    not_related: async ({ merchant, others, clientOf }) => {
      await clientOf(others.owner)
      return () => merchant.call(operation, { ...wanted, sub_mchid: others.owner.mchid })
    },
    product_not_granted: ONLY_PLANNED,
    sub_appid_unbound: async ({ merchant, others, clientOf }) => {
      const sub = { ...others.owner, partners: [mchid], appids: ['wxOwn'] }
      await clientOf(sub)
      return () => merchant.call(operation, { ...wanted, sub_mchid: sub.mchid, sub_appid: 'wxOther' })
    },
  } satisfies Record<string, Recipe>
}

const spPayer = { payer: { sp_openid: 'oUser' } }

export const partnerPrepayErrors: readonly Cookbook[] = [
  cookbook(partnerJsapiPrepay, {
    ...relationRecipes(partnerJsapiPrepay, spPayer),
    openid_missing:
      async ({ merchant }) =>
      () =>
        merchant.call(partnerJsapiPrepay, ofPartner),
    openid_invalid: ONLY_PLANNED,
    openid_of_another_appid: async ({ control, merchant }) => {
      await control.addUser({ openid: 'oUser', appid: 'wxOther' })
      return () => merchant.call(partnerJsapiPrepay, { ...ofPartner, ...spPayer })
    },
    sub_openid_unfit: async ({ control, merchant }) => {
      await control.addUser({ mchid: sub_mchid, openid: 'oUser', appid: 'wxOther' })
      const payer = { sub_openid: 'oUser' }
      return () => merchant.call(partnerJsapiPrepay, { ...ofPartner, sub_appid: 'wxSub', payer })
    },
  }),
  cookbook(partnerNativePrepay, relationRecipes(partnerNativePrepay, {})),
  cookbook(partnerAppPrepay, relationRecipes(partnerAppPrepay, {})),
  cookbook(partnerH5Prepay, { ...relationRecipes(partnerH5Prepay, scene), rule_limit: ONLY_PLANNED }),
]

export const prepayErrors: readonly Cookbook[] = [
  cookbook(jsapiPrepay, {
    ...prepayRecipes(jsapiPrepay, payer),
    openid_missing:
      async ({ merchant }) =>
      () =>
        merchant.call(jsapiPrepay, body),
    openid_invalid: ONLY_PLANNED,
    openid_of_another_appid: async ({ control, merchant }) => {
      await control.addUser({ openid: 'oUser', appid: 'wxOther' })
      return () => merchant.call(jsapiPrepay, { ...body, ...payer })
    },
  }),
  cookbook(nativePrepay, prepayRecipes(nativePrepay, {})),
  cookbook(appPrepay, prepayRecipes(appPrepay, {})),
  cookbook(h5Prepay, {
    ...prepayRecipes(h5Prepay, scene),
    rule_limit: ONLY_PLANNED,
  }),
]

/** Recipes of calls about an order of the caller's. */
const PLANNED = {
  merchant_unknown: ONLY_PLANNED,
  invalid_request: ONLY_PLANNED,
  rule_limit: ONLY_PLANNED,
  trade_error: ONLY_PLANNED,
}

/** The same for direct merchants and partners; `named` is how the caller names whose order it is. */
function queryByOutTradeNoRecipes(operation: OperationDescription, named: object, other: object) {
  return {
    ...PLANNED,
    mchid_differs: async ({ control, merchant }) => {
      await control.addOrder({ out_trade_no: 'ORDER_0001' })
      return () => merchant.call(operation, { out_trade_no: 'ORDER_0001', ...named, ...other })
    },
    order_of_another_merchant: ONLY_PLANNED,
    not_found: async ({ control, merchant }) => {
      await control.addOrder({ mchid: '1900000777', out_trade_no: 'ORDER_0001' })
      return () => merchant.call(operation, { out_trade_no: 'ORDER_0001', ...named })
    },
  } satisfies Record<string, Recipe>
}

function queryByIdRecipes(operation: OperationDescription, named: object, other: object) {
  return {
    ...PLANNED,
    transaction_id_invalid:
      async ({ merchant }) =>
      () =>
        merchant.call(operation, { transaction_id: '1000320306201511078440737890', ...named }),
    mchid_differs: async ({ control, merchant }) => {
      const { transaction_id } = await control.addOrder()
      return () => merchant.call(operation, { transaction_id, ...named, ...other })
    },
    order_of_another_merchant: async ({ control, merchant }) => {
      const { transaction_id } = await control.addOrder({ mchid: '1900000777' })
      return () => merchant.call(operation, { transaction_id, ...named })
    },
    not_found:
      async ({ merchant }) =>
      () =>
        merchant.call(operation, { transaction_id: '4200001234202611250000000001', ...named }),
  } satisfies Record<string, Recipe>
}

function closeRecipes(
  operation: OperationDescription,
  named: { readonly mchid?: string; readonly sub_mchid?: string },
) {
  const paid: Recipe = async ({ control, merchant }) => {
    const { sub_mchid } = named
    await control.addOrder({ out_trade_no: 'ORDER_0001', ...(sub_mchid !== undefined && { sub_mchid }) })
    return () => merchant.call(operation, { out_trade_no: 'ORDER_0001', ...named })
  }
  return {
    ...PLANNED,
    only_reversed: async ({ control, merchant }) => {
      const { sub_mchid } = named
      const order = { out_trade_no: 'ORDER_0001', state: 'USERPAYING', trade_type: 'MICROPAY' } as const
      await control.addOrder({ ...order, ...(sub_mchid !== undefined && { sub_mchid }) })
      return () => merchant.call(operation, { out_trade_no: 'ORDER_0001', ...named })
    },
    already_paid: paid,
    already_paid_as_in_v2: async (kitchen) => {
      await kitchen.control.changeSettings({ close_paid: 'ORDERPAID' })
      return paid(kitchen)
    },
  } satisfies Record<string, Recipe>
}

const direct = { mchid }
const partner = { sp_mchid: mchid, sub_mchid }

/** An order that the caller placed for another sub-merchant, looked up by one of its numbers. */
const ofAnotherSub =
  (operation: OperationDescription, number: 'out_trade_no' | 'transaction_id'): Recipe =>
  async ({ control, merchant }) => {
    const order = await control.addOrder({ sub_mchid: '1900000110' })
    return () => merchant.call(operation, { [number]: order[number], ...partner })
  }

export const queryErrors: readonly Cookbook[] = [
  cookbook(queryOrderByOutTradeNo, queryByOutTradeNoRecipes(queryOrderByOutTradeNo, direct, { mchid: '1900000002' })),
  cookbook(queryOrderById, queryByIdRecipes(queryOrderById, direct, { mchid: '1900000002' })),
  cookbook(partnerQueryOrderByOutTradeNo, {
    ...queryByOutTradeNoRecipes(partnerQueryOrderByOutTradeNo, partner, { sp_mchid: '1900000002' }),
    sub_merchant_differs: ofAnotherSub(partnerQueryOrderByOutTradeNo, 'out_trade_no'),
  }),
  cookbook(partnerQueryOrderById, {
    ...queryByIdRecipes(partnerQueryOrderById, partner, { sp_mchid: '1900000002' }),
    sub_merchant_differs: ofAnotherSub(partnerQueryOrderById, 'transaction_id'),
  }),
]

export const closeErrors: readonly Cookbook[] = [
  cookbook(closeOrder, closeRecipes(closeOrder, direct)),
  cookbook(partnerCloseOrder, {
    ...closeRecipes(partnerCloseOrder, partner),
    sub_merchant_differs: async ({ control, merchant }) => {
      await control.addOrder({ out_trade_no: 'ORDER_0001', sub_mchid: '1900000110' })
      return () => merchant.call(partnerCloseOrder, { out_trade_no: 'ORDER_0001', ...partner })
    },
  }),
]

const till = {
  payer: { auth_code: '134567890123456789' },
  scene_info: { store_info: { id: '0001' } },
  notify_url: undefined,
}

/** Errors that only payments by code get. */
function codeRecipes(operation: OperationDescription, wanted: Readonly<Record<string, unknown>>) {
  return {
    auth_code_invalid:
      async ({ merchant }) =>
      () =>
        merchant.call(operation, { ...wanted, payer: { auth_code: '1234' } }),
    placed_with_other_values: async ({ control, merchant }) => {
      await control.addPaymentCode({ ...till.payer, outcome: 'password' })
      await done(merchant.call(operation, wanted))
      return () => merchant.call(operation, { ...wanted, amount: { total: 101 } })
    },
    not_enough: async ({ control, merchant }) => {
      await control.addPaymentCode({ ...till.payer, outcome: 'not_enough' })
      return () => merchant.call(operation, wanted)
    },
  } satisfies Record<string, Recipe>
}

function reverseRecipes(
  operation: OperationDescription,
  named: { readonly mchid?: string; readonly sub_mchid?: string },
) {
  const { sub_mchid } = named
  const reverse =
    (order: OrderJson): Recipe =>
    async ({ control, merchant }) => {
      const { out_trade_no } = await control.addOrder({ ...(sub_mchid !== undefined && { sub_mchid }), ...order })
      return () => merchant.call(operation, { appid, out_trade_no, ...named })
    }
  const trade_type = 'MICROPAY'
  return {
    merchant_unknown: ONLY_PLANNED,
    rule_limit: ONLY_PLANNED,
    trade_error: ONLY_PLANNED,
    not_found:
      async ({ merchant }) =>
      () =>
        merchant.call(operation, { appid, out_trade_no: 'ORDER_0001', ...named }),
    not_by_code: reverse({ state: 'NOTPAY' }),
    refunded: reverse({ state: 'REFUND', trade_type }),
    shared: reverse({
      ...{ trade_type, profit_sharing: true },
      sharing: { shared: 1, kept: 0, failing: [], requests: 1, request_time: '2026-11-25T11:30:00+08:00' },
    }),
    too_late: reverse({ trade_type, success_time: '2026-11-18T11:59:59+08:00' }),
  } satisfies Record<string, Recipe>
}

const { url_unfit: _, ...codePayRecipes } = prepayRecipes(codePay, till)
const { url_unfit: __, ...partnerCodePayRecipes } = relationRecipes(partnerCodePay, till)

export const codeErrors: readonly Cookbook[] = [
  cookbook(codePay, { ...codePayRecipes, ...codeRecipes(codePay, { ...body, ...till }) }),
  cookbook(partnerCodePay, { ...partnerCodePayRecipes, ...codeRecipes(partnerCodePay, { ...ofPartner, ...till }) }),
  cookbook(reverseOrder, reverseRecipes(reverseOrder, direct)),
  cookbook(partnerReverseOrder, {
    ...reverseRecipes(partnerReverseOrder, partner),
    sub_merchant_differs: async ({ control, merchant }) => {
      await control.addOrder({ out_trade_no: 'ORDER_0001', sub_mchid: '1900000110', trade_type: 'MICROPAY' })
      return () => merchant.call(partnerReverseOrder, { out_trade_no: 'ORDER_0001', ...partner })
    },
  }),
]
