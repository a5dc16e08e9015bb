import { z } from 'zod'
import type { CallsFor } from '../../control/call.ts'
import { field, stateOf, transition } from '../../control/life.ts'
import { addCalls } from '../../control/row-calls.ts'
import { rowFaces } from '../../control/row-faces.ts'
import { belongsBy, defineThing, fact, link, reason } from '../../control/things/thing.ts'
import { UsageError } from '../../wire/protocol/errors.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { orders, sumOf } from '../payment/index.ts'
import { account, FAIL_REASONS, failReason, RECEIVER_TYPES, sharingAccounts, sharingReceivers } from './receivers.ts'
import type { routes } from './routes.ts'
import {
  finishedAt,
  RETURN_FAIL_REASONS,
  resultOf,
  returnFailReason,
  sharingReturn as returnRow,
  sharingOrder as row,
  type SharingOrder,
  sharingOrders,
  sharingReturns,
  sharingState,
} from './sharing-orders.ts'
import { endOf, returnResult } from './sharing-rules.ts'
import { keepSharing, tellReturn } from './sharing-store.ts'

const { one: addSharingAccount, many: addSharingAccounts } = addCalls(sharingAccounts, {
  summary:
    'Say what a merchant has set for profit sharing (分账设置), or what several have; what was said before is replaced',
})

const { one: addSharingReceiver, many: addSharingReceivers } = addCalls(sharingReceivers, {
  summary: 'Add a receiver of shares (分账接收方) or a list of them; one with the same account is replaced',
})

const shares = rowFaces(sharingOrders, row, {
  id: 'ShownSharingOrder',
  description: 'a share of an order as it is now',
  one: { en: 'sharing order', zh: '分账单' },
  key: 'out_order_no',
  member: 'state',
  state: sharingState,
  stages: [[stateOf('PROCESSING', 'under way', '处理中', 'warn')], [stateOf('FINISHED', 'done', '分账完成', 'good')]],
  advice: { en: 'make it with a call', zh: '请先调用接口请求分账' },
  keep: keepSharing,
})

const isSettled = { en: 'The share is settled.', zh: '分账结果已设定。' } as const

const reasonField = (options: Readonly<Record<string, Texts>>) =>
  field('fail_reason', 'Reason', '失败原因', { options, isNeeded: true })

const settleSharingOrder = shares.change({
  summary: 'Settle the receivers of a share that are PENDING now, or one of them; merchants are told, unless they fail',
  transitions: [
    transition('settled', 'time', ['PROCESSING'], 'FINISHED', {
      title: { en: 'Pay out', zh: '分账到账' },
      done: isSettled,
    }),
    transition('failed', 'hand', ['PROCESSING'], 'FINISHED', {
      title: { en: 'Fail', zh: '分账失败' },
      fields: [reasonField(FAIL_REASONS)],
      done: isSettled,
    }),
  ],
  body: z.strictObject({
    account: account.optional().describe('the receiver; all that are PENDING if left out'),
    fail_reason: failReason
      .optional()
      .describe('why they get nothing; if left out, they get their money, unless they were to fail anyway'),
  }),
  bodyOptional: true,
  refusals: { MOCK_SHARING_STATE: { status: 409, when: 'no such receiver of the share is PENDING' } },
  apply(one, { now, body: { account, fail_reason } }) {
    const settles = (part: SharingOrder['receivers'][number]) =>
      resultOf(part, now) === 'PENDING' && (account === undefined || part.account === account)
    if (!one.receivers.some(settles)) {
      throw new UsageError('MOCK_SHARING_STATE', {
        en: `No such receiver of share ${one.out_order_no} is PENDING: share once more, and settle it within a second or with the clock frozen.`,
        zh: `分账单 ${one.out_order_no} 没有处于 PENDING 的此接收方：请另请求一次分账，并在一秒之内或时钟冻结时设定结果。`,
      })
    }
    const settled = (part: SharingOrder['receivers'][number]) =>
      settles(part) ? { ...part, finish_time: now, ...(fail_reason && { fail_reason }) } : part
    return { ...one, receivers: one.receivers.map(settled) }
  },
})

const returns = rowFaces(sharingReturns, returnRow, {
  id: 'ShownSharingReturn',
  description: 'a return of a share as it is now',
  one: { en: 'sharing return', zh: '分账回退单' },
  key: 'out_return_no',
  member: 'result',
  state: returnResult,
  at(one, now) {
    const end = endOf(one, now)
    return { ...one, ...(end && { finish_time: end.time, fail_reason: end.fail_reason }) }
  },
  stages: [
    [stateOf('PROCESSING', 'under way', '处理中', 'warn')],
    [stateOf('SUCCESS', 'done', '已成功', 'good'), stateOf('FAILED', 'failed', '已失败', 'bad')],
  ],
  advice: { en: 'make it with a call', zh: '请先调用接口请求分账回退' },
})

const isReturned = { en: 'The return is settled.', zh: '回退结果已设定。' } as const

const settleSharingReturn = returns.change({
  summary: 'Settle a return of a share that is PROCESSING now; the merchant that gives back is told, unless it fails',
  transitions: [
    transition('returned', 'call', ['PROCESSING'], 'SUCCESS', {
      title: { en: 'Give back', zh: '回退成功' },
      done: isReturned,
    }),
    transition('failed', 'hand', ['PROCESSING'], 'FAILED', {
      title: { en: 'Fail', zh: '回退失败' },
      fields: [reasonField(RETURN_FAIL_REASONS)],
      done: isReturned,
    }),
  ],
  body: z.strictObject({
    fail_reason: returnFailReason.optional().describe('why it FAILED; SUCCESS if left out'),
  }),
  bodyOptional: true,
  refusals: { MOCK_SHARING_STATE: { status: 409, when: 'the return is not PROCESSING' } },
  async apply(one, { tx, now, ids, body: { fail_reason } }) {
    if (returnResult(one, now) !== 'PROCESSING') {
      throw new UsageError('MOCK_SHARING_STATE', {
        en: `Return ${one.out_return_no} is ${returnResult(one, now)} already: one waits if its merchant has too little money (returnable of its sharing account).`,
        zh: `回退单 ${one.out_return_no} 已是 ${returnResult(one, now)}：回退方余额不足（分账设置中的 returnable）时才会处于 PROCESSING。`,
      })
    }
    const settled = { ...one, finish_time: now, ...(fail_reason && { fail_reason }) }
    if (!fail_reason) await tellReturn(tx, settled, { now, ids })
    return settled
  },
})

/** Shares as the dashboard shows them. */
const sharingThing = shares.thing({
  one: { en: 'Share', zh: '分账单' },
  none: {
    en: 'No shares yet. Share an order that was placed with profit_sharing with a call.',
    zh: '还没有分账单。下单时传 profit_sharing，支付后可以调用接口请求分账。',
  },
  transitions: [settleSharingOrder],
  since: (share, now) => (now >= finishedAt(share) ? finishedAt(share) : undefined),
  search: {
    hint: { en: 'Number of the share or of the order, receiver', zh: '分账单号、订单号、接收方' },
    texts: ({ out_order_no, order_id, transaction_id, out_trade_no, receivers }) => [
      out_order_no,
      order_id,
      transaction_id,
      out_trade_no,
      ...receivers.map(({ account }) => account),
    ],
  },
  facts: [
    { title: { en: 'Amount', zh: '分账金额' }, of: ({ receivers }) => sumOf(receivers), as: 'money', inList: 'beside' },
    link('out_trade_no', 'Order', '订单', orders, { inList: 'under' }),
    { title: { en: 'Receivers', zh: '接收方' }, of: receiversOf },
    {
      title: { en: 'Unfreezes', zh: '解冻剩余资金' },
      of: ({ unfreezes }) => (unfreezes === 'nothing' ? { en: 'nothing', zh: '否' } : { en: 'what is left', zh: '是' }),
    },
    fact('mchid', 'Merchant', '商户号', { as: 'code' }),
    fact('sub_mchid', 'Sub-merchant', '子商户号', { as: 'code' }),
    fact('create_time', 'Requested', '请求时间', { as: 'time', inList: 'end' }),
    fact('order_id', 'WeChat Pay number', '微信分账单号', { as: 'code' }),
  ],
  belongs: [belongsBy('transaction_id', orders, sharingOrders, { en: 'Shares', zh: '分账' })],
})

/** Each receiver with its amount in yuan, and why it gets nothing. */
function receiversOf({ receivers }: ReturnType<typeof shares.show>): Texts {
  const listed = (language: keyof Texts) =>
    receivers
      .map(({ account, amount, fail_reason }) => {
        const why = fail_reason && `${fail_reason} ${FAIL_REASONS[fail_reason][language]}`
        return `${account} ${(amount / 100).toFixed(2)}${why === undefined ? '' : language === 'en' ? ` (${why})` : `（${why}）`}`
      })
      .join(language === 'en' ? ', ' : '，')
  return { en: listed('en'), zh: listed('zh') }
}

/** Returns as the dashboard shows them. */
const returnThing = returns.thing({
  one: { en: 'Share return', zh: '分账回退单' },
  isListed: false,
  transitions: [
    settleSharingReturn,
    transition('timed_out', 'time', ['PROCESSING'], 'FAILED', { title: { en: '5 days pass', zh: '满 5 天' } }),
  ],
  since: (one, now) => endOf(one, now)?.time,
  about: ({ description }) => description,
  facts: [
    fact('amount', 'Amount', '回退金额', { as: 'money', inList: 'beside' }),
    link('out_order_no', 'Share', '分账单', sharingOrders, { inList: 'under' }),
    fact('return_mchid', 'Gives back', '回退商户号', { as: 'code' }),
    reason('fail_reason', 'Failed because', '失败原因', RETURN_FAIL_REASONS),
    fact('mchid', 'Merchant', '商户号', { as: 'code' }),
    fact('create_time', 'Requested', '请求时间', { as: 'time', inList: 'end' }),
    fact('return_id', 'WeChat Pay number', '微信回退单号', { as: 'code' }),
  ],
  belongs: [belongsBy('out_order_no', sharingOrders, sharingReturns, { en: 'Returns', zh: '分账回退' })],
})

/** Receivers as the dashboard shows them. */
const receiverThing = defineThing(sharingReceivers, {
  one: { en: 'Sharing receiver', zh: '分账接收方' },
  show: sharingReceivers.toJson,
  facts: [
    { title: { en: 'Is a', zh: '类型' }, of: ({ type }) => RECEIVER_TYPES[type], inList: 'beside' },
    fact('name', 'Name', '全称', { inList: 'under' }),
    {
      title: { en: 'Relation', zh: '关系' },
      of: ({ relation_type, custom_relation = relation_type }) => custom_relation,
    },
    reason('fail_reason', 'Its shares fail because', '分账失败原因', FAIL_REASONS),
    fact('mchid', 'Shares of', '分账方商户号', { as: 'code' }),
    fact('create_time', 'Added', '添加时间', { as: 'time', inList: 'end' }),
  ],
  makes: [
    {
      title: { en: 'Add a receiver', zh: '添加接收方' },
      call: 'addSharingReceiver',
      fields: [
        field('account', 'Merchant number or openid', '商户号或 openid', { isNeeded: true }),
        field('type', 'Is a', '类型', { placeholder: RECEIVER_TYPES.MERCHANT_ID, options: RECEIVER_TYPES }),
        field('fail_reason', 'Its shares fail because', '分账失败原因', {
          placeholder: { en: 'they succeed', zh: '分账成功' },
          options: FAIL_REASONS,
        }),
      ],
      made: ['mchid', 'type', 'account'],
      done: { en: 'The receiver was added.', zh: '分账接收方已添加。' },
    },
  ],
})

/** The control calls of profit sharing: what the merchant console and tests do. */
export const calls = {
  addSharingAccount,
  addSharingAccounts,
  addSharingReceiver,
  addSharingReceivers,
  settleSharingOrder,
  settleSharingReturn,
  sharingOrder: shares.look,
  sharingReturn: returns.look,
} satisfies CallsFor<typeof routes>

/** Their types under one name, so that declarations need not spell all of them out. */
export interface ProfitSharingCalls extends Readonly<typeof calls> {}

/** Shown in the dashboard, in the order of its navigation. */
export const things = [sharingThing, receiverThing, returnThing]
