import type { OperationContext } from '../../../engine/operation.ts'
import type { Transaction } from '../../../engine/state/store.ts'
import { type Authorization, authorizationState, isShown } from '../authorization-rules.ts'
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
