import { z } from 'zod'
import { defineCall } from '../../../control/call.ts'
import { exchangeParams, namedExchange } from '../../../control/calls/journal.ts'
import { saidIn } from '../../../control/things/said.ts'
import { couponsNamed, MOST_COUPONS } from './coupons-of.ts'
import { completedCoupon, describeCoupon } from './table.ts'

export const exchangeCoupons = defineCall({
  summary: `The coupons that a call names or gives out, or a callback tells of, as they are now; ${MOST_COUPONS} at most`,
  params: exchangeParams,
  answer: z.array(completedCoupon),
  refusals: { MOCK_EXCHANGE_UNKNOWN: 'the journal has no call with this id' },
  async handle({ params: { id } }, { mock }) {
    const exchange = await namedExchange(mock, id)
    const path = mock.operations.find((one) => one.id === exchange.operation)?.path
    const found = await mock.store.transaction(async (tx) =>
      couponsNamed(tx, await saidIn(tx, exchange, path), exchange.mchid),
    )
    const now = mock.clock.now()
    return found.slice(0, MOST_COUPONS).map((one) => describeCoupon(one, now))
  },
})
