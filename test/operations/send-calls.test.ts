import { describe, expect } from 'vitest'
import { createMock } from '../../src/mock.ts'
import {
  preSendProductCoupon,
  queryStock,
  queryUserCoupon,
  sendCoupon,
  sendGovCard,
  sendProductCoupon,
} from '../../src/products/operations.ts'
import { createMerchantClient } from '../../src/testing/merchant-client.ts'
import { refusal } from '../helpers/refusal.ts'
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

const refused = (name: keyof typeof sendCoupon.errors) => refusal(sendCoupon, name)

/** The code in an answer. */
const codeOf = ({ body }: { body: unknown }) =>
  (body as { send_coupon_result: { coupon_code: string } }).send_coupon_result.coupon_code

describe.for(transports)('sending a coupon over %s', (transport) => {
  test.override('transport', transport)

  describe('is done', () => {
    test('with a code of 22 digits, which the batch has counted and the query shows', async ({
      merchant,
      seed,
      control,
    }) => {
      await seed.stock()

      const answer = await merchant.call(sendCoupon, request())

      expect(answer).toEqual(sent(expect.stringMatching(/^[1-9]\d{21}$/)))
      const coupon_code = codeOf(answer)
      const time = '2026-11-25T12:00:00+08:00'
      expect(await merchant.call(queryUserCoupon, { openid: OPENID, coupon_code, appid: APPID })).toMatchObject({
        body: {
          coupon_state: 'SENDED',
          stock_id: STOCK_ID,
          receive_time: time,
          available_start_time: time,
          send_request_no: NUMBER,
        },
      })
      expect(await control.world()).toMatchObject({
        stocks: [{ sent: { total: 1, today: 1, day: '2026-11-25T00:00:00+08:00' } }],
        coupons: [
          {
            coupon_code,
            openid: OPENID,
            send_merchant: '1900000001',
            history: [{ event: 'sent', time, request_no: NUMBER }],
          },
        ],
      })
    })

    test('for the days and seconds that the batch says', async ({ merchant, seed, control }) => {
      await seed.stock({ coupon_use_rule: { coupon_available_time: { available_second_after_receive: 3_600 } } })

      const code = codeOf(await merchant.call(sendCoupon, request()))

      expect(await control.coupon(STOCK_ID, code)).toMatchObject({ expire_time: '2026-11-25T13:00:00+08:00' })
    })

    test.for([
      ['MERCHANT_API', 'sxxe34343434'],
      ['WECHATPAY_MODE', expect.stringMatching(/^\d{22}$/)],
    ] as const)(
      'with the code that the merchant brings, only if it brings the codes: %s',
      async (row, { merchant, seed }) => {
        const [coupon_code_mode, code] = row
        await seed.stock({ coupon_code_mode })

        expect(await merchant.call(sendCoupon, request({ coupon_code: 'sxxe34343434' }))).toEqual(sent(code))
      },
    )

    test('with the codes that were uploaded, the first one first', async ({ merchant, control }) => {
      const stock = { stock_id: STOCK_ID, coupon_code_mode: 'MERCHANT_UPLOAD' } as const
      const codes = ['C', 'A', 'B'].map((code, position) => ({ stock_id: STOCK_ID, code, position }))
      await control.restore({ stocks: [stock], codes: codes.toReversed() })

      const answers = []
      for (const openid of ['o1', 'o2', 'o3', 'o4']) answers.push(await merchant.call(sendCoupon, request({ openid })))

      expect(answers).toEqual([sent('C'), sent('A'), sent('B'), refused('no_code_left')])
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

      const code = codeOf(await (await clientOf(owner)).call(sendCoupon, request()))

      expect(await control.coupon(STOCK_ID, code)).toMatchObject({ mchid: partner.mchid, send_merchant: owner.mchid })
    })

    test('to a user who is known with this appid, or with none', async ({ merchant, seed, control }) => {
      await seed.stock()
      await control.addUsers([{ openid: OPENID, appid: APPID }, { openid: 'oAny' }])

      expect(await merchant.call(sendCoupon, request())).toMatchObject({ status: 200 })
      expect(await merchant.call(sendCoupon, request({ openid: 'oAny' }))).toMatchObject({ status: 200 })
    })
  })

  describe('has limits', () => {
    test('of a user, whose coupons count in any state, and of this batch only', async ({ merchant, seed }) => {
      await seed.stock({ stock_send_rule: { max_coupons_per_user: 1 } })
      for (const state of ['USED', 'EXPIRED', 'DEACTIVATED', 'DELETED'] as const) {
        await seed.coupon({ openid: state, state })
        expect(await merchant.call(sendCoupon, request({ openid: state })), state).toEqual(refused('user_limit'))
      }
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
      for (const openid of ['o1', 'o4', 'o4']) await seed.coupon({ openid })

      expect(await merchant.call(sendCoupon, request({ openid: 'o2' }))).toMatchObject({ status: 200 })
      expect(await merchant.call(sendCoupon, request({ openid: 'o1', out_request_no: 'R-2' }))).toEqual(
        refused('person_limit'),
      )
      // Only a merchant unrelated to this batch knows of Wang's other account.
      expect(await merchant.call(sendCoupon, request({ openid: 'o3' }))).toMatchObject({ status: 200 })
    })
  })

  test('is not open to a merchant that has only sent coupons of the batch', async ({ clientOf, others, seed }) => {
    const client = await clientOf(others.sender)
    await seed.stock({ mchid: others.partner.mchid })
    await seed.coupon({ mchid: others.partner.mchid, send_merchant: others.sender.mchid })

    expect(await client.call(sendCoupon, request())).toEqual(refused('not_permitted'))
  })

  describe('repeated', () => {
    test('with the same number and values answers the first coupon, even when nothing is left', async ({
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

    test('with other values is refused', async ({ merchant, seed }) => {
      await seed.stock({ coupon_code_mode: 'MERCHANT_API' })
      await merchant.call(sendCoupon, request({ coupon_code: 'A' }))

      for (const changes of [{ coupon_code: 'B' }, { coupon_code: 'A', appid: 'wx2' }]) {
        expect(await merchant.call(sendCoupon, request(changes))).toEqual(refused('request_no_reused'))
      }
    })

    test('for another user or batch sends another coupon', async ({ merchant, seed }) => {
      await seed.stock()
      await seed.stock({ stock_id: '100089' })

      const codes = []
      for (const changes of [{}, { openid: 'oOther' }, { stock_id: '100089' }]) {
        codes.push(codeOf(await merchant.call(sendCoupon, request(changes))))
      }

      expect(new Set(codes)).toHaveLength(3)
    })

    test.for([
      ['MERCHANT_API', refused('request_no_reused')],
      ['WECHATPAY_MODE', sent('H5')],
    ] as const)(
      'after another channel answers that coupon, whose code counts only if the merchant brings it: %s',
      async (row, { merchant, seed }) => {
        const [coupon_code_mode, answer] = row
        await seed.stock({ coupon_code_mode })
        await seed.coupon({ openid: OPENID, coupon_code: 'H5', send_request_no: NUMBER })

        expect(await merchant.call(sendCoupon, request({ coupon_code: 'API' }))).toEqual(answer)
        expect(await merchant.call(sendCoupon, request({ coupon_code: 'H5' }))).toEqual(sent('H5'))
      },
    )

    test('after a snapshot answers the same, and gives no code twice', async ({ merchant, seed, control }) => {
      const long = request({ openid: 'o'.repeat(128), out_request_no: 'R'.repeat(128) })
      await seed.stock()
      const first = await merchant.call(sendCoupon, long)
      const world = await control.world()
      // A mock with the same random seed would make the same code.
      const other = createMock({ seed: 'empty', randomSeed: 'test', clock: { now: () => NOON } })
      await other.control.restore(world)
      expect(await other.control.world()).toEqual(world)
      const client = createMerchantClient({
        credentials: await other.control.credentials(),
        send: (message) => other.handle(message),
        now: () => NOON,
      })

      expect(codeOf(await client.call(sendCoupon, request()))).not.toBe(codeOf(first))
      expect(await client.call(sendCoupon, long)).toEqual(first)
      expect(await client.call(sendCoupon, { ...long, appid: 'wx2' })).toEqual(refused('request_no_reused'))
      expect((await other.control.world()).coupons).toHaveLength(2)
    })
  })

  describe('tells the creator of the batch', () => {
    const address = { event_addresses: [{ notify_url: 'https://shop.example/coupons' }] }
    const users = [{ openid: OPENID, unionid: 'oUnion' }]

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

    test.for([
      [{ notify_appid: 'wx1' }, { openid: OPENID, unionid: 'oUnion' }],
      [undefined, { openid: '', unionid: '' }],
    ] as const)(
      'of openid and unionid only with a notify_appid: %j',
      async ([notify_config, told], { merchant, control }) => {
        await control.restore({ stocks: [{ stock_id: STOCK_ID, notify_config }], users, ...address })

        await merchant.call(sendCoupon, request())

        const [notification] = (await control.world()).notifications
        expect(JSON.parse(notification?.resource ?? '')).toMatchObject(told)
      },
    )

    test('and not the owner who sent it', async ({ clientOf, others: { partner, owner }, control }) => {
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

      for (const changes of [{}, {}, { openid: 'oOther' }]) await merchant.call(sendCoupon, request(changes))

      expect((await control.world()).notifications).toHaveLength(1)
    })

    test('only if it has set an address, and opened the product', async ({
      merchant,
      clientOf,
      others,
      control,
      seed,
    }) => {
      const client = await clientOf({ ...others.owner, unopenedProducts: ['event_push'] })
      const { mchid } = others.owner
      await seed.stock()
      await merchant.call(sendCoupon, request())
      expect((await control.world()).notifications).toEqual([])

      await control.restore({
        stocks: [{ mchid, stock_id: STOCK_ID }],
        event_addresses: [{ mchid, notify_url: 'https://shop.example/coupons' }],
      })
      expect(await client.call(sendCoupon, request())).toMatchObject({ status: 200 })
      expect((await control.world()).notifications).toEqual([])
    })
  })

  test('of goods is answered without a wrapper; MEMBER needs a card, NORMAL passes it over', async ({
    merchant,
    seed,
  }) => {
    await seed.stock({ tied_to_goods: true })
    const goods = (changes: Record<string, unknown> = {}) =>
      merchant.call(sendProductCoupon, request({ coupon_type: 'NORMAL', ...changes }))
    const member = { coupon_type: 'MEMBER', member_card_id: 'pbLatjvWOibDc5-TBnbUk1pD12o0' }
    const first = await goods()

    expect(first).toEqual({
      status: 200,
      body: { stock_id: STOCK_ID, out_request_no: NUMBER, coupon_code: expect.stringMatching(/^\d{22}$/) },
    })
    expect(await goods()).toEqual(first)
    expect(await goods(member)).toEqual(refusal(sendProductCoupon, 'request_no_reused'))
    expect(await goods({ ...member, openid: 'o2' })).toMatchObject({ status: 200 })
    expect(await goods({ ...member, openid: 'o3', coupon_type: 'NORMAL' })).toMatchObject({ status: 200 })
  })
})

describe.for(transports)('a token for sending goods coupons over %s', (transport) => {
  test.override('transport', transport)

  const pre = (changes: Record<string, unknown> = {}) => ({
    brand_id: '120344',
    product_coupon_id: '200000001',
    stock_id: '1000000013001',
    appid: 'wx233544546545989',
    openid: 'oh-394z-6CGkNoJrsDLTTUKiAnp4',
    send_request_no: '34657_20250101_123456',
    ...changes,
  })

  test('is the same for the same number and values, also after a snapshot', async ({ merchant, control }) => {
    const first = await merchant.call(preSendProductCoupon, pre())
    expect(first).toEqual({ status: 200, body: { token: expect.stringMatching(/^[0-9A-Za-z]{32}$/) } })
    expect((await control.world()).coupons).toEqual([])

    await control.restore(await control.world())

    expect(await merchant.call(preSendProductCoupon, pre())).toEqual(first)
    const unnamed = await merchant.call(preSendProductCoupon, pre({ openid: undefined, send_request_no: 'OTHER_1' }))
    expect(unnamed).toMatchObject({ status: 200 })
    expect(unnamed).not.toEqual(first)
    for (const change of [{ openid: undefined }, { coupon_code: 'c' }, { brand_id: '1' }, { appid: 'wx2' }]) {
      expect(await merchant.call(preSendProductCoupon, pre(change))).toEqual(
        refusal(preSendProductCoupon, 'request_no_reused'),
      )
    }
  })
})

describe.for(transports)('sending a consumption card over %s', (transport) => {
  test.override('transport', transport)

  const card = (changes: Record<string, unknown> = {}) => ({
    card_id: 'pIJMr5MMiIkO_93VtPyIiEk2DZ4w',
    appid: 'wxc0b84a53ed8e8d29',
    openid: 'obLatjhnqgy2syxrXVM3MJirbkdI',
    out_request_no: '152688203333431201',
    send_time: '2026-11-25T12:00:00+08:00',
    ...changes,
  })
  const CARD = { status: 200, body: { card_code: expect.stringMatching(/^[1-9]\d{11}$/) } }

  test('gives a code for a number and a time, however the time is written', async ({ merchant, control }) => {
    const first = await merchant.call(sendGovCard, card())

    expect(first).toEqual(CARD)
    expect((await control.world()).coupons).toEqual([])
    expect(await merchant.call(sendGovCard, card({ send_time: '2026-11-25T04:00:00.000Z' }))).toEqual(first)
    for (const change of [{ card_id: 'pOther' }, { appid: 'wx2' }, { openid: 'oOther' }]) {
      expect(await merchant.call(sendGovCard, card(change))).toEqual(refusal(sendGovCard, 'request_no_reused'))
    }
    const answers = [first]
    for (const change of [{ out_request_no: 'R-2' }, { send_time: '2026-11-25T12:00:01+08:00' }]) {
      answers.push(await merchant.call(sendGovCard, card(change)))
    }
    expect(new Set(answers.map(({ body }) => JSON.stringify(body)))).toHaveLength(3)
  })

  test('takes a time up to 24 hours back, also of a repeat, and any to come', async ({ merchant, control }) => {
    const PAST = refusal(sendGovCard, 'send_time_past')
    const first = await merchant.call(sendGovCard, card())

    expect(await merchant.call(sendGovCard, card({ send_time: '2026-11-24T12:00:00+08:00' }))).toEqual(CARD)
    expect(await merchant.call(sendGovCard, card({ send_time: '2026-11-24T11:59:59.999+08:00' }))).toEqual(PAST)
    expect(await merchant.call(sendGovCard, card({ send_time: '2027-11-25T12:00:00+08:00' }))).toEqual(CARD)
    await control.advance('PT24H')
    expect(await merchant.call(sendGovCard, card())).toEqual(first)
    await control.advance('PT1S')
    expect(await merchant.call(sendGovCard, card())).toEqual(PAST)
  })
})
