import { commonErrors, INTERNAL_CODES } from '../../../protocol/common-errors.ts'
import type { ErrorDefinition } from '../../../protocol/errors.ts'
import { transferSources } from '../sources.ts'
import { placeRefusals } from '../transfer-facts.ts'

/** Errors that several calls around authorizations have in common, word for word. */

export const authorizationNotOpened = {
  ...placeRefusals.not_opened,
  when: {
    en: 'the merchant has not opened the product (control: `opened`); the code was seen, and of the text only its beginning, 商户无权限发起: this one is that of transfers',
    zh: '商户没有开通该产品（控制接口：`opened`）；错误码见过实例，文字只见过开头「商户无权限发起」，这里沿用发起转账的文字',
  },
  evidence: 'sibling',
  source: transferSources.authorizationsNotOpened,
} as const satisfies ErrorDefinition

export const authorizationNotFound = {
  status: 404,
  code: 'NOT_FOUND',
  message: '记录不存在',
  when: {
    en: 'the caller has no such authorization, or nobody agreed to it and that is more than 30 days ago (text inferred)',
    zh: '调用方没有该授权单，或用户未确认且已超过 30 天（文字为推断）',
  },
  evidence: 'documented',
  source: transferSources.partnerPages,
} as const satisfies ErrorDefinition

export const limitReached = {
  status: 400,
  code: 'INVALID_REQUEST',
  message: '用户在当前场景下的授权数量达到限制，不支持发起授权',
  when: {
    en: 'the user has an authorization for the scene, or is asked for one (that the latter counts is inferred)',
    zh: '用户在该场景下已有授权，或正待确认（后者为推断）',
  },
  evidence: 'documented',
  source: transferSources.faq,
} as const satisfies ErrorDefinition

export const numberReused = {
  status: 400,
  code: 'INVALID_REQUEST',
  message: '商户授权单号已被使用，且请求参数与之前不一致',
  when: {
    en: 'the out_authorization_no was used before, with other values (the text is ours)',
    zh: '该 out_authorization_no 已被使用，且参数不同（文字为自拟）',
  },
  evidence: 'inferred',
  internalCode: INTERNAL_CODES.repeatedWithOtherValues,
} as const satisfies ErrorDefinition

export const displayNameUnfit = {
  ...commonErrors.parameter_invalid,
  when: {
    en: 'user_display_name has an emoji (that it must not is documented)',
    zh: 'user_display_name 中有表情符号（不允许见文档）',
  },
  evidence: 'inferred',
} as const satisfies ErrorDefinition

export const authorizationUnfit = {
  status: 400,
  code: 'INVALID_REQUEST',
  message: '授权不存在或已关闭',
  when: {
    en: 'the authorization does not exist, was closed, or waits for the user (the text is ours)',
    zh: '授权不存在、已关闭，或用户尚未确认（文字为自拟）',
  },
  evidence: 'inferred',
} as const satisfies ErrorDefinition

export const authorizationDiffers = {
  status: 400,
  code: 'INVALID_REQUEST',
  message: '转账信息与授权信息不一致',
  when: {
    en: 'the scene, the appid or the openid is another than that of the authorization (the text is ours)',
    zh: '转账场景、appid 或 openid 与授权时不同（文字为自拟）',
  },
  evidence: 'inferred',
} as const satisfies ErrorDefinition
