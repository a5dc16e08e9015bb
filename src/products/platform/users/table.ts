import { z } from 'zod'
import { mchid, shortText } from '../../../engine/state/json-fields.ts'
import { ALL, defineTable, type RowDefaults } from '../../../engine/state/table.ts'
import type { User } from './user.ts'

export const userJson = z
  .strictObject({
    mchid: mchid.optional().meta({ description: 'whose user; the well-known merchant if left out' }),
    openid: shortText,
    appid: z
      .string()
      .min(1)
      .max(32)
      .optional()
      .meta({ description: 'the only appid that the openid is right for; any if left out' }),
    unionid: shortText.optional(),
    person: shortText.optional().meta({ description: 'users with the same text are accounts of one natural person' }),
    suspicious: z.boolean().optional().meta({ description: 'kept out of batches with prevent_api_abuse' }),
    real_name: z.string().min(1).max(64).nullable().optional().meta({
      description:
        'whom the account belongs to, which transfers are checked against; null: nobody has verified it (未实名)',
    }),
    closed: z.boolean().optional().meta({ description: 'the account is blocked or closed: refunds to it are refused' }),
  })
  .meta({ id: 'User', description: 'what is known of a WeChat user; users need not be known' })

export const completedUser = userJson.required({ mchid: true }).meta({ id: 'CompletedUser' })

export type UserJson = z.input<typeof userJson>
export type CompletedUser = z.output<typeof completedUser>

export function completeUser(json: UserJson, { defaultMchid }: RowDefaults): User {
  const { openid, appid, unionid, person, suspicious, real_name, closed } = json
  return {
    mchid: json.mchid ?? defaultMchid,
    openid,
    ...(appid !== undefined && { appid }),
    ...(unionid !== undefined && { unionid }),
    ...(person !== undefined && { person }),
    ...(suspicious && { suspicious }),
    ...(real_name !== undefined && { realName: real_name }),
    ...(closed && { closed }),
  }
}

export function describeUser({ realName, ...user }: User): CompletedUser {
  return { ...user, ...(realName !== undefined && { real_name: realName }) }
}

/** What is known of WeChat users. */
export const users = defineTable({
  name: 'users',
  title: { en: 'Users', zh: '用户' },
  owner: ({ mchid }: User) => mchid,
  key: ({ openid }) => [openid],
  keyMembers: ['openid'],
  indexes: { person: ({ person }) => person },
  // Nobody says since when a user is known: they come in the order of their merchants and openids, page by page.
  sorted: { newest: { among: () => ALL, by: () => '' } },
  json: userJson,
  completed: completedUser,
  fromJson: completeUser,
  toJson: describeUser,
})
