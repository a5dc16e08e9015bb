import { z } from 'zod'
import { defineSetting } from '../../engine/settings.ts'

/** The settings of orders and refunds. */
export const paymentSettings = {
  /**
   * The answer to an `out_trade_no` that was placed before with other values, or closed before it was ever placed: as reported of the live
   * service, or as documented. Default: `live`.
   */
  // pay-family.md 2.5
  reorder: defineSetting({
    name: 'reorder',
    schema: z.enum(['live', 'documented']),
    default: 'live',
    description:
      'the error for an out_trade_no that was placed before with other values, or closed before it was ever placed: INVALID_REQUEST as the live service answers, or OUT_TRADE_NO_USED as documented',
    texts: {
      en: 'error for a reused order number with other values: as the live service answers, or as documented',
      zh: '商户订单号重复且参数不同时，按线上实际返回，还是按文档返回',
    },
    value: 'how',
  }),
  /** The code that closing a paid order is refused with. Default: `ORDER_PAID`. */
  // pay-family.md 2.7
  closePaid: defineSetting({
    name: 'closePaid',
    schema: z.enum(['ORDER_PAID', 'ORDERPAID']),
    default: 'ORDER_PAID',
    description: 'the error code for closing a paid order; ORDERPAID is that of API v2',
    texts: { en: 'error code for closing a paid order', zh: '关闭已支付订单时返回的错误码' },
    value: 'code',
  }),
  /** The latest that `time_expire` may be, in days from ordering. Default: 15. */
  // pay-family.md 2.4
  timeExpireMax: defineSetting({
    name: 'timeExpireMax',
    schema: z.int().min(1).max(90),
    default: 15,
    description: 'the latest that time_expire may be, in days from ordering',
    texts: { en: 'latest time_expire, in days from ordering', zh: 'time_expire 最多为下单后多少天' },
    value: 'days',
  }),
  /** Whether orders and refunds take any http or https `notify_url`, or https only, and http on this machine. Default: `any`. */
  // pay-family.md 1.8
  notifyUrl: defineSetting({
    name: 'notifyUrl',
    schema: z.enum(['any', 'https']),
    default: 'any',
    description:
      'whether orders and refunds take any http or https notify_url, or https only, and http on this machine; where callbacks are really sent is another matter',
    texts: {
      en: 'whether orders and refunds take any notify_url, or https only (http on this machine)',
      zh: '下单和退款时 notify_url 可用 http 或 https，还是只能用 https（本机仍可用 http）',
    },
    value: 'which',
  }),
  /** The part of the settled money of an order that WeChat Pay keeps once it is paid, in ten-thousandths. Default: 60. */
  // pay-family.md U14
  feeRate: defineSetting({
    name: 'feeRate',
    schema: z.int().min(0).max(1_000),
    default: 60,
    description:
      'the part of the settled money of an order that WeChat Pay keeps, in ten-thousandths; an order has that of its payment, or its own fee_rate',
    texts: {
      en: 'fee of orders that are paid from then on, in ten-thousandths: 60 is 0.60%',
      zh: '此后支付的订单的手续费率，单位为万分之一：60 即 0.60%',
    },
    value: 'rate',
  }),
  /** The account of a merchant that fees are taken from: FEES (手续费账户) as of one that has opened it. Default: `BASIC`. */
  feeAccount: defineSetting({
    name: 'feeAccount',
    schema: z.enum(['BASIC', 'FEES']),
    default: 'BASIC',
    description:
      'the account that fees are taken from: BASIC, or FEES (手续费账户) as of merchants that have opened it; an order has that of its payment, or its own fee_account',
    texts: {
      en: 'account that the fees of orders paid from then on are taken from: BASIC, or FEES',
      zh: '此后支付的订单从哪个账户扣手续费：基本账户 BASIC，还是手续费账户 FEES',
    },
    value: 'account',
  }),
  /**
   * Whether a partner (服务商) may place orders for any `sub_mchid` that the mock has no merchant for, or for known merchants only. A merchant that the
   * mock knows has to list the partner among its `partners` in any case. Default: `any`.
   */
  subMerchants: defineSetting({
    name: 'subMerchants',
    schema: z.enum(['any', 'known']),
    default: 'any',
    description:
      'whether a partner may place orders for any sub_mchid that the mock has no merchant for, or for merchants of the mock only; those have to list the partner in any case',
    texts: {
      en: 'whether partners may name any sub_mchid that is not in the mock, or merchants of the mock only',
      zh: '服务商下单时，子商户号可以是模拟服务中没有的任意商户号，还是只能是已有的商户',
    },
    value: 'which',
  }),
  /**
   * A refund, or the return of a platform's advance, that the merchant has no money for: refused, or accepted to wait for the money, seven days
   * and ninety. Default: `refused`.
   */
  // pay-family.md 5.4, 5.7
  refundWithoutMoney: defineSetting({
    name: 'refundWithoutMoney',
    schema: z.enum(['refused', 'waits']),
    default: 'refused',
    description:
      "a refund that the merchant has no money for (its refundable): refused with NOT_ENOUGH, or accepted, to be closed after seven days; the return of a platform's advance alike, to fail after ninety",
    texts: {
      en: 'a refund that the merchant has no money for: refused with NOT_ENOUGH, or accepted and closed after seven days',
      zh: '商户余额不足以退款时：返回 NOT_ENOUGH，还是受理后等待，满 7 天关闭',
    },
    value: 'how',
  }),
  /**
   * The code that a refund of more than is left unshared of an order is refused with: as a developer's log has it, with 403, or the general one, with
   * 400. Default: `RULE_LIMIT`.
   */
  refundOfShared: defineSetting({
    name: 'refundOfShared',
    schema: z.enum(['RULE_LIMIT', 'INVALID_REQUEST']),
    default: 'RULE_LIMIT',
    description:
      'the error code for a refund of more than is left unshared of an order: RULE_LIMIT with 403, as a log of 2022 has it, or INVALID_REQUEST with 400',
    texts: {
      en: 'error code for a refund of more than is left unshared of an order',
      zh: '退款金额大于订单剩余未分账金额时返回的错误码',
    },
    value: 'code',
  }),
  /**
   * Where an `h5_url` leads: to the cashier of the mock, if the call was made to the mock's own address and not to a host of WeChat Pay, or always to
   * wx.tenpay.com as the live one does. Default: `mock`.
   */
  h5Url: defineSetting({
    name: 'h5Url',
    schema: z.enum(['mock', 'live']),
    default: 'mock',
    description:
      "where an h5_url leads: to the mock's cashier, if the call was made to the mock's own address, or always to wx.tenpay.com as the live one does",
    texts: {
      en: 'where an h5_url leads: to the cashier of the mock, or to wx.tenpay.com as the live one does',
      zh: 'h5_url 指向模拟服务的收银台，还是与线上一样指向 wx.tenpay.com',
    },
    value: 'where',
  }),
}

/** One name for all of them, so that declarations show each with its comment. */
export interface PaymentSettings extends Readonly<typeof paymentSettings> {}
