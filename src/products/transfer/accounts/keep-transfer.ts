import type { SettingValues } from '../../../engine/setting.ts'
import type { Transaction } from '../../../engine/state/store.ts'
import { transfers } from '../bills/table.ts'
import type { Bill } from '../rules/bill.ts'
import { fundsAfter } from '../rules/funds.ts'
import { createdOnDayAfter } from '../rules/money.ts'
import { limitsIn } from '../settings.ts'
import { accountOf, createdTodayIn, fundsNow } from './find-account.ts'
import { transferAccounts } from './table.ts'

/**
 * Keeps a transfer that is new or has changed, and what those of its merchant come to, where that is asked for: with a balance, or limits of a day.
 * Nothing else saves a transfer, so that no call has to add up what was kept before it.
 */
export async function keepTransfer(
  tx: Transaction,
  bill: Bill,
  { now, settings }: { readonly now: number; readonly settings: SettingValues },
): Promise<void> {
  const { mchid } = bill
  const account = await accountOf(tx, mchid)
  const { funds } = account
  const isLimitedByDay = account.today !== undefined || limitsIn(settings).merchantDayFen !== undefined
  if (funds || isLimitedByDay) {
    const before = await tx.in(transfers).find(mchid, bill.outBillNo)
    await tx.in(transferAccounts).save({
      ...account,
      ...(funds && { funds: fundsAfter(await fundsNow(tx, mchid, funds, now), now, before, bill) }),
      ...(isLimitedByDay && { today: createdOnDayAfter(await createdTodayIn(tx, account, now), before, bill) }),
    })
  }
  await tx.in(transfers).save(bill)
}
