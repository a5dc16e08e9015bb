import { z } from 'zod'
import { documentedEvent } from '../../catalogue/documented-event.ts'
import { callbackOf } from '../../engine/callbacks/event.ts'
import {
  notifications,
  type OutboxContext,
  putIntoOutbox,
  untoldCallback,
} from '../../engine/callbacks/notifications.ts'
import { keepEnded } from '../../engine/state/endings.ts'
import { asGiven, instant, mchid, money, shortText, wordOf } from '../../engine/state/json-fields.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { ALL, defineTable, descending } from '../../engine/state/table.ts'
import { formatInstant } from '../../wire/protocol/instant.ts'
import { isUndone, type SetBack } from '../../wire/shared/set-back.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { orders, type Refund } from '../payment/index.ts'

export const PROBLEMS = {
  REFUND: { en: 'asks for a refund', zh: '申请退款' },
  SERVICE_NOT_WORK: { en: 'the service does not work', zh: '服务权益未生效' },
  OTHERS: { en: 'another problem', zh: '其他类型' },
} as const satisfies Record<string, Texts>

const TAGS = {
  TRUSTED: { en: 'trusted', zh: '可信用户' },
  HIGH_RISK: { en: 'high risk', zh: '高风险用户' },
} as const satisfies Record<string, Texts>

/** Messages that a complaint has at most. */
export const MOST_MESSAGES = 2_000

const images = z.array(z.string().min(1).max(512)).max(20)

/** Something that was done about a complaint (协商历史). */
const step = z.strictObject({
  log_id: shortText,
  operator: shortText,
  operate_time: instant,
  operate_type: shortText,
  operate_details: z.string().max(500).optional(),
  images: images.optional().describe('media ids'),
  normal_message: asGiven.optional(),
  user_appy_platform_service_reason: z.string().max(128).optional(),
  idempotent_id: shortText.optional(),
})

type Step = z.output<typeof step>

/** A refund of the order that succeeds, or has. */
const refunded = z.strictObject({
  out_refund_no: shortText,
  amount: money,
  time: instant.describe('when the user has the money'),
  log_id: shortText,
  notification_ids: z.array(z.string().max(36)).max(2).describe('the callbacks that tell it'),
})

/** A complaint (投诉单) of a user about a merchant. */
export const complaint = z
  .strictObject({
    mchid: mchid.describe('whom it is about; the well-known merchant, or that of its order, if left out'),
    partner_mchid: mchid.optional().describe('the partner (服务商) that sees it too'),
    complaint_id: z.string().min(1).max(64),
    complaint_time: instant,
    complaint_detail: z.string().min(1).max(300),
    complaint_state: z
      .enum(['PENDING', 'PROCESSING', 'PROCESSED'])
      .describe('until the refund that the merchant has approved arrives'),
    payer_openid: shortText.optional(),
    payer_phone: z.string().min(1).max(32).optional().describe('answers encrypt it for the merchant'),
    transaction_id: z.string().min(1).max(64),
    out_trade_no: z.string().min(1).max(64),
    amount: money.describe('fen of the order'),
    problem_type: wordOf(PROBLEMS),
    problem_description: z.string().min(1).max(256),
    apply_refund_amount: money.optional().describe('fen, with problem_type REFUND; those of the order if left out'),
    user_tag_list: z.array(wordOf(TAGS)).max(2).optional(),
    images: images.optional().describe('media ids of what the user shows'),
    in_platform_service: z.boolean().describe('whether WeChat Pay assists (平台协助): the user does not see replies'),
    need_immediate_service: z.boolean(),
    incoming_user_response: z.boolean().describe('whether the user waits for an answer'),
    user_complaint_times: z.int().min(1),
    approve_time: instant.optional().describe('when the merchant has approved the refund that the user asks for'),
    refunds: z.array(refunded).max(50),
    history: z.array(step).max(MOST_MESSAGES),
  })
  .meta({ id: 'CompletedComplaint', description: 'a complaint of a user about a merchant (投诉单)' })

export type Complaint = z.output<typeof complaint>

/** Complaints (投诉单). */
export const complaints = defineTable({
  name: 'complaints',
  title: { en: 'Complaints', zh: '投诉单' },
  row: complaint,
  given: complaint.partial().meta({ id: 'Complaint', description: 'a complaint of a user about a merchant (投诉单)' }),
  complete: (given, { now, ids, defaultMchid }): Complaint =>
    Object.assign(
      {
        mchid: defaultMchid,
        complaint_id: `2002${formatInstant(now).slice(0, 10).replaceAll('-', '')}${ids.digits(15)}`,
        complaint_time: now,
        complaint_detail: '商品一直没有收到',
        complaint_state: 'PENDING' as const,
        transaction_id: `4200${ids.digits(24)}`,
        out_trade_no: `ORDER_${ids.digits(12)}`,
        amount: 100,
        problem_type: 'OTHERS' as const,
        problem_description: '未收到货',
        in_platform_service: false,
        need_immediate_service: false,
        incoming_user_response: true,
        user_complaint_times: 1,
        refunds: [],
        history: [],
      },
      given,
    ),
  key: ['complaint_id'],
  indexes: ['complaint_id', 'transaction_id'],
  sorted: {
    newest: { among: () => ALL, by: ({ complaint_time }) => descending(complaint_time) },
    ofPartner: { among: ({ partner_mchid }) => partner_mchid, by: ({ complaint_time }) => descending(complaint_time) },
  },
  inJournal: true,
})

/** The address to which a merchant is told of its complaints (投诉通知回调地址). */
export const complaintAddresses = defineTable({
  name: 'complaintAddresses',
  row: z
    .strictObject({ mchid, url: z.string().min(1).max(255) })
    .meta({ id: 'ComplaintAddress', description: 'the address for callbacks about complaints (投诉通知回调地址)' }),
  key: [],
})

/** Why a complaint, or a step of one, is told. */
type Action = string

/** @param actions the action of a sample, by the state of its complaint */
const event = (
  type: string,
  id: string,
  label: Texts,
  description: string,
  actions: Readonly<Record<Complaint['complaint_state'], Action>>,
) =>
  documentedEvent<Complaint>(`complaints ${type}`, {
    id,
    resourceId: 'ComplaintEvent',
    label,
    description,
    async find(tx, mchid) {
      const [newest] = await tx.in(complaints).page('newest', ALL, { owner: mchid, limit: 1 })
      return { about: newest, url: (await tx.in(complaintAddresses).find(mchid))?.url }
    },
    sample: ({ ids }, one) => ({
      complaint_id: one?.complaint_id ?? `2002${ids.digits(23)}`,
      action_type: actions[one?.complaint_state ?? 'PENDING'],
    }),
  })

/** The events of complaints: a new one, and anything that happens to one. */
export const complaintEvents = {
  created: event(
    'COMPLAINT.CREATE',
    'complaintCreated',
    { en: 'a user complained', zh: '产生新投诉' },
    'A user complained about a merchant',
    { PENDING: 'CREATE_COMPLAINT', PROCESSING: 'CREATE_COMPLAINT', PROCESSED: 'CREATE_COMPLAINT' },
  ),
  changed: event(
    'COMPLAINT.STATE_CHANGE',
    'complaintChanged',
    { en: 'something happened to a complaint', zh: '投诉状态变化' },
    'The user, the merchant or WeChat Pay has done something about a complaint',
    { PENDING: 'USER_RESPONSE', PROCESSING: 'MERCHANT_RESPONSE', PROCESSED: 'MERCHANT_CONFIRM_COMPLETE' },
  ),
}

/** When the user complained last: a further complaint (继续投诉) begins anew. */
function begunAt({ history, complaint_time }: Complaint): number {
  const begun = history.findLast(({ operate_type }) => operate_type === 'USER_CONTINUE_COMPLAINT')
  return begun?.operate_time ?? complaint_time
}

/** The refunds of its order that have arrived. */
function arrived({ refunds }: Complaint, at: number) {
  return refunds.filter(({ time }) => time <= at)
}

/** The state at an instant: the refund that a merchant has approved settles it once the user has the money. */
export function complaintState(one: Complaint, at: number): Complaint['complaint_state'] {
  const begun = begunAt(one)
  const isSettled = one.approve_time !== undefined && arrived(one, at).some(({ time }) => time >= begun)
  return isSettled ? 'PROCESSED' : one.complaint_state
}

const MEDIA = 'https://api.mch.weixin.qq.com/v3/merchant-service/images/'

const mediaOf = (media_type: string, media: readonly string[] | undefined) =>
  media && media.length > 0 ? { media_type, media_url: media.map((id) => MEDIA + id) } : undefined

/** A complaint as answers show it at an instant, but for the phone number. */
export function complaintDetails({ payer_phone: _, ...one }: Complaint, now: number) {
  const media = mediaOf('USER_COMPLAINT_IMAGE', one.images)
  const refunded = arrived(one, now).reduce((sum, { amount }) => sum + amount, 0)
  return {
    ...one,
    complaint_state: complaintState(one, now),
    complaint_full_refunded: refunded >= one.amount,
    complaint_order_info: [{ transaction_id: one.transaction_id, out_trade_no: one.out_trade_no, amount: one.amount }],
    ...(media && { complaint_media_list: [media] }),
    apply_refund_amount: one.problem_type === 'REFUND' ? (one.apply_refund_amount ?? one.amount) : undefined,
  }
}

/** Steps of a complaint until an instant, the newest first. */
export function historyOf(one: Complaint, now: number) {
  let left = one.amount
  const messages = arrived(one, now).map(({ amount, time, log_id }): Step => {
    left -= amount
    const how = left > 0 ? 'PARTIAL' : 'FULL'
    return {
      log_id,
      operator: '微信支付系统',
      operate_time: time,
      operate_type: `COMPLAINT_${how}_REFUNDED_SYSTEM_MESSAGE`,
      operate_details: `已退款${(amount / 100).toFixed(2)}元`,
    }
  })
  return [...one.history, ...messages]
    .toReversed()
    .toSorted((a, b) => b.operate_time - a.operate_time)
    .map(({ images: media, ...step }) => ({
      ...step,
      ...(media && {
        image_list: media.map((id) => MEDIA + id),
        complaint_media_list: mediaOf(step.operator === USER ? 'USER_COMPLAINT_IMAGE' : 'OPERATION_IMAGE', media),
      }),
    }))
}

export const USER = '投诉人'

/** Something that is done about a complaint: how its history and its callback name it. */
export interface Doing extends Omit<Step, 'log_id' | 'operate_time'> {
  /** Left out where nobody is told. */
  readonly action?: Action | undefined
}

/** Keeps a complaint after a step, and tells its merchant, if it has an address for that. @returns the complaint with the step */
export async function keepStep(
  tx: Transaction,
  one: Complaint,
  { action, ...done }: Doing,
  context: OutboxContext,
): Promise<Complaint> {
  const log_id = logId(context)
  const kept = { ...one, history: [...one.history, { ...done, log_id, operate_time: context.now }] }
  await tx.in(complaints).save(kept)
  if (action !== undefined) await tell(tx, kept, { action }, context)
  return kept
}

/** 操作流水号, in the form of live ones. */
function logId({ ids, now }: OutboxContext): string {
  return `3002853${formatInstant(now).slice(0, 10).replaceAll('-', '')}${ids.digits(12)}`
}

/** Tells the merchant that a complaint is about, and its partner. @param dueAt when it happens; now if left out. @returns the ids of the callbacks */
async function tell(
  tx: Transaction,
  { complaint_id, ...about }: Complaint,
  { action, dueAt }: { readonly action: Action; readonly dueAt?: number },
  context: OutboxContext,
): Promise<string[]> {
  const of = complaintEvents[action === 'CREATE_COMPLAINT' ? 'created' : 'changed']
  const resource = { complaint_id, action_type: action }
  const told: string[] = []
  for (const mchid of merchantsOf(about)) {
    const url = (await tx.in(complaintAddresses).find(mchid))?.url
    if (url === undefined) continue
    const callback = callbackOf(of, { mchid, url, resource, ...(dueAt !== undefined && { dueAt }) })
    told.push((await putIntoOutbox(tx, callback, context)).id)
  }
  return told
}

function merchantsOf({ mchid, partner_mchid }: Pick<Complaint, 'mchid' | 'partner_mchid'>): readonly string[] {
  return partner_mchid === undefined ? [mchid] : [mchid, partner_mchid]
}

/** Keeps a complaint that a user makes, about an order of the mock if it names one. @returns the complaint as it was kept */
export async function keepComplaint(tx: Transaction, given: Complaint, context: OutboxContext): Promise<Complaint> {
  const { transaction_id } = given
  const order =
    (await tx.in(orders).find(given.mchid, given.out_trade_no)) ??
    (await tx.in(orders).where('transaction_id', transaction_id))[0]
  const openid = given.payer_openid ?? order?.openid
  const one: Complaint = {
    ...given,
    ...(order && {
      mchid: order.sub_mchid ?? order.mchid,
      ...(order.sub_mchid !== undefined && { partner_mchid: order.mchid }),
      transaction_id: order.transaction_id ?? transaction_id,
      out_trade_no: order.out_trade_no,
      amount: order.total,
    }),
    ...(openid !== undefined && { payer_openid: openid }),
  }
  if (one.history.length > 0) {
    await tx.in(complaints).save(one)
    return one
  }
  return keepStep(
    tx,
    one,
    {
      action: 'CREATE_COMPLAINT',
      operator: USER,
      operate_type: 'USER_CREATE_COMPLAINT',
      operate_details: one.complaint_detail,
      ...(one.images && { images: one.images }),
    },
    context,
  )
}

/** Notes a refund in the complaints about its order, and tells when it arrives. */
export async function noteRefund(tx: Transaction, refund: Refund, context: OutboxContext): Promise<void> {
  const { out_refund_no, outcome, settle_time: time, refund: amount, transaction_id } = refund
  for (const one of await tx.in(complaints).where('transaction_id', transaction_id)) {
    const known = one.refunds.find((other) => other.out_refund_no === out_refund_no)
    if (outcome === 'SUCCESS' ? known?.time === time : !known) continue
    const others = one.refunds.filter((other) => other !== known)
    const { log_id = logId(context), notification_ids = [] } = known ?? {}
    const noted = { out_refund_no, amount, time, log_id, notification_ids }
    await takeBack(tx, one, noted)
    const refunds = outcome === 'SUCCESS' ? [...others, await toldRefund(tx, one, noted, context)] : others
    await tx.in(complaints).save({ ...one, refunds: refunds.toSorted((a, b) => a.time - b.time) })
  }
}

type Refunded = Complaint['refunds'][number]

/** Takes back the callbacks about a refund that were not sent. */
async function takeBack(tx: Transaction, one: Complaint, { notification_ids }: Refunded): Promise<void> {
  for (const mchid of merchantsOf(one)) {
    for (const id of notification_ids) {
      const untold = await untoldCallback(tx, mchid, id)
      if (untold) await tx.in(notifications).delete(mchid, untold.id)
    }
  }
}

/** Tells when a refund arrives: as REFUND_SUCCESS where the merchant has approved the refund that the user asks for, else as SELLER_REFUND. */
async function toldRefund(
  tx: Transaction,
  one: Complaint,
  refund: Refunded,
  context: OutboxContext,
): Promise<Refunded> {
  const action = one.approve_time === undefined ? 'SELLER_REFUND' : 'REFUND_SUCCESS'
  return { ...refund, notification_ids: await tell(tx, one, { action, dueAt: refund.time }, context) }
}

/** A complaint whose merchant approves the refund that the user asks for. Refunds that are under way count. */
export async function approved(tx: Transaction, one: Complaint, context: OutboxContext): Promise<Complaint> {
  const approved = { ...one, approve_time: context.now }
  const refunds: Refunded[] = []
  for (const refund of one.refunds) {
    const isUnderWay = refund.time > context.now
    if (isUnderWay) await takeBack(tx, one, refund)
    refunds.push(isUnderWay ? await toldRefund(tx, approved, refund, context) : refund)
  }
  return { ...approved, refunds }
}

/** Keeps complaints as settled that a refund has settled, see `keepEnds` of products. */
export async function keepEndsOfComplaints(tx: Transaction, setBack: SetBack): Promise<void> {
  await keepEnded(tx, complaints, tx.in(complaints).list(), (one): Complaint | undefined => {
    const wasSettled = one.complaint_state !== 'PROCESSED' && complaintState(one, setBack.from) === 'PROCESSED'
    const [first] = one.refunds.filter(({ time }) => time >= begunAt(one))
    return wasSettled && first && isUndone(setBack, first.time) ? { ...one, complaint_state: 'PROCESSED' } : undefined
  })
}
