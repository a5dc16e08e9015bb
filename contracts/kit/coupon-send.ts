import { randomUUID } from 'node:crypto'
import { wellKnownIdentity } from '../../src/identity/well-known.ts'
import type { MockControl } from '../../src/mock-control.ts'
import {
  type CouponSendEvent,
  couponSend,
  couponSendEvent,
} from '../../src/products/merchant-coupon/sending/coupon-send.ts'
import { timestampOf } from '../../src/protocol/authorization.ts'
import { seal } from '../../src/protocol/envelope.ts'
import { UsageError } from '../../src/protocol/errors.ts'
import { formatInstant } from '../../src/protocol/instant.ts'
import { signAnswer, signatureHeaders } from '../../src/protocol/response-headers.ts'
import type { MessageProviders, ProvidedMessage } from './messages.ts'

/** The encrypted content of a COUPON.SEND callback (领券事件回调通知), members as the live service sends them (busifavor.md 7). */
export interface SentCoupon extends Omit<CouponSendEvent, 'send_channel'> {
  readonly send_channel: string
}

/** The body of a COUPON.SEND callback. */
export interface CouponSendEnvelope {
  readonly id: string
  readonly create_time: string
  readonly event_type: typeof couponSend.eventType
  readonly resource_type: 'encrypt-resource'
  readonly summary: string
  readonly resource: {
    readonly original_type: typeof couponSend.originalType
    readonly algorithm: 'AEAD_AES_256_GCM'
    readonly ciphertext: string
    readonly associated_data: string
    readonly nonce: string
  }
}

/** The values in which callbacks differ. */
export interface EnvelopeValues {
  readonly apiV3Key: string
  readonly id: string
  readonly createTime: string
  /** 12 ASCII characters. */
  readonly nonce: string
}

/** Seals a sent coupon into the body of a callback. */
export function couponSendEnvelope(
  coupon: SentCoupon,
  { apiV3Key, id, createTime, nonce }: EnvelopeValues,
): CouponSendEnvelope {
  const { algorithm, ciphertext, associated_data } = seal(JSON.stringify(coupon), apiV3Key, {
    nonce,
    associatedData: couponSend.associatedData,
  })
  return {
    id,
    create_time: createTime,
    event_type: couponSend.eventType,
    resource_type: 'encrypt-resource',
    summary: couponSend.summary,
    resource: { original_type: couponSend.originalType, algorithm, ciphertext, associated_data, nonce },
  }
}

/** The plaintext of the event for the coupon received last. @throws UsageError `MOCK_STATE_MISSING` without a coupon */
export async function sentCoupon(control: MockControl): Promise<SentCoupon> {
  const { coupons } = await control.world()
  const coupon = coupons.toSorted((a, b) => Date.parse(a.receive_time) - Date.parse(b.receive_time)).at(-1)
  if (!coupon) {
    throw new UsageError('MOCK_STATE_MISSING', {
      en: 'COUPON.SEND needs a coupon: give the provider state "a user holds a usable coupon".',
      zh: 'COUPON.SEND 需要一张券：请给出 provider state“a user holds a usable coupon”。',
    })
  }
  return couponSendEvent({
    couponCode: coupon.coupon_code,
    stockId: coupon.stock_id,
    at: Date.parse(coupon.receive_time),
    openid: coupon.openid,
    unionid: '',
    channel: 'H5',
    senderMchid: coupon.send_merchant,
    requestNo: coupon.send_request_no,
  })
}

/** The whole callback, signed by the platform, for the coupon that was received last. */
export async function sendCouponEvent(control: MockControl): Promise<ProvidedMessage> {
  const credentials = await control.credentials()
  const { platform } = wellKnownIdentity()
  const now = Date.parse((await control.clock()).now)
  const contents = couponSendEnvelope(await sentCoupon(control), {
    apiV3Key: credentials.api_v3_key,
    id: randomUUID(),
    createTime: formatInstant(now),
    nonce: randomUUID().slice(-12),
  })
  return {
    contents,
    metadata: await callbackHeaders(Buffer.from(JSON.stringify(contents)), {
      timestamp: timestampOf(now),
      nonce: randomUUID().replaceAll('-', ''),
      platform,
    }),
  }
}

/** The `Wechatpay-*` header fields of a callback, signed with the platform's certificate over the bytes of its body. */
export async function callbackHeaders(
  body: Uint8Array,
  {
    timestamp,
    nonce,
    platform,
  }: { timestamp: string; nonce: string; platform: ReturnType<typeof wellKnownIdentity>['platform'] },
): Promise<Record<string, string>> {
  const [key] = platform.certificates
  return Object.fromEntries(signatureHeaders(await signAnswer({ timestamp, nonce, body }, key)))
}

/** The messages of COUPON.SEND, which every verification knows. */
export const couponSendMessages: MessageProviders = {
  'plaintext of COUPON.SEND': async (control) => ({ contents: await sentCoupon(control) }),
  'COUPON.SEND': sendCouponEvent,
}
