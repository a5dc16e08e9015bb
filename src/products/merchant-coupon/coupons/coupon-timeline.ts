import { z } from 'zod'
import { defineCall } from '../../../control/call.ts'
import { foundOthers, timelineJson, timelineOf, timelineQuery, triesToTell } from '../../../control/timeline.ts'
import { type Exchange, mentions } from '../../../engine/journal/journal.ts'
import type { Mock } from '../../../engine/mock.ts'
import type { Language } from '../../../shared/texts.ts'
import type { Coupon } from '../rules/coupon.ts'
import { stepsOf } from '../rules/coupon-steps.ts'
import { couponSend } from '../sending/coupon-send.ts'
import { COUPON_STATE } from '../wire.ts'
import { couponParams, couponRefusals, findNamedCoupon } from './named-coupon.ts'
import { completedCoupon, coupons, describeCoupon } from './table.ts'

const couponTimelineJson = z.strictObject({ coupon: completedCoupon, ...timelineJson }).meta({ id: 'CouponTimeline' })

export const couponTimeline = defineCall({
  summary:
    'A coupon with what happened to it, which exchange did it, and the calls and callbacks about it that changed nothing',
  params: couponParams,
  query: timelineQuery,
  answer: couponTimelineJson,
  refusals: couponRefusals,
  async handle({ params, query: { limit, ...query } }, { mock, language }) {
    const { coupon, now } = await findNamedCoupon(mock, params, query)
    return { coupon: describeCoupon(coupon, now), ...(await couponHistory(mock, language, coupon, now, limit)) }
  },
})

/** What happened to a coupon, the newest first. */
export async function couponHistory(mock: Mock, language: Language, coupon: Coupon, now: number, limit?: number) {
  const telling = await triesToTell(
    mock,
    [couponSend],
    ({ stock_id, coupon_code }) => stock_id === coupon.stockId && coupon_code === coupon.code,
  )
  const about = (await mock.exchanges.list()).filter((one) => telling.has(one) || isAbout(one, coupon))
  const steps = stepsOf(coupon, now).map(({ before, after, ...step }) => ({
    ...step,
    before: before && COUPON_STATE[before],
    after: COUPON_STATE[after],
    isTold: step.event === 'sent',
    byCall: step.event !== 'set' && step.event !== 'deleted' && step.event !== 'expired',
  }))
  return timelineOf(mock, language, steps, about, limit)
}

/** Whether a call names a coupon, or its answer gives it out. */
function isAbout(exchange: Exchange, { stockId, code, creatorMchid }: Coupon): boolean {
  if (exchange.callback || foundOthers(exchange, coupons, creatorMchid)) return false
  return (mentions(exchange, 'coupon_code', code) && namesBatch(exchange, stockId)) || answers(exchange, code)
}

/** A call may leave the batch out. */
function namesBatch(exchange: Exchange, stockId: string): boolean {
  return mentions(exchange, 'stock_id', stockId) || !hasText(exchange.request.body, '"stock_id"')
}

function answers({ response }: Exchange, code: string): boolean {
  return response !== undefined && hasText(response.body, JSON.stringify(code))
}

function hasText({ buffer, byteOffset, byteLength }: Uint8Array, text: string): boolean {
  return Buffer.from(buffer, byteOffset, byteLength).includes(text)
}
