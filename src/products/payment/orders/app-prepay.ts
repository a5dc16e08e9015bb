import { z } from 'zod'
import { defineOperation } from '../../../engine/operation.ts'
import { prepayErrors } from './errors.ts'
import { PREPAY_RULES, placeOrder, SAME_PREPAY_ID } from './place-order.ts'
import { prepayMembers, sceneInfo } from './schemas.ts'

/** APP下单: place an order to be paid out of an app. */
export const appPrepay = defineOperation({
  id: 'appPrepay',
  method: 'POST',
  path: '/v3/pay/transactions/app',
  summary: 'Place an order to be paid out of an app',
  title: 'APP下单',
  source: 'https://pay.weixin.qq.com/doc/v3/merchant/4013070347',
  input: { body: z.strictObject({ ...prepayMembers, scene_info: sceneInfo.optional() }) },
  output: z.object({ prepay_id: z.string().min(1).max(64) }),
  errors: prepayErrors,
  rules: [...PREPAY_RULES, SAME_PREPAY_ID],

  async handle({ body }, context) {
    const prepayId = await placeOrder('app', body, context)
    return { prepay_id: prepayId }
  },
})
