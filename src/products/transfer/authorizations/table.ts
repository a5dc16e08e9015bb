import { z } from 'zod'
import { mchid, shortText, time } from '../../../engine/state/json-fields.ts'
import { ALL, defineTable, descending, type RowDefaults } from '../../../engine/state/table.ts'
import { exactTime } from '../../../protocol/instant.ts'
import { type Authorization, CLOSE_REASONS } from '../authorization-rules.ts'
import { authorizationIdOf } from '../numbers.ts'
import { SCENES } from '../scenes.ts'
import { sceneId } from '../transfers.ts'
import { authorizationLife } from './life.ts'

export const closeReason = z.enum(CLOSE_REASONS)

export const authorizationJson = z
  .strictObject({
    mchid: mchid.optional().meta({ description: 'whom the user lets pay; the well-known merchant if left out' }),
    out_authorization_no: z.string().min(1).max(32).optional(),
    authorization_id: z
      .string()
      .regex(/^[0-9A-Za-z]{1,40}$/)
      .optional(),
    appid: z.string().min(1).max(32).optional(),
    openid: z.string().min(1).max(64).optional(),
    transfer_scene_id: sceneId.optional().meta({ description: '1000 if left out' }),
    user_display_name: shortText.optional(),
    user_recv_perception: shortText.optional(),
    authorization_notify_url: z.string().max(256).optional(),
    create_time: time.optional(),
    authorize_time: time
      .nullable()
      .optional()
      .meta({ description: 'when the user agreed; null: not so far; create_time if left out' }),
    close_info: z.strictObject({ close_time: time, close_reason: closeReason }).optional(),
    request: z.array(z.string()).optional().meta({ description: 'what the same number has to bring again' }),
  })
  .meta({ id: 'TransferAuthorization', description: "a user's leave to be paid without confirming (免确认收款授权)" })

export const completedAuthorization = authorizationJson
  .required()
  .partial({ close_info: true })
  .meta({ id: 'CompletedTransferAuthorization' })

export type AuthorizationJson = z.input<typeof authorizationJson>
export type CompletedAuthorization = z.output<typeof completedAuthorization>

/** Completes a partial authorization: one that is in effect. */
export function completeAuthorization(json: AuthorizationJson, { now, ids, defaultMchid }: RowDefaults): Authorization {
  const sceneId = json.transfer_scene_id ?? '1000'
  const createdAt = json.create_time === undefined ? now : Date.parse(json.create_time)
  const authorizedAt =
    json.authorize_time === undefined
      ? createdAt
      : json.authorize_time === null
        ? undefined
        : Date.parse(json.authorize_time)
  const { close_info: closed } = json
  return {
    mchid: json.mchid ?? defaultMchid,
    outAuthorizationNo: json.out_authorization_no ?? `A${ids.digits(15)}`,
    authorizationId: json.authorization_id ?? authorizationIdOf(ids, createdAt),
    appid: json.appid ?? 'wx0000000000000001',
    openid: json.openid ?? `o${ids.letters(27)}`,
    sceneId,
    displayName: json.user_display_name ?? '测试用户',
    perception: json.user_recv_perception ?? SCENES[sceneId]?.perceptions[0] ?? '',
    notifyUrl: json.authorization_notify_url ?? 'https://shop.example.com/authorized',
    createdAt,
    ...(authorizedAt !== undefined && { authorizedAt }),
    ...(closed && { closed: { at: Date.parse(closed.close_time), reason: closed.close_reason } }),
    request: json.request ?? [],
  }
}

export function describeAuthorization(one: Authorization): CompletedAuthorization {
  const { closed } = one
  return {
    mchid: one.mchid,
    out_authorization_no: one.outAuthorizationNo,
    authorization_id: one.authorizationId,
    appid: one.appid,
    openid: one.openid,
    transfer_scene_id: one.sceneId,
    user_display_name: one.displayName,
    user_recv_perception: one.perception,
    authorization_notify_url: one.notifyUrl,
    create_time: exactTime(one.createdAt),
    authorize_time: one.authorizedAt === undefined ? null : exactTime(one.authorizedAt),
    ...(closed && { close_info: { close_time: exactTime(closed.at), close_reason: closed.reason } }),
    request: [...one.request],
  }
}

/** Authorizations (免确认收款授权). */
export const transferAuthorizations = defineTable({
  name: 'transferAuthorizations',
  title: { en: 'Transfer authorizations', zh: '免确认收款授权' },
  life: authorizationLife,
  owner: ({ mchid }: Authorization) => mchid,
  key: ({ outAuthorizationNo }) => [outAuthorizationNo],
  keyMembers: ['out_authorization_no'],
  indexes: {
    outAuthorizationNo: ({ outAuthorizationNo }) => outAuthorizationNo,
    authorizationId: ({ authorizationId }) => authorizationId,
    openid: ({ openid }) => openid,
  },
  sorted: { newest: { among: () => ALL, by: ({ createdAt }) => descending(createdAt) } },
  json: authorizationJson,
  completed: completedAuthorization,
  fromJson: completeAuthorization,
  toJson: (one) => describeAuthorization(one),
  inJournal: true,
})
