import { z } from 'zod'
import { defineOperation } from '../../../engine/operation.ts'
import { requests } from '../../../engine/state/request-numbers.ts'
import { formatInstant } from '../../../protocol/instant.ts'
import { replay } from '../../../shared/request-record.ts'
import { explainReuse } from '../../common/explain.ts'
import { couponCode, stockId, text, wireInstant } from '../../common/fields.ts'
import {
  couponDeleted,
  couponNotFound,
  couponNotPermitted,
  couponNotUsable,
  notFound,
  requestNoReused,
} from '../errors.ts'
import { explainCoupon, explainCouponRight, explainNoCoupon } from '../explain.ts'
import { deactivate } from '../rules/coupon.ts'
import { stocks } from '../stocks/table.ts'
import { changingRoles, findCoupon } from './find-coupon.ts'
import { coupons } from './table.ts'

/** 使券失效: make a coupon void. */
export const deactivateCoupon = defineOperation({
  id: 'deactivateCoupon',
  method: 'POST',
  path: '/v3/marketing/busifavor/coupons/deactivate',
  summary: 'Make a coupon void',
  title: '使券失效',
  source: 'https://pay.weixin.qq.com/doc/v3/merchant/4015716887',

  input: {
    body: z.strictObject({
      coupon_code: couponCode,
      stock_id: stockId,
      deactivate_request_no: text({ title: '失效请求单据号', max: 128, example: '1002600620019090123143254436' }),
      deactivate_reason: text({
        title: '失效原因',
        max: 64,
        unit: 'characters',
        example: '此券使用时间设置错误',
      }).optional(),
    }),
  },
  output: z.object({ wechatpay_deactivate_time: wireInstant }),

  errors: {
    request_no_reused: requestNoReused,
    stock_unknown: {
      ...notFound,
      message: '批次不存在',
      when: { en: 'there is no batch with this stock_id', zh: '没有此 stock_id 的批次' },
    },
    not_found: { ...couponNotFound, evidence: 'sibling' },
    not_permitted: couponNotPermitted,
    deleted: { ...couponDeleted, evidence: 'sibling' },
    not_usable: {
      ...couponNotUsable,
      when: { en: 'the coupon is USED, EXPIRED or DEACTIVATED', zh: '券的状态是 USED、EXPIRED 或 DEACTIVATED' },
      evidence: 'inferred',
    },
  },

  rules: [
    { rule: 'A coupon that is SENDED is made void; the answer has the server time.', evidence: 'documented' },
    { rule: 'A coupon that is not usable yet can be made void.', evidence: 'inferred' },
    {
      rule: 'The same deactivate_request_no with the same values is answered with the first time.',
      evidence: 'inferred',
    },
    { rule: 'Numbers count per merchant: the number of another merchant is no repeat.', evidence: 'inferred' },
    { rule: 'Making a coupon void keeps the link to an order.', evidence: 'inferred' },
    {
      rule: 'A merchant that only handed the coupon out may make it void too, unless the setting coupon_sender is look.',
      evidence: 'inferred',
    },
    { rule: 'Checks run in the order request number, batch, coupon, right, state.', evidence: 'inferred' },
  ],

  async handle({ body }, { tx, now, caller, settings, fail }) {
    const { coupon_code, stock_id, deactivate_request_no, deactivate_reason } = body
    const values = [stock_id, coupon_code, deactivate_reason ?? '']
    const record = await tx.in(requests).find(caller.mchid, 'deactivateCoupon', deactivate_request_no)
    const repeated = replay(record, values)
    if (!repeated.ok) return fail(repeated.reason, explainReuse(deactivate_request_no, record, values))
    if (repeated.value) return { wechatpay_deactivate_time: formatInstant(repeated.value.at) }

    const found = await findCoupon(tx, caller, coupon_code, { stockId: stock_id, as: changingRoles(settings) })
    if (found === undefined) {
      const named = await tx.in(stocks).where('stockId', stock_id)
      return fail(
        named.length === 0 ? 'stock_unknown' : 'not_found',
        await explainNoCoupon(tx, coupon_code, { stockId: stock_id }),
      )
    }
    if (found === 'not_permitted') return fail(found, await explainCouponRight(tx, caller, coupon_code, stock_id))
    const decision = deactivate(found.coupon, {
      mchid: caller.mchid,
      requestNo: deactivate_request_no,
      at: now,
      ...(deactivate_reason !== undefined && { reason: deactivate_reason }),
    })
    if (!decision.ok) return fail(decision.reason, explainCoupon(found.coupon, now))

    const { at } = decision.value.deactivation
    await tx.in(coupons).save(decision.value)
    await tx.in(requests).save({
      mchid: caller.mchid,
      operation: 'deactivateCoupon',
      requestNo: deactivate_request_no,
      values,
      at,
    })
    return { wechatpay_deactivate_time: formatInstant(at) }
  },
})
