import { describe, expect } from 'vitest'
import {
  addProductCouponStock,
  addStockBundle,
  createProductCoupon,
  deactivateProductCoupon,
  deactivateProductCouponStock,
  listProductCouponStocks,
  modifyProductCoupon,
  modifyProductCouponStock,
  modifyStockBundle,
  queryProductCoupon,
  queryProductCouponStock,
  queryUserProductCoupon,
  sendProductCouponToUser,
} from '../../../src/products/operations.ts'
import { refusal } from '../../helpers/refusal.ts'
import { test, transports } from '../../helpers/world.ts'
import { aBundle, aProduct, aProductOfBundles, aStock, BRAND, COMBOS, display, PERIOD } from './requests.ts'

type Body = Record<string, unknown>

const bodyOf = <T = Body>({ body }: { body: unknown }) => body as T
const NEW = { sent_count_info: { total_count: 0, today_count: 0 }, state: 'SENDING', ...BRAND }
const END = { out_request_no: 'END_001', deactivate_reason: '活动结束' }

describe.for(transports)('making product coupons over %s', (transport) => {
  test.override('transport', transport)

  test('makes its first batch too, and a repeat makes nothing', async ({ merchant, control }) => {
    const { out_request_no: _, stock, ...product } = aProduct({ out_product_no: 'P-1' })

    const answer = await merchant.call(createProductCoupon, aProduct({ out_product_no: 'P-1' }))

    const id = bodyOf(answer).product_coupon_id
    expect(answer).toMatchObject({ status: 200 })
    expect(answer.body).toStrictEqual({
      ...product,
      product_coupon_id: expect.stringMatching(/^1[0-9]{9}$/),
      state: 'EFFECTIVE',
      stock: { ...stock, ...NEW, product_coupon_id: id, stock_id: `${id}001` },
    })
    expect(await merchant.call(createProductCoupon, aProduct({ out_product_no: 'P-1' }))).toEqual(answer)
    const { stock: __, ...alone } = bodyOf(answer)
    expect((await merchant.call(queryProductCoupon, { ...BRAND, product_coupon_id: id })).body).toStrictEqual(alone)
    expect((await control.world()).product_coupon_stocks).toHaveLength(1)
  })

  test('a bundle has a batch for each use, of which the first has the limit of a day', async ({ merchant }) => {
    const benefits = [
      { threshold: 0, exchange_price: 1 },
      { threshold: 0, exchange_price: 900 },
      { threshold: 0, exchange_price: 0 },
    ]
    const bundle = aBundle({
      coupon_code_mode: 'UPLOAD',
      progressive_bundle_usage_rule: { coupon_available_period: PERIOD, exchange_coupon_list: benefits },
    })
    const { progressive_bundle_usage_rule: _, stock_send_rule: send, ...alike } = bundle

    const request = aProductOfBundles({ scope: 'SINGLE', type: 'EXCHANGE', ...display(COMBOS), stock_bundle: bundle })
    const { product_coupon_id: id, stock_bundle } = bodyOf(await merchant.call(createProductCoupon, request))

    const { stock_bundle_id } = stock_bundle as { stock_bundle_id: string }
    expect(stock_bundle).toStrictEqual({
      stock_bundle_id: expect.stringMatching(/^[0-9]{18}$/),
      stock_list: benefits
        .map((exchange_coupon, stock_bundle_index) => ({
          ...alike,
          ...NEW,
          product_coupon_id: id,
          stock_id: `${id}00${stock_bundle_index + 1}`,
          coupon_code_count_info: { total_count: 0, available_count: 0 },
          stock_send_rule: { ...send, ...(stock_bundle_index > 0 && { max_count_per_day: undefined }) },
          progressive_bundle_usage_rule: { coupon_available_period: PERIOD, exchange_coupon },
          stock_bundle_info: { stock_bundle_id, stock_bundle_index },
        }))
        .map((one) => JSON.parse(JSON.stringify(one))),
    })
  })

  test('more batches and bundles are added, and listed page by page with the newest first', async ({
    merchant,
    control,
  }) => {
    const { product_coupon_id } = bodyOf(await merchant.call(createProductCoupon, aProductOfBundles()))
    const named = { ...BRAND, product_coupon_id }
    await control.advance('PT1S')
    const added = await merchant.call(addStockBundle, { ...named, out_request_no: 'ADD_001', stock_bundle: aBundle() })
    const { stock_bundle_id, stock_list: [, second] = [] } = bodyOf<{ stock_bundle_id: string; stock_list: Body[] }>(
      added,
    )
    await merchant.call(deactivateProductCouponStock, { ...named, ...END, stock_id: second?.stock_id })

    const idsOf = ({ body }: { body: unknown }) =>
      (body as { stock_list: { stock_id: string }[] }).stock_list.map(({ stock_id }) => stock_id.slice(-3))
    const list = (query: object = {}) => merchant.call(listProductCouponStocks, { ...named, ...query })
    const first = await list({ page_size: 4 })
    expect(idsOf(first)).toEqual(['004', '005', '006', '001'])
    expect(first.body).toMatchObject({ total_count: 6 })
    const rest = await list({ page_size: 4, page_token: bodyOf(first).next_page_token })
    expect(idsOf(rest)).toEqual(['002', '003'])
    expect(Object.keys(bodyOf(rest))).toEqual(['stock_list'])
    expect(idsOf(await list({ stock_bundle_id, state: 'SENDING' }))).toEqual(['004', '006'])
    expect((await list({ state: 'DEACTIVATED' })).body).toMatchObject({
      total_count: 1,
      stock_list: [{ deactivate_reason: '活动结束' }],
    })
    await control.advance('P31D')
    expect((await list({ state: 'STOPPED' })).body).toMatchObject({ total_count: 5 })
  })

  test('a product coupon has 200 batches at most that are in effect', async ({ merchant, control }) => {
    const product_coupon_id = '1000000013'
    const some = (count: number, traits: object, from = 0) =>
      Array.from({ length: count }, (_, i) => ({
        product_coupon_id,
        stock_id: `${product_coupon_id}${from + i}`,
        ...traits,
      }))
    const expired = {
      single_usage_rule: { coupon_available_period: { ...PERIOD, available_end_time: '2026-11-25T12:00:00+08:00' } },
    }
    await control.restore({
      product_coupon_stocks: [...some(199, {}), ...some(9, { state: 'DEACTIVATED' }, 300), ...some(9, expired, 400)],
    })
    const add = (out_request_no: string) =>
      merchant.call(addProductCouponStock, { ...BRAND, product_coupon_id, out_request_no, stock: aStock() })

    expect(await add('ADD_001')).toMatchObject({ status: 200 })
    expect(await add('ADD_002')).toMatchObject(refusal(addProductCouponStock, 'state_unfit'))
    expect(await add('ADD_001')).toMatchObject({ status: 200 })
  })

  test('limits that stand in the texts of the pages hold', async ({ merchant }) => {
    const misfits = [
      { out_request_no: 'A_001' },
      { out_request_no: '创建请求单号' },
      { out_request_no: 'CREATE 1' },
      { single_usage_info: { normal_coupon: { threshold: 0, discount_amount: 0 } } },
      { type: 'DISCOUNT', single_usage_info: { discount_coupon: { threshold: 0, percent_off: 100 } } },
      display({ name: '券名' }),
      display({ detail_image_url_list: Array(9).fill('https://p.example.com/3.png') }),
      display({ original_price: 10_000_001 }),
      display({ image_url: `https://p.example.com/${'x'.repeat(16_384)}` }),
      { stock: aStock({ stock_send_rule: { max_count: 100_000_001, max_count_per_user: 1 } }) },
      { stock: aStock({ stock_send_rule: { max_count: 1, max_count_per_user: 101 } }) },
      { stock: aStock({ single_usage_rule: { coupon_available_period: { ...PERIOD, available_days: 366 } } }) },
      { stock: aStock({ single_usage_rule: undefined }) },
    ]
    for (const changes of misfits) {
      expect(await merchant.call(createProductCoupon, aProduct(changes)), JSON.stringify(changes)).toMatchObject({
        status: 400,
        body: { code: 'PARAM_ERROR' },
      })
    }
  })

  test('a coupon may be usable at once, said as 0 days of waiting, as in the samples of the vendor', async ({
    merchant,
  }) => {
    const coupon_available_period = { ...PERIOD, available_days: 30, wait_days_after_receive: 0 }
    const stock = aStock({ single_usage_rule: { coupon_available_period } })

    expect(await merchant.call(createProductCoupon, aProduct({ stock }))).toMatchObject({
      status: 200,
      body: { stock: { single_usage_rule: { coupon_available_period: { wait_days_after_receive: 0 } } } },
    })
  })

  test('what other samples of the vendor send is refused, and the journal says that they contradict its reference', async ({
    merchant,
    control,
  }) => {
    const bundle = aBundle()
    const { normal_coupon_list: _, ...rule } = bundle.progressive_bundle_usage_rule
    const asInSample = { ...rule, normal_coupon: { threshold: 100, discount_amount: 10 } }
    const stock_bundle = { ...bundle, progressive_bundle_usage_rule: asInSample }

    expect(await merchant.call(createProductCoupon, aProductOfBundles({ stock_bundle }))).toMatchObject({ status: 400 })
    expect((await control.journal()).at(-1)?.remarks.at(-1)?.text).toContain('samples 4016756283 to 4016756287')
    const named = { product_coupon_id: '1', ...BRAND, out_request_no: 'ADD_002' }
    expect(await merchant.call(addStockBundle, { ...named, stock_bundle })).toMatchObject({ status: 400 })
    expect((await control.journal()).at(-1)?.remarks.at(-1)?.text).toContain('samples 4016756283 to 4016756287')
    expect(
      await merchant.call(createProductCoupon, aProduct(display({ name: '9.9元兑换原价99商品(可用3次)' }))),
    ).toMatchObject({
      status: 400,
    })
    expect((await control.journal()).at(-1)?.remarks.at(-1)?.text).toContain('sample 4016756287 sends 18')
  })

  test('images may have any address, or only one of the upload call if a setting says so', async ({
    merchant,
    control,
  }) => {
    await control.changeSettings({ product_coupon_images: 'uploaded' })
    const uploaded = 'https://wxpaylogo.qpic.cn/wxpaylogo/abc/0'
    const own = 'https://p.example.com/1.png'

    const all = display({ image_url: uploaded, background_url: uploaded, detail_image_url_list: [uploaded] })
    expect(await merchant.call(createProductCoupon, aProduct({ ...all, out_request_no: 'IMAGES_1' }))).toMatchObject({
      status: 200,
    })
    for (const changes of [{ image_url: own }, { detail_image_url_list: [uploaded, own] }]) {
      const { display_info } = all
      const request = aProduct({ display_info: { ...display_info, ...changes }, out_request_no: 'IMAGES_2' })
      expect(await merchant.call(createProductCoupon, request)).toMatchObject(
        refusal(createProductCoupon, 'image_unfit'),
      )
    }
    expect((await control.journal()).at(-1)?.remarks.at(-1)?.text).toContain(own)
  })

  test('texts may be as long as the pages say, in characters of two units too, and are kept', async ({
    merchant,
    control,
  }) => {
    const stock = aStock({ remark: '😀'.repeat(20) })
    const { product_coupon_id } = bodyOf(await merchant.call(createProductCoupon, aProduct({ stock })))
    const end = { ...BRAND, ...END, product_coupon_id, deactivate_reason: '😀'.repeat(150) }

    expect(await merchant.call(deactivateProductCoupon, end)).toMatchObject({ status: 200 })
    const world = await control.world()
    await control.restore(world)
    expect(await control.world()).toEqual(world)
  })

  test('numbers of batches that a seed file has are passed over', async ({ merchant, control }) => {
    await control.restore({ product_coupon_stocks: [{ product_coupon_id: '1000000013', stock_id: '1000000013002' }] })
    const product = { ...BRAND, product_coupon_id: '1000000013' }

    const answers = [
      await merchant.call(addProductCouponStock, {
        ...product,
        out_request_no: 'ADD_001',
        stock: aStock({ coupon_code_mode: 'API_ASSIGN' }),
      }),
      await merchant.call(addProductCouponStock, { ...product, out_request_no: 'ADD_002', stock: aStock() }),
    ]

    expect(answers.map((answer) => bodyOf(answer).stock_id)).toEqual(['1000000013003', '1000000013004'])
  })
})

describe.for(transports)('changing product coupons over %s', (transport) => {
  test.override('transport', transport)

  test('shows another name, and a repeat of an older change does not undo it', async ({ merchant }) => {
    const { product_coupon_id } = bodyOf(await merchant.call(createProductCoupon, aProduct()))
    const change = (out_request_no: string, name: string) =>
      merchant.call(modifyProductCoupon, { ...BRAND, product_coupon_id, out_request_no, ...display({ name }) })

    expect((await change('CHANGE_1', '旧名称')).body).toMatchObject({ display_info: { name: '旧名称' } })
    await change('CHANGE_2', '新名称')
    expect((await change('CHANGE_1', '旧名称')).body).toMatchObject({ display_info: { name: '新名称' } })
  })

  test('a batch keeps what a change leaves out, but for store_scope', async ({ merchant }) => {
    const stock = aStock({ store_scope: 'SPECIFIC', remark: '备注' })
    const { product_coupon_id, stock: made } = bodyOf<{ product_coupon_id: string; stock: { stock_id: string } }>(
      await merchant.call(createProductCoupon, aProduct({ stock })),
    )
    const named = { ...BRAND, product_coupon_id, stock_id: made.stock_id }
    const coupon_display_info = { code_display_mode: 'BARCODE', background_color: 'Color010' }

    const answer = await merchant.call(modifyProductCouponStock, {
      ...named,
      out_request_no: 'CHANGE_1',
      coupon_display_info,
    })

    expect(answer.body).toEqual({ ...made, coupon_display_info, store_scope: 'NONE' })
    expect((await merchant.call(queryProductCouponStock, named)).body).toEqual(answer.body)
  })

  test('a coupon stays as it was shown when it was sent, and the next one is shown anew', async ({
    merchant,
    control,
  }) => {
    const user = { openid: 'oUser', appid: 'wx0000000000000001' }
    const { product_coupon_id, stock } = bodyOf<{ product_coupon_id: string; stock: { stock_id: string } }>(
      await merchant.call(createProductCoupon, aProduct()),
    )
    const named = { ...BRAND, product_coupon_id, stock_id: stock.stock_id }
    const send = async (send_request_no: string) =>
      bodyOf<{ coupon_code: string }>(
        await merchant.call(sendProductCouponToUser, { ...named, ...user, send_request_no }),
      )
    const query = async ({ coupon_code }: { coupon_code: string }) =>
      (await merchant.call(queryUserProductCoupon, { ...named, ...user, coupon_code })).body
    const shownAs = (name: string, code_display_mode: string) => ({
      product_coupon: { display_info: { name } },
      stock: { coupon_display_info: { code_display_mode } },
    })
    const old = await send('SEND_001')
    const rename = { ...BRAND, product_coupon_id, out_request_no: 'CHANGE_1', ...display({ name: '新名称' }) }
    await merchant.call(modifyProductCoupon, rename)
    const change = { coupon_display_info: { code_display_mode: 'BARCODE' }, store_scope: 'ALL' }
    await merchant.call(modifyProductCouponStock, { ...named, out_request_no: 'CHANGE_1', ...change })
    const next = await send('SEND_002')

    expect(old).toMatchObject(shownAs('满100减20元', 'QRCODE'))
    expect(await query(old)).toMatchObject(shownAs('满100减20元', 'QRCODE'))
    expect(await query(old)).toMatchObject({ stock: { store_scope: 'ALL' } })
    expect(next).toMatchObject(shownAs('新名称', 'BARCODE'))
    const seen = async () =>
      new Set(
        (await control.openWallet({ openid: user.openid })).coupons.map((one) => one.product_coupon.display_info.name),
      )
    expect(await seen()).toEqual(new Set(['满100减20元', '新名称']))
    const world = await control.world()
    expect(world.sent_product_coupon_displays).toHaveLength(2)
    await control.restore(world)
    expect(await control.world()).toEqual(world)
    expect(await seen()).toEqual(new Set(['满100减20元', '新名称']))
  })

  test('a bundle changes as a whole', async ({ merchant }) => {
    const { product_coupon_id, stock_bundle } = bodyOf<{
      product_coupon_id: string
      stock_bundle: { stock_bundle_id: string }
    }>(await merchant.call(createProductCoupon, aProductOfBundles()))
    const { stock_bundle_id } = stock_bundle
    const change = {
      ...BRAND,
      product_coupon_id,
      stock_bundle_id,
      out_request_no: 'CHANGE_1',
      remark: '新备注',
      store_scope: 'ALL',
    }

    expect(await merchant.call(modifyStockBundle, change)).toMatchObject({
      status: 200,
      body: { stock_bundle_id, stock_list: Array(3).fill({ remark: '新备注', store_scope: 'ALL' }) },
    })
  })

  test('deactivating one ends its batches, each once', async ({ merchant, control }) => {
    const { product_coupon_id, stock } = bodyOf<{ product_coupon_id: string; stock: { stock_id: string } }>(
      await merchant.call(createProductCoupon, aProduct()),
    )
    const named = { ...BRAND, product_coupon_id }
    await merchant.call(addProductCouponStock, { ...named, out_request_no: 'ADD_001', stock: aStock() })
    await merchant.call(deactivateProductCouponStock, { ...named, ...END, stock_id: stock.stock_id })
    await control.advance('PT1H')
    const end = { ...named, out_request_no: 'END_002', deactivate_reason: '下架' }

    const answer = await merchant.call(deactivateProductCoupon, end)

    const ended = {
      state: 'DEACTIVATED',
      deactivate_request_no: 'END_002',
      deactivate_reason: '下架',
      deactivate_time: '2026-11-25T13:00:00+08:00',
    }
    expect(answer).toMatchObject({ status: 200, body: { ...named, ...ended } })
    expect(await merchant.call(deactivateProductCoupon, end)).toEqual(answer)
    expect((await merchant.call(listProductCouponStocks, named)).body).toMatchObject({
      stock_list: [{ deactivate_request_no: 'END_001', deactivate_reason: '活动结束' }, ended],
    })
  })
})
