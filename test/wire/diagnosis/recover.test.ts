import { constants, createHash, generateKeyPairSync, privateEncrypt, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type DigestAlgorithm, recover } from '../../../src/wire/diagnosis/recover.ts'
import { smallKey as key } from './failure.ts'
import { named } from './told.ts'

const ALGORITHMS: readonly DigestAlgorithm[] = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512']
const MESSAGE = Buffer.from('POST\n/v3/x\n1700000000\nn0nce\n{}\n')
const digestOf = (algorithm: string, message: Uint8Array = MESSAGE) => createHash(algorithm).update(message).digest()
const causeOf = (algorithm: DigestAlgorithm) => (algorithm === 'sha256' ? [] : [{ name: `digest_${algorithm}` }])

/** A signature whose block is that of 128 bytes. */
const raw = (block: Uint8Array) => privateEncrypt({ key: key.privateKey, padding: constants.RSA_NO_PADDING }, block)
/** A block as PKCS#1 v1.5 has it. */
const padded = (payload: Uint8Array) =>
  privateEncrypt({ key: key.privateKey, padding: constants.RSA_PKCS1_PADDING }, payload)
const open = (signature: Uint8Array) => recover(signature, key.publicKey)
const pss = (algorithm: string, saltLength: number) =>
  sign(algorithm, MESSAGE, { key: key.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength })

describe('a PKCS#1 v1.5 signature gives back the digest', () => {
  test.for(ALGORITHMS)('of %s', (algorithm) => {
    const digest = digestOf(algorithm).toString('hex')
    const recovered = open(sign(algorithm, MESSAGE, key.privateKey))

    expect(recovered).toEqual({
      causes: causeOf(algorithm),
      algorithm,
      digest,
      matches: expect.any(Function),
      certain: true,
    })
    expect(recovered?.matches(digest)).toBe(true)
    expect(recovered?.matches(digest.toUpperCase())).toBe(false)
  })

  test.for(ALGORITHMS)('of %s that was not named', (algorithm) => {
    expect(open(padded(digestOf(algorithm)))).toMatchObject({
      causes: [{ name: 'digest_info_missing' }, ...causeOf(algorithm)],
      algorithm,
      digest: digestOf(algorithm).toString('hex'),
      certain: true,
    })
  })

  test.for(ALGORITHMS.filter((algorithm) => algorithm !== 'sha512'))('of %s that was written as text', (algorithm) => {
    const digest = digestOf(algorithm)
    for (const text of [digest.toString('hex'), digest.toString('hex').toUpperCase()]) {
      expect(open(padded(Buffer.from(text)))).toMatchObject({
        causes: [{ name: 'digest_as_text', value: 'hex' }, ...causeOf(algorithm)],
        algorithm,
        digest: digest.toString('hex'),
      })
    }
    expect(open(padded(Buffer.from(digest.toString('base64'))))).toMatchObject({
      causes: [{ name: 'digest_as_text', value: 'base64' }, ...causeOf(algorithm)],
      algorithm,
      digest: digest.toString('hex'),
    })
  })

  test('of nothing but a message, where it was not hashed', () => {
    const recovered = open(padded(MESSAGE))

    expect(recovered).toMatchObject({
      causes: [{ name: 'message_not_hashed' }],
      algorithm: 'sha256',
      digest: digestOf('sha256').toString('hex'),
      message: MESSAGE,
      certain: true,
    })
    expect(recovered?.matches(digestOf('sha256').toString('hex'))).toBe(true)
  })
})

describe('what is no digest is a message', () => {
  const sha1Info = '3021300906052b0e03021a05000414'

  test.for<readonly [title: string, payload: Buffer]>([
    ['text as long as a digest', Buffer.from('GET\n/\r\n~ 12345678')],
    ['text as long as SHA-256', Buffer.from('GET\n/v3/x\n1700000000\nn0nce\n{}\n  ')],
    ['hex digits of both cases', Buffer.from(`${'a'.repeat(31)}A`)],
    ['hex digits and one more', Buffer.from('a'.repeat(33))],
    ['hex digits and something else', Buffer.from(`${'a'.repeat(31)}g`)],
    ['something else and hex digits', Buffer.from(`g${'a'.repeat(31)}`)],
    ['upper-case hex digits and something else', Buffer.from(`${'A'.repeat(31)}:`)],
    ['something else and upper-case hex digits', Buffer.from(`:${'A'.repeat(31)}`)],
    ['base64 without its end', Buffer.from(digestOf('sha256').toString('base64').slice(0, -1))],
    ['base64url', Buffer.from(Buffer.alloc(32, 0xff).toString('base64url'))],
    ['a name with a longer digest', Buffer.concat([Buffer.from(sha1Info, 'hex'), Buffer.alloc(21, 1)])],
    ['another name', Buffer.concat([Buffer.from(sha1Info.replace('1a', '1b'), 'hex'), Buffer.alloc(20, 1)])],
  ])('%s', ([, payload]) => {
    expect(named(open(padded(payload))?.causes ?? [])).toBe('message_not_hashed')
  })

  test.for([0x09, 0x1f, 0x7f, 0x80])('but not with the byte %i in it', (byte) => {
    const payload = Buffer.from('GET\n/v3/x\n12345\n{}\n\n')
    payload.writeUInt8(byte, 7)

    expect(payload).toHaveLength(20)
    expect(named(open(padded(payload))?.causes ?? [])).toBe('digest_info_missing + digest_sha1')
  })

  test.for([0x20, 0x7e, 0x0a, 0x0d])('with the byte %i in it too', (byte) => {
    const payload = Buffer.from('GET\n/v3/x\n12345\n{}\n\n')
    payload.writeUInt8(byte, 7)

    expect(named(open(padded(payload))?.causes ?? [])).toBe('message_not_hashed')
  })
})

describe('a block is no PKCS#1 v1.5 signature', () => {
  const block = (start: readonly number[], ones: number) =>
    Buffer.concat([Buffer.from(start), Buffer.alloc(ones, 0xff), Buffer.of(0), Buffer.alloc(125 - ones, 0x41)])

  const changed = (at: number) => {
    const other = block([0, 1], 20)
    other[at] = 0xfe
    return other
  }

  test('but for one with eight FF in front', () => {
    expect(open(raw(block([0, 1], 8)))).toMatchObject({ causes: [{ name: 'message_not_hashed' }] })
  })

  test.for<readonly [title: string, block: Buffer]>([
    ['with seven FF', block([0, 1], 7)],
    ['of another type', block([0, 2], 8)],
    ['that begins otherwise', block([1, 1], 8)],
    ['without an end of FF', Buffer.concat([Buffer.of(0, 1), Buffer.alloc(126, 0xff)])],
    ...[2, 12, 21].map((at): [string, Buffer] => [`with something else at ${at}`, changed(at)]),
  ])('%s', ([, bytes]) => {
    expect(open(raw(bytes))).toBeUndefined()
  })

  test('of another length, or larger than the modulus', () => {
    expect(open(Buffer.concat([sign('sha256', MESSAGE, key.privateKey), Buffer.of(0)]))).toBeUndefined()
    expect(open(Buffer.alloc(128, 0xff))).toBeUndefined()
  })
})

describe('a PSS signature', () => {
  const fits = (algorithm: DigestAlgorithm) => digestOf(algorithm).toString('hex')

  test.for([
    ['sha256', 32],
    ['sha256', 0],
    ['sha1', 20],
    ['sha224', 28],
    ['sha384', 48],
    ['sha512', 0],
    ['md5', 16],
  ] as const)('with %s and %i bytes of salt proves its key, and tells whether a digest fits', ([algorithm, salt]) => {
    const recovered = open(pss(algorithm, salt))

    expect(recovered).toEqual({
      causes: [{ name: 'padding_pss', value: String(salt) }, ...causeOf(algorithm)],
      algorithm,
      matches: expect.any(Function),
      certain: true,
    })
    expect(recovered?.matches(fits(algorithm))).toBe(true)
    expect(recovered?.matches(digestOf(algorithm, Buffer.from('other')).toString('hex'))).toBe(false)
  })

  test('proves its key by eight zeros in front of the salt, and by fewer only when a digest fits', () => {
    // 128 bytes: the salt, a byte in front of it, 32 of the digest, one at the end.
    for (const [zeros, certain] of [
      [8, true],
      [7, false],
      [0, false],
    ] as const) {
      const salt = 128 - 2 - 32 - zeros
      const recovered = open(pss('sha256', salt))

      expect(recovered).toMatchObject({ causes: [{ name: 'padding_pss', value: String(salt) }], certain })
      expect(recovered?.matches(fits('sha256'))).toBe(true)
    }
  })

  test('ends with BC, and its topmost bit is not set', () => {
    const block = Buffer.alloc(128, 0x11)
    expect(open(raw(block))).toBeUndefined()
    // Whatever is under the mask begins with 01 in one of 256 cases, so that some of these are uncertain and none certain.
    let uncertain = 0
    for (let filling = 1; filling < 256; filling += 1) {
      const other = Buffer.alloc(128, filling & 0x3f)
      other.writeUInt8(filling, 90)
      other.writeUInt8(0xbc, 127)
      const recovered = open(raw(other))
      if (recovered) uncertain += 1
      expect(recovered?.certain ?? false).toBe(false)
    }
    expect(uncertain).toBeGreaterThan(0)
    expect(uncertain).toBeLessThan(40)
  })

  test('of a key whose length is not in whole bytes is not read', () => {
    const odd = generateKeyPairSync('rsa', { modulusLength: 1_020 })
    const signature = sign('sha256', MESSAGE, {
      key: odd.privateKey,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: 32,
    })

    expect(recover(signature, odd.publicKey)).toBeUndefined()
  })
})
