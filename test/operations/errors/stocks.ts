import { createStock, modifyBudget, modifyStock, queryStock } from '../../../src/products/operations.ts'
import { aStockRequest, aUseRule } from '../../helpers/stock-request.ts'
import { cookbook, done } from './recipe.ts'

const stock = { stock_id: '100088', stock_send_rule: { max_coupons: 500, max_coupons_per_user: 1 } }
const foreign = { ...stock, mchid: '1900000777' }
const soonOver = {
  ...stock,
  coupon_use_rule: { coupon_available_time: { available_end_time: '2026-11-25T13:00:00+08:00' } },
}

export const createStockErrors = cookbook(createStock, {
  parameter_invalid:
    async ({ merchant }) =>
    () =>
      merchant.call(createStock, aStockRequest({ coupon_use_rule: aUseRule({ use_method: 'SELF_CONSUME' }) })),
  not_permitted: async ({ others, clientOf }) => {
    const client = await clientOf({ ...others.owner, unopenedProducts: ['busifavor'] })
    return () => client.call(createStock, aStockRequest({ belong_merchant: others.owner.mchid }))
  },
  already_exists: async ({ merchant }) => {
    await done(merchant.call(createStock, aStockRequest()))
    return () => merchant.call(createStock, aStockRequest())
  },
  merchant_unknown:
    async ({ merchant }) =>
    () =>
      merchant.call(createStock, aStockRequest({ belong_merchant: '1999999999' })),
  merchant_unrelated: async ({ merchant, others, clientOf }) => {
    await clientOf(others.owner)
    return () => merchant.call(createStock, aStockRequest({ belong_merchant: others.owner.mchid }))
  },
  appid_unbound: async ({ others, clientOf }) => {
    const client = await clientOf({ ...others.owner, appids: ['wxOwn'] })
    const notify_config = { notify_appid: 'wxOther' }
    return () => client.call(createStock, aStockRequest({ belong_merchant: others.owner.mchid, notify_config }))
  },
})

export const queryStockErrors = cookbook(queryStock, {
  not_found:
    async ({ merchant }) =>
    () =>
      merchant.call(queryStock, { stock_id: '100088' }),
  not_permitted: async ({ control, merchant }) => {
    await control.addStock(foreign)
    return () => merchant.call(queryStock, { stock_id: '100088' })
  },
})

const change = { stock_id: '100088', out_request_no: 'MODIFY_1', comment: '新备注' }

export const modifyStockErrors = cookbook(modifyStock, {
  parameter_invalid: async ({ control, merchant }) => {
    await control.addStock(stock)
    return () => merchant.call(modifyStock, { ...change, coupon_use_rule: { use_method: 'MINI_PROGRAMS' } })
  },
  request_no_reused: async ({ control, merchant }) => {
    await control.addStock(stock)
    await done(merchant.call(modifyStock, change))
    return () => merchant.call(modifyStock, { ...change, comment: '别的' })
  },
  not_found:
    async ({ merchant }) =>
    () =>
      merchant.call(modifyStock, change),
  not_permitted: async ({ control, merchant }) => {
    await control.addStock(foreign)
    return () => merchant.call(modifyStock, change)
  },
  appid_unbound: async ({ control, others, clientOf }) => {
    const client = await clientOf({ ...others.owner, appids: ['wxOwn'] })
    await control.addStock({ ...stock, mchid: others.owner.mchid })
    return () => client.call(modifyStock, { ...change, notify_config: { notify_appid: 'wxOther' } })
  },
  ended: async ({ control, merchant }) => {
    await control.addStock(soonOver)
    await control.advance('PT1H')
    return () => merchant.call(modifyStock, change)
  },
})

const budget = {
  stock_id: '100088',
  modify_budget_request_no: 'BUDGET_1',
  target_max_coupons: 3_000,
  current_max_coupons: 500,
}

export const modifyBudgetErrors = cookbook(modifyBudget, {
  parameter_invalid: async ({ control, merchant }) => {
    await control.addStock(stock)
    return () => merchant.call(modifyBudget, { ...budget, target_max_coupons_by_day: 1 })
  },
  request_no_reused: async ({ control, merchant }) => {
    await control.addStock(stock)
    await done(merchant.call(modifyBudget, budget))
    return () => merchant.call(modifyBudget, { ...budget, target_max_coupons: 4_000 })
  },
  not_found:
    async ({ merchant }) =>
    () =>
      merchant.call(modifyBudget, budget),
  not_permitted: async ({ control, merchant }) => {
    await control.addStock(foreign)
    return () => merchant.call(modifyBudget, budget)
  },
  ended: async ({ control, merchant }) => {
    await control.addStock(soonOver)
    await control.advance('PT1H')
    return () => merchant.call(modifyBudget, budget)
  },
  current_differs: async ({ control, merchant }) => {
    await control.addStock(stock)
    await done(merchant.call(modifyBudget, budget))
    return () => merchant.call(modifyBudget, { ...budget, modify_budget_request_no: 'BUDGET_2' })
  },
  below_sent: async ({ control, merchant }) => {
    await control.addStock(stock)
    await control.addCoupons(['A', 'B'].map((coupon_code) => ({ stock_id: '100088', coupon_code })))
    return () => merchant.call(modifyBudget, { ...budget, target_max_coupons: 1 })
  },
})
