import type { InputOf, Refusal } from '../../catalogue/documented-call.ts'
import {
  documented,
  inferred,
  type OperationContext,
  observed,
  REPEAT,
  reported,
  upon,
} from '../../engine/operation.ts'
import { fieldError } from '../../wire/protocol/field-check.ts'
import { formatInstant } from '../../wire/protocol/instant.ts'
import { sources } from '../../wire/protocol/sources.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { byTheClock, mayUseAppid } from '../common/explain.ts'
import { createCall } from '../common/numbered-calls.ts'
import { fromPage, invalidRequest } from '../common/refusal.ts'
import { leftInCode, sumOf } from '../payment/index.ts'
import { belongsToAppid, findUsers } from '../platform/index.ts'
import { type SharingReceiver, sharingAccountOf, sharingReceivers } from './receivers.ts'
import { profitSharingSettings } from './settings.ts'
import {
  ANSWER_RULES,
  checkPause,
  explainLeft,
  explainNoOrder,
  explainUnopened,
  type FoundOrder,
  NO_PARTNERSHIP,
  NO_RIGHT,
  OF_ANOTHER,
  OUT_ORDER_NO,
  orderFor,
  paramError,
  partOf,
  payerFor,
  RECEIVERS_DIFFER,
  SUB_MCHID,
  shareOf,
  TOO_OFTEN,
  TRANSACTION_ID,
} from './sharing-checks.ts'
import { type SharedPart, type SharingOrder, sharingDetails, sharingOrders } from './sharing-orders.ts'
import {
  isOwn,
  mostForOthers,
  RECEIVERS_PER_SHARE,
  type ShareRefusal,
  shareOrder,
  type WantedShare,
} from './sharing-rules.ts'
import { keepSharing } from './sharing-store.ts'
import { sharingSources } from './sources.ts'

const NOT_SHARING = invalidRequest('documented', '非分账订单不支持分账', {
  en: 'nobody has a paid order with this transaction_id, or it was placed without profit_sharing (text documented, status and code inferred)',
  zh: '没有该 transaction_id 的已支付订单，或下单时没有传 profit_sharing（文字见文档，状态码和错误码为推断）',
  source: sharingSources.questions,
})

const planned = (text: string, en: string, zh: string) =>
  invalidRequest('documented', text, {
    en: `${en} (text documented, status and code inferred); only as a planned fault`,
    zh: `${zh}（文字见文档，状态码和错误码为推断）；只能通过故障注入触发`,
    source: sharingSources.questions,
  })

const REFUSALS = {
  no_partnership: NO_PARTNERSHIP,
  no_right: NO_RIGHT,
  amounts_differ: paramError('documented', '分账接收方金额与原请求不一致', {
    en: 'the out_order_no shared with the same receivers before, with other amounts (text documented, status and code those of other receivers)',
    zh: '该 out_order_no 已对相同的接收方分过账，且金额不同（文字见文档，状态码和错误码与接收方不同时相同）',
    source: sharingSources.questions,
  }),
  receivers_differ: RECEIVERS_DIFFER,
  order_of_another_merchant: OF_ANOTHER,
  not_sharing: NOT_SHARING,
  too_early: invalidRequest('documented', '订单处理中，请稍后重试', {
    en: 'the order was paid less than a minute ago, or whatever shareAfter says (text documented, status and code inferred)',
    zh: '订单支付未满一分钟（可用 shareAfter 设置；文字见文档，状态码和错误码为推断）',
    source: sharingSources.questions,
  }),
  not_settled: planned(
    '订单处理中，请在到达结算周期之后再请求分账',
    'the settlement of the merchant is delayed',
    '商户被延长了结算周期',
  ),
  busy: planned('请求正在处理中，请稍后重试', 'another request is being handled', '有并发的请求正在处理'),
  finished: invalidRequest('reported', '订单已完结分账，不支持分账', {
    en: 'the rest of the order was unfrozen by a call (status and code inferred)',
    zh: '该订单的剩余资金已通过接口解冻（状态码和错误码为推断）',
    source: sources.vendorSkills,
  }),
  too_often: TOO_OFTEN,
  receiver_twice: paramError('inferred', '单次分账请求中，每个分账接收方只能出现一次', {
    en: 'a receiver is named twice (that it may be named once is documented, the error is ours)',
    zh: '同一接收方出现两次（只能出现一次见文档，错误为自拟）',
  }),
  payer_is_receiver: invalidRequest('documented', '分账接收方不允许为分账出资方', {
    en: 'with unfreeze_unsplit, the merchant whose order is shared is among the receivers (text documented, status and code inferred)',
    zh: 'unfreeze_unsplit 为 true，而接收方中有出资商户（文字见文档，状态码和错误码为推断）',
    source: sharingSources.questions,
  }),
  receiver_unknown: paramError('documented', '分账接收方关系不存在，请检查参数中每个接收方的关系', {
    en: 'a receiver was not added (text documented, status and code reported)',
    zh: '接收方没有添加过（文字见文档，状态码和错误码来自开发者反馈）',
    source: [sharingSources.questions, leftInCode('分账接收方关系不存在')],
  }),
  name_differs: invalidRequest('documented', '分账接收商户全称不匹配', {
    en: 'the name of a receiver is not the one that it was added with (text documented for adding it, status and code inferred)',
    zh: '接收方的 name 与添加时的不同（文字见添加接收方的文档，状态码和错误码为推断）',
    source: sharingSources.questions,
  }),
  openid_unfit: invalidRequest('observed', 'appid与openid不匹配', {
    en: 'the openid of a receiver belongs to another appid, or the appid is not bound to the merchant',
    zh: '接收方的 openid 属于另一个 appid，或该 appid 未与商户绑定',
    source: [leftInCode('appid与openid不匹配'), sharingSources.questions],
  }),
  too_many_shares: invalidRequest('inferred', '同一笔订单最多能发起50次分账请求', {
    en: 'the order was shared 50 times already (the limit is documented, the error is ours)',
    zh: '该订单已分账 50 次（上限见文档，错误为自拟）',
  }),
  not_enough: fromPage('403 NOT_ENOUGH', {
    en: 'less than that is left of the frozen money of the order: nothing after 30 days, or after a full refund',
    zh: '订单剩余的待分金额不足：支付满 30 天或全额退款后为 0',
  }),
  over_ratio: invalidRequest(
    'observed',
    '分账金额超出最大分账比例，最大可分账金额需等比例扣除退款与补差回退等逆向交易金额',
    {
      en: 'others would get more of the order, without its refunds, than the highest ratio of the merchant',
      zh: '其他接收方分得的金额合计会超过订单金额（扣除退款）乘以商户的最大分账比例',
      source: leftInCode('分账金额超出最大分账比例，最大可分账金额需等比例扣除退款'),
    },
  ),
  over_ratio_as_documented: fromPage('403 RULE_LIMIT', {
    en: 'with ratioError=documented: others would get more of the order than the highest ratio of the merchant',
    zh: '设置 ratioError=documented 时：其他接收方分得的金额合计会超过订单金额乘以商户的最大分账比例',
  }),
} as const satisfies Readonly<Record<string, Refusal>>

type ShareBody = InputOf<'POST /v3/profitsharing/orders'>['body']

/** 请求分账: share an order with receivers. */
export const createSharing = createCall(sharingOrders, 'POST /v3/profitsharing/orders', {
  id: 'createSharing',
  summary: 'Share an order with receivers',
  fields: {
    'body/sub_mchid': SUB_MCHID,
    'body/transaction_id': TRANSACTION_ID,
    'body/out_order_no': OUT_ORDER_NO,
    'body/receivers': { min: 1, max: RECEIVERS_PER_SHARE },
    'body/receivers/account': { min: 1, example: '1900000109' },
    'body/receivers/name': { bytes: true },
    'body/receivers/amount': { min: 1, example: 100 },
    'body/receivers/description': { min: 1, example: '分给商户1900000109' },
  },
  rateLimit: { calls: 300, seconds: 1, evidence: 'documented', source: sharingSources.questions },
  refusals: REFUSALS,
  rules: [
    upon(REPEAT, documented('The same out_order_no with the same values is answered with the share as it is.')),
    inferred(
      'Judged in this order: the fields, the out_order_no, the right, the order, the pause, the receivers, what is left, the ratio.',
    ),
    documented('An order is shared at most once a second, which counts with rateLimit=on.', sharingSources.questions),
    documented('An order can be shared a minute after its payment; shareAfter changes that.', sharingSources.questions),
    documented(
      'A share that was accepted counts toward the 50 of its order, even if its receivers fail; one that was refused does not.',
      sharingSources.questions,
    ),
    documented(
      'What can be shared is the money of the order without its fee (0.60 %, inferred; none where feeAccount=FEES), coupons of the kind NOCASH, refunds and shares.',
      sharingSources.questions,
    ),
    documented('The highest ratio counts all that others get of an order, 30 % by default; control calls change it.'),
    documented('The merchant of the order may be a receiver, needs no relation, and does not count for the ratio.'),
    inferred('A receiver is PENDING for a second.'),
    inferred('The money of a receiver that fails is frozen again; one page says that the merchant gets it.'),
    inferred(
      'A receiver fails for the reason that it was added with by a control call, or for ACCOUNT_ABNORMAL if its user has closed the account.',
    ),
    observed(
      'With unfreeze_unsplit what is left is one more receiver: the merchant of the order, with the description 解冻给分账方.',
      leftInCode('"description":"解冻给分账方"'),
    ),
    documented(
      'A merchant that got a share is told at the address of its sharing account, if it has one; persons and the payer are not.',
      sharingSources.notice,
    ),
    reported(
      'The models of the official Java SDK have a notify_url, which changes nothing.',
      sharingSources.javaModels,
    ),
    reported('Persons get 200,000 yuan a month at most; the mock does not add that up.', sharingSources.questions),
    ...ANSWER_RULES,
  ],
  number: 'out_order_no',
  differs: (share, body) => (differsInAmounts(share, body) ? 'amounts_differ' : 'receivers_differ'),
  answer: sharingDetails,
  save: keepSharing,
  async make({ body }, made, context) {
    const { tx, now, settings, fail } = context
    const payer = payerFor(body.sub_mchid, context)
    const account = await sharingAccountOf(tx, payer)
    if (!account.opened) fail('no_right', explainUnopened(payer))
    checkAppids(body)
    const order = await orderFor(body, context)
    if (!order) return fail('not_sharing', explainNoOrder(body.transaction_id))
    const asLive = profitSharingSettings.ratioError.of(settings) === 'live'
    const wanted = {
      others: sumOf(body.receivers.filter((one) => !isOwn(one, payer))),
      own: sumOf(body.receivers.filter((one) => isOwn(one, payer))),
      max_ratio: account.max_ratio,
      afterRefunds: asLive,
      afterMs: profitSharingSettings.shareAfter.of(settings) * 1_000,
      at: now,
    }
    const decision = shareOrder(order, wanted)
    const refuseShare = (reason: ShareRefusal) =>
      fail(
        reason === 'over_ratio' && !asLive ? 'over_ratio_as_documented' : reason,
        reason === 'too_early' ? explainWait(order, wanted) : explainMoney(order, wanted),
      )
    if (!decision.ok && !OF_MONEY.includes(decision.reason)) refuseShare(decision.reason)
    checkPause(order, context)
    const receivers: SharedPart[] = []
    for (const one of body.receivers) {
      const fail_reason = await failReasonOf(one, payer, body, context)
      const { name: _, ...part } = one
      receivers.push({ ...partOf(part, context), ...(fail_reason && { fail_reason }) })
    }
    if (!decision.ok) return refuseShare(decision.reason)
    const rest = { type: 'MERCHANT_ID', account: payer, amount: decision.value, description: '解冻给分账方' } as const
    if (body.unfreeze_unsplit && rest.amount > 0) receivers.push(partOf(rest, context))
    const unfreezes = body.unfreeze_unsplit ? ('rest' as const) : ('nothing' as const)
    return { ...made, ...shareOf(body, order, context), unfreezes, receivers }
  },
})

/** Judged behind the receivers. */
const OF_MONEY: readonly ShareRefusal[] = ['not_enough', 'over_ratio']

/** Whether a repeated number brings the same receivers with other amounts. */
function differsInAmounts(existing: SharingOrder, { receivers }: ShareBody): boolean {
  const named = (some: readonly Pick<SharedPart, 'type' | 'account'>[]) =>
    some.map(({ type, account }) => `${type} ${account}`).join()
  const before = existing.receivers.slice(0, receivers.length)
  return named(before) === named(receivers) && before.some(({ amount }, i) => amount !== receivers[i]?.amount)
}

const TITLES = { appid: '公众账号ID', sub_appid: '特约商户公众账号ID' } as const

/** Requires the appid that openids of receivers belong to. @throws ApiError */
function checkAppids(body: ShareBody): void {
  const needed = { PERSONAL_OPENID: 'appid', PERSONAL_SUB_OPENID: 'sub_appid', MERCHANT_ID: undefined } as const
  for (const { type } of body.receivers) {
    const field = needed[type]
    if (field === undefined || body[field] !== undefined) continue
    throw fieldError(
      'body',
      [field],
      TITLES[field],
      { rule: 'missing' },
      {
        en: `/body/${field}: missing, with a receiver ${type}`,
        zh: `/body/${field}：缺少此字段，有 ${type} 接收方时必填`,
      },
    )
  }
}

/** Checks one receiver. @returns why it will not get its share, if it will not */
async function failReasonOf(
  one: ShareBody['receivers'][number],
  payer: string,
  { appid = '', sub_appid = '', receivers, unfreeze_unsplit }: ShareBody,
  { tx, caller, merchantOf, fail }: OperationContext<keyof typeof REFUSALS>,
): Promise<SharingReceiver['fail_reason']> {
  const { type, account, name } = one
  const explanation = explainReceiver(one, payer)
  if (receivers.filter((other) => other.type === type && other.account === account).length > 1) {
    fail('receiver_twice', explanation)
  }
  if (isOwn(one, payer)) return unfreeze_unsplit ? fail('payer_is_receiver', explanation) : undefined
  const relation = await tx.in(sharingReceivers).find(payer, type, account)
  if (!relation) return fail('receiver_unknown', explanation)
  if (name !== undefined && relation.name !== undefined && name !== relation.name) fail('name_differs', explanation)
  if (type === 'MERCHANT_ID') return relation.fail_reason
  const [owner, of] = type === 'PERSONAL_OPENID' ? [caller, appid] : [merchantOf(payer), sub_appid]
  const users = await findUsers(tx, account, [owner?.mchid ?? payer])
  if ((owner && !mayUseAppid(of, [owner])) || !belongsToAppid(users, of)) fail('openid_unfit', explanation)
  return relation.fail_reason ?? (users.some(({ closed }) => closed) ? 'ACCOUNT_ABNORMAL' : undefined)
}

function explainReceiver({ type, account }: Pick<SharedPart, 'type' | 'account'>, payer: string): Texts {
  return { en: `receiver ${type} ${account}, of orders of ${payer}`, zh: `${payer} 的分账接收方 ${type} ${account}` }
}

function explainWait({ out_trade_no, success_time = 0 }: FoundOrder, { afterMs, at }: WantedShare): Texts {
  const from = formatInstant(success_time + afterMs)
  const clock = byTheClock(at)
  return {
    en: `order ${out_trade_no} can be shared from ${from} on; ${clock.en}: move that, or set share_after`,
    zh: `订单 ${out_trade_no} 自 ${from} 起才能分账；${clock.zh}：可推进时钟，或修改设置 share_after`,
  }
}

function explainMoney(order: FoundOrder, wanted: WantedShare): Texts {
  const { others, own, at } = wanted
  const left = explainLeft(order, at)
  const most = mostForOthers(order, wanted)
  return {
    en: `${others + own} fen are asked for, ${others} of them for others, who may get ${most} in all; ${left.en}`,
    zh: `本次请求分 ${others + own} 分，其中分给其他接收方 ${others} 分，其他接收方合计最多 ${most} 分；${left.zh}`,
  }
}
