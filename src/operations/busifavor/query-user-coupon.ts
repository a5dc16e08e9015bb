import { z } from 'zod'
import { defineOperation } from '../../engine/operation.ts'
import { couponCode, text } from '../schemas.ts'
import { userCoupon } from '../wire.ts'
import { findCoupon, mayUseAppid } from './find-coupon.ts'

/** 查询用户券详情: look at one coupon of a user; the only call that shows the link to an order. */
export const queryUserCoupon = defineOperation({
  id: 'queryUserCoupon',
  method: 'GET',
  path: '/v3/marketing/busifavor/users/{openid}/coupons/{coupon_code}/appids/{appid}',
  summary: 'Query one coupon of a user',
  title: '查询用户券详情',
  source: 'https://pay.weixin.qq.com/doc/v3/merchant/4015715938',

  input: {
    path: z.object({
      openid: text({ title: '用户标识', max: 128, example: '2323dfsdf342342' }),
      coupon_code: couponCode,
      appid: text({ title: '公众账号ID', max: 32, example: 'wx233544546545989' }),
    }),
  },
  output: z.looseObject({
    belong_merchant: z.string(),
    stock_id: z.string(),
    coupon_code: z.string(),
    coupon_state: z.string(),
  }),

  errors: {
    not_found: {
      status: 404,
      code: 'RESOURCE_NOT_EXISTS',
      message: '查询的资源不存在',
      when: 'the user holds no such coupon',
      evidence: 'documented',
      internalCode: 268578851,
    },
    not_permitted: {
      status: 403,
      code: 'NOAUTH',
      message: '无权限',
      when: 'the caller neither created nor owns the batch, nor sent the coupon',
      evidence: 'documented',
      internalCode: 268447843,
    },
    appid_unbound: {
      status: 400,
      code: 'APPID_MCHID_NOT_MATCH',
      message: 'appid与请求方商户无关联关系',
      when: 'the appid is bound neither to the caller nor to the owner of the batch',
      evidence: 'documented',
      internalCode: 268445527,
    },
  },

  rules: [
    { rule: 'associate_out_trade_no shows while the coupon is linked.', evidence: 'documented' },
    { rule: 'Members that do not apply are left out.', evidence: 'observed' },
    { rule: 'Where the user holds a code from several batches, the one received last is shown.', evidence: 'inferred' },
  ],

  async handle({ path }, { tx, now, caller, merchantOf, fail }) {
    const found = await findCoupon(tx, caller, path.coupon_code, { openid: path.openid })
    if (found === undefined) return fail('not_found')
    if (found === 'not_permitted') return fail(found)
    const { coupon, stock } = found
    if (!mayUseAppid(path.appid, [caller, merchantOf(stock.ownerMchid)])) return fail('appid_unbound')
    return userCoupon(coupon, stock, now)
  },
})
