import { z } from 'zod'
import { defineOperation } from '../../../engine/operation.ts'
import type { Transaction } from '../../../engine/state/store.ts'
import { commonErrors, INTERNAL_CODES } from '../../../protocol/common-errors.ts'
import { orLastInstant } from '../../../shared/last-instant.ts'
import { sameValues } from '../../../shared/request-record.ts'
import { explainReuse } from '../../common/explain.ts'
import { choice, text, wholeNumber } from '../../common/fields.ts'
import { fromWire } from '../../common/spelling.ts'
import { findUsers } from '../../platform/index.ts'
import { explainOrder } from '../explain.ts'
import { refundIdOf } from '../orders/numbers.ts'
import { currency, notifyUrl, outTradeNo, transactionId } from '../orders/schemas.ts'
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
  type WantedRefund,
} from '../rules/refund.ts'
import { FUNDS_ACCOUNT } from '../spellings.ts'
import { keepRefund } from './keep-refund.ts'
import { outRefundNo, refundAnswer, refundedGoods } from './schemas.ts'
import { refunds } from './table.ts'
import { refundDetails } from './wire.ts'

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
      transaction_id: transactionId.optional(),
      out_trade_no: outTradeNo.optional(),
      out_refund_no: outRefundNo,
      reason: text({ title: '退款原因', max: 80, unit: 'characters', example: '商品已售完' }).optional(),
      notify_url: notifyUrl.optional(),
      funds_account: choice('退款资金来源', ['AVAILABLE', 'UNSETTLED']).optional(),
      amount: z.strictObject({
        refund: wholeNumber({ title: '退款金额', min: 1, example: 888 }),
        from: z
          .array(
            z.strictObject({
              account: choice('出资账户类型', ['AVAILABLE', 'UNAVAILABLE']),
              amount: wholeNumber({ title: '出资金额', min: 1, example: 444 }),
            }),
          )
          .max(50)
          .optional(),
        total: wholeNumber({ title: '原订单金额', min: 1, example: 888 }),
        currency,
      }),
      goods_detail: z.array(refundedGoods).max(3_000).optional(),
    }),
  },
  output: refundAnswer,

  rateLimit: { calls: 150, seconds: 1, evidence: 'documented' },

  errors: {
    order_not_named: {
      ...commonErrors.parameter_invalid,
      when: 'neither transaction_id nor out_trade_no is given (that one is needed is documented)',
      evidence: 'inferred',
    },
    order_unknown: {
      status: 404,
      code: 'RESOURCE_NOT_EXISTS',
      message: '订单不存在',
      when: 'the caller has no such order, or transaction_id and out_trade_no name two',
      evidence: 'observed',
      internalCode: INTERNAL_CODES.orderUnknown,
    },
    request_no_reused: {
      status: 400,
      code: 'INVALID_REQUEST',
      message: '订单金额或退款金额与之前请求不一致，请核实后再试',
      when: 'the out_refund_no made a refund before, with other values (the text is one of an older version of the call)',
      evidence: 'inferred',
      internalCode: INTERNAL_CODES.repeatedWithOtherValues,
    },
    not_paid: {
      status: 400,
      code: 'INVALID_REQUEST',
      message: '订单未支付，不能退款',
      when: 'the order was not paid (the text is ours)',
      evidence: 'inferred',
    },
    too_late: {
      status: 400,
      code: 'INVALID_REQUEST',
      message: '订单已经超过退款期限',
      when: 'the payment is more than 365 days ago (the limit is documented, the text is ours)',
      evidence: 'inferred',
    },
    total_differs: {
      status: 400,
      code: 'INVALID_REQUEST',
      message: '订单金额不一致，请核实后再试',
      when: 'amount.total is not the total of the order (the text is ours)',
      evidence: 'inferred',
    },
    too_many_refunds: {
      status: 400,
      code: 'INVALID_REQUEST',
      message: '订单退款次数超过限制',
      when: 'the order has 50 refunds already (the limit is documented, the text is ours)',
      evidence: 'inferred',
    },
    more_than_paid: {
      status: 400,
      code: 'INVALID_REQUEST',
      message: '申请退款金额超过订单可退金额',
      when: 'all refunds of the order together would be more than was paid',
      evidence: 'reported',
    },
    not_enough: {
      status: 403,
      code: 'NOT_ENOUGH',
      message: '基本账户余额不足，请充值后重新发起',
      when: 'the merchant has less money than all its refunds take: `refundable` of the merchant (code documented, text reported)',
      evidence: 'reported',
    },
    user_account_abnormal: {
      status: 403,
      code: 'USER_ACCOUNT_ABNORMAL',
      message: '用户账户异常或已注销，不能原路退回，请使用其他方式进行退款。',
      when: "the user's account is blocked or closed (code documented, text reported)",
      evidence: 'reported',
    },
  },

  rules: [
    {
      rule: 'transaction_id or out_trade_no names the order; both may be given if they name the same.',
      evidence: 'inferred',
    },
    { rule: 'The same out_refund_no with the same values is answered with the same refund.', evidence: 'documented' },
    {
      rule: 'Whether the number made a refund before is judged first, whatever state the order is in.',
      evidence: 'inferred',
    },
    { rule: 'A refund is PROCESSING, and settled five seconds later.', evidence: 'inferred' },
    { rule: 'The sum of all refunds of an order is at most its total, in at most 50 of them.', evidence: 'documented' },
    { rule: 'A refund that was CLOSED gives back its money and its place among the 50.', evidence: 'inferred' },
    {
      rule: 'Refunds of one order ought to be a minute apart, which the mock does not ask for.',
      evidence: 'documented',
    },
    { rule: 'The 365 days count from the payment.', evidence: 'documented' },
    { rule: 'The order is REFUND from then on.', evidence: 'documented' },
    {
      rule: 'Where notify_url is given, REFUND.SUCCESS, REFUND.ABNORMAL or REFUND.CLOSED is sent when it is settled.',
      evidence: 'documented',
    },
    { rule: 'All of the refund is money that the user paid: there are no promotions.', evidence: 'inferred' },
    { rule: 'amount.from and goods_detail are checked and compared, and change nothing else.', evidence: 'inferred' },
  ],

  async handle({ body }, { tx, now, caller, ids, notify, fail }) {
    const { out_refund_no, amount, reason, notify_url, funds_account } = body
    const request = [JSON.stringify(body)]
    const existing = await tx.in(refunds).find(caller.mchid, out_refund_no)
    if (existing) {
      if (sameValues(existing.request, request)) return refundDetails(existing, now)
      return fail(
        'request_no_reused',
        explainReuse(out_refund_no, { values: existing.request, at: existing.createdAt }, request),
      )
    }

    if (body.transaction_id === undefined && body.out_trade_no === undefined) {
      return fail('order_not_named', '/body/out_trade_no: missing, and so is /body/transaction_id')
    }
    const order = await findOrder(tx, caller.mchid, body)
    if (order === undefined) {
      const named = [body.transaction_id, body.out_trade_no].filter((one) => one !== undefined)
      return fail('order_unknown', `${caller.mchid} has no order that is ${named.join(' and ')}`)
    }
    const before = await tx.in(refunds).where('outTradeNo', order.outTradeNo, caller.mchid)
    const wanted = { refundFen: amount.refund, totalFen: amount.total, at: now }
    const decision = refundOrder(order, before, wanted)
    if (!decision.ok) return fail(decision.reason, explainRefund(decision.reason, order, before, wanted))
    const users = order.openid === undefined ? [] : await findUsers(tx, order.openid, [caller.mchid])
    if (users.some(({ closed }) => closed)) {
      return fail('user_account_abnormal', `the account of ${order.openid} is closed`)
    }
    const { refundableFen } = caller
    // Its other refunds matter only where there is a limit.
    if (
      refundableFen !== undefined &&
      !canRefund(refundableFen, await tx.in(refunds).list(caller.mchid), amount.refund)
    ) {
      return fail(
        'not_enough',
        `${caller.mchid} has ${refundableFen} fen for all its refunds, and this one takes ${amount.refund} more`,
      )
    }

    const refund = {
      mchid: caller.mchid,
      outRefundNo: out_refund_no,
      refundId: refundIdOf(ids),
      outTradeNo: order.outTradeNo,
      transactionId: decision.value.transactionId,
      refundFen: amount.refund,
      totalFen: amount.total,
      currency: amount.currency,
      ...(reason !== undefined && { reason }),
      ...(notify_url !== undefined && { notifyUrl: notify_url }),
      ...(funds_account !== undefined && { fundsAccount: fromWire(FUNDS_ACCOUNT, funds_account) }),
      createdAt: now,
      settlesAt: orLastInstant(now + REFUND_TAKES_MS),
      outcome: 'success' as const,
      request,
    }
    await keepRefund(tx, decision.value, refund, notify)
    return refundDetails(refund, now)
  },
})

function explainRefund(
  reason: RefundRefusal,
  order: Order,
  before: readonly Refund[],
  { refundFen, totalFen, at }: WantedRefund,
): string {
  switch (reason) {
    case 'not_paid':
      return explainOrder(order, at)
    case 'too_late':
      return `${explainOrder(order, at)}, more than 365 days later`
    case 'total_differs':
      return `/body/amount/total is ${totalFen}, and ${explainOrder(order, at)}`
    case 'too_many_refunds':
      return `order ${order.outTradeNo} has ${before.length} refunds, at most ${REFUNDS_PER_ORDER}`
    case 'more_than_paid':
      return `${refundFen} fen of order ${order.outTradeNo} are asked back, of its ${order.totalFen} fen ${refundedFen(before, at)} are refunded`
  }
}

/** The caller's order that the request names; `undefined` when there is none, or its two numbers name different orders. */
async function findOrder(
  tx: Transaction,
  mchid: string,
  { transaction_id, out_trade_no }: { transaction_id?: string | undefined; out_trade_no?: string | undefined },
): Promise<Order | undefined> {
  const order =
    out_trade_no === undefined
      ? (await tx.in(orders).where('transactionId', transaction_id ?? '', mchid))[0]
      : await tx.in(orders).find(mchid, out_trade_no)
  return transaction_id === undefined || order?.transactionId === transaction_id ? order : undefined
}
