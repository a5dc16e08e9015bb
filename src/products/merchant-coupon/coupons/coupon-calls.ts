import { z } from 'zod'
import { defineAddCalls } from '../../../control/add-calls.ts'
import { defineCall } from '../../../control/call.ts'
import { mchidQuery } from '../../../control/calls/queries.ts'
import { pageOf, pageQuery } from '../../../control/formats/page.ts'
import { readPage } from '../../../control/read-page.ts'
import { mchid } from '../../../engine/state/json-fields.ts'
import type { Transaction } from '../../../engine/state/store.ts'
import type { RowDefaults } from '../../../engine/state/table.ts'
import { codes } from '../codes/table.ts'
import { type Coupon, couponState } from '../rules/coupon.ts'
import { withCouponCounted } from '../rules/stock.ts'
import { handedOutAs, withCodeDispatched } from '../rules/uploaded-code.ts'
import { completeStock, stocks } from '../stocks/table.ts'
import { COUPON_STATE } from '../wire.ts'
import { couponParams, couponRefusals, findNamedCoupon, namedCoupon } from './named-coupon.ts'
import { couponPatch, patchCoupon as patched } from './patch-coupon.ts'
import {
  type CompletedCoupon,
  type CouponJson,
  completeCoupon,
  completedCoupon,
  couponJson,
  coupons,
  describeCoupon,
} from './table.ts'

export const listedCoupons = defineCall({
  summary: 'Look for coupons: those received last first, page by page',
  query: pageQuery.extend({
    mchid: mchid.optional().meta({ description: 'who created the batch; any if left out' }),
    stock_id: z.string().optional().meta({ description: 'batch' }),
    state: z.enum(Object.values(COUPON_STATE)).optional(),
  }),
  answer: pageOf(completedCoupon).meta({ id: 'CouponPage' }),
  async handle({ query: { mchid, stock_id, state, text, ...page } }, { mock }) {
    const now = mock.clock.now()
    const wanted = text?.toLowerCase()
    const isFiltered = stock_id !== undefined || state !== undefined || wanted !== undefined
    const fits = (one: Coupon) =>
      (stock_id === undefined || one.stockId === stock_id) &&
      (state === undefined || COUPON_STATE[couponState(one, now)] === state) &&
      (wanted === undefined || couponHasText(one, wanted))
    const { items, ...rest } = await readPage(mock, coupons, { owner: mchid, ...(isFiltered && { fits }), ...page })
    return { ...rest, items: items.map((one) => describeCoupon(one, now)) }
  },
})

function couponHasText({ code, stockId, openid, sendRequestNo, link }: Coupon, wanted: string): boolean {
  return [code, stockId, openid, sendRequestNo, link?.outTradeNo ?? ''].some((one) =>
    one.toLowerCase().includes(wanted),
  )
}

export const coupon = defineCall({
  summary: 'Look at a coupon with its history',
  params: couponParams,
  query: mchidQuery,
  answer: completedCoupon,
  refusals: couponRefusals,
  async handle({ params, query }, { mock }) {
    const { coupon, now } = await findNamedCoupon(mock, params, query)
    return describeCoupon(coupon, now)
  },
})

export const patchCoupon = defineCall({
  summary: 'Put a coupon in a state, whatever happened to it before',
  params: couponParams,
  query: mchidQuery,
  body: couponPatch,
  answer: completedCoupon,
  refusals: {
    ...couponRefusals,
    MOCK_COUPON_KEY: 'the patch would make it another coupon',
    MOCK_COUPON_STATE: 'the patch contradicts itself',
  },
  async handle({ params, query, body }, { mock }) {
    const defaultMchid = mock.defaultMerchant.mchid
    return mock.inTurn(async (tx, now) => {
      const before = await namedCoupon(tx, params, query.mchid, defaultMchid)
      const stock = await tx.in(stocks).find(before.creatorMchid, before.stockId)
      if (!stock) throw new Error(`Coupon ${before.code} has no batch ${before.stockId}`)
      const coupon = patched(before, body, stock, { now, ids: mock.ids, defaultMchid })
      await tx.in(coupons).save(coupon)
      return describeCoupon(coupon, now)
    })
  },
})

export const { one: addCoupon, many: addCoupons } = defineAddCalls({
  summary: 'Add a coupon or a list of them, in any state; one with the same code in the batch is replaced',
  json: couponJson,
  made: completedCoupon,
  refusals: { MOCK_COUPON_STATE: 'state and times contradict each other' },
  add,
})

async function add(tx: Transaction, json: CouponJson, defaults: RowDefaults): Promise<CompletedCoupon> {
  const creatorMchid = json.mchid ?? defaults.defaultMchid
  const existing = json.stock_id === undefined ? undefined : await tx.in(stocks).find(creatorMchid, json.stock_id)
  const stock = existing ?? completeStock({ mchid: creatorMchid, stock_id: json.stock_id }, defaults)
  const coupon = completeCoupon(json, stock, defaults)
  const isNew = (await tx.in(coupons).find(creatorMchid, stock.stockId, coupon.code)) === undefined
  const code = await tx.in(codes).find(creatorMchid, stock.stockId, coupon.code)
  const takesCode = code !== undefined && code.dispatchedAt === undefined
  if (takesCode) await tx.in(codes).save(handedOutAs(code, coupon))
  const counted = isNew ? withCouponCounted(stock, coupon.receivedAt) : stock
  await tx.in(stocks).save(takesCode ? withCodeDispatched(counted) : counted)
  await tx.in(coupons).save(coupon)
  return describeCoupon(coupon, defaults.now)
}
