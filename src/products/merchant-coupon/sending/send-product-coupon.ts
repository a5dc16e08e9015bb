import { z } from 'zod'
import { defineOperation } from '../../../engine/operation.ts'
import { commonErrors } from '../../../protocol/common-errors.ts'
import { choice, text } from '../../common/fields.ts'
import { sendByApi, sendFields, sendResult, sendRules } from './send-by-api.ts'
import { sendErrors } from './send-errors.ts'

/** 向用户发放商品券: send a coupon of a batch that is tied to goods. */
export const sendProductCoupon = defineOperation({
  id: 'sendProductCoupon',
  method: 'POST',
  path: '/v3/marketing/busifavor/product-coupons/send',
  summary: 'Send a goods coupon to a user',
  title: '向用户发放商品券',
  source: 'https://pay.weixin.qq.com/doc/v3/partner/4015595255',

  input: {
    body: z.strictObject({
      openid: sendFields.openid,
      appid: sendFields.appid,
      stock_id: text({ title: '批次号', max: 128, example: '12312354' }),
      out_request_no: sendFields.out_request_no,
      coupon_code: sendFields.coupon_code,
      coupon_type: choice('券类型', ['NORMAL', 'MEMBER']),
      member_card_id: text({ title: '会员卡ID', max: 32, example: 'pbLatjvWOibDc5-TBnbUk1pD12o0' }).optional(),
    }),
  },
  output: sendResult,

  errors: {
    ...sendErrors,
    not_tied_to_goods: {
      status: 400,
      code: 'INVALID_REQUEST',
      message: '批次未关联商品信息',
      when: { en: 'the batch is not tied to goods (the text is ours)', zh: '批次没有绑定商品（文字为自拟）' },
      evidence: 'inferred',
    },
    member_card_id_needed: {
      ...commonErrors.parameter_invalid,
      when: {
        en: 'member_card_id left out for a coupon of type MEMBER (rule documented, answer inferred)',
        zh: '券类型为 MEMBER，却没有传 member_card_id（规则见文档，应答为推断）',
      },
      evidence: 'inferred',
    },
  },

  rules: [
    ...sendRules,
    { rule: 'Only batches that are tied to goods are sent.', evidence: 'documented' },
    { rule: 'MEMBER needs member_card_id; with NORMAL it is passed over.', evidence: 'documented' },
  ],

  async handle({ body }, context) {
    const { openid, appid, stock_id, out_request_no, coupon_code, coupon_type, member_card_id } = body
    if (coupon_type === 'MEMBER' && member_card_id === undefined) {
      return context.fail('member_card_id_needed', {
        en: '/body/member_card_id: missing, and coupon_type is MEMBER',
        zh: '/body/member_card_id：缺少此字段，而 coupon_type 是 MEMBER',
      })
    }
    return sendByApi(context, {
      operation: 'sendProductCoupon',
      product: 'product_coupon',
      openid,
      appid,
      stock_id,
      out_request_no,
      coupon_code,
      more: [coupon_type, member_card_id ?? ''],
      check: (stock) => {
        if (!stock.tiedToGoods)
          context.fail('not_tied_to_goods', {
            en: `batch ${stock.stockId} is not tied to goods: sendCoupon sends it`,
            zh: `批次 ${stock.stockId} 没有绑定商品，应使用 sendCoupon 发放`,
          })
      },
    })
  },
})
