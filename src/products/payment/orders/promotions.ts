import { z } from 'zod'
import type { IdSource } from '../../../engine/ids.ts'
import { misfitText } from '../../../engine/misfit-texts.ts'
import { fromWire } from '../../common/spelling.ts'
import type { Contributor, PromotedGoods, Promotion } from '../rules/promotion.ts'
import { PROMOTION_SCOPE, PROMOTION_TYPE } from '../spellings.ts'

const CONTRIBUTORS = ['wechatpay', 'merchant', 'other'] as const satisfies readonly Contributor[]

const fen = z.int().min(0)

/** 单品 of an entry, spelled as answers spell it. */
const goods = z.strictObject({
  goods_id: z.string().min(1).max(32),
  quantity: z.int().min(1),
  unit_price: fen,
  discount_amount: fen,
  goods_remark: z.string().min(1).max(128).optional(),
})

/** A coupon of WeChat Pay (代金券) that an order is paid with; what is left out is made up. */
export const promotionJson = z
  .strictObject({
    coupon_id: z.string().min(1).max(32).optional(),
    name: z.string().min(1).max(64).optional(),
    stock_id: z.string().min(1).max(32).optional(),
    scope: z.enum(Object.values(PROMOTION_SCOPE)).optional().meta({ description: 'GLOBAL if left out' }),
    type: z
      .enum(Object.values(PROMOTION_TYPE))
      .optional()
      .meta({ description: 'CASH (预充值), which is settled to the merchant, if left out; NOCASH (免充值) is not' }),
    amount: z.int().min(1).meta({ description: 'fen that it takes off' }),
    contributor: z.enum(CONTRIBUTORS).optional().meta({ description: 'who bears it; the merchant if left out' }),
    goods_detail: z.array(goods).max(50).optional().meta({ description: 'only of SINGLE' }),
  })
  .refine(({ scope, goods_detail }) => scope === 'SINGLE' || goods_detail === undefined, {
    path: ['goods_detail'],
    message: misfitText({ en: 'only of SINGLE', zh: '只有 SINGLE（单品优惠）可以写' }),
  })
  .meta({ id: 'Promotion', description: 'a coupon of WeChat Pay (代金券) that an order is paid with' })

/** Those of one order. */
export const promotionsJson = z
  .array(promotionJson)
  .max(20)
  .refine(
    (list) => {
      const named = list.flatMap(({ coupon_id }) => coupon_id ?? [])
      return new Set(named).size === named.length
    },
    misfitText({ en: 'each coupon once', zh: '每张券只能出现一次' }),
  )

export type PromotionJson = z.output<typeof promotionJson>

export function promotionFrom(json: PromotionJson, ids: IdSource): Promotion {
  const { coupon_id = ids.digits(12), name = '代金券', scope = 'GLOBAL', type = 'CASH', goods_detail } = json
  return {
    couponId: coupon_id,
    name,
    ...(json.stock_id !== undefined && { stockId: json.stock_id }),
    scope: fromWire(PROMOTION_SCOPE, scope),
    type: fromWire(PROMOTION_TYPE, type),
    amountFen: json.amount,
    contributor: json.contributor ?? 'merchant',
    ...(goods_detail && { goods: goods_detail.map(goodsFrom) }),
  }
}

function goodsFrom(json: z.output<typeof goods>): PromotedGoods {
  return {
    goodsId: json.goods_id,
    quantity: json.quantity,
    unitPriceFen: json.unit_price,
    discountFen: json.discount_amount,
    ...(json.goods_remark !== undefined && { remark: json.goods_remark }),
  }
}

export function describePromotion(promotion: Promotion) {
  return {
    coupon_id: promotion.couponId,
    name: promotion.name,
    ...(promotion.stockId !== undefined && { stock_id: promotion.stockId }),
    scope: PROMOTION_SCOPE[promotion.scope],
    type: PROMOTION_TYPE[promotion.type],
    amount: promotion.amountFen,
    contributor: promotion.contributor,
    ...(promotion.goods && { goods_detail: promotion.goods.map(describeGoods) }),
  }
}

function describeGoods({ goodsId, quantity, unitPriceFen, discountFen, remark }: PromotedGoods) {
  return {
    goods_id: goodsId,
    quantity,
    unit_price: unitPriceFen,
    discount_amount: discountFen,
    ...(remark !== undefined && { goods_remark: remark }),
  }
}

/** `promotion_detail` of an order as queries and callbacks show it (pay-family.md 2.10). */
export const promotionDetail = z.array(
  z.object({
    coupon_id: z.string(),
    name: z.string(),
    scope: z.enum(Object.values(PROMOTION_SCOPE)),
    type: z.enum(Object.values(PROMOTION_TYPE)),
    amount: fen,
    stock_id: z.string().optional(),
    wechatpay_contribute: fen.optional(),
    merchant_contribute: fen.optional(),
    other_contribute: fen.optional(),
    currency: z.string(),
    goods_detail: z.array(z.object(goods.shape)).optional(),
  }),
)

/** A coupon in `promotion_detail`; of the three contributions only the one that applies, as pages since 2024 have it. */
export function promotionDetails(promotion: Promotion, currency: string): z.input<typeof promotionDetail>[number] {
  const { contributor, goods_detail, ...told } = describePromotion(promotion)
  return {
    ...told,
    [`${contributor}_contribute`]: told.amount,
    currency,
    ...(goods_detail && { goods_detail }),
  }
}
