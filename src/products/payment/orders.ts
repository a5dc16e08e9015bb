import { z } from 'zod'
import { rowCalls } from '../../control/row-calls.ts'
import type { IdSource } from '../../engine/ids.ts'
import { misfitText } from '../../engine/misfit-texts.ts'
import { over } from '../../engine/state/endings.ts'
import { instant, mchid, money, position, shortText } from '../../engine/state/json-fields.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { ALL, ascending, defineTable, descending, type RowDefaults } from '../../engine/state/table.ts'
import { UsageError } from '../../wire/protocol/errors.ts'
import { formatInstant } from '../../wire/protocol/instant.ts'
import { orLastInstant } from '../../wire/shared/china-time.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { sharing } from './frozen-money.ts'
import { paymentSettings } from './settings.ts'

const TRADE_STATES = ['NOTPAY', 'USERPAYING', 'PAYERROR', 'SUCCESS', 'REFUND', 'CLOSED', 'REVOKED'] as const
const TRADE_TYPES = ['JSAPI', 'NATIVE', 'APP', 'MWEB', 'MICROPAY', 'FACEPAY'] as const

export const tradeState = z.enum(TRADE_STATES)

/** The states that an unpaid order can be put into by hand. */
export const markedState = z.enum(['NOTPAY', 'USERPAYING', 'PAYERROR', 'REVOKED'])

const number = z.string().min(1).max(32)

/** A coupon of WeChat Pay (代金券) that an order was paid with. Not a merchant coupon (商家券): for those the merchant lowers the total himself. */
const promotion = z.strictObject({
  coupon_id: number,
  name: z.string().min(1).max(64),
  stock_id: number.optional(),
  scope: z.enum(['GLOBAL', 'SINGLE']).describe('GLOBAL if left out'),
  type: z
    .enum(['CASH', 'NOCASH'])
    .describe('CASH (预充值), which is settled to the merchant, if left out; NOCASH (免充值) is not'),
  amount: z.int().min(1).describe('fen that it takes off'),
  contributor: z.enum(['wechatpay', 'merchant', 'other']).describe('who bears it; the merchant if left out'),
  goods_detail: z
    .array(
      z.strictObject({
        goods_id: number,
        quantity: z.int().min(1),
        unit_price: money,
        discount_amount: money,
        goods_remark: shortText.optional(),
      }),
    )
    .max(50)
    .optional()
    .describe('only of SINGLE'),
})

/** The most coupons of one order. */
const MOST_PROMOTIONS = 20

/** The coupons that an order is paid with; what is left out is made up. */
export const promotionsJson = z
  .array(
    promotion
      .partial({ coupon_id: true, name: true, scope: true, type: true, contributor: true })
      .refine(({ scope, goods_detail }) => scope === 'SINGLE' || goods_detail === undefined, {
        path: ['goods_detail'],
        message: misfitText({ en: 'only of SINGLE', zh: '只有 SINGLE（单品优惠）可以写' }),
      })
      .meta({ id: 'Promotion', description: 'a coupon of WeChat Pay (代金券) that an order is paid with' }),
  )
  .max(MOST_PROMOTIONS)
  .refine(
    (list) => {
      const named = list.flatMap(({ coupon_id }) => coupon_id ?? [])
      return new Set(named).size === named.length
    },
    misfitText({ en: 'each coupon once', zh: '每张券只能出现一次' }),
  )

/** An order in a seed file. @internal */
export const orderJson = z
  .strictObject({
    mchid: mchid.optional().describe('merchant of the order; the well-known merchant if left out'),
    out_trade_no: shortText.optional(),
    state: tradeState.optional().describe('trade_state; SUCCESS if left out'),
    transaction_id: number.optional(),
    description: z.string().min(1).max(127).optional(),
    openid: z.string().min(1).max(128).optional().describe('who pays; not known of unpaid orders'),
    total: z.int().min(1).optional().describe('fen'),
    create_time: instant.optional(),
    success_time: instant.optional(),
    appid: number.optional(),
    sub_mchid: mchid.optional().describe('the sub-merchant (子商户) that its partner, mchid, placed the order for'),
    sub_appid: number.optional().describe('appid of the sub-merchant, if the partner gave one'),
    sub_openid: z.string().min(1).max(128).optional().describe('the payer under sub_appid'),
    combine_mchid: mchid
      .optional()
      .describe(
        'who combined it with other orders (合单); those of one combine_out_trade_no are paid and closed together',
      ),
    combine_out_trade_no: shortText.optional(),
    combine_position: position.optional().describe('its place among them, from 0'),
    trade_type: z.enum(TRADE_TYPES).optional(),
    notify_url: z.string().max(256).optional(),
    attach: shortText.optional(),
    device_id: z.string().max(32).optional().describe('scene_info.device_id of the request'),
    currency: z.enum(['CNY']).optional(),
    time_expire: instant
      .optional()
      .describe('from when it cannot be paid any more, which leaves it NOTPAY; until close_time if left out'),
    close_time: instant
      .optional()
      .describe(
        'when it is CLOSED if nobody has paid it; if left out, seven days after create_time, or at a later time_expire',
      ),
    closed_time: instant.optional().describe('when it was closed by a call'),
    prepay_id: z.string().max(64).optional(),
    prepay_time: instant.optional().describe('when the prepay_id was given; it lives two hours'),
    over,
    request: z.array(z.string()).optional().describe('what the same number has to bring again'),
    marks: z
      .array(z.strictObject({ state: markedState, time: instant }))
      .optional()
      .describe('states that it was put into by hand, oldest first'),
    promotions: promotionsJson
      .optional()
      .describe('coupons of WeChat Pay (代金券) that it was paid with; only of a paid one'),
    profit_sharing: z.boolean().optional().describe('its money waits to be shared (分账)'),
    sharing: sharing.optional().describe('how it was shared; not at all if left out'),
    fee_rate: paymentSettings.feeRate.schema
      .optional()
      .describe('ten-thousandths that WeChat Pay keeps; 60 if left out'),
    fee_account: paymentSettings.feeAccount.schema
      .optional()
      .describe('which account the fee is taken from; BASIC if left out'),
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
  .extend({
    promotions: z
      .array(promotion)
      .max(MOST_PROMOTIONS)
      .optional()
      .describe('coupons of WeChat Pay (代金券) that it was paid with; only of a paid one'),
  })
  .meta({ id: 'CompletedOrder', description: 'an order with everything that was left out filled in' })

export type OrderJson = z.input<typeof orderJson>
type GivenOrder = z.output<typeof orderJson>

/** A WeChat Pay order (订单). Its state is what was done to it: that time closes an unpaid one follows from the instant, see {@link orderState}. */
export type Order = z.output<typeof completedOrder>
export type Promotion = z.output<typeof promotion>

/** States that an order may be paid in. */
export const OPEN = ['NOTPAY', 'USERPAYING', 'PAYERROR'] as const

/** States that an order was paid in. */
export const PAID = ['SUCCESS', 'REFUND'] as const

export type OrderState = Order['state']

/** States of an order that may still be paid; all but the first are those of payments by code (付款码支付). */
export type OpenState = Extract<OrderState, 'NOTPAY' | 'USERPAYING' | 'PAYERROR'>

export function isOpen(state: OrderState): state is OpenState {
  return state === 'NOTPAY' || state === 'USERPAYING' || state === 'PAYERROR'
}

/** The state at an instant: that an unpaid order was closed by its time is worked out, not stored. */
export function orderState(order: Order, at: number): OrderState {
  return isOpen(order.state) && (order.over || at >= order.close_time) ? 'CLOSED' : order.state
}

const HOUR = 3_600_000

/** How long an unpaid order stays open (pay-family.md 2.4). */
const UNPAID_ORDER_LIFE_MS = 7 * 24 * HOUR

/** When an order is closed if nobody has paid it: after seven days, or when it cannot be paid any more if that is later. */
export function closingTime(createdAt: number, payableUntil = createdAt): number {
  return Math.max(payableUntil, orLastInstant(createdAt + UNPAID_ORDER_LIFE_MS))
}

/** The sum of some amounts, in fen. */
export function sumOf(parts: readonly { readonly amount: number }[]): number {
  return parts.reduce((sum, { amount }) => sum + amount, 0)
}

/** The merchant whose money an order, its refund or its share moves: the sub-merchant of one that a partner placed. */
export function payeeOf({
  mchid,
  sub_mchid = mchid,
}: {
  readonly mchid: string
  readonly sub_mchid?: string | undefined
}): string {
  return sub_mchid
}

function paidAt({ success_time = 0 }: Order): string {
  return ascending(success_time)
}

function closedAt({ closed_time = 0 }: Order): string {
  return ascending(closed_time)
}

function wasReversed({ state, success_time }: Order): boolean {
  return state === 'REVOKED' && success_time !== undefined
}

/** Orders (订单) paid with WeChat Pay. */
export const orders = defineTable({
  name: 'orders',
  title: { en: 'Orders', zh: '订单' },
  row: completedOrder,
  given: orderJson,
  complete: completeOrder,
  at: (order, now) => ({ ...order, state: orderState(order, now) }),
  key: ['out_trade_no'],
  indexes: ['out_trade_no', 'transaction_id', 'prepay_id', 'combine_out_trade_no'],
  sorted: {
    newest: { among: () => ALL, by: ({ create_time }) => descending(create_time) },
    // Those that were paid, as bills list them: of who placed them, and by whose money they are.
    paid: { among: ({ success_time }) => (success_time === undefined ? undefined : ALL), by: paidAt },
    earned: { among: (order) => (order.success_time === undefined ? undefined : payeeOf(order)), by: paidAt },
    // Those that were paid and then reversed (撤销), likewise.
    reversed: { among: (order) => (wasReversed(order) ? ALL : undefined), by: closedAt },
    unearned: { among: (order) => (wasReversed(order) ? payeeOf(order) : undefined), by: closedAt },
  },
  inJournal: true,
})

/** The orders that are paid and closed together with one (合单), itself among them, in the order in which they were placed. */
export async function combinedWith(tx: Transaction, order: Order): Promise<readonly Order[]> {
  const { combine_mchid, combine_out_trade_no } = order
  if (combine_mchid === undefined || combine_out_trade_no === undefined) return [order]
  return combinedOrders(tx, combine_mchid, combine_out_trade_no)
}

/** The first sub order of each combined order with a number: that of one merchant, or of all. */
export async function firstOfCombined(tx: Transaction, name: string, mchid?: string): Promise<readonly Order[]> {
  const all = await tx.in(orders).where('combine_out_trade_no', name)
  return all.filter(
    ({ combine_mchid, combine_position = 0 }) =>
      combine_position === 0 && (mchid === undefined || combine_mchid === mchid),
  )
}

/** The sub orders (商品单) of a combined order, in the order in which they were placed; empty for an unknown number. */
export async function combinedOrders(
  tx: Transaction,
  mchid: string,
  combineOutTradeNo: string,
): Promise<readonly Order[]> {
  const all = await tx.in(orders).where('combine_out_trade_no', combineOutTradeNo)
  return all
    .filter(({ combine_mchid }) => combine_mchid === mchid)
    .toSorted((a, b) => (a.combine_position ?? 0) - (b.combine_position ?? 0))
}

/**
 * Completes a partial order: one hundred yuan, paid an hour ago.
 *
 * CLOSED by its time, and never by a call, is an unpaid order.
 */
export function completeOrder(given: GivenOrder, { now, ids, defaultMchid }: RowDefaults): Order {
  const {
    state: shown = 'SUCCESS',
    // One that was paid long ago was placed before.
    create_time = Math.min(now - 2 * HOUR, (given.success_time ?? now) - HOUR),
    close_time = closingTime(create_time, given.time_expire),
    success_time = now - HOUR,
    trade_type = 'JSAPI',
    total = 10_000,
    promotions = [],
  } = given
  const isOver = given.over || close_time <= now
  const state = shown === 'CLOSED' && given.closed_time === undefined && isOver ? 'NOTPAY' : shown
  // One that was reversed may have been paid before.
  const paid = state === 'SUCCESS' || state === 'REFUND' || (state === 'REVOKED' && given.success_time !== undefined)
  if (!paid && promotions.length > 0) {
    throw promotionsUnfit({
      en: `An order is paid with coupons, and one that is ${shown} was not paid: leave promotions out.`,
      zh: `只有已支付的订单才有优惠（promotions），而 state 为 ${shown} 的订单没有支付：请去掉 promotions。`,
    })
  }
  if (sumOf(promotions) > total) {
    throw promotionsUnfit({
      en: 'The coupons of an order take off its total at most: give lower amounts.',
      zh: '优惠金额合计不能超过订单金额，请减小 amount。',
    })
  }
  return {
    ...given,
    mchid: given.mchid ?? defaultMchid,
    out_trade_no: given.out_trade_no ?? `MCH_${ids.digits(12)}`,
    state,
    total,
    description: given.description ?? '测试商品',
    // The payer of an unpaid order is known only if it was placed for one.
    openid: given.openid ?? (paid || trade_type === 'JSAPI' ? `o${ids.letters(27)}` : undefined),
    create_time,
    trade_type,
    currency: given.currency ?? 'CNY',
    close_time,
    transaction_id: paid ? (given.transaction_id ?? transactionIdOf(ids, success_time)) : undefined,
    success_time: paid ? success_time : undefined,
    promotions: promotions.length > 0 ? completePromotions(promotions, ids) : undefined,
  }
}

function promotionsUnfit(texts: Texts): UsageError {
  return new UsageError('MOCK_PROMOTIONS', texts, { path: '/promotions' })
}

export function completePromotions(given: z.output<typeof promotionsJson>, ids: IdSource): Promotion[] {
  return given.map((one) => ({
    ...one,
    coupon_id: one.coupon_id ?? ids.digits(12),
    name: one.name ?? '代金券',
    scope: one.scope ?? 'GLOBAL',
    type: one.type ?? 'CASH',
    contributor: one.contributor ?? 'merchant',
  }))
}

/** Numbers that WeChat Pay makes, in the form that those of the live service have (pay-family.md 1.2). */

/** 微信支付订单号: 28 digits with the day in them. */
export function transactionIdOf(ids: IdSource, now: number): string {
  return `42000${ids.digits(5)}${dayOf(now)}${ids.digits(10)}`
}

/** 微信支付退款单号: 29 digits with the day in them. */
export function refundIdOf(ids: IdSource, now: number): string {
  return `503${ids.digits(7)}${dayOf(now)}${ids.digits(11)}`
}

/** 预支付交易会话标识: `wx`, day of the month and time in eight digits, and 26 hex digits. */
export function prepayIdOf(ids: IdSource, now: number): string {
  return `wx${digitsOf(now).slice(6, 14)}${ids.nonce().slice(0, 26)}`
}

function dayOf(now: number): string {
  return digitsOf(now).slice(0, 8)
}

/** Date and time in China: year, month, day, hour, minute, second, in 14 digits. */
function digitsOf(now: number): string {
  return formatInstant(now).slice(0, 19).replaceAll(/\D/g, '')
}

/** The control calls about an order, which they name by the merchant's number. */
export const aboutOrder = rowCalls(orders, {
  one: { en: 'order', zh: '订单' },
  key: 'out_trade_no',
  shown: completedOrder,
  show: orders.toJson,
  advice: {
    en: 'place it with a call, or add it with POST /_mock/orders',
    zh: '请先调用接口下单，或用 POST /_mock/orders 添加',
  },
  refusals: {
    MOCK_PROMOTIONS: 'the coupons of WeChat Pay (代金券) take off more than the total, or the order was not paid',
  },
})
