import { z } from 'zod'
import { defineSetting } from '../../engine/settings.ts'

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
  /**
   * Rights of a merchant that only handed a coupon out: to change it, or only to look at it. Redeeming is never allowed.
   * Default: `change`.
   */
  // corrections 11: reported of use, unknown of the other calls
  couponSender: defineSetting({
    name: 'couponSender',
    schema: z.enum(['change', 'look']),
    default: 'change',
    description:
      'what a merchant that only handed a coupon out may do besides redeeming it, for which it has no right: link, return and deactivate it, or only look at it',
    texts: {
      en: 'whether a merchant that only handed a coupon out may link, return and deactivate it, or only look at it',
      zh: '只发过券的商户（不是批次创建方或归属方）可以关联、退券、使券失效，还是只能查询',
    },
    value: 'what',
    before: 'callbackPublicKeyShare',
  }),
  /** The source whose models of batches and subsidies apply where they differ: the official SDKs or the reference pages. Default: `sdk`. */
  // corrections 26 and 27
  couponModels: defineSetting({
    name: 'couponModels',
    schema: z.enum(['sdk', 'page']),
    default: 'sdk',
    description:
      'whose models of batches and subsidies hold where they differ: with sdk the status of a subsidy is PAY_RECEIPT_SUCCESS, and members of a benefit, of finder_info and of the entrance of a modified batch are optional; with page it is SUCCESS, and they are required',
    texts: {
      en: 'whose models of batches and subsidies hold where official SDKs and reference pages differ',
      zh: '官方 SDK 与接口文档对批次、补差的定义不一致时，以哪一方为准',
    },
    value: 'whose',
    before: 'callbackPublicKeyShare',
  }),
  /**
   * Where orders are checked (`orders: 'known'`), which of them associate finds for a caller: those that it placed for itself, also those that it placed as
   * a partner, or also those that a partner placed for it. Default: `own`.
   */
  // pay-family.md 8, U10
  associateLookup: defineSetting({
    name: 'associateLookup',
    schema: z.enum(['own', 'partner', 'any']),
    default: 'own',
    description:
      'where orders are checked, which of them associate finds: those that the caller placed for itself, also those that it placed as a partner, or also those that a partner placed for it',
    texts: {
      en: 'which checked orders a coupon may be linked to: the caller’s own, also those it placed as a partner, or any that are its own in either way',
      zh: '检查订单时，可关联哪些订单：只有调用方的直连订单，加上它作为服务商下的订单，还是再加上服务商为它下的订单',
    },
    value: 'which',
  }),
}

/** One name for all of them, so that declarations show each with its comment. */
export interface MerchantCouponSettings extends Readonly<typeof merchantCouponSettings> {}
