import { describe, expect } from 'vitest'
import { wellKnownIdentity } from '../../src/control/identity/well-known.ts'
import type { KeyMode } from '../../src/engine/keys/merchants.ts'
import { test, transports } from '../helpers/world.ts'

const { platform, merchant: wellKnown } = wellKnownIdentity()
const CERTIFICATE = platform.certificates[0].serialNo
const PUBLIC_KEY = platform.publicKey.serialNo

const target = '/v3/marketing/busifavor/users/o/coupons/c/appids/a'

/** Key that answers unless the request names one that the merchant has. */
const USUAL: Record<KeyMode, string> = { certificate: CERTIFICATE, both: CERTIFICATE, 'public-key': PUBLIC_KEY }
const ALL = ['certificate', 'both', 'public-key'] as const

/** Request header, and the key modes for which it is wrong, which is 400 (protocol.md 6). */
const ROWS: readonly [what: string, header: string | undefined, wrong: readonly KeyMode[]][] = [
  ['no header', undefined, []],
  ['an empty header', '', []],
  ['the certificate', CERTIFICATE, []],
  ['the certificate in lower case', CERTIFICATE.toLowerCase(), []],
  ['the public key', PUBLIC_KEY, []],
  ['an unknown public key', 'PUB_KEY_ID_0000000000000000000000000000000000', ['both', 'public-key']],
  ['an unknown certificate', '0'.repeat(40), ALL],
  ["the merchant's own certificate", wellKnown.serialNo, []],
  ['a serial in decimal', BigInt(`0x${CERTIFICATE}`).toString(), ALL],
]

describe.for(transports)('the key that signs an answer over %s', (transport) => {
  test.override('transport', transport)

  describe.for(ALL)('for a merchant with key mode %s', (keyMode) => {
    test.override('options', { keyMode })

    test.for(ROWS)('when Wechatpay-Serial is %s', async ([, wechatpaySerial, wrong], { merchant }) => {
      const answer = await merchant.request({ target, ...(wechatpaySerial !== undefined && { wechatpaySerial }) })

      expect(answer.serialNo).toBe(keyMode === 'both' && wechatpaySerial === PUBLIC_KEY ? PUBLIC_KEY : USUAL[keyMode])
      if (wrong.includes(keyMode)) {
        expect(answer).toMatchObject({
          status: 400,
          body: { code: 'PARAM_ERROR', message: '平台证书序列号Wechatpay-Serial错误' },
        })
      } else {
        expect(answer).toMatchObject({ status: 404, body: { code: 'RESOURCE_NOT_EXISTS' } })
      }
    })
  })

  test("a merchant's own key mode comes before the mock's", async ({ clientOf, others }) => {
    const client = await clientOf({ ...others.partner, keyMode: 'public-key' })

    expect(await client.request({ target })).toMatchObject({ serialNo: PUBLIC_KEY })
  })

  test('an unknown public key on a pay endpoint is a system error', async ({ merchant }) => {
    const answer = await merchant.request({
      target: '/v3/pay/transactions/jsapi',
      body: {},
      wechatpaySerial: 'PUB_KEY_ID_0000000000000000000000000000000000',
    })

    expect(answer).toMatchObject({ status: 500, body: { code: 'SYSTEM_ERROR' } })
  })
})
