import type { Said } from '../../../control/things/said.ts'
import type { Transaction } from '../../../engine/state/store.ts'
import { readToken } from '../receipts/download-token.ts'
import type { Bill } from '../rules/bill.ts'
import { transfers } from './table.ts'

/** The most numbers of an exchange that are looked up. */
const MOST_NUMBERS = 100

/** The transfers that an exchange names: by either number, or in the address that their receipt is downloaded from. */
export async function billsNamed(tx: Transaction, said: Said, mchid: string | undefined): Promise<readonly Bill[]> {
  const table = tx.in(transfers)
  const tokens = said.of('token').flatMap((token) => readToken(token) ?? [])
  const own = tokens.filter((token) => mchid === undefined || token.mchid === mchid)
  const outBillNos = [...said.of('out_bill_no'), ...own.map(({ outBillNo }) => outBillNo)].slice(0, MOST_NUMBERS)
  const transferBillNos = said.of('transfer_bill_no').slice(0, MOST_NUMBERS)
  const found = await Promise.all([
    ...outBillNos.map((number) => table.where('outBillNo', number, mchid)),
    ...transferBillNos.map((number) => table.where('transferBillNo', number, mchid)),
  ])
  return found.flat()
}
