import { z } from 'zod'
import { defineOperation } from '../../../engine/operation.ts'
import { choice } from '../../common/fields.ts'
import { transferSources } from '../sources.ts'
import { authorizationNotFound } from './errors.ts'
import { authorizationNamed } from './find-authorization.ts'
import { authorizationDetails, outAuthorizationNo } from './schemas.ts'
import { authorizationShown, packageShown } from './wire.ts'

/** 商户单号查询授权结果: look an authorization up. */
export const getUserConfirmAuthorization = defineOperation({
  id: 'getUserConfirmAuthorization',
  method: 'GET',
  path: '/v3/fund-app/mch-transfer/user-confirm-authorization/out-authorization-no/{out_authorization_no}',
  summary: 'Look up an authorization to be paid without confirming',
  title: '商户单号查询授权结果',
  source: 'https://pay.weixin.qq.com/doc/v3/merchant/4014399423',
  rateLimit: { calls: 100, seconds: 1, evidence: 'documented' },

  input: {
    path: z.object({ out_authorization_no: outAuthorizationNo }),
    query: z.strictObject({
      is_display_authorization: choice('是否展示授权信息', ['true', 'false']).optional(),
    }),
  },
  output: authorizationDetails,
  errors: { not_found: authorizationNotFound },
  rules: [
    {
      rule: 'With is_display_authorization=true the answer has a package_info while the user is waited for.',
      evidence: 'inferred',
    },
    {
      rule: 'One that nobody agreed to is shown for 30 days after it was closed.',
      evidence: 'documented',
      source: transferSources.partnerPages,
    },
    { rule: 'authorization_id and authorize_time are there once the user has agreed.', evidence: 'documented' },
  ],

  async handle({ path: { out_authorization_no }, query: { is_display_authorization } }, context) {
    const { now, ids } = context
    const one = await authorizationNamed(out_authorization_no, context)
    return {
      ...authorizationShown(one, now),
      ...(is_display_authorization === 'true' && packageShown(one, now, ids)),
    }
  },
})
