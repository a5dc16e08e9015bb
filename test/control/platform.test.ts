import { X509Certificate } from 'node:crypto'
import { describe, expect } from 'vitest'
import { wellKnownIdentity } from '../../src/control/identity/well-known.ts'
import { UsageError } from '../../src/wire/protocol/errors.ts'
import { expectRefusal, test } from './doors.ts'

const { platform } = wellKnownIdentity()
const [original] = platform.certificates

describe('the platform', () => {
  test('has the well-known certificate and public key', async ({ control }) => {
    expect(await control.platform()).toEqual({
      certificates: [
        {
          serial_no: original.serialNo,
          certificate: original.certificate,
          from: '2020-01-01T00:00:00+08:00',
          until: '2069-12-31T23:59:59+08:00',
          in_use: true,
        },
      ],
      public_key: { id: platform.publicKey.serialNo },
    })
  })

  test('changes its certificate by the clock', async ({ control }) => {
    const announced = await control.rotatePlatformCertificate()
    const [, fresh] = announced.certificates
    expect(announced).toEqual(await control.platform())
    expect(announced.certificates.map(({ in_use }) => in_use)).toEqual([true, false])
    const parsed = new X509Certificate(fresh?.certificate ?? '')
    expect(parsed.serialNumber).toBe(fresh?.serial_no)
    expect(parsed.verify(original.publicKey)).toBe(true)
    expect(parsed.subject).toContain('TEST ONLY')
    expect(parsed.issuer).toContain('NOT ISSUED BY TENPAY')

    await control.advance('P1D')
    expect((await control.platform()).certificates).toEqual([
      expect.objectContaining({ serial_no: original.serialNo, until: '2026-11-27T12:00:00+08:00', in_use: true }),
      { ...fresh, in_use: true },
    ])

    await control.advance('P1D')
    expect((await control.platform()).certificates).toEqual([{ ...fresh, in_use: true }])
  })

  test.for([
    [undefined, 'mock', '2026-11-25T11:00:00+08:00', '2031-11-25T11:00:00+08:00'],
    ['2040-02-29T12:00:00.700+08:00', 'mock', '2040-02-29T11:00:00+08:00', '2045-03-01T11:00:00+08:00'],
    // The client's clock is the machine's then.
    ['2040-06-01T12:00:00+08:00', 'machine', '2026-11-25T11:00:00+08:00', '2045-06-01T11:00:00+08:00'],
    ['2020-06-01T12:00:00+08:00', 'machine', '2020-06-01T11:00:00+08:00', '2031-11-25T11:00:00+08:00'],
    ['0001-01-01T12:00:00+08:00', 'mock', '1000-01-01T08:00:00+08:00', '1005-01-01T08:00:00+08:00'],
    ['9998-01-01T12:00:00+08:00', 'mock', '9998-01-01T11:00:00+08:00', '9999-12-31T23:59:59+08:00'],
  ] as const)(
    'at %s, signatures judged by %s, the new certificate is valid for five years',
    async ([now, signature_clock, from, until], { control }) => {
      await control.freeze(now)
      await control.changeSettings({ signature_clock })

      const [, fresh] = (await control.rotatePlatformCertificate()).certificates

      expect(fresh).toMatchObject({ from, until })
      const parsed = new X509Certificate(fresh?.certificate ?? '')
      expect([parsed.validFromDate, parsed.validToDate]).toEqual([new Date(from), new Date(until)])
    },
  )

  test('credentials have the certificates that are listed', async ({ control }) => {
    const serials = async () => (await control.credentials()).platform_certificates.map(({ serial_no }) => serial_no)
    await control.rotatePlatformCertificate()
    const [first, second] = await serials()
    expect(first).toBe(original.serialNo)

    await control.advance('P2D')

    expect(await serials()).toEqual([second])
  })

  test('does not change while it is changing', async ({ control }) => {
    await control.rotatePlatformCertificate()
    await expectRefusal(control.rotatePlatformCertificate(), 'MOCK_ROTATION_UNDER_WAY')
    await control.advance('P2D')

    const { certificates } = await control.rotatePlatformCertificate()

    expect(certificates.map(({ serial_no }) => serial_no)).not.toContain(original.serialNo)
    expect(certificates).toHaveLength(2)
  })

  test('of two changes at once one is refused', async ({ control }) => {
    const [one, other] = await Promise.allSettled([
      control.rotatePlatformCertificate(),
      control.rotatePlatformCertificate(),
    ])

    expect([one.status, other.status].toSorted()).toEqual(['fulfilled', 'rejected'])
    expect((await control.platform()).certificates).toHaveLength(2)
  })

  test('does not change after a reset that came while the new certificate was made', async ({ control }) => {
    let outcome: unknown
    // A key may happen to be found before the reset arrives: then the change was there first, and is tried again.
    for (let tries = 0; tries < 20 && !(outcome instanceof UsageError); tries++) {
      const change = control.rotatePlatformCertificate().catch((error: unknown) => error)
      await control.platform()
      await control.reset()
      outcome = await change
    }

    expect(outcome).toMatchObject({ code: 'MOCK_ROTATION_ENDED' })
    expect((await control.platform()).certificates.map(({ serial_no }) => serial_no)).toEqual([original.serialNo])
    await control.rotatePlatformCertificate()
    expect((await control.platform()).certificates).toHaveLength(2)
  })

  test('goes back to its own with a reset, of the whole mock only', async ({ control }) => {
    await control.rotatePlatformCertificate()
    await control.advance('P2D')
    await control.reset('1900000001')
    expect((await control.platform()).certificates[0]?.serial_no).not.toBe(original.serialNo)

    await control.reset()

    expect((await control.platform()).certificates.map(({ serial_no }) => serial_no)).toEqual([original.serialNo])
  })

  test('a merchant that is made meanwhile has a certificate and is served', async ({ control }) => {
    await control.rotatePlatformCertificate()
    await control.advance('P2D')

    const { merchant_certificate } = await control.createMerchant()

    const [current] = (await control.platform()).certificates
    const key = new X509Certificate(current?.certificate ?? '').publicKey
    expect(new X509Certificate(merchant_certificate).verify(key)).toBe(true)
  })
})
