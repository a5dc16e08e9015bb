import { createHash } from 'node:crypto'
import { type Cause, type CauseName, cause } from '../../../src/wire/diagnosis/variant.ts'
import { type BodyStyle, bodyText, type Draft, type Json, type Layout, sha256 } from './drafts.ts'

/** Values that the corpus makes mistakes with. */
export const HOST = 'shop.example:8443'
export const API_V2_KEY = '0123456789abcdef0123456789abcdef'
export const API_V3_KEY = 'abcdefghijklmnopqrstuvwxyz012345'
export const MCHID = '1900000001'
export const SERIAL_NO = '5A1B2C3D4E5F60718293A4B5C6D7E8F901234567'

/** A draft with a mistake in it. */
export function applyMistake({ name, value = '' }: Cause, draft: Draft): Draft {
  const change = MISTAKES[name]
  if (!change) throw new Error(`No mistake for ${name}`)
  return { ...draft, ...change(draft, value) }
}

type Changes = Partial<Draft>

const wrapped = ({ wrap }: Draft, change: (body: Buffer) => Buffer): Changes => ({ wrap: [...wrap, change] })
const wrappedText = (draft: Draft, change: (text: string) => string) =>
  wrapped(draft, (body) => Buffer.from(change(body.toString('utf8'))))
const otherBody = (draft: Draft, body: string) => wrapped(draft, () => Buffer.from(body))
const styled = ({ style }: Draft, changes: Partial<BodyStyle>): Changes => ({ style: { ...style, ...changes } })
const otherValue = ({ value }: Draft, change: (value: Json) => Json): Changes =>
  value === undefined ? {} : { value: change(value) }
const otherMembers = ({ value }: Draft, change: (members: [string, Json][]) => [string, Json][]): Changes =>
  isObject(value) ? { value: Object.fromEntries(change(Object.entries(value))) } : {}

const split = (url: string): [path: string, query?: string] => url.split(/\?(.*)/s, 2) as [string, string?]
const onPath = ({ url }: Draft, change: (path: string) => string): Changes => {
  const [path, query] = split(url)
  return { url: change(path) + (query === undefined ? '' : `?${query}`) }
}
const onQuery = ({ url }: Draft, change: (query: string) => string): Changes => {
  const [path, query] = split(url)
  return query === undefined ? {} : { url: `${path}?${change(query)}` }
}
const nameOf = (parameter: string) => parameter.split('=')[0]

/** Sorts things by a list of names; those with the same name keep their order. */
function ordered<Thing>(things: readonly Thing[], names: string, name: (thing: Thing) => string | undefined) {
  const rest = [...things]
  return names.split(', ').flatMap((wanted) => {
    const at = rest.findIndex((thing) => name(thing) === wanted)
    return at === -1 ? [] : rest.splice(at, 1)
  })
}

const percent = (text: string, characters: RegExp) =>
  encodeURIComponent(text).replace(characters, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
const ENCODERS: Record<string, (text: string) => string> = {
  encodeURIComponent,
  rawurlencode: (text) => percent(text, /[!'()*]/g),
  form: (text) => percent(text, /[!'()~]/g).replaceAll('%20', '+'),
  axios: (text) =>
    [':', '$', ','].reduce(
      (encoded, mark) => encoded.replaceAll(encodeURIComponent(mark), () => mark),
      encodeURIComponent(text).replaceAll('%20', '+'),
    ),
  quote: (text) => percent(text, /[!'()*]/g).replaceAll('%2F', '/'),
}

function encodedOtherwise(draft: Draft, value: string): Changes {
  if (value === '%20 for +') return { url: draft.url.replaceAll('+', '%20') }
  if (value === '+ for %20') return { url: draft.url.replaceAll('%20', '+') }
  if (value === 'encodeURI') return { url: encodeURI(draft.url) }
  const [name = '', where = 'query'] = value.split(', ')
  const encode = ENCODERS[name]
  if (!encode) throw new Error(`No encoder ${name}`)
  const pair = (text: string) =>
    text
      .split(/=(.*)/s, 2)
      .map((part) => encode(decodeURIComponent(part.replaceAll('+', ' '))))
      .join('=')
  const segment = (text: string) => encode(decodeURIComponent(text))
  const ofQuery = where === 'path' ? {} : onQuery(draft, (query) => query.split('&').map(pair).join('&'))
  if (where === 'query') return ofQuery
  return onPath({ ...draft, ...ofQuery }, (path) => path.split('/').map(segment).join('/'))
}

const isObject = (value: Json | undefined): value is { [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const sortedEntries = (value: { [name: string]: Json }) =>
  Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))

function sortedKeys(value: Json): Json {
  if (Array.isArray(value)) return value.map(sortedKeys)
  if (!isObject(value)) return value
  return Object.fromEntries(sortedEntries(value).map(([name, item]) => [name, sortedKeys(item)]))
}

const sortedOutermost = (value: Json): Json => (isObject(value) ? Object.fromEntries(sortedEntries(value)) : value)

function pruned(value: Json, gone: (value: Json) => boolean): Json {
  if (Array.isArray(value)) return value.map((item) => pruned(item, gone))
  if (!isObject(value)) return value
  const entries = Object.entries(value).map(([name, item]): [string, Json] => [name, pruned(item, gone)])
  return Object.fromEntries(entries.filter(([, item]) => !gone(item)))
}

const isEmpty = (value: Json) =>
  value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0)

/** Byte pairs that the decoder turns into one character. */
function gbkTable(): ReadonlyMap<string, readonly [number, number]> {
  const table = new Map<string, readonly [number, number]>()
  const decoder = new TextDecoder('gbk')
  for (let lead = 0x81; lead < 0xff; lead += 1) {
    for (let trail = 0x40; trail < 0xff; trail += 1) {
      const character = decoder.decode(Uint8Array.of(lead, trail))
      if (character.length === 1 && !table.has(character)) table.set(character, [lead, trail])
    }
  }
  return table
}

const GBK = gbkTable()

const gbkBytes = (text: string): Buffer =>
  Buffer.from(
    [...text].flatMap((character) => (character < '\u0080' ? [character.charCodeAt(0)] : (GBK.get(character) ?? []))),
  )

const formEntries = (value: Json): [name: string, text: string][] =>
  Object.entries(isObject(value) ? value : {}).map(([name, item]) => [
    name,
    typeof item === 'string' ? item : JSON.stringify(item),
  ])

const PRINTERS: Record<string, (value: Json) => string> = {
  Python: function python(value): string {
    if (value === null) return 'None'
    if (typeof value === 'boolean') return value ? 'True' : 'False'
    if (typeof value === 'number') return String(value)
    if (Array.isArray(value)) return `[${value.map(python).join(', ')}]`
    if (isObject(value)) {
      return `{${Object.entries(value)
        .map((entry) => entry.map(python).join(': '))
        .join(', ')}}`
    }
    const escaped = value.replaceAll('\\', '\\\\')
    return value.includes("'") && !value.includes('"') ? `"${escaped}"` : `'${escaped.replaceAll("'", "\\'")}'`
  },
  Java: function java(value): string {
    if (Array.isArray(value)) return `[${value.map(java).join(', ')}]`
    if (!isObject(value)) return String(value)
    return `{${Object.entries(value)
      .map(([name, item]) => `${name}=${java(item)}`)
      .join(', ')}}`
  },
  Go: function go(value): string {
    if (value === null) return '<nil>'
    if (Array.isArray(value)) return `[${value.map(go).join(' ')}]`
    if (!isObject(value)) return String(value)
    return `map[${sortedEntries(value)
      .map(([name, item]) => `${name}:${go(item)}`)
      .join(' ')}]`
  },
}

/** A digest as bytes, or as text in one of the encodings that causes name. */
const written = (digest: Buffer, encoding = '') => {
  if (encoding === 'binary') return digest
  if (encoding === 'base64') return Buffer.from(digest.toString('base64'))
  const hex = digest.toString('hex')
  return Buffer.from(encoding === 'HEX' ? hex.toUpperCase() : hex)
}

const isNumber = (token: string) => /^-?\d/.test(token)
const isWhole = (token: string) => /^-?\d+$/.test(token)
const isWholeInQuotes = (token: string) => /^"-?(0|[1-9]\d*)"$/.test(token)

/** Makes the mistake of each cause in a draft, as the client would. */
const MISTAKES: { readonly [Name in CauseName]?: (draft: Draft, value: string) => Changes } = {
  method_case: (_, method) => ({ method }),
  method_other: (_, method) => ({ method }),
  method_missing: () => ({ method: '' }),

  url_query_missing: ({ url }) => ({ url: split(url)[0] }),
  url_question_mark_missing: ({ url }) => ({ url: url.replace('?', '') }),
  url_question_mark_added: ({ url }) => ({ url: url.includes('?') ? url : `${url}?` }),
  url_parameter_missing: (draft, value) =>
    onQuery(draft, (query) => {
      const parameters = query.split('&')
      return parameters
        .toSpliced(
          parameters.findIndex((parameter) => nameOf(parameter) === value),
          1,
        )
        .join('&')
    }),
  url_parameters_empty_removed: (draft) =>
    onQuery(draft, (query) =>
      query
        .split('&')
        .filter((pair) => /=.*[^=]$/.test(pair))
        .join('&'),
    ),
  url_parameters_reordered: (draft, names) =>
    onQuery(draft, (query) => ordered(query.split('&'), names, nameOf).join('&')),
  url_ampersands_escaped: ({ url }) => ({ url: url.replaceAll('&', '&amp;') }),
  url_decoded: ({ url }, value) => {
    const [path, query] = split(url)
    const start = value.startsWith('query') ? path : decodeURIComponent(path)
    if (query === undefined) return { url: start }
    return { url: `${start}?${decodeURIComponent(value.includes('form') ? query.replaceAll('+', ' ') : query)}` }
  },
  url_encoded_otherwise: encodedOtherwise,
  url_encoding_case: ({ url }, value) => ({
    url: url.replace(/%[0-9a-f]{2}/gi, (found) => (value === 'lower' ? found.toLowerCase() : found.toUpperCase())),
  }),
  url_host: ({ url }, value) => ({ url: value + url }),
  url_prefix_missing: ({ url }, value) => ({ url: url.startsWith(value) ? url.slice(value.length) : url }),
  url_prefix_added: ({ url }, value) => ({ url: value + url }),
  url_leading_slash_missing: ({ url }) => ({ url: url.slice(1) }),
  url_leading_slash_doubled: ({ url }) => ({ url: `/${url}` }),
  url_trailing_slash_missing: (draft) => onPath(draft, (path) => path.replace(/\/+$/, '')),
  url_trailing_slash_added: (draft, value) =>
    value === 'behind the query' ? { url: `${draft.url}/` } : onPath(draft, (path) => `${path}/`),
  url_lower_case: (draft, value) =>
    value === 'with the query' ? { url: draft.url.toLowerCase() } : onPath(draft, (path) => path.toLowerCase()),
  url_path_missing: ({ url }, value) => ({ url: value === '/' ? '/' : value + (split(url)[1] ?? '') }),
  url_missing: () => ({ url: '' }),

  timestamp_milliseconds: (_, timestamp) => ({ timestamp }),
  timestamp_differs: (_, timestamp) => ({ timestamp }),
  timestamp_time_zone: (_, timestamp) => ({ timestamp }),
  timestamp_missing: () => ({ timestamp: '' }),
  nonce_missing: () => ({ nonce: '' }),
  nonce_is_timestamp: ({ timestamp }) => ({ nonce: timestamp }),
  nonce_case: ({ nonce }, value) => ({ nonce: value === 'upper' ? nonce.toUpperCase() : nonce.toLowerCase() }),
  nonce_dashes: ({ nonce }, value) => {
    const digits = nonce.replaceAll('-', '')
    const uuid = digits.replace(/^(\w{8})(\w{4})(\w{4})(\w{4})/, '$1-$2-$3-$4-')
    return { nonce: value === 'with' && /^[0-9a-f]{32}$/i.test(digits) ? uuid : digits }
  },

  body_missing: (draft) => otherBody(draft, ''),
  body_placeholder: otherBody,
  body_is_query: (draft, value) => {
    const [, query] = split(draft.url)
    if (query === undefined) return {}
    return otherBody(draft, value === 'JSON' ? JSON.stringify(Object.fromEntries(new URLSearchParams(query))) : query)
  },
  body_keys_sorted: (draft, value) => otherValue(draft, value === 'outermost' ? sortedOutermost : sortedKeys),
  body_fields_reordered: (draft, names) => otherMembers(draft, (members) => ordered(members, names, ([name]) => name)),
  body_field_missing: (draft, value) => otherMembers(draft, (members) => members.filter(([name]) => name !== value)),
  body_nulls_removed: (draft) => otherValue(draft, (json) => pruned(json, (item) => item === null)),
  body_empty_removed: (draft) => otherValue(draft, (json) => pruned(json, isEmpty)),
  body_spaces: (draft, layout) => styled(draft, { layout: layout as Layout }),
  body_pretty_printed: (draft, layout) => styled(draft, { layout: layout as Layout }),
  body_compacted: (draft) => styled(draft, { layout: 'compact' }),
  body_unicode_escaped: (draft, hex) => styled(draft, { unicode: hex as 'lower' | 'upper' }),
  body_unicode_unescaped: (draft) => styled(draft, { unicode: undefined }),
  body_slashes_escaped: (draft) => styled(draft, { slashes: true }),
  body_slashes_unescaped: (draft) => styled(draft, { slashes: false }),
  body_html_escaped: (draft, html) => styled(draft, { html: html as 'go' | 'gson' }),
  body_html_unescaped: (draft) => styled(draft, { html: undefined }),
  body_numbers_as_decimals: (draft) => styled(draft, { token: (token) => (isWhole(token) ? `${token}.0` : token) }),
  body_numbers_as_text: (draft) => styled(draft, { token: (token) => (isNumber(token) ? `"${token}"` : token) }),
  body_text_as_numbers: (draft) =>
    styled(draft, { token: (token) => (isWholeInQuotes(token) ? token.slice(1, -1) : token) }),
  body_reserialised: (draft) => wrappedText(draft, (text) => JSON.stringify(JSON.parse(text))),
  body_charset: (draft, value) => {
    if (value === '?') return wrappedText(draft, (text) => text.replace(/[^\0-\u007f]/gu, '?'))
    return wrapped(draft, (body) => {
      const text = body.toString('utf8')
      return value === 'UTF-16LE' ? Buffer.from(text, 'utf16le') : gbkBytes(text)
    })
  },
  body_mojibake: (draft, value) =>
    wrapped(draft, (body) =>
      Buffer.from(value === 'GBK' ? new TextDecoder('gbk', { ignoreBOM: true }).decode(body) : body.toString('latin1')),
    ),
  body_bom_added: (draft) => wrappedText(draft, (text) => `\uFEFF${text}`),
  body_space_added: (draft, value) => wrappedText(draft, (text) => (value === 'behind' ? `${text} ` : ` ${text}`)),
  body_line_ends: (draft, value) =>
    wrappedText(draft, (text) => text.replaceAll('\r\n', '\n').replaceAll('\n', value === 'CRLF' ? '\r\n' : '\n')),
  body_hash: (draft, value) => {
    const [algorithm = '', encoding] = value.split(' ')
    return wrapped(draft, (body) => written(createHash(algorithm.replace('-', '')).update(body).digest(), encoding))
  },
  body_base64: (draft) => wrapped(draft, (body) => Buffer.from(body.toString('base64'))),
  body_form_encoded: (draft, value) => {
    const { value: json = null } = draft
    if (value === 'form') return otherBody(draft, new URLSearchParams(formEntries(json)).toString())
    const entries = formEntries(value.includes('sorted') ? sortedOutermost(json) : json)
    return otherBody(draft, entries.map((entry) => entry.join('=')).join('&'))
  },
  body_url_encoded: (draft, value) =>
    wrappedText(draft, (text) => encodeURIComponent(text).replaceAll('%20', value === 'form' ? '+' : '%20')),
  body_stringified_twice: (draft) => wrappedText(draft, JSON.stringify),
  body_object_printed: (draft, value) => otherBody(draft, PRINTERS[value]?.(draft.value ?? null) ?? ''),

  final_line_feed_missing: () => ({ after: '' }),
  final_line_feed_doubled: ({ separator }) => ({ after: separator.repeat(2) }),
  leading_line_feed: ({ separator }) => ({ before: separator }),
  message_spaces: ({ separator }, value) => {
    if (value === 'in front') return { before: ' ' }
    if (value === 'behind') return { after: `${separator} ` }
    return value === 'before the last line feed' ? { after: ` ${separator}` } : { separator: ' \n' }
  },
  line_ends: (_, value) => ({ separator: { CRLF: '\r\n', CR: '\r', 'LF LF': '\n\n' }[value] ?? '' }),
  line_feeds_literal: (_, separator) => ({ separator }),
  line_separator: (_, separator) => ({ separator }),
  lines_reordered: ({ lines }, value) => {
    const named = value.split(', ') as Draft['lines']
    // Two names mean that those two lines changed places.
    if (named.length === 5) return { lines: named }
    return { lines: lines.map((line) => (named.includes(line) ? (named[1 - named.indexOf(line)] ?? line) : line)) }
  },
  line_missing: ({ lines }, value) => ({ lines: lines.filter((line) => line !== value) }),
  line_added: ({ separator }, value) => {
    const added = value.startsWith('mchid') ? MCHID : SERIAL_NO
    return value.endsWith('last') ? { after: separator + added + separator } : { before: added + separator }
  },
  response_layout: () => ({ lines: ['timestamp', 'nonce', 'body'] }),
  body_only: () => ({ lines: ['body'] }),
  key_appended: ({ separator }, value) => {
    const [, name, way = ''] = /^(\w+): (.*)$/.exec(value) ?? []
    const key = name === 'APIv2' ? API_V2_KEY : API_V3_KEY
    const forms: Record<string, string> = {
      '&key=': `${separator}&key=${key}`,
      '&key=, no line feed': `&key=${key}`,
      '&key=, line feed behind': `&key=${key}${separator}`,
      line: separator + key + separator,
      'line, no line feed': separator + key,
    }
    const after = forms[way]
    return after === undefined ? { before: key + separator } : { after }
  },

  message_quoted: () => ({ whole: (message) => Buffer.from(JSON.stringify(message.toString('utf8'))) }),
  message_utf16: (_, value) => ({
    whole: (message) => {
      const bytes = Buffer.from(message.toString('utf8'), 'utf16le')
      return value === 'UTF-16BE' ? bytes.swap16() : bytes
    },
  }),
  message_hashed_twice: (_, encoding) => ({ whole: (message) => written(sha256(message), encoding) }),
}

const seconds = (draft: Draft, difference: number) => String(Number(draft.timestamp) + difference)

type Part = 'method' | 'url' | 'timestamp' | 'nonce' | 'body' | 'order' | 'separator' | 'ends' | 'whole'

/** A mistake of the corpus, and whether a request of that kind can be signed with it at all. */
export interface Mistake {
  readonly name: CauseName
  readonly part: Part
  readonly value?: string | ((draft: Draft) => string)
  readonly needs?: (draft: Draft) => boolean
  /** Other causes that describe the same message as simply. */
  readonly also?: readonly CauseName[]
  /** Rare, so the search does not combine it with another while a client waits; `alone`: it has hundreds of variants. */
  readonly seldom?: true | 'alone'
}

const hasQuery = ({ url }: Draft) => url.includes('?')
const hasBody = ({ value }: Draft) => value !== undefined
const isCompact = (draft: Draft) => hasBody(draft) && draft.style.layout === 'compact'
const members = ({ value }: Draft) => (isObject(value) ? Object.keys(value) : [])
const parameters = ({ url }: Draft) => (split(url)[1] ?? '').split('&').map((pair) => nameOf(pair) ?? '')
const isUtf8Euro = (draft: Draft) => /€/.test(bodyText(draft))

/** Forms write nested values as compact JSON without escapes. */
function isPlain(draft: Draft): boolean {
  const { layout, unicode, slashes, html } = draft.style
  return hasBody(draft) && layout === 'compact' && !unicode && !slashes && !html
}

type Details = Omit<Mistake, 'name' | 'part' | 'value'>
/** A mistake with each of some values, or with none. */
type Row = readonly [name: CauseName, values?: readonly NonNullable<Mistake['value']>[], details?: Details]

const of = (part: Part, rows: readonly Row[]): Mistake[] =>
  rows.flatMap(([name, values = [], details]) =>
    values.length === 0 ? { part, name, ...details } : values.map((value) => ({ part, name, value, ...details })),
  )

const SELDOM = { seldom: true } as const
const ALONE = { seldom: 'alone' } as const
const QUERY = { needs: hasQuery }
const BODY = { needs: hasBody }
const COMPACT = { needs: isCompact }
const PLAIN = { needs: isPlain }
const ORDERS = { also: ['body_keys_sorted', 'body_fields_reordered'] } as const
const ENCODED = { also: ['url_encoded_otherwise'] } as const
const CASE_OF_QUERY = { needs: hasQuery, also: ['url_encoding_case'] } as const

/** Mistakes that real clients make, one at a time. */
export const CORPUS: readonly Mistake[] = [
  ...of('method', [
    ['method_case', [({ method }) => method.toLowerCase()]],
    ['method_case', [({ method }) => method.charAt(0) + method.slice(1).toLowerCase()], SELDOM],
    ['method_other', [({ method }) => (method === 'GET' ? 'POST' : 'GET')]],
    ['method_other', [({ method }) => (method === 'PUT' ? 'POST' : 'PUT')], SELDOM],
    ['method_missing', [], SELDOM],
  ]),
  ...of('url', [
    ['url_query_missing', [], QUERY],
    ['url_question_mark_missing', [], { ...SELDOM, ...QUERY }],
    ['url_question_mark_added', [], { needs: (draft) => !hasQuery(draft) }],
    [
      'url_parameter_missing',
      [(draft) => parameters(draft)[0] ?? ''],
      { ...SELDOM, needs: (draft) => parameters(draft).length > 1, also: ['url_parameters_empty_removed'] },
    ],
    ['url_parameters_empty_removed', [], QUERY],
    ['url_parameters_reordered', [(draft) => parameters(draft).sort().join(', ')], QUERY],
    ['url_parameters_reordered', [(draft) => parameters(draft).reverse().join(', ')], { ...ALONE, ...QUERY }],
    ['url_ampersands_escaped', [], QUERY],
    ['url_decoded', ['percent', 'form'], ENCODED],
    ['url_encoded_otherwise', ['encodeURIComponent', 'rawurlencode', 'form', 'axios'], CASE_OF_QUERY],
    ['url_encoded_otherwise', ['%20 for +', '+ for %20'], QUERY],
    ['url_encoding_case', ['lower', 'upper']],
    ['url_host', ['https://api.mch.weixin.qq.com', `https://${HOST}`]],
    ['url_host', ['http://api.mch.weixin.qq.com', 'api.mch.weixin.qq.com'], SELDOM],
    ['url_prefix_missing', ['/v3']],
    ['url_prefix_added', ['/api']],
    ['url_prefix_added', ['/wechat'], SELDOM],
    ['url_leading_slash_missing'],
    ['url_leading_slash_doubled'],
    ['url_trailing_slash_added'],
    ['url_trailing_slash_added', ['behind the query'], { ...SELDOM, ...QUERY }],
    ['url_lower_case'],
    ['url_lower_case', ['with the query'], CASE_OF_QUERY],
    ['url_path_missing', ['/'], SELDOM],
    ['url_missing', [], SELDOM],
  ]),
  ...of('timestamp', [
    ['timestamp_milliseconds', [({ timestamp }) => `${timestamp}000`]],
    ['timestamp_milliseconds', [({ timestamp }) => `${timestamp}371`], ALONE],
    ['timestamp_differs', [(draft) => seconds(draft, -1)]],
    ['timestamp_differs', [(draft) => seconds(draft, 597)], ALONE],
    ['timestamp_time_zone', [(draft) => seconds(draft, 28_800)]],
    ['timestamp_missing', [], SELDOM],
  ]),
  ...of('nonce', [
    ['nonce_missing'],
    ['nonce_is_timestamp', [], SELDOM],
    ['nonce_case', ['upper', 'lower']],
    ['nonce_dashes', ['without', 'with']],
  ]),
  ...of('body', [
    ['body_missing', [], BODY],
    ['body_placeholder', ['{}', '[object Object]']],
    ['body_is_query', ['as sent', 'JSON'], QUERY],
    ['body_keys_sorted', [], ORDERS],
    ['body_keys_sorted', ['outermost'], ORDERS],
    ['body_fields_reordered', [(draft) => members(draft).reverse().join(', ')], { ...ALONE, ...ORDERS }],
    [
      'body_field_missing',
      [(draft) => members(draft).at(-1) ?? ''],
      { ...SELDOM, needs: (draft) => members(draft).length > 1, also: ['body_nulls_removed', 'body_empty_removed'] },
    ],
    ['body_nulls_removed', [], { also: ['body_field_missing'] }],
    ['body_empty_removed', [], { ...SELDOM, also: ['body_nulls_removed', 'body_field_missing'] }],
    ['body_spaces', ['", " and ": "', '": "', '", "'], COMPACT],
    ['body_pretty_printed', ['2 spaces', '4 spaces', 'tabs', 'Jackson'], COMPACT],
    ['body_pretty_printed', ['2 spaces, CRLF', 'tabs, no space'], { ...SELDOM, ...COMPACT }],
    ['body_compacted', [], BODY],
    ['body_unicode_escaped', ['lower', 'upper']],
    ['body_unicode_unescaped'],
    ['body_slashes_escaped'],
    ['body_slashes_unescaped'],
    ['body_html_escaped', ['go']],
    ['body_html_escaped', ['gson'], { needs: ({ style }) => style.html === undefined }],
    ['body_html_unescaped'],
    ['body_numbers_as_decimals'],
    ['body_numbers_as_text', [], SELDOM],
    ['body_text_as_numbers', [], SELDOM],
    ['body_charset', ['GBK'], { needs: (draft) => !isUtf8Euro(draft) }],
    ['body_charset', ['?']],
    ['body_charset', ['UTF-16LE'], { ...SELDOM, ...BODY }],
    ['body_mojibake', ['ISO-8859-1', 'GBK']],
    ['body_bom_added', [], BODY],
    ['body_space_added', ['behind'], { ...SELDOM, ...BODY, also: ['message_spaces'] }],
    ['body_space_added', ['in front'], { ...SELDOM, ...BODY }],
    ['body_line_ends', ['CRLF'], { needs: ({ style }) => style.layout !== 'compact', also: ['body_pretty_printed'] }],
    ['body_hash', ['SHA-256 hex', 'SHA-256 base64'], BODY],
    ['body_hash', ['SHA-256 hex'], { needs: (draft) => !hasBody(draft) }],
    ['body_hash', ['MD5 HEX'], { ...SELDOM, ...BODY }],
    ['body_base64', [], { ...SELDOM, ...BODY }],
    ['body_form_encoded', ['form', 'form, not encoded', 'form, sorted, not encoded'], PLAIN],
    ['body_url_encoded', ['encodeURIComponent'], { ...SELDOM, ...BODY }],
    ['body_stringified_twice', [], BODY],
    ['body_object_printed', ['Python', 'Java'], BODY],
    ['body_object_printed', ['Go'], { ...SELDOM, ...BODY }],
  ]),
  ...of('separator', [
    ['line_ends', ['CRLF']],
    ['line_ends', ['CR'], SELDOM],
    ['line_feeds_literal', ['\\n']],
    ['line_separator', ['']],
    ['line_separator', ['&'], SELDOM],
  ]),
  ...of('order', [
    ['response_layout'],
    ['body_only'],
    ['line_missing', ['timestamp', 'nonce', 'url']],
    ['line_missing', ['body'], { also: ['final_line_feed_missing'] }],
    ['lines_reordered', ['nonce, timestamp', 'url, method', 'body, nonce']],
    ['lines_reordered', ['timestamp, nonce, method, url, body'], ALONE],
  ]),
  ...of('ends', [
    ['final_line_feed_missing'],
    ['final_line_feed_doubled'],
    ['leading_line_feed', [], SELDOM],
    ['message_spaces', ['behind']],
    ['message_spaces', ['in front'], SELDOM],
    ['key_appended', ['APIv2: &key=', 'APIv2: &key=, no line feed', 'APIv3: line']],
    ['line_added', ['mchid, last', 'serial_no, first'], SELDOM],
  ]),
  ...of('whole', [
    ['message_quoted'],
    ['message_utf16', ['UTF-16LE']],
    ['message_hashed_twice', ['binary', 'hex', 'base64']],
  ]),
]

/** Cause of a mistake in a request; `undefined` if the request cannot be signed that way. */
export function causeOf({ name, value, needs }: Mistake, draft: Draft): Cause | undefined {
  if (needs && !needs(draft)) return undefined
  return cause(name, typeof value === 'function' ? value(draft) : value)
}
