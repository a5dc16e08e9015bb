import { documentedCall, type Refusal } from '../../catalogue/documented-call.ts'
import { documented, inferred, type OperationContext } from '../../engine/operation.ts'
import type { ApiError } from '../../wire/protocol/errors.ts'
import { fieldError } from '../../wire/protocol/field-check.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import {
  authorizationDiffers,
  authorizationUnfit,
  checkAuthorization,
  checkDisplayName,
  checkLimit,
  displayNameUnfit,
  limitReached,
} from './authorization-calls.ts'
import { transferAuthorizations } from './authorizations.ts'
import { checkAddress, createdAnswer, type Payee, placeTransfer, type TransferBody } from './place-transfer.ts'
import * as facts from './transfer-facts.ts'
import type { Transfer } from './transfers.ts'

type AuthorizationInfo = NonNullable<Transfer['authorization']>

const refusals = {
  ...facts.confirmedRefusals,
  display_name_unfit: displayNameUnfit,
  authorization_unfit: authorizationUnfit,
  authorization_differs: authorizationDiffers,
  limit_reached: limitReached,
} as const satisfies Record<string, Refusal>

/** 发起转账并完成免确认收款授权: transfer money to a user, who is asked for an authorization at the same time. */
export const preTransferWithAuthorization = documentedCall(
  'POST /v3/fund-app/mch-transfer/transfer-bills/pre-transfer-with-authorization',
  {
    id: 'preTransferWithAuthorization',
    summary: 'Transfer money to a user, who is asked to be paid without confirming from then on',
    fields: {
      ...facts.confirmedFields,
      'body/openid': { ...facts.confirmedFields['body/openid'], required: false },
      'body/sponsor_mchid': facts.sponsorField,
      'body/authorization_info/out_authorization_no': facts.outAuthorizationNoField,
      'body/authorization_info/authorization_notify_url': facts.notifyUrlField,
    },
    refusals,
    rules: [
      ...facts.PLACE_RULES,
      ...facts.CONFIRMED_RULES,
      documented(
        'The user confirms the transfer, and agrees to the authorization or not. Without both there is none, and no callback about one.',
      ),
      documented('Without authorization_info the user is asked for none, and openid is required.'),
      inferred('The authorization exists once the user has agreed, and cannot be looked up before.'),
      inferred(
        'openid may be left out where the authorization of out_authorization_no is in effect already (that it may be left out is documented); the user is asked for none then.',
      ),
      inferred('The authorization is judged after the amount, and before openid.'),
      inferred('sponsor_mchid is checked and compared, and changes nothing else.'),
    ],
    async handle({ body: asked }, context) {
      const { openid, authorization_info: info, sponsor_mchid, ...body } = asked
      if (body.notify_url !== undefined) checkAddress('notify_url', body.notify_url, context)
      if (info) {
        checkAddress('authorization_info/authorization_notify_url', info.authorization_notify_url, context)
        checkDisplayName(info.user_display_name, context)
      }
      const named = { call: 'preTransferWithAuthorization', openid, authorization_info: info, sponsor_mchid }
      const payee = info ? () => payeeAsked(asked, info, context) : confirming(openid)
      const made = await placeTransfer(body, { named, payee }, context)
      return { ...createdAnswer(made, context), ...info }
    },
  },
)

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

/** Who is paid, and the authorization that he is asked for, unless he has given it. */
async function payeeAsked(
  {
    openid,
    appid,
    transfer_scene_id,
  }: Pick<TransferBody, 'appid' | 'transfer_scene_id'> & { readonly openid?: string },
  info: AuthorizationInfo,
  context: OperationContext<keyof typeof refusals>,
): Promise<Payee> {
  const { tx, caller } = context
  const { out_authorization_no: outAuthorizationNo } = info
  const given = await tx.in(transferAuthorizations).find(caller.mchid, outAuthorizationNo)
  if (given) {
    checkAuthorization(given, { appid, transfer_scene_id, openid }, context)
    return { openid: given.openid }
  }
  if (openid === undefined) {
    throw openidMissing({
      en: `and there is no authorization ${outAuthorizationNo} that would name the user`,
      zh: `且没有可指明用户的授权 ${outAuthorizationNo}`,
    })
  }
  await checkLimit({ mchid: caller.mchid, openid, transfer_scene_id }, context)
  return { openid, authorization: info }
}
