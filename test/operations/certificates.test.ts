import { X509Certificate } from 'node:crypto'
import { describe, expect } from 'vitest'
import { downloadCertificates } from '../../src/products/operations.ts'
import { open } from '../../src/wire/protocol/envelope.ts'
import { test, transports } from '../helpers/world.ts'

interface CertificateList {
  readonly data: readonly {
    readonly serial_no: string
    readonly effective_time: string
    readonly expire_time: string
    readonly encrypt_certificate: {
      readonly algorithm: string
      readonly nonce: string
      readonly associated_data: string
      readonly ciphertext: string
    }
  }[]
}

/** The only entry of a list. */
const onlyEntry = (body: unknown) => {
  const [entry, ...more] = (body as CertificateList).data
  if (!entry || more.length > 0) throw new Error(`One certificate was expected, not ${more.length + 1}`)
  return entry
}

const opened = (sealed: CertificateList['data'][number]['encrypt_certificate'], apiV3Key: string) => {
  const result = open(sealed, apiV3Key)
  if (!result.ok) throw new Error(result.reason)
  return new X509Certificate(result.plaintext)
}

describe.for(transports)('downloading the platform certificates over %s', (transport) => {
  test.override('transport', transport)

  describe.for(['both', 'certificate'] as const)('a merchant with key mode %s', (keyMode) => {
    test.override('options', { keyMode })

    test('gets the certificate, sealed with its APIv3 key', async ({ merchant, mock }) => {
      const { status, body } = await merchant.call(downloadCertificates)

      const { serial_no, encrypt_certificate } = onlyEntry(body)
      const certificate = opened(encrypt_certificate, mock.defaultMerchant.apiV3Key)
      expect(status).toBe(200)
      expect(certificate.raw).toEqual(new X509Certificate(mock.platform.certificates[0].certificate).raw)
      expect(certificate.serialNumber).toBe(serial_no)
    })
  })

  test('the list has the names and forms of the wire', async ({ merchant }) => {
    const { body } = await merchant.call(downloadCertificates)

    expect(body).toEqual({
      data: [
        {
          serial_no: expect.stringMatching(/^[0-9A-F]{40}$/),
          effective_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$/),
          expire_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$/),
          encrypt_certificate: {
            algorithm: 'AEAD_AES_256_GCM',
            nonce: expect.stringMatching(/^[0-9A-Za-z]{12}$/),
            associated_data: 'certificate',
            ciphertext: expect.stringMatching(/^[0-9A-Za-z+/]+={0,2}$/),
          },
        },
      ],
    })
  })

  test('its dates are those of the certificate, which is valid now', async ({ merchant, mock }) => {
    const { body } = await merchant.call(downloadCertificates)

    const { effective_time, expire_time, encrypt_certificate } = onlyEntry(body)
    const certificate = opened(encrypt_certificate, mock.defaultMerchant.apiV3Key)
    expect(Date.parse(effective_time)).toBe(certificate.validFromDate.getTime())
    expect(Date.parse(expire_time)).toBe(certificate.validToDate.getTime())
    expect(certificate.validFromDate.getTime()).toBeLessThan(Date.now())
    expect(certificate.validToDate.getTime()).toBeGreaterThan(Date.now())
  })

  test("another merchant's key does not open it", async ({ merchant, clientOf, others, mock }) => {
    const client = await clientOf(others.partner)
    const own = onlyEntry((await merchant.call(downloadCertificates)).body).encrypt_certificate
    const foreign = onlyEntry((await client.call(downloadCertificates)).body).encrypt_certificate

    expect(open(own, others.partner.apiV3Key)).toEqual({ ok: false, reason: 'tag_mismatch' })
    expect(open(foreign, mock.defaultMerchant.apiV3Key)).toEqual({ ok: false, reason: 'tag_mismatch' })
    expect(opened(foreign, others.partner.apiV3Key).serialNumber).toBe(mock.platform.certificates[0].serialNo)
  })

  test('each download is sealed with a nonce of its own', async ({ merchant }) => {
    const [one, two] = [await merchant.call(downloadCertificates), await merchant.call(downloadCertificates)]

    expect(onlyEntry(one.body).encrypt_certificate.nonce).not.toBe(onlyEntry(two.body).encrypt_certificate.nonce)
  })

  test.for(['RSA', 'ALL'])('algorithm_type %s gives the RSA certificate', async (algorithm_type, { merchant }) => {
    const { status, body } = await merchant.call(downloadCertificates, { algorithm_type })

    expect(status).toBe(200)
    expect(onlyEntry(body)).toMatchObject({ encrypt_certificate: { algorithm: 'AEAD_AES_256_GCM' } })
  })

  test.for(['rsa', ''])('algorithm_type %j is refused', async (algorithm_type, { merchant }) => {
    expect(await merchant.call(downloadCertificates, { algorithm_type })).toEqual({
      status: 400,
      body: { code: 'PARAM_ERROR', message: '请求参数错误' },
    })
  })

  test('why there are no SM2 certificates stands in the journal', async ({ merchant, control }) => {
    await merchant.call(downloadCertificates, { algorithm_type: 'SM2' })

    expect((await control.journal()).at(-1)?.remarks).toEqual([
      {
        about: 'refusal',
        error: 'algorithm_unsupported',
        text: expect.stringMatching(/no SM2 certificates: .*0009-no-sm2\.md/),
      },
    ])
  })

  test('an empty Wechatpay-Serial, as the Java SDK sends it, is no obstacle', async ({ merchant, mock }) => {
    const answer = await merchant.request({ target: '/v3/certificates', wechatpaySerial: '' })

    expect(answer).toMatchObject({ status: 200, serialNo: mock.platform.certificates[0].serialNo })
  })

  describe('a merchant with the public key only', () => {
    test.override('options', { keyMode: 'public-key' })

    test('gets 404, signed with the public key', async ({ merchant, mock }) => {
      const answer = await merchant.request({ target: '/v3/certificates' })

      expect(answer).toMatchObject({
        status: 404,
        body: { code: 'RESOURCE_NOT_EXISTS', message: expect.stringMatching(/^无可用的平台证书/) },
        serialNo: mock.platform.publicKey.serialNo,
      })
    })
  })
})
