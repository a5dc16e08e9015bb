import { z } from 'zod'
import { defineOperation } from '../../../engine/operation.ts'
import { requests } from '../../../engine/state/request-numbers.ts'
import { formatInstant } from '../../../protocol/instant.ts'
import { replay } from '../../../shared/request-record.ts'
import { explainReuse } from '../../common/explain.ts'
import { couponCode, stockId, text, wireInstant } from '../../common/fields.ts'
import { couponDeleted, couponNotFound, couponNotPermitted, couponNotUsed, requestNoReused } from '../errors.ts'
import { explainCoupon, explainCouponRight, explainNoCoupon } from '../explain.ts'
import { giveBack } from '../rules/coupon.ts'
import { changingRoles, findCoupon } from './find-coupon.ts'
import { coupons } from './table.ts'

/** 申请退券: give a redeemed coupon back. */
export const returnCoupon = defineOperation({
  id: 'returnCoupon',
  method: 'POST',
  path: '/v3/marketing/busifavor/coupons/return',
  summary: 'Give a redeemed coupon back',
  title: '申请退券',
  source: 'https://pay.weixin.qq.com/docs/merchant/apis/merchant-exclusive-coupon/coupon/return-coupon.html',

  input: {
    body: z.strictObject({
      coupon_code: couponCode,
      stock_id: stockId,
      return_request_no: text({ title: '退券请求单据号', max: 128, example: '1002600620019090123143254436' }),
    }),
  },
  output: z.object({ wechatpay_return_time: wireInstant }),

  errors: {
    request_no_reused: requestNoReused,
    not_found: couponNotFound,
    not_permitted: { ...couponNotPermitted, evidence: 'documented' },
    deleted: couponDeleted,
    not_used: couponNotUsed,
  },

  rules: [
    { rule: 'A redeemed coupon is SENDED again; the answer has the server time.', evidence: 'documented' },
    { rule: 'Given back after its end it is EXPIRED.', evidence: 'inferred' },
    { rule: 'The same return_request_no for the same coupon is answered with the first time.', evidence: 'inferred' },
    { rule: 'Numbers count per merchant: the number of another merchant is no repeat.', evidence: 'inferred' },
    { rule: 'Checks run in the order request number, coupon, right, state.', evidence: 'inferred' },
    { rule: 'A refund gives no coupon back by itself.', evidence: 'documented' },
    { rule: 'Giving back keeps the link to an order.', evidence: 'inferred' },
    {
      rule: 'A merchant that only handed the coupon out may give it back too, unless the setting coupon_sender is look.',
      evidence: 'inferred',
    },
  ],

  async handle({ body }, { tx, now, caller, settings, fail }) {
    const { coupon_code, stock_id, return_request_no } = body
    const values = [stock_id, coupon_code]
    const record = await tx.in(requests).find(caller.mchid, 'returnCoupon', return_request_no)
    const repeated = replay(record, values)
    if (!repeated.ok) return fail(repeated.reason, explainReuse(return_request_no, record, values))
    if (repeated.value) return { wechatpay_return_time: formatInstant(repeated.value.at) }

    const found = await findCoupon(tx, caller, coupon_code, { stockId: stock_id, as: changingRoles(settings) })
    if (found === undefined) return fail('not_found', await explainNoCoupon(tx, coupon_code, { stockId: stock_id }))
    if (found === 'not_permitted') return fail(found, await explainCouponRight(tx, caller, coupon_code, stock_id))
    const { coupon } = found
    const decision = giveBack(coupon, { mchid: caller.mchid, requestNo: return_request_no, at: now })
    if (!decision.ok) return fail(decision.reason, explainCoupon(coupon, now))

    const { at } = decision.value.giveBack
    await tx.in(coupons).save(decision.value)
    await tx.in(requests).save({
      mchid: caller.mchid,
      operation: 'returnCoupon',
      requestNo: return_request_no,
      values,
      at,
    })
    const { redemption } = coupon
    const redeemer = redemption?.mchid ?? caller.mchid
    if (redemption && !(await tx.in(requests).find(redeemer, 'useCoupon', redemption.requestNo))) {
      // A redemption that came with the world left no record, but its number must not redeem the coupon again.
      await tx.in(requests).save({
        mchid: redeemer,
        operation: 'useCoupon',
        requestNo: redemption.requestNo,
        values: [coupon.creatorMchid, coupon.stockId, coupon.code],
        at: redemption.at,
      })
    }
    return { wechatpay_return_time: formatInstant(at) }
  },
})
