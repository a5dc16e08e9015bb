import { describe, expect } from 'vitest'
import { wellKnownIdentity } from '../../src/control/identity/well-known.ts'
import { downloadCertificates } from '../../src/products/operations.ts'
import { test, transports } from '../helpers/world.ts'

const { platform, merchant: wellKnown } = wellKnownIdentity()
const OLD = platform.certificates[0].serialNo
const UNKNOWN = {
  status: 400,
  body: { code: 'PARAM_ERROR', message: '平台证书序列号Wechatpay-Serial错误' },
}

describe.for(transports)('a change of the platform certificate over %s', (transport) => {
  test.override('transport', transport)

  /** The serial of the new certificate, once it is announced. */
  const rotated = test.extend('fresh', async ({ mock, control }) => {
    mock.clock.freeze()
    const { certificates } = await control.rotatePlatformCertificate()
    return certificates[1]?.serial_no ?? ''
  })

  const serials = (body: unknown) => (body as { data: { serial_no: string }[] }).data.map(({ serial_no }) => serial_no)

  rotated('announced: listed, and not signed with unless it is named', async ({ fresh, mock, clientOf }) => {
    // A client that has the new certificate from the list already.
    const client = await clientOf(mock.defaultMerchant)

    const answers = []
    for (let i = 0; i < 8; i++) answers.push(await client.request({ target: '/v3/certificates' }))

    expect(answers.map(({ serialNo }) => serialNo)).toEqual(Array(8).fill(OLD))
    expect(serials(answers[0]?.body)).toEqual([OLD, fresh])
    const named = await client.request({ target: '/v3/certificates', wechatpaySerial: fresh })
    expect(named).toMatchObject({ status: 200, serialNo: fresh })
  })

  rotated(
    'changing: either one signs, and every answer verifies with one that is listed',
    async ({ fresh, mock, control, clientOf }) => {
      await control.advance('P1D')
      const client = await clientOf(mock.defaultMerchant)

      const seen = new Set<string | undefined>()
      for (let i = 0; i < 24; i++) seen.add((await client.request({ target: '/v3/certificates' })).serialNo)

      expect(seen).toEqual(new Set([OLD, fresh]))
      for (const serial of [OLD, fresh]) {
        const { body, serialNo } = await client.request({ target: '/v3/certificates', wechatpaySerial: serial })
        expect(serialNo).toBe(serial)
        expect(serials(body).toSorted()).toEqual([OLD, fresh].toSorted())
        const listed = (body as { data: { serial_no: string; expire_time: string }[] }).data
        expect(listed.find(({ serial_no }) => serial_no === OLD)?.expire_time).toBe('2026-11-27T12:00:00+08:00')
      }
    },
  )

  rotated(
    'changed: the new one signs, the old one is neither listed nor known',
    async ({ fresh, mock, control, clientOf }) => {
      await control.advance('P2D')
      const client = await clientOf(mock.defaultMerchant)

      const answer = await client.request({ target: '/v3/certificates' })

      expect(answer.serialNo).toBe(fresh)
      expect(serials(answer.body)).toEqual([fresh])
      expect(await client.call(downloadCertificates, {}, { wechatpaySerial: OLD })).toEqual(UNKNOWN)
      expect(await client.request({ target: '/v3/certificates', wechatpaySerial: 'public-key' })).toMatchObject({
        serialNo: platform.publicKey.serialNo,
      })
      expect(await client.call(downloadCertificates, {}, { wechatpaySerial: wellKnown.serialNo })).toMatchObject({
        status: 200,
      })
    },
  )

  rotated('follows the clock back as well', async ({ fresh, mock, control, clientOf }) => {
    await control.advance('-PT1S')
    const client = await clientOf(mock.defaultMerchant)

    expect(serials((await client.call(downloadCertificates)).body)).toEqual([OLD])
    expect(await client.call(downloadCertificates, {}, { wechatpaySerial: fresh })).toEqual(UNKNOWN)
  })
})
