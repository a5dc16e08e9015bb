import { X509Certificate } from 'node:crypto'
import { describe, expect, onTestFinished, test } from 'vitest'
import { factsOf } from '../../src/catalogue/facts.ts'
import { catalogue } from '../../src/catalogue/index.ts'
import { REMEMBERED_LIMIT } from '../../src/catalogue/remembered.ts'
import type { Product } from '../../src/engine/product.ts'
import type { MockOptions } from '../../src/mock.ts'
import { faultsOfSignature } from '../../src/testing/answer-faults.ts'
import { type Callable, createMerchantClient, platformKeysOf } from '../../src/testing/merchant-client.ts'
import { SIGNATURE_TYPE } from '../../src/wire/protocol/authorization.ts'
import { open } from '../../src/wire/protocol/envelope.ts'
import { encryptField } from '../../src/wire/protocol/sensitive-field.ts'
import { createMock, type OpenedMock, openMock } from '../helpers/engine.ts'
import { firstProducts } from '../helpers/first-products.ts'
import { NOON } from '../helpers/world.ts'
import { aDataFile } from '../stores/data-files.ts'
import { callNamed, saidOf } from './requests.ts'

/** Opens a mock on some store, which is empty. */
export type OpenOn = (options: MockOptions) => Promise<OpenedMock>

/** Defines tests twice: of a mock in memory, and of one with a data file. */
export function onBothStores(tests: (openOn: OpenOn) => void): void {
  describe('in memory', () => tests(async (options) => createMock(options)))
  describe('in a data file', () =>
    tests(async ({ seed: _, store: __, ...options }) =>
      openMock({ ...options, seed: 'empty', data: await aDataFile() }),
    ))
}

/** The values of a member in the list of an answer, sorted. */
export const idsIn = ({ data }: Record<string, unknown>, name: string): unknown[] =>
  (data as Record<string, unknown>[]).map((one) => one[name]).toSorted()

/** A callback that a shop has received, verified and opened. */
interface Opened {
  readonly url: string
  readonly event_type: string
  readonly resource: unknown
}

/** A shop of a merchant, with the callbacks that it has received. */
export async function openShop(openOn: OpenOn, products: readonly Product[] = firstProducts) {
  const callbacks: Opened[] = []
  const mock = await openOn({
    products,
    seed: 'empty',
    clock: { now: () => NOON },
    async receive(request, credentials) {
      const headers = [...request.headers]
      const bytes = new Uint8Array(await request.arrayBuffer())
      const platformKeys = platformKeysOf(credentials)
      const answer = { status: 200, headers, body: bytes }
      expect(faultsOfSignature(answer, { signatureType: SIGNATURE_TYPE, platformKeys, now: NOON })).toEqual([])
      const { event_type, resource } = JSON.parse(Buffer.from(bytes).toString('utf8'))
      const result = open(resource, credentials.api_v3_key ?? '')
      callbacks.push({ url: request.url, event_type, resource: result.ok ? JSON.parse(result.plaintext) : result })
      return new Response(null, { status: 204 })
    },
  })
  onTestFinished(() => mock.close())
  const clientOf = async (mchid?: string) => {
    const credentials = await mock.control.credentials(mchid)
    return createMerchantClient({ credentials, send: (request) => mock.handle(request), now: () => NOON })
  }
  const client = await clientOf()
  const [certificate] = client.credentials.platform_certificates
  const { publicKey } = new X509Certificate(certificate?.certificate ?? '')
  const serial = { wechatpaySerial: 'certificate' } as const
  return {
    mock,
    control: mock.control,
    clientOf,
    callbacks,
    encrypt: (text: string) => encryptField(text, publicKey),
    /** Makes a call that succeeds, and answers its body. */
    async good(call: Callable, input: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
      const { status, body } = await client.call(call, input, serial)
      expect(status, JSON.stringify(body)).toBeLessThan(300)
      return (body ?? {}) as Record<string, unknown>
    },
    /** Makes a call that is refused, and answers status and code. */
    async refused(call: Callable, input: Record<string, unknown> = {}): Promise<string> {
      const { status, body } = await client.call(call, input, serial)
      return `${status} ${(body as { code?: string } | undefined)?.code}`
    },
  }
}

const createOrder = callNamed('POST /v3/payscore/serviceorder')
const queryOrder = callNamed('GET /v3/payscore/serviceorder')
const modifyOrder = callNamed('POST /v3/payscore/serviceorder/{out_order_no}/modify')
const ASKED = { appid: 'wxd678efh567hg6787', service_id: '500001' }
const ORDER = {
  ...ASKED,
  out_order_no: 'S1',
  service_introduction: '充电宝',
  risk_fund: { name: 'DEPOSIT', amount: 10_000 },
  time_range: { start_time: '20261125120000' },
  notify_url: 'https://shop.example.com/payscore',
}

const STOCK = {
  coupon_code_mode: 'WECHATPAY',
  stock_send_rule: { max_count: 100, max_count_per_user: 1 },
  usage_rule_display_info: { coupon_usage_method_list: ['OFFLINE'], usage_description: '全场可用' },
  coupon_display_info: { code_display_mode: 'QRCODE' },
  notify_config: { notify_appid: ASKED.appid },
  store_scope: 'NONE',
}
/** Shops that use products which the mock has no rules for, on one kind of store. */
export function tellStories(openOn: OpenOn): void {
  test('支付分: a service order is created, changed, confirmed and queried', async () => {
    const { good, refused, control, callbacks } = await openShop(openOn)
    expect(await refused(queryOrder, { ...ASKED, out_order_no: 'S1' })).toBe('404 ORDER_NOT_EXIST')

    const { order_id, package: opened } = await good(createOrder, ORDER)
    expect(opened).toEqual(expect.any(String))
    expect(await good(queryOrder, { ...ASKED, out_order_no: 'S1' })).toMatchObject({
      ...ORDER,
      order_id,
      state: 'CREATED',
    })

    const post_payments = [{ name: '租金', amount: 200 }]
    await good(modifyOrder, { ...ASKED, out_order_no: 'S1', post_payments, total_amount: 200, reason: '改价' })
    const changed = { order_id, total_amount: 200, post_payments, risk_fund: ORDER.risk_fund }
    expect(await good(queryOrder, { ...ASKED, out_order_no: 'S1' })).toMatchObject(changed)

    await control.planFault({ operation: 'GET /v3/payscore/serviceorder', error: 'FREQUENCY_LIMITED' })
    expect(await refused(queryOrder, { ...ASKED, out_order_no: 'S1' })).toBe('429 FREQUENCY_LIMITED')

    // Without a url it goes where the call that created the order said.
    const resource = { out_order_no: 'S1', state: 'DOING', openid: 'oUser' }
    await control.sendNotification({ event_type: 'PAYSCORE.USER_CONFIRM', resource })
    const told = { ...resource, order_id, service_introduction: '充电宝', total_amount: 200 }
    expect(callbacks).toEqual([
      { url: ORDER.notify_url, event_type: 'PAYSCORE.USER_CONFIRM', resource: expect.objectContaining(told) },
    ])
    expect(await good(queryOrder, { ...ASKED, out_order_no: 'S1' })).toMatchObject({ state: 'DOING', openid: 'oUser' })
  })

  test('投诉: a complaint is told of by a callback, answered, completed and queried', async () => {
    const { good, control, callbacks, refused } = await openShop(openOn)
    const address = callNamed('POST /v3/merchant-service/complaint-notifications')
    const complaint = callNamed('GET /v3/merchant-service/complaints-v2/{complaint_id}')
    const url = 'https://shop.example.com/complaints'
    await good(address, { url })
    expect(await good({ ...address, method: 'GET' })).toMatchObject({ url })

    await control.sendNotification({
      event_type: 'COMPLAINT.CREATE',
      resource: { complaint_id: '200201820200101080076610000', action_type: 'CREATE_COMPLAINT' },
    })
    const [{ resource } = { resource: undefined }] = callbacks
    expect(callbacks).toEqual([{ url, event_type: 'COMPLAINT.CREATE', resource }])
    const { complaint_id, ...others } = resource as { complaint_id: string; action_type: string }
    expect({ complaint_id, ...others }).toEqual({
      complaint_id: '200201820200101080076610000',
      action_type: 'CREATE_COMPLAINT',
    })

    const first = await good(complaint, { complaint_id })
    expect(first).toMatchObject({ complaint_id, complaint_state: 'PENDING' })
    expect(await good(complaint, { complaint_id })).toEqual(first)

    const reply = { complainted_mchid: '1900000001', response_content: '已退款' }
    await good(callNamed('POST /v3/merchant-service/complaints-v2/{complaint_id}/response'), { complaint_id, ...reply })
    await control.answer('GET /v3/merchant-service/complaints-v2/{complaint_id}', { complaint_state: 'PROCESSED' })
    const done = await good(complaint, { complaint_id })
    expect(done).toEqual({ ...first, complaint_state: 'PROCESSED', complainted_mchid: '1900000001' })

    // No page says what an unknown complaint is answered with: it is a sample, which stays the same.
    const sample = await good(complaint, { complaint_id: 'NEVER-TOLD-OF' })
    expect(sample).toMatchObject({ complaint_id: 'NEVER-TOLD-OF', complaint_state: 'PENDING' })
    expect(await good(complaint, { complaint_id: 'NEVER-TOLD-OF' })).toEqual(sample)

    await control.planFault({
      operation: 'GET /v3/merchant-service/complaints-v2/{complaint_id}',
      error: 'system_error',
    })
    expect(await refused(complaint, { complaint_id })).toBe('500 SYSTEM_ERROR')
  })

  test('代金券: a batch is created, paused and queried, and its coupon is sent and used', async () => {
    const { good, refused, control, callbacks } = await openShop(openOn)
    const stock = callNamed('GET /v3/marketing/favor/stocks/{stock_id}')
    const coupon = callNamed('GET /v3/marketing/favor/users/{openid}/coupons/{coupon_id}')
    const asked = { stock_creator_mchid: '1900000001' }
    expect(await refused(stock, { ...asked, stock_id: '9865000' })).toBe('404 RESOURCE_NOT_EXISTS')

    const wanted = {
      stock_name: '微信支付代金券',
      available_begin_time: '2026-11-25T12:00:00+08:00',
      available_end_time: '2026-12-25T12:00:00+08:00',
      stock_type: 'NORMAL',
      no_cash: true,
    }
    const { stock_id } = await good(callNamed('POST /v3/marketing/favor/coupon-stocks'), {
      ...wanted,
      belong_merchant: '1900000001',
      stock_use_rule: {
        max_coupons: 100,
        max_amount: 5_000,
        max_coupons_per_user: 3,
        natural_person_limit: true,
        prevent_api_abuse: true,
      },
      coupon_use_rule: { available_merchants: ['1900000001'] },
      out_request_no: 'B1',
    })
    await good(callNamed('POST /v3/marketing/favor/stocks/{stock_id}/pause'), { ...asked, stock_id })
    expect(await good(stock, { ...asked, stock_id })).toMatchObject({ ...wanted, ...asked, stock_id })

    const { coupon_id } = await good(callNamed('POST /v3/marketing/favor/users/{openid}/coupons'), {
      ...asked,
      openid: 'oUser',
      stock_id,
      out_request_no: 'C1',
      appid: ASKED.appid,
    })
    const sent = await good(coupon, { openid: 'oUser', coupon_id, appid: ASKED.appid })
    expect(sent).toMatchObject({ coupon_id, stock_id, ...asked })

    const notify_url = 'https://shop.example.com/favor'
    await good(callNamed('POST /v3/marketing/favor/callbacks'), { mchid: '1900000001', notify_url })
    await control.sendNotification({ event_type: 'COUPON.USE', resource: { coupon_id, status: 'USED' } })
    const told = { coupon_id, stock_id, status: 'USED' }
    expect(callbacks).toEqual([{ url: notify_url, event_type: 'COUPON.USE', resource: expect.objectContaining(told) }])
    expect(await good(coupon, { openid: 'oUser', coupon_id, appid: ASKED.appid })).toEqual({ ...sent, status: 'USED' })
    expect(await good(stock, { ...asked, stock_id })).toMatchObject({ stock_name: wanted.stock_name })

    await control.planFault({ operation: 'POST /v3/marketing/favor/users/{openid}/coupons', error: 'NOT_ENOUGH' })
    const again = { ...asked, openid: 'oUser', stock_id, out_request_no: 'C2', appid: ASKED.appid }
    const send = callNamed('POST /v3/marketing/favor/users/{openid}/coupons')
    expect(await refused(send, again)).toBe('403 NOT_ENOUGH')
  })

  test('电商收付通: profit is shared, given back and queried', async () => {
    const { good, refused, control, callbacks, encrypt } = await openShop(openOn)
    const share = callNamed('POST /v3/ecommerce/profitsharing/orders')
    const giveBack = callNamed('POST /v3/ecommerce/profitsharing/returnorders')
    const named = { sub_mchid: '1900000109', transaction_id: '4208450740201411110007820472', out_order_no: 'P1' }
    expect(await refused({ ...share, method: 'GET' }, named)).toBe('404 RESOURCE_NOT_EXISTS')

    const receiver = { type: 'MERCHANT_ID', receiver_account: '1900000110', amount: 30, description: '佣金' }
    const receivers = [
      { ...receiver, receiver_name: encrypt('张三') },
      { ...receiver, amount: 40 },
    ]
    const shared = await good(share, { ...named, receivers, finish: false })
    expect(shared).toMatchObject({ ...named, receivers: [receiver, { ...receiver, amount: 40 }] })
    expect(await good({ ...share, method: 'GET' }, named)).toMatchObject({ ...shared, status: 'PROCESSING' })

    const back = { sub_mchid: named.sub_mchid, out_return_no: 'R1', return_mchid: '1900000110', amount: 30 }
    const returned = await good(giveBack, { ...back, out_order_no: 'P1', description: '退款' })
    const asked = { sub_mchid: named.sub_mchid, out_return_no: 'R1', out_order_no: 'P1' }
    expect(await good({ ...giveBack, method: 'GET' }, asked)).toEqual(returned)
    expect(returned).toMatchObject({ ...back, out_order_no: 'P1' })

    await control.planFault({ operation: 'POST /v3/ecommerce/profitsharing/returnorders', error: 'NOT_ENOUGH' })
    const more = { ...back, out_return_no: 'R2', out_order_no: 'P1', description: '退款' }
    expect(await refused(giveBack, more)).toBe('403 NOT_ENOUGH')

    const url = 'https://shop.example.com/shared'
    const event_type = 'TRANSACTION.SUCCESS/ecommerce'
    await control.sendNotification({ event_type, url, resource: { out_order_no: 'P1' } })
    expect(callbacks).toEqual([
      {
        url,
        event_type: 'TRANSACTION.SUCCESS',
        resource: expect.objectContaining({ ...named, order_id: shared.order_id }),
      },
    ])
  })

  test('电子发票: an invoice is applied for, issued, reversed and queried', async () => {
    const { good, refused, control, callbacks, encrypt } = await openShop(openOn)
    const query = callNamed('GET /v3/new-tax-control-fapiao/fapiao-applications/{fapiao_apply_id}')
    const reverse = callNamed('POST /v3/new-tax-control-fapiao/fapiao-applications/{fapiao_apply_id}/reverse')
    const named = { sub_mchid: '1900000109', fapiao_apply_id: '4200000444201910177461284488' }
    expect(await refused(query, named)).toBe('404 RESOURCE_NOT_EXISTS')

    const buyer = { type: 'INDIVIDUAL', name: '深圳市南山区测试企业' }
    await good(callNamed('POST /v3/new-tax-control-fapiao/fapiao-applications/issue-general'), {
      ...named,
      buyer_information: { ...buyer, phone: encrypt('13900000000') },
      fapiao_information: {
        fapiao_id: '20200701123456',
        total_amount: 382_895,
        items: [
          {
            tax_code: '3010101020203000000',
            goods_name: '出租汽车客运服务',
            total_amount: 382_895,
            tax_rate: 1_300,
            discount: false,
          },
        ],
        billing_person_id: 'a123456',
        fapiao_bill_type: 'COMM_FAPIAO',
        transaction_information: [{ pay_channel: 'WECHAT_PAY', amount: 382_895 }],
      },
    })
    const applied = await good(query, named)
    expect(applied).toMatchObject({
      total_count: 1,
      fapiao_information: [{ fapiao_id: '20200701123456', total_amount: 382_895, status: 'ISSUE_ACCEPTED' }],
    })

    await good(reverse, { ...named, reverse_reason: 'SALES_RETURN' })
    await control.planFault({
      operation: 'GET /v3/new-tax-control-fapiao/fapiao-applications/{fapiao_apply_id}',
      error: 'NO_AUTH 服务商无权限',
    })
    expect(await refused(query, named)).toBe('403 NO_AUTH')

    const url = 'https://shop.example.com/fapiao'
    const fapiao_information = [{ fapiao_id: '20200701123456', fapiao_status: 'ISSUED', card_status: 'INSERTED' }]
    const { fapiao_apply_id } = named
    await control.sendNotification({
      event_type: 'FAPIAO.ISSUED',
      url,
      resource: { fapiao_apply_id, fapiao_information },
    })
    expect(callbacks).toEqual([
      {
        url,
        event_type: 'FAPIAO.ISSUED',
        resource: { mchid: '1900000001', sub_mchid: named.sub_mchid, fapiao_apply_id, fapiao_information },
      },
    ])
  })

  describe('what is remembered', () => {
    test('never shows to another merchant', async () => {
      const { good, control, clientOf } = await openShop(openOn)
      await good(createOrder, ORDER)
      const { mchid } = await control.createMerchant({})
      const other = await clientOf(mchid)

      const asked = { ...ASKED, out_order_no: 'S1' }
      expect(await other.call(queryOrder, asked)).toMatchObject({ status: 404, body: { code: 'ORDER_NOT_EXIST' } })
      await other.call(createOrder, { ...ORDER, service_introduction: '雨伞' })

      expect(await other.call(queryOrder, asked)).toMatchObject({ body: { service_introduction: '雨伞', mchid } })
      expect(await good(queryOrder, asked)).toMatchObject({ service_introduction: '充电宝' })
      await control.reset(mchid)
      expect(await other.call(queryOrder, asked)).toMatchObject({ status: 404 })
      expect(await good(queryOrder, asked)).toMatchObject({ service_introduction: '充电宝' })
    })

    test('has parts, which are queried by numbers of their own', async () => {
      const { good, encrypt } = await openShop(openOn)
      const batches = callNamed('POST /v3/partner-transfer/batches')
      const detail = callNamed(
        'GET /v3/partner-transfer/batches/out-batch-no/{out_batch_no}/details/out-detail-no/{out_detail_no}',
      )
      const details = [1, 2].map((i) => ({
        out_detail_no: `D${i}`,
        transfer_amount: i * 100,
        transfer_remark: `第${i}笔`,
        openid: 'oUser',
      }))
      const transfer_detail_list = details.map((one) => ({ ...one, user_name: encrypt('张三') }))
      const batch = { sub_mchid: '1900000109', out_batch_no: 'B1', batch_name: '工资', batch_remark: '十一月' }
      const authorization_type = 'INFORMATION_AUTHORIZATION_TYPE'
      const sums = { total_amount: 300, total_num: 2 }
      await good(batches, { ...batch, ...sums, authorization_type, transfer_detail_list })
      for (const one of details) {
        expect(await good(detail, { out_batch_no: 'B1', out_detail_no: one.out_detail_no })).toMatchObject(one)
      }
    })

    test('has parts that are added to it, each with a number that is made up', async () => {
      // Rules stand behind these calls, unless their product is left out.
      const { good, refused } = await openShop(openOn, [catalogue])
      const coupons = '/v3/marketing/partner/product-coupon/product-coupons'
      const addStock = callNamed(`POST ${coupons}/{product_coupon_id}/stocks`)
      const stock = callNamed(`GET ${coupons}/{product_coupon_id}/stocks/{stock_id}`)
      const wanted = { out_request_no: 'STOCK_1', brand_id: '40001', stock: STOCK }
      expect(await refused(addStock, { ...wanted, product_coupon_id: 'NONE' })).toBe('404 NOT_FOUND')
      const creation = factsOf('product-coupons').calls.find(
        ({ method, path }) => method === 'POST' && path === coupons,
      )
      if (!creation) throw new Error('the pages have it')
      const { body } = saidOf(creation, { members: 'required', encrypt: (text) => text })
      const { product_coupon_id } = await good(callNamed(`POST ${coupons}`), body)
      const first = await good(addStock, { ...wanted, product_coupon_id })
      const second = await good(addStock, { ...wanted, out_request_no: 'STOCK_2', product_coupon_id })
      expect(second.stock_id).not.toBe(first.stock_id)
      for (const { stock_id } of [first, second]) {
        const queried = await good(stock, { product_coupon_id, stock_id, brand_id: '40001' })
        expect(queried).toMatchObject({ product_coupon_id, stock_id })
      }
    })

    test('is gone after a reset, and back with a snapshot, planned answers too', async () => {
      const { good, refused, control } = await openShop(openOn)
      const asked = { ...ASKED, out_order_no: 'S1' }
      await good(createOrder, ORDER)
      await control.answer('GET /v3/payscore/serviceorder', { state: 'DONE' }, { times: 'always' })
      const snapshot = await control.world()
      expect(await control.worldCounts()).toMatchObject({ remembered: 1, answers: 1 })

      await control.reset()
      expect(await control.worldCounts()).toMatchObject({ remembered: 0, answers: 0 })
      expect(await refused(queryOrder, asked)).toBe('404 ORDER_NOT_EXIST')

      await control.restore(snapshot)
      expect(await good(queryOrder, asked)).toMatchObject({ service_introduction: '充电宝', state: 'DONE' })
      await control.reset()
      expect(await good(queryOrder, asked)).toMatchObject({ service_introduction: '充电宝', state: 'DONE' })
      expect(await control.world()).toEqual({ ...snapshot, remembered: expect.any(Array) })
    })

    test('is bounded in number, and the oldest is forgotten first', async () => {
      const { good, refused, control } = await openShop(openOn)
      const known = Array.from({ length: REMEMBERED_LIMIT }, (_, i) => ({
        product: 'payscore',
        name: 'out_order_no',
        value: `S${i}`,
        members: { service_introduction: `${i}` },
        time: new Date(NOON - 1_000_000 + i).toISOString(),
      }))
      await control.restore({ remembered: known })

      await good(createOrder, { ...ORDER, out_order_no: 'NEW' })

      expect(await control.worldCounts()).toMatchObject({ remembered: REMEMBERED_LIMIT })
      expect(await refused(queryOrder, { ...ASKED, out_order_no: 'S0' })).toBe('404 ORDER_NOT_EXIST')
      expect(await good(queryOrder, { ...ASKED, out_order_no: 'S1' })).toMatchObject({ service_introduction: '1' })
      expect(await good(queryOrder, { ...ASKED, out_order_no: 'NEW' })).toMatchObject({
        service_introduction: '充电宝',
      })
    })

    test('is bounded in size, and keeps what is short', async () => {
      const { good, control } = await openShop(openOn)
      const shares = '/v3/ecommerce/profitsharing/orders'
      const named = { sub_mchid: '1900000109', transaction_id: 'T1', out_order_no: 'P1' }
      const receivers = Array.from({ length: 1_000 }, (_, i) => ({
        type: 'MERCHANT_ID',
        receiver_account: `${i}`,
        amount: i,
        description: '佣金',
      }))

      const answer = await good(callNamed(`POST ${shares}`), { ...named, receivers, finish: true })

      expect(answer.receivers).toHaveLength(1_000)
      const { remembered } = await control.world()
      for (const row of remembered) expect(JSON.stringify(row.members ?? {}).length).toBeLessThanOrEqual(16_384)
      expect(await good(callNamed(`GET ${shares}`), named)).toMatchObject(named)
    })
  })
}
