import { describe, expect, test } from 'vitest'
import { readSignature } from '../../../src/wire/diagnosis/recover.ts'
import { named } from './told.ts'

/** With all of `+`, `/` and `=` in its base64. */
const BYTES = Buffer.concat([Buffer.from('fbefbefbffff', 'hex'), Buffer.alloc(61, 0x5a)])
const BASE64 = BYTES.toString('base64')
const HEX = BYTES.toString('hex')

/** How the bytes of {@link BYTES} are read out of a text; nothing when they are not. */
const howRead = (text: string) =>
  readSignature(text).flatMap((reading) => (reading.bytes.equals(BYTES) ? [named(reading.causes)] : []))

test('the text of the tests has every character that is written in other ways', () => {
  expect(BASE64).toMatch(/\+.*\/.*=$/)
})

test.for<readonly [text: string, causes: string]>([
  [BASE64, ''],
  [BYTES.toString('base64url'), 'signature_base64url'],
  [`${BYTES.toString('base64url')}==`, 'signature_base64url'],
  [HEX, 'signature_hex'],
  [HEX.toUpperCase(), 'signature_hex'],
  [HEX.replace(/..(?!$)/g, '$&:'), 'signature_hex'],
  [Buffer.from(BASE64).toString('base64'), 'signature_base64_twice'],
  [Buffer.from(HEX).toString('base64'), 'signature_base64_twice(hex)'],
  [Buffer.from(HEX.toUpperCase()).toString('base64'), 'signature_base64_twice(hex)'],
  [encodeURIComponent(BASE64), 'signature_percent_encoded'],
  [BASE64.replace('=', '%3d'), 'signature_percent_encoded'],
  [` ${BASE64}\t`, 'signature_spaces'],
  [BASE64.replace('Wl', '\\r\\nWl'), 'signature_spaces'],
  [BASE64.replaceAll('+', ' '), 'signature_plus_as_space'],
  [BASE64.replaceAll('/', '\\/'), 'signature_slashes_escaped'],
  [encodeURIComponent(encodeURIComponent(BASE64)), 'signature_percent_encoded + signature_percent_encoded'],
  [encodeURIComponent(` ${BASE64}`), 'signature_percent_encoded + signature_spaces'],
  [`${encodeURIComponent(BASE64)} `, 'signature_percent_encoded + signature_spaces'],
  [encodeURIComponent(HEX.replace(/..(?!$)/g, '$&:')), 'signature_percent_encoded + signature_hex'],
  [BASE64.replaceAll('+', ' ').replaceAll('/', '\\/'), 'signature_plus_as_space + signature_slashes_escaped'],
])('%s', ([text, causes]) => {
  expect(howRead(text)).toEqual([causes])
})

test('what is read first is how it is written, without anything undone', () => {
  expect(readSignature(BASE64)[0]).toEqual({ bytes: BYTES, causes: [] })
  // Hex digits are base64 as well.
  expect(readSignature(HEX.slice(0, 128)).map(({ causes }) => named(causes))).toEqual(['signature_hex', ''])
  expect(readSignature(Buffer.from(BASE64).toString('base64')).map(({ causes }) => named(causes))).toEqual([
    'signature_base64_twice',
    '',
  ])
})

describe('a text is read as hex', () => {
  test('from 64 bytes on', () => {
    const read = (text: string) => readSignature(text).map(({ causes }) => named(causes))

    expect(read('ab'.repeat(64))).toEqual(['signature_hex', ''])
    expect(read('ab'.repeat(63))).not.toContain('signature_hex')
    expect(read(`${'ab'.repeat(64)}a`)).not.toContain('signature_hex')
    expect(read(`${'ab'.repeat(64)}g!`)).toEqual([])
    expect(read(`g!${'ab'.repeat(64)}`)).toEqual([])
    expect(read(Buffer.from('ab'.repeat(64)).toString('base64'))).toEqual(['signature_base64_twice(hex)', ''])
    expect(read(Buffer.from('ab'.repeat(63)).toString('base64'))).not.toContain('signature_base64_twice(hex)')
    expect(read(Buffer.from(`${'ab'.repeat(64)}!`).toString('base64'))).toEqual([''])
    expect(read(Buffer.from(`!${'ab'.repeat(64)}`).toString('base64'))).toEqual([''])
  })
})

test('a text is read as base64 twice from 65 bytes on', () => {
  const read = (length: number) =>
    readSignature(Buffer.from('ABCD'.repeat(length / 4)).toString('base64')).map(({ causes }) => named(causes))

  expect(read(64)).toEqual([''])
  expect(read(68)).toEqual(['signature_base64_twice', ''])
})

test('a text is read as base64url only where it is that', () => {
  for (const text of ['ab-_', 'ab-_=', 'ab-_==']) {
    expect(readSignature(text).map(({ causes }) => named(causes))).toEqual(['signature_base64url'])
  }
  for (const text of ['ab-_===', '!ab-_', 'ab-_!', '=', '', 'ab=-_']) expect(readSignature(text)).toEqual([])
})

test('a text of more than 4,096 characters is not read', () => {
  expect(readSignature('A'.repeat(4_096))).not.toEqual([])
  expect(readSignature('A'.repeat(4_097))).toEqual([])
})
