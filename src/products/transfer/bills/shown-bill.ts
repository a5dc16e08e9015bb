import type { OperationContext } from '../../../engine/operation.ts'
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
  const { tx, caller } = context
  const [bill] = await tx.in(transfers).where('transferBillNo', transferBillNo, caller.mchid)
  return ifShown(bill, transferBillNo, context)
}

function ifShown(bill: Bill | undefined, number: string, { now, caller, fail }: Context): Bill {
  if (bill && now < bill.createdAt + SHOWN_PERIOD_MS) return bill
  return fail('not_found', explainNoBill(caller.mchid, number, bill))
}
