import { describe, expect } from 'vitest'
import {
  confirmProductCoupon,
  deactivateUserProductCoupon,
  deactivateUserProductCouponBundle,
  listUserProductCoupons,
  preSendProductCouponBundle,
  preSendProductCouponToUser,
  queryUserProductCoupon,
  returnProductCoupon,
  sendProductCouponBundle,
  sendProductCouponToUser,
  setProductCouponAddress,
  useProductCoupon,
} from '../../../src/products/operations.ts'
import { SqliteStore } from '../../../src/stores/sqlite.ts'
import { createMerchantClient } from '../../../src/testing/merchant-client.ts'
import { test } from '../../helpers/callbacks.ts'
import { createMock } from '../../helpers/engine.ts'
import { TABLES } from '../../helpers/tables.ts'
import { NOON, transports } from '../../helpers/world.ts'
import { told } from '../../products/transfer/transfers.ts'
import { aDataFile } from '../../stores/data-files.ts'
import {
  addBatch,
  addBundle,
  BUNDLE,
  CODE,
  confirmed,
  NAMED,
  ORDER,
  ofBundle,
  STOCK,
  sending,
  sendingBundle,
  using,
} from './coupons.ts'

const RETURN = { ...NAMED, out_request_no: 'RETURN_1' }
const VOID = { ...NAMED, out_request_no: 'VOID_1', deactivate_reason: '活动结束' }
const USER = { openid: 'oUser', appid: NAMED.appid, brand_id: NAMED.brand_id }

describe.for(transports)('product coupons of users over %s', (transport) => {
  test.override('transport', transport)

  test('a repeat of any number changes nothing, and answers with the coupon as it is now', async ({
    merchant,
    control,
  }) => {
    await addBatch(control, { coupon_code_mode: 'API_ASSIGN' })
    await confirmed(control, { coupon_code: 'Other_Code' })
    const calls = [
      [sendProductCouponToUser, sending({ coupon_code: CODE, attach: 'A' })],
      [confirmProductCoupon, { ...NAMED, out_request_no: 'CONFIRM_1' }],
      [useProductCoupon, using()],
      [returnProductCoupon, RETURN],
      [deactivateUserProductCoupon, VOID],
    ] as const

    for (const [operation, request] of calls) {
      const first = await merchant.call(operation, request)
      const world = await control.world()
      expect(first).toMatchObject({ status: 200, body: { coupon_code: CODE } })
      expect(await merchant.call(operation, request)).toMatchObject({ status: 200, body: first.body })
      expect(await control.world()).toEqual(world)
    }

    const late = await merchant.call(sendProductCouponToUser, calls[0][1])
    expect(late).toMatchObject({ status: 200, body: { coupon_state: 'DEACTIVATED', attach: 'A' } })
    const world = await control.world()
    await control.restore(world)
    expect(await control.world()).toEqual(world)
  })

  test('a return that is repeated late does not return the next use', async ({ merchant, control }) => {
    await confirmed(control)
    for (const [operation, request] of [
      [useProductCoupon, using()],
      [returnProductCoupon, RETURN],
      [useProductCoupon, using({ out_request_no: 'USE_02' })],
    ] as const) {
      expect(await merchant.call(operation, request)).toMatchObject({ status: 200 })
    }

    expect(await merchant.call(returnProductCoupon, RETURN)).toMatchObject({
      body: { coupon_state: 'USED', single_usage_detail: { use_request_no: 'USE_02' } },
    })
  })

  test('the partner is told of each coupon, of the user under the appid that the batch names', async ({
    merchant,
    control,
    mock,
    receiver,
  }) => {
    await addBatch(control, { notify_config: { notify_appid: 'wxNotify' } })
    await addBundle(control)
    await control.addUser({ openid: 'oUser', unionid: 'uUser' })
    await control.addUser({ openid: 'oNotify', unionid: 'uUser', appid: 'wxNotify' })
    await merchant.call(sendProductCouponToUser, sending({ send_request_no: 'UNTOLD' }))
    const shop = await receiver.start(200)
    await merchant.call(setProductCouponAddress, { notify_url: shop.url })
    const { body } = await merchant.call(sendProductCouponToUser, sending({ attach: '开业' }))
    await merchant.call(sendProductCouponBundle, sendingBundle())
    await control.takeProductCoupon(STOCK, { openid: 'oOther' })
    await mock.outbox.idle()

    const events = shop.received.map((one) => told(one, mock.defaultMerchant.apiV3Key))
    const bundle = { stock_bundle_id: 'B', user_coupon_bundle_id: expect.stringMatching(/^\d{22}$/) }
    expect(events[0]).toMatchObject({ event_type: 'PRODUCT_COUPON_SP.SEND', summary: '商品券领券通知' })
    expect(events.map(({ resource }) => resource)).toMatchObject([
      {
        coupon_code: (body as { coupon_code: string }).coupon_code,
        stock_id: STOCK,
        appid: 'wxNotify',
        openid: 'oNotify',
        unionid: 'uUser',
        receive_time: '2026-11-25T12:00:00+08:00',
        send_request_no: 'SEND_1',
        send_channel: 'API',
        valid_end_time: '2026-12-31T23:59:59+08:00',
        attach: '开业',
      },
      ...[0, 1, 2].map((i) => ({ ...bundle, stock_id: `${BUNDLE}${i}`, openid: 'oUser' })),
      { openid: 'oOther', unionid: 'union-oOther', send_channel: 'BRAND_MANAGE' },
    ])
  })

  test('a bundle is one coupon of each batch, in turn, returned from its end and void as a whole', async ({
    merchant,
    control,
  }) => {
    await addBundle(
      control,
      { coupon_code_mode: 'WECHATPAY' },
      { progressive_bundle_usage_info: { count: 3, interval_days: 1 } },
    )
    await control.addOrder({ ...ORDER, transaction_id: using().associated_order_info.transaction_id })
    interface Coupons {
      readonly user_coupon_bundle_id: string
      readonly user_product_coupon_list: readonly { readonly coupon_code: string }[]
    }
    const { body } = await merchant.call(sendProductCouponBundle, sendingBundle())
    const { user_coupon_bundle_id, user_product_coupon_list: coupons } = body as Coupons
    const named = (i: number) => ({
      ...USER,
      product_coupon_id: BUNDLE,
      stock_id: `${BUNDLE}${i}`,
      coupon_code: coupons[i]?.coupon_code ?? '',
    })
    for (const i of coupons.keys()) {
      await merchant.call(confirmProductCoupon, { ...named(i), out_request_no: `CONFIRM_${i}` })
    }
    const use = (i: number, use_time: string) =>
      merchant.call(useProductCoupon, using({ ...named(i), out_request_no: `USE_0${i}`, use_time }))

    expect(await use(1, '2026-11-25T12:00:00+08:00')).toMatchObject({ status: 403 })
    expect(await use(0, '2026-11-25T12:00:00+08:00')).toMatchObject({
      status: 200,
      body: { user_product_coupon_bundle_info: { user_coupon_bundle_index: 0, total_count: 3, used_count: 1 } },
    })
    expect(await use(1, '2026-11-25T23:59:59+08:00')).toMatchObject({ status: 403 })
    expect(await use(1, '2026-11-26T00:00:00+08:00')).toMatchObject({
      status: 200,
      body: { progressive_bundle_usage_detail: { use_request_no: 'USE_01' } },
    })
    const wanted = { ...ofBundle(), user_coupon_bundle_id, out_request_no: 'VOID_1', deactivate_reason: '活动结束' }
    expect(await merchant.call(deactivateUserProductCouponBundle, wanted)).toMatchObject({
      status: 200,
      body: {
        user_coupon_bundle_id,
        user_product_coupon_list: ['USED', 'USED', 'DEACTIVATED'].map((coupon_state) => ({ coupon_state })),
      },
    })
  })

  test('a token sends and counts once its user takes it, within five minutes', async ({ merchant, control }) => {
    await addBatch(control, { stock_send_rule: { max_count: 1, max_count_per_user: 1 } })
    await addBundle(control)
    const ask = async (operation: Parameters<typeof merchant.call>[0], request: Record<string, unknown>) =>
      (await merchant.call(operation, request)).body as { readonly token: string }
    const { token } = await ask(preSendProductCouponToUser, sending({ attach: 'A' }))
    const { token: other } = await ask(preSendProductCouponToUser, sending({ attach: 'A' }))
    const ofThree = await ask(preSendProductCouponBundle, sendingBundle())
    const count = async () => (await control.productCouponStock(STOCK)).sent_count_info.total_count

    expect(other).not.toBe(token)
    expect(await count()).toBe(0)
    const took = await control.takePreSentProductCoupon(token)
    expect(took).toMatchObject([
      { send_channel: 'RECEIVE_COMPONENT', send_request_no: 'SEND_1', attach: 'A', coupon_state: 'CONFIRMING' },
    ])
    expect(await count()).toBe(1)
    // The same send is answered, whichever way the coupon came.
    const [{ coupon_code } = { coupon_code: '' }] = took
    const again = await merchant.call(sendProductCouponToUser, sending({ attach: 'A' }))
    expect(again).toMatchObject({ status: 200, body: { coupon_code } })
    for (const spent of [token, other]) {
      await expect(control.takePreSentProductCoupon(spent)).rejects.toThrow('took it')
    }
    await control.advance('PT4M59S')
    expect(await control.takePreSentProductCoupon(ofThree.token)).toHaveLength(3)
    const { token: late } = await ask(preSendProductCouponBundle, sendingBundle({ send_request_no: 'SEND_2' }))
    await control.advance('PT5M')
    await expect(control.takePreSentProductCoupon(late)).rejects.toThrow('good until')
  })

  test('a list has the newest first, page by page, and only those it is asked for', async ({ merchant, control }) => {
    await addBatch(control)
    await addBundle(control)
    const CODES = ['Code_0', 'Code_1', 'Code_2', 'Code_3']
    for (const [i, coupon_code] of CODES.entries()) {
      await confirmed(control, { coupon_code, receive_time: `2026-11-25T1${i}:00:00+08:00` })
    }
    await control.addUserProductCoupon({
      stock_id: `${BUNDLE}0`,
      openid: 'oUser',
      user_coupon_bundle_id: 'UB',
      user_coupon_bundle_index: 0,
      coupon_code: 'Code_4',
      receive_time: '2026-11-25T09:00:00+08:00',
    })
    await control.addUserProductCoupon({ stock_id: STOCK, openid: 'oOther' })
    const list = async (query: object) => {
      const { status, body } = await merchant.call(listUserProductCoupons, { ...USER, ...query })
      const {
        total_count,
        user_coupon_list = [],
        next_page_token,
      } = body as {
        total_count?: number
        user_coupon_list?: { coupon_code: string }[]
        next_page_token?: string
      }
      return { status, total_count, codes: user_coupon_list.map((one) => one.coupon_code), next_page_token }
    }

    const first = await list({ page_size: 3 })
    expect(first).toMatchObject({ total_count: 5, codes: ['Code_3', 'Code_2', 'Code_1'] })
    const last = await list({ page_size: 3, page_token: first.next_page_token })
    expect(last).toEqual({ status: 200, codes: ['Code_0', 'Code_4'] })
    expect((await list({})).codes).toHaveLength(5)
    expect((await list({ coupon_state: 'CONFIRMING' })).codes).toEqual(['Code_4'])
    expect((await list({ user_coupon_bundle_id: 'UB' })).codes).toEqual(['Code_4'])
    expect((await list({ product_coupon_id: NAMED.product_coupon_id, stock_id: STOCK })).total_count).toBe(4)
    expect((await list({ brand_id: '40002' })).total_count).toBe(0)
    expect((await list({ page_size: 51 })).status).toBe(400)
  })

  test('a user has the same coupons under each of its openids', async ({ merchant, control }) => {
    await confirmed(control, { unionid: 'uUser' })
    await control.addUser({ openid: 'oElsewhere', unionid: 'uUser' })

    const named = { ...NAMED, openid: 'oElsewhere' }
    expect(await merchant.call(queryUserProductCoupon, named)).toMatchObject({ status: 200 })
    const { body } = await merchant.call(listUserProductCoupons, { ...USER, openid: 'oElsewhere' })
    expect(body).toMatchObject({ total_count: 1, user_coupon_list: [{ coupon_code: CODE }] })
  })

  const { out_trade_no, mchid } = ORDER
  const { transaction_id } = using().associated_order_info
  const ALL = { transaction_id, out_trade_no, mchid }
  const UNPAID = { out_trade_no: 'ORDER_2', mchid }
  test.for([
    ['known', { transaction_id }, ALL],
    ['known', ORDER, ALL],
    ['known', UNPAID, UNPAID],
    ['known', { ...ORDER, sub_mchid: '1900000109' }, 400],
    ['known', { ...ORDER, transaction_id: '4200009' }, 400],
    ['known', { transaction_id: '4200009' }, 400],
    ['known', { out_trade_no, mchid: '1999999999' }, { out_trade_no, mchid: '1999999999' }],
    ['paid', UNPAID, 400],
    ['paid', ORDER, ALL],
    ['any', { transaction_id: '4200009' }, { transaction_id: '4200009' }],
    ['any', { transaction_id }, ALL],
  ] as const)(
    'with orders that are %s, one that is %j is answered with %j',
    async ([product_coupon_orders, associated_order_info, expected], { merchant, control }) => {
      await confirmed(control)
      await control.addOrder({ ...UNPAID, state: 'NOTPAY' })
      await control.changeSettings({ product_coupon_orders })

      const { status, body } = await merchant.call(useProductCoupon, using({ associated_order_info }))
      const { single_usage_detail } = body as { single_usage_detail?: { associated_order_info: object } }
      expect(single_usage_detail?.associated_order_info ?? status).toEqual(expected)
    },
  )
})

test.for(['memory', 'a file'])('of many sends and uses at once in %s only as many as may be succeed', async (place) => {
  const store = place === 'memory' ? undefined : await SqliteStore.open(await aDataFile(), TABLES)
  const mock = createMock({ clock: { now: () => NOON }, auth: 'lenient', seed: 'empty', ...(store && { store }) })
  const credentials = await mock.control.credentials()
  const client = createMerchantClient({ credentials, send: (request) => mock.handle(request), now: () => NOON })
  const times = async (request: (i: number) => ReturnType<typeof client.call>) => {
    const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => request(i)))
    return answers.filter(({ status }) => status === 200)
  }
  await addBatch(mock.control, { stock_send_rule: { max_count: 30, max_count_per_user: 3 } })
  await confirmed(mock.control)

  const ofOneUser = await times((i) => client.call(sendProductCouponToUser, sending({ send_request_no: `SEND_${i}_` })))
  const ofMany = await times((i) => client.call(sendProductCouponToUser, sending({ openid: `o${i}` })))
  const uses = await times((i) => client.call(useProductCoupon, using({ out_request_no: `USE_${i}_` })))

  // One was there before.
  expect([ofOneUser.length, ofMany.length, uses.length]).toEqual([2, 27, 1])
  expect((await mock.control.productCouponStock(STOCK)).sent_count_info.total_count).toBe(30)
  await store?.close?.()
})
