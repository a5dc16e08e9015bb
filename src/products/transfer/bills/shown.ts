import { z } from 'zod'
import { time } from '../../../engine/state/json-fields.ts'
import { exactTime } from '../../../protocol/instant.ts'
import { type Bill, billState, changedAt, pageAt } from '../rules/bill.ts'
import { BILL_STATE } from '../spellings.ts'
import { samePackageInfoFor } from './package-info.ts'
import { failReason } from './schemas.ts'
import { completedTransfer, describeTransfer } from './table.ts'
import { failureShown } from './wire.ts'

/** A transfer as it stands, for looking at: with what follows from the instant, which a seed file does not have. */
export const shownTransfer = completedTransfer
  .extend({
    state: z.enum(Object.values(BILL_STATE)),
    fail_reason: failReason.optional(),
    update_time: time,
    package_info: z
      .string()
      .optional()
      .meta({ description: 'one that opens the page on the phone; left out where none does' }),
  })
  .meta({ id: 'ShownTransfer', description: 'a transfer as it stands now' })

export type ShownTransfer = z.output<typeof shownTransfer>

export function showTransfer(bill: Bill, now: number): ShownTransfer {
  return {
    ...describeTransfer(bill),
    state: BILL_STATE[billState(bill, now)],
    ...failureShown(bill, now),
    update_time: exactTime(changedAt(bill, now)),
    ...(pageAt(bill, now) === 'yes' && {
      package_info: samePackageInfoFor({ kind: 'bill', number: bill.transferBillNo }),
    }),
  }
}
