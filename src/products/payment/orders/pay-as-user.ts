import type { z } from 'zod'
import { putIntoOutbox } from '../../../engine/callbacks/notify.ts'
import type { IdSource } from '../../../engine/ids.ts'
import type { Transaction } from '../../../engine/state/store.ts'
import { UsageError } from '../../../protocol/errors.ts'
import { formatInstant } from '../../../protocol/instant.ts'
import { type Order, type PayRefusal, pay } from '../rules/order.ts'
import { transactionIdOf } from './numbers.ts'
import { promotionFrom, type promotionsJson } from './promotions.ts'
import { orders } from './table.ts'
import { paymentNotification } from './transaction-success.ts'

/** How an order is paid; what is left out is the order's own, or made up. */
interface Payment {
  readonly openid?: string | undefined
  readonly transaction_id?: string | undefined
  readonly prepay_id?: string | undefined
  readonly promotions?: z.output<typeof promotionsJson> | undefined
}

/**
 * Pays an order, as the user's phone does; the merchant is told at its notify_url.
 *
 * @throws UsageError `MOCK_TRANSACTION_EXISTS`, and for what {@link payRefusal} has words for
 */
export async function payAsUser(
  tx: Transaction,
  order: Order,
  payment: Payment,
  { now, ids }: { readonly now: number; readonly ids: IdSource },
): Promise<Order> {
  const transactionId = payment.transaction_id ?? transactionIdOf(ids, now)
  const openid = payment.openid ?? order.openid ?? `o${ids.letters(27)}`
  const promotions = (payment.promotions ?? []).map((one) => promotionFrom(one, ids))
  const decision = pay(order, { openid, transactionId, at: now, prepayId: payment.prepay_id, promotions })
  if (!decision.ok) throw payRefusal(order, decision.reason)
  if ((await tx.in(orders).where('transactionId', transactionId)).length > 0) {
    throw new UsageError(
      'MOCK_TRANSACTION_EXISTS',
      {
        en: `Another order was paid as ${transactionId}: leave transaction_id out to get a fresh one.`,
        zh: `微信支付订单号 ${transactionId} 已属于另一个订单：请去掉 transaction_id，由模拟服务生成。`,
      },
      { path: '/transaction_id' },
    )
  }
  await tx.in(orders).save(decision.value)
  const { notifyUrl } = decision.value
  if (notifyUrl !== undefined) {
    await putIntoOutbox(tx, paymentNotification(decision.value, notifyUrl, now), { now, ids })
  }
  return decision.value
}

/** Why an order cannot be paid, or not be changed in another way, to those who asked for it. */
export function payRefusal(order: Order, reason: PayRefusal): UsageError {
  const { outTradeNo, openid, prepayId, payableUntil = order.closesAt, tradeType } = order
  switch (reason) {
    case 'already_paid':
      return new UsageError('MOCK_ORDER_STATE', {
        en: `Order ${outTradeNo} is paid already: place another one.`,
        zh: `订单 ${outTradeNo} 已支付，请另下一单。`,
      })
    case 'closed':
      return new UsageError('MOCK_ORDER_STATE', {
        en: `Order ${outTradeNo} is closed: place another one.`,
        zh: `订单 ${outTradeNo} 已关闭，请另下一单。`,
      })
    case 'prepay_id_unknown':
      return new UsageError(
        'MOCK_PREPAY_ID',
        {
          en: `Order ${outTradeNo} has ${prepayId === undefined ? 'no prepay_id' : `the prepay_id ${prepayId}`}: leave prepay_id out to pay with what it has.`,
          zh: `订单 ${outTradeNo} ${prepayId === undefined ? '没有 prepay_id' : `的 prepay_id 是 ${prepayId}`}：请去掉 prepay_id，直接支付。`,
        },
        { path: '/prepay_id' },
      )
    case 'prepay_id_expired':
      return new UsageError(
        'MOCK_PREPAY_ID',
        {
          en: `The prepay_id ${prepayId} is older than ${tradeType === 'mweb' ? 'the five minutes of an h5_url' : 'two hours'}: place order ${outTradeNo} again to get a new one.`,
          zh: `prepay_id ${prepayId} 已失效（${tradeType === 'mweb' ? 'h5_url 的有效期为五分钟' : '有效期为两小时'}）：请用订单号 ${outTradeNo} 重新下单，以取得新的。`,
        },
        { path: '/prepay_id' },
      )
    case 'time_is_over':
      return new UsageError('MOCK_TIME_TO_PAY', {
        en: `订单已超过商户设置的最晚支付成功时间，请重新发起支付: the payment deadline of order ${outTradeNo} was ${formatInstant(payableUntil)}. Close it and place another one.`,
        zh: `订单已超过商户设置的最晚支付成功时间，请重新发起支付：订单 ${outTradeNo} 的支付截止时间是 ${formatInstant(payableUntil)}。请关闭该订单，换商户订单号重新下单。`,
      })
    case 'another_payer':
      return new UsageError(
        'MOCK_PAYER',
        {
          en: `Order ${outTradeNo} was placed for ${openid}: leave openid out.`,
          zh: `订单 ${outTradeNo} 是为用户 ${openid} 下的：请去掉 openid。`,
        },
        { path: '/openid' },
      )
    case 'promotions_exceed_total':
      return new UsageError(
        'MOCK_PROMOTIONS',
        {
          en: `The coupons take off more than the ${order.totalFen} fen of order ${outTradeNo}: give lower amounts.`,
          zh: `优惠金额合计超过订单 ${outTradeNo} 的 ${order.totalFen} 分，请减小 amount。`,
        },
        { path: '/promotions' },
      )
  }
}
