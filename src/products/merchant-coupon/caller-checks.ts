import { hasOpened, type Product } from '../../engine/keys/merchants.ts'
import type { OperationContext } from '../../engine/operation.ts'
import { explainAppid, mayUseAppid } from '../common/explain.ts'
import { belongsToAppid, explainOpenid, findUsers, type User } from '../platform/index.ts'
import { explainUnopened } from './errors.ts'
import type { Stock } from './stocks.ts'

/** Checks that many calls about coupons make of the caller, its appid and its user. */

type Context<Reason extends string> = Pick<OperationContext<Reason>, 'tx' | 'caller' | 'merchantOf' | 'fail'>

export function requireProduct({ caller, fail }: Context<'not_opened'>, product: Product): void {
  if (!hasOpened(caller, product)) fail('not_opened', explainUnopened(caller.mchid, product))
}

/** Requires appids to be bound to the caller, or to the owner of a batch. */
export function requireAppids(
  { caller, merchantOf, fail }: Context<'appid_unbound'>,
  appids: readonly string[],
  owner: string | undefined,
): void {
  const merchants = [caller, owner === undefined ? undefined : merchantOf(owner)]
  const unbound = appids.find((appid) => !mayUseAppid(appid, merchants))
  if (unbound !== undefined) fail('appid_unbound', explainAppid(unbound, merchants))
}

/**
 * Requires that the caller or the given merchants do not know an openid with another appid only.
 *
 * @returns the users with this openid
 */
export async function requireOpenid(
  { tx, caller, fail }: Context<'openid_of_another_appid'>,
  { openid, appid }: { readonly openid: string; readonly appid: string },
  mchids: readonly string[] = [],
): Promise<readonly User[]> {
  const users = await findUsers(tx, openid, [caller.mchid, ...mchids])
  if (!belongsToAppid(users, appid)) fail('openid_of_another_appid', explainOpenid(openid, appid, users))
  return users
}

/** The merchants besides the caller that know the users of a batch. */
export function merchantsOf({ belong_merchant, mchid }: Stock): readonly string[] {
  return [belong_merchant, mchid]
}
