/** `Wechatpay-Signature-Type` of everything but the brand API; merchants sign with the scheme of the same name. */
export const SIGNATURE_TYPE = 'WECHATPAY2-SHA256-RSA2048'

/** `Wechatpay-Signature-Type` of the brand API (品牌). */
export const BRAND_SIGNATURE_TYPE = 'WECHATPAY-BRAND-SHA256-RSA2048'

/** A scheme that the mock signs and verifies with. */
export type SigningScheme = typeof SIGNATURE_TYPE | typeof BRAND_SIGNATURE_TYPE

/** Ways to sign a request (protocol.md 2). SM2 is named only so that it can be refused explicitly. */
export type Scheme = SigningScheme | 'WECHATPAY2-SM2-WITH-SM3'

export const SCHEMES: readonly Scheme[] = [SIGNATURE_TYPE, BRAND_SIGNATURE_TYPE, 'WECHATPAY2-SM2-WITH-SM3']

/**
 * The scheme of a path: that of the brand API below `/brand/`, that of merchants everywhere else (protocol.md 2). Requests are signed with
 * it, and their answers too.
 *
 * @param target a path, with or without a query
 */
export function schemeFor(target: string): SigningScheme {
  return target.startsWith('/brand/') ? BRAND_SIGNATURE_TYPE : SIGNATURE_TYPE
}

/** Whether a request to a path may be signed with a scheme. */
export function schemeFits(scheme: Scheme, path: string): boolean {
  return isBrand(scheme) === isBrand(schemeFor(path))
}

/** Whether a scheme is that of the brand API, whose callers are named by `brand_id`. */
export function isBrand(scheme: string): scheme is typeof BRAND_SIGNATURE_TYPE {
  return scheme === BRAND_SIGNATURE_TYPE
}

/** The field of an `Authorization` header that says who signs. */
export function identityField(scheme: string): 'brand_id' | 'mchid' {
  return isBrand(scheme) ? 'brand_id' : 'mchid'
}

/**
 * The hosts of WeChat Pay's API v3: the main one, its backup, the aliases in the failover list of the Java SDK, the overseas one, and
 * that of invoice files. Source: the official documents and SDKs.
 */
export const WECHATPAY_HOSTS = [
  'api.mch.weixin.qq.com',
  'api2.mch.weixin.qq.com',
  'api.wechatpay.cn',
  'api2.wechatpay.cn',
  'apihk.mch.weixin.qq.com',
  'pay.wechatpay.cn',
] as const

/** Whether a host name is one of WeChat Pay's, ignoring case and a trailing dot. */
export function isWechatPayHost(host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '')
  return WECHATPAY_HOSTS.some((known) => known === name)
}

/** The part of a merchant's credentials that signs requests. */
export interface SigningCredentials {
  readonly mchid: string
  /** Names the caller in the brand API (品牌). Default: `mchid`. */
  readonly brand_id?: string
  /** 40 hex digits of the API certificate. */
  readonly merchant_serial_no: string
  /** PEM, PKCS#8 or PKCS#1. */
  readonly merchant_private_key: string
}

/** The identity of credentials under a scheme. */
export function identityIn(
  { mchid, brand_id = mchid }: Pick<SigningCredentials, 'mchid' | 'brand_id'>,
  scheme: Scheme,
): string {
  return isBrand(scheme) ? brand_id : mchid
}

/** The parts of an `Authorization` header. */
export interface Authorization {
  readonly scheme: Scheme
  /** `mchid`, or `brand_id` with the brand scheme. */
  readonly identity: string
  readonly nonce: string
  /** As written: whole seconds, not yet checked. */
  readonly timestamp: string
  readonly serialNo: string
  readonly signature: string
}

export type AuthorizationFault = 'malformed' | 'unknown_scheme'

/**
 * The header fields that WeChat Pay requires of every request and that this one lacks (protocol.md 3).
 *
 * @param header reads a header field by its name in lower case
 */
export function missingHeaders(header: (name: string) => string | undefined): string[] {
  return REQUIRED.filter(([, name]) => !header(name)).map(([spelled]) => spelled)
}

const REQUIRED = [
  ['Accept', 'accept'],
  ['User-Agent', 'user-agent'],
] as const

/** The longest header that is read, and the longest nonce in it, in characters. */
export const MAX_AUTHORIZATION = 4_096

export const MAX_NONCE = 128

const FIELDS = 5

/**
 * Reads an `Authorization` header: scheme, one space, five `name="value"` pairs in any order, joined by commas without
 * spaces. Nonces may have 1 to 128 characters, since real clients send short ones. They are ASCII: clients disagree on which
 * bytes to sign for anything else.
 *
 * @returns the parts, or `unknown_scheme`, or `malformed` for anything else that does not fit the grammar
 */
export function parseAuthorization(header: string): Authorization | AuthorizationFault {
  if (header.length > MAX_AUTHORIZATION) return 'malformed'
  const space = header.indexOf(' ')
  if (space < 1) return 'malformed'
  const scheme = header.slice(0, space)
  // Without a scheme the first word is a pair. How the live service answers that is unknown; we call it malformed.
  if (scheme.includes('=')) return 'malformed'
  if (!isScheme(scheme)) return 'unknown_scheme'

  const pairs = header.slice(space + 1).split(',')
  // Exactly five pairs are read, so an unknown or repeated one means that a required one is missing.
  if (pairs.length !== FIELDS) return 'malformed'
  const identity = valueIn(pairs, isBrand(scheme) ? 'brand_id="' : 'mchid="')
  const nonce = valueIn(pairs, 'nonce_str="')
  const timestamp = valueIn(pairs, 'timestamp="')
  const serialNo = valueIn(pairs, 'serial_no="')
  const signature = valueIn(pairs, 'signature="')
  if (!identity || !nonce || !timestamp || !serialNo || !signature) return 'malformed'
  if (nonce.length > MAX_NONCE || !/^[\0-\x7F]*$/.test(nonce)) return 'malformed'
  return { scheme, identity, nonce, timestamp, serialNo, signature }
}

/** The value of the pair with a beginning: its name, `=` and the first quote. */
function valueIn(pairs: readonly string[], beginning: string): string | undefined {
  const pair = pairs.find((one) => one.startsWith(beginning)) ?? ''
  // The only other quote ends the pair.
  const isWhole = pair.indexOf('"', beginning.length) === pair.length - 1
  return isWhole ? pair.slice(beginning.length, -1) : undefined
}

/** Writes an `Authorization` header, fields in the order of the official Java and Go SDKs. */
export function formatAuthorization({
  scheme,
  identity,
  nonce,
  timestamp,
  serialNo,
  signature,
}: Authorization): string {
  return `${scheme} ${identityField(scheme)}="${identity}",nonce_str="${nonce}",timestamp="${timestamp}",serial_no="${serialNo}",signature="${signature}"`
}

function isScheme(word: string): word is Scheme {
  return SCHEMES.some((scheme) => scheme === word)
}

/** The timestamp of an instant, in the format of signatures: whole seconds since the epoch. `at` is epoch milliseconds. */
export function timestampOf(at: number): string {
  return String(Math.floor(at / 1_000))
}

/** How far a timestamp may be from the receiver's clock, in seconds, either way. */
export const TIMESTAMP_WINDOW_SECONDS = 300

/**
 * Whether a timestamp is whole seconds and inside the window around `now`.
 *
 * @param timestamp decimal digits, seconds since the epoch
 * @param now epoch milliseconds
 * @param seconds how far it may be off, either way
 */
export function isTimely(timestamp: string, now: number, seconds = TIMESTAMP_WINDOW_SECONDS): boolean {
  if (!/^\d{1,15}$/.test(timestamp)) return false
  return Math.abs(Number(timestamp) - Math.floor(now / 1_000)) <= seconds
}
