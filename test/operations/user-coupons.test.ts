import { describe, expect } from 'vitest'
import { listUserCoupons, queryUserCoupon } from '../../src/products/operations.ts'
import { refusal } from '../helpers/refusal.ts'
import { STOCK_ID, test, transports } from '../helpers/world.ts'

const OPENID = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o'
const CODE = 'sxxe34343434'
const APPID = 'wx233544546545989'
const QUERY = { openid: OPENID, coupon_code: CODE, appid: APPID }
const COUPON = {
  coupon_code: CODE,
  openid: OPENID,
  receive_time: '2026-11-20T08:00:00+08:00',
  send_request_no: 'SEND-1',
} as const

describe.for(transports)('querying a coupon over %s', (transport) => {
  test.override('transport', transport)

  test('shows every member with the name and form of the wire, in alphabetical order', async ({ merchant, seed }) => {
    const coupon_use_rule = {
      coupon_available_time: {
        available_begin_time: '2026-11-01T00:00:00+08:00',
        available_end_time: '2026-12-31T23:59:59+08:00',
      },
      fixed_normal_coupon: { discount_amount: 1000, transaction_minimum: 10000 },
      use_method: 'OFF_LINE',
    } as const
    const shown = {
      stock_name: '满100减10元券',
      comment: '活动使用',
      goods_name: '全场商品',
      stock_type: 'NORMAL',
      display_pattern_info: { merchant_name: '微信支付', background_color: 'Color020' },
    } as const
    await seed.stock({ ...shown, coupon_use_rule })
    await seed.coupon({ ...COUPON, associate_out_trade_no: 'MCH_1' })

    const { body } = await merchant.call(queryUserCoupon, QUERY)

    expect(body).toEqual({
      ...shown,
      belong_merchant: '1900000001',
      coupon_state: 'SENDED',
      coupon_use_rule: {
        ...coupon_use_rule,
        coupon_available_time: { ...coupon_use_rule.coupon_available_time, irregulary_avaliable_time: [] },
      },
      coupon_code: CODE,
      stock_id: STOCK_ID,
      available_start_time: '2026-11-20T08:00:00+08:00',
      expire_time: '2026-12-31T23:59:59+08:00',
      receive_time: '2026-11-20T08:00:00+08:00',
      send_request_no: 'SEND-1',
      associate_out_trade_no: 'MCH_1',
    })
    const keys = Object.keys(Object(body))
    expect(keys).toEqual(keys.toSorted())
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
      { deactivate_request_no: 'STOP-1', deactivate_time: '2026-11-24T12:00:00+08:00', deactivate_reason: '发错了' },
    ],
    ['SENDED', { return_request_no: 'RETURN-1', return_time: '2026-11-24T12:00:00+08:00' }],
    ['EXPIRED', {}],
    ['DELETED', {}],
  ] as const)(
    'one that is %s shows what happened to it, and nothing else',
    async ([state, traces], { merchant, seed }) => {
      await seed.coupon({ ...COUPON, state, ...traces })

      const { body } = await merchant.call(queryUserCoupon, QUERY)

      const shown = Object.keys(Object(body)).filter((key) => /^(use|return|deactivate|associate)_/.test(key))
      expect(body).toMatchObject({ coupon_state: state, ...traces })
      expect(shown.toSorted()).toEqual(Object.keys(traces).toSorted())
    },
  )

  test('a code with characters that a path cannot have is found', async ({ merchant, seed }) => {
    const coupon_code = String.raw`券/a b=c|d\e?f#%41`
    await seed.coupon({ ...COUPON, coupon_code })

    expect(await merchant.call(queryUserCoupon, { ...QUERY, coupon_code })).toMatchObject({ body: { coupon_code } })
  })

  test("of those with the code the user's that was received last is shown, also of a batch that is only owned", async ({
    merchant,
    seed,
    others: {
      partner: { mchid },
    },
  }) => {
    await seed.coupon({ ...COUPON, stock_id: '100086', openid: 'oOther', receive_time: '2026-11-24T08:00:00+08:00' })
    await seed.stock({ mchid, stock_id: '100087', belong_merchant: '1900000001' })
    await seed.coupon({ ...COUPON, mchid, stock_id: '100087', receive_time: '2026-11-21T08:00:00+08:00' })
    await seed.coupon(COUPON)

    expect(await merchant.call(queryUserCoupon, QUERY)).toMatchObject({ body: { stock_id: '100087' } })
    await seed.coupon({ ...COUPON, stock_id: '100089', receive_time: '2026-11-22T08:00:00+08:00' })
    expect(await merchant.call(queryUserCoupon, QUERY)).toMatchObject({ body: { stock_id: '100089' } })
  })

  test('a user who does not hold it is not shown it', async ({ merchant, seed }) => {
    await seed.coupon(COUPON)

    for (const changes of [{ coupon_code: 'NONE' }, { openid: 'oOther' }]) {
      expect(await merchant.call(queryUserCoupon, { ...QUERY, ...changes })).toEqual(
        refusal(queryUserCoupon, 'not_found'),
      )
    }
  })

  test('names an openid of another appid, also where the user holds no such coupon', async ({
    merchant,
    control,
    seed,
  }) => {
    await control.addUser({ openid: OPENID, appid: 'wxother' })
    const other = { ...QUERY, appid: 'wxother' }

    expect(await merchant.call(queryUserCoupon, QUERY)).toEqual(refusal(queryUserCoupon, 'openid_of_another_appid'))
    expect(await merchant.call(queryUserCoupon, other)).toEqual(refusal(queryUserCoupon, 'not_found'))
    await seed.coupon(COUPON)
    expect(await merchant.call(queryUserCoupon, QUERY)).toEqual(refusal(queryUserCoupon, 'openid_of_another_appid'))
    expect(await merchant.call(queryUserCoupon, other)).toMatchObject({ status: 200 })
  })

  test('knows an openid with one appid of the caller and another of the owner', async ({
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

const list = (changes: Record<string, unknown> = {}) => ({
  openid: OPENID,
  appid: APPID,
  creator_merchant: '1900000001',
  ...changes,
})

interface List {
  readonly data: readonly { readonly coupon_code: string; readonly coupon_state: string }[]
  readonly total_count: number
  readonly offset: number
  readonly limit: number
}

const listOf = ({ body }: { body: unknown }) => body as List
const codesOf = (answer: { body: unknown }) => listOf(answer).data.map(({ coupon_code }) => coupon_code)

describe.for(transports)('listing the coupons of a user over %s', (transport) => {
  test.override('transport', transport)

  test('shows each as the query does, without its description', async ({ merchant, seed }) => {
    await seed.stock({
      comment: '活动使用',
      display_pattern_info: { background_color: 'Color030', description: '测试门店可用', merchant_name: '微信支付' },
      custom_entrance: { code_display_mode: 'BARCODE' },
    })
    await seed.coupon({ ...COUPON, state: 'USED', associate_out_trade_no: 'MCH_1' })
    const { body } = await merchant.call(queryUserCoupon, QUERY)
    const display_pattern_info = { background_color: 'Color030', merchant_name: '微信支付' }

    expect(body).toMatchObject({ display_pattern_info: { description: '测试门店可用' } })
    expect(await merchant.call(listUserCoupons, list())).toEqual({
      status: 200,
      body: { data: [{ ...(body as object), display_pattern_info }], total_count: 1, offset: 0, limit: 20 },
    })
  })

  test('leaves out a display that has nothing but a description', async ({ merchant, seed }) => {
    await seed.stock({ display_pattern_info: { description: '测试门店可用' } })
    await seed.coupon({ openid: OPENID })

    expect(listOf(await merchant.call(listUserCoupons, list())).data[0]).not.toHaveProperty('display_pattern_info')
  })

  test('has coupons received last first, and those received together in the order of batch and code', async ({
    merchant,
    seed,
  }) => {
    const noon = '2026-11-20T12:00:00+08:00'
    await seed.coupon({ openid: OPENID, coupon_code: 'B', stock_id: '2', receive_time: noon })
    await seed.coupon({ openid: OPENID, coupon_code: 'OLD', receive_time: '2026-11-19T12:00:00+08:00' })
    await seed.coupon({ openid: OPENID, coupon_code: 'A', stock_id: '2', receive_time: noon })
    await seed.coupon({ openid: OPENID, coupon_code: 'Z', stock_id: '1', receive_time: noon })
    await seed.coupon({ openid: OPENID, coupon_code: 'NEW', receive_time: '2026-11-21T12:00:00+08:00' })
    await seed.coupon({ openid: 'oOther', coupon_code: 'OTHER' })

    expect(codesOf(await merchant.call(listUserCoupons, list()))).toEqual(['NEW', 'Z', 'A', 'B', 'OLD'])
    expect(codesOf(await merchant.call(listUserCoupons, list({ stock_id: '2' })))).toEqual(['A', 'B'])
    expect(codesOf(await merchant.call(listUserCoupons, list({ stock_id: 'none' })))).toEqual([])
  })

  test('shows every state, and can be asked for one, as it is at this instant', async ({ merchant, seed, control }) => {
    const states = ['SENDED', 'USED', 'EXPIRED', 'DEACTIVATED', 'DELETED'] as const
    for (const state of states) await seed.coupon({ openid: OPENID, coupon_code: state, state })
    await seed.coupon({ openid: OPENID, coupon_code: 'SOON', expire_time: '2026-11-25T13:00:00+08:00' })
    const inState = async (coupon_state: string) =>
      codesOf(await merchant.call(listUserCoupons, list({ coupon_state }))).toSorted()

    const all = listOf(await merchant.call(listUserCoupons, list()))
    expect(all.total_count).toBe(6)
    expect(new Set(all.data.map(({ coupon_state }) => coupon_state))).toEqual(new Set(states))
    for (const state of ['USED', 'DEACTIVATED', 'DELETED']) expect(await inState(state)).toEqual([state])
    expect(await inState('SENDED')).toEqual(['SENDED', 'SOON'])
    await control.advance('PT1H')
    expect(await inState('SENDED')).toEqual(['SENDED'])
    expect(await inState('EXPIRED')).toEqual(['EXPIRED', 'SOON'])
  })

  test('has pages of 20, or as many as are asked for', async ({ merchant, seed, control }) => {
    await seed.stock()
    const codes = Array.from({ length: 25 }, (_, i) => `C${String(i).padStart(2, '0')}`)
    await control.addCoupons(codes.map((coupon_code) => ({ stock_id: STOCK_ID, coupon_code, openid: OPENID })))
    const page = async (change: Record<string, unknown>) => {
      const answer = await merchant.call(listUserCoupons, list(change))
      const { data: _, ...numbers } = listOf(answer)
      return [codesOf(answer), numbers]
    }

    for (const filter of [{}, { sender_merchant: '1900000001' }]) {
      expect(await page(filter)).toEqual([codes.slice(0, 20), { total_count: 25, offset: 0, limit: 20 }])
      expect(await page({ ...filter, offset: 20 })).toEqual([
        codes.slice(20),
        { total_count: 25, offset: 20, limit: 20 },
      ])
      expect(await page({ ...filter, offset: 3, limit: 2 })).toEqual([
        ['C03', 'C04'],
        { total_count: 25, offset: 3, limit: 2 },
      ])
      expect(await page({ ...filter, offset: 25 })).toEqual([[], { total_count: 25, offset: 25, limit: 20 }])
    }
  })

  test('needs to name the caller in a role (corrections 14)', async ({ merchant, seed }) => {
    await seed.coupon({ openid: OPENID })
    const named = { openid: OPENID, appid: APPID }
    const others = { creator_merchant: '1900000777', belong_merchant: '1900000778', sender_merchant: '1900000779' }

    expect(await merchant.call(listUserCoupons, named)).toEqual(refusal(listUserCoupons, 'role_missing'))
    expect(await merchant.call(listUserCoupons, { ...named, ...others })).toEqual(
      refusal(listUserCoupons, 'role_not_named'),
    )
  })

  test('takes an appid of the owner, and knows its users, only if it is named', async ({
    clientOf,
    others,
    control,
  }) => {
    const [partner, owner] = [
      { ...others.partner, appids: ['wxpartner'] },
      { ...others.owner, appids: ['wxowner'] },
    ]
    const client = await clientOf(partner)
    await clientOf(owner)
    await control.addUser({ mchid: owner.mchid, openid: OPENID, appid: 'wxowner' })
    const listed = (changes: Record<string, unknown>) =>
      client.call(listUserCoupons, list({ creator_merchant: partner.mchid, ...changes }))
    const owned = { belong_merchant: owner.mchid }

    expect(await listed({ appid: 'wxowner' })).toEqual(refusal(listUserCoupons, 'appid_unbound'))
    expect(await listed({ appid: 'wxpartner' })).toMatchObject({ status: 200 })
    expect(await listed({ appid: 'wxpartner', ...owned })).toEqual(refusal(listUserCoupons, 'openid_of_another_appid'))
    expect(await listed({ appid: 'wxowner', ...owned })).toMatchObject({ status: 200 })
  })

  test('shows a merchant the coupons that it stands to as it says', async ({ clientOf, others, seed }) => {
    const { partner, owner, sender } = others
    await seed.stock({ mchid: partner.mchid, belong_merchant: owner.mchid })
    await seed.coupon({ mchid: partner.mchid, openid: OPENID, coupon_code: 'A', send_merchant: sender.mchid })
    await seed.coupon({ mchid: partner.mchid, openid: OPENID, coupon_code: 'B', send_merchant: partner.mchid })
    await seed.coupon({ mchid: owner.mchid, stock_id: '7', openid: OPENID, coupon_code: 'C' })
    const listed = async (role: keyof typeof others, filter: Record<string, unknown>) => {
      const client = await clientOf(others[role])
      return codesOf(await client.call(listUserCoupons, { openid: OPENID, appid: APPID, ...filter })).toSorted()
    }

    expect(await listed('partner', { creator_merchant: partner.mchid })).toEqual(['A', 'B'])
    expect(await listed('partner', { sender_merchant: partner.mchid })).toEqual(['B'])
    expect(await listed('partner', { belong_merchant: partner.mchid })).toEqual([])
    expect(await listed('owner', { belong_merchant: owner.mchid })).toEqual(['A', 'B', 'C'])
    expect(await listed('owner', { belong_merchant: owner.mchid, creator_merchant: partner.mchid })).toEqual(['A', 'B'])
    expect(await listed('owner', { creator_merchant: owner.mchid })).toEqual(['C'])
    expect(await listed('sender', { sender_merchant: sender.mchid })).toEqual(['A'])
    expect(await listed('sender', { sender_merchant: sender.mchid, creator_merchant: owner.mchid })).toEqual([])
  })
})
