import { formatInstant } from '../../../protocol/instant.ts'
import type { RefundedPromotion } from '../rules/promotion.ts'
import { moneyOf, type Refund, refundStatus } from '../rules/refund.ts'
import { FUNDS_ACCOUNT, PROMOTION_SCOPE, PROMOTION_TYPE, REFUND_CHANNEL, REFUND_STATUS } from '../spellings.ts'
import { describeGoods } from './schemas.ts'

/** Where the user or the merchant gets the money; the user's wallet, unless it was sent another way. */
export function receivedAtOf({ receivedAt = '支付用户零钱' }: Refund): string {
  return receivedAt
}

/** A refund as the calls that make it and look it up show it at an instant (pay-family.md 5.2). */
export function refundDetails(refund: Refund, now: number) {
  const { refundFen, totalFen, currency, fundsAccount = 'available', channel = 'original', from = [] } = refund
  const status = refundStatus(refund, now)
  const money = moneyOf(refund)
  return {
    refund_id: refund.refundId,
    out_refund_no: refund.outRefundNo,
    transaction_id: refund.transactionId,
    out_trade_no: refund.outTradeNo,
    channel: REFUND_CHANNEL[channel],
    user_received_account: receivedAtOf(refund),
    ...(status === 'success' && { success_time: formatInstant(refund.settlesAt) }),
    create_time: formatInstant(refund.createdAt),
    status: REFUND_STATUS[status],
    funds_account: FUNDS_ACCOUNT[fundsAccount],
    amount: {
      total: totalFen,
      refund: refundFen,
      from: from.map(({ account, amountFen }) => ({ account: FUNDS_ACCOUNT[account], amount: amountFen })),
      payer_total: money.payerTotalFen,
      payer_refund: money.payerRefundFen,
      settlement_refund: money.settlementRefundFen,
      settlement_total: money.settlementTotalFen,
      discount_refund: money.discountRefundFen,
      currency,
      refund_fee: money.feeFen,
    },
    promotion_detail: (refund.promotions ?? [])
      .filter((one) => one.refundFen > 0)
      .map((one) => ({
        ...promotionShown(one),
        ...(refund.goods && { goods_detail: refund.goods.map(describeGoods) }),
      })),
  }
}

function promotionShown({ couponId, scope, type, amountFen, refundFen }: RefundedPromotion) {
  return {
    promotion_id: couponId,
    scope: PROMOTION_SCOPE[scope],
    type: PROMOTION_TYPE[type],
    amount: amountFen,
    refund_amount: refundFen,
  }
}
