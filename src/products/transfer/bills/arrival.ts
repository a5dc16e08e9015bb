import type { Settings } from '../../../engine/settings.ts'
import type { Transaction } from '../../../engine/state/store.ts'
import { findUsers } from '../../platform/index.ts'
import type { FailReason } from '../meanings.ts'
import type { Bill } from '../rules/bill.ts'
import { dayOf } from '../rules/money.ts'
import { limitsIn } from '../settings.ts'
import { receivedBy, transfers } from './table.ts'

/** Why the money of a transfer cannot arrive, as far as the mock finds out by itself; `undefined` where it can. */
export async function objectionToArrival(
  tx: Transaction,
  { mchid, openid, userName, amountFen }: Pick<Bill, 'mchid' | 'openid' | 'userName' | 'amountFen'>,
  { now, settings }: { readonly now: number; readonly settings: Settings },
): Promise<FailReason | undefined> {
  const users = await findUsers(tx, openid, [mchid])
  if (users.some(({ real_name }) => real_name === null)) return 'REAL_NAME_CHECK_FAIL'
  const isAnother = ({ real_name }: (typeof users)[number]) => real_name != null && real_name !== userName?.trim()
  if (userName !== undefined && users.some(isAnother)) return 'NAME_NOT_CORRECT'
  const { userDayFen } = limitsIn(settings)
  if (userDayFen === undefined) return undefined
  const today = await tx.in(transfers).where('received', receivedBy(openid, dayOf(now)), mchid)
  const received = today.reduce((sum, one) => sum + one.amountFen, 0)
  return received + amountFen > userDayFen ? 'DAY_RECEIVED_QUOTA_EXCEED' : undefined
}
