import { z } from 'zod'
import { defineCall, mchidQuery } from '../../control/call.ts'
import { exchangeParams, exchangeRefusals, namedExchange } from '../../control/calls/journal.ts'
import { belongsTo, defineThing, fact, type Said, saidIn } from '../../control/things/thing.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { orderParams, orderRefusals, orders, withOrder } from '../payment/index.ts'
import { COUPON_CHANGED, couponHistory, couponTexts, patchCoupon } from './coupon-control.ts'
import { rolesOf } from './coupon-rules.ts'
import { type Coupon, type CouponState, couponRow, couponState, couponStates, coupons, withState } from './coupons.ts'
import { type Stock, stocks } from './stocks.ts'

/** The most coupons that are shown for one exchange or order. */
const MOST_COUPONS = 100

/** The coupons among some with the same name that a merchant created, owns or sent; all of them if it has none or is not known. */
export async function couponsOf(
  tx: Transaction,
  mchid: string | undefined,
  alike: readonly Coupon[],
): Promise<readonly Coupon[]> {
  if (mchid === undefined) return alike
  const isOwn = await Promise.all(
    alike.map(async (coupon) => {
      const stock = await tx.in(stocks).find(coupon.mchid, coupon.stock_id)
      return stock !== undefined && rolesOf(mchid, stock, coupon).length > 0
    }),
  )
  const own = alike.filter((_, i) => isOwn[i])
  return own.length > 0 ? own : alike
}

/** The coupons that an exchange names. */
export async function couponsNamed(tx: Transaction, said: Said, mchid: string | undefined): Promise<readonly Coupon[]> {
  const stockIds = said.of('stock_id')
  const codes = said.of('coupon_code').slice(0, MOST_COUPONS)
  const found = await Promise.all(codes.map((code) => tx.in(coupons).where('coupon_code', code)))
  // A call may leave the batch out.
  const meant = found.flat().filter(({ stock_id }) => stockIds.length === 0 || stockIds.includes(stock_id))
  return couponsOf(tx, mchid, meant)
}

export const couponThing = defineThing(coupons, {
  one: { en: 'Coupon', zh: '券' },
  none: {
    en: 'No coupons yet. Let a user receive one, or send one with a call.',
    zh: '还没有券。可以让用户领取一张，或调用接口发券。',
  },
  show: coupons.toJson,
  state: couponState,
  life: {
    stages: [
      [{ name: 'SENDED', title: { en: 'usable', zh: '可用' }, tone: 'good' }],
      [
        { name: 'USED', title: { en: 'redeemed', zh: '已核销' }, tone: 'calm' },
        { name: 'EXPIRED', title: { en: 'expired', zh: '已过期' }, tone: 'warn' },
        { name: 'DEACTIVATED', title: { en: 'void', zh: '已失效' }, tone: 'bad' },
        { name: 'DELETED', title: { en: 'deleted', zh: '已删除' }, tone: 'bad' },
      ],
    ],
    transitions: [patchCoupon],
  },
  named: couponsNamed,
  search: {
    hint: { en: 'Code, batch, openid, request number, order', zh: '券 code、批次号、openid、请求单号、订单号' },
    texts: couponTexts,
  },
  facts: [
    {
      ...fact('stock_id', 'Batch', '批次', { as: 'code', inList: 'under' }),
      to: ({ mchid, stock_id }) => ({ table: stocks, name: [mchid, stock_id] }),
    },
    fact('openid', 'Holder (openid)', '持有人（openid）', { as: 'code', inList: 'under' }),
    fact('mchid', 'Creator of the batch', '批次创建方', { as: 'code' }),
    {
      ...fact('associate_out_trade_no', 'Linked order', '关联订单', { as: 'code', inList: 'beside' }),
      to: ({ mchid, associate_out_trade_no: order }) =>
        order === undefined ? undefined : { table: orders, name: [mchid, order] },
    },
    fact('receive_time', 'Received', '领取时间', { as: 'time', inList: 'end' }),
    fact('available_start_time', 'Usable from', '可用开始时间', { as: 'time' }),
    fact('expire_time', 'Expires', '过期时间', { as: 'time' }),
    fact('use_time', 'Redeemed', '核销时间', { as: 'time' }),
  ],
  actions: [
    {
      title: { en: 'Unlink order', zh: '取消关联' },
      call: 'patchCoupon',
      body: { associate_out_trade_no: null },
      done: COUPON_CHANGED,
      when: ({ associate_out_trade_no: order }) => order !== undefined,
    },
  ],
  makes: [
    {
      title: { en: 'Receive a coupon', zh: '领取一张券' },
      of: stocks,
      call: 'handOutCoupon',
      made: ['mchid', 'stock_id', 'coupon_code'],
    },
  ],
  belongs: [
    belongsTo(orders, {
      title: { en: 'Coupons linked to it', zh: '关联的券' },
      rows: async (tx, { mchid, out_trade_no }) =>
        (await couponsOf(tx, mchid, await tx.in(coupons).where('associate_out_trade_no', out_trade_no))).toSorted(
          (a, b) => b.receive_time - a.receive_time,
        ),
    }),
    belongsTo(stocks, {
      title: { en: 'Coupons of this batch', zh: '此批次的券' },
      list: { name: 'inStock', among: textsOf, states: countStates },
    }),
  ],
  history: {
    events: {
      sent: { en: 'Sent', zh: '已发放' },
      associated: { en: 'Linked to an order', zh: '已关联订单' },
      disassociated: { en: 'Link removed', zh: '已取消关联' },
    },
    of: couponHistory,
    leadsTo: ({ event, out_trade_no: order }, { mchid, stock_id }) => [
      ...(event === 'sent' ? [{ table: stocks, name: [mchid, stock_id] }] : []),
      ...(order === undefined ? [] : [{ table: orders, name: [mchid, order] }]),
    ],
  },
})

/** Under which texts the list of a batch has its coupons; those that time alone has expired are kept among the usable ones until the clock is set back. */
function textsOf({ stock_id: stockId }: Stock, state?: string): readonly string[] {
  return couponStates.options
    .filter((kept) => state === undefined || kept === state || (state === 'EXPIRED' && kept === 'SENDED'))
    .map((kept) => withState(kept, stockId))
}

/** Coupons of a batch by state. Usable ones are sorted by when they expire, so a binary search counts the expired without reading all. */
async function countStates(
  tx: Transaction,
  { stock_id: stockId, mchid: owner }: Stock,
  now: number,
): Promise<Readonly<Record<CouponState, number>>> {
  const count = (state: CouponState) => tx.in(coupons).countAmong('inStock', withState(state, stockId), owner)
  const unused = await count('SENDED')
  let expired = 0
  for (let usable = unused; expired < usable; ) {
    const middle = Math.floor((expired + usable) / 2)
    const [one] = await tx
      .in(coupons)
      .page('inStock', withState('SENDED', stockId), { owner, offset: middle, limit: 1 })
    if (one && couponState(one, now) === 'EXPIRED') expired = middle + 1
    else usable = middle
  }
  return {
    SENDED: unused - expired,
    USED: await count('USED'),
    EXPIRED: expired + (await count('EXPIRED')),
    DEACTIVATED: await count('DEACTIVATED'),
    DELETED: await count('DELETED'),
  }
}

export const exchangeCoupons = defineCall({
  summary: `The coupons that a call names or gives out, or a callback tells of, as they are now; ${MOST_COUPONS} at most`,
  params: exchangeParams,
  answer: z.array(couponRow),
  refusals: exchangeRefusals,
  async handle({ params: { id } }, { mock }) {
    const exchange = await namedExchange(mock, id)
    const path = mock.operations.find((one) => one.id === exchange.operation)?.path
    return mock.inTurn(async (tx, now) => {
      const found = await couponsNamed(tx, saidIn(exchange, path), exchange.mchid)
      return found.slice(0, MOST_COUPONS).map((one) => coupons.toJson(one, now))
    })
  },
})

export const orderCoupons = defineCall({
  summary: `The coupons that are linked to an order, those received last first; ${MOST_COUPONS} at most`,
  params: orderParams,
  query: mchidQuery,
  answer: z.array(couponRow),
  refusals: orderRefusals,
  handle: ({ params, query }, { mock }) =>
    withOrder(mock, params.out_trade_no, query.mchid, async ({ mchid, out_trade_no }, tx, now) => {
      const linked = await tx.in(coupons).where('associate_out_trade_no', out_trade_no)
      return (await couponsOf(tx, mchid, linked))
        .toSorted((a, b) => b.receive_time - a.receive_time)
        .slice(0, MOST_COUPONS)
        .map((one) => coupons.toJson(one, now))
    }),
})
