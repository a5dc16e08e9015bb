import { expect, test } from 'vitest'
import { decode, encodeGbk } from '../../src/diagnosis/charset.ts'

test('bytes are text only in a charset that they are in', () => {
  expect(decode(Buffer.from('\uFEFF券'), 'utf-8')).toBe('\uFEFF券')
  expect(decode(Uint8Array.of(0xd6, 0xd0), 'utf-8')).toBeUndefined()
  expect(decode(Uint8Array.of(0xd6, 0xd0), 'gbk')).toBe('中')
  expect(decode(Uint8Array.of(0xff), 'gbk')).toBeUndefined()
})

test('a text in GBK reads as that text', () => {
  for (const text of ['', 'ascii ~\u007f', '八月券，100元', '丂龥', '〇', '\u3000', '°', '中a文b']) {
    const bytes = encodeGbk(text)

    expect(bytes && new TextDecoder('gbk', { fatal: true }).decode(bytes)).toBe(text)
  }
})

test.for(['8140', '817e', '8180', '81fe', 'd6d0', 'fd9b', 'fe4f'])(
  'the character of the bytes %s is encoded as them',
  (hex) => {
    const character = decode(Buffer.from(hex, 'hex'), 'gbk') ?? ''

    expect(character).toHaveLength(1)
    expect(encodeGbk(character)?.toString('hex')).toBe(hex)
  },
)

test('what GBK does not have is not encoded', () => {
  for (const text of ['😀', 'ñ中', '\u0080', '\uFFFD', '한']) expect(encodeGbk(`a${text}`)).toBeUndefined()
})
