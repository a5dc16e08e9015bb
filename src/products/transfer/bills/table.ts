import { z } from 'zod'
import { notifications } from '../../../engine/callbacks/notifications.ts'
import { newCallback } from '../../../engine/callbacks/notify.ts'
import { misfitText } from '../../../engine/misfit-texts.ts'
import { mchid, shortText, time } from '../../../engine/state/json-fields.ts'
import {
  ALL,
  ascending,
  defineTable,
  descending,
  type RowDefaults,
  type Surroundings,
} from '../../../engine/state/table.ts'
import { UsageError } from '../../../protocol/errors.ts'
import { exactTime } from '../../../protocol/instant.ts'
import { MAX_SENSITIVE_BYTES } from '../../../protocol/sensitive-field.ts'
import { orLastInstant } from '../../../shared/last-instant.ts'
import { fromWire } from '../../common/spelling.ts'
import { sceneIds, transferAccounts } from '../accounts/table.ts'
import { type Bill, type BillEnd, CONFIRM_PERIOD_MS, endsAt } from '../rules/bill.ts'
import { fundsAfter } from '../rules/funds.ts'
import { receivedOn } from '../rules/money.ts'
import { SCENES } from '../rules/scene.ts'
import { BILL_STATE, BILL_STYLE } from '../spellings.ts'
import { finishedNotification, SCHEDULE } from './finished-callback.ts'
import { transferLife } from './life.ts'
import { transferBillNoOf } from './numbers.ts'
import { failReason } from './schemas.ts'

/** The states that a seed file can ask for: those that do not pass within seconds. */
const { waiting, success, fail, cancelled } = BILL_STATE
const SEEDED = { waiting, success, fail, cancelled } as const

/** A name that can be encrypted for the merchant, who is shown it. */
const userName = z
  .string()
  .min(1)
  .max(MAX_SENSITIVE_BYTES)
  .refine(
    (text) => Buffer.byteLength(text) <= MAX_SENSITIVE_BYTES,
    misfitText({
      en: `more than the ${MAX_SENSITIVE_BYTES} bytes that can be encrypted`,
      zh: `超过可加密的 ${MAX_SENSITIVE_BYTES} 字节`,
    }),
  )

const endJson = z
  .strictObject({
    by: z.enum(['user', 'merchant', 'wechat']),
    time,
    settle_time: time.meta({ description: 'until when it is TRANSFERING, or CANCELING' }),
    fail_reason: failReason.optional(),
  })
  .meta({
    description:
      'what brought it to its end: the user confirmed, the merchant cancelled, or WeChat Pay did without either',
  })

export const transferJson = z
  .strictObject({
    mchid: mchid.optional().meta({ description: 'who pays; the well-known merchant if left out' }),
    out_bill_no: z
      .string()
      .regex(/^[0-9A-Za-z]{1,32}$/)
      .optional(),
    transfer_bill_no: z
      .string()
      .regex(/^[0-9A-Za-z]{1,40}$/)
      .optional(),
    state: z
      .enum(Object.values(SEEDED))
      .optional()
      .meta({ description: 'in place of end: WAIT_USER_CONFIRM if both are left out' }),
    fail_reason: failReason.optional().meta({ description: 'with the state FAIL; OTHER_FAIL_REASON_TYPE if left out' }),
    appid: z.string().min(1).max(32).optional(),
    openid: z.string().min(1).max(64).optional(),
    transfer_scene_id: sceneIds.optional().meta({ description: '1000 if left out' }),
    transfer_amount: z.int().min(1).optional().meta({ description: 'fen; 1000 if left out' }),
    transfer_remark: z.string().min(1).max(32).optional(),
    user_name: userName.optional().meta({ description: 'whom the merchant takes the user to be; kept as plain text' }),
    user_recv_perception: shortText.optional().meta({ description: 'the first of the scene if left out' }),
    transfer_scene_report_infos: z
      .array(z.strictObject({ info_type: z.string(), info_content: z.string() }))
      .optional(),
    user_recv_style: z.enum(Object.values(BILL_STYLE)).optional().meta({ description: 'CONFIRM_PAGE if left out' }),
    notify_url: z.string().max(256).optional(),
    notification_id: z.string().max(36).optional().meta({ description: 'the callback that tells how it ended' }),
    authorization: z
      .strictObject({
        out_authorization_no: shortText,
        user_display_name: shortText,
        authorization_notify_url: z.string(),
      })
      .optional()
      .meta({ description: 'the authorization (免确认收款授权) that the user is asked for with it' }),
    out_authorization_no: shortText
      .optional()
      .meta({ description: 'the authorization that it was made with, so that the user is not asked' }),
    create_time: time.optional(),
    lock_time: time.nullable().optional().meta({
      description: 'from when the user can confirm; null: the account is short of money; create_time if left out',
    }),
    expire_time: time
      .optional()
      .meta({ description: 'when it closes unconfirmed; 24 hours after create_time if left out' }),
    end: endJson.optional(),
    request: z.array(z.string()).optional().meta({ description: 'what the same number has to bring again' }),
  })
  .meta({ id: 'Transfer', description: 'a transfer (转账单)' })

export const completedTransfer = transferJson
  .required({
    mchid: true,
    out_bill_no: true,
    transfer_bill_no: true,
    appid: true,
    openid: true,
    transfer_scene_id: true,
    transfer_amount: true,
    transfer_remark: true,
    user_recv_perception: true,
    transfer_scene_report_infos: true,
    user_recv_style: true,
    create_time: true,
    lock_time: true,
    expire_time: true,
    request: true,
  })
  .omit({ state: true, fail_reason: true })
  .meta({ id: 'CompletedTransfer' })

export type TransferJson = z.input<typeof transferJson>
export type CompletedTransfer = z.output<typeof completedTransfer>

/**
 * Completes a partial transfer: ten yuan of 现金营销, created just now.
 *
 * @throws UsageError for a state beside an end, or for a reason without the state FAIL
 */
export function completeTransfer(json: TransferJson, { now, ids, defaultMchid }: RowDefaults): Bill {
  checkEnd(json)
  const owner = json.mchid ?? defaultMchid
  const sceneId = json.transfer_scene_id ?? '1000'
  const scene = SCENES[sceneId]
  const createdAt = instantOf(json.create_time) ?? now
  const lockedAt = json.lock_time === null ? undefined : (instantOf(json.lock_time) ?? createdAt)
  const end = json.end ? endFrom(json.end) : endOf(json, Math.max(now, createdAt))
  return {
    mchid: owner,
    outBillNo: json.out_bill_no ?? `T${ids.digits(15)}`,
    transferBillNo: json.transfer_bill_no ?? transferBillNoOf(ids, owner, createdAt),
    appid: json.appid ?? 'wx0000000000000001',
    openid: json.openid ?? `o${ids.letters(27)}`,
    sceneId,
    amountFen: json.transfer_amount ?? 1_000,
    remark: json.transfer_remark ?? '活动奖励',
    ...(json.user_name !== undefined && { userName: json.user_name }),
    perception: json.user_recv_perception ?? scene?.perceptions[0] ?? '',
    reports:
      json.transfer_scene_report_infos?.map(({ info_type, info_content }) => ({
        type: info_type,
        content: info_content,
      })) ?? (scene?.reports ?? []).map((type) => ({ type, content: '测试' })),
    style: fromWire(BILL_STYLE, json.user_recv_style ?? 'CONFIRM_PAGE'),
    ...(json.notify_url !== undefined && { notifyUrl: json.notify_url }),
    ...(json.notification_id !== undefined && { notificationId: json.notification_id }),
    ...(json.authorization && {
      authorization: {
        outAuthorizationNo: json.authorization.out_authorization_no,
        displayName: json.authorization.user_display_name,
        notifyUrl: json.authorization.authorization_notify_url,
      },
    }),
    ...(json.out_authorization_no !== undefined && { authorizedBy: json.out_authorization_no }),
    createdAt,
    ...(lockedAt !== undefined && { lockedAt }),
    expiresAt: instantOf(json.expire_time) ?? orLastInstant(createdAt + CONFIRM_PERIOD_MS),
    ...(end && { end }),
    request: json.request ?? [],
  }
}

/** The transfer of a seed file, with the callback that is due at its end if that is still to come. Its account, loaded before, has its money. */
function transferFrom(json: TransferJson, { world, now, ids, defaultMchid }: Surroundings): Bill {
  const bill = completeTransfer(json, { now, ids, defaultMchid })
  const account = world.in(transferAccounts).find(bill.mchid)
  if (account?.funds) {
    const replaced = world.in(transfers).find(bill.mchid, bill.outBillNo)
    world.in(transferAccounts).save({ ...account, funds: fundsAfter(account.funds, now, replaced, bill) })
  }
  const { notifyUrl, notificationId } = bill
  if (notifyUrl === undefined || notificationId !== undefined || endsAt(bill) <= now) return bill
  const callback = newCallback(finishedNotification(bill, notifyUrl, SCHEDULE), { now, ids })
  world.in(notifications).save(callback)
  return { ...bill, notificationId: callback.id }
}

function checkEnd({ state, end, fail_reason }: TransferJson): void {
  if (end && (state !== undefined || fail_reason !== undefined)) {
    throw new UsageError(
      'MOCK_TRANSFER_STATE',
      {
        en: 'A transfer has an end, or a state with its fail_reason: leave one of the two out.',
        zh: 'end 与 state（及 fail_reason）只能给出一种，请去掉其中之一。',
      },
      { path: state === undefined ? '/fail_reason' : '/state' },
    )
  }
  if (fail_reason !== undefined && state !== 'FAIL') {
    throw new UsageError(
      'MOCK_TRANSFER_STATE',
      {
        en: 'Only a transfer that has failed has a fail_reason: give the state FAIL too, or leave fail_reason out.',
        zh: '只有失败的转账才有 fail_reason：请同时给出 "state": "FAIL"，或去掉 fail_reason。',
      },
      { path: '/fail_reason' },
    )
  }
}

/** The end of a transfer whose state is given. */
function endOf({ state, fail_reason = 'OTHER_FAIL_REASON_TYPE' }: TransferJson, at: number): BillEnd | undefined {
  switch (state) {
    case 'SUCCESS':
      return { by: 'user', at, settlesAt: at }
    case 'FAIL':
      return { by: 'user', at, settlesAt: at, failReason: fail_reason }
    case 'CANCELLED':
      return { by: 'merchant', at, settlesAt: at }
    default:
      return undefined
  }
}

function endFrom({ by, time, settle_time, fail_reason }: z.input<typeof endJson>): BillEnd {
  return {
    by,
    at: Date.parse(time),
    settlesAt: Date.parse(settle_time),
    ...(fail_reason !== undefined && { failReason: fail_reason }),
  }
}

export function describeTransfer(bill: Bill): CompletedTransfer {
  const { authorization, end } = bill
  return {
    mchid: bill.mchid,
    out_bill_no: bill.outBillNo,
    transfer_bill_no: bill.transferBillNo,
    appid: bill.appid,
    openid: bill.openid,
    transfer_scene_id: bill.sceneId,
    transfer_amount: bill.amountFen,
    transfer_remark: bill.remark,
    ...(bill.userName !== undefined && { user_name: bill.userName }),
    user_recv_perception: bill.perception,
    transfer_scene_report_infos: bill.reports.map(({ type, content }) => ({ info_type: type, info_content: content })),
    user_recv_style: BILL_STYLE[bill.style],
    ...(bill.notifyUrl !== undefined && { notify_url: bill.notifyUrl }),
    ...(bill.notificationId !== undefined && { notification_id: bill.notificationId }),
    ...(authorization && {
      authorization: {
        out_authorization_no: authorization.outAuthorizationNo,
        user_display_name: authorization.displayName,
        authorization_notify_url: authorization.notifyUrl,
      },
    }),
    ...(bill.authorizedBy !== undefined && { out_authorization_no: bill.authorizedBy }),
    create_time: exactTime(bill.createdAt),
    lock_time: bill.lockedAt === undefined ? null : exactTime(bill.lockedAt),
    expire_time: exactTime(bill.expiresAt),
    ...(end && {
      end: {
        by: end.by,
        time: exactTime(end.at),
        settle_time: exactTime(end.settlesAt),
        ...(end.failReason !== undefined && { fail_reason: failReason.parse(end.failReason) }),
      },
    }),
    request: [...bill.request],
  }
}

function instantOf(time: string | undefined): number | undefined {
  return time === undefined ? undefined : Date.parse(time)
}

/** The text under which the index `received` has what a user was paid on a day. */
export function receivedBy(openid: string, day: number): string {
  return `${day} ${openid}`
}

/** Transfers (转账单). Only `keepTransfer` saves one. */
export const transfers = defineTable({
  name: 'transfers',
  title: { en: 'Transfers', zh: '转账单' },
  life: transferLife,
  owner: ({ mchid }: Bill) => mchid,
  key: ({ outBillNo }) => [outBillNo],
  keyMembers: ['out_bill_no'],
  indexes: {
    outBillNo: ({ outBillNo }) => outBillNo,
    transferBillNo: ({ transferBillNo }) => transferBillNo,
    received: (bill) => {
      const day = receivedOn(bill)
      return day === undefined ? undefined : receivedBy(bill.openid, day)
    },
  },
  sorted: {
    newest: { among: () => ALL, by: ({ createdAt }) => descending(createdAt) },
    ending: { among: () => ALL, by: (bill) => ascending(endsAt(bill)) },
    ofUser: { among: ({ openid }) => openid, by: ({ createdAt }) => descending(createdAt) },
    ofAuthorization: {
      among: ({ authorizedBy, authorization }) => authorizedBy ?? authorization?.outAuthorizationNo,
      by: ({ createdAt }) => descending(createdAt),
    },
  },
  json: transferJson,
  completed: completedTransfer,
  fromJson: transferFrom,
  toJson: (bill) => describeTransfer(bill),
  inJournal: true,
})
