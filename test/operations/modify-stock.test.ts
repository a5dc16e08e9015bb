import { describe, expect } from 'vitest'
import type { StockJson } from '../../src/products/merchant-coupon/stocks.ts'
import { modifyStock, queryStock } from '../../src/products/operations.ts'
import { STOCK_ID, test, transports } from '../helpers/world.ts'

const NUMBER = '6122352020010133287985742'
const DONE = { status: 204, body: undefined }

const request = (changes: Record<string, unknown> = {}) => ({
  stock_id: STOCK_ID,
  out_request_no: NUMBER,
  comment: '新备注',
  ...changes,
})

const REFUSALS = {
  parameter_invalid: [400, 'PARAM_ERROR', '请求参数错误'],
  not_found: [404, 'RESOURCE_NOT_EXISTS', '查询的资源不存在'],
  not_permitted: [403, 'NO_AUTH', '无权限'],
  appid_unbound: [400, 'APPID_MCHID_NOT_MATCH', 'appid与请求方商户无关联关系'],
  ended: [400, 'INVALID_REQUEST', '批次已过期'],
  request_no_reused: [400, 'INVALID_REQUEST', '请求单号已被使用，且请求参数与之前不一致'],
} as const

const refusal = (reason: keyof typeof REFUSALS) => {
  const [status, code, message] = REFUSALS[reason]
  return { status, body: { code, message } }
}

const STOCK = {
  comment: '旧备注',
  stock_name: '旧名',
  display_pattern_info: { merchant_name: '旧商户', merchant_logo_url: 'https://qpic.cn/old', description: '旧须知' },
  custom_entrance: { hall_id: '1', appid: 'wxOld' },
  notify_config: { notify_appid: 'wxOld' },
  stock_send_rule: { max_coupons: 5, max_coupons_per_user: 1, prevent_api_abuse: true },
} as const satisfies StockJson

describe.for(transports)('modifying a batch over %s', (transport) => {
  test.override('transport', transport)

  test.for<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['texts', { comment: '新备注', goods_name: '新商品' }, { comment: '新备注', goods_name: '新商品' }],
    [
      'members of what is shown',
      { display_pattern_info: { description: '新须知', background_color: 'Color020' } },
      {
        display_pattern_info: {
          merchant_name: '旧商户',
          merchant_logo_url: 'https://qpic.cn/old',
          description: '新须知',
          background_color: 'Color020',
        },
      },
    ],
    [
      'members of the entrance',
      { custom_entrance: { hall_id: '2', code_display_mode: 'QRCODE' } },
      { custom_entrance: { hall_id: '2', appid: 'wxOld', code_display_mode: 'QRCODE' } },
    ],
    [
      'the appid of its events',
      { notify_config: { notify_appid: 'wxNew' } },
      { notify_config: { notify_appid: 'wxNew' } },
    ],
    [
      'its protection',
      { stock_send_rule: { prevent_api_abuse: false } },
      { stock_send_rule: { max_coupons: 5, max_coupons_per_user: 1 } },
    ],
    ['its subsidy', { subsidy: true }, { subsidy: true }],
  ])('changes %s', async ([, change, changed], { merchant, seed }) => {
    await seed.stock(STOCK)
    const { body: before } = await merchant.call(queryStock, { stock_id: STOCK_ID })

    expect(await merchant.call(modifyStock, { stock_id: STOCK_ID, out_request_no: NUMBER, ...change })).toEqual(DONE)

    const { body: after } = await merchant.call(queryStock, { stock_id: STOCK_ID })
    expect(after).toEqual({ ...(before as object), ...changed })
  })

  test('changes the way it is used', async ({ merchant, seed }) => {
    await seed.stock(STOCK)
    const mini = { use_method: 'MINI_PROGRAMS', mini_programs_appid: 'wx1', mini_programs_path: '/a' }

    expect(await merchant.call(modifyStock, request({ coupon_use_rule: mini }))).toEqual(DONE)
    expect(await merchant.call(queryStock, { stock_id: STOCK_ID })).toMatchObject({ body: { coupon_use_rule: mini } })
    const path = { coupon_use_rule: { mini_programs_path: '/b' } }
    expect(await merchant.call(modifyStock, request({ ...path, out_request_no: 'M-2' }))).toEqual(DONE)
    expect(await merchant.call(queryStock, { stock_id: STOCK_ID })).toMatchObject({
      body: { coupon_use_rule: { ...mini, mini_programs_path: '/b' } },
    })
  })

  describe('by members of members', () => {
    const entrance = {
      mini_programs_info: { mini_programs_appid: 'wx1', mini_programs_path: '/a', entrance_words: '欢迎选购' },
    }
    const finder_info = { finder_id: 'F', finder_video_id: 'V', finder_video_cover_image_url: 'https://qpic.cn/v' }
    const path = { mini_programs_info: { mini_programs_path: '/b' } }
    const video = { finder_info: { finder_video_id: 'W' } }
    const required = (place: string, title: string) => ({
      status: 400,
      body: {
        code: 'PARAM_ERROR',
        detail: { location: 'body', value: '' },
        message: `输入源“/body/${place}”映射到字段“${title}”必填性规则校验失败，此字段为必填项`,
      },
    })

    test('puts them over those that are there (corrections 27)', async ({ merchant, seed }) => {
      await seed.stock({ ...STOCK, custom_entrance: entrance, display_pattern_info: { finder_info } })
      const change = { custom_entrance: path, display_pattern_info: video }

      expect(await merchant.call(modifyStock, request(change))).toEqual(DONE)
      expect(await merchant.call(queryStock, { stock_id: STOCK_ID })).toMatchObject({
        body: {
          custom_entrance: { mini_programs_info: { ...entrance.mini_programs_info, mini_programs_path: '/b' } },
          display_pattern_info: { finder_info: { ...finder_info, finder_video_id: 'W' } },
        },
      })
    })

    test('needs the rest to be there', async ({ merchant, seed, control }) => {
      await seed.stock(STOCK)
      const before = await control.world()

      expect(await merchant.call(modifyStock, request({ custom_entrance: path }))).toEqual(refusal('parameter_invalid'))
      expect(await control.world()).toEqual(before)
    })

    test('has to bring all of them, if the setting says so', async ({ merchant, seed, control }) => {
      await seed.stock({ ...STOCK, custom_entrance: entrance, display_pattern_info: { finder_info } })
      await control.changeSettings({ coupon_models: 'page' })

      expect(await merchant.call(modifyStock, request({ custom_entrance: path }))).toEqual(
        required('custom_entrance/mini_programs_info/mini_programs_appid', '商家小程序appid'),
      )
      expect(await merchant.call(modifyStock, request({ display_pattern_info: video }))).toEqual(
        required('display_pattern_info/finder_info/finder_id', '视频号ID'),
      )
      const whole = { custom_entrance: entrance, display_pattern_info: { finder_info } }
      expect(await merchant.call(modifyStock, request(whole))).toEqual(DONE)
    })
  })

  test('takes what cannot be changed, and does not change it', async ({ merchant, seed }) => {
    await seed.stock(STOCK)
    const { body: before } = await merchant.call(queryStock, { stock_id: STOCK_ID })
    const change = {
      stock_name: '新名',
      display_pattern_info: { merchant_name: '新商户', merchant_logo_url: 'https://qpic.cn/new' },
      stock_send_rule: { natural_person_limit: true },
      subsidy: false,
    }

    expect(await merchant.call(modifyStock, { stock_id: STOCK_ID, out_request_no: NUMBER, ...change })).toEqual(DONE)
    expect(await merchant.call(queryStock, { stock_id: STOCK_ID })).toEqual({ status: 200, body: before })
  })

  test.for(['UNAUDIT', 'PAUSED', 'STOPED'] as const)(
    'is possible while it is %s',
    async (state, { merchant, seed }) => {
      await seed.stock({ state })

      expect(await merchant.call(modifyStock, request())).toEqual(DONE)
    },
  )

  test.for<[keyof typeof REFUSALS, string, StockJson, Record<string, unknown>]>([
    ['parameter_invalid', 'use by the user', {}, { coupon_use_rule: { use_method: 'SELF_CONSUME' } }],
    ['parameter_invalid', 'a mini program without one', {}, { coupon_use_rule: { use_method: 'MINI_PROGRAMS' } }],
    ['parameter_invalid', 'a subsidy taken back', { subsidy: true }, { subsidy: false }],
    ['not_permitted', 'a batch of another merchant', { mchid: '1900000777' }, {}],
    ['not_permitted', 'a batch that the caller only owns', { mchid: '1900000777', belong_merchant: '1900000001' }, {}],
    ['not_found', 'an unknown batch', {}, { stock_id: '100099' }],
  ])('is refused as %s: %s', async ([reason, , stock, change], { merchant, seed, control }) => {
    await seed.stock({ ...STOCK, ...stock })
    const before = await control.world()

    expect(await merchant.call(modifyStock, request(change))).toEqual(refusal(reason))
    expect(await control.world()).toEqual(before)
  })

  test('is refused from the instant on at which the batch ends', async ({ merchant, seed, control }) => {
    const time = { available_end_time: '2026-11-25T12:00:01+08:00' }
    await seed.stock({ coupon_use_rule: { coupon_available_time: time } })

    expect(await merchant.call(modifyStock, request())).toEqual(DONE)
    await control.advance(1)
    expect(await merchant.call(modifyStock, request({ out_request_no: 'M-2' }))).toEqual(refusal('ended'))
  })

  test('is refused with an appid that neither the caller nor the owner has', async ({ clientOf, others, seed }) => {
    const { partner, owner } = others
    const client = await clientOf({ ...partner, appids: ['wxPartner'] })
    await clientOf({ ...owner, appids: ['wxOwner'] })
    await seed.stock({ mchid: partner.mchid, belong_merchant: owner.mchid })
    const notify = (notify_appid: string) => request({ notify_config: { notify_appid } })

    expect(await client.call(modifyStock, notify('wxOther'))).toEqual(refusal('appid_unbound'))
    expect(await client.call(modifyStock, notify('wxOwner'))).toEqual(DONE)
  })

  test('repeated with the same number and body does nothing again', async ({ merchant, seed, control }) => {
    await seed.stock(STOCK)
    await merchant.call(modifyStock, request())
    await merchant.call(modifyStock, request({ comment: '更新的备注', out_request_no: 'M-2' }))
    const before = await control.world()

    // The order of the members is not part of the body.
    const { stock_id, ...members } = request()
    const reversed = Object.fromEntries(Object.entries(members).reverse())
    expect(await merchant.call(modifyStock, { stock_id, ...reversed })).toEqual(DONE)
    expect(await control.world()).toEqual(before)
  })

  test.for([{ comment: '别的' }, { subsidy: true }, { stock_id: '100089' }])(
    'repeated with the same number is refused with other values: %j',
    async (change, { merchant, seed }) => {
      await seed.stock(STOCK)
      await seed.stock({ stock_id: '100089' })
      await merchant.call(modifyStock, request())

      expect(await merchant.call(modifyStock, request(change))).toEqual(refusal('request_no_reused'))
    },
  )

  test('a number that was refused may be used again', async ({ merchant, seed }) => {
    await merchant.call(modifyStock, request())
    await seed.stock(STOCK)

    expect(await merchant.call(modifyStock, request())).toEqual(DONE)
  })

  test('needs a number', async ({ merchant, seed }) => {
    await seed.stock(STOCK)

    expect(await merchant.call(modifyStock, { stock_id: STOCK_ID, comment: '新' })).toMatchObject({
      status: 400,
      body: { message: '输入源“/body/out_request_no”映射到字段“商户请求单号”必填性规则校验失败，此字段为必填项' },
    })
  })

  test.for([
    { coupon_use_rule: { fixed_normal_coupon: { discount_amount: 1, transaction_minimum: 1 } } },
    { stock_send_rule: { max_coupons: 10 } },
    { coupon_code_mode: 'MERCHANT_API' },
  ])('has no such members: %j', async (change, { merchant, seed }) => {
    await seed.stock(STOCK)

    expect(await merchant.call(modifyStock, request(change))).toMatchObject({
      status: 400,
      body: { message: '请求中含有未在API文档中定义的参数' },
    })
  })
})
