import { z } from 'zod'
import { defineCall } from '../../../control/call.ts'
import { mchidQuery } from '../../../control/calls/queries.ts'
import { ownOrOnly } from '../../../control/find-for-merchant.ts'
import { UsageError } from '../../../protocol/errors.ts'
import { orLastInstant } from '../../../shared/last-instant.ts'
import { fromWire } from '../../common/spelling.ts'
import { orderParams, orderRefusals, withOrder } from '../orders/named-order.ts'
import { refundIdOf } from '../orders/numbers.ts'
import { shownRefund, showRefund } from '../orders/shown.ts'
import type { Order } from '../rules/order.ts'
import { REFUND_TAKES_MS, type RefundRefusal, refundOrder as refunded, refundedFen, settle } from '../rules/refund.ts'
import { REFUND_OUTCOME } from '../spellings.ts'
import { keepRefund, keepSettledRefund } from './keep-refund.ts'
import { apiV2Key, refundOutcome, refunds } from './table.ts'

export const settleRefund = defineCall({
  summary: 'Settle a refund that is PROCESSING now, in one way or another; the merchant is told at its notify_url',
  params: z.object({ out_refund_no: z.string().meta({ description: "the merchant's number of the refund" }) }),
  query: mchidQuery,
  body: z.strictObject({
    outcome: refundOutcome.optional().meta({ description: 'how it ends; as it would have ended if left out' }),
  }),
  bodyOptional: true,
  answer: shownRefund,
  refusals: {
    MOCK_REFUND_UNKNOWN: { status: 404, when: 'there is no such refund' },
    MOCK_AMBIGUOUS: 'several merchants have such a refund, and the well-known one has not: give ?mchid=',
    MOCK_REFUND_STATE: { status: 409, when: 'the refund is settled already' },
  },
  async handle({ params: { out_refund_no }, query, body: { outcome } }, { mock }) {
    return mock.inTurn(async (tx, now) => {
      const found = await ownOrOnly(
        {
          find: (owner) => tx.in(refunds).find(owner, out_refund_no),
          all: () => tx.in(refunds).where('outRefundNo', out_refund_no),
          ownerOf: (one) => one.mchid,
          name: { en: `refund ${out_refund_no}`, zh: `退款单 ${out_refund_no}` },
          unknown: {
            code: 'MOCK_REFUND_UNKNOWN',
            path: '/path/out_refund_no',
            advice: {
              en: 'make it with a call, or with POST /_mock/orders/{out_trade_no}/refund',
              zh: '请先调用接口申请退款，或使用 POST /_mock/orders/{out_trade_no}/refund',
            },
          },
        },
        query.mchid,
        mock.defaultMerchant.mchid,
      )
      const decision = settle(found, { at: now, outcome: outcome && fromWire(REFUND_OUTCOME, outcome) })
      if (!decision.ok) {
        throw new UsageError('MOCK_REFUND_STATE', {
          en: `Refund ${out_refund_no} is ${REFUND_OUTCOME[found.outcome]} already: make another one, and settle it within five seconds or with the clock frozen.`,
          zh: `退款单 ${out_refund_no} 已是 ${REFUND_OUTCOME[found.outcome]}：请另申请一笔，并在五秒之内或时钟冻结时设定结果。`,
        })
      }
      return showRefund(await keepSettledRefund(tx, decision.value, { now, ids: mock.ids }), now)
    })
  },
})

export const refundOrder = defineCall({
  summary: 'Refund an order, as in the merchant console; it is settled five seconds later',
  params: orderParams,
  query: mchidQuery,
  body: z.strictObject({
    amount: z.int().min(1).optional().meta({ description: 'fen; what is left if left out' }),
    outcome: refundOutcome.optional().meta({ description: 'how it ends; SUCCESS if left out' }),
    notify_url: z
      .url({ protocol: /^https?$/ })
      .max(256)
      .optional()
      .meta({ description: 'where the merchant is told; the notify_url of the order if left out' }),
    notification: z.enum(['v3', 'v2_xml']).optional().meta({
      description:
        'how the merchant is notified; v3 if left out. v2_xml: in the XML of API v2, as WeChat Pay does for refunds made in the merchant console',
    }),
    api_v2_key: apiV2Key
      .optional()
      .meta({ description: 'with v2_xml: the APIv2 key of the merchant, which snapshots have, and no other answer' }),
  }),
  bodyOptional: true,
  status: 201,
  answer: shownRefund,
  refusals: {
    ...orderRefusals,
    MOCK_ORDER_STATE: {
      status: 409,
      when: 'the order was not paid, or too long ago, or has 50 refunds already',
    },
    MOCK_REFUND_AMOUNT: 'all refunds together would be more than was paid',
    MOCK_API_V2_KEY: 'a notice of API v2 is wanted, and api_v2_key is left out; or the other way round',
  },
  handle: ({ params, query, body }, { mock }) => {
    const key = apiV2KeyOf(body)
    return withOrder(mock, params.out_trade_no, query.mchid, async (found, tx, now) => {
      const { ids } = mock
      const before = await tx.in(refunds).where('outTradeNo', found.outTradeNo, found.mchid)
      const refundFen = body.amount ?? Math.max(1, found.totalFen - refundedFen(before, now))
      const decision = refunded(found, before, { refundFen, totalFen: found.totalFen, at: now })
      if (!decision.ok) throw refundRefusal(found, decision.reason, found.totalFen - refundedFen(before, now))
      const notifyUrl = body.notify_url ?? found.notifyUrl
      const { order, promotions, feeFen } = decision.value
      const refund = await keepRefund(
        tx,
        order,
        {
          mchid: found.mchid,
          outRefundNo: ids.digits(28),
          refundId: refundIdOf(ids, now),
          outTradeNo: found.outTradeNo,
          transactionId: order.transactionId,
          refundFen,
          totalFen: found.totalFen,
          currency: found.currency,
          ...(notifyUrl !== undefined && { notifyUrl }),
          ...(key !== undefined && { apiV2Key: key }),
          ...(promotions.length > 0 && { promotions }),
          feeFen,
          createdAt: now,
          settlesAt: orLastInstant(now + REFUND_TAKES_MS),
          outcome: fromWire(REFUND_OUTCOME, body.outcome ?? 'SUCCESS'),
          request: [],
        },
        { now, ids },
      )
      return showRefund(refund, now)
    })
  },
})

/** The APIv2 key that the notice is sealed with; `undefined` for one of API v3. */
function apiV2KeyOf({
  notification,
  api_v2_key,
}: {
  readonly notification?: 'v3' | 'v2_xml' | undefined
  readonly api_v2_key?: string | undefined
}): string | undefined {
  if ((notification === 'v2_xml') === (api_v2_key !== undefined)) return api_v2_key
  throw new UsageError(
    'MOCK_API_V2_KEY',
    api_v2_key === undefined
      ? {
          en: 'A notice of API v2 is sealed with the APIv2 key of the merchant, which the mock does not know: give api_v2_key, 32 letters and digits.',
          zh: 'APIv2 的退款通知用商户的 APIv2密钥加密，而模拟服务不知道它：请给出 api_v2_key，32 位字母和数字。',
        }
      : {
          en: 'api_v2_key is for a notice of API v2: give notification v2_xml too, or leave api_v2_key out.',
          zh: 'api_v2_key 只用于 APIv2 的退款通知：请同时给出 "notification": "v2_xml"，或去掉 api_v2_key。',
        },
    { path: '/api_v2_key' },
  )
}

function refundRefusal({ outTradeNo }: Order, reason: RefundRefusal, leftFen: number): UsageError {
  switch (reason) {
    case 'not_paid':
      return new UsageError('MOCK_ORDER_STATE', {
        en: `Order ${outTradeNo} was not paid: pay it first with POST /_mock/orders/${outTradeNo}/pay.`,
        zh: `订单 ${outTradeNo} 尚未支付：请先用 POST /_mock/orders/${outTradeNo}/pay 支付。`,
      })
    case 'too_late':
      return new UsageError('MOCK_ORDER_STATE', {
        en: `Order ${outTradeNo} was paid more than 365 days ago: set the clock back.`,
        zh: `订单 ${outTradeNo} 支付已超过 365 天，不能退款：请把时钟调回。`,
      })
    case 'too_many_refunds':
      return new UsageError('MOCK_ORDER_STATE', {
        en: `Order ${outTradeNo} has 50 refunds already: take another order.`,
        zh: `订单 ${outTradeNo} 已有 50 笔退款，请换一个订单。`,
      })
    case 'more_than_paid':
      return new UsageError(
        'MOCK_REFUND_AMOUNT',
        {
          en: `Of order ${outTradeNo} only ${leftFen} fen are left: refund that much at most.`,
          zh: `订单 ${outTradeNo} 只剩 ${leftFen} 分可退，请减小退款金额。`,
        },
        { path: '/amount' },
      )
    case 'all_refunded':
      return new UsageError(
        'MOCK_REFUND_AMOUNT',
        {
          en: `All of order ${outTradeNo} is refunded already: take another order.`,
          zh: `订单 ${outTradeNo} 已全额退款，请换一个订单。`,
        },
        { path: '/amount' },
      )
    case 'total_differs':
    case 'sources_unfit':
      throw new Error(`The call names no total and no accounts, and was refused for them (${reason}).`)
  }
}
