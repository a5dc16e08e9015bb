import { documentedCall, type InputOf, type Refusal } from '../../catalogue/documented-call.ts'
import { mayActFor } from '../../engine/keys/merchants.ts'
import { documented, inferred, type OperationContext } from '../../engine/operation.ts'
import { formatInstant } from '../../wire/protocol/instant.ts'
import { fromPage } from '../common/refusal.ts'
import { orders } from './orders.ts'
import { urlUnfit } from './prepay-refusals.ts'
import { applyForRefund, explainMoney, hasMoney, mayWait, type RefundBody } from './refund-application.ts'
import {
  ABNORMAL_REFUND,
  checkSubMerchant,
  findRefund,
  OUT_REFUND_NO,
  redirectRefund,
  refundDetails,
  SUB_MERCHANT_UNKNOWN,
  UNFIT,
} from './refund-calls.ts'
import { REFUND_FIELDS, REFUND_REFUSALS, REFUND_RULES } from './refund-refusals.ts'
import { advanceReturnResult, moneyOf, refundStatus } from './refund-rules.ts'
import { type AdvanceReturn, type Refund, refunds } from './refunds.ts'
import { paymentSources } from './sources.ts'

/** 二级商户号: up to 32 digits. */
const SUB_MCHID = { bytes: true, pattern: /^[1-9]\d*$/.source, example: '1900000109' } as const

const REFUND_ID = { bytes: true, example: '50000000382019052709732678859' } as const

const UNKNOWN = { ...SUB_MERCHANT_UNKNOWN, row: '400 MCH_NOT_EXISTS' } as const

const NO_RIGHT = {
  row: '403 NO_AUTH',
  when: {
    en: 'the sub-merchant does not list the caller among its partners (that this row is meant is inferred)',
    zh: '二级商户的服务商（partners）中没有调用方（适用此错误为推断）',
  },
} as const satisfies Refusal

const NOT_FOUND = {
  row: '404 RESOURCE_NOT_EXISTS',
  when: {
    en: 'the caller has no such refund, or it is of another sub-merchant',
    zh: '调用方没有该退款单，或它属于另一个二级商户',
  },
} as const satisfies Refusal

/** Refuses a sub-merchant (二级商户) that the caller may not act for. */
function checkWhose(
  subMchid: string | undefined,
  context: Pick<OperationContext<'sub_merchant_unknown' | 'no_right'>, 'caller' | 'merchantOf' | 'settings' | 'fail'>,
): void {
  checkSubMerchant(subMchid, context)
  const { caller, merchantOf, fail } = context
  const sub = subMchid === undefined ? undefined : merchantOf(subMchid)
  if (!sub || mayActFor(caller, sub)) return
  fail('no_right', {
    en: `${caller.mchid} is none of the partners of ${sub.mchid}; POST /_mock/merchants takes partners`,
    zh: `${caller.mchid} 不是 ${sub.mchid} 的服务商；添加商户（POST /_mock/merchants）时可以写 partners`,
  })
}

const PROMOTION_TYPES = { CASH: 'COUPON', NOCASH: 'DISCOUNT' } as const

/** A refund as platforms see it: whose money it is shows once there is some. */
function shown(refund: Refund, now: number) {
  const { promotion_detail, ...details } = refundDetails(refund, now)
  return {
    ...details,
    refund_account: refund.unfunded ? undefined : refund.refund_account,
    promotion_detail: promotion_detail.map((one) => ({ ...one, type: PROMOTION_TYPES[one.type] })),
  }
}

/** 申请退款 of 电商收付通: a platform gives the payer of its sub-merchant's order money back, its own if need be. */
export const applyPlatformRefund = documentedCall('POST /v3/ecommerce/refunds/apply', {
  id: 'applyPlatformRefund',
  summary: "Refund a sub-merchant's order as a platform, with its own money if need be",
  fields: {
    'body/sub_mchid': SUB_MCHID,
    ...REFUND_FIELDS,
    'body/amount/currency': { values: ['CNY'] },
    'body/funds_account': { values: ['AVAILABLE'] },
  },
  refusals: {
    url_unfit: urlUnfit,
    no_right: NO_RIGHT,
    timed_out: '500 SYSTEM_ERROR',
    ...REFUND_REFUSALS,
    sub_merchant_unknown: UNKNOWN,
    order_unknown: {
      row: '404 RESOURCE_NOT_EXISTS',
      when: { en: 'the caller has no such order', zh: '调用方没有该订单' },
    },
    not_paid: { row: '404 RESOURCE_NOT_EXISTS', when: { en: 'the order was not paid', zh: '订单未支付' } },
    sources_unfit: {
      row: UNFIT,
      when: {
        en: 'amount.from names an account twice, its amounts do not add up to the refund, the sharing of the order is over, or it stands beside funds_account or an advance',
        zh: 'amount.from 中同一账户出现两次、各项金额之和不等于退款金额、订单的分账已结束，或与 funds_account、平台垫付同时使用',
      },
    },
    order_rate: fromPage('429 FREQUENCY_LIMITED', {
      en: 'a refund of the order was applied for less than a minute ago (looked at with rateLimit=on; that calls which were refused do not count is inferred)',
      zh: '一分钟内已对该订单申请过退款（rateLimit=on 时检查；被拒绝的请求不计入为推断）',
    }),
  },
  rules: [
    ...REFUND_RULES,
    documented(
      'With REFUND_SOURCE_PARTNER_ADVANCE the platform pays only if the sub-merchant has not enough; refund_account says who did.',
    ),
    inferred(
      'amount.advance is the money that it takes from the platform, without coupons that are not settled and without the fee that comes back.',
    ),
    documented('As long as no money was taken for the refund, refund_account is left out.'),
    documented('Whether the platform has opened advances is not checked.'),
    documented('A refund of an order can be applied for once a minute; the mock looks at this with rateLimit=on.'),
    inferred('Applying again with the same number counts, too.'),
  ],

  rateLimit: { calls: 150, seconds: 1, evidence: 'documented' },

  async handle({ body }, context) {
    const { amount, funds_account, refund_account = 'REFUND_SOURCE_SUB_MERCHANT' } = body
    if (amount.from && (funds_account !== undefined || refund_account === 'REFUND_SOURCE_PARTNER_ADVANCE')) {
      context.fail('sources_unfit', {
        en: '/body/amount/from: given beside funds_account or REFUND_SOURCE_PARTNER_ADVANCE',
        zh: '/body/amount/from：不能与 funds_account 或 REFUND_SOURCE_PARTNER_ADVANCE 同时使用',
      })
    }
    await checkRate(body, context)
    const refund = await applyForRefund({ ...body, refund_account }, context, checkWhose)
    return shown(refund, context.now)
  },
})

const A_MINUTE = 60_000

/** With rateLimit=on, refuses a refund of an order less than a minute after the last one. */
async function checkRate(
  { transaction_id = '', out_trade_no }: RefundBody,
  { tx, now, caller: { mchid }, settings, fail }: OperationContext<'order_rate'>,
): Promise<void> {
  if (settings.rateLimit === 'off') return
  const [order] =
    out_trade_no === undefined ? await tx.in(orders).where('transaction_id', transaction_id, mchid) : [{ out_trade_no }]
  if (!order) return
  const before = await tx.in(refunds).where('out_trade_no', order.out_trade_no, mchid)
  const next = Math.max(...before.map(({ create_time }) => create_time + A_MINUTE))
  if (now >= next) return
  const from = formatInstant(next)
  fail('order_rate', {
    en: `a refund of order ${order.out_trade_no} can be applied for once a minute; the next from ${from} by the mock's clock`,
    zh: `订单 ${order.out_trade_no} 每分钟最多申请退款 1 次，从模拟时钟的 ${from} 起可再次申请`,
  })
}

type RefundQuery =
  | 'GET /v3/ecommerce/refunds/id/{refund_id}'
  | 'GET /v3/ecommerce/refunds/out-refund-no/{out_refund_no}'

const QUERY = {
  fields: { 'query/sub_mchid': SUB_MCHID },
  refusals: { sub_merchant_unknown: UNKNOWN, no_right: NO_RIGHT, not_found: NOT_FOUND, timed_out: '500 SYSTEM_ERROR' },
  rules: [documented('success_time is there once it has succeeded.')],
  async handle(
    { path, query }: Pick<InputOf<RefundQuery>, 'path' | 'query'>,
    context: OperationContext<'sub_merchant_unknown' | 'no_right' | 'not_found'>,
  ) {
    checkWhose(query.sub_mchid, context)
    return shown(await findRefund({ ...path, ...query }, context), context.now)
  },
} as const

/** 查询单笔退款（按微信支付退款单号） */
export const queryPlatformRefundById = documentedCall('GET /v3/ecommerce/refunds/id/{refund_id}', {
  ...QUERY,
  fields: { ...QUERY.fields, 'path/refund_id': REFUND_ID },
  id: 'queryPlatformRefundById',
  summary: "Look a platform's refund up by WeChat Pay's number",
})

/** 查询单笔退款（按商户退款单号） */
export const queryPlatformRefund = documentedCall('GET /v3/ecommerce/refunds/out-refund-no/{out_refund_no}', {
  ...QUERY,
  fields: { ...QUERY.fields, 'path/out_refund_no': OUT_REFUND_NO },
  id: 'queryPlatformRefund',
  summary: "Look a platform's refund up by its own number",
})

/** 申请异常退款 of 电商收付通 */
export const applyPlatformAbnormalRefund = documentedCall(
  'POST /v3/ecommerce/refunds/{refund_id}/apply-abnormal-refund',
  {
    ...ABNORMAL_REFUND,
    id: 'applyPlatformAbnormalRefund',
    summary: 'Redirect an abnormal refund to a bank card, as a platform',
    refusals: {
      ...ABNORMAL_REFUND.refusals,
      // The page lists no errors of its own.
      not_abnormal: {
        ...ABNORMAL_REFUND.refusals.not_abnormal,
        evidence: 'sibling',
        source: paymentSources.refundPage,
      },
    },
    handle: async (input, context) => shown(await redirectRefund(input, context), context.now),
  },
)

/** The return of a refund's advance at an instant. */
function returnDetails(refund: Refund, advanceReturn: AdvanceReturn, now: number) {
  const { advance_return_id, success_time } = advanceReturn
  return {
    refund_id: refund.refund_id,
    advance_return_id,
    return_amount: moneyOf(refund).advance,
    payer_mchid: refund.sub_mchid,
    payer_account: 'BASIC',
    payee_mchid: refund.mchid,
    payee_account: 'BASIC',
    result: advanceReturnResult(advanceReturn, now),
    success_time,
  }
}

const RETURN_RULES = [
  documented(
    'A return waits 90 days for the money of the sub-merchant, with refundWithoutMoney=waits, and then has failed for good (that NOT_ENOUGH is the answer otherwise is inferred).',
  ),
  inferred('It takes the money at once, from one basic account to the other.'),
]

/** 垫付回补: a sub-merchant pays back what its platform advanced for a refund. */
export const returnAdvance = documentedCall('POST /v3/ecommerce/refunds/{refund_id}/return-advance', {
  id: 'returnAdvance',
  summary: 'Pay the platform back what it advanced for a refund',
  fields: { 'path/refund_id': REFUND_ID, 'body/sub_mchid': SUB_MCHID },
  refusals: {
    sub_merchant_unknown: UNKNOWN,
    no_right: NO_RIGHT,
    not_found: {
      row: '404 RESOURCE_NOT_EXISTS',
      when: {
        en: 'the caller has no such refund, it is of another sub-merchant, or it has not been paid out',
        zh: '调用方没有该退款单、它属于另一个二级商户，或退款尚未完成',
      },
    },
    not_returnable: {
      row: UNFIT,
      when: {
        en: 'the platform advanced nothing for the refund, or its return has failed for good (that this error applies is inferred)',
        zh: '该退款没有垫付，或回补已失败、不能再发起（适用此错误为推断）',
      },
    },
    not_enough: {
      row: '403 NOT_ENOUGH',
      when: {
        en: 'all refunds of the sub-merchant together with the advance would exceed its `refundable`',
        zh: '二级商户的退款总额加上垫付金额会超过它的 `refundable`',
      },
    },
    timed_out: '500 SYSTEM_ERROR',
  },
  rules: [
    ...RETURN_RULES,
    documented('As long as it waits, a repeat tries again; the tries of WeChat Pay itself are not simulated.'),
    inferred('Once it succeeded, a repeat is answered with it.'),
  ],

  async handle({ path, body }, context) {
    const { tx, now, caller, ids, settings, merchantOf, fail } = context
    checkWhose(body.sub_mchid, context)
    const refund = await findRefund({ ...path, ...body }, context)
    if (refund.advance_return?.success_time !== undefined) return returnDetails(refund, refund.advance_return, now)
    const status = refundStatus(refund, now)
    const is = { en: `refund ${path.refund_id} is ${status}`, zh: `退款单 ${path.refund_id} 的状态是 ${status}` }
    if (status === 'PROCESSING' || status === 'CLOSED') fail('not_found', is)
    const { advance } = moneyOf(refund)
    const { advance_return = { advance_return_id: ids.digits(28), create_time: now } } = refund
    const result = advanceReturnResult(advance_return, now)
    if (advance === undefined || result === 'FAILED') {
      return fail('not_returnable', {
        en: `of refund ${path.refund_id} ${advance ?? 0} fen were advanced, and the return is ${result}`,
        zh: `退款单 ${path.refund_id} 垫付 ${advance ?? 0} 分，回补结果为 ${result}`,
      })
    }
    const payer = merchantOf(body.sub_mchid)
    const isPaid = await hasMoney(tx, caller, payer, refund.refund)
    if (!isPaid && !mayWait(settings)) return fail('not_enough', explainMoney(payer, refund.refund))
    const asked = isPaid ? { ...advance_return, success_time: now } : advance_return
    await tx.in(refunds).save({ ...refund, advance_return: asked })
    return returnDetails(refund, asked, now)
  },
})

/** 查询垫付回补结果 */
export const queryAdvanceReturn = documentedCall('GET /v3/ecommerce/refunds/{refund_id}/return-advance', {
  id: 'queryAdvanceReturn',
  summary: 'Look up whether what the platform advanced for a refund was paid back',
  fields: { 'path/refund_id': REFUND_ID, 'query/sub_mchid': SUB_MCHID },
  refusals: {
    sub_merchant_unknown: UNKNOWN,
    not_found: {
      row: '404 RESOURCE_NOT_EXISTS',
      when: {
        en: 'the caller has no such refund, it is of another sub-merchant, or nobody asked for its advance',
        zh: '调用方没有该退款单、它属于另一个二级商户，或未发起过垫付回补',
      },
    },
    timed_out: '500 SYSTEM_ERROR',
  },
  rules: RETURN_RULES,

  async handle({ path, query }, context) {
    checkSubMerchant(query.sub_mchid, context)
    const refund = await findRefund({ ...path, ...query }, context)
    if (refund.advance_return) return returnDetails(refund, refund.advance_return, context.now)
    return context.fail('not_found', {
      en: `nobody asked for the advance of refund ${path.refund_id}`,
      zh: `退款单 ${path.refund_id} 未发起过垫付回补`,
    })
  },
})
