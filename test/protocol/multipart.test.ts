import { describe, expect, test } from 'vitest'
import { isUpload, partsOf } from '../../src/protocol/message.ts'
import { multipart, type RawPart } from '../helpers/upload.ts'

const TYPE = 'multipart/form-data; boundary=b0undary'

const read = (parts: readonly RawPart[]) =>
  partsOf(TYPE, multipart(parts)).map(({ content, ...rest }) => ({ ...rest, content: Buffer.from(content).toString() }))

test.for([
  ['multipart/form-data', true],
  ['Multipart/Form-Data; boundary=x', true],
  ['multipart/form-database', false],
  ['x-multipart/form-data', false],
  ['multipart/mixed; boundary=x', false],
  ['application/json', false],
  ['', false],
  [undefined, false],
] as const)('%s is that of an upload: %s', ([type, expected]) => {
  expect(isUpload(type)).toBe(expected)
})

describe('the parts of an upload', () => {
  test('have name and content, in their order', () => {
    expect(
      read([
        ['Content-Disposition: form-data; name="file"; filename="商家券.png"', 'PNG'],
        ['Content-Type: application/json\r\nContent-Disposition: form-data; name=meta', '{}'],
      ]),
    ).toEqual([
      { name: 'file', content: 'PNG' },
      { name: 'meta', content: '{}' },
    ])
  })

  test.for([
    ['form-data; filename="a; name=meta"; name="file"', { name: 'file' }],
    ['form-data; NAME="file"', { name: 'file' }],
    ['form-data; name="first"; name="second"', { name: 'first' }],
    ['form-data; name=""', { name: '' }],
    [`form-data; name="file"; filename*=UTF-8''%e5.png`, { name: 'file' }],
    ['form-data; name="file" ; filename="a b" ;', { name: 'file' }],
    ['form-data ; name="file"', { name: 'file' }],
    ['form-data;\tname="file"', { name: 'file' }],
    ['form-data; surname="other"; name="file"', { name: 'file' }],
    ['form-data; names="other"; name="file"', { name: 'file' }],
  ] as const)('%s', ([disposition, expected]) => {
    expect(read([[`Content-Disposition: ${disposition}`, 'x']])).toEqual([{ ...expected, content: 'x' }])
  })

  test.for([
    ['attachment; name="file"'],
    ['form-data'],
    ['form-data name="file"'],
    ['form-data; name="file'],
    ['form-data; name=fi"le"'],
    ['form-data;; name="file"'],
    ['form-database; name="file"'],
    ['form-data base; name="file"'],
  ])('%s names none', ([disposition]) => {
    expect(read([[`Content-Disposition: ${disposition}`, 'x']])).toEqual([])
  })

  test('may have a head without a blank behind the colon', () => {
    expect(read([['Content-Disposition:form-data; name="file"', 'x']])).toEqual([{ name: 'file', content: 'x' }])
  })

  test('are not named by another header that ends in the same way', () => {
    expect(read([['X-Content-Disposition: form-data; name="file"', 'x']])).toEqual([])
  })

  test('are none where no boundary is known', () => {
    const body = multipart([['Content-Disposition: form-data; name="file"', 'x']])

    expect(partsOf('multipart/form-data', body.subarray(1))).toEqual([])
    expect(partsOf('multipart/form-data', Buffer.concat([Buffer.from('x'), body]))).toEqual([])
    expect(partsOf(`multipart/form-data; boundary=${'b'.repeat(71)}`, body)).toEqual([])
  })

  test.for([
    ['multipart/form-data;boundary=b0undary'],
    ['multipart/form-data;  \tboundary=b0undary'],
    ['multipart/form-data; boundary="b0undary"'],
  ] as const)('are parted by the boundary of %s, whatever stands before the first', ([type]) => {
    const body = multipart([['Content-Disposition: form-data; name="file"', 'x']])

    expect(partsOf(type, Buffer.concat([Buffer.from('--other\r\n'), body])).map(({ name }) => name)).toEqual(['file'])
  })

  test.for([
    [70, ['file']],
    [71, []],
  ] as const)(
    'are parted by the first line where no boundary is said, of up to 70 characters: %i',
    ([length, names]) => {
      const body = multipart([['Content-Disposition: form-data; name="file"', 'x']], 'b'.repeat(length))

      expect(partsOf('multipart/form-data', body).map(({ name }) => name)).toEqual(names)
    },
  )

  test.for([
    [8_192, ['small', 'file']],
    [8_193, ['small']],
  ] as const)('have heads of up to 8192 bytes, wherever they stand: %i', ([length, names]) => {
    const head = 'Content-Disposition: form-data; name="file"\r\nX-Filler: '
    const parts = read([
      ['Content-Disposition: form-data; name="small"', 'x'.repeat(9_000)],
      [head + 'f'.repeat(length - head.length), 'x'],
    ])

    expect(parts.map(({ name }) => name)).toEqual(names)
  })

  test('have a content that may be empty, and share the blank line of its head', () => {
    const body = Buffer.from(
      '--b0undary\r\nContent-Disposition: form-data; name="a"\r\n\r\n--b0undary\r\nContent-Disposition: form-data; name="b"\r\n\r\n\r\n--b0undary--\r\n',
    )

    expect(partsOf(TYPE, body)).toEqual([
      { name: 'a', content: Buffer.alloc(0) },
      { name: 'b', content: Buffer.alloc(0) },
    ])
  })

  test('are 64 at most', () => {
    const many = Array.from({ length: 100 }, (_, i): RawPart => [`Content-Disposition: form-data; name="p${i}"`, 'x'])

    expect(read(many)).toHaveLength(64)
  })

  test('before one that is cut off are read', () => {
    const whole = multipart([
      ['Content-Disposition: form-data; name="meta"', '{}'],
      ['Content-Disposition: form-data; name="file"', 'PNG'],
    ])

    expect(partsOf(TYPE, whole.subarray(0, whole.length - 14)).map(({ name }) => name)).toEqual(['meta'])
  })
})

describe('is read in time that grows with its size only', () => {
  const MEGABYTES = 2 * 1_048_576
  const filled = (unit: string) => Buffer.from(unit.repeat(Math.ceil(MEGABYTES / unit.length)).slice(0, MEGABYTES))

  test.for<[string, string, Buffer]>([
    ['boundaries only', TYPE, filled('--b0undary\r\n')],
    ['boundaries and blank lines', TYPE, filled('--b0undary\r\n\r\n')],
    [
      'almost boundaries',
      'multipart/form-data; boundary=-----------------------------------------------x',
      filled('-'),
    ],
    ['heads without an end', TYPE, filled('--b0undary\r\nContent-Disposition: form-data; name="a"')],
    [
      'one head of parameters',
      TYPE,
      multipart([[`Content-Disposition: form-data${'; a=b'.repeat(1_600)}; name="file"`, filled('x')]]),
    ],
    ['one head of blanks', TYPE, multipart([[`Content-Disposition:${' '.repeat(8_000)}`, filled('x')]])],
    ['one head of quotes', TYPE, multipart([[`Content-Disposition: form-data; a=${'"'.repeat(8_000)}`, filled('x')]])],
    ['a boundary parameter without an end', `multipart/form-data;${' '.repeat(15_000)}boundary`, filled('x')],
  ])('%s', ([, type, body]) => {
    // Quadratic growth takes minutes, and the test times out before that.
    expect(partsOf(type, body).length).toBeLessThanOrEqual(64)
  })
})
