import type { ErrorDefinition } from './errors.ts'
import { sources } from './sources.ts'

/**
 * Internal codes behind a `Request-ID` (protocol.md 5.4). Those about coupons are documented for product coupons; that merchant coupons
 * have the same is inferred.
 */
export const INTERNAL_CODES = {
  parameterInvalid: 268435461,
  parameterTooLong: 268435462,
  parameterTooShort: 268435463,
  parameterOutOfRange: 268435464,
  undefinedParameter: 270924358,
  signature: 268443699,
  authorizationMalformed: 270924346,
  rate: 268447840,
  appidUnbound: 268445527,
  orderUnknown: 268512771,
  anotherMerchants: 268447843,
  repeatedWithOtherValues: 268498688,
  alreadyPaid: 268449538,
  orderNoLongerValid: 268447914,
  couponUnknown: 268578851,
  couponExpired: 268578776,
  couponState: 268578367,
  usedByAnotherOrder: 272756745,
  lockedByAnotherOrder: 272756746,
  openidInvalid: 268578532,
  /** For failures whose code is unknown, except that it is not 0 (inferred). */
  unspecified: 268435460,
} as const

/** Errors that any call can be answered with. Status, code and text: protocol.md 3, 5 and 6. */
export const commonErrors = {
  header_missing: {
    status: 400,
    code: 'INVALID_REQUEST',
    message: 'Http头缺少Accept或User-Agent',
    when: 'Accept or User-Agent missing, except on pay endpoints',
    evidence: 'observed',
    source: sources.probe,
  },
  authorization_malformed: {
    status: 401,
    code: 'SIGN_ERROR',
    message: 'Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》',
    when: 'Authorization missing, a field missing, wrong quotes or spaces',
    evidence: 'observed',
    source: [sources.probe, sources.malformedAuthorization],
    internalCode: INTERNAL_CODES.authorizationMalformed,
  },
  authorization_missing_pay: {
    status: 401,
    code: 'SIGN_ERROR',
    message: '签名信息错误，验签失败',
    when: 'Authorization missing, or of a scheme that is not WeChat Pay’s, on pay endpoints',
    evidence: 'observed',
    source: sources.probe,
    internalCode: INTERNAL_CODES.signature,
  },
  scheme_unfit: {
    status: 401,
    code: 'SIGN_ERROR',
    message: 'Http头Authorization认证类型不正确',
    when: 'unknown scheme, or one that does not fit the path',
    evidence: 'observed',
    internalCode: INTERNAL_CODES.signature,
  },
  untimely: {
    status: 401,
    code: 'SIGN_ERROR',
    message: 'Http头Authorization中的timestamp与发起请求的时间不得超过5分钟',
    when: 'timestamp more than 300 seconds off, or not whole seconds',
    evidence: 'observed',
    source: sources.probe,
    internalCode: INTERNAL_CODES.signature,
  },
  serial_unknown: {
    status: 401,
    code: 'SIGN_ERROR',
    message: '商户证书序列号有误。请使用签名私钥匹配的证书序列号',
    when: 'serial_no unknown, or not of this mchid',
    evidence: 'observed',
    internalCode: INTERNAL_CODES.signature,
  },
  serial_unknown_pay: {
    status: 401,
    code: 'SIGN_ERROR',
    message: '商户证书序列号有误。',
    when: 'serial_no not of this mchid, on pay endpoints',
    evidence: 'observed',
    internalCode: INTERNAL_CODES.signature,
  },
  mchid_unknown_pay: {
    status: 401,
    code: 'SIGN_ERROR',
    message: '签名错误',
    when: 'mchid unknown, on pay endpoints',
    evidence: 'observed',
    source: sources.probe,
    internalCode: INTERNAL_CODES.signature,
  },
  signature_mismatch: {
    status: 401,
    code: 'SIGN_ERROR',
    message: '错误的签名，验签失败',
    when: 'the signature does not verify',
    evidence: 'observed',
    internalCode: INTERNAL_CODES.signature,
  },
  signature_mismatch_pay: {
    status: 401,
    code: 'SIGN_ERROR',
    message: '签名错误，请检查后再试',
    when: 'the same, on pay endpoints except for closing an order',
    evidence: 'observed',
    internalCode: INTERNAL_CODES.signature,
  },
  platform_serial_unknown: {
    status: 400,
    code: 'PARAM_ERROR',
    message: '平台证书序列号Wechatpay-Serial错误',
    when: 'Wechatpay-Serial names no platform key',
    evidence: 'observed',
    internalCode: INTERNAL_CODES.parameterInvalid,
  },
  platform_serial_missing: {
    status: 400,
    code: 'PARAM_ERROR',
    message: 'HTTP header缺少微信支付平台证书序列号(Wechatpay-Serial)',
    when: 'a call with encrypted fields, without Wechatpay-Serial',
    evidence: 'observed',
    internalCode: INTERNAL_CODES.parameterInvalid,
  },
  field_undecryptable: {
    status: 400,
    code: 'PARAM_ERROR',
    message: '平台私钥解密失败',
    when: 'an encrypted field does not open with the key that Wechatpay-Serial names',
    evidence: 'observed',
    internalCode: INTERNAL_CODES.parameterInvalid,
  },
  field_not_ciphertext: {
    status: 400,
    code: 'PARAM_ERROR',
    message: '请确认待处理的消息是否为加密后的密文',
    when: 'a field that has to be encrypted is not',
    evidence: 'observed',
    internalCode: INTERNAL_CODES.parameterInvalid,
  },
  platform_public_key_unknown_pay: {
    status: 500,
    code: 'SYSTEM_ERROR',
    message: '系统异常，请稍后重试',
    when: 'Wechatpay-Serial names an unknown public key, on pay endpoints (one case seen)',
    evidence: 'observed',
  },
  malformed: {
    status: 400,
    code: 'INVALID_REQUEST',
    message: 'HTTP 请求不符合微信支付 APIv3 接口规则',
    when: 'the body is not a JSON object in UTF-8',
    evidence: 'documented',
    internalCode: INTERNAL_CODES.parameterInvalid,
  },
  body_too_large: {
    status: 413,
    code: 'INVALID_REQUEST',
    message: 'HTTP 请求不符合微信支付 APIv3 接口规则',
    when: 'the body is larger than 2 MiB (answer not known)',
    evidence: 'inferred',
    internalCode: INTERNAL_CODES.parameterTooLong,
  },
  parameter_invalid: {
    status: 400,
    code: 'PARAM_ERROR',
    message: '请求参数错误',
    when: 'a value is null, none of the words that there are, or does not fit the others',
    evidence: 'reported',
    internalCode: INTERNAL_CODES.parameterInvalid,
  },
  parameter_undefined: {
    status: 400,
    code: 'PARAM_ERROR',
    message: '请求中含有未在API文档中定义的参数',
    when: 'a parameter that the call does not have',
    evidence: 'observed',
    internalCode: INTERNAL_CODES.undefinedParameter,
  },
  mchid_differs: {
    status: 400,
    code: 'PARAM_ERROR',
    message: 'http header中的mchid与post payload中的mchid不匹配',
    when: 'mchid in the body is not the caller',
    evidence: 'observed',
    internalCode: INTERNAL_CODES.parameterInvalid,
  },
  path_unknown: {
    status: 404,
    code: '',
    message: '',
    when: 'no such path, signed or not (that a signed call gets the same is inferred)',
    evidence: 'observed',
    source: sources.probe,
  },
  method_unfit: {
    status: 405,
    code: '',
    message: '',
    when: 'the path exists, but not with this method; signed or not (that a signed call gets the same is inferred)',
    evidence: 'observed',
    source: sources.probe,
  },
  rate_limited: {
    status: 429,
    code: 'FREQUENCY_LIMITED',
    message: '频率限制',
    when: 'more requests in a time than the call allows (counted with --rate-limit on)',
    evidence: 'documented',
    internalCode: INTERNAL_CODES.rate,
  },
  system_error: {
    status: 500,
    code: 'SYSTEM_ERROR',
    message: '系统异常，请稍后重试',
    when: 'server fault; repeat with the same values',
    evidence: 'documented',
  },
} as const satisfies Record<string, ErrorDefinition>

/** The key of an error that any call has, even if its internal code was replaced; `undefined` for other errors. */
export function commonKeyOf({ status, code, message, when }: ErrorDefinition): string | undefined {
  return Object.entries(commonErrors).find(
    ([, common]) =>
      common.status === status && common.code === code && common.message === message && common.when === when,
  )?.[0]
}

const BEFORE_AUTHENTICATION: readonly ErrorDefinition[] = [
  commonErrors.header_missing,
  commonErrors.body_too_large,
  commonErrors.path_unknown,
  commonErrors.method_unfit,
]

/** Whether an error is answered before the caller is known, and so is unsigned (protocol.md 3 and 4, corrections 2, observed). */
export function precedesAuthentication(error: ErrorDefinition): boolean {
  return error.status === 401 || BEFORE_AUTHENTICATION.includes(error)
}
