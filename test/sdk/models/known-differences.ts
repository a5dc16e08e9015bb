import { complaintsProduct } from '../../../src/products/complaints/index.ts'
import * as productCoupons from '../../../src/products/product-coupon/operations.ts'
import { transfer } from '../../../src/products/transfer/index.ts'
import type { SdkName } from './sdks.ts'

/** Differences with one reason, shared by all listed SDKs. */
export interface KnownDifferences {
  readonly sdks: readonly SdkName[]
  readonly reason: string
  /** In the form of the comparison. */
  readonly lines: readonly string[]
}

const JAVA = ['wechatpay-java'] as const
const GO = ['wechatpay-go'] as const
const BOTH = [...JAVA, ...GO] as const

/** Repeats lines for several calls or webhooks. */
const each = (calls: readonly string[], ...lines: readonly string[]): string[] =>
  calls.flatMap((call) => lines.map((line) => `${call} ${line}`))

const PREPAYS = ['jsapiPrepay', 'nativePrepay', 'appPrepay', 'h5Prepay']
const PARTNER_PREPAYS = ['partnerJsapiPrepay', 'partnerNativePrepay', 'partnerAppPrepay', 'partnerH5Prepay']
const ORDER_QUERIES = [
  ...['queryOrderById', 'queryOrderByOutTradeNo'],
  ...['partnerQueryOrderById', 'partnerQueryOrderByOutTradeNo'],
]
const PAYMENT_WEBHOOKS = ['webhook transactionSuccess', 'webhook partnerTransactionSuccess']
const SHARE_ANSWERS = ['createSharing', 'querySharing', 'unfreezeOrder']
const REFUNDS = ['createRefund', 'queryRefund']
const REFUND_WEBHOOKS = ['webhook refundSuccess', 'webhook refundAbnormal', 'webhook refundClosed']
const SUBSIDY_RECEIPTS = [
  'subsidyPay answer ',
  'querySubsidyPayReceipt answer ',
  'listSubsidyPayReceipts answer /pay_receipt_list[]',
]

/** Intended differences. */
export const KNOWN_DIFFERENCES: readonly KnownDifferences[] = [
  {
    // busifavor.md 3.3
    sdks: BOTH,
    reason: 'Other copies of the page have it; the models of these two have it only where a batch is made.',
    lines: ['modifyStock body /custom_entrance/store_id: unknown to the SDK'],
  },
  {
    sdks: BOTH,
    reason: 'Neither SDK has this call or event; its page has.',
    lines: [
      'sendProductCoupon: the SDK has no model',
      ...Object.values(productCoupons).map(({ id }) => `${id}: the SDK has no model`),
      'webhook productCouponImageMade: the SDK has no model',
      'webhook productCouponSent: the SDK has no model',
      'preSendProductCoupon: the SDK has no model',
      'securityEcho: the SDK has no model',
      'applyAbnormalRefund: the SDK has no model',
      'applyPlatformAbnormalRefund: the SDK has no model',
      'webhook couponSend: the SDK has no model',
      'webhook securityEchoSuccess: the SDK has no model',
      'closeCombineOrder: the SDK has no model',
      'combineAppPrepay: the SDK has no model',
      'combineH5Prepay: the SDK has no model',
      'combineJsapiPrepay: the SDK has no model',
      'combineNativePrepay: the SDK has no model',
      'queryCombineOrder: the SDK has no model',
      'codePay: the SDK has no model',
      'partnerCodePay: the SDK has no model',
      'reverseOrder: the SDK has no model',
      'partnerReverseOrder: the SDK has no model',
      'downloadBill: the SDK has no model',
      'webhook combinedTransactionSuccess: the SDK has no model',
      'webhook shareArrived: the SDK has no model',
    ],
  },
  {
    sdks: BOTH,
    reason: 'Neither SDK has complaints (消费者投诉).',
    lines: [
      ...complaintsProduct.operations.map(({ id }) => id),
      ...complaintsProduct.events.map(({ id }) => `webhook ${id}`),
    ].map((one) => `${one}: the SDK has no model`),
  },
  {
    sdks: BOTH,
    reason:
      'Neither SDK has 商家转账 in its form of 2025. They have its predecessor, and the mock refuses the one call of it that it knows.',
    lines: [...transfer.operations.map(({ id }) => id), ...transfer.events.map(({ id }) => `webhook ${id}`)].map(
      (one) => `${one}: the SDK has no model`,
    ),
  },
  {
    sdks: GO,
    reason: 'Only the Java SDK applies for bills.',
    lines: ['applyTradeBill', 'applyFundFlowBill', 'applySubMerchantFundFlowBill'].map(
      (one) => `${one}: the SDK has no model`,
    ),
  },
  {
    // pay-family.md 6.1
    sdks: JAVA,
    reason: 'The pages have other values by now; ALL is for 电商收付通.',
    lines: [
      'applyFundFlowBill query account_type: without ALL',
      'applySubMerchantFundFlowBill query account_type: with DEPOSIT, unknown to the SDK',
      'applySubMerchantFundFlowBill query account_type: without ALL',
      'applyTradeBill query bill_type: without RECHARGE_REFUND ALL_SPECIAL SUC_SPECIAL REF_SPECIAL',
    ],
  },
  {
    sdks: JAVA,
    reason: 'The mock answers 电商收付通 in its documented shape only, which is not compared.',
    lines: ['GET /v3/ecommerce/bill/fundflowbill: not served'],
  },
  {
    sdks: BOTH,
    reason: 'The page has it; the models are older.',
    lines: each(PARTNER_PREPAYS, 'body /settle_info/subsidy_amount: unknown to the SDK'),
  },
  {
    sdks: GO,
    reason: 'No page has it. The Java SDK sends it, so the mock accepts it.',
    lines: each(['createSharing', 'unfreezeOrder'], 'body /notify_url: unknown to the SDK'),
  },
  {
    // pay-family.md 7.3, 7.6
    sdks: GO,
    reason: 'The page has more reasons by now.',
    lines: [
      ...each(
        SHARE_ANSWERS,
        'answer /receivers[]/fail_reason: with INVALID_REQUEST PAYER_ACCOUNT_ABNORMAL RECEIVER_RECEIPT_LIMIT, unknown to the SDK',
      ),
      ...each(
        ['createSharingReturn', 'querySharingReturn'],
        'answer /fail_reason: with INVALID_REQUEST PAYER_ACCOUNT_ABNORMAL, unknown to the SDK',
      ),
    ],
  },
  {
    // pay-family.md 7.3
    sdks: GO,
    reason: 'The page requires receivers, and appid only for persons.',
    lines: [
      'createSharing body /appid: optional here, required in the SDK',
      'createSharing body /receivers: required here, optional in the SDK',
    ],
  },
  {
    sdks: GO,
    reason: 'Only the Java SDK has the refunds of platforms (电商收付通).',
    lines: [
      'applyPlatformRefund',
      'queryPlatformRefund',
      'queryPlatformRefundById',
      'returnAdvance',
      'queryAdvanceReturn',
    ].map((one) => `${one}: the SDK has no model`),
  },
  {
    sdks: JAVA,
    reason:
      'The SDK has no model of its own for the notice of platforms, whose page has refund_account and final states only.',
    lines: each(REFUND_WEBHOOKS, '/refund_account: unknown to the SDK', '/refund_status: without PROCESSING'),
  },
  {
    sdks: GO,
    reason: 'Go programs decrypt the notice of a refund into a type of their own.',
    lines: REFUND_WEBHOOKS.map((webhook) => `${webhook}: the SDK has no model`),
  },
  {
    // busifavor.md 3.1, 4.1
    sdks: BOTH,
    reason: 'A description of 2025 is newer than the models.',
    lines: [
      'createStock body /coupon_use_rule/coupon_available_time/available_second_after_receive: unknown to the SDK',
      'queryStock answer /coupon_use_rule/coupon_available_time/available_second_after_receive: unknown to the SDK',
      'listUserCoupons answer /data[]/coupon_use_rule/coupon_available_time/available_second_after_receive: unknown to the SDK',
      'queryUserCoupon answer /coupon_use_rule/coupon_available_time/available_second_after_receive: unknown to the SDK',
      'queryCouponCode answer /coupon_information/coupon_use_rule/coupon_available_time/available_second_after_receive: unknown to the SDK',
      ...each(
        ['useCoupon body'],
        '/mch_id: unknown to the SDK',
        '/out_trade_no: unknown to the SDK',
        '/transaction_id: unknown to the SDK',
      ),
    ],
  },
  {
    sdks: GO,
    reason: "The page says, and so does the SDK's own comment, that it comes only after success.",
    lines: SUBSIDY_RECEIPTS.map((receipt) => `${receipt}/subsidy_receipt_id: not always here, required in the SDK`),
  },
  {
    // pay-family.md 5.1
    sdks: BOTH,
    reason: 'UNSETTLED is documented, for deposits of the travel trade.',
    lines: ['createRefund body /funds_account: with UNSETTLED, unknown to the SDK'],
  },
  {
    // pay-family.md 2.1
    sdks: JAVA,
    reason: 'No page has it, and to the Go SDK it is any text, so the mock accepts any.',
    lines: each(
      [...PREPAYS, ...PARTNER_PREPAYS],
      'body /limit_pay[]: any text here, only no_balance no_credit no_debit balance_only in the SDK',
    ),
  },
  {
    // pay-family.md 2.1
    sdks: GO,
    reason: 'It is required, but the call itself says so: an order without an openid is refused in words of its own.',
    lines: each(['jsapiPrepay', 'partnerJsapiPrepay'], 'body /payer: optional here, required in the SDK'),
  },
  {
    // pay-family.md 5.8
    sdks: JAVA,
    reason:
      'Observed refund notices have the merchant number and four amounts, and nothing else of what the query shows.',
    lines: each(
      REFUND_WEBHOOKS,
      '/mchid: unknown to the SDK',
      '/sp_mchid: unknown to the SDK',
      '/sub_mchid: unknown to the SDK',
      '/channel: missing here',
      '/create_time: missing here',
      '/funds_account: missing here',
      '/promotion_detail: missing here',
      '/amount/currency: missing here',
      '/amount/discount_refund: missing here',
      '/amount/from: missing here',
      '/amount/refund_fee: missing here',
      '/amount/settlement_refund: missing here',
      '/amount/settlement_total: missing here',
    ),
  },
  {
    sdks: JAVA,
    reason: 'The SDK has a state of orders that is on no page.',
    lines: [
      ...each(ORDER_QUERIES, 'answer /trade_state: without ACCEPT'),
      ...each(PAYMENT_WEBHOOKS, '/trade_state: without ACCEPT'),
    ],
  },
  {
    sdks: JAVA,
    reason:
      'The SDK has one model for all uploads; this one is answered with media_url, as its page and the Go SDK say.',
    lines: [
      'uploadMarketingImage answer /media_id: missing here',
      'uploadMarketingImage answer /media_url: unknown to the SDK',
    ],
  },
  {
    // protocol.md 6
    sdks: GO,
    reason: 'It is documented; the SDK downloads RSA certificates, which is the default.',
    lines: ['downloadCertificates query algorithm_type: unknown to the SDK'],
  },
  {
    sdks: GO,
    reason: 'The page does not mark these members as required; they are always answered.',
    lines: ['effective_time', 'expire_time', 'encrypt_certificate/associated_data'].map(
      (member) => `downloadCertificates answer /data[]/${member}: not always here, required in the SDK`,
    ),
  },
  {
    sdks: BOTH,
    reason: 'By default answers have the names of the SDKs; those of the pages are a setting.',
    lines: SUBSIDY_RECEIPTS.flatMap((receipt) => [
      `${receipt}/status: with ACCEPTED FAIL FULL_RETURN PARTIAL_RETURN RETURNING SUCCESS, unknown to the SDK`,
      `${receipt}/fail_reason: with EXCEED_SUBSIDY_AMOUNT_QUOTA EXCEED_SUBSIDY_COUNT_QUOTA INSUFFICIENT_BALANCE NOT_INCOMESPLIT_ORDER OTHER, unknown to the SDK`,
    ]),
  },
  {
    // pay-family.md 2.6, 2.9
    sdks: BOTH,
    reason: 'Live answers for unpaid orders have it, as do notices of orders that gave one.',
    lines: [
      ...each(ORDER_QUERIES, 'answer /scene_info: unknown to the SDK'),
      ...each(PAYMENT_WEBHOOKS, '/scene_info: unknown to the SDK'),
    ],
  },
  {
    // pay-family.md 2.7
    sdks: GO,
    reason: 'It is required, but the call itself checks it: live, a missing one is reported for the path.',
    lines: ['closeOrder body /mchid: optional here, required in the SDK'],
  },
  {
    // pay-family.md 5.2
    sdks: GO,
    reason: 'The page and the Java SDK have it.',
    lines: each(
      REFUNDS,
      'answer /funds_account: with ECNY_BASIC, unknown to the SDK',
      'answer /amount/refund_fee: unknown to the SDK',
    ),
  },
  {
    // pay-family.md 5.2
    sdks: BOTH,
    reason: 'The models have the names of older pages.',
    lines: each(
      REFUNDS,
      'answer /promotion_detail[]/type: with CASH NOCASH, unknown to the SDK',
      'answer /promotion_detail[]/type: without COUPON DISCOUNT',
    ),
  },
]

/** Expected differences from an SDK. */
export const knownLines = (name: SdkName): string[] =>
  KNOWN_DIFFERENCES.filter(({ sdks }) => sdks.includes(name)).flatMap(({ lines }) => lines)
