import { HELD_BY_RULES, type Refusal } from '../../catalogue/documented-call.ts'
import { documented, inferred, observed, REPEAT, upon } from '../../engine/operation.ts'
import { INTERNAL_CODES } from '../../wire/protocol/common-errors.ts'
import { sources } from '../../wire/protocol/sources.ts'
import { because, fromPage, parameterUnfit, refusal } from '../common/refusal.ts'
import { OUT_TRADE_NO, TRANSACTION_ID } from './order-calls.ts'
import { NOTIFY_URL, NOTIFY_URL_RULES } from './prepay-refusals.ts'
import { OUT_REFUND_NO, UNFIT } from './refund-calls.ts'
import { leftInCode, paymentSources } from './sources.ts'

const INVALID_REQUEST = { status: 400, code: 'INVALID_REQUEST', evidence: 'documented' } as const
const OTHER_AMOUNTS = '订单金额或退款金额与之前请求不一致，请核实后再试'
const SHARED_IN_PART = '申请退款金额大于剩余未分账金额，请等待分账完成后再试'
const OTHER_ORDER = '支付单号校验不一致，请核实后再试'

/** Rules of the fields of every way to apply for a refund. */
export const REFUND_FIELDS = {
  'body/transaction_id': { ...TRANSACTION_ID, ...HELD_BY_RULES },
  'body/out_trade_no': { ...OUT_TRADE_NO, ...HELD_BY_RULES },
  'body/out_refund_no': OUT_REFUND_NO,
  'body/reason': { bytes: true, example: '商品已售完' },
  'body/notify_url': { ...NOTIFY_URL, min: 8, example: 'https://shop.example.com/refund/notify' },
  'body/amount/refund': { min: 1, example: 888 },
  'body/amount/from': { max: 50 },
  'body/amount/from/amount': { min: 1, example: 444 },
  'body/amount/total': { min: 1, example: 888 },
} as const

/** Refusals of every way to apply for a refund. */
export const REFUND_REFUSALS = {
  request_no_of_another_order: because(INVALID_REQUEST, {
    en: 'the out_refund_no made a refund of another order before',
    zh: '该 out_refund_no 已用于另一个订单的退款',
    message: OTHER_ORDER,
    evidence: 'observed',
    source: [leftInCode(OTHER_ORDER), paymentSources.refundQuestions],
    internalCode: INTERNAL_CODES.repeatedWithOtherValues,
  }),
  request_no_reused: because(INVALID_REQUEST, {
    en: 'the out_refund_no made a refund of the same order before, with other values',
    zh: '该 out_refund_no 已对同一订单发起过退款，且参数不同',
    message: OTHER_AMOUNTS,
    evidence: 'observed',
    source: leftInCode(OTHER_AMOUNTS),
    internalCode: INTERNAL_CODES.repeatedWithOtherValues,
  }),
  order_not_named: parameterUnfit({
    en: 'neither transaction_id nor out_trade_no is given (that one is needed is documented)',
    zh: 'transaction_id 和 out_trade_no 均未传（二选一必填见文档）',
  }),
  order_differs: because(INVALID_REQUEST, {
    en: 'transaction_id and out_trade_no name different orders, transaction_id one of another merchant, or sub_mchid is not the one of the order (the last is inferred)',
    zh: 'transaction_id 与 out_trade_no 指向不同的订单，transaction_id 是另一个商户的订单，或 sub_mchid 与订单的不同（最后一种为推断）',
    message: '您的请求参数与订单信息不一致',
    source: paymentSources.refundQuestions,
  }),
  too_late: because(INVALID_REQUEST, {
    en: 'the payment is more than 365 days ago (text documented, status and code inferred: the questions of 2026 name TRADE_OVERDUE, a code of API v2, as they name REFUND_FEE_MISMATCH where INVALID_REQUEST was seen)',
    zh: '支付距今已超过 365 天（文字见文档，状态码和错误码为推断：2026 年的常见问题写的是 API v2 的 TRADE_OVERDUE，而同一页写作 REFUND_FEE_MISMATCH 的，线上是 INVALID_REQUEST）',
    message: '订单已经超过退款期限',
    source: [paymentSources.pageNotes, paymentSources.refundQuestions],
  }),
  total_differs: because(INVALID_REQUEST, {
    en: 'amount.total is not the total of the order (that it has this text is inferred)',
    zh: 'amount.total 不是订单的总金额（使用此文字为推断）',
    message: OTHER_AMOUNTS,
    evidence: 'inferred',
  }),
  all_refunded: because(INVALID_REQUEST, {
    en: 'all of the order is refunded already',
    zh: '订单已全额退款',
    message: '订单已全额退款',
    evidence: 'observed',
    source: leftInCode('订单已全额退款'),
  }),
  more_than_paid: because(INVALID_REQUEST, {
    en: 'all refunds of the order together would be more than was paid',
    zh: '该订单的退款总额会超过支付金额',
    message: '申请退款金额超过订单可退金额',
    source: [paymentSources.partnerRefundQuestions, leftInCode('申请退款金额超过订单可退金额')],
  }),
  too_many_refunds: fromPage(UNFIT, {
    en: 'the order has 50 refunds already (the limit is documented; that this error applies is inferred)',
    zh: '该订单已有 50 笔退款（上限见文档，适用此错误为推断）',
  }),
  sources_unshared: because(INVALID_REQUEST, {
    en: 'amount.from is given, and the order is no sharing order (分账订单)',
    zh: '传了 amount.from，而订单不是分账订单',
    message: '多账户出资退款不支持非分账订单',
    evidence: 'observed',
    source: paymentSources.unsharedRefund,
  }),
  sources_unfit: fromPage(UNFIT, {
    en: 'amount.from names an account twice, its amounts do not add up to the refund, or the sharing of the order is over (that this error applies is inferred)',
    zh: 'amount.from 中同一账户出现两次、各项金额之和不等于退款金额，或订单的分账已结束（适用此错误为推断）',
  }),
  user_account_abnormal: fromPage('403 USER_ACCOUNT_ABNORMAL', {
    en: "the user's account is blocked or closed (the table has the text 退款请求失败)",
    zh: '用户的账号被冻结或已注销（错误码表中的文字是“退款请求失败”）',
    message: '用户账户异常或已注销，不能原路退回，请使用其他方式进行退款。',
    source: paymentSources.refundQuestions,
  }),
  not_enough: fromPage('403 NOT_ENOUGH', {
    en: 'all refunds of the merchant together would exceed its `refundable`',
    zh: '该商户的退款总额会超过它的 `refundable`',
    message: '基本账户余额不足，请充值后重新发起',
    internalCode: INTERNAL_CODES.notEnough,
    evidence: 'observed',
    source: leftInCode('{"code":"NOT_ENOUGH","message":"基本账户余额不足，请充值后重新发起"}'),
  }),
  shared_in_part: refusal(403, 'RULE_LIMIT')('observed', SHARED_IN_PART, {
    en: 'the order was shared in part, and less than the refund is left of its frozen money: unfreeze it first (logged in 2022 of ecommerce/refunds/apply; the text is documented)',
    zh: '订单已部分分账，剩余未分账金额小于退款金额，须先解冻剩余资金（2022 年 ecommerce/refunds/apply 的日志如此；文字见文档）',
    source: [paymentSources.refundOfShared, paymentSources.sharingQuestions],
  }),
  shared_in_part_as_invalid: because(INVALID_REQUEST, {
    en: 'the same with refundOfShared=INVALID_REQUEST (text documented, status and code inferred)',
    zh: '同上，设置 refundOfShared=INVALID_REQUEST 时（文字见文档，状态码和错误码为推断）',
    message: SHARED_IN_PART,
    evidence: 'inferred',
    source: paymentSources.sharingQuestions,
  }),
} as const satisfies Readonly<Record<string, Refusal>>

/** The rules of every way to apply for a refund. */
export const REFUND_RULES = [
  ...NOTIFY_URL_RULES,
  inferred('transaction_id or out_trade_no names the order; both may be given if they name the same.'),
  upon(REPEAT, documented('The same out_refund_no with the same values is answered with the same refund.')),
  inferred(
    'Judged in this order: the fields, the out_refund_no, the order, whether it is paid, its age, amount.total, the sum, the number of refunds, amount.from, money.',
  ),
  observed('A refund is PROCESSING at first.', leftInCode('"status":"PROCESSING","transaction_id"')),
  inferred('It is settled five seconds later.'),
  documented('The sum of all refunds of an order is at most its total, in at most 50 of them.'),
  inferred('A refund that was CLOSED gives back its money and its place among the 50.'),
  documented('The 365 days count from the payment.'),
  documented('The order is REFUND from its first refund on.', sources.vendorSkills),
  documented('Where notify_url is given, REFUND.SUCCESS, REFUND.ABNORMAL or REFUND.CLOSED is sent when it is settled.'),
  documented(
    'The user gets payer_total / total of the refund, coupons of WeChat Pay (代金券) the rest: payer_refund, discount_refund, promotion_detail.',
  ),
  documented('settlement_total and settlement_refund exclude what NOCASH coupons take off.'),
  inferred('Shares are rounded half up to the fen, and the last refund takes the rest.'),
  documented(
    'refund_fee is the part of the fee that the refund is of the order: of a fee of 0.60 %, and of all refunds together the whole (the last two are inferred).',
  ),
  observed(
    'amount.from and promotion_detail are [] where there is nothing, and funds_account is AVAILABLE where none was given.',
    leftInCode('"discount_refund":0,"from":[]'),
  ),
  documented(
    'The money of an order that waits to be shared (分账) is refunded out of what is frozen (funds_account UNAVAILABLE: inferred); once it was shared, at most what is still frozen, and after unfreezing out of what is available.',
    paymentSources.sharingQuestions,
  ),
  documented('amount.from is for orders whose sharing (分账) is not over.'),
]
