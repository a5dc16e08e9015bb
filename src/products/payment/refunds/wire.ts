import { formatInstant } from '../../../protocol/instant.ts'
import { type Refund, refundStatus } from '../rules/refund.ts'
import { FUNDS_ACCOUNT, REFUND_STATUS } from '../spellings.ts'

/** Where the user gets the money (documented value; the mock does not know cards). */
export const USER_ACCOUNT = '支付用户零钱'

/** A refund as the calls that make it and look it up show it at an instant. */
export function refundDetails(refund: Refund, now: number) {
  const { refundFen, totalFen, currency, fundsAccount = 'unsettled' } = refund
  const status = refundStatus(refund, now)
  return {
    refund_id: refund.refundId,
    out_refund_no: refund.outRefundNo,
    transaction_id: refund.transactionId,
    out_trade_no: refund.outTradeNo,
    channel: 'ORIGINAL' as const,
    user_received_account: USER_ACCOUNT,
    ...(status === 'success' && { success_time: formatInstant(refund.settlesAt) }),
    create_time: formatInstant(refund.createdAt),
    status: REFUND_STATUS[status],
    funds_account: FUNDS_ACCOUNT[fundsAccount],
    amount: {
      total: totalFen,
      refund: refundFen,
      payer_total: totalFen,
      payer_refund: refundFen,
      settlement_refund: refundFen,
      settlement_total: totalFen,
      discount_refund: 0,
      currency,
    },
  }
}
