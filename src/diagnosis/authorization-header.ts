import { type Authorization, MAX_AUTHORIZATION, MAX_NONCE, parseAuthorization } from '../protocol/authorization.ts'
import { identityField, SCHEMES, schemeFits, schemeFor } from '../protocol/scheme.ts'
import { type Cause, cause } from './cause.ts'

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
