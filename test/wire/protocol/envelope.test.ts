import { describe, expect, test } from 'vitest'
import { open, seal } from '../../../src/wire/protocol/envelope.ts'
import { UsageError } from '../../../src/wire/protocol/errors.ts'

const key = '0123456789abcdefghijABCDEFGHIJkl'
const options = { nonce: '61f9c719728a', associatedData: 'certificate' }
const envelope = seal('商家券', key, options)

/** Error that a call throws. */
function thrownBy(call: () => unknown): unknown {
  try {
    call()
  } catch (error) {
    return error
  }
  return undefined
}

describe('sealing', () => {
  test('writes the tag behind the ciphertext and keeps nonce and associated data', () => {
    expect(envelope).toEqual({
      algorithm: 'AEAD_AES_256_GCM',
      ciphertext: expect.stringMatching(/^[A-Za-z0-9+/]+=*$/),
      associated_data: 'certificate',
      nonce: '61f9c719728a',
    })
    expect(Buffer.from(envelope.ciphertext, 'base64')).toHaveLength(Buffer.byteLength('商家券') + 16)
  })

  test.for(['', '61f9c719728', '61f9c719728ab', '券61f9c719728'])('a nonce of %j is misuse', (nonce) => {
    const error = thrownBy(() => seal('x', key, { ...options, nonce }))

    expect(error).toBeInstanceOf(UsageError)
    expect(error).toMatchObject({
      code: 'MOCK_NONCE',
      message: `An envelope's nonce has 12 ASCII characters, not ${Buffer.byteLength(nonce)}.`,
    })
  })
})

describe('a key that is not 32 bytes is misuse', () => {
  test.for(['', key.slice(1), `${key}x`, Buffer.from(key).toString('hex')])('%j', (wrong) => {
    for (const call of [() => seal('x', wrong, options), () => open(envelope, wrong)]) {
      const error = thrownBy(call)
      expect(error).toBeInstanceOf(UsageError)
      expect(error).toMatchObject({
        code: 'MOCK_API_V3_KEY',
        message: `An APIv3 key (APIv3密钥) has 32 ASCII characters, this one has ${wrong.length} bytes.`,
      })
      // Logs must not contain keys.
      if (wrong) expect(String(error)).not.toContain(wrong)
    }
  })
})

describe('opening', () => {
  test('gives the text back', () => {
    expect(open(envelope, key)).toEqual({ ok: true, plaintext: '商家券' })
  })

  test('empty associated data is the same as none', () => {
    const { associated_data: _, ...rest } = seal('x', key, { ...options, associatedData: '' })

    expect(open(rest, key)).toEqual({ ok: true, plaintext: 'x' })
  })

  test('empty text is only a tag', () => {
    const empty = seal('', key, options)

    expect(Buffer.from(empty.ciphertext, 'base64')).toHaveLength(16)
    expect(open(empty, key)).toEqual({ ok: true, plaintext: '' })
  })

  test.for([
    ['another algorithm', { algorithm: 'AEAD_SM4_GCM' }, 'unknown_algorithm'],
    ['no ciphertext', { ciphertext: '' }, 'ciphertext_too_short'],
    ['less than a tag', { ciphertext: Buffer.alloc(15).toString('base64') }, 'ciphertext_too_short'],
    ['a short nonce', { nonce: 'abc' }, 'bad_nonce'],
    ['an empty nonce', { nonce: '' }, 'bad_nonce'],
    ['another nonce', { nonce: '61f9c719728b' }, 'tag_mismatch'],
    ['other associated data', { associated_data: 'coupon' }, 'tag_mismatch'],
    ['only a tag of zeros', { ciphertext: Buffer.alloc(16).toString('base64') }, 'tag_mismatch'],
    ['rubbish', { ciphertext: Buffer.from('not encrypted at all').toString('base64') }, 'tag_mismatch'],
  ] as const)('%s is refused', ([, change, reason]) => {
    expect(open({ ...envelope, ...change }, key)).toEqual({ ok: false, reason })
  })

  test('another key is refused without saying which part is wrong', () => {
    expect(open(envelope, key.toUpperCase())).toEqual({ ok: false, reason: 'tag_mismatch' })
  })
})
