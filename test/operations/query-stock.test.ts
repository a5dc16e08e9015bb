import { describe, expect } from 'vitest'
import { queryStock } from '../../src/products/operations.ts'
import { STOCK_ID, test, transports } from '../helpers/world.ts'

const QUERY = { stock_id: STOCK_ID }
const NOT_FOUND = { status: 404, body: { code: 'RESOURCE_NOT_EXISTS', message: '查询的资源不存在' } }
const NOT_PERMITTED = { status: 403, body: { code: 'NO_AUTH', message: '无权限' } }

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

  test.for(['UNAUDIT', 'RUNNING', 'STOPED', 'PAUSED'] as const)(
    'shows the state %s',
    async (state, { merchant, seed }) => {
      await seed.stock({ state })

      expect(await merchant.call(queryStock, QUERY)).toMatchObject({ body: { stock_state: state } })
    },
  )

  test('counts what was sent, today only with a daily limit', async ({ merchant, seed, control }) => {
    const stock = { coupon_use_rule: { fixed_normal_coupon: { discount_amount: 88, transaction_minimum: 100 } } }
    await seed.stock(stock)
    await seed.coupon({ receive_time: '2026-11-24T12:00:00+08:00' })
    await seed.coupon({ receive_time: '2026-11-25T00:00:00+08:00' })
    const counted = { total_send_num: 2, total_send_amount: 176 }

    expect(await merchant.call(queryStock, QUERY)).toMatchObject({ body: { send_count_information: counted } })
    await seed.stock({ ...stock, stock_send_rule: { max_coupons_by_day: 5 } })
    const today = { today_send_num: 1, today_send_amount: 88 }
    expect(await merchant.call(queryStock, QUERY)).toMatchObject({
      body: { send_count_information: { ...counted, ...today } },
    })
    await control.setClock({ now: '2026-11-26T00:00:00+08:00' })
    const none = { today_send_num: 0, today_send_amount: 0 }
    expect(await merchant.call(queryStock, QUERY)).toMatchObject({
      body: { send_count_information: { ...counted, ...none } },
    })
  })

  test.for([
    [{ stock_type: 'DISCOUNT' }, { total_send_num: 1 }],
    [{ stock_type: 'EXCHANGE' }, { total_send_num: 1 }],
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

  test('shows 0 before anything was sent', async ({ merchant, seed }) => {
    await seed.stock()

    const { body } = await merchant.call(queryStock, QUERY)

    expect(body).toMatchObject({ send_count_information: { total_send_num: 0, total_send_amount: 0 } })
  })

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
    await seed.stock({
      subsidy: false,
      stock_send_rule: {
        max_coupons: 1,
        max_coupons_per_user: 1,
        natural_person_limit: false,
        prevent_api_abuse: false,
        transferable: false,
        shareable: false,
      },
      coupon_use_rule: {
        coupon_available_time: {
          available_begin_time: '2026-11-01T00:00:00+08:00',
          available_end_time: '2026-12-01T00:00:00+08:00',
          available_week: { week_day: [1] },
        },
      },
    })

    const { body } = await merchant.call(queryStock, QUERY)

    expect(Object.keys(body as object).sort()).toEqual([
      'belong_merchant',
      'coupon_code_mode',
      'coupon_use_rule',
      'goods_name',
      'send_count_information',
      'stock_id',
      'stock_name',
      'stock_send_rule',
      'stock_state',
      'stock_type',
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

  test.for(['partner', 'owner', 'sender'] as const)('is open to the %s', async (role, { clientOf, others, seed }) => {
    const { partner, owner, sender } = others
    const client = await clientOf(others[role])
    await seed.stock({ mchid: partner.mchid, belong_merchant: owner.mchid })
    await seed.coupon({ mchid: partner.mchid, send_merchant: sender.mchid })

    expect(await client.call(queryStock, QUERY)).toMatchObject({ status: 200, body: { belong_merchant: owner.mchid } })
  })

  test('is not open to anyone else', async ({ clientOf, others, seed }) => {
    const client = await clientOf(others.sender)
    await seed.stock()
    await seed.coupon()
    await seed.coupon({ stock_id: '100089', send_merchant: others.sender.mchid })

    expect(await client.call(queryStock, QUERY)).toEqual(NOT_PERMITTED)
  })

  test("shows the caller's own batch where others have one with its id, then one that it owns", async ({
    clientOf,
    others,
    seed,
  }) => {
    const client = await clientOf(others.owner)
    await seed.stock({ stock_name: '别人的' })
    await seed.stock({ mchid: others.partner.mchid, belong_merchant: others.owner.mchid, stock_name: '归属的' })

    expect(await client.call(queryStock, QUERY)).toMatchObject({ body: { stock_name: '归属的' } })
    await seed.stock({ mchid: others.owner.mchid, stock_name: '自己的' })
    expect(await client.call(queryStock, QUERY)).toMatchObject({ body: { stock_name: '自己的' } })
  })

  test('of several that it owns it shows the one created last', async ({ clientOf, others, seed }) => {
    const client = await clientOf(others.owner)
    const owned = { belong_merchant: others.owner.mchid }
    await seed.stock({ ...owned, stock_name: '旧', create_time: '2026-11-01T00:00:00+08:00' })
    await seed.stock({
      ...owned,
      mchid: others.partner.mchid,
      stock_name: '新',
      create_time: '2026-11-02T00:00:00+08:00',
    })

    expect(await client.call(queryStock, QUERY)).toMatchObject({ body: { stock_name: '新' } })
  })

  test('finds nothing under an unknown id', async ({ merchant }) => {
    expect(await merchant.call(queryStock, QUERY)).toEqual(NOT_FOUND)
  })

  test('finds no path without an id', async ({ merchant }) => {
    const { status, body } = await merchant.request({ target: '/v3/marketing/busifavor/stocks/' })

    expect({ status, body }).toEqual({ status: 404, body: undefined })
  })

  test('checks the length of the id', async ({ merchant }) => {
    expect(await merchant.call(queryStock, { stock_id: '1'.repeat(21) })).toEqual({
      status: 400,
      body: {
        code: 'PARAM_ERROR',
        detail: { location: 'uri_template', value: 21 },
        message: '输入源“/uri_template/stock_id”映射到值字段“批次号”字符串规则校验失败，字节数 21，大于最大值 20',
      },
    })
  })
})
