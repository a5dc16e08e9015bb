import { z } from 'zod'
import { ownOrOnly } from '../../../control/find-for-merchant.ts'
import type { Mock } from '../../../engine/mock.ts'
import type { Transaction } from '../../../engine/state/store.ts'
import type { Order } from '../rules/order.ts'
import { orders } from './table.ts'

export const orderParams = z.object({
  out_trade_no: z.string().meta({ description: "the merchant's number of the order" }),
})

/** The refusals of any control call that names an order. */
export const orderRefusals = {
  MOCK_ORDER_UNKNOWN: { status: 404, when: 'there is no such order' },
  MOCK_AMBIGUOUS: 'several merchants have such an order, and the well-known one has not: give ?mchid=',
} as const

/**
 * Does something in one transaction and at one instant with the order that a call names: the named merchant's; without one the well-known merchant's,
 * else the only one.
 *
 * @throws UsageError `MOCK_ORDER_UNKNOWN`, `MOCK_AMBIGUOUS`
 */
export function withOrder<Result>(
  mock: Mock,
  outTradeNo: string,
  mchid: string | undefined,
  work: (order: Order, tx: Transaction, now: number) => Promise<Result>,
): Promise<Result> {
  return mock.inTurn(async (tx, now) => {
    const found = await ownOrOnly(
      {
        find: (owner) => tx.in(orders).find(owner, outTradeNo),
        all: () => tx.in(orders).where('outTradeNo', outTradeNo),
        ownerOf: (one) => one.mchid,
        name: { en: `order ${outTradeNo}`, zh: `订单 ${outTradeNo}` },
        unknown: {
          code: 'MOCK_ORDER_UNKNOWN',
          path: '/path/out_trade_no',
          advice: {
            en: 'place it with a call, or add it with POST /_mock/orders',
            zh: '请先调用接口下单，或用 POST /_mock/orders 添加',
          },
        },
      },
      mchid,
      mock.defaultMerchant.mchid,
    )
    return work(found, tx, now)
  })
}
