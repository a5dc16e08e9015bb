import { createPublicKey, createVerify, type KeyObject } from 'node:crypto'
import fc from 'fast-check'
import { expect } from 'vitest'
import { wellKnownCredentials } from '../../fixtures/credentials.ts'
import { associateTradeInfo } from '../../src/products/operations.ts'
import { createMerchantClient } from '../../src/testing/merchant-client.ts'
import { NOON } from '../model/references.ts'
import { edited, type TextEdit, textEdits } from './edits.ts'
import { fuzz } from './fuzz.ts'
import { createSubject, expectDocumented, expectNoSecretOf, stateOf } from './subject.ts'

/** A header field, with changes. Those of the corpus that are right are signed for {@link BODY} at noon. */
interface Input {
  readonly header: string
  readonly edits: readonly TextEdit[]
}

const BODY = '{"stock_id":"100088","coupon_code":"COUPON_SENDED","out_trade_no":"ORDER_PAID","out_request_no":"LINK_1"}'
const SCHEME = 'WECHATPAY2-SHA256-RSA2048'
const FIELDS = ['mchid', 'nonce_str', 'timestamp', 'serial_no', 'signature'] as const
const KEY: KeyObject = createPublicKey(wellKnownCredentials.merchant_certificate)

const WORDS = [
  ...['"', '=', ',', ' ', '\t', '\n', '\r\n', '\0', '%22', '，', '“', '==', "'", '; ', 'Bearer '],
  ...[SCHEME, 'WECHATPAY-BRAND-SHA256-RSA2048', 'WECHATPAY2-SM2-WITH-SM3', 'mchid="1900000001",', 'brand_id="120344",'],
  ...['timestamp="0",', 'nonce_str="",', 'serial_no="', 'signature="', '1900000001', '1900000009', '-1', '1e9'],
  ...['9'.repeat(16)],
]

/** Fields that a header may have besides its own. */
const OTHER_FIELDS = [
  ...['brand_id="120344"', 'mchid="1900000001"', 'nonce_str="1"', 'timestamp="0"', 'serial_no="00"'],
  ...['signature="AAAA"'],
  ...['x="y"', 'x=""', '', ' ', 'mchid=1900000001', "mchid='1900000001'", 'MCHID="1900000001"', '"', '='],
]

/** A header whose fields are in another order, or some of them gone, or others among them. */
function rearranged(header: string): fc.Arbitrary<string> {
  const [scheme = '', rest = ''] = header.split(' ', 2)
  const fields = rest.split(',')
  return fc
    .record({
      scheme: fc.oneof(
        { weight: 8, arbitrary: fc.constant(scheme) },
        fc.constantFrom('', 'Bearer', scheme.toLowerCase()),
      ),
      kept: fc.shuffledSubarray(fields, { minLength: Math.max(0, fields.length - 1) }),
      others: fc.array(fc.record({ field: fc.constantFrom(...OTHER_FIELDS, ...fields), at: fc.nat({ max: 5 }) }), {
        maxLength: 2,
      }),
      comma: fc.oneof({ weight: 8, arbitrary: fc.constant(',') }, fc.constantFrom(', ', ' ,', ',,', ';')),
    })
    .map(({ scheme: word, kept, others, comma }) => {
      const all = others.reduce<readonly string[]>((list, { field, at }) => list.toSpliced(at, 0, field), kept)
      return `${word} ${all.join(comma)}`
    })
}

/** Every order of the five fields. */
function orders<Value>(values: readonly Value[]): readonly (readonly Value[])[] {
  if (values.length < 2) return [values]
  return values.flatMap((first, at) => orders(values.toSpliced(at, 1)).map((rest) => [first, ...rest]))
}

/** Whether a header is right, found out in another way than the mock does: by writing every header that has its values. */
function isRight(header: string): boolean {
  const values = FIELDS.map((name) => new RegExp(`(?:^| |,)${name}="([^"]*)"`).exec(header)?.[1] ?? '')
  const pairs = FIELDS.map((name, at) => `${name}="${values[at]}"`)
  if (!orders(pairs).some((order) => header === `${SCHEME} ${order.join(',')}`) || header.length > 4_096) return false
  const [mchid = '', nonce = '', timestamp = '', serial = '', signature = ''] = values
  return (
    mchid === wellKnownCredentials.mchid &&
    nonce.length >= 1 &&
    nonce.length <= 128 &&
    [...timestamp].every((digit) => '0123456789'.includes(digit)) &&
    timestamp !== '' &&
    timestamp.length <= 15 &&
    Math.abs(Number(timestamp) - NOON / 1_000) <= 300 &&
    serial.toUpperCase() === wellKnownCredentials.merchant_serial_no &&
    signature.replace(/=?=?$/, '').replaceAll(/[A-Za-z\d+/]/g, '') === '' &&
    createVerify('sha256')
      .update(`POST\n${associateTradeInfo.path}\n${timestamp}\n${nonce}\n${BODY}\n`)
      .verify(KEY, signature, 'base64')
  )
}

fuzz<Input>({
  name: 'authorization',
  inputs: (corpus) =>
    fc.constantFrom(...corpus).chain(({ header }) =>
      fc.record({
        header: fc.oneof(fc.constant(header), rearranged(header)),
        edits: fc.oneof(fc.constant([]), textEdits(WORDS)),
      }),
    ),

  async play({ header, edits }) {
    const mock = createSubject()
    const authorization = edited(header, edits)
    const right = isRight(authorization)
    const before = await stateOf(mock)
    const client = createMerchantClient({
      credentials: wellKnownCredentials,
      now: () => mock.clock.now(),
      async send(request) {
        const answer = await mock.handle(request)
        expectNoSecretOf(mock, answer)
        return answer
      },
    })
    // The client throws when an answer is signed that must not be, or the other way round.
    const { status, body } = await client.request({
      target: associateTradeInfo.path,
      body: BODY,
      authorization,
      signed: right,
    })
    if (right) {
      expect(status).toBe(200)
      const { coupons } = await mock.control.world()
      expect(coupons.find(({ coupon_code }) => coupon_code === 'COUPON_SENDED')?.associate_out_trade_no).toBe(
        'ORDER_PAID',
      )
    } else {
      expect(status).toBe(401)
      expectDocumented({ status, body }, associateTradeInfo)
      expect(await stateOf(mock)).toEqual(before)
    }
  },
})
