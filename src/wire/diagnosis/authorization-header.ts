import {
  type Authorization,
  identityField,
  MAX_AUTHORIZATION,
  MAX_NONCE,
  parseAuthorization,
  SCHEMES,
  schemeFits,
  schemeFor,
  TIMESTAMP_WINDOW_SECONDS,
} from '../protocol/authorization.ts'
import type { KnownKey } from './signer.ts'
import { type Cause, type CauseName, cause } from './variant.ts'

/** Faults of an `Authorization` header for which the request is refused before its signature is checked. */
export interface HeaderDiagnosis {
  /** At least one, in their order in the header. */
  readonly causes: readonly [Cause, ...Cause[]]
  /** The corrected header, if the correction needs no guess: its signature can then be diagnosed. */
  readonly repaired?: Authorization
}

const FIELDS = ['nonce_str', 'timestamp', 'serial_no', 'signature'] as const

/** Wrong names of the fields seen in the wild, ignoring case and underscores. */
const MISNAMED: Readonly<Record<string, string>> = {
  mchid: 'mchid',
  merchantid: 'mchid',
  mchno: 'mchid',
  spmchid: 'mchid',
  brandid: 'brand_id',
  nonce: 'nonce_str',
  noncestr: 'nonce_str',
  timestamp: 'timestamp',
  time: 'timestamp',
  serialno: 'serial_no',
  serial: 'serial_no',
  serialnumber: 'serial_no',
  certserialno: 'serial_no',
  signature: 'signature',
  sign: 'signature',
}

/**
 * Reports exactly what is wrong with an `Authorization` header: the scheme, quotes, spaces, fields.
 *
 * @param header as received; a repeated header has both values joined by `, `
 * @param path of the request, which determines the scheme
 * @returns undefined for a valid header that fits the path
 */
export function diagnoseAuthorization(header: string | undefined, path: string): HeaderDiagnosis | undefined {
  if (header === undefined || header.trim() === '') return { causes: [cause('header_missing')] }
  const authorization = parseAuthorization(header)
  if (typeof authorization === 'object') return ofScheme(authorization, path)
  if (header.length > MAX_AUTHORIZATION) return { causes: [cause('header_too_long', String(header.length))] }
  const { scheme, rest, causes } = takeScheme(header, path)
  const { pairs, causes: ofPairs } = takePairs(rest)
  const identity = identityField(scheme)
  const { fields, causes: ofFields } = takeFields(pairs, identity)
  const [first, ...more] = [...causes, ...ofPairs, ...ofFields]
  // The fallback, so that there is always a cause.
  if (!first) return { causes: [cause('pair_unreadable', shortened(rest))] }
  const repaired = repair(scheme, identity, fields)
  return { causes: [first, ...more], ...(repaired && { repaired }) }
}

function ofScheme(authorization: Authorization, path: string): HeaderDiagnosis | undefined {
  if (!schemeFits(authorization.scheme, path)) return { causes: [cause('scheme_not_for_path', authorization.scheme)] }
  return authorization.scheme === 'WECHATPAY2-SM2-WITH-SM3' ? { causes: [cause('scheme_sm2')] } : undefined
}

function takeScheme(header: string, path: string): { scheme: string; rest: string; causes: Cause[] } {
  const usual = schemeFor(path)
  const causes: Cause[] = []
  if (/[\r\n]|\\[rn]/.test(header)) causes.push(cause('header_line_break'))
  const text = header.replaceAll(/[\r\n]+|\\r|\\n/g, ' ').trim()
  const first = /^[^\s=,"']+/.exec(text)?.[0] ?? ''
  const behind = text.slice(first.length)
  // A word before `=` is the first field.
  if (first === '' || /^\s*=/.test(behind)) {
    const glued = SCHEMES.find((scheme) => text.toUpperCase().startsWith(scheme))
    if (glued === undefined) return { scheme: usual, rest: text, causes: [...causes, cause('scheme_missing')] }
    return { scheme: glued, rest: text.slice(glued.length), causes: [...causes, cause('scheme_space', 'missing')] }
  }
  const known = SCHEMES.find((scheme) => scheme === first.toUpperCase())
  if (known === undefined) causes.push(cause('scheme_unknown', first))
  else if (known !== first) causes.push(cause('scheme_case', first))
  const rest = behind.replace(/^[\s,:]+/, '')
  const gap = behind.slice(0, behind.length - rest.length)
  if (gap !== ' ' && known !== undefined) causes.push(cause('scheme_space', JSON.stringify(gap)))
  const second = SCHEMES.map((scheme) => rest.toUpperCase().indexOf(scheme)).find((at) => at >= 0)
  if (second === undefined) return { scheme: known ?? usual, rest, causes }
  return {
    scheme: known ?? usual,
    rest: rest.slice(0, second).replace(/(?<![\s,])[\s,]+$/, ''),
    causes: [...causes, cause('header_twice')],
  }
}

interface Pair {
  readonly name: string
  readonly value: string
}

/** Name, `=`, and a value in any quotes, up to a comma or a semicolon. */
const LOOSE_PAIR =
  /^\s*([A-Za-z_]+)\s*([=:])\s*(?:"([^"]*)"|'([^']*)'|[“”„]([^“”"]*)["“”]|([^,;\s"'“”]*))\s*(?:([,;&])|$|(?=\s))/

/** @param text without surrounding white space */
function takePairs(text: string): { pairs: Pair[]; causes: Cause[] } {
  const pairs: Pair[] = []
  const found = new Map<string, Cause>()
  const note = (one: Cause) => found.set(one.name, found.get(one.name) ?? one)
  let rest = text
  while (rest !== '') {
    const match = LOOSE_PAIR.exec(rest)
    if (!match) {
      note(cause('pair_unreadable', shortened(rest)))
      break
    }
    const [whole, name = '', equals, double, single, typographic, bare] = match
    const separator = match[7]
    if (/^\s|^[A-Za-z_]+[=:]?\s|\s[,;&]?$/.test(whole)) note(cause('pairs_spaces', name))
    if (equals === ':') note(cause('pairs_separator', ':'))
    if (single !== undefined) note(cause('quotes_single', name))
    if (typographic !== undefined) note(cause('quotes_typographic', name))
    if (bare !== undefined) note(cause('quotes_missing', name))
    rest = separator === undefined ? rest.slice(whole.length).trimStart() : rest.slice(whole.length)
    const more = rest !== ''
    if (separator === undefined ? more : separator !== ',' || !more)
      note(cause('pairs_separator', separator ?? 'space'))
    pairs.push({ name, value: double ?? single ?? typographic ?? bare ?? '' })
  }
  return { pairs, causes: [...found.values()] }
}

function takeFields(pairs: readonly Pair[], identity: string): { fields: Map<string, string>; causes: Cause[] } {
  const wanted = [identity, ...FIELDS]
  const fields = new Map<string, string>()
  const causes: Cause[] = []
  for (const { name, value } of pairs) {
    const misnamed = MISNAMED[name.toLowerCase().replaceAll('_', '')]
    const meant = wanted.find((field) => field === name) ?? wanted.find((field) => field === misnamed)
    if (meant === undefined) causes.push(cause('field_unknown', name))
    else {
      if (meant !== name) causes.push(cause('field_misnamed', `${name}: ${meant}`))
      if (fields.has(meant)) causes.push(cause('field_twice', meant))
      else fields.set(meant, value)
    }
  }
  for (const name of wanted) {
    const value = fields.get(name)
    if (value === undefined) causes.push(cause('field_missing', name))
    else if (value === '') causes.push(cause('field_empty', name))
    else if (name === 'nonce_str' && value.length > MAX_NONCE)
      causes.push(cause('nonce_too_long', String(value.length)))
  }
  return { fields, causes }
}

/** The header written correctly; undefined if a field is missing or repeated. */
function repair(scheme: string, identity: string, fields: ReadonlyMap<string, string>): Authorization | undefined {
  const written = [identity, ...FIELDS].map((name) => `${name}="${fields.get(name) ?? ''}"`).join(',')
  const authorization = parseAuthorization(`${scheme} ${written}`)
  return typeof authorization === 'string' ? undefined : authorization
}

function shortened(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 40)}…`
}

const HOUR = 3_600
/** Maximum offset of time zones from UTC, in hours, including zones with a fraction of an hour. */
const MAX_ZONE_HOURS = 14

/**
 * Diagnoses a timestamp outside the window.
 *
 * A clock that is off by whole hours, give or take the allowed five minutes, is reported as another time zone: that is the usual reason, though the
 * timestamp alone cannot prove it.
 *
 * @param timestamp as in the header
 * @param now the receiver's clock, epoch milliseconds
 * @returns undefined for a timestamp inside the window
 */
export function diagnoseTimestamp(timestamp: string, now: number): Cause | undefined {
  if (!/^\d{1,20}$/.test(timestamp)) return cause('clock_not_seconds', timestamp.slice(0, 40))
  const seconds = Math.floor(now / 1_000)
  const off = Number(timestamp) - seconds
  if (Math.abs(off) <= TIMESTAMP_WINDOW_SECONDS) return undefined
  if (isNear(Number(timestamp) / 1_000, seconds)) return cause('clock_milliseconds', timestamp)
  if (isNear(Number(timestamp) / 1_000_000, seconds)) return cause('clock_microseconds', timestamp)
  const hours = Math.round(off / HOUR)
  const zone = Math.abs(hours) <= MAX_ZONE_HOURS && Math.abs(off - hours * HOUR) <= TIMESTAMP_WINDOW_SECONDS
  if (zone) return cause('clock_time_zone', `${hours > 0 ? '+' : ''}${hours}`)
  return cause(off < 0 ? 'clock_behind' : 'clock_ahead', String(Math.abs(off)))
}

/** Within a day: a clock may be off as well. */
function isNear(seconds: number, now: number): boolean {
  return Math.abs(seconds - now) <= 24 * HOUR
}

/** A serial that does not name the merchant's certificate. */
export interface SerialFailure {
  /** `serial_no` and `mchid` of the header. */
  readonly serialNo: string
  readonly mchid: string
  /** Whether the merchant exists at all. */
  readonly known: boolean
  /** Finds a key by its serial, ignoring case. */
  readonly find: (serialNo: string) => KnownKey | undefined
}

/** Reports whose serial it is, or how it is written. */
export function diagnoseSerial({ serialNo, mchid, known, find }: SerialFailure): readonly [Cause, ...Cause[]] {
  const causes: Cause[] = known ? [] : [cause('mchid_unknown', mchid)]
  for (const [written, how] of spellings(serialNo)) {
    const key = find(written)
    if (!key) continue
    causes.push(...how)
    if (key.mchid === undefined) causes.push(cause('serial_of_platform', key.serialNo))
    else if (key.mchid !== mchid) causes.push(cause('serial_of_another_merchant', key.mchid))
    else if (how.length === 0) causes.push(cause('serial_of_another_certificate', key.serialNo))
    const [first, ...more] = causes
    if (first) return [first, ...more]
  }
  const [first = cause('serial_unknown', serialNo.slice(0, 80)), ...more] = causes
  return [first, ...more]
}

/** The cause that objects to a merchant, with the merchant or certificate concerned. */
export function objectionCause(
  name: Extract<CauseName, `certificate_${string}` | 'api_v3_key_not_set'>,
  { identity, serialNo }: Pick<Authorization, 'identity' | 'serialNo'>,
): Cause {
  const aboutMerchant = name === 'api_v3_key_not_set' || name === 'certificate_never_applied_for'
  return cause(name, aboutMerchant ? identity : serialNo)
}

/** How tools write a serial: hexadecimal with colons, spaces, `0x` or without leading zeros, or decimal. */
function spellings(serialNo: string): (readonly [serialNo: string, how: readonly Cause[]])[] {
  const written: [string, readonly Cause[]][] = [[serialNo, []]]
  if (serialNo.length > 120) return written
  const bare = serialNo.replace(/^(?:serial\s*=\s*|0x)/i, '').replaceAll(/[\s:-]/g, '')
  const otherwise = [cause('serial_written_otherwise', serialNo)]
  written.push([bare, otherwise], [bare.padStart(40, '0'), otherwise])
  const tail = bare.slice(-40)
  if (/^0+$/.test(bare.slice(0, -40)) && /^[0-9a-f]{40}$/i.test(tail)) written.push([tail, otherwise])
  if (/^\d+$/.test(bare)) {
    const hex = BigInt(bare).toString(16)
    written.push(
      [hex, [cause('serial_decimal', serialNo)]],
      [hex.padStart(40, '0'), [cause('serial_decimal', serialNo)]],
    )
  }
  return written
}
