import { z } from 'zod'
import { authorizationState, closingAt } from './authorization-rules.ts'
import { type Authorization, authorization } from './authorizations.ts'
import { samePackageInfoFor } from './numbers.ts'

export const shownAuthorization = authorization
  .extend({
    state: z.enum(['WAIT_USER_CONFIRM', 'TAKING_EFFECT', 'CLOSED']),
    package_info: z
      .string()
      .optional()
      .meta({ description: 'one that opens the page on the phone, while that is waited for' }),
  })
  .meta({ id: 'ShownTransferAuthorization', description: 'an authorization as it is now' })

/** An authorization for looking at, with what follows from the instant. */
export function showAuthorization(one: Authorization, now: number): z.input<typeof shownAuthorization> {
  const state = authorizationState(one, now)
  return z.encode(shownAuthorization, {
    ...one,
    close_info: closingAt(one, now),
    state,
    ...(state === 'WAIT_USER_CONFIRM' && {
      package_info: samePackageInfoFor({ kind: 'authorization', number: one.authorization_id }),
    }),
  })
}
