/**
 * A coupon of WeChat Pay (代金券) that an order was paid with. A merchant coupon (商家券) is none: the merchant lowers the total himself.
 */
export interface Promotion {
  readonly couponId: string
  readonly name: string
  readonly stockId?: string
  readonly scope: PromotionScope
  readonly type: PromotionType
  /** What it takes off, in fen. */
  readonly amountFen: number
  readonly contributor: Contributor
  /** Only of a `single` one. */
  readonly goods?: readonly PromotedGoods[]
}

/** For the whole order, or for some of its goods. */
export type PromotionScope = 'global' | 'single'

/** `cash` (预充值): the merchant is paid what the coupon takes off; `nocash` (免充值): he is not. */
export type PromotionType = 'cash' | 'nocash'

export type Contributor = 'wechatpay' | 'merchant' | 'other'

export interface PromotedGoods {
  readonly goodsId: string
  readonly quantity: number
  readonly unitPriceFen: number
  readonly discountFen: number
  readonly remark?: string
}

/** What of a promotion went back with a refund. */
export interface RefundedPromotion extends Pick<Promotion, 'couponId' | 'scope' | 'type' | 'amountFen'> {
  readonly refundFen: number
}

export function sumOf(promotions: readonly Pick<Promotion, 'amountFen'>[]): number {
  return promotions.reduce((sum, { amountFen }) => sum + amountFen, 0)
}
