import { createPrivateKey, X509Certificate } from 'node:crypto'
import { describe, expect } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { nativePrepay, queryUserCoupon } from '../../src/products/operations.ts'
import { createMock } from '../helpers/engine.ts'
import { doors, expectRefusal, test as fromDoors, merchantOf, refusalOf } from './doors.ts'

/** The credentials of a merchant of another mock, made once, since keys take time to make. */
const test = fromDoors.extend('theirs', { scope: 'file' }, () => createMock().control.createMerchant())

describe.for(doors)('health and credentials, %s', (door) => {
  test.override('door', door)

  test('health names the version of the package', async ({ control }) => {
    expect(await control.health()).toEqual({ status: 'ok', version: manifest.version })
  })

  test('the well-known merchant has both kinds of platform key', async ({ control, mock }) => {
    const [certificate] = mock.platform.certificates

    expect(await control.credentials()).toEqual({
      mchid: '1900000001',
      name: '微信支付模拟商户（仅供测试）',
      merchant_serial_no: mock.defaultMerchant.serialNo,
      merchant_private_key: mock.defaultMerchant.privateKey,
      merchant_certificate: mock.defaultMerchant.certificate,
      api_v3_key: mock.defaultMerchant.apiV3Key,
      platform_certificates: [{ serial_no: certificate.serialNo, certificate: certificate.certificate }],
      platform_public_key: { id: mock.platform.publicKey.serialNo, public_key: mock.platform.publicKey.pem },
      base_url: expect.any(String),
      // In process, the mock has no server to go through.
      proxy_url: door === 'http' ? expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) : null,
      ca_certificate: door === 'http' ? expect.stringMatching(/^-----BEGIN CERTIFICATE-----\n/) : null,
    })
  })

  test('a fresh merchant is known by number, and its keys belong together', async ({ control }) => {
    const made = await control.createMerchant({ name: '茶铺', appids: ['wx1'] })

    expect(await control.credentials(made.mchid)).toEqual(made)
    const certificate = new X509Certificate(made.merchant_certificate)
    expect(certificate.checkPrivateKey(createPrivateKey(made.merchant_private_key))).toBe(true)
    expect(certificate.serialNumber.toUpperCase()).toBe(made.merchant_serial_no)
    expect(made.api_v3_key).toHaveLength(32)
  })

  test('a fresh merchant calls with its keys, and sees an empty world', async ({ control, mock }) => {
    const { mchid } = await control.createMerchant()
    const merchant = await merchantOf(mock, mchid)
    const coupon = { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o', coupon_code: 'sxxe34343434' }
    const query = { ...coupon, appid: 'wx1' }

    // The well-known merchant has a coupon with this code.
    expect(await merchant.call(queryUserCoupon, query)).toMatchObject({ status: 403 })
    await control.addCoupon({ ...coupon, mchid, stock_id: '1' })
    expect(await merchant.call(queryUserCoupon, query)).toMatchObject({ status: 200, body: { stock_id: '1' } })
  })

  test('a merchant that has the certificate only, or the public key only', async ({ control }) => {
    const [old, young] = await Promise.all([
      control.createMerchant({ key_mode: 'certificate' }),
      control.createMerchant({ key_mode: 'public-key' }),
    ])

    expect(old.platform_certificates).toHaveLength(1)
    expect(old.platform_public_key).toBeNull()
    expect(young.platform_certificates).toEqual([])
    expect(young.platform_public_key).not.toBeNull()
  })

  test('keys that somebody brings are taken over, once', async ({ control, theirs }) => {
    const { merchant_certificate, merchant_private_key, api_v3_key } = theirs
    const brought = { merchant_certificate, merchant_private_key, api_v3_key }

    expect(await control.createMerchant({ mchid: '1900000055', ...brought })).toMatchObject({
      ...brought,
      mchid: '1900000055',
      merchant_serial_no: theirs.merchant_serial_no,
    })
    await expectRefusal(control.createMerchant(brought), 'MOCK_MERCHANT_EXISTS', '/merchant_serial_no')
  })

  test('a certificate alone is enough for a seed, which keeps it without its key', async ({
    control,
    mock,
    theirs,
  }) => {
    const { mchid, merchant_certificate, merchant_private_key } = theirs
    await control.restore({ merchants: [{ mchid, merchant_certificate }] })
    const merchant = mock.merchants.find(mchid)

    expect(merchant?.certificate).toBe(merchant_certificate)
    expect((await control.world()).merchants).toMatchObject([{ mchid, merchant_certificate }])
    expect((await control.world()).merchants[0]).not.toHaveProperty('merchant_private_key')
    await expectRefusal(control.credentials(mchid), 'MOCK_PRIVATE_KEY', '/merchant_private_key')

    // Given later, the key is that of the same merchant; left out once more, it is still known.
    await control.restore({ merchants: [{ mchid, merchant_certificate, merchant_private_key }] })
    await control.restore({ merchants: [{ mchid, merchant_certificate }] })
    expect(await control.credentials(mchid)).toMatchObject({ merchant_private_key })
  })

  test('a seed binds appids to the well-known merchant, and a snapshot keeps them', async ({ control, mock }) => {
    const { mchid } = await control.credentials()
    const answered = async (appid: string) => {
      const order = { mchid, appid, out_trade_no: 'MCH_0001', description: '茶', amount: { total: 1 } }
      const client = await merchantOf(mock, mchid)
      return (await client.call(nativePrepay, { ...order, notify_url: 'https://shop.example/paid' })).status
    }
    await control.restore({ merchants: [{ mchid, appids: ['wx0000000000000001'] }] })
    expect([await answered('wx0000000000000002'), await answered('wx0000000000000001')]).toEqual([400, 200])

    const world = await control.world()
    await control.restore({})
    expect(await answered('wx0000000000000002')).toBe(200)
    await control.restore(world)
    expect(await answered('wx0000000000000002')).toBe(400)
  })

  test('a merchant with a certificate alone is not made where its credentials are the answer', async ({
    control,
    mock,
    theirs,
  }) => {
    const { merchant_certificate } = theirs

    await expectRefusal(control.createMerchant({ merchant_certificate }), 'MOCK_PRIVATE_KEY', '/merchant_private_key')
    expect(mock.merchants.all).toHaveLength(1)
  })

  test('a number that is taken is refused', async ({ control }) => {
    await expectRefusal(control.createMerchant({ mchid: '1900000001' }), 'MOCK_MERCHANT_EXISTS', '/mchid')
  })

  test.for([
    [{ api_v3_key: 'short' }, 'MOCK_API_V3_KEY', '/api_v3_key'],
    [{ merchant_private_key: 'x' }, 'MOCK_CERTIFICATE', '/merchant_certificate'],
    [{ merchant_certificate: 'x', merchant_private_key: 'x' }, 'MOCK_CERTIFICATE', '/merchant_certificate'],
    [{ mchid: '12' }, 'MOCK_INPUT', '/mchid'],
  ] as const)('%j is refused with %s', async ([merchant, code, path], { control, mock }) => {
    await expectRefusal(control.createMerchant(merchant), code, path)
    expect(mock.merchants.all).toHaveLength(1)
  })

  test('a number that no one has', async ({ control }) => {
    const refusal = await refusalOf(control.credentials('1900000404'))

    expect(refusal).toMatchObject({ code: 'MOCK_MERCHANT_UNKNOWN', path: '/query/mchid' })
    expect(refusal.message).toContain('1900000404')
  })

  test('a fresh merchant needs no body', async ({ request }) => {
    const response = await request('/_mock/merchants', { method: 'POST' })

    expect(response.status).toBe(201)
    expect(await response.json()).toMatchObject({ mchid: expect.stringMatching(/^16\d{8}$/) })
  })
})

describe('how a merchant stands', () => {
  test('is changed member by member, and listed', async ({ control }) => {
    const { mchid, merchant_serial_no } = await control.createMerchant({ name: '茶铺' })
    const listed = {
      mchid,
      name: '茶铺',
      appids: [],
      certificate_state: 'expired',
      api_v3_key_set: true,
      serial_no: merchant_serial_no,
      well_known: false,
    }

    expect(await control.changeMerchant(mchid, { certificate_state: 'expired' })).toEqual(listed)
    const changed = { ...listed, api_v3_key_set: false }
    expect(await control.changeMerchant(mchid, { api_v3_key_set: false })).toEqual(changed)
    expect(await control.changeMerchant(mchid, {})).toEqual(changed)
    expect((await control.merchants({ text: mchid })).items).toEqual([changed])
    await control.reset()
    expect((await control.merchants({ text: mchid })).items).toEqual([{ ...listed, certificate_state: 'valid' }])
  })

  test('is said when it is made, and what a reset goes back to', async ({ control }) => {
    const replaced_serials = ['AB'.repeat(20)]
    const wanted = { certificate_state: 'revoked', api_v3_key_set: false, replaced_serials } as const
    const { mchid } = await control.createMerchant(wanted)
    await control.changeMerchant(mchid, { certificate_state: 'valid', api_v3_key_set: true })

    expect((await control.merchants({ text: mchid })).items).toMatchObject([{ certificate_state: 'valid' }])
    await control.reset(mchid)
    expect((await control.merchants({ text: mchid })).items).toMatchObject([wanted])
  })

  test('a new certificate comes with credentials, which are its own from then on', async ({ control, mock }) => {
    const before = await control.credentials()
    const after = await control.replaceCertificate(before.mchid)

    expect(after).toEqual({
      ...before,
      merchant_serial_no: expect.stringMatching(/^[0-9A-F]{40}$/),
      merchant_private_key: expect.stringContaining('PRIVATE KEY'),
      merchant_certificate: expect.stringContaining('CERTIFICATE'),
    })
    expect(after.merchant_serial_no).not.toBe(before.merchant_serial_no)
    expect(await control.credentials()).toEqual(after)
    expect(mock.defaultMerchant.serialNo).toBe(after.merchant_serial_no)
    const certificate = new X509Certificate(after.merchant_certificate)
    expect(certificate.checkPrivateKey(createPrivateKey(after.merchant_private_key))).toBe(true)
    expect((await control.merchants()).items).toMatchObject([
      { well_known: true, certificate_state: 'valid', replaced_serials: [before.merchant_serial_no] },
    ])
    const again = await control.replaceCertificate(before.mchid)
    expect((await control.merchants()).items).toMatchObject([
      {
        serial_no: again.merchant_serial_no,
        replaced_serials: [before.merchant_serial_no, after.merchant_serial_no],
      },
    ])
  })

  test('of a number that no one has', async ({ control }) => {
    await expectRefusal(control.changeMerchant('1900000404', {}), 'MOCK_MERCHANT_UNKNOWN', '/path/mchid')
    await expectRefusal(control.replaceCertificate('1900000404'), 'MOCK_MERCHANT_UNKNOWN', '/path/mchid')
  })
})

describe('base_url in process', () => {
  test('is WeChat Pay itself, where the mock stands in for it', async ({ control }) => {
    expect((await control.credentials()).base_url).toBe('https://api.mch.weixin.qq.com')
  })
})

describe('base_url over HTTP', () => {
  test.override('door', 'http')

  test('is where the call came to', async ({ request }) => {
    const response = await request('/_mock/credentials')

    expect(await response.json()).toMatchObject({ base_url: new URL(response.url).origin })
  })
})
