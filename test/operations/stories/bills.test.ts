import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { describe, expect } from 'vitest'
import {
  applyTradeBill,
  associateTradeInfo,
  createRefund,
  downloadBill,
  jsapiPrepay,
  partnerJsapiPrepay,
  useCoupon,
} from '../../../src/products/operations.ts'
import { STOCK_ID } from '../../helpers/world.ts'
import { APPID, anOrder, aRefund, MCHID, PAYER, PLACES, test as told } from './story.ts'

const DAY = '2026-11-25'
const NEXT = '2026-11-26'
const ALONE = { out_trade_no: 'ORDER_ALONE' }
const LOWERED = { out_trade_no: 'ORDER_LOWERED' }
const PARTNERS = { out_trade_no: 'ORDER_PARTNERS' }
const CREATING = '400 STATEMENT_CREATING 账单生成中'
const NONE = '400 NO_STATEMENT_EXIST 请求的账单文件不存在'
const GONE = '400 INVALID_REQUEST 参数错误'

const test = told
  .extend('download', ({ merchant }) => async (address: string, by = merchant) => {
    const { pathname, search } = new URL(address)
    return by.request({ target: pathname + search, fileType: downloadBill.fileType })
  })
  /** A trade bill whose digest was checked: its columns, and its rows by them. */
  .extend('bill', ({ take, download }) => async (bill_date: string, more: object = {}) => {
    const { download_url = '', hash_value, hash_type } = await take(applyTradeBill, { bill_date, ...more })
    const answer = await download(download_url)
    expect(answer.headers.filter(([name]) => /^wechatpay-/i.test(name))).toEqual([])
    const packed = 'tar_type' in more
    const file = packed ? gunzipSync(answer.bytes) : Buffer.from(answer.bytes)
    expect([hash_type, hash_value]).toEqual(['SHA1', createHash('sha1').update(file).digest('hex')])
    const [head = '', ...lines] = file.toString('utf8').split('\r\n')
    expect([head[0], lines.at(-1)]).toEqual(['\ufeff', ''])
    const columns = head.slice(1).split(',')
    const rows = lines.slice(0, -3).map((line) => {
      expect(line.split(',')).toHaveLength(columns.length)
      return Object.fromEntries(line.split(',').map((value, i) => [columns[i] ?? '', value.slice(1)]))
    })
    return { file, columns, rows, totals: lines.at(-2), download_url }
  })

describe.for(PLACES)('bills are told of over %s', (place) => {
  test.override('place', place)

  test('story 9: a day, and the refund of the day after', async ({
    take,
    control,
    bill,
    download,
    seed,
    clientOf,
    others: { owner, sender },
  }) => {
    const sub = { ...owner, partners: [MCHID] }
    await clientOf(sub)
    await take(jsapiPrepay, anOrder({ ...PAYER, ...ALONE }))
    await control.payOrder('ORDER_ALONE')

    // A coupon of three yuan, which its merchant takes off the total himself.
    await seed.coupon({ coupon_code: 'C1', openid: 'oUser' })
    await take(jsapiPrepay, anOrder({ ...PAYER, ...LOWERED, amount: { total: 700 } }))
    const coupon = { stock_id: STOCK_ID, coupon_code: 'C1' }
    await take(associateTradeInfo, { ...coupon, ...LOWERED, out_request_no: 'L1' })
    await control.payOrder('ORDER_LOWERED')
    const used = { ...coupon, appid: APPID, use_request_no: 'U1', use_time: `${DAY}T12:00:00+08:00` }
    await take(useCoupon, used)

    const { appid: sp_appid, mchid: sp_mchid, ...rest } = anOrder(PARTNERS)
    const named = { sp_appid, sp_mchid, sub_mchid: sub.mchid }
    await take(partnerJsapiPrepay, { ...rest, ...named, payer: { sp_openid: 'oUser' } })
    await control.payOrder('ORDER_PARTNERS')

    await take(applyTradeBill, { bill_date: DAY }, GONE)
    await control.freeze(`${NEXT}T09:59:59+08:00`)
    await take(applyTradeBill, { bill_date: DAY }, CREATING)
    await control.freeze(`${NEXT}T10:00:00+08:00`)
    await take(createRefund, aRefund(400, 'R1', ALONE))

    const all = await bill(DAY)
    expect(all.columns).toHaveLength(27)
    const common = { 交易状态: 'SUCCESS', 交易类型: 'JSAPI', 退款金额: '0.00', 代金券金额: '0.00', 用户标识: 'oUser' }
    expect(all.rows).toMatchObject([
      { ...common, 商户订单号: 'ORDER_ALONE', 特约商户号: '0', 订单金额: '10.00', 手续费: '0.06000', 费率: '0.60%' },
      { ...common, 商户订单号: 'ORDER_LOWERED', 特约商户号: '0', 订单金额: '7.00', 应结订单金额: '7.00' },
      { ...common, 商户订单号: 'ORDER_PARTNERS', 特约商户号: sub.mchid, 商户号: MCHID, 订单金额: '10.00' },
    ])
    expect(all.totals).toBe('`3,`27.00,`0.00,`0.00,`0.16000,`27.00,`0.00')
    const paid = await bill(DAY, { bill_type: 'SUCCESS' })
    expect([paid.columns.length, paid.rows.length]).toEqual([20, 3])
    await take(applyTradeBill, { bill_date: DAY, bill_type: 'REFUND' }, NONE)
    const packed = await bill(DAY, { tar_type: 'GZIP' })
    expect(packed.file).toEqual(all.file)
    expect((await bill(DAY, { sub_mchid: sub.mchid })).rows).toMatchObject([{ 商户订单号: 'ORDER_PARTNERS' }])
    await take(applyTradeBill, { bill_date: '2026-11-24' }, NONE)

    await control.freeze('2026-11-27T10:00:00+08:00')
    const refunds = await bill(NEXT, { bill_type: 'REFUND' })
    expect(refunds.columns).toHaveLength(29)
    const refunded = {
      商户订单号: 'ORDER_ALONE',
      商户退款单号: 'R1',
      交易状态: 'REFUND',
      申请退款金额: '4.00',
      订单金额: '0.00',
    }
    expect(refunds.rows).toMatchObject([
      { ...refunded, 交易时间: `${DAY} 12:00:00`, 退款申请时间: `${NEXT} 10:00:00`, 退款成功时间: `${NEXT} 10:00:05` },
    ])
    expect((await bill(NEXT)).rows).toMatchObject([{ ...refunded, 交易时间: `${NEXT} 10:00:00` }])
    await take(applyTradeBill, { bill_date: NEXT, bill_type: 'SUCCESS' }, NONE)
    expect((await bill(DAY)).file).toEqual(all.file)

    const { download_url } = await bill(NEXT)
    const stranger = await clientOf(sender)
    expect(await download(download_url, stranger)).toMatchObject({ status: 403, body: { code: 'NO_AUTH' } })
    await control.advance('PT299S')
    expect(await download(download_url)).toMatchObject({ status: 200 })
    await control.advance('PT1S')
    expect(await download(download_url)).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } })
    const token = new URL(download_url).searchParams.get('token') ?? ''
    await take(downloadBill, { token }, GONE)
  })
})
