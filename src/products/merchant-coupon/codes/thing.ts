import { belongsTo, defineThing } from '../../../control/things/thing.ts'
import type { Transaction } from '../../../engine/state/store.ts'
import { fromWire } from '../../common/spelling.ts'
import { coupons } from '../coupons.ts'
import type { Stock } from '../rules/stock.ts'
import { codeStatus } from '../rules/uploaded-code.ts'
import { stocks } from '../stocks/table.ts'
import { CODE_STATUS } from '../wire.ts'
import { codes, describeCode, withStatus } from './table.ts'

/** Uploaded codes as the dashboard shows them: those of a batch. */
export const codeThing = defineThing(codes, {
  one: { en: 'Uploaded code', zh: '预存 code' },
  none: { en: 'No codes yet. Upload some with a call.', zh: '还没有预存 code。可以调用接口上传。' },
  isListed: false,
  show: describeCode,
  state: (code) => CODE_STATUS[codeStatus(code)],
  search: {
    hint: { en: 'Code or batch', zh: 'code、批次号' },
    texts: ({ code, stockId }) => [code, stockId],
  },
  facts: [
    {
      title: { en: 'Batch', zh: '批次' },
      of: ({ stock_id }) => stock_id,
      to: ({ mchid, stock_id }) => ({ table: stocks, name: [mchid, stock_id] }),
      as: 'code',
      inList: 'under',
    },
    {
      title: { en: 'Coupon', zh: '券' },
      of: ({ code, dispatched_time }) => (dispatched_time === undefined ? undefined : code),
      to: ({ mchid, stock_id, code }) => ({ table: coupons, name: [mchid, stock_id, code] }),
      as: 'code',
    },
    { title: { en: 'Place in the batch', zh: '发放顺序' }, of: ({ position }) => position + 1 },
    { title: { en: 'Uploaded', zh: '上传时间' }, of: ({ upload_time }) => upload_time, as: 'time', inList: 'end' },
    { title: { en: 'Handed out', zh: '发放时间' }, of: ({ dispatched_time }) => dispatched_time, as: 'time' },
  ],
  belongs: [
    belongsTo(stocks, {
      title: { en: 'Uploaded codes', zh: '预存 code' },
      list: {
        name: 'byStatus',
        among: ({ stockId }, state) =>
          Object.values(CODE_STATUS)
            .filter((status) => state === undefined || state === status)
            .map((status) => withStatus(fromWire(CODE_STATUS, status), stockId)),
        states: countStates,
      },
    }),
  ],
})

async function countStates(tx: Transaction, { stockId, creatorMchid }: Stock): Promise<Record<string, number>> {
  const count = (status: 'available' | 'dispatched') =>
    tx.in(codes).countAmong('byStatus', withStatus(status, stockId), creatorMchid)
  return {
    [CODE_STATUS.available]: await count('available'),
    [CODE_STATUS.dispatched]: await count('dispatched'),
  }
}
