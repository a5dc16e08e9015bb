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
      when: {
        en: 'the caller neither created nor owns the batch (code and text observed, status inferred)',
        zh: '调用方不是批次的创建方或归属方（错误码和文字为实测，状态码为推断）',
      },
      evidence: 'observed',
    },
    tied_to_goods: {
      status: 400,
      code: 'INVALID_REQUEST',
      message: '批次已关联商品信息',
      when: {
        en: 'the batch is tied to goods: send it with the call for goods coupons (the text is ours)',
        zh: '批次绑定了商品，须用商品券的发券接口发放（文字为自拟）',
      },
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
            context.fail('tied_to_goods', {
              en: `batch ${stock.stockId} is tied to goods: sendProductCoupon sends it`,
              zh: `批次 ${stock.stockId} 绑定了商品，应使用 sendProductCoupon 发放`,
            })
        },
      }),
    }
  },
})
