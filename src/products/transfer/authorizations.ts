import { z } from 'zod'
import { documentedEvent } from '../../catalogue/documented-event.ts'
import { shownInstant } from '../../catalogue/fields.ts'
import { callbackOf } from '../../engine/callbacks/event.ts'
import type { NewNotification } from '../../engine/operation.ts'
import type { Settings } from '../../engine/settings.ts'
import { keepEnded } from '../../engine/state/endings.ts'
import { instant, mchid, shortText } from '../../engine/state/json-fields.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { ALL, defineTable, descending, type RowDefaults } from '../../engine/state/table.ts'
import { orLastInstant } from '../../wire/shared/china-time.ts'
import { accept, type Decision, refuse } from '../../wire/shared/errors.ts'
import { isUndone, type SetBack } from '../../wire/shared/set-back.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { SCENES } from './meanings.ts'
import { authorizationIdOf } from './numbers.ts'
import { scheduleIn } from './transfer-store.ts'
import { CONFIRM_PERIOD_MS, sceneId } from './transfers.ts'

export const CLOSE_REASON_MEANINGS = {
  CLOSE_VIA_MCH_API: { en: 'the merchant closed it', zh: '商户通过接口关闭' },
  USER_CLOSE: { en: 'the user closed it', zh: '用户主动关闭' },
  USER_OVERDUE_UNCONFIRMED: { en: 'nobody agreed in time', zh: '用户超时未确认' },
  TRANSFER_RISK: { en: 'WeChat Pay saw a risk', zh: '存在风险' },
  USER_ACCOUNT_ABNORMAL: { en: 'something is wrong with the account of the user', zh: '用户账户异常' },
} as const satisfies Record<string, Texts>

type CloseReason = keyof typeof CLOSE_REASON_MEANINGS

// zod keeps the keys as a tuple only if the compiler knows them as one.
export const closeReason = z.enum(Object.keys(CLOSE_REASON_MEANINGS) as [CloseReason, ...CloseReason[]])

/** A user's leave to be paid without confirming each time (免确认收款授权). */
export const authorization = z
  .strictObject({
    mchid: mchid.describe('whom the user lets pay; the well-known merchant if left out'),
    out_authorization_no: z.string().min(1).max(32),
    authorization_id: z.string().regex(/^[0-9A-Za-z]{1,40}$/),
    appid: z.string().min(1).max(32),
    openid: z.string().min(1).max(64),
    transfer_scene_id: sceneId.describe('1000 if left out'),
    user_display_name: shortText,
    user_recv_perception: shortText,
    authorization_notify_url: z.string().max(256),
    create_time: instant,
    authorize_time: instant.nullable().describe('when the user agreed; null: not so far; create_time if left out'),
    close_info: z.strictObject({ close_time: instant, close_reason: closeReason }).optional(),
    request: z.array(z.string()).describe('what the same number has to bring again'),
  })
  .meta({ id: 'CompletedTransferAuthorization' })

export type Authorization = z.output<typeof authorization>

const givenAuthorization = authorization
  .partial()
  .meta({ id: 'TransferAuthorization', description: "a user's leave to be paid without confirming (免确认收款授权)" })

/** One that is in effect, unless the seed file says otherwise. @internal */
export function completeAuthorization(
  given: z.output<typeof givenAuthorization>,
  { now, ids, defaultMchid }: RowDefaults,
): Authorization {
  const { transfer_scene_id = '1000', create_time = now } = given
  const usual = {
    mchid: defaultMchid,
    out_authorization_no: given.out_authorization_no ?? `A${ids.digits(15)}`,
    authorization_id: given.authorization_id ?? authorizationIdOf(ids, create_time),
    appid: 'wx0000000000000001',
    openid: given.openid ?? `o${ids.letters(27)}`,
    transfer_scene_id,
    user_display_name: '测试用户',
    user_recv_perception: SCENES[transfer_scene_id]?.perceptions[0] ?? '',
    authorization_notify_url: 'https://shop.example.com/authorized',
    create_time,
    authorize_time: create_time,
    request: [],
  }
  return Object.assign(usual, given)
}

/** Authorizations (免确认收款授权). */
export const transferAuthorizations = defineTable({
  name: 'transferAuthorizations',
  title: { en: 'Transfer authorizations', zh: '免确认收款授权' },
  row: authorization,
  given: givenAuthorization,
  complete: completeAuthorization,
  key: ['out_authorization_no'],
  indexes: ['out_authorization_no', 'authorization_id', 'openid'],
  sorted: { newest: { among: () => ALL, by: ({ create_time }) => descending(create_time) } },
  inJournal: true,
})

type AuthorizationState = 'WAIT_USER_CONFIRM' | 'TAKING_EFFECT' | 'CLOSED'

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
  if (one.close_info) return one.close_info
  const overdue = answerableUntil(one)
  if (one.authorize_time !== null || at < overdue) return undefined
  return { close_time: overdue, close_reason: 'USER_OVERDUE_UNCONFIRMED' }
}

export function authorizationState(one: Authorization, at: number): AuthorizationState {
  if (closingAt(one, at)) return 'CLOSED'
  return one.authorize_time === null ? 'WAIT_USER_CONFIRM' : 'TAKING_EFFECT'
}

/** Keeps those as closed that nobody agreed to in time, see `keepEnds` of products. */
export async function keepEndsOfAuthorizations(tx: Transaction, setBack: SetBack): Promise<void> {
  await keepEnded(tx, transferAuthorizations, tx.in(transferAuthorizations).list(), (one) => {
    const close_info = closingAt(one, setBack.from)
    return close_info && !one.close_info && isUndone(setBack, close_info.close_time)
      ? { ...one, close_info }
      : undefined
  })
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

/** In the documented order of members, and with `mchid` where the callback of a transfer has it. */
const resource = z
  .object({
    out_authorization_no: z.string(),
    appid: z.string(),
    openid: z.string(),
    user_display_name: z.string(),
    authorization_id: z.string(),
    state: z.enum(['TAKING_EFFECT', 'CLOSED']),
    authorize_time: shownInstant.optional().describe('left out where the user never agreed'),
    close_info: z.object({ close_time: shownInstant, close_reason: closeReason }).optional(),
    mchid: z.string(),
  })
  .meta({ id: 'TransferAuthorizationEvent' })

const ofBoth = { title: '用户授权结果回调通知', resource } as const

/** The events of authorizations (免确认收款授权), by the state that they tell of. */
export const authorizationEvents = {
  TAKING_EFFECT: documentedEvent<Authorization>('transfers MCHTRANSFER.AUTHORIZATION.CONFIRMED', {
    ...ofBoth,
    id: 'transferAuthorizationConfirmed',
    label: { en: 'a user agreed to be paid without confirming', zh: '用户同意免确认收款' },
    description: 'A user agreed to be paid without confirming',
    find: (tx, mchid) => newest(tx, mchid, ({ authorize_time }) => authorize_time !== null),
    sample: ({ mchid, appid, now, ids }, one) =>
      toldOf(one ?? completeAuthorization({ appid }, { now, ids, defaultMchid: mchid }), now),
  }),
  CLOSED: documentedEvent<Authorization>('transfers MCHTRANSFER.AUTHORIZATION.CLOSED', {
    ...ofBoth,
    id: 'transferAuthorizationClosed',
    label: { en: 'an authorization to be paid without confirming was closed', zh: '免确认收款授权已关闭' },
    description: 'An authorization to be paid without confirming was closed',
    find: (tx, mchid) => newest(tx, mchid, ({ close_info }) => close_info !== undefined),
    sample({ mchid, appid, now, ids }, one) {
      const close_info = { close_time: now, close_reason: 'USER_CLOSE' } as const
      return toldOf(one ?? completeAuthorization({ appid, close_info }, { now, ids, defaultMchid: mchid }), now)
    },
  }),
} as const

async function newest(tx: Transaction, mchid: string, fits: (one: Authorization) => boolean) {
  const all = (await tx.in(transferAuthorizations).list(mchid)).toSorted((a, b) => a.create_time - b.create_time)
  const about = all.findLast(fits)
  return { about, url: about?.authorization_notify_url }
}

function toldOf(one: Authorization, now: number) {
  // None tells of one that waits.
  const state = authorizationState(one, now) === 'CLOSED' ? 'CLOSED' : 'TAKING_EFFECT'
  const { authorize_time } = one
  return { ...one, state, authorize_time: authorize_time ?? undefined, close_info: closingAt(one, now) } as const
}

/** The callback that tells of an authorization as it is now, in effect or closed. */
export function authorizationNotification(one: Authorization, now: number, settings: Settings): NewNotification {
  const { mchid, authorization_notify_url: url } = one
  const told = toldOf(one, now)
  const event = authorizationEvents[told.state]
  return { ...callbackOf(event, { mchid, url, resource: event.content(told) }), schedule: scheduleIn(settings) }
}
