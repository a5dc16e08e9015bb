import { z } from 'zod'
import { couponCode, requestNo, shownInstant, stockId, text } from '../../catalogue/fields.ts'
import { defineOperation, documented, inferred, REPEAT, reported, upon } from '../../engine/operation.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { INTERNAL_CODES } from '../../wire/protocol/common-errors.ts'
import { because, invalidRequest, resourceUnknown } from '../common/refusal.ts'
import { type Order, orders } from '../payment/index.ts'
import { associate, disassociate } from './coupon-rules.ts'
import { couponNotPermitted, couponNotUsable, couponUnknown, requestNoReused } from './errors.ts'
import { changeOnce } from './find-coupon.ts'
import { merchantCouponSettings } from './settings.ts'
import { couponSources } from './sources.ts'

const bodyWith = (out_trade_no: z.ZodString) =>
  z.strictObject({
    stock_id: stockId,
    coupon_code: couponCode,
    out_trade_no,
    out_request_no: requestNo('请求业务单据号'),
  })

/** 关联订单信息: link a coupon to an order. */
export const associateTradeInfo = defineOperation({
  id: 'associateTradeInfo',
  method: 'POST',
  path: '/v3/marketing/busifavor/coupons/associate',
  summary: 'Link a coupon to an order',
  title: '关联订单信息',
  source: 'https://pay.weixin.qq.com/docs/partner/apis/merchant-exclusive-coupon/coupon/associate-trade-info.html',
  rateLimit: { calls: 500, seconds: 1, evidence: 'documented' },
  input: { body: bodyWith(text({ title: '关联的商户订单号', max: 128, example: 'MCH_102233445' })) },
  output: z.object({ wechatpay_associate_time: shownInstant }),
  errors: {
    request_no_reused: requestNoReused,
    not_found: { ...couponUnknown, evidence: 'sibling' },
    not_permitted: couponNotPermitted,
    not_usable: couponNotUsable,
    order_unknown: resourceUnknown('reported', '查询记录为空', {
      en: 'orders are checked (--orders known) and the caller has none with this out_trade_no (text reported, status and code inferred)',
      zh: '已开启订单检查（--orders known），而调用方没有此 out_trade_no 的订单（文字来自开发者反馈，状态码和错误码为推断）',
      source: couponSources.associatedUnknownOrder,
      internalCode: INTERNAL_CODES.orderUnknown,
    }),
    linked_to_other_order: invalidRequest('inferred', '券已关联其他订单', {
      en: 'the coupon is linked to another order; disassociate first (the text is ours)',
      zh: '券已关联另一个订单，须先取消关联（文字为自拟）',
      internalCode: INTERNAL_CODES.lockedByAnotherOrder,
    }),
  },
  rules: [
    documented('A coupon that is sent, not redeemed and not expired is linked; the answer has the server time.'),
    documented(
      'The link is a step of the campaign 摇优惠. Its acceptance guide has the coupon redeemed first; both pages of the call, and the mock, want one that is not.',
      couponSources.linkInCampaignPage,
      couponSources.campaignAcceptance,
    ),
    inferred('A coupon that is not usable yet can be linked.'),
    upon(REPEAT, documented('The same out_request_no with the same values is answered with the first time.')),
    inferred('A new out_request_no for the order that is linked already keeps the link and its first time.'),
    inferred('An order may be linked to several coupons.'),
    inferred('A merchant that only handed the coupon out may link it too, unless the setting coupon_sender is look.'),
    inferred('A coupon is linked to a number: that orders of two merchants have the same makes no difference.'),
    inferred('The state of the order does not matter.'),
    upon(
      { state: 'orders have to exist' },
      reported(
        'The order is looked up by out_trade_no under the calling merchant only.',
        couponSources.associatedUnknownOrder,
      ),
    ),
    inferred(
      'One that a partner placed is found by neither side: associateLookup has the partner find it, or its sub-merchant too.',
    ),
    inferred('Refused requests leave no record: their out_request_no may be used again.'),
    inferred('Repeating an associate after disassociate answers the old 200 without linking again.'),
    inferred('Checks run in the order request number, coupon, right, state, order, existing link.'),
    documented(
      'The link shows as associate_out_trade_no in the query of the coupon; no event is sent.',
      couponSources.queryCouponPage,
    ),
  ],
  async handle({ body }, context) {
    const { stock_id, coupon_code, out_trade_no, out_request_no: request_no } = body
    const { tx, now, caller, settings } = context
    const { time } = await changeOnce(context, {
      operation: 'associateTradeInfo',
      request_no,
      values: [stock_id, coupon_code, out_trade_no],
      stock_id,
      coupon_code,
      async decide(coupon) {
        const anyOrder = merchantCouponSettings.orders.of(settings) === 'any'
        const lookup = merchantCouponSettings.associateLookup.of(settings)
        const orderKnown = anyOrder || (await isKnown(tx, { out_trade_no, mchid: caller.mchid, lookup }))
        return associate(coupon, { out_trade_no, request_no, time: now }, orderKnown)
      },
      timeOf: ({ associate_time }) => associate_time,
      explain: (reason) =>
        reason === 'order_unknown'
          ? {
              en: `orders are checked (--orders known), and ${caller.mchid} has no order ${out_trade_no}`,
              zh: `已开启订单检查（--orders known），而 ${caller.mchid} 没有订单 ${out_trade_no}`,
            }
          : undefined,
    })
    return { wechatpay_associate_time: time }
  },
})

/** Whether a caller has an order (pay-family.md 8). */
async function isKnown(
  tx: Transaction,
  {
    out_trade_no,
    mchid,
    lookup,
  }: Pick<Order, 'out_trade_no' | 'mchid'> & { readonly lookup: 'own' | 'partner' | 'any' },
): Promise<boolean> {
  const found = await tx.in(orders).where('out_trade_no', out_trade_no)
  return found.some((one) =>
    one.mchid === mchid ? one.sub_mchid === undefined || lookup !== 'own' : one.sub_mchid === mchid && lookup === 'any',
  )
}

/** 取消关联订单信息: remove the link between a coupon and an order. */
export const disassociateTradeInfo = defineOperation({
  id: 'disassociateTradeInfo',
  method: 'POST',
  path: '/v3/marketing/busifavor/coupons/disassociate',
  summary: 'Unlink a coupon from an order',
  title: '取消关联订单信息',
  source: 'https://pay.weixin.qq.com/docs/merchant/apis/merchant-exclusive-coupon/coupon/disassociate-trade-info.html',
  rateLimit: { calls: 500, seconds: 1, evidence: 'documented' },
  input: { body: bodyWith(text({ title: '取消关联的商户订单号', max: 128, example: 'treads8a9f980' })) },
  output: z.object({ wechatpay_disassociate_time: shownInstant }),
  errors: {
    request_no_reused: requestNoReused,
    not_found: couponUnknown,
    not_permitted: couponNotPermitted,
    not_usable: because(couponNotUsable, {
      en: 'the coupon is USED, EXPIRED, DEACTIVATED or DELETED (which states are meant: inferred)',
      zh: '券的状态是 USED、EXPIRED、DEACTIVATED 或 DELETED（具体包括哪些状态为推断）',
      evidence: 'documented',
    }),
    not_linked: invalidRequest('inferred', '券未关联该订单', {
      en: 'the coupon has no link, or one to another order (rule documented, code and text ours)',
      zh: '券没有关联订单，或关联的是另一个订单（规则见文档，错误码和文字为自拟）',
      internalCode: INTERNAL_CODES.usedByAnotherOrder,
    }),
  },
  rules: [
    documented('The request has to name the order that is linked.'),
    upon(REPEAT, documented('The same out_request_no with the same values is answered with the first time.')),
    inferred('Only disassociate removes a link; use, return and deactivate keep it.'),
    inferred('A merchant that only handed the coupon out may unlink it too, unless the setting coupon_sender is look.'),
  ],
  async handle({ body }, context) {
    const { stock_id, coupon_code, out_trade_no, out_request_no: request_no } = body
    const { time } = await changeOnce(context, {
      operation: 'disassociateTradeInfo',
      request_no,
      values: [stock_id, coupon_code, out_trade_no],
      stock_id,
      coupon_code,
      decide: (coupon) => disassociate(coupon, { out_trade_no, request_no, time: context.now }),
    })
    return { wechatpay_disassociate_time: time }
  },
})
