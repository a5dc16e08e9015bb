import type { FieldRule, Refusal } from '../../catalogue/documented-call.ts'
import { documented, inferred, type OperationContext, observed } from '../../engine/operation.ts'
import { requests } from '../../engine/state/request-numbers.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { commonErrors, INTERNAL_CODES } from '../../wire/protocol/common-errors.ts'
import { fieldError } from '../../wire/protocol/field-check.ts'
import { formatInstant } from '../../wire/protocol/instant.ts'
import { sources } from '../../wire/protocol/sources.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { byTheClock } from '../common/explain.ts'
import { because, invalidRequest, refusal } from '../common/refusal.ts'
import { orderDetails } from './order-events.ts'
import { close, isPaid, isPastTimeToPay } from './order-rules.ts'
import { type Order, orderState, orders } from './orders.ts'
import { MCHID, type Named, onPath, SUB_MERCHANT_DIFFERS, withPartner } from './partners.ts'
import { paymentSettings } from './settings.ts'
import { leftInCode, paymentSources } from './sources.ts'

/** 商户订单号: 6 to 32 digits, letters, `_-|*` (pay-family.md 2.1; pages before 2024 are without `|`). */
export const OUT_TRADE_NO: FieldRule = {
  bytes: true,
  min: 6,
  pattern: /^[0-9a-zA-Z_|*-]+$/.source,
  example: 'MCH_202611250001',
}

export const TRANSACTION_ID: FieldRule = { bytes: true, example: '4200001234202611250000000001' }

/** The common refusals of looking an order up and of closing it; faults can be planned with each. */
const PLANNED = {
  merchant_unknown: '400 MCH_NOT_EXISTS',
  invalid_request: '400 INVALID_REQUEST',
  rule_limit: '403 RULE_LIMIT',
  trade_error: '403 TRADE_ERROR',
} as const

const OF_ANOTHER_MERCHANT = invalidRequest('documented', '商户号和订单信息不匹配', {
  en: 'the order is one of another merchant (text documented, status and code inferred)',
  zh: '该订单属于另一个商户（文字见文档，状态码和错误码为推断）',
  source: paymentSources.orderQuestions,
  internalCode: INTERNAL_CODES.anotherMerchants,
}) satisfies Refusal

const QUERY_REFUSALS = {
  ...PLANNED,
  // The body's `mchid` is checked for every pay call at once; this one is for the query.
  mchid_differs: because(commonErrors.mchid_differs, {
    en: 'mchid in the query is not the caller (answered like mchid in a body)',
    zh: '查询串中的 mchid 不是调用方（应答与请求体中的 mchid 相同）',
    evidence: 'sibling',
    source: sources.vendorSkills,
  }),
  order_of_another_merchant: OF_ANOTHER_MERCHANT,
  not_found: {
    row: '404 ORDER_NOT_EXIST',
    when: { en: 'the caller has no such order', zh: '调用方没有该订单' },
    internalCode: INTERNAL_CODES.orderUnknown,
  },
} as const satisfies Readonly<Record<string, Refusal>>

/** An order is found by its partner and its sub-merchant together. */
const OF_PARTNERS = {
  refusals: { sub_merchant_differs: SUB_MERCHANT_DIFFERS },
  rules: [
    documented('A sub-merchant cannot look an order of its partner up, neither here nor as a direct merchant.'),
    documented('sub_appid and payer.sub_openid are there if the order gave a sub_appid.'),
  ],
} as const

/** 商户订单号查询订单: look an order up by the merchant's number. */
export const [queryOrderByOutTradeNo, partnerQueryOrderByOutTradeNo] = withPartner(
  'GET /v3/pay/transactions/out-trade-no/{out_trade_no}',
  {
    ids: ['queryOrderByOutTradeNo', 'partnerQueryOrderByOutTradeNo'],
    ofPartners: OF_PARTNERS,
    summary: "Look up an order by the merchant's number",
    fields: { 'path/out_trade_no': OUT_TRADE_NO, 'query/mchid': MCHID },
    refusals: {
      ...QUERY_REFUSALS,
      order_of_another_merchant: because(OF_ANOTHER_MERCHANT, {
        en: 'the order is one of another merchant (text documented, status and code inferred); only as a planned fault, since each merchant has numbers of its own',
        zh: '该订单属于另一个商户（文字见文档，状态码和错误码为推断）；只能通过故障注入触发，因为商户订单号只在同一商户内唯一',
      }),
    },
    rules: [
      documented('An order is found by the merchant that placed it only.'),
      documented(
        'transaction_id, trade_type, bank_type, attach, success_time, payer, payer_total and currency are there once it is paid.',
      ),
      observed(
        'Until an order is paid, amount has only payer_currency and total, and scene_info is {"device_id":""} if none was given.',
        leftInCode('"scene_info":{"device_id":""},"trade_state":"NOTPAY"'),
        paymentSources.sceneInfoIssue,
      ),
      documented('Once it is paid, scene_info is there only if the order gave a device_id.'),
      observed(
        'promotion_detail is [] where no coupon of WeChat Pay was used, and attach "" where none was given.',
        leftInCode('"promotion_detail":[],"scene_info":{"device_id":""}'),
      ),
      documented('An unpaid order stays NOTPAY after time_expire.', paymentSources.appOrderPage),
      documented('After seven days without payment it is CLOSED.', sources.vendorSkills),
      inferred('A CLOSED order has the members of one that is NOTPAY.'),
      documented(
        'USERPAYING, PAYERROR and REVOKED are states of payments by code; an order comes to them by a control call only.',
      ),
      documented(
        'From its first refund on an order is REFUND, whatever becomes of the refund (that it stays so after a refund that was CLOSED is inferred).',
        sources.vendorSkills,
      ),
      inferred(
        'trade_state_desc has one text for each state: those of NOTPAY and SUCCESS are observed, the others taken from API v2 and the list of states.',
      ),
      documented(
        'payer_total is total without what coupons of WeChat Pay (代金券) take off; they are in promotion_detail. A merchant coupon (商家券) never is.',
      ),
    ],

    async handle({ path, query }, { tx, now, caller, fail }) {
      checkCaller(query, { caller, fail })
      const order = onPath(await tx.in(orders).find(caller.mchid, path.out_trade_no), query, { fail })
      return order
        ? orderDetails(order, now)
        : fail('not_found', {
            en: `${caller.mchid} has no order with out_trade_no ${path.out_trade_no}`,
            zh: `${caller.mchid} 没有 out_trade_no 为 ${path.out_trade_no} 的订单`,
          })
    },
  },
)

/** 微信支付订单号查询订单: look an order up by WeChat Pay's number. */
export const [queryOrderById, partnerQueryOrderById] = withPartner('GET /v3/pay/transactions/id/{transaction_id}', {
  ids: ['queryOrderById', 'partnerQueryOrderById'],
  ofPartners: OF_PARTNERS,
  summary: "Look up an order by WeChat Pay's number",
  fields: { 'path/transaction_id': TRANSACTION_ID, 'query/mchid': MCHID },
  refusals: {
    ...QUERY_REFUSALS,
    transaction_id_invalid: refusal(400, 'PARAM_ERROR')('observed', '微信订单号非法', {
      en: 'the transaction_id does not have 28 digits that begin with 4 (text observed, the check inferred)',
      zh: 'transaction_id 不是以 4 开头的 28 位数字（文字为实测，校验规则为推断）',
      source: leftInCode('微信订单号非法'),
      internalCode: INTERNAL_CODES.parameterInvalid,
    }),
  },
  rules: [
    documented('Only paid orders have a transaction_id, so only those are found.'),
    documented('The answer is the one of the query by out_trade_no.'),
    inferred('An id of another form is found too if a seed file gave it to an order.'),
  ],

  async handle({ path, query }, { tx, now, caller, fail }) {
    checkCaller(query, { caller, fail })
    const { transaction_id } = path
    const [own] = await tx.in(orders).where('transaction_id', transaction_id, caller.mchid)
    const order = onPath(own, query, { fail })
    if (order) return orderDetails(order, now)
    const [another] = await tx.in(orders).where('transaction_id', transaction_id)
    if (another && !own) {
      return fail('order_of_another_merchant', {
        en: `the order with transaction_id ${transaction_id} is one of ${another.mchid}, and ${caller.mchid} asks for it`,
        zh: `transaction_id 为 ${transaction_id} 的订单属于 ${another.mchid}，而查询的商户是 ${caller.mchid}`,
      })
    }
    return fail(/^4\d{27}$/.test(transaction_id) ? 'not_found' : 'transaction_id_invalid', {
      en: `${caller.mchid} has no order with transaction_id ${transaction_id}`,
      zh: `${caller.mchid} 没有 transaction_id 为 ${transaction_id} 的订单`,
    })
  },
})

function checkCaller(
  { mchid, sp_mchid }: Named,
  { caller, fail }: Pick<OperationContext<'mchid_differs'>, 'caller' | 'fail'>,
): void {
  const named = mchid ?? sp_mchid
  if (named === caller.mchid) return
  const place = mchid === undefined ? '/query/sp_mchid' : '/query/mchid'
  fail('mchid_differs', {
    en: `${place} is ${named}, the request is signed by ${caller.mchid}`,
    zh: `${place} 是 ${named}，请求由 ${caller.mchid} 签名`,
  })
}

const CLOSING = 'closeOrder'

const PAID_ALREADY = { status: 400, message: '订单已支付', internalCode: INTERNAL_CODES.alreadyPaid } as const

/** Refusals of closing an order that was paid. */
export const PAID_REFUSALS = {
  already_paid: because(PAID_ALREADY, {
    en: 'the order was paid (code documented, status and text inferred)',
    zh: '订单已支付（错误码见文档，状态码和文字为推断）',
    code: 'ORDER_PAID',
    evidence: 'documented',
    source: sources.vendorSkills,
  }),
  already_paid_as_in_v2: because(PAID_ALREADY, {
    en: 'with closePaid=ORDERPAID: the order was paid (the code of API v2)',
    zh: '设置 closePaid=ORDERPAID 时：订单已支付（API v2 的错误码）',
    code: 'ORDERPAID',
    evidence: 'sibling',
    source: paymentSources.closingInVersion2,
  }),
} as const satisfies Readonly<Record<string, Refusal>>

/** 关闭订单: close an order that was not paid. */
export const [closeOrder, partnerCloseOrder] = withPartner(
  'POST /v3/pay/transactions/out-trade-no/{out_trade_no}/close',
  {
    ids: [CLOSING, 'partnerCloseOrder'],
    ofPartners: { refusals: { sub_merchant_differs: SUB_MERCHANT_DIFFERS } },
    summary: 'Close an unpaid order',
    // mchid is required, but reported in a way of its own.
    fields: { 'path/out_trade_no': OUT_TRADE_NO, 'body/mchid': { ...MCHID, required: false } },
    refusals: {
      ...PLANNED,
      ...PAID_REFUSALS,
      only_reversed: invalidRequest('reported', '当前交易不允许进行普通关单(只能撤销)', {
        en: 'the order was placed with a payment code, and is reversed instead (text reported, status and code inferred)',
        zh: '该订单是用付款码支付下的，只能撤销（文字来自开发者反馈，状态码和错误码为推断）',
        source: sources.vendorSkills,
      }),
    },
    rules: [
      documented('Success is answered with 204 and no body.'),
      observed(
        'Closing an order again, or an out_trade_no that has no order, is answered with 204 too.',
        paymentSources.reorder,
        sources.vendorSkills,
      ),
      documented('An order that was paid is not closed, whether it was refunded or not.', sources.vendorSkills),
      observed(
        'An out_trade_no that was closed before it had an order is used up: it can no longer be placed, and a query still answers ORDER_NOT_EXIST (the query is inferred).',
        paymentSources.reorder,
        sources.vendorSkills,
      ),
      observed(
        'A missing mchid is reported for the path, as /uri_template/mchid.',
        paymentSources.senparcIssue,
        paymentSources.ijpayIssue,
      ),
      inferred('An order in USERPAYING or PAYERROR is closed as one in NOTPAY is; REVOKED stays.'),
      inferred(
        'An order of the other path, or a sub order of a combined order, is answered with 204, and stays as it is.',
      ),
    ],

    async handle({ path: { out_trade_no }, body }, { tx, now, caller: { mchid }, settings, fail }) {
      if (body.mchid === undefined && body.sp_mchid === undefined) {
        const explanation = { en: '/body/mchid: missing', zh: '/body/mchid：缺少此字段' }
        throw fieldError('uri_template', ['mchid'], MCHID.title, { rule: 'missing' }, explanation)
      }
      const placed = await tx.in(orders).find(mchid, out_trade_no)
      const order = onPath(placed, body, { fail })
      if (order === undefined) {
        // The request number of a closing that took effect (pay-family.md 2.7).
        if (placed || (await isUsedUp(tx, mchid, out_trade_no))) return undefined
        await tx.in(requests).save({ mchid, operation: CLOSING, request_no: out_trade_no, values: [], time: now })
        return undefined
      }
      if (order.trade_type === 'MICROPAY' && !isPaid(order)) return fail('only_reversed', explainOrder(order, now))
      const decision = close(order, now)
      if (!decision.ok) {
        const asInV2 = paymentSettings.closePaid.of(settings) === 'ORDERPAID'
        return fail(asInV2 ? 'already_paid_as_in_v2' : 'already_paid', explainOrder(order, now))
      }
      await tx.in(orders).save(decision.value)
      return undefined
    },
  },
)

/** Whether a number was closed before there was an order for it. */
export async function isUsedUp(tx: Transaction, mchid: string, outTradeNo: string): Promise<boolean> {
  return (await tx.in(requests).find(mchid, CLOSING, outTradeNo)) !== undefined
}

/** The state of an order in words, with the times behind it. */
export function explainOrder(order: Order, now: number): Texts {
  const state = orderState(order, now)
  const times = timesBehind(order, now)
  const clock = byTheClock(now)
  return {
    en: `order ${order.out_trade_no} is ${state}, ${order.total} fen${times.en}; ${clock.en}`,
    zh: `订单 ${order.out_trade_no} 的状态是 ${state}，金额 ${order.total} 分${times.zh}；${clock.zh}`,
  }
}

function timesBehind(order: Order, now: number): Texts {
  const { closed_time, close_time, time_expire } = order
  if (isPaid(order)) {
    const at = formatInstant(order.success_time)
    return { en: `, paid at ${at} as ${order.transaction_id}`, zh: `，已于 ${at} 支付（${order.transaction_id}）` }
  }
  if (orderState(order, now) === 'CLOSED') {
    if (closed_time !== undefined) {
      const at = formatInstant(closed_time)
      return { en: `, closed at ${at}`, zh: `，已于 ${at} 关闭` }
    }
    const at = formatInstant(close_time)
    if (order.over || close_time <= now) {
      return { en: `, after its time without payment at ${at}`, zh: `，因逾期未支付于 ${at} 关闭` }
    }
  } else if (orderState(order, now) === 'NOTPAY' && time_expire !== undefined && isPastTimeToPay(order, now)) {
    const at = formatInstant(time_expire)
    return { en: `, its time to pay was over at ${at}`, zh: `，支付截止时间 ${at} 已过` }
  }
  return { en: '', zh: '' }
}
