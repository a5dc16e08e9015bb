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

/** Quotes a word on one line, for bash and zsh: terminals alter some pasted line breaks and tabs. */
export function quotedOnOneLine(word: string): string {
  return /[\n\r\t]/.test(word)
    ? `$'${word.replaceAll(/[\\'\n\r\t]/g, (character) => ESCAPES[character] ?? character)}'`
    : singleQuoted(word)
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
