import { documentedCall } from '../../catalogue/documented-call.ts'
import type { Merchant } from '../../engine/keys/merchants.ts'
import { documented, inferred, type OperationContext } from '../../engine/operation.ts'
import type { Settings } from '../../engine/settings.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { INTERNAL_CODES } from '../../wire/protocol/common-errors.ts'
import { orLastInstant } from '../../wire/shared/china-time.ts'
import { sameValues, type Texts } from '../../wire/shared/texts.ts'
import { explainReuse } from '../common/explain.ts'
import { refusal } from '../common/refusal.ts'
import { findUsers } from '../platform/index.ts'
import { isFrozen } from './frozen-money.ts'
import { explainOrder } from './order-calls.ts'
import { type Order, orders, refundIdOf } from './orders.ts'
import { SUB_MCHID } from './partners.ts'
import { explainUrl, mayNotify, urlUnfit } from './prepay-refusals.ts'
import { checkSubMerchant, refundDetails, SUB_MERCHANT_UNKNOWN } from './refund-calls.ts'
import { keepRefund } from './refund-events.ts'
import { REFUND_FIELDS, REFUND_REFUSALS, REFUND_RULES } from './refund-refusals.ts'
import {
  canRefund,
  REFUNDS_PER_ORDER,
  type RefundRefusal,
  refundedTotal,
  refundOrder,
  standingRefunds,
  unsplitAmount,
  type WantedRefund,
} from './refund-rules.ts'
import { payerOf, type Refund, type RefundedGoods, type RefundSource, refunds } from './refunds.ts'
import { paymentSettings } from './settings.ts'
import { leftInCode, paymentSources } from './sources.ts'

/** A request for a refund: of a merchant, of a partner, who names the sub-merchant, or of a platform, who may say whose money it is. */
export interface RefundBody {
  readonly sub_mchid?: string
  readonly transaction_id?: string
  readonly out_trade_no?: string
  readonly out_refund_no: string
  readonly reason?: string
  readonly notify_url?: string
  readonly funds_account?: 'AVAILABLE' | 'UNSETTLED'
  readonly refund_account?: Refund['refund_account']
  readonly amount: {
    readonly refund: number
    readonly from?: RefundSource[]
    readonly total: number
    readonly currency?: 'CNY'
  }
  readonly goods_detail?: RefundedGoods[]
}

type RefundName =
  | keyof typeof REFUND_REFUSALS
  | RefundRefusal
  | 'url_unfit'
  | 'sub_merchant_unknown'
  | 'no_right'
  | 'order_unknown'

/** How long a refund that was accepted waits for the money of its merchant (pay-family.md 5.7). */
const UNFUNDED_MS = 7 * 86_400_000

/**
 * Refunds an order, or answers with the refund that its number made before.
 *
 * @param checkWhose refuses a sub-merchant that the caller may not act for
 */
export async function applyForRefund(
  body: RefundBody,
  context: OperationContext<RefundName>,
  checkWhose: (subMchid: string | undefined, context: OperationContext<RefundName>) => void = checkSubMerchant,
): Promise<Refund> {
  const { tx, now, caller, ids, settings, merchantOf, fail } = context
  const { out_refund_no, amount, reason, notify_url, funds_account, sub_mchid, goods_detail, refund_account } = body
  const request = [JSON.stringify(body)]
  if (notify_url !== undefined && !mayNotify(notify_url, settings)) return fail('url_unfit', explainUrl(notify_url))
  const existing = await tx.in(refunds).find(caller.mchid, out_refund_no)
  if (existing) {
    if (sameValues(existing.request, request)) return existing
    const { out_trade_no = existing.out_trade_no, transaction_id = existing.transaction_id } = body
    const sameOrder = out_trade_no === existing.out_trade_no && transaction_id === existing.transaction_id
    return fail(
      sameOrder ? 'request_no_reused' : 'request_no_of_another_order',
      explainReuse(out_refund_no, { values: existing.request, time: existing.create_time }, request),
    )
  }

  if (body.transaction_id === undefined && body.out_trade_no === undefined) {
    return fail('order_not_named', {
      en: '/body/out_trade_no: missing, and so is /body/transaction_id',
      zh: '/body/out_trade_no 与 /body/transaction_id 均未传',
    })
  }
  checkWhose(sub_mchid, context)
  const named = await namedOrders(tx, caller.mchid, body)
  const order = named.find((one) => one !== undefined)
  if (order === undefined) {
    const numbers = numbersOf(body)
    return fail('order_unknown', {
      en: `${caller.mchid} has no order that is ${numbers.join(' and ')}`,
      zh: `${caller.mchid} 没有订单 ${numbers.join('、')}`,
    })
  }
  if (named.some((one) => one?.out_trade_no !== order.out_trade_no || one.mchid !== caller.mchid)) {
    const numbers = numbersOf(body)
    return fail('order_differs', {
      en: `${numbers.join(' and ')}: not one order of ${caller.mchid}`,
      zh: `${numbers.join(' 与 ')} 不是 ${caller.mchid} 的同一个订单`,
    })
  }
  if (sub_mchid !== order.sub_mchid) {
    const { out_trade_no, sub_mchid: own } = order
    return fail('order_differs', {
      en: `/body/sub_mchid is ${sub_mchid ?? 'missing'}; order ${out_trade_no} is ${own ? `that of sub-merchant ${own}` : "the caller's own: leave sub_mchid out"}`,
      zh: `/body/sub_mchid ${sub_mchid ? `为 ${sub_mchid}` : '未传'}；订单 ${out_trade_no} ${own ? `属于子商户 ${own}` : '属于调用方自己，不要传 sub_mchid'}`,
    })
  }
  const before = await tx.in(refunds).where('out_trade_no', order.out_trade_no, caller.mchid)
  const { from } = amount
  const wanted = { refund: amount.refund, total: amount.total, from, at: now }
  const decision = refundOrder(order, before, wanted)
  if (!decision.ok) {
    const asInvalid =
      decision.reason === 'shared_in_part' && paymentSettings.refundOfShared.of(settings) === 'INVALID_REQUEST'
    return fail(
      asInvalid ? 'shared_in_part_as_invalid' : decision.reason,
      explainRefund(decision.reason, order, before, wanted),
    )
  }
  const users = order.openid === undefined ? [] : await findUsers(tx, order.openid, [caller.mchid])
  if (users.some(({ closed }) => closed)) {
    return fail('user_account_abnormal', {
      en: `the account of ${order.openid} is closed`,
      zh: `${order.openid} 的账号已注销`,
    })
  }
  const payer = sub_mchid === undefined ? caller : merchantOf(sub_mchid)
  const hasOwn = await hasMoney(tx, caller, payer, amount.refund)
  const mayAdvance = refund_account === 'REFUND_SOURCE_PARTNER_ADVANCE'
  const isAdvanced = !hasOwn && mayAdvance && (await hasMoney(tx, caller, caller, amount.refund))
  const unfunded = !hasOwn && !isAdvanced
  if (unfunded && !mayWait(settings)) return fail('not_enough', explainMoney(payer, amount.refund))

  const { order: refunded, refund: made } = decision.value
  const refund: Refund = {
    ...made,
    ...(unfunded && { unfunded, settle_time: orLastInstant(now + UNFUNDED_MS) }),
    out_refund_no,
    refund_id: refundIdOf(ids, now),
    reason,
    notify_url,
    funds_account: isAdvanced ? 'AVAILABLE' : (funds_account ?? made.funds_account),
    refund_account: mayAdvance && !isAdvanced ? 'REFUND_SOURCE_SUB_MERCHANT' : refund_account,
    from,
    goods: goods_detail,
    outcome: unfunded ? 'CLOSED' : 'SUCCESS',
    request,
  }
  return keepRefund(tx, refunded, refund, { now, ids })
}

/** Whether a refund, or the return of an advance, waits where its merchant has no money. */
export function mayWait(settings: Settings): boolean {
  return paymentSettings.refundWithoutMoney.of(settings) === 'waits'
}

/**
 * Whether a merchant has the money for one more refund, or for what was advanced for one.
 *
 * @param partner who made its refunds
 */
export async function hasMoney(
  tx: Transaction,
  partner: Merchant,
  payer: Merchant | undefined,
  fen: number,
): Promise<boolean> {
  // Its other refunds matter only where there is a limit.
  if (payer?.refundableFen === undefined) return true
  const own = (await tx.in(refunds).list(partner.mchid)).filter((one) => payerOf(one) === payer.mchid)
  return canRefund(payer.refundableFen, own, fen)
}

export function explainMoney(payer: Merchant | undefined, fen: number): Texts {
  const { mchid, refundableFen = 0 } = payer ?? {}
  return {
    en: `${mchid} has ${refundableFen} fen for all its refunds, and this one takes ${fen} more: PATCH /_mock/merchants/${mchid} {"refundable":…} changes that`,
    zh: `${mchid} 可用于退款的余额共 ${refundableFen} 分，不够本次再退 ${fen} 分：可用 PATCH /_mock/merchants/${mchid} {"refundable":…} 修改`,
  }
}

function explainRefund(
  reason: RefundRefusal,
  order: Order,
  before: readonly Refund[],
  { refund, total, at }: WantedRefund,
): Texts {
  const { out_trade_no: number } = order
  const { en, zh } = explainOrder(order, at)
  const count = standingRefunds(before, at).length
  const refunded = refundedTotal(before, at)
  const sum = {
    en: `${refund} fen of order ${number} are asked back, of its ${order.total} fen ${refunded} are refunded`,
    zh: `订单 ${number} 共 ${order.total} 分，已退 ${refunded} 分，而本次要退 ${refund} 分`,
  }
  const texts: Readonly<Record<RefundRefusal, Texts>> = {
    not_paid: { en, zh },
    too_late: { en: `${en}, more than 365 days later`, zh: `${zh}，已超过 365 天` },
    total_differs: { en: `/body/amount/total is ${total}, and ${en}`, zh: `/body/amount/total 是 ${total}，而${zh}` },
    all_refunded: sum,
    more_than_paid: sum,
    too_many_refunds: {
      en: `order ${number} has ${count} refunds, at most ${REFUNDS_PER_ORDER}`,
      zh: `订单 ${number} 已有 ${count} 笔退款，最多 ${REFUNDS_PER_ORDER} 笔`,
    },
    sources_unshared: {
      en: `/body/amount/from: order ${number} was placed without profit_sharing`,
      zh: `/body/amount/from：订单 ${number} 下单时未传 profit_sharing`,
    },
    sources_unfit: isFrozen(order, at)
      ? {
          en: `/body/amount/from: different accounts that give ${refund} fen together`,
          zh: `/body/amount/from：应为互不相同的账户，金额合计 ${refund} 分`,
        }
      : {
          en: `/body/amount/from: the sharing of order ${number} is over`,
          zh: `/body/amount/from：订单 ${number} 的分账已结束`,
        },
    shared_in_part: {
      en: `order ${number} was shared, and ${unsplitAmount(order, before, at)} fen of it are still frozen`,
      zh: `订单 ${number} 已分账，仍冻结待分的有 ${unsplitAmount(order, before, at)} 分`,
    },
  }
  return texts[reason]
}

type OrderNumbers = Pick<RefundBody, 'transaction_id' | 'out_trade_no'>

function numbersOf({ transaction_id, out_trade_no }: OrderNumbers): string[] {
  return [transaction_id, out_trade_no].filter((one) => one !== undefined)
}

/** The order that each number in the request names: among the caller's orders, or by WeChat Pay's number among all. */
async function namedOrders(
  tx: Transaction,
  mchid: string,
  { transaction_id, out_trade_no }: OrderNumbers,
): Promise<readonly (Order | undefined)[]> {
  return [
    ...(out_trade_no === undefined ? [] : [await tx.in(orders).find(mchid, out_trade_no)]),
    ...(transaction_id === undefined ? [] : [await orderOf(tx, transaction_id, mchid)]),
  ]
}

/** The order with one of WeChat Pay's numbers: the caller's own first, as seed files may give a number twice. */
async function orderOf(tx: Transaction, transactionId: string, mchid: string): Promise<Order | undefined> {
  const all = await tx.in(orders).where('transaction_id', transactionId)
  return all.find((one) => one.mchid === mchid) ?? all[0]
}

/** 申请退款: give the payer of an order money back. */
export const createRefund = documentedCall('POST /v3/refund/domestic/refunds', {
  id: 'createRefund',
  summary: 'Refund an order, whole or in part',
  fields: {
    'body/sub_mchid': SUB_MCHID,
    ...REFUND_FIELDS,
    'body/amount/currency': { required: true },
    'body/goods_detail': { max: 3_000 },
    'body/goods_detail/unit_price': { min: 0, example: 52_800 },
    'body/goods_detail/refund_amount': { min: 0, example: 52_800 },
    'body/goods_detail/refund_quantity': { min: 1, example: 1 },
  },
  rateLimit: { calls: 150, seconds: 1, failing: 6, evidence: 'documented' },
  refusals: {
    url_unfit: urlUnfit,
    no_right: '403 NO_AUTH',
    ip_not_allowed: refusal(403, 'NO_AUTH')('documented', '异常IP请求不予受理', {
      en: 'the merchant takes refunds from some addresses only, and this is another one (text documented, status and code inferred from NOAUTH of API v2); only as a planned fault',
      zh: '商户配置了退款 IP 白名单，而请求来自其他地址（文字见文档，状态码和错误码由 API v2 的 NOAUTH 推断）；只能通过故障注入触发',
      source: paymentSources.refundQuestions,
    }),
    busy: refusal(500, 'SYSTEM_ERROR')('documented', '当前使用此业务的用户较多，请稍后再试', {
      en: 'WeChat Pay is busy (text documented, status and code inferred from SYSTEMERROR of API v2); only as a planned fault',
      zh: '系统繁忙（文字见文档，状态码和错误码由 API v2 的 SYSTEMERROR 推断）；只能通过故障注入触发',
      source: paymentSources.refundQuestions,
    }),
    timed_out: '500 SYSTEM_ERROR',
    old_order_rate: refusal(429, 'FREQUENCY_LIMITED')('documented', '频率限制，1个月之前的订单请降低申请频率再重试', {
      en: 'too many refunds of orders that are more than a month old (text documented, how many is not); only as a planned fault',
      zh: '对一个月之前的订单申请退款过于频繁（文字见文档，次数未说明）；只能通过故障注入触发',
      source: paymentSources.refundPage,
      internalCode: INTERNAL_CODES.rate,
    }),
    ...REFUND_REFUSALS,
    sub_merchant_unknown: SUB_MERCHANT_UNKNOWN,
    order_unknown: {
      row: '404 RESOURCE_NOT_EXISTS 订单号不存在',
      message: '订单不存在',
      when: {
        en: 'the caller has no such order (code documented, text reported; the table has 订单号不存在)',
        zh: '调用方没有该订单（错误码见文档，文字来自开发者反馈；错误码表中是“订单号不存在”）',
      },
      evidence: 'reported',
      source: paymentSources.gopayTests,
      internalCode: INTERNAL_CODES.orderUnknown,
    },
    not_paid: {
      row: '404 RESOURCE_NOT_EXISTS 原订单不存在',
      when: { en: 'the order was not paid', zh: '订单未支付' },
      evidence: 'observed',
      source: leftInCode('"message":"原订单不存在"'),
      internalCode: INTERNAL_CODES.orderUnknown,
    },
  },
  rules: [
    ...REFUND_RULES,
    documented(
      'A refund made in the merchant console, or without notify_url where the console has an address, is notified in the XML of API v2; in the mock only if the control call asks for that.',
      paymentSources.refundQuestions,
      paymentSources.consoleRefundIssue,
      paymentSources.noticeOfVersion2,
    ),
    inferred('Once six calls have failed in a second, the next is answered with 429 whatever it asks.'),
    documented(
      'goods_detail stands in each entry of promotion_detail (in each: inferred); it is not compared with the goods of the order.',
    ),
  ],

  handle: async ({ body }, context) => refundDetails(await applyForRefund(body, context), context.now),
})
