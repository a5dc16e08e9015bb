import { z } from 'zod'
import { defineOperation } from '../../../engine/operation.ts'
import { sources } from '../../../protocol/sources.ts'
import { leftInCode, paymentSources } from '../sources.ts'
import { orderNotExist, orderOfAnotherMerchant, plannedErrors, queryMchidDiffers } from './errors.ts'
import { mchidQuery, orderAnswer, outTradeNo } from './schemas.ts'
import { orders } from './table.ts'
import { orderDetails } from './wire.ts'

/** 商户订单号查询订单: look an order up by the merchant's number. */
export const queryOrderByOutTradeNo = defineOperation({
  id: 'queryOrderByOutTradeNo',
  method: 'GET',
  path: '/v3/pay/transactions/out-trade-no/{out_trade_no}',
  summary: "Look up an order by the merchant's number",
  title: '商户订单号查询订单',
  source: 'https://pay.weixin.qq.com/doc/v3/merchant/4012791859',

  input: { path: z.object({ out_trade_no: outTradeNo }), query: mchidQuery },
  output: orderAnswer,
  errors: {
    ...plannedErrors,
    mchid_differs: queryMchidDiffers,
    order_of_another_merchant: {
      ...orderOfAnotherMerchant,
      when: {
        en: 'the order is one of another merchant (text documented, status and code inferred); only as a planned fault, since each merchant has numbers of its own',
        zh: '该订单属于另一个商户（文字见文档，状态码和错误码为推断）；只能通过故障注入触发，因为商户订单号只在同一商户内唯一',
      },
    },
    not_found: orderNotExist,
  },

  rules: [
    { rule: 'An order is found by the merchant that placed it only.', evidence: 'documented' },
    {
      rule: 'transaction_id, trade_type, bank_type, attach, success_time, payer, payer_total and currency are there once it is paid.',
      evidence: 'documented',
    },
    {
      rule: 'Until an order is paid, amount has only payer_currency and total, and scene_info is {"device_id":""} if none was given.',
      evidence: 'observed',
      source: [leftInCode('"scene_info":{"device_id":""},"trade_state":"NOTPAY"'), paymentSources.sceneInfoIssue],
    },
    {
      rule: 'Once it is paid, scene_info is there only if the order gave a device_id.',
      evidence: 'documented',
    },
    {
      rule: 'promotion_detail is [] where no coupon of WeChat Pay was used, and attach "" where none was given.',
      evidence: 'observed',
      source: leftInCode('"promotion_detail":[],"scene_info":{"device_id":""}'),
    },
    {
      rule: 'An unpaid order stays NOTPAY after time_expire.',
      evidence: 'documented',
      source: paymentSources.appOrderPage,
    },
    { rule: 'After seven days without payment it is CLOSED.', evidence: 'documented', source: sources.vendorSkills },
    { rule: 'A CLOSED order has the members of one that is NOTPAY.', evidence: 'inferred' },
    {
      rule: 'USERPAYING, PAYERROR and REVOKED are states of payments by code; an order comes to them by a control call only.',
      evidence: 'documented',
    },
    {
      rule: 'From its first refund on an order is REFUND, whatever becomes of the refund (that it stays so after a refund that was CLOSED is inferred).',
      evidence: 'documented',
      source: sources.vendorSkills,
    },
    {
      rule: 'trade_state_desc has one text for each state: those of NOTPAY and SUCCESS are observed, the others taken from API v2 and the list of states.',
      evidence: 'inferred',
    },
    {
      rule: 'payer_total is total without what coupons of WeChat Pay (代金券) take off; they are in promotion_detail. A merchant coupon (商家券) never is.',
      evidence: 'documented',
    },
  ],

  async handle({ path, query }, { tx, now, caller, fail }) {
    if (query.mchid !== caller.mchid) {
      return fail('mchid_differs', {
        en: `/query/mchid is ${query.mchid}, the request is signed by ${caller.mchid}`,
        zh: `/query/mchid 是 ${query.mchid}，请求由 ${caller.mchid} 签名`,
      })
    }
    const order = await tx.in(orders).find(caller.mchid, path.out_trade_no)
    return order
      ? orderDetails(order, now)
      : fail('not_found', {
          en: `${caller.mchid} has no order with out_trade_no ${path.out_trade_no}`,
          zh: `${caller.mchid} 没有 out_trade_no 为 ${path.out_trade_no} 的订单`,
        })
  },
})
