import { z } from 'zod'
import { mchid, shortText, time } from '../../../engine/state/json-fields.ts'
import { ALL, defineTable, descending, type RowDefaults } from '../../../engine/state/table.ts'
import { UsageError } from '../../../protocol/errors.ts'
import { exactTime } from '../../../protocol/instant.ts'
import { fromWire } from '../../common/spelling.ts'
import { closingTime, type Order, orderState } from '../rules/order.ts'
import { MARKS, TRADE_STATE, TRADE_TYPE } from '../spellings.ts'
import { orderLife } from './life.ts'
import { transactionIdOf } from './numbers.ts'
import { describePromotion, promotionFrom, promotionsJson } from './promotions.ts'

const HOUR = 3_600_000

export const orderJson = z
  .strictObject({
    mchid: mchid.optional().meta({ description: 'merchant of the order; the well-known merchant if left out' }),
    out_trade_no: shortText.optional(),
    state: z.enum(Object.values(TRADE_STATE)).optional().meta({ description: 'trade_state; SUCCESS if left out' }),
    transaction_id: z.string().min(1).max(32).optional(),
    description: z.string().min(1).max(127).optional(),
    openid: z.string().min(1).max(128).optional().meta({ description: 'who pays; not known of unpaid orders' }),
    total: z.int().min(1).optional().meta({ description: 'fen' }),
    create_time: time.optional(),
    success_time: time.optional(),
    appid: z.string().min(1).max(32).optional(),
    trade_type: z.enum(Object.values(TRADE_TYPE)).optional(),
    notify_url: z.string().max(256).optional(),
    attach: shortText.optional(),
    device_id: z.string().max(32).optional().meta({ description: 'scene_info.device_id of the request' }),
    currency: z.string().optional(),
    time_expire: time.optional().meta({
      description: 'from when it cannot be paid any more, which leaves it NOTPAY; until close_time if left out',
    }),
    close_time: time.optional().meta({
      description:
        'when it is CLOSED if nobody has paid it; if left out, seven days after create_time, or at a later time_expire',
    }),
    closed_time: time.optional().meta({ description: 'when it was closed by a call' }),
    prepay_id: z.string().max(64).optional(),
    prepay_time: time.optional().meta({ description: 'when the prepay_id was given; it lives two hours' }),
    request: z.array(z.string()).optional().meta({ description: 'what the same number has to bring again' }),
    marks: z
      .array(z.strictObject({ state: z.enum(Object.values(MARKS)), time }))
      .optional()
      .meta({ description: 'states that it was put into by hand, oldest first' }),
    promotions: promotionsJson
      .optional()
      .meta({ description: 'coupons of WeChat Pay (代金券) that it was paid with; only of a paid one' }),
  })
  .meta({ id: 'Order', description: 'an order (订单) paid with WeChat Pay' })

export const completedOrder = orderJson
  .required({
    mchid: true,
    out_trade_no: true,
    state: true,
    description: true,
    total: true,
    create_time: true,
    trade_type: true,
    currency: true,
    close_time: true,
  })
  .meta({ id: 'CompletedOrder', description: 'an order with everything that was left out filled in' })

export type OrderJson = z.input<typeof orderJson>
export type CompletedOrder = z.output<typeof completedOrder>

/** Orders (订单) paid with WeChat Pay. */
export const orders = defineTable({
  name: 'orders',
  title: { en: 'Orders', zh: '订单' },
  life: orderLife,
  owner: ({ mchid }: Order) => mchid,
  key: ({ outTradeNo }) => [outTradeNo],
  keyMembers: ['out_trade_no'],
  indexes: {
    outTradeNo: ({ outTradeNo }) => outTradeNo,
    transactionId: ({ transactionId }) => transactionId,
    prepayId: ({ prepayId }) => prepayId,
  },
  sorted: { newest: { among: () => ALL, by: ({ createdAt }) => descending(createdAt) } },
  json: orderJson,
  completed: completedOrder,
  fromJson: completeOrder,
  toJson: describeOrder,
  inJournal: true,
})

/**
 * Completes a partial order: one hundred yuan, paid an hour ago.
 *
 * CLOSED with a `close_time` that has passed, and never closed by a call, is an unpaid order that its time has closed.
 */
export function completeOrder(json: OrderJson, { now, ids, defaultMchid }: RowDefaults): Order {
  const shown = fromWire(TRADE_STATE, json.state ?? 'SUCCESS')
  const createdAt = instantOf(json.create_time) ?? now - 2 * HOUR
  const payableUntil = instantOf(json.time_expire)
  const closesAt = instantOf(json.close_time) ?? closingTime(createdAt, payableUntil)
  const state = shown === 'closed' && json.closed_time === undefined && closesAt <= now ? 'notpay' : shown
  const paid = state === 'success' || state === 'refund'
  const paidAt = instantOf(json.success_time) ?? now - HOUR
  const tradeType = fromWire(TRADE_TYPE, json.trade_type ?? 'JSAPI')
  const totalFen = json.total ?? 10_000
  const { promotions = [] } = json
  if (!paid && promotions.length > 0) {
    throw new UsageError(
      'MOCK_PROMOTIONS',
      {
        en: `An order is paid with coupons, and one that is ${json.state} was not paid: leave promotions out.`,
        zh: `只有已支付的订单才有优惠（promotions），而 state 为 ${json.state} 的订单没有支付：请去掉 promotions。`,
      },
      { path: '/promotions' },
    )
  }
  if (promotions.reduce((sum, { amount }) => sum + amount, 0) > totalFen) {
    throw new UsageError(
      'MOCK_PROMOTIONS',
      {
        en: 'The coupons of an order take off its total at most: give lower amounts.',
        zh: '优惠金额合计不能超过订单金额，请减小 amount。',
      },
      { path: '/promotions' },
    )
  }
  return {
    mchid: json.mchid ?? defaultMchid,
    outTradeNo: json.out_trade_no ?? `MCH_${ids.digits(12)}`,
    state,
    totalFen,
    description: json.description ?? '测试商品',
    // The payer of an unpaid order is known only if it was placed for one.
    ...((json.openid !== undefined || paid || tradeType === 'jsapi') && {
      openid: json.openid ?? `o${ids.letters(27)}`,
    }),
    createdAt,
    tradeType,
    currency: json.currency ?? 'CNY',
    closesAt,
    ...(json.appid !== undefined && { appid: json.appid }),
    ...(json.notify_url !== undefined && { notifyUrl: json.notify_url }),
    ...(json.attach !== undefined && { attach: json.attach }),
    ...(json.device_id !== undefined && { deviceId: json.device_id }),
    ...(payableUntil !== undefined && { payableUntil }),
    ...(json.prepay_id !== undefined && { prepayId: json.prepay_id }),
    ...(json.prepay_time !== undefined && { prepayIdAt: Date.parse(json.prepay_time) }),
    ...(json.request !== undefined && { request: json.request }),
    ...(json.closed_time !== undefined && { closedAt: Date.parse(json.closed_time) }),
    ...(json.marks && {
      marks: json.marks.map((mark) => ({ state: fromWire(MARKS, mark.state), at: Date.parse(mark.time) })),
    }),
    ...(paid && {
      transactionId: json.transaction_id ?? transactionIdOf(ids, paidAt),
      paidAt,
      ...(promotions.length > 0 && { promotions: promotions.map((one) => promotionFrom(one, ids)) }),
    }),
  }
}

/** An order as it stands at an instant. */
export function describeOrder(order: Order, now: number): CompletedOrder {
  return {
    mchid: order.mchid,
    out_trade_no: order.outTradeNo,
    state: TRADE_STATE[orderState(order, now)],
    ...(order.transactionId !== undefined && { transaction_id: order.transactionId }),
    description: order.description,
    ...(order.openid !== undefined && { openid: order.openid }),
    total: order.totalFen,
    create_time: exactTime(order.createdAt),
    ...(order.paidAt !== undefined && { success_time: exactTime(order.paidAt) }),
    ...(order.appid !== undefined && { appid: order.appid }),
    trade_type: TRADE_TYPE[order.tradeType],
    ...(order.notifyUrl !== undefined && { notify_url: order.notifyUrl }),
    ...(order.attach !== undefined && { attach: order.attach }),
    ...(order.deviceId !== undefined && { device_id: order.deviceId }),
    currency: order.currency,
    ...(order.payableUntil !== undefined && { time_expire: exactTime(order.payableUntil) }),
    close_time: exactTime(order.closesAt),
    ...(order.closedAt !== undefined && { closed_time: exactTime(order.closedAt) }),
    ...(order.marks && { marks: order.marks.map(({ state, at }) => ({ state: MARKS[state], time: exactTime(at) })) }),
    ...(order.prepayId !== undefined && { prepay_id: order.prepayId }),
    ...(order.prepayIdAt !== undefined && { prepay_time: exactTime(order.prepayIdAt) }),
    ...(order.request !== undefined && { request: [...order.request] }),
    ...(order.promotions && { promotions: order.promotions.map(describePromotion) }),
  }
}

function instantOf(time: string | undefined): number | undefined {
  return time === undefined ? undefined : Date.parse(time)
}
