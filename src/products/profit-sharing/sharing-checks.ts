import type { FieldRule, Refusal } from '../../catalogue/documented-call.ts'
import { mayActFor } from '../../engine/keys/merchants.ts'
import { documented, type OperationContext, observed, type Rule } from '../../engine/operation.ts'
import { engineSettings } from '../../engine/settings.ts'
import type { Transaction } from '../../engine/state/store.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { byTheClock } from '../common/explain.ts'
import { fromPage, invalidRequest, refusal } from '../common/refusal.ts'
import { leftInCode, type Order, orders, refundedTotal, refunds, sharedAt, unsplitAmount } from '../payment/index.ts'
import { type SharedPart, type SharingOrder, sharingNumber } from './sharing-orders.ts'
import { finishTime, isTooOften, type ShareableOrder } from './sharing-rules.ts'
import { sharingSources } from './sources.ts'

export const SUB_MCHID: FieldRule = { bytes: true, pattern: /^[1-9]\d*$/.source, example: '1900000109' }

/** 商户分账单号: up to 64 digits, letters, `_-|*@`. */
export const OUT_ORDER_NO: FieldRule = {
  bytes: true,
  pattern: /^[0-9a-zA-Z_|*@-]+$/.source,
  example: 'P20150806125346',
}

export const TRANSACTION_ID: FieldRule = { bytes: true, example: '4200001234202611250000000001' }

export const paramError = refusal(400, 'PARAM_ERROR')

/** The refusal of a sub-merchant that is not the caller's. */
export const NO_PARTNERSHIP = invalidRequest('documented', '服务商和分账方无受理关系', {
  en: 'sub_mchid is a merchant that does not let the caller act for it, or the caller itself (text documented, status and code inferred)',
  zh: 'sub_mchid 不是调用方的子商户，或就是调用方（文字见文档，状态码和错误码为推断）',
  source: sharingSources.partnerQuestions,
})

/** The refusal of a merchant without the product. */
export const NO_RIGHT = fromPage('403 NO_AUTH', {
  en: 'the merchant whose orders are shared may not share (the table has the text 商户无权限)',
  zh: '出资商户没有分账权限（错误码表中的文字是“商户无权限”）',
  message: '无分账权限',
  source: sharingSources.questions,
}) satisfies Refusal

export const TOO_OFTEN = fromPage('429 FREQUENCY_LIMITED', {
  en: 'with rateLimit=on: the order was shared or unfrozen less than a second ago',
  zh: '设置 rateLimit=on 时：该订单在一秒之内已请求过分账或解冻',
}) satisfies Refusal

export const RECEIVERS_DIFFER = paramError('observed', '分账接收方与原请求不一致', {
  en: 'the out_order_no was used before, with other values',
  zh: '该 out_order_no 已被使用过，且参数不同',
  source: [leftInCode('分账接收方与原请求不一致'), sharingSources.questions],
})

export const OF_ANOTHER = invalidRequest('documented', '商户号和订单信息不匹配', {
  en: 'the order is one of another merchant, or of another sub-merchant of the caller (text documented, status and code inferred)',
  zh: '该订单属于另一个商户，或调用方的另一个子商户（文字见文档，状态码和错误码为推断）',
  source: sharingSources.questions,
})

export const ANSWER_RULES: readonly Rule[] = [
  documented('FINISHED tells only that every receiver has its result.'),
  documented('fail_reason is there of CLOSED.'),
  observed(
    'finish_time is 1970-01-01T08:00:00+08:00 as long as a receiver is PENDING.',
    leftInCode('"finish_time":"1970-01-01T08:00:00+08:00"'),
  ),
]

export interface OfPartner {
  readonly sub_mchid?: string
}

/** The merchant whose money is shared: the caller, or the sub-merchant that it names. Sub-merchants need not be known. */
export function payerFor(
  sub_mchid: string | undefined,
  { caller, merchantOf, fail }: Pick<OperationContext<'no_partnership'>, 'caller' | 'merchantOf' | 'fail'>,
): string {
  if (sub_mchid === undefined) return caller.mchid
  const sub = merchantOf(sub_mchid)
  if (sub_mchid === caller.mchid || (sub && !mayActFor(caller, sub))) {
    fail('no_partnership', {
      en: `${caller.mchid} is not among the partners of ${sub_mchid}`,
      zh: `${caller.mchid} 不在 ${sub_mchid} 的 partners 中`,
    })
  }
  return sub_mchid
}

/** An order that a call names, as its shares are judged by. */
export type FoundOrder = Order & ShareableOrder

/** The paid order that a call names, if there is one. @throws ApiError if it is not that of the caller, or of its sub-merchant */
export async function orderFor(
  { transaction_id, sub_mchid }: OfPartner & { readonly transaction_id: string },
  { tx, now, caller, fail }: Pick<OperationContext<'order_of_another_merchant'>, 'tx' | 'now' | 'caller' | 'fail'>,
): Promise<FoundOrder | undefined> {
  const found = await tx.in(orders).where('transaction_id', transaction_id)
  const order = found.find((one) => one.mchid === caller.mchid && one.sub_mchid === sub_mchid)
  if (order) return withAmounts(tx, order, now)
  const [another] = found
  if (!another) return undefined
  const { mchid, sub_mchid: sub } = another
  return fail('order_of_another_merchant', {
    en: `the order with transaction_id ${transaction_id} is one of ${mchid}${sub === undefined ? '' : ` for ${sub}`}`,
    zh: `transaction_id 为 ${transaction_id} 的订单属于 ${mchid}${sub === undefined ? '' : ` 的子商户 ${sub}`}`,
  })
}

/** An order with what is left of it. */
export async function withAmounts(tx: Transaction, order: Order, now: number): Promise<FoundOrder> {
  const before = await tx.in(refunds).where('out_trade_no', order.out_trade_no, order.mchid)
  const refunded = refundedTotal(before, now)
  return { ...order, ...sharedAt(order, now), refunded, left: unsplitAmount(order, before, now) }
}

/** The merchants and numbers of a share. */
export function shareOf(
  { sub_mchid, transaction_id, out_order_no }: OfPartner & Pick<SharingOrder, 'transaction_id' | 'out_order_no'>,
  { out_trade_no }: Order,
  { ids, now }: Pick<OperationContext<never>, 'ids' | 'now'>,
) {
  return { sub_mchid, transaction_id, out_order_no, out_trade_no, order_id: sharingNumber('order_id', ids, now) }
}

export function checkPause(
  order: FoundOrder,
  { now, settings, fail }: Pick<OperationContext<'too_often'>, 'now' | 'settings' | 'fail'>,
): void {
  if (engineSettings.rateLimit.of(settings) === 'on' && isTooOften(order, now)) fail('too_often', byTheClock(now))
}

export function partOf(
  part: Pick<SharedPart, 'type' | 'account' | 'amount' | 'description'>,
  { ids, now }: Pick<OperationContext<never>, 'ids' | 'now'>,
): SharedPart {
  return { ...part, detail_id: sharingNumber('detail_id', ids, now), finish_time: finishTime(now) }
}

/** The sentences with which the journal explains a refused call. */

export function explainUnopened(mchid: string): Texts {
  return { en: `the sharing account of ${mchid} has opened: false`, zh: `${mchid} 的分账设置中 opened 为 false` }
}

export function explainNoOrder(transactionId: string): Texts {
  return {
    en: `no order has the transaction_id ${transactionId}`,
    zh: `没有 transaction_id 为 ${transactionId} 的订单`,
  }
}

/** Says how much of an order is left. */
export function explainLeft({ out_trade_no, total, left, others, own }: FoundOrder, now: number): Texts {
  const clock = byTheClock(now)
  return {
    en: `of the ${total} fen of order ${out_trade_no} ${others + own} were shared, and ${left} can still be shared; ${clock.en}`,
    zh: `订单 ${out_trade_no} 共 ${total} 分，已分 ${others + own} 分，剩余待分 ${left} 分；${clock.zh}`,
  }
}
