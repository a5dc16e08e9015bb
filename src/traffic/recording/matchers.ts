import { isLoopback, plainHost } from '../../engine/callbacks/callback.ts'

interface Rule {
  readonly combine: 'AND'
  readonly matchers: readonly [{ readonly match: string; readonly regex?: string; readonly min?: number }]
}

/** Rules of a pact file by path or by name of a header field. */
type Rules = Readonly<Record<string, Rule>>

/** The rules for the matchers in the template of a JSON body, by path. */
export function bodyRules(template: unknown, path = '$'): Rules {
  if (isMatcher(template)) {
    const { value } = template
    const inside = Array.isArray(value) ? bodyRules(value[0], `${path}[*]`) : bodyRules(value, path)
    return { [path]: ruleOf(template), ...inside }
  }
  if (typeof template !== 'object' || template === null) return {}
  return Object.fromEntries(
    Object.entries(template).flatMap(([name, member]) => Object.entries(bodyRules(member, path + step(name)))),
  )
}

/** The rules for the matchers among header fields, by name. */
export function headerRules(template: Readonly<Record<string, unknown>>): Rules {
  return Object.fromEntries(
    Object.entries(template).flatMap(([name, value]) => (isMatcher(value) ? [[name, ruleOf(value)]] : [])),
  )
}

/** Header fields in the format of a pact of specification 4: lists of texts. */
export function headerExamples(template: Readonly<Record<string, unknown>>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(template).map(([name, value]) => [name, [String(exampleOf(value))]]))
}

/** Rules by category, in the format of a pact; an empty object without rules. */
export function rulesIn(categories: Readonly<Record<string, Rules>>): { matchingRules?: Record<string, Rules> } {
  const some = Object.entries(categories).filter(([, rules]) => Object.keys(rules).length > 0)
  return some.length === 0 ? {} : { matchingRules: Object.fromEntries(some) }
}

function step(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `['${name.replaceAll("'", String.raw`\'`)}']`
}

function ruleOf({ 'pact:matcher:type': match, regex, min }: PactMatcher): Rule {
  return {
    combine: 'AND',
    matchers: [{ match, ...(regex !== undefined && { regex }), ...(min !== undefined && { min }) }],
  }
}

/** Addresses in requests and answers, as far as a contract may contain them. */

const URL_TEXT = /^[a-z][a-z0-9+.-]*:\/\/[^\s]+$/i

export function isUrl(text: string): boolean {
  return URL_TEXT.test(text)
}

/** Whether a member's name suggests a secret, such as the `token` of a file to download. */
export function isSecret(name: string): boolean {
  const words = name.replaceAll(/([a-z])(?=[A-Z])/g, '$1_')
  return /(?:^|_)(?:token|secret|sign|sig|signature|ticket|password|pwd|key|apikey|auth|jwt|session)$/i.test(words)
}

/** Path and query without members named like secrets; unchanged otherwise. */
export function withoutSecrets(target: string): string {
  const [path = target, query = ''] = target.split('?', 2)
  const members = query.split('&')
  const open = members.filter((member) => !isSecret(member.split('=', 1).join('')))
  if (open.length === members.length) return target
  return open.length === 0 ? path : `${path}?${open.join('&')}`
}

/** A placeholder host for a machine's own address; the real port changes on every run. */
const ELSEWHERE = 'https://shop.example.com'

/** An address from a client, without secrets and without a port of this machine. */
export function urlToRecord(text: string): string {
  const url = URL.parse(text)
  if (!url) return text
  const secrets = [...url.searchParams.keys()].filter(isSecret)
  const isHere = isLoopback(plainHost(url.hostname))
  if (secrets.length === 0 && !isHere && url.username + url.password === '') return withoutTokens(text)
  for (const name of secrets) url.searchParams.delete(name)
  return withoutTokens(`${isHere ? ELSEWHERE : `${url.protocol}//${url.host}`}${url.pathname}${url.search}`)
}

/** Like {@link urlToRecord}, where the answer is about how the address is written: only its secrets are masked. */
export function urlWithMaskedSecrets(text: string): string {
  return withoutTokens(text)
    .replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#@]+@/i, '$1EXAMPLE@')
    .replaceAll(/([?&])([^?&=#]+)=[^&#]*/g, (whole, start: string, name: string) =>
      isSecret(name) ? `${start}${name}=EXAMPLE` : whole,
    )
}

/** An address whose path and query have no text in them that only a secret looks like. */
function withoutTokens(address: string): string {
  const [origin = ''] = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(address) ?? []
  return origin + address.slice(origin.length).replaceAll(/[^/?&=#]+/g, maskedToken)
}

/** Random letters and digits take turns; words and dates do so once or twice. */
function maskedToken(text: string): string {
  const plain = text.replaceAll(/[-_.~]/g, '')
  const groups = plain.match(/\d+/g)?.length ?? 0
  return plain.length >= 16 && groups > 1 && /[a-z]/i.test(plain) ? 'EXAMPLE' : text
}

/** The part of an address from the service that is the same in each run: not its query, which may be a secret. */
export function withoutQuery(text: string): string {
  return text.split(/[?#]/, 1).join('')
}

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

const DATE = '[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])'
const TIME_OF_DAY = '(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]'

/** A time in WeChat Pay's format: RFC 3339, whole seconds, with the offset of China. */
export function time(example = '2026-01-05T10:20:30+08:00'): PactMatcher<string> {
  return textLike(`^${DATE}T${TIME_OF_DAY}\\+08:00$`, example)
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

/** Header fields of every answer that a consumer may rely on: the number behind `Request-ID` is 0 only on success. @internal */
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

/** The `Wechatpay-*` header fields of an answer or a callback, by shape and length. @internal */
export function signatureHeadersLike(): Record<string, string | PactMatcher<string>> {
  return {
    'Wechatpay-Nonce': textLike('^[0-9A-Za-z]{32}$', 'd824f2e086d3c1df967785d13fcd22ef'),
    'Wechatpay-Signature': textLike('^[A-Za-z0-9+/]{342}==$', EXAMPLE_SIGNATURE),
    'Wechatpay-Timestamp': textLike('^[0-9]{10}$', '1767579630'),
    'Wechatpay-Serial': textLike('^(?:[0-9A-F]{40}|PUB_KEY_ID_[0-9A-Za-z]+)$', EXAMPLE_SERIAL),
    'Wechatpay-Signature-Type': 'WECHATPAY2-SHA256-RSA2048',
  }
}

/** `Authorization` of a signed request, as any: its five parts in any order. */
export function signedLike(): { readonly Authorization: PactMatcher<string> } {
  return {
    Authorization: textLike(
      '^WECHATPAY2-SHA256-RSA2048 (?:(?:mchid|nonce_str|timestamp|serial_no|signature)="[^"]+"(?:,|$)){5}$',
      `WECHATPAY2-SHA256-RSA2048 mchid="1900000001",nonce_str="593BEC0C930BF1AFEB40B4A08C8FB242",timestamp="1767579630",serial_no="${EXAMPLE_SERIAL}",signature="${EXAMPLE_SIGNATURE}"`,
    ),
  }
}

/** Any text but an empty one. Pact's verifier matches `null` as the text "null", and its expressions cannot look ahead. */
const SOME_TEXT = '^(?:[^n]|n[^u]|nu[^l]|nul[^l]|null[\\s\\S])[\\s\\S]*$'

/** The body of a refusal: its code is part of the contract; its text is not, but there has to be one. */
export function refusalBody(code: string, message: string): Record<string, unknown> {
  return { code, message: textLike(SOME_TEXT, message) }
}

/** The refusal of a field of the body by the field checker (busifavor.md 1.1). @internal */
export function fieldErrorBody(value: string | number): Record<string, unknown> {
  return {
    code: 'PARAM_ERROR',
    detail: { location: 'body', value: like(value) },
    message: textLike(
      '^输入源“/body/[^”]+”.+$',
      '输入源“/body/field”映射到字段“字段”必填性规则校验失败，此字段为必填项',
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
