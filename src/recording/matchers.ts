/** A value in a pact whose shape alone is agreed on, in pact's own integration format. */
export interface PactMatcher<Value = unknown> {
  readonly 'pact:matcher:type': string
  /** Value for the consumer's tests. */
  readonly value: Value
  readonly regex?: string
  readonly min?: number
  /** `ProviderState`: a state supplies the value when the contract is verified. */
  readonly 'pact:generator:type'?: string
  /** Its expression, with `${name}` for a parameter of a state. */
  readonly expression?: string
}

/** Text that matches a pattern. The pattern must cover the whole value, since pact searches for it anywhere. */
export function textLike(pattern: string, example: string): PactMatcher<string> {
  if (!pattern.startsWith('^') || !pattern.endsWith('$')) throw new Error(`${pattern} does not cover the whole value`)
  if (!new RegExp(pattern).test(example)) throw new Error(`${example} does not fit ${pattern}`)
  return { 'pact:matcher:type': 'regex', regex: pattern, value: example }
}

/**
 * A value of a request that a provider state supplies when the contract is verified: the parameter of that name, as given or its default. Pact's
 * verifier only fills in requests.
 *
 * @param example the value that the consumer sends in its tests
 */
export function fromState(parameter: string, example: string): PactMatcher<string> {
  return fromExpression(`\${${parameter}}`, example)
}

/** Like {@link fromState}, for an expression with `${name}` for a parameter of a state. Matches the example only. */
export function fromExpression(expression: string, example: string): PactMatcher<string> {
  const regex = `^${example.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&')}$`
  return { 'pact:matcher:type': 'regex', regex, 'pact:generator:type': 'ProviderState', expression, value: example }
}

/** Whether a value is a matcher rather than a literal. */
export function isMatcher(value: unknown): value is PactMatcher {
  return typeof value === 'object' && value !== null && 'pact:matcher:type' in value && 'value' in value
}

/** Any value of the example's type; for an object, each of its members. */
export function like<Value>(example: Value): PactMatcher<Value> {
  return { 'pact:matcher:type': 'type', value: example }
}

/** A list of at least one thing like the example. */
export function someLike<Value>(example: Value): PactMatcher<readonly Value[]> {
  return { 'pact:matcher:type': 'type', value: [example], min: 1 }
}

/** A time in WeChat Pay's format: RFC 3339, whole seconds, with the offset of China. */
export function time(example = '2026-01-05T10:20:30+08:00'): PactMatcher<string> {
  return textLike('^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\+08:00$', example)
}

/** base64 text of at least `min` characters. */
export function base64(min: number, example: string): PactMatcher<string> {
  return textLike(`^[A-Za-z0-9+/]{${min},}={0,2}$`, example)
}

/** 343 characters and the padding, the length of 256 bytes; not a real signature. */
const EXAMPLE_SIGNATURE = `${'EXAMPLEsignature0123456789+/'.repeat(13).slice(0, 342)}==`
const EXAMPLE_SERIAL = '7C8D9EAFB0C1D2E3F405162738495A6B7C8D9E0F'

/** `Content-Type` as loosely as a client reads it. */
export function jsonType(): PactMatcher<string> {
  return textLike('^application/json(?:;.*)?$', 'application/json')
}

/** Header fields of every answer that a consumer may rely on: the number behind `Request-ID` is 0 only on success. */
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

/** Header fields that WeChat Pay requires of a signed request: the five parts of `Authorization` in any order. */
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

/** The example in a template, without its matchers, for the consumer's tests. */
export function exampleOf(template: unknown): unknown {
  if (typeof template !== 'object' || template === null) return template
  if (Array.isArray(template)) return template.map(exampleOf)
  if (isMatcher(template)) return exampleOf(template.value)
  return Object.fromEntries(Object.entries(template).map(([name, value]) => [name, exampleOf(value)]))
}
