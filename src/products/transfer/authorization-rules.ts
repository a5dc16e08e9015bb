import { accept, type Decision, refuse } from '../../shared/errors.ts'
import { orLastInstant } from '../../shared/last-instant.ts'
import type { Authorization, CloseReason } from './authorizations.ts'
import { CONFIRM_PERIOD_MS } from './transfers.ts'

export type AuthorizationState = 'WAIT_USER_CONFIRM' | 'TAKING_EFFECT' | 'CLOSED'

/** How many authorizations of a user may wait or be in effect for one scene of a merchant. */
export const MOST_STANDING = 5

/** How long one is shown that nobody agreed to. */
const UNCONFIRMED_SHOWN_MS = 30 * 86_400_000

/** Until when the user can agree. */
export function answerableUntil({ create_time }: Pick<Authorization, 'create_time'>): number {
  return orLastInstant(create_time + CONFIRM_PERIOD_MS)
}

/** Why and when one was closed, by the merchant, the user or time; `undefined` if it was not. */
export function closingAt(one: Authorization, at: number): Authorization['close_info'] {
  if (one.close_info && at >= one.close_info.close_time) return one.close_info
  const overdue = answerableUntil(one)
  if (one.authorize_time !== null || at < overdue) return undefined
  return { close_time: overdue, close_reason: 'USER_OVERDUE_UNCONFIRMED' }
}

export function authorizationState(one: Authorization, at: number): AuthorizationState {
  if (closingAt(one, at)) return 'CLOSED'
  return one.authorize_time === null ? 'WAIT_USER_CONFIRM' : 'TAKING_EFFECT'
}

/** Whether it can be looked up: one that nobody agreed to is forgotten after 30 days. */
export function isShown(one: Authorization, at: number): boolean {
  const closing = closingAt(one, at)
  return closing?.close_reason !== 'USER_OVERDUE_UNCONFIRMED' || at < closing.close_time + UNCONFIRMED_SHOWN_MS
}

/** Lets the user agree. @returns the authorization, or that it does not wait for that */
export function agree(one: Authorization, at: number): Decision<Authorization, 'not_waiting'> {
  if (authorizationState(one, at) !== 'WAIT_USER_CONFIRM') return refuse('not_waiting')
  return accept({ ...one, authorize_time: at })
}

/** Closes it. Asked for again, it stays as it is. */
export function closeAuthorization(one: Authorization, close_reason: CloseReason, at: number): Authorization {
  if (authorizationState(one, at) === 'CLOSED') return one
  return { ...one, close_info: { close_time: at, close_reason } }
}
