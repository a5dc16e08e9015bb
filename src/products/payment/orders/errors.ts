import { commonErrors, INTERNAL_CODES } from '../../../protocol/common-errors.ts'
import type { ErrorDefinition } from '../../../protocol/errors.ts'
import { sources } from '../../../protocol/sources.ts'
import { urlUnfit } from '../notify-url.ts'
import { leftInCode, paymentSources } from '../sources.ts'

/** Errors that several calls around an order have in common, word for word. */

export const orderNotExist = {
  status: 404,
  code: 'ORDER_NOT_EXIST',
  message: '订单不存在',
  when: 'the caller has no such order',
  evidence: 'documented',
  internalCode: INTERNAL_CODES.orderUnknown,
} as const satisfies ErrorDefinition

/** The body's `mchid` is checked for every pay call at once; this one is for the query. */
export const queryMchidDiffers = {
  ...commonErrors.mchid_differs,
  when: 'mchid in the query is not the caller (answered like mchid in a body)',
  evidence: 'sibling',
  source: sources.vendorSkills,
} as const satisfies ErrorDefinition

const numberUsed = {
  status: 403,
  code: 'OUT_TRADE_NO_USED',
  message: '商户订单号重复',
  evidence: 'documented',
} as const

/** Rows of the tables that nothing in the mock brings about; a fault can be planned with each. */
const merchantUnknown = {
  status: 400,
  code: 'MCH_NOT_EXISTS',
  message: '商户号不存在',
  when: 'there is no such merchant; only as a planned fault, since the caller is known by then',
  evidence: 'documented',
} as const satisfies ErrorDefinition

export const ruleLimit = {
  status: 403,
  code: 'RULE_LIMIT',
  message: '业务规则限制',
  when: 'a rule of the business stands against it; only as a planned fault',
  evidence: 'documented',
} as const satisfies ErrorDefinition

/** Those of looking an order up and of closing it. */
export const plannedErrors = {
  merchant_unknown: merchantUnknown,
  rule_limit: ruleLimit,
  trade_error: {
    status: 403,
    code: 'TRADE_ERROR',
    message: '交易错误',
    when: 'for reasons of the business; only as a planned fault',
    evidence: 'documented',
  },
} as const satisfies Record<string, ErrorDefinition>

/** Errors of placing an order. */
export const prepayErrors = {
  merchant_unknown: merchantUnknown,
  no_right: {
    status: 403,
    code: 'NO_AUTH',
    message: '商户无权限',
    when: 'the merchant may not use the product; only as a planned fault',
    evidence: 'documented',
  },
  url_unfit: urlUnfit,
  appid_unbound: {
    status: 400,
    code: 'APPID_MCHID_NOT_MATCH',
    message: 'appid和mch_id不匹配，请检查后再试',
    when: 'the appid is not bound to the caller',
    evidence: 'documented',
    internalCode: INTERNAL_CODES.appidUnbound,
  },
  already_paid: {
    ...numberUsed,
    when: 'the order of this out_trade_no was paid, whether it was refunded or not (status and code documented, text the one of the table)',
    internalCode: INTERNAL_CODES.alreadyPaid,
  },
  closed: {
    status: 400,
    code: 'ORDER_CLOSED',
    message: '订单已关闭',
    when: 'the order was closed, by a call or after seven days without payment: a new out_trade_no is needed',
    evidence: 'documented',
    internalCode: INTERNAL_CODES.orderNoLongerValid,
  },
  number_used: {
    ...numberUsed,
    when: 'the out_trade_no was placed before for another way of paying (that this error applies is inferred); with reorder=documented, also if it was placed with other parameters, or closed before it was ever placed',
    internalCode: INTERNAL_CODES.repeatedWithOtherValues,
  },
  placed_with_other_values: {
    status: 400,
    code: 'INVALID_REQUEST',
    message: '请求重入时，参数与首次请求时不一致',
    when: 'the out_trade_no was placed before with other parameters, or was closed before it was ever placed',
    evidence: 'observed',
    source: [leftInCode('请求重入时，参数与首次请求时不一致'), sources.vendorSkills],
    internalCode: INTERNAL_CODES.repeatedWithOtherValues,
  },
} as const satisfies Record<string, ErrorDefinition>

export const openidMissing = {
  status: 400,
  code: 'PARAM_ERROR',
  message: 'JSAPI支付必须传openid',
  when: 'payer or its openid is not given (text reported, status and code inferred)',
  evidence: 'reported',
  source: sources.vendorSkills,
  internalCode: INTERNAL_CODES.parameterInvalid,
} as const satisfies ErrorDefinition

const closePaid = {
  status: 400,
  message: '订单已支付',
  internalCode: INTERNAL_CODES.alreadyPaid,
} as const

/** Errors of closing an order. */
export const closeErrors = {
  ...plannedErrors,
  already_paid: {
    ...closePaid,
    code: 'ORDER_PAID',
    when: 'the order was paid (code documented, status and text inferred)',
    evidence: 'documented',
    source: sources.vendorSkills,
  },
  already_paid_as_in_v2: {
    ...closePaid,
    code: 'ORDERPAID',
    when: 'with closePaid=ORDERPAID: the order was paid (the code of API v2)',
    evidence: 'sibling',
    source: paymentSources.closingInVersion2,
  },
} as const satisfies Record<string, ErrorDefinition>

export const transactionIdInvalid = {
  status: 400,
  code: 'PARAM_ERROR',
  message: '微信订单号非法',
  when: 'the transaction_id does not have 28 digits that begin with 4 (text observed, the check inferred)',
  evidence: 'observed',
  source: leftInCode('微信订单号非法'),
  internalCode: INTERNAL_CODES.parameterInvalid,
} as const satisfies ErrorDefinition
