import { usageError } from '../command.ts'
import type { Language } from '../texts.ts'
import { texts } from './explanation.ts'

/** A request as `curl` would send it. */
export interface CurlRequest {
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

/** Options without a value that do not affect the signed data. */
const FLAGS = new Set(
  'compressed silent show-error insecure location include verbose fail globoff no-buffer http1.0 http1.1 http2 http3 ipv4 ipv6 no-progress-meter progress-bar path-as-is fail-with-body styled-output no-keepalive tcp-nodelay tlsv1.2 tlsv1.3'.split(
    ' ',
  ),
)
/** Options with a value that do not affect the signed data. */
const VALUES = new Set(
  'output max-time connect-timeout cacert cert key cookie cookie-jar proxy resolve connect-to user retry retry-delay write-out dump-header interface limit-rate ciphers noproxy trace trace-ascii stderr'.split(
    ' ',
  ),
)
const LETTERS: Readonly<Record<string, string>> = {
  X: 'request',
  H: 'header',
  d: 'data',
  A: 'user-agent',
  e: 'referer',
  G: 'get',
  I: 'head',
  s: 'silent',
  S: 'show-error',
  k: 'insecure',
  L: 'location',
  i: 'include',
  v: 'verbose',
  f: 'fail',
  g: 'globoff',
  N: 'no-buffer',
  '0': 'http1.0',
  '4': 'ipv4',
  '6': 'ipv6',
  '#': 'progress-bar',
  o: 'output',
  m: 'max-time',
  b: 'cookie',
  c: 'cookie-jar',
  x: 'proxy',
  u: 'user',
  w: 'write-out',
  D: 'dump-header',
  E: 'cert',
  F: 'form',
  T: 'upload-file',
}

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
  const words = splitWords(text.replace(/^\s*(?:[$>%#]\s+)?/, ''), language)
  const found: Collected = { headers: new Map(), data: [], json: false, get: false, head: false, bodyElsewhere }
  for (let at = 1; at < words.length; at += 1) {
    const word = words[at] ?? ''
    const next = (name: string): string => {
      at += 1
      const value = words[at]
      if (value === undefined) throw usageError(texts[language].curlValueMissing(name))
      return value
    }
    if (word === '--') continue
    if (word.startsWith('--')) {
      const name = word.slice(2)
      apply(found, name, () => next(`--${name}`), language)
    } else if (word.startsWith('-') && word.length > 1) {
      for (let letter = 1; letter < word.length; letter += 1) {
        const name = LETTERS[word[letter] ?? '']
        if (name === undefined) throw usageError(texts[language].curlOptionUnknown(`-${word[letter]}`))
        const rest = word.slice(letter + 1)
        let taken = false
        apply(
          found,
          name,
          () => {
            taken = true
            return rest === '' ? next(`-${word[letter]}`) : rest
          },
          language,
        )
        if (taken) break
      }
    } else setUrl(found, word, language)
  }
  return finish(found, language)
}

function apply(found: Collected, name: string, value: () => string, language: Language): void {
  switch (name) {
    case 'request':
      found.method = value()
      return
    case 'url':
      setUrl(found, value(), language)
      return
    case 'header':
      addHeader(found, value(), language)
      return
    case 'user-agent':
      found.headers.set('user-agent', value())
      return
    case 'referer':
      found.headers.set('referer', value())
      return
    case 'get':
      found.get = true
      return
    case 'head':
      found.head = true
      return
    case 'json':
      found.json = true
      found.data.push(Buffer.from(inline(found, value(), language)))
      return
    case 'data':
    case 'data-ascii':
    case 'data-binary': {
      const text = inline(found, value(), language)
      if (found.data.length > 0) found.data.push(Buffer.from('&'))
      found.data.push(Buffer.from(text))
      return
    }
    case 'data-raw':
      if (found.data.length > 0) found.data.push(Buffer.from('&'))
      found.data.push(Buffer.from(value()))
      return
  }
  if (FLAGS.has(name)) return
  if (!VALUES.has(name)) throw usageError(texts[language].curlOptionUnknown(`--${name}`))
  value()
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

/** Splits a command line into words, as a POSIX shell (with `$'…'`) would make them. Ends at what begins another command. */
function splitWords(text: string, language: Language): string[] {
  const words: string[] = []
  let parts: string[] = []
  let open = false
  let at = 0
  const end = () => {
    if (open) words.push(parts.join(''))
    parts = []
    open = false
  }
  const untilQuote = (): string => {
    const close = text.indexOf("'", at)
    if (close === -1) throw usageError(texts[language].curlQuoteOpen)
    const inside = text.slice(at, close)
    at = close + 1
    return inside
  }
  while (at < text.length) {
    const character = text[at] ?? ''
    at += 1
    if (character === "'") {
      open = true
      parts.push(untilQuote())
    } else if (character === '$' && text[at] === "'") {
      open = true
      at += 1
      const [value, after] = ansiText(text, at, language)
      parts.push(value)
      at = after
    } else if (character === '"') {
      open = true
      for (;;) {
        const inside = text[at]
        if (inside === undefined) throw usageError(texts[language].curlQuoteOpen)
        at += 1
        if (inside === '"') break
        if (inside === '\\' && '\\"$`\n'.includes(text[at] ?? ' ')) {
          if (text[at] !== '\n') parts.push(text[at] ?? '')
          at += 1
        } else {
          refuseExpansion(inside, text, at, language)
          parts.push(inside)
        }
      }
    } else if (character === '\\') {
      if (text.startsWith('\r\n', at)) at += 2
      else if (text[at] === '\n') at += 1
      else {
        open = true
        parts.push(text[at] ?? '')
        at += 1
      }
    } else if (/[\s;|&<>]/.test(character)) {
      end()
      if (character === '\n' ? words.length > 0 : /[;|&<>]/.test(character)) return words
    } else {
      refuseExpansion(character, text, at, language)
      open = true
      parts.push(character)
    }
  }
  end()
  return words
}

/** Refuses an expansion: only a shell knows the value of a variable or the output of another command. */
function refuseExpansion(character: string, text: string, at: number, language: Language): void {
  if (character === '`') throw usageError(texts[language].curlExpansion('`…`'))
  if (character !== '$') return
  const name = /^(?:\w+|\{[^}]{0,80}\}|\()/.exec(text.slice(at, at + 100))?.[0]
  if (name !== undefined) throw usageError(texts[language].curlExpansion(name === '(' ? '$(…)' : `$${name}`))
}

/** The inside of `$'…'`, and where it ends. */
function ansiText(text: string, from: number, language: Language): [value: string, after: number] {
  const parts: string[] = []
  let at = from
  for (;;) {
    const character = text[at]
    if (character === undefined) throw usageError(texts[language].curlQuoteOpen)
    at += 1
    if (character === "'") return [parts.join(''), at]
    if (character !== '\\') {
      parts.push(character)
      continue
    }
    const numeric = /^(?:u([\dA-Fa-f]{1,4})|U([\dA-Fa-f]{1,8})|x([\dA-Fa-f]{1,2}))/.exec(text.slice(at, at + 9))
    const code = Number.parseInt(numeric?.[1] ?? numeric?.[2] ?? numeric?.[3] ?? '', 16)
    if (numeric && code <= 0x10ffff) {
      parts.push(String.fromCodePoint(code))
      at += numeric[0].length
    } else {
      const escaped = text[at] ?? ''
      parts.push(ESCAPES[escaped] ?? escaped)
      at += 1
    }
  }
}
