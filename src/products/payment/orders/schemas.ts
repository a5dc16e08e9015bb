import { z } from 'zod'
import { atMostBytes, choice, instant, text, titled, wholeNumber, wireInstant } from '../../common/fields.ts'
import { notifyUrl } from '../notify-url.ts'
import { TRADE_STATE, TRADE_TYPE } from '../spellings.ts'
import { promotionDetail } from './promotions.ts'

/**
 * Fields that the calls around an order have in common. Titles, units and expressions are those of published answers where there are any: live
 * answers of 2022 to 2024 quote 直连商户号, 通知地址 and 附加数据 where the pages of 2025 have 商户号, 商户回调地址 and 商户数据包, and no newer ones were
 * found. Of the same older pages are 公众号ID, 交易结束时间 and 是否指定分账; today's have 公众账号ID or 商户应用ID, 支付结束时间 and 分账标识.
 */

export const MCHID_TITLE = '直连商户号'

/** 直连商户号 */
export const mchid = text({ title: MCHID_TITLE, max: 32, pattern: /^[1-9]\d*$/, example: '1900000001' })

/** 商户订单号: 6 to 32 digits, letters, `_-|*` (pay-family.md 2.1; pages before 2024 are without `|`). */
export const outTradeNo = text({
  title: '商户订单号',
  min: 6,
  max: 32,
  pattern: /^[0-9a-zA-Z_|*-]+$/,
  example: 'MCH_202611250001',
})

/** 微信支付订单号 */
export const transactionId = text({ title: '微信支付订单号', max: 32, example: '4200001234202611250000000001' })

/** 货币类型 */
export const currency = choice('货币类型', ['CNY'])

/** A text for people, counted in characters. */
const words = (title: string, max: number) => text({ title, max, unit: 'characters' })

const goods = z.strictObject({
  merchant_goods_id: text({ title: '商户侧商品编码', max: 32, pattern: /^[0-9a-zA-Z_-]+$/, example: '1246464644' }),
  wechatpay_goods_id: text({ title: '微信支付商品编码', max: 32 }).optional(),
  goods_name: words('商品名称', 256).optional(),
  quantity: wholeNumber({ title: '商品数量', min: 1, example: 1 }),
  unit_price: wholeNumber({ title: '商品单价', min: 0, example: 52_800 }),
})

const SCENE_INFO = '场景信息'

const sceneInfoMembers = {
  payer_client_ip: text({ title: '用户终端IP', max: 45, example: '14.23.150.211' }),
  device_id: text({ title: '商户端设备号', max: 32 }).optional(),
  store_info: z
    .strictObject({
      id: text({ title: '门店编号', max: 32, example: '0001' }),
      name: words('门店名称', 256).optional(),
      area_code: text({ title: '地区编码', max: 32 }).optional(),
      address: words('详细地址', 512).optional(),
    })
    .meta(titled('商户门店信息'))
    .optional(),
}

/** 场景信息 */
export const sceneInfo = z.strictObject(sceneInfoMembers).meta(titled(SCENE_INFO))

/** 场景信息 of H5, where it is required. */
export const h5SceneInfo = z
  .strictObject({
    ...sceneInfoMembers,
    h5_info: z
      .strictObject({
        type: text({ title: '场景类型', max: 32, example: 'Wap' }),
        app_name: words('应用名称', 64).optional(),
        app_url: text({ title: '网站URL', max: 128 }).optional(),
        bundle_id: text({ title: 'iOS平台BundleID', max: 128 }).optional(),
        package_name: text({ title: 'Android平台PackageName', max: 128 }).optional(),
      })
      .meta(titled('H5场景信息')),
  })
  .meta(titled(SCENE_INFO))

/** What every way of placing an order takes. */
export const prepayMembers = {
  appid: text({ title: '公众号ID', max: 32, example: 'wxd678efh567hg6787' }),
  mchid,
  description: text({ title: '商品描述', max: 127, unit: 'characters', example: '测试商品' }),
  out_trade_no: outTradeNo,
  time_expire: instant({ title: '交易结束时间', max: 64, example: '2026-11-25T13:00:00+08:00' }).optional(),
  attach: words('附加数据', 128).optional(),
  notify_url: notifyUrl,
  goods_tag: text({ title: '订单优惠标记', max: 32 }).optional(),
  support_fapiao: z.boolean().meta(titled('电子发票入口开放标识')).optional(),
  // In the models of the official SDKs, on no page.
  limit_pay: z
    .array(text({ title: '指定支付方式', max: 32, example: 'no_credit' }))
    .max(10)
    .meta(titled('指定支付方式'))
    .optional(),
  amount: z
    .strictObject({
      total: wholeNumber({ title: '总金额', min: 1, example: 10_000 }),
      currency: currency.optional(),
    })
    .meta(titled('订单金额')),
  detail: z
    .strictObject({
      cost_price: wholeNumber({ title: '订单原价', min: 0 }).optional(),
      invoice_id: text({ title: '商品小票ID', max: 32 }).optional(),
      goods_detail: z.array(goods).min(1).max(6_000).meta(titled('单品列表')).optional(),
    })
    .check(atMostBytes(6_144))
    .meta(titled('商品详情'))
    .optional(),
  settle_info: z
    .strictObject({ profit_sharing: z.boolean().meta(titled('是否指定分账')).optional() })
    .meta(titled('结算信息'))
    .optional(),
}

/** Of JSAPI. Both the payer and its openid are required, but reported in a way of their own. */
export const payer = z
  .strictObject({
    openid: text({ title: '用户标识', max: 128, example: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' })
      .optional()
      .meta({ description: 'required' }),
  })
  .meta(titled('支付者信息'))
  .optional()
  .meta({ description: 'required' })

/** The query of the calls that look an order up. */
export const mchidQuery = z.strictObject({ mchid })

const fen = z.int().min(0)

/** An order as queries show it. */
export const orderAnswer = z.object({
  appid: z.string(),
  mchid: z.string(),
  out_trade_no: z.string(),
  transaction_id: z.string().optional(),
  trade_type: z.enum(Object.values(TRADE_TYPE)).optional(),
  // ACCEPT is in the models of the official SDKs, and on no page of these calls.
  trade_state: z.enum([...Object.values(TRADE_STATE), 'ACCEPT']),
  trade_state_desc: z.string(),
  bank_type: z.string().optional(),
  attach: z.string().optional(),
  success_time: wireInstant.optional(),
  payer: z.object({ openid: z.string() }).optional(),
  amount: z.object({
    total: fen,
    payer_total: fen.optional(),
    currency: z.string().optional(),
    payer_currency: z.string(),
  }),
  scene_info: z.object({ device_id: z.string() }).optional(),
  promotion_detail: promotionDetail,
})
