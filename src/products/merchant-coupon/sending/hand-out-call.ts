import { defineCall } from '../../../control/call.ts'
import { mchidQuery } from '../../../control/calls/queries.ts'
import { putIntoOutbox } from '../../../engine/callbacks/notify.ts'
import { UsageError } from '../../../protocol/errors.ts'
import { findUsers } from '../../platform/index.ts'
import { completedCoupon, describeCoupon } from '../coupons/table.ts'
import type { Stock } from '../rules/stock.ts'
import { namedStock, stockParams, stockRefusals } from '../stocks/stock-calls.ts'
import { STOCK_STATE } from '../wire.ts'
import { couponsOf, type HandOutRefusal, handOut } from './hand-out.ts'
import { handOutJson } from './hand-out-format.ts'

export const handOutCoupon = defineCall({
  summary:
    'Hand a coupon to a user as another channel than the API would, by the same rules and with the same callback',
  params: stockParams,
  query: mchidQuery,
  body: handOutJson,
  bodyOptional: true,
  status: 201,
  answer: completedCoupon,
  refusals: {
    ...stockRefusals,
    MOCK_NOT_HANDED_OUT: { status: 409, when: 'a rule of sending refuses it; the message says which' },
  },
  async handle({ params, query, body }, { mock }) {
    const now = mock.clock.now()
    const { ids } = mock
    const coupon = await mock.store.transaction(async (tx) => {
      const stock = await namedStock(tx, params.stock_id, query.mchid, mock.defaultMerchant.mchid)
      const { openid = `o${ids.letters(27)}`, send_request_no: requestNo = `SEND${ids.digits(12)}` } = body
      const senderMchid = body.send_merchant ?? stock.creatorMchid
      if ((await couponsOf(tx, stock, openid)).some(({ sendRequestNo }) => sendRequestNo === requestNo)) {
        throw new UsageError(
          'MOCK_NOT_HANDED_OUT',
          `Batch ${stock.stockId} hands out no coupon: the user has one with this number already, give another send_request_no (request_no_reused).`,
          { path: '/send_request_no' },
        )
      }
      const decision = await handOut(
        {
          tx,
          now,
          ids,
          merchantOf: (mchid) => mock.merchants.find(mchid),
          notify: (notification) => putIntoOutbox(tx, notification, { now, ids }),
        },
        stock,
        {
          openid,
          senderMchid,
          requestNo,
          couponCode: body.coupon_code,
          channel: body.send_channel ?? 'H5',
          ...(body.attach_info && { attachInfo: body.attach_info }),
          users: await findUsers(tx, openid, [senderMchid, stock.ownerMchid, stock.creatorMchid]),
        },
      )
      if (!decision.ok) throw refusalOf(decision.reason, stock)
      return decision.value
    })
    return describeCoupon(coupon, now)
  },
})

/** For each rule of sending, what it refused and where to look. */
const REFUSALS: Readonly<Record<HandOutRefusal, (stock: Stock) => { text: string; path?: string }>> = {
  not_running: ({ state }) => ({ text: `the batch is ${STOCK_STATE[state]}` }),
  stock_expired: () => ({ text: 'the batch has ended' }),
  suspicious: () => ({
    text: 'the batch has prevent_api_abuse, and the user is described as suspicious',
    path: '/openid',
  }),
  budget_used_up: ({ sent }) => ({ text: `max_coupons or max_amount is used up by ${sent.total} coupons` }),
  day_limit: ({ sent }) => ({
    text: `max_coupons_by_day or max_amount_by_day is used up by ${sent.today} coupons today`,
  }),
  user_limit: ({ sendRule }) => ({
    text: `the user received max_coupons_per_user coupons, ${sendRule.maxCouponsPerUser}, already`,
    path: '/openid',
  }),
  person_limit: ({ sendRule }) => ({
    text: `the batch has natural_person_limit, and the accounts of this person received ${sendRule.maxCouponsPerUser} coupons already`,
    path: '/openid',
  }),
  no_code_left: () => ({ text: 'all codes that were uploaded are handed out' }),
  coupon_code_needed: () => ({ text: 'the merchant brings the codes: give coupon_code', path: '/coupon_code' }),
  code_taken: () => ({ text: 'the batch has a coupon with this code already', path: '/coupon_code' }),
}

function refusalOf(reason: HandOutRefusal, stock: Stock): UsageError {
  const { text, path } = REFUSALS[reason](stock)
  return new UsageError('MOCK_NOT_HANDED_OUT', `Batch ${stock.stockId} hands out no coupon: ${text} (${reason}).`, {
    ...(path !== undefined && { path }),
  })
}
