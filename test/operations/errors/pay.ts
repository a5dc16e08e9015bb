import type { OperationDescription } from '../../../src/engine/operation.ts'
import {
  appPrepay,
  closeOrder,
  h5Prepay,
  jsapiPrepay,
  nativePrepay,
  queryOrderById,
  queryOrderByOutTradeNo,
} from '../../../src/products/operations.ts'
import { type Cookbook, cookbook, done, planned, type Recipe } from './recipe.ts'

const mchid = '1900000001'
const body = {
  appid: 'wxd678efh567hg6787',
  mchid,
  description: '测试商品',
  out_trade_no: 'ORDER_0001',
  notify_url: 'https://shop.example.com/pay',
  amount: { total: 100 },
}

/** The same for every way of paying; `more` is what one needs besides. */
function prepayRecipes(
  operation: typeof appPrepay | typeof nativePrepay | typeof jsapiPrepay | typeof h5Prepay,
  more: object,
) {
  const wanted = { ...body, ...more }
  const after =
    (state: 'SUCCESS' | 'CLOSED'): Recipe =>
    async ({ control, merchant }) => {
      await control.addOrder({ out_trade_no: 'ORDER_0001', state })
      return () => merchant.call(operation, wanted)
    }
  return {
    merchant_unknown: planned(operation, 'merchant_unknown', wanted),
    invalid_request: planned(operation, 'invalid_request', wanted),
    no_right: planned(operation, 'no_right', wanted),
    receiving_limited: planned(operation, 'receiving_limited', wanted),
    url_unfit: async ({ control, merchant }) => {
      await control.changeSettings({ notify_url: 'https' })
      return () => merchant.call(operation, { ...wanted, notify_url: 'http://shop.example.com/pay' })
    },
    appid_unbound: async ({ others, clientOf }) => {
      const owner = { ...others.owner, appids: ['wxOwn'] }
      const client = await clientOf(owner)
      return () => client.call(operation, { ...wanted, mchid: owner.mchid })
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

const payer = { payer: { openid: 'oUser' } }
const scene = { scene_info: { payer_client_ip: '14.23.150.211', h5_info: { type: 'Wap' } } }

export const prepayErrors: readonly Cookbook[] = [
  cookbook(jsapiPrepay, {
    ...prepayRecipes(jsapiPrepay, payer),
    openid_missing:
      async ({ merchant }) =>
      () =>
        merchant.call(jsapiPrepay, body),
    openid_invalid: planned(jsapiPrepay, 'openid_invalid', { ...body, ...payer }),
    openid_of_another_appid: async ({ control, merchant }) => {
      await control.addUser({ openid: 'oUser', appid: 'wxOther' })
      return () => merchant.call(jsapiPrepay, { ...body, ...payer })
    },
  }),
  cookbook(nativePrepay, prepayRecipes(nativePrepay, {})),
  cookbook(appPrepay, prepayRecipes(appPrepay, {})),
  cookbook(h5Prepay, {
    ...prepayRecipes(h5Prepay, scene),
    rule_limit: planned(h5Prepay, 'rule_limit', { ...body, ...scene }),
  }),
]

/** Of calls about an order of the caller's. */
const plannedRecipes = (operation: OperationDescription, input: Record<string, unknown>) => ({
  merchant_unknown: planned(operation, 'merchant_unknown', input),
  invalid_request: planned(operation, 'invalid_request', input),
  rule_limit: planned(operation, 'rule_limit', input),
  trade_error: planned(operation, 'trade_error', input),
})

export const queryByOutTradeNoErrors = cookbook(queryOrderByOutTradeNo, {
  ...plannedRecipes(queryOrderByOutTradeNo, { out_trade_no: 'ORDER_0001', mchid }),
  mchid_differs: async ({ control, merchant }) => {
    await control.addOrder({ out_trade_no: 'ORDER_0001' })
    return () => merchant.call(queryOrderByOutTradeNo, { out_trade_no: 'ORDER_0001', mchid: '1900000002' })
  },
  order_of_another_merchant: planned(queryOrderByOutTradeNo, 'order_of_another_merchant', {
    out_trade_no: 'ORDER_0001',
    mchid,
  }),
  not_found: async ({ control, merchant }) => {
    await control.addOrder({ mchid: '1900000777', out_trade_no: 'ORDER_0001' })
    return () => merchant.call(queryOrderByOutTradeNo, { out_trade_no: 'ORDER_0001', mchid })
  },
})

export const queryByIdErrors = cookbook(queryOrderById, {
  ...plannedRecipes(queryOrderById, { transaction_id: '4200001234202611250000000001', mchid }),
  transaction_id_invalid:
    async ({ merchant }) =>
    () =>
      merchant.call(queryOrderById, { transaction_id: '1000320306201511078440737890', mchid }),
  mchid_differs: async ({ control, merchant }) => {
    const { transaction_id } = await control.addOrder()
    return () => merchant.call(queryOrderById, { transaction_id, mchid: '1900000002' })
  },
  order_of_another_merchant: async ({ control, merchant }) => {
    const { transaction_id } = await control.addOrder({ mchid: '1900000777' })
    return () => merchant.call(queryOrderById, { transaction_id, mchid })
  },
  not_found:
    async ({ merchant }) =>
    () =>
      merchant.call(queryOrderById, { transaction_id: '4200001234202611250000000001', mchid }),
})

export const closeErrors = cookbook(closeOrder, {
  ...plannedRecipes(closeOrder, { out_trade_no: 'ORDER_0001', mchid }),
  already_paid: async ({ control, merchant }) => {
    await control.addOrder({ out_trade_no: 'ORDER_0001' })
    return () => merchant.call(closeOrder, { out_trade_no: 'ORDER_0001', mchid })
  },
  already_paid_as_in_v2: async ({ control, merchant }) => {
    await control.changeSettings({ close_paid: 'ORDERPAID' })
    await control.addOrder({ out_trade_no: 'ORDER_0001' })
    return () => merchant.call(closeOrder, { out_trade_no: 'ORDER_0001', mchid })
  },
})
