import type { Operation } from '../../../src/engine/operation.ts'
import type { WechatPayMock } from '../../../src/mock.ts'
import type { OrderJson } from '../../../src/products/payment/orders.ts'
import { encrypted } from '../transfer/transfers.ts'

/** Requests of shares, and helpers for their tests. */

export const TRANSACTION = '4200001234202611250000000001'
export const PAYER = '1900000001'
export const SUPPLIER = '1900000109'
const OWNER = { type: 'MERCHANT_ID', account: SUPPLIER } as const

/** A receiver of a share, with changes. */
export const part = (amount: number, changes: object = {}) => ({
  ...OWNER,
  amount,
  description: '供货分账',
  ...changes,
})

/** The request of the share P1: ten yuan for a supplier, with changes. */
export const share = (changes: object = {}) => ({
  transaction_id: TRANSACTION,
  out_order_no: 'P1',
  receivers: [part(1_000)],
  unfreeze_unsplit: false,
  ...changes,
})

export const unfreeze = (changes: object = {}) => ({
  transaction_id: TRANSACTION,
  out_order_no: 'U1',
  description: '解冻全部剩余资金',
  ...changes,
})

/** The request that takes three yuan of the share P1 back, with changes. */
export const giveBack = (changes: object = {}) => ({
  out_order_no: 'P1',
  out_return_no: 'R1',
  return_mchid: SUPPLIER,
  amount: 300,
  description: '用户退款',
  ...changes,
})

export const added = (changes: object = {}) => ({
  appid: 'wx0000000000000001',
  ...OWNER,
  relation_type: 'SUPPLIER',
  ...changes,
})

/** The same with the encrypted name that a merchant needs. */
export const withName = (changes: object = {}) => added({ name: encrypted('供货商'), ...changes })

type Control = WechatPayMock['control']

/** An order of a hundred yuan, paid an hour ago, that waits to be shared; the supplier is a receiver. */
export async function waiting(control: Control, changes: OrderJson = {}): Promise<void> {
  await control.addOrder({
    out_trade_no: 'ORDER_1',
    transaction_id: TRANSACTION,
    total: 10_000,
    profit_sharing: true,
    ...changes,
  })
  const { sub_mchid } = changes
  await control.addSharingReceiver({ account: SUPPLIER, ...(sub_mchid !== undefined && { mchid: sub_mchid }) })
}

/** An answer of a call that an operation refuses for a reason. */
export function refusalOf(operation: Pick<Operation, 'errors'>, reason: string) {
  const error = operation.errors[reason]
  if (!error) throw new Error(`There is no error ${reason}.`)
  const { status, code, message } = error
  return { status, body: { code, message } }
}
