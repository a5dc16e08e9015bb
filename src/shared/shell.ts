/** A word as every POSIX shell reads it; a plain one stays as it is. */
export function shellQuote(word: string): string {
  return /^[\w@%+:,./-]+$/.test(word) ? word : singleQuoted(word)
}

/** A word in quotes, as every POSIX shell reads it. */
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

/** A word in quotes on one line, as bash and zsh read it: a terminal changes some line breaks and tabs that are pasted into it. */
export function quotedOnOneLine(word: string): string {
  return /[\n\r\t]/.test(word)
    ? `$'${word.replaceAll(/[\\'\n\r\t]/g, (character) => ESCAPES[character] ?? character)}'`
    : singleQuoted(word)
}

/** Bytes as a text that a word can hold; `undefined` where they are not UTF-8 or have a NUL among them. */
export function wordOf(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    return text.includes('\0') ? undefined : text
  } catch {
    // The decoder throws for bytes that are not UTF-8 only.
    return undefined
  }
}
