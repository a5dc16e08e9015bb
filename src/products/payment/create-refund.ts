import { documentedCall } from '../../catalogue/documented-call.ts'
import { documented, inferred } from '../../engine/operation.ts'
import { INTERNAL_CODES } from '../../protocol/common-errors.ts'
import { refusal } from '../common/refusal.ts'
import { OUT_TRADE_NO, TRANSACTION_ID } from './order-calls.ts'
import { SUB_MCHID } from './partners.ts'
import { NOTIFY_URL, urlUnfit } from './prepay-facts.ts'
import { applyForRefund, type RefundBody } from './refund-application.ts'
import { OUT_REFUND_NO, refundDetails, SUB_MERCHANT_UNKNOWN } from './refund-calls.ts'
import { REFUND_REFUSALS, REFUND_RULES } from './refund-facts.ts'
import { leftInCode, paymentSources } from './sources.ts'

/** 申请退款: give the payer of an order money back. */
export const createRefund = documentedCall('POST /v3/refund/domestic/refunds', {
  id: 'createRefund',
  summary: 'Refund an order, whole or in part',
  fields: {
    'body/sub_mchid': SUB_MCHID,
    'body/transaction_id': TRANSACTION_ID,
    'body/out_trade_no': OUT_TRADE_NO,
    'body/out_refund_no': OUT_REFUND_NO,
    'body/reason': { bytes: true, example: '商品已售完' },
    'body/notify_url': { ...NOTIFY_URL, min: 8, example: 'https://shop.example.com/refund/notify' },
    'body/amount/refund': { min: 1, example: 888 },
    'body/amount/from': { max: 50 },
    'body/amount/from/amount': { min: 1, example: 444 },
    'body/amount/total': { min: 1, example: 888 },
    'body/amount/currency': { required: true },
    'body/goods_detail': { max: 3_000 },
    'body/goods_detail/unit_price': { min: 0, example: 52_800 },
    'body/goods_detail/refund_amount': { min: 0, example: 52_800 },
    'body/goods_detail/refund_quantity': { min: 1, example: 1 },
  },
  rateLimit: { calls: 150, seconds: 1, failing: 6, evidence: 'documented' },
  refusals: {
    url_unfit: urlUnfit,
    no_right: '403 NO_AUTH',
    ip_not_allowed: refusal(403, 'NO_AUTH')('documented', '异常IP请求不予受理', {
      en: 'the merchant takes refunds from some addresses only, and this is another one (text documented, status and code inferred from NOAUTH of API v2); only as a planned fault',
      zh: '商户配置了退款 IP 白名单，而请求来自其他地址（文字见文档，状态码和错误码由 API v2 的 NOAUTH 推断）；只能通过故障注入触发',
      source: paymentSources.refundQuestions,
    }),
    busy: refusal(500, 'SYSTEM_ERROR')('documented', '当前使用此业务的用户较多，请稍后再试', {
      en: 'WeChat Pay is busy (text documented, status and code inferred from SYSTEMERROR of API v2); only as a planned fault',
      zh: '系统繁忙（文字见文档，状态码和错误码由 API v2 的 SYSTEMERROR 推断）；只能通过故障注入触发',
      source: paymentSources.refundQuestions,
    }),
    timed_out: '500 SYSTEM_ERROR',
    ...REFUND_REFUSALS,
    sub_merchant_unknown: SUB_MERCHANT_UNKNOWN,
    order_unknown: {
      row: '404 RESOURCE_NOT_EXISTS 订单号不存在',
      message: '订单不存在',
      when: {
        en: 'the caller has no such order (code documented, text reported; the table has 订单号不存在)',
        zh: '调用方没有该订单（错误码见文档，文字来自开发者反馈；错误码表中是“订单号不存在”）',
      },
      evidence: 'reported',
      source: paymentSources.gopayTests,
      internalCode: INTERNAL_CODES.orderUnknown,
    },
    not_paid: {
      row: '404 RESOURCE_NOT_EXISTS 原订单不存在',
      when: { en: 'the order was not paid', zh: '订单未支付' },
      evidence: 'observed',
      source: leftInCode('"message":"原订单不存在"'),
      internalCode: INTERNAL_CODES.orderUnknown,
    },
  },
  rules: [
    ...REFUND_RULES,
    documented(
      'A refund made in the merchant console, or without notify_url where the console has an address, is notified in the XML of API v2; in the mock only if the control call asks for that.',
      paymentSources.refundQuestions,
      paymentSources.consoleRefundIssue,
      paymentSources.noticeOfVersion2,
    ),
    inferred('Once six calls have failed in a second, the next is answered with 429 whatever it asks.'),
    documented(
      'goods_detail stands in each entry of promotion_detail (in each: inferred); it is not compared with the goods of the order.',
    ),
  ],

  handle: async ({ body }: { body: RefundBody }, context) =>
    refundDetails(await applyForRefund(body, context), context.now),
})
