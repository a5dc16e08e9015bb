import { documentedCall, type Refusal } from '../../catalogue/documented-call.ts'
import { documented, inferred, type OperationContext } from '../../engine/operation.ts'
import { INTERNAL_CODES } from '../../wire/protocol/common-errors.ts'
import { fromPage } from '../common/refusal.ts'
import { explainOrder, OUT_TRADE_NO, PAID_REFUSALS } from './order-calls.ts'
import { combinedDetails } from './order-events.ts'
import { close } from './order-rules.ts'
import { combinedOrders, type Order, orders } from './orders.ts'
import type { Named } from './partners.ts'
import { paymentSettings } from './settings.ts'

const NOT_FOUND = {
  row: '404 ORDERNOTEXIST',
  when: { en: 'the caller has no such combined order', zh: '调用方没有该合单订单' },
  internalCode: INTERNAL_CODES.orderUnknown,
} as const satisfies Refusal

const PLANNED = {
  merchant_unknown: '400 MCH_NOT_EXISTS',
  no_right: '403 NOAUTH',
  rule_limit: '403 RULELIMIT',
} as const

/** 查询合单订单: look a combined order up, with all its sub orders. */
export const queryCombineOrder = documentedCall('GET /v3/combine-transactions/out-trade-no/{combine_out_trade_no}', {
  id: 'queryCombineOrder',
  summary: 'Look up a combined order',
  fields: { 'path/combine_out_trade_no': OUT_TRADE_NO },
  refusals: { ...PLANNED, invalid_request: '400 INVALID_REQUEST', not_found: NOT_FOUND },
  rules: [
    documented('A combined order is found by who placed it only.'),
    documented('A sub order is SUCCESS, NOTPAY or CLOSED; that one is SUCCESS after a refund too is inferred.'),
    documented('What a payment brings stands in sub_orders and combine_payer_info once it is paid.'),
    inferred('promotion_detail is [] where no coupon of WeChat Pay was used.'),
  ],
  async handle({ path: { combine_out_trade_no } }, context) {
    return combinedDetails(await ownCombined(combine_out_trade_no, context), context.now)
  },
})

/** The sub orders of a combined order of the caller's. @throws ApiError `not_found` */
async function ownCombined(
  combineOutTradeNo: string,
  { tx, caller, fail }: Pick<OperationContext<'not_found'>, 'tx' | 'caller' | 'fail'>,
): Promise<readonly Order[]> {
  const subs = await combinedOrders(tx, caller.mchid, combineOutTradeNo)
  if (subs.length > 0) return subs
  return fail('not_found', {
    en: `${caller.mchid} has no combined order ${combineOutTradeNo}`,
    zh: `${caller.mchid} 没有合单订单 ${combineOutTradeNo}`,
  })
}

/** 关闭合单订单: close all sub orders of a combined order that was not paid. */
export const closeCombineOrder = documentedCall(
  'POST /v3/combine-transactions/out-trade-no/{combine_out_trade_no}/close',
  {
    id: 'closeCombineOrder',
    summary: 'Close an unpaid combined order',
    fields: { 'path/combine_out_trade_no': OUT_TRADE_NO, 'body/sub_orders/out_trade_no': OUT_TRADE_NO },
    refusals: {
      ...PLANNED,
      not_found: NOT_FOUND,
      sub_orders_differ: fromPage('400 INVALID_REQUEST 输入的请求非法，请求关单的子单信息与下单时的子单信息不一致', {
        en: 'combine_appid or the sub orders are not those of ordering: all of them have to be named',
        zh: 'combine_appid 或子单与下单时不一致：须列出全部子单',
      }),
      ...PAID_REFUSALS,
    },
    rules: [
      documented('All sub orders are closed, and all have to be named as they were placed, in any order.'),
      inferred('Closing a combined order again is answered with 204 too.'),
      inferred('An order that was paid is refused as a single one is.'),
    ],
    async handle({ path, body }, context) {
      const { tx, now, settings, fail } = context
      const subs = await ownCombined(path.combine_out_trade_no, context)
      const [named, placed] = [
        namesOf(body.sub_orders.map((one) => ({ ...one, appid: body.combine_appid }))),
        namesOf(subs),
      ]
      if (named !== placed)
        fail('sub_orders_differ', { en: `${named} named, ${placed} placed`, zh: `关单时：${named}；下单时：${placed}` })
      for (const one of subs) {
        const decision = close(one, now)
        if (!decision.ok) {
          const asInV2 = paymentSettings.closePaid.of(settings) === 'ORDERPAID'
          return fail(asInV2 ? 'already_paid_as_in_v2' : 'already_paid', explainOrder(one, now))
        }
        await tx.in(orders).save(decision.value)
      }
      return undefined
    },
  },
)

/** By what a closing names sub orders, in an order of its own. */
function namesOf(subs: readonly (Named & Pick<Order, 'out_trade_no'>)[]): string {
  const names = subs.map(({ appid, mchid, sub_mchid, sub_appid, out_trade_no }) =>
    [appid, mchid, sub_mchid, sub_appid, out_trade_no].filter((one) => one !== undefined).join(' '),
  )
  return names.toSorted().join(', ')
}
