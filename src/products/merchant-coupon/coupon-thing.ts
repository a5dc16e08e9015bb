import { belongsTo, defineThing } from '../../control/things/thing.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { orders } from '../payment/index.ts'
import { couponHistory, couponsNamed, couponsOf } from './coupon-control.ts'
import { type Coupon, couponState } from './coupon-rules.ts'
import { COUPON_CHANGED, coupons, describeCoupon, withStatus } from './coupons.ts'
import type { Stock } from './rules/stock.ts'
import { stocks } from './stocks/table.ts'
import { COUPON_STATE } from './wire.ts'

/** Coupons as the dashboard shows them. */
export const couponThing = defineThing(coupons, {
  one: { en: 'Coupon', zh: '券' },
  none: {
    en: 'No coupons yet. Let a user receive one, or send one with a call.',
    zh: '还没有券。可以让用户领取一张，或调用接口发券。',
  },
  show: describeCoupon,
  state: (coupon, now) => COUPON_STATE[couponState(coupon, now)],
  named: couponsNamed,
  search: {
    hint: { en: 'Code, batch, openid, request number, order', zh: '券 code、批次号、openid、请求单号、订单号' },
    texts: ({ code, stockId, openid, sendRequestNo, link }) => [code, stockId, openid, sendRequestNo, link?.outTradeNo],
  },
  facts: [
    {
      title: { en: 'Batch', zh: '批次' },
      of: ({ stock_id }) => stock_id,
      to: ({ mchid, stock_id }) => ({ table: stocks, name: [mchid, stock_id] }),
      as: 'code',
      inList: 'under',
    },
    {
      title: { en: 'Holder (openid)', zh: '持有人（openid）' },
      of: ({ openid }) => openid,
      as: 'code',
      inList: 'under',
    },
    { title: { en: 'Creator of the batch', zh: '批次创建方' }, of: ({ mchid }) => mchid, as: 'code' },
    {
      title: { en: 'Linked order', zh: '关联订单' },
      of: ({ associate_out_trade_no: order }) => order,
      to: ({ mchid, associate_out_trade_no: order }) =>
        order === undefined ? undefined : { table: orders, name: [mchid, order] },
      as: 'code',
      inList: 'beside',
    },
    { title: { en: 'Received', zh: '领取时间' }, of: ({ receive_time }) => receive_time, as: 'time', inList: 'end' },
    { title: { en: 'Usable from', zh: '可用开始时间' }, of: (coupon) => coupon.available_start_time, as: 'time' },
    { title: { en: 'Expires', zh: '过期时间' }, of: ({ expire_time }) => expire_time, as: 'time' },
    { title: { en: 'Redeemed', zh: '核销时间' }, of: ({ use_time }) => use_time, as: 'time' },
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
        (await couponsOf(tx, mchid, await tx.in(coupons).where('outTradeNo', out_trade_no))).toSorted(
          (a, b) => b.receivedAt - a.receivedAt,
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
      used: { en: 'Redeemed', zh: '已核销' },
      returned: { en: 'Given back', zh: '已退券' },
      deactivated: { en: 'Made void', zh: '已失效' },
      deleted: { en: 'Deleted', zh: '已删除' },
      expired: { en: 'Expired', zh: '已过期' },
      set: { en: 'Set by hand', zh: '手动设置' },
    },
    of: (coupon, { mock, language, now, limit }) => couponHistory(mock, language, coupon, now, limit),
    leadsTo: ({ event, out_trade_no: order }, { creatorMchid, stockId }) => [
      ...(event === 'sent' ? [{ table: stocks, name: [creatorMchid, stockId] }] : []),
      ...(order === undefined ? [] : [{ table: orders, name: [creatorMchid, order] }]),
    ],
  },
})

const STATUSES = ['sended', 'used', 'deactivated', 'deleted'] as const

/** Under which texts the list of a batch has its coupons; those of time alone are among the usable ones. */
function textsOf({ stockId }: Stock, state?: string): readonly string[] {
  return STATUSES.filter(
    (status) =>
      state === undefined || COUPON_STATE[status] === state || (status === 'sended' && state === COUPON_STATE.expired),
  ).map((status) => withStatus(status, stockId))
}

/** How many coupons of a batch are in each state: those that nobody used stand in the order in which they expire, so that a few of them are enough to know. */
async function countStates(
  tx: Transaction,
  { stockId, creatorMchid: owner }: Stock,
  now: number,
): Promise<Readonly<Record<string, number>>> {
  const count = (status: Coupon['status']) => tx.in(coupons).countAmong('inStock', withStatus(status, stockId), owner)
  const unused = await count('sended')
  let expired = 0
  for (let usable = unused; expired < usable; ) {
    const middle = Math.floor((expired + usable) / 2)
    const [one] = await tx
      .in(coupons)
      .page('inStock', withStatus('sended', stockId), { owner, offset: middle, limit: 1 })
    if (one && couponState(one, now) === 'expired') expired = middle + 1
    else usable = middle
  }
  return {
    [COUPON_STATE.sended]: unused - expired,
    [COUPON_STATE.used]: await count('used'),
    [COUPON_STATE.expired]: expired,
    [COUPON_STATE.deactivated]: await count('deactivated'),
    [COUPON_STATE.deleted]: await count('deleted'),
  }
}
