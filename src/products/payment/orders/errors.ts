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
  when: { en: 'the caller has no such order', zh: '调用方没有该订单' },
  evidence: 'documented',
  internalCode: INTERNAL_CODES.orderUnknown,
} as const satisfies ErrorDefinition

/** The body's `mchid` is checked for every pay call at once; this one is for the query. */
export const queryMchidDiffers = {
  ...commonErrors.mchid_differs,
  when: {
    en: 'mchid in the query is not the caller (answered like mchid in a body)',
    zh: '查询串中的 mchid 不是调用方（应答与请求体中的 mchid 相同）',
  },
  evidence: 'sibling',
  source: sources.vendorSkills,
} as const satisfies ErrorDefinition

/** 400 of a query that names an order which another merchant placed. */
export const orderOfAnotherMerchant = {
  status: 400,
  code: 'INVALID_REQUEST',
  message: '商户号和订单信息不匹配',
  when: {
    en: 'the order is one of another merchant (text documented, status and code inferred)',
    zh: '该订单属于另一个商户（文字见文档，状态码和错误码为推断）',
  },
  evidence: 'documented',
  source: paymentSources.orderQuestions,
  internalCode: INTERNAL_CODES.anotherMerchants,
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
  when: {
    en: 'there is no such merchant; only as a planned fault, since the caller is known by then',
    zh: '没有该商户；只能通过故障注入触发，因为此时调用方已经确认',
  },
  evidence: 'documented',
} as const satisfies ErrorDefinition

const invalidRequest = {
  status: 400,
  code: 'INVALID_REQUEST',
  message: '无效请求',
  when: {
    en: 'the row for what no other one names; only as a planned fault',
    zh: '其他错误码未涵盖的情形；只能通过故障注入触发',
  },
  evidence: 'documented',
} as const satisfies ErrorDefinition

export const ruleLimit = {
  status: 403,
  code: 'RULE_LIMIT',
  message: '业务规则限制',
  when: {
    en: 'a rule of the business stands against it; only as a planned fault',
    zh: '违反业务规则；只能通过故障注入触发',
  },
  evidence: 'documented',
} as const satisfies ErrorDefinition

/** Those of looking an order up and of closing it. */
export const plannedErrors = {
  merchant_unknown: merchantUnknown,
  invalid_request: invalidRequest,
  rule_limit: ruleLimit,
  trade_error: {
    status: 403,
    code: 'TRADE_ERROR',
    message: '交易错误',
    when: { en: 'for reasons of the business; only as a planned fault', zh: '业务原因；只能通过故障注入触发' },
    evidence: 'documented',
  },
} as const satisfies Record<string, ErrorDefinition>

/** Errors of placing an order. */
export const prepayErrors = {
  merchant_unknown: merchantUnknown,
  invalid_request: invalidRequest,
  no_right: {
    status: 403,
    code: 'NO_AUTH',
    message: '商户号该产品权限未开通，请前往商户平台>产品中心检查后重试',
    when: {
      en: 'the merchant may not use the product (the table has the text 商户无权限); only as a planned fault',
      zh: '商户没有开通该产品（错误码表中的文字是“商户无权限”）；只能通过故障注入触发',
    },
    evidence: 'observed',
    source: [leftInCode('商户号该产品权限未开通，请前往商户平台>产品中心检查后重试'), paymentSources.orderQuestions],
  },
  receiving_limited: {
    status: 403,
    code: 'NO_AUTH',
    message:
      '此商家的收款功能已被限制，暂无法支付。商家可登录微信商户平台/微信支付商家助手小程序/经营账户页面查看原因和解决方案',
    when: {
      en: 'WeChat Pay keeps the merchant from being paid (text documented, code reported, status inferred); only as a planned fault',
      zh: '微信支付限制了该商户收款（文字见文档，错误码来自开发者反馈，状态码为推断）；只能通过故障注入触发',
    },
    evidence: 'documented',
    source: [paymentSources.orderQuestions, leftInCode('NO_AUTH: 此商家的收款功能已被限制')],
  },
  url_unfit: urlUnfit,
  appid_unbound: {
    status: 400,
    code: 'APPID_MCHID_NOT_MATCH',
    message: 'appid和mch_id不匹配，请检查后再试',
    when: { en: 'the appid is not bound to the caller', zh: '该 appid 未与调用方绑定' },
    evidence: 'documented',
    source: paymentSources.orderQuestions,
    internalCode: INTERNAL_CODES.appidUnbound,
  },
  already_paid: {
    ...numberUsed,
    when: {
      en: 'the order of this out_trade_no was paid, whether it was refunded or not (status and code documented, text the one of the table)',
      zh: '该 out_trade_no 的订单已支付，不论是否退过款（状态码和错误码见文档，文字取自错误码表）',
    },
    internalCode: INTERNAL_CODES.alreadyPaid,
  },
  closed: {
    status: 400,
    code: 'ORDER_CLOSED',
    message: '订单已关闭',
    when: {
      en: 'the order was closed, by a call or after seven days without payment: a new out_trade_no is needed (the table of Native has the row; that the other ways of paying answer alike is inferred)',
      zh: '订单已关闭（调用关单接口，或七天未支付）：须换一个 out_trade_no（见 Native 下单的错误码表，其他下单方式应答相同为推断）',
    },
    evidence: 'documented',
    source: paymentSources.nativeOrderPage,
    internalCode: INTERNAL_CODES.orderNoLongerValid,
  },
  number_used: {
    ...numberUsed,
    when: {
      en: 'the out_trade_no was placed before for another way of paying; with reorder=documented, also if it was placed with other parameters, or closed before it was ever placed',
      zh: '该 out_trade_no 已用其他支付方式下过单；设置 reorder=documented 时，也包括已用其他参数下过单，或在下单之前就已被关闭',
    },
    internalCode: INTERNAL_CODES.repeatedWithOtherValues,
  },
  placed_with_other_values: {
    status: 400,
    code: 'INVALID_REQUEST',
    message: '请求重入时，参数与首次请求时不一致',
    when: {
      en: 'the out_trade_no was placed before with other parameters, or was closed before it was ever placed',
      zh: '该 out_trade_no 已用其他参数下过单，或在下单之前就已被关闭',
    },
    evidence: 'observed',
    source: [leftInCode('请求重入时，参数与首次请求时不一致'), sources.vendorSkills],
    internalCode: INTERNAL_CODES.repeatedWithOtherValues,
  },
} as const satisfies Record<string, ErrorDefinition>

const openidMissing = {
  status: 400,
  code: 'PARAM_ERROR',
  message: 'JSAPI支付必须传openid',
  when: {
    en: 'payer or its openid is not given (text reported, status and code inferred)',
    zh: '没有传 payer 或其中的 openid（文字来自开发者反馈，状态码和错误码为推断）',
  },
  evidence: 'reported',
  source: sources.vendorSkills,
  internalCode: INTERNAL_CODES.parameterInvalid,
} as const satisfies ErrorDefinition

/** Refusals of an openid, which only JSAPI asks for. */
export const openidErrors = {
  openid_missing: openidMissing,
  openid_invalid: {
    status: 400,
    code: 'PARAM_ERROR',
    message: '无效的openid',
    when: {
      en: 'there is no such openid (text documented, status and code inferred); only as a planned fault, since users need not be known',
      zh: '没有该 openid（文字见文档，状态码和错误码为推断）；只能通过故障注入触发，因为用户无需登记',
    },
    evidence: 'documented',
    source: paymentSources.miniProgramQuestions,
    internalCode: INTERNAL_CODES.parameterInvalid,
  },
  openid_of_another_appid: {
    status: 400,
    code: 'PARAM_ERROR',
    message: 'appid与openid不匹配',
    when: {
      en: 'the openid is known to belong to another appid (text documented, status and code inferred)',
      zh: '已知该 openid 属于另一个 appid（文字见文档，状态码和错误码为推断）',
    },
    evidence: 'documented',
    source: paymentSources.orderQuestions,
    internalCode: INTERNAL_CODES.parameterInvalid,
  },
} as const satisfies Record<string, ErrorDefinition>

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
    when: {
      en: 'the order was paid (code documented, status and text inferred)',
      zh: '订单已支付（错误码见文档，状态码和文字为推断）',
    },
    evidence: 'documented',
    source: sources.vendorSkills,
  },
  already_paid_as_in_v2: {
    ...closePaid,
    code: 'ORDERPAID',
    when: {
      en: 'with closePaid=ORDERPAID: the order was paid (the code of API v2)',
      zh: '设置 closePaid=ORDERPAID 时：订单已支付（API v2 的错误码）',
    },
    evidence: 'sibling',
    source: paymentSources.closingInVersion2,
  },
} as const satisfies Record<string, ErrorDefinition>

export const transactionIdInvalid = {
  status: 400,
  code: 'PARAM_ERROR',
  message: '微信订单号非法',
  when: {
    en: 'the transaction_id does not have 28 digits that begin with 4 (text observed, the check inferred)',
    zh: 'transaction_id 不是以 4 开头的 28 位数字（文字为实测，校验规则为推断）',
  },
  evidence: 'observed',
  source: leftInCode('微信订单号非法'),
  internalCode: INTERNAL_CODES.parameterInvalid,
} as const satisfies ErrorDefinition
