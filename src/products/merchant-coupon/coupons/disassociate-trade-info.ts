import { z } from 'zod'
import { defineOperation } from '../../../engine/operation.ts'
import { requests } from '../../../engine/state/request-numbers.ts'
import { INTERNAL_CODES } from '../../../protocol/common-errors.ts'
import { formatInstant } from '../../../protocol/instant.ts'
import { replay } from '../../../shared/request-record.ts'
import { explainReuse } from '../../common/explain.ts'
import { couponCode, requestNo, stockId, text, wireInstant } from '../../common/fields.ts'
import { couponNotPermitted, couponNotUsable, couponUnknown, requestNoReused } from '../errors.ts'
import { explainCoupon, explainCouponRight, explainNoCoupon } from '../explain.ts'
import { disassociate } from '../rules/coupon.ts'
import { changingRoles, findCoupon } from './find-coupon.ts'
import { coupons } from './table.ts'

/** 取消关联订单信息: remove the link between a coupon and an order. */
export const disassociateTradeInfo = defineOperation({
  id: 'disassociateTradeInfo',
  method: 'POST',
  path: '/v3/marketing/busifavor/coupons/disassociate',
  summary: 'Unlink a coupon from an order',
  title: '取消关联订单信息',
  source: 'https://pay.weixin.qq.com/docs/merchant/apis/merchant-exclusive-coupon/coupon/disassociate-trade-info.html',

  rateLimit: { calls: 500, seconds: 1, evidence: 'documented' },

  input: {
    body: z.strictObject({
      stock_id: stockId,
      coupon_code: couponCode,
      out_trade_no: text({ title: '取消关联的商户订单号', max: 128, example: 'treads8a9f980' }),
      out_request_no: requestNo('请求业务单据号'),
    }),
  },
  output: z.object({ wechatpay_disassociate_time: wireInstant }),

  errors: {
    request_no_reused: requestNoReused,
    not_found: couponUnknown,
    not_permitted: couponNotPermitted,
    not_usable: {
      ...couponNotUsable,
      when: {
        en: 'the coupon is USED, EXPIRED, DEACTIVATED or DELETED (which states are meant: inferred)',
        zh: '券的状态是 USED、EXPIRED、DEACTIVATED 或 DELETED（具体包括哪些状态为推断）',
      },
      evidence: 'documented',
    },
    not_linked: {
      status: 400,
      code: 'INVALID_REQUEST',
      message: '券未关联该订单',
      when: {
        en: 'the coupon has no link, or one to another order (rule documented, code and text ours)',
        zh: '券没有关联订单，或关联的是另一个订单（规则见文档，错误码和文字为自拟）',
      },
      evidence: 'inferred',
      internalCode: INTERNAL_CODES.usedByAnotherOrder,
    },
  },

  rules: [
    { rule: 'The request has to name the order that is linked.', evidence: 'documented' },
    { rule: 'The same out_request_no with the same values is answered with the first time.', evidence: 'documented' },
    { rule: 'Only disassociate removes a link; use, return and deactivate keep it.', evidence: 'inferred' },
    {
      rule: 'A merchant that only handed the coupon out may unlink it too, unless the setting coupon_sender is look.',
      evidence: 'inferred',
    },
  ],

  async handle({ body }, { tx, now, caller, settings, fail }) {
    const { stock_id, coupon_code, out_trade_no, out_request_no } = body
    const values = [stock_id, coupon_code, out_trade_no]
    const record = await tx.in(requests).find(caller.mchid, 'disassociateTradeInfo', out_request_no)
    const repeated = replay(record, values)
    if (!repeated.ok) return fail(repeated.reason, explainReuse(out_request_no, record, values))
    if (repeated.value) return { wechatpay_disassociate_time: formatInstant(repeated.value.at) }

    const found = await findCoupon(tx, caller, coupon_code, { stockId: stock_id, as: changingRoles(settings) })
    if (found === undefined) return fail('not_found', await explainNoCoupon(tx, coupon_code, { stockId: stock_id }))
    if (found === 'not_permitted') return fail(found, await explainCouponRight(tx, caller, coupon_code, stock_id))
    const decision = disassociate(found.coupon, { outTradeNo: out_trade_no, requestNo: out_request_no, at: now })
    if (!decision.ok) return fail(decision.reason, explainCoupon(found.coupon, now))

    await tx.in(coupons).save(decision.value)
    await tx.in(requests).save({
      mchid: caller.mchid,
      operation: 'disassociateTradeInfo',
      requestNo: out_request_no,
      values,
      at: now,
    })
    return { wechatpay_disassociate_time: formatInstant(now) }
  },
})
