import { X509Certificate } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { wellKnownIdentity } from '../../src/control/identity/well-known.ts'
import { open, seal } from '../../src/wire/protocol/envelope.ts'
import { base64, downloadCertificates, someLike, textLike, time } from '../kit/index.ts'
import { get } from './client.ts'
import { exactPact } from './exact-pact.ts'

const pact = exactPact('certificates')

const { merchant, platform } = wellKnownIdentity()
const [{ serialNo, certificate }] = platform.certificates
const NONCE = '61f9c719728a'
// A fixed nonce gives a fixed ciphertext.
const { ciphertext } = seal(certificate, merchant.apiV3Key, { nonce: NONCE, associatedData: 'certificate' })

const LIST = {
  data: someLike({
    serial_no: textLike('^[0-9A-F]{40}$', serialNo),
    effective_time: time(),
    expire_time: time('2036-01-05T10:20:30+08:00'),
    encrypt_certificate: {
      algorithm: textLike('^AEAD_AES_256_GCM$', 'AEAD_AES_256_GCM'),
      nonce: textLike('^[0-9A-Za-z]{12}$', NONCE),
      associated_data: textLike('^certificate$', 'certificate'),
      ciphertext: base64(400, ciphertext),
    },
  }),
}

describe('the download of platform certificates', () => {
  test.for([
    ['without a query', {}],
    ['of all algorithms', { algorithm_type: 'ALL' }],
  ] as const)('gives them encrypted, %s', ([title, query]) =>
    pact
      .upon(`a download of the platform certificates ${title}`)
      .calls(downloadCertificates, query)
      .answers(LIST)
      .test(async (connection) => {
        const { status, data } = await get(connection, downloadCertificates.path, { params: query })

        expect(status).toBe(200)
        const [{ encrypt_certificate }] = (data as { data: [{ encrypt_certificate: Parameters<typeof open>[0] }] }).data
        const opened = open(encrypt_certificate, connection.credentials.api_v3_key)
        expect(new X509Certificate(opened.ok ? opened.plaintext : '').serialNumber).toBe(serialNo)
      }),
  )

  test('is refused a merchant that has only the public key', () =>
    pact
      .upon('a download of the platform certificates by a merchant that has only the public key')
      .given('the merchant has only the public key')
      .calls(downloadCertificates)
      .refuses('no_certificate')
      .test(async (connection) => {
        expect(await get(connection, downloadCertificates.path)).toMatchObject({
          status: 404,
          data: { code: 'RESOURCE_NOT_EXISTS' },
        })
      }))

  test('is refused an algorithm that there is no certificate of', () =>
    pact
      .upon('a download of the platform certificates of another algorithm')
      .calls(downloadCertificates, { algorithm_type: 'SM2' })
      .refuses('algorithm_unsupported')
      .test(async (connection) => {
        const outcome = await get(connection, downloadCertificates.path, { params: { algorithm_type: 'SM2' } })
        expect(outcome).toMatchObject({ status: 400, data: { code: 'PARAM_ERROR' } })
      }))
})
