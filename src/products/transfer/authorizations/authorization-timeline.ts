import { isOfAnother, type Step, timelineOf, triesToTell } from '../../../control/timeline.ts'
import { type Exchange, mentions } from '../../../engine/journal/journal.ts'
import type { Mock } from '../../../engine/mock.ts'
import { parseJsonObject } from '../../../protocol/json-object.ts'
import type { Language } from '../../../shared/texts.ts'
import { type Authorization, closingAt } from '../authorization-rules.ts'
import { preTransferWithAuthorization } from '../pre-transfer-with-authorization.ts'
import { AUTHORIZATION_STATE } from '../spellings.ts'
import { applyUserConfirmAuthorization } from './apply-user-confirm-authorization.ts'
import { closeUserConfirmAuthorization } from './close-user-confirm-authorization.ts'
import { authorizationEvents } from './events.ts'
import { transferAuthorizations } from './table.ts'

const { waiting, effective, closed } = AUTHORIZATION_STATE

/** What happened to an authorization, the newest first. */
export async function authorizationHistory(
  mock: Mock,
  language: Language,
  one: Authorization,
  now: number,
  limit?: number,
) {
  const telling = await triesToTell(
    mock,
    Object.values(authorizationEvents),
    (content) => content.mchid === one.mchid && content.out_authorization_no === one.outAuthorizationNo,
  )
  const about = (await mock.exchanges.list()).filter((exchange) => telling.has(exchange) || isAbout(exchange, one))
  return timelineOf(mock, language, stepsOf(one, now, about), about, limit)
}

function stepsOf(one: Authorization, now: number, about: readonly Exchange[]): readonly Step[] {
  const { createdAt, authorizedAt } = one
  const closing = closingAt(one, now)
  const asking = callThat(about, [applyUserConfirmAuthorization.id, preTransferWithAuthorization.id], createdAt)
  const closer = closing && callThat(about, [closeUserConfirmAuthorization.id], closing.at)
  const isAgreed = authorizedAt !== undefined && authorizedAt <= now
  return [
    { event: 'asked', at: createdAt, after: waiting, isTold: false, ...causedBy(asking) },
    ...(isAgreed
      ? [{ event: 'agreed', at: authorizedAt, before: waiting, after: effective, isTold: true, byCall: false }]
      : []),
    ...(closing
      ? [
          {
            event: closing.reason === 'USER_OVERDUE_UNCONFIRMED' ? 'lapsed' : 'closed',
            at: closing.at,
            before: isAgreed ? effective : waiting,
            after: closed,
            isTold: true,
            ...causedBy(closer),
          },
        ]
      : []),
  ]
}

/** The call of some operations that did something: one instant is taken per call. */
function callThat(about: readonly Exchange[], operations: readonly string[], at: number): Exchange | undefined {
  return about.find(
    ({ at: time, operation = '', response }) =>
      time === at && operations.includes(operation) && response !== undefined && response.status < 300,
  )
}

function causedBy(cause: Exchange | undefined) {
  return cause ? { byCall: true, cause } : { byCall: false }
}

/** Whether a call names an authorization, in any of its names. */
function isAbout(exchange: Exchange, { mchid, outAuthorizationNo, authorizationId }: Authorization): boolean {
  if (exchange.callback || isOfAnother(exchange, transferAuthorizations, mchid)) return false
  return (
    mentions(exchange, 'out_authorization_no', outAuthorizationNo) ||
    mentions(exchange, 'authorization_id', authorizationId) ||
    asksAlong(exchange, outAuthorizationNo)
  )
}

/** Whether a call asks for an authorization along with a transfer. */
function asksAlong({ operation, request: { body } }: Exchange, outAuthorizationNo: string): boolean {
  if (operation !== preTransferWithAuthorization.id) return false
  const { authorization_info: info } = parseJsonObject(body) ?? {}
  return typeof info === 'object' && info !== null && 'out_authorization_no' in info
    ? info.out_authorization_no === outAuthorizationNo
    : false
}
