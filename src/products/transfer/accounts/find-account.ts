import type { Transaction } from '../../../engine/state/store.ts'
import { transfers } from '../bills/table.ts'
import { availableFen, type Balance, heldBy } from '../rules/money.ts'
import { type TransferAccount, transferAccounts, usualAccount } from './table.ts'

/** The account of a merchant. */
export async function accountOf(tx: Transaction, mchid: string): Promise<TransferAccount> {
  return (await tx.in(transferAccounts).find(mchid)) ?? usualAccount(mchid)
}

/** What of an account is where. */
export async function balanceOf(tx: Transaction, { mchid }: TransferAccount, now: number): Promise<Balance> {
  return heldBy(await tx.in(transfers).list(mchid), now)
}

/** What can be transferred from an account now; `undefined` is any amount. Its transfers matter only where there is a limit. */
export async function availableIn(tx: Transaction, account: TransferAccount, now: number): Promise<number | undefined> {
  if (account.fundedFen === undefined) return undefined
  return availableFen(account.fundedFen, await balanceOf(tx, account, now))
}
