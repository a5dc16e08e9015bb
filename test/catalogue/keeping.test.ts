import { describe, expect, test } from 'vitest'
import { factsOf } from '../../src/catalogue/facts.ts'
import { movedBy, verbOf } from '../../src/catalogue/moves.ts'
import { numbersOfProduct } from '../../src/catalogue/numbers.ts'
import { REMEMBERED_LIMIT } from '../../src/catalogue/remembered.ts'
import { ShapedOperation } from '../../src/catalogue/shaped-operation.ts'
import { operationsOf } from '../../src/engine/product.ts'
import { products } from '../../src/products/index.ts'
import type { Callable } from '../../src/testing/merchant-client.ts'
import { createMock, openMock } from '../helpers/engine.ts'
import { NOON } from '../helpers/world.ts'
import { aDataFile } from '../stores/data-files.ts'
import { callNamed } from './requests.ts'
import { type OpenOn, openShop } from './stories.ts'

type Shop = Awaited<ReturnType<typeof openShop>>

const CREATOR = { stock_creator_mchid: '1900000001' }
const TIME = '2026-11-25T12:00:00+08:00'
const FIRST = { offset: 0, limit: 10 }
const HOOK = 'https://shop.example.com/hook'
const APPID = 'wxd678efh567hg6787'
/** The coupons of a user from the batches of a merchant. */
const OF_USER = { openid: 'oUser', appid: APPID, creator_mchid: '1900000001' }
const createStock = callNamed('POST /v3/marketing/favor/coupon-stocks')
const listStocks = callNamed('GET /v3/marketing/favor/stocks')
const showStock = callNamed('GET /v3/marketing/favor/stocks/{stock_id}')
const sendCoupon = callNamed('POST /v3/marketing/favor/users/{openid}/coupons')
const listCoupons = callNamed('GET /v3/marketing/favor/users/{openid}/coupons')
const listComplaints = callNamed('GET /v3/merchant-service/complaints-v2')
const stockVerb = (verb: string) => callNamed(`POST /v3/marketing/favor/stocks/{stock_id}/${verb}`)

const STOCK = {
  stock_name: '微信支付代金券',
  belong_merchant: '1900000001',
  available_begin_time: '2026-11-25T12:00:00+08:00',
  available_end_time: '2026-12-25T12:00:00+08:00',
  stock_type: 'NORMAL',
  no_cash: true,
  stock_use_rule: {
    max_coupons: 100,
    max_amount: 5_000,
    max_coupons_per_user: 3,
    natural_person_limit: true,
    prevent_api_abuse: true,
  },
  coupon_use_rule: { available_merchants: ['1900000001'] },
}

async function aStock({ good }: Shop, out_request_no: string): Promise<string> {
  const { stock_id } = await good(createStock, { ...STOCK, out_request_no })
  return String(stock_id)
}

async function send({ good }: Shop, stock_id: string, out_request_no: string, openid = 'oUser'): Promise<string> {
  const { coupon_id } = await good(sendCoupon, { ...CREATOR, openid, stock_id, out_request_no, appid: APPID })
  return String(coupon_id)
}

const idsIn = ({ data }: Record<string, unknown>, name: string) =>
  (data as Record<string, unknown>[]).map((one) => one[name]).toSorted()

const giftActivity = {
  make: callNamed('POST /v3/marketing/paygiftactivity/unique-threshold-activity'),
  activity: {
    activity_base_info: {
      activity_name: '甲',
      activity_second_title: '乙',
      merchant_logo_url: 'https://example.com/logo',
      begin_time: '2026-11-26T12:00:00+08:00',
      end_time: '2026-11-28T12:00:00+08:00',
      out_request_no: 'G1',
      delivery_purpose: 'OFF_LINE_PAY',
    },
    award_send_rule: {
      transaction_amount_minimum: 100,
      send_content: 'SINGLE_COUPON',
      award_type: 'BUSIFAVOR',
      award_list: [{ stock_id: '98065001', original_image_url: 'https://example.com/image' }],
      merchant_option: 'MANUAL_INPUT_MERCHANT',
      merchant_id_list: ['1900000201', '1900000202'],
    },
  },
}

/** A share of an order, and the call that makes it. */
function sharesOf(path: string) {
  const account = { [path === 'brand' ? 'account' : 'receiver_account']: '1900000110' }
  const share = {
    sub_mchid: '1900000109',
    ...(path === 'brand' && { brand_mchid: '1900000111' }),
    transaction_id: '4200001234202611250000000001',
    receivers: [{ type: 'MERCHANT_ID', ...account, amount: 300, description: '佣金' }],
    finish: false,
  }
  return { share, orders: callNamed(`POST /v3/${path}/profitsharing/orders`) }
}

function keep(openOn: OpenOn): void {
  test('F3: a list of coupons leaves their batch as it was posted', async () => {
    const shop = await openShop(openOn)
    const stock_id = await aStock(shop, 'B1')
    await send(shop, stock_id, 'C1')

    const { data } = await shop.good(listCoupons, { ...OF_USER, stock_id })

    expect(data).toMatchObject([{ stock_id }])
    const { available_begin_time, available_end_time, no_cash } = STOCK
    const told = { available_begin_time, available_end_time, no_cash }
    expect(await shop.good(showStock, { ...CREATOR, stock_id })).toMatchObject(told)
    expect((await shop.good(listStocks, { ...CREATOR, ...FIRST })).data).toMatchObject([told])
  })

  test('F3: a coupon is the same in a list, by its number and in a callback', async () => {
    const shop = await openShop(openOn)
    const coupon_id = await send(shop, await aStock(shop, 'B1'), 'C1')

    const { data } = await shop.good(listCoupons, OF_USER)
    const url = 'https://shop.example.com/favor'
    await shop.control.sendNotification({ event_type: 'COUPON.USE', url, resource: { coupon_id, status: 'USED' } })

    const coupon = callNamed('GET /v3/marketing/favor/users/{openid}/coupons/{coupon_id}')
    const shown = await shop.good(coupon, { openid: 'oUser', appid: APPID, coupon_id })
    const [listed] = data as Record<string, unknown>[]
    expect(shown).toMatchObject({ ...shown, coupon_id, status: 'USED', stock_id: listed?.stock_id })
    expect((await shop.good(listCoupons, OF_USER)).data).toEqual([{ ...listed, status: 'USED' }])
  })

  test('F3: what is nested in a thing is shown there as it is known by its own number', async () => {
    const { good, control, encrypt } = await openShop(openOn)
    const transfer_detail_list = [
      { out_detail_no: 'D1', transfer_amount: 100, transfer_remark: '一', openid: 'oUser', user_name: encrypt('张三') },
    ]
    const batch = { sub_mchid: '1900000109', out_batch_no: 'B1', batch_name: '工资', batch_remark: '十一月' }
    const sums = { total_amount: 100, total_num: 1, authorization_type: 'INFORMATION_AUTHORIZATION_TYPE' }
    const { batch_id } = await good(callNamed('POST /v3/partner-transfer/batches'), {
      ...batch,
      ...sums,
      transfer_detail_list,
    })
    const path = '/v3/partner-transfer/batches/out-batch-no/{out_batch_no}'
    const details = callNamed(`GET ${path}/details/out-detail-no/{out_detail_no}`)
    await control.answer(`GET ${path}/details/out-detail-no/{out_detail_no}`, { detail_status: 'FAIL' })

    const { detail_id, ...detail } = await good(details, { out_batch_no: 'B1', out_detail_no: 'D1' })

    expect(detail).toMatchObject({ batch_id, detail_status: 'FAIL' })
    expect(await good(callNamed(`GET ${path}`), { out_batch_no: 'B1', need_query_detail: true })).toMatchObject({
      batch_id,
      transfer_detail_list: [{ out_detail_no: 'D1', detail_id, detail_status: 'FAIL' }],
    })
  })

  test('F10: a list has what was made, page by page, and nothing before', async () => {
    const shop = await openShop(openOn)
    const asked = { ...CREATOR, offset: 0, limit: 2 }
    expect(await shop.good(listStocks, asked)).toEqual({ total_count: 0, limit: 2, offset: 0, data: [] })

    const made: string[] = []
    for (const number of ['B1', 'B2', 'B3']) made.push(await aStock(shop, number))

    const first = await shop.good(listStocks, asked)
    const second = await shop.good(listStocks, { ...asked, offset: 1 })
    expect(first).toMatchObject({ total_count: 3, offset: 0, limit: 2 })
    expect(second).toMatchObject({ total_count: 3, offset: 1, limit: 2 })
    expect([...idsIn(first, 'stock_id'), ...idsIn(second, 'stock_id')].toSorted()).toEqual(made.toSorted())
    expect(idsIn(second, 'stock_id')).toHaveLength(1)
  })

  test('F10: a list has only what fits its path, its query and its dates', async () => {
    const shop = await openShop(openOn)
    const [one, other] = [await aStock(shop, 'B1'), await aStock(shop, 'B2')]
    await shop.good(stockVerb('pause'), { ...CREATOR, stock_id: other })
    const mine = await send(shop, one, 'C1')
    await send(shop, other, 'C2')
    await send(shop, one, 'C3', 'oOther')

    const stocks = async (query: object) =>
      idsIn(await shop.good(listStocks, { ...CREATOR, ...FIRST, ...query }), 'stock_id')
    expect(await stocks({ status: 'paused' })).toEqual([other])
    expect(await stocks({ status: 'stoped' })).toEqual([])
    const day = { create_start_time: '2026-11-24T00:00:00+08:00', create_end_time: '2026-11-24T23:59:59+08:00' }
    expect(await stocks(day)).toEqual([])
    expect(await stocks({ ...day, create_end_time: '2027-11-24T23:59:59+08:00' })).toHaveLength(2)
    const coupons = async (query: object) => idsIn(await shop.good(listCoupons, { ...OF_USER, ...query }), 'coupon_id')
    expect(await coupons({})).toHaveLength(2)
    expect(await coupons({ stock_id: one })).toEqual([mine])
  })

  test('F10: complaints that callbacks told of are listed with what became of them', async () => {
    const { good, control } = await openShop(openOn)
    const [begin_date, end_date] = ['2026-11-25', '2026-11-25']
    expect(await good(listComplaints, { begin_date, end_date })).toMatchObject({ data: [], total_count: 0 })
    const url = 'https://shop.example.com/complaints'
    for (const complaint_id of ['1', '2']) {
      await control.sendNotification({ event_type: 'COMPLAINT.CREATE', url, resource: { complaint_id } })
    }
    // A question makes nothing.
    await good(callNamed('GET /v3/merchant-service/complaints-v2/{complaint_id}'), { complaint_id: 'ASKED' })

    const complete = callNamed('POST /v3/merchant-service/complaints-v2/{complaint_id}/complete')
    await good(complete, { complaint_id: '2', complainted_mchid: '1900000001' })

    const listed = await good(listComplaints, { begin_date, end_date })
    expect(listed).toMatchObject({ total_count: 2 })
    expect(listed.data).toHaveLength(2)
    expect(listed.data).toContainEqual(expect.objectContaining({ complaint_id: '2', complaint_state: 'PROCESSED' }))
    expect(idsIn(await good(listComplaints, { begin_date: '2026-11-26', end_date }), 'complaint_id')).toEqual([])
    expect(await good(listComplaints, { begin_date, end_date })).toEqual(listed)
  })

  test('F10: guides and stores are listed', async () => {
    const { good, encrypt } = await openShop(openOn)
    const guide = { corpid: 'ww1', store_id: 1, userid: 'u1', name: encrypt('张三'), mobile: encrypt('13900000000') }
    const { guide_id } = await good(callNamed('POST /v3/smartguide/guides'), {
      ...guide,
      qr_code: 'https://open.work.weixin.qq.com/wwopen/userQRCode?vcode=1',
      avatar: 'https://example.com/avatar.png',
    })
    const guides = callNamed('GET /v3/smartguide/guides')
    expect(await good(guides, { store_id: 1 })).toMatchObject({ total_count: 1, data: [{ guide_id, userid: 'u1' }] })
    expect(await good(guides, { store_id: 2 })).toMatchObject({ total_count: 0, data: [] })
    expect(await good(callNamed('GET /v3/capital/capitallhh/areas/provinces'))).toMatchObject({
      data: [{ province_name: expect.any(String) }],
    })
  })

  test('F12: an address that was deleted is no longer answered', async () => {
    const { good, refused, control } = await openShop(openOn)
    const path = '/v3/merchant-risk-manage/violation-notifications'
    const url = 'https://shop.example.com/violations'
    expect(await refused(callNamed(`DELETE ${path}`))).toBe('404 NOT_FOUND')
    await good(callNamed(`POST ${path}`), { notify_url: url })
    expect(await good(callNamed(`GET ${path}`))).toMatchObject({ notify_url: url })

    await good(callNamed(`DELETE ${path}`))

    expect(await refused(callNamed(`GET ${path}`))).toBe('404 NOT_FOUND')
    // No page says what is answered where none is set: it is not the old address.
    const complaints = '/v3/merchant-service/complaint-notifications'
    await good(callNamed(`POST ${complaints}`), { url })
    await good(callNamed(`DELETE ${complaints}`))
    expect((await good(callNamed(`GET ${complaints}`))).url).not.toBe(url)
    const send = control.sendNotification({ event_type: 'COMPLAINT.CREATE' })
    await expect(send).rejects.toMatchObject({ code: 'MOCK_NOTIFICATION_URL' })
  })

  test('F12: a thing that was deleted is unknown, and in no list', async () => {
    const { good, refused, clientOf } = await openShop(openOn)
    const stores = '/v3/marketing/goods-subsidy-activity/retail-store-act/{brand_id}/stores'
    const given = ['S1', 'S2'].map((store_code) => ({ store_code, store_name: store_code }))
    await good(callNamed(`POST ${stores}`), { brand_id: 1, stores: given, out_request_no: 'R1', add_time: TIME })
    const list = callNamed(`GET ${stores}`)
    expect(idsIn(await good(list, { brand_id: 1, ...FIRST }), 'store_code')).toEqual(['S1', 'S2'])

    const one = given.slice(0, 1)
    const body = { stores: one, out_request_no: 'R2', delete_time: TIME }
    const client = await clientOf()
    const remove = async (target: string, body: object) =>
      (await client.request({ method: 'DELETE', target, body })).status
    expect(await remove(stores.replace('{brand_id}', '1'), body)).toBe(200)

    expect(idsIn(await good(list, { brand_id: 1, ...FIRST }), 'store_code')).toEqual(['S2'])
    expect(idsIn(await good(list, { brand_id: 2, ...FIRST }), 'store_code')).toEqual([])

    const brandStores = '/v3/brand/partner/store/brandstores'
    const store_address = { address_code: '440300', address_detail: '海天二路' }
    const { store_id } = await good(callNamed(`POST ${brandStores}`), { brand_id: '40001', store_address })
    const store = { store_id, brand_id: '40001' }
    expect(await good(callNamed(`GET ${brandStores}/{store_id}`), store)).toMatchObject({ store_address })
    expect(await good(callNamed(`GET ${brandStores}`), { brand_id: '40001' })).toMatchObject({ total_count: 1 })
    expect(await remove(`${brandStores}/${store_id}`, { brand_id: '40001' })).toBe(204)
    expect(await refused(callNamed(`GET ${brandStores}/{store_id}`), store)).toBe('404 NOT_FOUND')
    expect(await remove(`${brandStores}/${store_id}`, { brand_id: '40001' })).toBe(404)
    expect(await good(callNamed(`GET ${brandStores}`), { brand_id: '40001' })).toMatchObject({ total_count: 0 })
  })

  test('F10: verbs in paths move the state', async () => {
    const shop = await openShop(openOn)
    const stock_id = await aStock(shop, 'B1')
    for (const [verb, status] of [
      ['start', 'running'],
      ['pause', 'paused'],
      ['restart', 'running'],
      ['stop', 'stoped'],
    ] as const) {
      await shop.good(stockVerb(verb), { ...CREATOR, stock_id })
      expect(await shop.good(showStock, { ...CREATOR, stock_id })).toMatchObject({ status })
    }
  })

  test('F11: the same number with the same content answers the same coupon', async () => {
    const shop = await openShop(openOn)
    const stock_id = await aStock(shop, 'B1')
    expect(await aStock(shop, 'B1')).toBe(stock_id)

    const first = await send(shop, stock_id, 'C1')

    expect(await send(shop, stock_id, 'C1')).toBe(first)
    // The number of a batch is another number.
    expect(await send(shop, stock_id, 'B1')).not.toBe(first)
    expect(await shop.good(listCoupons, OF_USER)).toMatchObject({ total_count: 2 })
    expect(await shop.good(listStocks, { ...CREATOR, ...FIRST })).toMatchObject({ total_count: 1 })
  })

  test('F11: the same number with other content gets the error of the page, or changes the thing', async () => {
    const { good, refused } = await openShop(openOn)
    const cancel = callNamed('POST /v3/ecommerce/account/cancel-applications')
    const withdraw = callNamed('POST /v3/merchant/fund/withdraw')
    const asked = { out_request_no: 'W1', amount: 100, account_type: 'BASIC' }
    const { withdraw_id } = await good(withdraw, asked)
    // Its page has no error for that.
    expect(await good(withdraw, { ...asked, amount: 200 })).toMatchObject({ withdraw_id })
    const query = callNamed('GET /v3/merchant/fund/withdraw/out-request-no/{out_request_no}')
    expect(await good(query, { out_request_no: 'W1' })).toMatchObject({ withdraw_id, amount: 200 })

    const application_info = [{ application_type: 'SP_MERCHANT_APPLICATION', application_media_id: 'M1' }]
    const application = { sub_mchid: '1900000109', out_apply_no: 'A1', application_info }
    const first = await good(cancel, application)
    expect(await good(cancel, application)).toEqual(first)
    expect(await refused(cancel, { ...application, sub_mchid: '1900000110' })).toBe('400 INVALID_REQUEST')
  })

  test.for([
    ['ecommerce', { receiver_account: '1900000110' }],
    ['brand', { account: '1900000110' }],
  ] as const)('F4: what is left of an order is known to the shares of %s', async ([path, account]) => {
    const { good, refused, control, clientOf } = await openShop(openOn)
    const transaction_id = '4200001234202611250000000001'
    const amounts = callNamed(`GET /v3/${path}/profitsharing/orders/{transaction_id}/amounts`)
    expect(await refused(amounts, { transaction_id })).toBe('404 RESOURCE_NOT_EXISTS')
    // A fee of 0.6 % stays.
    await control.addOrder({ out_trade_no: 'O1', transaction_id, total: 1_000, profit_sharing: true })
    expect(await good(amounts, { transaction_id })).toMatchObject({ transaction_id, unsplit_amount: 994 })

    const receiver = { type: 'MERCHANT_ID', ...account, amount: 300, description: '佣金' }
    const share = {
      sub_mchid: '1900000109',
      brand_mchid: '1900000111',
      transaction_id,
      receivers: [receiver],
      finish: false,
    }
    const { brand_mchid: _, ...ofPlatform } = share
    const orders = callNamed(`POST /v3/${path}/profitsharing/orders`)
    const given = path === 'brand' ? share : ofPlatform
    for (const out_order_no of ['P1', 'P1', 'P2']) await good(orders, { ...given, out_order_no })
    expect(await good(amounts, { transaction_id })).toMatchObject({ unsplit_amount: 394 })

    const { mchid } = await control.createMerchant({})
    const other = await clientOf(mchid)
    expect(await other.call(amounts, { transaction_id })).toMatchObject({ status: 404 })

    const finish = callNamed(`POST /v3/${path}/profitsharing/finish-order`)
    await good(finish, { sub_mchid: share.sub_mchid, transaction_id, out_order_no: 'F1', description: '完结' })
    expect(await good(amounts, { transaction_id })).toMatchObject({ unsplit_amount: 0 })
    // An order that is known from its share only.
    await good(orders, { ...given, out_order_no: 'P3', transaction_id: '4200009' })
    expect(await good(amounts, { transaction_id: '4200009' })).toMatchObject({ unsplit_amount: 0 })
  })

  test.for(['ecommerce', 'brand'])('each share of %s has a number of its own, after a return too', async (path) => {
    const { good } = await openShop(openOn)
    const { share, orders } = sharesOf(path)
    const a1 = await good(orders, { ...share, out_order_no: 'A1' })

    const returns = callNamed(`POST /v3/${path}/profitsharing/returnorders`)
    const back = { sub_mchid: share.sub_mchid, return_mchid: '1900000110', amount: 30, description: '退货' }
    const first = await good(returns, { ...back, out_order_no: 'A1', out_return_no: 'R1' })
    expect(first).toMatchObject({ order_id: a1.order_id })

    const a2 = await good(orders, { ...share, out_order_no: 'A2' })
    const finish = callNamed(`POST /v3/${path}/profitsharing/finish-order`)
    const { sub_mchid, transaction_id } = share
    const end = await good(finish, { sub_mchid, transaction_id, out_order_no: 'F1', description: '完结' })
    expect(new Set([a1.order_id, a2.order_id, end.order_id]).size).toBe(3)
    const second = await good(returns, { ...back, order_id: a2.order_id, out_return_no: 'R2' })
    expect(second).toMatchObject({ out_order_no: 'A2' })
  })

  test.for([
    ['complaints', 'POST /v3/merchant-service/complaint-notifications', { url: HOOK }, 'COMPLAINT.CREATE'],
    ['cash coupons', 'POST /v3/marketing/favor/callbacks', { mchid: '1900000001', notify_url: HOOK }, 'COUPON.USE'],
    [
      'invoices',
      'PATCH /v3/new-tax-control-fapiao/merchant/development-config',
      { callback_url: HOOK },
      'FAPIAO.ISSUED',
    ],
  ] as const)('callbacks of %s go to the address set for them, however much is made later', async (row) => {
    const { good, control, callbacks } = await openShop(openOn)
    const later = new Date(NOON + 1_000).toISOString()
    const orders = Array.from({ length: 51 }, (_, i) => ({ out_order_no: `S${i}` }))
    await control.restore({
      remembered: orders.map((members) => ({
        product: 'payscore',
        name: 'out_order_no',
        value: members.out_order_no,
        members,
        time: later,
      })),
    })
    const [, call, setting, event_type] = row
    await good(callNamed(call), setting)

    await control.sendNotification({ event_type })

    expect(callbacks).toMatchObject([{ url: HOOK, event_type }])
  })

  test('an application that was not handed in gets the error of its page, though its status is 400', async () => {
    const { good, refused, control } = await openShop(openOn)
    const path = '/v3/applyment4sub/applyment'
    const [byCode, byId] = [`${path}/business_code/{business_code}`, `${path}/applyment_id/{applyment_id}`]
    expect(await refused(callNamed(`GET ${byCode}`), { business_code: 'NOPE' })).toBe('400 APPLYMENT_NOT_EXIST')
    expect(await refused(callNamed(`GET ${byId}`), { applyment_id: '1' })).toBe('400 APPLYMENT_NOT_EXIST')
    expect(JSON.stringify((await control.journal({ limit: 1 })).at(0))).toContain('no call has brought')
    // Only the merchant is said not to exist there.
    await good(callNamed('PATCH /v3/smartguide/guides/{guide_id}'), { guide_id: 'NOPE' })
  })

  test.for(['ecommerce', 'brand'])('the query of a finished order of %s shows no receiver', async (path) => {
    const { good } = await openShop(openOn)
    const { share, orders } = sharesOf(path)
    const { sub_mchid, transaction_id } = share
    await good(orders, { ...share, out_order_no: 'A1' })
    const finish = callNamed(`POST /v3/${path}/profitsharing/finish-order`)

    await good(finish, { sub_mchid, transaction_id, out_order_no: 'F1', description: '完结' })

    const query = callNamed(`GET /v3/${path}/profitsharing/orders`)
    const shown = await good(query, { sub_mchid, transaction_id, out_order_no: 'F1' })
    expect(shown).toMatchObject({ receivers: [], finish_description: '完结' })
    const receivers = [{ amount: 300, description: '佣金' }]
    expect(await good(query, { sub_mchid, transaction_id, out_order_no: 'A1' })).toMatchObject({ receivers })
  })

  test('the invoices of an application are only those that a query names', async () => {
    const { good, refused, control } = await openShop(openOn)
    const applications = '/v3/new-tax-control-fapiao/fapiao-applications/{fapiao_apply_id}'
    const asked = { fapiao_apply_id: 'FA1', sub_mchid: '1900000109' }
    const invoices = ['F1', 'F2'].map((fapiao_id) => ({ fapiao_id, status: 'ISSUED' }))
    await control.restore({
      remembered: [
        {
          product: 'fapiao',
          name: 'fapiao_apply_id',
          value: 'FA1',
          members: { ...asked, total_count: 2, fapiao_information: invoices },
        },
        ...invoices.map((one) => ({
          product: 'fapiao',
          name: 'fapiao_id',
          value: one.fapiao_id,
          members: { ...asked, ...one },
        })),
      ],
    })
    const lists = [
      [callNamed(`GET ${applications}`), 'fapiao_information'],
      [callNamed(`GET ${applications}/fapiao-files`), 'fapiao_download_info_list'],
    ] as const
    for (const [query, name] of lists) {
      expect(await good(query, asked)).toMatchObject({ [name]: [{}, {}] })
      const { [name]: shown } = await good(query, { ...asked, fapiao_id: 'F2' })
      expect(shown).toMatchObject([{ fapiao_id: 'F2' }])
      expect(await refused(query, { ...asked, fapiao_id: 'NONE' })).toBe('404 RESOURCE_NOT_EXISTS')
    }
    // A question changes nothing.
    expect(await good(callNamed(`GET ${applications}`), asked)).toMatchObject({
      total_count: 2,
      fapiao_information: [{}, {}],
    })
  })

  test('the merchants and goods of a batch are listed as they were told', async () => {
    const { good } = await openShop(openOn)
    const coupon_use_rule = { available_merchants: ['1900000001', '1900000002', '1900000003'], available_items: ['G1'] }
    const without = await good(createStock, { ...STOCK, out_request_no: 'B2' })
    const items = callNamed('GET /v3/marketing/favor/stocks/{stock_id}/items')
    const ofOther = { ...CREATOR, ...FIRST, stock_id: without.stock_id }
    expect(await good(items, ofOther)).toMatchObject({ total_count: 0, data: [] })
    const { stock_id } = await good(createStock, { ...STOCK, coupon_use_rule, out_request_no: 'B1' })
    const listed = async (what: string) =>
      good(callNamed(`GET /v3/marketing/favor/stocks/{stock_id}/${what}`), {
        ...CREATOR,
        stock_id,
        offset: 0,
        limit: 2,
      })

    expect(await listed('merchants')).toMatchObject({ total_count: 3, data: ['1900000001', '1900000002'] })
    expect(await listed('items')).toMatchObject({ total_count: 1, data: ['G1'] })
  })

  test('a coupon has the words of its batch, and the batch the terms that it was told', async () => {
    const shop = await openShop(openOn)
    const fixed_normal_coupon = { coupon_amount: 100, transaction_minimum: 500 }
    const { stock_id } = await shop.good(createStock, {
      ...STOCK,
      out_request_no: 'B1',
      pattern_info: { description: '满减说明' },
      coupon_use_rule: { ...STOCK.coupon_use_rule, fixed_normal_coupon, combine_use: true },
    })
    await send(shop, String(stock_id), 'C1')

    expect(await shop.good(showStock, { ...CREATOR, stock_id })).toMatchObject({
      description: '满减说明',
      stock_use_rule: { max_coupons: 100, fixed_normal_coupon, combine_use: true },
    })
    expect((await shop.good(listCoupons, OF_USER)).data).toMatchObject([
      { description: '满减说明', normal_coupon_information: fixed_normal_coupon },
    ])
  })

  test('the settlement account is shown as it was changed, its number masked', async () => {
    const { good, encrypt } = await openShop(openOn)
    const account = { account_type: 'ACCOUNT_TYPE_BUSINESS', account_bank: '招商银行' }
    const merchants = '/v3/apply4sub/sub_merchants/{sub_mchid}'
    const query = callNamed(`GET ${merchants}/settlement`)
    const sub_mchid = '1900000109'

    const { application_no } = await good(callNamed(`POST ${merchants}/modify-settlement`), {
      ...account,
      sub_mchid,
      account_number: encrypt('6225880000009999'),
    })

    const masked = { ...account, account_number: '62************99' }
    expect(await good(query, { sub_mchid })).toMatchObject(masked)
    expect(await good(query, { sub_mchid, account_number_rule: 'ACCOUNT_NUMBER_RULE_MASK_V2' })).toMatchObject({
      account_number: '622588******9999',
    })
    const application = callNamed(`GET ${merchants}/application/{application_no}`)
    expect(await good(application, { sub_mchid, application_no })).toMatchObject(masked)
    expect(await good(query, { sub_mchid: '1900000110' })).not.toMatchObject(account)
  })

  test('a member of a mall has no points to submit once they were submitted', async () => {
    const { good } = await openShop(openOn)
    const asked = { openid: 'oUser', appid: APPID, brandid: 1000 }
    const status = callNamed('GET /v3/businesscircle/users/{openid}/points/commit_status')
    expect(await good(status, asked)).toEqual({ points_commit_status: 'PENDING' })

    await good(callNamed('POST /v3/businesscircle/points/notify'), {
      transaction_id: '4200000000000000000000000001',
      appid: APPID,
      openid: 'oUser',
      earn_points: true,
      increased_points: 10,
      points_update_time: TIME,
    })

    expect(await good(status, asked)).toEqual({ points_commit_status: 'FINISHED' })
    expect(await good(status, { ...asked, openid: 'oOther' })).toEqual({ points_commit_status: 'PENDING' })
  })

  test('an activity of gifts is shown as it was told, and of the merchant that made it', async () => {
    const { good } = await openShop(openOn)
    const { activity, make } = giftActivity
    const { activity_id } = await good(make, activity)

    expect(
      await good(callNamed('GET /v3/marketing/paygiftactivity/activities/{activity_id}'), { activity_id }),
    ).toMatchObject({
      activity_base_info: activity.activity_base_info,
      award_send_rule: { full_send_rule: activity.award_send_rule },
      belong_merchant_id: '1900000001',
      creator_merchant_id: '1900000001',
    })
  })

  test('an invoice is issued, put into a wallet and reversed, and the others of its application stay', async () => {
    const { good, control } = await openShop(openOn)
    const applications = '/v3/new-tax-control-fapiao/fapiao-applications'
    const asked = { fapiao_apply_id: 'FA1', sub_mchid: '1900000109' }
    const item = { tax_code: '3010101020203000000', quantity: 100_000_000, discount: false }
    const invoice = (fapiao_id: string, total_amount: number) => ({
      fapiao_id,
      total_amount,
      need_list: false,
      items: [{ ...item, total_amount, tax_rate: 1_300 }],
    })
    const buyer_information = { type: 'ORGANIZATION', name: '买方' }
    await good(callNamed(`POST ${applications}`), {
      ...asked,
      scene: 'WITH_WECHATPAY',
      buyer_information,
      fapiao_information: [invoice('F1', 1_130), invoice('F2', 2_260)],
    })
    const query = callNamed(`GET ${applications}/{fapiao_apply_id}`)
    const shown = async (fapiao_id: string) => {
      const { fapiao_information } = await good(query, { ...asked, fapiao_id })
      return (fapiao_information as Record<string, unknown>[])[0] ?? {}
    }
    const send = async (event_type: string) =>
      control.sendNotification({ event_type, url: HOOK, resource: { fapiao_apply_id: 'FA1' } })

    expect(await shown('F1')).toMatchObject({
      status: 'ISSUE_ACCEPTED',
      total_amount: 1_130,
      amount: 1_000,
      tax_amount: 130,
      items: [{ total_amount: 1_130, amount: 1_000, tax_amount: 130, tax_rate: 1_300, unit_price: 1_000_000_000 }],
    })
    expect(await shown('F1')).not.toHaveProperty('blue_fapiao')

    await send('FAPIAO.ISSUED')
    const { blue_fapiao, card_information } = await shown('F1')
    expect(blue_fapiao).toMatchObject({ fapiao_number: expect.any(String) })
    expect(card_information).toEqual({
      card_appid: expect.any(String),
      card_openid: expect.any(String),
      card_status: 'INSERT_ACCEPTED',
    })
    await send('FAPIAO.CARD_INSERTED')
    expect(await shown('F1')).toMatchObject({
      blue_fapiao,
      card_information: { ...(card_information as object), card_status: 'INSERTED', card_code: expect.any(String) },
    })

    const { fapiao_number } = blue_fapiao as { fapiao_number: string }
    await good(callNamed(`POST ${applications}/{fapiao_apply_id}/reverse`), {
      ...asked,
      reverse_reason: '退款',
      fapiao_information: [{ fapiao_id: 'F1', fapiao_number }],
    })
    expect(await shown('F1')).toMatchObject({ status: 'REVERSE_ACCEPTED', total_amount: 1_130, blue_fapiao })
    expect(await shown('F2')).toMatchObject({ status: 'ISSUED', total_amount: 2_260 })

    await send('FAPIAO.REVERSED')
    const { status, red_fapiao } = await shown('F1')
    expect(status).toBe('REVERSED')
    expect(red_fapiao).not.toMatchObject({ fapiao_number })
  })

  test('the title of an invoice is unknown until the user or the application gives it', async () => {
    const { good, refused, control } = await openShop(openOn)
    const titles = '/v3/new-tax-control-fapiao/user-title'
    const asked = { fapiao_apply_id: 'FA1', sub_mchid: '1900000109', scene: 'WITH_WECHATPAY' }
    const { scene: _, ...named } = asked
    const link = { ...named, source: 'WEB', total_amount: 1_000, openid: 'oUser', appid: APPID, seller_name: '店' }
    await good(callNamed(`GET ${titles}/title-url`), link)
    expect(await refused(callNamed(`GET ${titles}`), asked)).toBe('404 RESOURCE_NOT_EXISTS')

    const resource = { fapiao_apply_id: 'FA1' }
    await control.sendNotification({ event_type: 'FAPIAO.USER_APPLIED', url: HOOK, resource })
    expect(await good(callNamed(`GET ${titles}`), asked)).toMatchObject({ type: 'ORGANIZATION' })

    const buyer_information = { type: 'INDIVIDUAL', name: '张三' }
    await good(callNamed('POST /v3/new-tax-control-fapiao/fapiao-applications'), {
      ...asked,
      fapiao_apply_id: 'FA2',
      buyer_information,
      fapiao_information: [],
    })
    expect(await good(callNamed(`GET ${titles}`), { ...asked, fapiao_apply_id: 'FA2' })).toEqual(buyer_information)
  })

  test('an invoice that the merchant issued is in the wallet that it was put into', async () => {
    const { good, control } = await openShop(openOn)
    const applications = '/v3/new-tax-control-fapiao/fapiao-applications/{fapiao_apply_id}'
    const asked = { fapiao_apply_id: 'FA1', sub_mchid: '1900000109' }
    const resource = { fapiao_apply_id: 'FA1' }
    await control.sendNotification({ event_type: 'FAPIAO.USER_APPLIED', url: HOOK, resource })
    const number = { fapiao_number: '12897794', fapiao_time: TIME }
    const amounts = { total_amount: 1_130, tax_amount: 130, amount: 1_000 }
    const seller_information = { name: '卖方', taxpayer_id: '202003261233701778' }
    const extra_information = { drawer: '张三' }
    const card = { fapiao_media_id: 'M1', ...number, ...amounts, seller_information, extra_information }
    const buyer_information = { type: 'INDIVIDUAL', name: '张三' }
    await good(callNamed(`POST ${applications}/insert-cards`), {
      ...asked,
      scene: 'WITH_WECHATPAY',
      buyer_information,
      fapiao_card_information: [card],
    })

    expect(await good(callNamed(`GET ${applications}`), asked)).toMatchObject({
      total_count: 1,
      fapiao_information: [
        {
          ...amounts,
          status: 'ISSUED',
          blue_fapiao: number,
          card_information: { card_status: 'INSERT_ACCEPTED' },
          buyer_information,
          seller_information,
        },
      ],
    })
  })

  test('the merchants of a gift activity are those that were told, added and removed', async () => {
    const { good } = await openShop(openOn)
    const { activity, make } = giftActivity
    const { activity_id } = await good(make, activity)
    const merchants = '/v3/marketing/paygiftactivity/activities/{activity_id}/merchants'
    const listed = async (query: object = {}) => good(callNamed(`GET ${merchants}`), { activity_id, ...query })
    const idsOf = async () => idsIn(await listed(), 'mchid')
    expect(await idsOf()).toEqual(['1900000201', '1900000202'])

    const [add, remove] = [callNamed(`POST ${merchants}/add`), callNamed(`POST ${merchants}/delete`)]
    await good(add, { activity_id, merchant_id_list: ['1900000203', '1900000202'], add_request_no: 'A1' })
    await good(remove, { activity_id, merchant_id_list: ['1900000201'], delete_request_no: 'D1' })

    expect(await idsOf()).toEqual(['1900000202', '1900000203'])
    expect(await listed({ offset: 1, limit: 1 })).toMatchObject({ total_count: 2, data: [{ mchid: '1900000202' }] })
  })

  test('a store has the merchants that were bound to it', async () => {
    const { good } = await openShop(openOn)
    const stores = '/v3/brand/partner/store/brandstores'
    const store_address = { address_code: '440300', address_detail: '海天二路' }
    const { store_id } = await good(callNamed(`POST ${stores}`), { brand_id: '40001', store_address })
    const store = { store_id, brand_id: '40001' }
    const bind = callNamed(`POST ${stores}/{store_id}/bindrecipient`)
    const shown = async () => (await good(callNamed(`GET ${stores}/{store_id}`), store)).store_recipient

    const [one, other] = ['1900000201', '1900000202'].map((mchid) => ({ mchid, company_name: `公司${mchid}` }))
    await good(bind, { ...store, ...one })
    await good(bind, { ...store, ...other })
    expect(await shown()).toMatchObject([{ ...one, recipient_state: 'CONFIRMED' }, other])

    await good(callNamed(`POST ${stores}/{store_id}/unbindrecipient`), { ...store, mchid: one?.mchid })
    expect(await shown()).toMatchObject([other])
  })

  test('the history of a complaint has what callbacks and calls told of it, and its state follows', async () => {
    const { good, control } = await openShop(openOn)
    const complaint = '/v3/merchant-service/complaints-v2/{complaint_id}'
    const asked = { complaint_id: 'C1' }
    const query = callNamed(`GET ${complaint}`)
    const send = async (action_type: string, event_type = 'COMPLAINT.STATE_CHANGE') =>
      control.sendNotification({ event_type, url: HOOK, resource: { complaint_id: 'C1', action_type } })
    const history = async (page: object = {}) =>
      good(callNamed(`GET ${complaint}/negotiation-historys`), { ...asked, ...page })
    await send('CREATE_COMPLAINT', 'COMPLAINT.CREATE')
    expect(await history()).toMatchObject({ total_count: 1, data: [{ operate_type: 'USER_CREATE_COMPLAINT' }] })

    await good(callNamed(`POST ${complaint}/response`), {
      ...asked,
      complainted_mchid: '1900000001',
      response_content: '已联系',
    })
    expect(await good(query, asked)).toMatchObject({ complaint_state: 'PROCESSING', incoming_user_response: false })
    await send('USER_RESPONSE')
    expect(await good(query, asked)).toMatchObject({ complaint_state: 'PROCESSING', incoming_user_response: true })
    await good(callNamed(`POST ${complaint}/update-refund-progress`), {
      ...asked,
      action: 'REJECT',
      reject_reason: '已退',
    })
    expect(await good(query, asked)).toMatchObject({ complaint_state: 'PROCESSED' })
    await send('CONTINUE_COMPLAINT')
    expect(await good(query, asked)).toMatchObject({ complaint_state: 'PENDING', user_complaint_times: 2 })

    const all = await history()
    expect(all).toMatchObject({
      total_count: 5,
      data: [
        { operate_type: 'USER_CREATE_COMPLAINT' },
        { operate_type: 'MERCHANT_RESPONSE', operate_details: '已联系' },
        { operate_type: 'USER_RESPONSE' },
        { operate_type: 'MERCHANT_REFUSE_RERUND', operate_details: '已退' },
        { operate_type: 'USER_CONTINUE_COMPLAINT' },
      ],
    })
    expect(new Set(idsIn(all, 'log_id')).size).toBe(5)
    expect(await history()).toEqual(all)
    expect((await history({ offset: 1, limit: 1 })).data).toMatchObject([{ operate_details: '已联系' }])
  })

  test.for([
    ['ecommerce', 'TRANSACTION.SUCCESS/ecommerce', 'receiver_account'],
    ['brand', 'TRANSACTION.SUCCESS/brand-profit-sharing', 'account'],
  ] as const)('a share of %s has succeeded once its callbacks said so', async ([path, event_type, account]) => {
    const { good, control } = await openShop(openOn)
    const { share, orders } = sharesOf(path)
    const other = { type: 'MERCHANT_ID', [account]: '1900000112', amount: 200, description: '佣金' }
    await good(orders, { ...share, out_order_no: 'A1', receivers: [...share.receivers, other] })
    const { sub_mchid, transaction_id } = share
    const query = async () =>
      good(callNamed(`GET /v3/${path}/profitsharing/orders`), { sub_mchid, transaction_id, out_order_no: 'A1' })
    const paid = async (receiver: string) => {
      const resource = { out_order_no: 'A1', receiver: { account: receiver } }
      await control.sendNotification({ event_type, url: HOOK, resource })
    }

    await paid('1900000112')
    expect(await query()).toMatchObject({
      status: 'PROCESSING',
      receivers: [{ result: 'PENDING' }, { result: 'SUCCESS', amount: 200 }],
    })
    await paid('1900000110')
    expect(await query()).toMatchObject({
      status: 'FINISHED',
      receivers: [{ result: 'SUCCESS' }, { result: 'SUCCESS' }],
    })
  })

  test.for([
    ['COMPLAINT.CREATE', 'complaint_id'],
    ['MALL_TRANSACTION.SUCCESS', 'transaction_id'],
  ] as const)('%s tells of another thing each time, unless a test names it', async ([event_type, number]) => {
    const { control, callbacks } = await openShop(openOn)
    await control.sendNotification({ event_type, url: HOOK })
    await control.sendNotification({ event_type, url: HOOK })
    await control.sendNotification({ event_type, url: HOOK, resource: { [number]: 'N1' } })

    const numbers = callbacks.map(({ resource }) => (resource as Record<string, unknown>)[number])
    expect(new Set(numbers).size).toBe(3)
    expect(numbers[2]).toBe('N1')
  })

  test('applications and withdrawals with the same number are different things', async () => {
    const { good, control, refused } = await openShop(openOn)
    const withdrawals = '/v3/ecommerce/fund/withdraw'
    const byNumber = (path: string) => callNamed(`GET ${path}/out-request-no/{out_request_no}`)
    const number = { out_request_no: 'N1' }
    const asked = { ...number, sub_mchid: '1900000109' }
    const { withdraw_id } = await good(callNamed(`POST ${withdrawals}`), { ...asked, amount: 100, remark: '二级' })
    const own = '/v3/merchant/fund/withdraw'
    expect(await refused(byNumber(own), number)).toBe('404 ORDER_NOT_EXIST')

    const other = await good(callNamed(`POST ${own}`), { ...number, amount: 200, account_type: 'BASIC' })

    expect(other.withdraw_id).not.toBe(withdraw_id)
    expect(await good(byNumber(own), number)).toMatchObject({ withdraw_id: other.withdraw_id, amount: 200 })
    expect(await good(byNumber(withdrawals), asked)).toMatchObject({ withdraw_id, amount: 100, remark: '二级' })
    const resource = { out_request_no: 'N1', withdraw_id }
    await control.sendNotification({ event_type: 'MCHWITHDRAW.CHANGE', url: HOOK, resource })
    expect(await good(byNumber(withdrawals), asked)).toMatchObject({ withdraw_id, amount: 100, status: 'SUCCESS' })
  })

  test('nothing of one merchant is listed for, repeated to or deleted by another', async () => {
    const shop = await openShop(openOn)
    const stock_id = await aStock(shop, 'B1')
    const { mchid } = await shop.control.createMerchant({})
    const other = await shop.clientOf(mchid)
    const asked = { stock_creator_mchid: mchid, ...FIRST }

    expect((await other.call(listStocks, asked)).body).toMatchObject({ total_count: 0, data: [] })
    const { body } = await other.call(createStock, { ...STOCK, out_request_no: 'B1' })
    expect(body).toMatchObject({ stock_id: expect.not.stringMatching(stock_id) })
    const violations: Callable = callNamed('POST /v3/merchant-risk-manage/violation-notifications')
    await shop.good(violations, { notify_url: 'https://shop.example.com/v' })
    expect(await other.call({ ...violations, method: 'DELETE' }, {})).toMatchObject({ status: 404 })
    expect(await shop.good({ ...violations, method: 'GET' })).toMatchObject({
      notify_url: 'https://shop.example.com/v',
    })
    expect(await shop.good(listStocks, { ...CREATOR, ...FIRST })).toMatchObject({ total_count: 1 })
  })

  test('the journal says that a number may have been forgotten', async () => {
    const { refused, control } = await openShop(openOn)
    const explained = async () => JSON.stringify((await control.journal({ limit: 1 })).at(0))
    const asked = { ...CREATOR, stock_id: '1' }
    expect(await refused(showStock, asked)).toBe('404 RESOURCE_NOT_EXISTS')
    expect(await explained()).not.toContain('forgotten')
    const remembered = Array.from({ length: REMEMBERED_LIMIT }, (_, i) => ({
      product: 'payscore',
      name: 'out_order_no',
      value: `S${i}`,
      time: new Date(NOON).toISOString(),
    }))
    await control.restore({ remembered })

    await refused(showStock, asked)

    expect(await explained()).toContain(`or it was forgotten: the latest ${REMEMBERED_LIMIT} numbers`)
  })
}

describe('in memory', () => keep(async (options) => createMock(options)))

describe('in a data file', () =>
  keep(async ({ seed: _, store: __, ...options }) => openMock({ ...options, seed: 'empty', data: await aDataFile() })))

describe('the catalogue', () => {
  const shaped = operationsOf(products).filter(
    (one): one is ShapedOperation => one instanceof ShapedOperation && one.shaped,
  )

  test('says which lists have what was made, and which stay samples', () => {
    const lists = shaped.flatMap(({ id, facts, product }) => {
      const objects = (facts.answer ?? []).filter(({ list, members }) => list && members)
      if (facts.method !== 'GET' || objects.length === 0 || facts.path.endsWith('}')) return []
      const list = numbersOfProduct(factsOf(product.id)).listOf(facts)
      return `${id}: ${list ? `${list.field.name} by ${list.number}` : 'sample'}`
    })
    expect(lists).toMatchInlineSnapshot(`
      [
        "GET /v3/brand/card/card-links: sample",
        "GET /v3/brand/marketing/shake-activities/activities: sample",
        "GET /v3/brand/partner/card-member/cards: data by card_id",
        "GET /v3/brand/partner/card-member/membership-activities: data by activity_id",
        "GET /v3/brand/partner/card-member/user-cards: data by user_card_code",
        "GET /v3/brand/partner/store/brandstores: data by store_id",
        "GET /v3/brand/profitsharing/orders: sample",
        "GET /v3/capital/capitallhh/areas/provinces: sample",
        "GET /v3/capital/capitallhh/areas/provinces/{province_code}/cities: sample",
        "GET /v3/capital/capitallhh/banks/corporate-banking: sample",
        "GET /v3/capital/capitallhh/banks/personal-banking: sample",
        "GET /v3/capital/capitallhh/banks/search-banks-by-bank-account: sample",
        "GET /v3/capital/capitallhh/banks/{bank_alias_code}/branches: sample",
        "GET /v3/ecommerce/bill/fundflowbill: sample",
        "GET /v3/ecommerce/profitsharing/orders: sample",
        "GET /v3/edu-papay/user/{openid}/contracts: data by plan_id",
        "GET /v3/marketing/bank/packages/{package_id}/tasks: sample",
        "GET /v3/marketing/favor/stocks: data by stock_id",
        "GET /v3/marketing/favor/users/{openid}/coupons: data by coupon_id",
        "GET /v3/marketing/goods-subsidy-activity/activities: sample",
        "GET /v3/marketing/goods-subsidy-activity/retail-store-act/{activity_id}/representatives: sample",
        "GET /v3/marketing/goods-subsidy-activity/retail-store-act/{brand_id}/stores: data by store_code",
        "GET /v3/marketing/partner/delivery-plan/delivery-plans/{brand_id}/delivery-plans: plan_list by plan_id",
        "GET /v3/marketing/partnerships: sample",
        "GET /v3/marketing/paygiftactivity/activities: data by activity_id",
        "GET /v3/marketing/paygiftactivity/activities/{activity_id}/goods: sample",
        "GET /v3/marketing/paygiftactivity/activities/{activity_id}/merchants: sample",
        "GET /v3/merchant-service/complaints: sample",
        "GET /v3/merchant-service/complaints-v2: data by complaint_id",
        "GET /v3/merchant-service/complaints-v2/{complaint_id}/negotiation-historys: sample",
        "GET /v3/merchant-service/complaints/{transaction_id}/negotiation-historys: sample",
        "GET /v3/merchantfund/merchant/income-records: sample",
        "GET /v3/merchantfund/partner/income-records: sample",
        "GET /v3/new-tax-control-fapiao/fapiao-applications/{fapiao_apply_id}/fapiao-files: fapiao_download_info_list by fapiao_id",
        "GET /v3/new-tax-control-fapiao/fapiaomerchant/listspinvitemchinfo: sample",
        "GET /v3/new-tax-control-fapiao/merchant/tax-codes: sample",
        "GET /v3/parking/reminders/applications: application_list by parking_lot_audit_no",
        "GET /v3/payroll-card/authentications: data by authenticate_number",
        "GET /v3/payscore/merchant-bill: sample",
        "GET /v3/payscore/partner/serviceorder: sample",
        "GET /v3/payscore/serviceorder: sample",
        "GET /v3/smartguide/guides: data by guide_id",
        "GET /v3/subscription-billing/transactions: data by subscription_id",
      ]
    `)
  })

  test('says which state each verb in a path leads to', () => {
    const moves = shaped.flatMap(({ id, facts, product }) => {
      const moved = movedBy(facts, numbersOfProduct(factsOf(product.id)))
      const isVerb = verbOf(facts) !== undefined || /\}\/[a-z-]+$/.test(facts.path)
      if (Object.keys(moved).length === 0 && (facts.method === 'GET' || !isVerb)) return []
      return `${id}: ${Object.keys(moved).length === 0 ? 'no state' : JSON.stringify(moved)}`
    })
    expect(moves).toMatchInlineSnapshot(`
      [
        "DELETE /v3/marketing/goods-subsidy-activity/retail-store-act/{activity_id}/representative: no state",
        "DELETE /v3/marketing/goods-subsidy-activity/retail-store-act/{brand_id}/stores: no state",
        "POST /v3/apply4sub/sub_merchants/{sub_mchid}/modify-settlement: no state",
        "POST /v3/apply4subject/applyment/{business_code}/cancel: {"applyment_state":"APPLYMENT_STATE_CANCELED"}",
        "POST /v3/brand/applyments/cancel-applyment: {"applyment_state":"APPLYMENT_STATE_CANCELED"}",
        "POST /v3/brand/card/card-configs/cancel-applyment: {"applyment_state":"CANCELED"}",
        "POST /v3/brand/card/card-configs/publish: {"applyment_state":"PUBLISHED"}",
        "POST /v3/brand/card/card-links/cancel-applyment: {"configuration_state":"CANCELED"}",
        "POST /v3/brand/partner/card-member/cards/{card_id}/invalidate: {"state":"CARD_INVALID"}",
        "POST /v3/brand/partner/card-member/membership-activities/{activity_id}/terminate: {"activity_state":"MEMBERSHIP_ACTIVITY_TERMINATED"}",
        "POST /v3/brand/partner/card-member/user-cards/{user_card_code}/confirm: {"user_card_state":"EFFECTIVE"}",
        "POST /v3/brand/partner/card-member/user-cards/{user_card_code}/invalidate: {"user_card_state":"INVALID"}",
        "POST /v3/brand/partner/card-member/user-points/exchange-coupon/confirm: no state",
        "POST /v3/brand/partner/store/brandstores/{store_id}/bindrecipient: no state",
        "POST /v3/brand/partner/store/brandstores/{store_id}/close: {"store_state":"CLOSED"}",
        "POST /v3/brand/partner/store/brandstores/{store_id}/resume: {"store_state":"OPEN"}",
        "POST /v3/brand/partner/store/brandstores/{store_id}/unbindrecipient: no state",
        "POST /v3/brand/profitsharing/finish-order: {"finish":true,"receivers":[]}",
        "POST /v3/businesscircle/points/notify: {"points_commit_status":"FINISHED"}",
        "POST /v3/discount-card/cards/{out_card_code}/add-user-records: no state",
        "POST /v3/ecommerce/account/cancel-applications: no state",
        "POST /v3/ecommerce/profitsharing/finish-order: {"finish":true,"receivers":[]}",
        "POST /v3/ecommerce/subsidies/cancel: no state",
        "POST /v3/edu-papay/user-notifications/{contract_id}/send: no state",
        "POST /v3/fund-app/mch-transfer/reservation/transfer-batches/out-batch-no/{out_batch_no}/close: {"batch_state":"CLOSED"}",
        "POST /v3/goldplan/merchants/close-advertising-show: no state",
        "POST /v3/marketing/bank/packages/{package_id}/tasks: no state",
        "POST /v3/marketing/favor/stocks/{stock_id}/modify-goods-id: no state",
        "POST /v3/marketing/favor/stocks/{stock_id}/pause: {"status":"paused"}",
        "POST /v3/marketing/favor/stocks/{stock_id}/restart: {"status":"running"}",
        "POST /v3/marketing/favor/stocks/{stock_id}/start: {"status":"running"}",
        "POST /v3/marketing/favor/stocks/{stock_id}/stop: {"status":"stoped"}",
        "POST /v3/marketing/favor/users/{openid}/coupons: no state",
        "POST /v3/marketing/goods-subsidy-activity/activity/{activity_id}/apply: no state",
        "POST /v3/marketing/goods-subsidy-activity/qualification/unlock: no state",
        "POST /v3/marketing/goods-subsidy-activity/retail-store-act/{brand_id}/materials: no state",
        "POST /v3/marketing/goods-subsidy-activity/retail-store-act/{brand_id}/stores: no state",
        "POST /v3/marketing/partner/delivery-plan/delivery-plans/{plan_id}/terminate: {"plan_state":"TERMINATED"}",
        "POST /v3/marketing/partner/delivery-plan/{sp_mchid}/notify-url: no state",
        "POST /v3/marketing/partnerships/terminate: no state",
        "POST /v3/marketing/paygiftactivity/activities/{activity_id}/terminate: {"activity_status":"TERMINATE_ACT_STATUS"}",
        "POST /v3/mchalterapply/mchsubjectalterapplyment/{apply_id}/revoke: no state",
        "POST /v3/merchant-service/complaints-v2/{complaint_id}/complete: {"complaint_state":"PROCESSED"}",
        "POST /v3/merchant-service/complaints-v2/{complaint_id}/response: {"complaint_state":"PROCESSING","incoming_user_response":false}",
        "POST /v3/merchant-service/complaints-v2/{complaint_id}/response-immediate-service: no state",
        "POST /v3/merchant-service/complaints-v2/{complaint_id}/update-refund-progress: no state",
        "POST /v3/new-tax-control-fapiao/fapiao-applications/{fapiao_apply_id}/insert-cards: {"fapiao_information":{"status":"ISSUED","card_information":{"card_status":"INSERT_ACCEPTED"}}}",
        "POST /v3/new-tax-control-fapiao/fapiao-applications/{fapiao_apply_id}/reverse: {"fapiao_information":{"status":"REVERSE_ACCEPTED"}}",
        "POST /v3/papay/contracts/{contract_id}/fail-notify: no state",
        "POST /v3/papay/contracts/{contract_id}/notify: no state",
        "POST /v3/papay/insurance-sign/policy-periods/plan-id/{plan_id}/contract-id/{contract_id}/modify: no state",
        "POST /v3/papay/pay/partner/schedules/contract-id/{contract_id}/schedule: no state",
        "POST /v3/papay/pay/schedules/contract-id/{contract_id}/schedule: no state",
        "POST /v3/papay/sign/contracts/plan-id/{plan_id}/out-contract-code/{out_contract_code}/terminate: {"contract_state":"TERMINATED"}",
        "POST /v3/papay/sign/partner/contracts/plan-id/{plan_id}/out-contract-code/{out_contract_code}/terminate: {"contract_state":"TERMINATED"}",
        "POST /v3/parking/reminders/application/withdraw: {"audit_status":"AUDIT_STATUS_WITHDRAWN"}",
        "POST /v3/partner-papay/contracts/{contract_id}/fail-notify: no state",
        "POST /v3/partner-papay/contracts/{contract_id}/notify: no state",
        "POST /v3/payscore/partner/permissions/authorization-code/{authorization_code}/terminate: {"authorization_state":"UNAVAILABLE"}",
        "POST /v3/payscore/partner/permissions/terminate: no state",
        "POST /v3/payscore/partner/serviceorder/{out_order_no}/cancel: {"state":"REVOKED","state_description":null}",
        "POST /v3/payscore/partner/serviceorder/{out_order_no}/complete: {"state":"DOING","state_description":"MCH_COMPLETE","collection":{"state":"USER_PAYING","paid_amount":0}}",
        "POST /v3/payscore/partner/serviceorder/{out_order_no}/modify: {"collection":{"state":"USER_PAYING","total_amount":null,"paying_amount":null,"paid_amount":0}}",
        "POST /v3/payscore/partner/serviceorder/{out_order_no}/pay: no state",
        "POST /v3/payscore/partner/serviceorder/{out_order_no}/sync: {"state":"DONE","state_description":null,"collection":{"state":"USER_PAID","paying_amount":0,"paid_amount":null}}",
        "POST /v3/payscore/permissions/authorization-code/{authorization_code}/terminate: {"authorization_state":"UNAVAILABLE"}",
        "POST /v3/payscore/permissions/openid/{openid}/terminate: no state",
        "POST /v3/payscore/plan/partner/payscore-plans/merchant-plan-no/{merchant_plan_no}/stop: no state",
        "POST /v3/payscore/plan/payscore-plans/merchant-plan-no/{merchant_plan_no}/stop: no state",
        "POST /v3/payscore/serviceorder/{out_order_no}/cancel: {"state":"REVOKED","state_description":null}",
        "POST /v3/payscore/serviceorder/{out_order_no}/complete: {"state":"DOING","state_description":"MCH_COMPLETE","collection":{"state":"USER_PAYING","paid_amount":0}}",
        "POST /v3/payscore/serviceorder/{out_order_no}/modify: {"collection":{"state":"USER_PAYING","total_amount":null,"paying_amount":null,"paid_amount":0}}",
        "POST /v3/payscore/serviceorder/{out_order_no}/pay: no state",
        "POST /v3/payscore/serviceorder/{out_order_no}/sync: {"state":"DONE","state_description":null,"collection":{"state":"USER_PAID","paying_amount":0,"paid_amount":null}}",
        "POST /v3/payscore/sign-plan/partner/user-sign-plans/merchant-sign-plan-no/{merchant_sign_plan_no}/stop: no state",
        "POST /v3/payscore/sign-plan/user-sign-plans/merchant-sign-plan-no/{merchant_sign_plan_no}/stop: no state",
        "POST /v3/payscore/users/{openid}/permissions/{service_id}/terminate: no state",
        "POST /v3/platsolution/ecommerce/mch-transfer/compensate-bills/out-bill-no/{out_bill_no}/cancel: {"state":"CANCELLED"}",
        "POST /v3/platsolution/ecommerce/mch-transfer/insurance-claim-bills/out-bill-no/{out_bill_no}/cancel: {"state":"CANCELLED"}",
        "POST /v3/platsolution/ecommerce/recharge-employees/sub-mchid/{sub_mchid}/sp-openid/{sp_openid}/delete: no state",
        "POST /v3/smartguide/guides/{guide_id}/assign: no state",
        "POST /v3/subscription-billing/schedule/{subscription_id}/cancel: {"status":"CANCELLED"}",
        "PUT /v3/marketing/goods-subsidy-activity/retail-store-act/{activity_id}/representative: no state",
      ]
    `)
  })
})
