import { createPrivateKey } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { wellKnownIdentity } from '../../src/control/identity/well-known.ts'
import { ANSWER_EFFECTS, type AnswerEffect, damage, type SignedMessage } from '../../src/engine/faults/damage.ts'
import { SIGNATURE_TYPE } from '../../src/wire/protocol/authorization.ts'
import { responseMessage } from '../../src/wire/protocol/message.ts'
import { signatureHeaders } from '../../src/wire/protocol/response-headers.ts'
import { sign, verify } from '../../src/wire/protocol/signature.ts'

const { merchant, platform } = wellKnownIdentity()
const [certificate] = platform.certificates
const keys = { right: certificate.privateKey, wrong: createPrivateKey(merchant.privateKey) }
const TIMESTAMP = '1795579200'
const NONCE = '0123456789abcdef0123456789abcdef'
const BODY = '{"wechatpay_associate_time":"2026-11-25T12:00:00+08:00"}'

async function signed(text = BODY, serialNo = certificate.serialNo): Promise<SignedMessage> {
  const body = Buffer.from(text)
  const signature = await sign(responseMessage({ timestamp: TIMESTAMP, nonce: NONCE, body }), keys.right)
  const values = { nonce: NONCE, signature, timestamp: TIMESTAMP, serialNo, signatureType: SIGNATURE_TYPE }
  return { headers: [['Content-Length', String(body.length)], ...signatureHeaders(values)], body }
}

const value = ({ headers }: SignedMessage, name: string) => headers.find(([known]) => known === name)?.[1]

/** Whether the signature is right for what the message says, under a key. */
const verifies = (message: SignedMessage, key = certificate.publicKey) =>
  verify(
    responseMessage({
      timestamp: value(message, 'Wechatpay-Timestamp') ?? '',
      nonce: value(message, 'Wechatpay-Nonce') ?? '',
      body: message.body,
    }),
    value(message, 'Wechatpay-Signature') ?? '',
    key,
  )

/** Names of the fields that differ from those of another message. */
const changes = (before: SignedMessage, after: SignedMessage) => [
  ...before.headers.filter(([name, old]) => value(after, name) !== old).map(([name]) => name),
  ...(Buffer.from(before.body).equals(after.body) ? [] : ['body']),
]

describe('a message is damaged', () => {
  test.for<[AnswerEffect, readonly string[], boolean]>([
    ['bad_signature', ['Wechatpay-Signature'], false],
    ['wrong_key', ['Wechatpay-Signature'], false],
    ['tampered_body', ['body'], false],
    ['replayed_signature', ['Wechatpay-Nonce', 'Wechatpay-Signature', 'Wechatpay-Timestamp'], false],
    ['stale_timestamp', ['Wechatpay-Signature', 'Wechatpay-Timestamp'], true],
    ['unknown_serial', ['Wechatpay-Signature', 'Wechatpay-Serial'], false],
    ['missing_timestamp', ['Wechatpay-Timestamp'], false],
    ['missing_nonce', ['Wechatpay-Nonce'], false],
    ['missing_signature', ['Wechatpay-Signature'], false],
    ['missing_serial', ['Wechatpay-Serial'], true],
    ['missing_signature_type', ['Wechatpay-Signature-Type'], true],
    [
      'unsigned',
      ['Nonce', 'Signature', 'Timestamp', 'Serial', 'Signature-Type'].map((name) => `Wechatpay-${name}`),
      false,
    ],
    ['probe', ['Wechatpay-Signature'], false],
    ['probe_long', ['Wechatpay-Signature'], false],
  ])('in one way: %s', async ([effect, changed, stillVerifies]) => {
    const message = await signed()
    const damaged = await damage(message, effect, keys)

    expect(changes(message, damaged)).toEqual(changed)
    expect(verifies(damaged)).toBe(stillVerifies)
    expect(value(damaged, 'Content-Length')).toBe(String(damaged.body.length))
  })

  test('with signatures that look right', async () => {
    const lengths = async (effect: AnswerEffect) =>
      value(await damage(await signed(), effect, keys), 'Wechatpay-Signature')?.length

    expect(await lengths('bad_signature')).toBe(344)
    expect(await lengths('probe')).toBe(344)
    expect(await lengths('probe_long')).toBe(355)
  })

  test('by whoever has another key', async () => {
    expect(verifies(await damage(await signed(), 'wrong_key', keys), merchant.publicKey)).toBe(true)
    expect(verifies(await damage(await signed(), 'unknown_serial', keys), merchant.publicKey)).toBe(true)
  })

  test('under a serial that looks right and that nobody has', async () => {
    const serialOf = async (serialNo: string) =>
      value(await damage(await signed(BODY, serialNo), 'unknown_serial', keys), 'Wechatpay-Serial')

    expect(await serialOf(certificate.serialNo)).toMatch(/^[0-9A-F]{40}$/)
    expect(await serialOf(certificate.serialNo)).not.toBe(certificate.serialNo)
    expect(await serialOf(platform.publicKey.serialNo)).toMatch(/^PUB_KEY_ID_\d+$/)
    expect(await serialOf(platform.publicKey.serialNo)).not.toBe(platform.publicKey.serialNo)
  })

  test('with a replayed signature that was right for another message, half a minute ago', async () => {
    const damaged = await damage(await signed(), 'replayed_signature', keys)

    expect(Number(TIMESTAMP) - Number(value(damaged, 'Wechatpay-Timestamp'))).toBe(30)
    expect(verifies({ ...damaged, body: Buffer.from('{"replayed":true}') })).toBe(true)
  })

  test.for([
    [BODY, '{"wechatpay_associate_time":"2026-11-25T12:00:00+08:01"}'],
    ['{"count":1,"name":"满减券","list":["9"],"id":"a9"}', '{"count":1,"name":"满减券","list":["9"],"id":"a0"}'],
    ['{"text":"a\\"b","other":"z"}', '{"text":"a\\"b","other":"a"}'],
    ['{"name":"x_a"}', '{"name":"x_b"}'],
    ['{"count":1}', '{"count":1} '],
    ['[]', '[] '],
  ])('the body %s into %s', async ([before, after]) => {
    const damaged = await damage(await signed(before), 'tampered_body', keys)

    expect(String(damaged.body)).toBe(after)
    expect(JSON.parse(String(damaged.body))).toBeDefined()
    expect(verifies(damaged)).toBe(false)
  })

  test.for(Object.keys(ANSWER_EFFECTS) as AnswerEffect[])('without a body, and stays without: %s', async (effect) => {
    const damaged = await damage(await signed(''), effect, keys)

    expect(damaged.body.length).toBe(0)
    expect(verifies(damaged)).toBe(['stale_timestamp', 'missing_serial', 'missing_signature_type'].includes(effect))
  })

  test('not when nobody has signed it', async () => {
    const unsigned = { headers: [['Content-Length', '2'] as const], body: Buffer.from('{}') }

    expect(await damage(unsigned, 'tampered_body', keys)).toBe(unsigned)
  })
})
