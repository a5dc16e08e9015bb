import { z } from 'zod'
import { defineOperation } from '../../../engine/operation.ts'
import { prepayErrors, ruleLimit } from './errors.ts'
import { PREPAY_RULES, placeOrder } from './place-order.ts'
import { h5SceneInfo, prepayMembers } from './schemas.ts'

/** H5下单: place an order to be paid in a browser outside WeChat. */
export const h5Prepay = defineOperation({
  id: 'h5Prepay',
  method: 'POST',
  path: '/v3/pay/transactions/h5',
  summary: 'Place an order to be paid in a browser outside WeChat',
  title: 'H5下单',
  source: 'https://pay.weixin.qq.com/doc/v3/merchant/4012791834',
  input: { body: z.strictObject({ ...prepayMembers, scene_info: h5SceneInfo }) },
  output: z.object({ h5_url: z.string().min(1).max(256) }),
  errors: { ...prepayErrors, rule_limit: ruleLimit },
  rules: [
    ...PREPAY_RULES,
    { rule: 'scene_info with payer_client_ip and h5_info.type is required.', evidence: 'documented' },
    { rule: 'h5_url lives five minutes.', evidence: 'documented' },
    {
      rule: 'Placed again with the same parameters, the order gets a new h5_url, and the one before is void.',
      evidence: 'inferred',
    },
  ],

  async handle({ body }, context) {
    const prepayId = await placeOrder('mweb', body, context)
    return { h5_url: h5Url(prepayId) }
  },
})

/** Where the browser is sent; `package` is ten digits derived from the `prepay_id`. */
function h5Url(prepayId: string): string {
  const digits = String(Number.parseInt(prepayId.slice(-8), 16)).padStart(10, '0')
  return `https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=${prepayId}&package=${digits}`
}
