import { documentedCall } from '../../catalogue/documented-call.ts'
import { documented, inferred, observed } from '../../engine/operation.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { INTERNAL_CODES } from '../../protocol/common-errors.ts'
import { sources } from '../../protocol/sources.ts'
import { sameValues } from '../../shared/same-values.ts'
import type { Texts } from '../../shared/texts.ts'
import { explainReuse } from '../common/explain.ts'
import { because, fromPage, parameterUnfit, refusal } from '../common/refusal.ts'
import { findUsers } from '../platform/index.ts'
import { explainOrder, OUT_TRADE_NO, TRANSACTION_ID } from './order-calls.ts'
import { type Order, orders, refundIdOf } from './orders.ts'
import { SUB_MCHID } from './partners.ts'
import { explainUrl, mayNotify, NOTIFY_URL, NOTIFY_URL_RULES, urlUnfit } from './prepay-facts.ts'
import { checkSubMerchant, OUT_REFUND_NO, refundDetails, SUB_MERCHANT_UNKNOWN, UNFIT } from './refund-calls.ts'
import { keepRefund } from './refund-events.ts'
import {
  canRefund,
  REFUNDS_PER_ORDER,
  type RefundRefusal,
  refundedTotal,
  refundOrder,
  standingRefunds,
  unsplitAmount,
  type WantedRefund,
} from './refund-rules.ts'
import { type Refund, type RefundedGoods, type RefundSource, refunds } from './refunds.ts'
import { leftInCode, paymentSources } from './sources.ts'

const INVALID_REQUEST = { status: 400, code: 'INVALID_REQUEST', evidence: 'documented' } as const
const OTHER_AMOUNTS = '订单金额或退款金额与之前请求不一致，请核实后再试'
const OTHER_ORDER = '支付单号校验不一致，请核实后再试'

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
    shared_in_part: because(INVALID_REQUEST, {
      en: 'the order was shared in part, and less than the refund is left of its frozen money: unfreeze it first (text documented, status and code inferred)',
      zh: '订单已部分分账，剩余未分账金额小于退款金额，须先解冻剩余资金（文字见文档，状态码和错误码为推断）',
      message: '申请退款金额大于剩余未分账金额，请等待分账完成后再试',
      source: paymentSources.sharingQuestions,
    }),
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
    order_differs: because(INVALID_REQUEST, {
      en: 'transaction_id and out_trade_no name different orders, transaction_id one of another merchant, or sub_mchid is not the one of the order (the last is inferred)',
      zh: 'transaction_id 与 out_trade_no 指向不同的订单，transaction_id 是另一个商户的订单，或 sub_mchid 与订单的不同（最后一种为推断）',
      message: '您的请求参数与订单信息不一致',
      source: paymentSources.refundQuestions,
    }),
    not_paid: {
      row: '404 RESOURCE_NOT_EXISTS 原订单不存在',
      when: { en: 'the order was not paid', zh: '订单未支付' },
      evidence: 'observed',
      source: leftInCode('"message":"原订单不存在"'),
      internalCode: INTERNAL_CODES.orderUnknown,
    },
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
    sources_unfit: fromPage(UNFIT, {
      en: 'amount.from names an account twice, or its amounts do not add up to the refund (that this error applies is inferred)',
      zh: 'amount.from 中同一账户出现两次，或各项金额之和不等于退款金额（适用此错误为推断）',
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
      evidence: 'observed',
      source: leftInCode('{"code":"NOT_ENOUGH","message":"基本账户余额不足，请充值后重新发起"}'),
    }),
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
    documented(
      'The money of an order that waits to be shared (分账) is refunded out of what is frozen (funds_account UNAVAILABLE: inferred); once it was shared, at most what is still frozen, and after unfreezing out of what is available.',
      paymentSources.sharingQuestions,
    ),
    inferred('Once six calls have failed in a second, the next is answered with 429 whatever it asks.'),
    inferred(
      'amount.from is accepted for any order; the page refuses it for those that do not wait for their sharing.',
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
        explainReuse(out_refund_no, { values: existing.request, time: existing.create_time }, request),
      )
    }

    if (body.transaction_id === undefined && body.out_trade_no === undefined) {
      return fail('order_not_named', {
        en: '/body/out_trade_no: missing, and so is /body/transaction_id',
        zh: '/body/out_trade_no 与 /body/transaction_id 均未传',
      })
    }
    checkSubMerchant(sub_mchid, { merchantOf, settings, fail })
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
    if (sub_mchid !== order.sub_mchid) {
      const [given, own] = [sub_mchid, order.sub_mchid].map((one) => one ?? '—')
      return fail('order_differs', {
        en: `/body/sub_mchid: ${given}, and the order has: ${own}`,
        zh: `/body/sub_mchid：${given}，而该订单的子商户号：${own}`,
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
    const payer = sub_mchid === undefined ? caller : merchantOf(sub_mchid)
    // Its other refunds matter only where there is a limit.
    if (payer?.refundableFen !== undefined) {
      const { mchid, refundableFen } = payer
      const own = (await tx.in(refunds).list(caller.mchid)).filter((one) => one.sub_mchid === sub_mchid)
      if (!canRefund(refundableFen, own, amount.refund)) {
        return fail('not_enough', {
          en: `${mchid} has ${refundableFen} fen for all its refunds, and this one takes ${amount.refund} more`,
          zh: `${mchid} 可用于退款的余额共 ${refundableFen} 分，不够本次再退 ${amount.refund} 分`,
        })
      }
    }

    const { order: refunded, refund: made } = decision.value
    const refund: Refund = {
      ...made,
      out_refund_no,
      refund_id: refundIdOf(ids, now),
      reason,
      notify_url,
      funds_account: funds_account ?? made.funds_account,
      from,
      goods: goods_detail,
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
  const { out_trade_no: number } = order
  const { en, zh } = explainOrder(order, at)
  const count = standingRefunds(before, at).length
  const refunded = refundedTotal(before, at)
  const sum = {
    en: `${refund} fen of order ${number} are asked back, of its ${order.total} fen ${refunded} are refunded`,
    zh: `订单 ${number} 共 ${order.total} 分，已退 ${refunded} 分，而本次要退 ${refund} 分`,
  }
  const texts: Readonly<Record<RefundRefusal, Texts>> = {
    not_paid: { en, zh },
    too_late: { en: `${en}, more than 365 days later`, zh: `${zh}，已超过 365 天` },
    total_differs: { en: `/body/amount/total is ${total}, and ${en}`, zh: `/body/amount/total 是 ${total}，而${zh}` },
    all_refunded: sum,
    more_than_paid: sum,
    too_many_refunds: {
      en: `order ${number} has ${count} refunds, at most ${REFUNDS_PER_ORDER}`,
      zh: `订单 ${number} 已有 ${count} 笔退款，最多 ${REFUNDS_PER_ORDER} 笔`,
    },
    sources_unfit: {
      en: `/body/amount/from: different accounts that give ${refund} fen together`,
      zh: `/body/amount/from：应为互不相同的账户，金额合计 ${refund} 分`,
    },
    shared_in_part: {
      en: `order ${number} was shared, and ${unsplitAmount(order, before, at)} fen of it are still frozen`,
      zh: `订单 ${number} 已分账，仍冻结待分的有 ${unsplitAmount(order, before, at)} 分`,
    },
  }
  return texts[reason]
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
