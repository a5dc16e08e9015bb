import { z } from 'zod'
import { defineSetting } from '../../engine/setting.ts'

/** The settings of merchant coupons. */
export const merchantCouponSettings = {
  /** Whether associate takes any order number, or only orders that exist. Default: `any`. */
  // busifavor.md 5.2, reported
  orders: defineSetting({
    name: 'orders',
    schema: z.enum(['any', 'known']),
    default: 'any',
    description: 'whether associate takes any order number',
    texts: {
      en: 'whether coupons may be linked to any order number, or only to orders that exist',
      zh: '可关联任意订单号，或只能关联存在的订单',
    },
    value: 'which',
    before: 'auth',
  }),
  /** Seconds that a new batch takes before codes can be uploaded. Default: 0. */
  // busifavor.md 2.1, reported
  stockReadyAfter: defineSetting({
    name: 'stockReadyAfter',
    schema: z.number().min(0).max(86_400),
    default: 0,
    description: 'seconds that a new batch takes before codes can be uploaded',
    texts: {
      en: 'seconds that a new batch takes before codes can be uploaded',
      zh: '新批次创建后多少秒才能上传预存 code',
    },
    value: 'seconds',
    before: 'callbackPublicKeyShare',
  }),
}
