import { z } from 'zod'
import { defineOperation } from '../../../engine/operation.ts'
import { explainOrder } from '../explain.ts'
import { close } from '../rules/order.ts'
import { alreadyPaid } from './errors.ts'
import { mchid, outTradeNo } from './schemas.ts'
import { orders } from './table.ts'

/** 关闭订单: close an order that was not paid. */
export const closeOrder = defineOperation({
  id: 'closeOrder',
  method: 'POST',
  path: '/v3/pay/transactions/out-trade-no/{out_trade_no}/close',
  summary: 'Close an order that was not paid',
  title: '关闭订单',
  source: 'https://pay.weixin.qq.com/docs/merchant/products/close-order/introduction.html',

  input: { path: z.object({ out_trade_no: outTradeNo }), body: z.strictObject({ mchid }) },
  output: z.undefined(),
  errors: { already_paid: alreadyPaid },

  rules: [
    { rule: 'Done is answered with 204 and no body.', evidence: 'documented' },
    {
      rule: 'Closing again, and closing a number that there is no order for, is answered with 204 too.',
      evidence: 'observed',
    },
    { rule: 'An order that was paid is not closed, whether it was refunded or not.', evidence: 'documented' },
    { rule: 'A number that was closed before there was an order can still be placed.', evidence: 'inferred' },
  ],

  async handle({ path }, { tx, now, caller, fail }) {
    const order = await tx.in(orders).find(caller.mchid, path.out_trade_no)
    if (order === undefined) return undefined
    const decision = close(order, now)
    if (!decision.ok) return fail(decision.reason, explainOrder(order, now))
    await tx.in(orders).save(decision.value)
    return undefined
  },
})
