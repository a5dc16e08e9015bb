import { describe, expect } from 'vitest'
import { updateStockBudget, updateStockBundleBudget } from '../../../src/products/operations.ts'
import { test, transports } from '../../helpers/world.ts'
import { BATCH, BUNDLE, IN_BUNDLE, withBatches } from './batches.ts'

const RULE = { max_count: 100, max_count_per_user: 2 }
const LIMITED = { stock_send_rule: { ...RULE, max_count_per_day: 10 } }
/** Sixty were sent, eight of them today. */
const SENT = { sent_count_info: { total_count: 60, today_count: 8, day: '2026-11-25T00:00:00+08:00' } }

const total = (current: number, target: number, changes: object = {}) => ({
  out_request_no: 'BUDGET_1',
  update_mode: 'MAX_COUNT',
  current_max_count: current,
  target_max_count: target,
  ...changes,
})
const daily = (current: number, target: number, changes: object = {}) => ({
  out_request_no: 'BUDGET_2',
  update_mode: 'MAX_COUNT_PER_DAY',
  current_max_count_per_day: current,
  target_max_count_per_day: target,
  ...changes,
})
const refused = (message: string) => ({ status: 400, body: { code: 'INVALID_REQUEST', message } })
const UNFIT = refused('传入参数不符合业务规则')
const TOTAL_DIFFERS = refused('商品券批次总预算旧值已无效，请使用最新的投放预算值')
const DAILY_DIFFERS = refused('商品券批次当前每日发放次数上限与真实值不符')

describe.for(transports)('budgets of batches over %s', (transport) => {
  test.override('transport', transport)

  test('one limit changes with each call', async ({ merchant, control }) => {
    await withBatches(control, { ...LIMITED, ...SENT })

    const answer = await merchant.call(updateStockBudget, { ...BATCH, ...total(100, 60) })
    expect(answer).toMatchObject({
      status: 200,
      body: {
        ...BATCH,
        stock_send_rule: { ...LIMITED.stock_send_rule, max_count: 60 },
        sent_count_info: { total_count: 60, today_count: 8 },
        state: 'SENDING',
      },
    })
    expect(answer.body).not.toHaveProperty('mchid')
    // Below what was sent today, and above the total.
    for (const [current, target] of [
      [10, 1],
      [1, 100_000_000],
    ] as const) {
      const changed = daily(current, target, { out_request_no: `DAILY_${target}` })
      expect(await merchant.call(updateStockBudget, { ...BATCH, ...changed })).toMatchObject({
        body: { stock_send_rule: { max_count: 60, max_count_per_day: target } },
      })
    }
  })

  test('a repeat shows the batch as it is now, and changes nothing', async ({ merchant, control }) => {
    await withBatches(control, LIMITED)
    const set = (changes: object) => merchant.call(updateStockBudget, { ...BATCH, ...changes })

    await set(total(100, 200))
    await set(total(200, 300, { out_request_no: 'BUDGET_3' }))
    expect(await set(total(100, 200))).toMatchObject({ status: 200, body: { stock_send_rule: { max_count: 300 } } })
    expect(await set(total(300, 200))).toMatchObject(UNFIT)
    await control.advance('P200D')
    expect(await set(total(100, 200))).toMatchObject({ status: 200 })
    expect(await set(total(300, 400, { out_request_no: 'BUDGET_4' }))).toMatchObject(
      refused('已过期的批次不可修改发放预算'),
    )
  })

  test('a bundle changes whole; the first of its batches has the daily limit', async ({ merchant, control }) => {
    await withBatches(control, { stock_send_rule: RULE })
    const world = await control.world()
    await control.restore({
      ...world,
      product_coupon_stocks: world.product_coupon_stocks?.map((one) =>
        one.stock_id === IN_BUNDLE[0] ? { ...one, ...LIMITED } : one,
      ),
    })
    const set = (changes: object) => merchant.call(updateStockBundleBudget, { ...BUNDLE, ...changes })
    const rules = (...list: readonly object[]) => ({
      status: 200,
      body: {
        stock_bundle_id: BUNDLE.stock_bundle_id,
        stock_list: IN_BUNDLE.map((stock_id, i) => ({ stock_id, stock_send_rule: { ...RULE, ...list[i] } })),
      },
    })
    const more = { max_count: 200 }

    expect(await set(total(100, 200))).toMatchObject(rules({ ...more, max_count_per_day: 10 }, more, more))
    const answer = await set(daily(10, 20))
    expect(answer).toMatchObject(rules({ ...more, max_count_per_day: 20 }, more, more))
    expect(JSON.stringify(answer.body).match(/max_count_per_day/g)).toHaveLength(1)
    expect(await set(total(100, 300, { out_request_no: 'BUDGET_5' }))).toMatchObject(TOTAL_DIFFERS)
  })

  test.for<[string, object, object]>([
    ['total that is not the present one', total(99, 200), TOTAL_DIFFERS],
    ['total below what was sent', total(100, 59), UNFIT],
    ['daily limit that is not the present one', daily(9, 20), DAILY_DIFFERS],
    ['total without the present one', total(100, 200, { current_max_count: undefined }), UNFIT],
    ['total without the new one', total(100, 200, { target_max_count: undefined }), UNFIT],
    ['total with a daily limit', total(100, 200, { current_max_count_per_day: 10 }), UNFIT],
    ['daily limit with a total', daily(10, 20, { target_max_count: 200 }), UNFIT],
    ['total of none', total(100, 0), { status: 400, body: { code: 'PARAM_ERROR' } }],
    ['total of too many', total(100, 100_000_001), { status: 400, body: { code: 'PARAM_ERROR' } }],
    ['number of five characters', total(100, 200, { out_request_no: 'B-123' }), { body: { code: 'PARAM_ERROR' } }],
  ])('a %s is refused', async ([, changes, answer], { merchant, control }) => {
    await withBatches(control, { ...LIMITED, ...SENT })

    expect(await merchant.call(updateStockBudget, { ...BATCH, ...changes })).toMatchObject(answer)
  })

  test('a batch without a daily limit gets none', async ({ merchant, control }) => {
    await withBatches(control, { stock_send_rule: RULE })

    expect(await merchant.call(updateStockBudget, { ...BATCH, ...daily(10, 20) })).toMatchObject(DAILY_DIFFERS)
  })
})
