import type { OperationContext } from '../../../engine/operation.ts'
import type { Transaction } from '../../../engine/state/store.ts'
import { inBoth } from '../../../shared/texts.ts'
import { explainAuthorization } from '../explain.ts'
import { type Authorization, authorizationState, isShown } from '../rules/authorization.ts'
import { AUTHORIZATION_STATE } from '../spellings.ts'
import { transferAuthorizations } from './table.ts'

/** The caller's authorization with a number, as long as it is shown. */
export async function authorizationNamed(
  outAuthorizationNo: string,
  { tx, now, caller, fail }: Pick<OperationContext<'not_found'>, 'tx' | 'now' | 'caller' | 'fail'>,
): Promise<Authorization> {
  const found = await tx.in(transferAuthorizations).find(caller.mchid, outAuthorizationNo)
  if (found && isShown(found, now)) return found
  return fail('not_found', {
    en: `${caller.mchid} has no authorization ${outAuthorizationNo}${found ? ' any more: nobody agreed to it, and 30 days have passed' : ''}`,
    zh: `${caller.mchid} 没有授权 ${outAuthorizationNo}${found ? '（用户未确认，已超过 30 天）' : ''}`,
  })
}

/** The authorization of a user for a scene that is in effect or waits for the user; there is one at most. */
export async function standingAuthorization(
  tx: Transaction,
  { mchid, openid, sceneId }: Pick<Authorization, 'mchid' | 'openid' | 'sceneId'>,
  now: number,
): Promise<Authorization | undefined> {
  const all = await tx.in(transferAuthorizations).where('openid', openid, mchid)
  return all.find((one) => one.sceneId === sceneId && authorizationState(one, now) !== 'closed')
}

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
export interface AuthorizedTransfer {
  readonly appid: string
  readonly sceneId: string
  readonly openid?: string | undefined
}
