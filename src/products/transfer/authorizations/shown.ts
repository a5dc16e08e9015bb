import { z } from 'zod'
import { exactTime } from '../../../protocol/instant.ts'
import { type Authorization, authorizationState, closingAt } from '../authorization-rules.ts'
import { samePackageInfoFor } from '../numbers.ts'
import { AUTHORIZATION_STATE } from '../spellings.ts'
import { completedAuthorization, describeAuthorization } from './table.ts'

/** An authorization as it stands, for looking at: with what follows from the instant, which a seed file does not have. */
export const shownAuthorization = completedAuthorization
  .extend({
    state: z.enum(Object.values(AUTHORIZATION_STATE)),
    package_info: z
      .string()
      .optional()
      .meta({ description: 'one that opens the page on the phone, while that is waited for' }),
  })
  .meta({ id: 'ShownTransferAuthorization', description: 'an authorization as it stands now' })

export type ShownAuthorization = z.output<typeof shownAuthorization>

export function showAuthorization(one: Authorization, now: number): ShownAuthorization {
  const state = authorizationState(one, now)
  const closing = closingAt(one, now)
  return {
    ...describeAuthorization(one),
    ...(closing && { close_info: { close_time: exactTime(closing.at), close_reason: closing.reason } }),
    state: AUTHORIZATION_STATE[state],
    ...(state === 'waiting' && {
      package_info: samePackageInfoFor({ kind: 'authorization', number: one.authorizationId }),
    }),
  }
}
