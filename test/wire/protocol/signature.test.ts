import { createPrivateKey, createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { BRAND_SIGNATURE_TYPE, SIGNATURE_TYPE } from '../../../src/wire/protocol/authorization.ts'
import { probeSignature, sign, verify } from '../../../src/wire/protocol/signature.ts'
import { vectors } from './vectors.ts'

const { private_key_pem, public_key_pem, cert_pem } = vectors.keys.merchant
const privateKey = createPrivateKey(private_key_pem)
const publicKey = createPublicKey(public_key_pem)
const message = Buffer.from('GET\n/v3/certificates\n1700000000\nn0nce\n\n')
const signature = await sign(message, privateKey)

describe('keys in every format that merchants have them in', () => {
  test.for([
    ['PKCS#8 PEM', createPrivateKey(private_key_pem)],
    ['PKCS#1 PEM', createPrivateKey(privateKey.export({ type: 'pkcs1', format: 'pem' }))],
    [
      'PKCS#8 DER',
      createPrivateKey({ key: privateKey.export({ type: 'pkcs8', format: 'der' }), type: 'pkcs8', format: 'der' }),
    ],
    ['PKCS#8 PEM with CR LF', createPrivateKey(private_key_pem.replaceAll('\n', '\r\n'))],
  ] as const)('a private key in %s signs the same', async ([, key]) => {
    expect(await sign(message, key)).toBe(signature)
  })

  test.for([
    ['SPKI PEM', createPublicKey(public_key_pem)],
    ['PKCS#1 PEM', createPublicKey(publicKey.export({ type: 'pkcs1', format: 'pem' }))],
    ['an X.509 certificate in PEM', createPublicKey(cert_pem)],
    ['an X.509 certificate in DER', new X509Certificate(new X509Certificate(cert_pem).raw).publicKey],
    ['a private key', createPublicKey(private_key_pem)],
  ] as const)('a public key from %s verifies', ([, key]) => {
    expect(verify(message, signature, key)).toBe(true)
    expect(verify(Buffer.from('another message'), signature, key)).toBe(false)
  })
})

test('the types of a signature are named as the service names them', () => {
  expect(SIGNATURE_TYPE).toBe('WECHATPAY2-SHA256-RSA2048')
  expect(BRAND_SIGNATURE_TYPE).toBe('WECHATPAY-BRAND-SHA256-RSA2048')
})

test('a signature is 344 characters of base64 and the same every time', async () => {
  expect(signature).toMatch(/^[A-Za-z0-9+/]{342}==$/)
  expect(await sign(message, privateKey)).toBe(signature)
})

describe('what is not a signature is wrong and never an exception', () => {
  test.for([
    ['nothing', ''],
    ['a space', ' '],
    ['padding alone', '=='],
    ['one character', 'A'],
    ['a short value', 'c2hvcnQ='],
    ['a value of 257 bytes', Buffer.alloc(257).toString('base64')],
    ['256 zero bytes', Buffer.alloc(256).toString('base64')],
    ['256 bytes above the modulus', Buffer.alloc(256, 0xff).toString('base64')],
    ['a line feed at the end', `${signature}\n`],
    ['a space at the front', ` ${signature}`],
    ['lines of 76', signature.replaceAll(/.{76}/g, '$&\n')],
    ['spaces where plus signs were', signature.replaceAll('+', ' ')],
    ['base64url', `-_${signature.slice(2)}`],
    ['padding in the middle', `${signature.slice(0, 100)}=${signature.slice(101)}`],
    ['the value twice', signature + signature],
    ['hex', Buffer.from(signature, 'base64').toString('hex')],
    ['Chinese', '签名'],
    ['a probe', probeSignature(signature)],
    ['a malformed probe', probeSignature(signature, 'malformed')],
  ] as const)('%s', ([, value]) => {
    expect(verify(message, value, publicKey)).toBe(false)
  })

  test('a signature by another key', async () => {
    const { privateKey: another } = generateKeyPairSync('rsa', { modulusLength: 2048 })

    expect(verify(message, await sign(message, another), publicKey)).toBe(false)
  })
})

describe('probes', () => {
  test('the same-length form keeps everything behind the marker', () => {
    const probe = probeSignature(signature)

    expect(probe).toBe(`WECHATPAY/SIGNTEST/${signature.slice(19)}`)
    expect(Buffer.from(probe, 'base64')).toHaveLength(256)
  })

  test('the malformed form is eleven characters longer, and has the first 250 bytes of the signature', () => {
    const probe = probeSignature(signature, 'malformed')
    const rest = probe.slice('WECHATPAY/SIGNTEST/'.length)

    expect(probe).toMatch(/^WECHATPAY\/SIGNTEST\/[A-Za-z0-9+/]{334}==$/)
    expect(probe).toHaveLength(signature.length + 11)
    expect(Buffer.from(rest, 'base64')).toEqual(Buffer.from(signature, 'base64').subarray(0, 250))
  })
})
