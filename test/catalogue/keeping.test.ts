import { describe, expect, test } from 'vitest'
import { factsOf } from '../../src/catalogue/facts.ts'
import { movedBy, verbOf } from '../../src/catalogue/moves.ts'
import { numbersOfProduct } from '../../src/catalogue/numbers.ts'
import { REMEMBERED_LIMIT } from '../../src/catalogue/remembered.ts'
import { ShapedOperation } from '../../src/catalogue/shaped-operation.ts'
import { operationsOf } from '../../src/engine/product.ts'
import type { Callable } from '../../src/testing/merchant-client.ts'
import { firstProducts } from '../helpers/first-products.ts'
import { NOON } from '../helpers/world.ts'
import { callNamed } from './requests.ts'
import { idsIn, onBothStores, openShop } from './stories.ts'

type Shop = Awaited<ReturnType<typeof openShop>>

const CREATOR = { stock_creator_mchid: '1900000001' }
const TIME = '2026-11-25T12:00:00+08:00'
const FIRST = { offset: 0, limit: 10 }
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

onBothStores((openOn) => {
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
})

describe('the catalogue', () => {
  const shaped = operationsOf(firstProducts).filter(
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
