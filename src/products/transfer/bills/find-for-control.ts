import { z } from 'zod'
import { ownOrOnly } from '../../../control/find-for-merchant.ts'
import type { Said } from '../../../control/things/said.ts'
import type { Mock } from '../../../engine/mock.ts'
import type { Transaction } from '../../../engine/state/store.ts'
import { readToken } from '../receipts/download-token.ts'
import type { Bill } from '../rules/bill.ts'
import { transfers } from './table.ts'

/** How control calls and the dashboard find transfers; calls of the product do in `find-bill.ts`, without the control API. */

export const transferParams = z.object({
  out_bill_no: z.string().meta({ description: "the merchant's number of the transfer" }),
})

/** The refusals of any control call that names a transfer. */
export const transferRefusals = {
  MOCK_TRANSFER_UNKNOWN: { status: 404, when: 'there is no such transfer' },
  MOCK_AMBIGUOUS: 'several merchants have such a transfer, and the well-known one has not: give ?mchid=',
} as const

/**
 * Does something in one transaction and at one instant with the transfer that a call names: the named merchant's; without one the well-known
 * merchant's, else the only one.
 *
 * @throws UsageError `MOCK_TRANSFER_UNKNOWN`, `MOCK_AMBIGUOUS`
 */
export function withTransfer<Result>(
  mock: Mock,
  outBillNo: string,
  mchid: string | undefined,
  work: (bill: Bill, tx: Transaction, now: number) => Promise<Result>,
): Promise<Result> {
  return mock.inTurn(async (tx, now) => {
    const found = await ownOrOnly(
      {
        find: (owner) => tx.in(transfers).find(owner, outBillNo),
        all: () => tx.in(transfers).where('outBillNo', outBillNo),
        ownerOf: (one) => one.mchid,
        name: { en: `transfer ${outBillNo}`, zh: `转账单 ${outBillNo}` },
        unknown: {
          code: 'MOCK_TRANSFER_UNKNOWN',
          path: '/path/out_bill_no',
          advice: {
            en: 'create it with a call, or add it with POST /_mock/transfers',
            zh: '请先调用接口发起转账，或用 POST /_mock/transfers 添加',
          },
        },
      },
      mchid,
      mock.defaultMerchant.mchid,
    )
    return work(found, tx, now)
  })
}

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
