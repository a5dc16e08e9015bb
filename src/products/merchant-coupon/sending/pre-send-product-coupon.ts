import { z } from 'zod'
import { hasOpened } from '../../../engine/keys/merchants.ts'
import { defineOperation } from '../../../engine/operation.ts'
import { requests } from '../../../engine/state/request-numbers.ts'
import { replay } from '../../../shared/request-record.ts'
import { explainAppid, mayUseAppid } from '../../common/appid.ts'
import { explainReuse } from '../../common/explain.ts'
import { text } from '../../common/fields.ts'
import { belongsToAppid, explainOpenid, findUsers } from '../../platform/index.ts'
import { appidUnbound, openidOfAnotherAppid, requestNoReused } from '../errors.ts'
import { explainUnopened } from '../explain.ts'
import { couponSources } from '../sources.ts'
import { notOpened } from './send-errors.ts'

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
    appid_unbound: {
      ...appidUnbound,
      when: { en: 'the appid is not bound to the caller', zh: '该 appid 未与调用方绑定' },
      evidence: 'inferred',
    },
    openid_of_another_appid: { ...openidOfAnotherAppid, evidence: 'inferred' },
    request_no_reused: requestNoReused,
  },

  rules: [
    {
      rule: 'The call is known from a third party only; the official page is that of its neighbour.',
      evidence: 'inferred',
      source: couponSources.thirdPartyDescription,
    },
    {
      rule: 'Brand, goods coupon and batch are not looked up: they belong to another product. No coupon is sent.',
      evidence: 'inferred',
    },
    { rule: 'The same send_request_no with the same values is answered with the same token.', evidence: 'inferred' },
  ],

  async handle({ body }, { tx, now, caller, ids, fail }) {
    const { brand_id, product_coupon_id, stock_id, coupon_code, appid, openid, send_request_no } = body
    if (!hasOpened(caller, 'product_coupon')) return fail('not_opened', explainUnopened(caller.mchid, 'product_coupon'))
    if (!mayUseAppid(appid, [caller])) return fail('appid_unbound', explainAppid(appid, [caller]))
    const users = openid === undefined ? [] : await findUsers(tx, openid, [caller.mchid])
    if (openid !== undefined && !belongsToAppid(users, appid)) {
      return fail('openid_of_another_appid', explainOpenid(openid, appid, users))
    }
    const values = [brand_id, product_coupon_id, stock_id, coupon_code ?? '', appid, openid ?? '']
    const record = await tx.in(requests).find(caller.mchid, 'preSendProductCoupon', send_request_no)
    const repeated = replay(record, values)
    if (!repeated.ok) return fail(repeated.reason, explainReuse(send_request_no, record, values))
    if (repeated.value?.result !== undefined) return { token: repeated.value.result }
    const token = ids.letters(TOKEN_LENGTH)
    await tx.in(requests).save({
      mchid: caller.mchid,
      operation: 'preSendProductCoupon',
      requestNo: send_request_no,
      values,
      at: now,
      result: token,
    })
    return { token }
  },
})
