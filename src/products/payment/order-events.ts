import { z } from 'zod'
import { documentedResource } from '../../catalogue/documented-event.ts'
import { callbackOf, defineEvent, type EventDefinition } from '../../engine/callbacks/event.ts'
import type { IdSource } from '../../engine/ids.ts'
import type { NewNotification } from '../../engine/operation.ts'
import { ALL } from '../../engine/state/table.ts'
import { isPaid, type PaidOrder, payerTotalOf } from './order-rules.ts'
import { combinedWith, completeOrder, isOpen, type Order, orderState, orders } from './orders.ts'

/** `trade_state_desc`: the state in words. */
const STATE_TEXT: Readonly<Record<Order['state'], string>> = {
  NOTPAY: '订单未支付',
  USERPAYING: '用户支付中',
  PAYERROR: '支付失败',
  SUCCESS: '支付成功',
  REFUND: '订单发生过退款，退款详情请查询退款单',
  CLOSED: '订单已关闭',
  REVOKED: '订单已撤销',
}

/** The value that the documents give for an unknown bank, and for a wallet. */
export const BANK_TYPE = 'OTHERS'

/**
 * An order as queries show it at an instant (pay-family.md 2.6), in the members of direct merchants and in those of partners. What only a payment
 * brings is left out before it.
 */
export function orderDetails(order: Order, now: number) {
  const { out_trade_no, currency, total, device_id = '' } = order
  const shown = isPaid(order)
    ? paidDetails(order, now)
    : {
        out_trade_no,
        ...whose(order),
        ...stateAt(order, now),
        amount: { payer_currency: currency, total },
        scene_info: { device_id },
      }
  return { ...shown, promotion_detail: promotionsOf(order) }
}

/** A paid order as its callback tells of it (pay-family.md 2.9), with more than that shows. */
function paidDetails(order: PaidOrder, now: number) {
  const { openid, sub_openid, device_id, total, currency, attach = '' } = order
  const promotions = promotionsOf(order)
  return {
    ...order,
    ...whose(order),
    ...stateAt(order, now),
    bank_type: BANK_TYPE,
    attach,
    payer: { openid, sp_openid: openid, sub_openid },
    amount: { total, payer_total: payerTotalOf(order), currency, payer_currency: currency },
    scene_info: device_id === undefined ? undefined : { device_id },
    promotion_detail: promotions.length > 0 ? promotions : undefined,
  }
}

function whose(order: Order) {
  const { mchid, sub_mchid, sub_appid } = order
  const appid = appidOf(order)
  return { mchid, appid, sp_mchid: mchid, sp_appid: appid, sub_mchid, sub_appid }
}

function stateAt(order: Order, now: number) {
  const state = orderState(order, now)
  return { trade_state: state, trade_state_desc: STATE_TEXT[state] }
}

/** The appid of an order; one of ours if it came into the world without any, as no live order does. */
export function appidOf({ appid = 'wxd678efh567hg6787' }: Pick<Order, 'appid'>): string {
  return appid
}

/** `promotion_detail` (pay-family.md 2.10); of the three contributions only the one that applies, as pages since 2024 have it. */
function promotionsOf({ promotions = [], currency }: Order) {
  return promotions.map(({ contributor, ...promotion }) => ({
    ...promotion,
    [`${contributor}_contribute`]: promotion.amount,
    currency,
  }))
}

/** A combined order (合单) as its query shows it at an instant (pay-family.md 4.3), from its sub orders. */
export function combinedDetails(subs: readonly Order[], now: number) {
  const [first] = subs
  const { combine_mchid, combine_out_trade_no, openid, device_id } = first ?? {}
  return {
    combine_appid: first && appidOf(first),
    combine_mchid,
    combine_out_trade_no,
    combine_payer_info: first && isPaid(first) ? { openid } : undefined,
    scene_info: device_id === undefined ? undefined : { device_id },
    sub_orders: subs.map((order) => ({ ...subDetails(order, now), promotion_detail: promotionsOf(order) })),
  }
}

function subDetails(order: Order, now: number) {
  const { mchid, out_trade_no, sub_mchid, sub_appid, total, currency } = order
  if (!isPaid(order)) {
    const trade_state = isOpen(orderState(order, now)) ? 'NOTPAY' : 'CLOSED'
    return { mchid, out_trade_no, sub_mchid, sub_appid, trade_state }
  }
  const { amount, ...paid } = paidDetails(order, now)
  return {
    ...paid,
    // The pages list no other state of a paid one, so that it keeps this one when it is refunded (pay-family.md U11).
    trade_state: 'SUCCESS',
    amount: { total_amount: total, payer_amount: amount.payer_total, currency, payer_currency: currency },
  }
}

interface PaymentEvent extends Pick<EventDefinition<PaidOrder[]>, 'id' | 'label' | 'description' | 'title' | 'source'> {
  /** Its product in the catalogue. */
  readonly product: 'orders' | 'partner-orders' | 'combined-orders'
  readonly resourceId: string
  /** The members that callbacks have first. */
  readonly first: readonly string[]
  /** Members of an order that is made up. */
  made(mchid: string): Partial<Order>
  /** Content to seal; members that the event does not have are dropped. */
  content(paid: readonly PaidOrder[], now: number): Record<string, unknown>
}

/** An event about a payment: they have one type, and are told apart by their members (documented). */
function paymentEvent({ product, resourceId, first, made, content, ...event }: PaymentEvent) {
  const resource = () => documentedResource(`${product} TRANSACTION.SUCCESS`, resourceId, first)
  return defineEvent<PaidOrder[]>({
    ...event,
    eventType: 'TRANSACTION.SUCCESS',
    ...(product !== 'orders' && { name: `TRANSACTION.SUCCESS/${product}` }),
    summary: '支付成功',
    originalType: 'transaction',
    associatedData: 'transaction',
    schedule: 'payment',
    get resource() {
      return resource()
    },
    async find(tx, mchid) {
      const newest = await tx.in(orders).page('newest', ALL, { owner: mchid, limit: LOOKED_THROUGH })
      const order = newest.find((one) => productOf(one) === product)
      const paid = order?.state === 'SUCCESS' ? (await combinedWith(tx, order)).filter(isPaid) : []
      return { about: paid.length > 0 ? paid : undefined }
    },
    sample({ mchid, appid, now, ids }, about) {
      const given = { appid, total: 100, success_time: now, ...made(mchid) }
      const paid = about ?? [completeOrder(given, { now, ids, defaultMchid: mchid })].filter(isPaid)
      return z.encode(resource(), content(paid, now))
    },
  })
}

const LOOKED_THROUGH = 50

function productOf({ combine_mchid, sub_mchid }: Order): PaymentEvent['product'] {
  if (combine_mchid !== undefined) return 'combined-orders'
  return sub_mchid === undefined ? 'orders' : 'partner-orders'
}

const SUB_MCHID = '1900000109'

const ofOne: PaymentEvent['content'] = ([order], now) => (order ? paidDetails(order, now) : {})

/** 支付成功: an order was paid; that of a direct merchant, of a partner, or a combined one. */
export const paymentEvents = {
  orders: paymentEvent({
    product: 'orders',
    id: 'transactionSuccess',
    resourceId: 'TransactionEvent',
    label: { en: 'an order was paid', zh: '支付成功' },
    description: 'An order was paid',
    title: '支付成功回调通知',
    source: 'https://pay.weixin.qq.com/doc/v3/merchant/4012791861',
    first: ['mchid'],
    made: () => ({}),
    content: ofOne,
  }),
  'partner-orders': paymentEvent({
    product: 'partner-orders',
    id: 'partnerTransactionSuccess',
    resourceId: 'PartnerTransactionEvent',
    label: { en: 'an order of a partner was paid', zh: '支付成功（服务商）' },
    description: 'An order that a partner placed was paid',
    title: '支付成功回调通知',
    source: 'https://pay.weixin.qq.com/doc/v3/partner/4012085146',
    first: [],
    made: () => ({ sub_mchid: SUB_MCHID }),
    content: ofOne,
  }),
  'combined-orders': paymentEvent({
    product: 'combined-orders',
    id: 'combinedTransactionSuccess',
    resourceId: 'CombinedTransactionEvent',
    label: { en: 'a combined order was paid', zh: '合单支付成功' },
    description: 'All sub orders of a combined order were paid at once',
    title: '合单订单支付成功回调通知',
    source: 'https://pay.weixin.qq.com/doc/v3/merchant/4012158598',
    first: ['combine_appid', 'combine_mchid', 'combine_out_trade_no', 'scene_info', 'sub_orders'],
    made: (combine_mchid) => ({ combine_mchid, combine_out_trade_no: 'COMBINE_1217752501' }),
    // Without coupons a callback has no promotion_detail.
    content: (paid, now) => ({ ...combinedDetails(paid, now), sub_orders: paid.map((one) => subDetails(one, now)) }),
  }),
} as const

/** The callback about orders that were paid together: one, or all of a combined one, whose combiner is told. `undefined` without an address. */
export function paymentCallback(
  paid: readonly PaidOrder[],
  { now, ids }: { readonly now: number; readonly ids: IdSource },
): NewNotification | undefined {
  const [first] = paid
  if (first?.notify_url === undefined) return undefined
  const event = paymentEvents[productOf(first)]
  const mchid = first.combine_mchid ?? first.mchid
  const resource = event.sample({ mchid, appid: appidOf(first), now, ids }, [...paid])
  return callbackOf(event, { mchid, url: first.notify_url, resource })
}
