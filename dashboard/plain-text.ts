/** The most levels that are indented: with more, a small body of nothing but brackets would exceed the longest possible string. */
const DEEPEST_INDENT = 50

/** JSON over several lines, its texts and numbers as they came; `undefined` for what is not JSON. */
export function prettyJson(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return undefined
  } catch {
    // Bodies need not be JSON.
    return undefined
  }
  let depth = 0
  const lineBreak = () => `\n${'  '.repeat(Math.min(depth, DEEPEST_INDENT))}`
  return text.replaceAll(/"(?:[^"\\]|\\.)*"?|\s+|[{[]\s*[}\]]|[{[\]},:]/g, (token) => {
    if (token.startsWith('"')) return token
    if (/^[{[]\s*[}\]]$/.test(token)) return `${token[0]}${token.at(-1)}`
    switch (token) {
      case '{':
      case '[':
        depth += 1
        return token + lineBreak()
      case '}':
      case ']':
        depth -= 1
        return lineBreak() + token
      case ',':
        return token + lineBreak()
      case ':':
        return ': '
      default:
        return ''
    }
  })
}

const encoder = new TextEncoder()

/** Splits a text into what is before a place, the character there, and the rest. The place is an offset in UTF-8 bytes. */
export function splitAtByte(text: string, offset: number): readonly [before: string, at: string, behind: string] {
  let bytes = 0
  let index = 0
  for (const character of text) {
    const next = bytes + encoder.encode(character).length
    if (next > offset) return [text.slice(0, index), character, text.slice(index + character.length)]
    bytes = next
    index += character.length
  }
  return [text, '', '']
}
