import { expect, test } from 'vitest'
import { decode, encodeGbk, encodeUtf8, encodeWideUtf8 } from '../../../src/wire/diagnosis/charset.ts'

test('bytes are text only in a charset that they are in', () => {
  expect(decode(Buffer.from('\uFEFF券'), 'utf-8')).toBe('\uFEFF券')
  expect(decode(Uint8Array.of(0xd6, 0xd0), 'utf-8')).toBeUndefined()
  expect(decode(Uint8Array.of(0xd6, 0xd0), 'gbk')).toBe('中')
  expect(decode(Uint8Array.of(0xff), 'gbk')).toBeUndefined()
})

/** The table of GBK is made once: one test has to see all of it. */
test('a text is encoded in GBK where it has all characters, and reads as that text', () => {
  for (let lead = 0x81; lead <= 0xfe; lead += 1) {
    for (let trail = 0x40; trail <= 0xfe; trail += 1) {
      const character = decode(Uint8Array.of(lead, trail), 'gbk')
      if (character?.length === 1) expect(decode(encodeGbk(character) ?? Buffer.of(0xff), 'gbk')).toBe(character)
    }
  }
  for (const hex of ['8140', '817e', '8180', '81fe', 'd6d0', 'fd9b', 'fe4f']) {
    expect(encodeGbk(decode(Buffer.from(hex, 'hex'), 'gbk') ?? '')?.toString('hex')).toBe(hex)
  }
  expect(encodeGbk('\0a中\u007f')).toEqual(Buffer.of(0, 0x61, 0xd6, 0xd0, 0x7f))
  expect(encodeGbk('')).toEqual(Buffer.alloc(0))
  for (const text of ['😀', 'ñ中', '\u0080', '\uFFFD', '한', '\n\uFFFD']) expect(encodeGbk(`a${text}`)).toBeUndefined()
})

test.for([
  ['nothing', ''],
  ['ASCII', '{"a":1}\u007f'],
  ['Chinese', '\uFEFF满a減é😀'],
  ['half a character', '中\ud800a\udc00'],
  ['a long text', '满a'.repeat(100_000)],
] as const)('%s is encoded in UTF-8 as the platform does it', ([, text]) => {
  const bytes = Buffer.from(text)

  expect(encodeUtf8(text).equals(bytes)).toBe(true)
  expect(encodeWideUtf8(text).equals(bytes)).toBe(true)
  // A text that is encoded later does not overwrite it.
  const before = encodeWideUtf8(text)
  encodeWideUtf8('x'.repeat(text.length))
  expect(before.equals(bytes)).toBe(true)
})
