import { documentedCall, type FieldRule, type Refusal } from '../../catalogue/documented-call.ts'
import { documented, inferred, type OperationContext, observed } from '../../engine/operation.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { commonErrors, INTERNAL_CODES } from '../../protocol/common-errors.ts'
import { fieldError } from '../../protocol/field-check.ts'
import { sources } from '../../protocol/sources.ts'
import { orLastInstant } from '../../shared/last-instant.ts'
import { sameValues } from '../../shared/request-record.ts'
import type { Texts } from '../../shared/texts.ts'
import { explainNoMerchant, explainReuse } from '../common/explain.ts'
import { findUsers } from '../platform/index.ts'
import { explainOrder, OUT_TRADE_NO, TRANSACTION_ID } from './order-calls.ts'
import { type Order, orders, refundIdOf } from './orders.ts'
import { explainUrl, mayNotify, NOTIFY_URL, NOTIFY_URL_RULES, urlUnfit } from './prepay-calls.ts'
import { keepAndTell, keepRefund, receivedAtOf } from './refund-events.ts'
import {
  type AnotherWay,
  canRefund,
  moneyOf,
  REFUND_TAKES_MS,
  REFUNDS_PER_ORDER,
  type RefundRefusal,
  refundedTotal,
  refundOrder,
  refundStatus,
  sendAnotherWay,
  standingRefunds,
  type WantedRefund,
} from './refund-rules.ts'
import { type Refund, type RefundedGoods, type RefundSource, refunds } from './refunds.ts'
import { leftInCode, paymentSources } from './sources.ts'

/** 商户退款单号: up to 64 digits, letters, `_-|*@`. */
const OUT_REFUND_NO: FieldRule = {
  bytes: true,
  pattern: '^[0-9a-zA-Z_|*@-]+$',
  example: '1217752501201407033233368018',
}

/** A direct merchant leaves it out. */
const SUB_MCHID: FieldRule = { bytes: true, pattern: String.raw`^[1-9]\d*$`, example: '1900000109' }

const NOT_FOUND = {
  row: '404 RESOURCE_NOT_EXISTS 退款单不存在',
  when: { en: 'the caller has no such refund', zh: '调用方没有该退款单' },
  evidence: 'observed',
  source: leftInCode('退款单不存在'),
} as const satisfies Refusal

const SUB_MERCHANT_UNKNOWN = {
  row: '404 MCH_NOT_EXISTS',
  when: { en: 'sub_mchid is no merchant', zh: 'sub_mchid 不是已有的商户' },
} as const satisfies Refusal

const OTHER_AMOUNTS = '订单金额或退款金额与之前请求不一致，请核实后再试'
const OTHER_ORDER = '支付单号校验不一致，请核实后再试'

/** The row of the table for what the other rows do not name. */
const UNFIT = '400 INVALID_REQUEST'

interface CreateBody {
  readonly sub_mchid?: string
  readonly transaction_id?: string
  readonly out_trade_no?: string
  readonly out_refund_no: string
  readonly reason?: string
  readonly notify_url?: string
  readonly funds_account?: 'AVAILABLE' | 'UNSETTLED'
  readonly amount: {
    readonly refund: number
    readonly from?: RefundSource[]
    readonly total: number
    readonly currency: 'CNY'
  }
  readonly goods_detail?: RefundedGoods[]
}

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
    ip_not_allowed: {
      status: 403,
      code: 'NO_AUTH',
      message: '异常IP请求不予受理',
      when: {
        en: 'the merchant takes refunds from some addresses only, and this is another one (text documented, status and code inferred from NOAUTH of API v2); only as a planned fault',
        zh: '商户配置了退款 IP 白名单，而请求来自其他地址（文字见文档，状态码和错误码由 API v2 的 NOAUTH 推断）；只能通过故障注入触发',
      },
      evidence: 'documented',
      source: paymentSources.refundQuestions,
    },
    busy: {
      status: 500,
      code: 'SYSTEM_ERROR',
      message: '当前使用此业务的用户较多，请稍后再试',
      when: {
        en: 'WeChat Pay is busy (text documented, status and code inferred from SYSTEMERROR of API v2); only as a planned fault',
        zh: '系统繁忙（文字见文档，状态码和错误码由 API v2 的 SYSTEMERROR 推断）；只能通过故障注入触发',
      },
      evidence: 'documented',
      source: paymentSources.refundQuestions,
    },
    timed_out: '500 SYSTEM_ERROR',
    shared_in_part: {
      status: 400,
      code: 'INVALID_REQUEST',
      message: '申请退款金额大于剩余未分账金额，请等待分账完成后再试',
      when: {
        en: 'the order was shared in part, and what is left is less than the refund (text documented, status and code inferred); only as a planned fault, since profit sharing is not simulated',
        zh: '订单已部分分账，剩余未分账金额小于退款金额（文字见文档，状态码和错误码为推断）；只能通过故障注入触发，因为没有模拟分账',
      },
      evidence: 'documented',
      source: paymentSources.sharingQuestions,
    },
    request_no_of_another_order: {
      status: 400,
      code: 'INVALID_REQUEST',
      message: OTHER_ORDER,
      when: {
        en: 'the out_refund_no made a refund of another order before',
        zh: '该 out_refund_no 已用于另一个订单的退款',
      },
      evidence: 'observed',
      source: [leftInCode(OTHER_ORDER), paymentSources.refundQuestions],
      internalCode: INTERNAL_CODES.repeatedWithOtherValues,
    },
    request_no_reused: {
      status: 400,
      code: 'INVALID_REQUEST',
      message: OTHER_AMOUNTS,
      when: {
        en: 'the out_refund_no made a refund of the same order before, with other values',
        zh: '该 out_refund_no 已对同一订单发起过退款，且参数不同',
      },
      evidence: 'observed',
      source: leftInCode(OTHER_AMOUNTS),
      internalCode: INTERNAL_CODES.repeatedWithOtherValues,
    },
    order_not_named: {
      ...commonErrors.parameter_invalid,
      when: {
        en: 'neither transaction_id nor out_trade_no is given (that one is needed is documented)',
        zh: 'transaction_id 和 out_trade_no 均未传（二选一必填见文档）',
      },
      evidence: 'inferred',
    },
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
    order_differs: {
      status: 400,
      code: 'INVALID_REQUEST',
      message: '您的请求参数与订单信息不一致',
      when: {
        en: 'transaction_id and out_trade_no name different orders, transaction_id one of another merchant, or sub_mchid is given for an order of a direct merchant (the last is inferred)',
        zh: 'transaction_id 与 out_trade_no 指向不同的订单，transaction_id 是另一个商户的订单，或对直连商户的订单传了 sub_mchid（最后一种为推断）',
      },
      evidence: 'documented',
      source: paymentSources.refundQuestions,
    },
    not_paid: {
      row: '404 RESOURCE_NOT_EXISTS 原订单不存在',
      when: { en: 'the order was not paid', zh: '订单未支付' },
      evidence: 'observed',
      source: leftInCode('"message":"原订单不存在"'),
      internalCode: INTERNAL_CODES.orderUnknown,
    },
    too_late: {
      status: 400,
      code: 'INVALID_REQUEST',
      message: '订单已经超过退款期限',
      when: {
        en: 'the payment is more than 365 days ago (text documented, status and code inferred: the questions of 2026 name TRADE_OVERDUE, a code of API v2, as they name REFUND_FEE_MISMATCH where INVALID_REQUEST was seen)',
        zh: '支付距今已超过 365 天（文字见文档，状态码和错误码为推断：2026 年的常见问题写的是 API v2 的 TRADE_OVERDUE，而同一页写作 REFUND_FEE_MISMATCH 的，线上是 INVALID_REQUEST）',
      },
      evidence: 'documented',
      source: [paymentSources.pageNotes, paymentSources.refundQuestions],
    },
    total_differs: {
      status: 400,
      code: 'INVALID_REQUEST',
      message: OTHER_AMOUNTS,
      when: {
        en: 'amount.total is not the total of the order (that it has this text is inferred)',
        zh: 'amount.total 不是订单的总金额（使用此文字为推断）',
      },
      evidence: 'inferred',
    },
    all_refunded: {
      status: 400,
      code: 'INVALID_REQUEST',
      message: '订单已全额退款',
      when: { en: 'all of the order is refunded already', zh: '订单已全额退款' },
      evidence: 'observed',
      source: leftInCode('订单已全额退款'),
    },
    more_than_paid: {
      status: 400,
      code: 'INVALID_REQUEST',
      message: '申请退款金额超过订单可退金额',
      when: {
        en: 'all refunds of the order together would be more than was paid',
        zh: '该订单的退款总额会超过支付金额',
      },
      evidence: 'documented',
      source: [paymentSources.partnerRefundQuestions, leftInCode('申请退款金额超过订单可退金额')],
    },
    too_many_refunds: {
      row: UNFIT,
      when: {
        en: 'the order has 50 refunds already (the limit is documented; that this error applies is inferred)',
        zh: '该订单已有 50 笔退款（上限见文档，适用此错误为推断）',
      },
    },
    sources_unfit: {
      row: UNFIT,
      when: {
        en: 'amount.from names an account twice, or its amounts do not add up to the refund (that this error applies is inferred)',
        zh: 'amount.from 中同一账户出现两次，或各项金额之和不等于退款金额（适用此错误为推断）',
      },
    },
    user_account_abnormal: {
      row: '403 USER_ACCOUNT_ABNORMAL',
      message: '用户账户异常或已注销，不能原路退回，请使用其他方式进行退款。',
      when: {
        en: "the user's account is blocked or closed (the table has the text 退款请求失败)",
        zh: '用户的账号被冻结或已注销（错误码表中的文字是“退款请求失败”）',
      },
      evidence: 'documented',
      source: paymentSources.refundQuestions,
    },
    not_enough: {
      row: '403 NOT_ENOUGH',
      message: '基本账户余额不足，请充值后重新发起',
      when: {
        en: 'all refunds of the merchant together would exceed its `refundable`',
        zh: '该商户的退款总额会超过它的 `refundable`',
      },
      evidence: 'observed',
      source: leftInCode('{"code":"NOT_ENOUGH","message":"基本账户余额不足，请充值后重新发起"}'),
    },
  },

  rules: [
    ...NOTIFY_URL_RULES,
    inferred('transaction_id or out_trade_no names the order; both may be given if they name the same.'),
    documented('The same out_refund_no with the same values is answered with the same refund.'),
    inferred(
      'Judged in this order: the fields, the out_refund_no, the order, whether it is paid, its age, amount.total, the sum, the number of refunds, amount.from, money.',
    ),
    observed('A refund is PROCESSING at first.', leftInCode('"status":"PROCESSING","transaction_id"')),
    inferred('It is settled five seconds later.'),
    documented('The sum of all refunds of an order is at most its total, in at most 50 of them.'),
    inferred('A refund that was CLOSED gives back its money and its place among the 50.'),
    documented('Refunds of one order should be a minute apart; the mock does not enforce this.'),
    documented('The 365 days count from the payment.'),
    documented('The order is REFUND from its first refund on.', sources.vendorSkills),
    documented(
      'Where notify_url is given, REFUND.SUCCESS, REFUND.ABNORMAL or REFUND.CLOSED is sent when it is settled.',
    ),
    documented(
      'A refund made in the merchant console, or without notify_url where the console has an address, is notified in the XML of API v2; in the mock only if the control call asks for that.',
      paymentSources.refundQuestions,
      paymentSources.consoleRefundIssue,
      paymentSources.noticeOfVersion2,
    ),
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
    inferred('Once six calls have failed in a second, the next is answered with 429 whatever it asks.'),
    inferred(
      'amount.from is accepted for any order; the page refuses it for those that do not wait for their sharing, which is not simulated.',
    ),
    documented(
      'goods_detail stands in each entry of promotion_detail (in each: inferred); it is not compared with the goods of the order.',
    ),
  ],

  async handle({ body }: { body: CreateBody }, { tx, now, caller, ids, settings, merchantOf, fail }) {
    const { out_refund_no, amount, reason, notify_url, funds_account, sub_mchid, goods_detail } = body
    const request = [JSON.stringify(body)]
    if (notify_url !== undefined && !mayNotify(notify_url, settings)) return fail('url_unfit', explainUrl(notify_url))
    const existing = await tx.in(refunds).find(caller.mchid, out_refund_no)
    if (existing) {
      if (sameValues(existing.request, request)) return refundDetails(existing, now)
      const { out_trade_no = existing.out_trade_no, transaction_id = existing.transaction_id } = body
      const sameOrder = out_trade_no === existing.out_trade_no && transaction_id === existing.transaction_id
      return fail(
        sameOrder ? 'request_no_reused' : 'request_no_of_another_order',
        explainReuse(out_refund_no, { values: existing.request, at: existing.create_time }, request),
      )
    }

    if (body.transaction_id === undefined && body.out_trade_no === undefined) {
      return fail('order_not_named', {
        en: '/body/out_trade_no: missing, and so is /body/transaction_id',
        zh: '/body/out_trade_no 与 /body/transaction_id 均未传',
      })
    }
    checkSubMerchant(sub_mchid, { merchantOf, fail })
    const named = await namedOrders(tx, caller.mchid, body)
    const order = named.find((one) => one !== undefined)
    if (order === undefined) {
      const numbers = numbersOf(body)
      return fail('order_unknown', {
        en: `${caller.mchid} has no order that is ${numbers.join(' and ')}`,
        zh: `${caller.mchid} 没有订单 ${numbers.join('、')}`,
      })
    }
    if (named.some((one) => one?.out_trade_no !== order.out_trade_no || one.mchid !== caller.mchid)) {
      const numbers = numbersOf(body)
      return fail('order_differs', {
        en: `${numbers.join(' and ')}: not one order of ${caller.mchid}`,
        zh: `${numbers.join(' 与 ')} 不是 ${caller.mchid} 的同一个订单`,
      })
    }
    if (sub_mchid !== undefined) {
      return fail('order_differs', {
        en: `/body/sub_mchid is ${sub_mchid}, and the order is one of a direct merchant`,
        zh: `/body/sub_mchid 是 ${sub_mchid}，而该订单是直连商户的订单`,
      })
    }
    const before = await tx.in(refunds).where('out_trade_no', order.out_trade_no, caller.mchid)
    const { from } = amount
    const wanted = { refund: amount.refund, total: amount.total, from, at: now }
    const decision = refundOrder(order, before, wanted)
    if (!decision.ok) return fail(decision.reason, explainRefund(decision.reason, order, before, wanted))
    const users = order.openid === undefined ? [] : await findUsers(tx, order.openid, [caller.mchid])
    if (users.some(({ closed }) => closed)) {
      return fail('user_account_abnormal', {
        en: `the account of ${order.openid} is closed`,
        zh: `${order.openid} 的账号已注销`,
      })
    }
    const { refundableFen } = caller
    // Its other refunds matter only where there is a limit.
    if (
      refundableFen !== undefined &&
      !canRefund(refundableFen, await tx.in(refunds).list(caller.mchid), amount.refund)
    ) {
      return fail('not_enough', {
        en: `${caller.mchid} has ${refundableFen} fen for all its refunds, and this one takes ${amount.refund} more`,
        zh: `${caller.mchid} 可用于退款的余额共 ${refundableFen} 分，不够本次再退 ${amount.refund} 分`,
      })
    }

    const { order: refunded, promotions, fee } = decision.value
    const refund: Refund = {
      mchid: caller.mchid,
      out_refund_no,
      refund_id: refundIdOf(ids, now),
      out_trade_no: order.out_trade_no,
      transaction_id: refunded.transaction_id,
      refund: amount.refund,
      total: amount.total,
      currency: amount.currency,
      reason,
      notify_url,
      funds_account,
      from,
      goods: goods_detail,
      promotions: promotions.length > 0 ? promotions : undefined,
      fee,
      create_time: now,
      settle_time: orLastInstant(now + REFUND_TAKES_MS),
      outcome: 'SUCCESS',
      request,
    }
    await keepRefund(tx, refunded, refund, { now, ids })
    return refundDetails(refund, now)
  },
})

function explainRefund(
  reason: RefundRefusal,
  order: Order,
  before: readonly Refund[],
  { refund, total, at }: WantedRefund,
): Texts {
  switch (reason) {
    case 'not_paid':
      return explainOrder(order, at)
    case 'too_late':
      return {
        en: `${explainOrder(order, at).en}, more than 365 days later`,
        zh: `${explainOrder(order, at).zh}，已超过 365 天`,
      }
    case 'total_differs':
      return {
        en: `/body/amount/total is ${total}, and ${explainOrder(order, at).en}`,
        zh: `/body/amount/total 是 ${total}，而${explainOrder(order, at).zh}`,
      }
    case 'too_many_refunds': {
      const count = standingRefunds(before, at).length
      return {
        en: `order ${order.out_trade_no} has ${count} refunds, at most ${REFUNDS_PER_ORDER}`,
        zh: `订单 ${order.out_trade_no} 已有 ${count} 笔退款，最多 ${REFUNDS_PER_ORDER} 笔`,
      }
    }
    case 'all_refunded':
    case 'more_than_paid': {
      const refunded = refundedTotal(before, at)
      return {
        en: `${refund} fen of order ${order.out_trade_no} are asked back, of its ${order.total} fen ${refunded} are refunded`,
        zh: `订单 ${order.out_trade_no} 共 ${order.total} 分，已退 ${refunded} 分，而本次要退 ${refund} 分`,
      }
    }
    case 'sources_unfit':
      return {
        en: `/body/amount/from: different accounts that give ${refund} fen together`,
        zh: `/body/amount/from：应为互不相同的账户，金额合计 ${refund} 分`,
      }
  }
}

type OrderNumbers = Pick<CreateBody, 'transaction_id' | 'out_trade_no'>

function numbersOf({ transaction_id, out_trade_no }: OrderNumbers): string[] {
  return [transaction_id, out_trade_no].filter((one) => one !== undefined)
}

/** The order that each number in the request names: among the caller's orders, or by WeChat Pay's number among all. */
async function namedOrders(
  tx: Transaction,
  mchid: string,
  { transaction_id, out_trade_no }: OrderNumbers,
): Promise<readonly (Order | undefined)[]> {
  return [
    ...(out_trade_no === undefined ? [] : [await tx.in(orders).find(mchid, out_trade_no)]),
    ...(transaction_id === undefined ? [] : [await orderOf(tx, transaction_id, mchid)]),
  ]
}

/** The order with one of WeChat Pay's numbers: the caller's own first, as seed files may give a number twice. */
async function orderOf(tx: Transaction, transactionId: string, mchid: string): Promise<Order | undefined> {
  const all = await tx.in(orders).where('transaction_id', transactionId)
  return all.find((one) => one.mchid === mchid) ?? all[0]
}

/** 查询单笔退款: look a refund up by the merchant's number. */
export const queryRefund = documentedCall('GET /v3/refund/domestic/refunds/{out_refund_no}', {
  id: 'queryRefund',
  summary: "Look up a refund by the merchant's number",
  fields: { 'path/out_refund_no': OUT_REFUND_NO, 'query/sub_mchid': SUB_MCHID },
  refusals: { timed_out: '500 SYSTEM_ERROR', sub_merchant_unknown: SUB_MERCHANT_UNKNOWN, not_found: NOT_FOUND },
  rules: [
    documented('A refund is found by the merchant that made it only.'),
    inferred('With sub_mchid a refund of a direct merchant is not found.'),
    documented('success_time is there once it has succeeded.'),
    documented('The answer has the members of the call that made it.'),
  ],

  async handle(
    { path, query: { sub_mchid } }: { path: { out_refund_no: string }; query: { sub_mchid?: string } },
    { tx, now, caller, merchantOf, fail },
  ) {
    checkSubMerchant(sub_mchid, { merchantOf, fail })
    const refund = await tx.in(refunds).find(caller.mchid, path.out_refund_no)
    return refund && sub_mchid === undefined
      ? refundDetails(refund, now)
      : fail('not_found', {
          en: `${caller.mchid} has no refund ${path.out_refund_no}${sub_mchid === undefined ? '' : ` of ${sub_mchid}`}`,
          zh: `${caller.mchid} 没有${sub_mchid === undefined ? '' : `子商户 ${sub_mchid} 的`}退款单 ${path.out_refund_no}`,
        })
  },
})

/** The banks whose cards a refund can be sent to, by the names that `user_received_account` has (the names are ours). */
const BANKS = {
  ICBC_DEBIT: '工商银行',
  ABC_DEBIT: '农业银行',
  PSBC_DEBIT: '邮储银行',
  CCB_DEBIT: '建设银行',
  CMB_DEBIT: '招商银行',
  BOC_DEBIT: '中国银行',
  COMM_DEBIT: '交通银行',
  SPDB_DEBIT: '浦发银行',
  GDB_DEBIT: '广发银行',
  CMBC_DEBIT: '民生银行',
  PAB_DEBIT: '平安银行',
  CEB_DEBIT: '光大银行',
  CIB_DEBIT: '兴业银行',
  CITIC_DEBIT: '中信银行',
  NBCB_DEBIT: '宁波银行',
} as const

const MERCHANT_ACCOUNT = '商户基本账户商户结算银行账户'

const TITLES = { bank_type: '开户银行', bank_account: '收款银行卡号', real_name: '收款用户姓名' } as const

interface AbnormalBody {
  readonly sub_mchid?: string
  readonly out_refund_no: string
  readonly type: 'USER_BANK_CARD' | 'MERCHANT_BANK_CARD'
  readonly bank_type?: keyof typeof BANKS
  readonly bank_account?: string
  readonly real_name?: string
}

/** 发起异常退款: redirect an abnormal refund to a bank card. */
export const applyAbnormalRefund = documentedCall(
  'POST /v3/refund/domestic/refunds/{refund_id}/apply-abnormal-refund',
  {
    id: 'applyAbnormalRefund',
    summary: 'Redirect an abnormal refund to a bank card',
    fields: {
      'path/refund_id': { bytes: true, example: '50303400132024073100000000169' },
      'body/sub_mchid': SUB_MCHID,
      'body/out_refund_no': OUT_REFUND_NO,
      'body/bank_type': { values: Object.keys(BANKS) },
    },
    refusals: {
      bank_account_unfit: {
        ...commonErrors.parameter_invalid,
        when: {
          en: 'bank_account, once decrypted, is not 8 to 30 digits',
          zh: 'bank_account 解密后不是 8 到 30 位数字',
        },
        evidence: 'inferred',
      },
      timed_out: '500 SYSTEM_ERROR',
      // In the tables of the calls beside, and not in that of this one.
      sub_merchant_unknown: {
        when: SUB_MERCHANT_UNKNOWN.when,
        status: 404,
        code: 'MCH_NOT_EXISTS',
        message: 'MCHID不存在',
        evidence: 'sibling',
        source: paymentSources.refundPage,
      },
      not_found: {
        ...NOT_FOUND,
        when: {
          en: 'the caller has no refund with this refund_id and out_refund_no',
          zh: '调用方没有此 refund_id 与 out_refund_no 对应的退款单',
        },
      },
      not_abnormal: {
        row: UNFIT,
        when: {
          en: 'the refund is not ABNORMAL (status and code documented; that it has this text is inferred)',
          zh: '退款状态不是 ABNORMAL（状态码和错误码见文档，使用此文字为推断）',
        },
      },
    },

    rules: [
      documented('Only an ABNORMAL refund can be redirected; it is then PROCESSING again.'),
      documented('bank_type, bank_account and real_name are needed for USER_BANK_CARD.'),
      documented('bank_account and real_name are encrypted with the key that Wechatpay-Serial names.'),
      inferred('Without either of them, Wechatpay-Serial need not be there.'),
      documented(
        'USER_BANK_CARD ends as SUCCESS with the channel OTHER_BANKCARD, five seconds later (the time is inferred).',
      ),
      documented(
        `MERCHANT_BANK_CARD ends as SUCCESS with user_received_account ${MERCHANT_ACCOUNT}, and keeps the channel (the latter is inferred).`,
      ),
      inferred('A repeat while it is PROCESSING returns the refund as it stands.'),
      documented('REFUND.SUCCESS is sent where the refund named a notify_url.'),
    ],

    async handle(
      { path, body }: { path: { refund_id: string }; body: AbnormalBody },
      { tx, now, caller, ids, merchantOf, fail },
    ) {
      const { out_refund_no, sub_mchid } = body
      const another = anotherWay(body)
      if (another === undefined)
        return fail('bank_account_unfit', {
          en: '/body/bank_account: not 8 to 30 digits, once decrypted',
          zh: '/body/bank_account：解密后不是 8 到 30 位数字',
        })
      checkSubMerchant(sub_mchid, { merchantOf, fail })
      const refund = await tx.in(refunds).find(caller.mchid, out_refund_no)
      if (refund?.refund_id !== path.refund_id || sub_mchid !== undefined) {
        return fail('not_found', {
          en: `${caller.mchid} has no refund ${path.refund_id} with out_refund_no ${out_refund_no}`,
          zh: `${caller.mchid} 没有 out_refund_no 为 ${out_refund_no} 的退款单 ${path.refund_id}`,
        })
      }
      const decision = sendAnotherWay(refund, another, now)
      if (!decision.ok) {
        const status = refundStatus(refund, now)
        return fail(decision.reason, {
          en: `refund ${out_refund_no} is ${status}`,
          zh: `退款单 ${out_refund_no} 的状态是 ${status}`,
        })
      }
      if (decision.value !== refund) await keepAndTell(tx, decision.value, { now, ids })
      return refundDetails(decision.value, now)
    },
  },
)

/** @throws ApiError for a field that is missing */
function anotherWay(body: AbnormalBody): AnotherWay | undefined {
  if (body.type === 'MERCHANT_BANK_CARD') return { received_account: MERCHANT_ACCOUNT }
  const { bank_type = missing('bank_type'), bank_account = missing('bank_account') } = body
  if (body.real_name === undefined) missing('real_name')
  if (!/^\d{8,30}$/.test(bank_account)) return undefined
  return { received_account: `${BANKS[bank_type]}借记卡${bank_account.slice(-4)}`, channel: 'OTHER_BANKCARD' }
}

function missing(field: keyof typeof TITLES): never {
  throw fieldError(
    'body',
    [field],
    TITLES[field],
    { rule: 'missing' },
    {
      en: `/body/${field}: missing, with USER_BANK_CARD`,
      zh: `/body/${field}：缺少此字段，type 为 USER_BANK_CARD 时必填`,
    },
  )
}

/** A refund as the calls that make it and look it up show it at an instant (pay-family.md 5.2), with more than they show. */
function refundDetails(refund: Refund, now: number) {
  const { funds_account = 'AVAILABLE', channel = 'ORIGINAL', promotions = [], goods } = refund
  const status = refundStatus(refund, now)
  return {
    ...refund,
    status,
    channel,
    funds_account,
    user_received_account: receivedAtOf(refund),
    success_time: status === 'SUCCESS' ? refund.settle_time : undefined,
    amount: moneyOf(refund),
    promotion_detail: promotions
      .filter(({ refund_amount }) => refund_amount > 0)
      .map((one) => ({ ...one, promotion_id: one.coupon_id, goods_detail: goods })),
  }
}

/** Refuses a `sub_mchid` that is no merchant. */
function checkSubMerchant(
  subMchid: string | undefined,
  { merchantOf, fail }: Pick<OperationContext<'sub_merchant_unknown'>, 'merchantOf' | 'fail'>,
): void {
  if (subMchid !== undefined && merchantOf(subMchid) === undefined) {
    fail('sub_merchant_unknown', explainNoMerchant(subMchid))
  }
}
