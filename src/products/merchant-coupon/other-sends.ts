import { z } from 'zod'
import { instant, requestNo, text } from '../../catalogue/fields.ts'
import { defineOperation, documented, inferred, REPEAT, upon } from '../../engine/operation.ts'
import { formatInstant } from '../../wire/protocol/instant.ts'
import { DAY_MS } from '../../wire/shared/china-time.ts'
import { byTheClock } from '../common/explain.ts'
import { once } from '../common/once.ts'
import { because, parameterUnfit } from '../common/refusal.ts'
import * as errors from './errors.ts'
import { requireAppids, requireOpenid, requireProduct } from './errors.ts'
import { notOpened } from './send-coupon.ts'
import { couponSources } from './sources.ts'

const TOKEN_LENGTH = 32

/** 向用户预发放商品券: get a token for the sending component of a mini program. */
export const preSendProductCoupon = defineOperation({
  id: 'preSendProductCoupon',
  method: 'POST',
  path: '/v3/marketing/busifavor/product-coupons/pre-send',
  summary: 'Get a token to send a goods coupon with',
  title: '向用户预发放商品券',
  source: 'https://pay.weixin.qq.com/doc/v3/partner/4015595255',
  input: {
    body: z.strictObject({
      brand_id: text({ title: '品牌ID', max: 32, example: '120344' }),
      product_coupon_id: text({ title: '商品券ID', max: 40, example: '200000001' }),
      stock_id: text({ title: '批次ID', max: 40, example: '1000000013001' }),
      coupon_code: text({ title: '用户商品券Code', max: 40, example: '123446565767' }).optional(),
      appid: text({ title: '公众账号AppID', max: 32, example: 'wx233544546545989' }),
      openid: text({ title: '用户OpenID', max: 128, example: 'oh-394z-6CGkNoJrsDLTTUKiAnp4' }).optional(),
      send_request_no: text({ title: '发券请求单号', min: 6, max: 40, example: '34657_20250101_123456' }),
    }),
  },
  output: z.object({ token: z.string() }),
  errors: {
    not_opened: { ...notOpened, evidence: 'inferred' },
    appid_unbound: because(errors.appidUnbound, {
      en: 'the appid is not bound to the caller',
      zh: '该 appid 未与调用方绑定',
      evidence: 'inferred',
    }),
    openid_of_another_appid: { ...errors.openidOfAnotherAppid, evidence: 'inferred' },
    request_no_reused: errors.requestNoReused,
  },
  rules: [
    inferred(
      'The call is known from a third party only; the official page is that of its neighbour.',
      couponSources.thirdPartyDescription,
    ),
    inferred('Brand, goods coupon and batch are not looked up: they belong to another product. No coupon is sent.'),
    upon(REPEAT, inferred('The same send_request_no with the same values is answered with the same token.')),
  ],
  async handle({ body }, context) {
    const { brand_id, product_coupon_id, stock_id, coupon_code, appid, openid, send_request_no } = body
    requireProduct(context, 'product_coupon')
    requireAppids(context, [appid], undefined)
    if (openid !== undefined) await requireOpenid(context, { openid, appid })
    const values = [brand_id, product_coupon_id, stock_id, coupon_code ?? '', appid, openid ?? '']
    const request = { operation: 'preSendProductCoupon', request_no: send_request_no, values }
    const { result = '' } = await once(context, request, async () => ({ result: context.ids.letters(TOKEN_LENGTH) }))
    return { token: result }
  },
})

const CODE_DIGITS = 12

/** 发放消费卡: send a consumption card, another product on the same prefix. */
export const sendGovCard = defineOperation({
  id: 'sendGovCard',
  method: 'POST',
  path: '/v3/marketing/busifavor/coupons/{card_id}/send',
  summary: 'Send a consumption card',
  title: '发放消费卡',
  source: 'https://pay.weixin.qq.com/wiki/doc/apiv3/wxpay/marketing/coupons/chapter3_1.shtml',
  input: {
    path: z.object({ card_id: text({ title: '消费卡ID', max: 32, example: 'pIJMr5MMiIkO_93VtPyIiEk2DZ4w' }) }),
    body: z.strictObject({
      appid: text({ title: '消费卡归属appid', max: 32, example: 'wxc0b84a53ed8e8d29' }),
      openid: text({ title: '用户openid', max: 128, example: 'obLatjhnqgy2syxrXVM3MJirbkdI' }),
      out_request_no: requestNo('商户单据号'),
      send_time: instant({ title: '请求发卡时间', example: '2026-11-25T12:00:00+08:00' }),
    }),
  },
  output: z.object({ card_code: z.string() }),
  errors: {
    send_time_past: parameterUnfit({
      en: 'send_time is more than 24 hours back (rule documented, answer inferred)',
      zh: 'send_time 早于 24 小时之前（规则见文档，应答为推断）',
    }),
    appid_unbound: because(errors.appidUnbound, {
      en: 'the appid is not bound to the caller',
      zh: '该 appid 未与调用方绑定',
      evidence: 'sibling',
    }),
    openid_of_another_appid: { ...errors.openidOfAnotherAppid, evidence: 'sibling' },
    request_no_reused: errors.requestNoReused,
  },
  rules: [
    documented('out_request_no together with send_time names the sending.'),
    documented('A send_time more than 24 hours back is refused.'),
    upon(REPEAT, inferred('The same sending with the same values is answered with the same card_code.')),
    inferred('Any card_id exists: card templates belong to another product.'),
    inferred('A send_time that is still to come is taken.'),
    inferred(
      'Checks run in the order send_time, appid, user, sending: a repeat more than 24 hours after send_time is refused, too.',
    ),
  ],
  async handle({ path, body }, context) {
    const { now, ids, fail } = context
    const { appid, openid, out_request_no, send_time } = body
    if (now - send_time > DAY_MS) {
      const clock = byTheClock(now)
      return fail('send_time_past', {
        en: `send_time ${formatInstant(send_time)} is more than a day ago; ${clock.en}`,
        zh: `send_time ${formatInstant(send_time)} 已超过一天；${clock.zh}`,
      })
    }
    requireAppids(context, [appid], undefined)
    await requireOpenid(context, body)

    const key = JSON.stringify([out_request_no, new Date(send_time).toISOString()])
    const request = { operation: 'sendGovCard', request_no: out_request_no, key, values: [path.card_id, appid, openid] }
    const { result = '' } = await once(context, request, async () => ({ result: ids.digits(CODE_DIGITS) }))
    return { card_code: result }
  },
})
