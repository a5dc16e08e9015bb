import { createPrivateKey, createPublicKey } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type AnswerRules, checkAnswer } from '../../../src/wire/protocol/check-answer.ts'
import { signAnswer, signatureHeaders } from '../../../src/wire/protocol/response-headers.ts'
import { probeSignature } from '../../../src/wire/protocol/signature.ts'
import { vectors } from './vectors.ts'

const { private_key_pem, public_key_pem } = vectors.keys.merchant
const publicKey = createPublicKey(public_key_pem)
const key = { serialNo: '5A1B', privateKey: createPrivateKey(private_key_pem) }
const NOW = 1_700_000_000_000
const RULES: AnswerRules = { keyOf: (serialNo) => (serialNo === key.serialNo ? publicKey : undefined), now: NOW }
const BODY = Buffer.from('{"a":1}')

const signed = Object.fromEntries(
  signatureHeaders(await signAnswer({ timestamp: '1700000000', nonce: 'n0nce', body: BODY }, key)),
)
const check = (change: Readonly<Record<string, string | undefined>> = {}, rules: Partial<AnswerRules> = {}) => {
  const headers: Readonly<Record<string, string | undefined>> = { ...signed, ...change }
  return checkAnswer({ header: (name) => headers[name], body: BODY }, { ...RULES, ...rules })
}

describe('an answer', () => {
  test('that is signed by a known key, just now, is right', () => {
    expect(check()).toMatchObject({
      faults: [],
      missing: [],
      serialNo: '5A1B',
      nonce: 'n0nce',
      timestamp: '1700000000',
    })
    expect(check().message.toString()).toBe('1700000000\nn0nce\n{"a":1}\n')
  })

  test.for<[string, Record<string, string | undefined>, string[]]>([
    ['a header that is missing', { 'Wechatpay-Nonce': undefined, 'Wechatpay-Serial': 'x' }, ['header_missing']],
    ['a header that is empty', { 'Wechatpay-Signature': '' }, ['header_missing']],
    ['SM2', { 'Wechatpay-Signature-Type': 'WECHATPAY2-SM2-WITH-SM3' }, ['signature_type']],
    ['another nonce', { 'Wechatpay-Nonce': 'other' }, ['signature']],
    ['no base64', { 'Wechatpay-Signature': 'a b' }, ['signature_format']],
    ['a probe', { 'Wechatpay-Signature': probeSignature(signed['Wechatpay-Signature'] ?? '') }, ['probe']],
    ['another serial', { 'Wechatpay-Serial': 'OTHER' }, ['serial_unknown']],
    ['a timestamp in milliseconds', { 'Wechatpay-Timestamp': '1700000000000' }, ['timestamp', 'signature']],
    [
      'everything wrong at once',
      {
        'Wechatpay-Signature-Type': 'x',
        'Wechatpay-Timestamp': 'x',
        'Wechatpay-Serial': 'x',
        'Wechatpay-Signature': '=',
      },
      ['signature_type', 'timestamp', 'serial_unknown', 'signature_format'],
    ],
  ])('is refused: %s', ([, change, faults]) => {
    expect(check(change).faults).toEqual(faults)
  })

  test('names the header fields that are missing, the type of the signature only where it is asked for', () => {
    const nothing = Object.fromEntries(Object.keys(signed).map((name) => [name, undefined]))
    const four = ['Wechatpay-Nonce', 'Wechatpay-Signature', 'Wechatpay-Timestamp', 'Wechatpay-Serial']

    expect(check(nothing).missing).toEqual(four)
    expect(check(nothing, { signatureType: 'WECHATPAY2-SHA256-RSA2048' }).missing).toEqual([
      ...four,
      'Wechatpay-Signature-Type',
    ])
    expect(check({ 'Wechatpay-Signature-Type': undefined }).faults).toEqual([])
  })

  test('has either RSA type unless one is asked for', () => {
    const brand = { 'Wechatpay-Signature-Type': 'WECHATPAY-BRAND-SHA256-RSA2048' }

    expect(check(brand).faults).toEqual([])
    expect(check(brand, { signatureType: 'WECHATPAY2-SHA256-RSA2048' }).faults).toEqual(['signature_type'])
  })

  test.for([
    [300, undefined, []],
    [301, undefined, ['timestamp']],
    [299, 299, []],
    [300, 299, ['timestamp']],
  ] as const)('%d seconds old, with a limit of %s', ([age, seconds, faults]) => {
    for (const now of [NOW + age * 1_000, NOW - age * 1_000]) {
      expect(check({}, { now, ...(seconds !== undefined && { seconds }) }).faults).toEqual(faults)
    }
  })
})
