import { z } from 'zod'
import { misfitText } from '../../engine/misfit-texts.ts'
import { over } from '../../engine/state/endings.ts'
import { instant, mchid, shortText } from '../../engine/state/json-fields.ts'
import type { RowDefaults } from '../../engine/state/table.ts'
import { refusalAt } from '../../wire/protocol/errors.ts'
import { MAX_SENSITIVE_BYTES } from '../../wire/protocol/sensitive-field.ts'
import { orLastInstant } from '../../wire/shared/china-time.ts'
import { ALL_SCENES, FAIL_REASONS, SCENES } from './meanings.ts'
import { transferBillNoOf } from './numbers.ts'

/** How long the user has to confirm, and how long a `package_info` opens the page. */
export const CONFIRM_PERIOD_MS = 86_400_000

export const TRANSFER_STATES = [
  'ACCEPTED',
  'PROCESSING',
  'WAIT_USER_CONFIRM',
  'TRANSFERING',
  'SUCCESS',
  'FAIL',
  'CANCELING',
  'CANCELLED',
] as const
export type TransferState = (typeof TRANSFER_STATES)[number]

export const failReason = z.enum(FAIL_REASONS)
export const sceneId = z.enum(ALL_SCENES)

/** Counted as the field checker does: in code points. */
const text = (max: number, schema = z.string().min(1)) =>
  schema
    .check(({ value, issues }) => {
      if ([...value].length <= max) return
      issues.push({ code: 'too_big', origin: 'string', maximum: max, inclusive: true, input: value })
    })
    .meta({ maxLength: max })

/** A transfer in a seed file, where members that have a default may be left out. */
export const givenTransfer = z
  .strictObject({
    mchid: mchid.optional().describe('who pays; the well-known merchant if left out'),
    out_bill_no: z
      .string()
      .regex(/^[0-9A-Za-z]{1,32}$/)
      .optional(),
    transfer_bill_no: z
      .string()
      .regex(/^[0-9A-Za-z]{1,40}$/)
      .optional(),
    state: z
      .enum(['WAIT_USER_CONFIRM', 'SUCCESS', 'FAIL', 'CANCELLED'])
      .optional()
      .describe('in place of end: WAIT_USER_CONFIRM if both are left out'),
    fail_reason: failReason.optional().describe('with the state FAIL; OTHER_FAIL_REASON_TYPE if left out'),
    appid: text(32).optional(),
    openid: text(64).optional(),
    transfer_scene_id: sceneId.optional().describe('1000 if left out'),
    transfer_amount: z.int().min(1).optional().describe('fen; 1000 if left out'),
    transfer_remark: text(32).optional(),
    user_name: z
      .string()
      .min(1)
      .max(MAX_SENSITIVE_BYTES)
      .refine(
        (name) => Buffer.byteLength(name) <= MAX_SENSITIVE_BYTES,
        misfitText({
          en: `more than the ${MAX_SENSITIVE_BYTES} bytes that can be encrypted`,
          zh: `超过可加密的 ${MAX_SENSITIVE_BYTES} 字节`,
        }),
      )
      .optional()
      .describe('whom the merchant takes the user to be; kept as plain text'),
    user_recv_perception: shortText.optional().describe('the first of the scene if left out'),
    transfer_scene_report_infos: z
      .array(z.strictObject({ info_type: z.string(), info_content: z.string() }))
      .optional(),
    user_recv_style: z.enum(['CONFIRM_PAGE', 'RED_PACKET']).optional().describe('CONFIRM_PAGE if left out'),
    payment_method_type: z
      .enum(['CFT', 'WPHK'])
      .optional()
      .describe('the wallet that the money goes to: CFT (零钱) if left out, WPHK (香港钱包零钱)'),
    notify_url: text(256, z.string()).optional(),
    notification_id: z.string().max(36).optional().describe('the callback that tells how it ended'),
    authorization: z
      .strictObject({
        out_authorization_no: shortText,
        user_display_name: shortText,
        authorization_notify_url: z.string(),
      })
      .optional()
      .describe('the authorization (免确认收款授权) that the user is asked for with it'),
    out_authorization_no: shortText
      .optional()
      .describe('the authorization that it was made with, so that the user is not asked'),
    create_time: instant.optional(),
    lock_time: instant
      .nullable()
      .optional()
      .describe('from when the user can confirm; null: the account is short of money; create_time if left out'),
    expire_time: instant.optional().describe('when it closes unconfirmed; 24 hours after create_time if left out'),
    end: z
      .strictObject({
        by: z.enum(['user', 'merchant', 'wechat']),
        time: instant,
        settle_time: instant.describe('until when it is TRANSFERING, or CANCELING'),
        fail_reason: failReason.optional(),
      })
      .describe(
        'what brought it to its end: the user confirmed, the merchant cancelled, or WeChat Pay did without either',
      )
      .optional(),
    over,
    request: z.array(z.string()).optional().describe('what the same number has to bring again'),
  })
  .meta({ id: 'Transfer', description: 'a transfer (转账单)' })

export const transfer = givenTransfer
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

/** A transfer (转账单). Its state follows from the instant: see `stateAt`. */
export type Transfer = Readonly<z.output<typeof transfer>>
/** @internal */
export type TransferEnd = NonNullable<Transfer['end']>
export type GivenTransfer = z.output<typeof givenTransfer>
export type TransferJson = z.input<typeof givenTransfer>

/**
 * Completes a partial transfer: ten yuan of 现金营销, created just now.
 *
 * @throws UsageError for a state beside an end, or for a reason without the state FAIL
 */
export function completeTransfer(given: GivenTransfer, { now, ids, defaultMchid }: RowDefaults): Transfer {
  checkEnd(given)
  const { state, fail_reason = 'OTHER_FAIL_REASON_TYPE', ...rest } = given
  const owner = given.mchid ?? defaultMchid
  const { transfer_scene_id = '1000', create_time = now, lock_time = create_time } = given
  const scene = SCENES[transfer_scene_id]
  const end = given.end ?? endIn(state, fail_reason, Math.max(now, create_time))
  return {
    ...rest,
    mchid: owner,
    out_bill_no: given.out_bill_no ?? `T${ids.digits(15)}`,
    transfer_bill_no: given.transfer_bill_no ?? transferBillNoOf(ids, owner, create_time),
    appid: given.appid ?? 'wx0000000000000001',
    openid: given.openid ?? `o${ids.letters(27)}`,
    transfer_scene_id,
    transfer_amount: given.transfer_amount ?? 1_000,
    transfer_remark: given.transfer_remark ?? '活动奖励',
    user_recv_perception: given.user_recv_perception ?? scene?.perceptions[0] ?? '',
    transfer_scene_report_infos:
      given.transfer_scene_report_infos ??
      (scene?.reports ?? []).map((info_type) => ({ info_type, info_content: '测试' })),
    user_recv_style: given.user_recv_style ?? 'CONFIRM_PAGE',
    create_time,
    lock_time,
    expire_time: given.expire_time ?? orLastInstant(create_time + CONFIRM_PERIOD_MS),
    ...(end && { end }),
    request: given.request ?? [],
  }
}

function checkEnd({ state, end, fail_reason }: GivenTransfer): void {
  if (end && (state !== undefined || fail_reason !== undefined)) {
    throw refusalAt(state === undefined ? '/fail_reason' : '/state', 'MOCK_TRANSFER_STATE', {
      en: 'A transfer has an end, or a state with its fail_reason: leave one of the two out.',
      zh: 'end 与 state（及 fail_reason）只能给出一种，请去掉其中之一。',
    })
  }
  if (fail_reason !== undefined && state !== 'FAIL') {
    throw refusalAt('/fail_reason', 'MOCK_TRANSFER_STATE', {
      en: 'Only a transfer that has failed has a fail_reason: give the state FAIL too, or leave fail_reason out.',
      zh: '只有失败的转账才有 fail_reason：请同时给出 "state": "FAIL"，或去掉 fail_reason。',
    })
  }
}

function endIn(state: GivenTransfer['state'], fail_reason: TransferEnd['fail_reason'], at: number) {
  const by = state === 'CANCELLED' ? 'merchant' : 'user'
  const end: TransferEnd = { by, time: at, settle_time: at, ...(state === 'FAIL' && { fail_reason }) }
  return state === undefined || state === 'WAIT_USER_CONFIRM' ? undefined : end
}

/** The states in which nobody has confirmed. */
export const UNCONFIRMED = ['ACCEPTED', 'PROCESSING', 'WAIT_USER_CONFIRM'] as const
