import type { z } from 'zod'
import { putIntoOutbox } from '../../engine/callbacks/notifications.ts'
import type { IdSource } from '../../engine/ids.ts'
import type { SettingValues } from '../../engine/settings.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { refusalAt, UsageError, type UsageErrorCode } from '../../wire/protocol/errors.ts'
import { formatInstant } from '../../wire/protocol/instant.ts'
import { paymentCallback } from './order-events.ts'
import { feeRateOf, type PaidOrder, type PayRefusal, pay } from './order-rules.ts'
import { combinedWith, completePromotions, type Order, orders, type promotionsJson, transactionIdOf } from './orders.ts'
import { paymentSettings } from './settings.ts'

/** Pays an order as {@link payAsUser} does; what is left out is the order's own, or made up. */
interface Payment {
  readonly openid?: string | undefined
  readonly transaction_id?: string | undefined
  readonly prepay_id?: string | undefined
  readonly promotions?: z.output<typeof promotionsJson> | undefined
}

/**
 * Pays an order, as the user's phone does; the merchant is told at its notify_url (支付通知). A combined order (合单) is paid as a whole or not at all:
 * `transaction_id` and `promotions` are those of the sub order given.
 *
 * @throws UsageError `MOCK_TRANSACTION_EXISTS`, and for what {@link payRefusal} has words for
 */
export async function payAsUser(
  tx: Transaction,
  order: Order,
  payment: Payment,
  { now, ids, settings }: { readonly now: number; readonly ids: IdSource; readonly settings: SettingValues },
): Promise<Order> {
  const paid: PaidOrder[] = []
  let { openid = order.openid } = payment
  for (const one of await combinedWith(tx, order)) {
    const isNamed = one.mchid === order.mchid && one.out_trade_no === order.out_trade_no
    const given = isNamed ? payment : {}
    const transaction_id = given.transaction_id ?? transactionIdOf(ids, now)
    openid ??= `o${ids.letters(27)}`
    const promotions = completePromotions(given.promotions ?? [], ids)
    const decision = pay(one, { openid, transaction_id, at: now, prepay_id: payment.prepay_id, promotions })
    if (!decision.ok) throw payRefusal(one, decision.reason)
    if ((await tx.in(orders).where('transaction_id', transaction_id)).length > 0)
      throw transactionExists(transaction_id)
    const { sub_appid, sub_openid = sub_appid && `o${ids.letters(27)}` } = one
    const [rate, account] = [paymentSettings.feeRate.of(settings), paymentSettings.feeAccount.of(settings)]
    const fee = {
      ...(rate !== feeRateOf(one) && { fee_rate: rate }),
      ...(account !== 'BASIC' && { fee_account: account }),
    }
    const kept = { ...decision.value, sub_openid, ...fee }
    paid.push(kept)
    await tx.in(orders).save(kept)
  }
  const callback = paymentCallback(paid, { now, ids })
  if (callback) await putIntoOutbox(tx, callback, { now, ids })
  return paid.find(({ mchid, out_trade_no }) => mchid === order.mchid && out_trade_no === order.out_trade_no) ?? order
}

function transactionExists(transactionId: string): UsageError {
  return refusalAt('/transaction_id', 'MOCK_TRANSACTION_EXISTS', {
    en: `Another order was paid as ${transactionId}: leave transaction_id out to get a fresh one.`,
    zh: `微信支付订单号 ${transactionId} 已属于另一个订单：请去掉 transaction_id，由模拟服务生成。`,
  })
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
        `Order ${number} is paid already: place another one, or add one with "state":"NOTPAY".`,
        `订单 ${number} 已支付，请另下一单，或新增一笔 "state":"NOTPAY" 的订单。`,
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
        `Order ${number} was placed for ${openid}, or opened by that user first: leave openid out.`,
        `订单 ${number} 是为用户 ${openid} 下的，或由该用户最先打开：请去掉 openid。`,
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
