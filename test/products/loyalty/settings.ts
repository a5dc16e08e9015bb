import { defineSetting } from 'wechatpay-mock'
import { z } from 'zod'

export const loyaltySettings = {
  /** Stamps that make a card full. Default: 10. */
  stampsPerCard: defineSetting({
    name: 'stampsPerCard',
    schema: z.int().min(1).max(100),
    default: 10,
    description: 'stamps that make a card full',
    texts: { en: 'stamps that make a card full', zh: '集满一张卡所需的印章数' },
    value: 'count',
  }),
}
