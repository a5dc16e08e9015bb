import type { ErrorDefinition } from './errors.ts'
import { type Source, sources } from './sources.ts'

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
  anotherSubMerchants: 268447845,
  notRelated: 268443701,
  repeatedWithOtherValues: 268498688,
  alreadyPaid: 268449538,
  orderNoLongerValid: 268447914,
  couponUnknown: 268578851,
  couponExpired: 268578776,
  couponState: 268578367,
  usedByAnotherOrder: 272756745,
  lockedByAnotherOrder: 272756746,
  openidInvalid: 268578532,
  notEnough: 268892709,
  /** For failures whose code is unknown, except that it is not 0 (inferred). */
  unspecified: 268435460,
} as const

type Cited = Source | readonly Source[]

const SIGN_ERROR = { status: 401, code: 'SIGN_ERROR', internalCode: INTERNAL_CODES.signature } as const
export const PARAM_ERROR = { status: 400, code: 'PARAM_ERROR', internalCode: INTERNAL_CODES.parameterInvalid } as const

const documented = <const From extends Cited>(source: From) => ({ evidence: 'documented', source }) as const
const observed = <const From extends Cited>(source: From) => ({ evidence: 'observed', source }) as const

/** Errors that any call can be answered with. Status, code and text: protocol.md 3, 5 and 6. */
export const commonErrors = {
  header_missing: {
    status: 400,
    code: 'INVALID_REQUEST',
    message: 'Http头缺少Accept或User-Agent',
    when: {
      en: 'Accept or User-Agent missing, except on pay endpoints',
      zh: '缺少 Accept 或 User-Agent（支付接口除外）',
    },
    ...observed(sources.probe),
  },
  authorization_malformed: {
    status: 401,
    code: 'SIGN_ERROR',
    message: 'Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》',
    when: {
      en: 'Authorization missing, a field missing, wrong quotes or spaces',
      zh: '缺少 Authorization、缺少字段，或引号、空格有误',
    },
    ...observed([sources.probe, sources.malformedAuthorization]),
    internalCode: INTERNAL_CODES.authorizationMalformed,
  },
  authorization_missing_pay: {
    ...SIGN_ERROR,
    message: '签名信息错误，验签失败',
    when: {
      en: 'Authorization missing, or of a scheme that is not WeChat Pay’s, on pay endpoints',
      zh: '缺少 Authorization，或认证类型不是微信支付的，支付接口',
    },
    ...observed(sources.probe),
  },
  scheme_unfit: {
    ...SIGN_ERROR,
    message: 'Http头Authorization认证类型不正确',
    when: { en: 'unknown scheme, or one that does not fit the path', zh: '认证类型未知，或不适用于该路径' },
    ...observed(sources.schemeUnfit),
  },
  untimely: {
    ...SIGN_ERROR,
    message: 'Http头Authorization中的timestamp与发起请求的时间不得超过5分钟',
    when: {
      en: 'timestamp more than 300 seconds off, or not whole seconds',
      zh: '时间戳相差超过 300 秒，或不是整秒数',
    },
    ...observed(sources.probe),
  },
  api_v3_key_not_set: {
    ...SIGN_ERROR,
    // Seen in 2019 as 商户未设置加密的密钥，请登录商户平台操作！ with a link.
    message: '商户未设置APIv3密钥。',
    when: {
      en: 'the merchant has set no APIv3 key (that any call gets it, whatever its serial and signature, is inferred)',
      zh: '商户没有设置 APIv3密钥（任何请求，不论序列号和签名是否正确，都会得到此错误：推断）',
    },
    ...documented(sources.signatureFaqs),
  },
  certificate_never_applied_for: {
    ...SIGN_ERROR,
    // Seen from 2019 to 2022 with 请到商户平台上申请证书授权机构颁发的证书。 and a link after it.
    message: '商户未申请过证书。',
    when: {
      en: 'the merchant never applied for an API certificate (any call, whatever its serial and signature: inferred)',
      zh: '商户从未申请过 API 证书（任何请求，不论序列号和签名是否正确：推断）',
    },
    ...documented(sources.signatureFaqs),
  },
  certificate_expired: {
    ...SIGN_ERROR,
    message: '商户证书已过期。',
    when: {
      en: 'the API certificate has expired (any call, before its signature is looked at: inferred)',
      zh: 'API 证书已过期（任何请求在验签之前都会得到此错误：推断）',
    },
    ...documented(sources.signatureFaqs),
  },
  certificate_revoked: {
    ...SIGN_ERROR,
    message: '商户证书已作废。',
    when: {
      en: 'the merchant revoked the API certificate (any call, before its signature is looked at: inferred)',
      zh: '商户已作废该 API 证书（任何请求在验签之前都会得到此错误：推断）',
    },
    ...documented(sources.signatureFaqs),
  },
  certificate_replaced: {
    ...SIGN_ERROR,
    // The editions of the page of 2024 and 2025 begin with 已更换证书; the longer text is that of corrections 9.
    message: '商户已更换证书，请使用新证书',
    when: {
      en: 'the merchant has a newer API certificate (any call, before its signature is looked at: inferred)',
      zh: '商户已更换 API 证书（任何请求在验签之前都会得到此错误：推断）',
    },
    ...documented(sources.signatureFaqs),
  },
  serial_unknown: {
    ...SIGN_ERROR,
    message: '商户证书序列号有误。请使用签名私钥匹配的证书序列号',
    when: { en: 'serial_no unknown, or not of this mchid', zh: 'serial_no 未知，或不属于该 mchid' },
    ...observed([sources.merchantSerialPage, sources.merchantSerialUnknown]),
  },
  serial_unknown_pay: {
    ...SIGN_ERROR,
    message: '商户证书序列号有误。',
    when: { en: 'serial_no not of this mchid, on pay endpoints', zh: 'serial_no 不属于该 mchid，支付接口' },
    ...observed(sources.merchantSerialUnknownInPayment),
  },
  mchid_unknown_pay: {
    ...SIGN_ERROR,
    message: '签名错误',
    when: { en: 'mchid unknown, on pay endpoints', zh: 'mchid 未知，支付接口' },
    ...observed(sources.probe),
  },
  signature_mismatch: {
    ...SIGN_ERROR,
    message: '错误的签名，验签失败',
    when: { en: 'the signature does not verify', zh: '验签失败' },
    ...observed(sources.signatureMismatch),
  },
  signature_mismatch_pay: {
    ...SIGN_ERROR,
    message: '签名错误，请检查后再试',
    when: { en: 'the same, on pay endpoints except for closing an order', zh: '验签失败，支付接口（关闭订单除外）' },
    ...observed(sources.signatureMismatchInPayment),
  },
  platform_serial_unknown: {
    ...PARAM_ERROR,
    message: '平台证书序列号Wechatpay-Serial错误',
    when: { en: 'Wechatpay-Serial names no platform key', zh: 'Wechatpay-Serial 不是任何平台密钥' },
    ...observed([sources.platformSerial, sources.platformSerialMissing]),
  },
  platform_serial_missing: {
    ...PARAM_ERROR,
    message: 'HTTP header缺少微信支付平台证书序列号(Wechatpay-Serial)',
    when: {
      en: 'a call with encrypted fields, without Wechatpay-Serial',
      zh: '接口含有加密字段，却没有传 Wechatpay-Serial',
    },
    ...observed([sources.platformSerialPage, sources.platformSerialMissing]),
  },
  field_undecryptable: {
    ...PARAM_ERROR,
    message: '平台私钥解密失败',
    when: {
      en: 'an encrypted field does not open with the key that Wechatpay-Serial names',
      zh: '加密字段无法用 Wechatpay-Serial 所指的密钥解密',
    },
    ...observed(sources.fieldUndecryptable),
  },
  field_not_ciphertext: {
    ...PARAM_ERROR,
    message: '请确认待处理的消息是否为加密后的密文',
    when: { en: 'a field that has to be encrypted is not', zh: '应当加密的字段没有加密' },
    ...observed(sources.fieldNotCiphertext),
  },
  platform_public_key_unknown_pay: {
    status: 500,
    code: 'SYSTEM_ERROR',
    message: '系统异常，请稍后重试',
    when: {
      en: 'Wechatpay-Serial names an unknown public key, on pay endpoints',
      zh: 'Wechatpay-Serial 是未知的公钥，支付接口',
    },
    evidence: 'inferred',
  },
  malformed: {
    status: 400,
    code: 'INVALID_REQUEST',
    message: 'HTTP 请求不符合微信支付 APIv3 接口规则',
    when: { en: 'the body is not a JSON object in UTF-8', zh: '请求体不是 UTF-8 编码的 JSON 对象' },
    ...documented(sources.commonErrors),
    internalCode: INTERNAL_CODES.parameterInvalid,
  },
  body_too_large: {
    status: 413,
    code: 'INVALID_REQUEST',
    message: 'HTTP 请求不符合微信支付 APIv3 接口规则',
    when: { en: 'the body is larger than 2 MiB (answer not known)', zh: '请求体大于 2 MiB（真实应答未知）' },
    evidence: 'inferred',
    internalCode: INTERNAL_CODES.parameterTooLong,
  },
  parameter_invalid: {
    ...PARAM_ERROR,
    message: '请求参数错误',
    when: {
      en: 'a value is not one of the allowed words, or does not fit the others',
      zh: '有字段的值不在可选值之内，或与其他字段冲突',
    },
    evidence: 'reported',
    source: sources.wrongFields,
  },
  parameter_undefined: {
    status: 400,
    code: 'PARAM_ERROR',
    message: '请求中含有未在API文档中定义的参数',
    when: {
      en: 'a parameter that the call does not have, or one that is null (the latter reported)',
      zh: '该接口没有此参数，或参数的值为 null（后者来自开发者反馈）',
    },
    ...observed([sources.parameterUndefined, sources.nullField]),
    internalCode: INTERNAL_CODES.undefinedParameter,
  },
  mchid_differs: {
    ...PARAM_ERROR,
    message: 'http header中的mchid与post payload中的mchid不匹配',
    when: { en: 'mchid in the body is not the caller', zh: '请求体中的 mchid 不是调用方' },
    ...observed(sources.mchidDiffers),
  },
  path_unknown: {
    status: 404,
    code: '',
    message: '',
    when: {
      en: 'no such path, signed or not (that a signed call gets the same is inferred)',
      zh: '没有该路径，不论是否签名（已签名的请求得到同样应答为推断）',
    },
    ...observed(sources.probe),
  },
  method_unfit: {
    status: 405,
    code: '',
    message: '',
    when: {
      en: 'the path exists, but not with this method; signed or not (that a signed call gets the same is inferred)',
      zh: '路径存在，但不支持该请求方法；不论是否签名（已签名的请求得到同样应答为推断）',
    },
    ...observed(sources.probe),
  },
  rate_limited: {
    status: 429,
    code: 'FREQUENCY_LIMITED',
    message: '频率限制',
    when: {
      en: 'more requests in a time than the call allows (counted with --rate-limit on)',
      zh: '请求超过了接口的频率限制（--rate-limit on 时计数）',
    },
    ...documented(sources.errorTable),
    internalCode: INTERNAL_CODES.rate,
  },
  rate_limited_pay: {
    status: 429,
    code: 'FREQUENCY_LIMITED',
    message: '频率超限',
    when: {
      en: 'the same on pay endpoints, in the words of their tables',
      zh: '支付接口的请求超过了接口的频率限制，文字取自支付接口的错误码表',
    },
    ...documented(sources.orderPages),
    internalCode: INTERNAL_CODES.rate,
  },
  system_error: {
    status: 500,
    code: 'SYSTEM_ERROR',
    message: '系统异常，请稍后重试',
    when: { en: 'server fault; repeat with the same values', zh: '服务端故障，可用相同参数重试' },
    ...documented(sources.commonErrors),
  },
  system_error_pay: {
    status: 500,
    code: 'SYSTEM_ERROR',
    message: '系统错误',
    when: {
      en: 'server fault on pay endpoints, in the words of their tables; repeat with the same values',
      zh: '支付接口的服务端故障，文字取自支付接口的错误码表；可用相同参数重试',
    },
    ...documented(sources.orderPages),
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
