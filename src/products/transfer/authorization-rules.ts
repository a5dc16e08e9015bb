import { accept, type Decision, refuse } from '../../shared/decision.ts'
import { orLastInstant } from '../../shared/last-instant.ts'
import { CONFIRM_PERIOD_MS } from './transfers.ts'

/** A user's leave to be paid without confirming each time (免确认收款授权). Instants are epoch milliseconds. */
export interface Authorization {
  readonly mchid: string
  /** The merchant's number. */
  readonly outAuthorizationNo: string
  /** Given by WeChat Pay, and shown once the user has agreed. */
  readonly authorizationId: string
  readonly appid: string
  readonly openid: string
  readonly sceneId: string
  /** How the merchant calls the user. */
  readonly displayName: string
  readonly perception: string
  readonly notifyUrl: string
  readonly createdAt: number
  readonly authorizedAt?: number
  readonly closed?: { readonly at: number; readonly reason: CloseReason }
  /** The values of the request, which the same number has to bring again. */
  readonly request: readonly string[]
}

export type AuthorizationState = 'waiting' | 'effective' | 'closed'

export const CLOSE_REASONS = [
  'CLOSE_VIA_MCH_API',
  'USER_CLOSE',
  'USER_OVERDUE_UNCONFIRMED',
  'TRANSFER_RISK',
  'USER_ACCOUNT_ABNORMAL',
] as const
export type CloseReason = (typeof CLOSE_REASONS)[number]

/** How long one is shown that nobody agreed to (mch-transfer.md 9). */
const UNCONFIRMED_SHOWN_MS = 30 * 86_400_000

/** Why and when one was closed, by the merchant, the user or time; `undefined` if it was not. */
export function closingAt(
  { closed, authorizedAt, createdAt }: Authorization,
  at: number,
): { readonly at: number; readonly reason: CloseReason } | undefined {
  if (closed && at >= closed.at) return closed
  const overdue = answerableUntil({ createdAt })
  if (authorizedAt !== undefined || at < overdue) return undefined
  return { at: overdue, reason: 'USER_OVERDUE_UNCONFIRMED' }
}

/** Until when the user can agree. */
export function answerableUntil({ createdAt }: Pick<Authorization, 'createdAt'>): number {
  return orLastInstant(createdAt + CONFIRM_PERIOD_MS)
}

export function authorizationState(authorization: Authorization, at: number): AuthorizationState {
  if (closingAt(authorization, at)) return 'closed'
  return authorization.authorizedAt === undefined ? 'waiting' : 'effective'
}

/** Whether it can be looked up: one that nobody agreed to is forgotten after 30 days. */
export function isShown(authorization: Authorization, at: number): boolean {
  const closing = closingAt(authorization, at)
  return closing?.reason !== 'USER_OVERDUE_UNCONFIRMED' || at < closing.at + UNCONFIRMED_SHOWN_MS
}

/** Lets the user agree. @returns the authorization, or that it does not wait for that */
export function agree(authorization: Authorization, at: number): Decision<Authorization, 'not_waiting'> {
  if (authorizationState(authorization, at) !== 'waiting') return refuse('not_waiting')
  return accept({ ...authorization, authorizedAt: at })
}

/** Closes it. Asked for again, it stays as it is. */
export function closeAuthorization(authorization: Authorization, reason: CloseReason, at: number): Authorization {
  return authorizationState(authorization, at) === 'closed'
    ? authorization
    : { ...authorization, closed: { at, reason } }
}
