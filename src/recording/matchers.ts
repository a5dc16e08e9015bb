/** A value in a pact of which only the shape is agreed on, in pact's own integration format. */
export interface PactMatcher<Value = unknown> {
  readonly 'pact:matcher:type': string
  /** What a consumer is given in its tests. */
  readonly value: Value
  readonly regex?: string
  readonly min?: number
  /** `ProviderState`: the value comes from a state when the contract is verified. */
  readonly 'pact:generator:type'?: string
  /** What it is made of, with `${name}` for a parameter of a state. */
  readonly expression?: string
}

/** Text that matches a pattern. The pattern has to cover the whole value, since pact searches for it anywhere. */
export function textLike(pattern: string, example: string): PactMatcher<string> {
  if (!pattern.startsWith('^') || !pattern.endsWith('$')) throw new Error(`${pattern} does not cover the whole value`)
  if (!new RegExp(pattern).test(example)) throw new Error(`${example} does not fit ${pattern}`)
  return { 'pact:matcher:type': 'regex', regex: pattern, value: example }
}

/**
 * A value of a request that is taken from a provider state when the contract is verified: the parameter of that name, as it was given or by default.
 * Pact's verifier fills in requests only.
 *
 * @param example what the consumer sends in its tests
 */
export function fromState(parameter: string, example: string): PactMatcher<string> {
  return fromExpression(`\${${parameter}}`, example)
}

/** The same, of an expression that has `${name}` for a parameter of a state. Matches the example only. */
export function fromExpression(expression: string, example: string): PactMatcher<string> {
  const regex = `^${example.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&')}$`
  return { 'pact:matcher:type': 'regex', regex, 'pact:generator:type': 'ProviderState', expression, value: example }
}

/** Whether a value is a matcher, and not to be written as it is. */
export function isMatcher(value: unknown): value is PactMatcher {
  return typeof value === 'object' && value !== null && 'pact:matcher:type' in value && 'value' in value
}

/** Any value of the example's type; of an object each member. */
export function like<Value>(example: Value): PactMatcher<Value> {
  return { 'pact:matcher:type': 'type', value: example }
}

/** A list of at least one thing like the example. */
export function someLike<Value>(example: Value): PactMatcher<readonly Value[]> {
  return { 'pact:matcher:type': 'type', value: [example], min: 1 }
}

/** A time as WeChat Pay writes it: RFC 3339, whole seconds, with the offset of China. */
export function time(example = '2026-01-05T10:20:30+08:00'): PactMatcher<string> {
  return textLike('^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\+08:00$', example)
}

/** base64 text of at least `min` characters. */
export function base64(min: number, example: string): PactMatcher<string> {
  return textLike(`^[A-Za-z0-9+/]{${min},}={0,2}$`, example)
}

/** 343 characters and the padding, as 256 bytes have; not a real signature. */
const EXAMPLE_SIGNATURE = `${'EXAMPLEsignature0123456789+/'.repeat(13).slice(0, 342)}==`
const EXAMPLE_SERIAL = '7C8D9EAFB0C1D2E3F405162738495A6B7C8D9E0F'

/** `Content-Type` as loosely as a client reads it. */
export function jsonType(): PactMatcher<string> {
  return textLike('^application/json(?:;.*)?$', 'application/json')
}

/** What a consumer may rely on in the header fields of every answer: the number behind `Request-ID` is 0 only on success. */
export function answerHeaders(status: number, signed: boolean): Record<string, string | PactMatcher<string>> {
  return {
    'Content-Type': 'application/json; charset=utf-8',
    'Request-ID':
      status < 300
        ? textLike('^[0-9A-F]+-0$', '08F5B4A9C90610D80218A8C5D31F20B7-0')
        : textLike('^[0-9A-F]+-[1-9][0-9]*$', '08F5B4A9C90610D80218A8C5D31F20B7-268435461'),
    ...(signed && signatureHeadersLike()),
  }
}

/** The `Wechatpay-*` header fields of an answer or a callback, by shape and length. */
export function signatureHeadersLike(): Record<string, string | PactMatcher<string>> {
  return {
    'Wechatpay-Nonce': textLike('^[0-9A-Za-z]{32}$', 'd824f2e086d3c1df967785d13fcd22ef'),
    'Wechatpay-Signature': textLike('^[A-Za-z0-9+/]{342}==$', EXAMPLE_SIGNATURE),
    'Wechatpay-Timestamp': textLike('^[0-9]{10}$', '1767579630'),
    'Wechatpay-Serial': textLike('^(?:[0-9A-F]{40}|PUB_KEY_ID_[0-9A-Za-z]+)$', EXAMPLE_SERIAL),
    'Wechatpay-Signature-Type': 'WECHATPAY2-SHA256-RSA2048',
  }
}

/** What WeChat Pay asks of the header fields of a signed request: the five parts of `Authorization` in any order. */
export function requestHeaders(hasBody: boolean): Record<string, string | PactMatcher<string>> {
  return {
    Authorization: textLike(
      '^WECHATPAY2-SHA256-RSA2048 (?:(?:mchid|nonce_str|timestamp|serial_no|signature)="[^"]+"(?:,|$)){5}$',
      `WECHATPAY2-SHA256-RSA2048 mchid="1900000001",nonce_str="593BEC0C930BF1AFEB40B4A08C8FB242",timestamp="1767579630",serial_no="${EXAMPLE_SERIAL}",signature="${EXAMPLE_SIGNATURE}"`,
    ),
    ...(hasBody && { 'Content-Type': jsonType() }),
  }
}

/** The body of a refusal: its code is part of the contract, its text is not. */
export function refusalBody(code: string, message: string): Record<string, unknown> {
  return { code, message: like(message) }
}

/** The body of a `PARAM_ERROR` of the field checker (busifavor.md 1.1). */
export function fieldErrorBody(
  value: string | number,
  location: 'body' | 'path' | 'query' = 'body',
): Record<string, unknown> {
  return {
    code: 'PARAM_ERROR',
    detail: { location, value: like(value) },
    message: textLike(
      `^输入源“/${location}/.+”.+$`,
      `输入源“/${location}/field”映射到字段“字段”必填性规则校验失败，此字段为必填项`,
    ),
  }
}

/** The example in a template, without its matchers: what a consumer is given in its tests. */
export function exampleOf(template: unknown): unknown {
  if (typeof template !== 'object' || template === null) return template
  if (Array.isArray(template)) return template.map(exampleOf)
  if (isMatcher(template)) return exampleOf(template.value)
  return Object.fromEntries(Object.entries(template).map(([name, value]) => [name, exampleOf(value)]))
}
