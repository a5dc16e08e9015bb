import { z } from 'zod'
import { defineOperation } from '../../../engine/operation.ts'
import { requests } from '../../../engine/state/request-numbers.ts'
import { commonErrors, INTERNAL_CODES } from '../../../protocol/common-errors.ts'
import { formatInstant } from '../../../protocol/instant.ts'
import { sources } from '../../../protocol/sources.ts'
import { replay } from '../../../shared/request-record.ts'
import { sentences, type Texts } from '../../../shared/texts.ts'
import { explainAppid, mayUseAppid } from '../../common/appid.ts'
import { explainReuse } from '../../common/explain.ts'
import { couponCode, instant, stockId, text, wireInstant } from '../../common/fields.ts'
import { belongsToAppid, explainOpenid, findUsers } from '../../platform/index.ts'
import { shownOpenid, shownStockId } from '../answer-schemas.ts'
import {
  appidUnbound,
  couponDeleted,
  couponNotPermitted,
  couponNotUsable,
  notFound,
  openidOfAnotherAppid,
  requestNoReused,
} from '../errors.ts'
import { explainCodeMode, explainCoupon, explainCouponRight, explainHolder, explainNoCoupon } from '../explain.ts'
import { type Coupon, redeem } from '../rules/coupon.ts'
import type { Stock } from '../rules/stock.ts'
import { isInsideWindows } from '../rules/validity.ts'
import { couponSources } from '../sources.ts'
import { findCoupon, REDEEMING } from './find-coupon.ts'
import { coupons } from './table.ts'

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
  output: z.object({ stock_id: shownStockId, openid: shownOpenid, wechatpay_use_time: wireInstant }),

  errors: {
    not_found: notFound,
    stock_id_needed: {
      ...commonErrors.parameter_invalid,
      when: {
        en: 'stock_id left out although the merchant supplies the codes (rule documented, answer inferred)',
        zh: '券 code 由商户提供，却没有传 stock_id（规则见文档，应答为推断）',
      },
      evidence: 'inferred',
    },
    not_permitted: {
      ...couponNotPermitted,
      when: {
        en: 'the caller neither created nor owns the batch; having handed the coupon out is not enough (code and text observed, status inferred)',
        zh: '调用方不是批次的创建方或归属方，只发过券不够（错误码和文字为实测，状态码为推断）',
      },
      evidence: 'observed',
      source: couponSources.redeemedBySender,
    },
    appid_unbound: appidUnbound,
    openid_of_another_appid: openidOfAnotherAppid,
    request_no_reused: requestNoReused,
    held_by_another_user: {
      status: 404,
      code: 'USER_NOT_EXISTS',
      message: 'openid不正确',
      when: { en: 'openid given, and it is not the holder', zh: '传了 openid，但不是券的持有人' },
      evidence: 'documented',
      source: couponSources.sharedErrors,
      internalCode: INTERNAL_CODES.openidInvalid,
    },
    already_used: {
      status: 400,
      code: 'RESOURCE_ALREADY_EXISTS',
      message: '券已被其他订单核销',
      when: {
        en: 'redeemed before with another use_request_no, or by another merchant',
        zh: '已用另一个 use_request_no 核销过，或已被其他商户核销',
      },
      evidence: 'observed',
      source: couponSources.liveAnswers,
      internalCode: INTERNAL_CODES.usedByAnotherOrder,
    },
    outside_its_time: {
      status: 403,
      code: 'RULELIMIT',
      message: '券不在有效期',
      when: {
        en: 'before its start, after its end, or outside its weekly or irregular windows',
        zh: '未到可用时间、已过可用时间，或不在每周固定或不规则的可用时段内',
      },
      evidence: 'documented',
      source: couponSources.sharedErrors,
      internalCode: INTERNAL_CODES.couponExpired,
    },
    deactivated: {
      ...couponNotUsable,
      when: { en: 'the coupon is DEACTIVATED', zh: '券的状态是 DEACTIVATED' },
      evidence: 'inferred',
    },
    deleted: { ...couponDeleted, evidence: 'sibling' },
  },

  rules: [
    { rule: 'A sent coupon inside its time is redeemed; the answer has the server time.', evidence: 'documented' },
    {
      rule: 'The same use_request_no for the same coupon is answered with the first time.',
      evidence: 'sibling',
      source: sources.vendorSkills,
    },
    {
      rule: 'A merchant that only handed the coupon out cannot redeem it; the creator of the batch can.',
      evidence: 'reported',
      source: couponSources.redeemedBySender,
    },
    { rule: 'The owner of the batch may redeem its coupons too.', evidence: 'inferred' },
    {
      rule: 'Numbers count per merchant: the number of another merchant that redeemed the coupon is no repeat.',
      evidence: 'inferred',
    },
    {
      rule: 'use_time may be any time; whether the coupon is usable is judged at the server time.',
      evidence: 'inferred',
    },
    { rule: 'stock_id is needed when the merchant supplies the codes.', evidence: 'documented' },
    {
      rule: 'Checks run in the order coupon, right, batch given, appid, request number, holder, state and time.',
      evidence: 'inferred',
    },
    { rule: 'Redeeming does not depend on the state of the batch.', evidence: 'inferred' },
    { rule: 'Redeeming keeps the link to an order.', evidence: 'inferred' },
    {
      rule: 'After a return it takes a new use_request_no: the old one is answered with its first 200, and redeems nothing.',
      evidence: 'inferred',
    },
  ],

  async handle({ body }, { tx, now, caller, merchantOf, fail }) {
    const { coupon_code, stock_id, appid, use_request_no, openid } = body
    const found = await findCoupon(tx, caller, coupon_code, { stockId: stock_id, as: REDEEMING })
    if (found === undefined) return fail('not_found', await explainNoCoupon(tx, coupon_code, { stockId: stock_id }))
    if (found === 'not_permitted') return fail(found, await explainCouponRight(tx, caller, coupon_code, stock_id))
    const { coupon, stock } = found
    if (stock_id === undefined && stock.codeMode !== 'wechatpay') {
      const mode = explainCodeMode(stock)
      return fail('stock_id_needed', {
        en: `stock_id is left out, and ${mode.en}`,
        zh: `没有传 stock_id，而${mode.zh}`,
      })
    }
    const merchants = [caller, merchantOf(stock.ownerMchid)]
    if (!mayUseAppid(appid, merchants)) return fail('appid_unbound', explainAppid(appid, merchants))
    const users =
      openid === undefined ? [] : await findUsers(tx, openid, [caller.mchid, stock.ownerMchid, stock.creatorMchid])
    if (openid !== undefined && !belongsToAppid(users, appid)) {
      return fail('openid_of_another_appid', explainOpenid(openid, appid, users))
    }

    const values = [coupon.creatorMchid, coupon.stockId, coupon.code]
    const record = await tx.in(requests).find(caller.mchid, 'useCoupon', use_request_no)
    const repeated = replay(record, values)
    if (!repeated.ok) return fail(repeated.reason, explainReuse(use_request_no, record, values))
    const answer = (at: number) => ({
      stock_id: coupon.stockId,
      openid: coupon.openid,
      wechatpay_use_time: formatInstant(at),
    })
    if (repeated.value) return answer(repeated.value.at)

    const decision = redeem(coupon, stock, {
      mchid: caller.mchid,
      requestNo: use_request_no,
      at: now,
      ...(openid !== undefined && { openid }),
    })
    if (!decision.ok) {
      return fail(
        decision.reason,
        decision.reason === 'held_by_another_user' ? explainHolder(coupon, openid) : explainTime(coupon, stock, now),
      )
    }
    const { at } = decision.value.redemption
    await tx.in(coupons).save(decision.value)
    await tx.in(requests).save({ mchid: caller.mchid, operation: 'useCoupon', requestNo: use_request_no, values, at })
    return answer(at)
  },
})

const OUTSIDE_WINDOWS: Texts = {
  en: 'Outside the weekly and irregular times of its batch.',
  zh: '当前不在批次每周固定或不规则的可用时段内。',
}

/** Explains the coupon's state, and whether it is outside the weekly or irregular windows of its batch. */
function explainTime(coupon: Coupon, stock: Stock, now: number): Texts {
  const state = explainCoupon(coupon, now)
  return isInsideWindows(stock.validity, now) ? state : sentences([state, OUTSIDE_WINDOWS])
}
