import type { IdSource } from '../../../engine/ids.ts'
import { formatInstant } from '../../../protocol/instant.ts'
import { type Authorization, authorizationState, closingAt } from '../authorization-rules.ts'
import { packageInfoFor } from '../numbers.ts'
import { AUTHORIZATION_STATE } from '../spellings.ts'

/** What opens the page on which the user agrees, as a member; only while that is what it waits for. */
export function packageShown(one: Authorization, now: number, ids: IdSource) {
  if (authorizationState(one, now) !== 'waiting') return {}
  return { package_info: packageInfoFor({ kind: 'authorization', number: one.authorizationId }, ids) }
}

/** An authorization as it is looked up. */
export function authorizationShown(one: Authorization, now: number) {
  const closing = closingAt(one, now)
  return {
    out_authorization_no: one.outAuthorizationNo,
    appid: one.appid,
    openid: one.openid,
    user_display_name: one.displayName,
    ...(one.authorizedAt !== undefined && {
      authorization_id: one.authorizationId,
      authorize_time: formatInstant(one.authorizedAt),
    }),
    state: AUTHORIZATION_STATE[authorizationState(one, now)],
    ...(closing && { close_info: { close_time: formatInstant(closing.at), close_reason: closing.reason } }),
    transfer_scene_id: one.sceneId,
    user_recv_perception: one.perception,
    create_time: formatInstant(one.createdAt),
  }
}
