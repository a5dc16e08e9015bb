import { createPrivateKey, createPublicKey } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { UsageError } from '../../../src/wire/protocol/errors.ts'
import {
  decryptField,
  encryptField,
  MAX_SENSITIVE_BYTES,
  sensitiveFieldError,
} from '../../../src/wire/protocol/sensitive-field.ts'
import { vectors } from './vectors.ts'

const privateKey = createPrivateKey(vectors.keys.platform_certificate.private_key_pem)
const publicKey = createPublicKey(vectors.keys.platform_certificate.cert_pem)
const anotherKey = createPrivateKey(vectors.keys.wechatpay_public_key.private_key_pem)

describe('encrypting', () => {
  test('takes up to 214 bytes', () => {
    const longest = 'a'.repeat(MAX_SENSITIVE_BYTES)

    expect(MAX_SENSITIVE_BYTES).toBe(214)
    expect(decryptField(encryptField(longest, publicKey), privateKey)).toEqual({ ok: true, plaintext: longest })
  })

  test.for(['a'.repeat(215), '券'.repeat(72)])('refuses more than that as misuse: %s', (text) => {
    let error: unknown
    try {
      encryptField(text, publicKey)
    } catch (thrown) {
      error = thrown
    }

    expect(error).toBeInstanceOf(UsageError)
    expect(error).toMatchObject({
      code: 'MOCK_SENSITIVE_FIELD_TOO_LONG',
      message: `A sensitive field holds 214 bytes at most, this one has ${Buffer.byteLength(text)}.`,
    })
  })

  test('gives another ciphertext every time', () => {
    expect(encryptField('张三', publicKey)).not.toBe(encryptField('张三', publicKey))
  })
})

describe('decrypting', () => {
  test.for([
    ['the plain text', '张三'],
    ['a plain number', '13800000000'],
    ['nothing', ''],
    ['255 bytes', Buffer.alloc(255).toString('base64')],
    ['257 bytes', Buffer.alloc(257).toString('base64')],
    ['a line feed at the end', `${Buffer.alloc(256).toString('base64')}\n`],
    ['base64url', `-_${encryptField('x', publicKey).slice(2)}`],
  ] as const)('%s is no ciphertext', ([, text]) => {
    expect(decryptField(text, privateKey)).toEqual({ ok: false, reason: 'not_ciphertext' })
  })

  test.for([
    ['for another key', encryptField('张三', createPublicKey(anotherKey))],
    ['of zeros', Buffer.alloc(256).toString('base64')],
    ['of ones', Buffer.alloc(256, 0xff).toString('base64')],
  ] as const)('a ciphertext %s is of the wrong key', ([, text]) => {
    expect(decryptField(text, privateKey)).toEqual({ ok: false, reason: 'wrong_key' })
  })
})

test.for([
  ['wrong_key', '平台私钥解密失败'],
  ['not_ciphertext', '请确认待处理的消息是否为加密后的密文'],
] as const)('a field that cannot be decrypted, for the reason %s, is answered with %s', ([reason, message]) => {
  expect(sensitiveFieldError(reason, '/body/user_name', 'PUB_KEY_ID_1')).toMatchObject({
    status: 400,
    code: 'PARAM_ERROR',
    message,
  })
})
