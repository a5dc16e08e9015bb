import type { OperationContext } from '../../../engine/operation.ts'
import type { Transaction } from '../../../engine/state/store.ts'
import { explainNoBill } from '../explain.ts'
import { type Bill, SHOWN_PERIOD_MS } from '../rules/bill.ts'
import { transfers } from './table.ts'

type Context = Pick<OperationContext<'not_found'>, 'tx' | 'now' | 'caller' | 'fail'>

/** The caller's transfer with a number of its own, no older than 30 days. */
export async function billNamed(outBillNo: string, context: Context): Promise<Bill> {
  const { tx, caller } = context
  return ifShown(await tx.in(transfers).find(caller.mchid, outBillNo), outBillNo, context)
}

/** The caller's transfer with a number of WeChat Pay's, no older than 30 days. */
export async function billWithId(transferBillNo: string, context: Context): Promise<Bill> {
  return ifShown(await findWithId(context.tx, context.caller.mchid, transferBillNo), transferBillNo, context)
}

/** A merchant's transfer with a number of WeChat Pay's, however old. */
export async function findWithId(tx: Transaction, mchid: string, transferBillNo: string): Promise<Bill | undefined> {
  return (await tx.in(transfers).where('transferBillNo', transferBillNo, mchid))[0]
}

function ifShown(bill: Bill | undefined, number: string, { now, caller, fail }: Context): Bill {
  if (bill && now < bill.createdAt + SHOWN_PERIOD_MS) return bill
  return fail('not_found', explainNoBill(caller.mchid, number, bill))
}
