import { describe, expect, test } from 'vitest'
import { isUpload, partsOf, signedBody } from '../../../src/wire/protocol/message.ts'
import { multipart, type RawPart } from '../../helpers/upload.ts'

const TYPE = 'multipart/form-data; boundary=b0undary'
const META = '{"filename":"商家券.png","sha256":"c2153f77"}'
const META_HEAD = 'Content-Disposition: form-data; name="meta"\r\nContent-Type: application/json'
const FILE_HEAD = 'Content-Disposition: form-data; name="file"; filename="商家券.png"\r\nContent-Type: image/png'
const meta: RawPart = [META_HEAD, META]
const file: RawPart = [FILE_HEAD, 'PNG']

const read = (parts: readonly RawPart[]) =>
  partsOf(TYPE, multipart(parts)).map(({ name, content }) => [name, Buffer.from(content).toString()])
const namesIn = (type: string, body: Uint8Array) => partsOf(type, body).map(({ name }) => name)
const signedText = (type: string | undefined, body: Uint8Array) => Buffer.from(signedBody(type, body)).toString('utf8')

test.for([
  ['multipart/form-data', true],
  ['Multipart/Form-Data; boundary=x', true],
  ['multipart/form-database', false],
  ['x-multipart/form-data', false],
  ['multipart/mixed; boundary=x', false],
  ['application/json', false],
  ['application/json; charset=utf-8', false],
  ['', false],
  [undefined, false],
] as const)('%s is that of an upload: %s', ([type, expected]) => {
  const body = multipart([meta])

  expect(isUpload(type)).toBe(expected)
  if (!expected) expect(signedBody(type, body)).toBe(body)
})

describe('the parts of an upload', () => {
  test('have name and content, in their order', () => {
    expect(read([file, ['Content-Type: application/json\r\nContent-Disposition: form-data; name=meta', '{}']])).toEqual(
      [
        ['file', 'PNG'],
        ['meta', '{}'],
      ],
    )
  })

  test.for([
    ['Content-Disposition: form-data; filename="a; name=meta"; name="x"', 'x'],
    ['Content-Disposition: form-data; NAME="x"', 'x'],
    ['Content-Disposition: form-data; name="first"; name="second"', 'first'],
    ['Content-Disposition: form-data; name=""', ''],
    [`Content-Disposition: form-data; name="x"; filename*=UTF-8''%e5.png`, 'x'],
    ['Content-Disposition: form-data; name="x" ; filename="a b" ;', 'x'],
    ['Content-Disposition: form-data ; name="x"', 'x'],
    ['Content-Disposition: form-data;\tname="x"', 'x'],
    ['Content-Disposition: form-data; surname="other"; name="x"', 'x'],
    ['Content-Disposition: form-data; names="other"; name="x"', 'x'],
    ['Content-Disposition:form-data; name="x"', 'x'],
    ['content-disposition: form-data;name="x"', 'x'],
    // The Go SDK.
    ['Content-Disposition: form-data; name="x";', 'x'],
    ['Content-Type: application/octet-stream\r\nContent-Disposition: form-data; name=x', 'x'],
    ['Content-Disposition: form-data; name="x"\r\nContent-Type: text/plain\r\nContent-Length: 1', 'x'],
    ['Content-Disposition: attachment; name="x"'],
    ['Content-Disposition: form-data'],
    ['Content-Disposition: form-data name="x"'],
    ['Content-Disposition: form-data; name="x'],
    ['Content-Disposition: form-data; name=fi"le"'],
    ['Content-Disposition: form-data;; name="x"'],
    ['Content-Disposition: form-database; name="x"'],
    ['Content-Disposition: form-data base; name="x"'],
    ['X-Content-Disposition: form-data; name="x"'],
    ['X: form-data; name="x"'],
  ])('with the head %j have the name %j', ([head = '', name]) => {
    expect(read([[head, 'x']])).toEqual(name === undefined ? [] : [[name, 'x']])
  })

  test.for<readonly [type: string, boundary: string, names: readonly string[]]>([
    ['multipart/form-data;boundary=b0undary', 'b0undary', ['file']],
    ['multipart/form-data;  \tboundary=b0undary', 'b0undary', ['file']],
    ['multipart/form-data; boundary="b0undary"', 'b0undary', ['file']],
    ['multipart/form-data; boundary="a b;c"', 'a b;c', ['file']],
    ['multipart/form-data; charset=utf-8; boundary=b0undary; x=y', 'b0undary', ['file']],
    ['Multipart/Form-Data; Boundary=b0undary', 'b0undary', ['file']],
    [`multipart/form-data; boundary=${'b'.repeat(70)}`, 'b'.repeat(70), ['file']],
    // Looking for a longer one could take the server seconds.
    [`multipart/form-data; boundary=${'b'.repeat(71)}`, 'b'.repeat(71), []],
    ['multipart/form-data; boundary=other', 'b0undary', []],
  ])('are parted by the boundary of %s, whatever stands before the first', ([type, boundary, names]) => {
    const body = multipart([file], boundary)

    expect(namesIn(type, Buffer.concat([Buffer.from('This is\r\n--other\r\n'), body]))).toEqual(names)
  })

  test.for<readonly [boundary: string, names: readonly string[]]>([
    ['b0undary', ['file']],
    ['b'.repeat(70), ['file']],
    ['b'.repeat(71), []],
    ['b'.repeat(300), []],
    ['', []],
  ])('are parted by the first line where no boundary is said, as by the Python SDK: %j', ([boundary, names]) => {
    for (const type of ['multipart/form-data', 'multipart/form-data; boundary=']) {
      expect(namesIn(type, multipart([file], boundary))).toEqual(names)
    }
    expect(namesIn('multipart/form-data', multipart([file], boundary).subarray(1))).toEqual([])
    expect(namesIn('multipart/form-data', Buffer.from(`x${multipart([file], boundary)}`))).toEqual([])
  })

  test.for([
    [8_192, ['small', 'file']],
    [8_193, ['small']],
  ] as const)('have heads of up to 8192 bytes, wherever they stand: %i', ([length, names]) => {
    const head = 'Content-Disposition: form-data; name="file"\r\nX-Filler: '
    const small: RawPart = ['Content-Disposition: form-data; name="small"', 'x'.repeat(9_000)]
    const parts = read([small, [head + 'f'.repeat(length - head.length), 'x']])

    expect(parts.map(([name]) => name)).toEqual(names)
  })

  test('have a content that may be empty, and share the blank line of its head', () => {
    const head = (name: string) => `--b0undary\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n`
    const body = Buffer.from(`${head('a')}${head('b')}\r\n--b0undary--\r\n`)

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
    expect(namesIn(TYPE, multipart([meta, file]).subarray(0, -14))).toEqual(['meta'])
  })
})

describe('the part named meta is what is signed', () => {
  test.for<readonly [title: string, body: Uint8Array]>([
    ['first', multipart([meta, file])],
    ['last', multipart([file, meta])],
    ['twice, of which the first counts', multipart([meta, [META_HEAD, 'second']])],
    [
      'behind a file whose name looks like it',
      multipart([['Content-Disposition: form-data; name="file"; filename="a; name=meta"', 'PNG'], meta]),
    ],
  ])('%s', ([, body]) => {
    const whole = Buffer.concat([Buffer.from('before'), body, Buffer.from('after')])
    const view = new Uint8Array(whole.buffer, whole.byteOffset + 6, body.length)

    for (const type of [TYPE, 'multipart/form-data']) expect(signedText(type, body)).toBe(META)
    // A view into a larger buffer is read at its own place.
    expect(signedText(TYPE, view)).toBe(META)
  })

  test('its bytes are taken as they are, blank lines and broken UTF-8 too', () => {
    const content = Buffer.concat([Buffer.from('\r\n\r\n{}\r\n'), Buffer.of(0xff, 0xfe, 0x00)])

    expect(Buffer.from(signedBody(TYPE, multipart([[META_HEAD, content]]))).equals(content)).toBe(true)
  })

  test.for<readonly [title: string, body: Uint8Array, type?: string]>([
    ['an empty meta', multipart([[META_HEAD, ''], file])],
    ['an empty meta that shares its line end', Buffer.from(`--b0undary\r\n${META_HEAD}\r\n\r\n--b0undary--\r\n`)],
    ['only a file', multipart([file])],
    ['no parts', multipart([])],
    ['no body', Buffer.alloc(0)],
    ['no body and no boundary', Buffer.alloc(0), 'multipart/form-data'],
    ['a last boundary that is missing', Buffer.from(`--b0undary\r\n${META_HEAD}\r\n\r\n${META}`)],
    ['bare line feeds', Buffer.from(multipart([meta]).toString().replaceAll('\r\n', '\n'))],
    [
      'a first line that is no boundary',
      Buffer.from(`hello\r\n${META_HEAD}\r\n\r\n${META}\r\n`),
      'multipart/form-data',
    ],
    ['rubbish', Buffer.from(Array.from({ length: 512 }, (_, i) => (i * 37) % 256))],
    ['JSON under a multipart type', Buffer.from(META), 'multipart/form-data'],
    ['a part without a head', Buffer.from(`--b0undary\r\n\r\n${META}\r\n--b0undary--\r\n`)],
    [
      'a part without a head whose content looks like one',
      Buffer.from(`--b0undary\r\n\r\n${META_HEAD}\r\n\r\n${META}\r\n--b0undary--\r\n`),
    ],
    ['a head that does not end', Buffer.from(`--b0undary\r\n${META_HEAD}\r\n--b0undary--\r\n`)],
    ['another name', multipart([[META_HEAD.replace('"meta"', '"metadata"'), META]])],
    ['a file named meta', multipart([[FILE_HEAD.replace('"商家券.png"', '"meta"'), 'PNG']])],
  ])('nothing is where there is %s', ([, body, type = TYPE]) => {
    expect(signedText(type, body)).toBe('')
  })
})

describe('is read in time that grows with its size only', () => {
  const MEGABYTES = 2 * 1_048_576
  const filled = (unit: string) => Buffer.from(unit.repeat(Math.ceil(MEGABYTES / unit.length)).slice(0, MEGABYTES))
  const head = (text: string) => multipart([[`Content-Disposition: form-data${text}`, filled('x')]])

  test.for<[string, string, Buffer]>([
    ['boundaries only', TYPE, filled('--b0undary\r\n')],
    ['boundaries and blank lines', TYPE, filled('--b0undary\r\n\r\n')],
    ['almost boundaries', `multipart/form-data; boundary=${'-'.repeat(47)}x`, filled('-')],
    ['heads without an end', TYPE, filled('--b0undary\r\nContent-Disposition: form-data; name="a"')],
    ['one head of parameters', TYPE, head(`${'; a=b'.repeat(1_600)}; name="file"`)],
    ['one head of blanks', TYPE, multipart([[`Content-Disposition:${' '.repeat(8_000)}`, filled('x')]])],
    ['one head of quotes', TYPE, head(`; a=${'"'.repeat(8_000)}`)],
    ['a boundary parameter without an end', `multipart/form-data;${' '.repeat(15_000)}boundary`, filled('x')],
  ])('%s', ([, type, body]) => {
    // Quadratic growth takes minutes, and the test times out before that.
    expect(partsOf(type, body).length).toBeLessThanOrEqual(64)
  })
})
