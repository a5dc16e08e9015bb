import { z } from 'zod'
import { defineSetting } from '../../engine/settings.ts'

/** The settings of profit sharing. */
export const profitSharingSettings = {
  /** How long after its payment an order can be shared, in seconds. Default: 60. */
  // pay-family.md U22
  shareAfter: defineSetting({
    name: 'shareAfter',
    schema: z.int().min(0).max(86_400),
    default: 60,
    description: 'how long after its payment an order can be shared, in seconds',
    texts: { en: 'how long after its payment an order can be shared', zh: '订单支付后多久才能分账' },
    value: 'seconds',
  }),
  /**
   * The answer where others would get more of an order than its highest ratio: as seen of the live service, which lowers the order by its refunds
   * first, or as the pages have it. Default: `live`.
   */
  // pay-family.md U21
  ratioError: defineSetting({
    name: 'ratioError',
    schema: z.enum(['live', 'documented']),
    default: 'live',
    description:
      'the error where others would get more of an order than its highest ratio: INVALID_REQUEST as the live service answers, of the order without its refunds, or RULE_LIMIT as documented, of the whole order',
    texts: {
      en: 'error for a share beyond the highest ratio: as the live service answers, or as documented',
      zh: '分账超出最大比例时，按线上实际返回，还是按文档返回',
    },
    value: 'how',
  }),
}

/** One name for all of them, so that declarations show each with its comment. */
export interface ProfitSharingSettings extends Readonly<typeof profitSharingSettings> {}
