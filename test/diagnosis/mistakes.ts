import { createHash } from 'node:crypto'
import type { Cause, CauseName } from '../../src/diagnosis/cause.ts'
import { bodyOf, bodyText, copyOf, type Draft, type Json, type Layout, sha256 } from './drafts.ts'

/** Values that the corpus makes mistakes with. */
export const HOST = 'shop.example:8443'
export const API_V2_KEY = '0123456789abcdef0123456789abcdef'
export const API_V3_KEY = 'abcdefghijklmnopqrstuvwxyz012345'
export const MCHID = '1900000001'
export const SERIAL_NO = '5A1B2C3D4E5F60718293A4B5C6D7E8F901234567'

/** Makes a mistake in a copy of the draft. */
export function applyMistake({ name, value }: Cause, draft: Draft): Draft {
  const copy = copyOf(draft)
  const change = MISTAKES[name]
  if (!change) throw new Error(`No mistake for ${name}`)
  change(copy, value ?? '')
  return copy
}

const wrapText = (draft: Draft, change: (text: string) => string) =>
  draft.wrap.push((body) => Buffer.from(change(body.toString('utf8'))))
const replaceBody = (draft: Draft, body: Buffer) => draft.wrap.push(() => body)

const split = (url: string): [path: string, query: string | undefined] => {
  const at = url.indexOf('?')
  return at === -1 ? [url, undefined] : [url.slice(0, at), url.slice(at + 1)]
}
const onPath = (draft: Draft, change: (path: string) => string) => {
  const [path, query] = split(draft.url)
  draft.url = change(path) + (query === undefined ? '' : `?${query}`)
}
const onQuery = (draft: Draft, change: (query: string) => string | undefined) => {
  const [path, query] = split(draft.url)
  if (query === undefined) return
  const changed = change(query)
  draft.url = changed === undefined ? path : `${path}?${changed}`
}
const nameOf = (parameter: string) => parameter.split('=')[0]

/** Sorts the parameters of a query by a list of names; parameters with the same name keep their order. */
function ordered<Thing>(
  things: readonly Thing[],
  names: readonly string[],
  name: (thing: Thing) => string | undefined,
) {
  const rest = [...things]
  return names.flatMap((wanted) => {
    const at = rest.findIndex((thing) => name(thing) === wanted)
    return at === -1 ? [] : rest.splice(at, 1)
  })
}

const percent = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`
const ENCODERS: Record<string, (text: string) => string> = {
  encodeURIComponent,
  rawurlencode: (text) => encodeURIComponent(text).replace(/[!'()*]/g, percent),
  form: (text) =>
    encodeURIComponent(text)
      .replace(/[!'()~]/g, percent)
      .replaceAll('%20', '+'),
  axios: (text) =>
    encodeURIComponent(text)
      .replaceAll('%3A', ':')
      .replaceAll('%24', '$')
      .replaceAll('%2C', ',')
      .replaceAll('%20', '+'),
  quote: (text) =>
    encodeURIComponent(text)
      .replace(/[!'()*]/g, percent)
      .replaceAll('%2F', '/'),
}

function encodedOtherwise(draft: Draft, value: string): void {
  if (value === '%20 for +') draft.url = draft.url.replaceAll('+', '%20')
  else if (value === '+ for %20') draft.url = draft.url.replaceAll('%20', '+')
  else if (value === 'encodeURI') draft.url = encodeURI(draft.url)
  else {
    const [name = '', where = 'query'] = value.split(', ')
    const encode = ENCODERS[name]
    if (!encode) throw new Error(`No encoder ${name}`)
    const pairs = (query: string) =>
      query
        .split('&')
        .map((pair) => {
          const at = pair.indexOf('=')
          const parts = at === -1 ? [pair] : [pair.slice(0, at), pair.slice(at + 1)]
          return parts.map((part) => encode(decodeURIComponent(part.replaceAll('+', ' ')))).join('=')
        })
        .join('&')
    if (where !== 'path') onQuery(draft, pairs)
    if (where !== 'query') {
      onPath(draft, (path) =>
        path
          .split('/')
          .map((segment) => encode(decodeURIComponent(segment)))
          .join('/'),
      )
    }
  }
}

const mapValue = (value: Json | undefined, change: (value: Json) => Json): Json | undefined =>
  value === undefined ? undefined : change(value)
const setValue = (draft: Draft, value: Json | undefined) => {
  if (value !== undefined) draft.value = value
}
const isObject = (value: Json | undefined): value is { [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function sortedKeys(value: Json, deep: boolean): Json {
  if (Array.isArray(value)) return deep ? value.map((item) => sortedKeys(item, deep)) : value
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, deep ? sortedKeys(value[name] as Json, deep) : (value[name] as Json)]),
  )
}

function pruned(value: Json, gone: (value: Json) => boolean): Json {
  if (Array.isArray(value)) return value.map((item) => pruned(item, gone))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, item]): [string, Json] => [name, pruned(item, gone)])
      .filter(([, item]) => !gone(item)),
  )
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

function formOf(value: Json | undefined, encode: (text: string) => string): string {
  const text = (item: Json) => (typeof item === 'string' ? item : JSON.stringify(item))
  return Object.entries(isObject(value) ? value : {})
    .map(([name, item]) => `${encode(name)}=${encode(text(item))}`)
    .join('&')
}

function python(value: Json): string {
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string') {
    return value.includes("'") && !value.includes('"')
      ? `"${value.replaceAll('\\', '\\\\')}"`
      : `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
  }
  if (Array.isArray(value)) return `[${value.map(python).join(', ')}]`
  return `{${Object.entries(value)
    .map(([name, item]) => `${python(name)}: ${python(item)}`)
    .join(', ')}}`
}

function java(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(java).join(', ')}]`
  if (isObject(value))
    return `{${Object.entries(value)
      .map(([name, item]) => `${name}=${java(item)}`)
      .join(', ')}}`
  return String(value)
}

function go(value: Json): string {
  if (value === null) return '<nil>'
  if (Array.isArray(value)) return `[${value.map(go).join(' ')}]`
  if (!isObject(value)) return String(value)
  return `map[${Object.keys(value)
    .sort()
    .map((name) => `${name}:${go(value[name] as Json)}`)
    .join(' ')}]`
}

const key = (value: string) => (value.startsWith('APIv2') ? API_V2_KEY : API_V3_KEY)

const isNumber = (token: string) => /^-?\d/.test(token)

/** Applies each cause to a draft, as the client would. */
const MISTAKES: { readonly [Name in CauseName]?: (draft: Draft, value: string) => void } = {
  method_case: (draft, value) => {
    draft.method = value
  },
  method_other: (draft, value) => {
    draft.method = value
  },
  method_missing: (draft) => {
    draft.method = ''
  },

  url_query_missing: (draft) => onQuery(draft, () => undefined),
  url_question_mark_missing: (draft) => {
    draft.url = draft.url.replace('?', '')
  },
  url_question_mark_added: (draft) => {
    if (!draft.url.includes('?')) draft.url += '?'
  },
  url_parameter_missing: (draft, value) =>
    onQuery(draft, (query) => {
      const parameters = query.split('&')
      const at = parameters.findIndex((parameter) => nameOf(parameter) === value)
      return parameters.toSpliced(at, 1).join('&')
    }),
  url_parameters_empty_removed: (draft) =>
    onQuery(draft, (query) =>
      query
        .split('&')
        .filter((pair) => !pair.endsWith('=') && pair.includes('='))
        .join('&'),
    ),
  url_parameters_reordered: (draft, value) =>
    onQuery(draft, (query) => ordered(query.split('&'), value.split(', '), nameOf).join('&')),
  url_ampersands_escaped: (draft) => {
    draft.url = draft.url.replaceAll('&', '&amp;')
  },
  url_decoded: (draft, value) => {
    const [path, query] = split(draft.url)
    const form = (text: string) => decodeURIComponent(value.includes('form') ? text.replaceAll('+', ' ') : text)
    draft.url = value.startsWith('query') ? path : decodeURIComponent(path)
    if (query !== undefined) draft.url += `?${form(query)}`
  },
  url_encoded_otherwise: encodedOtherwise,
  url_encoding_case: (draft, value) => {
    draft.url = draft.url.replace(/%[0-9a-f]{2}/gi, (found) =>
      value === 'lower' ? found.toLowerCase() : found.toUpperCase(),
    )
  },
  url_host: (draft, value) => {
    draft.url = value + draft.url
  },
  url_prefix_missing: (draft, value) => {
    if (draft.url.startsWith(value)) draft.url = draft.url.slice(value.length)
  },
  url_prefix_added: (draft, value) => {
    draft.url = value + draft.url
  },
  url_leading_slash_missing: (draft) => {
    draft.url = draft.url.slice(1)
  },
  url_leading_slash_doubled: (draft) => {
    draft.url = `/${draft.url}`
  },
  url_trailing_slash_missing: (draft) => onPath(draft, (path) => path.replace(/\/+$/, '')),
  url_trailing_slash_added: (draft, value) => {
    if (value === 'behind the query') draft.url += '/'
    else onPath(draft, (path) => `${path}/`)
  },
  url_lower_case: (draft, value) => {
    if (value === 'with the query') draft.url = draft.url.toLowerCase()
    else onPath(draft, (path) => path.toLowerCase())
  },
  url_path_missing: (draft, value) => {
    draft.url = value === '/' ? '/' : value + (split(draft.url)[1] ?? '')
  },
  url_missing: (draft) => {
    draft.url = ''
  },

  timestamp_milliseconds: (draft, value) => {
    draft.timestamp = value
  },
  timestamp_differs: (draft, value) => {
    draft.timestamp = value
  },
  timestamp_time_zone: (draft, value) => {
    draft.timestamp = value
  },
  timestamp_missing: (draft) => {
    draft.timestamp = ''
  },
  nonce_missing: (draft) => {
    draft.nonce = ''
  },
  nonce_is_timestamp: (draft) => {
    draft.nonce = draft.timestamp
  },
  nonce_case: (draft, value) => {
    draft.nonce = value === 'upper' ? draft.nonce.toUpperCase() : draft.nonce.toLowerCase()
  },
  nonce_dashes: (draft, value) => {
    const digits = draft.nonce.replaceAll('-', '')
    const uuid = [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)]
    draft.nonce = value === 'with' && /^[0-9a-f]{32}$/i.test(digits) ? uuid.join('-') : digits
  },

  body_missing: (draft) => replaceBody(draft, Buffer.alloc(0)),
  body_placeholder: (draft, value) => replaceBody(draft, Buffer.from(value)),
  body_is_query: (draft, value) => {
    const query = split(draft.url)[1]
    if (query === undefined) return
    const parameters = Object.fromEntries(new URLSearchParams(query))
    replaceBody(draft, Buffer.from(value === 'JSON' ? JSON.stringify(parameters) : query))
  },
  body_keys_sorted: (draft, value) =>
    setValue(
      draft,
      mapValue(draft.value, (json) => sortedKeys(json, value !== 'outermost')),
    ),
  body_fields_reordered: (draft, value) => {
    if (isObject(draft.value)) {
      draft.value = Object.fromEntries(ordered(Object.entries(draft.value), value.split(', '), ([name]) => name))
    }
  },
  body_field_missing: (draft, value) => {
    if (isObject(draft.value)) {
      draft.value = Object.fromEntries(Object.entries(draft.value).filter(([name]) => name !== value))
    }
  },
  body_nulls_removed: (draft) =>
    setValue(
      draft,
      mapValue(draft.value, (json) => pruned(json, (item) => item === null)),
    ),
  body_empty_removed: (draft) =>
    setValue(
      draft,
      mapValue(draft.value, (json) => pruned(json, isEmpty)),
    ),
  body_spaces: (draft, value) => {
    draft.style.layout = value as Layout
  },
  body_pretty_printed: (draft, value) => {
    draft.style.layout = value as Layout
  },
  body_compacted: (draft) => {
    draft.style.layout = 'compact'
  },
  body_unicode_escaped: (draft, value) => {
    draft.style.unicode = value as 'lower' | 'upper'
  },
  body_unicode_unescaped: (draft) => {
    delete draft.style.unicode
  },
  body_slashes_escaped: (draft) => {
    draft.style.slashes = true
  },
  body_slashes_unescaped: (draft) => {
    draft.style.slashes = false
  },
  body_html_escaped: (draft, value) => {
    draft.style.html = value as 'go' | 'gson'
  },
  body_html_unescaped: (draft) => {
    delete draft.style.html
  },
  body_numbers_as_decimals: (draft) => {
    draft.style.token = (token) => (/^-?\d+$/.test(token) ? `${token}.0` : token)
  },
  body_numbers_as_text: (draft) => {
    draft.style.token = (token) => (isNumber(token) ? `"${token}"` : token)
  },
  body_text_as_numbers: (draft) => {
    draft.style.token = (token) => (/^"-?(0|[1-9]\d*)"$/.test(token) ? token.slice(1, -1) : token)
  },
  body_reserialised: (draft) => wrapText(draft, (text) => JSON.stringify(JSON.parse(text))),
  body_charset: (draft, value) => {
    if (value === '?') wrapText(draft, (text) => text.replace(/[^\0-\u007f]/gu, '?'))
    else if (value === 'UTF-16LE') draft.wrap.push((body) => Buffer.from(body.toString('utf8'), 'utf16le'))
    else draft.wrap.push((body) => gbkBytes(body.toString('utf8')))
  },
  body_mojibake: (draft, value) => {
    draft.wrap.push((body) =>
      Buffer.from(value === 'GBK' ? new TextDecoder('gbk', { ignoreBOM: true }).decode(body) : body.toString('latin1')),
    )
  },
  body_bom_added: (draft) => wrapText(draft, (text) => `\uFEFF${text}`),
  body_space_added: (draft, value) => wrapText(draft, (text) => (value === 'behind' ? `${text} ` : ` ${text}`)),
  body_line_ends: (draft, value) =>
    wrapText(draft, (text) =>
      value === 'CRLF' ? text.replaceAll('\r\n', '\n').replaceAll('\n', '\r\n') : text.replaceAll('\r\n', '\n'),
    ),
  body_hash: (draft, value) => {
    const [algorithm = '', encoding] = value.split(' ')
    draft.wrap.push((body) => {
      const hash = createHash(algorithm.replace('-', '')).update(body).digest()
      const hex = hash.toString('hex')
      return Buffer.from(encoding === 'base64' ? hash.toString('base64') : encoding === 'HEX' ? hex.toUpperCase() : hex)
    })
  },
  body_base64: (draft) => draft.wrap.push((body) => Buffer.from(body.toString('base64'))),
  body_form_encoded: (draft, value) => {
    const { value: json } = draft
    if (value === 'form') {
      const params = new URLSearchParams(
        Object.entries(isObject(json) ? json : {}).map(([name, item]): [string, string] => [
          name,
          typeof item === 'string' ? item : JSON.stringify(item),
        ]),
      )
      replaceBody(draft, Buffer.from(params.toString()))
    } else {
      const sorted = json !== undefined && value.includes('sorted') ? sortedKeys(json, false) : json
      replaceBody(draft, Buffer.from(formOf(sorted, (text) => text)))
    }
  },
  body_url_encoded: (draft, value) =>
    wrapText(draft, (text) =>
      value === 'form' ? encodeURIComponent(text).replaceAll('%20', '+') : encodeURIComponent(text),
    ),
  body_stringified_twice: (draft) => wrapText(draft, JSON.stringify),
  body_object_printed: (draft, value) => {
    const printer = { Python: python, Java: java, Go: go }[value]
    if (printer) replaceBody(draft, Buffer.from(printer(draft.value ?? null)))
  },

  final_line_feed_missing: (draft) => {
    draft.after = ''
  },
  final_line_feed_doubled: (draft) => {
    draft.after = draft.separator.repeat(2)
  },
  leading_line_feed: (draft) => {
    draft.before = draft.separator
  },
  message_spaces: (draft, value) => {
    if (value === 'in front') draft.before = ' '
    else if (value === 'behind') draft.after = `${draft.separator} `
    else if (value === 'before the last line feed') draft.after = ` ${draft.separator}`
    else draft.separator = ' \n'
  },
  line_ends: (draft, value) => {
    draft.separator = { CRLF: '\r\n', CR: '\r', 'LF LF': '\n\n' }[value] ?? ''
  },
  line_feeds_literal: (draft, value) => {
    draft.separator = value
  },
  line_separator: (draft, value) => {
    draft.separator = value
  },
  lines_reordered: (draft, value) => {
    const named = value.split(', ') as Draft['lines']
    // Two names mean that those two lines changed places.
    draft.lines =
      named.length === 5
        ? named
        : draft.lines.map((line) => (named.includes(line) ? (named[1 - named.indexOf(line)] ?? line) : line))
  },
  line_missing: (draft, value) => {
    draft.lines = draft.lines.filter((line) => line !== value)
  },
  line_added: (draft, value) => {
    const added = value.startsWith('mchid') ? MCHID : SERIAL_NO
    if (value.endsWith('last')) draft.after = `${draft.separator}${added}${draft.separator}`
    else draft.before = `${added}${draft.separator}`
  },
  response_layout: (draft) => {
    draft.lines = ['timestamp', 'nonce', 'body']
  },
  body_only: (draft) => {
    draft.lines = ['body']
  },
  key_appended: (draft, value) => {
    const { separator } = draft
    const way = value.slice('APIv2: '.length)
    const forms: Record<string, string> = {
      '&key=': `${separator}&key=${key(value)}`,
      '&key=, no line feed': `&key=${key(value)}`,
      '&key=, line feed behind': `&key=${key(value)}${separator}`,
      line: `${separator}${key(value)}${separator}`,
      'line, no line feed': `${separator}${key(value)}`,
    }
    const after = forms[way]
    if (after !== undefined) draft.after = after
    else draft.before = `${key(value)}${separator}`
  },

  message_quoted: (draft) => {
    draft.whole = (message) => Buffer.from(JSON.stringify(message.toString('utf8')))
  },
  message_utf16: (draft, value) => {
    draft.whole = (message) => {
      const bytes = Buffer.from(message.toString('utf8'), 'utf16le')
      return value === 'UTF-16BE' ? bytes.swap16() : bytes
    }
  },
  message_hashed_twice: (draft, value) => {
    draft.whole = (message) => {
      const digest = sha256(message)
      if (value === 'binary') return digest
      if (value === 'base64') return Buffer.from(digest.toString('base64'))
      const hex = digest.toString('hex')
      return Buffer.from(value === 'HEX' ? hex.toUpperCase() : hex)
    }
  },
}

const seconds = (draft: Draft, difference: number) => String(Number(draft.timestamp) + difference)

export type Part = 'method' | 'url' | 'timestamp' | 'nonce' | 'body' | 'order' | 'separator' | 'ends' | 'whole'

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

const ORDERS: readonly CauseName[] = ['body_keys_sorted', 'body_fields_reordered']

/** Mistakes that real clients make, one at a time. */
export const CORPUS: readonly Mistake[] = [
  { part: 'method', name: 'method_case', value: ({ method }) => method.toLowerCase() },
  {
    part: 'method',
    name: 'method_case',
    value: ({ method }) => method.charAt(0) + method.slice(1).toLowerCase(),
    seldom: true,
  },
  { part: 'method', name: 'method_other', value: ({ method }) => (method === 'GET' ? 'POST' : 'GET') },
  { part: 'method', name: 'method_other', value: ({ method }) => (method === 'PUT' ? 'POST' : 'PUT'), seldom: true },
  { part: 'method', name: 'method_missing', seldom: true },

  { part: 'url', name: 'url_query_missing', needs: hasQuery },
  { part: 'url', name: 'url_question_mark_missing', seldom: true, needs: hasQuery },
  { part: 'url', name: 'url_question_mark_added', needs: (draft) => !hasQuery(draft) },
  {
    part: 'url',
    name: 'url_parameter_missing',
    seldom: true,
    value: (draft) => parameters(draft)[0] ?? '',
    needs: (draft) => parameters(draft).length > 1,
    also: ['url_parameters_empty_removed'],
  },
  { part: 'url', name: 'url_parameters_empty_removed', needs: hasQuery },
  {
    part: 'url',
    name: 'url_parameters_reordered',
    value: (draft) => parameters(draft).sort().join(', '),
    needs: hasQuery,
  },
  {
    part: 'url',
    name: 'url_parameters_reordered',
    value: (draft) => parameters(draft).reverse().join(', '),
    seldom: 'alone',
    needs: hasQuery,
  },
  { part: 'url', name: 'url_ampersands_escaped', needs: hasQuery },
  { part: 'url', name: 'url_decoded', value: 'percent', also: ['url_encoded_otherwise'] },
  { part: 'url', name: 'url_decoded', value: 'form', also: ['url_encoded_otherwise'] },
  {
    part: 'url',
    name: 'url_encoded_otherwise',
    value: 'encodeURIComponent',
    needs: hasQuery,
    also: ['url_encoding_case'],
  },
  { part: 'url', name: 'url_encoded_otherwise', value: 'rawurlencode', needs: hasQuery, also: ['url_encoding_case'] },
  { part: 'url', name: 'url_encoded_otherwise', value: 'form', needs: hasQuery, also: ['url_encoding_case'] },
  { part: 'url', name: 'url_encoded_otherwise', value: 'axios', needs: hasQuery, also: ['url_encoding_case'] },
  { part: 'url', name: 'url_encoded_otherwise', value: '%20 for +', needs: hasQuery },
  { part: 'url', name: 'url_encoded_otherwise', value: '+ for %20', needs: hasQuery },
  { part: 'url', name: 'url_encoding_case', value: 'lower' },
  { part: 'url', name: 'url_encoding_case', value: 'upper' },
  { part: 'url', name: 'url_host', value: 'https://api.mch.weixin.qq.com' },
  { part: 'url', name: 'url_host', value: 'http://api.mch.weixin.qq.com', seldom: true },
  { part: 'url', name: 'url_host', value: `https://${HOST}` },
  { part: 'url', name: 'url_host', value: 'api.mch.weixin.qq.com', seldom: true },
  { part: 'url', name: 'url_prefix_missing', value: '/v3' },
  { part: 'url', name: 'url_prefix_added', value: '/api' },
  { part: 'url', name: 'url_prefix_added', value: '/wechat', seldom: true },
  { part: 'url', name: 'url_leading_slash_missing' },
  { part: 'url', name: 'url_leading_slash_doubled' },
  { part: 'url', name: 'url_trailing_slash_added' },
  { part: 'url', name: 'url_trailing_slash_added', value: 'behind the query', seldom: true, needs: hasQuery },
  { part: 'url', name: 'url_lower_case' },
  {
    part: 'url',
    name: 'url_lower_case',
    value: 'with the query',
    needs: hasQuery,
    also: ['url_encoding_case'],
  },
  { part: 'url', name: 'url_path_missing', seldom: true, value: '/' },
  { part: 'url', name: 'url_missing', seldom: true },

  { part: 'timestamp', name: 'timestamp_milliseconds', value: ({ timestamp }) => `${timestamp}000` },
  { part: 'timestamp', name: 'timestamp_milliseconds', value: ({ timestamp }) => `${timestamp}371`, seldom: 'alone' },
  { part: 'timestamp', name: 'timestamp_differs', value: (draft) => seconds(draft, -1) },
  { part: 'timestamp', name: 'timestamp_differs', value: (draft) => seconds(draft, 597), seldom: 'alone' },
  { part: 'timestamp', name: 'timestamp_time_zone', value: (draft) => seconds(draft, 28_800) },
  { part: 'timestamp', name: 'timestamp_missing', seldom: true },
  { part: 'nonce', name: 'nonce_missing' },
  { part: 'nonce', name: 'nonce_is_timestamp', seldom: true },
  { part: 'nonce', name: 'nonce_case', value: 'upper' },
  { part: 'nonce', name: 'nonce_case', value: 'lower' },
  { part: 'nonce', name: 'nonce_dashes', value: 'without' },
  { part: 'nonce', name: 'nonce_dashes', value: 'with' },

  { part: 'body', name: 'body_missing', needs: hasBody },
  { part: 'body', name: 'body_placeholder', value: '{}' },
  { part: 'body', name: 'body_placeholder', value: '[object Object]' },
  { part: 'body', name: 'body_is_query', value: 'as sent', needs: hasQuery },
  { part: 'body', name: 'body_is_query', value: 'JSON', needs: hasQuery },
  { part: 'body', name: 'body_keys_sorted', also: ORDERS },
  { part: 'body', name: 'body_keys_sorted', value: 'outermost', also: ORDERS },
  {
    part: 'body',
    name: 'body_fields_reordered',
    value: (draft) => members(draft).reverse().join(', '),
    seldom: 'alone',
    also: ORDERS,
  },
  {
    part: 'body',
    name: 'body_field_missing',
    seldom: true,
    value: (draft) => members(draft).at(-1) ?? '',
    needs: (draft) => members(draft).length > 1,
    also: ['body_nulls_removed', 'body_empty_removed'],
  },
  { part: 'body', name: 'body_nulls_removed', also: ['body_field_missing'] },
  { part: 'body', name: 'body_empty_removed', seldom: true, also: ['body_nulls_removed', 'body_field_missing'] },
  { part: 'body', name: 'body_spaces', value: '", " and ": "', needs: isCompact },
  { part: 'body', name: 'body_spaces', value: '": "', needs: isCompact },
  { part: 'body', name: 'body_spaces', value: '", "', needs: isCompact },
  { part: 'body', name: 'body_pretty_printed', value: '2 spaces', needs: isCompact },
  { part: 'body', name: 'body_pretty_printed', value: '4 spaces', needs: isCompact },
  { part: 'body', name: 'body_pretty_printed', value: 'tabs', needs: isCompact },
  { part: 'body', name: 'body_pretty_printed', value: '2 spaces, CRLF', seldom: true, needs: isCompact },
  { part: 'body', name: 'body_pretty_printed', value: 'tabs, no space', seldom: true, needs: isCompact },
  { part: 'body', name: 'body_pretty_printed', value: 'Jackson', needs: isCompact },
  { part: 'body', name: 'body_compacted', needs: hasBody },
  { part: 'body', name: 'body_unicode_escaped', value: 'lower' },
  { part: 'body', name: 'body_unicode_escaped', value: 'upper' },
  { part: 'body', name: 'body_unicode_unescaped' },
  { part: 'body', name: 'body_slashes_escaped' },
  { part: 'body', name: 'body_slashes_unescaped' },
  { part: 'body', name: 'body_html_escaped', value: 'go' },
  { part: 'body', name: 'body_html_escaped', value: 'gson', needs: ({ style }) => style.html === undefined },
  { part: 'body', name: 'body_html_unescaped' },
  { part: 'body', name: 'body_numbers_as_decimals' },
  { part: 'body', name: 'body_numbers_as_text', seldom: true },
  { part: 'body', name: 'body_text_as_numbers', seldom: true },
  { part: 'body', name: 'body_charset', value: 'GBK', needs: (draft) => !isUtf8Euro(draft) },
  { part: 'body', name: 'body_charset', value: '?' },
  { part: 'body', name: 'body_charset', value: 'UTF-16LE', needs: hasBody, seldom: true },
  { part: 'body', name: 'body_mojibake', value: 'ISO-8859-1' },
  { part: 'body', name: 'body_mojibake', value: 'GBK' },
  { part: 'body', name: 'body_bom_added', needs: hasBody },
  { part: 'body', name: 'body_space_added', seldom: true, value: 'behind', needs: hasBody, also: ['message_spaces'] },
  { part: 'body', name: 'body_space_added', seldom: true, value: 'in front', needs: hasBody },
  {
    part: 'body',
    name: 'body_line_ends',
    value: 'CRLF',
    needs: ({ style }) => style.layout !== 'compact',
    also: ['body_pretty_printed'],
  },
  { part: 'body', name: 'body_hash', value: 'SHA-256 hex', needs: hasBody },
  { part: 'body', name: 'body_hash', value: 'SHA-256 hex', needs: (draft) => !hasBody(draft) },
  { part: 'body', name: 'body_hash', value: 'SHA-256 base64', needs: hasBody },
  { part: 'body', name: 'body_hash', value: 'MD5 HEX', seldom: true, needs: hasBody },
  { part: 'body', name: 'body_base64', seldom: true, needs: hasBody },
  { part: 'body', name: 'body_form_encoded', value: 'form', needs: isPlain },
  { part: 'body', name: 'body_form_encoded', value: 'form, not encoded', needs: isPlain },
  { part: 'body', name: 'body_form_encoded', value: 'form, sorted, not encoded', needs: isPlain },
  { part: 'body', name: 'body_url_encoded', seldom: true, value: 'encodeURIComponent', needs: hasBody },
  { part: 'body', name: 'body_stringified_twice', needs: hasBody },
  { part: 'body', name: 'body_object_printed', value: 'Python', needs: hasBody },
  { part: 'body', name: 'body_object_printed', value: 'Java', needs: hasBody },
  { part: 'body', name: 'body_object_printed', value: 'Go', seldom: true, needs: hasBody },

  { part: 'separator', name: 'line_ends', value: 'CRLF' },
  { part: 'separator', name: 'line_ends', value: 'CR', seldom: true },
  { part: 'separator', name: 'line_feeds_literal', value: '\\n' },
  { part: 'separator', name: 'line_separator', value: '' },
  { part: 'separator', name: 'line_separator', value: '&', seldom: true },
  { part: 'order', name: 'response_layout' },
  { part: 'order', name: 'body_only' },
  { part: 'order', name: 'line_missing', value: 'timestamp' },
  { part: 'order', name: 'line_missing', value: 'nonce' },
  { part: 'order', name: 'line_missing', value: 'url' },
  { part: 'order', name: 'line_missing', value: 'body', also: ['final_line_feed_missing'] },
  { part: 'order', name: 'lines_reordered', value: 'nonce, timestamp' },
  { part: 'order', name: 'lines_reordered', value: 'url, method' },
  { part: 'order', name: 'lines_reordered', value: 'body, nonce' },
  { part: 'order', name: 'lines_reordered', value: 'timestamp, nonce, method, url, body', seldom: 'alone' },
  { part: 'ends', name: 'final_line_feed_missing' },
  { part: 'ends', name: 'final_line_feed_doubled' },
  { part: 'ends', name: 'leading_line_feed', seldom: true },
  { part: 'ends', name: 'message_spaces', value: 'behind' },
  { part: 'ends', name: 'message_spaces', value: 'in front', seldom: true },
  { part: 'ends', name: 'key_appended', value: 'APIv2: &key=' },
  { part: 'ends', name: 'key_appended', value: 'APIv2: &key=, no line feed' },
  { part: 'ends', name: 'key_appended', value: 'APIv3: line' },
  { part: 'ends', name: 'line_added', seldom: true, value: 'mchid, last' },
  { part: 'ends', name: 'line_added', seldom: true, value: 'serial_no, first' },
  { part: 'whole', name: 'message_quoted' },
  { part: 'whole', name: 'message_utf16', value: 'UTF-16LE' },
  { part: 'whole', name: 'message_hashed_twice', value: 'binary' },
  { part: 'whole', name: 'message_hashed_twice', value: 'hex' },
  { part: 'whole', name: 'message_hashed_twice', value: 'base64' },
]

/** Forms write nested values as compact JSON without escapes. */
function isPlain(draft: Draft): boolean {
  const { layout, unicode, slashes, html } = draft.style
  return hasBody(draft) && layout === 'compact' && !unicode && !slashes && !html
}

/** Cause of a mistake in a request; `undefined` if the request cannot be signed that way, or if it would make no difference. */
export function causeOf({ name, value, needs }: Mistake, draft: Draft): Cause | undefined {
  if (needs && !needs(draft)) return undefined
  const settled = typeof value === 'function' ? value(draft) : value
  return settled === undefined ? { name } : { name, value: settled }
}

export { bodyOf }
