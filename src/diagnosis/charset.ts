/** The text of bytes, or undefined if they are not valid in that charset. Keeps the byte order mark. */
export function decode(bytes: Uint8Array, charset: 'utf-8' | 'gbk'): string | undefined {
  try {
    return new TextDecoder(charset, { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    // `fatal`: not in that charset.
    return undefined
  }
}

let gbk: ReadonlyMap<string, number> | undefined

/** Encodes a text in GBK, as PHP and Windows programs in China do; undefined if GBK lacks one of its characters. */
export function encodeGbk(text: string): Buffer | undefined {
  gbk ??= gbkTable()
  const bytes: number[] = []
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    const pair = gbk.get(character)
    if (code < 0x80) bytes.push(code)
    else if (pair !== undefined) bytes.push(pair >> 8, pair & 0xff)
    else return undefined
  }
  return Buffer.from(bytes)
}

/** The platform decodes GBK but does not encode it, so the table is built from its decoder, once, in a few milliseconds. */
function gbkTable(): ReadonlyMap<string, number> {
  const pairs: number[] = []
  for (let lead = 0x81; lead <= 0xfe; lead += 1) {
    for (let trail = 0x40; trail <= 0xfe; trail += 1) if (trail !== 0x7f) pairs.push((lead << 8) | trail)
  }
  const bytes = Buffer.alloc(pairs.length * 3, '\n')
  for (const [index, pair] of pairs.entries()) bytes.writeUInt16BE(pair, index * 3)
  const decoded = new TextDecoder('gbk').decode(bytes).split('\n')
  const table = new Map<string, number>()
  for (const [index, pair] of pairs.entries()) {
    const character = decoded[index] ?? ''
    // Stryker disable next-line ConditionalExpression,LogicalOperator,StringLiteral: to Node 24 each pair is one character of its own; others have gaps
    if ([...character].length === 1 && character !== '\uFFFD' && !table.has(character)) table.set(character, pair)
  }
  return table
}
