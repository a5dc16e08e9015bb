import { describe, expect } from 'vitest'
import { createStock, queryStock, uploadCouponCodes } from '../../src/products/operations.ts'
import { createMerchantClient } from '../../src/testing/merchant-client.ts'
import { createMock } from '../helpers/engine.ts'
import { withMember } from '../helpers/members.ts'
import { refusal } from '../helpers/refusal.ts'
import { aFullStockRequest, anAvailableTime, aStockRequest, aUseRule } from '../helpers/stock-request.ts'
import { NOON, STOCK_ID, test, transports } from '../helpers/world.ts'

const CREATED = {
  status: 200,
  body: { stock_id: expect.stringMatching(/^1[0-9]{15}$/), create_time: '2026-11-25T12:00:00+08:00' },
}
const QUERY = { stock_id: STOCK_ID }

const idOf = ({ body }: { body: unknown }) => (body as { stock_id: string }).stock_id
const refused = (name: keyof typeof createStock.errors) => refusal(createStock, name)

const withTime = (changes: Record<string, unknown>) =>
  aStockRequest({ coupon_use_rule: aUseRule({ coupon_available_time: anAvailableTime(changes) }) })
const withRule = (changes: Record<string, unknown>) => aStockRequest({ coupon_use_rule: aUseRule(changes) })

/** A batch whose coupons have the benefit of another type. */
const withBenefit = (stock_type: string, name: string, benefit: object) =>
  aStockRequest({ stock_type, coupon_use_rule: aUseRule({ fixed_normal_coupon: undefined, [name]: benefit }) })

/** The batch of the live answer of 2020 (busifavor.openapi.yaml, StockLive), as it was then. */
const LIVE = {
  mchid: '1900000109',
  stock_id: '1282070000000007',
  stock_name: '活动券6',
  belong_merchant: '1900000109',
  comment: '活动使用',
  goods_name: '门店使用',
  stock_type: 'NORMAL',
  coupon_code_mode: 'WECHATPAY_MODE',
  coupon_use_rule: {
    coupon_available_time: {
      available_begin_time: '2020-04-19T13:29:35+08:00',
      available_end_time: '2020-05-20T13:29:35+08:00',
      available_day_after_receive: 30,
    },
    fixed_normal_coupon: { discount_amount: 88, transaction_minimum: 100 },
    use_method: 'OFF_LINE',
  },
  stock_send_rule: { max_amount: 100_000, max_coupons: 1_136, max_coupons_per_user: 2 },
  display_pattern_info: { background_color: 'Color030', description: '测试门店可用', merchant_name: '微信支付' },
  notify_config: { notify_appid: 'wx23232232323' },
  sent: { total: 3 },
} as const

describe.for(transports)('creating a batch over %s', (transport) => {
  test.override('transport', transport)

  test('with what is required', async ({ merchant }) => {
    expect(await merchant.call(createStock, aStockRequest())).toEqual(CREATED)
  })

  test('with every member there is, and the query shows them all', async ({ merchant }) => {
    const { out_request_no: _, ...wanted } = aFullStockRequest()
    const stock_id = idOf(await merchant.call(createStock, aFullStockRequest()))

    expect(await merchant.call(queryStock, { stock_id })).toEqual({
      status: 200,
      body: {
        ...wanted,
        stock_id,
        stock_state: 'RUNNING',
        send_count_information: { total_send_num: 0, total_send_amount: 0, today_send_num: 0, today_send_amount: 0 },
      },
    })
  })

  test('for a merchant that the caller is a partner of', async ({ clientOf, others: { partner, owner } }) => {
    const client = await clientOf(partner)
    const sub = await clientOf({ ...owner, partners: [partner.mchid] })

    const stock_id = idOf(await client.call(createStock, aStockRequest({ belong_merchant: owner.mchid })))

    expect(await client.call(queryStock, { stock_id })).toMatchObject({ body: { belong_merchant: owner.mchid } })
    expect(await sub.call(queryStock, { stock_id })).toMatchObject({ status: 200 })
  })

  test('with ids that begin the same and are never the same', async ({ merchant, clientOf, others }) => {
    const client = await clientOf(others.partner)
    const ids: string[] = []
    for (let i = 0; i < 20; i++) {
      ids.push(idOf(await merchant.call(createStock, aStockRequest({ out_request_no: `C-${i}` }))))
    }
    const foreign = await client.call(createStock, aStockRequest({ belong_merchant: others.partner.mchid }))

    expect(new Set(ids.map((id) => id.slice(0, 6))).size).toBe(1)
    expect(new Set(ids).size).toBe(20)
    expect(idOf(foreign).slice(0, 6)).not.toBe(ids[0]?.slice(0, 6))
  })

  test('with an id that no merchant has', async ({ control, merchant }) => {
    const twin = createMock({ seed: 'empty', randomSeed: 'test', clock: { now: () => NOON } })
    const client = createMerchantClient({
      credentials: await twin.control.credentials(),
      send: (request) => twin.handle(request),
      now: () => NOON,
    })
    const taken = idOf(await client.call(createStock, aStockRequest()))
    await control.addStock({ stock_id: taken, mchid: '1900000777' })

    const answer = await merchant.call(createStock, aStockRequest())

    expect(answer).toEqual(CREATED)
    expect(idOf(answer)).not.toBe(taken)
  })

  test.for<[string, Record<string, unknown>]>([
    ['no benefit', withRule({ fixed_normal_coupon: undefined })],
    ['a second benefit that is empty', withRule({ discount_coupon: {} })],
    ['the benefit of another type', aStockRequest({ stock_type: 'DISCOUNT' })],
    ['half a discount', withBenefit('DISCOUNT', 'discount_coupon', { discount_percent: 88 })],
    ['an end at the beginning', withTime({ available_end_time: '2026-11-20T13:29:35+08:00' })],
    ['days of waiting without days of use', withTime({ wait_days_after_receive: 7 })],
    ['use by the user', withRule({ use_method: 'SELF_CONSUME' })],
    ['an amount for no coupon', aStockRequest({ stock_send_rule: { max_amount: 4, max_coupons_per_user: 5 } })],
  ])('is refused with %s', async ([, request], { merchant }) => {
    expect(await merchant.call(createStock, request)).toEqual(refused('parameter_invalid'))
  })

  test.for([
    ['DISCOUNT', 'discount_coupon', { discount_percent: 100, transaction_minimum: 1 }],
    ['EXCHANGE', 'exchange_coupon', { exchange_price: 0, transaction_minimum: 1 }],
  ] as const)('of type %s', async ([type, name, benefit], { merchant }) => {
    const request = withBenefit(type, name, benefit)
    const created = await merchant.call(createStock, {
      ...request,
      stock_send_rule: { max_amount: 100_000, max_coupons_per_user: 5 },
    })

    expect(await merchant.call(queryStock, { stock_id: idOf(created) })).toMatchObject({
      body: { coupon_use_rule: { [name]: benefit }, stock_send_rule: { max_coupons: 1_000_000_000 } },
    })
  })

  test('without max_coupons has those that its amount pays for', async ({ merchant }) => {
    // As seen: 1,000 yuan, 88 fen off.
    const created = await merchant.call(createStock, {
      ...withRule({ fixed_normal_coupon: { discount_amount: 88, transaction_minimum: 100 } }),
      stock_send_rule: { max_amount: 100_000, max_coupons_per_user: 5 },
    })

    expect(await merchant.call(queryStock, { stock_id: idOf(created) })).toMatchObject({
      body: { stock_send_rule: { max_coupons: 1_136 } },
    })
  })

  test.for([
    ['coupon_use_rule/fixed_normal_coupon/discount_amount', '优惠金额', aFullStockRequest()],
    ['coupon_use_rule/fixed_normal_coupon/transaction_minimum', '消费门槛', aFullStockRequest()],
    ['coupon_use_rule/discount_coupon/discount_percent', '折扣比例', withBenefit('DISCOUNT', 'discount_coupon', {})],
    ['coupon_use_rule/exchange_coupon/exchange_price', '单品换购价', withBenefit('EXCHANGE', 'exchange_coupon', {})],
    ['display_pattern_info/finder_info/finder_id', '视频号ID', aFullStockRequest()],
    ['display_pattern_info/finder_info/finder_video_cover_image_url', '视频号封面图', aFullStockRequest()],
  ] as const)(
    'needs %s, if the setting says so (corrections 27)',
    async ([place, title, request], { merchant, control }) => {
      await control.changeSettings({ coupon_models: 'page' })
      const lacking = withMember(request, place.split('/'), undefined) as Record<string, unknown>

      expect(await merchant.call(createStock, lacking)).toEqual({
        status: 400,
        body: {
          code: 'PARAM_ERROR',
          detail: { location: 'body', value: '' },
          message: `输入源“/body/${place}”映射到字段“${title}”必填性规则校验失败，此字段为必填项`,
        },
      })
      expect(await merchant.call(createStock, aFullStockRequest())).toEqual(CREATED)
    },
  )

  test('names what is wrong in the order of its checks', async ({ clientOf, others }) => {
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

    expect(await call({ stock_name: '' }, unopened)).toMatchObject({ body: { detail: { value: 0 } } })
    expect(await call({}, unopened)).toEqual(refused('parameter_invalid'))
    expect(await call(fits, unopened)).toEqual(refused('not_permitted'))
    expect(await call(fits)).toEqual(refused('already_exists'))
    expect(await call(fresh)).toEqual(refused('merchant_unknown'))
    expect(await call({ ...fresh, belong_merchant: others.owner.mchid })).toEqual(refused('merchant_unrelated'))
    expect(await call({ ...fresh, belong_merchant: caller.mchid })).toEqual(refused('appid_unbound'))
  })

  test('is refused for a merchant that has not opened the product', async ({
    merchant,
    clientOf,
    others: { owner },
  }) => {
    await clientOf({ ...owner, partners: ['1900000001'], unopenedProducts: ['busifavor'] })

    expect(await merchant.call(createStock, aStockRequest({ belong_merchant: owner.mchid }))).toEqual(
      refused('merchant_unrelated'),
    )
  })

  test('takes a number once, unless it was refused, and of each merchant', async ({ merchant, clientOf, others }) => {
    const client = await clientOf(others.partner)
    await merchant.call(createStock, aStockRequest({ belong_merchant: '1999999999' }))

    expect(await merchant.call(createStock, aStockRequest())).toEqual(CREATED)
    expect(await client.call(createStock, aStockRequest({ belong_merchant: others.partner.mchid }))).toEqual(CREATED)
    expect(await merchant.call(createStock, aStockRequest({ stock_name: '另一批' }))).toEqual(refused('already_exists'))
  })

  test('takes effect once, however many ask at the same time', async ({ merchant, control }) => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => merchant.call(createStock, aStockRequest())))

    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect((await control.world()).stocks).toHaveLength(1)
  })

  test('takes codes at once, or when the setting says that it is ready', async ({ merchant, control }) => {
    const create = async (out_request_no: string) =>
      idOf(await merchant.call(createStock, aStockRequest({ coupon_code_mode: 'MERCHANT_UPLOAD', out_request_no })))
    const upload = (stock_id: string, upload_request_no: string) =>
      merchant.call(uploadCouponCodes, { stock_id, coupon_code_list: ['A'], upload_request_no })

    expect(await upload(await create('C-1'), 'U-1')).toMatchObject({ status: 200 })
    await control.changeSettings({ stock_ready_after: 2.5 })
    const slow = await create('C-2')
    await control.advance('PT2.499S')
    expect(await upload(slow, 'U-2')).toEqual(refusal(uploadCouponCodes, 'not_ready'))
    await control.advance('PT0.001S')
    expect(await upload(slow, 'U-2')).toMatchObject({ status: 200 })
  })

  test('takes appids of the caller and of the owner, wherever they are', async ({
    clientOf,
    others: { partner, owner },
  }) => {
    const client = await clientOf({ ...partner, appids: ['wxPartner'] })
    await clientOf({ ...owner, appids: ['wxOwner'], partners: [partner.mchid] })
    const places = [
      ['coupon_use_rule', 'mini_programs_appid'],
      ['custom_entrance', 'mini_programs_info', 'mini_programs_appid'],
      ['custom_entrance', 'appid'],
      ['notify_config', 'notify_appid'],
    ]
    const known = places.reduce<unknown>((body, at) => withMember(body, at, 'wxPartner'), aFullStockRequest())
    const request = (at: readonly string[], appid: string) => ({
      ...(withMember(known, at, appid) as Record<string, unknown>),
      belong_merchant: owner.mchid,
      out_request_no: `${at} ${appid}`,
    })

    for (const place of places) {
      expect(await client.call(createStock, request(place, 'wxForeign')), `${place}`).toEqual(refused('appid_unbound'))
      expect(await client.call(createStock, request(place, 'wxOwner')), `${place}`).toEqual(CREATED)
    }
  })

  test('with times in any offset, and windows without a begin or an end', async ({ merchant }) => {
    const time = {
      available_begin_time: '2026-11-20T05:29:35.000Z',
      available_end_time: '2027-01-01T00:00:00.120+09:00',
      available_week: { week_day: [0], available_day_time: [{ begin_time: 60 }, { end_time: 60 }] },
      irregulary_avaliable_time: [{ end_time: '2026-12-01T00:00:00+08:00' }, {}],
    }
    const stock_id = idOf(await merchant.call(createStock, withTime(time)))

    const [begin_time, end_time] = ['2026-11-20T13:29:35+08:00', '2026-12-31T23:00:00+08:00']
    expect(await merchant.call(queryStock, { stock_id })).toMatchObject({
      body: {
        coupon_use_rule: {
          coupon_available_time: {
            available_begin_time: begin_time,
            available_end_time: end_time,
            available_week: {
              week_day: [0],
              available_day_time: [
                { begin_time: 60, end_time: 86_399 },
                { begin_time: 0, end_time: 60 },
              ],
            },
            irregulary_avaliable_time: [
              { begin_time, end_time: '2026-12-01T00:00:00+08:00' },
              { begin_time, end_time },
            ],
          },
        },
      },
    })
  })
})

describe.for(transports)('querying a batch over %s', (transport) => {
  test.override('transport', transport)

  test('answers byte for byte like the live service', async ({ clientOf, others, seed }) => {
    const client = await clientOf({ ...others.owner, mchid: LIVE.mchid })
    await seed.stock(LIVE)

    const answer = await client.request({ target: queryStock.path.replace('{stock_id}', LIVE.stock_id) })

    expect(Buffer.from(answer.bytes).toString()).toBe(
      '{"belong_merchant":"1900000109","comment":"活动使用","coupon_code_mode":"WECHATPAY_MODE",' +
        '"coupon_use_rule":{"coupon_available_time":{"available_begin_time":"2020-04-19T13:29:35+08:00",' +
        '"available_day_after_receive":30,"available_end_time":"2020-05-20T13:29:35+08:00","irregulary_avaliable_time":[]},' +
        '"fixed_normal_coupon":{"discount_amount":88,"transaction_minimum":100},"use_method":"OFF_LINE"},' +
        '"display_pattern_info":{"background_color":"Color030","description":"测试门店可用","merchant_name":"微信支付"},' +
        '"goods_name":"门店使用","notify_config":{"notify_appid":"wx23232232323"},' +
        '"send_count_information":{"total_send_amount":264,"total_send_num":3},"stock_id":"1282070000000007",' +
        '"stock_name":"活动券6","stock_send_rule":{"max_amount":100000,"max_coupons":1136,"max_coupons_per_user":2},' +
        '"stock_state":"RUNNING","stock_type":"NORMAL"}',
    )
  })

  test('shows each state, and 0 before anything was sent', async ({ merchant, seed }) => {
    for (const state of ['UNAUDIT', 'RUNNING', 'STOPED', 'PAUSED'] as const) {
      await seed.stock({ state })
      expect(await merchant.call(queryStock, QUERY)).toMatchObject({
        body: { stock_state: state, send_count_information: { total_send_num: 0, total_send_amount: 0 } },
      })
    }
  })

  test('counts what was sent, today only with a daily limit', async ({ merchant, seed, control }) => {
    const stock = { coupon_use_rule: { fixed_normal_coupon: { discount_amount: 88, transaction_minimum: 100 } } }
    await seed.stock(stock)
    await seed.coupon({ receive_time: '2026-11-24T12:00:00+08:00' })
    await seed.coupon({ receive_time: '2026-11-25T00:00:00+08:00' })
    const counted = { total_send_num: 2, total_send_amount: 176 }
    const shows = async (send_count_information: object) =>
      expect((await merchant.call(queryStock, QUERY)).body).toMatchObject({ send_count_information })

    await shows(counted)
    await seed.stock({ ...stock, stock_send_rule: { max_coupons_by_day: 5 } })
    await shows({ ...counted, today_send_num: 1, today_send_amount: 88 })
    await control.setClock({ now: '2026-11-26T00:00:00+08:00' })
    await shows({ ...counted, today_send_num: 0, today_send_amount: 0 })
  })

  test.for([
    [{ stock_type: 'DISCOUNT' }, { total_send_num: 1 }],
    [
      { stock_type: 'EXCHANGE', stock_send_rule: { max_coupons_by_day: 5 } },
      { total_send_num: 1, today_send_num: 1 },
    ],
    [
      { stock_type: 'NORMAL', stock_send_rule: { max_amount_by_day: 5 } },
      { total_send_num: 1, total_send_amount: 1_000, today_send_num: 1, today_send_amount: 1_000 },
    ],
  ] as const)(
    'counts money only where each coupon takes the same off: %j',
    async ([stock, counted], { merchant, seed }) => {
      await seed.stock(stock)
      await seed.coupon({ receive_time: '2026-11-25T12:00:00+08:00' })

      const { body } = await merchant.call(queryStock, QUERY)

      expect((body as { send_count_information: unknown }).send_count_information).toEqual(counted)
    },
  )

  test('counts codes only where they are uploaded', async ({ merchant, seed, control }) => {
    await seed.stock({ coupon_code_mode: 'MERCHANT_UPLOAD' })
    await seed.stock({ stock_id: '100089', coupon_code_mode: 'MERCHANT_API' })
    await control.addCodes(['A', 'B', 'C'].map((code) => ({ stock_id: STOCK_ID, code })))
    await seed.coupon({ coupon_code: 'B' })

    expect(await merchant.call(queryStock, QUERY)).toMatchObject({
      body: { coupon_code_count: { total_count: 3, available_count: 2 } },
    })
    const { body } = await merchant.call(queryStock, { stock_id: '100089' })
    expect(body).not.toHaveProperty('coupon_code_count')
  })

  test('leaves out what is not set', async ({ merchant, seed }) => {
    const off = { natural_person_limit: false, prevent_api_abuse: false, transferable: false, shareable: false }
    await seed.stock({
      subsidy: false,
      stock_send_rule: { max_coupons: 1, max_coupons_per_user: 1, ...off },
      coupon_use_rule: { coupon_available_time: { available_week: { week_day: [1] } } },
    })

    const { body } = await merchant.call(queryStock, QUERY)

    expect(Object.keys(body as object).sort()).toEqual([
      ...['belong_merchant', 'coupon_code_mode', 'coupon_use_rule', 'goods_name', 'send_count_information'],
      ...['stock_id', 'stock_name', 'stock_send_rule', 'stock_state', 'stock_type'],
    ])
    expect((body as { stock_send_rule: unknown }).stock_send_rule).toEqual({ max_coupons: 1, max_coupons_per_user: 1 })
    expect(JSON.stringify(body)).toContain('"available_week":{"week_day":[1]},"irregulary_avaliable_time":[]')
  })

  test('leaves out weekdays that a seed file does not name', async ({ merchant, seed }) => {
    const available_week = { available_day_time: [{ begin_time: 0, end_time: 60 }] }
    await seed.stock({ coupon_use_rule: { coupon_available_time: { available_week } } })

    const { body } = await merchant.call(queryStock, QUERY)

    expect(JSON.stringify(body)).toContain(`"available_week":${JSON.stringify(available_week)},`)
  })

  test('is open to creator, owner and senders, and to no sender of another batch', async ({
    clientOf,
    others,
    seed,
  }) => {
    const { partner, owner, sender } = others
    await seed.stock({ mchid: partner.mchid, belong_merchant: owner.mchid })
    await seed.coupon({ mchid: partner.mchid, send_merchant: sender.mchid })
    await seed.stock({ stock_id: '100089' })

    for (const merchant of Object.values(others)) {
      const client = await clientOf(merchant)
      expect(await client.call(queryStock, QUERY)).toMatchObject({ body: { belong_merchant: owner.mchid } })
      expect(await client.call(queryStock, { stock_id: '100089' })).toEqual(refusal(queryStock, 'not_permitted'))
    }
  })

  test("shows the caller's own batch, else the one created last of those that it owns", async ({
    clientOf,
    others,
    seed,
  }) => {
    const { owner, partner } = others
    const client = await clientOf(owner)
    const shows = async (stock_name: string) =>
      expect(await client.call(queryStock, QUERY)).toMatchObject({ body: { stock_name } })
    await seed.stock({ mchid: '1900000777', stock_name: '别人的' })
    const owned = { belong_merchant: owner.mchid }
    await seed.stock({ ...owned, stock_name: '旧', create_time: '2026-11-01T00:00:00+08:00' })
    await seed.stock({ ...owned, mchid: partner.mchid, stock_name: '新', create_time: '2026-11-02T00:00:00+08:00' })

    await shows('新')
    await seed.stock({ mchid: owner.mchid, stock_name: '自己的' })
    await shows('自己的')
  })
})
