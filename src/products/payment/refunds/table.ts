import { z } from 'zod'
import { mchid, money, shortText, time } from '../../../engine/state/json-fields.ts'
import { ALL, defineTable, descending, type RowDefaults } from '../../../engine/state/table.ts'
import { UsageError } from '../../../protocol/errors.ts'
import { exactTime } from '../../../protocol/instant.ts'
import { fromWire } from '../../common/spelling.ts'
import type { RefundedPromotion } from '../rules/promotion.ts'
import type { Refund } from '../rules/refund.ts'
import { FUNDS_ACCOUNT, PROMOTION_SCOPE, PROMOTION_TYPE, REFUND_CHANNEL, REFUND_OUTCOME } from '../spellings.ts'
import { refundLife } from './life.ts'
import { describeGoods, goodsFrom, refundedGoods, refundSources, sourceFrom } from './schemas.ts'

export const refundOutcome = z.enum(Object.values(REFUND_OUTCOME))

/** The APIv2 key of a merchant. The mock keeps it with the refund whose notice it seals only. */
export const apiV2Key = z.string().regex(/^[0-9A-Za-z]{32}$/, '32 letters and digits')

const refundedPromotionJson = z.strictObject({
  coupon_id: z.string().min(1).max(32),
  scope: z.enum(Object.values(PROMOTION_SCOPE)),
  type: z.enum(Object.values(PROMOTION_TYPE)),
  amount: money.meta({ description: 'fen that it took off the order' }),
  refund_amount: money.meta({ description: 'fen of it that go back' }),
})

export const refundJson = z
  .strictObject({
    mchid: mchid.optional().meta({ description: 'merchant of the order; the well-known merchant if left out' }),
    out_refund_no: shortText,
    refund_id: z.string().min(1).max(32),
    out_trade_no: shortText,
    transaction_id: z.string().min(1).max(32),
    refund: money,
    total: z.int().min(1).meta({ description: 'fen of the order' }),
    currency: z.string().optional(),
    reason: shortText.optional(),
    notify_url: z.string().optional(),
    notification_id: z.string().max(36).optional().meta({ description: 'the callback that tells how it ended' }),
    funds_account: z
      .enum(Object.values(FUNDS_ACCOUNT))
      .optional()
      .meta({ description: 'where the money comes from; AVAILABLE if left out' }),
    from: refundSources.optional().meta({ description: 'the accounts that the request named' }),
    promotions: z
      .array(refundedPromotionJson)
      .max(20)
      .optional()
      .meta({ description: 'what of the coupons of WeChat Pay (代金券) goes back' }),
    goods: z.array(refundedGoods).max(3_000).optional().meta({ description: 'the goods that the request named' }),
    fee: money.optional().meta({ description: "fen of the order's fee that go back; its part of it if left out" }),
    channel: z.enum(Object.values(REFUND_CHANNEL)).optional().meta({ description: 'ORIGINAL if left out' }),
    received_account: z
      .string()
      .min(1)
      .max(64)
      .optional()
      .meta({ description: "user_received_account; the user's wallet if left out" }),
    sent_another_way_time: time
      .optional()
      .meta({ description: 'when it was sent another way (发起异常退款), since it could not arrive' }),
    api_v2_key: apiV2Key.optional().meta({ description: 'the callback is a notice of API v2, sealed with this key' }),
    create_time: time,
    settle_time: time.meta({ description: 'until when it is PROCESSING' }),
    outcome: refundOutcome.meta({ description: 'how it ends' }),
    request: z.array(z.string()).optional().meta({ description: 'what the same number has to bring again' }),
  })
  .meta({ id: 'Refund', description: 'a refund (退款)' })

export const completedRefund = refundJson
  .required({ mchid: true, currency: true, request: true })
  .meta({ id: 'CompletedRefund' })

export type RefundJson = z.input<typeof refundJson>

/** @throws UsageError for a refund that gives back more than there is */
export function completeRefund(json: RefundJson, { defaultMchid }: RowDefaults): Refund {
  checkSums(json)
  return {
    mchid: json.mchid ?? defaultMchid,
    outRefundNo: json.out_refund_no,
    refundId: json.refund_id,
    outTradeNo: json.out_trade_no,
    transactionId: json.transaction_id,
    refundFen: json.refund,
    totalFen: json.total,
    currency: json.currency ?? 'CNY',
    ...(json.reason !== undefined && { reason: json.reason }),
    ...(json.notify_url !== undefined && { notifyUrl: json.notify_url }),
    ...(json.notification_id !== undefined && { notificationId: json.notification_id }),
    ...(json.funds_account !== undefined && { fundsAccount: fromWire(FUNDS_ACCOUNT, json.funds_account) }),
    ...(json.from && { from: json.from.map(sourceFrom) }),
    ...(json.promotions && { promotions: json.promotions.map(promotionFrom) }),
    ...(json.goods && { goods: json.goods.map(goodsFrom) }),
    ...(json.fee !== undefined && { feeFen: json.fee }),
    ...(json.channel !== undefined && { channel: fromWire(REFUND_CHANNEL, json.channel) }),
    ...(json.received_account !== undefined && { receivedAt: json.received_account }),
    ...(json.sent_another_way_time !== undefined && { sentAnotherWayAt: Date.parse(json.sent_another_way_time) }),
    ...(json.api_v2_key !== undefined && { apiV2Key: json.api_v2_key }),
    createdAt: Date.parse(json.create_time),
    settlesAt: Date.parse(json.settle_time),
    outcome: fromWire(REFUND_OUTCOME, json.outcome),
    request: json.request ?? [],
  }
}

function checkSums({ refund, total, promotions = [] }: RefundJson): void {
  if (refund > total) {
    throw new UsageError(
      'MOCK_REFUND_AMOUNT',
      {
        en: `A refund gives back its total at most: give at most ${total} fen.`,
        zh: `退款金额不能超过原订单金额，最多 ${total} 分。`,
      },
      { path: '/refund' },
    )
  }
  const sum = (member: 'amount' | 'refund_amount') => promotions.reduce((fen, one) => fen + one[member], 0)
  const fits =
    sum('amount') <= total &&
    sum('refund_amount') <= refund &&
    promotions.every(({ amount, refund_amount }) => refund_amount <= amount)
  if (!fits) {
    throw new UsageError(
      'MOCK_PROMOTIONS',
      {
        en: 'The coupons of an order take off its total at most, and a refund gives back no more of each than it took off, nor of all than the refund: give lower amounts.',
        zh: '优惠金额合计不能超过订单金额；优惠退款金额每项不能超过该项优惠，合计不能超过退款金额：请减小金额。',
      },
      { path: '/promotions' },
    )
  }
}

export function describeRefund(refund: Refund): z.output<typeof completedRefund> {
  return {
    mchid: refund.mchid,
    out_refund_no: refund.outRefundNo,
    refund_id: refund.refundId,
    out_trade_no: refund.outTradeNo,
    transaction_id: refund.transactionId,
    refund: refund.refundFen,
    total: refund.totalFen,
    currency: refund.currency,
    ...(refund.reason !== undefined && { reason: refund.reason }),
    ...(refund.notifyUrl !== undefined && { notify_url: refund.notifyUrl }),
    ...(refund.notificationId !== undefined && { notification_id: refund.notificationId }),
    ...(refund.fundsAccount !== undefined && { funds_account: FUNDS_ACCOUNT[refund.fundsAccount] }),
    ...(refund.from && {
      from: refund.from.map(({ account, amountFen }) => ({ account: FUNDS_ACCOUNT[account], amount: amountFen })),
    }),
    ...(refund.promotions && { promotions: refund.promotions.map(describePromotion) }),
    ...(refund.goods && { goods: refund.goods.map(describeGoods) }),
    ...(refund.feeFen !== undefined && { fee: refund.feeFen }),
    ...(refund.channel !== undefined && { channel: REFUND_CHANNEL[refund.channel] }),
    ...(refund.receivedAt !== undefined && { received_account: refund.receivedAt }),
    ...(refund.sentAnotherWayAt !== undefined && { sent_another_way_time: exactTime(refund.sentAnotherWayAt) }),
    ...(refund.apiV2Key !== undefined && { api_v2_key: refund.apiV2Key }),
    create_time: exactTime(refund.createdAt),
    settle_time: exactTime(refund.settlesAt),
    outcome: REFUND_OUTCOME[refund.outcome],
    request: [...refund.request],
  }
}

function promotionFrom(json: z.output<typeof refundedPromotionJson>): RefundedPromotion {
  return {
    couponId: json.coupon_id,
    scope: fromWire(PROMOTION_SCOPE, json.scope),
    type: fromWire(PROMOTION_TYPE, json.type),
    amountFen: json.amount,
    refundFen: json.refund_amount,
  }
}

function describePromotion(one: RefundedPromotion): z.output<typeof refundedPromotionJson> {
  return {
    coupon_id: one.couponId,
    scope: PROMOTION_SCOPE[one.scope],
    type: PROMOTION_TYPE[one.type],
    amount: one.amountFen,
    refund_amount: one.refundFen,
  }
}

/** Refunds (退款). */
export const refunds = defineTable({
  name: 'refunds',
  title: { en: 'Refunds', zh: '退款单' },
  life: refundLife,
  owner: ({ mchid }: Refund) => mchid,
  key: ({ outRefundNo }) => [outRefundNo],
  keyMembers: ['out_refund_no'],
  indexes: {
    outRefundNo: ({ outRefundNo }) => outRefundNo,
    outTradeNo: ({ outTradeNo }) => outTradeNo,
    refundId: ({ refundId }) => refundId,
  },
  sorted: { newest: { among: () => ALL, by: ({ createdAt }) => descending(createdAt) } },
  json: refundJson,
  completed: completedRefund,
  fromJson: completeRefund,
  toJson: describeRefund,
  inJournal: true,
})
