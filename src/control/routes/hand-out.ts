import { z } from 'zod'
import type { Stock } from '../../domain/stock.ts'
import { putIntoOutbox } from '../../engine/notify.ts'
import type { Transaction } from '../../engine/store.ts'
import { findUsers } from '../../operations/busifavor/find-user.ts'
import { couponsOf, type HandOutRefusal, handOut } from '../../operations/busifavor/hand-out.ts'
import { UsageError } from '../../protocol/errors.ts'
import { defineCall } from '../call.ts'
import { describeCoupon } from '../describe.ts'
import { handOutJson } from '../hand-out-format.ts'
import { completedCoupon } from '../world-format.ts'

export const handOutCoupon = defineCall({
  id: 'handOutCoupon',
  method: 'POST',
  path: '/_mock/stocks/{stock_id}/hand-out',
  summary:
    'Hand a coupon to a user as another channel than the API would, by the same rules and with the same callback',
  params: z.object({ stock_id: z.string().meta({ description: 'batch' }) }),
  body: handOutJson,
  bodyOptional: true,
  status: 201,
  answer: completedCoupon,
  refusals: {
    MOCK_STOCK_UNKNOWN: 'there is no such batch',
    MOCK_AMBIGUOUS: 'several merchants have such a batch, and the well-known one has not: give mchid',
    MOCK_NOT_HANDED_OUT: 'a rule of sending refuses it; the message says which',
  },
  async handle({ params, body }, { mock }) {
    const now = mock.clock.now()
    const { ids } = mock
    const coupon = await mock.store.transaction(async (tx) => {
      const stock = await find(tx, params.stock_id, body.mchid, mock.defaultMerchant.mchid)
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

/** The named merchant's batch; without one the well-known merchant's, else the only one. */
async function find(tx: Transaction, stockId: string, mchid: string | undefined, defaultMchid: string): Promise<Stock> {
  const own = await tx.stocks.find(mchid ?? defaultMchid, stockId)
  if (own) return own
  const others = mchid === undefined ? await tx.stocks.where('stockId', stockId) : []
  const [only] = others
  if (others.length > 1) {
    throw new UsageError(
      'MOCK_AMBIGUOUS',
      `Several merchants have a batch ${stockId}: give mchid, one of ${others.map(({ creatorMchid }) => creatorMchid).join(', ')}.`,
      { path: '/mchid' },
    )
  }
  if (!only) {
    throw new UsageError(
      'MOCK_STOCK_UNKNOWN',
      `There is no batch ${stockId}${mchid === undefined ? '' : ` of merchant ${mchid}`}: add it with POST /_mock/stocks.`,
      { path: '/path/stock_id' },
    )
  }
  return only
}

/** What each rule of sending says, and where to look. */
const REFUSALS: Readonly<Record<HandOutRefusal, (stock: Stock) => { text: string; path?: string }>> = {
  not_running: ({ state }) => ({ text: `the batch is ${state}` }),
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
