import { type ParseArgsConfig, parseArgs } from 'node:util'
import { usageError } from '../command.ts'
import type { Language } from '../texts.ts'
import { texts } from './explanation.ts'

/** A request as `curl` would send it. */
interface CurlRequest {
  readonly method: string
  /** As given, including the host. */
  readonly url: string
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer
}

/** Whether a text is a command line of curl, with a prompt in front of it or without. */
export function isCurlCommand(text: string): boolean {
  return /^\s*(?:[$>%#]\s+)?curl(?:\.exe)?\s/.test(text.slice(0, 200))
}

/** Options without a value, each with its letter. Only `get` and `head` affect the signed data. */
const FLAGS =
  'get/G head/I compressed silent/s show-error/S insecure/k location/L include/i verbose/v fail/f globoff/g no-buffer/N http1.0/0 http1.1 http2 http3 ipv4/4 ipv6/6 no-progress-meter progress-bar/# path-as-is fail-with-body styled-output no-keepalive tcp-nodelay tlsv1.2 tlsv1.3'
/** Options with a value that do not affect the signed data. */
const VALUES =
  'output/o max-time/m connect-timeout cacert cert/E key cookie/b cookie-jar/c proxy/x resolve connect-to user/u retry retry-delay write-out/w dump-header/D interface limit-rate ciphers noproxy trace trace-ascii stderr'
/** Options with a value that is part of the request. */
const PARTS = 'request/X url header/H user-agent/A referer/e json data/d data-ascii data-binary data-raw'

type Options = NonNullable<ParseArgsConfig['options']>

function optionsOf(names: string, type: 'boolean' | 'string'): [string, Options[string]][] {
  return names.split(' ').map((text) => {
    const [name = '', short] = text.split('/')
    return [name, { type, ...(short !== undefined && { short }) }]
  })
}

const OPTIONS: Options = Object.fromEntries([
  ...optionsOf(FLAGS, 'boolean'),
  ...optionsOf(`${VALUES} ${PARTS}`, 'string'),
])

/** The time that `parseArgs` takes grows with the square of their number. */
const MOST_WORDS = 1_000

interface Collected {
  method?: string
  url?: string
  readonly headers: Map<string, string>
  readonly data: Buffer[]
  json: boolean
  get: boolean
  head: boolean
  readonly bodyElsewhere: boolean
}

/**
 * Parses a curl command line without running anything.
 *
 * @param bodyElsewhere whether the body comes from another source, so that a body in a file does no harm
 * @throws UsageError for parts that only a shell could fill in, for unknown options, and for bodies in files
 */
export function parseCurlCommand(text: string, bodyElsewhere: boolean, language: Language): CurlRequest {
  const [, ...args] = splitWords(text.replace(/^\s*(?:[$>%#]\s+)?/, ''), language)
  if (args.length > MOST_WORDS) throw usageError(texts[language].curlTooLong(MOST_WORDS))
  const found: Collected = { headers: new Map(), data: [], json: false, get: false, head: false, bodyElsewhere }
  // Not strict, since each mistake has words of its own here.
  const { tokens } = parseArgs({ args, options: OPTIONS, strict: false, allowPositionals: true, tokens: true })
  for (const token of tokens) {
    if (token.kind === 'positional') setUrl(found, token.value, language)
    if (token.kind !== 'option') continue
    const { name, rawName, value } = token
    const type = Object.hasOwn(OPTIONS, name) ? OPTIONS[name]?.type : undefined
    // Curl does not take --name=value.
    if (type === undefined || (token.inlineValue && rawName.startsWith('--'))) {
      throw usageError(texts[language].curlOptionUnknown(LONG_NAMES[rawName] ?? rawName))
    }
    if (type === 'string' && value === undefined) throw usageError(texts[language].curlValueMissing(rawName))
    apply(found, name, value ?? '', language)
  }
  return finish(found, language)
}

/** Letters of options that have a body in a form or a file, which nobody can sign from here. */
const LONG_NAMES: Readonly<Record<string, string>> = { '-F': '--form', '-T': '--upload-file' }

function apply(found: Collected, name: string, value: string, language: Language): void {
  switch (name) {
    case 'request':
      found.method = value
      return
    case 'url':
      setUrl(found, value, language)
      return
    case 'header':
      addHeader(found, value, language)
      return
    case 'user-agent':
    case 'referer':
      found.headers.set(name, value)
      return
    case 'get':
    case 'head':
      found[name] = true
      return
    case 'json':
      found.json = true
      found.data.push(Buffer.from(inline(found, value, language)))
      return
    case 'data':
    case 'data-ascii':
    case 'data-binary':
    case 'data-raw': {
      const text = name === 'data-raw' ? value : inline(found, value, language)
      found.data.push(Buffer.from(found.data.length > 0 ? `&${text}` : text))
    }
  }
}

/** Files are not read: a command line may come from anybody. */
function inline({ bodyElsewhere }: Collected, text: string, language: Language): string {
  if (!bodyElsewhere && text.startsWith('@')) throw usageError(texts[language].curlBodyInFile(text))
  return text
}

function setUrl(found: Collected, url: string, language: Language): void {
  if (found.url !== undefined) throw usageError(texts[language].curlTwoUrls(found.url, url))
  found.url = url
}

function addHeader({ headers }: Collected, line: string, language: Language): void {
  const [, name, separator, value = ''] = /^([!#$%&'*+.^_`|~\dA-Za-z-]+)([:;])([^\r\n]*)$/.exec(line) ?? []
  if (name === undefined) throw usageError(texts[language].curlHeaderUnreadable(line))
  // `Name:` removes a header, `Name;` sends it empty.
  headers.set(name.toLowerCase(), separator === ';' ? '' : value.trim())
}

function finish({ method, url, headers, data, json, get, head }: Collected, language: Language): CurlRequest {
  if (url === undefined) throw usageError(texts[language].curlWithoutUrl)
  const body = get ? Buffer.alloc(0) : Buffer.concat(data)
  const hasBody = data.length > 0 && !get
  const usual: [string, string][] = [
    ['accept', json ? 'application/json' : '*/*'],
    ['user-agent', 'curl'],
    ...(hasBody
      ? [['content-type', json ? 'application/json' : 'application/x-www-form-urlencoded'] as [string, string]]
      : []),
  ]
  const all = new Map([...usual, ...headers])
  for (const [name, value] of headers) if (value === '') all.delete(name)
  const query = get ? Buffer.concat(data).toString('utf8') : ''
  return {
    method: method ?? (head ? 'HEAD' : hasBody ? 'POST' : 'GET'),
    url: query === '' ? url : `${url}${url.includes('?') ? '&' : '?'}${query}`,
    headers: all,
    body,
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  e: '\x1b',
}

/** A piece of a command line; each alternative begins with another character, so that the time grows with the length alone. */
const PIECE =
  /(?<blank>[^\S\n]+)|(?<end>[\n;|&<>])|'(?<literal>[^']*)'|\$'(?<ansi>[^'\\]*(?:\\[\s\S][^'\\]*)*)'|"(?<double>[^"\\]*(?:\\[\s\S][^"\\]*)*)"|\\(?:\r\n|\n|(?<escaped>[\s\S]?))|(?<quote>\$?'|")|(?<plain>[^\s;|&<>'"\\$]+|\$)/y

/**
 * Splits a command line into words, as a POSIX shell (with `$'…'`) would make them. Ends at what begins another command.
 *
 * No library does both: shell-quote lacks `$'…'`, in which browsers copy Chinese bodies, and shlex does not tell what a shell would have expanded.
 */
function splitWords(text: string, language: Language): string[] {
  const words: string[] = []
  let word: string | undefined
  PIECE.lastIndex = 0
  for (let match = PIECE.exec(text); match; match = PIECE.exec(text)) {
    const { blank, end, literal, ansi, double, escaped, quote, plain } = match.groups ?? {}
    if (quote !== undefined) throw usageError(texts[language].curlQuoteOpen)
    if (blank !== undefined || end !== undefined) {
      if (word !== undefined) words.push(word)
      word = undefined
      if (end !== undefined && (end !== '\n' || words.length > 0)) return words
      continue
    }
    // Only a shell knows the value of a variable or the output of another command.
    if (double !== undefined) refuseExpansion(double.replaceAll(/\\[\s\S]/g, ' '), language)
    if (plain !== undefined) refuseExpansion(plain === '$' ? expansionAt(text, match.index) : plain, language)
    const part =
      literal ?? plain ?? escaped ?? (ansi === undefined ? double?.replaceAll(ESCAPE, '$1') : unescaped(ansi))
    // A line that goes on after a backslash adds nothing.
    if (part !== undefined) word = (word ?? '') + part
  }
  return word === undefined ? words : [...words, word]
}

/** Characters that a backslash escapes between double quotes. */
const ESCAPE = /\\(?:\n|(["\\$`]))/g

/** A dollar sign, with what it would expand. */
function expansionAt(text: string, at: number): string {
  return /^\$(?:\w+|\{[^}]{0,80}\}|\()?/.exec(text.slice(at, at + 100))?.[0] ?? ''
}

function refuseExpansion(text: string, language: Language): void {
  if (text.includes('`')) throw usageError(texts[language].curlExpansion('`…`'))
  for (const { index } of text.matchAll(/\$/g)) {
    const expansion = expansionAt(text, index)
    if (expansion.length > 1) throw usageError(texts[language].curlExpansion(expansion === '$(' ? '$(…)' : expansion))
  }
}

/** Replaces the escapes inside `$'…'`. */
function unescaped(text: string): string {
  const escapes = /\\(?:u([\dA-Fa-f]{1,4})|U([\dA-Fa-f]{1,8})|x([\dA-Fa-f]{1,2})|([\s\S]))/g
  return text.replaceAll(escapes, (whole: string, u?: string, U?: string, x?: string, character = whole.slice(1)) => {
    const code = Number.parseInt(u ?? U ?? x ?? '', 16)
    return code <= 0x10ffff ? String.fromCodePoint(code) : (ESCAPES[character] ?? character)
  })
}
