import { createPrivateKey } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { formatAuthorization } from '../../src/protocol/authorization.ts'
import { schemeFor } from '../../src/protocol/scheme.ts'
import { signRequest } from '../../src/protocol/sign-request.ts'
import { vectors } from './vectors.ts'

const privateKey = createPrivateKey(vectors.keys.merchant.private_key_pem)
const REQUEST = { method: 'GET', timestamp: '1700000000', nonce: 'n0nce', body: Buffer.alloc(0) }
const SIGNER = { identity: '100001', serialNo: '5A1B', privateKey }

describe('a request is signed', () => {
  test('with the scheme of its path', async () => {
    const brand = formatAuthorization(await signRequest({ ...REQUEST, target: '/brand/store?offset=0' }, SIGNER))
    const merchant = formatAuthorization(await signRequest({ ...REQUEST, target: '/v3/certificates' }, SIGNER))

    expect(brand).toMatch(
      /^WECHATPAY-BRAND-SHA256-RSA2048 brand_id="100001",nonce_str="n0nce",timestamp="1700000000",serial_no="5A1B",/,
    )
    expect(merchant).toMatch(/^WECHATPAY2-SHA256-RSA2048 mchid="100001",/)
  })

  test('with another scheme when it is told to, over the same message', async () => {
    const request = { ...REQUEST, target: '/brand/store' }
    const { signature } = await signRequest(request, SIGNER)

    expect(await signRequest(request, { ...SIGNER, scheme: 'WECHATPAY2-SHA256-RSA2048' })).toEqual({
      scheme: 'WECHATPAY2-SHA256-RSA2048',
      identity: '100001',
      nonce: 'n0nce',
      timestamp: '1700000000',
      serialNo: '5A1B',
      signature,
    })
  })
})

test.for([
  ['/brand/', 'WECHATPAY-BRAND-SHA256-RSA2048'],
  ['/brand/store?a=/v3/', 'WECHATPAY-BRAND-SHA256-RSA2048'],
  ['/brand', 'WECHATPAY2-SHA256-RSA2048'],
  ['/brand?/', 'WECHATPAY2-SHA256-RSA2048'],
  ['/v3/brand/', 'WECHATPAY2-SHA256-RSA2048'],
  ['/BRAND/', 'WECHATPAY2-SHA256-RSA2048'],
] as const)('the scheme of %s is %s', ([target, scheme]) => {
  expect(schemeFor(target)).toBe(scheme)
})
