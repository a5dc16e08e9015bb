import { INTERNAL_CODES } from '../../protocol/common-errors.ts'
import type { ErrorDefinition } from '../../protocol/errors.ts'
import type { Texts } from '../../shared/texts.ts'
import { couponSources } from './sources.ts'

/** Errors that several calls of the product have in common, word for word. */

export const requestNoReused = {
  status: 400,
  code: 'INVALID_REQUEST',
  message: '请求单号已被使用，且请求参数与之前不一致',
  when: {
    en: 'the request number took effect before, with other values (the text is ours)',
    zh: '该请求单号已经生效过，且参数不同（文字为自拟）',
  },
  evidence: 'inferred',
  internalCode: INTERNAL_CODES.repeatedWithOtherValues,
} as const satisfies ErrorDefinition

/** 403 of the calls that change a coupon. The pages write NOAUTH; live answers have NO_AUTH (corrections 10). */
export const couponNotPermitted = {
  status: 403,
  code: 'NO_AUTH',
  message: '商户无权限操作该券',
  when: {
    en: 'the caller neither created nor owns the batch, nor sent the coupon (with coupon_sender=look, having sent it is not enough)',
    zh: '调用方不是批次的创建方或归属方，也没有发放过该券（设置 coupon_sender=look 时，只发过券不够）',
  },
  evidence: 'sibling',
  source: [couponSources.returnPage, couponSources.redeemedBySender],
  internalCode: INTERNAL_CODES.anotherMerchants,
} as const satisfies ErrorDefinition

/** 403 of the product's general table, with the code of live answers. */
export const notPermitted = {
  ...couponNotPermitted,
  message: '无权限',
  when: {
    en: 'the caller neither created nor owns the batch, nor sent the coupon',
    zh: '调用方不是批次的创建方或归属方，也没有发放过该券',
  },
  source: [couponSources.sharedErrors, couponSources.redeemedBySender],
} as const satisfies ErrorDefinition

export const notFound = {
  status: 404,
  code: 'RESOURCE_NOT_EXISTS',
  message: '查询的资源不存在',
  when: { en: 'there is no such coupon, or the user does not hold it', zh: '没有该券，或该用户不是持有人' },
  evidence: 'documented',
  source: couponSources.sharedErrors,
  internalCode: INTERNAL_CODES.couponUnknown,
} as const satisfies ErrorDefinition

export const appidUnbound = {
  status: 400,
  code: 'APPID_MCHID_NOT_MATCH',
  message: 'appid与请求方商户无关联关系',
  when: {
    en: 'the appid is bound neither to the caller nor to the owner of the batch',
    zh: '该 appid 既未与调用方绑定，也未与批次的归属方绑定',
  },
  evidence: 'documented',
  source: couponSources.sharedErrors,
  internalCode: INTERNAL_CODES.appidUnbound,
} as const satisfies ErrorDefinition

/** 403 of the calls that only the creator of a batch may make. */
export const creatorOnly = {
  ...notPermitted,
  when: { en: 'the caller did not create the batch', zh: '调用方不是批次的创建方' },
} as const satisfies ErrorDefinition

/** 403 of the calls that look at a batch. */
export const stockNotPermitted = {
  ...notPermitted,
  when: { en: 'the caller neither created nor owns the batch', zh: '调用方不是批次的创建方或归属方' },
} as const satisfies ErrorDefinition

export const stockNotFound = {
  ...notFound,
  when: { en: 'there is no such batch', zh: '没有该批次' },
} as const satisfies ErrorDefinition

/** 400 of the calls that change a batch. */
export const stockEnded = {
  status: 400,
  code: 'INVALID_REQUEST',
  message: '批次已过期',
  when: { en: 'available_end_time has passed (the text is ours)', zh: '已过 available_end_time（文字为自拟）' },
  evidence: 'inferred',
  internalCode: INTERNAL_CODES.couponExpired,
} as const satisfies ErrorDefinition

/** 404 of the calls that name a user. */
export const openidOfAnotherAppid = {
  status: 404,
  code: 'USER_NOT_EXISTS',
  message: 'openid不正确',
  when: { en: 'the openid is known to belong to another appid', zh: '已知该 openid 属于另一个 appid' },
  evidence: 'documented',
  source: couponSources.sharedErrors,
  internalCode: INTERNAL_CODES.openidInvalid,
} as const satisfies ErrorDefinition

/** 404 of the calls that change a coupon and name no such coupon. */
export const couponNotFound = {
  ...notFound,
  message: '券不存在',
  when: { en: 'no coupon for this batch and code', zh: '该批次下没有此券 code 的券' },
  source: couponSources.returnPage,
} as const satisfies ErrorDefinition

/** 400 of the calls that link coupons and name no such coupon; other calls answer 404 (busifavor.md 9). */
export const couponUnknown = {
  status: 400,
  code: 'INVALID_REQUEST',
  message: '券不存在',
  when: { en: 'no coupon for this batch and code', zh: '该批次下没有此券 code 的券' },
  evidence: 'documented',
  source: couponSources.disassociatePage,
  internalCode: INTERNAL_CODES.couponUnknown,
} as const satisfies ErrorDefinition

/** 400 of the calls that need a coupon which is SENDED. */
export const couponNotUsable = {
  status: 400,
  code: 'INVALID_REQUEST',
  message: '券状态非可用态',
  when: {
    en: 'the coupon is USED, EXPIRED, DEACTIVATED or DELETED',
    zh: '券的状态是 USED、EXPIRED、DEACTIVATED 或 DELETED',
  },
  evidence: 'sibling',
  source: couponSources.disassociatePage,
  internalCode: INTERNAL_CODES.couponState,
} as const satisfies ErrorDefinition

/** 400 of the calls that need a coupon which is USED. */
export const couponNotUsed = {
  status: 400,
  code: 'INVALID_REQUEST',
  message: '券未被核销',
  when: { en: 'the coupon is not USED (the text is ours)', zh: '券的状态不是 USED（文字为自拟）' },
  evidence: 'inferred',
  internalCode: INTERNAL_CODES.couponState,
} as const satisfies ErrorDefinition

/** 400 of the calls that name another merchant. */
export const merchantUnknown = {
  status: 400,
  code: 'MCH_NOT_EXISTS',
  message: '商户号不存在',
  when: { en: 'mchid is no merchant', zh: 'mchid 不是已有的商户' },
  evidence: 'documented',
  source: couponSources.sharedErrors,
  internalCode: INTERNAL_CODES.parameterInvalid,
} as const satisfies ErrorDefinition

export const couponDeleted = {
  ...notFound,
  message: '券已被删除',
  when: { en: 'the user DELETED the coupon', zh: '用户已删除该券（DELETED）' },
  source: couponSources.returnPage,
} as const satisfies ErrorDefinition

/** Explains that a merchant has not opened a product. */
export function explainUnopened(mchid: string | undefined, product: string): Texts {
  return { en: `${mchid} has not opened ${product}`, zh: `${mchid} 没有开通 ${product}` }
}
