import { readUntil } from '../../../engine/state/read-until.ts'
import type { Transaction } from '../../../engine/state/store.ts'
import { ALL, ascending, descending } from '../../../engine/state/table.ts'
import { transfers } from '../bills/table.ts'
import { endsAt } from '../rules/bill.ts'
import { availableFen, type Funds, fundsAt, holdAt } from '../rules/funds.ts'
import { createdOnDay, type DaySum, dayOf, endOfDay } from '../rules/money.ts'
import { type TransferAccount, transferAccounts, usualAccount } from './table.ts'

/** The account of a merchant. */
export async function accountOf(tx: Transaction, mchid: string): Promise<TransferAccount> {
  return (await tx.in(transferAccounts).find(mchid)) ?? usualAccount(mchid)
}

/** Funds as they are now. Only those transfers are read that have come to their end meanwhile, or have not yet again. */
export async function fundsNow(tx: Transaction, mchid: string, funds: Funds, now: number): Promise<Funds> {
  if (holdAt(funds, now)) return funds
  const table = tx.in(transfers)
  const [earlier, later] = [Math.min(funds.from, now), Math.max(funds.from, now)]
  const ending = await readUntil(
    transfers,
    'ending',
    (stretch) => table.page('ending', ALL, { ...stretch, owner: mchid }),
    (bill) => endsAt(bill) > later,
    { by: ascending(earlier + 1), owner: mchid, key: '' },
  )
  return fundsAt(funds, now, ending)
}

/** What can be transferred from an account now; `undefined` is any amount. */
export async function availableIn(
  tx: Transaction,
  { mchid, funds }: TransferAccount,
  now: number,
): Promise<number | undefined> {
  return funds && availableFen(await fundsNow(tx, mchid, funds, now))
}

/** What the transfers of today come to. They are read only where the sum of another day is kept, or none. */
export async function createdTodayIn(tx: Transaction, { mchid, today }: TransferAccount, now: number): Promise<DaySum> {
  const day = dayOf(now)
  if (today?.day === day) return today
  const table = tx.in(transfers)
  const created = await readUntil(
    transfers,
    'newest',
    (stretch) => table.page('newest', ALL, { ...stretch, owner: mchid }),
    ({ createdAt }) => dayOf(createdAt) < day,
    { by: descending(endOfDay(day)), owner: mchid, key: '' },
  )
  return createdOnDay(created, day)
}
