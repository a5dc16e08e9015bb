import { z } from 'zod'
import { defineOperation, type OperationContext } from '../../../engine/operation.ts'
import { commonErrors } from '../../../protocol/common-errors.ts'
import { objectionToArrival } from '../bills/arrival.ts'
import { placeErrors } from '../bills/errors.ts'
import { type Payee, placeBill } from '../bills/place-bill.ts'
import { PLACE_RULES } from '../bills/place-rules.ts'
import { billDetails, billMembers, sponsorMchid } from '../bills/schemas.ts'
import { detailsOf } from '../bills/wire.ts'
import { transferSources } from '../sources.ts'
import { checkAuthorization } from './authorization-checks.ts'
import { authorizationDiffers, authorizationUnfit } from './errors.ts'
import { authorizationId, outAuthorizationNo } from './schemas.ts'
import { transferAuthorizations } from './table.ts'

const errors = {
  ...placeErrors,
  authorization_not_named: {
    ...commonErrors.parameter_invalid,
    when: {
      en: 'neither authorization_id nor out_authorization_no is given',
      zh: 'authorization_id 和 out_authorization_no 均未传',
    },
    evidence: 'inferred',
  },
  authorization_unfit: authorizationUnfit,
  authorization_differs: authorizationDiffers,
} as const

/** 免确认收款转账: transfer money to a user who has given an authorization, and is not asked. */
export const transferWithAuthorization = defineOperation({
  id: 'transferWithAuthorization',
  method: 'POST',
  path: '/v3/fund-app/mch-transfer/transfer-bills/transfer',
  summary: 'Transfer money to an authorized user',
  title: '免确认收款转账',
  source: 'https://pay.weixin.qq.com/doc/v3/merchant/4014399371',
  encryptedFields: ['user_name'],
  rateLimit: { calls: 100, seconds: 1, evidence: 'documented' },

  input: {
    body: z.strictObject({
      ...billMembers,
      authorization_id: authorizationId.optional(),
      out_authorization_no: outAuthorizationNo.optional(),
      sponsor_mchid: sponsorMchid.optional(),
    }),
  },
  output: billDetails,
  errors,
  rules: [
    ...PLACE_RULES,
    {
      rule: 'authorization_id or out_authorization_no names the authorization; both may be given if they name the same.',
      evidence: 'inferred',
    },
    {
      rule: 'The transfer is SUCCESS at once, or FAIL.',
      evidence: 'documented',
      source: transferSources.partnerPages,
    },
    { rule: 'Scene and appid are those of the authorization.', evidence: 'inferred' },
    { rule: 'The authorization is judged after the amount, and before openid.', evidence: 'inferred' },
    { rule: 'sponsor_mchid is checked and compared, and changes nothing else.', evidence: 'inferred' },
  ],

  async handle({ body: { authorization_id, out_authorization_no, sponsor_mchid, ...body } }, context) {
    const named = { call: 'transferWithAuthorization', authorization_id, out_authorization_no, sponsor_mchid }
    const bill = await placeBill(named, body, context, () =>
      payeeOf(
        { id: authorization_id, number: out_authorization_no, appid: body.appid, sceneId: body.transfer_scene_id },
        context,
      ),
    )
    return detailsOf(bill, context.now, context.caller)
  },
})

interface Named {
  readonly id: string | undefined
  readonly number: string | undefined
  readonly appid: string
  readonly sceneId: string
}

/** The user of the authorization that a call names, who is not asked. */
async function payeeOf(
  { id, number, appid, sceneId }: Named,
  { tx, now, caller, settings, fail }: OperationContext<keyof typeof errors>,
): Promise<Payee> {
  const name = number ?? id
  if (name === undefined) {
    return fail('authorization_not_named', {
      en: '/body/authorization_id: missing, and so is /body/out_authorization_no',
      zh: '/body/authorization_id 与 /body/out_authorization_no 均未传',
    })
  }
  const table = tx.in(transferAuthorizations)
  const found =
    number === undefined
      ? (await table.where('authorizationId', name, caller.mchid))[0]
      : await table.find(caller.mchid, number)
  if (!found) {
    return fail('authorization_unfit', {
      en: `${caller.mchid} has no authorization ${name}: ask the user for one first`,
      zh: `${caller.mchid} 没有授权 ${name}：请先向用户发起授权`,
    })
  }
  if (id !== undefined && found.authorizationId !== id) {
    return fail('authorization_unfit', {
      en: `authorization ${found.outAuthorizationNo} has the authorization_id ${found.authorizationId}, not ${id}`,
      zh: `授权 ${found.outAuthorizationNo} 的 authorization_id 是 ${found.authorizationId}，不是 ${id}`,
    })
  }
  checkAuthorization(found, { appid, sceneId }, { now, fail })
  return {
    openid: found.openid,
    authorizedBy: found.outAuthorizationNo,
    async end(bill) {
      const failReason = await objectionToArrival(tx, { ...bill, mchid: caller.mchid }, { now, settings })
      return { by: 'wechat', at: now, settlesAt: now, ...(failReason !== undefined && { failReason }) }
    },
  }
}
