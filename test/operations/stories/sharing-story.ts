import { expect } from 'vitest'
import type { MockControl } from '../../../src/mock-control.ts'
import {
  addReceiver,
  createRefund,
  createSharing,
  createSharingReturn,
  jsapiPrepay,
  querySharing,
  querySharingReturn,
  queryUnsplitAmount,
  unfreezeOrder,
} from '../../../src/products/operations.ts'
import type { told } from '../../products/transfer/transfers.ts'
import { APPID, anOrder, PAYER, type Take } from './story.ts'

/** Who plays the story, and how: a client of the tests, or a program with a real SDK. */
export interface Players {
  readonly take: Take
  readonly control: MockControl
  /** The merchant that is paid. */
  readonly mchid: string
  readonly supplier: { readonly mchid: string; readonly name: string }
  /** A text as the player hands it over to be encrypted. */
  readonly seal: (text: string) => unknown
  /** The supplier's server: its address, and callbacks that came there, opened with its key. */
  readonly told: { readonly url: string; readonly notices: () => Promise<readonly ReturnType<typeof told>[]> }
}

const NOT_SHARING = '400 INVALID_REQUEST 非分账订单不支持分账'
const OVER_RATIO =
  '400 INVALID_REQUEST 分账金额超出最大分账比例，最大可分账金额需等比例扣除退款与补差回退等逆向交易金额'

/** Story 8 of pay-family.md 15: an order is shared with a supplier, unfrozen, given back in part, and refunded. */
export async function shareOrders({ take, control, mchid, supplier, seal, told }: Players): Promise<void> {
  const account = supplier.mchid
  const common = { mchid, total: 10_000, profit_sharing: true }
  const share = (transaction_id: string, out_order_no: string, amount: number) => ({
    appid: APPID,
    transaction_id,
    out_order_no,
    receivers: [{ type: 'MERCHANT_ID', account, amount, description: '供货分账' }],
    unfreeze_unsplit: false,
  })
  await control.addSharingAccount({ mchid: account, notify_url: told.url })
  await take(jsapiPrepay, {
    ...anOrder({ ...PAYER, mchid, out_trade_no: 'SHARED_1', amount: { total: 10_000 } }),
    settle_info: { profit_sharing: true },
  })
  const { transaction_id = '' } = await control.payOrder('SHARED_1', {}, { mchid })
  const shared = (out_order_no: string, amount: number, expected: Parameters<Take>[2]) =>
    take(createSharing, share(transaction_id, out_order_no, amount), expected)

  await shared('P1', 3_000, '400 INVALID_REQUEST 订单处理中，请稍后重试')
  await control.advance('PT60S')
  await shared('P1', 3_000, '400 PARAM_ERROR 分账接收方关系不存在，请检查参数中每个接收方的关系')
  const added = { type: 'MERCHANT_ID', account, relation_type: 'SUPPLIER' }
  await take(addReceiver, { ...added, appid: APPID, name: seal(supplier.name) }, added)
  await shared('P1', 3_100, OVER_RATIO)
  const pending = { result: 'PENDING', finish_time: '1970-01-01T08:00:00+08:00' }
  await shared('P1', 1_000, { state: 'PROCESSING', receivers: [pending] })
  await shared('P2', 2_000, { state: 'PROCESSING', receivers: [pending] })
  // The fee took sixty fen of a hundred yuan.
  await take(queryUnsplitAmount, { transaction_id }, { unsplit_amount: 6_940 })
  await control.advance('PT1S')
  await take(
    querySharing,
    { out_order_no: 'P2', transaction_id },
    { state: 'FINISHED', receivers: [{ result: 'SUCCESS' }] },
  )
  const unfreeze = { transaction_id, out_order_no: 'U1', description: '解冻全部剩余资金' }
  await take(unfreezeOrder, unfreeze, { receivers: [{ amount: 6_940, account: mchid, result: 'PENDING' }] })
  await take(queryUnsplitAmount, { transaction_id }, { unsplit_amount: 0 })
  await shared('P3', 1, '400 INVALID_REQUEST 订单已完结分账，不支持分账')
  const back = { out_order_no: 'P1', out_return_no: 'B1' }
  await take(
    createSharingReturn,
    { ...back, return_mchid: account, amount: 300, description: '用户退款' },
    { amount: 300 },
  )
  await take(querySharingReturn, back, { result: 'SUCCESS', return_mchid: account })
  const amount = { refund: 9_000, total: 10_000, currency: 'CNY' }
  await take(createRefund, { transaction_id, out_refund_no: 'R1', amount }, { funds_account: 'AVAILABLE' })

  const notices = await told.notices()
  expect(notices.map(({ original_type }) => original_type)).toEqual(Array(3).fill('profitsharing'))
  const whose = { mchid, transaction_id }
  expect(notices).toMatchObject([
    { summary: '分账', resource: { ...whose, out_order_no: 'P1', receiver: { account, amount: 1_000 } } },
    { summary: '分账', resource: { ...whose, out_order_no: 'P2', receiver: { account, amount: 2_000 } } },
    { summary: '分账回退', resource: { ...whose, out_order_no: 'B1', receiver: { account: mchid, amount: 300 } } },
  ])

  // Two minutes before its thirty days are over. SDKs refuse answers that are five minutes away from their own time.
  const paid = Date.parse((await control.clock()).now) - 30 * 86_400_000 + 120_000
  const old = await control.addOrder({
    ...common,
    out_trade_no: 'SHARED_2',
    success_time: new Date(paid).toISOString(),
  })
  const left = { transaction_id: old.transaction_id ?? '' }
  await take(queryUnsplitAmount, left, { unsplit_amount: 9_940 })
  await control.advance('PT120S')
  await take(queryUnsplitAmount, left, { unsplit_amount: 0 })
  await take(createSharing, share(left.transaction_id, 'P4', 1), '403 NOT_ENOUGH 分账金额不足')

  const other = await control.addOrder({ ...common, out_trade_no: 'UNSHARED', profit_sharing: false })
  await take(createSharing, share(other.transaction_id ?? '', 'P5', 1), NOT_SHARING)
}
