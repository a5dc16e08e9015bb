import { documentedCall, type FieldRule, HELD_BY_RULES } from '../../catalogue/documented-call.ts'
import { documented, inferred, type OperationContext } from '../../engine/operation.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { INTERNAL_CODES } from '../../wire/protocol/common-errors.ts'
import { accept } from '../../wire/shared/errors.ts'
import { byTheClock } from '../common/explain.ts'
import { fromPage, invalidRequest, parameterUnfit } from '../common/refusal.ts'
import { isPaid, type Order, orders } from '../payment/index.ts'
import {
  BRAND_SHOWN,
  CHANGE_REFUSALS,
  COUPON_REFUSALS,
  changeCoupon,
  couponDetails,
  explainCoupon,
  type NamedCoupon,
  USERS,
} from './coupon-checks.ts'
import { giveBack, use } from './coupon-rules.ts'
import { REPEAT_RULE } from './product-calls.ts'
import { productCouponSources, REQUEST_NO, UNFIT_ROW } from './request-checks.ts'
import { productCouponSettings } from './settings.ts'
import { ruleOf, type Stock, stockStores } from './stocks.ts'
import { stateOf, type Usage } from './user-coupons.ts'

const NOT_NOW = '403 NOT_ENOUGH 用户商品券当前无法使用'

const REFUSALS = {
  ...COUPON_REFUSALS,
  request_no_reused: CHANGE_REFUSALS.request_no_reused,
  number_spent: invalidRequest('documented', '已使用过此单号核销券', {
    en: 'the out_request_no used the coupon before, and it was returned since (text documented, cause, status and code inferred)',
    zh: '此 out_request_no 曾核销过该券，之后已退券（文字见文档，原因、状态码和错误码为推断）',
    source: productCouponSources.questions,
    internalCode: INTERNAL_CODES.couponState,
  }),
  order_not_named: parameterUnfit({
    en: 'not exactly one of associated_order_info and associated_pay_score_order_info, or one without a number, or with its out number but no mchid',
    zh: 'associated_order_info 与 associated_pay_score_order_info 未传或都传了，或其中没有单号，或传了商户单号却没有传 mchid',
  }),
  not_usable: fromPage(NOT_NOW, {
    en: 'the coupon is CONFIRMING or DEACTIVATED',
    zh: '券的状态是 CONFIRMING 或 DEACTIVATED',
    internalCode: INTERNAL_CODES.couponState,
  }),
  out_of_turn: fromPage(NOT_NOW, {
    en: 'a coupon before it in its bundle is not used, or interval_days have not passed since',
    zh: '券组中它之前的券尚未核销，或未满 interval_days',
    internalCode: INTERNAL_CODES.couponState,
  }),
  already_used: fromPage(NOT_NOW, {
    en: 'used before, with another out_request_no',
    zh: '已用另一个 out_request_no 核销过',
    internalCode: INTERNAL_CODES.usedByAnotherOrder,
  }),
  expired: fromPage(NOT_NOW, {
    en: 'the coupon is EXPIRED',
    zh: '券的状态是 EXPIRED',
    internalCode: INTERNAL_CODES.couponExpired,
  }),
  deleted: fromPage(NOT_NOW, { en: 'the user DELETED the coupon', zh: '用户已删除该券', internalCode: 272_756_769 }),
  not_now: fromPage(NOT_NOW, {
    en: 'the coupon is PENDING, or use_time is not between its valid_begin_time and valid_end_time',
    zh: '券的状态是 PENDING，或 use_time 不在 valid_begin_time 与 valid_end_time 之间',
    internalCode: 272_755_715,
  }),
  not_open: fromPage(NOT_NOW, {
    en: 'use_time is outside the weekly or irregular times of the batch',
    zh: 'use_time 不在批次每周固定或不规则的可用时段内',
    internalCode: 272_755_717,
  }),
  store_unfit: fromPage(UNFIT_ROW, {
    en: 'the batch is for SPECIFIC stores, and store_id is none of them',
    zh: '批次的 store_scope 是 SPECIFIC，而 store_id 不是其关联的门店',
    internalCode: 268_584_404,
  }),
  order_unfit: fromPage(UNFIT_ROW, {
    en: 'orders are checked (productCouponOrders), and the merchant has none such, or it is not paid',
    zh: '已开启订单检查（productCouponOrders），而该商户没有此订单，或订单未支付',
  }),
} as const

/** The members that may name an order, with the numbers that do: one of WeChat Pay's, or the merchant's own with its mchid. */
const ORDER_INFOS = [
  { place: 'associated_order_info', number: 'transaction_id', ownNumber: 'out_trade_no' },
  { place: 'associated_pay_score_order_info', number: 'order_id', ownNumber: 'out_order_no' },
] as const

const ORDER_FIELDS = Object.fromEntries(
  ORDER_INFOS.flatMap(({ place, number, ownNumber }): [string, FieldRule][] => [
    [`body/${place}`, HELD_BY_RULES],
    ...[number, ownNumber, 'mchid', 'sub_mchid'].map((name): [string, FieldRule] => [
      `body/${place}/${name}`,
      { ...HELD_BY_RULES, min: 1, max: 64 },
    ]),
  ]),
)

type OrderInfo = NonNullable<Usage['associated_order_info']>
type PayScoreOrderInfo = NonNullable<Usage['associated_pay_score_order_info']>

interface UseBody extends NamedCoupon {
  readonly use_time: string
  readonly out_request_no: string
  readonly store_id?: string
  readonly associated_order_info?: OrderInfo
  readonly associated_pay_score_order_info?: PayScoreOrderInfo
  readonly saved_amount?: number
}

type Context = OperationContext<keyof typeof REFUSALS>

/** 核销用户商品券: use a coupon that a user holds, for an order. */
export const useProductCoupon = documentedCall(`POST ${USERS}/coupons/{coupon_code}/use`, {
  id: 'useProductCoupon',
  summary: 'Use a product coupon of a user',
  fields: {
    'body/out_request_no': REQUEST_NO,
    'body/store_id': { min: 1, max: 32 },
    'body/saved_amount': { min: 0 },
    ...ORDER_FIELDS,
    ...BRAND_SHOWN,
  },
  refusals: REFUSALS,
  rules: [
    documented('One of associated_order_info and associated_pay_score_order_info is given, and not both.'),
    documented(
      'The order is named by transaction_id, or by out_trade_no with mchid, and sub_mchid of a partner order.',
    ),
    inferred('The order has to exist if the mock knows its merchant; it may be unpaid, and of another user.'),
    inferred('The answer has all numbers of an order that the mock knows.'),
    inferred('use_time has to lie in the time of the coupon; its state is that of the server time.'),
    inferred('store_id may be left out; with SPECIFIC it has to be a store of the batch.'),
    inferred('Coupons of a bundle are used in their order, interval_days natural days apart.'),
    REPEAT_RULE,
    inferred('After a return it takes a new out_request_no.'),
    inferred('Checks run in the order request number, state, time, windows, turn, store, order.'),
  ],
  async handle(request, context) {
    const { tx, now, fail } = context
    const { body } = request
    checkOrderNamed(body, context)
    const kept = await changeCoupon(
      context,
      'useProductCoupon',
      request,
      async ({ coupon, product, stock }, bundle) => {
        const { out_request_no: use_request_no, associated_order_info: order } = body
        const { store_id, saved_amount, associated_pay_score_order_info } = body
        const usage = { use_request_no, use_time: Date.parse(body.use_time), store_id, saved_amount }
        const { interval_days } = product.progressive_bundle_usage_info ?? {}
        const terms = { period: ruleOf(stock).coupon_available_period, bundle, interval_days }
        const decision = use(coupon, terms, { ...usage, at: now })
        if (!decision.ok || decision.value === coupon) return decision
        await checkStore(stock, store_id, context)
        const associated_order_info = order && (await orderFor(order, context))
        return accept({ ...coupon, usage: { ...usage, associated_order_info, associated_pay_score_order_info } })
      },
    )
    // A repeat of a number must not look like a use of a coupon that was returned since.
    if (stateOf(kept, now) !== 'USED' || kept.usage?.use_request_no !== body.out_request_no) {
      fail('number_spent', explainCoupon(kept, now))
    }
    return couponDetails(tx, kept, now)
  },
})

/** Requires that exactly one order is named, by enough of its numbers. */
function checkOrderNamed(body: UseBody, { fail }: Context): void {
  const given = ORDER_INFOS.filter(({ place }) => body[place] !== undefined)
  if (given.length !== 1) {
    const both = ORDER_INFOS.map(({ place }) => `/body/${place}`)
    const all = given.length > 0
    fail('order_not_named', {
      en: `${both.join(' and ')} are both ${all ? 'given' : 'left out'}`,
      zh: `${both.join('、')} ${all ? '都传了' : '均未传'}`,
    })
  }
  for (const { place, number, ownNumber } of given) {
    const info = new Map(Object.entries(body[place] ?? {}))
    const needed = info.has(ownNumber) ? 'mchid' : number
    if (info.has(needed)) continue
    const missing = `/body/${place}/${needed}`
    fail('order_not_named', { en: `${missing}: missing`, zh: `${missing}：缺少此字段` })
  }
}

async function checkStore(
  { mchid, stock_id, store_scope }: Stock,
  store_id: string | undefined,
  { tx, fail }: Context,
): Promise<void> {
  if (store_scope !== 'SPECIFIC' || store_id === undefined) return
  if (await tx.in(stockStores).find(mchid, stock_id, store_id)) return
  fail('store_unfit', {
    en: `batch ${stock_id} has no store ${store_id}`,
    zh: `批次 ${stock_id} 未关联门店 ${store_id}`,
  })
}

/** All numbers of the order that a use names, as far as the mock knows it; refuses one that does not exist where it has to. */
async function orderFor(info: OrderInfo, { tx, settings, merchantOf, now, fail }: Context): Promise<OrderInfo> {
  const needed = productCouponSettings.productCouponOrders.of(settings)
  const order = await orderNamed(tx, info)
  const isChecked = needed !== 'any' && (info.mchid === undefined || merchantOf(info.mchid) !== undefined)
  if (isChecked && !(order && (needed === 'known' || isPaid(order)))) {
    const named = JSON.stringify(info)
    const clock = byTheClock(now)
    fail('order_unfit', {
      en: `productCouponOrders is ${needed}, and ${order ? `the order is ${order.state}` : `no order is ${named}`}; ${clock.en}`,
      zh: `productCouponOrders 为 ${needed}，而${order ? `该订单的状态是 ${order.state}` : `没有订单 ${named}`}；${clock.zh}`,
    })
  }
  if (!order) return info
  const { transaction_id, out_trade_no, mchid, sub_mchid } = order
  return { transaction_id, out_trade_no, mchid, sub_mchid }
}

/** The order that all given numbers name. */
async function orderNamed(
  tx: Transaction,
  { transaction_id, out_trade_no, mchid, sub_mchid }: OrderInfo,
): Promise<Order | undefined> {
  const found =
    out_trade_no !== undefined && mchid !== undefined
      ? [await tx.in(orders).find(mchid, out_trade_no)]
      : await tx.in(orders).where('transaction_id', transaction_id ?? '')
  return found.find(
    (order) =>
      (transaction_id ?? order?.transaction_id) === order?.transaction_id &&
      (mchid ?? order?.mchid) === order?.mchid &&
      (out_trade_no === undefined ? (sub_mchid ?? order?.sub_mchid) : sub_mchid) === order?.sub_mchid,
  )
}

/** 退券: give a used coupon back to its user. */
export const returnProductCoupon = documentedCall(`POST ${USERS}/coupons/{coupon_code}/return`, {
  id: 'returnProductCoupon',
  summary: 'Return a product coupon to its user',
  fields: { 'body/out_request_no': REQUEST_NO, ...BRAND_SHOWN },
  refusals: {
    ...CHANGE_REFUSALS,
    usable: invalidRequest('documented', '券当前是可用的', {
      en: 'the coupon is not used, or was returned with another out_request_no (text documented, status and code inferred)',
      zh: '券未被核销，或已用另一个 out_request_no 退券（文字见文档，状态码和错误码为推断）',
      source: productCouponSources.questions,
      internalCode: INTERNAL_CODES.couponState,
    }),
    not_the_last: fromPage(UNFIT_ROW, {
      en: 'a later coupon of its bundle is used',
      zh: '券组中它之后的券已核销',
      internalCode: INTERNAL_CODES.couponState,
    }),
  },
  rules: [
    documented('Only a used coupon is returned, of a bundle the one that was used last.'),
    inferred('It is EFFECTIVE again and keeps its use until the next one; the counts of the batch do not change.'),
    REPEAT_RULE,
    inferred('Once its time is over it can no longer be returned.'),
  ],
  async handle(request, context) {
    const { tx, now } = context
    const command = { request_no: request.body.out_request_no, at: now }
    const kept = await changeCoupon(context, 'returnProductCoupon', request, ({ coupon }, bundle) =>
      giveBack(coupon, bundle, command),
    )
    return couponDetails(tx, kept, now)
  },
})
