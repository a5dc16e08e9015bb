import { describe, expect } from 'vitest'
import type { Objection } from '../../src/engine/keys/standing.ts'
import { associateTradeInfo, downloadCertificates, nativePrepay } from '../../src/products/operations.ts'
import { createMerchantClient, type MerchantRequest } from '../../src/testing/merchant-client.ts'
import { commonErrors } from '../../src/wire/protocol/common-errors.ts'
import { STOCK_ID, test, transports } from '../helpers/world.ts'

const CODE = 'sxxe34343434'
const REQUEST: MerchantRequest = {
  target: associateTradeInfo.path,
  body: { stock_id: STOCK_ID, coupon_code: CODE, out_trade_no: 'MCH_1', out_request_no: 'R1' },
}

/** Properties of a merchant, each with the error and message that then answer all its calls. */
const STANDINGS = [
  [{ certificate_state: 'expired' }, 'certificate_expired', '商户证书已过期。'],
  [{ certificate_state: 'revoked' }, 'certificate_revoked', '商户证书已作废。'],
  [{ certificate_state: 'replaced' }, 'certificate_replaced', '商户已更换证书，请使用新证书'],
  [{ certificate_state: 'never_applied_for' }, 'certificate_never_applied_for', '商户未申请过证书。'],
  [{ api_v3_key_set: false }, 'api_v3_key_not_set', '商户未设置APIv3密钥。'],
] as const

const signError = (objection: Objection) => ({
  status: 401,
  body: { code: 'SIGN_ERROR', message: commonErrors[objection].message },
})

describe.for(transports)('merchants as they are in life, over %s', (transport) => {
  test.override('transport', transport)

  describe.for(STANDINGS)('%j', ([standing, objection, message]) => {
    test('is answered with its own 401, whatever is called', async ({ merchant, control }) => {
      const { mchid } = await control.credentials()
      await control.changeMerchant(mchid, standing)

      for (const { method, path } of [associateTradeInfo, downloadCertificates, nativePrepay]) {
        const body = method === 'GET' ? {} : { body: {} }
        const answer = await merchant.request({ method, target: path, ...body })
        expect({ status: answer.status, body: answer.body }, path).toEqual({
          status: 401,
          body: { code: 'SIGN_ERROR', message },
        })
        expect(answer.headers.filter(([name]) => /^Wechatpay-(?!Mock-Diagnosis)/i.test(name))).toEqual([])
      }
    })

    test('says why in the journal and in the answer', async ({ merchant, control }) => {
      const { mchid, merchant_serial_no: serial } = await control.credentials()
      await control.changeMerchant(mchid, standing)

      const answer = await merchant.request(REQUEST)

      expect(answer.header('Wechatpay-Mock-Diagnosis')).toBe(`merchant; ${objection}`)
      const value = 'api_v3_key_set' in standing || objection.endsWith('applied_for') ? mchid : serial
      const [exchange] = await control.journal()
      expect(exchange?.mchid).toBe(mchid)
      expect(exchange?.remarks).toEqual([
        {
          about: 'merchant',
          text: expect.stringContaining(
            `Merchant ${mchid} may not call with the certificate ${serial} (${objection}).`,
          ),
          causes: [
            {
              name: objection,
              value,
              explanation: expect.stringContaining(value),
              fix: expect.stringContaining(`/_mock/merchants/{mchid}`),
            },
          ],
        },
      ])
    })
  })

  const [[standing, objection]] = STANDINGS

  test('it keeps the call from taking effect', async ({ merchant, control, seed }) => {
    await seed.coupon({ coupon_code: CODE })
    await control.changeMerchant('1900000001', standing)
    const before = await control.world()

    await merchant.request(REQUEST)

    expect(await control.world()).toEqual(before)
  })

  test('it is over with a reset, of all or of this merchant', async ({ merchant, control, seed }) => {
    for (const mchid of [undefined, '1900000001']) {
      await control.changeMerchant('1900000001', standing)
      await control.reset(mchid)
      await seed.coupon({ coupon_code: CODE })
      expect(await merchant.request(REQUEST)).toMatchObject({ status: 200 })
    }
  })

  test('it is of no matter in lenient mode, but for a remark', async ({ merchant, control, seed }) => {
    await seed.coupon({ coupon_code: CODE })
    await control.changeSettings({ auth: 'lenient' })
    await control.changeMerchant('1900000001', standing)

    expect(await merchant.request(REQUEST)).toMatchObject({ status: 200 })
    expect(await control.journal()).toMatchObject([{ remarks: [{ about: 'merchant', causes: [{ name: objection }] }] }])
  })

  test('it comes after the timestamp and before the signature', async ({ merchant, control }) => {
    await control.changeMerchant('1900000001', standing)

    expect(await merchant.request({ ...REQUEST, timestamp: 1 })).toMatchObject({
      body: { message: commonErrors.untimely.message },
    })
    const misfit = { signInstead: { nonce: 'another' } }
    expect(await merchant.request({ ...REQUEST, ...misfit })).toMatchObject(signError(objection))
  })

  test('it is nothing to another merchant', async ({ clientOf, others, control, seed }) => {
    const client = await clientOf(others.partner)
    await seed.coupon({ mchid: others.partner.mchid, coupon_code: CODE })
    await control.changeMerchant('1900000001', standing)

    expect(await client.request(REQUEST)).toMatchObject({ status: 200 })
  })

  test('a serial that the merchant never had is unknown, unless nothing of it can be known', async ({
    merchant,
    control,
  }) => {
    const stranger = { ...REQUEST, authorization: { serialNo: '0'.repeat(40) } }
    const answer = async () => (await merchant.request(stranger)).body

    await control.changeMerchant('1900000001', { certificate_state: 'expired' })
    expect(await answer()).toMatchObject({ message: commonErrors.serial_unknown.message })
    await control.changeMerchant('1900000001', { certificate_state: 'never_applied_for' })
    expect(await answer()).toMatchObject({ message: commonErrors.certificate_never_applied_for.message })
    await control.changeMerchant('1900000001', { api_v3_key_set: false })
    expect(await answer()).toMatchObject({ message: commonErrors.api_v3_key_not_set.message })
  })

  test('a certificate is not expired by the clock, however far that is moved', async ({
    merchant,
    mock,
    control,
    seed,
  }) => {
    await control.setClock({ now: '2099-01-01T00:00:00+08:00' })
    await seed.coupon({ coupon_code: CODE })

    expect(mock.clock.now()).toBeGreaterThan(Date.parse('2098-01-01'))
    expect(await merchant.request(REQUEST)).toMatchObject({ status: 200 })
  })

  describe('a new certificate', () => {
    test('lets the merchant call again, and what is signed with the old one is refused', async ({
      merchant,
      control,
      mock,
      send,
      seed,
    }) => {
      await seed.coupon({ coupon_code: CODE })
      await control.changeMerchant('1900000001', { certificate_state: 'revoked' })

      const credentials = await control.replaceCertificate('1900000001')

      const renewed = createMerchantClient({ credentials, send, now: () => mock.clock.now() })
      expect(await renewed.request(REQUEST)).toMatchObject({ status: 200 })
      const old = await merchant.request(REQUEST)
      expect(old).toMatchObject(signError('certificate_replaced'))
      expect(old.header('Wechatpay-Mock-Diagnosis')).toBe('merchant; certificate_replaced')
    })

    test('goes with a reset: the old one is good again', async ({ merchant, control, mock, send, seed }) => {
      const credentials = await control.replaceCertificate('1900000001')
      await control.reset()
      await seed.coupon({ coupon_code: CODE })

      expect(await merchant.request(REQUEST)).toMatchObject({ status: 200 })
      const renewed = createMerchantClient({ credentials, send, now: () => mock.clock.now() })
      expect(await renewed.request(REQUEST)).toMatchObject({
        body: { message: commonErrors.serial_unknown.message },
      })
    })
  })
})
