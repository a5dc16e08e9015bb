import { z } from 'zod'
import type { EventDescription } from '../../../engine/callbacks/event.ts'
import type { RepeatSchedule } from '../../../engine/callbacks/notification.ts'
import type { NewNotification } from '../../../engine/operation.ts'
import type { SettingValues } from '../../../engine/setting.ts'
import { formatInstant } from '../../../protocol/instant.ts'
import { shownNumber, wireInstant } from '../../common/fields.ts'
import { type Bill, billState, changedAt, endsAt, failReasonAt } from '../rules/bill.ts'
import { transferSettings } from '../settings.ts'
import { BILL_STATE } from '../spellings.ts'
import { failReason } from './schemas.ts'

/** How callbacks of transfers are repeated: 65 deliveries in almost 23 hours (mch-transfer.md 7.1). */
export const SCHEDULE = [
  { times: 10, seconds: 15 },
  { times: 10, seconds: 300 },
  { times: 44, seconds: 1_800 },
] as const

/** What every callback about the end of a transfer has. */
export const FINISHED = {
  eventType: 'MCHTRANSFER.BILL.FINISHED',
  summary: '商家转账单据终态通知',
  originalType: 'mch_payment',
  associatedData: 'mch_payment',
} as const satisfies Partial<EventDescription>

const { success, fail, cancelled } = BILL_STATE

export const finishedResource = z
  .object({
    mch_id: z.string(),
    out_bill_no: z.string(),
    transfer_bill_no: z.string(),
    transfer_amount: shownNumber({ min: 1 }),
    state: z.enum([success, fail, cancelled]),
    openid: z.string(),
    fail_reason: failReason.optional().meta({ description: 'only of FAIL and CANCELLED' }),
    create_time: wireInstant,
    update_time: wireInstant,
    mchid: z.string().meta({ description: 'the same as mch_id' }),
  })
  .meta({ id: 'TransferBillEvent' })

/** What a callback tells of a transfer at its end, in the order of members that a live one had. */
export function finishedResourceOf(bill: Bill) {
  const at = endsAt(bill)
  const failReason = failReasonAt(bill, at)
  return {
    mch_id: bill.mchid,
    out_bill_no: bill.outBillNo,
    transfer_bill_no: bill.transferBillNo,
    transfer_amount: bill.amountFen,
    state: BILL_STATE[billState(bill, at)],
    openid: bill.openid,
    ...(failReason !== undefined && { fail_reason: failReason }),
    create_time: formatInstant(bill.createdAt),
    update_time: formatInstant(changedAt(bill, at)),
    mchid: bill.mchid,
  }
}

/** How callbacks of transfers are repeated, with the settings as they are. */
export function scheduleIn(settings: SettingValues): RepeatSchedule {
  return transferSettings.transferRepeats.of(settings) === 'payment' ? 'payment' : SCHEDULE
}

/** The callback that tells how a transfer ends, due when it does. */
export function finishedNotification(bill: Bill, url: string, schedule: RepeatSchedule): NewNotification {
  return { ...FINISHED, mchid: bill.mchid, url, resource: finishedResourceOf(bill), dueAt: endsAt(bill), schedule }
}
