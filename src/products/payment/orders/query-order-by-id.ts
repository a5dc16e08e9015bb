import { z } from 'zod'
import { defineOperation } from '../../../engine/operation.ts'
import {
  orderNotExist,
  orderOfAnotherMerchant,
  plannedErrors,
  queryMchidDiffers,
  transactionIdInvalid,
} from './errors.ts'
import { isTransactionId } from './numbers.ts'
import { mchidQuery, orderAnswer, transactionId } from './schemas.ts'
import { orders } from './table.ts'
import { orderDetails } from './wire.ts'

/** 微信支付订单号查询订单: look an order up by WeChat Pay's number. */
export const queryOrderById = defineOperation({
  id: 'queryOrderById',
  method: 'GET',
  path: '/v3/pay/transactions/id/{transaction_id}',
  summary: "Look up an order by WeChat Pay's number",
  title: '微信支付订单号查询订单',
  source: 'https://pay.weixin.qq.com/doc/v3/merchant/4012791858',

  input: { path: z.object({ transaction_id: transactionId }), query: mchidQuery },
  output: orderAnswer,
  errors: {
    ...plannedErrors,
    mchid_differs: queryMchidDiffers,
    transaction_id_invalid: transactionIdInvalid,
    order_of_another_merchant: orderOfAnotherMerchant,
    not_found: orderNotExist,
  },

  rules: [
    { rule: 'Only paid orders have a transaction_id, so only those are found.', evidence: 'documented' },
    { rule: 'The answer is the one of the query by out_trade_no.', evidence: 'documented' },
    { rule: 'An id of another form is found too if a seed file gave it to an order.', evidence: 'inferred' },
  ],

  async handle({ path, query }, { tx, now, caller, fail }) {
    if (query.mchid !== caller.mchid) {
      return fail('mchid_differs', {
        en: `/query/mchid is ${query.mchid}, the request is signed by ${caller.mchid}`,
        zh: `/query/mchid 是 ${query.mchid}，请求由 ${caller.mchid} 签名`,
      })
    }
    const [order] = await tx.in(orders).where('transactionId', path.transaction_id, caller.mchid)
    if (order) return orderDetails(order, now)
    const [another] = await tx.in(orders).where('transactionId', path.transaction_id)
    if (another) {
      return fail('order_of_another_merchant', {
        en: `the order with transaction_id ${path.transaction_id} is one of ${another.mchid}, and ${caller.mchid} asks for it`,
        zh: `transaction_id 为 ${path.transaction_id} 的订单属于 ${another.mchid}，而查询的商户是 ${caller.mchid}`,
      })
    }
    return fail(isTransactionId(path.transaction_id) ? 'not_found' : 'transaction_id_invalid', {
      en: `${caller.mchid} has no order with transaction_id ${path.transaction_id}`,
      zh: `${caller.mchid} 没有 transaction_id 为 ${path.transaction_id} 的订单`,
    })
  },
})
