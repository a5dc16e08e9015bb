import { z } from 'zod'
import { callbackOf, defineEvent, type EventDescription } from '../../../engine/callbacks/event.ts'
import type { NewNotification } from '../../../engine/operation.ts'
import type { Settings } from '../../../engine/settings.ts'
import { formatInstant } from '../../../protocol/instant.ts'
import { wireInstant } from '../../common/fields.ts'
import { type Authorization, authorizationState, CLOSE_REASONS, closingAt } from '../authorization-rules.ts'
import { authorizationIdOf } from '../numbers.ts'
import { AUTHORIZATION_STATE } from '../spellings.ts'
import { scheduleIn } from '../transfer-store.ts'
import { transferAuthorizations } from './table.ts'

const { effective, closed } = AUTHORIZATION_STATE

const resource = z
  .object({
    out_authorization_no: z.string(),
    appid: z.string(),
    openid: z.string(),
    user_display_name: z.string(),
    authorization_id: z.string(),
    state: z.enum([effective, closed]),
    authorize_time: wireInstant.optional().meta({ description: 'left out where the user never agreed' }),
    close_info: z.object({ close_time: wireInstant, close_reason: z.enum(CLOSE_REASONS) }).optional(),
    mchid: z.string(),
  })
  .meta({ id: 'TransferAuthorizationEvent' })

/** The events of authorizations (免确认收款授权), by the state that they tell of. */
export const authorizationEvents = {
  effective: authorizationEvent('effective', {
    eventType: 'MCHTRANSFER.AUTHORIZATION.CONFIRMED',
    summary: '用户确认免确认收款授权',
    label: { en: 'a user agreed to be paid without confirming', zh: '用户同意免确认收款' },
    description: 'A user agreed to be paid without confirming',
  }),
  closed: authorizationEvent('closed', {
    eventType: 'MCHTRANSFER.AUTHORIZATION.CLOSED',
    summary: '用户关闭免确认收款授权',
    label: { en: 'an authorization to be paid without confirming was closed', zh: '免确认收款授权已关闭' },
    description: 'An authorization to be paid without confirming was closed',
  }),
} as const

function authorizationEvent(
  told: 'effective' | 'closed',
  named: Pick<EventDescription, 'eventType' | 'summary' | 'label' | 'description'>,
) {
  return defineEvent<Authorization>({
    id: told === 'effective' ? 'transferAuthorizationConfirmed' : 'transferAuthorizationClosed',
    ...named,
    title: '用户授权结果回调通知',
    source: 'https://pay.weixin.qq.com/doc/v3/merchant/4014512908',
    originalType: 'mch_payment',
    associatedData: 'mch_payment',
    schedule: scheduleIn({}),
    resource,
    async find(tx, mchid) {
      const all = (await tx.in(transferAuthorizations).list(mchid)).toSorted((a, b) => a.createdAt - b.createdAt)
      const newest = all.findLast(({ authorizedAt, closed }) =>
        told === 'closed' ? closed : authorizedAt !== undefined,
      )
      return { about: newest, url: newest?.notifyUrl }
    },
    sample: ({ mchid, appid, now, ids }, one) =>
      resourceOf(
        one ?? {
          mchid,
          outAuthorizationNo: `A${ids.digits(15)}`,
          authorizationId: authorizationIdOf(ids, now),
          appid,
          openid: `o${ids.letters(27)}`,
          sceneId: '1000',
          displayName: '测试用户',
          perception: '活动奖励',
          notifyUrl: '',
          createdAt: now,
          authorizedAt: now,
          ...(told === 'closed' && { closed: { at: now, reason: 'USER_CLOSE' } }),
          request: [],
        },
        now,
      ),
  })
}

/** What a callback tells of an authorization: the documented members in their order, and `mchid` where that of a transfer has it. */
function resourceOf(one: Authorization, now: number) {
  const closing = closingAt(one, now)
  return {
    out_authorization_no: one.outAuthorizationNo,
    appid: one.appid,
    openid: one.openid,
    user_display_name: one.displayName,
    authorization_id: one.authorizationId,
    state: AUTHORIZATION_STATE[authorizationState(one, now)],
    ...(one.authorizedAt !== undefined && { authorize_time: formatInstant(one.authorizedAt) }),
    ...(closing && { close_info: { close_time: formatInstant(closing.at), close_reason: closing.reason } }),
    mchid: one.mchid,
  }
}

/** The callback that tells of an authorization as it is now, in effect or closed. */
export function authorizationNotification(one: Authorization, now: number, settings: Settings): NewNotification {
  const event = authorizationEvents[authorizationState(one, now) === 'closed' ? 'closed' : 'effective']
  const told = callbackOf(event, { mchid: one.mchid, url: one.notifyUrl, resource: resourceOf(one, now) })
  return { ...told, schedule: scheduleIn(settings) }
}
