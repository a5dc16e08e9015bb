import { hasOpened, type Product } from '../../engine/keys/merchants.ts'
import type { OperationContext } from '../../engine/operation.ts'
import { INTERNAL_CODES } from '../../wire/protocol/common-errors.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { explainAppid, mayUseAppid } from '../common/explain.ts'
import { because, invalidRequest, refusal, resourceUnknown } from '../common/refusal.ts'
import { belongsToAppid, explainOpenid, findUsers, type User } from '../platform/index.ts'
import { couponSources } from './sources.ts'
import type { Stock } from './stocks.ts'

/** Errors that several calls of the product have in common, word for word. */

export const requestNoReused = invalidRequest('inferred', '请求单号已被使用，且请求参数与之前不一致', {
  en: 'the request number took effect before, with other values (the text is ours)',
  zh: '该请求单号已经生效过，且参数不同（文字为自拟）',
  internalCode: INTERNAL_CODES.repeatedWithOtherValues,
})

/** 403 of the calls that change a coupon. The pages write NOAUTH; live answers have NO_AUTH (corrections 10). */
export const couponNotPermitted = refusal(403, 'NO_AUTH')('sibling', '商户无权限操作该券', {
  en: 'the caller neither created nor owns the batch, nor sent the coupon (with coupon_sender=look, having sent it is not enough)',
  zh: '调用方不是批次的创建方或归属方，也没有发放过该券（设置 coupon_sender=look 时，只发过券不够）',
  source: [couponSources.returnPage, couponSources.redeemedBySender],
  internalCode: INTERNAL_CODES.anotherMerchants,
})

/** 403 of the product's general table, with the code of live answers. */
export const notPermitted = because(couponNotPermitted, {
  en: 'the caller neither created nor owns the batch, nor sent the coupon',
  zh: '调用方不是批次的创建方或归属方，也没有发放过该券',
  message: '无权限',
  source: [couponSources.sharedErrors, couponSources.redeemedBySender],
})

export const notFound = resourceUnknown('documented', '查询的资源不存在', {
  en: 'there is no such coupon, or the user does not hold it',
  zh: '没有该券，或该用户不是持有人',
  source: couponSources.sharedErrors,
  internalCode: INTERNAL_CODES.couponUnknown,
})

export const appidUnbound = refusal(400, 'APPID_MCHID_NOT_MATCH')('documented', 'appid与请求方商户无关联关系', {
  en: 'the appid is bound neither to the caller nor to the owner of the batch',
  zh: '该 appid 既未与调用方绑定，也未与批次的归属方绑定',
  source: couponSources.sharedErrors,
  internalCode: INTERNAL_CODES.appidUnbound,
})

/** 403 of the calls that only the creator of a batch may make. */
export const creatorOnly = because(notPermitted, {
  en: 'the caller did not create the batch',
  zh: '调用方不是批次的创建方',
})

/** 403 of the calls that look at a batch. */
export const stockNotPermitted = because(notPermitted, {
  en: 'the caller neither created nor owns the batch',
  zh: '调用方不是批次的创建方或归属方',
})

export const stockNotFound = because(notFound, { en: 'there is no such batch', zh: '没有该批次' })

/** 400 of the calls that change a batch. */
export const stockEnded = invalidRequest('inferred', '批次已过期', {
  en: 'available_end_time has passed (the text is ours)',
  zh: '已过 available_end_time（文字为自拟）',
  internalCode: INTERNAL_CODES.couponExpired,
})

/** 404 of the calls that name a user. */
export const openidOfAnotherAppid = refusal(404, 'USER_NOT_EXISTS')('documented', 'openid不正确', {
  en: 'the openid is known to belong to another appid',
  zh: '已知该 openid 属于另一个 appid',
  source: couponSources.sharedErrors,
  internalCode: INTERNAL_CODES.openidInvalid,
})

/** 404 of the calls that change a coupon and name no such coupon. */
export const couponNotFound = because(notFound, {
  en: 'no coupon for this batch and code',
  zh: '该批次下没有此券 code 的券',
  message: '券不存在',
  source: couponSources.returnPage,
})

/** 400 of the calls that link coupons and name no such coupon; other calls answer 404 (busifavor.md 9). */
export const couponUnknown = invalidRequest('documented', '券不存在', {
  en: 'no coupon for this batch and code',
  zh: '该批次下没有此券 code 的券',
  source: couponSources.disassociatePage,
  internalCode: INTERNAL_CODES.couponUnknown,
})

/** 400 of the calls that need a coupon which is SENDED. */
export const couponNotUsable = invalidRequest('sibling', '券状态非可用态', {
  en: 'the coupon is USED, EXPIRED, DEACTIVATED or DELETED',
  zh: '券的状态是 USED、EXPIRED、DEACTIVATED 或 DELETED',
  source: couponSources.disassociatePage,
  internalCode: INTERNAL_CODES.couponState,
})

/** 400 of the calls that need a coupon which is USED. */
export const couponNotUsed = invalidRequest('inferred', '券未被核销', {
  en: 'the coupon is not USED (the text is ours)',
  zh: '券的状态不是 USED（文字为自拟）',
  internalCode: INTERNAL_CODES.couponState,
})

/** 400 of the calls that name another merchant. */
export const merchantUnknown = refusal(400, 'MCH_NOT_EXISTS')('documented', '商户号不存在', {
  en: 'mchid is no merchant',
  zh: 'mchid 不是已有的商户',
  source: couponSources.sharedErrors,
  internalCode: INTERNAL_CODES.parameterInvalid,
})

export const couponDeleted = because(notFound, {
  en: 'the user DELETED the coupon',
  zh: '用户已删除该券（DELETED）',
  message: '券已被删除',
  source: couponSources.returnPage,
})

/** Explains that a merchant has not opened a product. */
export function explainUnopened(mchid: string | undefined, product: string): Texts {
  return { en: `${mchid} has not opened ${product}`, zh: `${mchid} 没有开通 ${product}` }
}

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

/** Requires that the caller or the given merchants do not know an openid with another appid only. @returns the users with this openid */
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
