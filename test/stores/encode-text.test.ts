import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeText } from '../../src/stores/redis/rows-on-server.ts'
import { encodeText } from '../../src/stores/store-errors.ts'

const text = fc.oneof(
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) }),
  fc.string({ unit: fc.constantFrom('%', '0', '1', 'd', '\u0000', '\u0001', '\ud800', '\udc00', '\n') }),
)

test('two texts never look alike, as UTF-8 either', () => {
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Buffer.from(encodeText(a)).equals(Buffer.from(encodeText(b)))).toBe(a === b)
    }),
  )
})

test('a text comes back as it was', () => {
  fc.assert(
    fc.property(text, (a) => {
      expect(decodeText(encodeText(a))).toBe(a)
    }),
  )
})

test('no text holds a separator or ends a line', () => {
  fc.assert(
    fc.property(text, (a) => {
      expect(encodeText(a)).not.toContain('\u0001')
      expect(encodeText(a)).not.toContain('\n')
    }),
  )
})

test('what people write stays as it is', () => {
  expect(encodeText('1900000001')).toBe('1900000001')
  expect(encodeText('券 😀 a:b/c')).toBe('券 😀 a:b/c')
})
