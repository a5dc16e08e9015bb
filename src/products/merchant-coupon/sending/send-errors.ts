import { commonErrors } from '../../../protocol/common-errors.ts'
import type { ErrorDefinition } from '../../../protocol/errors.ts'
import {
  appidUnbound,
  openidOfAnotherAppid,
  requestNoReused,
  stockEnded,
  stockNotFound,
  stockNotPermitted,
} from '../errors.ts'
import { couponSources } from '../sources.ts'

/** 403 of the calls that send a coupon: one text for whatever right is missing (corrections 12). */
const sendNotPermitted = {
  ...stockNotPermitted,
  message: '发券商户无权限使用此API',
  source: [couponSources.sentWithoutRight, couponSources.sentWithoutRightAgain],
} as const satisfies ErrorDefinition

/** 403 of the calls of a product that a merchant has to open first. */
export const notOpened = {
  ...sendNotPermitted,
  when: { en: 'the merchant has not opened the product', zh: '商户没有开通该产品' },
} as const satisfies ErrorDefinition

/** A limit of the batch: status and code are inferred, the text is the mini program plug-in's unless it is ours. */
const limit = { status: 403, code: 'RULELIMIT', evidence: 'inferred' } as const

/** What the calls that send a coupon have in common. Texts of limits and states are those of the mini program plug-in (busifavor.md 4.6). */
export const sendErrors = {
  not_opened: notOpened,
  not_found: { ...stockNotFound, evidence: 'inferred' },
  not_permitted: sendNotPermitted,
  appid_unbound: { ...appidUnbound, evidence: 'sibling' },
  openid_of_another_appid: { ...openidOfAnotherAppid, evidence: 'sibling' },
  request_no_reused: requestNoReused,
  coupon_code_needed: {
    ...commonErrors.parameter_invalid,
    when: {
      en: 'coupon_code left out although the merchant brings the codes: MERCHANT_API (rule documented, answer inferred)',
      zh: '券 code 由商户在发券时指定，却没有传 coupon_code：MERCHANT_API（规则见文档，应答为推断）',
    },
    evidence: 'inferred',
  },
  not_running: {
    status: 400,
    code: 'INVALID_REQUEST',
    message: '批次状态非运营中',
    when: { en: 'the batch is not RUNNING', zh: '批次的状态不是 RUNNING' },
    evidence: 'inferred',
  },
  stock_expired: stockEnded,
  suspicious: {
    ...limit,
    message: '用户账号存在风险，不可领取',
    when: {
      en: 'the batch has prevent_api_abuse and the account is suspicious (the text is ours)',
      zh: '批次开启了防刷（prevent_api_abuse），且该账号可疑（文字为自拟）',
    },
  },
  budget_used_up: {
    ...limit,
    message: '总预算用完',
    when: {
      en: 'max_coupons of the batch, or its max_amount, is used up',
      zh: '批次的 max_coupons 或 max_amount 已用完',
    },
  },
  day_limit: {
    ...limit,
    message: '用户达到单天限领',
    when: {
      en: 'max_coupons_by_day of the batch, or its max_amount_by_day, is used up for today in China (the text of DAYLIMIT, the nearest there is)',
      zh: '批次的 max_coupons_by_day 或 max_amount_by_day 今天（北京时间）已用完（文字取自最接近的 DAYLIMIT）',
    },
  },
  user_limit: {
    ...limit,
    message: '用户领取张数达到上限',
    when: {
      en: 'the user received max_coupons_per_user coupons of the batch',
      zh: '该用户在此批次的领券数已达 max_coupons_per_user',
    },
  },
  person_limit: {
    ...limit,
    message: '用户自然人限领',
    when: {
      en: 'the batch has natural_person_limit, and all accounts of the person together received max_coupons_per_user coupons',
      zh: '批次开启了自然人限领（natural_person_limit），且此人所有账号的领券总数已达 max_coupons_per_user',
    },
  },
  no_code_left: {
    ...limit,
    message: '总预算用完',
    when: {
      en: 'all codes that were uploaded are handed out: MERCHANT_UPLOAD',
      zh: '已上传的 code 全部发放完毕：MERCHANT_UPLOAD',
    },
  },
  code_taken: {
    status: 400,
    code: 'INVALID_REQUEST',
    message: '券code已被使用',
    when: {
      en: 'the batch has a coupon with this code already: MERCHANT_API (the text is ours)',
      zh: '批次中已有此券 code 的券：MERCHANT_API（文字为自拟）',
    },
    evidence: 'inferred',
  },
} as const satisfies Record<string, ErrorDefinition>
