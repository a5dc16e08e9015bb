/** Quotes a word for any POSIX shell, if it needs quotes. */
export function shellQuote(word: string): string {
  return /^[\w@%+:,./-]+$/.test(word) ? word : singleQuoted(word)
}

/** Quotes a word for any POSIX shell. */
export function singleQuoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': String.raw`\\`,
  "'": String.raw`\'`,
  '\n': String.raw`\n`,
  '\r': String.raw`\r`,
  '\t': String.raw`\t`,
}

/** Invisible characters, and those that alter a line as a terminal or an editor shows it. */
const INVISIBLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u

/** Quotes a word on one line, for bash and zsh: invisible characters are escaped, and terminals alter some pasted line breaks and tabs. */
export function quotedOnOneLine(word: string): string {
  return INVISIBLE.test(word)
    ? `$'${word.replaceAll(/[\\'\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, (one) => ESCAPES[one] ?? escapedBytes(Buffer.from(one)))}'`
    : singleQuoted(word)
}

/** Quotes any bytes except NUL as a word on one line, for bash and zsh. */
export function quotedBytes(bytes: Uint8Array): string {
  const text = wordOf(bytes)
  if (text !== undefined) return quotedOnOneLine(text)
  const escaped = [...bytes].map((byte) => {
    const character = String.fromCharCode(byte)
    return ESCAPES[character] ?? (byte < 0x20 || byte > 0x7e ? escapedBytes([byte]) : character)
  })
  return `$'${escaped.join('')}'`
}

function escapedBytes(bytes: Iterable<number>): string {
  return [...bytes].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')
}

/** Bytes as text for a shell word; `undefined` if they are not UTF-8 or contain a NUL. */
export function wordOf(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    return text.includes('\0') ? undefined : text
  } catch {
    // The decoder throws only for bytes that are not UTF-8.
    return undefined
  }
}

/**
 * A curl command over several lines. All arguments must already be quoted for the shell.
 *
 * @param options placed before the URL
 * @param more further groups of options, each on a line of its own
 */
export function curlLine(options: readonly string[], url: string, more: readonly string[]): string {
  return [['curl', ...options, url].join(' '), ...more].join(' \\\n  ')
}

/** A curl command for a call of the API that shows the whole answer. All arguments must already be quoted for the shell. */
export function signedCall({
  options = [],
  url,
  authorization,
  data,
}: {
  /** Options in addition to those of every call; they stand on the last line, where there is room for them. */
  readonly options?: readonly string[]
  readonly url: string
  /** The whole header field. */
  readonly authorization: string
  /** The option that passes the JSON body; left out for a call without a body. */
  readonly data?: string | undefined
}): string {
  const last = [...(data === undefined ? [] : [`-H 'Content-Type: application/json' ${data}`]), ...options]
  return curlLine(['-sSi'], url, [`-H ${authorization}`, ...(last.length === 0 ? [] : [last.join(' ')])])
}

/** Text as one line that is safe on a terminal and in a comment, with control characters escaped. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, (character) =>
    character === '\n' ? '\\n' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
