import { z } from 'zod'
import { defineOperation } from '../../../engine/operation.ts'
import { formatInstant } from '../../../protocol/instant.ts'
import { sameValues } from '../../../shared/request-record.ts'
import { explainAppid, mayUseAppid } from '../../common/appid.ts'
import { explainReuse } from '../../common/explain.ts'
import { wireInstant } from '../../common/fields.ts'
import { type Authorization, authorizationState } from '../authorization-rules.ts'
import { authorizationIdOf } from '../numbers.ts'
import { checkAddress, checkOpenid, checkPerception, checkScene, explainUnopened } from '../place-transfer.ts'
import { transferSources } from '../sources.ts'
import { AUTHORIZATION_STATE } from '../spellings.ts'
import { confirmedRefusals, placeRefusals } from '../transfer-facts.ts'
import { accountOf } from '../transfer-store.ts'
import { checkDisplayName, checkLimit } from './authorization-checks.ts'
import { authorizationNotOpened, displayNameUnfit, limitReached, numberReused } from './errors.ts'
import {
  appid,
  authorizationNotifyUrl,
  openid,
  outAuthorizationNo,
  sceneInfo,
  transferSceneId,
  userDisplayName,
  userRecvPerception,
} from './schemas.ts'
import { transferAuthorizations } from './table.ts'
import { packageShown } from './wire.ts'

/** 申请用户授权: ask a user to be paid without confirming each time. */
export const applyUserConfirmAuthorization = defineOperation({
  id: 'applyUserConfirmAuthorization',
  method: 'POST',
  path: '/v3/fund-app/mch-transfer/user-confirm-authorization',
  summary: 'Ask a user to be paid without confirming each time',
  title: '发起免确认收款授权',
  source: transferSources.authorizationPage.url,
  rateLimit: { calls: 50, seconds: 1, evidence: 'documented' },

  input: {
    body: z.strictObject({
      out_authorization_no: outAuthorizationNo,
      appid,
      openid,
      transfer_scene_id: transferSceneId,
      user_display_name: userDisplayName,
      user_recv_perception: userRecvPerception.optional(),
      authorization_notify_url: authorizationNotifyUrl,
      scene_info: sceneInfo.optional(),
    }),
  },
  output: z.object({
    out_authorization_no: z.string(),
    state: z.enum(Object.values(AUTHORIZATION_STATE)),
    create_time: wireInstant,
    package_info: z
      .string()
      .optional()
      .meta({ description: 'what the phone opens the page with, while it is waited for' }),
  }),
  errors: {
    url_unfit: confirmedRefusals.url_unfit,
    display_name_unfit: displayNameUnfit,
    not_opened: authorizationNotOpened,
    number_reused: numberReused,
    appid_unbound: placeRefusals.appid_unbound,
    scene_not_granted: placeRefusals.scene_not_granted,
    perception_unfit: placeRefusals.perception_unfit,
    openid_unfit: placeRefusals.openid_unfit,
    limit_reached: limitReached,
  },
  rules: [
    { rule: 'The user agrees on the page that transfers are confirmed on.', evidence: 'documented' },
    {
      rule: 'Not agreed to within 24 hours, it is CLOSED with USER_OVERDUE_UNCONFIRMED, and no callback is sent (that none is sent is inferred).',
      evidence: 'documented',
      source: transferSources.partnerPages,
    },
    {
      rule: 'One user has one authorization for a scene; it has no end.',
      evidence: 'documented',
      source: transferSources.faq,
    },
    {
      rule: 'The same number with the same values is answered with the authorization as it stands, and a new package_info.',
      evidence: 'inferred',
    },
    {
      rule: 'MCHTRANSFER.AUTHORIZATION.CONFIRMED is sent to authorization_notify_url when the user agrees, MCHTRANSFER.AUTHORIZATION.CLOSED when user or merchant close it.',
      evidence: 'documented',
      source: transferSources.thirdPartyCallbacks,
    },
    {
      rule: 'The summary of these callbacks is ours; original_type, associated_data and the place of mchid are those of the callback about a transfer.',
      evidence: 'inferred',
    },
    {
      rule: 'What counts as an emoji in user_display_name is what is shown as one: 😀, ❤️, 1️⃣ and flags, not ™ or ☎.',
      evidence: 'inferred',
    },
    { rule: 'scene_info is checked and compared, and changes nothing else.', evidence: 'inferred' },
  ],

  async handle({ body }, context) {
    const { tx, now, caller, ids, fail } = context
    checkAddress('authorization_notify_url', body.authorization_notify_url, context)
    checkDisplayName(body.user_display_name, context)
    const account = await accountOf(tx, caller.mchid)
    if (!account.opened) return fail('not_opened', explainUnopened(caller.mchid))
    const request = [JSON.stringify(body)]
    const existing = await tx.in(transferAuthorizations).find(caller.mchid, body.out_authorization_no)
    if (existing && !sameValues(existing.request, request)) {
      const record = { values: existing.request, at: existing.createdAt }
      return fail('number_reused', explainReuse(body.out_authorization_no, record, request))
    }
    const one = existing ?? (await ask())
    return {
      out_authorization_no: one.outAuthorizationNo,
      state: AUTHORIZATION_STATE[authorizationState(one, now)],
      create_time: formatInstant(one.createdAt),
      ...packageShown(one, now, ids),
    }

    async function ask(): Promise<Authorization> {
      if (!mayUseAppid(body.appid, [caller])) return fail('appid_unbound', explainAppid(body.appid, [caller]))
      const scene = checkScene(body.transfer_scene_id, account, context)
      const made: Authorization = {
        mchid: caller.mchid,
        outAuthorizationNo: body.out_authorization_no,
        authorizationId: authorizationIdOf(ids, now),
        appid: body.appid,
        openid: body.openid,
        sceneId: body.transfer_scene_id,
        displayName: body.user_display_name,
        perception: checkPerception(scene, body, context),
        notifyUrl: body.authorization_notify_url,
        createdAt: now,
        request,
      }
      await checkOpenid(body.openid, body.appid, context)
      await checkLimit(made, context)
      await tx.in(transferAuthorizations).save(made)
      return made
    }
  },
})
