import { z } from 'zod'
import type { CallsFor } from '../../control/call.ts'
import { field, stateOf, transition } from '../../control/life.ts'
import type { Turn } from '../../control/row-calls.ts'
import { rowFaces } from '../../control/row-faces.ts'
import { belongsTo, fact, link, reason } from '../../control/things/thing.ts'
import { UsageError } from '../../wire/protocol/errors.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { orders } from '../payment/index.ts'
import { users } from '../platform/index.ts'
import {
  type Complaint,
  complaintState,
  complaints,
  type Doing,
  keepComplaint,
  keepStep,
  MOST_MESSAGES,
  PROBLEMS,
  complaint as row,
  USER,
} from './complaints.ts'
import type { routes } from './routes.ts'

const faces = rowFaces(complaints, row, {
  id: 'ShownComplaint',
  description: 'a complaint as it is now',
  one: { en: 'complaint', zh: '投诉单' },
  key: 'complaint_id',
  member: 'complaint_state',
  state: complaintState,
  stages: [
    [stateOf('PENDING', 'awaiting a reply', '待处理', 'warn')],
    [
      stateOf('PROCESSING', 'being dealt with', '处理中', 'calm'),
      stateOf('PROCESSED', 'settled', '已处理完成', 'good'),
    ],
  ],
  advice: { en: 'let a user complain with POST /_mock/complaints', zh: '请先用 POST /_mock/complaints 让用户发起投诉' },
  save: keepComplaint,
  // Its steps keep it themselves.
  keep: async (_, one) => one,
})

const text = z.string().min(1).max(500)
const said = (en: string, zh: string) => ({ en, zh })
const TEXT_FIELD = field('text', 'Text', '内容', { isNeeded: true })

/** Lets a user, or WeChat Pay, do something about a complaint. */
function byUser(
  one: Complaint,
  { operator = USER, ...doing }: Partial<Doing> & Pick<Doing, 'operate_type'>,
  turn: Turn,
): Promise<Complaint> {
  if (one.history.length >= MOST_MESSAGES) {
    refuse(
      one,
      turn.now,
      said(`it has ${MOST_MESSAGES} messages, and takes no more.`, `消息已达 ${MOST_MESSAGES} 条。`),
    )
  }
  return keepStep(turn.tx, one, { operator, ...doing }, turn)
}

const STATE = (when: string) => ({ MOCK_COMPLAINT_STATE: { status: 409, when } }) as const

function refuse(one: Complaint, now: number, advice: Texts): never {
  const state = complaintState(one, now)
  throw new UsageError('MOCK_COMPLAINT_STATE', {
    en: `Complaint ${one.complaint_id} is ${state}: ${advice.en}`,
    zh: `投诉单 ${one.complaint_id} 的状态是 ${state}：${advice.zh}`,
  })
}

const replyAsUser = faces.change({
  summary: 'Let the user of a complaint reply to the merchant, who is told',
  body: z.strictObject({ text: text.describe('what the user says') }),
  transitions: (['PENDING', 'PROCESSING'] as const).map((state) =>
    transition('user_replied', 'user', [state], state, {
      title: said('Reply as the user', '用户回复'),
      fields: [TEXT_FIELD],
      done: said('The user has replied.', '用户已回复。'),
    }),
  ),
  refusals: STATE('the complaint is PROCESSED'),
  apply(one, { body, ...turn }) {
    if (complaintState(one, turn.now) === 'PROCESSED') {
      return refuse(one, turn.now, said('let the user complain once more.', '请让用户继续投诉。'))
    }
    const doing = { action: 'USER_RESPONSE', operate_type: 'USER_RESPONSE', operate_details: body.text }
    return byUser({ ...one, incoming_user_response: true }, doing, turn)
  },
})

const continueComplaint = faces.change({
  summary: 'Let the user complain once more (继续投诉) after the complaint was settled; the merchant is told',
  body: z.strictObject({ text: text.describe('what the user says') }),
  transitions: [
    transition('continued', 'user', ['PROCESSED'], 'PENDING', {
      title: said('Complain once more', '继续投诉'),
      fields: [TEXT_FIELD],
      done: said('The user has complained once more.', '用户已继续投诉。'),
    }),
  ],
  refusals: STATE('the complaint is not PROCESSED'),
  apply(one, { body, ...turn }) {
    if (complaintState(one, turn.now) !== 'PROCESSED') {
      return refuse(
        one,
        turn.now,
        said('let the user reply instead, or complete it first.', '请让用户回复，或先处理完成。'),
      )
    }
    const { approve_time: _, ...rest } = one
    const again = {
      ...rest,
      complaint_state: 'PENDING',
      incoming_user_response: true,
      user_complaint_times: one.user_complaint_times + 1,
    } as const
    const operate_type = 'USER_CONTINUE_COMPLAINT'
    return byUser(again, { action: 'CONTINUE_COMPLAINT', operate_type, operate_details: body.text }, turn)
  },
})

const ASSISTANCE = {
  apply: { en: 'the user asks for it', zh: '用户申请' },
  cancel: { en: 'the user takes that back', zh: '用户取消' },
  finish: { en: 'WeChat Pay finishes it', zh: '平台结束' },
} as const

const ASSISTING = {
  apply: { action: 'USER_APPLY_PLATFORM_SERVICE', operate_type: 'USER_APPLY_PLATFORM_SERVICE' },
  cancel: { action: 'USER_CANCEL_PLATFORM_SERVICE', operate_type: 'USER_CANCEL_PLATFORM_SERVICE' },
  finish: { action: 'PLATFORM_SERVICE_FINISHED', operate_type: 'PLATFORM_SERVICE_FINISHED', operator: '微信支付客服' },
} as const

const assistComplaint = faces.change({
  summary:
    'Let the user ask WeChat Pay to assist (平台协助), take that back, or WeChat Pay finish it; the merchant is told',
  body: z.strictObject({
    step: z.enum(['apply', 'cancel', 'finish']).describe('apply and cancel are of the user, finish of WeChat Pay'),
    reason: z.string().min(1).max(128).optional().describe('why the user asks'),
  }),
  refusals: STATE('assistance is asked for twice, or was not asked for'),
  apply(one, { body: { step, reason }, ...turn }) {
    if (one.in_platform_service === (step === 'apply')) {
      const { in_platform_service: isAssisted } = one
      return refuse(
        one,
        turn.now,
        said(`in_platform_service is ${isAssisted} already.`, `in_platform_service 已是 ${isAssisted}。`),
      )
    }
    const doing = { ...ASSISTING[step], ...(reason !== undefined && { user_appy_platform_service_reason: reason }) }
    return byUser({ ...one, in_platform_service: step === 'apply' }, doing, turn)
  },
})

const rateComplaint = faces.change({
  summary: 'Let the user say how satisfied he is with a complaint that is settled',
  body: z.strictObject({ text: text.describe('what the user says') }),
  refusals: STATE('the complaint is not PROCESSED'),
  async apply(one, { body, ...turn }) {
    if (complaintState(one, turn.now) !== 'PROCESSED') {
      return refuse(one, turn.now, said('complete it first.', '请先处理完成。'))
    }
    const operate_type = 'USER_SUBMIT_SATISFACTION'
    return byUser(one, { operate_type, operate_details: body.text }, turn)
  },
})

/** Complaints as the dashboard shows them. */
const complaintThing = faces.thing({
  one: { en: 'Complaint', zh: '投诉单' },
  none: {
    en: 'No complaints yet. Let a user complain about an order here.',
    zh: '还没有投诉单。可以在此让用户对订单发起投诉。',
  },
  transitions: [
    transition('replied', 'call', ['PENDING'], 'PROCESSING', { title: said('Merchant replies', '商户回复') }),
    transition('completed', 'call', ['PROCESSING'], 'PROCESSED', {
      title: said('Completed', '处理完成'),
    }),
    transition('rejected', 'call', ['PENDING'], 'PROCESSED', {
      title: said('Refund refused', '拒绝退款'),
    }),
    transition('refunded', 'time', ['PROCESSING'], 'PROCESSED', { title: said('Refund arrives', '退款到账') }),
    replyAsUser,
    continueComplaint,
  ],
  about: ({ complaint_detail }) => complaint_detail,
  facts: [
    fact('amount', 'Amount of the order', '订单金额', { as: 'money', inList: 'beside' }),
    fact('problem_description', 'Problem', '问题描述', { inList: 'under' }),
    reason('problem_type', 'Kind', '问题类型', PROBLEMS),
    fact('apply_refund_amount', 'Asks for', '申请退款金额', { as: 'money' }),
    link('out_trade_no', 'Order', '订单', orders),
    link('payer_openid', 'User', '投诉人', users),
    fact('payer_phone', 'Phone', '联系方式', { as: 'code' }),
    { title: said('Last said', '最近一条'), of: ({ history: [...steps] }) => steps.at(-1)?.operate_details },
    fact('incoming_user_response', 'The user waits for a reply', '有待回复的用户留言'),
    fact('in_platform_service', 'WeChat Pay assists', '平台协助中'),
    fact('user_complaint_times', 'Times complained', '投诉次数'),
    fact('mchid', 'Merchant', '被诉商户号', { as: 'code' }),
    fact('complaint_time', 'Complained', '投诉时间', { as: 'time', inList: 'end' }),
  ],
  actions: [
    {
      title: said('Assistance of WeChat Pay', '平台协助'),
      call: 'assistComplaint',
      fields: [
        field('step', 'Step', '步骤', { options: ASSISTANCE, isNeeded: true }),
        field('reason', 'Reason', '原因'),
      ],
      done: said('The assistance was changed.', '平台协助状态已变更。'),
    },
    {
      title: said('Rate it as the user', '用户评价'),
      call: 'rateComplaint',
      states: ['PROCESSED'],
      fields: [TEXT_FIELD],
      done: said('The user has rated it.', '用户已评价。'),
    },
  ],
  makes: [
    {
      title: { en: 'Complain as a user', zh: '用户发起投诉' },
      call: 'addComplaint',
      fields: [
        field('out_trade_no', 'Order', '商户订单号', { placeholder: said('a made-up one', '自动生成') }),
        field('complaint_detail', 'Text', '投诉详情', { placeholder: said('商品一直没有收到', '商品一直没有收到') }),
        field('problem_type', 'Kind', '问题类型', { placeholder: PROBLEMS.OTHERS, options: PROBLEMS }),
      ],
      made: ['mchid', 'complaint_id'],
      done: said('The user has complained.', '用户已投诉。'),
    },
  ],
  belongs: [
    belongsTo(orders, {
      title: { en: 'Complaints', zh: '投诉' },
      rows: (tx, { transaction_id: number }) =>
        number === undefined ? [] : tx.in(complaints).where('transaction_id', number),
    }),
  ],
})

/** The control calls of complaints: what users and WeChat Pay do about them. */
export const calls = {
  addComplaint: faces.add.one,
  addComplaints: faces.add.many,
  complaint: faces.look,
  replyAsUser,
  continueComplaint,
  assistComplaint,
  rateComplaint,
} satisfies CallsFor<typeof routes>

/** Their types under one name, so that declarations need not spell all of them out. */
export interface ComplaintsProductCalls extends Readonly<typeof calls> {}

/** Shown in the dashboard, in the order of its navigation. */
export const things = [complaintThing]
