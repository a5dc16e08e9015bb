/**
 * A text as it can be shown beside others: invisible characters, and those that reverse the line, are escaped as in JSON.
 * Line feeds and tabs stay.
 */
export function plainText(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\u200b\ufeff]/gu, (character) => {
    if (character === '\n' || character === '\t') return character
    return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`
  })
}

/** A time of the control API as a person reads it, in the zone that it is in: `2026-11-25 12:00:00 +08:00`. */
export function readable(time: string): string {
  return time.replace('T', ' ').replace(/(?:\.000)?([+-]\d\d:\d\d|Z)$/, ' $1')
}

/** The same to the second, and without its zone, as a list has room for it: `2026-11-25 12:00:00`. */
export function readableInShort(time: string): string {
  return readable(time).slice(0, '2026-11-25 12:00:00'.length)
}
