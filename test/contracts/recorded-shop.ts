import { randomUUID } from 'node:crypto'
import { Wechatpay } from 'wechatpay-axios-plugin'
import type { CredentialsJson } from '../../src/control/answer-format.ts'
import { startServer } from '../../src/doors/transports/node-server.ts'
import { createMock } from '../../src/mock.ts'
import type { MockControl } from '../../src/mock-control.ts'
import { formatInstant } from '../../src/wire/protocol/instant.ts'

const OPENID = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o'
const BUSIFAVOR = 'v3/marketing/busifavor'

interface Shop {
  readonly control: MockControl
  readonly credentials: CredentialsJson
  readonly url: string
}

/** A server with a mock that a shop can call, as the well-known merchant or as a fresh one. */
export async function openShop(
  merchant: 'well-known' | 'fresh',
  onFinished: (work: () => Promise<void>) => void,
): Promise<Shop> {
  const mock = createMock({ seed: 'empty' })
  const server = await startServer({ mock, port: 0 })
  onFinished(() => server.close(0))
  const { control } = mock
  const credentials = merchant === 'fresh' ? await control.createMerchant() : await control.credentials()
  return { control, credentials, url: server.url }
}

/** A run of a shop's tests with wechatpay-axios-plugin. What it asks is the same in every run, but not the numbers it asks with. */
export async function callEverything({ control, credentials, url }: Shop): Promise<void> {
  const { mchid } = credentials
  const run = randomUUID().replaceAll('-', '').slice(0, 12)
  const own = { mchid, stock_id: '100088', openid: OPENID }
  await control.addCoupons([
    { ...own, coupon_code: 'sxxe34343434' },
    { ...own, coupon_code: 'USED', state: 'USED' },
    { ...own, coupon_code: 'EXPIRED', state: 'EXPIRED' },
    { mchid, stock_id: '100088', coupon_code: 'HELD_BY_SOMEONE' },
    { stock_id: '100099', coupon_code: 'FOREIGN', mchid: '1900000555' },
  ])
  const post = (call: string, data: object) =>
    attempt(sdk(credentials, url).chain(`${BUSIFAVOR}/coupons/${call}`).post(data))
  const query = (coupon_code: string) =>
    attempt(
      sdk(credentials, url)
        .chain(`${BUSIFAVOR}/users/{openid}/coupons/{coupon_code}/appids/{appid}`)
        .get({ openid: OPENID, coupon_code, appid: 'wx233544546545989' }),
    )
  const link = {
    stock_id: '100088',
    coupon_code: 'sxxe34343434',
    out_trade_no: `MCH_1_${run}`,
    out_request_no: `R-1-${run}`,
  }
  const use = { ...own, mchid: undefined, coupon_code: 'sxxe34343434', appid: 'wx233544546545989' }
  const redemption = { ...use, use_time: formatInstant(Date.now()), use_request_no: `U-1-${run}` }

  await post('associate', link)
  await post('associate', link)
  await post('associate', { ...link, out_trade_no: `MCH_2_${run}` })
  await post('associate', { ...link, out_trade_no: `MCH_2_${run}`, out_request_no: `R-2-${run}` })
  await post('associate', { ...link, coupon_code: 'USED', out_request_no: `R-3-${run}` })
  await post('associate', { ...link, coupon_code: 'EXPIRED', out_request_no: `R-3-${run}` })
  await post('associate', { ...link, coupon_code: 'NONE', out_request_no: `R-3-${run}` })
  await post('associate', { ...link, coupon_code: 'HELD_BY_SOMEONE', out_request_no: `R-4-${run}` })
  await post('associate', { ...link, stock_id: '100099', coupon_code: 'FOREIGN', out_request_no: `R-5-${run}` })
  await post('associate', { ...link, out_trade_no: undefined, out_request_no: `R-6-${run}` })
  await query('sxxe34343434')
  await post('disassociate', { ...link, out_request_no: `R-7-${run}` })
  await post('disassociate', { ...link, out_request_no: `R-7-${run}` })
  await post('use', redemption)
  await post('use', redemption)
  await query('sxxe34343434')
  await post('associate', { ...link, out_request_no: `R-8-${run}` })
  await control.planFault({ error: 'rate_limited' })
  await post('associate', { ...link, out_request_no: `R-9-${run}` })
  await attempt(sdk(credentials, url).chain('v3/certificates').get())
  await attempt(
    sdk({ ...credentials, merchant_serial_no: '0'.repeat(40) }, url)
      .chain('v3/certificates')
      .get(),
  )
}

function sdk(credentials: CredentialsJson, baseURL: string): Wechatpay {
  const [certificate] = credentials.platform_certificates
  return new Wechatpay({
    mchid: credentials.mchid,
    serial: credentials.merchant_serial_no,
    privateKey: credentials.merchant_private_key,
    certs: certificate ? { [certificate.serial_no]: certificate.certificate } : {},
    baseURL,
  })
}

/** Refusals are what half of the calls are for; anything but an answer of the mock is a bug of the test. */
async function attempt(call: Promise<unknown>): Promise<void> {
  await call.catch((error: unknown) => {
    if (!(error instanceof Error && 'response' in error)) throw error
  })
}
