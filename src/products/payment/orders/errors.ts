import { commonErrors, INTERNAL_CODES } from '../../../protocol/common-errors.ts'
import type { ErrorDefinition } from '../../../protocol/errors.ts'

/** Errors that several calls around an order have in common, word for word. */

export const orderNotExist = {
  status: 404,
  code: 'ORDER_NOT_EXIST',
  message: '订单不存在',
  when: 'the caller has no such order',
  evidence: 'documented',
  internalCode: INTERNAL_CODES.orderUnknown,
} as const satisfies ErrorDefinition

export const alreadyPaid = {
  status: 400,
  code: 'ORDERPAID',
  message: '订单已支付',
  when: 'the order was paid (code and text are those of an older version of the call, the status is inferred)',
  evidence: 'sibling',
  internalCode: INTERNAL_CODES.alreadyPaid,
} as const satisfies ErrorDefinition

/** The body's `mchid` is checked for every pay call at once; this one is for the query. */
export const queryMchidDiffers = {
  ...commonErrors.mchid_differs,
  when: 'mchid in the query is not the caller (answered as the one of a body is)',
  evidence: 'sibling',
} as const satisfies ErrorDefinition

/** Errors of placing an order. */
export const prepayErrors = {
  url_unfit: {
    status: 400,
    code: 'PARAM_ERROR',
    message: '参数错误',
    when: 'notify_url is http, and not on this machine (that it has to be https is documented; answered as an event address is)',
    evidence: 'sibling',
    internalCode: INTERNAL_CODES.parameterInvalid,
  },
  appid_unbound: {
    status: 400,
    code: 'APPID_MCHID_NOT_MATCH',
    message: 'appid和mch_id不匹配，请检查后再试',
    when: 'the appid is not bound to the caller (status and code documented, text reported)',
    evidence: 'reported',
    internalCode: INTERNAL_CODES.appidUnbound,
  },
  closes_in_the_past: {
    ...commonErrors.parameter_invalid,
    when: 'time_expire is not in the future',
    evidence: 'inferred',
  },
  already_paid: alreadyPaid,
  closed: {
    status: 400,
    code: 'ORDER_CLOSED',
    message: '订单已关闭',
    when: 'the order was closed, or its time ran out: a new out_trade_no is needed',
    evidence: 'documented',
    internalCode: INTERNAL_CODES.orderNoLongerValid,
  },
  placed_with_other_values: {
    status: 400,
    code: 'INVALID_REQUEST',
    message: '201 商户订单号重复',
    when: 'the out_trade_no was placed before, with other parameters or another way of paying (that it fails is documented, the text reported)',
    evidence: 'reported',
    internalCode: INTERNAL_CODES.repeatedWithOtherValues,
  },
} as const satisfies Record<string, ErrorDefinition>
