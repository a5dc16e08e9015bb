import type { Transaction } from '../../../engine/state/store.ts'
import type { Texts } from '../../../shared/texts.ts'
import { users } from './table.ts'
import type { User } from './user.ts'

/** What is known of an openid under some merchants, in their order; empty for a user whom nobody described. */
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
