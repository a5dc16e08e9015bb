import { z } from 'zod'
import { callbackOf, defineEvent, type EventDescription } from '../../engine/callbacks/event.ts'
import type { NewNotification } from '../../engine/operation.ts'
import type { Settings } from '../../engine/settings.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { shownInstant } from '../common/fields.ts'
import {
  type Authorization,
  authorizationState,
  closeReason,
  closingAt,
  completeAuthorization,
  transferAuthorizations,
} from './authorizations.ts'
import { scheduleIn } from './transfer-store.ts'

const event = {
  title: '用户授权结果回调通知',
  source: 'https://pay.weixin.qq.com/doc/v3/merchant/4014512908',
  originalType: 'mch_payment',
  associatedData: 'mch_payment',
  schedule: scheduleIn({}),
  resource: z
    .object({
      out_authorization_no: z.string(),
      appid: z.string(),
      openid: z.string(),
      user_display_name: z.string(),
      authorization_id: z.string(),
      state: z.enum(['TAKING_EFFECT', 'CLOSED']),
      authorize_time: shownInstant.optional().meta({ description: 'left out where the user never agreed' }),
      close_info: z.object({ close_time: shownInstant, close_reason: closeReason }).optional(),
      mchid: z.string(),
    })
    .meta({ id: 'TransferAuthorizationEvent' }),
} as const satisfies Partial<EventDescription>

/** The events of authorizations (免确认收款授权), by the state that they tell of. */
export const authorizationEvents = {
  TAKING_EFFECT: defineEvent<Authorization>({
    ...event,
    id: 'transferAuthorizationConfirmed',
    eventType: 'MCHTRANSFER.AUTHORIZATION.CONFIRMED',
    summary: '商家转账用户免确认收款授权确认通知',
    label: { en: 'a user agreed to be paid without confirming', zh: '用户同意免确认收款' },
    description: 'A user agreed to be paid without confirming',
    find: (tx, mchid) => newest(tx, mchid, ({ authorize_time }) => authorize_time !== null),
    sample: ({ mchid, appid, now, ids }, one) =>
      resourceOf(one ?? completeAuthorization({ appid }, { now, ids, defaultMchid: mchid }), now),
  }),
  CLOSED: defineEvent<Authorization>({
    ...event,
    id: 'transferAuthorizationClosed',
    eventType: 'MCHTRANSFER.AUTHORIZATION.CLOSED',
    summary: '用户关闭免确认收款授权',
    label: { en: 'an authorization to be paid without confirming was closed', zh: '免确认收款授权已关闭' },
    description: 'An authorization to be paid without confirming was closed',
    find: (tx, mchid) => newest(tx, mchid, ({ close_info }) => close_info !== undefined),
    sample({ mchid, appid, now, ids }, one) {
      const close_info = { close_time: now, close_reason: 'USER_CLOSE' } as const
      return resourceOf(one ?? completeAuthorization({ appid, close_info }, { now, ids, defaultMchid: mchid }), now)
    },
  }),
} as const

async function newest(tx: Transaction, mchid: string, fits: (one: Authorization) => boolean) {
  const all = (await tx.in(transferAuthorizations).list(mchid)).toSorted((a, b) => a.create_time - b.create_time)
  const about = all.findLast(fits)
  return { about, url: about?.authorization_notify_url }
}

/** A callback has the documented members in their order, and `mchid` where that of a transfer has it. */
function resourceOf(one: Authorization, now: number) {
  const state = authorizationState(one, now)
  const told = {
    ...one,
    // None tells of one that waits.
    state: state === 'CLOSED' ? state : 'TAKING_EFFECT',
    authorize_time: one.authorize_time ?? undefined,
    close_info: closingAt(one, now),
  } as const
  return z.encode(event.resource, told)
}

/** The callback that tells of an authorization as it is now, in effect or closed. */
export function authorizationNotification(one: Authorization, now: number, settings: Settings): NewNotification {
  const { mchid, authorization_notify_url: url } = one
  const of = authorizationEvents[authorizationState(one, now) === 'CLOSED' ? 'CLOSED' : 'TAKING_EFFECT']
  return { ...callbackOf(of, { mchid, url, resource: resourceOf(one, now) }), schedule: scheduleIn(settings) }
}
