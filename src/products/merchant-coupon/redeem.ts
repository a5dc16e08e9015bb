import { z } from 'zod'
import { couponCode, instant, shownInstant, stockId, text } from '../../catalogue/fields.ts'
import { defineOperation, documented, inferred, REPEAT, reported, upon } from '../../engine/operation.ts'
import { requests } from '../../engine/state/request-numbers.ts'
import { INTERNAL_CODES } from '../../wire/protocol/common-errors.ts'
import { sources } from '../../wire/protocol/sources.ts'
import { sentences, type Texts } from '../../wire/shared/texts.ts'
import { once } from '../common/once.ts'
import { because, parameterUnfit, refusal } from '../common/refusal.ts'
import { shownOpenid, shownStockId } from './answer-schemas.ts'
import { deactivate, giveBack, redeem } from './coupon-rules.ts'
import { type Coupon, coupons } from './coupons.ts'
import * as errors from './errors.ts'
import { merchantsOf, requireAppids, requireOpenid } from './errors.ts'
import { changeOnce, explainCodeMode, explainCoupon, namedCoupon, REDEEMING } from './find-coupon.ts'
import { couponSources } from './sources.ts'
import { isInsideWindows } from './stock-rules.ts'
import { type Stock, stocks } from './stocks.ts'

/** 核销用户的券: redeem a coupon that a user holds. */
export const useCoupon = defineOperation({
  id: 'useCoupon',
  method: 'POST',
  path: '/v3/marketing/busifavor/coupons/use',
  summary: 'Redeem a coupon',
  title: '核销用户的券',
  source: 'https://pay.weixin.qq.com/docs/merchant/apis/merchant-exclusive-coupon/coupon/use-coupon.html',
  rateLimit: { calls: 500, seconds: 1, evidence: 'documented' },
  input: {
    body: z.strictObject({
      coupon_code: couponCode,
      stock_id: stockId.optional(),
      appid: text({ title: '公众账号ID', max: 32, example: 'wx1234567889999' }),
      use_time: instant({ title: '请求核销时间', example: '2015-05-20T13:29:35+08:00' }),
      use_request_no: text({ title: '核销请求单据号', max: 128, example: '1002600620019090123143254435' }),
      openid: text({ title: '用户标识', max: 128, example: 'xsd3434454567676' }).optional(),
      out_trade_no: z.string().optional(),
      mch_id: z.string().optional(),
      transaction_id: z.string().optional(),
    }),
  },
  output: z.object({ stock_id: shownStockId, openid: shownOpenid, wechatpay_use_time: shownInstant }),
  errors: {
    not_found: errors.notFound,
    stock_id_needed: parameterUnfit({
      en: 'stock_id left out although the merchant supplies the codes (rule documented, answer inferred)',
      zh: '券 code 由商户提供，却没有传 stock_id（规则见文档，应答为推断）',
    }),
    not_permitted: because(errors.couponNotPermitted, {
      en: 'the caller neither created nor owns the batch; having handed the coupon out is not enough (code and text observed, status inferred)',
      zh: '调用方不是批次的创建方或归属方，只发过券不够（错误码和文字为实测，状态码为推断）',
      evidence: 'observed',
      source: couponSources.redeemedBySender,
    }),
    appid_unbound: errors.appidUnbound,
    openid_of_another_appid: errors.openidOfAnotherAppid,
    request_no_reused: errors.requestNoReused,
    held_by_another_user: refusal(404, 'USER_NOT_EXISTS')('documented', 'openid不正确', {
      en: 'openid given, and it is not the holder',
      zh: '传了 openid，但不是券的持有人',
      source: couponSources.sharedErrors,
      internalCode: INTERNAL_CODES.openidInvalid,
    }),
    already_used: refusal(400, 'RESOURCE_ALREADY_EXISTS')('observed', '券已被其他订单核销', {
      en: 'redeemed before with another use_request_no, or by another merchant',
      zh: '已用另一个 use_request_no 核销过，或已被其他商户核销',
      source: couponSources.liveAnswers,
      internalCode: INTERNAL_CODES.usedByAnotherOrder,
    }),
    outside_its_time: refusal(403, 'RULELIMIT')('documented', '券不在有效期', {
      en: 'before its start, after its end, or outside its weekly or irregular windows',
      zh: '未到可用时间、已过可用时间，或不在每周固定或不规则的可用时段内',
      source: couponSources.sharedErrors,
      internalCode: INTERNAL_CODES.couponExpired,
    }),
    deactivated: because(errors.couponNotUsable, {
      en: 'the coupon is DEACTIVATED',
      zh: '券的状态是 DEACTIVATED',
      evidence: 'inferred',
    }),
    deleted: { ...errors.couponDeleted, evidence: 'sibling' },
  },
  rules: [
    documented('A sent coupon inside its time is redeemed; the answer has the server time.'),
    {
      rule: 'The same use_request_no for the same coupon is answered with the first time.',
      evidence: 'sibling',
      source: sources.vendorSkills,
      upon: REPEAT,
    },
    reported(
      'A merchant that only handed the coupon out cannot redeem it; the creator of the batch can.',
      couponSources.redeemedBySender,
    ),
    inferred('The owner of the batch may redeem its coupons too.'),
    inferred('Numbers count per merchant: the number of another merchant that redeemed the coupon is no repeat.'),
    inferred('use_time may be any time; whether the coupon is usable is judged at the server time.'),
    documented('stock_id is needed when the merchant supplies the codes.'),
    inferred('Checks run in the order coupon, right, batch given, appid, request number, holder, state and time.'),
    inferred('Redeeming does not depend on the state of the batch.'),
    inferred('Redeeming keeps the link to an order.'),
    inferred(
      'After a return it takes a new use_request_no: the old one is answered with its first 200, and redeems nothing.',
    ),
  ],
  async handle({ body }, context) {
    const { coupon_code, stock_id, appid, use_request_no, openid } = body
    const { tx, now, caller, fail } = context
    const { coupon, stock } = await namedCoupon(context, coupon_code, { stock_id, as: REDEEMING })
    if (stock_id === undefined && stock.coupon_code_mode !== 'WECHATPAY_MODE') {
      const mode = explainCodeMode(stock)
      return fail('stock_id_needed', {
        en: `stock_id is left out, and ${mode.en}`,
        zh: `没有传 stock_id，而${mode.zh}`,
      })
    }
    requireAppids(context, [appid], stock.belong_merchant)
    if (openid !== undefined) await requireOpenid(context, { openid, appid }, merchantsOf(stock))

    const request = { operation: 'useCoupon', request_no: use_request_no, values: valuesOfUse(coupon) }
    const { time } = await once(context, request, async () => {
      const decision = redeem(coupon, stock, { mchid: caller.mchid, request_no: use_request_no, time: now, openid })
      if (!decision.ok) {
        const isOthers = decision.reason === 'held_by_another_user'
        return fail(decision.reason, isOthers ? explainHolder(coupon, openid) : explainTime(coupon, stock, now))
      }
      await tx.in(coupons).save(decision.value)
      return { time: decision.value.use_time ?? now }
    })
    return { ...coupon, wechatpay_use_time: time }
  },
})

/** A redemption is told from others by its coupon, which requests may name without its batch. */
function valuesOfUse({ mchid, stock_id, coupon_code }: Coupon): string[] {
  return [mchid, stock_id, coupon_code]
}

function explainHolder({ coupon_code, stock_id, openid }: Coupon, wanted: string | undefined): Texts {
  return {
    en: `coupon ${coupon_code} of batch ${stock_id} is held by ${openid}, not ${wanted}`,
    zh: `批次 ${stock_id} 的券 ${coupon_code} 由 ${openid} 持有，不是 ${wanted}`,
  }
}

const OUTSIDE_WINDOWS: Texts = {
  en: 'Outside the weekly and irregular times of its batch.',
  zh: '当前不在批次每周固定或不规则的可用时段内。',
}

/** Explains the coupon's state, and whether it is outside the weekly or irregular windows of its batch. */
function explainTime(coupon: Coupon, stock: Stock, now: number): Texts {
  const state = explainCoupon(coupon, now)
  return isInsideWindows(stock.coupon_use_rule.coupon_available_time, now) ? state : sentences([state, OUTSIDE_WINDOWS])
}

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
  output: z.object({ wechatpay_return_time: shownInstant }),
  errors: {
    request_no_reused: errors.requestNoReused,
    not_found: errors.couponNotFound,
    not_permitted: { ...errors.couponNotPermitted, evidence: 'documented' },
    deleted: errors.couponDeleted,
    not_used: errors.couponNotUsed,
  },
  rules: [
    documented('A redeemed coupon is SENDED again; the answer has the server time.'),
    inferred('Given back after its end it is EXPIRED.'),
    upon(REPEAT, inferred('The same return_request_no for the same coupon is answered with the first time.')),
    inferred('Numbers count per merchant: the number of another merchant is no repeat.'),
    inferred('Checks run in the order request number, coupon, right, state.'),
    documented('A refund gives no coupon back by itself.'),
    inferred('Giving back keeps the link to an order.'),
    inferred(
      'A merchant that only handed the coupon out may give it back too, unless the setting coupon_sender is look.',
    ),
  ],
  async handle({ body }, context) {
    const { coupon_code, stock_id, return_request_no } = body
    const { tx, now, caller } = context
    const { time, before } = await changeOnce(context, {
      operation: 'returnCoupon',
      request_no: return_request_no,
      values: [stock_id, coupon_code],
      stock_id,
      coupon_code,
      decide: (coupon) => giveBack(coupon, { mchid: caller.mchid, request_no: return_request_no, time: now }),
      timeOf: ({ return_time }) => return_time,
    })
    const { use_request_no, use_time, use_merchant = caller.mchid } = before ?? {}
    if (before && use_request_no !== undefined && use_time !== undefined) {
      // A redemption that came with the world left no record, but its number must not redeem the coupon again.
      const name = [use_merchant, 'useCoupon', use_request_no] as const
      if (!(await tx.in(requests).find(...name))) {
        const [mchid, operation, request_no] = name
        await tx.in(requests).save({ mchid, operation, request_no, values: valuesOfUse(before), time: use_time })
      }
    }
    return { wechatpay_return_time: time }
  },
})

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
  output: z.object({ wechatpay_deactivate_time: shownInstant }),
  errors: {
    request_no_reused: errors.requestNoReused,
    stock_unknown: because(errors.notFound, {
      en: 'there is no batch with this stock_id',
      zh: '没有此 stock_id 的批次',
      message: '批次不存在',
    }),
    not_found: { ...errors.couponNotFound, evidence: 'sibling' },
    not_permitted: errors.couponNotPermitted,
    deleted: { ...errors.couponDeleted, evidence: 'sibling' },
    not_usable: because(errors.couponNotUsable, {
      en: 'the coupon is USED, EXPIRED or DEACTIVATED',
      zh: '券的状态是 USED、EXPIRED 或 DEACTIVATED',
      evidence: 'inferred',
    }),
  },
  rules: [
    documented('A coupon that is SENDED is made void; the answer has the server time.'),
    inferred('A coupon that is not usable yet can be made void.'),
    upon(REPEAT, inferred('The same deactivate_request_no with the same values is answered with the first time.')),
    inferred('Numbers count per merchant: the number of another merchant is no repeat.'),
    inferred('Making a coupon void keeps the link to an order.'),
    inferred(
      'A merchant that only handed the coupon out may make it void too, unless the setting coupon_sender is look.',
    ),
    inferred('Checks run in the order request number, batch, coupon, right, state.'),
  ],
  async handle({ body }, context) {
    const { coupon_code, stock_id, deactivate_request_no, deactivate_reason: reason } = body
    const { tx, now, caller, fail } = context
    const { time } = await changeOnce(context, {
      operation: 'deactivateCoupon',
      request_no: deactivate_request_no,
      values: [stock_id, coupon_code, reason ?? ''],
      stock_id,
      coupon_code,
      decide: (coupon) =>
        deactivate(coupon, { mchid: caller.mchid, request_no: deactivate_request_no, time: now, reason }),
      timeOf: ({ deactivate_time }) => deactivate_time,
      async ifUnknown(explanation) {
        const named = await tx.in(stocks).where('stock_id', stock_id)
        if (named.length === 0) fail('stock_unknown', explanation)
      },
    })
    return { wechatpay_deactivate_time: time }
  },
})
