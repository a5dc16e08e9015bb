import { type Cause, type CauseName, cause, permutations, type Rank, type Variant, Variants } from './variant.ts'
import type { Work } from './work.ts'

/** Maximum length of an address whose parts are varied, in characters; of a longer one only the ends are. */
const MAX_LENGTH = 4_096
/** Maximum number of parameters of a query that are encoded or ordered anew. */
const MAX_PARAMETERS = 32
/** Maximum number of parameters that are tried in every order: 120 orders. */
const MAX_PERMUTED = 5

const HOSTS = ['api.mch.weixin.qq.com', 'api2.mch.weixin.qq.com', 'api.wechatpay.cn']
const PREFIXES = ['/api', '/wechat', '/wechatpay', '/wxpay', '/weixin', '/pay', '/wx', '/proxy', '/mock', '/v3']

interface Step {
  readonly value: string
  readonly causes: readonly Cause[]
  readonly rank: Rank
}

/**
 * Candidates for the signed URL line.
 *
 * @param host the request's `Host`
 */
export function urlVariants(target: string, host: string | undefined, work: Work): readonly Variant<string>[] {
  const variants = new Variants(target, (text) => text)
  const add = ({ value, causes, rank }: Step) => {
    if (work.takeWriting(value.length)) variants.add(value, causes, rank)
  }
  const { path, query } = split(target)
  const longest = Math.min(MAX_LENGTH, work.longestRead)
  const ofQuery = queryVariants(path, query, longest)
  const ofPath = pathVariants(path, query)
  const ofHost = hostVariants(target, host)

  for (const step of [...ofQuery, ...ofPath, ...ofHost]) add(step)
  if (target.length > longest || work.effort === 'single') return variants.list
  // Two changes at once, e.g. the address with its host and without its query; rare ones are not combined.
  for (const first of [...ofQuery, ...ofPath].filter(isUsual)) {
    for (const second of hostVariants(first.value, host).filter(isUsual)) add(both(first, second))
  }
  for (const first of ofQuery.filter(({ rank }) => rank === 1)) {
    const parts = split(first.value)
    for (const second of pathVariants(parts.path, parts.query).filter(isUsual)) add(both(first, second))
    for (const second of queryVariants(parts.path, parts.query, longest).filter(isUsual)) add(both(first, second))
  }
  return variants.list
}

function isUsual({ rank }: Step): boolean {
  return rank === 1 || rank === 2
}

function both(first: Step, second: Step): Step {
  const rank = first.rank === 1 && second.rank === 1 ? 3 : 'alone'
  return { value: second.value, causes: [...first.causes, ...second.causes], rank }
}

/** `query` without its question mark; left out if the address does not have one. */
function split(target: string): { path: string; query?: string } {
  const at = target.indexOf('?')
  return at === -1 ? { path: target } : { path: target.slice(0, at), query: target.slice(at + 1) }
}

const join = (path: string, query: string | undefined): string => (query === undefined ? path : `${path}?${query}`)

/** @param longest maximum length of an address that is encoded anew, in characters */
function queryVariants(path: string, query: string | undefined, longest: number): Step[] {
  const steps: Step[] = []
  const add: Add = (value, name, rank, detail) => steps.push({ value, causes: [cause(name, detail)], rank })
  if (query === undefined) {
    add(`${path}?`, 'url_question_mark_added', 2)
  } else if (query === '') {
    add(path, 'url_question_mark_missing', 1)
  } else {
    add(path, 'url_query_missing', 1)
    add(path + query, 'url_question_mark_missing', 3)
    add(`?${query}`, 'url_path_missing', 3, '?')
    add(query, 'url_path_missing', 3)
  }
  const whole = join(path, query)
  if (whole.length > longest) return steps
  encodings(path, query, add)
  if (query === undefined) return steps

  add(join(path, query.replaceAll('&', '&amp;')), 'url_ampersands_escaped', 2)
  const parameters = query.split('&')
  if (parameters.length > MAX_PARAMETERS) return steps
  const sorted = parameters.toSorted()
  add(join(path, sorted.join('&')), 'url_parameters_reordered', 1, namesOf(sorted))
  const filled = parameters.filter((parameter) => !/^[^=]*=?$/.test(parameter))
  add(join(path, filled.length === 0 ? undefined : filled.join('&')), 'url_parameters_empty_removed', 2)
  if (parameters.length > 1) {
    for (const [index, parameter] of parameters.entries()) {
      const rest = parameters.filter((_, other) => other !== index)
      add(join(path, rest.join('&')), 'url_parameter_missing', 3, namesOf([parameter]))
    }
  }
  if (parameters.length <= MAX_PERMUTED) {
    for (const order of permutations(parameters)) {
      add(join(path, order.join('&')), 'url_parameters_reordered', 'alone', namesOf(order))
    }
  } else
    add(join(path, parameters.toReversed().join('&')), 'url_parameters_reordered', 3, namesOf(parameters.toReversed()))
  return steps
}

function namesOf(parameters: readonly string[]): string {
  return parameters.map((parameter) => parameter.split('=', 1)[0]).join(', ')
}

type Add = (value: string, name: CauseName, rank: Rank, detail?: string) => void

const ESCAPES = /%[0-9A-Fa-f]{2}/g

/** Percent-encodings of other libraries, and none at all. */
function encodings(path: string, query: string | undefined, add: Add): void {
  const whole = join(path, query)
  if (whole.search(ESCAPES) !== -1) {
    const lower = whole.replaceAll(ESCAPES, (escaped) => escaped.toLowerCase())
    const upper = whole.replaceAll(ESCAPES, (escaped) => escaped.toUpperCase())
    add(lower, 'url_encoding_case', 2, 'lower')
    add(upper, 'url_encoding_case', 2, 'upper')
  }
  const decodedPath = decodePercent(path)
  const decodedQuery = query === undefined ? undefined : decodePercent(query)
  const formQuery = query === undefined ? undefined : decodePercent(query.replaceAll('+', ' '))
  if (decodedPath === undefined) return
  add(join(decodedPath, decodedQuery ?? query), 'url_decoded', 1, 'percent')
  add(join(decodedPath, formQuery ?? query), 'url_decoded', 2, 'form')
  if (decodedQuery !== undefined) {
    add(join(path, decodedQuery), 'url_decoded', 2, 'query')
    add(join(path, formQuery), 'url_decoded', 3, 'query, form')
  }
  // No library encodes any of these.
  if (/^[\w/.-]*$/.test(whole)) return
  const parameters = query === undefined ? [] : query.split('&')
  if (parameters.length > MAX_PARAMETERS) return
  for (const [name, encode, rank] of ENCODERS) {
    const segments = path.split('/').map((segment) => encodedAnew(segment, encode, false))
    const pairs = parameters.map((parameter) => {
      const at = parameter.indexOf('=')
      return at === -1
        ? encodedAnew(parameter, encode, true)
        : `${encodedAnew(parameter.slice(0, at), encode, true)}=${encodedAnew(parameter.slice(at + 1), encode, true)}`
    })
    const anew = query === undefined ? undefined : pairs.join('&')
    add(join(path, anew), 'url_encoded_otherwise', rank, name)
    add(join(segments.join('/'), query), 'url_encoded_otherwise', 3, `${name}, path`)
    add(join(segments.join('/'), anew), 'url_encoded_otherwise', 3, `${name}, path and query`)
  }
  add(encodeURI(whole), 'url_encoded_otherwise', 3, 'encodeURI')
  add(whole.replaceAll('+', '%20'), 'url_encoded_otherwise', 1, '%20 for +')
  add(whole.replaceAll('%20', '+'), 'url_encoded_otherwise', 1, '+ for %20')
}

/** Percent-encodes some characters that `encodeURIComponent` leaves as they are. */
function percent(text: string, characters: RegExp): string {
  return encodeURIComponent(text).replaceAll(
    characters,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

const ENCODERS: readonly (readonly [name: string, encode: (text: string) => string, rank: Rank])[] = [
  ['encodeURIComponent', encodeURIComponent, 2],
  ['rawurlencode', (text) => percent(text, /[!'()*]/g), 2],
  ['form', (text) => percent(text, /[!'()~]/g).replaceAll('%20', '+'), 2],
  [
    'axios',
    (text) =>
      encodeURIComponent(text)
        .replaceAll(/%(?:3A|24|2C)/g, decodeURIComponent)
        .replaceAll('%20', '+'),
    2,
  ],
  ['quote', (text) => percent(text, /[!'()*]/g).replaceAll('%2F', '/'), 3],
]

function encodedAnew(text: string, encode: (text: string) => string, form: boolean): string {
  const decoded = decodePercent(form ? text.replaceAll('+', ' ') : text)
  return decoded === undefined ? text : encode(decoded)
}

function decodePercent(text: string): string | undefined {
  try {
    const decoded = decodeURIComponent(text)
    return decoded.isWellFormed() ? decoded : undefined
  } catch {
    // A stray percent sign, or bytes that are not UTF-8.
    return undefined
  }
}

function pathVariants(path: string, query: string | undefined): Step[] {
  const steps: Step[] = []
  const add: Add = (value, name, rank, detail) => steps.push({ value, causes: [cause(name, detail)], rank })
  add(join(path.toLowerCase(), query), 'url_lower_case', 1)
  if (query) add(join(path, query).toLowerCase(), 'url_lower_case', 2, 'with the query')
  if (path.startsWith('/')) {
    add(join(path.slice(1), query), 'url_leading_slash_missing', 1)
    add(join(`/${path}`, query), 'url_leading_slash_doubled', 2)
  }
  if (path.endsWith('/')) add(join(path.replace(/(?<!\/)\/+$/, ''), query), 'url_trailing_slash_missing', 1)
  else add(join(`${path}/`, query), 'url_trailing_slash_added', 1)
  if (query) add(`${join(path, query)}/`, 'url_trailing_slash_added', 3, 'behind the query')
  for (const prefix of PREFIXES) add(join(prefix + path, query), 'url_prefix_added', prefix === '/api' ? 2 : 3, prefix)
  // A prefix before `/v3` on the wire, added by a gateway or a base URL.
  for (const root of ['/v3/', '/brand/']) {
    const at = path.indexOf(root, 1)
    if (at !== -1) add(join(path.slice(at), query), 'url_prefix_missing', 1, path.slice(0, at))
  }
  if (path.startsWith('/v3/')) add(join(path.slice(3), query), 'url_prefix_missing', 2, '/v3')
  add('/', 'url_path_missing', 3, '/')
  add('', 'url_missing', 3)
  return steps
}

function hostVariants(target: string, host: string | undefined): Step[] {
  const names = [...HOSTS, ...(host === undefined || HOSTS.includes(host) ? [] : [host])]
  return [
    ...names.map((name, index): [string, Rank] => [`https://${name}`, index === 0 ? 1 : 2]),
    ...names.map((name, index): [string, Rank] => [`http://${name}`, index < HOSTS.length ? 3 : 2]),
    ...names.map((name): [string, Rank] => [name, 3]),
    ...names.map((name): [string, Rank] => [`//${name}`, 'alone']),
  ].map(([prefix, rank]) => ({ value: prefix + target, causes: [cause('url_host', prefix)], rank }))
}
