import { describe, expect } from 'vitest'
import type { StockJson } from '../../src/products/merchant-coupon/stocks.ts'
import { modifyBudget, modifyStock, queryStock } from '../../src/products/operations.ts'
import { refusal } from '../helpers/refusal.ts'
import { STOCK_ID, test, transports } from '../helpers/world.ts'

const DONE = { status: 204, body: undefined }

const request = (changes: Record<string, unknown> = { comment: '新备注' }) => ({
  stock_id: STOCK_ID,
  out_request_no: 'M-1',
  ...changes,
})

const DISPLAY = { merchant_name: '旧商户', merchant_logo_url: 'https://qpic.cn/old', description: '旧须知' }
const STOCK = {
  comment: '旧备注',
  stock_name: '旧名',
  display_pattern_info: DISPLAY,
  custom_entrance: { hall_id: '1', appid: 'wxOld' },
  notify_config: { notify_appid: 'wxOld' },
  stock_send_rule: { max_coupons: 500, max_coupons_per_user: 1, max_coupons_by_day: 100, prevent_api_abuse: true },
} as const satisfies StockJson

describe.for(transports)('modifying a batch over %s', (transport) => {
  test.override('transport', transport)

  test.for<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['texts', { comment: '新备注', goods_name: '新商品' }, { comment: '新备注', goods_name: '新商品' }],
    [
      'its protection',
      { stock_send_rule: { prevent_api_abuse: false } },
      { stock_send_rule: { max_coupons: 500, max_coupons_per_user: 1, max_coupons_by_day: 100 } },
    ],
    ['its subsidy', { subsidy: true }, { subsidy: true }],
    [
      'nothing that cannot be changed',
      {
        stock_name: '新名',
        display_pattern_info: { merchant_name: '新商户', merchant_logo_url: 'https://qpic.cn/new' },
        stock_send_rule: { natural_person_limit: true },
        subsidy: false,
      },
      {},
    ],
  ])('changes %s', async ([, change, changed], { merchant, seed }) => {
    await seed.stock(STOCK)
    const { body: before } = await merchant.call(queryStock, { stock_id: STOCK_ID })

    expect(await merchant.call(modifyStock, request(change))).toEqual(DONE)

    const { body: after } = await merchant.call(queryStock, { stock_id: STOCK_ID })
    expect(after).toEqual({ ...(before as object), ...changed })
  })

  test('changes the way it is used, by the members that are given', async ({ merchant, seed }) => {
    await seed.stock(STOCK)
    const mini = { use_method: 'MINI_PROGRAMS', mini_programs_appid: 'wx1', mini_programs_path: '/a' }

    expect(await merchant.call(modifyStock, request({ coupon_use_rule: mini }))).toEqual(DONE)
    const path = { mini_programs_path: '/b' }
    expect(await merchant.call(modifyStock, request({ coupon_use_rule: path, out_request_no: 'M-2' }))).toEqual(DONE)
    expect(await merchant.call(queryStock, { stock_id: STOCK_ID })).toMatchObject({
      body: { coupon_use_rule: { ...mini, ...path } },
    })
  })

  describe('by members of members', () => {
    const entrance = {
      mini_programs_info: { mini_programs_appid: 'wx1', mini_programs_path: '/a', entrance_words: '欢迎选购' },
    }
    const finder_info = { finder_id: 'F', finder_video_id: 'V', finder_video_cover_image_url: 'https://qpic.cn/v' }
    const path = { custom_entrance: { mini_programs_info: { mini_programs_path: '/b' } } }
    const video = { display_pattern_info: { finder_info: { finder_video_id: 'W' } } }
    const whole = { custom_entrance: entrance, display_pattern_info: { finder_info } }

    test('puts them over those that are there (corrections 27)', async ({ merchant, seed }) => {
      await seed.stock({ ...STOCK, ...whole })

      expect(await merchant.call(modifyStock, request({ ...path, ...video }))).toEqual(DONE)
      expect(await merchant.call(queryStock, { stock_id: STOCK_ID })).toMatchObject({
        body: {
          custom_entrance: { mini_programs_info: { ...entrance.mini_programs_info, mini_programs_path: '/b' } },
          display_pattern_info: { finder_info: { ...finder_info, finder_video_id: 'W' } },
        },
      })
    })

    test('needs the rest to be there', async ({ merchant, seed }) => {
      await seed.stock(STOCK)

      expect(await merchant.call(modifyStock, request(path))).toEqual(refusal(modifyStock, 'parameter_invalid'))
    })

    test('has to bring all of them, if the setting says so', async ({ merchant, seed, control }) => {
      await seed.stock({ ...STOCK, ...whole })
      await control.changeSettings({ coupon_models: 'page' })

      for (const [change, place, title] of [
        [path, 'custom_entrance/mini_programs_info/mini_programs_appid', '商家小程序appid'],
        [video, 'display_pattern_info/finder_info/finder_id', '视频号ID'],
      ] as const) {
        expect(await merchant.call(modifyStock, request(change))).toMatchObject({
          status: 400,
          body: { message: `输入源“/body/${place}”映射到字段“${title}”必填性规则校验失败，此字段为必填项` },
        })
      }
      expect(await merchant.call(modifyStock, request(whole))).toEqual(DONE)
    })
  })

  test('is possible in any state, until the instant at which the batch ends', async ({ merchant, seed, control }) => {
    const time = { available_end_time: '2026-11-25T12:00:01+08:00' }
    for (const state of ['UNAUDIT', 'PAUSED', 'STOPED'] as const) {
      await seed.stock({ state, coupon_use_rule: { coupon_available_time: time } })
      expect(await merchant.call(modifyStock, request({ out_request_no: state })), state).toEqual(DONE)
    }
    await control.advance(1)
    expect(await merchant.call(modifyStock, request())).toEqual(refusal(modifyStock, 'ended'))
  })

  test('takes no subsidy back, and no change by its owner', async ({ merchant, seed, others }) => {
    await seed.stock({ subsidy: true })
    await seed.stock({ stock_id: '100089', mchid: others.partner.mchid, belong_merchant: '1900000001' })

    expect(await merchant.call(modifyStock, request({ subsidy: false }))).toEqual(
      refusal(modifyStock, 'parameter_invalid'),
    )
    expect(await merchant.call(modifyStock, request({ stock_id: '100089' }))).toEqual(
      refusal(modifyStock, 'not_permitted'),
    )
  })

  test('repeated with the same number and body does nothing again', async ({ merchant, seed, control }) => {
    // The number was refused before.
    await merchant.call(modifyStock, request())
    await seed.stock(STOCK)
    await seed.stock({ stock_id: '100089' })
    await merchant.call(modifyStock, request())
    await merchant.call(modifyStock, request({ comment: '更新的备注', out_request_no: 'M-2' }))
    const before = await control.world()

    // The order of the members is not part of the body.
    const reversed = Object.fromEntries(Object.entries(request()).reverse())
    expect(await merchant.call(modifyStock, { ...reversed, stock_id: STOCK_ID })).toEqual(DONE)
    for (const change of [{ comment: '别的' }, { subsidy: true }, { comment: '新备注', stock_id: '100089' }]) {
      expect(await merchant.call(modifyStock, request(change))).toEqual(refusal(modifyStock, 'request_no_reused'))
    }
    expect(await control.world()).toEqual(before)
  })
})

describe.for(transports)('changing the budget of a batch over %s', (transport) => {
  test.override('transport', transport)

  const TOTAL = { target_max_coupons: 3_000, current_max_coupons: 500 }
  const BY_DAY = { target_max_coupons_by_day: 200, current_max_coupons_by_day: 100 }
  const WITHOUT_DAY = { stock_send_rule: { max_coupons: 500, max_coupons_per_user: 1 } }
  const budget = (limits: Record<string, unknown> = TOTAL) => ({
    stock_id: STOCK_ID,
    modify_budget_request_no: 'B-1',
    ...limits,
  })

  test.for<[string, StockJson, Record<string, unknown>, Record<string, unknown>]>([
    ['the total', STOCK, TOTAL, { max_coupons: 3_000, max_coupons_by_day: 100 }],
    [
      'a day, for the first time',
      WITHOUT_DAY,
      { target_max_coupons_by_day: 200 },
      { max_coupons: 500, max_coupons_by_day: 200 },
    ],
    [
      'the total, with a current value of the day that is not looked at',
      STOCK,
      { ...TOTAL, current_max_coupons_by_day: 7 },
      { max_coupons: 3_000, max_coupons_by_day: 100 },
    ],
  ])('changes %s', async ([, stock, limits, answer], { merchant, seed }) => {
    await seed.stock(stock)

    expect(await merchant.call(modifyBudget, budget(limits))).toEqual({ status: 200, body: answer })
    expect(await merchant.call(queryStock, { stock_id: STOCK_ID })).toMatchObject({ body: { stock_send_rule: answer } })
  })

  test.for<[keyof typeof modifyBudget.errors, string, StockJson, Record<string, unknown>]>([
    ['parameter_invalid', 'no target', {}, { current_max_coupons: 500, current_max_coupons_by_day: 100 }],
    ['parameter_invalid', 'both targets', {}, { ...TOTAL, ...BY_DAY }],
    [
      'parameter_invalid',
      'a total with the current value of the day',
      {},
      { target_max_coupons: 3_000, current_max_coupons_by_day: 100 },
    ],
    [
      'below_sent',
      'a daily limit below what was sent today',
      { sent: { total: 40, today: 7, day: '2026-11-25T00:00:00+08:00' } },
      { ...BY_DAY, target_max_coupons_by_day: 6 },
    ],
    [
      'not_permitted',
      'a batch that the caller only owns',
      { mchid: '1900000777', belong_merchant: '1900000001' },
      TOTAL,
    ],
  ])('is refused as %s: %s', async ([reason, , stock, limits], { merchant, seed }) => {
    await seed.stock({ ...STOCK, ...stock })

    expect(await merchant.call(modifyBudget, budget(limits))).toEqual(refusal(modifyBudget, reason))
  })

  test('names what is wrong in the order of its checks', async ({ merchant, seed, control }) => {
    const time = { available_end_time: '2026-11-25T13:00:00+08:00' }
    const batch = { ...STOCK, coupon_use_rule: { coupon_available_time: time }, sent: { total: 40 } }
    const wrong = { target_max_coupons: 39, current_max_coupons: 1 }
    await seed.stock({ ...batch, mchid: '1900000777', belong_merchant: '1900000001', stock_id: '100089' })
    await seed.stock(batch)
    await merchant.call(modifyBudget, budget())
    await control.advance('PT1H')
    const refused = async (name: keyof typeof modifyBudget.errors, limits: Record<string, unknown>) =>
      expect(await merchant.call(modifyBudget, budget(limits))).toEqual(refusal(modifyBudget, name))

    const unknown = { ...wrong, stock_id: '100099' }
    await refused('parameter_invalid', { ...unknown, target_max_coupons_by_day: 1 })
    await refused('request_no_reused', unknown)
    const fresh = { modify_budget_request_no: 'B-2' }
    await refused('not_found', { ...unknown, ...fresh })
    await refused('not_permitted', { ...wrong, ...fresh, stock_id: '100089' })
    await refused('ended', { ...wrong, ...fresh })
    await control.advance('-PT30M')
    await refused('current_differs', { ...wrong, ...fresh })
    await refused('below_sent', { ...wrong, ...fresh, current_max_coupons: 3_000 })
  })

  test('repeated with the same number and body gets the same answer', async ({ merchant, seed, control }) => {
    await seed.stock(STOCK)
    const first = await merchant.call(modifyBudget, budget())
    await merchant.call(modifyBudget, budget({ ...BY_DAY, modify_budget_request_no: 'B-2' }))
    const before = await control.world()

    expect(await merchant.call(modifyBudget, budget())).toEqual(first)
    expect(await control.world()).toEqual(before)
  })
})
