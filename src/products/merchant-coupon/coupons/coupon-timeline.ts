import { z } from 'zod'
import { defineCall } from '../../../control/call.ts'
import { mchidQuery } from '../../../control/calls/queries.ts'
import { describeHead } from '../../../control/formats/exchange-head.ts'
import { exchangeSummaryJson, summarizeExchange } from '../../../control/formats/exchange-summary.ts'
import { type Exchange, mentions } from '../../../engine/journal/journal.ts'
import type { Coupon, CouponEvent } from '../rules/coupon.ts'
import { couponParams, couponRefusals, findNamedCoupon } from './named-coupon.ts'
import { completedCoupon, describeCoupon } from './table.ts'

const timelineEntryJson = z
  .strictObject({
    time: z.string(),
    event: z
      .string()
      .optional()
      .meta({ description: 'what happened to the coupon; left out for a call that names it and changed nothing' }),
    request_no: z.string().optional(),
    out_trade_no: z.string().optional(),
    exchange: exchangeSummaryJson
      .optional()
      .meta({ description: 'which call or callback it was; left out where the journal has none, or none any more' }),
  })
  .meta({ id: 'TimelineEntry' })

const couponTimelineJson = z
  .strictObject({
    coupon: completedCoupon,
    entries: z.array(timelineEntryJson).meta({ description: 'the newest first' }),
  })
  .meta({ id: 'CouponTimeline' })

export const couponTimeline = defineCall({
  summary: 'A coupon with what happened to it, which exchange did it, and the calls that named it in vain',
  params: couponParams,
  query: mchidQuery,
  answer: couponTimelineJson,
  refusals: couponRefusals,
  async handle({ params, query }, { mock, language }) {
    const { coupon: found, now } = await findNamedCoupon(mock, params, query)
    const shown = describeCoupon(found, now)
    const about = (await mock.exchanges.list()).filter((exchange) => isAbout(exchange, found))
    const explained = new Set<Exchange>()
    const happened = found.history.map((event, i) => {
      const exchange = about.find((one) => !explained.has(one) && isCauseOf(one, event))
      if (exchange) explained.add(exchange)
      return {
        at: event.at,
        entry: { ...shown.history[i], time: shown.history[i]?.time ?? '', ...(exchange && { exchange }) },
      }
    })
    const others = about
      .filter((exchange) => !explained.has(exchange))
      .map((exchange) => ({ at: exchange.at, entry: { time: describeHead(exchange).time, exchange } }))
    const entries = [...happened, ...others]
      .toReversed()
      .toSorted((a, b) => b.at - a.at)
      .map(({ entry: { exchange, ...entry } }) => ({
        ...entry,
        ...(exchange && { exchange: summarizeExchange(mock, exchange, language) }),
      }))
    return { coupon: shown, entries }
  },
})

/** Whether a call names a coupon, or its answer gives it out. */
function isAbout(exchange: Exchange, { stockId, code }: Coupon): boolean {
  const named = mentions(exchange, 'coupon_code', code) && namesBatch(exchange, stockId)
  return named || (exchange.callback === undefined && answers(exchange, code))
}

/** A call may leave the batch out. */
function namesBatch(exchange: Exchange, stockId: string): boolean {
  return mentions(exchange, 'stock_id', stockId) || !Buffer.from(exchange.request.body).includes('"stock_id"')
}

function answers({ response }: Exchange, code: string): boolean {
  return response !== undefined && Buffer.from(response.body).includes(JSON.stringify(code))
}

/** One instant is taken per call, so the event that a call made has the call's own. */
function isCauseOf({ at, request, response, callback }: Exchange, event: CouponEvent): boolean {
  if (callback || at !== event.at || !response || response.status >= 300) return false
  return event.requestNo === undefined || Buffer.from(request.body).includes(JSON.stringify(event.requestNo))
}
