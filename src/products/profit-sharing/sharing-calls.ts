import { documentedCall } from '../../catalogue/documented-call.ts'
import { documented, inferred, REPEAT, upon } from '../../engine/operation.ts'
import { sources } from '../../wire/protocol/sources.ts'
import { aboutCall, createCall } from '../common/numbered-calls.ts'
import { fromPage, invalidRequest, refusal } from '../common/refusal.ts'
import { leftInCode, orders } from '../payment/index.ts'
import { sharingAccountOf } from './receivers.ts'
import {
  ANSWER_RULES,
  checkPause,
  explainLeft,
  explainNoOrder,
  explainUnopened,
  NO_PARTNERSHIP,
  OF_ANOTHER,
  OUT_ORDER_NO,
  orderFor,
  partOf,
  payerFor,
  RECEIVERS_DIFFER,
  SUB_MCHID,
  shareOf,
  TOO_OFTEN,
  TRANSACTION_ID,
  withAmounts,
} from './sharing-checks.ts'
import { sharingDetails, sharingOrders } from './sharing-orders.ts'
import { unfreezeRest } from './sharing-rules.ts'
import { keepSharing } from './sharing-store.ts'
import { sharingSources } from './sources.ts'

/** 查询分账结果: look a share up, or what unfroze the rest of an order. */
export const querySharing = aboutCall(sharingOrders, 'GET /v3/profitsharing/orders/{out_order_no}', {
  id: 'querySharing',
  summary: "Look up a share by the merchant's number",
  fields: { 'path/out_order_no': OUT_ORDER_NO, 'query/sub_mchid': SUB_MCHID, 'query/transaction_id': TRANSACTION_ID },
  rateLimit: { calls: 500, seconds: 1, evidence: 'documented', source: sharingSources.questions },
  refusals: {
    not_found: fromPage('404 RESOURCE_NOT_EXISTS', {
      en: 'the caller has no such share, or it is of another order or sub-merchant',
      zh: '调用方没有该分账单，或它属于另一个订单或子商户',
    }),
  },
  rules: ANSWER_RULES,
  one: { en: 'share', zh: '分账单' },
  unknown: 'not_found',
  by: ['transaction_id', 'sub_mchid'],
  handle: (share, _, { now }) => sharingDetails(share, now),
})

/** 解冻剩余资金: let the merchant have what is left of an order. */
export const unfreezeOrder = createCall(sharingOrders, 'POST /v3/profitsharing/orders/unfreeze', {
  id: 'unfreezeOrder',
  summary: 'Unfreeze what is left of an order',
  fields: {
    'body/sub_mchid': SUB_MCHID,
    'body/transaction_id': TRANSACTION_ID,
    'body/out_order_no': OUT_ORDER_NO,
    'body/description': { min: 1, example: '解冻全部剩余资金' },
  },
  refusals: {
    no_right: '403 NO_AUTH',
    no_partnership: NO_PARTNERSHIP,
    receivers_differ: RECEIVERS_DIFFER,
    order_of_another_merchant: OF_ANOTHER,
    not_sharing: invalidRequest('reported', '非分账订单不支持解冻剩余资金', {
      en: 'nobody has a paid order with this transaction_id, or it was placed without profit_sharing (status and code inferred)',
      zh: '没有该 transaction_id 的已支付订单，或下单时没有传 profit_sharing（状态码和错误码为推断）',
      source: sources.vendorSkills,
    }),
    too_often: TOO_OFTEN,
    nothing_left: fromPage('403 NOT_ENOUGH', {
      en: 'nothing is left: the order was unfrozen, refunded in full or shared to its end (the table has the text 分账金额为0)',
      zh: '没有剩余的待分金额：订单已解冻、已全额退款，或已分完（错误码表中的文字是“分账金额为0”）',
      message: '分账金额不足',
      source: sharingSources.questions,
    }),
  },
  rules: [
    upon(
      REPEAT,
      documented('It needs a number of its own; the same number with the same values is answered with what it did.'),
    ),
    documented('It needs no right to share.', sharingSources.questions),
    documented('Thirty days after the payment the rest is unfrozen by itself.', sharingSources.questions),
    inferred('Nobody has to wait for a minute after the payment.'),
    ...ANSWER_RULES,
  ],
  number: 'out_order_no',
  differs: 'receivers_differ',
  answer: sharingDetails,
  save: keepSharing,
  async make({ body }, made, context) {
    const { now, fail } = context
    const account = payerFor(body.sub_mchid, context)
    const order = await orderFor(body, context)
    if (!order) return fail('not_sharing', explainNoOrder(body.transaction_id))
    const decision = unfreezeRest(order)
    if (!decision.ok) return fail(decision.reason, explainLeft(order, now))
    checkPause(order, context)
    const rest = { type: 'MERCHANT_ID', account, amount: decision.value, description: body.description } as const
    return { ...made, ...shareOf(body, order, context), unfreezes: 'all' as const, receivers: [partOf(rest, context)] }
  },
})

/** 查询剩余待分金额: how much of an order can still be shared. */
export const queryUnsplitAmount = documentedCall('GET /v3/profitsharing/transactions/{transaction_id}/amounts', {
  id: 'queryUnsplitAmount',
  summary: 'Query the amount of an order that is left to share',
  fields: { 'path/transaction_id': TRANSACTION_ID },
  refusals: {
    not_found: fromPage('404 RESOURCE_NOT_EXISTS', {
      en: 'the caller has placed no such order, or without profit_sharing',
      zh: '调用方没有下过该订单，或下单时没有传 profit_sharing',
    }),
  },
  rules: [
    documented('A partner asks for the orders of its sub-merchants as for its own, without sub_mchid.'),
    inferred('It is 0 once the order was unfrozen.'),
  ],
  async handle({ path: { transaction_id } }, { tx, now, caller, fail }) {
    const [order] = await tx.in(orders).where('transaction_id', transaction_id, caller.mchid)
    if (!order?.profit_sharing) {
      return fail('not_found', {
        en: `${caller.mchid} has no order with transaction_id ${transaction_id} and profit_sharing`,
        zh: `${caller.mchid} 没有 transaction_id 为 ${transaction_id} 的分账订单`,
      })
    }
    const { left } = await withAmounts(tx, order, now)
    return { transaction_id, unsplit_amount: left }
  },
})

/** 查询最大分账比例: how much of the orders of a sub-merchant others may get. */
export const queryMaxRatio = documentedCall('GET /v3/profitsharing/merchant-configs/{sub_mchid}', {
  id: 'queryMaxRatio',
  summary: 'Query the highest ratio of a sub-merchant that can be shared',
  fields: { 'path/sub_mchid': SUB_MCHID },
  refusals: {
    not_opened: '403 NO_AUTH',
    sub_not_opened: refusal(403, 'NO_AUTH')('reported', '子商户未开通分账功能', {
      en: 'the sub-merchant may not share',
      zh: '子商户没有分账权限',
      source: sharingSources.maxRatio,
    }),
    no_partnership: refusal(403, 'NO_AUTH')('reported', '非服务商下的签约子商户', {
      en: 'the merchant does not let the caller act for it',
      zh: '该商户不是调用方的子商户',
      source: sharingSources.maxRatio,
    }),
    own_number: invalidRequest('observed', '子商户或品牌商户不能为当前请求的服务商商户', {
      en: 'a merchant asks for itself',
      zh: '商户查询自己',
      source: leftInCode('子商户或品牌商户不能为当前请求的服务商商户'),
    }),
  },
  rules: [documented('max_ratio is in ten-thousandths: 2000 is 20 %.')],
  async handle({ path: { sub_mchid } }, context) {
    const { tx, caller, fail } = context
    if (sub_mchid === caller.mchid)
      fail('own_number', { en: `the caller is ${sub_mchid}`, zh: `调用方就是 ${sub_mchid}` })
    if (!(await sharingAccountOf(tx, caller.mchid)).opened) fail('not_opened', explainUnopened(caller.mchid))
    payerFor(sub_mchid, context)
    const { opened, max_ratio } = await sharingAccountOf(tx, sub_mchid)
    return opened ? { sub_mchid, max_ratio } : fail('sub_not_opened', explainUnopened(sub_mchid))
  },
})
