import type { OperationContext } from '../../../engine/operation.ts'
import { inBoth } from '../../../shared/texts.ts'
import { type Authorization, authorizationState } from '../authorization-rules.ts'
import { explainAuthorization } from '../explain.ts'
import { AUTHORIZATION_STATE } from '../spellings.ts'
import { standingAuthorization } from './find-authorization.ts'

/** Refuses to ask a user for a second authorization for a scene. */
export async function checkLimit(
  asked: Pick<Authorization, 'mchid' | 'openid' | 'sceneId'>,
  { tx, now, fail }: Pick<OperationContext<'limit_reached'>, 'tx' | 'now' | 'fail'>,
): Promise<void> {
  const standing = await standingAuthorization(tx, asked, now)
  if (!standing) return
  const { outAuthorizationNo } = standing
  const state = AUTHORIZATION_STATE[authorizationState(standing, now)]
  fail('limit_reached', {
    en: `${asked.openid} has authorization ${outAuthorizationNo} for scene ${asked.sceneId}, ${state}: go on with that, or close it first`,
    zh: `${asked.openid} 在场景 ${asked.sceneId} 下已有授权 ${outAuthorizationNo}（${state}）：请使用该授权，或先将其解除`,
  })
}

// What is shown as an emoji by itself, or because of the selector or the key cap behind it.
const EMOJI = /\p{Emoji_Presentation}|\uFE0F|\u20E3/u

/** Refuses a name for the user with an emoji. */
export function checkDisplayName(name: string, { fail }: Pick<OperationContext<'display_name_unfit'>, 'fail'>): void {
  if (!EMOJI.test(name)) return
  fail('display_name_unfit', {
    en: '/body/user_display_name: has an emoji',
    zh: '/body/user_display_name：含有表情符号',
  })
}

/** Refuses an authorization that is not in effect, or was given for something else than a transfer has. */
export function checkAuthorization(
  found: Authorization,
  { appid, sceneId, openid = found.openid }: AuthorizedTransfer,
  { now, fail }: Pick<OperationContext<'authorization_unfit' | 'authorization_differs'>, 'now' | 'fail'>,
): void {
  if (authorizationState(found, now) !== 'effective') {
    fail('authorization_unfit', explainAuthorization(found, now))
  }
  const members = [
    ['transfer_scene_id', found.sceneId, sceneId],
    ['appid', found.appid, appid],
    ['openid', found.openid, openid],
  ] as const
  const differing = members.filter(([, given, asked]) => given !== asked)
  if (differing.length === 0) return
  const differences = inBoth((language) =>
    differing
      .map(([name, given, asked]) =>
        language === 'en' ? `${name} ${given}, and the call ${asked}` : `${name} 是 ${given}，本次传入 ${asked}`,
      )
      .join(language === 'en' ? '; ' : '；'),
  )
  fail('authorization_differs', {
    en: `authorization ${found.outAuthorizationNo} has ${differences.en}`,
    zh: `授权 ${found.outAuthorizationNo} 的 ${differences.zh}`,
  })
}

/** What of a transfer an authorization has to agree with. */
interface AuthorizedTransfer {
  readonly appid: string
  readonly sceneId: string
  readonly openid?: string | undefined
}
