import type { Transaction } from '../../engine/state/store.ts'
import { type BillForm, countOf, type Line, totalOf } from './bill-file.ts'

/** One line for each share and each return that succeeded. Only a spreadsheet shows the columns, which is why these are inferred (pay-family.md U20). */
export const sharingBillForm: BillForm = {
  columns: [
    ...['分账时间', '分账发起方', '分账方', '微信订单号', '微信分账/回退单号', '分账明细单号', '商户分账/回退单号'],
    ...['订单金额', '分账接收方', '分账金额', '业务类型', '处理状态', '分账描述', '备注'],
  ],
  totals: [countOf('总条数'), totalOf('分账总金额', '分账金额')],
}

/** Lines of a sharing bill: nothing is shared yet. */
export async function* sharingLines(
  _tx: Transaction,
  _whose: { readonly mchid: string; readonly subMchid?: string },
  _day: { readonly from: number; readonly until: number },
): AsyncGenerator<Line, void> {}
