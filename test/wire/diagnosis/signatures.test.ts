import { constants, privateEncrypt, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createRandom } from '../../../fixtures/random.ts'
import { diagnoseSignature } from '../../../src/wire/diagnosis/diagnose.ts'
import { MAX_KEYS } from '../../../src/wire/diagnosis/signer.ts'
import { anyDraft, messageOf, sha256 } from './drafts.ts'
import { failureOf, merchantKey, oldKey, otherMerchantKey, platformKey, signed, unknownKey } from './failure.ts'
import { applyMistake } from './mistakes.ts'
import { named } from './told.ts'

const wire = anyDraft(createRandom('signatures'))
const message = messageOf(wire)
const withoutEnd = messageOf(applyMistake({ name: 'final_line_feed_missing' }, wire))
const otherKeys = [otherMerchantKey, platformKey, oldKey]
const diagnose = (signature: string, draft = wire) =>
  diagnoseSignature(failureOf(draft, signature, { key: merchantKey, otherKeys }))

const { privateKey } = merchantKey
const pss = (bytes: Uint8Array, hash: string, saltLength: number) =>
  sign(hash, bytes, { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }).toString('base64')
const padded = (payload: Uint8Array | string) =>
  privateEncrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, Buffer.from(payload)).toString('base64')
const written = (signature: string, encoding: 'hex' | 'base64url' | 'base64') =>
  Buffer.from(signature, 'base64').toString(encoding)

const right = (bytes: Buffer) => signed(bytes, merchantKey)
/** How a message may be signed otherwise, and the causes that are named for it. */
const WAYS: readonly (readonly [causes: string, sign: (bytes: Buffer) => string])[] = [
  ...['sha1', 'md5', 'sha224', 'sha384', 'sha512'].map(
    (hash) => [`digest_${hash}`, (bytes: Buffer) => signed(bytes, merchantKey, hash)] as const,
  ),
  ['padding_pss(32)', (bytes) => pss(bytes, 'sha256', 32)],
  ['padding_pss(0)', (bytes) => pss(bytes, 'sha256', 0)],
  ['padding_pss(222)', (bytes) => pss(bytes, 'sha256', 222)],
  ['padding_pss(20) + digest_sha1', (bytes) => pss(bytes, 'sha1', 20)],
  ['digest_info_missing', (bytes) => padded(sha256(bytes))],
  ['digest_as_text(hex)', (bytes) => padded(sha256(bytes).toString('hex'))],
  ['digest_as_text(base64)', (bytes) => padded(sha256(bytes).toString('base64'))],
  [
    `key_of_another_merchant(${otherMerchantKey.mchid} ${otherMerchantKey.serialNo})`,
    (bytes) => signed(bytes, otherMerchantKey),
  ],
  [`key_of_platform(${platformKey.serialNo})`, (bytes) => signed(bytes, platformKey)],
  [`key_of_another_serial(${oldKey.serialNo})`, (bytes) => signed(bytes, oldKey)],
  ['signature_base64url', (bytes) => written(right(bytes), 'base64url')],
  ['signature_hex', (bytes) => written(right(bytes), 'hex')],
  ['signature_base64_twice', (bytes) => Buffer.from(right(bytes)).toString('base64')],
  ['signature_base64_twice(hex)', (bytes) => Buffer.from(written(right(bytes), 'hex')).toString('base64')],
  ['signature_percent_encoded', (bytes) => encodeURIComponent(right(bytes))],
  ['signature_spaces', (bytes) => right(bytes).replace(/.{76}/g, '$& ')],
  ['signature_slashes_escaped', (bytes) => right(bytes).replaceAll('/', '\\/')],
  ['signature_bytes_reversed', (bytes) => Buffer.from(right(bytes), 'base64').reverse().toString('base64')],
]

test.for(WAYS)('%s is proved with the right message, and with a wrong one', ([causes, make]) => {
  const ofRight = diagnose(make(message))
  expect([ofRight.verdict, named(ofRight.causes)]).toEqual(['proved', causes])
  expect(ofRight).not.toHaveProperty('difference')

  const ofWrong = diagnose(make(withoutEnd))
  expect([ofWrong.verdict, named(ofWrong.causes)]).toEqual(['proved', `${causes} + final_line_feed_missing`])
  expect(ofWrong).toMatchObject({ difference: { part: 'end' } })
})

test('a plus sign that became a space is told from a space that does not belong there', () => {
  // Which signatures have a plus sign is up to chance, so one is looked for.
  const random = createRandom('plus')
  let draft = anyDraft(random)
  while (!right(messageOf(draft)).includes('+')) draft = anyDraft(random)

  const { verdict, causes } = diagnose(right(messageOf(draft)).replaceAll('+', ' '), draft)

  expect([verdict, named(causes)]).toEqual(['proved', 'signature_plus_as_space'])
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
  const unhashed = 'POST\n/v3/other\n1\n2\n{}\n'
  const shortPadding = Buffer.concat([Buffer.of(0, 1, 0xff, 0), Buffer.alloc(252, 'x')])

  test.for<readonly [verdict: string, causes: string, signature: string, more?: object]>([
    [
      'message_unknown',
      `key_of_platform(${platformKey.serialNo}) + digest_sha1 + signature_hex`,
      written(signed(other, platformKey, 'sha1'), 'hex'),
      { algorithm: 'sha1', signer: platformKey, digest: expect.stringMatching(/^[0-9a-f]{40}$/) },
    ],
    // Certain by its structure, where the salt leaves any.
    ['message_unknown', 'padding_pss(32)', pss(other, 'sha256', 32)],
    ['key_unknown', '', pss(other, 'sha256', 222)],
    [
      'message_unknown',
      'message_not_hashed',
      padded(unhashed),
      { signedMessage: Buffer.from(unhashed), difference: { line: 1 } },
    ],
    ['key_unknown', '', signed(message, unknownKey)],
    [
      'key_unknown',
      '',
      privateEncrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, shortPadding).toString('base64'),
    ],
    // Not below the modulus.
    ['key_unknown', '', Buffer.alloc(256, 0xff).toString('base64')],
    ['not_a_signature', 'signature_not_base64', 'not base64 at all !'],
    ['not_a_signature', 'signature_not_base64', '%%%'],
    ['not_a_signature', 'signature_not_base64', 'f'.repeat(5_000)],
    ['not_a_signature', 'signature_wrong_length(3)', 'AAAA'],
    ['not_a_signature', 'signature_wrong_length(225)', right(message).slice(0, 300)],
  ])('%s: %s', ([verdict, causes, signature, more = {}]) => {
    const diagnosis = diagnose(signature)

    expect([diagnosis.verdict, named(diagnosis.causes)]).toEqual([verdict, causes])
    expect(diagnosis).toMatchObject(more)
  })
})
