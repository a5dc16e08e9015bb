import { z } from 'zod'
import { defineCall } from '../../../control/call.ts'
import { mchidQuery } from '../../../control/calls/queries.ts'
import { ownOrOnly } from '../../../control/find-for-merchant.ts'
import { UsageError } from '../../../protocol/errors.ts'
import { fromWire } from '../../common/spelling.ts'
import { shownRefund, showRefund } from '../orders/shown.ts'
import { settle } from '../rules/refund.ts'
import { REFUND_OUTCOME } from '../spellings.ts'
import { keepSettledRefund } from './keep-refund.ts'
import { refundOutcome, refunds } from './table.ts'

export const settleRefund = defineCall({
  summary: 'Settle a refund that is PROCESSING now, in one way or another; the merchant is told at its notify_url',
  params: z.object({ out_refund_no: z.string().meta({ description: "the merchant's number of the refund" }) }),
  query: mchidQuery,
  body: z.strictObject({
    outcome: refundOutcome.optional().meta({ description: 'how it ends; as it would have ended if left out' }),
  }),
  bodyOptional: true,
  answer: shownRefund,
  refusals: {
    MOCK_REFUND_UNKNOWN: { status: 404, when: 'there is no such refund' },
    MOCK_AMBIGUOUS: 'several merchants have such a refund, and the well-known one has not: give ?mchid=',
    MOCK_REFUND_STATE: { status: 409, when: 'the refund is settled already' },
  },
  async handle({ params: { out_refund_no }, query, body: { outcome } }, { mock }) {
    const now = mock.clock.now()
    return mock.store.transaction(async (tx) => {
      const found = await ownOrOnly(
        {
          find: (owner) => tx.in(refunds).find(owner, out_refund_no),
          all: () => tx.in(refunds).where('outRefundNo', out_refund_no),
          ownerOf: (one) => one.mchid,
          name: `refund ${out_refund_no}`,
          unknown: {
            code: 'MOCK_REFUND_UNKNOWN',
            path: '/path/out_refund_no',
            advice: 'make it with a call, or with POST /_mock/orders/{out_trade_no}/refund',
          },
        },
        query.mchid,
        mock.defaultMerchant.mchid,
      )
      const decision = settle(found, { at: now, outcome: outcome && fromWire(REFUND_OUTCOME, outcome) })
      if (!decision.ok) {
        throw new UsageError(
          'MOCK_REFUND_STATE',
          `Refund ${out_refund_no} is ${REFUND_OUTCOME[found.outcome]} already: make another one, and settle it within five seconds or with the clock frozen.`,
        )
      }
      return showRefund(await keepSettledRefund(tx, decision.value, { now, ids: mock.ids }), now)
    })
  },
})
