import { z } from 'zod'
import { mchid, shortText } from '../../engine/state/json-fields.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { ALL, defineTable, type RowDefaults } from '../../engine/state/table.ts'
import type { Texts } from '../../wire/shared/texts.ts'

const givenUser = z
  .strictObject({
    mchid: mchid.optional().describe('whose user; the well-known merchant if left out'),
    openid: shortText,
    appid: z
      .string()
      .min(1)
      .max(32)
      .optional()
      .describe('the only appid that the openid is right for; any if left out'),
    unionid: shortText.optional(),
    person: shortText.optional().describe('users with the same text are accounts of one natural person'),
    suspicious: z.boolean().optional().describe('kept out of batches with prevent_api_abuse'),
    real_name: z
      .string()
      .min(1)
      .max(64)
      .nullable()
      .optional()
      .describe(
        'whom the account belongs to, which transfers are checked against; null: nobody has verified it (未实名)',
      ),
    closed: z.boolean().optional().describe('the account is blocked or closed: refunds to it are refused'),
  })
  .meta({ id: 'User', description: 'what is known of a WeChat user; users need not be known' })

const user = givenUser.required({ mchid: true }).meta({ id: 'CompletedUser' })

/**
 * Known facts of a WeChat user under one merchant. Users need not be listed: an unlisted
 * user has no particular appid or person, and any appid accepts the openid.
 */
export type User = z.output<typeof user>

function completeUser(given: z.output<typeof givenUser>, { defaultMchid }: Pick<RowDefaults, 'defaultMchid'>) {
  return { ...given, mchid: given.mchid ?? defaultMchid }
}

/** The known WeChat users. */
export const users = defineTable({
  name: 'users',
  title: { en: 'Users', zh: '用户' },
  row: user,
  given: givenUser,
  complete: completeUser,
  key: ['openid'],
  indexes: ['person', 'unionid'],
  // It is not known since when a user exists: they come in the order of their merchants and openids, page by page.
  sorted: { newest: { among: () => ALL, by: () => '' } },
})

/** The users with an openid under some merchants, in the order of the merchants; empty if the user is not listed. */
export async function findUsers(tx: Transaction, openid: string, mchids: readonly string[]): Promise<User[]> {
  const found = await Promise.all([...new Set(mchids)].map((mchid) => tx.in(users).find(mchid, openid)))
  return found.filter((user) => user !== undefined)
}

/** Whether an openid may go with an appid: it does unless its user is known to have another. */
export function belongsToAppid(users: readonly User[], appid: string): boolean {
  return users.length === 0 || users.some((user) => user.appid === undefined || user.appid === appid)
}

/** Explains that an openid belongs to another appid; `users` are what {@link findUsers} knows of it. */
export function explainOpenid(openid: string, appid: string, users: readonly User[]): Texts {
  const known = [...new Set(users.flatMap((user) => user.appid ?? []))]
  return {
    en: `${openid} belongs to ${known.join(', ')}, not to ${appid}`,
    zh: `${openid} 属于 ${known.join('、')}，不属于 ${appid}`,
  }
}
