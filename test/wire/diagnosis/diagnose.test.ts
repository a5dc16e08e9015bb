import { describe, expect, test } from 'vitest'
import { diagnoseSignature, diagnoseWithin } from '../../../src/wire/diagnosis/diagnose.ts'
import { type KnownKey, MAX_KEYS, signatureLength } from '../../../src/wire/diagnosis/signer.ts'
import { Work } from '../../../src/wire/diagnosis/work.ts'
import { type Draft, messageOf, sha256 } from './drafts.ts'
import {
  failureOf,
  merchantKey,
  oldKey,
  otherMerchantKey,
  platformKey,
  signed,
  smallKey,
  type TestKey,
  unknownKey,
} from './failure.ts'
import { API_V2_KEY, API_V3_KEY, applyMistake } from './mistakes.ts'

const wire: Draft = {
  method: 'POST',
  url: '/v3/x',
  timestamp: '1700000000',
  nonce: 'n0nce',
  style: { layout: 'compact' },
  wrap: [() => Buffer.from('{"a":1}')],
  lines: ['method', 'url', 'timestamp', 'nonce', 'body'],
  separator: '\n',
  before: '',
  whole: (message) => message,
}
const message = messageOf(wire)
const withoutEnd = messageOf(applyMistake({ name: 'final_line_feed_missing' }, wire))

const diagnose = (signature: string, otherKeys: readonly KnownKey[] = [], key: TestKey = merchantKey) =>
  diagnoseSignature(failureOf(wire, signature, { key, otherKeys }))

test('signatures are as long as the modulus', () => {
  expect([signatureLength(smallKey), signatureLength(merchantKey)]).toEqual([128, 256])
})

describe('what a diagnosis says', () => {
  /** Cost of a search for a single mistake. */
  const cost = (counts: Partial<Work> = {}) => ({
    ...{ limit: 524_288, effort: 'single', candidates: 0, hashedBytes: 0, writtenBytes: 0, keysTried: 0 },
    ...counts,
  })

  test('of a right signature', () => {
    expect(diagnose(signed(message, merchantKey))).toEqual({
      verdict: 'verifies',
      causes: [],
      expectedMessage: message,
      work: [cost({ candidates: 1, hashedBytes: message.length, keysTried: 1 })],
    })
  })

  test('of a message that was made otherwise', () => {
    expect(diagnose(signed(withoutEnd, merchantKey))).toEqual({
      verdict: 'proved',
      causes: [{ name: 'final_line_feed_missing' }],
      expectedMessage: message,
      signedMessage: withoutEnd,
      difference: {
        offset: 35,
        line: 5,
        part: 'end',
        expected: '1700000000\\nn0nce\\n{"a":1}\\n',
        signed: '1700000000\\nn0nce\\n{"a":1}',
      },
      // The search did not rewrite the body.
      work: [cost({ candidates: 2, hashedBytes: 2 * message.length - 1, keysTried: 1 })],
    })
  })

  test('of a message that is not found', () => {
    const other = Buffer.from('something else')

    expect(diagnose(signed(other, merchantKey))).toEqual({
      verdict: 'message_unknown',
      causes: [],
      signer: merchantKey,
      algorithm: 'sha256',
      digest: sha256(other).toString('hex'),
      expectedMessage: message,
      work: [
        expect.objectContaining({ effort: 'single', limit: 524_288, keysTried: 1 }),
        // The key is known by then.
        expect.objectContaining({ effort: 'request', limit: 8_388_608, keysTried: 0 }),
      ],
    })
    const failure = failureOf(wire, signed(other, merchantKey), { key: merchantKey })
    expect(diagnoseSignature(failure, 'single').work).toHaveLength(1)
  })

  test('of a signature of a key that is not known: how it is written', () => {
    const hex = Buffer.from(signed(message, unknownKey), 'base64').toString('hex')

    expect(diagnose(hex)).toEqual({
      verdict: 'key_unknown',
      causes: [{ name: 'signature_hex' }],
      // All keys were tried, so the search is over.
      certain: true,
      expectedMessage: message,
      // Tried unchanged and reversed.
      work: [cost({ keysTried: 2 })],
    })
  })

  test.for([
    ['!', { name: 'signature_not_base64' }],
    ['AAAA', { name: 'signature_wrong_length', value: '3' }],
  ] as const)('of what is no signature: %s', ([signature, cause]) => {
    expect(diagnose(signature)).toEqual({
      verdict: 'not_a_signature',
      causes: [cause],
      expectedMessage: message,
      work: [cost()],
    })
  })
})

describe('the keys', () => {
  test('are tried in their order, those alone whose signatures are as long', () => {
    const others = [smallKey, otherMerchantKey, platformKey, oldKey]

    expect(diagnose(signed(message, platformKey), others)).toMatchObject({
      causes: [{ name: 'key_of_platform', value: platformKey.serialNo }],
      work: [{ keysTried: 3 }],
    })
    expect(diagnose(signed(message, smallKey), others)).toMatchObject({
      causes: [{ name: 'key_of_another_serial', value: smallKey.serialNo }],
      work: [{ keysTried: 1 }],
    })
    expect(diagnose(signed(message, unknownKey), others).work).toMatchObject([{ keysTried: 8 }])
  })

  test('are no cause when it is the same key', () => {
    const again = { ...merchantKey, serialNo: 'AGAIN', mchid: '2' }

    expect(diagnose(signed(message, merchantKey), [again], otherMerchantKey)).toMatchObject({
      causes: [{ name: 'key_of_another_merchant', value: '2 AGAIN' }],
    })
    expect(diagnose(signed(withoutEnd, merchantKey), [again])).toMatchObject({
      causes: [{ name: 'final_line_feed_missing' }],
    })
  })

  test('are no more than 32', () => {
    const others = (count: number) => [...Array.from({ length: count }, () => otherMerchantKey), platformKey]

    expect(diagnose(signed(message, platformKey), others(MAX_KEYS - 2)).verdict).toBe('proved')
    expect(diagnose(signed(message, platformKey), others(MAX_KEYS - 1)).verdict).toBe('key_unknown')
  })

  test('need not be given', () => {
    const { otherKeys: _, ...failure } = failureOf(wire, signed(message, merchantKey), { key: merchantKey })

    expect(diagnoseSignature(failure)).toMatchObject({ verdict: 'verifies', work: [{ keysTried: 1 }] })
  })
})

test('the keys of the merchant are looked for in the message, where they are known', () => {
  for (const [name, key] of [
    ['APIv2', API_V2_KEY],
    ['APIv3', API_V3_KEY],
  ] as const) {
    const signature = signed(Buffer.concat([message, Buffer.from(`&key=${key}`)]), smallKey)

    expect(diagnoseSignature(failureOf(wire, signature))).toMatchObject({
      causes: [{ name: 'key_appended', value: `${name}: &key=` }],
    })
    const { apiV2Key: _, apiV3Key: __, ...unknown } = failureOf(wire, signature)
    expect(diagnoseSignature(unknown)).toMatchObject({ verdict: 'message_unknown', causes: [] })
  }
})

test('the body is read where it is in memory', () => {
  const memory = Buffer.from('xx{"a":1}xx')
  const failure = failureOf(wire, signed(withoutEnd, smallKey))
  const request = { ...failure.request, body: memory.subarray(2, 9) }

  expect(diagnoseSignature({ ...failure, request })).toMatchObject({ causes: [{ name: 'final_line_feed_missing' }] })
})

test('no more is looked for than the work allows', () => {
  const KEY = 32_768
  const failure = failureOf(wire, signed(message, unknownKey), { key: merchantKey, otherKeys: [otherMerchantKey] })
  const diagnosis = diagnoseWithin(failureOf(wire, signed(withoutEnd, smallKey)), new Work(KEY + 1_000, 'request'))

  expect(diagnosis).toMatchObject({ verdict: 'message_unknown', work: [{ keysTried: 1, candidates: 0 }] })
  // Two keys, each with the signature unchanged and reversed.
  expect(diagnoseWithin(failure, new Work(4 * KEY, 'single'))).toMatchObject({ verdict: 'key_unknown', certain: true })
  expect(diagnoseWithin(failure, new Work(4 * KEY - 1, 'single'))).toMatchObject({
    verdict: 'key_unknown',
    certain: false,
    work: [{ keysTried: 3 }],
  })
})
