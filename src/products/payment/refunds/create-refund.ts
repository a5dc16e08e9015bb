import { z } from 'zod'
import { defineOperation } from '../../../engine/operation.ts'
import type { Transaction } from '../../../engine/state/store.ts'
import { commonErrors, INTERNAL_CODES } from '../../../protocol/common-errors.ts'
import { sources } from '../../../protocol/sources.ts'
import { orLastInstant } from '../../../shared/last-instant.ts'
import { sameValues } from '../../../shared/request-record.ts'
import type { Texts } from '../../../shared/texts.ts'
import { explainReuse } from '../../common/explain.ts'
import { choice, text, titled, wholeNumber } from '../../common/fields.ts'
import { fromWire } from '../../common/spelling.ts'
import { findUsers } from '../../platform/index.ts'
import { explainOrder } from '../explain.ts'
import { explainUrl, mayNotify, NOTIFY_URL_RULES, refundNotifyUrl, urlUnfit } from '../notify-url.ts'
import { refundIdOf } from '../orders/numbers.ts'
import { currency, outTradeNo, transactionId } from '../orders/schemas.ts'
import { orders } from '../orders/table.ts'
import type { Order } from '../rules/order.ts'
import {
  canRefund,
  REFUND_TAKES_MS,
  REFUNDS_PER_ORDER,
  type Refund,
  type RefundRefusal,
  refundedFen,
  refundOrder,
  standingRefunds,
  type WantedRefund,
} from '../rules/refund.ts'
import { leftInCode, paymentSources } from '../sources.ts'
import { FUNDS_ACCOUNT } from '../spellings.ts'
import { checkSubMerchant, subMerchantUnknown, unfitForBusiness } from './errors.ts'
import { keepRefund } from './keep-refund.ts'
import { outRefundNo, refundAnswer, refundedGoods, refundSources, sourceFrom, subMchid } from './schemas.ts'
import { refunds } from './table.ts'
import { refundDetails } from './wire.ts'

const OTHER_AMOUNTS = '订单金额或退款金额与之前请求不一致，请核实后再试'

/** 申请退款: give the payer of an order money back. */
export const createRefund = defineOperation({
  id: 'createRefund',
  method: 'POST',
  path: '/v3/refund/domestic/refunds',
  summary: 'Refund an order, whole or in part',
  title: '退款申请',
  source: 'https://pay.weixin.qq.com/docs/merchant/apis/refund/refunds/create.html',

  input: {
    body: z.strictObject({
      sub_mchid: subMchid.optional(),
      transaction_id: transactionId.optional(),
      out_trade_no: outTradeNo.optional(),
      out_refund_no: outRefundNo,
      reason: text({ title: '退款原因', max: 80, example: '商品已售完' }).optional(),
      notify_url: refundNotifyUrl.optional(),
      funds_account: choice('退款资金来源', ['AVAILABLE', 'UNSETTLED']).optional(),
      amount: z
        .strictObject({
          refund: wholeNumber({ title: '退款金额', min: 1, example: 888 }),
          from: refundSources.optional(),
          total: wholeNumber({ title: '原订单金额', min: 1, example: 888 }),
          currency,
        })
        .meta(titled('金额信息')),
      goods_detail: z.array(refundedGoods).max(3_000).meta(titled('退款商品')).optional(),
    }),
  },
  output: refundAnswer,

  rateLimit: {
    calls: 150,
    seconds: 1,
    failing: 6,
    evidence: 'documented',
    source: [paymentSources.refundPage, paymentSources.pageNotes],
  },

  errors: {
    url_unfit: urlUnfit,
    no_right: {
      status: 403,
      code: 'NO_AUTH',
      message: '没有退款权限',
      when: { en: 'the merchant may not refund; only as a planned fault', zh: '商户无权退款；只能通过故障注入触发' },
      evidence: 'documented',
      source: sources.goSdk,
    },
    request_no_reused: {
      status: 400,
      code: 'INVALID_REQUEST',
      message: OTHER_AMOUNTS,
      when: {
        en: 'the out_refund_no made a refund before, with other values',
        zh: '该 out_refund_no 已发起过退款，且参数不同',
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
    sub_merchant_unknown: subMerchantUnknown,
    order_unknown: {
      status: 404,
      code: 'RESOURCE_NOT_EXISTS',
      message: '订单不存在',
      when: {
        en: 'the caller has no such order (code documented, text reported)',
        zh: '调用方没有该订单（错误码见文档，文字来自开发者反馈）',
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
        en: 'transaction_id and out_trade_no name different orders, or sub_mchid is given for an order of a direct merchant (text reported)',
        zh: 'transaction_id 与 out_trade_no 指向不同的订单，或对直连商户的订单传了 sub_mchid（文字来自开发者反馈）',
      },
      evidence: 'reported',
      source: paymentSources.pageNotes,
    },
    not_paid: {
      status: 404,
      code: 'RESOURCE_NOT_EXISTS',
      message: '原订单不存在',
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
        en: 'the payment is more than 365 days ago (text documented, status and code inferred)',
        zh: '支付距今已超过 365 天（文字见文档，状态码和错误码为推断）',
      },
      evidence: 'documented',
      source: paymentSources.pageNotes,
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
      evidence: 'reported',
      source: leftInCode('申请退款金额超过订单可退金额'),
    },
    too_many_refunds: {
      ...unfitForBusiness,
      when: {
        en: 'the order has 50 refunds already (the limit is documented; that this error applies is inferred)',
        zh: '该订单已有 50 笔退款（上限见文档，适用此错误为推断）',
      },
    },
    sources_unfit: {
      ...unfitForBusiness,
      when: {
        en: 'amount.from names an account twice, or its amounts do not add up to the refund (that this error applies is inferred)',
        zh: 'amount.from 中同一账户出现两次，或各项金额之和不等于退款金额（适用此错误为推断）',
      },
    },
    user_account_abnormal: {
      status: 403,
      code: 'USER_ACCOUNT_ABNORMAL',
      message: '退款请求失败',
      when: { en: "the user's account is blocked or closed", zh: '用户的账号被冻结或已注销' },
      evidence: 'documented',
    },
    not_enough: {
      status: 403,
      code: 'NOT_ENOUGH',
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
    {
      rule: 'transaction_id or out_trade_no names the order; both may be given if they name the same.',
      evidence: 'inferred',
    },
    { rule: 'The same out_refund_no with the same values is answered with the same refund.', evidence: 'documented' },
    {
      rule: 'Judged in this order: the fields, the out_refund_no, the order, whether it is paid, its age, amount.total, the sum, the number of refunds, amount.from, money.',
      evidence: 'inferred',
    },
    {
      rule: 'A refund is PROCESSING at first.',
      evidence: 'observed',
      source: leftInCode('"status":"PROCESSING","transaction_id"'),
    },
    { rule: 'It is settled five seconds later.', evidence: 'inferred' },
    { rule: 'The sum of all refunds of an order is at most its total, in at most 50 of them.', evidence: 'documented' },
    { rule: 'A refund that was CLOSED gives back its money and its place among the 50.', evidence: 'inferred' },
    {
      rule: 'Refunds of one order should be a minute apart; the mock does not enforce this.',
      evidence: 'documented',
    },
    { rule: 'The 365 days count from the payment.', evidence: 'documented' },
    { rule: 'The order is REFUND from its first refund on.', evidence: 'documented', source: sources.vendorSkills },
    {
      rule: 'Where notify_url is given, REFUND.SUCCESS, REFUND.ABNORMAL or REFUND.CLOSED is sent when it is settled.',
      evidence: 'documented',
    },
    {
      rule: 'A refund made in the merchant console is notified in the XML of API v2; in the mock only if the control call asks for that, otherwise like any other refund.',
      evidence: 'reported',
      source: [paymentSources.consoleRefundIssue, paymentSources.noticeOfVersion2],
    },
    {
      rule: 'The user gets payer_total / total of the refund, coupons of WeChat Pay (代金券) the rest: payer_refund, discount_refund, promotion_detail.',
      evidence: 'documented',
    },
    {
      rule: 'settlement_total and settlement_refund exclude what NOCASH coupons take off.',
      evidence: 'documented',
    },
    { rule: 'Shares are rounded half up to the fen, and the last refund takes the rest.', evidence: 'inferred' },
    {
      rule: 'refund_fee is the part of a fee of 0.60 % of the order, and of all refunds together the whole of it.',
      evidence: 'inferred',
    },
    {
      rule: 'amount.from and promotion_detail are [] where there is nothing, and funds_account is AVAILABLE where none was given.',
      evidence: 'observed',
      source: leftInCode('"discount_refund":0,"from":[]'),
    },
    {
      rule: 'Once six calls have failed in a second, the next is answered with 429 whatever it asks.',
      evidence: 'inferred',
    },
    {
      rule: 'amount.from is accepted for any order, though it is meant for those that share profits.',
      evidence: 'inferred',
    },
    { rule: 'goods_detail is checked and compared, and changes nothing else.', evidence: 'inferred' },
  ],

  async handle({ body }, { tx, now, caller, ids, settings, merchantOf, fail }) {
    const { out_refund_no, amount, reason, notify_url, funds_account, sub_mchid } = body
    const request = [JSON.stringify(body)]
    if (notify_url !== undefined && !mayNotify(notify_url, settings)) return fail('url_unfit', explainUrl(notify_url))
    const existing = await tx.in(refunds).find(caller.mchid, out_refund_no)
    if (existing) {
      if (sameValues(existing.request, request)) return refundDetails(existing, now)
      return fail(
        'request_no_reused',
        explainReuse(out_refund_no, { values: existing.request, at: existing.createdAt }, request),
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
    if (named.some((one) => one?.outTradeNo !== order.outTradeNo)) {
      const numbers = numbersOf(body)
      return fail('order_differs', {
        en: `${numbers.join(' and ')} are not numbers of one order`,
        zh: `${numbers.join(' 与 ')} 不是同一个订单`,
      })
    }
    if (sub_mchid !== undefined) {
      return fail('order_differs', {
        en: `/body/sub_mchid is ${sub_mchid}, and the order is one of a direct merchant`,
        zh: `/body/sub_mchid 是 ${sub_mchid}，而该订单是直连商户的订单`,
      })
    }
    const before = await tx.in(refunds).where('outTradeNo', order.outTradeNo, caller.mchid)
    const from = amount.from?.map(sourceFrom)
    const wanted = { refundFen: amount.refund, totalFen: amount.total, from, at: now }
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

    const { order: refunded, promotions, feeFen } = decision.value
    const refund = {
      mchid: caller.mchid,
      outRefundNo: out_refund_no,
      refundId: refundIdOf(ids, now),
      outTradeNo: order.outTradeNo,
      transactionId: refunded.transactionId,
      refundFen: amount.refund,
      totalFen: amount.total,
      currency: amount.currency,
      ...(reason !== undefined && { reason }),
      ...(notify_url !== undefined && { notifyUrl: notify_url }),
      ...(funds_account !== undefined && { fundsAccount: fromWire(FUNDS_ACCOUNT, funds_account) }),
      ...(from && { from }),
      ...(promotions.length > 0 && { promotions }),
      feeFen,
      createdAt: now,
      settlesAt: orLastInstant(now + REFUND_TAKES_MS),
      outcome: 'success' as const,
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
  { refundFen, totalFen, at }: WantedRefund,
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
        en: `/body/amount/total is ${totalFen}, and ${explainOrder(order, at).en}`,
        zh: `/body/amount/total 是 ${totalFen}，而${explainOrder(order, at).zh}`,
      }
    case 'too_many_refunds': {
      const count = standingRefunds(before, at).length
      return {
        en: `order ${order.outTradeNo} has ${count} refunds, at most ${REFUNDS_PER_ORDER}`,
        zh: `订单 ${order.outTradeNo} 已有 ${count} 笔退款，最多 ${REFUNDS_PER_ORDER} 笔`,
      }
    }
    case 'all_refunded':
    case 'more_than_paid': {
      const refunded = refundedFen(before, at)
      return {
        en: `${refundFen} fen of order ${order.outTradeNo} are asked back, of its ${order.totalFen} fen ${refunded} are refunded`,
        zh: `订单 ${order.outTradeNo} 共 ${order.totalFen} 分，已退 ${refunded} 分，而本次要退 ${refundFen} 分`,
      }
    }
    case 'sources_unfit':
      return {
        en: `/body/amount/from: different accounts that give ${refundFen} fen together`,
        zh: `/body/amount/from：应为互不相同的账户，金额合计 ${refundFen} 分`,
      }
  }
}

interface OrderNumbers {
  readonly transaction_id?: string | undefined
  readonly out_trade_no?: string | undefined
}

function numbersOf({ transaction_id, out_trade_no }: OrderNumbers): string[] {
  return [transaction_id, out_trade_no].filter((one) => one !== undefined)
}

/** What each number in the request names among the caller's orders. */
async function namedOrders(
  tx: Transaction,
  mchid: string,
  { transaction_id, out_trade_no }: OrderNumbers,
): Promise<readonly (Order | undefined)[]> {
  return [
    ...(out_trade_no === undefined ? [] : [await tx.in(orders).find(mchid, out_trade_no)]),
    ...(transaction_id === undefined ? [] : [(await tx.in(orders).where('transactionId', transaction_id, mchid))[0]]),
  ]
}
