import { z } from 'zod'
import { choice, text, titled, wholeNumber, wireInstant } from '../../common/fields.ts'
import { fromWire } from '../../common/spelling.ts'
import type { RefundedGoods, RefundSource } from '../rules/refund.ts'
import { FUNDS_ACCOUNT, PROMOTION_SCOPE, PROMOTION_TYPE, REFUND_CHANNEL, REFUND_STATUS } from '../spellings.ts'

/** 商户退款单号: up to 64 digits, letters, `_-|*@`. */
export const outRefundNo = text({
  title: '商户退款单号',
  max: 64,
  pattern: /^[0-9a-zA-Z_|*@-]+$/,
  example: '1217752501201407033233368018',
})

export const refundedGoods = z.strictObject({
  merchant_goods_id: text({ title: '商户侧商品编码', max: 32, example: '1217752501201407033233368018' }),
  wechatpay_goods_id: text({ title: '微信侧商品编码', max: 32 }).optional(),
  goods_name: text({ title: '商品名称', max: 256, unit: 'characters' }).optional(),
  unit_price: wholeNumber({ title: '商品单价', min: 0, example: 52_800 }),
  refund_amount: wholeNumber({ title: '商品退款金额', min: 0, example: 52_800 }),
  refund_quantity: wholeNumber({ title: '商品退货数量', min: 1, example: 1 }),
})

type GoodsJson = z.output<typeof refundedGoods>

export function goodsFrom(json: GoodsJson): RefundedGoods {
  return {
    goodsId: json.merchant_goods_id,
    ...(json.wechatpay_goods_id !== undefined && { wechatpayGoodsId: json.wechatpay_goods_id }),
    ...(json.goods_name !== undefined && { name: json.goods_name }),
    unitPriceFen: json.unit_price,
    refundFen: json.refund_amount,
    quantity: json.refund_quantity,
  }
}

export function describeGoods({ goodsId, wechatpayGoodsId, name, ...goods }: RefundedGoods): GoodsJson {
  return {
    merchant_goods_id: goodsId,
    ...(wechatpayGoodsId !== undefined && { wechatpay_goods_id: wechatpayGoodsId }),
    ...(name !== undefined && { goods_name: name }),
    unit_price: goods.unitPriceFen,
    refund_amount: goods.refundFen,
    refund_quantity: goods.quantity,
  }
}

/** 子商户号, which the models of the official SDKs have: a direct merchant leaves it out. */
export const subMchid = text({ title: '子商户号', max: 32, pattern: /^[1-9]\d*$/, example: '1900000109' })

const ACCOUNTS = ['AVAILABLE', 'UNAVAILABLE'] as const

/** The accounts that a refund is paid from. */
export const refundSources = z
  .array(
    z.strictObject({
      account: choice('出资账户类型', ACCOUNTS),
      amount: wholeNumber({ title: '出资金额', min: 1, example: 444 }),
    }),
  )
  .max(50)
  .meta(titled('退款出资账户及金额'))

export function sourceFrom({ account, amount }: z.output<typeof refundSources>[number]): RefundSource {
  return { account: fromWire({ available: 'AVAILABLE', unavailable: 'UNAVAILABLE' }, account), amountFen: amount }
}

const fen = z.int().min(0)

/** A refund as the calls that make it and look it up show it. */
export const refundAnswer = z.object({
  refund_id: z.string(),
  out_refund_no: z.string(),
  transaction_id: z.string(),
  out_trade_no: z.string(),
  channel: z.enum(Object.values(REFUND_CHANNEL)),
  user_received_account: z.string(),
  success_time: wireInstant.optional(),
  create_time: wireInstant,
  status: z.enum(Object.values(REFUND_STATUS)),
  funds_account: z.enum(Object.values(FUNDS_ACCOUNT)),
  amount: z.object({
    total: fen,
    refund: fen,
    from: z.array(z.object({ account: z.enum(ACCOUNTS), amount: fen })),
    payer_total: fen,
    payer_refund: fen,
    settlement_refund: fen,
    settlement_total: fen,
    discount_refund: fen,
    currency: z.string(),
    refund_fee: fen,
  }),
  promotion_detail: z.array(
    z.object({
      promotion_id: z.string(),
      scope: z.enum(Object.values(PROMOTION_SCOPE)),
      type: z.enum(Object.values(PROMOTION_TYPE)),
      amount: fen,
      refund_amount: fen,
      goods_detail: z.array(refundedGoods).optional(),
    }),
  ),
})
