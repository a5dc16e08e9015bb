import { Aes, Wechatpay } from 'wechatpay-axios-plugin'
import { expect, test, type WechatPay } from 'wechatpay-mock/vitest'

/** The shop's client, with the platform certificates that it has. */
function shopWith(credentials: WechatPay['credentials']) {
  const { mchid, merchant_serial_no, merchant_private_key, api_v3_key, platform_certificates } = credentials
  const certs = Object.fromEntries(platform_certificates.map((one) => [one.serial_no, one.certificate]))
  // It copies the certificates, so there is a new one whenever these change.
  const sdk = () => new Wechatpay({ mchid, serial: merchant_serial_no, privateKey: merchant_private_key, certs })
  return {
    query: () => sdk().chain('v3/pay/transactions/out-trade-no/MCH_102233445').get({ params: { mchid } }),
    /** Adds what is listed now. The SDK has verified the list, with a certificate that the shop has. */
    async refresh() {
      const { data } = await sdk().chain('v3/certificates').get()
      for (const { serial_no, encrypt_certificate: sealed } of data.data)
        certs[serial_no] = Aes.AesGcm.decrypt(sealed.ciphertext, api_v3_key, sealed.nonce, sealed.associated_data)
    },
  }
}

test.beforeEach(async ({ wechatpay: { control } }) => {
  // The shop signs by this machine's clock, and goes on to do so when the mock's is moved.
  await control.changeSettings({ signature_clock: 'machine' })
})

test('a shop that asks for the certificates every 12 hours never meets an unknown one', async ({ wechatpay }) => {
  const { control, credentials } = wechatpay
  const shop = shopWith(credentials)
  await control.rotatePlatformCertificate()

  for (let hours = 0; hours <= 72; hours += 12) {
    await shop.refresh()
    expect(await shop.query()).toMatchObject({ status: 200 })
    await control.advance('PT12H')
  }
})

test('a shop with a fixed certificate fails when the old one is gone', async ({ wechatpay }) => {
  const { control, credentials } = wechatpay
  const shop = shopWith(credentials)
  await control.rotatePlatformCertificate()

  await control.advance('PT23H')
  expect(await shop.query()).toMatchObject({ status: 200 })
  await control.advance('PT25H')
  await expect(shop.query()).rejects.toThrow('Cannot found the serial')
})

test('the merchant certificate that was replaced signs nothing any more', async ({ wechatpay }) => {
  const { control, credentials } = wechatpay
  const renewed = await control.replaceCertificate(credentials.mchid)

  await expect(shopWith(credentials).query()).rejects.toMatchObject({ response: { status: 401 } })
  expect(await shopWith({ ...credentials, ...renewed }).query()).toMatchObject({ status: 200 })
})
