import type { Transaction } from '../../engine/state/store.ts'
import { ALL } from '../../engine/state/table.ts'
import { orders } from '../payment/index.ts'
import {
  finishedAt,
  payerOf,
  type SharingOrder,
  type SharingReturn,
  sharingOrders,
  sharingReturns,
  succeededAt,
} from '../profit-sharing/index.ts'
import { type BillForm, countOf, escaped, type Line, totalOf } from './bill-file.ts'
import { byTime, entriesOf, listed } from './books.ts'
import { ORDER_ESCAPES, timeOf } from './trade-bill.ts'

/** One line for each share and each return that succeeded. Only a spreadsheet shows the columns, which is why these are inferred (pay-family.md U20). */
export const sharingBillForm: BillForm = {
  columns: [
    ...['分账时间', '分账发起方', '分账方', '微信订单号', '微信分账/回退单号', '分账明细单号', '商户分账/回退单号'],
    ...['订单金额', '分账接收方', '分账金额', '业务类型', '处理状态', '分账描述', '备注'],
  ],
  totals: [countOf('总条数'), totalOf('分账总金额', '分账金额')],
}

/**
 * Lines of a sharing bill, the oldest first.
 *
 * @param mchid who asked for the shares
 * @param subMchid the sub-merchant whose orders were shared; left out for all of them
 * @param day from its first instant until the first one after it
 */
export async function* sharingLines(
  tx: Transaction,
  { mchid, subMchid }: { readonly mchid: string; readonly subMchid?: string },
  day: { readonly from: number; readonly until: number },
): AsyncGenerator<Line, void> {
  const span = { among: ALL, owner: mchid, ...day }
  const isOf = (row: SharingOrder | SharingReturn) => subMchid === undefined || payerOf(row) === subMchid
  const shares = entriesOf(tx, listed(sharingOrders, 'finished', finishedAt), span, async (rows) => {
    const lines = rows.filter(isOf).map(async (one) => shareLines(one, await totalOfOrder(tx, one)))
    return (await Promise.all(lines)).flat()
  })
  const returns = entriesOf(tx, listed(sharingReturns, 'succeeded', succeededAt), span, (rows) =>
    Promise.all(rows.filter(isOf).map(async (one) => returnLine(one, await totalOfOrder(tx, one)))),
  )
  for await (const { line } of byTime([shares, returns])) yield line
}

interface TimedLine {
  readonly time: number
  readonly line: Line
}

/** @param total fen of the order; empty if the world has the share without it */
function shareLines(share: SharingOrder, total: number | ''): readonly TimedLine[] {
  const time = finishedAt(share)
  const got = share.receivers.filter(({ fail_reason }) => fail_reason === undefined)
  return got.map(({ account, amount, detail_id, description }) => ({
    time,
    line: {
      ...columnsOf(share, { time, total, description }),
      '微信分账/回退单号': share.order_id,
      分账明细单号: detail_id,
      '商户分账/回退单号': share.out_order_no,
      分账接收方: account,
      分账金额: amount,
      业务类型: '分账',
    },
  }))
}

/** A return takes its amount off what the receiver got. */
function returnLine(one: SharingReturn, total: number | ''): TimedLine {
  const time = succeededAt(one)
  return {
    time,
    line: {
      ...columnsOf(one, { time, total, description: one.description }),
      '微信分账/回退单号': one.return_id,
      '商户分账/回退单号': one.out_return_no,
      分账接收方: one.return_mchid,
      分账金额: -one.amount,
      业务类型: '分账回退',
    },
  }
}

function columnsOf(
  row: SharingOrder | SharingReturn,
  { time, total, description }: { readonly time: number; readonly total: number | ''; readonly description: string },
): Line {
  return {
    分账时间: timeOf(time),
    分账发起方: row.mchid,
    分账方: payerOf(row),
    微信订单号: row.transaction_id,
    订单金额: total,
    处理状态: 'SUCCESS',
    分账描述: escaped(description, ORDER_ESCAPES),
  }
}

async function totalOfOrder(tx: Transaction, { mchid, transaction_id }: SharingOrder | SharingReturn) {
  const [order] = await tx.in(orders).where('transaction_id', transaction_id, mchid)
  return order?.total ?? ''
}
