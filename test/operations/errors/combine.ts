import type { OperationDescription } from '../../../src/engine/operation.ts'
import {
  closeCombineOrder,
  combineAppPrepay,
  combineH5Prepay,
  combineJsapiPrepay,
  combineNativePrepay,
  queryCombineOrder,
} from '../../../src/products/operations.ts'
import { type Cookbook, cookbook, done, type Kitchen, ONLY_PLANNED, type Recipe } from './recipe.ts'

const mchid = '1900000001'
const sub_mchid = '1900000109'
const combine_out_trade_no = 'COMBINE_1'
const combine_appid = 'wxd678efh567hg6787'
const subOrder = (out_trade_no: string, more: object = {}) => ({
  mchid,
  out_trade_no,
  description: '测试商品',
  attach: '附加数据',
  amount: { total_amount: 100, currency: 'CNY' },
  ...more,
})
const body = {
  combine_appid,
  combine_mchid: mchid,
  combine_out_trade_no,
  notify_url: 'https://shop.example.com/pay',
  sub_orders: [subOrder('ORDER_0001'), subOrder('ORDER_0002')],
  combine_payer_info: { openid: 'oUser' },
}
const ofPartner = (...more: readonly object[]) => ({
  ...body,
  sub_orders: more.map((one, i) => subOrder(`ORDER_000${i + 1}`, { sub_mchid, ...one })),
})

const payer = { combine_payer_info: body.combine_payer_info }
const scene = { scene_info: { payer_client_ip: '14.23.150.211', device_id: 'D1' } }

function prepayRecipes(operation: OperationDescription, more: object) {
  const of = ({ combine_payer_info: _, ...rest }: Partial<typeof body>) => ({ ...rest, ...more })
  const after =
    (state: 'SUCCESS' | 'CLOSED'): Recipe =>
    async ({ control, merchant }) => {
      await control.addOrder({ out_trade_no: 'ORDER_0002', state })
      return () => merchant.call(operation, of(body))
    }
  const refused =
    (input: object, before: (kitchen: Kitchen) => Promise<unknown> = async () => {}): Recipe =>
    async (kitchen) => {
      await before(kitchen)
      return () => kitchen.merchant.call(operation, of(input))
    }
  return {
    invalid_request: ONLY_PLANNED,
    rule_limit: ONLY_PLANNED,
    no_right: ONLY_PLANNED,
    product_not_granted: ONLY_PLANNED,
    url_unfit: refused({ ...body, notify_url: 'http://shop.example.com/pay' }, ({ control }) =>
      control.changeSettings({ notify_url: 'https' }),
    ),
    appid_unbound: async ({ merchant, others, clientOf }) => {
      const owner = { ...others.owner, appids: ['wxOwn'] }
      await clientOf(owner)
      const sub_orders = [subOrder('ORDER_0001'), subOrder('ORDER_0002', { mchid: owner.mchid })]
      return () => merchant.call(operation, of({ ...body, sub_orders }))
    },
    merchant_unknown: refused(ofPartner({}), ({ control }) => control.changeSettings({ sub_merchants: 'known' })),
    sub_merchant_is_caller: refused(ofPartner({ sub_mchid: mchid })),
    not_related: async ({ merchant, others, clientOf }) => {
      await clientOf(others.owner)
      return () => merchant.call(operation, of(ofPartner({ sub_mchid: others.owner.mchid })))
    },
    sub_appid_unbound: async ({ merchant, others, clientOf }) => {
      const sub = { ...others.owner, partners: [mchid], appids: ['wxOwn'] }
      await clientOf(sub)
      return () => merchant.call(operation, of(ofPartner({ sub_mchid: sub.mchid, sub_appid: 'wxOther' })))
    },
    sub_merchant_missing: refused(ofPartner({}, { sub_mchid: undefined })),
    sub_orders_unfit: refused(ofPartner({ sub_appid: 'wxOne' }, { sub_appid: 'wxTwo' })),
    openid_missing: ONLY_PLANNED,
    openid_of_another_appid: ONLY_PLANNED,
    sub_openid_unfit: ONLY_PLANNED,
    already_paid: after('SUCCESS'),
    closed: after('CLOSED'),
    number_used: async ({ merchant }) => {
      await done(merchant.call(operation, of(body)))
      return () => merchant.call(operation, { ...of(body), time_expire: '2026-11-26T12:00:00+08:00' })
    },
  } satisfies Record<string, Recipe>
}

const PLANNED = { merchant_unknown: ONLY_PLANNED, no_right: ONLY_PLANNED, rule_limit: ONLY_PLANNED }

const placed = async ({ merchant }: Pick<Kitchen, 'merchant'>) => {
  await done(merchant.call(combineJsapiPrepay, body))
}

const closing = {
  combine_out_trade_no,
  combine_appid,
  sub_orders: body.sub_orders.map(({ mchid, out_trade_no }) => ({ mchid, out_trade_no })),
}

const paid: Recipe = async (kitchen) => {
  await placed(kitchen)
  await kitchen.control.payOrder('ORDER_0002')
  return () => kitchen.merchant.call(closeCombineOrder, closing)
}

export const combineErrors: readonly Cookbook[] = [
  cookbook(combineJsapiPrepay, {
    ...prepayRecipes(combineJsapiPrepay, payer),
    openid_missing:
      async ({ merchant }) =>
      () =>
        merchant.call(combineJsapiPrepay, { ...body, combine_payer_info: {} }),
    openid_of_another_appid: async ({ control, merchant }) => {
      await control.addUser({ openid: 'oUser', appid: 'wxOther' })
      return () => merchant.call(combineJsapiPrepay, body)
    },
    sub_openid_unfit: async ({ control, merchant }) => {
      await control.addUser({ mchid: sub_mchid, openid: 'oSubUser', appid: 'wxOther' })
      const combine_payer_info = { sub_openid: 'oSubUser' }
      return () => merchant.call(combineJsapiPrepay, { ...ofPartner({ sub_appid: 'wxSub' }), combine_payer_info })
    },
  }),
  cookbook(combineAppPrepay, prepayRecipes(combineAppPrepay, {})),
  cookbook(combineNativePrepay, prepayRecipes(combineNativePrepay, {})),
  cookbook(combineH5Prepay, prepayRecipes(combineH5Prepay, scene)),
  cookbook(queryCombineOrder, {
    ...PLANNED,
    invalid_request: ONLY_PLANNED,
    not_found:
      async ({ merchant }) =>
      () =>
        merchant.call(queryCombineOrder, { combine_out_trade_no }),
  }),
  cookbook(closeCombineOrder, {
    ...PLANNED,
    not_found:
      async ({ merchant }) =>
      () =>
        merchant.call(closeCombineOrder, closing),
    sub_orders_differ: async (kitchen) => {
      await placed(kitchen)
      const sub_orders = closing.sub_orders.slice(1)
      return () => kitchen.merchant.call(closeCombineOrder, { ...closing, sub_orders })
    },
    already_paid: paid,
    already_paid_as_in_v2: async (kitchen) => {
      await kitchen.control.changeSettings({ close_paid: 'ORDERPAID' })
      return paid(kitchen)
    },
  }),
]
