import { defineProduct, defineTable, documentedCall } from 'wechatpay-mock'
import { z } from 'zod'

/** Pay score orders (支付分订单) that were cancelled. */
const cancellations = defineTable({
  name: 'cancellations',
  title: { en: 'Cancelled pay score orders', zh: '已取消的支付分订单' },
  row: z.strictObject({ mchid: z.string(), out_order_no: z.string() }).meta({ id: 'Cancellation' }),
  key: ['out_order_no'],
})

/** 取消支付分订单: an order that is cancelled cannot be cancelled again. */
const cancelServiceOrder = documentedCall('POST /v3/payscore/serviceorder/{out_order_no}/cancel', {
  id: 'cancelServiceOrder',
  refusals: { cancelled: '400 ORDER_CANCELED' },
  rules: [{ rule: 'An order that is cancelled cannot be cancelled again.', evidence: 'inferred' }],

  async handle({ path: { out_order_no } }, { tx, caller: { mchid }, fail, shaped }) {
    if (await tx.in(cancellations).find(mchid, out_order_no)) return fail('cancelled')
    await tx.in(cancellations).save({ mchid, out_order_no })
    return shaped()
  },
})

/** Pay score orders, as far as this shop needs them. */
export const payScore = defineProduct({
  id: 'pay-score',
  title: { en: 'Pay score', zh: '支付分' },
  operations: [cancelServiceOrder],
  tables: [cancellations],
})
