import { X509Certificate } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { wellKnownIdentity } from '../../src/control/identity/well-known.ts'
import { open } from '../../src/wire/protocol/envelope.ts'
import { responseMessage } from '../../src/wire/protocol/message.ts'
import { verify } from '../../src/wire/protocol/signature.ts'
import {
  base64,
  couponSendEnvelope,
  like,
  type ReceivedMessage,
  type SentCoupon,
  textLike,
  time,
} from '../kit/index.ts'
import { HELD } from './client.ts'
import { exactPact } from './exact-pact.ts'

const pact = exactPact('callbacks')

const SENT: SentCoupon = {
  event_type: 'EVENT_TYPE_BUSICOUPON_SEND',
  coupon_code: HELD.coupon_code,
  stock_id: HELD.stock_id,
  send_time: '2026-01-05T10:20:30+08:00',
  openid: HELD.openid,
  unionid: '',
  send_channel: 'BUSICOUPON_SEND_CHANNEL_H5',
  send_merchant: '1900000001',
  attach_info: '',
  send_req_no: 'SEND123456789012',
}

const EXAMPLE = couponSendEnvelope(SENT, {
  apiV3Key: wellKnownIdentity().merchant.apiV3Key,
  id: '8b33f79f-8869-5ae5-b41b-3c0b59f957d0',
  createTime: '2026-01-05T10:20:31+08:00',
  nonce: 'j9g1wAzF9Xn1',
})

/** A shop's receiver: verifies, decrypts, and passes the coupon on. */
function receive({ headers, body, credentials }: ReceivedMessage): unknown {
  const {
    'Wechatpay-Timestamp': timestamp = '',
    'Wechatpay-Nonce': nonce = '',
    'Wechatpay-Signature': signature = '',
    'Wechatpay-Serial': serial,
  } = headers
  const platform = credentials.platform_certificates.find(({ serial_no }) => serial_no === serial)
  if (!platform) throw new Error(`The callback is signed with ${serial}`)
  const key = new X509Certificate(platform.certificate).publicKey
  if (!verify(responseMessage({ timestamp, nonce, body }), signature, key)) throw new Error('The signature is wrong')
  const { resource } = JSON.parse(Buffer.from(body).toString()) as { resource: Parameters<typeof open>[0] }
  const opened = open(resource, credentials.api_v3_key)
  if (!opened.ok) throw new Error(opened.reason)
  return JSON.parse(opened.plaintext)
}

describe('the callback COUPON.SEND', () => {
  test('is signed, and has the coupon encrypted in it', () =>
    pact
      .receives('a COUPON.SEND callback')
      .given('a user holds a usable coupon', HELD)
      .with(
        {
          id: textLike('^[0-9A-Za-z-]{1,36}$', EXAMPLE.id),
          create_time: time(EXAMPLE.create_time),
          event_type: 'COUPON.SEND',
          resource_type: 'encrypt-resource',
          summary: like(EXAMPLE.summary),
          resource: {
            original_type: 'coupon',
            algorithm: 'AEAD_AES_256_GCM',
            ciphertext: base64(100, EXAMPLE.resource.ciphertext),
            associated_data: textLike('^.{0,15}$', EXAMPLE.resource.associated_data),
            nonce: textLike('^.{12}$', EXAMPLE.resource.nonce),
          },
        },
        { signed: true },
      )
      .test(async (message) => {
        expect(receive(message)).toEqual(SENT)
        expect(() => receive({ ...message, body: Buffer.from('{}') })).toThrow('The signature is wrong')
      }))

  test('says which coupon was sent to whom', () =>
    pact
      .receives('the plaintext of COUPON.SEND')
      .given('a user holds a usable coupon', HELD)
      .with({
        event_type: 'EVENT_TYPE_BUSICOUPON_SEND',
        coupon_code: HELD.coupon_code,
        stock_id: HELD.stock_id,
        openid: HELD.openid,
        send_time: time(SENT.send_time),
        send_channel: textLike('^BUSICOUPON_SEND_CHANNEL_[A-Z0-9_]+$', SENT.send_channel),
        send_merchant: textLike('^[0-9]{8,15}$', SENT.send_merchant),
      })
      .test(async ({ body }) => {
        expect(JSON.parse(Buffer.from(body).toString())).toMatchObject({ openid: HELD.openid })
      }))
})
