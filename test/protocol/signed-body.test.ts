import { describe, expect, test } from 'vitest'
import { signedBody } from '../../src/protocol/message.ts'

const meta = '{"filename":"商家券.png","sha256":"c2153f77"}'
const metaHead = 'Content-Disposition: form-data; name="meta"\r\nContent-Type: application/json'
const filePart =
  'Content-Disposition: form-data; name="file"; filename="商家券.png"\r\nContent-Type: image/png\r\n\r\nPNG'
const metaPart = `${metaHead}\r\n\r\n${meta}`
const withBoundary = 'multipart/form-data; boundary=b0undary'

/** A multipart body of these parts. */
function multipart(parts: readonly string[], boundary = 'b0undary'): Buffer {
  return Buffer.from(`${parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('')}--${boundary}--\r\n`)
}

function signedText(contentType: string | undefined, body: Uint8Array): string {
  return Buffer.from(signedBody(contentType, body)).toString('utf8')
}

describe('a body that is not an upload', () => {
  test.for([undefined, '', 'application/json', 'application/json; charset=utf-8', 'text/plain'])(
    'is signed as it is, with Content-Type %j',
    (contentType) => {
      const body = multipart([metaPart])

      expect(signedBody(contentType, body)).toBe(body)
    },
  )

  test('a file whose name looks like the meta part is not taken for it', () => {
    const deceptive =
      'Content-Disposition: form-data; name="file"; filename="a; name=meta"\r\nContent-Type: image/png\r\n\r\nPNG'

    expect(signedText(withBoundary, multipart([deceptive, metaPart]))).toBe(meta)
  })
})

describe('the part named meta is what is signed', () => {
  test.for([
    ['with a boundary', withBoundary],
    ['with a quoted boundary', 'multipart/form-data; boundary="b0undary"'],
    ['with more parameters', 'multipart/form-data; charset=utf-8; boundary=b0undary; x=y'],
    ['in other letter case', 'Multipart/Form-Data; Boundary=b0undary'],
    ['without a boundary, as the Python SDK sends it', 'multipart/form-data'],
    ['with an empty boundary', 'multipart/form-data; boundary='],
  ] as const)('%s', ([, contentType]) => {
    expect(signedText(contentType, multipart([metaPart, filePart]))).toBe(meta)
  })

  test('a quoted boundary may hold characters that need the quotes', () => {
    const contentType = 'multipart/form-data; boundary="a b;c"'

    expect(signedText(contentType, multipart([metaPart, filePart], 'a b;c'))).toBe(meta)
  })

  test.for([
    ['a trailing semicolon, as the Go SDK writes it', 'Content-Disposition: form-data; name="meta";'],
    ['no type', 'Content-Disposition: form-data; name="meta"'],
    ['another type', `${metaHead.replace('json', 'octet-stream')}`],
    ['the type first', 'Content-Type: application/json\r\nContent-Disposition: form-data; name="meta"'],
    ['no quotes', 'Content-Disposition: form-data; name=meta'],
    ['a file name', 'Content-Disposition: form-data; name="meta"; filename="meta.json"'],
    ['a file name before the name', 'Content-Disposition: form-data; filename="meta.json"; name="meta"'],
    ['no space', 'Content-Disposition: form-data;name="meta"'],
    ['a header in lower case', 'content-disposition: form-data; name="meta"'],
    ['a length', `${metaHead}\r\nContent-Length: ${Buffer.byteLength(meta)}`],
  ] as const)('its head may have %s', ([, head]) => {
    expect(signedText(withBoundary, multipart([`${head}\r\n\r\n${meta}`, filePart]))).toBe(meta)
  })

  test.for([withBoundary, 'multipart/form-data'])('it need not come first (%s)', (contentType) => {
    expect(signedText(contentType, multipart([filePart, metaPart]))).toBe(meta)
  })

  test('of two the first counts', () => {
    expect(signedText(withBoundary, multipart([metaPart, `${metaHead}\r\n\r\nsecond`]))).toBe(meta)
  })

  test('a preamble before the first boundary is passed over', () => {
    const body = Buffer.concat([Buffer.from('This is multipart.\r\n'), multipart([metaPart])])

    expect(signedText(withBoundary, body)).toBe(meta)
  })

  test('its bytes are taken as they are, blank lines and broken UTF-8 too', () => {
    const content = Buffer.concat([Buffer.from('\r\n\r\n{}\r\n'), Buffer.of(0xff, 0xfe, 0x00)])
    const body = Buffer.concat([
      Buffer.from(`--b0undary\r\n${metaHead}\r\n\r\n`),
      content,
      Buffer.from('\r\n--b0undary--\r\n'),
    ])

    expect(Buffer.from(signedBody(withBoundary, body)).equals(content)).toBe(true)
  })

  test('a view into a larger buffer is read at its own place', () => {
    const whole = Buffer.concat([Buffer.from('before'), multipart([metaPart]), Buffer.from('after')])
    const view = new Uint8Array(whole.buffer, whole.byteOffset + 6, whole.length - 11)

    expect(signedText(withBoundary, view)).toBe(meta)
  })
})

describe('nothing is signed when no meta can be read', () => {
  test.for([
    ['an empty meta', withBoundary, multipart([`${metaHead}\r\n\r\n`, filePart])],
    ['an empty meta that shares its line end', withBoundary, multipart([`${metaHead}\r\n`, filePart])],
    ['only a file', withBoundary, multipart([filePart])],
    ['no parts', withBoundary, multipart([])],
    ['no body', withBoundary, Buffer.alloc(0)],
    ['no body and no boundary', 'multipart/form-data', Buffer.alloc(0)],
    ['another boundary in the header', 'multipart/form-data; boundary=other', multipart([metaPart])],
    ['a last boundary that is missing', withBoundary, Buffer.from(`--b0undary\r\n${metaPart}`)],
    ['bare line feeds', withBoundary, Buffer.from(multipart([metaPart]).toString().replaceAll('\r\n', '\n'))],
    ['a first line that is no boundary', 'multipart/form-data', Buffer.from(`hello\r\n${metaPart}\r\n`)],
    ['rubbish', withBoundary, Buffer.from(Array.from({ length: 512 }, (_, i) => (i * 37) % 256))],
    ['JSON under a multipart type', 'multipart/form-data', Buffer.from(meta)],
    ['a part without a head', withBoundary, multipart([`\r\n${meta}`])],
    ['a part without a head whose content looks like one', withBoundary, multipart([`\r\n${metaPart}`])],
    ['a first line of two dashes', 'multipart/form-data', multipart([metaPart], '')],
    ['a first line that is too long for a boundary', 'multipart/form-data', multipart([metaPart], 'b'.repeat(300))],
    ['a head that does not end', withBoundary, Buffer.from(`--b0undary\r\n${metaHead}\r\n--b0undary--\r\n`)],
    ['a head that is too long', withBoundary, multipart([`X: ${'x'.repeat(9_000)}\r\n${metaPart}`])],
    ['another name', withBoundary, multipart([metaPart.replace('"meta"', '"metadata"')])],
    ['a file named meta', withBoundary, multipart([filePart.replace('"商家券.png"', '"meta"')])],
    ['meta as the name of another header', withBoundary, multipart([`X: form-data; name="meta"\r\n\r\n${meta}`])],
  ] as const)('%s', ([, contentType, body]) => {
    expect(signedText(contentType, body)).toBe('')
  })
})

test('a boundary has up to 70 characters: looking for a longer one could take the server seconds', () => {
  const longest = 'b'.repeat(70)
  const tooLong = 'b'.repeat(71)

  expect(signedText(`multipart/form-data; boundary=${longest}`, multipart([metaPart], longest))).toBe(meta)
  expect(signedText(`multipart/form-data; boundary=${tooLong}`, multipart([metaPart], tooLong))).toBe('')
})
