import { describe, expect } from 'vitest'
import { createStock, queryStock, uploadCouponCodes } from '../../src/products/operations.ts'
import { createMerchantClient } from '../../src/testing/merchant-client.ts'
import { createMock } from '../helpers/engine.ts'
import { memberAt, withMember } from '../helpers/members.ts'
import { aFullStockRequest, anAvailableTime, aStockRequest, aUseRule } from '../helpers/stock-request.ts'
import { NOON, test, transports } from '../helpers/world.ts'

const CREATED = {
  status: 200,
  body: { stock_id: expect.stringMatching(/^1[0-9]{15}$/), create_time: '2026-11-25T12:00:00+08:00' },
}

/** busifavor.md 1.2, 3.1 and 8 */
const REFUSALS = {
  parameter_invalid: [400, 'PARAM_ERROR', '请求参数错误'],
  already_exists: [400, 'RESOURCE_ALREADY_EXISTS', '批次已存在'],
  merchant_unknown: [400, 'MCH_NOT_EXISTS', '商户号不存在'],
  merchant_unrelated: [400, 'INVALID_REQUEST', '商户票据校验失败'],
  appid_unbound: [400, 'APPID_MCHID_NOT_MATCH', '传入的小程序appid或商户appid，必须与调用方商户号存在关联关系'],
  not_permitted: [403, 'NO_AUTH', '无权限'],
} as const

const refusal = (reason: keyof typeof REFUSALS) => {
  const [status, code, message] = REFUSALS[reason]
  return { status, body: { code, message } }
}

const undefinedParameter = (place: string) => ({
  status: 400,
  body: {
    code: 'PARAM_ERROR',
    detail: { location: null, value: [`/body/${place.replaceAll('.', '/')}`] },
    message: '请求中含有未在API文档中定义的参数',
  },
})

const paramError = (value: unknown, message: string) => ({
  status: 400,
  body: { code: 'PARAM_ERROR', detail: { location: 'body', value }, message },
})

const withTime = (changes: Record<string, unknown>) =>
  aStockRequest({ coupon_use_rule: aUseRule({ coupon_available_time: anAvailableTime(changes) }) })
const withRule = (changes: Record<string, unknown>) => aStockRequest({ coupon_use_rule: aUseRule(changes) })

/** Combinations of fields that are refused although each is valid by itself. */
const MISFITS: readonly (readonly [string, Record<string, unknown>])[] = [
  ['no benefit', withRule({ fixed_normal_coupon: undefined })],
  ['two benefits', withRule({ exchange_coupon: { exchange_price: 0, transaction_minimum: 1 } })],
  ['the benefit of another type', aStockRequest({ stock_type: 'DISCOUNT' })],
  ['an end before the beginning', withTime({ available_end_time: '2026-11-20T13:29:34+08:00' })],
  ['an end at the beginning', withTime({ available_end_time: '2026-11-20T13:29:35+08:00' })],
  ['more than a year', withTime({ available_end_time: '2027-11-20T13:29:36+08:00' })],
  ['days of waiting without days of use', withTime({ wait_days_after_receive: 7 })],
  ['hours without weekdays', withTime({ available_week: { available_day_time: [{ begin_time: 0, end_time: 1 }] } })],
  [
    'hours that end before they begin',
    withTime({ available_week: { week_day: [1], available_day_time: [{ begin_time: 2, end_time: 1 }] } }),
  ],
  [
    'a window that ends before it begins',
    withTime({
      irregulary_avaliable_time: [{ begin_time: '2026-12-02T00:00:00+08:00', end_time: '2026-12-01T00:00:00+08:00' }],
    }),
  ],
  ['a mini program without its appid', withRule({ use_method: 'MINI_PROGRAMS', mini_programs_path: '/a' })],
  ['a mini program without its path', withRule({ use_method: 'MINI_PROGRAMS', mini_programs_appid: 'wx1' })],
  ['use by the user', withRule({ use_method: 'SELF_CONSUME' })],
]

describe.for(transports)('creating a batch over %s', (transport) => {
  test.override('transport', transport)

  test('with what is required', async ({ merchant }) => {
    expect(await merchant.call(createStock, aStockRequest())).toEqual(CREATED)
  })

  test('with every member there is, and the query shows them all', async ({ merchant }) => {
    const { out_request_no: _, ...wanted } = aFullStockRequest()
    const { body } = await merchant.call(createStock, aFullStockRequest())
    const { stock_id } = body as { stock_id: string }

    expect(await merchant.call(queryStock, { stock_id })).toEqual({
      status: 200,
      body: {
        ...wanted,
        stock_id,
        stock_state: 'RUNNING',
        send_count_information: {
          total_send_num: 0,
          total_send_amount: 0,
          today_send_num: 0,
          today_send_amount: 0,
        },
      },
    })
  })

  test('for a merchant that the caller is a partner of', async ({ clientOf, others }) => {
    const { partner, owner } = others
    const client = await clientOf(partner)
    const sub = await clientOf({ ...owner, partners: [partner.mchid] })

    const { body } = await client.call(createStock, aStockRequest({ belong_merchant: owner.mchid }))

    const { stock_id } = body as { stock_id: string }
    expect(await client.call(queryStock, { stock_id })).toMatchObject({ body: { belong_merchant: owner.mchid } })
    expect(await sub.call(queryStock, { stock_id })).toMatchObject({ status: 200 })
  })

  test('with ids that begin the same and are never the same', async ({ merchant, clientOf, others }) => {
    const client = await clientOf(others.partner)
    const ids: string[] = []
    for (let i = 0; i < 20; i++) {
      const answer = await merchant.call(createStock, aStockRequest({ out_request_no: `C-${i}` }))
      ids.push((answer.body as { stock_id: string }).stock_id)
    }
    const foreign = await client.call(createStock, aStockRequest({ belong_merchant: others.partner.mchid }))

    expect(new Set(ids.map((id) => id.slice(0, 6))).size).toBe(1)
    expect(new Set(ids).size).toBe(20)
    expect((foreign.body as { stock_id: string }).stock_id.slice(0, 6)).not.toBe(ids[0]?.slice(0, 6))
  })

  test.for(MISFITS)('is refused with %s', async ([, request], { merchant, control }) => {
    const before = await control.world()

    expect(await merchant.call(createStock, request)).toEqual(refusal('parameter_invalid'))
    expect(await control.world()).toEqual(before)
  })

  test('names what is wrong in the order of its checks', async ({ clientOf, others, mock }) => {
    const caller = { ...others.partner, appids: ['wxPartner'] }
    const client = await clientOf(caller)
    await clientOf({ ...others.owner, appids: ['wxOwner'] })
    await client.call(createStock, aStockRequest({ belong_merchant: caller.mchid }))
    const unopened = await clientOf({ ...others.sender, unopenedProducts: ['busifavor'] })
    const wrong = {
      coupon_use_rule: aUseRule({ use_method: 'SELF_CONSUME' }),
      belong_merchant: '1999999999',
      notify_config: { notify_appid: 'wxOther' },
    }
    const call = (changes: Record<string, unknown>, by = client) =>
      by.call(createStock, aStockRequest({ ...wrong, ...changes }))
    const fits = { coupon_use_rule: aUseRule() }
    const fresh = { ...fits, out_request_no: 'C-2' }

    expect(mock.merchants.find('1999999999')).toBeUndefined()
    expect(await call({ stock_name: '' }, unopened)).toMatchObject({ body: { detail: { value: 0 } } })
    expect(await call({}, unopened)).toEqual(refusal('parameter_invalid'))
    expect(await call(fits, unopened)).toEqual(refusal('not_permitted'))
    expect(await call(fits)).toEqual(refusal('already_exists'))
    expect(await call(fresh)).toEqual(refusal('merchant_unknown'))
    expect(await call({ ...fresh, belong_merchant: others.owner.mchid })).toEqual(refusal('merchant_unrelated'))
    expect(await call({ ...fresh, belong_merchant: caller.mchid })).toEqual(refusal('appid_unbound'))
  })

  test('takes codes at once, or when the setting says that it is ready', async ({ merchant, control }) => {
    const create = async (out_request_no: string) => {
      const request = aStockRequest({ coupon_code_mode: 'MERCHANT_UPLOAD', out_request_no })
      return ((await merchant.call(createStock, request)).body as { stock_id: string }).stock_id
    }
    const upload = (stock_id: string, upload_request_no: string) =>
      merchant.call(uploadCouponCodes, { stock_id, coupon_code_list: ['A'], upload_request_no })

    expect(await upload(await create('C-1'), 'U-1')).toMatchObject({ status: 200 })
    await control.changeSettings({ stock_ready_after: 2.5 })
    const slow = await create('C-2')
    await control.advance('PT2.499S')
    expect(await upload(slow, 'U-2')).toMatchObject({ body: { message: '批次创建处理中，请稍晚进行上传code操作' } })
    await control.advance('PT0.001S')
    expect(await upload(slow, 'U-2')).toMatchObject({ status: 200 })
  })

  test('takes effect once, however many ask at the same time', async ({ merchant, control }) => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => merchant.call(createStock, aStockRequest())))

    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect((await control.world()).stocks).toHaveLength(1)
  })

  test('says in the journal what does not fit', async ({ merchant, control }) => {
    await merchant.call(createStock, withRule({ use_method: 'SELF_CONSUME' }))

    const [exchange] = await control.journal()
    expect(exchange?.remarks).toMatchObject([{ about: 'refusal', text: expect.stringContaining('SELF_CONSUME') }])
  })

  test('is refused again with a number that created one, also with the same values', async ({ merchant, control }) => {
    await merchant.call(createStock, aStockRequest())
    const before = await control.world()

    expect(await merchant.call(createStock, aStockRequest())).toEqual(refusal('already_exists'))
    expect(await merchant.call(createStock, aStockRequest({ stock_name: '另一批' }))).toEqual(refusal('already_exists'))
    expect(await control.world()).toEqual(before)
  })

  test('takes a number that was refused, and one that another merchant used', async ({
    merchant,
    clientOf,
    others,
  }) => {
    const client = await clientOf(others.partner)
    await merchant.call(createStock, aStockRequest({ belong_merchant: '1999999999' }))

    expect(await merchant.call(createStock, aStockRequest())).toEqual(CREATED)
    expect(await client.call(createStock, aStockRequest({ belong_merchant: others.partner.mchid }))).toEqual(CREATED)
  })

  test('is refused for a merchant that there is not', async ({ merchant }) => {
    expect(await merchant.call(createStock, aStockRequest({ belong_merchant: '1999999999' }))).toEqual(
      refusal('merchant_unknown'),
    )
  })

  test('is refused for a merchant that the caller is no partner of', async ({ merchant, clientOf, others }) => {
    await clientOf({ ...others.owner, partners: [others.partner.mchid] })

    expect(await merchant.call(createStock, aStockRequest({ belong_merchant: others.owner.mchid }))).toEqual(
      refusal('merchant_unrelated'),
    )
  })

  test('is refused for a merchant that has not opened the product', async ({ merchant, clientOf, others }) => {
    const { mchid } = others.owner
    await clientOf({ ...others.owner, partners: ['1900000001'], unopenedProducts: ['busifavor'] })

    expect(await merchant.call(createStock, aStockRequest({ belong_merchant: mchid }))).toEqual(
      refusal('merchant_unrelated'),
    )
  })

  test('is refused to a merchant that has not opened the product', async ({ clientOf, others }) => {
    const client = await clientOf({ ...others.owner, unopenedProducts: ['busifavor'] })

    expect(await client.call(createStock, aStockRequest({ belong_merchant: others.owner.mchid }))).toEqual(
      refusal('not_permitted'),
    )
  })

  test.for([
    ['of the mini program it is used in', ['coupon_use_rule', 'mini_programs_appid']],
    ['of the mini program at the entrance', ['custom_entrance', 'mini_programs_info', 'mini_programs_appid']],
    ['at the entrance', ['custom_entrance', 'appid']],
    ['of its events', ['notify_config', 'notify_appid']],
  ] as const)('checks the appid %s', async ([, path], { clientOf, others }) => {
    const { partner, owner } = others
    const client = await clientOf({ ...partner, appids: ['wxPartner'] })
    await clientOf({ ...owner, appids: ['wxOwner'], partners: [partner.mchid] })
    const appids = [
      ['coupon_use_rule', 'mini_programs_appid'],
      ['custom_entrance', 'mini_programs_info', 'mini_programs_appid'],
      ['custom_entrance', 'appid'],
      ['notify_config', 'notify_appid'],
    ]
    const request = (appid: string, number: string) => {
      const known = appids.reduce<unknown>((body, at) => withMember(body, at, 'wxPartner'), aFullStockRequest())
      const one = withMember(known, path, appid) as Record<string, unknown>
      return { ...one, belong_merchant: owner.mchid, out_request_no: number }
    }

    expect(await client.call(createStock, request('wxForeign', 'C-1'))).toEqual(refusal('appid_unbound'))
    expect(await client.call(createStock, request('wxOwner', 'C-2'))).toEqual(CREATED)
    expect(await client.call(createStock, request('wxPartner', 'C-3'))).toEqual(CREATED)
  })
})

test('an id that any merchant has already is not given again', async ({ mock, control, merchant }) => {
  const twin = createMock({ seed: 'empty', randomSeed: 'test', clock: { now: () => NOON } })
  const client = createMerchantClient({
    credentials: await twin.control.credentials(),
    send: (request) => twin.handle(request),
    now: () => NOON,
  })
  const { body } = await client.call(createStock, aStockRequest())
  const taken = (body as { stock_id: string }).stock_id
  expect(await control.addStock({ stock_id: taken, mchid: '1900000777' })).toMatchObject({ stock_id: taken })

  const answer = await merchant.call(createStock, aStockRequest())

  expect(answer).toEqual(CREATED)
  expect(answer.body).not.toMatchObject({ stock_id: taken })
  expect(mock.defaultMerchant.mchid).toBe(client.credentials.mchid)
})

const LONG = 200_000

/** Texts: place, Chinese title, lengths and their unit. */
const TEXTS: readonly (readonly [string, string, number, number, 'bytes' | 'characters'])[] = [
  ['stock_name', '商家券批次名称', 1, 21, 'characters'],
  ['belong_merchant', '批次归属商户号', 8, 15, 'bytes'],
  ['comment', '批次备注', 1, 20, 'characters'],
  ['goods_name', '适用商品范围', 1, 15, 'characters'],
  ['out_request_no', '商户请求单号', 1, 128, 'bytes'],
  ['coupon_use_rule.mini_programs_appid', '小程序appid', 1, 32, 'bytes'],
  ['coupon_use_rule.mini_programs_path', '小程序path', 1, 128, 'bytes'],
  ['custom_entrance.mini_programs_info.mini_programs_appid', '商家小程序appid', 1, 32, 'bytes'],
  ['custom_entrance.mini_programs_info.mini_programs_path', '商家小程序path', 1, 128, 'bytes'],
  ['custom_entrance.mini_programs_info.entrance_words', '入口文案', 1, 5, 'characters'],
  ['custom_entrance.mini_programs_info.guiding_words', '引导文案', 1, 6, 'characters'],
  ['custom_entrance.appid', '商户公众号appid', 1, 32, 'bytes'],
  ['custom_entrance.hall_id', '营销馆id', 1, 64, 'bytes'],
  ['custom_entrance.store_id', '可用门店id', 1, 64, 'bytes'],
  ['display_pattern_info.description', '使用须知', 1, 1_000, 'characters'],
  ['display_pattern_info.merchant_logo_url', '商户logo', 1, 128, 'bytes'],
  ['display_pattern_info.merchant_name', '商户名称', 1, 16, 'characters'],
  ['display_pattern_info.coupon_image_url', '券详情图片', 1, 128, 'bytes'],
  ['notify_config.notify_appid', '事件通知appid', 1, 32, 'bytes'],
]

const TIME = 'coupon_use_rule.coupon_available_time'

/** Numbers: place, Chinese title and limits. */
const NUMBERS: readonly (readonly [string, string, number, number])[] = [
  [`${TIME}.available_day_after_receive`, '生效后N天内有效', 1, 365],
  [`${TIME}.wait_days_after_receive`, '领取后N天开始生效', 1, 30],
  [`${TIME}.available_week.week_day.0`, '可用星期数', 0, 6],
  [`${TIME}.available_week.available_day_time.0.begin_time`, '当天可用开始时间', 0, 86_399],
  [`${TIME}.available_week.available_day_time.0.end_time`, '当天可用结束时间', 0, 86_399],
  ['coupon_use_rule.fixed_normal_coupon.discount_amount', '优惠金额', 1, 10_000_000],
  ['coupon_use_rule.fixed_normal_coupon.transaction_minimum', '消费门槛', 1, 10_000_000],
  ['stock_send_rule.max_coupons', '批次最大发放个数', 1, 1_000_000_000],
  ['stock_send_rule.max_coupons_per_user', '用户最大可领个数', 1, 100],
  ['stock_send_rule.max_coupons_by_day', '单天发放上限个数', 1, 1_000_000_000],
]

/** Numbers without an upper limit. */
const UNLIMITED: readonly (readonly [string, string])[] = [
  ['stock_send_rule.max_amount', '批次总预算'],
  ['stock_send_rule.max_amount_by_day', '单天发放上限金额'],
  [`${TIME}.available_second_after_receive`, '领取后N秒内有效'],
]

/** Members required if their parent is present, with their titles. */
const REQUIRED: readonly (readonly [string, string])[] = [
  ['stock_name', '商家券批次名称'],
  ['belong_merchant', '批次归属商户号'],
  ['goods_name', '适用商品范围'],
  ['stock_type', '批次类型'],
  ['coupon_use_rule', '核销规则'],
  ['stock_send_rule', '发放规则'],
  ['out_request_no', '商户请求单号'],
  ['coupon_code_mode', '券code模式'],
  [TIME, '券可核销时间'],
  [`${TIME}.available_begin_time`, '开始时间'],
  [`${TIME}.available_end_time`, '结束时间'],
  ['coupon_use_rule.use_method', '核销方式'],
  ['stock_send_rule.max_coupons_per_user', '用户最大可领个数'],
  ['custom_entrance.mini_programs_info.mini_programs_appid', '商家小程序appid'],
  ['custom_entrance.mini_programs_info.mini_programs_path', '商家小程序path'],
  ['custom_entrance.mini_programs_info.entrance_words', '入口文案'],
]

/** Members that the pages require too, and the models of the SDKs leave optional (corrections 27). */
const REQUIRED_BY_PAGES: readonly (readonly [string, string])[] = [
  ['coupon_use_rule.fixed_normal_coupon.discount_amount', '优惠金额'],
  ['coupon_use_rule.fixed_normal_coupon.transaction_minimum', '消费门槛'],
  ['display_pattern_info.finder_info.finder_id', '视频号ID'],
  ['display_pattern_info.finder_info.finder_video_id', '视频号视频ID'],
  ['display_pattern_info.finder_info.finder_video_cover_image_url', '视频号封面图'],
]

/** Members that may be left out alone. */
const OPTIONAL = [
  'comment',
  'custom_entrance',
  'display_pattern_info',
  'notify_config',
  'subsidy',
  `${TIME}.wait_days_after_receive`,
  `${TIME}.available_second_after_receive`,
  `${TIME}.available_week`,
  `${TIME}.available_week.available_day_time`,
  `${TIME}.available_week.available_day_time.0.begin_time`,
  `${TIME}.available_week.available_day_time.0.end_time`,
  `${TIME}.irregulary_avaliable_time`,
  `${TIME}.irregulary_avaliable_time.0.begin_time`,
  `${TIME}.irregulary_avaliable_time.0.end_time`,
  'stock_send_rule.max_amount',
  'stock_send_rule.max_amount_by_day',
  'stock_send_rule.max_coupons',
  'stock_send_rule.max_coupons_by_day',
  'stock_send_rule.natural_person_limit',
  'stock_send_rule.prevent_api_abuse',
  'stock_send_rule.transferable',
  'stock_send_rule.shareable',
  'custom_entrance.mini_programs_info',
  'custom_entrance.mini_programs_info.guiding_words',
  'custom_entrance.appid',
  'custom_entrance.hall_id',
  'custom_entrance.store_id',
  'custom_entrance.code_display_mode',
  'display_pattern_info.description',
  'display_pattern_info.merchant_logo_url',
  'display_pattern_info.merchant_name',
  'display_pattern_info.background_color',
  'display_pattern_info.coupon_image_url',
  'display_pattern_info.finder_info',
  'display_pattern_info.finder_info.finder_id',
  'display_pattern_info.finder_info.finder_video_id',
  'display_pattern_info.finder_info.finder_video_cover_image_url',
  'notify_config.notify_appid',
]

/** Enums: place, all values, and invalid lookalikes. */
const CHOICES: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['stock_type', [], ['normal', 'CASH', '']],
  ['coupon_code_mode', ['WECHATPAY_MODE', 'MERCHANT_API', 'MERCHANT_UPLOAD'], ['MERCHANT', 'merchant_api']],
  ['coupon_use_rule.use_method', ['OFF_LINE', 'MINI_PROGRAMS', 'PAYMENT_CODE'], ['ONLINE', 'off_line']],
  ['custom_entrance.code_display_mode', ['NOT_SHOW', 'BARCODE', 'QRCODE'], ['QR']],
  [
    'display_pattern_info.background_color',
    ['Color010', 'Color020', 'Color030', 'Color040', 'Color050'].concat([
      'Color060',
      'Color070',
      'Color080',
      'Color090',
      'Color100',
    ]),
    ['COLOR010', 'color010', 'Color110', '#2c9f67'],
  ],
]

const pathOf = (place: string) => place.split('.').map((key) => (/^\d+$/.test(key) ? Number(key) : key))
const sourceOf = (place: string) => `输入源“/body/${place.replaceAll('.', '/')}”`
const changed = (place: string, value: unknown) =>
  withMember(aFullStockRequest(), pathOf(place), value) as Record<string, unknown>

describe('the fields of a new batch', () => {
  test.for(REQUIRED)('%s is required', async ([place, title], { merchant }) => {
    const message = `${sourceOf(place)}映射到字段“${title}”必填性规则校验失败，此字段为必填项`

    expect(await merchant.call(createStock, changed(place, undefined))).toEqual(paramError('', message))
  })

  test.for(REQUIRED_BY_PAGES)('%s is required by the pages', async ([place, title], { merchant, control }) => {
    await control.changeSettings({ coupon_models: 'page' })

    expect(await merchant.call(createStock, changed(place, undefined))).toEqual(
      paramError('', `${sourceOf(place)}映射到字段“${title}”必填性规则校验失败，此字段为必填项`),
    )
    expect(await merchant.call(createStock, aFullStockRequest())).toEqual(CREATED)
  })

  test.for(OPTIONAL)('%s may be left out', async (place, { merchant }) => {
    expect(memberAt(aFullStockRequest(), pathOf(place))).not.toBeUndefined()
    expect(await merchant.call(createStock, changed(place, undefined))).toEqual(CREATED)
  })

  test.for(TEXTS)('%s has its lengths', async ([place, title, min, max, unit], { merchant }) => {
    const word = unit === 'bytes' ? '字节数' : '字符数'
    const letter = unit === 'bytes' ? 'a' : '券'
    const refused = (length: number, rule: string) =>
      paramError(length, `${sourceOf(place)}映射到值字段“${title}”字符串规则校验失败，${word} ${length}，${rule}`)

    expect(await merchant.call(createStock, changed(place, letter.repeat(max + 1)))).toEqual(
      refused(max + 1, `大于最大值 ${max}`),
    )
    expect(await merchant.call(createStock, changed(place, letter.repeat(min - 1)))).toEqual(
      refused(min - 1, `小于最小值 ${min}`),
    )
    for (const [i, length] of [min, max].entries()) {
      const request = { ...changed(place, letter.repeat(length)) }
      const number = place === 'out_request_no' ? {} : { out_request_no: `C-${i}` }
      const { body } = await merchant.call(createStock, { ...request, ...number })

      // No merchant has such a number, but its length is valid.
      expect(body).toMatchObject(place === 'belong_merchant' ? { code: 'MCH_NOT_EXISTS' } : CREATED.body)
    }
  })

  test('a very long text is measured, not kept', async ({ merchant }) => {
    expect(await merchant.call(createStock, changed('comment', 'a'.repeat(LONG)))).toMatchObject({
      status: 400,
      body: { detail: { value: LONG } },
    })
  })

  test.for(NUMBERS)('%s has its range', async ([place, title, min, max], { merchant }) => {
    const refused = (value: number, rule: string) =>
      paramError(value, `${sourceOf(place)}映射到数值字段“${title}”规则校验失败，${rule}`)

    expect(await merchant.call(createStock, changed(place, min - 1))).toEqual(refused(min - 1, `值低于最小值 ${min}`))
    expect(await merchant.call(createStock, changed(place, max + 1))).toEqual(refused(max + 1, `值高于最大值 ${max}`))
    for (const value of [min, max]) {
      // The window of the day has to stay one, whichever end is moved.
      const window = place.includes('available_day_time') ? { begin_time: 0, end_time: 86_399 } : undefined
      const base = window
        ? (withMember(aFullStockRequest(), pathOf(`${TIME}.available_week.available_day_time.0`), window) as object)
        : aFullStockRequest()
      const request = withMember(base, pathOf(place), value) as Record<string, unknown>

      expect(await merchant.call(createStock, { ...request, out_request_no: `C-${value}` })).toEqual(CREATED)
    }
  })

  const wrongType = (place: string, title: string, value: unknown, needed: string) =>
    paramError(value, `无法将 JSON ${sourceOf(place)}映射到目标字段“${title}”中，此字段需要${needed}`)
  const noNumber = (place: string, title: string, value: unknown) =>
    wrongType(place, title, value, '一个合法的 64 位有符号整数')

  test.for([...NUMBERS, ...UNLIMITED])('%s (%s) is a whole number', async ([place, title], { merchant }) => {
    for (const value of ['5', 1.5, true, [5], {}]) {
      const answer = await merchant.call(createStock, changed(place, value))

      expect(answer, JSON.stringify(value)).toEqual(noNumber(place, title, value))
    }
    expect(await merchant.call(createStock, changed(place, null))).toEqual(undefinedParameter(place))
  })

  test.for([
    ['coupon_use_rule', '核销规则', [], '一个合法的 Json 对象'],
    ['stock_send_rule', '发放规则', 'all', '一个合法的 Json 对象'],
    ['stock_send_rule.prevent_api_abuse', '可疑账号拦截', 'true', '一个 boolean 类型的 Json 值'],
    ['stock_type', '批次类型', 1, '一个 string 类型的 Json 值'],
  ] as const)('%s (%s) has its type', async ([place, title, value, needed], { merchant }) => {
    expect(await merchant.call(createStock, changed(place, value))).toEqual(wrongType(place, title, value, needed))
    expect(await merchant.call(createStock, changed(place, null))).toEqual(undefinedParameter(place))
  })

  test.for(UNLIMITED)('%s (%s) is as large as can be counted', async ([place, title], { merchant }) => {
    const most = Number.MAX_SAFE_INTEGER

    expect(await merchant.call(createStock, changed(place, most + 1))).toEqual(noNumber(place, title, most + 1))
    expect(await merchant.call(createStock, changed(place, most))).toEqual(CREATED)
    expect(await merchant.call(createStock, changed(place, -1))).toMatchObject({ body: { detail: { value: -1 } } })
  })

  test.for(CHOICES)('%s is one of its words', async ([place, right, wrong], { merchant }) => {
    for (const word of wrong) {
      expect(await merchant.call(createStock, changed(place, word)), word).toEqual(refusal('parameter_invalid'))
    }
    for (const word of right) {
      const request = { ...changed(place, word), out_request_no: `C-${word}` }
      expect(await merchant.call(createStock, request), word).toEqual(CREATED)
    }
  })

  test.for([
    ['DISCOUNT', 'discount_coupon', 'discount_percent', '折扣比例', 1, 100],
    ['EXCHANGE', 'exchange_coupon', 'exchange_price', '单品换购价', 0, 10_000_000],
  ] as const)('the benefit of %s', async ([type, object, member, title, min, max], { merchant }) => {
    const request = (benefit: unknown, number = 'C-1') =>
      aStockRequest({
        stock_type: type,
        out_request_no: number,
        coupon_use_rule: aUseRule({ fixed_normal_coupon: undefined, [object]: benefit }),
      })
    const place = `coupon_use_rule.${object}.${member}`
    const refused = (value: number, rule: string) =>
      paramError(value, `${sourceOf(place)}映射到数值字段“${title}”规则校验失败，${rule}`)
    const benefit = (value: number) => ({ [member]: value, transaction_minimum: 1 })

    expect(await merchant.call(createStock, request(benefit(min - 1)))).toEqual(refused(min - 1, `值低于最小值 ${min}`))
    expect(await merchant.call(createStock, request(benefit(max + 1)))).toEqual(refused(max + 1, `值高于最大值 ${max}`))
    expect(await merchant.call(createStock, request(benefit(min), 'C-min'))).toEqual(CREATED)
    expect(await merchant.call(createStock, request(benefit(max), 'C-max'))).toEqual(CREATED)
    for (const incomplete of [{}, { [member]: max }, { transaction_minimum: 1 }]) {
      expect(await merchant.call(createStock, request(incomplete, 'C-incomplete'))).toEqual(
        refusal('parameter_invalid'),
      )
    }
  })

  test.for([
    ['DISCOUNT', 'discount_coupon', 'discount_percent', '折扣比例'],
    ['EXCHANGE', 'exchange_coupon', 'exchange_price', '单品换购价'],
  ] as const)(
    'the benefit of %s, as the pages have it',
    async ([type, object, member, title], { merchant, control }) => {
      await control.changeSettings({ coupon_models: 'page' })
      const request = (benefit: unknown) =>
        aStockRequest({
          stock_type: type,
          coupon_use_rule: aUseRule({ fixed_normal_coupon: undefined, [object]: benefit }),
        })
      const missing = (place: string, words: string) =>
        paramError('', `${sourceOf(place)}映射到字段“${words}”必填性规则校验失败，此字段为必填项`)

      expect(await merchant.call(createStock, request({ transaction_minimum: 1 }))).toEqual(
        missing(`coupon_use_rule.${object}.${member}`, title),
      )
      expect(await merchant.call(createStock, request({ [member]: 1 }))).toEqual(
        missing(`coupon_use_rule.${object}.transaction_minimum`, '消费门槛'),
      )
      expect(await merchant.call(createStock, request({ [member]: 1, transaction_minimum: 1 }))).toEqual(CREATED)
    },
  )

  test('a second benefit object that is empty is one too many', async ({ merchant, control }) => {
    const request = withRule({ discount_coupon: {} })

    expect(await merchant.call(createStock, request)).toEqual(refusal('parameter_invalid'))
    await control.changeSettings({ coupon_models: 'page' })
    expect(await merchant.call(createStock, request)).toEqual(
      paramError(
        '',
        '输入源“/body/coupon_use_rule/discount_coupon/discount_percent”映射到字段“折扣比例”必填性规则校验失败，此字段为必填项',
      ),
    )
  })

  test.for<[rule: Record<string, unknown>, type: Record<string, unknown>, max: number]>([
    // As seen: 1,000 yuan, 88 fen off.
    [{ max_amount: 100_000 }, {}, 1_136],
    [{ max_amount: 88 }, {}, 1],
    [{ max_amount: 90_000_000_000 }, {}, 1_000_000_000],
    [{}, {}, 1_000_000_000],
    [
      { max_amount: 100_000 },
      { stock_type: 'DISCOUNT', discount_coupon: { discount_percent: 88, transaction_minimum: 1 } },
      1_000_000_000,
    ],
  ])(
    'max_coupons left out of %j, with %j, is %i',
    async ([rule, { stock_type = 'NORMAL', ...benefit }, max], { merchant }) => {
      const normal = { discount_amount: 88, transaction_minimum: 100 }
      const created = await merchant.call(
        createStock,
        aStockRequest({
          stock_type,
          stock_send_rule: { ...rule, max_coupons_per_user: 5 },
          coupon_use_rule: aUseRule({ fixed_normal_coupon: stock_type === 'NORMAL' ? normal : undefined, ...benefit }),
        }),
      )
      const { stock_id } = created.body as { stock_id: string }

      expect(await merchant.call(queryStock, { stock_id })).toMatchObject({
        body: { stock_send_rule: { max_coupons: max } },
      })
    },
  )

  test('an amount that pays for no coupon is refused where max_coupons is left out', async ({ merchant }) => {
    const send = (rule: object) =>
      merchant.call(
        createStock,
        aStockRequest({ stock_send_rule: { max_amount: 4, max_coupons_per_user: 5, ...rule } }),
      )

    expect(await send({})).toEqual(refusal('parameter_invalid'))
    expect(await send({ max_coupons: 1 })).toEqual(CREATED)
  })

  test.for(['price', 'coupon_use_rule.price', 'stock_send_rule.price', `${TIME}.price`, 'custom_entrance.price'])(
    '%s is not a member',
    async (place, { merchant }) => {
      expect(await merchant.call(createStock, changed(place, 1))).toEqual(undefinedParameter(place))
    },
  )

  test.for(['2026-11-20', '2026-11-20T13:29:35', '2026-02-30T00:00:00+08:00', '9999-12-31T23:59:59-12:00'])(
    'a time is RFC 3339 with offset, unlike %s',
    async (time, { merchant }) => {
      expect(await merchant.call(createStock, changed(`${TIME}.available_begin_time`, time))).toMatchObject({
        status: 400,
        body: { code: 'PARAM_ERROR', detail: { value: time } },
      })
    },
  )

  test('three windows a day are too many', async ({ merchant }) => {
    const three = [0, 1, 2].map((begin_time) => ({ begin_time, end_time: begin_time }))

    expect(await merchant.call(createStock, changed(`${TIME}.available_week.available_day_time`, three))).toEqual(
      refusal('parameter_invalid'),
    )
  })

  test('times may carry milliseconds and any offset', async ({ merchant }) => {
    const time = {
      available_begin_time: '2026-11-20T05:29:35.000Z',
      available_end_time: '2027-01-01T00:00:00.120+09:00',
    }
    const { body } = await merchant.call(createStock, withTime(time))

    expect(await merchant.call(queryStock, { stock_id: (body as { stock_id: string }).stock_id })).toMatchObject({
      body: {
        coupon_use_rule: {
          coupon_available_time: {
            available_begin_time: '2026-11-20T13:29:35+08:00',
            available_end_time: '2026-12-31T23:00:00+08:00',
          },
        },
      },
    })
  })

  test('a window without a begin or an end has that of the day, or of the batch', async ({ merchant }) => {
    const time = {
      available_week: { week_day: [0], available_day_time: [{ begin_time: 60 }, { end_time: 60 }] },
      irregulary_avaliable_time: [{ end_time: '2026-12-01T00:00:00+08:00' }, {}],
    }
    const { body } = await merchant.call(createStock, withTime(time))

    expect(await merchant.call(queryStock, { stock_id: (body as { stock_id: string }).stock_id })).toMatchObject({
      body: {
        coupon_use_rule: {
          coupon_available_time: {
            available_week: {
              week_day: [0],
              available_day_time: [
                { begin_time: 60, end_time: 86_399 },
                { begin_time: 0, end_time: 60 },
              ],
            },
            irregulary_avaliable_time: [
              { begin_time: '2026-11-20T13:29:35+08:00', end_time: '2026-12-01T00:00:00+08:00' },
              { begin_time: '2026-11-20T13:29:35+08:00', end_time: '2027-05-20T13:29:35+08:00' },
            ],
          },
        },
      },
    })
  })
})
