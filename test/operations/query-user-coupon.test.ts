import { describe, expect } from 'vitest'
import { queryUserCoupon } from '../../src/products/operations.ts'
import { STOCK_ID, test, transports } from '../helpers/world.ts'

const OPENID = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o'
const CODE = 'sxxe34343434'
const QUERY = { openid: OPENID, coupon_code: CODE, appid: 'wx233544546545989' }

const COUPON = {
  coupon_code: CODE,
  openid: OPENID,
  receive_time: '2026-11-20T08:00:00+08:00',
  send_request_no: 'SEND-1',
} as const

describe.for(transports)('querying a coupon over %s', (transport) => {
  test.override('transport', transport)

  test('every member has the name and form of the wire', async ({ merchant, seed }) => {
    await seed.stock({
      stock_name: '满100减10元券',
      comment: '活动使用',
      goods_name: '全场商品',
      stock_type: 'NORMAL',
      coupon_use_rule: {
        coupon_available_time: {
          available_begin_time: '2026-11-01T00:00:00+08:00',
          available_end_time: '2026-12-31T23:59:59+08:00',
        },
        fixed_normal_coupon: { discount_amount: 1000, transaction_minimum: 10000 },
        use_method: 'OFF_LINE',
      },
      display_pattern_info: { merchant_name: '微信支付', background_color: 'Color020' },
    })
    await seed.coupon(COUPON)

    expect(await merchant.call(queryUserCoupon, QUERY)).toEqual({
      status: 200,
      body: {
        belong_merchant: '1900000001',
        stock_name: '满100减10元券',
        comment: '活动使用',
        goods_name: '全场商品',
        stock_type: 'NORMAL',
        coupon_state: 'SENDED',
        display_pattern_info: { merchant_name: '微信支付', background_color: 'Color020' },
        coupon_use_rule: {
          coupon_available_time: {
            available_begin_time: '2026-11-01T00:00:00+08:00',
            available_end_time: '2026-12-31T23:59:59+08:00',
            irregulary_avaliable_time: [],
          },
          fixed_normal_coupon: { discount_amount: 1000, transaction_minimum: 10000 },
          use_method: 'OFF_LINE',
        },
        coupon_code: CODE,
        stock_id: STOCK_ID,
        available_start_time: '2026-11-20T08:00:00+08:00',
        expire_time: '2026-12-31T23:59:59+08:00',
        receive_time: '2026-11-20T08:00:00+08:00',
        send_request_no: 'SEND-1',
      },
    })
  })

  test('members stand in alphabetical order, as the live service writes them', async ({ merchant, seed }) => {
    await seed.coupon({ ...COUPON, associate_out_trade_no: 'MCH_1' })

    const { body } = await merchant.call(queryUserCoupon, QUERY)

    const keys = Object.keys(Object(body))
    expect(keys).toEqual(keys.toSorted())
    expect(keys).toContain('associate_out_trade_no')
  })

  test.for([
    ['DISCOUNT', { discount_coupon: { discount_percent: 88, transaction_minimum: 5000 } }],
    ['EXCHANGE', { exchange_coupon: { exchange_price: 100, transaction_minimum: 5000 } }],
  ] as const)('a batch of type %s shows its benefit only', async ([stock_type, benefit], { merchant, seed }) => {
    await seed.stock({ stock_type, coupon_use_rule: benefit })
    await seed.coupon(COUPON)

    const { body } = await merchant.call(queryUserCoupon, QUERY)

    expect(body).toMatchObject({ stock_type, coupon_use_rule: benefit })
    expect(body).not.toHaveProperty('coupon_use_rule.fixed_normal_coupon')
  })

  test.for([
    ['USED', { use_request_no: 'USE-1', use_time: '2026-11-24T12:00:00+08:00' }],
    [
      'DEACTIVATED',
      {
        deactivate_request_no: 'STOP-1',
        deactivate_time: '2026-11-24T12:00:00+08:00',
        deactivate_reason: '此券使用时间设置错误',
      },
    ],
    ['SENDED', { return_request_no: 'RETURN-1', return_time: '2026-11-24T12:00:00+08:00' }],
    ['EXPIRED', {}],
    ['DELETED', {}],
  ] as const)(
    'a coupon that is %s shows what happened to it, and nothing else',
    async ([state, traces], { merchant, seed }) => {
      await seed.coupon({ ...COUPON, state, ...traces })

      const { status, body } = await merchant.call(queryUserCoupon, QUERY)

      const shown = Object.keys(Object(body)).filter((key) => /^(use|return|deactivate|associate)_/.test(key))
      expect(status).toBe(200)
      expect(body).toMatchObject({ coupon_state: state, ...traces })
      expect(shown.toSorted()).toEqual(Object.keys(traces).toSorted())
    },
  )

  test('EXPIRED follows from the time', async ({ merchant, seed, control }) => {
    await seed.coupon({ ...COUPON, expire_time: '2026-11-25T12:00:01+08:00' })
    expect(await merchant.call(queryUserCoupon, QUERY)).toMatchObject({ body: { coupon_state: 'SENDED' } })

    await control.advance(1)

    expect(await merchant.call(queryUserCoupon, QUERY)).toMatchObject({ body: { coupon_state: 'EXPIRED' } })
  })

  test('a code with characters that a path cannot have is found', async ({ merchant, seed }) => {
    const coupon_code = String.raw`券/a b=c|d\e?f#%41`
    await seed.coupon({ ...COUPON, coupon_code })

    expect(await merchant.call(queryUserCoupon, { ...QUERY, coupon_code })).toMatchObject({
      status: 200,
      body: { coupon_code },
    })
  })

  test('of several batches with the same code the one received last is shown', async ({ merchant, seed }) => {
    await seed.coupon({ ...COUPON, stock_id: '100087', receive_time: '2026-11-21T08:00:00+08:00' })
    await seed.coupon({ ...COUPON, stock_id: '100088', receive_time: '2026-11-22T08:00:00+08:00' })
    await seed.coupon({ ...COUPON, stock_id: '100089', receive_time: '2026-11-20T08:00:00+08:00' })

    expect(await merchant.call(queryUserCoupon, QUERY)).toMatchObject({ body: { stock_id: '100088' } })
  })

  test('it is shown also when it is of a batch that the caller only owns', async ({ merchant, seed, others }) => {
    const mchid = others.partner.mchid
    await seed.stock({ mchid, stock_id: '100087', belong_merchant: '1900000001' })
    await seed.coupon({ ...COUPON, mchid, stock_id: '100087', receive_time: '2026-11-21T08:00:00+08:00' })
    await seed.coupon(COUPON)

    expect(await merchant.call(queryUserCoupon, QUERY)).toMatchObject({ body: { stock_id: '100087' } })
  })

  test("another user's coupon with the same code is not shown", async ({ merchant, seed }) => {
    await seed.coupon({ ...COUPON, stock_id: '100087', openid: 'oOther', receive_time: '2026-11-24T08:00:00+08:00' })
    await seed.coupon(COUPON)

    expect(await merchant.call(queryUserCoupon, QUERY)).toMatchObject({ body: { stock_id: STOCK_ID } })
  })

  describe('refuses', () => {
    const notFound = { status: 404, body: { code: 'RESOURCE_NOT_EXISTS', message: '查询的资源不存在' } }

    test.for([
      ['a code that the user does not hold', { coupon_code: 'NONE' }],
      ['a user who does not hold the code', { openid: 'oOther' }],
    ] as const)('%s', async ([, changes], { merchant, seed }) => {
      await seed.coupon(COUPON)

      expect(await merchant.call(queryUserCoupon, { ...QUERY, ...changes })).toEqual(notFound)
    })

    test("another merchant's coupon", async ({ merchant, others, seed }) => {
      await seed.coupon({ ...COUPON, mchid: others.partner.mchid })

      expect(await merchant.call(queryUserCoupon, QUERY)).toEqual({
        status: 403,
        body: { code: 'NO_AUTH', message: '无权限' },
      })
    })

    test('an appid that the caller does not have', async ({ clientOf, others, seed }) => {
      const bound = { ...others.partner, appids: ['wxpartner'] }
      const client = await clientOf(bound)
      await seed.coupon({ ...COUPON, mchid: bound.mchid })

      expect(await client.call(queryUserCoupon, QUERY)).toEqual({
        status: 400,
        body: { code: 'APPID_MCHID_NOT_MATCH', message: 'appid与请求方商户无关联关系' },
      })
      expect(await client.call(queryUserCoupon, { ...QUERY, appid: 'wxpartner' })).toMatchObject({ status: 200 })
    })

    test('a code that is too long, naming the path', async ({ merchant }) => {
      expect(await merchant.call(queryUserCoupon, { ...QUERY, coupon_code: 'a'.repeat(33) })).toEqual({
        status: 400,
        body: {
          code: 'PARAM_ERROR',
          detail: { location: 'uri_template', value: 33 },
          message: '输入源“/uri_template/coupon_code”映射到值字段“券code”字符串规则校验失败，字节数 33，大于最大值 32',
        },
      })
    })
  })

  test('an openid that is known to belong to another appid is wrong', async ({ merchant, seed, control }) => {
    await seed.coupon(COUPON)
    await control.addUser({ openid: OPENID, appid: 'wxother' })

    expect(await merchant.call(queryUserCoupon, QUERY)).toEqual({
      status: 404,
      body: { code: 'USER_NOT_EXISTS', message: 'openid不正确' },
    })
    expect(await merchant.call(queryUserCoupon, { ...QUERY, appid: 'wxother' })).toMatchObject({ status: 200 })
  })

  test('an openid of another appid is wrong, also where the user holds no such coupon', async ({
    merchant,
    control,
  }) => {
    await control.addUser({ openid: OPENID, appid: 'wxother' })

    expect(await merchant.call(queryUserCoupon, QUERY)).toEqual({
      status: 404,
      body: { code: 'USER_NOT_EXISTS', message: 'openid不正确' },
    })
    expect(await merchant.call(queryUserCoupon, { ...QUERY, appid: 'wxother' })).toMatchObject({
      status: 404,
      body: { code: 'RESOURCE_NOT_EXISTS' },
    })
  })

  test('an openid may be known with one appid to the caller and with another to the owner', async ({
    clientOf,
    others,
    seed,
    control,
  }) => {
    const { partner, owner } = others
    const client = await clientOf(partner)
    await seed.stock({ mchid: partner.mchid, belong_merchant: owner.mchid })
    await seed.coupon({ ...COUPON, mchid: partner.mchid })
    await control.addUsers([
      { mchid: partner.mchid, openid: OPENID, appid: 'wxpartner' },
      { mchid: owner.mchid, openid: OPENID, appid: 'wxowner' },
    ])

    const answers = []
    for (const appid of ['wxpartner', 'wxowner', 'wxother']) {
      answers.push(await client.call(queryUserCoupon, { ...QUERY, appid }))
    }
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 404])
  })
})
