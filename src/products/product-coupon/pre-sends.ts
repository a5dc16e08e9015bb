import { z } from 'zod'
import { keepEnded, over } from '../../engine/state/endings.ts'
import { instant, mchid, shortText } from '../../engine/state/json-fields.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { ALL, defineTable, descending } from '../../engine/state/table.ts'
import { formatInstant } from '../../wire/protocol/instant.ts'
import { isUndone, type SetBack } from '../../wire/shared/set-back.ts'
import { byTheClock } from '../common/explain.ts'
import { brandId, objectId } from './product-coupons.ts'
import { type SendContext, type SendRefusal, sendCoupons, sentBefore, unionidFor } from './send-coupons.ts'
import { type Stock, stocks, stocksOfBundle } from './stocks.ts'
import type { UserCoupon } from './user-coupons.ts'

/** An offer (预发放) that its user may take with a token. */
export const preSends = defineTable({
  name: 'preSentProductCoupons',
  title: { en: 'Tokens of product coupons', zh: '商品券预发放' },
  row: z
    .strictObject({
      mchid,
      token: z.string().min(1).max(1_024),
      brand_id: brandId,
      product_coupon_id: objectId,
      stock_id: objectId.optional(),
      stock_bundle_id: objectId.optional(),
      coupon_code: objectId.optional(),
      appid: z.string().min(1).max(32),
      openid: shortText,
      send_request_no: shortText,
      attach: z.string().max(150).optional(),
      create_time: instant,
      over,
      take_time: instant.optional().describe('when its user took the coupon'),
    })
    .meta({ id: 'PreSentProductCoupon', description: 'a coupon that its user may take with a token (预发放)' }),
  key: ['token'],
  indexes: ['token'],
  sorted: {
    /** Those that nobody took, the newest first. */
    untaken: {
      among: ({ take_time }) => (take_time === undefined ? ALL : undefined),
      by: ({ create_time }) => descending(create_time),
    },
  },
})

type PreSend = Readonly<z.output<(typeof preSends)['json']>>

/** How long a token is good for (documented). */
const TOKEN_VALID_MS = 5 * 60_000

/** Keeps tokens as expired, see `keepEnds` of products. */
export async function keepEndsOfPreSends(tx: Transaction, setBack: SetBack): Promise<void> {
  await keepEnded(tx, preSends, tx.in(preSends).list(), (offer): PreSend | undefined =>
    isUndone(setBack, offer.create_time + TOKEN_VALID_MS) ? { ...offer, over: true } : undefined,
  )
}

/** How many that nobody took are kept for a partner, besides all that are still good (inferred). */
const MOST_UNTAKEN = 1_000

/** Keeps an offer, and forgets old ones: two at a time, so that their number falls again after a rush. */
export async function keepPreSend(tx: Transaction, offer: PreSend): Promise<void> {
  const table = tx.in(preSends)
  const page = { owner: offer.mchid, offset: MOST_UNTAKEN - 1, limit: 2 }
  for (const { mchid, token, create_time } of await table.page('untaken', ALL, page)) {
    if (offer.create_time >= create_time + TOKEN_VALID_MS) await table.delete(mchid, token)
  }
  await table.save(offer)
}

/**
 * Finds what the token of a pre-send (预发放) stands for, and what its user has got with it. One whose coupon was taken never expires: the component
 * says that it was (documented).
 */
export async function openPreSend(
  token: string,
  { tx, now, fail }: Pick<SendContext<'token_unknown' | 'token_expired'>, 'tx' | 'now' | 'fail'>,
) {
  const [offer] = await tx.in(preSends).where('token', token)
  const batches = offer ? await batchesOf(tx, offer) : []
  if (!offer || batches.length === 0) {
    return fail('token_unknown', { en: `there is no token ${token}`, zh: `没有 token ${token}` })
  }
  const { mchid, openid, take_time, create_time, send_request_no } = offer
  const taken = await sentBefore(tx, batches, { unionid: await unionidFor(tx, mchid, openid), send_request_no })
  const until = create_time + TOKEN_VALID_MS
  if (taken.length === 0 && take_time === undefined && (offer.over || now >= until)) {
    const clock = byTheClock(now)
    return fail('token_expired', {
      en: `it was good until ${formatInstant(until)}; ${clock.en}`,
      zh: `有效期至 ${formatInstant(until)}；${clock.zh}`,
    })
  }
  return { offer, batches, taken, until }
}

/** Lets a user take what a token stands for (预发放): only now is it sent and counted. @returns the coupons that the user has got */
export async function takePreSend(
  token: string,
  context: SendContext<SendRefusal | 'token_unknown' | 'token_expired' | 'token_taken'>,
): Promise<readonly UserCoupon[]> {
  const { tx, now, fail } = context
  const { offer, batches, taken } = await openPreSend(token, context)
  const { openid, take_time = taken[0]?.receive_time, send_request_no } = offer
  if (take_time !== undefined) {
    const at = formatInstant(take_time)
    return fail('token_taken', {
      en: `${openid} took it at ${at} with ${send_request_no}`,
      zh: `${openid} 已于 ${at} 领取，发券请求单号为 ${send_request_no}`,
    })
  }
  await tx.in(preSends).save({ ...offer, take_time: now })
  const { appid, attach, coupon_code } = offer
  const send_channel = 'RECEIVE_COMPONENT'
  return sendCoupons(batches, { appid, openid, send_request_no, send_channel, attach, coupon_code }, context)
}

async function batchesOf(tx: Transaction, { mchid, stock_id, stock_bundle_id }: PreSend): Promise<readonly Stock[]> {
  if (stock_bundle_id !== undefined) return stocksOfBundle(tx, mchid, stock_bundle_id)
  const stock = stock_id === undefined ? undefined : await tx.in(stocks).find(mchid, stock_id)
  return stock ? [stock] : []
}
