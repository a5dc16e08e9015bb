import { z } from 'zod'
import { defineOperation, type OperationContext } from '../../../engine/operation.ts'
import type { ApiError } from '../../../protocol/errors.ts'
import { fieldError } from '../../../protocol/field-check.ts'
import type { Texts } from '../../../shared/texts.ts'
import { titled } from '../../common/fields.ts'
import { placeErrors } from '../bills/errors.ts'
import { type Payee, placeBill } from '../bills/place-bill.ts'
import { checkAddress } from '../bills/place-checks.ts'
import { CONFIRMED_RULES, PLACE_RULES } from '../bills/place-rules.ts'
import { billAnswer, billMembers, openid, sponsorMchid } from '../bills/schemas.ts'
import { answerFor } from '../bills/wire.ts'
import { checkAuthorization, checkDisplayName, checkLimit } from './authorization-checks.ts'
import { authorizationDiffers, authorizationUnfit, displayNameUnfit, limitReached } from './errors.ts'
import { authorizationNotifyUrl, outAuthorizationNo, userDisplayName } from './schemas.ts'
import { transferAuthorizations } from './table.ts'

const authorizationInfo = z
  .strictObject({
    user_display_name: userDisplayName,
    out_authorization_no: outAuthorizationNo,
    authorization_notify_url: authorizationNotifyUrl,
  })
  .meta(titled('免确认收款授权信息'))

const errors = {
  ...placeErrors,
  display_name_unfit: displayNameUnfit,
  authorization_unfit: authorizationUnfit,
  authorization_differs: authorizationDiffers,
  limit_reached: limitReached,
} as const

const { appid, out_bill_no, transfer_scene_id, ...rest } = billMembers

/** 发起转账并完成免确认收款授权: transfer money to a user, who is asked for an authorization at the same time. */
export const preTransferWithAuthorization = defineOperation({
  id: 'preTransferWithAuthorization',
  method: 'POST',
  path: '/v3/fund-app/mch-transfer/transfer-bills/pre-transfer-with-authorization',
  summary: 'Transfer money to a user, who is asked to be paid without confirming from then on',
  title: '发起转账并完成免确认收款授权',
  source: 'https://pay.weixin.qq.com/doc/v3/merchant/4014399293',
  encryptedFields: ['user_name'],
  rateLimit: { calls: 100, seconds: 1, evidence: 'documented' },

  input: {
    body: z.strictObject({
      appid,
      out_bill_no,
      transfer_scene_id,
      openid: openid.optional(),
      ...rest,
      authorization_info: authorizationInfo.optional(),
      sponsor_mchid: sponsorMchid.optional(),
    }),
  },
  output: billAnswer.extend({
    user_display_name: z.string().optional().meta({ description: 'with authorization_info' }),
    out_authorization_no: z.string().optional().meta({ description: 'with authorization_info' }),
  }),
  errors,
  rules: [
    ...PLACE_RULES,
    ...CONFIRMED_RULES,
    {
      rule: 'The user confirms the transfer, and agrees to the authorization or not. Without both there is none, and no callback about one.',
      evidence: 'documented',
    },
    {
      rule: 'Without authorization_info the user is asked for none, and openid is required.',
      evidence: 'documented',
    },
    {
      rule: 'The authorization exists once the user has agreed, and cannot be looked up before.',
      evidence: 'inferred',
    },
    {
      rule: 'openid may be left out where the authorization of out_authorization_no is in effect already (that it may be left out is documented); the user is asked for none then.',
      evidence: 'inferred',
    },
    { rule: 'The authorization is judged after the amount, and before openid.', evidence: 'inferred' },
    { rule: 'sponsor_mchid is checked and compared, and changes nothing else.', evidence: 'inferred' },
  ],

  async handle({ body: { openid, authorization_info: info, sponsor_mchid, ...body } }, context) {
    if (info) {
      checkAddress('authorization_info/authorization_notify_url', info.authorization_notify_url, context)
      checkDisplayName(info.user_display_name, context)
    }
    const named = { call: 'preTransferWithAuthorization', openid, authorization_info: info, sponsor_mchid }
    const payeeOf = info
      ? () => payeeAsked({ openid, appid: body.appid, sceneId: body.transfer_scene_id, info }, context)
      : confirming(openid)
    const bill = await placeBill(named, body, context, payeeOf)
    return {
      ...answerFor(bill, context.now, context.ids),
      ...(info && { user_display_name: info.user_display_name, out_authorization_no: info.out_authorization_no }),
    }
  },
})

/** A user who is asked for no authorization. @throws ApiError if nobody is named */
function confirming(openid: string | undefined): () => Promise<Payee> {
  if (openid === undefined) {
    throw openidMissing({
      en: 'and there is no authorization_info, whose authorization would name the user',
      zh: '且没有传可指明用户的 authorization_info',
    })
  }
  return async () => ({ openid })
}

function openidMissing({ en, zh }: Texts): ApiError {
  const explanation = { en: `/body/openid: missing, ${en}`, zh: `/body/openid：缺少此字段，${zh}` }
  return fieldError('body', ['openid'], '收款用户OpenID', { rule: 'missing' }, explanation)
}

interface Asked {
  readonly openid: string | undefined
  readonly appid: string
  readonly sceneId: string
  readonly info: z.output<typeof authorizationInfo>
}

/** Who is paid, and the authorization that he is asked for, unless he has given it. */
async function payeeAsked(
  { openid, appid, sceneId, info }: Asked,
  context: OperationContext<keyof typeof errors>,
): Promise<Payee> {
  const { tx, caller } = context
  const { out_authorization_no: outAuthorizationNo } = info
  const given = await tx.in(transferAuthorizations).find(caller.mchid, outAuthorizationNo)
  if (given) {
    checkAuthorization(given, { appid, sceneId, openid }, context)
    return { openid: given.openid }
  }
  if (openid === undefined) {
    throw openidMissing({
      en: `and there is no authorization ${outAuthorizationNo} that would name the user`,
      zh: `且没有可指明用户的授权 ${outAuthorizationNo}`,
    })
  }
  await checkLimit({ mchid: caller.mchid, openid, sceneId }, context)
  return {
    openid,
    authorization: {
      outAuthorizationNo,
      displayName: info.user_display_name,
      notifyUrl: info.authorization_notify_url,
    },
  }
}
