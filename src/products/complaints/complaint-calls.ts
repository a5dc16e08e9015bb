import { documentedCall, type FieldRules, HELD_BY_RULES, type InputOf } from '../../catalogue/documented-call.ts'
import { documented, inferred, type OperationContext, REPEAT, type Rule, upon } from '../../engine/operation.ts'
import { readUntil } from '../../engine/state/store.ts'
import { ALL, descending } from '../../engine/state/table.ts'
import { encryptField } from '../../wire/protocol/sensitive-field.ts'
import { page } from '../../wire/protocol/sources.ts'
import { CHINA_OFFSET, DAY_MS } from '../../wire/shared/china-time.ts'
import { aboutCall } from '../common/numbered-calls.ts'
import { invalidRequest, parameterUnfit, refusal, resourceUnknown } from '../common/refusal.ts'
import {
  approved,
  type Complaint,
  complaintDetails,
  complaintState,
  complaints,
  type Doing,
  historyOf,
  keepStep,
  MOST_MESSAGES,
  USER,
} from './complaints.ts'

const guide = page('商户投诉处理指引', 'doc/v3/merchant/4012068499')
const questions = page('常见问题', 'doc/v3/merchant/4016111664')
const refundPage = page('更新退款审批结果', 'doc/v3/merchant/4012467256')

type Context<Name extends string> = Pick<OperationContext<Name>, 'tx' | 'now' | 'ids' | 'caller' | 'fail'>

const NOT_FOUND = resourceUnknown('inferred', '投诉单不存在', {
  en: 'no complaint about the caller, or a sub-merchant of its, has this number (the error is ours)',
  zh: '没有该投诉单，或被诉的不是调用方及其子商户（错误为自拟）',
})

const SEEN = inferred(
  'A merchant sees the complaints about itself, and a partner those about the orders that it placed.',
)

/** Every call about one complaint finds it in the same way. */
const ABOUT = {
  one: { en: 'complaint', zh: '投诉单' },
  unknown: 'not_found',
  async find(
    number: string,
    { tx, caller }: { readonly tx: Context<never>['tx']; readonly caller: { mchid: string } },
  ) {
    const own = await tx.in(complaints).find(caller.mchid, number)
    if (own) return own
    return (await tx.in(complaints).where('complaint_id', number)).find((one) => one.partner_mchid === caller.mchid)
  },
} as const

/** A complaint for whoever looks at it: the phone number is encrypted, and partners are told whom it is about. */
function shownTo(one: Complaint, { caller, now }: Pick<Context<never>, 'caller' | 'now'>) {
  const { payer_phone, mchid } = one
  return {
    ...complaintDetails(one, now),
    ...(payer_phone !== undefined && { payer_phone: encryptField(payer_phone, caller.publicKey) }),
    ...(mchid !== caller.mchid && { complainted_mchid: mchid }),
  }
}

/** 查询投诉单详情 */
export const queryComplaint = aboutCall(complaints, 'GET /v3/merchant-service/complaints-v2/{complaint_id}', {
  ...ABOUT,
  id: 'queryComplaint',
  summary: 'Look up a complaint',
  fields: { 'answer/complaint_time': { time: true } },
  refusals: { not_found: NOT_FOUND },
  rules: [
    SEEN,
    documented('payer_phone is encrypted for the API certificate of the merchant.'),
    documented('apply_refund_amount is there with problem_type REFUND only.'),
    documented('complaint_detail is that of the first complaint; the history has the further ones.', questions),
    documented('PENDING becomes PROCESSING with the first reply, and PROCESSED once the merchant has completed it.'),
    documented('A further complaint makes it PENDING again, and raises user_complaint_times.', guide),
    documented(
      'Where the merchant has approved the refund, it is PROCESSED as soon as a refund of the order arrives.',
      refundPage,
    ),
  ],
  handle: (one, _, context) => shownTo(one, context),
})

const PAGE: FieldRules = { 'query/offset': { min: 0 } }

function pageOf<Row>(rows: readonly Row[], { limit, offset = 0 }: { limit?: number; offset?: number }, usual: number) {
  const most = limit ?? usual
  return { data: rows.slice(offset, offset + most), limit: most, offset, total_count: rows.length }
}

const DATE = { pattern: '^\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])$', example: '2026-11-25' } as const
const MOST_DAYS = 30

/** 查询投诉单列表 */
export const listComplaints = documentedCall('GET /v3/merchant-service/complaints-v2', {
  id: 'listComplaints',
  summary: 'List the complaints of some days',
  fields: {
    ...PAGE,
    'query/begin_date': DATE,
    'query/end_date': DATE,
    'answer/data/complaint_time': { time: true },
  },
  rateLimit: { calls: 200, seconds: 60, evidence: 'documented', source: guide },
  refusals: {
    days_unfit: invalidRequest('inferred', '查询日期跨度不能超过30天', {
      en: 'end_date is before begin_date, or more than 30 days after it (the limit is documented, the error is ours)',
      zh: 'end_date 早于 begin_date，或相差超过 30 天（上限见文档，错误为自拟）',
    }),
  },
  rules: [
    SEEN,
    documented('The days are 30 at most, by complaint_time; complainted_mchid narrows the list.'),
    inferred('The newest come first, ten at a time; both days count.'),
  ],
  async handle({ query }, { tx, now, caller, fail }) {
    const { begin_date, end_date, complainted_mchid } = query
    const [from, to] = [begin_date, end_date].map((day) => Date.parse(`${day}T00:00:00Z`) - CHINA_OFFSET)
    if (from === undefined || to === undefined || !(to >= from && to - from <= MOST_DAYS * DAY_MS)) {
      return fail('days_unfit', { en: `${begin_date} to ${end_date}`, zh: `${begin_date} 至 ${end_date}` })
    }
    const before = { by: descending(to + DAY_MS - 1), key: '' }
    const isEarlier = ({ complaint_time }: Complaint) => complaint_time < from
    const table = tx.in(complaints)
    const [own, placed] = await Promise.all([
      readUntil(
        complaints,
        'newest',
        (stretch) => table.page('newest', ALL, { ...stretch, owner: caller.mchid }),
        isEarlier,
        { ...before, owner: caller.mchid },
      ),
      readUntil(complaints, 'ofPartner', (stretch) => table.page('ofPartner', caller.mchid, stretch), isEarlier, {
        ...before,
        owner: '',
      }),
    ])
    const found = [...own, ...placed]
      .filter((one) => !isEarlier(one))
      .filter(({ mchid }) => complainted_mchid === undefined || mchid === complainted_mchid)
      .toSorted((a, b) => b.complaint_time - a.complaint_time)
    const { data, ...rest } = pageOf(found, query, 10)
    return { ...rest, data: data.map((one) => shownTo(one, { caller, now })) }
  },
})

/** 查询投诉单协商历史 */
export const listNegotiationHistory = aboutCall(
  complaints,
  'GET /v3/merchant-service/complaints-v2/{complaint_id}/negotiation-historys',
  {
    ...ABOUT,
    id: 'listNegotiationHistory',
    summary: 'List what happened to a complaint',
    fields: { ...PAGE, 'answer/data/operate_time': { time: true } },
    refusals: { not_found: NOT_FOUND },
    rules: [SEEN, inferred('The newest step comes first, 100 at a time.')],
    handle: (one, { query }, { now }) => pageOf(historyOf(one, now), query, 100),
  },
)

const STATE_UNFIT = '当前单据状态不支持操作, 请检查是否重复调用'

/** Refusals of every call with which a merchant does something about a complaint. */
const ANSWERING = {
  not_found: NOT_FOUND,
  not_complained_of: parameterUnfit({
    en: 'complainted_mchid is not the merchant that the complaint is about (that it has to be is documented)',
    zh: 'complainted_mchid 不是该投诉单的被诉商户（须一致见文档）',
  }),
  too_many_messages: invalidRequest('documented', '当前投诉单已达单次回复上限，请等待用户回复', {
    en: 'the merchant has replied 20 times since the user, or the complaint has 2,000 messages (the code is inferred)',
    zh: '用户回复之后商户已回复 20 次，或投诉单已有 2000 条消息（错误码为推断）',
    source: questions,
  }),
} as const

const RATE = { calls: 60, seconds: 60, evidence: 'documented', source: guide } as const

const REPLIES_AT_ONCE = 20

/** Refuses to act for another merchant than the one that a complaint is about. */
function checkComplainedOf(one: Complaint, given: string, { fail }: Pick<Context<'not_complained_of'>, 'fail'>): void {
  if (given === one.mchid) return
  fail('not_complained_of', {
    en: `/body/complainted_mchid is ${given}, and ${one.complaint_id} is about ${one.mchid}`,
    zh: `/body/complainted_mchid 是 ${given}，而投诉单 ${one.complaint_id} 的被诉商户是 ${one.mchid}`,
  })
}

/** Keeps what a merchant does about a complaint. @throws ApiError `too_many_messages` */
function keepAnswer(
  one: Complaint,
  doing: Omit<Doing, 'operator'>,
  { fail, ...context }: Context<'too_many_messages'>,
): Promise<Complaint> {
  const sinceUser = one.history.slice(one.history.findLastIndex(({ operator }) => operator === USER) + 1)
  const replies = sinceUser.filter(({ operate_type }) => operate_type === 'MERCHANT_RESPONSE').length
  const isReply = doing.operate_type === 'MERCHANT_RESPONSE'
  if ((isReply && replies >= REPLIES_AT_ONCE) || one.history.length >= MOST_MESSAGES) {
    fail('too_many_messages', {
      en: `the merchant has replied ${replies} times since the user, and there are ${one.history.length} messages`,
      zh: `用户回复之后商户已回复 ${replies} 次，消息共 ${one.history.length} 条`,
    })
  }
  return keepStep(context.tx, one, { ...doing, operator: `商户${one.mchid}` }, context)
}

/** A complaint that its merchant has replied to. */
const replied = (one: Complaint): Complaint => ({
  ...one,
  complaint_state: one.complaint_state === 'PENDING' ? 'PROCESSING' : one.complaint_state,
  incoming_user_response: false,
})

const REPLY = { action: 'MERCHANT_RESPONSE', operate_type: 'MERCHANT_RESPONSE' } as const

const REPLY_RULES: readonly Rule[] = [
  documented('The first reply makes a PENDING complaint PROCESSING.'),
  documented('A merchant replies 20 times at most until the user does; a complaint has 2,000 messages.', questions),
  inferred('A PROCESSED complaint can be replied to, and stays so.'),
]

/** 回复用户 */
export const replyToComplaint = aboutCall(
  complaints,
  'POST /v3/merchant-service/complaints-v2/{complaint_id}/response',
  {
    ...ABOUT,
    id: 'replyToComplaint',
    summary: 'Reply to the user of a complaint',
    rateLimit: RATE,
    refusals: {
      ...ANSWERING,
      link_incomplete: parameterUnfit({
        en: 'one of jump_url and jump_url_text is given (that they come together is documented)',
        zh: 'jump_url 与 jump_url_text 只传了一个（须同时传见文档）',
      }),
      links_not_granted: refusal(403, 'NO_AUTH')(
        'documented',
        '此商户号暂不支持发送外部链接，可关注商家回复功能的更新，后续再尝试接入',
        {
          en: 'jump_url is given, and the merchant may not send links (the end of the text is inferred); only as a planned fault',
          zh: '传了 jump_url，而商户没有发送外部链接的权限（文字后半句为推断）；只能通过故障注入触发',
          source: questions,
        },
      ),
    },
    rules: [...REPLY_RULES, inferred('response_images are not compared with the images that were uploaded.')],
    async handle(one, { body }, context) {
      const { complainted_mchid, response_content, response_images, jump_url, jump_url_text } = body
      if ((jump_url === undefined) !== (jump_url_text === undefined)) {
        const missing = jump_url === undefined ? 'jump_url' : 'jump_url_text'
        context.fail('link_incomplete', { en: `/body/${missing}: missing`, zh: `/body/${missing}：缺少此字段` })
      }
      const images = response_images && response_images.length > 0 && { images: response_images }
      checkComplainedOf(one, complainted_mchid, context)
      await keepAnswer(replied(one), { ...REPLY, operate_details: response_content, ...images }, context)
      return undefined
    },
  },
)

/** 回复需要即时服务的投诉单 */
export const replyImmediately = aboutCall(
  complaints,
  'POST /v3/merchant-service/complaints-v2/{complaint_id}/response-immediate-service',
  {
    ...ABOUT,
    id: 'replyImmediately',
    summary: 'Reply to the user of a complaint that needs immediate service',
    rateLimit: RATE,
    refusals: {
      ...ANSWERING,
      not_immediate: invalidRequest('inferred', STATE_UNFIT, {
        en: 'the complaint does not need immediate service (the error is ours)',
        zh: '该投诉单不需要即时服务（错误为自拟）',
      }),
    },
    rules: [
      ...REPLY_RULES,
      upon(REPEAT, documented('The same idempotent_id is answered with its log_id, and does nothing more.')),
    ],
    async handle(one, { body: { complainted_mchid, message, idempotent_id } }, context) {
      if (!one.need_immediate_service) {
        return context.fail('not_immediate', {
          en: `${one.complaint_id} has need_immediate_service: false`,
          zh: `投诉单 ${one.complaint_id} 的 need_immediate_service 为 false`,
        })
      }
      const before = one.history.find((step) => step.idempotent_id === idempotent_id)
      if (before) return { log_id: before.log_id }
      const said = { ...REPLY, normal_message: { ...message }, idempotent_id }
      checkComplainedOf(one, complainted_mchid, context)
      const { history } = await keepAnswer(replied(one), said, context)
      return { log_id: history.at(-1)?.log_id }
    },
  },
)

const stateUnfit = (en: string, zh: string) => invalidRequest('documented', STATE_UNFIT, { en, zh, source: questions })

function explainState(one: Complaint, now: number) {
  const state = complaintState(one, now)
  return { en: `${one.complaint_id} is ${state}`, zh: `投诉单 ${one.complaint_id} 的状态是 ${state}` }
}

/** 反馈处理完成 */
export const completeComplaint = aboutCall(
  complaints,
  'POST /v3/merchant-service/complaints-v2/{complaint_id}/complete',
  {
    ...ABOUT,
    id: 'completeComplaint',
    summary: 'Complete a complaint',
    rateLimit: RATE,
    refusals: {
      ...ANSWERING,
      state_unfit: stateUnfit(
        'the complaint was not replied to, or is PROCESSED (that a PENDING one is refused is documented; code and text are those of the refund decision)',
        '投诉单尚未回复，或已处理完成（待处理时不可完成见文档；错误码和文字沿用退款审批）',
      ),
    },
    rules: [
      documented('A complaint that was replied to is PROCESSED; one that is PENDING is not completed.', questions),
    ],
    async handle(one, { body: { complainted_mchid } }, context) {
      if (complaintState(one, context.now) !== 'PROCESSING') {
        return context.fail('state_unfit', explainState(one, context.now))
      }
      const doing = { action: 'MERCHANT_CONFIRM_COMPLETE', operate_type: 'MERCHANT_CONFIRM_COMPLETE' }
      const completed = { ...one, complaint_state: 'PROCESSED', incoming_user_response: false } as const
      checkComplainedOf(one, complainted_mchid, context)
      await keepAnswer(completed, doing, context)
      return undefined
    },
  },
)

type Decision = InputOf<'POST /v3/merchant-service/complaints-v2/{complaint_id}/update-refund-progress'>['body']

/** The member that a decision needs besides, if it lacks it. */
function missingIn({ action, launch_refund_day, reject_reason }: Decision): string | undefined {
  if (action === 'APPROVE') return launch_refund_day === undefined ? 'launch_refund_day' : undefined
  return reject_reason === undefined ? 'reject_reason' : undefined
}

/** 更新退款审批结果 */
export const decideRefund = aboutCall(
  complaints,
  'POST /v3/merchant-service/complaints-v2/{complaint_id}/update-refund-progress',
  {
    ...ABOUT,
    id: 'decideRefund',
    summary: 'Decide on the refund that a user asks for',
    fields: { 'body/launch_refund_day': { min: 0 }, 'body/reject_reason': HELD_BY_RULES },
    rateLimit: RATE,
    refusals: {
      not_found: NOT_FOUND,
      too_many_messages: ANSWERING.too_many_messages,
      not_about_refund: invalidRequest('inferred', '该投诉单不是退款类投诉', {
        en: 'the problem_type of the complaint is not REFUND (that it has to be is documented, the error is ours)',
        zh: '投诉单的 problem_type 不是 REFUND（须为退款类见文档，错误为自拟）',
      }),
      decision_incomplete: parameterUnfit({
        en: 'APPROVE lacks launch_refund_day, or REJECT lacks reject_reason (that they need it is documented)',
        zh: 'APPROVE 缺少 launch_refund_day，或 REJECT 缺少 reject_reason（须传见文档）',
      }),
      state_unfit: stateUnfit(
        'the merchant has decided already, or the complaint is PROCESSED (the code is inferred)',
        '商户已审批过，或投诉单已处理完成（错误码为推断）',
      ),
    },
    rules: [
      documented(
        'APPROVE makes no refund: the merchant calls for one besides, and its arrival settles the complaint.',
        refundPage,
      ),
      documented('REJECT makes the complaint PROCESSED.', refundPage),
      inferred('APPROVE makes a PENDING complaint PROCESSING; launch_refund_day is not held to.'),
      inferred('A refund counts if it arrives after the last complaint of the user.'),
    ],
    async handle(one, { body }, context) {
      const { now, tx, fail } = context
      if (one.problem_type !== 'REFUND') {
        const { complaint_id: number, problem_type: type } = one
        return fail('not_about_refund', { en: `${number} is ${type}`, zh: `投诉单 ${number} 的问题类型是 ${type}` })
      }
      const missing = missingIn(body)
      if (missing) fail('decision_incomplete', { en: `/body/${missing}: missing`, zh: `/body/${missing}：缺少此字段` })
      if (one.approve_time !== undefined || complaintState(one, now) === 'PROCESSED') {
        return fail('state_unfit', explainState(one, now))
      }
      const { action, reject_reason, reject_media_list, remark } = body
      const details = reject_reason ?? remark
      const said = {
        ...(details !== undefined && { operate_details: details }),
        ...(reject_media_list && reject_media_list.length > 0 && { images: reject_media_list }),
      }
      if (action === 'APPROVE') {
        const doing = { ...said, action: 'MERCHANT_APPROVE_REFUND', operate_type: 'MERCHANT_APPROVE_REFUND' }
        await keepAnswer(replied(await approved(tx, one, context)), doing, context)
      } else {
        // The page spells it so.
        const doing = { ...said, action: 'MERCHANT_REJECT_REFUND', operate_type: 'MERCHANT_REFUSE_RERUND' }
        const rejected = { ...one, complaint_state: 'PROCESSED', incoming_user_response: false } as const
        await keepAnswer(rejected, doing, context)
      }
      return undefined
    },
  },
)
