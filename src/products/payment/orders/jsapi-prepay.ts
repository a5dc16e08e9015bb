import { z } from 'zod'
import { defineOperation } from '../../../engine/operation.ts'
import { sources } from '../../../protocol/sources.ts'
import { belongsToAppid, explainOpenid, findUsers } from '../../platform/index.ts'
import { openidErrors, prepayErrors } from './errors.ts'
import { PREPAY_RULES, placeOrder, SAME_PREPAY_ID } from './place-order.ts'
import { payer, prepayMembers, sceneInfo } from './schemas.ts'

/** JSAPI下单: place an order to be paid inside WeChat. */
export const jsapiPrepay = defineOperation({
  id: 'jsapiPrepay',
  method: 'POST',
  path: '/v3/pay/transactions/jsapi',
  summary: 'Place an order to be paid inside WeChat',
  title: 'JSAPI下单',
  source: 'https://pay.weixin.qq.com/doc/v3/merchant/4012791856',
  input: { body: z.strictObject({ ...prepayMembers, payer, scene_info: sceneInfo.optional() }) },
  output: z.object({ prepay_id: z.string().min(1).max(64) }),
  errors: { ...prepayErrors, ...openidErrors },
  rules: [
    ...PREPAY_RULES,
    SAME_PREPAY_ID,
    { rule: 'payer.openid is required.', evidence: 'documented' },
    { rule: 'Only the openid of the order can pay it.', evidence: 'documented' },
  ],
  rateLimit: { calls: 500, seconds: 1, evidence: 'documented', source: sources.vendorSkills },

  async handle({ body }, context) {
    const openid = body.payer?.openid
    if (openid === undefined)
      return context.fail('openid_missing', { en: '/body/payer/openid: missing', zh: '/body/payer/openid：缺少此字段' })
    const { tx, caller, fail } = context
    const users = await findUsers(tx, openid, [caller.mchid])
    if (!belongsToAppid(users, body.appid)) fail('openid_of_another_appid', explainOpenid(openid, body.appid, users))
    const prepayId = await placeOrder('jsapi', { ...body, payer: { openid } }, context)
    return { prepay_id: prepayId }
  },
})
