import { z } from 'zod'
import { defineCall } from '../../../control/call.ts'
import { exchangeParams, namedExchange } from '../../../control/calls/journal.ts'
import { notifications } from '../../../engine/callbacks/notifications.ts'
import { rowsIn } from '../../../engine/journal/found.ts'
import { type Exchange, mentions } from '../../../engine/journal/journal.ts'
import type { Transaction } from '../../../engine/state/store.ts'
import { keyOf } from '../../../engine/state/table.ts'
import { parseJson } from '../../../protocol/json-object.ts'
import type { Coupon } from '../rules/coupon.ts'
import { couponsOf, MOST_COUPONS } from './coupons-of.ts'
import { completedCoupon, coupons, describeCoupon } from './table.ts'

export const exchangeCoupons = defineCall({
  summary: `The coupons that a call names or gives out, or a callback tells of, as they are now; ${MOST_COUPONS} at most`,
  params: exchangeParams,
  answer: z.array(completedCoupon),
  refusals: { MOCK_EXCHANGE_UNKNOWN: 'the journal has no call with this id' },
  async handle({ params: { id } }, { mock }) {
    const exchange = await namedExchange(mock, id)
    const now = mock.clock.now()
    const found = await mock.store.transaction(async (tx) => {
      // Whatever else it read, such as the user's other coupons, is not what it was about.
      const named = rowsIn(exchange.before, coupons).filter(({ code }) => mentions(exchange, 'coupon_code', code))
      const known = named.map((one) => tx.in(coupons).find(one.creatorMchid, one.stockId, one.code))
      const all = [...(await Promise.all(known)), ...(await namedIn(tx, await contentsOf(tx, exchange)))]
      const different = new Map(all.flatMap((one) => (one ? [[keyOf(nameOf(one)), one]] : [])))
      return couponsOf(tx, exchange.mchid, [...different.values()])
    })
    return found.slice(0, MOST_COUPONS).map((one) => describeCoupon(one, now))
  },
})

function nameOf({ creatorMchid, stockId, code }: Coupon): readonly string[] {
  return [creatorMchid, stockId, code]
}

/** The JSON that was exchanged; for a callback, what is sealed in it. */
async function contentsOf(
  tx: Transaction,
  { callback, mchid = '', request, response }: Exchange,
): Promise<readonly unknown[]> {
  // What is not JSON names no coupon.
  if (!callback) return [parseJson(request.body), parseJson(response?.body ?? '')]
  const notification = await tx.in(notifications).find(mchid, callback.id)
  return [parseJson(notification?.resource ?? '')]
}

async function namedIn(tx: Transaction, contents: readonly unknown[]): Promise<readonly Coupon[]> {
  const stockIds = new Set(membersOf(contents, 'stock_id'))
  const named = [...new Set(membersOf(contents, 'coupon_code'))].slice(0, MOST_COUPONS)
  const found = await Promise.all(named.map((code) => tx.in(coupons).where('code', code)))
  // A call may leave the batch out.
  return found.flat().filter(({ stockId }) => stockIds.size === 0 || stockIds.has(stockId))
}

/** The texts under a name, in order and at any depth; not recursive, since a client may send more levels than the stack holds. */
function membersOf(value: unknown, name: string): readonly string[] {
  const members: string[] = []
  const open: [key: string, value: unknown][] = [['', value]]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [key, inner] = next
    if (key === name && typeof inner === 'string') members.push(inner)
    if (typeof inner !== 'object' || inner === null) continue
    for (const member of Object.entries(inner).toReversed()) open.push(member)
  }
  return members
}
