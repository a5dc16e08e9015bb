import { generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Objection } from '../../src/engine/keys/standing.ts'
import { fillPath, type MerchantRequest } from '../../src/testing/merchant-client.ts'
import { commonErrors } from '../../src/wire/protocol/common-errors.ts'
import {
  associateTradeInfo,
  disassociateTradeInfo,
  downloadCertificates,
  like,
  queryUserCoupon,
  type StateName,
  useCoupon,
} from '../kit/index.ts'
import { COUPON, HELD, LINK, send } from './client.ts'
import { exactPact } from './exact-pact.ts'

const pact = exactPact('authentication')

const seconds = () => Math.floor(Date.now() / 1_000)
const otherKey = () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey

/** Details that the service gives about the message it built. */
const MISMATCH = {
  code: 'SIGN_ERROR',
  detail: {
    detail: { issue: 'sign not match' },
    field: 'signature',
    location: 'authorization',
    sign_information: {
      method: 'POST',
      sign_message_length: like(200),
      truncated_sign_message: like('POST\n/v3/marketing/busifavor/coupons/associate\n1767579630\nd824f2e0\n{"coupon\n'),
      url: associateTradeInfo.path,
    },
  },
  message: like('错误的签名，验签失败'),
}

type AuthenticationError =
  | 'header_missing'
  | 'authorization_malformed'
  | 'scheme_unfit'
  | 'untimely'
  | Objection
  | 'serial_unknown'
  | 'signature_mismatch'

/** The state, the client's request that brings it about, and the refusal. */
const FAILURES: readonly (readonly [StateName, () => Partial<MerchantRequest>, AuthenticationError])[] = [
  ['the request is not signed', () => ({ authorization: undefined }), 'authorization_malformed'],
  ['the Authorization header is malformed', () => ({ authorization: 'signature' }), 'authorization_malformed'],
  [
    'the scheme of the signature is unknown',
    () => ({ authorization: 'WECHATPAY3-SHA256-RSA2048 mchid="1900000001"' }),
    'scheme_unfit',
  ],
  ['the timestamp of the request is too old', () => ({ timestamp: seconds() - 600 }), 'untimely'],
  ['the timestamp of the request is in the future', () => ({ timestamp: seconds() + 600 }), 'untimely'],
  ['the timestamp of the request is in milliseconds', () => ({ timestamp: seconds() * 1_000 }), 'untimely'],
  ['the merchant certificate has expired', () => ({}), 'certificate_expired'],
  ['the merchant certificate was revoked', () => ({}), 'certificate_revoked'],
  ['the merchant certificate was replaced', () => ({}), 'certificate_replaced'],
  ['the merchant never applied for a certificate', () => ({}), 'certificate_never_applied_for'],
  ['the merchant has set no APIv3 key', () => ({}), 'api_v3_key_not_set'],
  [
    'the serial of the merchant certificate is unknown',
    () => ({ authorization: { serialNo: '0'.repeat(40) } }),
    'serial_unknown',
  ],
  [
    'the request is signed with another key',
    () => ({ authorization: { signature: sign('sha256', Buffer.from(''), otherKey()).toString('base64') } }),
    'signature_mismatch',
  ],
  [
    'the request is signed over another body',
    () => ({ signInstead: { body: Buffer.from('{}') } }),
    'signature_mismatch',
  ],
  ['Accept is missing', () => ({ headers: { accept: undefined } }), 'header_missing'],
  ['User-Agent is missing', () => ({ headers: { 'user-agent': undefined } }), 'header_missing'],
]

describe('a request that is not to be trusted', () => {
  test.for(FAILURES)('is refused when %s', ([state, mistake, error]) =>
    pact
      .upon('a request to link a coupon')
      .given('a user holds a usable coupon', COUPON)
      .given(state)
      .calls(associateTradeInfo, LINK, { signed: false })
      .refuses(error, error === 'signature_mismatch' ? MISMATCH : undefined)
      .test(async (connection) => {
        const { status, data } = await send(connection, {
          target: associateTradeInfo.path,
          body: LINK,
          signed: false,
          ...mistake(),
        })

        const { status: expected, code } = commonErrors[error]
        expect({ status, data }).toMatchObject({ status: expected, data: { code } })
      }),
  )

  test.for([
    [
      'signed with another key',
      'the request is signed with another key',
      { authorization: { signature: sign('sha256', Buffer.from(''), otherKey()).toString('base64') } },
      'signature_mismatch',
    ],
    ['not signed', 'the request is not signed', { authorization: undefined }, 'authorization_malformed'],
  ] as const)('is refused for that before its fields are looked at: %s', ([title, state, mistake, error]) => {
    const { stock_id: _, ...body } = LINK
    return pact
      .upon(`a request to link a coupon with no stock_id that is ${title}`)
      .given(state)
      .calls(associateTradeInfo, body, { signed: false })
      .refuses(error, error === 'signature_mismatch' ? MISMATCH : undefined)
      .test(async (connection) => {
        const { status } = await send(connection, { target: associateTradeInfo.path, body, signed: false, ...mistake })

        expect(status).toBe(401)
      })
  })

  test.for([
    [disassociateTradeInfo, LINK],
    [useCoupon, {}],
    [queryUserCoupon, { openid: HELD.openid, coupon_code: HELD.coupon_code, appid: 'wx1234567889999' }],
    [downloadCertificates, {}],
  ] as const)('is refused by $0.id too', ([operation, input]) => {
    const { path: target, rest } = fillPath(operation.path, input, (name) => {
      throw new Error(`${operation.path} needs a value for {${name}}`)
    })
    return pact
      .upon(`a call of ${operation.id}`)
      .given('the request is not signed')
      .calls(operation, input, { signed: false })
      .refuses('authorization_malformed')
      .test(async (connection) => {
        const { status } = await send(connection, {
          target,
          ...(operation.method === 'POST' && { body: rest }),
          signed: false,
          authorization: undefined,
        })

        expect(status).toBe(401)
      })
  })
})
