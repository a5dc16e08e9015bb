import { z } from 'zod'
import { defineOperation } from '../../../engine/operation.ts'
import { explainAppid, mayUseAppid } from '../../common/appid.ts'
import { couponCode, text } from '../../common/fields.ts'
import { belongsToAppid, explainOpenid, findUsers } from '../../platform/index.ts'
import { couponAnswer } from '../answer-schemas.ts'
import { appidUnbound, notFound, notPermitted, openidOfAnotherAppid } from '../errors.ts'
import { explainCouponRight, explainNoCoupon } from '../explain.ts'
import { couponSources } from '../sources.ts'
import { userCoupon } from '../wire.ts'
import { findCoupon } from './find-coupon.ts'

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
  output: couponAnswer,

  errors: {
    not_found: notFound,
    not_permitted: notPermitted,
    appid_unbound: appidUnbound,
    openid_of_another_appid: openidOfAnotherAppid,
  },

  rules: [
    { rule: 'associate_out_trade_no shows while the coupon is linked.', evidence: 'documented' },
    { rule: 'Members that do not apply are left out.', evidence: 'observed', source: couponSources.liveAnswers },
    { rule: 'Where the user holds a code from several batches, the one received last is shown.', evidence: 'inferred' },
    {
      rule: 'Where the user holds no such coupon, an openid of another appid is named as what is wrong.',
      evidence: 'inferred',
    },
  ],

  async handle({ path }, { tx, now, caller, merchantOf, fail }) {
    const found = await findCoupon(tx, caller, path.coupon_code, { openid: path.openid })
    if (found === undefined) {
      const known = await findUsers(tx, path.openid, [caller.mchid])
      if (!belongsToAppid(known, path.appid)) {
        return fail('openid_of_another_appid', explainOpenid(path.openid, path.appid, known))
      }
      return fail('not_found', await explainNoCoupon(tx, path.coupon_code, { openid: path.openid }))
    }
    if (found === 'not_permitted') return fail(found, await explainCouponRight(tx, caller, path.coupon_code))
    const { coupon, stock } = found
    const merchants = [caller, merchantOf(stock.ownerMchid)]
    if (!mayUseAppid(path.appid, merchants)) return fail('appid_unbound', explainAppid(path.appid, merchants))
    const users = await findUsers(tx, path.openid, [caller.mchid, stock.ownerMchid, stock.creatorMchid])
    if (!belongsToAppid(users, path.appid)) {
      return fail('openid_of_another_appid', explainOpenid(path.openid, path.appid, users))
    }
    return userCoupon(coupon, stock, now)
  },
})
