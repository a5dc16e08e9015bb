import { z } from 'zod'
import { defineOperation } from '../../../engine/operation.ts'
import { closeAuthorization } from '../authorization-rules.ts'
import { authorizationNotFound } from './errors.ts'
import { authorizationNotification } from './events.ts'
import { authorizationNamed } from './find-authorization.ts'
import { authorizationDetails, outAuthorizationNo } from './schemas.ts'
import { transferAuthorizations } from './table.ts'
import { authorizationShown } from './wire.ts'

/** 解除免确认收款授权: close an authorization. */
export const closeUserConfirmAuthorization = defineOperation({
  id: 'closeUserConfirmAuthorization',
  method: 'POST',
  path: '/v3/fund-app/mch-transfer/user-confirm-authorization/out-authorization-no/{out_authorization_no}/close',
  summary: 'Close an authorization to be paid without confirming',
  title: '解除免确认收款授权',
  source: 'https://pay.weixin.qq.com/doc/v3/merchant/4015653811',
  rateLimit: { calls: 50, seconds: 1, evidence: 'documented' },

  input: { path: z.object({ out_authorization_no: outAuthorizationNo }) },
  output: authorizationDetails,
  errors: { not_found: authorizationNotFound },
  rules: [
    { rule: 'It is CLOSED with CLOSE_VIA_MCH_API, and the merchant is told.', evidence: 'documented' },
    { rule: 'One that waits for the user can be closed, too.', evidence: 'inferred' },
    { rule: 'Closed again, it is answered as it stands, and nobody is told again.', evidence: 'inferred' },
    { rule: 'No body is needed; what is sent is not looked at.', evidence: 'inferred' },
  ],

  async handle({ path: { out_authorization_no } }, context) {
    const { tx, now, settings, notify } = context
    const one = await authorizationNamed(out_authorization_no, context)
    const closed = closeAuthorization(one, 'CLOSE_VIA_MCH_API', now)
    if (closed !== one) {
      await tx.in(transferAuthorizations).save(closed)
      await notify(authorizationNotification(closed, now, settings))
    }
    return authorizationShown(closed, now)
  },
})
