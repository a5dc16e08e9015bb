import { createPublicKey } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { KeyMode, Platform, PlatformCertificate } from '../../src/engine/keys/merchants.ts'
import { choosePlatformKey } from '../../src/engine/keys/platform.ts'
import { payGateway } from '../../src/products/payment/index.ts'
import { merchantKey, vectorMerchant } from '../wire/protocol/vectors.ts'

const pair = { privateKey: merchantKey, publicKey: createPublicKey(merchantKey) }
const certificate = (serialNo: string): PlatformCertificate => ({
  serialNo,
  certificate: 'PEM',
  from: 0,
  until: 1,
  ...pair,
})

const CURRENT = '7C8D9EAFB0C1D2E3F405162738495A6B7C8D9E0F'
const NEXT = '1D2E3F405162738495A6B7C8D9E0F1A2B3C4D5E6'
const PUBLIC = 'PUB_KEY_ID_0119000000012023111400000000000001'
const OTHER_PUBLIC = 'PUB_KEY_ID_0119000000012023111400000000000009'
const MERCHANTS_OWN = vectorMerchant.serialNo

const platform: Platform = {
  certificates: [certificate(CURRENT), certificate(NEXT)],
  publicKey: { serialNo: PUBLIC, pem: 'PEM', ...pair },
}

/** Serial of the key that signs the answer, and the error it brings. */
function choice(serialNo: string | undefined, mode: KeyMode, path = '/v3/marketing/busifavor/stocks') {
  const publicKeyUnknown = payGateway(path)?.publicKeyUnknown
  const { key, error } = choosePlatformKey(serialNo, { mode, merchant: vectorMerchant, platform, publicKeyUnknown })
  return { serialNo: key.serialNo, error: error && `${error.status} ${error.code} ${error.message}` }
}

describe('the key that signs an answer', () => {
  test.for([
    // [Wechatpay-Serial of the request, what the merchant has, key]
    [undefined, 'certificate', CURRENT],
    [undefined, 'both', CURRENT],
    [undefined, 'public-key', PUBLIC],
    ['', 'certificate', CURRENT],
    ['', 'both', CURRENT],
    ['', 'public-key', PUBLIC],
    [PUBLIC, 'both', PUBLIC],
    [PUBLIC, 'public-key', PUBLIC],
    [PUBLIC, 'certificate', CURRENT],
    [OTHER_PUBLIC, 'certificate', CURRENT],
    [CURRENT, 'certificate', CURRENT],
    [CURRENT, 'both', CURRENT],
    [CURRENT, 'public-key', PUBLIC],
    [NEXT, 'certificate', NEXT],
    [NEXT, 'both', NEXT],
    [NEXT, 'public-key', PUBLIC],
    [NEXT.toLowerCase(), 'certificate', NEXT],
    // SDKs send the merchant's own serial by default: docs/decisions/0005.
    [MERCHANTS_OWN, 'certificate', CURRENT],
    [MERCHANTS_OWN.toLowerCase(), 'both', CURRENT],
    [MERCHANTS_OWN, 'public-key', PUBLIC],
  ] as const)('asked for %s by a merchant with %s it is %s', ([serialNo, mode, expected]) => {
    expect(choice(serialNo, mode)).toEqual({ serialNo: expected, error: undefined })
  })
})

describe('a key that does not exist', () => {
  const refusal = '400 PARAM_ERROR 平台证书序列号Wechatpay-Serial错误'

  test.for([
    ['a serial that no certificate has', '0'.repeat(40)],
    ['a decimal serial', '711069432384927434927'],
    ['the serial of another merchant', '6B7C8D9EAFB0C1D2E3F405162738495A6B7C8D9E'],
    ['rubbish', 'x'],
  ] as const)('%s is refused, and the refusal signed as usual', ([, serialNo]) => {
    expect(choice(serialNo, 'certificate')).toEqual({ serialNo: CURRENT, error: refusal })
    expect(choice(serialNo, 'both')).toEqual({ serialNo: CURRENT, error: refusal })
    expect(choice(serialNo, 'public-key')).toEqual({ serialNo: PUBLIC, error: refusal })
  })

  test('a public key id that is not ours is refused for a merchant with one', () => {
    expect(choice(OTHER_PUBLIC, 'both')).toEqual({ serialNo: CURRENT, error: refusal })
    expect(choice(OTHER_PUBLIC, 'public-key')).toEqual({ serialNo: PUBLIC, error: refusal })
  })

  test('on a pay endpoint an unknown public key id is a system error', () => {
    expect(choice(OTHER_PUBLIC, 'both', '/v3/pay/transactions/jsapi')).toEqual({
      serialNo: CURRENT,
      error: '500 SYSTEM_ERROR 系统异常，请稍后重试',
    })
    expect(choice('0'.repeat(40), 'both', '/v3/pay/transactions/jsapi').error).toBe(refusal)
  })
})
