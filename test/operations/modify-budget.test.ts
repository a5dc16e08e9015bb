import { describe, expect } from 'vitest'
import type { StockJson } from '../../src/products/merchant-coupon/stocks.ts'
import { modifyBudget, queryStock } from '../../src/products/operations.ts'
import { STOCK_ID, test, transports } from '../helpers/world.ts'

const NUMBER = '1002600620019090123143254436'
const TOTAL = { target_max_coupons: 3_000, current_max_coupons: 500 }
const BY_DAY = { target_max_coupons_by_day: 200, current_max_coupons_by_day: 100 }

const request = (limits: Record<string, unknown> = TOTAL) => ({
  stock_id: STOCK_ID,
  modify_budget_request_no: NUMBER,
  ...limits,
})

const STOCK = {
  stock_send_rule: { max_coupons: 500, max_coupons_per_user: 1, max_coupons_by_day: 100 },
} as const satisfies StockJson
const WITHOUT_DAY = { stock_send_rule: { max_coupons: 500, max_coupons_per_user: 1 } } as const satisfies StockJson

const REFUSALS = {
  parameter_invalid: [400, 'PARAM_ERROR', '请求参数错误'],
  not_found: [404, 'RESOURCE_NOT_EXISTS', '查询的资源不存在'],
  not_permitted: [403, 'NO_AUTH', '无权限'],
  ended: [400, 'INVALID_REQUEST', '批次已过期'],
  current_differs: [400, 'INVALID_REQUEST', '批次库存的当前值错误，请获取批次详情查看最新值'],
  below_sent: [400, 'INVALID_REQUEST', '目标值小于已发放的张数'],
  request_no_reused: [400, 'INVALID_REQUEST', '请求单号已被使用，且请求参数与之前不一致'],
} as const

const refusal = (reason: keyof typeof REFUSALS) => {
  const [status, code, message] = REFUSALS[reason]
  return { status, body: { code, message } }
}

describe.for(transports)('changing the budget of a batch over %s', (transport) => {
  test.override('transport', transport)

  test.for<[string, StockJson, Record<string, unknown>, Record<string, unknown>]>([
    ['the total', STOCK, TOTAL, { max_coupons: 3_000, max_coupons_by_day: 100 }],
    ['the total of a batch without a daily limit', WITHOUT_DAY, TOTAL, { max_coupons: 3_000 }],
    ['a day', STOCK, BY_DAY, { max_coupons: 500, max_coupons_by_day: 200 }],
    [
      'a day, for the first time',
      WITHOUT_DAY,
      { target_max_coupons_by_day: 200 },
      { max_coupons: 500, max_coupons_by_day: 200 },
    ],
    [
      'a day, beyond the total',
      STOCK,
      { ...BY_DAY, target_max_coupons_by_day: 9_000 },
      { max_coupons: 500, max_coupons_by_day: 9_000 },
    ],
    [
      'the total, with a current value of the day that is not looked at',
      STOCK,
      { ...TOTAL, current_max_coupons_by_day: 7 },
      { max_coupons: 3_000, max_coupons_by_day: 100 },
    ],
    [
      'the total, down',
      STOCK,
      { target_max_coupons: 1, current_max_coupons: 500 },
      { max_coupons: 1, max_coupons_by_day: 100 },
    ],
  ])('changes %s', async ([, stock, limits, answer], { merchant, seed }) => {
    await seed.stock(stock)

    expect(await merchant.call(modifyBudget, request(limits))).toEqual({ status: 200, body: answer })
    expect(await merchant.call(queryStock, { stock_id: STOCK_ID })).toMatchObject({
      body: { stock_send_rule: answer },
    })
  })

  test.for<[keyof typeof REFUSALS, string, StockJson, Record<string, unknown>]>([
    ['parameter_invalid', 'no target', {}, {}],
    ['parameter_invalid', 'current values alone', {}, { current_max_coupons: 500, current_max_coupons_by_day: 100 }],
    ['parameter_invalid', 'both targets', {}, { ...TOTAL, ...BY_DAY }],
    ['parameter_invalid', 'a total without its current value', {}, { target_max_coupons: 3_000 }],
    [
      'parameter_invalid',
      'a total with the current value of the day',
      {},
      { target_max_coupons: 3_000, current_max_coupons_by_day: 100 },
    ],
    ['parameter_invalid', 'a day without its current value', {}, { target_max_coupons_by_day: 200 }],
    ['current_differs', 'another total', {}, { ...TOTAL, current_max_coupons: 501 }],
    ['current_differs', 'another daily limit', {}, { ...BY_DAY, current_max_coupons_by_day: 99 }],
    ['current_differs', 'a daily limit that there is not', WITHOUT_DAY, BY_DAY],
    ['below_sent', 'a total below what was sent', { sent: { total: 40 } }, { ...TOTAL, target_max_coupons: 39 }],
    [
      'below_sent',
      'a daily limit below what was sent today',
      { sent: { total: 40, today: 7, day: '2026-11-25T00:00:00+08:00' } },
      { ...BY_DAY, target_max_coupons_by_day: 6 },
    ],
    [
      'ended',
      'a batch that has ended',
      {
        coupon_use_rule: {
          coupon_available_time: {
            available_begin_time: '2026-11-01T00:00:00+08:00',
            available_end_time: '2026-11-25T12:00:00+08:00',
          },
        },
      },
      TOTAL,
    ],
    ['not_permitted', 'a batch of another merchant', { mchid: '1900000777' }, TOTAL],
    [
      'not_permitted',
      'a batch that the caller only owns',
      { mchid: '1900000777', belong_merchant: '1900000001' },
      TOTAL,
    ],
    ['not_found', 'an unknown batch', {}, { ...TOTAL, stock_id: '100099' }],
  ])('is refused as %s: %s', async ([reason, , stock, limits], { merchant, seed, control }) => {
    await seed.stock({ ...STOCK, ...stock })
    const before = await control.world()

    expect(await merchant.call(modifyBudget, request(limits))).toEqual(refusal(reason))
    expect(await control.world()).toEqual(before)
  })

  test('names what is wrong in the order of its checks', async ({ merchant, seed, control }) => {
    const time = { available_end_time: '2026-11-25T13:00:00+08:00' }
    const batch = { ...STOCK, coupon_use_rule: { coupon_available_time: time }, sent: { total: 40 } }
    const wrong = { target_max_coupons: 39, current_max_coupons: 1 }
    await seed.stock({ ...batch, mchid: '1900000777', belong_merchant: '1900000001', stock_id: '100089' })
    await seed.stock(batch)
    await merchant.call(modifyBudget, { ...request(), modify_budget_request_no: 'B-1' })
    await control.advance('PT1H')

    const reused = { ...wrong, modify_budget_request_no: 'B-1', stock_id: '100099' }
    expect(await merchant.call(modifyBudget, request({ ...reused, target_max_coupons_by_day: 1 }))).toEqual(
      refusal('parameter_invalid'),
    )
    expect(await merchant.call(modifyBudget, request(reused))).toEqual(refusal('request_no_reused'))
    expect(await merchant.call(modifyBudget, request({ ...wrong, stock_id: '100099' }))).toEqual(refusal('not_found'))
    expect(await merchant.call(modifyBudget, request({ ...wrong, stock_id: '100089' }))).toEqual(
      refusal('not_permitted'),
    )
    expect(await merchant.call(modifyBudget, request(wrong))).toEqual(refusal('ended'))
    await control.advance('-PT30M')
    expect(await merchant.call(modifyBudget, request(wrong))).toEqual(refusal('current_differs'))
    expect(await merchant.call(modifyBudget, request({ ...wrong, current_max_coupons: 3_000 }))).toEqual(
      refusal('below_sent'),
    )
  })

  test('repeated with the same number and body gets the same answer', async ({ merchant, seed, control }) => {
    await seed.stock(STOCK)
    const first = await merchant.call(modifyBudget, request())
    await merchant.call(modifyBudget, { ...request(BY_DAY), modify_budget_request_no: 'B-2' })
    const before = await control.world()

    expect(await merchant.call(modifyBudget, request())).toEqual(first)
    expect(await control.world()).toEqual(before)
  })

  test('repeated with the same number is refused with other values', async ({ merchant, seed }) => {
    await seed.stock(STOCK)
    await merchant.call(modifyBudget, request())

    expect(await merchant.call(modifyBudget, request({ target_max_coupons: 9, current_max_coupons: 3_000 }))).toEqual(
      refusal('request_no_reused'),
    )
  })

  test.for([
    ['target_max_coupons', '目标批次最大发放个数'],
    ['current_max_coupons', '当前批次最大发放个数'],
    ['target_max_coupons_by_day', '目标单天发放上限个数'],
    ['current_max_coupons_by_day', '当前单天发放上限个数'],
  ] as const)('%s is between 1 and 1000000000', async ([name, title], { merchant, seed }) => {
    await seed.stock(STOCK)
    const refused = (value: number, rule: string) => ({
      status: 400,
      body: {
        code: 'PARAM_ERROR',
        detail: { location: 'body', value },
        message: `输入源“/body/${name}”映射到数值字段“${title}”规则校验失败，${rule}`,
      },
    })

    expect(await merchant.call(modifyBudget, request({ [name]: 0 }))).toEqual(refused(0, '值低于最小值 1'))
    expect(await merchant.call(modifyBudget, request({ [name]: 1_000_000_001 }))).toEqual(
      refused(1_000_000_001, '值高于最大值 1000000000'),
    )
  })

  test('needs a number', async ({ merchant }) => {
    expect(await merchant.call(modifyBudget, { stock_id: STOCK_ID, ...TOTAL })).toMatchObject({
      status: 400,
      body: {
        message:
          '输入源“/body/modify_budget_request_no”映射到字段“修改预算请求单据号”必填性规则校验失败，此字段为必填项',
      },
    })
  })
})
