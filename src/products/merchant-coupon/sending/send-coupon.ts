import { z } from 'zod'
import { defineOperation } from '../../../engine/operation.ts'
import { sources } from '../../../protocol/sources.ts'
import { stockId } from '../../common/fields.ts'
import { sendByApi, sendFields, sendResult, sendRules } from './send-by-api.ts'
import { sendErrors } from './send-errors.ts'

/** 向用户发券: send a coupon to a user. */
export const sendCoupon = defineOperation({
  id: 'sendCoupon',
  method: 'POST',
  path: '/v3/marketing/busifavor/coupons/send',
  summary: 'Send a coupon to a user',
  title: '向用户发券',
  source: 'https://pay.weixin.qq.com/docs/merchant/products/merchant-exclusive-coupon/introduction.html',

  input: {
    body: z.strictObject({
      openid: sendFields.openid,
      appid: sendFields.appid,
      stock_id: stockId,
      out_request_no: sendFields.out_request_no,
      coupon_code: sendFields.coupon_code,
    }),
  },
  output: z.object({ send_coupon_result: sendResult }),

  errors: {
    ...sendErrors,
    not_permitted: {
      ...sendErrors.not_permitted,
      when: 'the caller neither created nor owns the batch (code and text observed, status inferred)',
      evidence: 'observed',
    },
    tied_to_goods: {
      status: 400,
      code: 'INVALID_REQUEST',
      message: '批次已关联商品信息',
      when: 'the batch is tied to goods: send it with the call for goods coupons (the text is ours)',
      evidence: 'inferred',
    },
  },

  rules: [
    ...sendRules,
    {
      rule: 'The answer is wrapped in send_coupon_result.',
      evidence: 'documented',
      source: [sources.javaSdk, sources.goSdk],
    },
    { rule: 'A batch that is tied to goods is refused.', evidence: 'inferred' },
  ],

  async handle({ body }, context) {
    const { openid, appid, stock_id, out_request_no, coupon_code } = body
    return {
      send_coupon_result: await sendByApi(context, {
        operation: 'sendCoupon',
        product: 'coupon_send',
        openid,
        appid,
        stock_id,
        out_request_no,
        coupon_code,
        check: (stock) => {
          if (stock.tiedToGoods)
            context.fail('tied_to_goods', `batch ${stock.stockId} is tied to goods: sendProductCoupon sends it`)
        },
      }),
    }
  },
})
