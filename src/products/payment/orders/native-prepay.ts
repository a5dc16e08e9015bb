import { z } from 'zod'
import { defineOperation } from '../../../engine/operation.ts'
import { prepayErrors } from './errors.ts'
import { PREPAY_RULES, placeOrder } from './place-order.ts'
import { prepayMembers, sceneInfo } from './schemas.ts'

/** Native下单: place an order to be paid by scanning a code. */
export const nativePrepay = defineOperation({
  id: 'nativePrepay',
  method: 'POST',
  path: '/v3/pay/transactions/native',
  summary: 'Place an order to be paid by scanning a code',
  title: 'Native下单',
  source: 'https://pay.weixin.qq.com/doc/v3/merchant/4012791877',
  input: { body: z.strictObject({ ...prepayMembers, scene_info: sceneInfo.optional() }) },
  output: z.object({ code_url: z.string().min(1).max(64) }),
  errors: prepayErrors,
  rules: [
    ...PREPAY_RULES,
    {
      rule: 'code_url has the form weixin://wxpay/bizpayurl?pr=…, the rest is made up of the prepay_id.',
      evidence: 'documented',
    },
    {
      rule: 'Placed again with the same parameters, the order gets a new code_url, and the one before is void.',
      evidence: 'documented',
    },
  ],

  async handle({ body }, context) {
    const prepayId = await placeOrder('native', body, context)
    return { code_url: `weixin://wxpay/bizpayurl?pr=${prepayId.slice(-9)}` }
  },
})
