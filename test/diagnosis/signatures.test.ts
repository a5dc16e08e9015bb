import { constants, privateEncrypt, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createRandom } from '../../fixtures/random.ts'
import type { Cause } from '../../src/diagnosis/cause.ts'
import { diagnoseSignature, MAX_KEYS } from '../../src/diagnosis/diagnose.ts'
import { anyDraft, messageOf, sha256 } from './drafts.ts'
import {
  failureOf,
  merchantKey,
  oldKey,
  otherMerchantKey,
  platformKey,
  signed,
  type TestKey,
  unknownKey,
} from './failure.ts'
import { applyMistake } from './mistakes.ts'

const wire = anyDraft(createRandom('signatures'))
const message = messageOf(wire)
const withoutEnd = messageOf(applyMistake({ name: 'final_line_feed_missing' }, wire))
const otherKeys = [otherMerchantKey, platformKey, oldKey]
const diagnose = (signature: string) => diagnoseSignature(failureOf(wire, signature, { key: merchantKey, otherKeys }))

test('a right signature is called that', () => {
  expect(diagnose(signed(message, merchantKey))).toMatchObject({ verdict: 'verifies', causes: [] })
})

const pss = (bytes: Uint8Array, hash: string, saltLength: number) =>
  sign(hash, bytes, { key: merchantKey.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }).toString(
    'base64',
  )
const padded = (payload: Uint8Array, key: TestKey = merchantKey) =>
  privateEncrypt({ key: key.privateKey, padding: constants.RSA_PKCS1_PADDING }, payload).toString('base64')

/** How a message may be signed otherwise, and the causes that are named for it. */
const WAYS: readonly (readonly [title: string, (bytes: Buffer) => string, readonly Cause[]])[] = [
  ['SHA-1', (bytes) => signed(bytes, merchantKey, 'sha1'), [{ name: 'digest_sha1' }]],
  ['MD5', (bytes) => signed(bytes, merchantKey, 'md5'), [{ name: 'digest_md5' }]],
  ['SHA-224', (bytes) => signed(bytes, merchantKey, 'sha224'), [{ name: 'digest_sha224' }]],
  ['SHA-384', (bytes) => signed(bytes, merchantKey, 'sha384'), [{ name: 'digest_sha384' }]],
  ['SHA-512', (bytes) => signed(bytes, merchantKey, 'sha512'), [{ name: 'digest_sha512' }]],
  ['PSS, salt as long as the digest', (bytes) => pss(bytes, 'sha256', 32), [{ name: 'padding_pss', value: '32' }]],
  ['PSS, no salt', (bytes) => pss(bytes, 'sha256', 0), [{ name: 'padding_pss', value: '0' }]],
  ['PSS, the longest salt', (bytes) => pss(bytes, 'sha256', 222), [{ name: 'padding_pss', value: '222' }]],
  [
    'PSS with SHA-1',
    (bytes) => pss(bytes, 'sha1', 20),
    [{ name: 'padding_pss', value: '20' }, { name: 'digest_sha1' }],
  ],
  ['a digest without its name', (bytes) => padded(sha256(bytes)), [{ name: 'digest_info_missing' }]],
  [
    'a digest as hex',
    (bytes) => padded(Buffer.from(sha256(bytes).toString('hex'))),
    [{ name: 'digest_as_text', value: 'hex' }],
  ],
  [
    'a digest as base64',
    (bytes) => padded(Buffer.from(sha256(bytes).toString('base64'))),
    [{ name: 'digest_as_text', value: 'base64' }],
  ],
  [
    'another merchant’s key',
    (bytes) => signed(bytes, otherMerchantKey),
    [{ name: 'key_of_another_merchant', value: `${otherMerchantKey.mchid} ${otherMerchantKey.serialNo}` }],
  ],
  [
    'the platform’s key',
    (bytes) => signed(bytes, platformKey),
    [{ name: 'key_of_platform', value: platformKey.serialNo }],
  ],
  ['an old key', (bytes) => signed(bytes, oldKey), [{ name: 'key_of_another_serial', value: oldKey.serialNo }]],
  [
    'base64url',
    (bytes) => Buffer.from(signed(bytes, merchantKey), 'base64').toString('base64url'),
    [{ name: 'signature_base64url' }],
  ],
  ['hex', (bytes) => Buffer.from(signed(bytes, merchantKey), 'base64').toString('hex'), [{ name: 'signature_hex' }]],
  [
    'hex with colons',
    (bytes) =>
      Buffer.from(signed(bytes, merchantKey), 'base64')
        .toString('hex')
        .toUpperCase()
        .replace(/..(?!$)/g, '$&:'),
    [{ name: 'signature_hex' }],
  ],
  [
    'base64 of base64',
    (bytes) => Buffer.from(signed(bytes, merchantKey)).toString('base64'),
    [{ name: 'signature_base64_twice' }],
  ],
  [
    'base64 of hex',
    (bytes) => Buffer.from(Buffer.from(signed(bytes, merchantKey), 'base64').toString('hex')).toString('base64'),
    [{ name: 'signature_base64_twice', value: 'hex' }],
  ],
  [
    'percent-encoded',
    (bytes) => encodeURIComponent(signed(bytes, merchantKey)),
    [{ name: 'signature_percent_encoded' }],
  ],
  [
    'percent-encoded twice',
    (bytes) => encodeURIComponent(encodeURIComponent(signed(bytes, merchantKey))),
    [{ name: 'signature_percent_encoded' }, { name: 'signature_percent_encoded' }],
  ],
  [
    'line breaks as spaces',
    (bytes) => signed(bytes, merchantKey).replace(/.{76}/g, '$& '),
    [{ name: 'signature_spaces' }],
  ],
  [
    'line breaks as text',
    (bytes) => signed(bytes, merchantKey).replace(/.{64}/g, '$&\\n'),
    [{ name: 'signature_spaces' }],
  ],
  [
    'escaped slashes',
    (bytes) => signed(bytes, merchantKey).replaceAll('/', '\\/'),
    [{ name: 'signature_slashes_escaped' }],
  ],
  [
    'bytes reversed',
    (bytes) => Buffer.from(signed(bytes, merchantKey), 'base64').reverse().toString('base64'),
    [{ name: 'signature_bytes_reversed' }],
  ],
]

describe.for(WAYS)('%s', ([, make, causes]) => {
  test('is proved with the right message', () => {
    const diagnosis = diagnose(make(message))

    expect(diagnosis).toMatchObject({ verdict: 'proved', causes })
    expect(diagnosis).not.toHaveProperty('difference')
  })

  test('is proved with a wrong message, both causes named', () => {
    expect(diagnose(make(withoutEnd))).toMatchObject({
      verdict: 'proved',
      causes: [...causes, { name: 'final_line_feed_missing' }],
      difference: { part: 'end' },
    })
  })
})

test('a plus sign that became a space is told from a space that does not belong there', () => {
  // Which signatures have a plus sign is up to chance, so one is looked for.
  const random = createRandom('plus')
  for (;;) {
    const draft = anyDraft(random)
    const signature = signed(messageOf(draft), merchantKey)
    if (!signature.includes('+')) continue
    const diagnosis = diagnoseSignature(failureOf(draft, signature.replaceAll('+', ' '), { key: merchantKey }))
    expect(diagnosis).toMatchObject({ verdict: 'proved', causes: [{ name: 'signature_plus_as_space' }] })
    return
  }
})

test('of keys without end only some are tried', () => {
  function* endless() {
    for (;;) yield otherMerchantKey
  }
  const { verdict, work } = diagnoseSignature(
    failureOf(wire, signed(message, unknownKey), { key: merchantKey, otherKeys: endless() }),
  )

  expect(verdict).toBe('key_unknown')
  // For a single mistake fewer, as its work is bounded.
  expect(work).toMatchObject([
    { keysTried: 16, candidates: 0 },
    { keysTried: 2 * MAX_KEYS, candidates: 0 },
  ])
})

describe('what is certain when no message fits', () => {
  const other = Buffer.from('something else')

  test('the key, the digest and the encoding', () => {
    expect(diagnose(Buffer.from(signed(other, platformKey, 'sha1'), 'base64').toString('hex'))).toMatchObject({
      verdict: 'message_unknown',
      algorithm: 'sha1',
      digest: expect.stringMatching(/^[0-9a-f]{40}$/),
      signer: { serialNo: platformKey.serialNo },
      causes: [
        { name: 'key_of_platform', value: platformKey.serialNo },
        { name: 'digest_sha1' },
        { name: 'signature_hex' },
      ],
      expectedMessage: message,
    })
  })

  test('PSS by its structure, where the salt leaves any', () => {
    expect(diagnose(pss(other, 'sha256', 32))).toMatchObject({
      verdict: 'message_unknown',
      causes: [{ name: 'padding_pss', value: '32' }],
    })
  })

  test('a message that was not hashed, as a whole', () => {
    expect(diagnose(padded(Buffer.from('POST\n/v3/other\n1\n2\n{}\n')))).toMatchObject({
      verdict: 'message_unknown',
      causes: [{ name: 'message_not_hashed' }],
      signedMessage: Buffer.from('POST\n/v3/other\n1\n2\n{}\n'),
      difference: { line: 1 },
    })
  })

  test('that the key is none that is known', () => {
    expect(diagnose(signed(message, unknownKey))).toMatchObject({ verdict: 'key_unknown', causes: [] })
  })

  test.for([
    ['not base64 at all !', 'signature_not_base64'],
    ['%%%', 'signature_not_base64'],
    ['AAAA', 'signature_wrong_length'],
    [signed(message, merchantKey).slice(0, 300), 'signature_wrong_length'],
    ['f'.repeat(5_000), 'signature_not_base64'],
  ] as const)('that %j is no signature: %s', ([signature, name]) => {
    expect(diagnose(signature)).toMatchObject({ verdict: 'not_a_signature', causes: [{ name }] })
  })

  test('that PSS with the longest salt proves nothing, as it has no structure left', () => {
    expect(diagnose(pss(other, 'sha256', 222))).toMatchObject({ verdict: 'key_unknown', causes: [] })
  })

  test('that a block with less padding than there has to be is no signature', () => {
    const block = Buffer.concat([Buffer.of(0, 1, 0xff, 0), Buffer.alloc(252, 'x')])
    const { privateKey } = merchantKey
    const signature = privateEncrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, block).toString('base64')

    expect(diagnose(signature)).toMatchObject({ verdict: 'key_unknown', causes: [] })
  })

  test('a number that is not below the modulus is nobody’s signature', () => {
    expect(diagnose(Buffer.alloc(256, 0xff).toString('base64'))).toMatchObject({ verdict: 'key_unknown' })
  })
})
