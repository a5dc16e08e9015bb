import { createPublicKey } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Authorization,
  decryptField,
  encryptField,
  formatAuthorization,
  formatInstant,
  isTimely,
  MAX_SENSITIVE_BYTES,
  open,
  parseAuthorization,
  parseInstant,
  requestMessage,
  type SignedRequest,
  seal,
  sign,
  signedBody,
  verify,
} from '../../../src/wire/protocol/index.ts'
import { signInformation } from '../../../src/wire/protocol/message.ts'
import { probeSignature } from '../../../src/wire/protocol/signature.ts'
import { merchantKey } from './vectors.ts'

const publicKey = createPublicKey(merchantKey)

/** Text of every kind: ASCII, Chinese, emoji, control characters, the byte order mark; never half a surrogate pair. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom('商', '家', '券', '\uFEFF', '\n', '\r\n', '"', ',', '😀', 'a') }),
)
const anyBody = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  anyText.map((text) => Buffer.from(text)),
  fc.json({ stringUnit: 'grapheme' }).map((text) => Buffer.from(text)),
  fc.constant(new Uint8Array(0)),
)
/** Path and query as a request line can contain them. */
const anyTarget = fc.tuple(fc.webPath(), fc.webQueryParameters()).map(([path, query]) => `/v3${path}?${query}`)
const anyRequest: fc.Arbitrary<SignedRequest> = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PATCH', 'DELETE'),
  target: anyTarget,
  timestamp: fc.integer({ min: 0, max: 4_000_000_000 }).map(String),
  nonce: fc.string({ minLength: 1, maxLength: 128 }),
  body: anyBody,
})

describe('signatures', () => {
  test('what is signed verifies, whatever the target and the body', async () => {
    await fc.assert(
      fc.asyncProperty(anyRequest, async (request) => {
        const message = requestMessage(request)

        expect(verify(message, await sign(message, merchantKey), publicKey)).toBe(true)
      }),
      { numRuns: 200 },
    )
  })

  test('a message with one byte changed, added or left out does not verify', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyRequest,
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (request, position, difference) => {
          const message = requestMessage(request)
          const signature = await sign(message, merchantKey)
          const at = position % message.length
          const byte = message.readUInt8(at)

          const changed = Buffer.from(message)
          changed.writeUInt8(byte ^ difference, at)
          const longer = Buffer.concat([message.subarray(0, at), Buffer.of(byte), message.subarray(at)])
          const shorter = Buffer.concat([message.subarray(0, at), message.subarray(at + 1)])

          for (const other of [changed, longer, shorter]) expect(verify(other, signature, publicKey)).toBe(false)
        },
      ),
      { numRuns: 200 },
    )
  })

  test('no text makes verifying throw, and no probe verifies', async () => {
    const message = Buffer.from('GET\n/v3/certificates\n1700000000\nn0nce\n\n')
    const signatureLike = fc.oneof(anyText, fc.base64String(), fc.uint8Array().map(base64))

    fc.assert(
      fc.property(signatureLike, (signature) => {
        expect(verify(message, signature, publicKey)).toBe(false)
      }),
      { numRuns: 1_000 },
    )
    await fc.assert(
      fc.asyncProperty(anyRequest, fc.constantFrom('same-length', 'malformed'), async (request, form) => {
        const bytes = requestMessage(request)
        const probe = probeSignature(await sign(bytes, merchantKey), form)

        expect(probe).toHaveLength(form === 'malformed' ? 355 : 344)
        expect(verify(bytes, probe, publicKey)).toBe(false)
      }),
      { numRuns: 50 },
    )
  })
})

describe('messages', () => {
  test('a refusal states the length of the message, and shows it with its body cut to 8 characters', () => {
    fc.assert(
      fc.property(anyRequest, anyText, (request, text) => {
        const body = Buffer.from(text)
        const start = Buffer.from([...text].slice(0, 8).join(''))

        expect(signInformation({ ...request, body })).toMatchObject({
          sign_message_length: requestMessage({ ...request, body }).length,
          truncated_sign_message: requestMessage({ ...request, body: start }).toString('utf8'),
        })
      }),
      { numRuns: 500 },
    )
  })
})

describe('Authorization headers', () => {
  /** Text that a quoted value can hold: the grammar has no escapes, and commas separate the pairs. */
  const value = (maxLength: number) =>
    fc.string({ minLength: 1, maxLength }).map((text) => text.replaceAll(/[",]/g, '_'))
  const anyAuthorization: fc.Arbitrary<Authorization> = fc.record({
    scheme: fc.constantFrom('WECHATPAY2-SHA256-RSA2048', 'WECHATPAY-BRAND-SHA256-RSA2048', 'WECHATPAY2-SM2-WITH-SM3'),
    identity: value(32),
    nonce: value(128),
    timestamp: value(20),
    serialNo: value(40),
    signature: value(344),
  })

  test('what is written is read back, in any order of the fields', () => {
    fc.assert(
      fc.property(
        anyAuthorization.chain((authorization) => {
          const [scheme = '', ...rest] = formatAuthorization(authorization).split(' ')
          const pairs = rest.join(' ').split(',')
          return fc
            .shuffledSubarray(pairs, { minLength: pairs.length })
            .map((shuffled) => ({ authorization, header: `${scheme} ${shuffled.join(',')}` }))
        }),
        ({ authorization, header }) => {
          expect(parseAuthorization(header)).toEqual(authorization)
        },
      ),
    )
  })

  test('no text makes reading throw, nor a header that was damaged', () => {
    const damaged = fc
      .tuple(anyAuthorization.map(formatAuthorization), fc.nat(), fc.nat({ max: 3 }), fc.string({ maxLength: 3 }))
      .map(([header, at, length, text]) => {
        const position = at % header.length
        return header.slice(0, position) + text + header.slice(position + length)
      })

    fc.assert(
      fc.property(fc.oneof(anyText, damaged), (header) => {
        const result = parseAuthorization(header)

        if (typeof result === 'string') expect(['malformed', 'unknown_scheme']).toContain(result)
        // A parsed header keeps its meaning when it is written in our order.
        else expect(parseAuthorization(formatAuthorization(result))).toEqual(result)
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('bodies of uploads', () => {
  const boundary = fc.stringMatching(/^[A-Za-z0-9]{1,70}$/)
  const metaHead = fc.constantFrom(
    'Content-Disposition: form-data; name="meta"',
    'Content-Disposition: form-data; name="meta";',
    'Content-Disposition: form-data; name="meta"\r\nContent-Type: application/json',
    'Content-Type: application/octet-stream\r\ncontent-disposition: form-data;name=meta',
  )
  const part = (head: string, content: Uint8Array, mark: string): Uint8Array[] => [
    Buffer.from(`--${mark}\r\n${head}\r\n\r\n`),
    content,
    Buffer.from('\r\n'),
  ]

  test('the bytes of meta are found, whatever they are and wherever it stands', () => {
    fc.assert(
      fc.property(boundary, metaHead, anyBody, anyBody, fc.boolean(), fc.boolean(), (...given) => {
        const [mark, head, meta, file, metaFirst, declared] = given
        fc.pre(!Buffer.concat([meta, file]).includes(`--${mark}`))
        const parts = [
          part(head, meta, mark),
          part('Content-Disposition: form-data; name="file"; filename="商家券.png"', file, mark),
        ]
        const body = Buffer.concat([...(metaFirst ? parts : parts.reverse()).flat(), Buffer.from(`--${mark}--\r\n`)])
        const contentType = declared ? `multipart/form-data; boundary=${mark}` : 'multipart/form-data'

        expect(Buffer.compare(signedBody(contentType, body), meta)).toBe(0)
      }),
      { numRuns: 500 },
    )
  })

  test('no bytes make it throw; what it gives is the body or a part of it', () => {
    const fragment = fc.constantFrom(
      '--b',
      '--b--',
      '--',
      '\r\n',
      '\r\n\r\n',
      '\n',
      'Content-Disposition: form-data; name="meta"',
      'Content-Disposition: form-data; name="file"; filename="meta"',
      '{}',
      '"',
    )
    const contentType = fc.oneof(
      fc.constantFrom(
        undefined,
        'application/json',
        'multipart/form-data',
        'multipart/form-data; boundary=b',
        'multipart/form-data; boundary="b"',
        'multipart/form-data; boundary="',
        'multipart/form-data; boundary=',
      ),
      anyText,
      anyText.map((text) => `multipart/form-data; boundary=${text}`),
    )
    const body = fc.oneof(
      anyBody,
      fc.array(fragment, { maxLength: 30 }).map((fragments) => Buffer.from(fragments.join(''))),
    )

    fc.assert(
      fc.property(contentType, body, (type, bytes) => {
        expect(Buffer.from(bytes).includes(Buffer.from(signedBody(type, bytes)))).toBe(true)
      }),
      { numRuns: 3_000 },
    )
  })
})

describe('encryption', () => {
  const ascii = (length: number) =>
    fc.string({
      unit: fc.constantFrom(...'0123456789abcdefghijklmnopqrstuvwxyz'),
      minLength: length,
      maxLength: length,
    })

  test('what is sealed opens with the same key, nonce and associated data', () => {
    fc.assert(
      fc.property(anyText, ascii(32), ascii(12), anyText, (plaintext, key, nonce, associatedData) => {
        expect(open(seal(plaintext, key, { nonce, associatedData }), key)).toEqual({ ok: true, plaintext })
      }),
      { numRuns: 500 },
    )
  })

  test('an envelope with one byte changed does not open', () => {
    fc.assert(
      fc.property(anyText, ascii(32), ascii(12), fc.nat(), fc.integer({ min: 1, max: 255 }), (...given) => {
        const [plaintext, key, nonce, position, difference] = given
        const envelope = seal(plaintext, key, { nonce, associatedData: 'coupon' })
        const bytes = Buffer.from(envelope.ciphertext, 'base64')
        const at = position % bytes.length
        bytes.writeUInt8(bytes.readUInt8(at) ^ difference, at)

        expect(open({ ...envelope, ciphertext: base64(bytes) }, key)).toEqual({ ok: false, reason: 'tag_mismatch' })
      }),
      { numRuns: 300 },
    )
  })

  test('no envelope makes opening throw', () => {
    const key = '0123456789abcdefghijABCDEFGHIJkl'
    const envelope = fc.record({
      algorithm: fc.oneof(fc.constant('AEAD_AES_256_GCM'), anyText),
      ciphertext: fc.oneof(anyText, fc.uint8Array().map(base64)),
      associated_data: anyText,
      nonce: fc.oneof(ascii(12), anyText),
    })

    fc.assert(
      fc.property(envelope, (given) => {
        expect(open(given, key).ok).toBe(false)
      }),
      { numRuns: 500 },
    )
  })

  test('a sensitive field decrypts to its text', () => {
    fc.assert(
      fc.property(anyText, (plaintext) => {
        fc.pre(Buffer.byteLength(plaintext) <= MAX_SENSITIVE_BYTES)

        expect(decryptField(encryptField(plaintext, publicKey), merchantKey)).toEqual({ ok: true, plaintext })
      }),
      { numRuns: 100 },
    )
  })
})

describe('times', () => {
  const anySecond = fc
    .integer({ min: Date.parse('0001-01-01T00:00:00+08:00') / 1_000, max: Date.parse('9999-12-31T15:59:59Z') / 1_000 })
    .map((seconds) => seconds * 1_000)

  test('what is written is read back, to the second', () => {
    fc.assert(
      fc.property(anySecond, fc.nat({ max: 999 }), (at, ms) => {
        expect(parseInstant(formatInstant(at + ms))).toBe(at)
      }),
      { numRuns: 500 },
    )
  })

  test('no text makes reading throw; what is read is an instant', () => {
    const almost = fc
      .tuple(anySecond, fc.nat({ max: 24 }), fc.string({ maxLength: 2 }))
      .map(
        ([at, position, text]) => formatInstant(at).slice(0, position) + text + formatInstant(at).slice(position + 1),
      )

    fc.assert(
      fc.property(fc.oneof(anyText, almost), (text) => {
        const at = parseInstant(text)

        expect(at === undefined || Number.isInteger(at)).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })

  test('a timestamp is timely exactly up to 300 seconds from now', () => {
    fc.assert(
      fc.property(anySecond, fc.integer({ min: -400, max: 400 }), fc.nat({ max: 999 }), (now, difference, ms) => {
        fc.pre(now / 1_000 + difference >= 0)

        expect(isTimely(String(now / 1_000 + difference), now + ms)).toBe(Math.abs(difference) <= 300)
      }),
      { numRuns: 500 },
    )
  })
})

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}
