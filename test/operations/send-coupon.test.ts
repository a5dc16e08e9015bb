import { describe, expect } from 'vitest'
import { createMock } from '../../src/mock.ts'
import { queryStock, queryUserCoupon, sendCoupon, sendProductCoupon } from '../../src/products/operations.ts'
import { createMerchantClient } from '../../src/testing/merchant-client.ts'
import { NOON, STOCK_ID, test, transports } from '../helpers/world.ts'

const OPENID = 'xsd3434454567676'
const NUMBER = '1002600620019090123143254435'
const APPID = 'wx1234567889999'

const request = (changes: Record<string, unknown> = {}) => ({
  openid: OPENID,
  appid: APPID,
  stock_id: STOCK_ID,
  out_request_no: NUMBER,
  ...changes,
})

const sent = (coupon_code: unknown, out_request_no = NUMBER) => ({
  status: 200,
  body: { send_coupon_result: { stock_id: STOCK_ID, out_request_no, coupon_code } },
})

/** busifavor.md 1.2, 4.6 and 8 */
const REFUSALS = {
  not_found: [404, 'RESOURCE_NOT_EXISTS', '查询的资源不存在'],
  not_permitted: [403, 'NO_AUTH', '发券商户无权限使用此API'],
  appid_unbound: [400, 'APPID_MCHID_NOT_MATCH', 'appid与请求方商户无关联关系'],
  openid: [404, 'USER_NOT_EXISTS', 'openid不正确'],
  request_no_reused: [400, 'INVALID_REQUEST', '请求单号已被使用，且请求参数与之前不一致'],
  coupon_code_needed: [400, 'PARAM_ERROR', '请求参数错误'],
  code_taken: [400, 'INVALID_REQUEST', '券code已被使用'],
  not_running: [400, 'INVALID_REQUEST', '批次状态非运营中'],
  stock_expired: [400, 'INVALID_REQUEST', '批次已过期'],
  suspicious: [403, 'RULELIMIT', '用户账号存在风险，不可领取'],
  used_up: [403, 'RULELIMIT', '总预算用完'],
  day_limit: [403, 'RULELIMIT', '用户达到单天限领'],
  user_limit: [403, 'RULELIMIT', '用户领取张数达到上限'],
  person_limit: [403, 'RULELIMIT', '用户自然人限领'],
  tied_to_goods: [400, 'INVALID_REQUEST', '批次已关联商品信息'],
  not_tied_to_goods: [400, 'INVALID_REQUEST', '批次未关联商品信息'],
} as const

const refusal = (reason: keyof typeof REFUSALS) => {
  const [status, code, message] = REFUSALS[reason]
  return { status, body: { code, message } }
}

/** The code in an answer. */
const codeOf = ({ body }: { body: unknown }) =>
  (body as { send_coupon_result: { coupon_code: string } }).send_coupon_result.coupon_code

describe.for(transports)('sending a coupon over %s', (transport) => {
  test.override('transport', transport)

  describe('is done', () => {
    test('with a code of 22 digits, and the query shows the coupon', async ({ merchant, seed }) => {
      await seed.stock()

      const answer = await merchant.call(sendCoupon, request())

      expect(answer).toEqual(sent(expect.stringMatching(/^[1-9]\d{21}$/)))
      expect(
        await merchant.call(queryUserCoupon, { openid: OPENID, coupon_code: codeOf(answer), appid: APPID }),
      ).toMatchObject({
        status: 200,
        body: {
          coupon_state: 'SENDED',
          stock_id: STOCK_ID,
          receive_time: '2026-11-25T12:00:00+08:00',
          available_start_time: '2026-11-25T12:00:00+08:00',
          send_request_no: NUMBER,
        },
      })
    })

    test('and the batch has counted it', async ({ merchant, seed, control }) => {
      await seed.stock()

      const code = codeOf(await merchant.call(sendCoupon, request()))

      const { stocks, coupons } = await control.world()
      expect(stocks).toMatchObject([{ sent: { total: 1, today: 1, day: '2026-11-25T00:00:00+08:00' } }])
      expect(coupons).toMatchObject([
        {
          coupon_code: code,
          openid: OPENID,
          send_merchant: '1900000001',
          history: [{ event: 'sent', time: '2026-11-25T12:00:00+08:00', request_no: NUMBER }],
        },
      ])
    })

    test('for the days and seconds that the batch says', async ({ merchant, seed, control }) => {
      await seed.stock({ coupon_use_rule: { coupon_available_time: { available_second_after_receive: 3_600 } } })

      const code = codeOf(await merchant.call(sendCoupon, request()))

      expect(await control.coupon(STOCK_ID, code)).toMatchObject({ expire_time: '2026-11-25T13:00:00+08:00' })
    })

    test('with the code that the merchant brings', async ({ merchant, seed }) => {
      await seed.stock({ coupon_code_mode: 'MERCHANT_API' })

      expect(await merchant.call(sendCoupon, request({ coupon_code: 'sxxe34343434' }))).toEqual(sent('sxxe34343434'))
    })

    test('with a code of the service when it makes the codes, whatever the request brings', async ({
      merchant,
      seed,
    }) => {
      await seed.stock()

      expect(await merchant.call(sendCoupon, request({ coupon_code: 'sxxe34343434' }))).toEqual(
        sent(expect.stringMatching(/^\d{22}$/)),
      )
    })

    test('with the codes that were uploaded, the first one first', async ({ merchant, control }) => {
      const stock = { stock_id: STOCK_ID, coupon_code_mode: 'MERCHANT_UPLOAD' } as const
      const codes = ['C', 'A', 'B'].map((code, position) => ({ stock_id: STOCK_ID, code, position }))
      await control.restore({ stocks: [stock], codes: codes.toReversed() })

      const answers = []
      for (const openid of ['o1', 'o2', 'o3', 'o4']) answers.push(await merchant.call(sendCoupon, request({ openid })))

      expect(answers).toEqual([sent('C'), sent('A'), sent('B'), refusal('used_up')])
      const dispatched = (await control.world()).codes.map(({ dispatched_time }) => dispatched_time)
      expect(dispatched).toEqual(Array.from({ length: 3 }, () => '2026-11-25T12:00:00+08:00'))
      expect(await merchant.call(queryStock, { stock_id: STOCK_ID })).toMatchObject({
        body: {
          coupon_code_count: { total_count: 3, available_count: 0 },
          send_count_information: { total_send_num: 3 },
        },
      })
    })

    test('past an uploaded code that a coupon of the world has already', async ({ merchant, control }) => {
      await control.restore({
        stocks: [{ stock_id: STOCK_ID, coupon_code_mode: 'MERCHANT_UPLOAD' }],
        codes: ['A', 'B'].map((code) => ({ stock_id: STOCK_ID, code })),
        coupons: [{ stock_id: STOCK_ID, coupon_code: 'A' }],
      })

      expect(await merchant.call(sendCoupon, request())).toEqual(sent('B'))
    })

    test('for the owner of a batch that a partner created', async ({ clientOf, others, seed, control }) => {
      const { partner, owner } = others
      await seed.stock({ mchid: partner.mchid, belong_merchant: owner.mchid })
      const client = await clientOf(owner)

      const code = codeOf(await client.call(sendCoupon, request()))

      expect(await control.coupon(STOCK_ID, code)).toMatchObject({
        mchid: partner.mchid,
        send_merchant: owner.mchid,
      })
    })

    test('with an appid of the owner', async ({ clientOf, others, seed }) => {
      const partner = { ...others.partner, appids: ['wxpartner'] }
      const client = await clientOf(partner)
      await clientOf({ ...others.owner, appids: ['wxowner'] })
      await seed.stock({ mchid: partner.mchid, belong_merchant: others.owner.mchid })

      expect(await client.call(sendCoupon, request({ appid: 'wxowner' }))).toMatchObject({ status: 200 })
      expect(await client.call(sendCoupon, request({ appid: 'wxother', openid: 'o2' }))).toEqual(
        refusal('appid_unbound'),
      )
    })

    test('to a user who is known with this appid, or with none', async ({ merchant, seed, control }) => {
      await seed.stock()
      await control.addUsers([{ openid: OPENID, appid: APPID }, { openid: 'oAny' }, { openid: 'oOther', appid: 'wx2' }])

      expect(await merchant.call(sendCoupon, request())).toMatchObject({ status: 200 })
      expect(await merchant.call(sendCoupon, request({ openid: 'oAny' }))).toMatchObject({ status: 200 })
      expect(await merchant.call(sendCoupon, request({ openid: 'oOther' }))).toEqual(refusal('openid'))
    })
  })

  describe('has limits', () => {
    test('of the batch', async ({ merchant, seed }) => {
      await seed.stock({ stock_send_rule: { max_coupons: 2 } })

      const answers = []
      for (const openid of ['o1', 'o2', 'o3']) answers.push(await merchant.call(sendCoupon, request({ openid })))

      expect(answers.map(({ status }) => status)).toEqual([200, 200, 403])
      expect(answers[2]).toEqual(refusal('used_up'))
    })

    test('of its amount: 10 yuan each, 25 yuan in all', async ({ merchant, seed }) => {
      await seed.stock({ stock_send_rule: { max_amount: 2_500 } })

      const answers = []
      for (const openid of ['o1', 'o2', 'o3']) answers.push(await merchant.call(sendCoupon, request({ openid })))

      expect(answers[1]).toMatchObject({ status: 200 })
      expect(answers[2]).toEqual(refusal('used_up'))
    })

    test('of a day in China, and on the next day it goes on', async ({ merchant, seed, control }) => {
      await seed.stock({ stock_send_rule: { max_coupons_by_day: 1 } })
      await merchant.call(sendCoupon, request({ openid: 'o1' }))

      expect(await merchant.call(sendCoupon, request())).toEqual(refusal('day_limit'))
      await control.setClock({ now: '2026-11-25T23:59:59+08:00' })
      expect(await merchant.call(sendCoupon, request())).toEqual(refusal('day_limit'))
      await control.setClock({ now: '2026-11-26T00:00:00+08:00' })
      expect(await merchant.call(sendCoupon, request())).toMatchObject({ status: 200 })
    })

    test.for(['USED', 'EXPIRED', 'DEACTIVATED', 'DELETED'] as const)(
      'of a user, whose coupon that is %s counts',
      async (state, { merchant, seed }) => {
        await seed.stock({ stock_send_rule: { max_coupons_per_user: 1 } })
        await seed.coupon({ openid: OPENID, state })

        expect(await merchant.call(sendCoupon, request())).toEqual(refusal('user_limit'))
        expect(await merchant.call(sendCoupon, request({ openid: 'oOther' }))).toMatchObject({ status: 200 })
      },
    )

    test('of a user in this batch only', async ({ merchant, seed }) => {
      await seed.stock({ stock_send_rule: { max_coupons_per_user: 1 } })
      await seed.coupon({ openid: OPENID, stock_id: '100087' })
      await seed.coupon({ openid: OPENID, mchid: '1900000777' })

      expect(await merchant.call(sendCoupon, request())).toMatchObject({ status: 200 })
    })

    test('of a person, all accounts together', async ({ merchant, seed, control }) => {
      await seed.stock({ stock_send_rule: { max_coupons_per_user: 2, natural_person_limit: true } })
      await control.addUsers([
        { openid: 'o1', person: 'Li' },
        { openid: 'o2', person: 'Li' },
        { openid: 'o3', person: 'Wang' },
        { openid: 'o4', mchid: '1900000777', person: 'Wang' },
      ])
      await seed.coupon({ openid: 'o1' })
      await seed.coupon({ openid: 'o4' })
      await seed.coupon({ openid: 'o4' })

      expect(await merchant.call(sendCoupon, request({ openid: 'o2' }))).toMatchObject({ status: 200 })
      expect(await merchant.call(sendCoupon, request({ openid: 'o1', out_request_no: 'R-2' }))).toEqual(
        refusal('person_limit'),
      )
      // Only a merchant unrelated to this batch knows of Wang's other account.
      expect(await merchant.call(sendCoupon, request({ openid: 'o3' }))).toMatchObject({ status: 200 })
    })

    test('for suspicious accounts', async ({ merchant, seed, control }) => {
      await control.addUser({ openid: OPENID, suspicious: true })
      await seed.stock({ stock_send_rule: { prevent_api_abuse: true } })

      expect(await merchant.call(sendCoupon, request())).toEqual(refusal('suspicious'))
    })
  })

  describe('is refused', () => {
    test.for(['UNAUDIT', 'PAUSED', 'STOPED'] as const)('when the batch is %s', async (state, { merchant, seed }) => {
      await seed.stock({ state })

      expect(await merchant.call(sendCoupon, request())).toEqual(refusal('not_running'))
    })

    test('from the instant on at which the batch ends', async ({ merchant, seed, control }) => {
      const coupon_available_time = { available_end_time: '2026-11-25T12:00:01+08:00' }
      await seed.stock({ coupon_use_rule: { coupon_available_time } })
      await control.advance(1)

      expect(await merchant.call(sendCoupon, request())).toEqual(refusal('stock_expired'))
    })

    test('for a batch that is not there, or is of other merchants', async ({ merchant, seed }) => {
      expect(await merchant.call(sendCoupon, request())).toEqual(refusal('not_found'))
      await seed.stock({ mchid: '1900000777' })
      expect(await merchant.call(sendCoupon, request())).toEqual(refusal('not_permitted'))
    })

    test('for a merchant that has only sent coupons of the batch', async ({ clientOf, others, seed }) => {
      const client = await clientOf(others.sender)
      await seed.stock({ mchid: others.partner.mchid })
      await seed.coupon({ mchid: others.partner.mchid, send_merchant: others.sender.mchid })

      expect(await client.call(sendCoupon, request())).toEqual(refusal('not_permitted'))
    })

    test('for a merchant that has not opened the product', async ({ clientOf, others, seed }) => {
      const client = await clientOf({ ...others.owner, unopenedProducts: ['coupon_send'] })
      await seed.stock({ mchid: others.owner.mchid })

      expect(await client.call(sendCoupon, request())).toEqual(refusal('not_permitted'))
    })

    test('without a code, or with one that is taken, when the merchant brings the codes', async ({
      merchant,
      seed,
    }) => {
      await seed.stock({ coupon_code_mode: 'MERCHANT_API' })
      await seed.coupon({ coupon_code: 'TAKEN' })

      expect(await merchant.call(sendCoupon, request())).toEqual(refusal('coupon_code_needed'))
      expect(await merchant.call(sendCoupon, request({ coupon_code: 'TAKEN' }))).toEqual(refusal('code_taken'))
    })

    test('for a batch that is tied to goods', async ({ merchant, seed }) => {
      await seed.stock({ tied_to_goods: true })

      expect(await merchant.call(sendCoupon, request())).toEqual(refusal('tied_to_goods'))
    })

    test('and changes nothing', async ({ merchant, seed, control }) => {
      await seed.stock({ state: 'PAUSED', coupon_code_mode: 'MERCHANT_API' })
      const before = await control.world()

      await merchant.call(sendCoupon, request({ coupon_code: 'NEW' }))

      expect(await control.world()).toEqual(before)
    })
  })

  describe('repeated', () => {
    test('with the same number and values it answers the first coupon, even when nothing is left', async ({
      merchant,
      seed,
      control,
    }) => {
      await seed.stock({ stock_send_rule: { max_coupons: 1, max_coupons_per_user: 1 } })
      const first = await merchant.call(sendCoupon, request())
      const before = await control.world()
      await control.advance('P1D')

      expect(await merchant.call(sendCoupon, request())).toEqual(first)
      expect((await control.world()).coupons).toEqual(before.coupons)
    })

    test('with other values it is refused', async ({ merchant, seed }) => {
      await seed.stock({ coupon_code_mode: 'MERCHANT_API' })
      await merchant.call(sendCoupon, request({ coupon_code: 'A' }))

      expect(await merchant.call(sendCoupon, request({ coupon_code: 'B' }))).toEqual(refusal('request_no_reused'))
      expect(await merchant.call(sendCoupon, request({ coupon_code: 'A', appid: 'wx2' }))).toEqual(
        refusal('request_no_reused'),
      )
    })

    test('a number counts for one user of one batch', async ({ merchant, seed }) => {
      await seed.stock()
      await seed.stock({ stock_id: '100089' })

      const codes = [
        codeOf(await merchant.call(sendCoupon, request())),
        codeOf(await merchant.call(sendCoupon, request({ openid: 'oOther' }))),
        codeOf(await merchant.call(sendCoupon, request({ stock_id: '100089' }))),
      ]

      expect(new Set(codes)).toHaveLength(3)
    })

    test('a number that another channel used is answered with that coupon', async ({ merchant, seed }) => {
      await seed.stock({ coupon_code_mode: 'MERCHANT_API' })
      await seed.coupon({ openid: OPENID, coupon_code: 'H5', send_request_no: NUMBER })

      expect(await merchant.call(sendCoupon, request({ coupon_code: 'H5' }))).toEqual(sent('H5'))
      expect(await merchant.call(sendCoupon, request({ coupon_code: 'API' }))).toEqual(refusal('request_no_reused'))
    })

    test('a number that another channel used is answered whatever code it brings, when the service makes the codes', async ({
      merchant,
      seed,
    }) => {
      await seed.stock()
      await seed.coupon({ openid: OPENID, coupon_code: 'H5', send_request_no: NUMBER })

      expect(await merchant.call(sendCoupon, request({ coupon_code: 'API' }))).toEqual(sent('H5'))
    })

    test('a mock that goes on from a snapshot, with the same random seed, gives no code again', async ({
      merchant,
      seed,
      control,
    }) => {
      await seed.stock()
      const first = codeOf(await merchant.call(sendCoupon, request()))
      const other = createMock({ seed: 'empty', randomSeed: 'test', clock: { now: () => NOON } })
      await other.control.restore(await control.world())
      const client = createMerchantClient({
        credentials: await other.control.credentials(),
        send: (message) => other.handle(message),
        now: () => NOON,
      })

      const second = codeOf(await client.call(sendCoupon, request({ openid: 'oOther' })))

      expect(second).not.toBe(first)
      expect((await other.control.world()).coupons).toHaveLength(2)
    })

    test('a snapshot remembers the number, and its codes are not given twice', async ({ merchant, seed, control }) => {
      const openid = 'o'.repeat(128)
      const out_request_no = 'R'.repeat(128)
      await seed.stock()
      const first = await merchant.call(sendCoupon, request({ openid, out_request_no }))
      const world = await control.world()

      await control.restore(world)

      expect(await control.world()).toEqual(world)
      expect(await merchant.call(sendCoupon, request({ openid, out_request_no }))).toEqual(first)
      expect(await merchant.call(sendCoupon, request({ openid, out_request_no, appid: 'wx2' }))).toEqual(
        refusal('request_no_reused'),
      )
    })
  })

  describe('tells the creator of the batch', () => {
    const address = { event_addresses: [{ notify_url: 'https://shop.example/coupons' }] }

    test('with COUPON.SEND, members and their order as the live service has them', async ({ merchant, control }) => {
      const stock = { stock_id: STOCK_ID, notify_config: { notify_appid: 'wx1' } }
      await control.restore({ stocks: [stock], ...address })

      const code = codeOf(await merchant.call(sendCoupon, request()))

      const [notification] = (await control.world()).notifications
      expect(notification).toMatchObject({
        mchid: '1900000001',
        url: 'https://shop.example/coupons',
        event_type: 'COUPON.SEND',
        summary: '商家券领券通知',
        original_type: 'coupon',
        associated_data: 'coupon',
        schedule: 'coupon',
        create_time: '2026-11-25T12:00:00+08:00',
      })
      expect(notification?.resource).toBe(
        JSON.stringify({
          event_type: 'EVENT_TYPE_BUSICOUPON_SEND',
          coupon_code: code,
          stock_id: STOCK_ID,
          send_time: '2026-11-25T12:00:00+08:00',
          openid: OPENID,
          unionid: '',
          send_channel: 'BUSICOUPON_SEND_CHANNEL_API',
          send_merchant: '1900000001',
          attach_info: '',
          send_req_no: NUMBER,
        }),
      )
    })

    test('with the unionid where it is known', async ({ merchant, control }) => {
      await control.restore({
        stocks: [{ stock_id: STOCK_ID, notify_config: { notify_appid: 'wx1' } }],
        users: [{ openid: OPENID, unionid: 'oUnion' }],
        ...address,
      })

      await merchant.call(sendCoupon, request())

      const [notification] = (await control.world()).notifications
      expect(JSON.parse(notification?.resource ?? '')).toMatchObject({ openid: OPENID, unionid: 'oUnion' })
    })

    test('without openid and unionid when the batch has no notify_appid', async ({ merchant, control }) => {
      const users = [{ openid: OPENID, unionid: 'oUnion' }]
      await control.restore({ stocks: [{ stock_id: STOCK_ID }], users, ...address })

      await merchant.call(sendCoupon, request())

      const [notification] = (await control.world()).notifications
      expect(JSON.parse(notification?.resource ?? '')).toMatchObject({ openid: '', unionid: '' })
    })

    test('and not the owner who sent it', async ({ clientOf, others, control }) => {
      const { partner, owner } = others
      const client = await clientOf(owner)
      await clientOf(partner)
      await control.restore({
        stocks: [{ mchid: partner.mchid, belong_merchant: owner.mchid, stock_id: STOCK_ID }],
        event_addresses: [partner, owner].map(({ mchid }) => ({ mchid, notify_url: `https://${mchid}.example/` })),
      })

      await client.call(sendCoupon, request())

      const { notifications } = await control.world()
      expect(notifications).toMatchObject([{ mchid: partner.mchid, url: `https://${partner.mchid}.example/` }])
      expect(JSON.parse(notifications[0]?.resource ?? '')).toMatchObject({ send_merchant: owner.mchid })
    })

    test('once: not when the sending is refused or repeated', async ({ merchant, control }) => {
      await control.restore({ stocks: [{ stock_id: STOCK_ID, stock_send_rule: { max_coupons: 1 } }], ...address })

      await merchant.call(sendCoupon, request())
      await merchant.call(sendCoupon, request())
      await merchant.call(sendCoupon, request({ openid: 'oOther' }))

      expect((await control.world()).notifications).toHaveLength(1)
    })

    test('only if it has set an address, and opened the product', async ({ clientOf, others, control, seed }) => {
      const client = await clientOf({ ...others.owner, unopenedProducts: ['event_push'] })
      const { mchid } = others.owner
      await seed.stock({ mchid })
      await client.call(sendCoupon, request())
      expect((await control.world()).notifications).toEqual([])

      await control.restore({
        stocks: [{ mchid, stock_id: STOCK_ID }],
        event_addresses: [{ mchid, notify_url: 'https://shop.example/coupons' }],
      })
      expect(await client.call(sendCoupon, request())).toMatchObject({ status: 200 })
      expect((await control.world()).notifications).toEqual([])
    })
  })

  describe('of goods', () => {
    const goods = (changes: Record<string, unknown> = {}) => request({ coupon_type: 'NORMAL', ...changes })

    test('is done for a batch that is tied to goods, and answered without a wrapper', async ({ merchant, seed }) => {
      await seed.stock({ tied_to_goods: true })

      expect(await merchant.call(sendProductCoupon, goods())).toEqual({
        status: 200,
        body: { stock_id: STOCK_ID, out_request_no: NUMBER, coupon_code: expect.stringMatching(/^\d{22}$/) },
      })
    })

    test('is refused for another batch', async ({ merchant, seed }) => {
      await seed.stock()

      expect(await merchant.call(sendProductCoupon, goods())).toEqual(refusal('not_tied_to_goods'))
    })

    test('needs the card of a member for MEMBER, and takes one for NORMAL', async ({ merchant, seed }) => {
      await seed.stock({ tied_to_goods: true })
      const member_card_id = 'pbLatjvWOibDc5-TBnbUk1pD12o0'

      expect(await merchant.call(sendProductCoupon, goods({ coupon_type: 'MEMBER' }))).toEqual(
        refusal('coupon_code_needed'),
      )
      expect(await merchant.call(sendProductCoupon, goods({ coupon_type: 'MEMBER', member_card_id }))).toMatchObject({
        status: 200,
      })
      expect(await merchant.call(sendProductCoupon, goods({ openid: 'o2', member_card_id }))).toMatchObject({
        status: 200,
      })
    })

    test('repeated it answers the first coupon, and is refused with other values', async ({ merchant, seed }) => {
      await seed.stock({ tied_to_goods: true })
      const first = await merchant.call(sendProductCoupon, goods())

      expect(await merchant.call(sendProductCoupon, goods())).toEqual(first)
      expect(await merchant.call(sendProductCoupon, goods({ coupon_type: 'MEMBER', member_card_id: 'card' }))).toEqual(
        refusal('request_no_reused'),
      )
    })

    test('is refused for a merchant that has not opened that product', async ({ clientOf, others, seed }) => {
      const client = await clientOf({ ...others.owner, unopenedProducts: ['product_coupon'] })
      await seed.stock({ mchid: others.owner.mchid, tied_to_goods: true })

      expect(await client.call(sendProductCoupon, goods())).toEqual(refusal('not_permitted'))
    })
  })
})
