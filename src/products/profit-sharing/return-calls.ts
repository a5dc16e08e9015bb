import { type FieldRule, HELD_BY_RULES, type InputOf, type Refusal } from '../../catalogue/documented-call.ts'
import { documented, inferred, type OperationContext, REPEAT, type Rule, upon } from '../../engine/operation.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { formatInstant } from '../../wire/protocol/instant.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { byTheClock } from '../common/explain.ts'
import { aboutCall, createCall } from '../common/numbered-calls.ts'
import { fromPage, invalidRequest, parameterUnfit, refusal } from '../common/refusal.ts'
import { paymentSources } from '../payment/index.ts'
import { sharingAccountOf } from './receivers.ts'
import { NO_PARTNERSHIP, OUT_ORDER_NO, paramError, payerFor, SUB_MCHID } from './sharing-checks.ts'
import {
  payerOf,
  resultOf,
  type SharingOrder,
  type SharingReturn,
  sharingNumber,
  sharingOrders,
  sharingReturns,
} from './sharing-orders.ts'
import { type ReturnRefusal, returnDetails, returned, returnResult, returnShare } from './sharing-rules.ts'
import { tellReturn } from './sharing-store.ts'
import { sharingSources } from './sources.ts'

/** 商户回退单号: the page leaves out `|`. */
const OUT_RETURN_NO: FieldRule = { bytes: true, pattern: /^[0-9a-zA-Z_*@-]+$/.source, example: 'R20190516001' }

const ANSWER_RULES: readonly Rule[] = [
  documented('fail_reason is there of FAILED.'),
  documented('A return that is PROCESSING for five days has FAILED with TIME_OUT_CLOSED.'),
  inferred('finish_time is 1970-01-01T08:00:00+08:00 as long as it is PROCESSING.'),
]

const REFUSALS = {
  no_partnership: NO_PARTNERSHIP,
  request_no_reused: invalidRequest('sibling', '请求重入时，参数与首次请求时不一致', {
    en: 'the out_return_no was used before, with other values (answered as for orders)',
    zh: '该 out_return_no 已被使用过，且参数不同（与下单时的应答相同）',
    source: paymentSources.reorder,
  }),
  order_not_named: parameterUnfit({
    en: 'neither order_id nor out_order_no is given (that one is needed is documented)',
    zh: 'order_id 和 out_order_no 均未传（二选一必填见文档）',
  }),
  payer_returns: paramError('documented', '参数不正确，请检查参数', {
    en: 'return_mchid is the merchant whose order was shared (text documented, status and code inferred)',
    zh: 'return_mchid 就是分账的出资商户（文字见文档，状态码和错误码为推断）',
    source: sharingSources.questions,
  }),
  share_unknown: invalidRequest('documented', '分账指令不存在，或超过分账回退时效，请检查对应的分账单', {
    en: 'the caller has no such share, it is 180 days old, or the merchant got nothing of it; persons give nothing back (status and code documented for an old one)',
    zh: '调用方没有该分账单，分账已满 180 天，或该商户没有从中分得资金；个人不能回退（状态码和错误码见文档中超过时效的例子）',
    source: sharingSources.questions,
  }),
  returns_not_accepted: fromPage('403 NO_AUTH', {
    en: 'the sharing account of return_mchid has accepts_returns: false',
    zh: 'return_mchid 的分账设置中 accepts_returns 为 false',
  }),
  too_many_returns: invalidRequest('inferred', '同一笔分账单最多能发起50次分账回退请求', {
    en: 'there are 50 returns of the share already (the limit is documented, the error is ours)',
    zh: '该分账单已有 50 笔回退（上限见文档，错误为自拟）',
  }),
  more_than_left: invalidRequest('documented', '剩余可回退的金额不足', {
    en: 'all returns of the merchant together would be more than it got (text documented, status and code inferred)',
    zh: '该商户的回退总额会超过它分得的金额（文字见文档，状态码和错误码为推断）',
    source: sharingSources.questions,
  }),
  balance_too_low: refusal(403, 'NOT_ENOUGH')('documented', '可用余额不足，请充值后重新发起', {
    en: 'return_mchid has too little money (text documented, status and code inferred); only as a planned fault, since the mock answers PROCESSING then',
    zh: 'return_mchid 的可用余额不足（文字见文档，状态码和错误码为推断）；只能通过故障注入触发，因为此时模拟服务应答 PROCESSING',
    source: sharingSources.questions,
  }),
} as const satisfies Readonly<Record<string, Refusal>>

type ReturnBody = InputOf<'POST /v3/profitsharing/return-orders'>['body']

/** 请求分账回退: take back what a merchant got of an order. */
export const createSharingReturn = createCall(sharingReturns, 'POST /v3/profitsharing/return-orders', {
  id: 'createSharingReturn',
  summary: 'Take a share back from a merchant',
  fields: {
    'body/sub_mchid': SUB_MCHID,
    'body/order_id': { ...HELD_BY_RULES, min: 1 },
    'body/out_order_no': { ...OUT_ORDER_NO, ...HELD_BY_RULES },
    'body/out_return_no': OUT_RETURN_NO,
    'body/return_mchid': SUB_MCHID,
    'body/amount': { min: 1, example: 10 },
    'body/description': { min: 1, example: '用户退款' },
  },
  rateLimit: { calls: 100, seconds: 1, evidence: 'documented', source: sharingSources.questions },
  refusals: REFUSALS,
  rules: [
    documented(
      'order_id or out_order_no names the share; both may be given if they name the same (the latter is inferred).',
    ),
    upon(
      REPEAT,
      documented(
        'The same out_return_no with the same values is answered with the return as it is, and tried again while it is PROCESSING.',
      ),
    ),
    documented('It succeeds or fails at once.'),
    documented(
      'A return for which the receiver has too little money (returnable of its sharing account) is PROCESSING; the live service answers an error meanwhile.',
      sharingSources.questions,
    ),
    documented('The money goes to what the payer has available, and cannot be shared again.', sharingSources.questions),
    documented('It works after unfreezing, and after the receiver was deleted.', sharingSources.questions),
    inferred('The 180 days count from the share.'),
    documented(
      'The merchant that gives back is told at the address of its sharing account, if it has one: TRANSACTION.SUCCESS with the summary 分账回退.',
      sharingSources.notice,
    ),
    ...ANSWER_RULES,
  ],
  number: 'out_return_no',
  differs: 'request_no_reused',
  answer: returnDetails,
  again: (one, context) => (returnResult(one, context.now) === 'PROCESSING' ? attempt(one, context) : one),
  save: (_, one, context) => attempt(one, context),
  async make({ body }, made, context) {
    const { tx, now, ids, fail } = context
    const { sub_mchid, out_return_no, return_mchid, amount, description } = body
    if (body.order_id === undefined && body.out_order_no === undefined) {
      return fail('order_not_named', {
        en: '/body/out_order_no: missing, and so is /body/order_id',
        zh: '/body/out_order_no 与 /body/order_id 均未传',
      })
    }
    const payer = payerFor(sub_mchid, context)
    const share = await shareNamed(tx, made.mchid, body)
    if (!share || payerOf(share) !== payer) return fail('share_unknown', explainNoShare(body))
    if (return_mchid === payer) fail('payer_returns', { en: `${payer} is the payer`, zh: `${payer} 就是出资商户` })
    const before = await tx.in(sharingReturns).where('out_order_no', share.out_order_no, made.mchid)
    const decision = returnShare(share, before, { return_mchid, amount, at: now })
    if (!decision.ok) return fail(decision.reason, explainReturn(decision.reason, share, before, body, now))
    if (!(await sharingAccountOf(tx, return_mchid)).accepts_returns) {
      fail('returns_not_accepted', {
        en: `the sharing account of ${return_mchid} has accepts_returns: false`,
        zh: `${return_mchid} 的分账设置中 accepts_returns 为 false`,
      })
    }
    const { order_id, out_order_no, transaction_id } = share
    const return_id = sharingNumber('return_id', ids, now)
    const numbers = { sub_mchid, out_return_no, return_id, order_id, out_order_no, transaction_id }
    return { ...made, ...numbers, return_mchid, amount, description }
  },
})

/** Lets the receiver give its money back if it has enough; keeps the return either way. */
async function attempt(
  one: SharingReturn,
  context: Pick<OperationContext<never>, 'tx' | 'now' | 'ids'>,
): Promise<SharingReturn> {
  const { tx, now } = context
  const { return_mchid, amount } = one
  const { returnable } = await sharingAccountOf(tx, return_mchid)
  // Its other returns matter only where there is a limit.
  const others = returnable === undefined ? [] : await tx.in(sharingReturns).where('return_mchid', return_mchid)
  const given = others.filter((other) => returnResult(other, now) === 'SUCCESS')
  const isEnough = returnable === undefined || returned(given, return_mchid, now) + amount <= returnable
  const kept = isEnough ? { ...one, finish_time: now } : one
  await tx.in(sharingReturns).save(kept)
  if (kept.finish_time !== undefined) await tellReturn(tx, { ...kept, finish_time: now }, context)
  return kept
}

/** The share that both numbers of a request name, if it is one. */
async function shareNamed(
  tx: Transaction,
  mchid: string,
  { order_id, out_order_no }: Pick<ReturnBody, 'order_id' | 'out_order_no'>,
): Promise<SharingOrder | undefined> {
  const share =
    out_order_no === undefined
      ? (await tx.in(sharingOrders).where('order_id', order_id ?? '', mchid))[0]
      : await tx.in(sharingOrders).find(mchid, out_order_no)
  return order_id === undefined || share?.order_id === order_id ? share : undefined
}

/** 查询分账回退结果: look a return up. */
export const querySharingReturn = aboutCall(sharingReturns, 'GET /v3/profitsharing/return-orders/{out_return_no}', {
  id: 'querySharingReturn',
  summary: "Look up a return of a share by the merchant's number",
  fields: { 'path/out_return_no': OUT_RETURN_NO, 'query/sub_mchid': SUB_MCHID, 'query/out_order_no': OUT_ORDER_NO },
  rateLimit: { calls: 500, seconds: 1, evidence: 'documented', source: sharingSources.questions },
  refusals: {
    not_found: fromPage('404 RESOURCE_NOT_EXISTS', {
      en: 'the caller has no such return, or it is of another share or sub-merchant',
      zh: '调用方没有该回退单，或它属于另一个分账单或子商户',
    }),
  },
  rules: ANSWER_RULES,
  one: { en: 'return of a share', zh: '回退单' },
  unknown: 'not_found',
  by: ['out_order_no', 'sub_mchid'],
  handle: (one, _, { now }) => returnDetails(one, now),
})

function explainNoShare({ order_id, out_order_no }: Pick<ReturnBody, 'order_id' | 'out_order_no'>): Texts {
  const numbers = [order_id, out_order_no].filter((one) => one !== undefined)
  return {
    en: `the caller has no share that is ${numbers.join(' and ')}`,
    zh: `调用方没有分账单 ${numbers.join('、')}`,
  }
}

function explainReturn(
  reason: ReturnRefusal,
  share: SharingOrder,
  before: readonly SharingReturn[],
  { return_mchid, amount }: ReturnBody,
  now: number,
): Texts {
  const { out_order_no: number, create_time } = share
  const got = share.receivers.find(({ account }) => account === return_mchid)
  const state = got ? `${got.type}, ${got.amount} fen, ${resultOf(got, now)}` : 'nothing'
  const zhState = got ? `${got.type}，${got.amount} 分，${resultOf(got, now)}` : '无'
  const at = formatInstant(create_time)
  const clock = byTheClock(now)
  const given = returned(before, return_mchid, now)
  if (reason === 'share_unknown') {
    return {
      en: `share ${number} of ${at} has for ${return_mchid}: ${state}; ${clock.en}`,
      zh: `${at} 的分账单 ${number} 中 ${return_mchid} 的部分：${zhState}；${clock.zh}`,
    }
  }
  return {
    en: `share ${number} has for ${return_mchid}: ${state}; ${given} fen of it are given back in ${before.length} returns, ${amount} more are asked for`,
    zh: `分账单 ${number} 中 ${return_mchid} 的部分：${zhState}；已有 ${before.length} 笔回退，共 ${given} 分，本次请求回退 ${amount} 分`,
  }
}
