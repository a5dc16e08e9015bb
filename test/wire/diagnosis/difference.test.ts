import { describe, expect, test } from 'vitest'
import { firstDifference, visible } from '../../../src/wire/diagnosis/difference.ts'

const MESSAGE = 'POST\n/v3/x\n1700000000\nn0nce\n{"a":\n1}\n'
const part = (signed: string, expected = MESSAGE) => firstDifference(Buffer.from(expected), Buffer.from(signed))

test('equal messages do not part', () => {
  expect(part(MESSAGE)).toBeUndefined()
  expect(part('', '')).toBeUndefined()
})

test.for<readonly [signed: string, offset: number, line: number, part: string]>([
  ['post\n', 0, 1, 'method'],
  ['POST/v3', 4, 1, 'method'],
  ['POST\nv3', 5, 2, 'url'],
  [MESSAGE.replace('1700', '1800'), 12, 3, 'timestamp'],
  [MESSAGE.replace('n0nce', 'nonce'), 23, 4, 'nonce'],
  [MESSAGE.replace('{', '['), 28, 5, 'body'],
  // The body's own line feeds make more lines.
  [MESSAGE.replace('1}', '2}'), 34, 6, 'body'],
  [MESSAGE.replace('1}', '1'), 35, 6, 'body'],
  [MESSAGE.slice(0, -1), 36, 6, 'end'],
  [`${MESSAGE.slice(0, -1)} `, 36, 6, 'end'],
  [`${MESSAGE} `, 37, 7, 'end'],
])('%j', ([signed, offset, line, name]) => {
  expect(part(signed)).toMatchObject({ offset, line, part: name })
})

describe('what is shown of a message', () => {
  test('is 24 bytes in front of the place and 40 behind it', () => {
    const digits = Array.from({ length: 30 }, (_, index) => `<${String(index).padStart(2, '0')}>`).join('')
    const signed = `${digits.slice(0, 50)}!${digits.slice(51)}`

    expect(part(signed, digits)).toMatchObject({
      offset: 50,
      expected: digits.slice(26, 90),
      signed: signed.slice(26, 90),
    })
  })

  test('is no more than there is', () => {
    expect(part('ab', 'abc')).toMatchObject({ offset: 2, expected: 'abc', signed: 'ab' })
    expect(part('', 'x')).toMatchObject({ offset: 0, expected: 'x', signed: '' })
  })

  test.for(['😀', '券', 'é'])('begins and ends with a whole %s', (character) => {
    for (let ascii = 0; ascii < 4; ascii += 1) {
      const around = [character.repeat(30), 'x'.repeat(ascii)]
      const message = (different: string) => around.join('') + different + around.toReversed().join('')
      const difference = part(message('b'), message('a'))
      // A character that begins 24 bytes in front of the place or less, and one that ends less than 40 behind it.
      const size = Buffer.byteLength(character)
      const before = character.repeat(Math.ceil((24 - ascii) / size)) + 'x'.repeat(ascii)
      const behind = 'x'.repeat(ascii) + character.repeat(Math.floor((39 - ascii) / size))

      expect(difference?.offset).toBe(30 * size + ascii)
      expect(difference?.expected).toBe(`${before}a${behind}`)
      expect(difference?.signed).toBe(`${before}b${behind}`)
    }
  })

  test('is as it is where that is no text', () => {
    const bytes = (last: number) => Buffer.concat([Buffer.alloc(60, 0x80), Buffer.of(last)])

    expect(firstDifference(bytes(1), bytes(2))?.expected).toMatch(/^\uFFFD{24,27}\\u0001$/)
  })
})

test.for([
  ['plain "quoted" 券 😀', 'plain "quoted" 券 😀'],
  ['a\nb\r\t\u0000\u001b', 'a\\nb\\r\\t\\u0000\\u001b'],
  ['a\\b', 'a\\\\b'],
  ['~\u007f\u0080\u009f\u00a0', '~\\u007f\\u0080\\u009f\u00a0'],
  ['\u2028\u2029', '\\u2028\\u2029'],
  ['\u202e\u2066\u200f', '\\u202e\\u2066\\u200f'],
  ['', ''],
] as const)('%j is shown so that it can be seen', ([text, shown]) => {
  expect(visible(text)).toBe(shown)
})
