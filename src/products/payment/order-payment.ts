import { z } from 'zod'
import { documentedResource } from '../../catalogue/documented-call.ts'
import { callbackOf, defineEvent } from '../../engine/callbacks/event.ts'
import { putIntoOutbox } from '../../engine/callbacks/notifications.ts'
import type { IdSource } from '../../engine/ids.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { ALL } from '../../engine/state/table.ts'
import { UsageError, type UsageErrorCode } from '../../protocol/errors.ts'
import { formatInstant } from '../../protocol/instant.ts'
import { isPaid, type PaidOrder, type PayRefusal, pay, payerTotalOf } from './order-rules.ts'
import {
  completeOrder,
  completePromotions,
  type Order,
  orderState,
  orders,
  type promotionsJson,
  transactionIdOf,
} from './orders.ts'

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
const BANK_TYPE = 'OTHERS'

/** An order as queries show it at an instant (pay-family.md 2.6). What only a payment brings is left out before it. */
export function orderDetails(order: Order, now: number) {
  const { mchid, out_trade_no, currency, total, device_id = '' } = order
  const shown = isPaid(order)
    ? paidDetails(order, now)
    : {
        mchid,
        out_trade_no,
        ...stateAt(order, now),
        amount: { payer_currency: currency, total },
        scene_info: { device_id },
      }
  return { ...shown, promotion_detail: promotionsOf(order) }
}

/** A paid order as its callback tells of it (pay-family.md 2.9), with more than that shows. */
function paidDetails(order: PaidOrder, now: number) {
  const { openid, device_id, total, currency, attach = '' } = order
  const promotions = promotionsOf(order)
  return {
    ...order,
    ...stateAt(order, now),
    bank_type: BANK_TYPE,
    attach,
    payer: { openid },
    amount: { total, payer_total: payerTotalOf(order), currency, payer_currency: currency },
    scene_info: device_id === undefined ? undefined : { device_id },
    promotion_detail: promotions.length > 0 ? promotions : undefined,
  }
}

function stateAt(order: Order, now: number) {
  const state = orderState(order, now)
  return { appid: appidOf(order), trade_state: state, trade_state_desc: STATE_TEXT[state] }
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

const resource = () => documentedResource('orders TRANSACTION.SUCCESS', 'TransactionEvent', ['mchid'])

/** 支付成功: an order was paid. */
export const transactionSuccess = defineEvent<PaidOrder>({
  id: 'transactionSuccess',
  eventType: 'TRANSACTION.SUCCESS',
  label: { en: 'an order was paid', zh: '支付成功' },
  description: 'An order was paid',
  title: '支付成功回调通知',
  source: 'https://pay.weixin.qq.com/doc/v3/merchant/4012791861',
  summary: '支付成功',
  originalType: 'transaction',
  associatedData: 'transaction',
  schedule: 'payment',
  get resource() {
    return resource()
  },
  async find(tx, mchid) {
    const [newest] = await tx.in(orders).page('newest', ALL, { owner: mchid, limit: 1 })
    return { about: newest?.state === 'SUCCESS' && isPaid(newest) ? newest : undefined }
  },
  sample({ mchid, appid, now, ids }, order) {
    const made = order ?? completeOrder({ appid, total: 100, success_time: now }, { now, ids, defaultMchid: mchid })
    return isPaid(made) ? z.encode(resource(), paidDetails(made, now)) : {}
  },
})

/** Pays an order as {@link payAsUser} does; what is left out is the order's own, or made up. */
interface Payment {
  readonly openid?: string | undefined
  readonly transaction_id?: string | undefined
  readonly prepay_id?: string | undefined
  readonly promotions?: z.output<typeof promotionsJson> | undefined
}

/**
 * Pays an order, as the user's phone does; the merchant is told at its notify_url (支付通知).
 *
 * @throws UsageError `MOCK_TRANSACTION_EXISTS`, and for what {@link payRefusal} has words for
 */
export async function payAsUser(
  tx: Transaction,
  order: Order,
  payment: Payment,
  { now, ids }: { readonly now: number; readonly ids: IdSource },
): Promise<Order> {
  const transaction_id = payment.transaction_id ?? transactionIdOf(ids, now)
  const openid = payment.openid ?? order.openid ?? `o${ids.letters(27)}`
  const promotions = completePromotions(payment.promotions ?? [], ids)
  const decision = pay(order, { openid, transaction_id, at: now, prepay_id: payment.prepay_id, promotions })
  if (!decision.ok) throw payRefusal(order, decision.reason)
  if ((await tx.in(orders).where('transaction_id', transaction_id)).length > 0) {
    throw new UsageError(
      'MOCK_TRANSACTION_EXISTS',
      {
        en: `Another order was paid as ${transaction_id}: leave transaction_id out to get a fresh one.`,
        zh: `微信支付订单号 ${transaction_id} 已属于另一个订单：请去掉 transaction_id，由模拟服务生成。`,
      },
      { path: '/transaction_id' },
    )
  }
  const paid = decision.value
  await tx.in(orders).save(paid)
  const { mchid, notify_url: url } = paid
  if (url !== undefined) {
    const told = z.encode(resource(), paidDetails(paid, now))
    await putIntoOutbox(tx, callbackOf(transactionSuccess, { mchid, url, resource: told }), { now, ids })
  }
  return paid
}

/** Why an order cannot be paid, or not be changed in another way, to those who asked for it. */
export function payRefusal(order: Order, reason: PayRefusal): UsageError {
  const { out_trade_no: number, openid, prepay_id: id, time_expire = order.close_time, trade_type, total } = order
  const isH5 = trade_type === 'MWEB'
  const until = formatInstant(time_expire)
  const refusals: Readonly<Record<PayRefusal, readonly [code: UsageErrorCode, en: string, zh: string, path?: string]>> =
    {
      already_paid: [
        'MOCK_ORDER_STATE',
        `Order ${number} is paid already: place another one.`,
        `订单 ${number} 已支付，请另下一单。`,
      ],
      closed: [
        'MOCK_ORDER_STATE',
        `Order ${number} is closed: place another one.`,
        `订单 ${number} 已关闭，请另下一单。`,
      ],
      prepay_id_unknown: [
        'MOCK_PREPAY_ID',
        `Order ${number} has ${id === undefined ? 'no prepay_id' : `the prepay_id ${id}`}: leave prepay_id out to pay with what it has.`,
        `订单 ${number} ${id === undefined ? '没有 prepay_id' : `的 prepay_id 是 ${id}`}：请去掉 prepay_id，直接支付。`,
        '/prepay_id',
      ],
      prepay_id_expired: [
        'MOCK_PREPAY_ID',
        `The prepay_id ${id} is older than ${isH5 ? 'the five minutes of an h5_url' : 'two hours'}: place order ${number} again to get a new one.`,
        `prepay_id ${id} 已失效（${isH5 ? 'h5_url 的有效期为五分钟' : '有效期为两小时'}）：请用订单号 ${number} 重新下单，以取得新的。`,
        '/prepay_id',
      ],
      time_is_over: [
        'MOCK_TIME_TO_PAY',
        `订单已超过商户设置的最晚支付成功时间，请重新发起支付: the payment deadline of order ${number} was ${until}. Close it and place another one.`,
        `订单已超过商户设置的最晚支付成功时间，请重新发起支付：订单 ${number} 的支付截止时间是 ${until}。请关闭该订单，换商户订单号重新下单。`,
      ],
      another_payer: [
        'MOCK_PAYER',
        `Order ${number} was placed for ${openid}: leave openid out.`,
        `订单 ${number} 是为用户 ${openid} 下的：请去掉 openid。`,
        '/openid',
      ],
      promotions_exceed_total: [
        'MOCK_PROMOTIONS',
        `The coupons take off more than the ${total} fen of order ${number}: give lower amounts.`,
        `优惠金额合计超过订单 ${number} 的 ${total} 分，请减小 amount。`,
        '/promotions',
      ],
    }
  const [code, en, zh, path] = refusals[reason]
  return new UsageError(code, { en, zh }, path === undefined ? {} : { path })
}
