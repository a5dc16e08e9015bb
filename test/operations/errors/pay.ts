import {
  appPrepay,
  closeOrder,
  h5Prepay,
  jsapiPrepay,
  nativePrepay,
  queryOrderById,
  queryOrderByOutTradeNo,
} from '../../../src/products/operations.ts'
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

/** Of calls about an order of the caller's. */
const PLANNED = {
  merchant_unknown: ONLY_PLANNED,
  invalid_request: ONLY_PLANNED,
  rule_limit: ONLY_PLANNED,
  trade_error: ONLY_PLANNED,
}

export const queryByOutTradeNoErrors = cookbook(queryOrderByOutTradeNo, {
  ...PLANNED,
  mchid_differs: async ({ control, merchant }) => {
    await control.addOrder({ out_trade_no: 'ORDER_0001' })
    return () => merchant.call(queryOrderByOutTradeNo, { out_trade_no: 'ORDER_0001', mchid: '1900000002' })
  },
  order_of_another_merchant: ONLY_PLANNED,
  not_found: async ({ control, merchant }) => {
    await control.addOrder({ mchid: '1900000777', out_trade_no: 'ORDER_0001' })
    return () => merchant.call(queryOrderByOutTradeNo, { out_trade_no: 'ORDER_0001', mchid })
  },
})

export const queryByIdErrors = cookbook(queryOrderById, {
  ...PLANNED,
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
  ...PLANNED,
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
