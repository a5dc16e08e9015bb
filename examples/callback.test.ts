import { Aes, Formatter, Rsa } from 'wechatpay-axios-plugin'
import { expect, test, type WechatPay } from 'wechatpay-mock/vitest'

const paid: unknown[] = []

/** The shop's handler: verifies a callback, and opens what is sealed in it. */
async function shop(callback: Request, { api_v3_key, platform_public_key: key }: WechatPay['credentials']) {
  const header = (name: string) => callback.headers.get(`Wechatpay-${name}`) ?? ''
  const body = await callback.text()
  const message = Formatter.response(header('Timestamp'), header('Nonce'), body)
  const isTheirs =
    key?.id === header('Serial') &&
    Rsa.verify(message, header('Signature'), Rsa.from(key.public_key, Rsa.KEY_TYPE_PUBLIC))
  if (!isTheirs) return new Response(null, { status: 401 })

  const { ciphertext, nonce, associated_data } = JSON.parse(body).resource
  paid.push(JSON.parse(Aes.AesGcm.decrypt(ciphertext, api_v3_key, nonce, associated_data)))
  return new Response(null, { status: 204 })
}

test.override('wechatpayOptions', { receive: shop })

test('the shop is told that its order is paid', async ({ wechatpay: { control } }) => {
  await control.addOrder({ out_trade_no: 'MCH_1', state: 'NOTPAY', notify_url: 'https://shop.example.com/paid' })
  await control.payOrder('MCH_1')
  await control.deliverNotifications()

  expect(paid).toMatchObject([{ out_trade_no: 'MCH_1', trade_state: 'SUCCESS' }])
})
