import { describe, expect, test } from 'vitest'
import { describeCause } from '../../../src/wire/diagnosis/describe.ts'
import { describePayCause, diagnosePaySign, type PaySign } from '../../../src/wire/diagnosis/pay-sign.ts'
import { en } from '../../../src/wire/diagnosis/texts/en.ts'
import { zh } from '../../../src/wire/diagnosis/texts/zh.ts'
import { vectors } from '../protocol/vectors.ts'
import { merchantKey, otherMerchantKey, platformKey, signed, unknownKey } from './failure.ts'

const APPID = 'wx0000000000000001'
const TIME = '1700000000'
const NONCE = '593BEC0C930BF1AFEB40B4A08C8FB242'
const PREPAY_ID = 'wx201410272009395522657a690389285100'
const PACKAGE = `prepay_id=${PREPAY_ID}`
const RIGHT = [APPID, TIME, NONCE, PACKAGE]

const lines = (...all: readonly string[]) => Buffer.from(all.map((line) => `${line}\n`).join(''))

const diagnose = (message: Uint8Array, given: Partial<PaySign> = {}, key = merchantKey) =>
  diagnosePaySign({
    appId: APPID,
    timeStamp: TIME,
    nonceStr: NONCE,
    package: PACKAGE,
    paySign: signed(message, key),
    signType: 'RSA',
    key: merchantKey,
    otherKeys: [platformKey, otherMerchantKey],
    appids: [APPID, 'wx0000000000000002'],
    ...given,
  })

test('the signatures of the vectors verify', () => {
  for (const { message, signature } of vectors.client_pay_signatures) {
    const [appId = '', timeStamp = '', nonceStr = '', text = ''] = message.split('\n')
    const diagnosis = diagnose(Buffer.from(message), { appId, timeStamp, nonceStr, package: text, paySign: signature })
    expect(diagnosis).toMatchObject({ verdict: 'verifies', causes: [] })
  }
})

describe('one mistake is proved', () => {
  test.for<
    [string, message: Uint8Array, causes: readonly [string, string?][], line?: string, given?: Partial<PaySign>]
  >([
    ['package without its prefix', lines(APPID, TIME, NONCE, PREPAY_ID), [['package_prefix_missing']], 'package'],
    ['an app that signs the prefix', lines(...RIGHT), [['package_prefix_added']], 'package', { package: PREPAY_ID }],
    ...['', 'Sign=WXPay', `package=${PACKAGE}`, encodeURIComponent(PACKAGE), `"${PACKAGE}"`, 'prepay_id='].map(
      (other): [string, Uint8Array, readonly [string, string][], string] => [
        `${other || 'nothing'} as the package`,
        lines(APPID, TIME, NONCE, other),
        [['package_other', other]],
        'package',
      ],
    ),
    [
      'milliseconds signed',
      lines(APPID, `${TIME}123`, NONCE, PACKAGE),
      [['timestamp_milliseconds', `${TIME}123`]],
      'timeStamp',
    ],
    [
      'milliseconds passed on',
      lines(...RIGHT),
      [['timestamp_seconds', TIME]],
      'timeStamp',
      { timeStamp: `${TIME}123` },
    ],
    [
      'the clock read twice',
      lines(APPID, '1700000001', NONCE, PACKAGE),
      [['timestamp_differs', '1700000001']],
      'timeStamp',
    ],
    [
      'another appid',
      lines('wx0000000000000002', TIME, NONCE, PACKAGE),
      [['appid_other', 'wx0000000000000002']],
      'appId',
    ],
    ['no appid', lines('', TIME, NONCE, PACKAGE), [['appid_missing']], 'appId'],
    ['three lines', lines(APPID, TIME, NONCE), [['line_missing', 'package']], 'package'],
    [
      'another order',
      lines(APPID, NONCE, TIME, PACKAGE),
      [['lines_reordered', 'appId, nonceStr, timeStamp, package']],
      'timeStamp',
    ],
    ['no last line feed', lines(...RIGHT).subarray(0, -1), [['final_line_feed_missing']]],
    ['CRLF', Buffer.from(RIGHT.map((line) => `${line}\r\n`).join('')), [['line_ends', 'CRLF']], 'appId'],
    ...['RSA', 'MD5', 'HMAC-SHA256'].map((type): [string, Uint8Array, readonly [string, string][]] => [
      `the type signed too: ${type}`,
      lines(...RIGHT, type),
      [['line_added', `signType ${type}`]],
    ]),
    ['the mchid signed too', lines(...RIGHT, '1900000001'), [['line_added', 'mchid, last']]],
    [
      'the nonce in lower case',
      lines(APPID, TIME, NONCE.toLowerCase(), PACKAGE),
      [['nonce_case', 'lower']],
      'nonceStr',
    ],
    [
      'two of them',
      lines('wx0000000000000002', TIME, NONCE, PREPAY_ID),
      [['appid_other', 'wx0000000000000002'], ['package_prefix_missing']],
      'appId',
    ],
  ])('%s', ([, message, causes, line, given]) => {
    const diagnosis = diagnose(message, given)
    expect(diagnosis).toMatchObject({
      verdict: 'proved',
      causes: causes.map(([name, value]) => ({ name, ...(value !== undefined && { value }) })),
      signedMessage: message,
    })
    expect(diagnosis.line).toBe(line)
  })

  test('the key of another merchant, of the platform, and one that nobody knows', () => {
    const message = lines(...RIGHT)
    expect(diagnose(message, {}, otherMerchantKey)).toMatchObject({ causes: [{ name: 'key_of_another_merchant' }] })
    expect(diagnose(message, {}, platformKey)).toMatchObject({ causes: [{ name: 'key_of_platform' }] })
    expect(diagnose(message, {}, unknownKey)).toMatchObject({ verdict: 'key_unknown', certain: true })
  })

  test.for(['MD5', ''])('another type of signature: %s', (signType) => {
    const diagnosis = diagnose(lines(...RIGHT), { signType })
    expect(diagnosis).toMatchObject({ verdict: 'proved', causes: [{ name: 'sign_type_other', value: signType }] })
    const other = diagnose(lines(APPID, TIME, NONCE, PREPAY_ID), { signType })
    expect(other).toMatchObject({ verdict: 'proved', causes: [{ name: 'package_prefix_missing' }] })
  })

  test('a digest of API v2 is no signature', () => {
    for (const paySign of ['C380BEC2BFD727A4B6845133519F3AD6', 'ab'.repeat(32)]) {
      const diagnosis = diagnose(lines(), { paySign, signType: 'MD5' })
      expect(diagnosis).toMatchObject({ verdict: 'not_a_signature', causes: [{ name: 'pay_sign_api_v2' }] })
    }
    for (const paySign of ['?', `+${'a'.repeat(32)}?`, `${'a'.repeat(32)}?`, `?${'a'.repeat(32)}`]) {
      expect(diagnose(lines(), { paySign })).toMatchObject({ causes: [{ name: 'signature_not_base64' }] })
    }
  })

  test.for([`1${TIME}123`, `${TIME}1234`])('%s is no time in milliseconds', (timeStamp) => {
    const { causes } = diagnose(lines(...RIGHT), { timeStamp })
    expect(causes).not.toContainEqual(expect.objectContaining({ name: 'timestamp_seconds' }))
  })

  test('a message that is none of the known ones', () => {
    expect(diagnose(Buffer.from('appId=wx1&key=1'))).toMatchObject({ verdict: 'message_unknown' })
  })
})

test('what to do names the four lines in place of a header and five', () => {
  for (const texts of [en, zh]) {
    for (const name of ['timestamp_differs', 'nonce_missing', 'line_missing', 'key_of_another_merchant'] as const) {
      expect(describePayCause({ name, value: 'x' }, texts).fix).toBe(texts.rebuildPaySign)
    }
    const other = { name: 'package_prefix_missing' } as const
    expect(describePayCause(other, texts)).toEqual(describeCause(other, texts))
  }
})
