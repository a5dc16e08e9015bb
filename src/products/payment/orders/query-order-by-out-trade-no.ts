import { z } from 'zod'
import { defineOperation } from '../../../engine/operation.ts'
import { orderNotExist, queryMchidDiffers } from './errors.ts'
import { mchidQuery, orderAnswer, outTradeNo } from './schemas.ts'
import { orders } from './table.ts'
import { orderDetails } from './wire.ts'

/** 商户订单号查询订单: look an order up by the merchant's number. */
export const queryOrderByOutTradeNo = defineOperation({
  id: 'queryOrderByOutTradeNo',
  method: 'GET',
  path: '/v3/pay/transactions/out-trade-no/{out_trade_no}',
  summary: "Look an order up by the merchant's number",
  title: '商户订单号查询订单',
  source: 'https://pay.weixin.qq.com/docs/merchant/apis/query-order/direct-jsons/query-by-out-trade-no.html',

  input: { path: z.object({ out_trade_no: outTradeNo }), query: mchidQuery },
  output: orderAnswer,
  errors: { mchid_differs: queryMchidDiffers, not_found: orderNotExist },

  rules: [
    { rule: 'An order is found by the merchant that placed it only.', evidence: 'documented' },
    {
      rule: 'transaction_id, trade_type, bank_type, attach, success_time, payer and payer_total are there once it is paid.',
      evidence: 'documented',
    },
    { rule: 'An unpaid order whose time has run out is CLOSED.', evidence: 'documented' },
    { rule: 'From its first refund on an order is REFUND, whatever becomes of the refund.', evidence: 'inferred' },
    { rule: 'trade_state_desc has one text for each state.', evidence: 'inferred' },
    { rule: 'The payer pays the whole total: there are no promotions, and no promotion_detail.', evidence: 'inferred' },
  ],

  async handle({ path, query }, { tx, now, caller, fail }) {
    if (query.mchid !== caller.mchid) {
      return fail('mchid_differs', `/query/mchid is ${query.mchid}, the request is signed by ${caller.mchid}`)
    }
    const order = await tx.in(orders).find(caller.mchid, path.out_trade_no)
    return order
      ? orderDetails(order, now)
      : fail('not_found', `${caller.mchid} has no order with out_trade_no ${path.out_trade_no}`)
  },
})
