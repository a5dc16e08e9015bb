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
  when: 'the merchant has not opened the product',
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
    when: 'coupon_code left out although the merchant brings the codes: MERCHANT_API (rule documented, answer inferred)',
    evidence: 'inferred',
  },
  not_running: {
    status: 400,
    code: 'INVALID_REQUEST',
    message: '批次状态非运营中',
    when: 'the batch is not RUNNING',
    evidence: 'inferred',
  },
  stock_expired: stockEnded,
  suspicious: {
    ...limit,
    message: '用户账号存在风险，不可领取',
    when: 'the batch has prevent_api_abuse and the account is suspicious (the text is ours)',
  },
  budget_used_up: {
    ...limit,
    message: '总预算用完',
    when: 'max_coupons of the batch, or its max_amount, is used up',
  },
  day_limit: {
    ...limit,
    message: '用户达到单天限领',
    when: 'max_coupons_by_day of the batch, or its max_amount_by_day, is used up for today in China (the text of DAYLIMIT, the nearest there is)',
  },
  user_limit: {
    ...limit,
    message: '用户领取张数达到上限',
    when: 'the user received max_coupons_per_user coupons of the batch',
  },
  person_limit: {
    ...limit,
    message: '用户自然人限领',
    when: 'the batch has natural_person_limit, and all accounts of the person together received max_coupons_per_user coupons',
  },
  no_code_left: {
    ...limit,
    message: '总预算用完',
    when: 'all codes that were uploaded are handed out: MERCHANT_UPLOAD',
  },
  code_taken: {
    status: 400,
    code: 'INVALID_REQUEST',
    message: '券code已被使用',
    when: 'the batch has a coupon with this code already: MERCHANT_API (the text is ours)',
    evidence: 'inferred',
  },
} as const satisfies Record<string, ErrorDefinition>
