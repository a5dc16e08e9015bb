import { transcode } from 'node:buffer'
import { MAX_JSON_CHARACTERS } from './json-tree.ts'

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
    if (code > 0xff) bytes[length++] = code >> 8
    bytes[length++] = code & 0xff
  }
  return bytes.subarray(0, length)
}

/** Two bytes by UTF-16 code unit. The platform decodes GBK but does not encode it, so the table is built from its decoder, once, in a few milliseconds. */
function gbkTable(): Uint16Array {
  const pairs: number[] = []
  for (let lead = 0x81; lead <= 0xfe; lead += 1) {
    for (let trail = 0x40; trail <= 0xfe; trail += 1) if (trail !== 0x7f) pairs.push((lead << 8) | trail)
  }
  const bytes = Buffer.alloc(pairs.length * 3, '\n')
  for (const [index, pair] of pairs.entries()) bytes.writeUInt16BE(pair, index * 3)
  const decoded = new TextDecoder('gbk').decode(bytes).split('\n')
  const table = new Uint16Array(0x1_0000)
  for (const [index, pair] of pairs.entries()) {
    const character = decoded[index] ?? ''
    const unit = character.charCodeAt(0)
    // Stryker disable next-line ConditionalExpression,LogicalOperator,StringLiteral: to Node 24 each pair is one character of its own; others have gaps
    if (character.length === 1 && character !== '\uFFFD' && table[unit] === 0) table[unit] = pair
  }
  return table
}

const scratch = Buffer.allocUnsafeSlow(3 * MAX_JSON_CHARACTERS)

/** A text in UTF-8. `Buffer.from` takes twice as long, since it measures a text before it writes it. */
export function encodeUtf8(text: string): Buffer {
  if (3 * text.length > scratch.length) return Buffer.from(text)
  return Buffer.from(scratch.subarray(0, scratch.write(text)))
}

/** The same in a third of the time for a text with Chinese, but in three times the time for one of ASCII. */
export function encodeWideUtf8(text: string): Buffer {
  if (2 * text.length > scratch.length) return Buffer.from(text)
  try {
    return transcode(scratch.subarray(0, scratch.write(text, 'utf16le')), 'utf16le', 'utf8')
  } catch {
    // Half a character, which an escape can spell: `Buffer.from` replaces it.
    return Buffer.from(text)
  }
}
