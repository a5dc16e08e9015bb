import type { StockJson } from '../../../src/products/merchant-coupon/stocks.ts'
import { createStock, modifyBudget, modifyStock, queryStock } from '../../../src/products/operations.ts'
import { aStockRequest, aUseRule } from '../../helpers/stock-request.ts'
import { cookbook, type Kitchen } from './recipe.ts'
import { OWN_APPID, OWNER, refusedCall, STRANGER } from './refused-call.ts'

const OTHER_APPID = { notify_config: { notify_appid: 'wxOther' } }
const batch =
  (stock: StockJson = {}) =>
  (control: Kitchen['control']) =>
    control.addStock({ stock_id: '100088', stock_send_rule: { max_coupons: 500, max_coupons_per_user: 1 }, ...stock })
const ended = async (control: Kitchen['control']) => {
  const coupon_available_time = { available_end_time: '2026-11-25T13:00:00+08:00' }
  await batch({ coupon_use_rule: { coupon_available_time } })(control)
  await control.advance('PT1H')
}

const create = refusedCall(createStock, aStockRequest())

export const createStockErrors = cookbook(createStock, {
  parameter_invalid: create.atOnce({ coupon_use_rule: aUseRule({ use_method: 'SELF_CONSUME' }) }),
  not_permitted: create.byOwner({ unopenedProducts: ['busifavor'] }, undefined, { belong_merchant: OWNER }),
  already_exists: create.repeated(async () => {}),
  merchant_unknown: create.atOnce({ belong_merchant: '1999999999' }),
  merchant_unrelated: create.after((_, { others, clientOf }) => clientOf(others.owner), { belong_merchant: OWNER }),
  appid_unbound: create.byOwner(OWN_APPID, undefined, { belong_merchant: OWNER, ...OTHER_APPID }),
})

const query = refusedCall(queryStock, { stock_id: '100088' })

export const queryStockErrors = cookbook(queryStock, {
  not_found: query.atOnce(),
  not_permitted: query.after(batch({ mchid: STRANGER })),
})

const modify = refusedCall(modifyStock, { stock_id: '100088', out_request_no: 'MODIFY_1', comment: '新备注' })

export const modifyStockErrors = cookbook(modifyStock, {
  parameter_invalid: modify.after(batch(), { coupon_use_rule: { use_method: 'MINI_PROGRAMS' } }),
  request_no_reused: modify.repeated(batch(), { comment: '别的' }),
  not_found: modify.atOnce(),
  not_permitted: modify.after(batch({ mchid: STRANGER })),
  appid_unbound: modify.byOwner(OWN_APPID, batch({ mchid: OWNER }), OTHER_APPID),
  ended: modify.after(ended),
})

const budget = refusedCall(modifyBudget, {
  stock_id: '100088',
  modify_budget_request_no: 'BUDGET_1',
  target_max_coupons: 3_000,
  current_max_coupons: 500,
})

export const modifyBudgetErrors = cookbook(modifyBudget, {
  parameter_invalid: budget.after(batch(), { target_max_coupons_by_day: 1 }),
  request_no_reused: budget.repeated(batch(), { target_max_coupons: 4_000 }),
  not_found: budget.atOnce(),
  not_permitted: budget.after(batch({ mchid: STRANGER })),
  ended: budget.after(ended),
  current_differs: budget.repeated(batch(), { modify_budget_request_no: 'BUDGET_2' }),
  below_sent: budget.after(batch({ sent: { total: 2 } }), { target_max_coupons: 1 }),
})
