import { transcode } from 'node:buffer'

/** The text of bytes, or undefined if they are not valid in that charset. Keeps the byte order mark. */
export function decode(bytes: Uint8Array, charset: 'utf-8' | 'gbk'): string | undefined {
  try {
    return new TextDecoder(charset, { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    // `fatal`: not in that charset.
    return undefined
  }
}

let gbk: Uint16Array | undefined

/** Encodes a text in GBK, as PHP and Windows programs in China do; undefined if GBK lacks one of its characters. */
export function encodeGbk(text: string): Buffer | undefined {
  gbk ??= gbkTable()
  const bytes = Buffer.allocUnsafe(2 * text.length)
  let length = 0
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at)
    const code = unit < 0x80 ? unit : (gbk[unit] ?? 0)
    if (code === 0 && unit !== 0) return undefined
    if (code > 0x7f) bytes[length++] = code >> 8
    bytes[length++] = code & 0xff
  }
  return bytes.subarray(0, length)
}

/** Two bytes by UTF-16 code unit. The platform decodes GBK but does not encode it, so the table is built from its decoder, once, in a few milliseconds. */
function gbkTable(): Uint16Array {
  const decoder = new TextDecoder('gbk')
  const table = new Uint16Array(0x1_0000)
  for (let code = 0x8140; code <= 0xfefe; code += 1) {
    const character = decoder.decode(Uint8Array.of(code >> 8, code & 0xff))
    const unit = character.charCodeAt(0)
    // Stryker disable next-line ConditionalExpression,LogicalOperator: to Node 24 a pair of its own is one character; others have gaps
    if (character.length === 1 && character !== '\uFFFD' && table[unit] === 0) table[unit] = code
  }
  return table
}

/** A text in UTF-8. `Buffer.from` takes twice as long, since it measures a text before it writes it. */
export function encodeUtf8(text: string): Buffer {
  const bytes = Buffer.allocUnsafe(3 * text.length)
  return bytes.subarray(0, bytes.write(text))
}

/** The same in a third of the time for a text with Chinese, but in three times the time for one of ASCII. */
export function encodeWideUtf8(text: string): Buffer {
  try {
    return transcode(Buffer.from(text, 'utf16le'), 'utf16le', 'utf8')
  } catch {
    // Half a character, which an escape can spell: `Buffer.from` replaces it.
    return Buffer.from(text)
  }
}
